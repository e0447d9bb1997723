#include "stocktake/engine/count.h"

#include <algorithm>
#include <ctime>

#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/overlay.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {
namespace {

double thread_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

} // namespace

Result<CountResult> count(CountQuestion const& question, Progress const& progress, std::string const& overlay) {
    auto const begin = thread_seconds();
    auto const share = overlay.empty() ? 1.0 : 0.8;   // the rest is drawing
    auto const fits = OSETRA_TRY(known_calibrations(question));
    auto finder = OSETRA_TRY(DetectorFinder::load(question.model));
    auto media = OSETRA_TRY(open_for(finder, question.paths));
    auto gathered = OSETRA_TRY(gather(question, *media, finder, [&](double done, std::string const& what) { return !progress || progress(share * done, what); }));
    auto const calibration = calibration_for(fits, finder.name(), gathered.way);
    auto const to_plane = std::move(gathered.to_plane);
    auto const px_per_m = gathered.scale.px_per_m;
    auto result = result_of(question, std::move(gathered), calibration, finder);
    if (!overlay.empty())
        OSETRA_TRY(write_overlay(question.paths, result, to_plane, px_per_m, overlay, [&](double done, std::string const& what) { return !progress || progress(share + (1 - share) * done, what); }));
    if (progress) progress(1, "done");
    result.seconds = thread_seconds() - begin;
    return result;
}

} // namespace osetra::stocktake
