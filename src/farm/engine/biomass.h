#pragma once
#include <span>

#include "farm/engine/interval.h"

// Biomass is heads times mean weight, both with errors.
namespace osetra::farm::engine {

/// A total with the standard deviation that belongs to it alone and the part that all totals grown by the same coefficients
/// share (their growth errors point the same way and do not cancel in a sum).
struct Total {
    double value = 0;
    double own_sd = 0;
    double shared_sd = 0;
};

/// Heads times mean weight. Own variance of a product of independent estimates, without neglect: (Goodman 1960, JASA 55:708)
/// N²·s_w² + w²·s_N² + s_N²·s_w². The result has the unit of `mean`.
Total biomass(double heads, double heads_sd, double mean, double mean_own_sd, double mean_shared_sd = 0);

/// Own errors add in squares, shared ones straight.
Total sum(std::span<Total const>);
Total operator+(Total const&, Total const&);

/// 95 % interval, never below 0.
Interval interval(Total const&);

} // namespace osetra::farm::engine
