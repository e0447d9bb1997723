#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "farm/engine/interval.h"
#include "kernel/result.h"

// Surveys of fish that belong to no pool: how many there are, from marked fish caught again; and how old they are.
namespace osetra::farm::engine {

/// One sample of a multi-sample mark-recapture survey of a closed stock (no births, deaths, arrivals or departures).
struct CatchSample {
    std::int64_t caught = 0;
    std::int64_t recaptured = 0;        ///< of these, marked before
    std::int64_t returned_marked = 0;   ///< put back with a mark, new or old
};

struct StockEstimate {
    Interval heads;                ///< not rounded; high is infinite where the data set no upper bound
    std::int64_t marked_total = 0; ///< marked fish at large before the last sample
    std::int64_t recaptured_total = 0;
};

/// Schnabel's estimate with Chapman's correction, N = sum(C M) / (sum(R) + 1), and its interval: from the exact Poisson interval of
/// sum(R) below 50 recaptures, else from the normal error of 1/N with Student's t (Schnabel 1938; Chapman 1952; Chapman & Overton
/// 1966; Ricker 1975, eq. 3.15-3.17; Krebs 1999, p. 38-39; Seber 1982, 4.1). The same as FSA's mrClosed(method = "Schnabel").
/// This is the estimate shown: it is not biased by few recaptures. Refusals: survey_short (fewer than two samples),
/// survey_impossible (more recaptured than caught or than marked at large; names the sample), survey_no_marks (nothing marked was at large).
Result<StockEstimate> schnabel(std::span<CatchSample const>);

/// Schumacher-Eschmeyer: the regression of R/C on M through the origin, N = sum(C M²) / sum(R M), with the error of 1/N after Krebs 1999,
/// eq. 2.14 and Student's t on samples - 2. The same as FSA's mrClosed(method = "SchumacherEschmeyer"). Steadier where samples are uneven; shown
/// beside the first as a check. Refusals as above, and survey_no_recaptures, survey_short for fewer than three samples.
Result<StockEstimate> schumacher_eschmeyer(std::span<CatchSample const>);

/// So many fish of one age.
struct AgeHeads {
    std::int64_t age_years = 0;
    std::int64_t heads = 0;
};
struct AgeSummary {
    std::int64_t heads = 0;
    double mean_years = 0, sd_years = 0;   ///< sd with n - 1; 0 for a single fish
    double median_years = 0;
    std::int64_t youngest = 0, oldest = 0, commonest = 0;   ///< of several commonest ages, the youngest
    std::vector<AgeHeads> by_age;          ///< rising, each age once, none with 0 heads
};
AgeSummary summarise_ages(std::span<AgeHeads const>);

} // namespace osetra::farm::engine
