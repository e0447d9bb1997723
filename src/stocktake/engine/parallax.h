#pragma once
#include <array>
#include <vector>

#include "stocktake/engine/count.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// The camera's way is known in the plane of what shows where it flies: banks, floor, light on the water. Bodies swim in another one, below or above. Seen in the camera's plane those farther off go along with the
/// camera, by this share of its way: (depth / refractive index) / (altitude + depth / refractive index) for bodies below the water that the way is known on, some hundredths. So a picture shows more of their water than of the
/// plane, and whoever takes the one for the other counts as much too many of a pond that was flown along.
struct Parallax {
    double along = 0;      ///< below nought: bodies are nearer than the plane
    double error = 0.05;   ///< standard error; this one where nothing tells
};

/// Told by how bodies go while the camera goes one way, against how they go while it goes another: what they do at all times alike is their own swimming. A camera that flies one way at one speed tells nothing.
/// `camera`: at_s, x, y of the middle of the picture in the plane that the tracks are in, look by look; pixels.
Parallax parallax_of(std::vector<Track> const&, std::vector<std::array<double, 3>> const& camera);

/// From a picture to the plane that bodies swim in, as large there as in the camera's plane. `went`: x, y of the camera since the first picture.
Homography among_bodies(Homography const& to_plane, Parallax const&, std::array<double, 2> const& went);

} // namespace osetra::stocktake
