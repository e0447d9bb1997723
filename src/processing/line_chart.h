#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/time.h"

// Control charts of single values, and how much a line can do. Pure: numbers in, numbers out.
namespace osetra { class JsonOut; }

namespace osetra::processing {

/// Centre and limits of a chart of single values: the mean, and the mean moving range / 1.128 (Montgomery, individuals chart, d2 of two).
struct ChartLimits {
    double centre = 0, sigma = 0;
    double low() const { return centre - 3 * sigma; }
    double high() const { return centre + 3 * sigma; }
};
/// \pre two values at least
ChartLimits limits_of(std::vector<double> const& values);

/// A run rule that a value completes. 1: beyond 3 sigma; 2: nine on one side; 3: six rising or falling; 4: fourteen up and down in turn; 5: two of three beyond
/// 2 sigma on one side; 6: four of five beyond 1 sigma on one side; 7: fifteen within 1 sigma; 8: eight beyond 1 sigma on both sides
/// (Nelson 1984; 1, 5, 6 and eight on one side are those of Western Electric 1956, taken here with Nelson's nine).
struct RunBreak {
    std::size_t at = 0;
    int rule = 0;
};
std::vector<RunBreak> run_rules(std::vector<double> const& values, ChartLimits const&);

/// What a lot measured.
struct ChartPoint {
    std::string lot;
    Instant at;
    double value = 0;
};
/// Into an open object: centre, low and high where there are two points at least, and the points with the rules that each completes.
void put_chart(JsonOut&, std::vector<ChartPoint> const&);

/// The p-th part of sorted values, by straight line between neighbours (Hyndman and Fan 7). \pre not empty
double quantile(std::vector<double> const& sorted, double p);

/// What a line can do from now on: fish done by the end of each hour.
struct HourForecast {
    std::int64_t hour = 0;                       ///< 1: by the end of the first hour
    double low = 0, median = 0, high = 0;        ///< 10, 50 and 90 of 100 days
};
/// Draws the seconds between two fish from those recorded, a thousand days, from a fixed seed.
std::vector<HourForecast> forecast(std::vector<double> const& seconds_between, int hours, int lines);

} // namespace osetra::processing
