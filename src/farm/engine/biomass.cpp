#include "farm/engine/biomass.h"

#include <algorithm>
#include <cmath>

namespace osetra::farm::engine {

Total biomass(double heads, double heads_sd, double mean, double mean_own_sd, double mean_shared_sd) {
    return {heads * mean, std::hypot(heads * mean_own_sd, mean * heads_sd, heads_sd * mean_own_sd), heads * mean_shared_sd};
}

Total operator+(Total const& a, Total const& b) {
    return {a.value + b.value, std::hypot(a.own_sd, b.own_sd), a.shared_sd + b.shared_sd};
}

Total sum(std::span<Total const> totals) {
    Total all;
    double squares = 0;
    for (auto const& t : totals) {
        all.value += t.value;
        all.shared_sd += t.shared_sd;
        squares += t.own_sd * t.own_sd;
    }
    all.own_sd = std::sqrt(squares);
    return all;
}

Interval interval(Total const& t) {
    auto const half = z95 * std::hypot(t.own_sd, t.shared_sd);
    return {t.value, std::max(0.0, t.value - half), t.value + half};
}

} // namespace osetra::farm::engine
