#pragma once
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace osetra {

/// An instant in UTC, whole microseconds since 1970. What is stored and sent.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Microseconds = std::chrono::microseconds;

/// Later than every real instant: "still so".
inline constexpr Instant forever{Microseconds{std::numeric_limits<std::int64_t>::max()}};

/// A day on the farm's own calendar, counted from 1970-01-01. Which instants it holds depends on the farm's offset.
struct FarmDay {
    std::int32_t n = 0;
    friend constexpr auto operator<=>(FarmDay, FarmDay) = default;
};
constexpr FarmDay operator+(FarmDay d, int days) { return {d.n + days}; }
constexpr FarmDay operator-(FarmDay d, int days) { return {d.n - days}; }
constexpr int operator-(FarmDay a, FarmDay b) { return a.n - b.n; }

/// How far the farm's clock is ahead of UTC. China keeps one time everywhere: +480 minutes.
struct FarmOffset {
    std::chrono::minutes east{480};
};

FarmDay farm_day(Instant, FarmOffset);
Instant start_of(FarmDay, FarmOffset);
inline Instant end_of(FarmDay d, FarmOffset o) { return start_of(d + 1, o) - Microseconds{1}; }

std::string text_of(Instant);   ///< 2026-01-11T12:00:00Z, with .123456 where it is not a whole second
std::string text_of(FarmDay);   ///< 2026-01-11

/// RFC 3339 instants ("2026-01-11T12:00:00Z", "...+08:00", a space for T, seconds and fraction optional).
/// Without an offset the farm's is taken. A day alone is that day's noon on the farm. Refusal: instant_malformed.
Result<Instant> parse_instant(std::string_view, FarmOffset);
/// 2026-01-11 only. Refusal: day_malformed.
Result<FarmDay> parse_day(std::string_view);

} // namespace osetra
