#pragma once
#include <utility>

#include <opencv2/core.hpp>

#include "stocktake/engine/ingest.h"

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

} // namespace osetra::stocktake
