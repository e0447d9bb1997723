#pragma once
#include <optional>

#include <opencv2/core.hpp>

#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// What a camera saw in the looks before this one, where this picture shows it: running means of brightness. A body stays and swims on slowly, sparkle and ripples go by, so who sees both tells them apart.
/// CV_32F in [0, 255], of the picture's size; empty: nothing is known but the picture itself.
struct Past {
    cv::Mat lately, before;   ///< over 0.2 and 0.8 seconds
};

/// The brightness that Past means, as OpenCV takes it.
constexpr float grey_of(float blue, float green, float red) { return blue * 0.114f + green * 0.587f + red * 0.299f; }

/// Pixels by which a camera's move takes the corner of a picture that it takes farthest.
double farthest_moved(Homography const&, cv::Size const&);
inline constexpr double unmoved = 0.5;   ///< so little is not worth a loss of sharpness
/// A plane of CV_32F as a camera that has moved would show it, and beyond its edges what is nearest. Where it hovers it turns and sinks too little for more than an affine map. Two planes that are not one.
void carry(cv::Mat const& from, cv::Mat& to, Homography const& moved);

/// Keeps the past of one clip.
class Memory {
public:
    /// What was seen before this look, which is then remembered too; at the first look the picture itself. `moved`: from the pixels of the look before to those of this one; none: nobody knows, and what was before is forgotten.
    /// Pictures of 8-bit BGR; times grow.
    Past const& look(cv::Mat const& bgr, std::optional<Homography> const& moved, double at_s);
    /// The look taken in last, grey of 8 bits.
    cv::Mat const& seen() const { return m_last; }

private:
    Past m_past;
    cv::Mat m_last, m_now, m_spare;   ///< kept from look to look: planes that come and go between small things that stay would tear the heap
    Homography m_moved = identity;   ///< since the past was last carried along
    double m_at_s = 0;
};

} // namespace osetra::stocktake
