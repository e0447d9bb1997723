#include "stocktake/engine/past.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

constexpr double lately_s = 0.2, before_s = 0.8;

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
    auto const w = from.cols, h = from.rows;
    auto const origin = through(moved, 0, 0), right = through(moved, w, 0), down = through(moved, 0, h);
    cv::Matx23d map{(right[0] - origin[0]) / w, (down[0] - origin[0]) / h, origin[0], (right[1] - origin[1]) / w, (down[1] - origin[1]) / h, origin[1]};
    for (int i = 0; i < 2; ++i) map(i, 2) += (map(i, 0) + map(i, 1)) / 2 - 0.5;   // OpenCV counts from the middle of the first pixel
    cv::warpAffine(from, to, map, from.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
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
