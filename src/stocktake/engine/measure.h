#pragma once
#include <optional>
#include <span>

#include "stocktake/engine/count.h"

namespace osetra::stocktake {

/// Metres of one pixel, and how sure.
struct Scale {
    double px_per_m = 0;
    double error = 0.02;   ///< standard error of its logarithm, the same for every body
};

/// What `altitude_m` says of bodies below the water: those deeper look smaller by the longer way, of which water counts for 1/1.33 (refraction). Taken to swim 0.5 m deep, give or take
/// as much; without an altitude nothing is corrected and the scale is less sure.
Scale at_depth(double px_per_m, std::optional<double> altitude_m);

/// A body's length in pixels with its own standard error.
struct Measured {
    double length_px = 0, error_px = 0;
};
/// Of marks of one body: the median of those seen nearly whole (`visible` at least 0.8), or of all where none is.
Measured length_of(std::span<Mark const>);

/// W = a L^b, kilograms of metres; `error` is that of the logarithm of the mean weight where a and b are not from this stock.
struct WeightLaw {
    double a = 6.0, b = 3.15, error = 0.12;   ///< sturgeon reared in tanks, rounded: 1 m weighs 6 kg
};

/// Mean length of a body with its interval. Bodies differ, each is measured with an error, and all by one scale. None for no bodies or no scale.
std::optional<Estimate> mean_length(std::span<Measured const>, Scale const&);
/// Weight of all: N times the mean weight, each with its error; the spread of measuring is taken out of the mean (a noisy length makes L^b too large).
std::optional<Estimate> biomass(std::span<Measured const>, Scale const&, WeightLaw const&, Estimate const& n);

} // namespace osetra::stocktake
