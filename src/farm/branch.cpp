#include "farm/branch.h"

#include <algorithm>

namespace osetra::farm {
namespace {

Kind const* find_in(std::vector<Kind> const& kinds, std::string_view word) {
    auto const at = std::find_if(kinds.begin(), kinds.end(), [&](Kind const& k) { return k.name == word; });
    return at == kinds.end() ? nullptr : &*at;
}

} // namespace

Branches const& no_branches() {
    static Branches const none;
    return none;
}

bool is_own_kind(std::string_view word) { return find_in(own_kinds(), word) != nullptr; }

Kind const* find_kind(std::string_view word, Branches const& branches) {
    if (auto const* own = find_in(own_kinds(), word)) return own;
    for (auto const& branch : branches)
        if (auto const* kind = find_in(branch.kinds, word)) return kind;
    return nullptr;
}

} // namespace osetra::farm
