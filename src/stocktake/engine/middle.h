#pragma once
#include <algorithm>
#include <vector>

#include <opencv2/core.hpp>

namespace osetra::stocktake {

/// The middle one of all, the later of two; `otherwise` where there is none.
template <class T> T median_of(std::vector<T> all, T otherwise = {}) {
    if (all.empty()) return otherwise;
    auto const middle = all.begin() + std::ssize(all) / 2;
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
}

/// What so many of a hundred pixels of a picture of floats are below.
inline float percentile(cv::Mat const& floats, std::size_t of_hundred) {
    cv::Mat flat = floats.reshape(1, 1).clone();
    auto const nth = flat.begin<float>() + static_cast<std::ptrdiff_t>(flat.total() * of_hundred / 100);
    std::nth_element(flat.begin<float>(), nth, flat.end<float>());
    return *nth;
}

} // namespace osetra::stocktake
