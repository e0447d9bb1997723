#include "stocktake/engine/normalise.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/kernels.h"

namespace osetra::stocktake {
namespace {

constexpr int cell = 8, window = 17;
/// Of the whole picture's variance, so much counts everywhere: still water next to a crowd is not blown up to noise.
constexpr float shared_variance = 0.1f;
constexpr float least_spread = 3;   ///< of 255

using Four = float __attribute__((vector_size(16)));

Four load(float const* p) {
    Four v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

float grey_of(Four const& bgr) { return stocktake::grey_of(bgr[0], bgr[1], bgr[2]); }

constexpr float most_light = 5;

Four held(Four v) {
    constexpr Four most = {most_light, most_light, most_light, most_light};
    v = v > most ? most : v;
    return v < -most ? -most : v;
}

/// Means and mean squares of each cell.
void measure(cv::Mat const& bgr, cv::Mat& mean, cv::Mat& square) {
    auto const rows = (bgr.rows + cell - 1) / cell, columns = (bgr.cols + cell - 1) / cell;
    mean.create(rows, columns, CV_32FC3);
    square.create(rows, columns, CV_32FC3);
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(columns) * 6);
    for (int r = 0; r < rows; ++r) {
        std::fill(sums.begin(), sums.end(), 0u);
        auto const last = std::min(bgr.rows, (r + 1) * cell);
        for (int y = r * cell; y < last; ++y) {
            auto const* p = bgr.ptr<std::uint8_t>(y);
            for (int c = 0; c < columns; ++c) {
                auto* s = sums.data() + c * 6;
                std::uint32_t b = 0, g = 0, q = 0, bb = 0, gg = 0, qq = 0;
                auto const end = std::min(bgr.cols, (c + 1) * cell);
                for (int x = c * cell; x < end; ++x, p += 3) {
                    std::uint32_t const v0 = p[0], v1 = p[1], v2 = p[2];
                    b += v0, g += v1, q += v2, bb += v0 * v0, gg += v1 * v1, qq += v2 * v2;
                }
                s[0] += b, s[1] += g, s[2] += q, s[3] += bb, s[4] += gg, s[5] += qq;
            }
        }
        for (int c = 0; c < columns; ++c) {
            auto const n = static_cast<float>((last - r * cell) * (std::min(bgr.cols, (c + 1) * cell) - c * cell));
            for (int k = 0; k < 3; ++k) {
                mean.ptr<float>(r)[c * 3 + k] = static_cast<float>(sums[static_cast<std::size_t>(c * 6 + k)]) / n;
                square.ptr<float>(r)[c * 3 + k] = static_cast<float>(sums[static_cast<std::size_t>(c * 6 + 3 + k)]) / n;
            }
        }
    }
}

} // namespace

Light::Light(cv::Mat const& bgr, Past const& past) : m_picture(bgr), m_past(past) {
    cv::Mat mean, square, mean_round, square_round;
    measure(bgr, mean, square);
    auto const all = cv::mean(mean), all_square = cv::mean(square);
    auto shared = 0.0;
    for (int k = 0; k < 3; ++k) shared += (all_square[k] - all[k] * all[k]) / 3;
    cv::blur(mean, mean_round, {window, window}, {-1, -1}, cv::BORDER_REFLECT);
    cv::blur(square, square_round, {window, window}, {-1, -1}, cv::BORDER_REFLECT);
    m_light.create(mean.size(), CV_32FC4);
    for (int r = 0; r < mean.rows; ++r)
        for (int c = 0; c < mean.cols; ++c) {
            auto const* m = mean_round.ptr<float>(r) + c * 3;
            auto const* q = square_round.ptr<float>(r) + c * 3;
            auto* to = m_light.ptr<float>(r) + c * 4;
            auto variance = shared_variance * static_cast<float>(shared) + least_spread * least_spread;
            for (int k = 0; k < 3; ++k) {
                to[k] = m[k];
                variance += std::max(0.0f, q[k] - m[k] * m[k]) / 3;
            }
            to[3] = 1 / std::sqrt(variance);
        }
}

void Light::put(cv::Rect const& part, float* to, std::size_t row) const {
    std::vector<float> across(static_cast<std::size_t>(m_light.cols) * 4);
    auto const whole = part & cv::Rect{0, 0, m_picture.cols, m_picture.rows};
    for (int y = part.y; y < part.y + part.height; ++y, to += row) {
        if (y < 0 || y >= m_picture.rows || whole.empty()) {
            std::fill_n(to, part.width * picture_step, 0.0f);
            continue;
        }
        auto const v = std::clamp((static_cast<float>(y) + 0.5f) / cell - 0.5f, 0.0f, static_cast<float>(m_light.rows - 1));
        auto const above = static_cast<int>(v), below = std::min(above + 1, m_light.rows - 1);
        auto const share = v - static_cast<float>(above);
        auto const *a = m_light.ptr<float>(above), *b = m_light.ptr<float>(below);
        for (std::size_t i = 0; i < across.size(); ++i) across[i] = a[i] + (b[i] - a[i]) * share;

        std::fill_n(to, (whole.x - part.x) * picture_step, 0.0f);
        auto const* p = m_picture.ptr<std::uint8_t>(y) + whole.x * 3;
        auto* out = to + (whole.x - part.x) * picture_step;
        auto const *lately = m_past.lately.empty() ? nullptr : m_past.lately.ptr<float>(y), *before = lately ? m_past.before.ptr<float>(y) : nullptr;
        for (int x = whole.x, end = whole.x + whole.width; x < end;) {   // from the middle of one cell to that of the next light goes evenly
            auto const before_middle = x < cell / 2;
            auto const left = before_middle ? 0 : std::min((x - cell / 2) / cell, m_light.cols - 1), right = before_middle ? 0 : std::min(left + 1, m_light.cols - 1);
            auto const until = std::min(end, before_middle ? cell / 2 : left * cell + cell + cell / 2);
            auto const l = load(across.data() + left * 4), step = (load(across.data() + right * 4) - l) * (1.0f / cell);
            auto light = l + step * (static_cast<float>(x - left * cell - cell / 2) + 0.5f);
            auto grey = grey_of(light);
            auto const grey_step = grey_of(step);
            for (; x < until; ++x, p += 3, out += picture_step, light += step, grey += grey_step) {
                Four const value = {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]), lately ? lately[x] : 0};
                Four means = light;
                means[3] = grey;
                auto seen = held((value - means) * light[3]);
                auto then = before ? std::clamp((before[x] - grey) * light[3], -most_light, most_light) : 0;
                if (!lately) then = seen[3] = std::clamp((grey_of(value) - grey) * light[3], -most_light, most_light);
                std::memcpy(out, &seen, sizeof seen);
                out[4] = then;
                out[5] = 0;
            }
        }
        std::fill_n(out, (part.x + part.width - whole.x - whole.width) * picture_step, 0.0f);
    }
}

} // namespace osetra::stocktake
