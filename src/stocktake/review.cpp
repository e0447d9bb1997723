#include "stocktake/review.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace osetra::stocktake {
namespace {

constexpr double z95 = 1.959963984540054;

struct Pair {
    double distance = 0;
    std::size_t hand = 0, machine = 0;
};

} // namespace

Matched match(std::vector<Place> const& hand, std::vector<Place> const& machine, double radius_px) {
    std::vector<std::size_t> by_x(machine.size());
    for (std::size_t i = 0; i < by_x.size(); ++i) by_x[i] = i;
    std::sort(by_x.begin(), by_x.end(), [&](std::size_t a, std::size_t b) { return machine[a][0] < machine[b][0]; });
    std::vector<Pair> pairs;
    for (std::size_t h = 0; h < hand.size(); ++h) {
        auto at = std::lower_bound(by_x.begin(), by_x.end(), hand[h][0] - radius_px, [&](std::size_t m, double x) { return machine[m][0] < x; });
        for (; at != by_x.end() && machine[*at][0] <= hand[h][0] + radius_px; ++at) {
            auto const distance = std::hypot(machine[*at][0] - hand[h][0], machine[*at][1] - hand[h][1]);
            if (distance <= radius_px) pairs.push_back({distance, h, *at});
        }
    }
    std::sort(pairs.begin(), pairs.end(), [](Pair const& a, Pair const& b) { return std::tie(a.distance, a.hand, a.machine) < std::tie(b.distance, b.hand, b.machine); });
    std::vector<bool> hand_taken(hand.size()), machine_taken(machine.size());
    Matched result;
    for (auto const& p : pairs) {
        if (hand_taken[p.hand] || machine_taken[p.machine]) continue;
        hand_taken[p.hand] = machine_taken[p.machine] = true;
        ++result.both;
    }
    for (std::size_t h = 0; h < hand.size(); ++h) if (!hand_taken[h]) result.only_hand.push_back(hand[h]);
    for (std::size_t m = 0; m < machine.size(); ++m) if (!machine_taken[m]) result.only_machine.push_back(machine[m]);
    return result;
}

void Agreement::add(std::vector<Place> const& by_hand, std::vector<Place> const& by_machine, double width, double height, double radius_px) {
    auto const cell = [&](Place const& p) {
        auto const column = std::clamp(static_cast<int>(p[0] / std::max(1.0, width) * columns), 0, columns - 1);
        auto const row = std::clamp(static_cast<int>(p[1] / std::max(1.0, height) * rows), 0, rows - 1);
        return static_cast<std::size_t>(row * columns + column);
    };
    auto const matched = match(by_hand, by_machine, radius_px);
    ++frames;
    hand += std::ssize(by_hand);
    machine += std::ssize(by_machine);
    both += matched.both;
    for (auto const& p : matched.only_hand) ++only_hand[cell(p)];
    for (auto const& p : matched.only_machine) ++only_machine[cell(p)];
    for (auto const& p : by_hand) ++all[cell(p)];
}

double corrected_share(std::vector<CorrectedFrame> const& frames) {
    std::int64_t before = 0, after = 0;
    for (auto const& f : frames) {
        before += f.machine;
        after += f.machine + f.added - f.struck;
    }
    return before > 0 ? static_cast<double>(std::max<std::int64_t>(0, after)) / static_cast<double>(before) : 1;
}

Reconciled reconcile(double expected, double expected_sd, double counted, double counted_sd) {
    Reconciled r;
    r.difference = counted - expected;
    r.sd = std::hypot(expected_sd, counted_sd);
    if (r.sd > 0) {
        r.z = r.difference / r.sd;
        r.probability = std::erfc(std::abs(r.z) / std::sqrt(2.0));
    } else {
        r.probability = r.difference == 0 ? 1 : 0;
    }
    auto const p = expected_sd * expected_sd, c = counted_sd * counted_sd;
    auto const gain = p + c > 0 ? p / (p + c) : 0;
    r.after = expected + gain * r.difference;
    r.after_sd = std::sqrt(p * (1 - gain));
    return r;
}

double sd_of_interval(double low, double high) { return std::max(0.5, (high - low) / (2 * z95)); }

} // namespace osetra::stocktake
