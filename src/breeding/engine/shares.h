#pragma once
#include <string>
#include <utility>
#include <vector>

#include "breeding/engine/evaluation.h"

namespace osetra::breeding {

/// One source of differences between records of a trait.
struct Share {
    std::string source;                   ///< of an effect, or residual
    double variance = 0, variance_error = 0;
    double share = 0, share_error = 0;    ///< of the sum of all, and its standard error from the full covariance of the estimates (delta method)
    double low = 0, high = 1;             ///< 95 %, on the logit scale so that it stays between nought and one
    double likelihood_ratio = 0;          ///< of the model with it against that without; nought for the residual
    double p = 1;                         ///< half a chi-square of one degree of freedom, half of none: a variance cannot be below nought [Self & Liang 1987]
    bool at_boundary = false;
};

struct VarianceReport {
    std::string trait, status;
    int rounds = 0;
    std::vector<Share> shares;
    double minus_2_log_likelihood = 0;
    std::vector<std::string> not_separable;   ///< sentences: "feed and pool cannot be told apart: ..."
};

/// Estimates the variances of a model with one trait and says what each source contributes. Where two sources cannot be separated it says so and prints no split of them.
/// `before`: may refuse the run once it is known how large it is. Refusals: those of reml(), traits_too_many, nothing_random.
Result<VarianceReport> variance_report(Evaluation const&, bool test_each, std::function<void(int, double)> const& tell = {}, std::function<Result<Done>(Equations const&)> const& before = {});

/// The same of a trait in ordered categories, on the liability that nobody sees: its residual is one and is not estimated; standard errors go as far as the approximation of the variances (threshold.h);
/// nothing is tested. Refusals: those of threshold_variances(), nothing_random, reml_failed (not found in 60 rounds).
Result<VarianceReport> liability_report(Evaluation const&, std::function<void(int, double)> const& tell = {});

/// 95 % of a share, on the logit scale so that it stays between nought and one.
std::pair<double, double> share_interval(double share, double error);

/// Starting values: the variance of the records shared out evenly.
Variances start_of(MixedModel const&);

} // namespace osetra::breeding
