#pragma once

// The distributions that verdicts on panels and grades lean on. All arguments are plain numbers; what lies outside their domain is a fault of the caller.
namespace osetra::quality {

/// P(X >= at_least), X of `trials` independent trials that each succeed with `chance`.
double binomial_tail(int at_least, int trials, double chance);
/// P(X = k).
double binomial_share(int k, int trials, double chance);

double normal_density(double z);
/// P(Z <= z).
double normal_below(double z);
/// The z below which a share of `share` lies. \pre 0 < share < 1
double normal_quantile(double share);

/// P(X >= x): how often chance alone gives as much.
double chi_square_above(double x, double degrees);
double f_above(double x, double degrees_above, double degrees_below);
/// Both tails.
double t_beyond(double t, double degrees);
double t_quantile(double share, double degrees);
double chi_square_quantile(double share, double degrees);

/// Exact interval of a share (Clopper and Pearson 1934).
struct ShareInterval { double low, high; };
ShareInterval exact_share(int successes, int trials, double confidence = 0.95);

} // namespace osetra::quality
