#pragma once
#include <functional>
#include <string>
#include <vector>

#include "breeding/engine/mixed_model.h"

namespace osetra::breeding {

/// A trait in ordered categories (colour 1 to 6, firm or soft, dead or alive): what is inherited is a liability that nobody sees, with a residual variance of one, and a
/// record says between which two thresholds it fell [Gianola & Foulley 1983, Genet. Sel. Evol. 15:201].
struct ThresholdModel {
    MixedModel model;               ///< one trait; y is the category, from nought
    std::size_t categories = 2;
};

struct ThresholdSolution {
    std::vector<double> threshold;                     ///< between categories, on the scale of the liability, where all fixed factors are at their first level
    std::vector<std::vector<double>> value;            ///< of each effect, of each level; fixed factors against their first level
    std::vector<std::vector<double>> error_variance;   ///< of random effects, from the curvature at the mode; empty for fixed ones
    double log_posterior = 0;                          ///< without constants
    int rounds = 0;
    /// Of each random effect, one step of EM from the variance that was told.
    std::vector<double> expectation;
    std::vector<double> information;   ///< average information of these variances, of each by each, on the records that have the same curvature at the mode, thresholds held
};

/// The mode of the posterior, by Newton's steps, given the variances of the random effects in their order (the residual is one).
/// Refusals: those of Equations::solve(); category_extreme (a fixed level whose records all lie in the lowest or the highest category has no finite estimate: places are effect and
/// level), threshold_failed (no mode was found in 100 rounds).
Result<ThresholdSolution> threshold_mode(ThresholdModel const&, std::vector<double> const& variance);

struct ThresholdVariances {
    std::vector<double> variance;   ///< of each random effect
    std::vector<double> covariance;   ///< of the estimates, of each by each: as far as the approximation goes
    int rounds = 0;
    bool converged = false;
};
/// Variances of the liability where EM on the mode stands still [Harville & Mee 1984, Biometrics 40:393]: found by steps of average information, or where these do not arrive by EM sped up by extrapolation. Too low where a level has few records of two categories: an
/// approximation for large families, which is to be said where it is shown.
Result<ThresholdVariances> threshold_variances(ThresholdModel const&, std::vector<double> start, std::function<void(int, double)> const& tell = {});

} // namespace osetra::breeding
