#include "stocktake/engine/count_known.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {
namespace {

constexpr double visible_from = 0.33;

struct Look1 {
    FoundScore found;
    double seen = 0, visible = 0;
};
/// Hidden bodies are paired too, so that a mark at one is no false one, and then left out.
Look1 compare(Marks const& seen, Marks const& truth, double radius) {
    auto const pairs = match(seen, truth, radius);
    Look1 out;
    for (auto const& t : truth) out.visible += t.visible >= visible_from;
    for (auto const to : pairs) {
        if (to < 0) ++out.found.false_marks;
        else if (truth[static_cast<std::size_t>(to)].visible >= visible_from) ++out.found.found;
    }
    out.found.missed = static_cast<std::int64_t>(out.visible) - out.found.found;
    out.seen = static_cast<double>(out.found.found + out.found.false_marks);
    return out;
}

} // namespace

Result<Evaluation> count_against(CountQuestion const& question, Truth const& truth, double radius_px, Progress const& progress) {
    auto const fits = OSETRA_TRY(known_calibrations(question));
    auto [finder, media] = OSETRA_TRY(open_to_count(question, question.paths));
    auto const g = OSETRA_TRY(gather(question, *media, finder, progress));
    return evaluate(g, result_of(question, g, calibration_for(fits, finder.name(), g.way), finder), truth, radius_px);
}

Evaluation evaluate(Gathered const& g, CountResult const& count, Truth const& truth, double radius_px) {
    Evaluation out;
    out.number = static_cast<double>(truth.fish_count);
    out.counted = {out.number, static_cast<double>(count.count), static_cast<double>(count.low), static_cast<double>(count.high)};
    auto const radius = radius_px > 0 ? radius_px : 0.5 * g.sight.length_px;
    std::vector<PlacedFrame> frames;
    out.count = count;
    out.count.frames.clear();
    out.count.tracks.clear();
    auto const& looked = g.frames;
    for (std::size_t i = 0; i < looked.size(); ++i) {
        auto const* frame = at_time(truth, looked[i].at_s);
        if (!frame) continue;
        auto const look = compare(looked[i].points, marks_of(*frame), radius);
        out.found += look.found;
        out.mape += std::abs(look.seen - look.visible) / std::max(1.0, look.visible);
        ++out.looks;
        if (i >= g.followed.size()) continue;
        PlacedFrame placed;
        placed.seen = g.followed[i];
        for (auto const& t : frame->marks) (t.mark.visible >= visible_from ? placed.truth : placed.unjudged).push_back({t.fish, t.mark.x, t.mark.y});
        frames.push_back(std::move(placed));
    }
    if (out.looks > 0) out.mape /= static_cast<double>(out.looks);
    if (!frames.empty()) out.tracks = track_score(frames, g.sight.length_px);
    return out;
}

Known known_of(Gathered const& g, double true_number, Truth const* truth) {
    auto const n = number_if_perfect(g).n;
    Known known{g.sight, n.value, true_number, std::max(0.001, n.value > 0 ? (n.high - n.low) / 3.92 / n.value : 1.0), -1};
    if (!truth || g.followed.empty()) return known;
    double wrong = 0, followed = 0;
    for (std::size_t i = 0; i < g.followed.size(); ++i) {
        auto const* frame = at_time(*truth, g.frames[i].at_s);
        if (!frame) continue;
        Marks there;
        for (auto const& b : g.followed[i]) there.push_back({b.x, b.y, 0, 0, 1, 1});
        auto const pairs = match(there, marks_of(*frame), g.sight.length_px);
        for (std::size_t b = 0; b < pairs.size(); ++b) {
            auto const likely = g.likely.empty() ? 1.0 : g.likely[i][b];
            if (pairs[b] < 0) wrong += likely;
            followed += likely;
        }
    }
    if (followed > 0) known.false_found = n.value * wrong / followed;
    return known;
}

Result<std::vector<Calibration>> calibrate_site(std::vector<KnownMedia> const& all, CountQuestion const& question, Progress const& progress) {
    auto fits = OSETRA_TRY(known_calibrations(question));
    struct Watched {
        std::string model;
        std::vector<Known> known;
    };
    std::map<std::string, Watched> by_way;
    for (auto const* way : {"clip", "sweep", "picture", "still"}) by_way[way].model = model_for(question, std::string_view{way} != "picture");
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto [one, media] = OSETRA_TRY(open_to_count(question, all[i].paths));
        auto const share = [&](double done, std::string const& what) { return !progress || progress((static_cast<double>(i) + done) / static_cast<double>(all.size()), what); };
        auto const g = OSETRA_TRY(gather(question, *media, one, share));
        auto const* truth = all[i].truth ? &*all[i].truth : nullptr;
        auto& watched = by_way[g.way];
        watched.model = one.name();
        watched.known.push_back(known_of(g, truth ? static_cast<double>(truth->fish_count) : all[i].number, truth));
    }
    if (all.empty()) return refuse("calibration_empty", "Give at least one clip or set of pictures whose number is known.");
    std::vector<Calibration> out;
    for (auto const& [way, watched] : by_way) {
        auto const base = calibration_for(fits, watched.model, way);
        if (watched.known.empty()) out.push_back(base);
        else out.push_back(OSETRA_TRY(calibrate(watched.known, base, base.clips > 0 ? 0.1 : 1.0)));
    }
    return out;
}

} // namespace osetra::stocktake
