#include "stocktake/engine/sparkle.h"

#include <algorithm>
#include <cmath>

namespace osetra::stocktake {

double likely_body(double evidence, double seen_share) {
    // logistic regression over what was followed in flights of the training range: a body where more than half of its places were a body's (models/README.md)
    constexpr double level = 1.9, of_evidence = 4.1, of_share = 3.0;
    return 1 / (1 + std::exp(-(level + of_evidence * evidence + of_share * std::clamp(seen_share, 0.0, 1.5))));
}

Middle middle_of(std::vector<double> const& at_s, double hidden_s) {
    if (at_s.empty()) return {};
    auto const aside = std::min(hidden_s, (at_s.back() - at_s.front()) / 6), small = 1e-6;
    auto const from = std::lower_bound(at_s.begin(), at_s.end(), at_s.front() + aside - small), to = std::upper_bound(from, at_s.end(), at_s.back() - aside + small);
    return {static_cast<std::size_t>(from - at_s.begin()), static_cast<std::size_t>(to - at_s.begin())};
}

} // namespace osetra::stocktake
