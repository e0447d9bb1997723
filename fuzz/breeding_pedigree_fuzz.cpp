#include <cstddef>
#include <cstdint>

#include "breeding/engine/evaluation.h"

// Any bytes as a pedigree: defects are told, or what comes out is in order and its inverse can be made.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::breeding;
    auto const table = Columns::read({reinterpret_cast<char const*>(data), size}, "p.csv");
    if (!table) return 0;
    for (auto const cured : {false, true}) {
        PedigreeColumns wanted;
        if (cured) wanted.cures = {"id_missing", "id_twice", "own_parent", "ancestor_of_itself", "sire_is_dam", "sex_conflict", "born_before_parent"};
        if (table->has("group")) wanted.groups = {"group"};
        std::vector<Defect> defects;
        auto const file = read_pedigree(*table, wanted, defects);
        if (!file) continue;
        auto const& p = file->checked.pedigree;
        for (std::size_t i = 0; i < p.size(); ++i)
            if (p.sire[i] >= static_cast<std::int32_t>(i) || p.dam[i] >= static_cast<std::int32_t>(i)) __builtin_trap();
        auto const f = inbreeding(p);
        for (auto const x : f) if (!(x >= 0 && x <= 1)) __builtin_trap();
        relationship_inverse(p, f, {file->sire_group, file->dam_group, file->group_names.size()});
    }
    return 0;
}
