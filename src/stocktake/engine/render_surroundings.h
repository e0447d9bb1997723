#pragma once
#include "stocktake/engine/render_ground.h"

namespace osetra::stocktake {

/// What is about fry when people photograph them, and looks like fry here and there: print and handwriting on paper, skin with its spots and hairs, gear with its holes and bolts, strips of tape, drops.
/// `size`: the length of a fish. Beyond the walls of the vessel; print and drops lie on the floor, too, and without a vessel only there.
void paint_surroundings(Canvas&, Vessel const* vessel, float size, Dice&);

} // namespace osetra::stocktake
