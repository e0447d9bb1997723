#pragma once
#include <string>
#include <vector>

#include "stocktake/engine/count.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// Draws what was seen into the pictures: bodies as strokes that end in a dot at the head, the last seconds of their way, the count and a legend. A clip becomes a clip with the frames that were
/// looked at, photographs become one with a second each; one photograph becomes a picture where `to` ends as one. Wider ones than 1920 pixels are made smaller.
/// `to_plane` is from each frame's pixels to the plane of the tracks, which is in metres at `px_per_m` (0: in pixels). Refusals: overlay_unwritable, count_stopped, those of Media.
Result<Done> write_overlay(std::vector<std::string> const& paths, CountResult const&, std::vector<Homography> const& to_plane, double px_per_m, std::string const& to, Progress const&);

} // namespace osetra::stocktake
