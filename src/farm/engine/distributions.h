#pragma once

// The few probability functions that the estimates need. Accuracy 1e-9 or better in the range used (tested against R).
namespace osetra::farm::engine {

/// Probability that a standard normal deviate is farther from 0 than |z|.
double normal_two_sided(double z);

/// Quantile of chi-squared with `df` degrees of freedom. \pre 0 < p < 1, df > 0
double chi_squared_quantile(double p, double df);

/// Quantile of Student's t with `df` degrees of freedom. \pre 0 < p < 1, df > 0
double student_quantile(double p, double df);

} // namespace osetra::farm::engine
