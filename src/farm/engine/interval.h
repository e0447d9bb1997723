#pragma once

namespace osetra::farm::engine {

/// The standard normal deviate that leaves 2.5 % on each side.
inline constexpr double z95 = 1.959963984540054;

/// A value with its 95 % interval, in the unit of the value.
struct Interval {
    double value = 0, low = 0, high = 0;
};

} // namespace osetra::farm::engine
