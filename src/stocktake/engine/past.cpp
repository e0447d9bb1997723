#include "stocktake/engine/past.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/four.h"

namespace osetra::stocktake {
namespace {

constexpr double lately_s = 0.2, before_s = 0.8;

template <class V> V mixed(V const& a, V const& b, V const& share) { return a + (b - a) * share; }

/// From a pixel of a row to the next: how much farther than one the place in the other plane goes along its row, and how far across its rows. A camera that hovers turns little, so for long runs it is the next of the same row.
struct Steps {
    float across, down;
};

/// Pixels until a place that is so far past the middle of one, in [0, 1), and goes on by such steps, is past the middle of the next or before its own.
int pixels_until_next(float past, float step) {
    auto const left = step > 0 ? (1 - past) / step : step < 0 ? past / -step : 1e6f;
    return 1 + static_cast<int>(std::min(left, 1e6f));
}

/// A run of so many numbers, each between four: two of this row and two of the one below, `u` and `v` past the first of them.
void between(float const* above, float const* below, float u, float v, Steps const& steps, int n, float* out) {
    constexpr int together = 4;
    constexpr Four each = {0, 1, 2, 3};
    int k = 0;
    for (auto across = u + steps.across * each, down = v + steps.down * each; k + together <= n; k += together, across += together * steps.across, down += together * steps.down) {
        auto const value = mixed(mixed(load(above + k), load(above + k + 1), across), mixed(load(below + k), load(below + k + 1), across), down);
        std::memcpy(out + k, &value, sizeof value);
    }
    for (; k < n; ++k) {
        auto const across = u + steps.across * static_cast<float>(k);
        out[k] = mixed(mixed(above[k], above[k + 1], across), mixed(below[k], below[k + 1], across), v + steps.down * static_cast<float>(k));
    }
}

} // namespace

double farthest_moved(Homography const& h, cv::Size const& size) {
    double most = 0;
    for (double const x : {0.0, static_cast<double>(size.width)})
        for (double const y : {0.0, static_cast<double>(size.height)}) {
            auto const to = through(h, x, y);
            most = std::max(most, std::hypot(to[0] - x, to[1] - y));
        }
    return most;
}

void carry(cv::Mat const& from, cv::Mat& to, Homography const& moved) {
    auto const back = inverse(moved);
    auto const w = from.cols, h = from.rows;
    auto const origin = through(back, 0, 0), right = through(back, w, 0), down = through(back, 0, h);
    for (auto const& corner : {origin, right, down})
        if (!std::isfinite(corner[0] + corner[1])) return from.copyTo(to);   // no camera moves so
    Steps const steps{static_cast<float>((right[0] - origin[0]) / w - 1), static_cast<float>((right[1] - origin[1]) / w)};
    to.create(from.size(), CV_32F);
    for (int y = 0; y < h; ++y) {
        auto const at = [&](int x, int axis) {
            auto const i = static_cast<std::size_t>(axis);
            return origin[i] + (x + 0.5) * (right[i] - origin[i]) / w + (y + 0.5) * (down[i] - origin[i]) / h - 0.5;   // from the middle of a pixel to that of another
        };
        auto* out = to.ptr<float>(y);
        for (int x = 0; x < w;) {
            auto const u = std::clamp(at(x, 0), -1e6, 1e6), v = std::clamp(at(x, 1), -1e6, 1e6);
            auto const i = static_cast<int>(std::floor(u)), j = static_cast<int>(std::floor(v));
            auto const across = static_cast<float>(u - i), below = static_cast<float>(v - j);
            if (i >= 0 && j >= 0 && i + 1 < w && j + 1 < h) {
                auto const n = std::min({w - x, w - 1 - i, pixels_until_next(across, steps.across), pixels_until_next(below, steps.down)});
                between(from.ptr<float>(j) + i, from.ptr<float>(j + 1) + i, across, below, steps, n, out + x);
                x += n;
            } else {
                auto const l = std::clamp(i, 0, w - 1), r = std::clamp(i + 1, 0, w - 1);
                auto const *a = from.ptr<float>(std::clamp(j, 0, h - 1)), *b = from.ptr<float>(std::clamp(j + 1, 0, h - 1));
                out[x++] = mixed(mixed(a[l], a[r], across), mixed(b[l], b[r], across), below);
            }
        }
    }
}

Past const& Memory::look(cv::Mat const& bgr, std::optional<Homography> const& moved, double at_s) {
    auto& grey = m_now;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    auto const since = at_s - m_at_s;
    auto const known = moved && is_known(*moved) && m_last.size() == grey.size() && since >= 0;
    if (known) m_moved = product(*moved, m_moved);
    auto const far = known ? farthest_moved(m_moved, grey.size()) : 1e9;
    auto const lost = !(far < grey.cols);
    for (auto [plane, span] : {std::pair{&m_past.lately, lately_s}, std::pair{&m_past.before, before_s}}) {
        if (lost) {
            grey.convertTo(*plane, CV_32F);
            continue;
        }
        cv::accumulateWeighted(m_last, *plane, 1 - std::exp(-since / span));
        if (far > unmoved) carry(*plane, m_spare, m_moved), cv::swap(*plane, m_spare);
    }
    if (lost || far > unmoved) m_moved = identity;
    cv::swap(m_last, m_now);
    m_at_s = at_s;
    return m_past;
}

} // namespace osetra::stocktake
