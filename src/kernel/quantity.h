#pragma once
#include <compare>
#include <cstdint>

namespace osetra {

/// A whole number of one unit. Adds to and compares with its own kind only.
template <class Unit> struct Quantity {
    std::int64_t n = 0;
    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.n + b.n}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.n - b.n}; }
    constexpr Quantity& operator+=(Quantity b) { n += b.n; return *this; }
    constexpr Quantity& operator-=(Quantity b) { n -= b.n; return *this; }
};

using Milligrams = Quantity<struct MilligramUnit>;
using Millilitres = Quantity<struct MillilitreUnit>;
using Millimetres = Quantity<struct MillimetreUnit>;
using MilliCelsius = Quantity<struct MilliCelsiusUnit>;
using Heads = Quantity<struct HeadUnit>;   ///< fish
using Eggs = Quantity<struct EggUnit>;

} // namespace osetra
