#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/result.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

/// What the water and the day are like. The first four are what a stocktaking meets; the rest is what it must not be fooled by.
enum class SceneKind { clear, turbid, glare, dense, night, ice, feeding, empty };
inline constexpr SceneKind all_scenes[] = {SceneKind::clear, SceneKind::turbid, SceneKind::glare, SceneKind::dense, SceneKind::night, SceneKind::ice, SceneKind::feeding, SceneKind::empty};
std::string_view name_of(SceneKind);
std::optional<SceneKind> scene_kind(std::string_view name);

/// hover: the drone stands over the pond, which is in the picture (nearly) whole. sweep: it flies along a pond longer than the picture, forth and back.
/// glimpse: one look at part of a pond, from so near that fish may be large.
enum class CameraPath { hover, sweep, glimpse };

/// Where the parameters of a world come from. Bodies, floors, waves, turbidity and lenses for tests are out of bands that training never sees.
enum class Range { training, test };

/// What is asked of a flight. The same plan gives the same pixels and the same truth.
struct FlightPlan {
    SceneKind scene = SceneKind::clear;
    CameraPath camera = CameraPath::hover;
    Range range = Range::test;
    std::uint64_t seed = 1;
    int fish = 200;              ///< in the whole pond; below 0 (glimpse only): drawn
    double seconds = 20;
    int width = 1280, height = 720;
    double frames_per_s = 15;
};

constexpr std::uint64_t first_test_seed = 1'000'000;
/// Seeds below a million are for training, the rest for tests.
constexpr Range range_of_seed(std::uint64_t seed) { return seed < first_test_seed ? Range::training : Range::test; }

/// Refusals: flight_fish (0 to 5,000; an empty pond has none), flight_size (even, 64 to 4,096 pixels), flight_speed (1 to 120 frames a second), flight_long (up to two hours).
Result<FlightPlan> checked(FlightPlan);

/// Flies and writes: a clip (H.264 in mp4; MPEG-4 where that encoder is missing) and its truth as JSON. `quality` on the scale of x264's constant rate factor: up to 23 as the
/// encoder does it, above (to 51) each frame was packed poorly before, as by a messenger. `progress` gets the share done and may stop it with false.
/// Refusals: clip_unwritable, truth_unwritable, flight_stopped.
Result<Truth> write_flight(FlightPlan const&, std::string const& clip, std::string const& truth_file, int quality, std::function<bool(double)> const& progress = {});

} // namespace osetra::stocktake
