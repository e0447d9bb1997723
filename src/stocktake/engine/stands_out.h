#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// How much lighter a mark's middle line is than what is beside it, in each channel of a picture of Values; noughts where the picture does not show both.
template <class Value, std::size_t channels> std::array<double, channels> stands_out(Mark const& m, cv::Mat const& picture) {
    auto const c = std::cos(m.axis), s = std::sin(m.axis);
    std::array<double, channels> inside{}, beside{};
    int within = 0, without = 0;
    for (int k = -3; k <= 3; ++k)
        for (auto const aside : {-0.24, 0.0, 0.24}) {
            auto const u = 0.06 * k * m.length_px, v = aside * m.length_px;
            auto const x = static_cast<int>(std::floor(m.x + u * c - v * s)), y = static_cast<int>(std::floor(m.y + u * s + v * c));
            if (x < 0 || y < 0 || x >= picture.cols || y >= picture.rows) continue;
            auto const* p = picture.ptr<Value>(y) + static_cast<std::size_t>(x) * channels;
            ++(aside == 0 ? within : without);
            for (std::size_t i = 0; i < channels; ++i) (aside == 0 ? inside : beside)[i] += static_cast<double>(p[i]);
        }
    if (within == 0 || without == 0) return {};
    for (std::size_t i = 0; i < channels; ++i) inside[i] = inside[i] / within - beside[i] / without;
    return inside;
}

/// How much a mark stands out from what is beside it in a BGR picture of 8 bits, in 255ths, in the channel where it does most.
inline double contrast_of(Mark const& m, cv::Mat const& bgr) {
    auto most = 0.0;
    for (auto const by : stands_out<std::uint8_t, 3>(m, bgr)) most = std::max(most, std::abs(by));
    return most;
}

} // namespace osetra::stocktake
