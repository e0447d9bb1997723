#include "quality/engine/trend.h"

#include <cmath>
#include <set>

#include "quality/engine/distributions.h"

namespace osetra::quality {

std::optional<Trend> trend_of(std::span<TrendPoint const> points) {
    std::set<double> days;
    for (auto const& p : points) days.insert(p.day);
    if (days.size() < 2) return std::nullopt;
    Trend t;
    t.points = static_cast<int>(points.size());
    for (auto const& p : points) {
        t.middle_day += p.day / t.points;
        t.middle_value += p.value / t.points;
    }
    double products = 0, left = 0;
    for (auto const& p : points) {
        t.squares += (p.day - t.middle_day) * (p.day - t.middle_day);
        products += (p.day - t.middle_day) * (p.value - t.middle_value);
    }
    t.per_day = products / t.squares;
    for (auto const& p : points) left += (p.value - t.at(p.day)) * (p.value - t.at(p.day));
    if (t.points > 2) t.spread = std::sqrt(left / (t.points - 2));
    return t;
}

std::optional<Crossing> crossing(Trend const& t, double level, bool upwards) {
    if (t.per_day == 0 || (t.per_day > 0) != upwards) return std::nullopt;
    auto const below = t.middle_value - level;
    Crossing out{t.middle_day - below / t.per_day, {}, {}};
    if (!t.spread) return out;
    // Days d from the middle at which the level is within the band of the line: (b d + m - L)^2 = q (1/n + d^2/S), q = t^2 s^2.
    auto const quantile = t_quantile(0.975, t.points - 2);
    auto const q = quantile * quantile * *t.spread * *t.spread;
    auto const a = t.per_day * t.per_day - q / t.squares, half = t.per_day * below, c = below * below - q / t.points;
    auto const root = half * half - a * c;
    if (a <= 0 || root < 0) return out;
    out.from = t.middle_day + (-half - std::sqrt(root)) / a;
    out.to = t.middle_day + (-half + std::sqrt(root)) / a;
    return out;
}

} // namespace osetra::quality
