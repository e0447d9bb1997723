#include "stocktake/engine/ground.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "stocktake/engine/past.h"
#include "stocktake/engine/stabilise.h"
#include "stocktake/engine/stands_out.h"

namespace osetra::stocktake {
namespace {

constexpr Homography to_half{0.5, 0, 0, 0, 0.5, 0, 0, 0, 1}, to_full{2, 0, 0, 0, 2, 0, 0, 0, 1};
constexpr double remembered_s = 15;      ///< means over longer than that follow the light
constexpr double settled_s = 2;          ///< by then those that swam where it was begun are a tenth of the mean
constexpr double between_s = 0.15;       ///< at the least, of looks that the mean takes in: those next to each other show the same
constexpr double flown = 0.1;            ///< of the picture's width: no hovering
constexpr double least_contrast = 3;     ///< 255ths
// chosen on the flights that detectability is fitted on, each left out in turn (models/README.md)
constexpr double by_chance = 0.3;        ///< so much stood there before where only swimmers pass
constexpr double most_doubt = 2;         ///< is taken off a mark's logit

} // namespace

void Ground::look(cv::Mat const& grey, std::optional<Homography> const& moved, double at_s) {
    cv::resize(grey, m_half, {std::max(1, grey.cols / 2), std::max(1, grey.rows / 2)}, 0, 0, cv::INTER_AREA);
    m_half.convertTo(m_now, CV_32F);
    auto const since = at_s - m_at_s;
    m_at_s = at_s;
    auto const known = moved && is_known(*moved) && m_before.size() == m_now.size() && since > 0;
    if (known) m_away = product(product(to_half, product(*moved, to_full)), m_away);
    if (!known || farthest_moved(m_away, m_now.size()) > flown * m_now.cols) {
        m_now.copyTo(m_before);
        m_away = identity;
        m_known_s = m_sure = 0;
        m_taken_s = at_s;
        return;
    }
    auto const untaken = at_s - m_taken_s;
    if (untaken < between_s) return;
    m_taken_s = at_s;
    m_known_s += untaken;
    m_sure = std::clamp(m_known_s / settled_s - 0.25, 0.0, 1.0);
    bool const aside = farthest_moved(m_away, m_now.size()) > unmoved / 2;
    if (aside) carry(m_now, m_laid, inverse(m_away));
    cv::accumulateWeighted(aside ? m_laid : m_now, m_before, std::max(untaken / m_known_s, untaken / remembered_s));
}

double Ground::stood(Mark const& m) const {
    if (m_sure <= 0) return 0;
    auto const here = carried(m, to_half);
    auto const [now] = stands_out<float, 1>(here, m_now);
    auto const [before] = stands_out<float, 1>(carried(here, inverse(m_away)), m_before);
    return m_sure * std::clamp((now > 0 ? before : -before) / std::max(std::abs(now), least_contrast), 0.0, 1.0);
}

Marks Ground::doubted(Marks marks, double least) const {
    if (m_sure <= 0) return marks;
    for (auto& m : marks) {
        auto const doubt = most_doubt * std::max(0.0, stood(m) - by_chance) / (1 - by_chance);
        if (doubt > 0) m.score = 1 / (1 + (1 - m.score) / m.score * std::exp(doubt));
    }
    std::erase_if(marks, [&](Mark const& m) { return m.score < least; });
    std::stable_sort(marks.begin(), marks.end(), [](Mark const& a, Mark const& b) { return a.score > b.score; });
    return marks;
}

} // namespace osetra::stocktake
