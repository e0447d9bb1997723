#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/branch.h"
#include "kernel/result.h"
#include "quality/facts.h"
#include "quality/safety.h"

// When fruit of a block is ripe: what a sample says by the floors of its pack, what of a block's samples speaks for a load, and where a block's trend leads. Pure.
namespace osetra::quality {

struct Measured { std::string measure; double value = 0; };
/// "brix=11.2". Refusals: value_malformed, number_unlikely.
Result<std::vector<Measured>> parse_measured(std::vector<std::string> const&);

/// A measure of a sample by its floor.
struct Floor {
    RipeRule::Measure const* asked = nullptr;
    std::int64_t n = 0;                          ///< values told; 0: it was not measured
    double mean = 0;
    std::optional<double> spread;                ///< standard deviation between fruits, where each was told
    bool held = false;
};
/// What a sample says.
struct SampleVerdict {
    std::vector<Floor> floors;                   ///< in the rule's order
    std::int64_t fruits = 0;
    bool enough = false;                         ///< so many fruits as the rule asks, and every measure
    bool ripe = false;
    std::string why;                             ///< in words, where it is not: "brix 10.2, at least 11"
};
SampleVerdict verdict_of(RipeRule const&, MaturityMeasured const&);
/// "at least 11", "0.8 at most".
std::string text_of(RipeRule::Measure const&);

/// Whose fruit a load is of: samples of the same block speak for it.
std::string block_of(std::string const& pack, std::string const& grower, std::string const& orchard);
std::string block_of(MaturityMeasured const&);

/// What a load is at the gate.
struct AtGate {
    std::string state;                           ///< ripe | unripe | unmeasured; empty: no floor is told for it
    std::string sample;                          ///< that speaks for it; empty: none
    std::string why;                             ///< where it is not ripe, in words
    RipeRule const* rule = nullptr;
};
struct AtLine { std::string load, pack, variety; Instant at; };
/// Of its own samples the last speaks for it, else the last of its block that was taken within the days of its rule, and of its variety where both name one.
AtGate at_gate(Safety const&, AtLine const&, std::vector<farm::Of<MaturityMeasured>> const& own, std::vector<farm::Of<MaturityMeasured>> const& of_block);

/// Where one measure of a block leads.
struct Heading {
    Floor last;                                  ///< of the last sample
    std::optional<double> per_day;
    std::optional<FarmDay> reached, earliest, latest;   ///< when its floor will be held; none: it is held, or leads elsewhere
};
struct BlockTrend {
    std::vector<Heading> headings;               ///< in the rule's order
    bool ripe = false;                           ///< by the last sample
    std::optional<FarmDay> ripe_since;           ///< the first of the samples that were ripe without a break until the last
    std::optional<FarmDay> ripe_on;              ///< when every floor will be held
};
/// \pre `samples` in the order of their times, of one season, not empty
BlockTrend trend_of(RipeRule const&, std::vector<farm::Of<MaturityMeasured>> const& samples, FarmOffset);

} // namespace osetra::quality
