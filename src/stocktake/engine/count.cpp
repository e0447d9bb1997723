#include "stocktake/engine/count.h"

#include "kernel/processor_time.h"
#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/overlay.h"
#include "stocktake/engine/pipeline.h"

namespace osetra::stocktake {

Result<CountResult> count(CountQuestion const& question, Progress const& progress, std::string const& overlay) {
    auto const begin = processor_seconds();
    auto const share = overlay.empty() ? 1.0 : 0.8;   // the rest is drawing
    auto const fits = OSETRA_TRY(known_calibrations(question));
    auto [finder, media] = OSETRA_TRY(open_to_count(question, question.paths));
    auto gathered = OSETRA_TRY(gather(question, *media, finder, [&](double done, std::string const& what) { return !progress || progress(share * done, what); }));
    auto const calibration = calibration_for(fits, finder.name(), gathered.way);
    auto const to_plane = std::move(gathered.to_plane);
    auto const px_per_m = gathered.scale.px_per_m;
    auto result = result_of(question, std::move(gathered), calibration, finder);
    if (!overlay.empty())
        OSETRA_TRY(write_overlay(question.paths, result, to_plane, px_per_m, overlay, [&](double done, std::string const& what) { return !progress || progress(share + (1 - share) * done, what); }));
    if (progress) progress(1, "done");
    result.seconds = processor_seconds() - begin;
    return result;
}

} // namespace osetra::stocktake
