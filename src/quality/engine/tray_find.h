#pragma once
#include <opencv2/core.hpp>
#include <vector>

#include "quality/engine/tray.h"

// How round things are found in a grey picture: votes along the gradient for middles, then a circle through the rim with parts of a pixel. For .cpp files.
namespace osetra::quality {

/// What the search found out of the picture before it looked for each egg.
struct TrayScene {
    cv::Mat grey;                                    ///< float, 0 to 255, a little smoothed: as eyes see it, for the search
    cv::Mat light;                                   ///< the same as light fell, 0 to 255: what a lens blurs evenly, so rims are placed by it
    bool dark_eggs = true;                           ///< than the tray
    double radius = 0;                               ///< that most have; 0: nothing round
};

/// Radii from `least` to `most` pixels are looked for.
TrayScene look_for_scale(cv::Mat const& grey, double least, double most);

/// Circles with their support, the best first, none on another. Those whose rim is no circle are broken.
std::vector<TrayEgg> find_round(TrayScene const&, double* rim_width);

/// The corners of the marker's outer square, to parts of a pixel; empty: none is there.
std::vector<cv::Point2f> find_marker(cv::Mat const& grey);

/// Grey values as light, 0 to 255.
cv::Mat light_of_grey(cv::Mat const& grey);
float sample(cv::Mat const& picture, double x, double y);   ///< \pre inside, less the last row and column

} // namespace osetra::quality
