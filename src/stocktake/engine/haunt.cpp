#include "stocktake/engine/haunt.h"

#include <algorithm>
#include <cmath>

#include "stocktake/engine/middle.h"
#include "stocktake/engine/past.h"

namespace osetra::stocktake {
namespace {

constexpr double learns_s = 2, whole_every_s = 1, turn_s = 10;
constexpr double lengths_round = 2.5;   // looked at round those seen: none swims so far in a second without being seen on its way
constexpr double shakes = 0.25;         // of that, in a second: the camera hovers
constexpr double worth_it = 0.85;       // of the picture
constexpr double at_once = 1e-6;

} // namespace

void Haunt::Bounds::take_in(double x, double y) {
    left = std::min(left, x), right = std::max(right, x);
    top = std::min(top, y), bottom = std::max(bottom, y);
}
void Haunt::Bounds::take_in(Bounds const& b) { left = std::min(left, b.left), top = std::min(top, b.top), right = std::max(right, b.right), bottom = std::max(bottom, b.bottom); }

std::optional<cv::Rect> Haunt::part(cv::Size const& picture, std::optional<Homography> const& moved, double at_s) {
    if (picture != m_size || !moved || !is_known(*moved)) {
        *this = {};
        m_size = picture;
        m_begun_s = m_whole_s = m_turn_s = at_s;
        return {};
    }
    m_moved = product(*moved, m_moved);
    if (!(farthest_moved(m_moved, picture) <= shakes * lengths_round * m_length)) m_flew_s = at_s;
    auto const since = [&](double s) { return at_s - s + at_once; };
    bool const due = since(m_whole_s) >= whole_every_s;
    m_whole = due || !m_part || since(m_begun_s) < learns_s || since(m_flew_s) < whole_every_s;
    if (due) {
        m_whole_s = at_s;
        m_moved = identity;
    }
    if (since(m_turn_s) >= turn_s) {
        m_before = m_lately;
        m_lately = {};
        m_turn_s = at_s;
    }
    return m_whole ? std::nullopt : m_part;
}

void Haunt::saw(Marks const& marks, double sure) {
    std::vector<double> lengths;
    for (auto const& m : marks) {
        if (m.score < sure) break;
        m_lately.take_in(m.x, m.y);
        lengths.push_back(m.length_px);
    }
    if (!m_whole) return;
    m_length = median_of(std::move(lengths), m_length);
    auto all = m_lately;
    all.take_in(m_before);
    auto const round = lengths_round * m_length;
    m_part.reset();
    if (all.left > all.right) return;
    cv::Rect const part = cv::Rect{cv::Point(static_cast<int>(std::floor(all.left - round)), static_cast<int>(std::floor(all.top - round))),
                                   cv::Point(static_cast<int>(std::ceil(all.right + round)), static_cast<int>(std::ceil(all.bottom + round)))} & cv::Rect{{}, m_size};
    if (part.area() < worth_it * m_size.area()) m_part = part;
}

} // namespace osetra::stocktake
