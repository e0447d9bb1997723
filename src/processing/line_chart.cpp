#include "processing/line_chart.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "kernel/json.h"
#include "kernel/splitmix.h"

namespace osetra::processing {
namespace {

constexpr double d2_of_two = 1.128;
constexpr int days_drawn = 1'000;

/// How many of the last `of` values up to `at` fulfil it; 0 where there are not so many.
template <class Fits> std::size_t among(std::size_t at, std::size_t of, Fits fits) {
    if (at + 1 < of) return 0;
    std::size_t n = 0;
    for (auto i = at + 1 - of; i <= at; ++i) if (fits(i)) ++n;
    return n;
}

} // namespace

ChartLimits limits_of(std::vector<double> const& v) {
    auto const n = static_cast<double>(v.size());
    double moved = 0;
    for (std::size_t i = 1; i < v.size(); ++i) moved += std::abs(v[i] - v[i - 1]);
    return {std::accumulate(v.begin(), v.end(), 0.0) / n, moved / (n - 1) / d2_of_two};
}

std::vector<RunBreak> run_rules(std::vector<double> const& v, ChartLimits const& l) {
    std::vector<RunBreak> all;
    if (!(l.sigma > 0)) return all;
    auto const z = [&](std::size_t i) { return (v[i] - l.centre) / l.sigma; };
    for (std::size_t at = 0; at < v.size(); ++at) {
        auto const add = [&](int rule, bool broken) { if (broken) all.push_back({at, rule}); };
        auto const side = [&](std::size_t of, std::size_t least, double beyond) {
            return (z(at) > beyond && among(at, of, [&](auto i) { return z(i) > beyond; }) >= least) || (z(at) < -beyond && among(at, of, [&](auto i) { return z(i) < -beyond; }) >= least);
        };
        add(1, std::abs(z(at)) > 3);
        add(2, side(9, 9, 0));
        auto const rising = at >= 5 && among(at, 5, [&](auto i) { return v[i] > v[i - 1]; }) == 5, falling = at >= 5 && among(at, 5, [&](auto i) { return v[i] < v[i - 1]; }) == 5;
        add(3, rising || falling);
        add(4, at >= 13 && among(at, 12, [&](auto i) { return (v[i] - v[i - 1]) * (v[i - 1] - v[i - 2]) < 0; }) == 12);
        add(5, side(3, 2, 2));
        add(6, side(5, 4, 1));
        add(7, among(at, 15, [&](auto i) { return std::abs(z(i)) < 1; }) == 15);
        add(8, among(at, 8, [&](auto i) { return std::abs(z(i)) > 1; }) == 8 && among(at, 8, [&](auto i) { return z(i) > 1; }) > 0 && among(at, 8, [&](auto i) { return z(i) < -1; }) > 0);
    }
    return all;
}

double quantile(std::vector<double> const& sorted, double p) {
    auto const place = p * static_cast<double>(sorted.size() - 1);
    auto const low = static_cast<std::size_t>(place);
    auto const high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

std::vector<HourForecast> forecast(std::vector<double> const& seconds_between, int hours, int lines) {
    std::vector<HourForecast> all;
    if (seconds_between.empty() || hours <= 0 || lines <= 0) return all;
    std::vector<std::vector<double>> done(static_cast<std::size_t>(hours), std::vector<double>(days_drawn));
    std::uint64_t state = 20'220'056;
    for (std::size_t day = 0; day < days_drawn; ++day)
        for (auto line = 0; line < lines; ++line) {
            double t = 0;
            for (;;) {
                t += std::max(1.0, seconds_between[splitmix64(state) % seconds_between.size()]);
                auto const hour = static_cast<std::size_t>(t / 3600);
                if (hour >= done.size()) break;
                for (auto h = hour; h < done.size(); ++h) done[h][day] += 1;
            }
        }
    for (std::size_t h = 0; h < done.size(); ++h) {
        std::sort(done[h].begin(), done[h].end());
        all.push_back({static_cast<std::int64_t>(h) + 1, quantile(done[h], 0.1), quantile(done[h], 0.5), quantile(done[h], 0.9)});
    }
    return all;
}

void put_chart(JsonOut& out, std::vector<ChartPoint> const& points) {
    std::vector<double> values;
    for (auto const& p : points) values.push_back(p.value);
    std::map<std::size_t, std::vector<int>> broken;
    if (values.size() >= 2) {
        auto const limits = limits_of(values);
        out.value("centre", limits.centre);
        out.value("low", limits.low());
        out.value("high", limits.high());
        for (auto const& b : run_rules(values, limits)) broken[b.at].push_back(b.rule);
    }
    out.begin_array("points");
    for (std::size_t i = 0; i < points.size(); ++i) {
        out.begin_object();
        out.value("lot", points[i].lot);
        out.value("at", points[i].at);
        out.value("value", points[i].value);
        if (auto const b = broken.find(i); b != broken.end()) {
            out.begin_array("rules");
            for (auto const rule : b->second) out.value(nullptr, std::int64_t{rule});
            out.end_array();
        }
        out.end_object();
    }
    out.end_array();
}

} // namespace osetra::processing
