#pragma once
#include <algorithm>
#include <iterator>
#include <vector>

namespace osetra::stocktake {

/// The middle one of all, the later of two; `otherwise` where there is none.
template <class T> T median_of(std::vector<T> all, T otherwise = {}) {
    if (all.empty()) return otherwise;
    auto const middle = all.begin() + std::ssize(all) / 2;
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
}

} // namespace osetra::stocktake
