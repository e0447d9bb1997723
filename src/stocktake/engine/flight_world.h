#pragma once
#include <array>
#include <vector>

#include "stocktake/engine/flight.h"
#include "stocktake/engine/render_body.h"

namespace osetra::stocktake {

/// The water's edge in pond metres: a rectangle from (0, 0) with rounded corners; with corners as large as half of it, a round pond.
struct Pond {
    float width = 0, height = 0, corner = 0, depth = 1;
    float outside(float x, float y) const;                 ///< metres from the edge, negative in the water
    std::vector<std::array<double, 2>> outline() const;
};

/// One pond, its fish and its day, before anything swims. Lengths in metres.
struct FlightWorld {
    Pond pond;
    int fish = 0;
    float length = 1, length_spread = .1f, girth = 8;      ///< of fish: mean, deviation as a share, length by width
    float px_per_m = 50, focal_px = 900, altitude = 18;
    float turbidity = .3f;                                 ///< light lost a metre of water, one way, in green
    cv::Vec3f loss{.5f, .3f, .6f}, veil{.4f, .45f, .3f};   ///< by channel; the water's own colour
    cv::Vec3f floor{.4f, .4f, .4f}, deck{.6f, .6f, .6f}, back{.2f, .22f, .24f}, flank{.3f, .3f, .3f}, mark{.6f, .65f, .65f};
    float wave_length = 1, wave_slope = .05f, wave_way = 0;
    float caustics = .1f, glint = 0, sky = .03f, sky_patches = 0;
    cv::Point2f sun{1, 0};                                 ///< tangent of its angle from above, by direction
    float shadow = .2f;
    float schooling = .5f, current = 0, resting = .15f, activity = 1;
    float exposure = 1, noise = .01f, blur_px = .6f, vignette = .2f, jitter_px = 2, yaw = .01f, tilt = .02f, rolling = 0;
    float ice = 0, lamp = 0;                               ///< share under ice; darkness round the lamp
    bool frenzy = false;
    int leaves = 0, poles = 0;
};

/// Every number of a world that has a band of its own for tests.
std::vector<Band> const& world_bands();
/// Out of the seed's own dice; `bands`, where given, gets what was drawn out of each, in their order.
FlightWorld world_of(FlightPlan const&, std::vector<float>* bands = nullptr);
/// Floors that training sees, and those kept for tests.
std::vector<cv::Vec3f> floors_of(Range);

} // namespace osetra::stocktake
