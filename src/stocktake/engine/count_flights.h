#pragma once
#include <vector>

#include "stocktake/engine/flight.h"

namespace osetra::stocktake {

/// Numbers from `least` to `most`, spread evenly by their logarithm, in an order that has no pattern (golden ratio).
int fish_of(int place, double least, double most);

/// The flights that counts are judged by: of every sixty, 30 clear and 10 each turbid, glare and dense; 50 to 2,000 fish; the camera stands over the pond. 1280 x 720, 15 frames a second, 20 s.
/// Range::test: neither network nor calibration has seen their like.
std::vector<FlightPlan> judged_flights();

/// The first so many of those that detectability is fitted on: Range::training, all scenes and numbers.
inline constexpr int fitting_flights_there_are = 118;
std::vector<FlightPlan> fitting_flights(int n);

/// Crowds of 900 to 2,000 fish in clear water, on which nothing was fitted: Range::training. They are what is hardest to count among clear flights.
inline constexpr int crowds_left_out = 20;
std::vector<FlightPlan> crowds(int n);

/// Those along a longer pond that detectability from a camera that flies along is fitted on, and others that nothing was fitted on: Range::training, all scenes and numbers, of the first more in glare and murk.
std::vector<FlightPlan> fitting_sweeps();
std::vector<FlightPlan> sweeps_left_out();

} // namespace osetra::stocktake
