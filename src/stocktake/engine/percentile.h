#pragma once
#include <algorithm>

#include <opencv2/core.hpp>

namespace osetra::stocktake {

/// What so many of a hundred pixels of a picture of floats are below.
inline float percentile(cv::Mat const& floats, std::size_t of_hundred) {
    cv::Mat flat = floats.reshape(1, 1).clone();
    auto* const first = flat.ptr<float>();
    auto* const nth = first + flat.total() * of_hundred / 100;
    std::nth_element(first, nth, first + flat.total());
    return *nth;
}

} // namespace osetra::stocktake
