#include "stocktake/engine/measure.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stocktake/engine/middle.h"

namespace osetra::stocktake {
namespace {

struct Lengths {
    double mean = 0, spread = 0, noise = 0, n = 0;   ///< pixels; spread and noise are variances
};
Lengths summed(std::span<Measured const> bodies) {
    Lengths l;
    for (auto const& b : bodies) {
        if (b.length_px <= 0) continue;
        ++l.n;
        l.mean += b.length_px;
        l.noise += b.error_px * b.error_px;
    }
    if (l.n == 0) return l;
    l.mean /= l.n;
    l.noise /= l.n;
    for (auto const& b : bodies)
        if (b.length_px > 0) l.spread += (b.length_px - l.mean) * (b.length_px - l.mean) / std::max(1.0, l.n - 1);
    return l;
}

Estimate log_normal(double value, double error) { return {value, value * std::exp(-1.96 * error), value * std::exp(1.96 * error)}; }

} // namespace

Scale at_depth(double px_per_m, std::optional<double> altitude_m) {
    constexpr double depth_m = 0.5, water = 1.33;
    if (!altitude_m || *altitude_m <= 0) return {px_per_m, 0.04};
    auto const longer = depth_m / water / *altitude_m;
    return {px_per_m / (1 + longer), std::hypot(0.02, longer)};
}

Measured length_of(std::span<Mark const> marks) {
    for (double const seen : {0.8, 0.0}) {
        std::vector<double> lengths;
        for (auto const& m : marks)
            if (m.length_px > 0 && m.visible >= seen) lengths.push_back(m.length_px);
        if (lengths.empty()) continue;
        auto const middle = median_of(lengths);
        auto const n = static_cast<double>(lengths.size());
        for (auto& l : lengths) l = std::abs(l - middle);
        auto const one = std::max(1.4826 * median_of(lengths), 0.05 * middle);   // looks at one body err alike: at most nine of them count
        return {middle, one * 1.25 / std::sqrt(std::min(n, 9.0))};
    }
    return {};
}

std::optional<Estimate> mean_length(std::span<Measured const> bodies, Scale const& scale) {
    auto const l = summed(bodies);
    if (l.n == 0 || scale.px_per_m <= 0) return std::nullopt;
    auto const own = std::max(l.spread, l.noise) / l.n / (l.mean * l.mean);
    return log_normal(l.mean / scale.px_per_m, std::sqrt(own + scale.error * scale.error));
}

std::optional<Estimate> biomass(std::span<Measured const> bodies, Scale const& scale, WeightLaw const& law, Estimate const& n) {
    auto const l = summed(bodies);
    if (l.n == 0 || scale.px_per_m <= 0 || n.value <= 0) return std::nullopt;
    double mean = 0, squares = 0;
    for (auto const& b : bodies) {
        if (b.length_px <= 0) continue;
        auto const noise = b.error_px * b.error_px / (b.length_px * b.length_px);
        auto const w = law.a * std::pow(b.length_px / scale.px_per_m, law.b) / (1 + law.b * (law.b - 1) / 2 * noise);
        mean += w / l.n;
        squares += w * w / l.n;
    }
    auto const sampling = std::max(0.0, squares - mean * mean) / l.n / (mean * mean);
    auto const count = (std::log(std::max(n.high, 0.5)) - std::log(std::max(n.low, 0.5))) / 3.92;
    return log_normal(n.value * mean, std::sqrt(sampling + std::pow(law.b * scale.error, 2) + law.error * law.error + count * count));
}

} // namespace osetra::stocktake
