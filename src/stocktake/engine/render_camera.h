#pragma once
#include <opencv2/core.hpp>

#include "stocktake/engine/render_dice.h"

namespace osetra::stocktake {

/// What a camera does to what it sees. Strengths of nought leave the picture as it is.
struct Camera {
    float defocus_px = 0;             ///< deviation of the blur
    float smear_px = 0, smear_way = 0;   ///< moved while it looked: length, radians
    float vignette = 0;               ///< darker corners
    cv::Vec3f balance{1, 1, 1};       ///< blue, green, red
    float gamma = 1, contrast = 1, lift = 0;
    float noise = 0, colour_noise = 0;   ///< deviation, of 1
    float sharpen = 0;
    int jpeg_quality = 0;             ///< 0: not packed
    float pixel_size = 1;             ///< over 1: seen by fewer pixels and blown up
};
Camera camera_of(Dice&, float fish_px);
cv::Mat photograph(cv::Mat_<cv::Vec3f> const&, Camera const&, Dice&);

} // namespace osetra::stocktake
