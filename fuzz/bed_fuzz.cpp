#include <cstddef>
#include <cstdint>
#include <sstream>

#include "breeding/engine/genotypes.h"

// Two lengths of two bytes each, then a .fam, a .bim and a .bed so long and so long and the rest: no crash, no hang, no genotype that is not one.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::breeding;
    if (size < 4) return 0;
    std::string const bytes{reinterpret_cast<char const*>(data) + 4, size - 4};
    auto const length = [&](std::size_t at) { return static_cast<std::size_t>(data[at] | data[at + 1] << 8); };
    auto const fam_ends = std::min(bytes.size(), length(0)), bim_ends = std::min(bytes.size(), fam_ends + length(2));
    std::istringstream fam{bytes.substr(0, fam_ends)}, bim{bytes.substr(fam_ends, bim_ends - fam_ends)};
    auto const source = plink_genotypes(std::make_unique<std::istringstream>(bytes.substr(bim_ends)), bim, fam, "x.bed");
    if (!source) return 0;
    std::vector<float> dosage;
    for (;;) {
        auto const got = (*source)->read(7, dosage);
        if (!got) __builtin_trap();   // its size was looked at before
        if (!*got) return 0;
        if (dosage.size() != *got * (*source)->animals()) __builtin_trap();
        for (auto const x : dosage) if (x == x && x != 0 && x != 1 && x != 2) __builtin_trap();
    }
}
