#include "breeding/traits.h"

#include <algorithm>

namespace osetra::breeding {

std::vector<Trait> const& all_traits() {
    static std::vector<Trait> const all{
        {"weight", "log %", 1, true},
        {"roe", "%", 1, false},
        {"egg", "mm", 1, false},
        {"colour", "1-6", 1, false, 4},
        {"firmness", "1-5", 1, false, 4},
        {"ripe_age", "years", -1, false},
        {"survival", "0-1", 1, false, 1},
        {"female", "0-1", 1, false, 1},
    };
    return all;
}

Trait const* find_trait(std::string_view code) {
    auto const& all = all_traits();
    auto const found = std::find_if(all.begin(), all.end(), [&](Trait const& t) { return code == t.code; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace osetra::breeding
