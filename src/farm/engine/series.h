#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "kernel/time.h"

// Readings as loggers really send them: twice, out of order, from clocks that jump.
namespace osetra::farm::engine {

struct BackwardJump {
    std::size_t row = 0;        ///< the first row after the jump, counted from 0 in order of arrival
    Instant from, to;
};
struct Gap {
    std::size_t row = 0;        ///< the row that ends it
    Instant from, to;
};

/// What is kept of a log and what is wrong with it.
struct Cleaned {
    std::vector<std::size_t> kept;           ///< rows in order of time; each distinct reading once
    std::vector<std::size_t> duplicates;     ///< rows that repeat an earlier one in time and value
    std::vector<std::size_t> conflicts;      ///< rows of the same time as an earlier one with another value; kept
    std::vector<BackwardJump> backward;
    std::vector<Gap> gaps;
};

/// \param times in order of arrival \param same whether two rows (of the same time) hold the same values
/// \param longest steps longer than this, from one row to the next in order of arrival, are gaps
Cleaned clean(std::span<Instant const> times, std::function<bool(std::size_t, std::size_t)> const& same,
              Microseconds longest = std::chrono::seconds{600});

struct Reading {
    Instant at;
    double value = 0;
};
struct DayMean {
    FarmDay day;
    std::size_t readings = 0;
    double mean = 0, low = 0, high = 0;
};
/// Plain mean of each farm day's readings; days without readings are left out. \pre in order of time
std::vector<DayMean> daily_means(std::span<Reading const>, FarmOffset);

} // namespace osetra::farm::engine
