#pragma once
#include <array>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/stabilise.h"

namespace osetra::stocktake {

/// Bodies as landmarks. Where light from waves and glitter is nearly all that shows, the camera's way is taken from what goes along with the wind. But bodies swim a length a second and each its own way: if between two
/// looks nearly all go one way together and faster than that, it was the camera that went.
class Landmarks {
public:
    /// Before bodies are sought: the pose of a camera that was lately found wrong, and is said to have leapt, goes on as it went; whether it did. So who sees with the past has it nearly where it belongs.
    bool foresee(double at_s, CameraPose&) const;
    /// Mends a pose that says otherwise, and one that is lost; whether it did. `bodies`: what was seen in this look, in its pixels. Times grow. A camera that was found wrong is watched more narrowly for a while.
    bool mend(Marks const& bodies, double at_s, CameraPose&);

private:
    Marks m_last;                    ///< of the look before, in its pixels; of a crowd some
    Homography m_pose = identity;    ///< and its pose
    Homography m_step = identity;    ///< from the pixels of the one before that to its pixels: plain shift
    int m_piece = 0;
    double m_at_s = 0, m_mended_s = -1e9, m_length = 0;
    double m_along = 0, m_squares = 0;   ///< how fast bodies swim where their heads point: pixels a second of the one for each of the other
};

} // namespace osetra::stocktake
