#include "stocktake/engine/landmarks.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/metrics.h"
#include "stocktake/engine/middle.h"

namespace osetra::stocktake {
namespace {

// lengths are of bodies
constexpr double farthest = 2.5;         // looked for about where a body should be
constexpr double cell = 0.1;             // ways that differ by no more are the same
constexpr double swims = 1.25;           // a second, and all together: more is the camera
constexpr double watched = 0.25;         // the same, of a camera that was lately found wrong
constexpr double watched_s = 2;
constexpr std::size_t least_bodies = 8;
constexpr std::size_t most_asked = 300;  // of a crowd
constexpr double together = 0.5;         // of the bodies
constexpr double together_if_lost = 0.25;   // the same, where nothing else tells the way: among glitter, of which the next look has other
constexpr double plainly = 2;            // times as many as go any other way
constexpr double thin = 0.1;             // a pose less sure than that is as good as lost
constexpr double mended_sure = 0.5;

double length_of(Marks const& marks) {
    std::vector<double> lengths;
    for (auto const& m : marks) if (m.length_px > 0) lengths.push_back(m.length_px);
    return median_of(std::move(lengths));
}

double distance(std::array<double, 2> const& a, std::array<double, 2> const& b) { return std::hypot(a[0] - b[0], a[1] - b[1]); }

std::array<double, 2> middle_of(Marks const& marks) {
    std::array<double, 2> middle{};
    for (auto const& m : marks) middle[0] += m.x / static_cast<double>(marks.size()), middle[1] += m.y / static_cast<double>(marks.size());
    return middle;
}

struct Way {
    double x = 0, y = 0;
    double share = 0, next = 0;   ///< of the bodies that go it; that go the way, another one, that most others go
    double head_x = 0, head_y = 0;       ///< where the heads of those that go it point, on average
    double along = 0, squares = 0;       ///< of how far each goes on its head's way beyond the others: the sum of products and of squares, whose ratio is how far they swim
};

/// The way that most bodies go from where they should be.
Way common_way(Marks const& expected, Marks const& now, double length) {
    auto const step = cell * length;
    auto const half = static_cast<int>(std::ceil(farthest / cell)) + 2, side = 2 * half + 1;
    cv::Mat ways = cv::Mat::zeros(side, side, CV_32F);
    auto const pairs = pairs_within(expected, now, farthest * length);
    auto const gone = [&](Edge const& e) {
        auto const& a = expected[static_cast<std::size_t>(e.row)];
        auto const& b = now[static_cast<std::size_t>(e.column)];
        return cv::Point2d{b.x - a.x, b.y - a.y};
    };
    for (auto const& e : pairs) {
        auto const d = gone(e) / step;
        ways.at<float>(half + static_cast<int>(std::lround(d.y)), half + static_cast<int>(std::lround(d.x))) += 1;
    }
    cv::boxFilter(ways, ways, CV_32F, {3, 3}, {-1, -1}, false, cv::BORDER_CONSTANT);
    cv::Point best;
    double most = 0, next = 0;
    cv::minMaxLoc(ways, nullptr, &most, nullptr, &best);
    cv::circle(ways, best, 4, 0, cv::FILLED);
    cv::minMaxLoc(ways, nullptr, &next);
    auto const bodies = static_cast<double>(std::max<std::size_t>(1, std::min(expected.size(), now.size())));
    Way way{(best.x - half) * step, (best.y - half) * step, most / bodies, next / bodies};
    std::vector<std::array<cv::Point2d, 2>> going;   // how far, and where the head points
    cv::Point2d far{}, head{};
    for (auto const& e : pairs)
        if (auto const d = gone(e); std::max(std::abs(d.x - way.x), std::abs(d.y - way.y)) <= 1.5 * step) {
            auto const axis = now[static_cast<std::size_t>(e.column)].axis;
            going.push_back({d, {std::cos(axis), std::sin(axis)}});
            far += d;
            head += going.back()[1];
        }
    if (going.empty()) return way;
    far /= static_cast<double>(going.size());
    head /= static_cast<double>(going.size());
    for (auto const& [d, h] : going) {
        way.along += (d - far).dot(h - head);
        way.squares += (h - head).dot(h - head);
    }
    way.x = far.x, way.y = far.y, way.head_x = head.x, way.head_y = head.y;
    return way;
}

Homography shift(double x, double y) { return {1, 0, x, 0, 1, y, 0, 0, 1}; }

/// Without those that a wild pose takes out of this world.
Marks moved(Marks const& marks, Homography const& h) {
    constexpr double world = 1e6;   // pixels
    Marks out;
    for (auto m : marks) {
        auto const at = through(h, m.x, m.y);
        if (!(std::abs(at[0]) < world && std::abs(at[1]) < world)) continue;
        m.x = at[0];
        m.y = at[1];
        out.push_back(m);
    }
    return out;
}

/// Of a crowd some, from all over it.
Marks some_of(Marks const& all) {
    auto const every = (all.size() + most_asked - 1) / most_asked;
    if (every <= 1) return all;
    Marks some;
    for (std::size_t i = 0; i < all.size(); i += every) some.push_back(all[i]);
    return some;
}

} // namespace

bool Landmarks::foresee(double at_s, CameraPose& pose) const {
    if (pose.still || pose.piece != m_piece || m_last.empty() || at_s - m_mended_s >= watched_s) return false;
    auto const middle = middle_of(m_last);
    auto const was = through(product(inverse(pose.to_mosaic), m_pose), middle[0], middle[1]), is = through(m_step, middle[0], middle[1]);
    if (distance(is, was) <= swims * m_length * (at_s - m_at_s)) return false;
    pose.to_mosaic = product(m_pose, inverse(m_step));
    return true;
}

bool Landmarks::mend(Marks const& bodies, double at_s, CameraPose& pose) {
    auto const length = length_of(bodies), passed_s = at_s - m_at_s;
    auto const known = pose.piece == m_piece && std::min(bodies.size(), m_last.size()) >= least_bodies && length > 0 && passed_s > 0;
    auto const middle = middle_of(m_last);
    bool mended = false;
    if (known && !pose.still) {
        auto const thought = product(inverse(pose.to_mosaic), m_pose);   // from the last look's pixels to this one's
        auto way = common_way(moved(m_last, thought), bodies, length);
        auto from = thought;
        if (auto const on = common_way(moved(m_last, m_step), bodies, length); on.share > 1.5 * way.share) {   // a camera goes on as it went
            way = on;
            from = m_step;
        }
        auto const was = through(thought, middle[0], middle[1]), at = through(from, middle[0], middle[1]);
        // each swims on where its head points: how fast, those tell that point otherwise than most, over the whole clip
        if (way.share >= together) m_along += way.along / passed_s, m_squares += way.squares;
        auto const swum = m_squares > 0 ? std::clamp(m_along / m_squares, 0.0, length) * passed_s : 0;
        std::array<double, 2> const is{at[0] + way.x - swum * way.head_x, at[1] + way.y - swum * way.head_y};
        auto const off = distance(is, was);
        auto const doubtful = pose.lost || pose.sure < thin;
        auto const together_at_most = (at_s - m_mended_s < watched_s ? watched : swims) * length * passed_s;
        if (way.share >= (doubtful ? together_if_lost : together) && way.share >= plainly * way.next && (doubtful || !(off <= together_at_most))) {
            auto const to = shift(is[0] - middle[0], is[1] - middle[1]);   // the waves' turning and zooming is none
            pose = {product(m_pose, inverse(to)), pose.piece, std::max(pose.sure, mended_sure), false, false};
            m_mended_s = at_s;
            mended = true;
        }
    }
    auto const gone = through(product(inverse(pose.to_mosaic), m_pose), middle[0], middle[1]);
    m_step = pose.piece == m_piece ? shift(gone[0] - middle[0], gone[1] - middle[1]) : identity;
    m_last = some_of(bodies);
    m_pose = pose.to_mosaic;
    m_piece = pose.piece;
    m_at_s = at_s;
    if (length > 0) m_length = length;
    return mended;
}

} // namespace osetra::stocktake
