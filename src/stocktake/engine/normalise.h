#pragma once
#include <cstddef>

#include <opencv2/core.hpp>

#include "stocktake/engine/past.h"

namespace osetra::stocktake {

/// The light of a picture: mean and spread of its brightness round every place, some bodies wide. Networks see pictures with their light taken
/// out, so that dark fish on a bright floor and pale fish in dark water look alike in strength.
class Light {
public:
    explicit Light(cv::Mat const& bgr, Past const& = {});   ///< CV_8UC3; both must live as long as this
    /// Writes a part of the picture as [row][column][picture_step] (blue, green, red, brightness lately and before): (brightness - mean) / spread, held in [-5, 5]. What lies outside the picture becomes nought.
    void put(cv::Rect const& part, float* to, std::size_t row) const;

private:
    cv::Mat m_picture;
    Past m_past;
    cv::Mat m_light;   ///< CV_32FC4, a cell for 8 by 8 pixels: means, and 1 / spread
};

} // namespace osetra::stocktake
