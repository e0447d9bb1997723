#include <cstddef>
#include <cstdint>
#include <numeric>
#include <sstream>

#include "breeding/engine/genomic.h"
#include "breeding/engine/parentage.h"

// Any text as genotypes: VCF where it begins with #, else a table of dosages and of microsatellites. No crash, no hang; a matrix that comes of it is finite.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::breeding;
    std::string const bytes{reinterpret_cast<char const*>(data), size};
    auto const open = [&] { return bytes.starts_with('#') ? vcf_genotypes(std::make_unique<std::istringstream>(bytes), "x.vcf") : table_genotypes(bytes, "x.csv"); };
    if (auto const columns = Columns::read(bytes, "x.csv"))
        for (auto const ploidy : {2, 4})
            if (auto const markers = microsatellites_of(*columns, {0.01, 100, ploidy})) {
                if ((*markers)->ids().size() > 50 || (*markers)->size() > 50) continue;
                ParentageWish wish;
                wish.fewest_markers = 1;
                for (std::size_t i = 0; i < (*markers)->ids().size(); ++i) for (auto* of : {&wish.offspring, &wish.sires, &wish.dams}) of->push_back(static_cast<std::int32_t>(i));
                for (auto const& found : find_parents(**markers, wish)) if (!(found.probability >= 0 && found.probability <= 1.000001)) __builtin_trap();
            }
    auto const source = open();
    if (!source || (*source)->animals() > 200) return 0;
    std::vector<std::size_t> all((*source)->animals());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (auto const got = genomic_matrix(**source, all, {}))
        for (auto const x : got->g.value) if (!(x == x) || x > 1e9 || x < -1e9) __builtin_trap();
    if (auto const again = open())
        if (auto const markers = markers_of(**again, {0.01, 20, 0}))
            for (std::size_t i = 0; i < all.size(); ++i) if (auto const e = (*markers)->evidence(i, 0, static_cast<std::int32_t>(all.size()) - 1); !(e == e)) __builtin_trap();
    return 0;
}
