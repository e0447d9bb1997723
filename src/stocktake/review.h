#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/fields.h"

// What people's marks say of the machine's, and a count of the book. Numbers in, numbers out.
namespace osetra::stocktake {

using Place = std::array<double, 2>;

/// Where hand and machine differ, over all frames that were counted by hand: a map of the picture in cells. Marks within `radius_px` are paired one to one.
struct Agreement {
    std::int64_t frames = 0, hand = 0, machine = 0, both = 0;
    double recall() const { return hand > 0 ? static_cast<double>(both) / static_cast<double>(hand) : 1; }        ///< of what a person saw, what the machine saw
    double precision() const { return machine > 0 ? static_cast<double>(both) / static_cast<double>(machine) : 1; }
    static constexpr int columns = 16, rows = 9;
    std::array<std::int64_t, columns * rows> only_hand{}, only_machine{}, all{};   ///< by rows; `all` is what a person saw there
    void add(std::vector<Place> const& hand, std::vector<Place> const& machine, double width, double height, double radius_px);
};

/// "lon lat, lon lat, ..." in degrees as corners in metres from their middle, on a plane that touches there; empty where it is no such list.
std::vector<Place> outline_in_metres(std::string_view degrees);

/// What the corrected frames say of the whole count: marks after correction for each mark before. 1 where nothing was gone over or marked.
struct CorrectedFrame {
    std::int64_t machine = 0, added = 0, struck = 0;
};
double corrected_share(std::vector<CorrectedFrame> const&);

/// A count against what the book and earlier counts let one expect just before it, both with their standard errors:
///     difference = counted - expected,  sd = sqrt(expected_sd^2 + counted_sd^2),  z = difference / sd,  probability = 2 (1 - Phi(|z|)),
/// Phi the normal distribution. And what the pool's estimate becomes when the count is signed: each weighs by 1 / sd^2 (one step of the farm's filter).
struct Reconciled {
    double difference = 0, sd = 0, z = 0, probability = 1;
    double after = 0, after_sd = 0;
};
Reconciled reconcile(double expected, double expected_sd, double counted, double counted_sd);
double sd_of_interval(double low, double high);  ///< of a normal 95 % interval, at least half a fish

} // namespace osetra::stocktake
