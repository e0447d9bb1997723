#pragma once
#include <optional>

#include <opencv2/core.hpp>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// What lies under the water where a camera hovers: seams of a liner, pipes, stains, poles. Bodies swim on, these stay, so a mean over many looks shows them alone.
class Ground {
public:
    /// Takes in a look, grey of 8 bits, as Memory::seen has it. `moved`: from the pixels of the look before to those of this one; none: nobody knows. Where the camera flew on, the ground is learnt anew.
    void look(cv::Mat const& grey, std::optional<Homography> const& moved, double at_s);
    /// [0, 1]: how much of what stands out there stood out as much before; nought while little is known. Of a body that rests it grows too.
    double stood(Mark const&) const;

    /// Marks of the look taken in last, best first, those where something stood long ago with less score: a weak one is a seam, a strong one a body that rests. Without those then below `least`.
    Marks doubted(Marks, double least) const;

private:
    cv::Mat m_now, m_before, m_laid;   ///< grey, half as wide: of this look, of the ground as the look showed it with which it was begun, and this look laid on that
    cv::Mat m_half;                    ///< kept, as in Memory
    Homography m_away = identity;   ///< since then, in half pixels
    double m_at_s = 0, m_taken_s = 0;  ///< of the last look, and of the last that the mean took in
    double m_known_s = 0, m_sure = 0;  ///< what the mean spans, and how far it is trusted for that: [0, 1]
};

} // namespace osetra::stocktake
