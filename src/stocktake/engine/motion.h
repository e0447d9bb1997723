#pragma once
#include <vector>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// What is behind the fish of a camera that stands still: of every pixel the middle of pictures taken over the clip.
class StillGround {
public:
    explicit StillGround(std::size_t pictures = 25);
    void add(cv::Mat const& picture);      ///< 8-bit BGR or grey. Of more pictures than are kept, ever fewer are taken, so that those kept span all that was seen
    bool ready() const;                    ///< five pictures at least
    cv::Mat grey() const;

private:
    std::size_t m_most;
    std::int64_t m_seen = 0, m_step = 1;
    std::vector<cv::Mat> m_pictures;
};

struct MotionSettings {
    double clear = 6, faint = 3;           ///< times the picture's noise: a body has pixels of the one, and goes on over pixels of the other
    int least_pixels = 8;                  ///< of a body
};

/// Bodies that move or have moved in front of a still ground: what differs from it, as blobs with their moments. Blobs as large as several bodies are split among as many.
/// Knows no species: how large a body is, and whether it is darker or lighter, it learns from what it sees. Needs bodies apart from one another most of the time.
class MotionDetector {
public:
    explicit MotionDetector(cv::Mat const& ground_grey, MotionSettings const& = {});
    /// score: 0.9 for a blob of its own, 0.7 where several touch but stand apart at their darkest, 0.4 for a part of a blob that does not fall apart. The head is at the thicker end.
    /// `expected`: where a tracker thinks bodies are now; a blob is divided along those in it.
    Marks detect(cv::Mat const& picture, Marks const& expected = {});
    /// Of the marks of the last picture: sum of the pixels' differences from the ground, which grows with a body and hardly with how it bends.
    std::vector<double> const& sizes() const { return m_sizes; }
    /// Of the same: by how much one end is thicker, as the skewness of its pixels along the axis. 0: both ends are alike, and the head is a guess; a wedge has 0.57.
    std::vector<double> const& tapers() const { return m_tapers; }

private:
    cv::Mat m_ground;
    MotionSettings m_settings;
    double m_darker = 0;                   // sum of what was darker less what was lighter, over all pictures
    std::vector<double> m_sizes, m_tapers;
    std::vector<double> m_areas;           // of blobs seen lately, in pixels
};

} // namespace osetra::stocktake
