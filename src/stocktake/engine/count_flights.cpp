#include "stocktake/engine/count_flights.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace osetra::stocktake {
namespace {

FlightPlan plan_of(int place, SceneKind scene, Range range, std::uint64_t first_seed) {
    FlightPlan plan;
    plan.scene = scene;
    plan.camera = CameraPath::hover;
    plan.range = range;
    plan.seed = first_seed + 17 * static_cast<std::uint64_t>(place);
    plan.fish = scene == SceneKind::dense ? fish_of(place, 400, 2'000) : fish_of(place, 50, 2'000);
    return plan;
}

constexpr SceneKind scenes[] = {SceneKind::clear, SceneKind::turbid, SceneKind::clear, SceneKind::glare, SceneKind::dense};

constexpr int first_left_out = 55;
std::vector<FlightPlan> sweeps(int from, int to) {
    std::vector<FlightPlan> all;
    for (int i = from; i < to; ++i) {
        all.push_back(plan_of(i, scenes[i % 5], Range::training, 990'000));
        all.back().camera = CameraPath::sweep;
    }
    return all;
}

} // namespace

int fish_of(int place, double least, double most) {
    auto const part = std::fmod(0.5 + 0.6180339887 * place, 1.0);
    return static_cast<int>(std::lround(least * std::pow(most / least, part)));
}

std::vector<FlightPlan> judged_flights() {
    std::vector<FlightPlan> all;
    all.reserve(60);
    for (int i = 0; i < 60; ++i) all.push_back(plan_of(i, i < 30 ? SceneKind::clear : i < 40 ? SceneKind::turbid : i < 50 ? SceneKind::glare : SceneKind::dense, Range::test, first_test_seed + 5'000));
    return all;
}

std::vector<FlightPlan> crowds(int n) {
    std::vector<FlightPlan> all;
    all.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) all.push_back({SceneKind::clear, CameraPath::hover, Range::training, 980'000 + 17 * static_cast<std::uint64_t>(i), fish_of(i, 900, 2'000)});
    return all;
}

std::vector<FlightPlan> fitting_sweeps() {
    auto all = sweeps(0, first_left_out);
    constexpr int more = 16;   // where a drone is most easily lost and flights differ most
    for (int i = 0; i < more; ++i) all.push_back({i % 4 < 3 ? SceneKind::glare : SceneKind::turbid, CameraPath::sweep, Range::training, 995'000 + 17 * static_cast<std::uint64_t>(i), fish_of(i, 50, 1'000)});
    constexpr int plain = 16;  // clear water, of which detectability knew only what every other of those above tells
    for (int i = 0; i < plain; ++i) all.push_back({SceneKind::clear, CameraPath::sweep, Range::training, 871'000 + 17 * static_cast<std::uint64_t>(i), fish_of(i, 150, 1'500)});
    return all;
}

std::vector<FlightPlan> sweeps_left_out() { return sweeps(first_left_out, first_left_out + 20); }

std::vector<FlightPlan> fitting_flights(int n) {
    constexpr int usual = 24, crowded = 50, crowds[] = {44, 54, 59};   // 1,221, 1,632 and 1,887 fish: how crowds hide fish shows in few others
    // next to the bands that are judged, in murk, back, size and waves, as world_bands() draws them, of every scene; and glare over few fish
    struct { SceneKind scene; int fish; std::uint64_t seed; } constexpr near[] = {
        {SceneKind::clear, 169, 800'437}, {SceneKind::clear, 1431, 800'557}, {SceneKind::clear, 382, 800'688}, {SceneKind::clear, 102, 800'957},
        {SceneKind::clear, 865, 801'019}, {SceneKind::clear, 231, 801'566}, {SceneKind::clear, 62, 801'674}, {SceneKind::clear, 522, 802'077},
        {SceneKind::clear, 140, 802'545}, {SceneKind::clear, 1181, 802'579}, {SceneKind::glare, 100, 850'007}, {SceneKind::glare, 140, 850'010},
        {SceneKind::glare, 75, 850'125}, {SceneKind::glare, 120, 850'162}, {SceneKind::glare, 220, 850'234},
        {SceneKind::clear, 1200, 900'040}, {SceneKind::clear, 1800, 900'042}, {SceneKind::clear, 900, 900'043}, {SceneKind::clear, 1500, 900'147},
        {SceneKind::clear, 650, 900'256}, {SceneKind::clear, 2000, 900'265}, {SceneKind::clear, 300, 900'271}, {SceneKind::clear, 100, 900'296},
        {SceneKind::clear, 1050, 900'303}, {SceneKind::clear, 760, 900'306}, {SceneKind::glare, 90, 920'007}, {SceneKind::glare, 115, 920'019},
        {SceneKind::glare, 150, 920'048}, {SceneKind::glare, 300, 920'049}, {SceneKind::glare, 650, 920'136}, {SceneKind::glare, 1500, 920'185},
        {SceneKind::turbid, 58, 940'020}, {SceneKind::turbid, 330, 940'026}, {SceneKind::turbid, 800, 940'147}, {SceneKind::turbid, 1400, 940'169},
        {SceneKind::turbid, 1900, 940'203}, {SceneKind::turbid, 120, 940'264}, {SceneKind::dense, 413, 960'075}, {SceneKind::dense, 900, 960'089},
        {SceneKind::dense, 1300, 960'167}, {SceneKind::dense, 1800, 960'177}};
    std::vector<FlightPlan> all;
    all.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < std::min(n, usual); ++i) all.push_back(plan_of(i, scenes[i % 5], Range::training, 700'000));
    for (auto const crowd : crowds)
        if (std::ssize(all) < n) all.push_back(plan_of(crowd, SceneKind::dense, Range::training, 700'000));
    for (auto const& f : near) {
        if (std::ssize(all) >= n) break;
        all.push_back({f.scene, CameraPath::hover, Range::training, f.seed, f.fish});
    }
    // mostly crowds in clear water, of which there are few above
    for (int i = 0; i < crowded && std::ssize(all) < n; ++i) {
        auto const scene = i % 5 < 4 ? SceneKind::clear : i % 10 == 4 ? SceneKind::dense : i % 20 == 9 ? SceneKind::turbid : SceneKind::glare;
        auto const least = scene == SceneKind::clear ? 300 : scene == SceneKind::dense ? 400 : 100;
        all.push_back({scene, CameraPath::hover, Range::training, 970'000 + 17 * static_cast<std::uint64_t>(i), fish_of(i, least, 2'000)});
    }
    return all;
}

} // namespace osetra::stocktake
