#pragma once
#include <cmath>
#include <random>

#include "stocktake/engine/number.h"

// Dice, and histories of detections that tests of the number share.
namespace osetra::stocktake {

/// Distributions of our own: those of the standard library differ from one to the next.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : m_next(seed) {}
    double uniform(double from = 0, double to = 1) { return from + (to - from) * static_cast<double>(m_next() >> 11U) * 0x1p-53; }
    double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform()); }
    bool happens(double p) { return uniform() < p; }
    double poisson(double mean) {
        double n = 0;
        auto left = mean + std::log(1 - uniform());
        while (left > 0) left += std::log(1 - uniform()), ++n;
        return n;
    }

private:
    std::mt19937_64 m_next;
};

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }
inline double logit(double p) { return std::log(p / (1 - p)); }

struct Made {
    double n = 0;
    History history;
};

/// A pond as it may be: each fish swims in and out of what is seen and comes in and out of sight at rates of its pond; frames differ together; some things are no fish. What is
/// told of it is the share seen and a calibration with its error.
inline Made made(Chance& chance) {
    Made m;
    m.n = std::round(20 * std::pow(100.0, chance.uniform()));
    auto const fish = static_cast<std::size_t>(m.n);
    auto const p = chance.uniform(0.6, 0.99);
    auto const frames = static_cast<int>(chance.uniform(5, 301));
    auto const area = chance.happens(0.5) ? 1.0 : chance.uniform(0.6, 1);
    // lasting from one look to a hundred and more: nobody knows beforehand how lazy fish are
    auto const lasting = [&] { return 1 - std::pow(10, -chance.uniform(0, 2.3)); };
    auto const stays = lasting(), kept = lasting(), frame_kept = lasting();
    auto const frame_error = chance.uniform(0, 0.3);
    auto const wrong = chance.happens(0.5) ? 0.0 : chance.uniform(0, 0.03) * m.n;
    auto const error = chance.uniform(0.005, 0.03);
    auto const told = std::min(0.999, p * std::exp(error * chance.normal()));
    auto const told_wrong = std::max(0.0, wrong * (1 + 0.3 * chance.normal()));
    m.history.detectability_error = error;
    m.history.false_error = 0.3;
    m.history.clumping = 1;
    std::vector<char> inside(fish), in_sight(fish);
    for (std::size_t i = 0; i < fish; ++i) inside[i] = chance.happens(area), in_sight[i] = chance.happens(p);
    auto together = chance.normal();
    for (int t = 0; t < frames; ++t) {
        if (t > 0) together = frame_kept * together + std::sqrt(1 - frame_kept * frame_kept) * chance.normal();
        auto const now = logistic(logit(p) + frame_error * together);
        double found = chance.poisson(wrong);
        for (std::size_t i = 0; i < fish; ++i) {
            if (t > 0 && !chance.happens(stays)) inside[i] = chance.happens(area);
            if (t == 0 || !chance.happens(kept)) in_sight[i] = chance.happens(now);
            found += inside[i] && in_sight[i];
        }
        m.history.looks.push_back({t / 5.0, found, area, told, told_wrong});
    }
    return m;
}

} // namespace osetra::stocktake
