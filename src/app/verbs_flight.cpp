#include <cmath>
#include <fmt/core.h>
#include <ostream>

#include "app/verbs.h"
#include "kernel/json.h"
#include "stocktake/engine/flight_plan.h"

namespace osetra::app {

Result<Done> flight(Context const& c, FlightVerb const& verb) {
    using namespace stocktake;
    FlightPlan asked;
    asked.scene = scene_kind(verb.scene).value_or(SceneKind::clear);
    asked.camera = verb.camera == "sweep" ? CameraPath::sweep : CameraPath::hover;
    asked.range = verb.range == "training" ? Range::training : verb.range == "test" ? Range::test : range_of_seed(verb.seed);
    asked.seed = verb.seed;
    asked.fish = verb.fish >= 0 ? static_cast<int>(verb.fish) : asked.scene == SceneKind::empty ? 0 : 200;
    asked.seconds = verb.minutes * 60, asked.frames_per_s = verb.fps;
    asked.width = verb.width, asked.height = verb.height;
    auto const plan = OSETRA_TRY(checked(asked));
    Progress progress{c.io};
    auto const frames = std::llround(plan.seconds * plan.frames_per_s);
    auto const truth = OSETRA_TRY(write_flight(plan, verb.out, verb.truth, verb.quality, [&](double share) {
        progress.show("Flying, frame", std::llround(share * static_cast<double>(frames)), frames);
        return true;
    }));
    progress.done();
    std::size_t seen = 0;
    for (auto const& f : truth.frames) seen += f.marks.size();
    if (c.where.json) {
        JsonOut out;
        out.begin_object();
        out.value("clip", verb.out), out.value("scene", truth.scene), out.value("seed", static_cast<std::int64_t>(truth.seed)), out.value("fish_count", truth.fish_count);
        out.value("frames", static_cast<std::int64_t>(truth.frames.size())), out.value("width", truth.width), out.value("height", truth.height);
        out.value("frames_per_s", truth.frames_per_s), out.value("px_per_m", truth.px_per_m), out.value("marks", static_cast<std::int64_t>(seen));
        out.end_object();
        c.io.out << out.take() << '\n';
        return Done{};
    }
    c.io.out << fmt::format("{} fish, {} frames of {} x {}, {:.1f} pixels a metre, written to {}\n", truth.fish_count, truth.frames.size(), truth.width, truth.height, truth.px_per_m, verb.out);
    if (!verb.truth.empty()) c.io.out << "What is in each frame: " << verb.truth << '\n';
    return Done{};
}

} // namespace osetra::app
