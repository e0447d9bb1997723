#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"

// How much of what is measured is the measuring: gauge repeatability and reproducibility by analysis of variance (AIAG, Measurement Systems Analysis, 4th edition).
namespace osetra::quality {

struct GageValue {
    std::string part, grader;
    double value = 0;
};

struct GageShare {
    double variance = 0;
    double study_percent = 0;                        ///< of the standard deviation of all that was seen
    std::optional<double> tolerance_percent;         ///< six standard deviations of the tolerance
};

struct GageAnswer {
    std::int64_t parts = 0, graders = 0, times = 0;
    GageShare repeatability, reproducibility, grader, interaction, gage, part, total;
    double gage_low_percent = 0, gage_high_percent = 0;   ///< 95 % of the gage's share of study: by Satterthwaite, parts taken as they are
    double interaction_p = 1;
    bool pooled = false;                             ///< interaction was no more than chance and went into repeatability
    std::int64_t distinct = 0;                       ///< categories that can be told apart
    std::string verdict;                             ///< good (under 10 %), conditional (to 30 %), bad; of the tolerance where it is told, else of the study
};

/// Every grader measured every part equally often, twice or more, not knowing the earlier values. `tolerance`: upper less lower limit.
/// Refusals: gage_too_few (under 2 parts, 2 graders or 2 times), gage_unbalanced (which part and grader), gage_no_spread, gage_tolerance.
Result<GageAnswer> gage_study(std::vector<GageValue> const&, std::optional<double> tolerance = {}, double pool_above = 0.05);

} // namespace osetra::quality
