#include "farm/engine/growth.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace osetra::farm::engine {
namespace {

/// Where `x` lies on a rising axis: the lower grid point and the part of the way to the next.
struct Place {
    std::size_t low = 0;
    double part = 0;
};
Place place_on(std::span<double const> axis, double x) {
    if (axis.size() < 2 || x <= axis.front()) return {};
    if (x >= axis.back()) return {axis.size() - 2, 1};
    auto const above = static_cast<std::size_t>(std::upper_bound(axis.begin(), axis.end(), x) - axis.begin());
    return {above - 1, (x - axis[above - 1]) / (axis[above] - axis[above - 1])};
}

double median(std::vector<double> v) {
    auto const middle = v.size() / 2;
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(middle), v.end());
    if (v.size() % 2 == 1) return v[middle];
    return (v[middle] + *std::max_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(middle))) / 2;
}

/// d(W^(1/3)) = dW / (3 W^(2/3))
double root_sd(double weight_g, double sd_g) { return sd_g / (3 * std::pow(weight_g, 2.0 / 3.0)); }

/// Balances and handling of live fish are no better than this part of the weight.
constexpr double weighing_error_min = 0.01;
constexpr double huber_k = 1.345;
constexpr double mad_to_sd = 0.6745;

} // namespace

double effective_celsius(ThermalResponse const& r, double celsius) {
    if (celsius <= r.min_c || celsius >= r.bad_c) return 0;
    if (celsius <= r.max_c) return celsius;
    return r.max_c * (r.bad_c - celsius) / (r.bad_c - r.max_c);
}

Size size_of(double weight_g, double sd_g) { return {std::cbrt(weight_g), root_sd(weight_g, sd_g), 0}; }

Size grown(Size size, std::span<Leg const> legs) {
    double own = 0, shared = 0;
    for (auto const& leg : legs) {
        size.root += leg.tgc * leg.degree_days;
        own += leg.tgc_sd * leg.degree_days;
        shared += leg.tgc_se * leg.degree_days;
    }
    size.own_sd = std::hypot(size.own_sd, own);
    size.shared_sd += shared;
    return size;
}

Interval weight_g(Size const& size) {
    auto const half = z95 * std::hypot(size.own_sd, size.shared_sd);
    auto const cube = [](double x) { return x * x * x; };
    return {cube(size.root), cube(std::max(0.0, size.root - half)), cube(size.root + half)};
}

double own_sd_g(Size const& size) { return 3 * size.root * size.root * size.own_sd; }
double shared_sd_g(Size const& size) { return 3 * size.root * size.root * size.shared_sd; }

double tgc_between(double from_g, double to_g, double degree_days) { return (std::cbrt(to_g) - std::cbrt(from_g)) / degree_days; }
double sgr_percent_per_day(double from_g, double to_g, double days) { return 100 * std::log(to_g / from_g) / days; }
double fcr(double feed, double gain) { return feed / gain; }

RationTable::RationTable(std::vector<double> const& weights_g, std::vector<double> celsius, std::vector<double> percent)
    : m_celsius(std::move(celsius)), m_percent(std::move(percent)) {
    for (auto w : weights_g) m_log_weights.push_back(std::log(w));
}

double RationTable::percent(double weight_g, double celsius) const {
    auto const w = place_on(m_log_weights, std::log(weight_g));
    auto const c = place_on(m_celsius, celsius);
    auto const columns = m_celsius.size();
    auto const at = [&](std::size_t row, std::size_t column) {
        return m_percent[std::min(row, m_log_weights.size() - 1) * columns + std::min(column, columns - 1)];
    };
    auto const along = [&](std::size_t row) { return std::lerp(at(row, c.low), at(row, c.low + 1), c.part); };
    return std::lerp(along(w.low), along(w.low + 1), w.part);
}

Result<GrowthFit> fit_tgc(std::span<GrowthInterval const> intervals) {
    std::vector<double> x, y;   // degree-days and gains, each divided by the interval's own error
    for (auto const& i : intervals) {
        if (!(i.from_g > 0) || !(i.to_g > 0))
            return refuse("growth_weighing_bad", "A weighing is not above 0 g. Correct or withdraw it, then fit again.");
        if (!(i.degree_days > 0)) continue;
        auto const error = [](double g, double sd) { return root_sd(g, std::max(sd, weighing_error_min * g)); };
        auto const sd = std::hypot(error(i.from_g, i.from_sd_g), error(i.to_g, i.to_sd_g));
        x.push_back(i.degree_days / sd);
        y.push_back((std::cbrt(i.to_g) - std::cbrt(i.from_g)) / sd);
    }
    auto const n = x.size();
    if (n < 3)
        return refuse("growth_weighings_few", "A growth coefficient needs at least three intervals between weighings with warmth "
                                              "between them. Weigh the stage's fish again later.");

    std::vector<double> weights(n, 1), rest(n);
    double xx_all = 0;
    for (auto v : x) xx_all += v * v;
    GrowthFit fit;
    for (int round = 0; round < 500; ++round) {
        double xy = 0, xx = 0;
        for (std::size_t i = 0; i < n; ++i) xy += weights[i] * x[i] * y[i], xx += weights[i] * x[i] * x[i];
        auto const before = fit.tgc;
        fit.tgc = xy / xx;
        for (std::size_t i = 0; i < n; ++i) rest[i] = y[i] - fit.tgc * x[i];
        if (round > 0 && std::abs(fit.tgc - before) <= 1e-13 * std::abs(fit.tgc)) break;
        auto sizes = rest;
        for (auto& r : sizes) r = std::abs(r);
        fit.scale = median(std::move(sizes)) / mad_to_sd;
        if (fit.scale <= 0) break;
        for (std::size_t i = 0; i < n; ++i) weights[i] = std::min(1.0, huber_k * fit.scale / std::max(std::abs(rest[i]), 1e-300));
    }
    fit.intervals = n;
    if (fit.scale > 0) {
        double sum = 0, inside = 0;
        for (std::size_t i = 0; i < n; ++i) {
            sum += weights[i] * rest[i] * weights[i] * rest[i];
            if (std::abs(rest[i]) <= huber_k * fit.scale) ++inside;
            if (weights[i] < 0.5) ++fit.outliers;
        }
        auto const count = static_cast<double>(n);
        auto const mean = inside / count;
        auto const variance = count * mean * (1 - mean) / (count - 1);
        auto const kappa = 1 + variance / (count * mean * mean);
        fit.se = std::sqrt(sum / (count - 1)) * kappa / mean / std::sqrt(xx_all);
    }
    return fit;
}

} // namespace osetra::farm::engine
