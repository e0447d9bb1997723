#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/result.h"

// Grades learnt from a panel's own past: the cumulative logit model (McCullagh 1980), logit P(grade <= j) = cut_j - sum of slope x value.
namespace osetra::quality {

struct GradedBefore {
    std::vector<double> values;
    int grade = 0;                                   ///< place in the scheme, 0 the best
    double weight = 1;
};

struct OrdinalModel {
    std::vector<double> cuts;                        ///< one fewer than grades, rising
    std::vector<double> slopes;                      ///< a positive one: more of it makes the grade worse
    std::vector<double> slope_errors, cut_errors;    ///< standard errors
    double log_likelihood = 0;
    std::int64_t lots = 0;

    /// Probability of each grade; they sum to 1. \pre as many values as slopes
    std::vector<double> probabilities(std::vector<double> const& values) const;
};

/// By maximum likelihood. `names`: of the values, for refusals.
/// Refusals: ordinal_too_few (a grade that no lot has; fewer than 3 of a grade; fewer lots than 5 for each number to be found), ordinal_constant (a value that never differs),
/// ordinal_separated (past grades follow from the values without exception, or nearly: a rule says it better), ordinal_failed (values that say the same).
Result<OrdinalModel> fit_ordinal(std::vector<GradedBefore> const&, std::size_t grades, std::vector<std::string> const& names);

/// How the model does on lots that it was not fitted to.
struct Calibration {
    struct Bin { double said = 0, came = 0; std::int64_t lots = 0; };
    double brier = 0;                                ///< mean sum of squares over grades: 0 perfect, 2 all wrong
    double brier_base = 0;                           ///< of saying the shares of the past every time
    double error = 0;                                ///< expected calibration error: how far what was said and what came are apart, over all grades, in bins of 0.1
    double right = 0;                                ///< share of lots whose likeliest grade was theirs
    double within_one = 0;
    std::int64_t lots = 0;
    std::vector<Bin> bins;                           ///< ten, by probability said
};
/// `folds` parts, each told from the others; which lot is in which follows from the seed. Refusals of fit_ordinal.
Result<Calibration> cross_validate(std::vector<GradedBefore> const&, std::size_t grades, std::vector<std::string> const& names, int folds = 10, std::uint64_t seed = 1);

} // namespace osetra::quality
