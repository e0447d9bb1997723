#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "farm/query_sql.h"
#include "stocktake/engine/still.h"
#include "stocktake/flights_sql.h"
#include "stocktake/marks.h"
#include "stocktake/plan.h"
#include "stocktake/review.h"

// What people ask of flights and of the stocktake, as JSON.
namespace osetra::stocktake {

/// Reads one of the enterprise's files. Refusal: media_not_found.
using OpenMedium = std::function<Result<ReadBytes>(std::string const& sha256)>;

/// The flights that `seen` lets through, newest first. `pool` empty: of all.
std::string flights_json(farm::Reader&, std::optional<std::string> const& pool, std::function<bool(std::string const& site)> const& seen);

/// One flight: what was told of it, what was corrected, and what it says of the book. `clip`: what the film says of itself, where it can be read.
std::string flight_json(farm::Reader&, FlightRecord const&, std::optional<ClipFacts> const& clip, OpenMedium const&);

/// Where hand and machine differ. Refusals: flight_not_counted, hand_count_missing, those of the marks.
Result<std::string> agreement_json(FlightRecord const&, OpenMedium const&);

/// What people counted by hand, as a truth that `osetra count calibrate` reads: the mean of each person's marks a frame is not the whole pond, so fish_count is what
/// was signed, or 0. Refusal: hand_count_missing.
Result<std::string> truth_of(FlightRecord const&, ClipFacts const&);

struct PlanAsked {
    int year = 0;
    Worth worth = Worth::heads;
    std::function<bool(std::string const& site)> seen;
    std::optional<double> site_minutes, pool_minutes, sweep_m2_per_minute;
};
std::string plan_json(farm::Reader&, PlanAsked const&, Instant now);

} // namespace osetra::stocktake
