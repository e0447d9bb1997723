#include "stocktake/engine/visibility.h"

#include <algorithm>
#include <cmath>

namespace osetra::stocktake {
namespace {

// where half of the bodies are followed, above the logit of the score that begins a track, and how softly it cuts: of those tried, the pair at which flights of the training range differ least
constexpr double cut_above = 0.3, cut_softness = 0.2;
// what is usual, and how weakly it is believed, against the mean log likelihood of a body
constexpr double usual_middle = 0.3, middle_within = 0.8, middle_belief = 0.02, usual_spread = 0.4, spread_within = 0.4, spread_belief = 0.05;

/// The part of a normal that the cut lets through.
double let_through(double middle, double spread, double cut) {
    constexpr int steps = 60;
    constexpr double reach = 4;
    double sum = 0, all = 0;
    for (int i = 0; i <= steps; ++i) {
        auto const z = reach * (2.0 * i / steps - 1), weight = std::exp(-z * z / 2);
        sum += weight / (1 + std::exp(-(middle + z * spread - cut) / cut_softness));
        all += weight;
    }
    return std::max(sum / all, 1e-6);
}

} // namespace

double share_evident(std::vector<Evident> const& followed, double begins_at_score) {
    double looks = 0, mean = 0, square = 0;
    for (auto const& f : followed) looks += f.looks, mean += f.looks * f.evidence, square += f.looks * f.evidence * f.evidence;
    if (!(looks > 0)) return 1;
    mean /= looks;
    auto const variance = std::max(0.0, square / looks - mean * mean);
    auto const cut = std::log(begins_at_score / (1 - begins_at_score)) + cut_above;
    auto best = -1e300, share = 1.0;
    constexpr int middles = 150, spreads = 30;
    for (int j = 0; j <= spreads; ++j) {
        auto const spread = 0.12 * std::exp(2.3 * j / spreads);   // to 1.2
        for (int i = 0; i <= middles; ++i) {
            auto const middle = mean + 0.3 - 2.3 * i / middles, through = let_through(middle, spread, cut);   // the cut raises the mean and never lowers it
            auto const likely = -std::log(spread) - ((mean - middle) * (mean - middle) + variance) / (2 * spread * spread) - std::log(through);
            auto const believed = middle_belief * std::pow((middle - usual_middle) / middle_within, 2) + spread_belief * std::pow(std::log(spread / usual_spread) / spread_within, 2);
            if (likely - believed > best) best = likely - believed, share = through;
        }
    }
    return share;
}

} // namespace osetra::stocktake
