#include "stocktake/engine/normalise.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <opencv2/imgproc.hpp>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "stocktake/engine/four.h"
#include "stocktake/engine/kernels.h"

namespace osetra::stocktake {
namespace {

constexpr int cell = 8, window = 17;
/// Of the whole picture's variance, so much counts everywhere: still water next to a crowd is not blown up to noise.
constexpr float shared_variance = 0.1f;
constexpr float least_spread = 3;   ///< of 255

float grey_of(Four const& bgr) { return stocktake::grey_of(bgr[0], bgr[1], bgr[2]); }

constexpr float most_light = 5;

Four held(Four v) {
    constexpr Four most = {most_light, most_light, most_light, most_light};
#if defined(__SSE__)   // g++ 12 compares and blends instead
    return _mm_max_ps(_mm_min_ps(v, most), -most);
#else
    v = v > most ? most : v;
    return v < -most ? -most : v;
#endif
}

using Bytes = std::uint8_t __attribute__((vector_size(8)));
using Shorts = std::uint16_t __attribute__((vector_size(16)));
using Ints = std::uint32_t __attribute__((vector_size(32)));
constexpr int cell_bytes = cell * 3;

/// Means and mean squares of each cell.
void measure(cv::Mat const& bgr, cv::Mat& mean, cv::Mat& square) {
    auto const rows = (bgr.rows + cell - 1) / cell, columns = (bgr.cols + cell - 1) / cell;
    mean.create(rows, columns, CV_32FC3);
    square.create(rows, columns, CV_32FC3);
    for (int r = 0; r < rows; ++r) {
        auto const last = std::min(bgr.rows, (r + 1) * cell);
        for (int c = 0; c < columns; ++c) {
            auto const wide = std::min(bgr.cols - c * cell, cell);
            Shorts sums[3]{};
            Ints squares[3]{};
            for (int y = r * cell; y < last; ++y) {
                std::uint8_t at_edge[cell_bytes]{};
                auto const* p = bgr.ptr<std::uint8_t>(y) + c * cell_bytes;
                if (wide < cell) p = std::copy_n(p, wide * 3, at_edge) - wide * 3;
#pragma GCC unroll 3
                for (int third = 0; third < 3; ++third, p += cell) {
                    Bytes b;
                    std::memcpy(&b, p, sizeof b);
                    auto const v = __builtin_convertvector(b, Shorts);
                    sums[third] += v;
                    squares[third] += __builtin_convertvector(v * v, Ints);
                }
            }
            std::uint32_t sum[3]{}, sum_of_squares[3]{};
#pragma GCC unroll 24
            for (int i = 0; i < cell_bytes; ++i) sum[i % 3] += sums[i / cell][i % cell], sum_of_squares[i % 3] += squares[i / cell][i % cell];
            auto const n = static_cast<float>((last - r * cell) * wide);
            for (int k = 0; k < 3; ++k) {
                mean.ptr<float>(r)[c * 3 + k] = static_cast<float>(sum[k]) / n;
                square.ptr<float>(r)[c * 3 + k] = static_cast<float>(sum_of_squares[k]) / n;
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
    std::vector<float> across(static_cast<std::size_t>(m_light.cols) * 4), brightness;
    auto const values = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(part.width) * 3 + 1);   // the pixels of a row, and one number that is loaded with the last
    auto const whole = part & cv::Rect{0, 0, m_picture.cols, m_picture.rows};
    cv::Mat const seen{1, whole.width, CV_32FC3, values.get()};
    if (m_past.lately.empty()) brightness.resize(static_cast<std::size_t>(part.width));
    for (int y = part.y; y < part.y + part.height; ++y, to += row) {
        if (y < 0 || y >= m_picture.rows || whole.empty()) {
            std::fill_n(to, part.width * picture_step, 0.0f);
            continue;
        }
        auto const v = std::clamp((static_cast<float>(y) + 0.5f) / cell - 0.5f, 0.0f, static_cast<float>(m_light.rows - 1));
        auto const above = static_cast<int>(v), below = std::min(above + 1, m_light.rows - 1);
        auto const share = v - static_cast<float>(above);
        auto const *a = m_light.ptr<float>(above), *b = m_light.ptr<float>(below);
        for (std::size_t i = 0; i < across.size(); i += 4) {
            auto const up = load(a + i), light = up + (load(b + i) - up) * share;
            std::memcpy(across.data() + i, &light, sizeof light);
        }

        m_picture(cv::Rect{whole.x, y, whole.width, 1}).convertTo(seen, CV_32F);
        for (std::size_t i = 0; i < brightness.size(); ++i) brightness[i] = grey_of(values[i * 3], values[i * 3 + 1], values[i * 3 + 2]);
        auto const *lately = brightness.data(), *before = lately;
        if (!m_past.lately.empty()) lately = m_past.lately.ptr<float>(y) + whole.x, before = m_past.before.ptr<float>(y) + whole.x;

        auto const* p = values.get();
        auto* out = to + (whole.x - part.x) * picture_step;
        std::fill(to, out, 0.0f);
        for (int x = whole.x, end = whole.x + whole.width; x < end;) {   // from the middle of one cell to that of the next light goes evenly
            auto const before_middle = x < cell / 2;
            auto const left = before_middle ? 0 : std::min((x - cell / 2) / cell, m_light.cols - 1), right = before_middle ? 0 : std::min(left + 1, m_light.cols - 1);
            auto const until = std::min(end, before_middle ? cell / 2 : left * cell + cell + cell / 2);
            auto const l = load(across.data() + left * 4), step = (load(across.data() + right * 4) - l) * (1.0f / cell);
            auto light = l + step * (static_cast<float>(x - left * cell - cell / 2) + 0.5f);
            auto grey = grey_of(light);
            auto const grey_step = grey_of(step);
            for (; x < until; ++x, p += 3, out += picture_step, light += step, grey += grey_step) {
                auto value = load(p), means = light;
                value[3] = *lately++;
                means[3] = grey;
                Four const past = {*before++ - grey, 0, 0, 0};
                auto const now = held((value - means) * light[3]), then = held(past * light[3]);
                std::memcpy(out, &now, sizeof now);
                std::memcpy(out + 4, &then, 2 * sizeof(float));
            }
        }
        std::fill_n(out, (part.x + part.width - whole.x - whole.width) * picture_step, 0.0f);
    }
}

} // namespace osetra::stocktake
