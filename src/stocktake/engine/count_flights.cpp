#include "stocktake/engine/count_flights.h"

#include <cmath>
#include <iterator>

namespace osetra::stocktake {
namespace {

/// Numbers spread evenly by their logarithm, in an order that has no pattern (golden ratio).
int fish_of(int place, double least, double most) {
    auto const part = std::fmod(0.5 + 0.6180339887 * place, 1.0);
    return static_cast<int>(std::lround(least * std::pow(most / least, part)));
}

FlightPlan plan_of(int place, SceneKind scene, Range range, std::uint64_t first_seed) {
    FlightPlan plan;
    plan.scene = scene;
    plan.camera = CameraPath::hover;
    plan.range = range;
    plan.seed = first_seed + 17 * static_cast<std::uint64_t>(place);
    plan.fish = scene == SceneKind::dense ? fish_of(place, 400, 2'000) : fish_of(place, 50, 2'000);
    return plan;
}

} // namespace

std::vector<FlightPlan> judged_flights() {
    std::vector<FlightPlan> all;
    for (int i = 0; i < 60; ++i) all.push_back(plan_of(i, i < 30 ? SceneKind::clear : i < 40 ? SceneKind::turbid : i < 50 ? SceneKind::glare : SceneKind::dense, Range::test, first_test_seed + 5'000));
    return all;
}

std::vector<FlightPlan> fitting_flights(int n) {
    constexpr SceneKind scenes[] = {SceneKind::clear, SceneKind::turbid, SceneKind::clear, SceneKind::glare, SceneKind::dense};
    constexpr int usual = 24, crowds[] = {44, 54, 59};   // 1,221, 1,632 and 1,887 fish: how crowds hide fish shows in few others
    std::vector<FlightPlan> all;
    for (int i = 0; i < n; ++i) {
        auto const crowd = i >= usual && i < usual + static_cast<int>(std::size(crowds));
        all.push_back(plan_of(crowd ? crowds[i - usual] : i, crowd ? SceneKind::dense : scenes[i % 5], Range::training, 700'000));
    }
    return all;
}

} // namespace osetra::stocktake
