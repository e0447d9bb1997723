#pragma once
#include <vector>

#include "kernel/fields.h"

namespace osetra::stocktake {

/// One body in an image: as a detector saw it, a person marked it or the renderer knows it. Pixels, origin top left, x to the right, y down.
struct Mark {
    double x = 0, y = 0;     ///< middle of the body
    double axis = 0;         ///< radians, the way the head points: (-pi, pi], 0 along x, growing towards y
    double length_px = 0;    ///< snout to tail along the body; 0: unknown
    double score = 1;        ///< (0, 1]: how sure the detector is
    double visible = 1;      ///< [0, 1]: share of the body that can be seen
};
template <Is<Mark> X> void visit_fields(X& x, auto f) {
    f("x", x.x); f("y", x.y); f("axis", x.axis); f("length_px", x.length_px); f("score", x.score); f("visible", x.visible);
}

using Marks = std::vector<Mark>;

/// How surely the axes of a finder's marks tell head from tail: what one costs that is the other way round, in squared standard deviations: twice the logarithm of the odds.
constexpr double mostly_right = 6, nearly_always = 20;

} // namespace osetra::stocktake
