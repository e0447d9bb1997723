#pragma once
#include <optional>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// The part of a hovering camera's picture that bodies are in. The rest is banks, lawn and road, and need not be looked at each time: once a second it is, and where bodies are seen then is looked at from then on.
/// Before a camera that flies on, or that nobody follows, it is the whole picture.
class Haunt {
public:
    /// Before a look: where to look, pixels of the picture; none: everywhere. `moved`: from the pixels of the look before to those of this one; none: nobody knows. Times grow.
    std::optional<cv::Rect> part(cv::Size const& picture, std::optional<Homography> const& moved, double at_s);
    /// After it: what was seen there, best first; those of a score of `sure` and more count.
    void saw(Marks const&, double sure);

private:
    struct Bounds {
        double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
        void take_in(double x, double y);
        void take_in(Bounds const&);
    };
    cv::Size m_size;                                    ///< none: nothing was looked at yet
    Homography m_moved = identity;                      ///< since the picture was last looked at as a whole
    double m_begun_s = 0, m_whole_s = 0, m_flew_s = -1e9, m_turn_s = 0, m_length = 0;
    bool m_whole = true;
    Bounds m_lately, m_before;                          ///< of what was seen in this turn and in the one before
    std::optional<cv::Rect> m_part;
};

} // namespace osetra::stocktake
