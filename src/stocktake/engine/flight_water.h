#pragma once
#include <opencv2/core.hpp>
#include <vector>

#include "stocktake/engine/flight_world.h"

namespace osetra::stocktake {

/// The surface at one place: slopes, and how strongly it is curved (of deviation 1 where the waves are usual).
struct Surface { float slope_x = 0, slope_y = 0, curve = 0; };

/// Waves as a sum of sines, each as fast as gravity makes it (omega^2 = g k), on and about the wind's way.
class Waves {
public:
    Waves(FlightWorld const&, std::uint64_t seed);
    void at_time(float seconds);
    Surface at(float x, float y) const;   ///< pond metres

private:
    struct Wave { float kx, ky, speed, start, slope, curve, phase; };   ///< phases and wave numbers in turns
    std::vector<Wave> m_waves;
};

/// Bends a ray on its way to what lies `depth` below: metres aside for one unit of slope. n = 1.333, small angles.
constexpr float bent(float depth) { return -.25f * depth; }
/// Light that waves gather or scatter, about 1.
float gathered(Surface const&);

/// How the sky and the sun look in the water, and what floats on it.
class Sky {
public:
    Sky(FlightWorld const&, std::uint64_t seed);
    /// Brightness added where the water has this surface, looked at from (towards_x, towards_y): tangent of the view from above.
    float seen(Surface const&, float x, float y, float towards_x, float towards_y, float seconds) const;
    float ice(float x, float y) const;    ///< 0 none, 1 solid

private:
    FlightWorld const& m_world;
    cv::Mat_<float> m_clouds, m_ice;
    float m_ice_from = 9, m_ice_scale = 1;
};

/// The pond as it lies without waves, seen through its water, and the deck around it. Pixel (0, 0) is at `origin`, in pond metres.
struct Ground {
    cv::Mat_<cv::Vec3b> picture;
    cv::Point2f origin;
    float px_per_m = 1;
};
Ground ground_of(FlightWorld const&, cv::Rect2f const& region, std::uint64_t seed);
/// What is left of light from `depth`, and what the water adds.
std::pair<cv::Vec3f, cv::Vec3f> through_water(FlightWorld const&, float depth);

} // namespace osetra::stocktake
