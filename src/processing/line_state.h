#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "processing/decide.h"

// What the facts of a day say of each fish on the line. Pure: the same facts in any order give the same.
namespace osetra::processing {

/// A fact with its body read.
struct Told {
    FactId root;
    Instant at;
    Body body;
};

/// When a fish passed a step, and where.
struct Reached {
    Instant at;
    FactId fact;
    std::optional<std::string> station, operator_name;
};

struct TinOnLine {
    std::string tin;
    std::int64_t net_mg = 0;
    Instant closed_at;
    FactId fact;
    std::optional<std::string> batch;
    std::string hold;                            ///< of the clock alone; what quality holds or releases is not here
};

/// A fish from its harvest order to the store.
struct FishOnLine {
    FishId fish;
    std::string lot, order, line;                ///< empty: not yet, or not told
    std::map<std::string, Reached> reached;      ///< by step; of several the first told holds
    std::optional<std::int64_t> ovary_mg, waste_mg, roe_mg, carcass_mg, salt_mg, drained_mg;
    std::optional<std::string> salt_batch;
    std::vector<TinOnLine> tins;                 ///< in the order of their times, each once
    std::vector<std::string> twice;              ///< serials that more than one fact tells

    std::optional<std::int64_t> caviar_mg() const;   ///< roe + salt - what ran off
    std::int64_t tinned_mg() const;
};

/// Sorts what is told and takes it apart by fish.
std::map<FishId, FishOnLine> fish_of(farm::PlantRules const&, std::vector<Told>);

/// Place in the pack of the last step passed; nothing: none yet.
std::optional<std::size_t> last_step(farm::PlantRules const&, FishOnLine const&);
/// The step that comes now; nullptr: all have been passed.
farm::PlantStep const* next_step(farm::PlantRules const&, FishOnLine const&);
/// Steps before the last one passed that nobody told.
std::vector<std::string> skipped(farm::PlantRules const&, FishOnLine const&);

/// One clock of one fish.
struct ClockOf {
    farm::PlantClock const* clock = nullptr;
    Instant from;
    std::optional<Instant> stopped;              ///< nothing: it runs
    std::int64_t seconds(Instant now) const;     ///< so far, or until it stopped
    bool breached(Instant now) const { return seconds(now) > clock->limit_s; }
};
/// Every clock that has begun. One that ends with tins stops with the tin that leaves no more than the pack's rest, or when the fish goes on.
std::vector<ClockOf> clocks_of(farm::PlantRules const&, FishOnLine const&);

/// Weights of a lot against each other, milligrams. Positive: missing; negative: too much.
struct Balance {
    std::optional<std::int64_t> ovary_mg, waste_mg, roe_mg, salt_mg, drained_mg, caviar_mg;
    std::int64_t tinned_mg = 0;
    std::optional<std::int64_t> ovary_left_mg;   ///< ovary - waste - roe: blood and water that nobody weighed
    std::optional<std::int64_t> caviar_left_mg;  ///< roe + salt - drained - tins: samples, scrapings
    std::int64_t tolerance_mg = 0;
    bool holds = true;                           ///< nothing came out that did not go in, and what is left is small
};
Balance balance_of(farm::PlantRules const&, FishOnLine const&);
/// Sums; holds where each part does.
Balance add(Balance const&, Balance const&);

/// A control point: when it is due, and what was missed.
struct CheckDue {
    farm::PlantCheck const* check = nullptr;
    std::optional<Instant> last_at;
    bool last_good = true;
    std::optional<Instant> due_at;               ///< nothing: not today
    std::int64_t done = 0, failed = 0;
    std::vector<Instant> missed;                 ///< when it should have been looked at and nobody did
};
/// The checks of a working day, from its first fish (nothing: no work yet) to `now` or its last.
std::vector<CheckDue> checks_due(farm::PlantRules const&, std::vector<Told> const&, std::optional<Instant> work_from, Instant now);

} // namespace osetra::processing
