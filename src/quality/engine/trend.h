#pragma once
#include <optional>
#include <span>

// A straight line through a few measurements in time, and when it crosses a level. Days are whole or not, counted from anywhere.
namespace osetra::quality {

struct TrendPoint { double day = 0, value = 0; };
struct Trend {
    double per_day = 0, middle_day = 0, middle_value = 0;   ///< value = middle_value + per_day (day - middle_day)
    double squares = 0;                          ///< sum of squares of the days about their middle
    std::optional<double> spread;                ///< of points about the line; from three points on
    int points = 0;
    double at(double day) const { return middle_value + per_day * (day - middle_day); }
};
/// Least squares. Nothing: fewer than two days.
std::optional<Trend> trend_of(std::span<TrendPoint const>);

/// When the line reaches a level.
struct Crossing {
    double day = 0;
    std::optional<double> from, to;              ///< 95 % (Fieller 1954); none: two points, or they scatter too much to tell the slope from none
};
/// Nothing: the line does not go there, or its slope is nought. `upwards`: the level is to be exceeded.
std::optional<Crossing> crossing(Trend const&, double level, bool upwards);

} // namespace osetra::quality
