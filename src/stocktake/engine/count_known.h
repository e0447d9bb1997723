#pragma once
#include <optional>
#include <string>
#include <vector>

#include "stocktake/engine/calibrate.h"
#include "stocktake/engine/count.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/truth.h"

namespace osetra::stocktake {

struct Gathered;

/// A clip or pictures of which more is known than they show.
struct KnownMedia {
    std::vector<std::string> paths;
    std::optional<Truth> truth;
    double number = 0;                 ///< bodies in the whole pond or tub; with a truth its own
};

/// How a count compares with what is known.
struct Evaluation {
    double number = 0;                 ///< true
    Counted counted;
    CountResult count;                 ///< without its frames and tracks
    FoundScore found;                  ///< single looks, of bodies that are visible by a third or more; hidden ones count neither way
    double mape = 0;                   ///< mean over the looks of |seen - visible| / visible
    std::optional<TrackScore> tracks;  ///< of a clip
    std::int64_t looks = 0;
    double covered() const { return counted.low <= number && number <= counted.high ? 1 : 0; }
};

/// Counts and compares. Refusals: those of count.
Result<Evaluation> count_against(CountQuestion const&, Truth const&, double radius_px, Progress const&);

/// Sets what was gathered of a clip against its truth, frame by frame at the same time. `radius_px` 0: half the middle body.
Evaluation evaluate(Gathered const&, CountResult const&, Truth const&, double radius_px);

/// What a fit needs. With a truth, also how many that are followed are nobody.
Known known_of(Gathered const&, double true_number, Truth const* = nullptr);

/// Counts each and fits: the site's calibration on top of the model's own. `question.calibration` empty: the model's. Refusals: those of count, calibration_empty, calibration_wild.
Result<std::vector<Calibration>> calibrate_site(std::vector<KnownMedia> const&, CountQuestion const&, Progress const&);

} // namespace osetra::stocktake
