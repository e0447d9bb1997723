#include "stocktake/review.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "stocktake/engine/metrics.h"

namespace osetra::stocktake {
namespace {

constexpr double z95 = 1.959963984540054;

Marks marks_at(std::vector<Place> const& places) {
    Marks marks;
    for (auto const& p : places) marks.push_back({p[0], p[1]});
    return marks;
}

} // namespace

void Agreement::add(std::vector<Place> const& by_hand, std::vector<Place> const& by_machine, double width, double height, double radius_px) {
    auto const cell = [&](Place const& p) {
        auto const column = std::clamp(static_cast<int>(p[0] / std::max(1.0, width) * columns), 0, columns - 1);
        auto const row = std::clamp(static_cast<int>(p[1] / std::max(1.0, height) * rows), 0, rows - 1);
        return static_cast<std::size_t>(row * columns + column);
    };
    auto const hand_of = match(marks_at(by_machine), marks_at(by_hand), radius_px);
    std::vector<bool> found(by_hand.size());
    ++frames;
    hand += std::ssize(by_hand);
    machine += std::ssize(by_machine);
    for (std::size_t m = 0; m < by_machine.size(); ++m) {
        if (hand_of[m] < 0) { ++only_machine[cell(by_machine[m])]; continue; }
        ++both;
        found[static_cast<std::size_t>(hand_of[m])] = true;
    }
    for (std::size_t h = 0; h < by_hand.size(); ++h) if (!found[h]) ++only_hand[cell(by_hand[h])];
    for (auto const& p : by_hand) ++all[cell(p)];
}

std::vector<Place> outline_in_metres(std::string_view degrees) {
    constexpr double metres_a_degree = 111'195;      // of a great circle, radius 6,371 km
    std::vector<Place> corners;
    while (!degrees.empty()) {
        auto const comma = std::min(degrees.find(','), degrees.size());
        auto corner = degrees.substr(0, comma);
        degrees.remove_prefix(std::min(comma + 1, degrees.size()));
        while (corner.starts_with(' ')) corner.remove_prefix(1);
        Place at{};
        auto const* const end = corner.data() + corner.size();
        auto const lon = std::from_chars(corner.data(), end, at[0]);
        if (lon.ec != std::errc{} || lon.ptr == end) return {};
        auto const lat = std::from_chars(lon.ptr + 1, end, at[1]);
        if (lat.ec != std::errc{} || std::abs(at[0]) > 180 || std::abs(at[1]) > 90) return {};
        corners.push_back(at);
    }
    Place middle{};
    for (auto const& c : corners) { middle[0] += c[0] / static_cast<double>(corners.size()); middle[1] += c[1] / static_cast<double>(corners.size()); }
    auto const narrower = std::cos(middle[1] * std::numbers::pi / 180);
    for (auto& c : corners) c = {(c[0] - middle[0]) * metres_a_degree * narrower, (c[1] - middle[1]) * metres_a_degree};
    return corners;
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
