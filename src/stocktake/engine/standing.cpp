#include "stocktake/engine/standing.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

namespace osetra::stocktake {
namespace {

// lengths are pixels of the coarse picture
constexpr int width = 160;
constexpr double softened = 1.5;        // standard deviation
constexpr double thin = 0.3;            // a pose less sure than that is asked for
constexpr double leap = 0.5, farthest = 16;
constexpr double dearer_a_pixel = 0.2;  // leaps are seldom: as unlikely as so much less likeness
constexpr double plainly = 0.95;        // what speaks against the mended pose, of what speaks against the other
constexpr double alike = 0.6;           // least correlation of pictures that can be laid on each other
constexpr double told_along = 0.6;      // the same, of their changes along the way in question
constexpr double stays = 1;             // a camera that hovers goes by less from look to look
constexpr double mended_sure = 0.5;

cv::Mat coarse(cv::Mat const& picture) {
    cv::Mat grey, small;
    cv::resize(picture, small, {width, std::max(16, picture.rows * width / picture.cols)}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(small, grey, cv::COLOR_BGR2GRAY);
    cv::GaussianBlur(grey, grey, {}, softened);
    return grey;
}

/// From where one pose has the middle of the picture to where another has it.
cv::Point2d between(Homography const& a, Homography const& b, cv::Size s) {
    auto const x = through(a, s.width / 2.0, s.height / 2.0), y = through(b, s.width / 2.0, s.height / 2.0);
    return {y[0] - x[0], y[1] - x[1]};
}

/// OpenCV counts from the middle of the first pixel.
Homography shrink(double by) { return {1 / by, 0, 0.5 / by - 0.5, 0, 1 / by, 0.5 / by - 0.5, 0, 0, 1}; }

/// From coarse pixels of the first picture to those of one with this pose.
cv::Mat warp_of(Homography const& pose, double by) {
    auto const h = product(shrink(by), product(inverse(pose), inverse(shrink(by))));
    return (cv::Mat_<float>(2, 3) << h[0], h[1], h[2], h[3], h[4], h[5]);
}

double correlation(cv::Mat const& a, cv::Mat const& b, cv::Mat const& mask) {
    cv::Scalar middle_a, spread_a, middle_b, spread_b;
    cv::meanStdDev(a, middle_a, spread_a, mask);
    cv::meanStdDev(b, middle_b, spread_b, mask);
    cv::Mat x, y;
    cv::subtract(a, middle_a, x, mask, CV_32F);
    cv::subtract(b, middle_b, y, mask, CV_32F);
    auto const n = cv::countNonZero(mask);
    return n > 0 && spread_a[0] > 0 && spread_b[0] > 0 ? x.dot(y) / (n * spread_a[0] * spread_b[0]) : 0;
}

/// How alike two pictures are in what changes along a direction alone: banks and streaks that lie along it say nothing.
double alike_along(cv::Point2d direction, cv::Mat const& a, cv::Mat const& b, cv::Mat const& mask) {
    direction /= std::max(1e-9, cv::norm(direction));
    cv::Mat inside;
    cv::erode(mask, inside, {}, {-1, -1}, 2);
    auto const change = [&](cv::Mat const& picture) {
        cv::Mat x, y, along;
        cv::Sobel(picture, x, CV_32F, 1, 0);
        cv::Sobel(picture, y, CV_32F, 0, 1);
        cv::addWeighted(x, direction.x, y, direction.y, 0, along);
        along.setTo(0, inside == 0);
        return along;
    };
    auto const of_a = change(a), of_b = change(b);
    return of_a.dot(of_b) / std::max(1e-9, cv::norm(of_a) * cv::norm(of_b));
}

} // namespace

struct Standing::Laid {
    Homography pose{};      // all nought: there is none
    cv::Mat there, mask;    // the picture as the first one would show it, and what of it there is
    double alikeness = 0;
};

bool Standing::mend(cv::Mat const& picture, cv::Mat const& readable, CameraPose& pose) {
    if (m_first.empty()) { m_first = coarse(picture); return false; }
    auto const by = static_cast<double>(picture.cols) / width;
    auto const before = std::exchange(m_last, pose.to_mosaic);
    auto const leapt = [&](Homography const& h) { return cv::norm(between(before, h, picture.size())) / by; };
    bool const doubtful = pose.lost || (!pose.still && pose.sure < thin) || leapt(pose.to_mosaic) > leap;
    bool const hovers = pose.piece == 0 && cv::norm(between(before, identity, picture.size())) / by <= farthest;
    if (!doubtful || !hovers) return false;
    auto const now = coarse(picture);
    if (now.size() != m_first.size()) return false;
    cv::Mat seen(now.size(), CV_8U, cv::Scalar(255));
    if (!readable.empty()) cv::resize(readable, seen, now.size(), 0, 0, cv::INTER_NEAREST);
    auto const laid = laid_on_first(now, seen, before, by);
    if (!is_known(laid.pose)) return false;
    if (!pose.lost) {
        // a camera that flies along the banks was not carried off: laid on the first picture it would leap too, or nothing tells along its way
        if (leapt(laid.pose) > stays || alike_along(between(laid.pose, pose.to_mosaic, picture.size()), m_first, laid.there, laid.mask) < told_along) return false;
        auto const against = [&](double alikeness, Homography const& h) { return (1 - alikeness) * (1 + dearer_a_pixel * leapt(h)); };
        if (against(laid.alikeness, laid.pose) > plainly * against(laid_by(pose.to_mosaic, now, seen, by).alikeness, pose.to_mosaic)) return false;
    }
    pose = {laid.pose, 0, mended_sure, false, false};
    m_last = pose.to_mosaic;
    return true;
}

Standing::Laid Standing::laid_by(Homography const& pose, cv::Mat const& now, cv::Mat const& seen, double by) const {
    Laid laid{pose, {}, {}, 0};
    auto const warp = warp_of(pose, by);
    cv::warpAffine(now, laid.there, warp, m_first.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
    cv::warpAffine(seen, laid.mask, warp, m_first.size(), cv::INTER_NEAREST | cv::WARP_INVERSE_MAP);
    laid.alikeness = correlation(m_first, laid.there, laid.mask);
    return laid;
}

/// By turning and shifting alone, from where a guess has it.
Standing::Laid Standing::laid_on_first(cv::Mat const& now, cv::Mat const& seen, Homography const& guess, double by) const {
    auto warp = warp_of(guess, by);
    try {
        if (cv::findTransformECC(m_first, now, warp, cv::MOTION_EUCLIDEAN, {cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 30, 1e-4}, seen, 1) < alike) return {};
    } catch (cv::Exception const&) {   // the pictures have nothing in common
        return {};
    }
    auto const at = [&](int r, int c) { return static_cast<double>(warp.at<float>(r, c)); };
    auto const pose = product(inverse(shrink(by)), product(inverse(Homography{at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), 0, 0, 1}), shrink(by)));
    return laid_by(pose, now, seen, by);
}

} // namespace osetra::stocktake
