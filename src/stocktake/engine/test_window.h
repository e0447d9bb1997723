#pragma once
#include <algorithm>
#include <utility>

#include <opencv2/core.hpp>

#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/ingest.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {

/// A window that goes down a photograph at one speed: nobody moves, so that every body is to be counted once.
class PictureWindow final : public Media {
public:
    PictureWindow(cv::Mat picture, int height, int step) : m_picture(std::move(picture)), m_height(height), m_step(step) {}
    Result<std::optional<Shot>> next() override {
        if (m_top + m_height > m_picture.rows) return std::optional<Shot>{};
        Shot shot;
        shot.picture = m_picture.rowRange(m_top, m_top + m_height).clone();
        shot.frame = m_read;
        shot.at_s = static_cast<double>(m_read) / 15;
        skip();
        return std::optional{std::move(shot)};
    }
    bool skip() override { m_top += m_step; ++m_read; return m_top + m_height <= m_picture.rows + m_step; }
    bool clip() const override { return true; }
    std::int64_t expected() const override { return (m_picture.rows - m_height) / m_step + 1; }
    double frames_per_s() const override { return 15; }

private:
    cv::Mat m_picture;
    int m_height, m_step, m_top = 0;
    std::int64_t m_read = 0;
};

/// What is seen along the long side of a photograph, through a window a quarter as high, in every look.
inline Result<Gathered> swept(cv::Mat const& photograph, DetectorFinder& finder) {
    auto const height = photograph.rows * 27 / 104, step = std::max(1, photograph.rows / 104);
    PictureWindow before{photograph, height, step}, media{photograph, height, step};
    OSETRA_TRY(finder.look_over(before));
    CountQuestion q;
    q.every = 1;
    return gather(q, media, finder, {});
}

} // namespace osetra::stocktake
