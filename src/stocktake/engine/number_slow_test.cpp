#include <cstdio>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

TEST(Number, IntervalCoversAsOftenAsItSays) {
    constexpr std::uint64_t seed = 20'260'412;
    constexpr int rounds = 2'000;
    Chance chance{seed};
    int covered = 0, low = 0, whole = 0, whole_covered = 0;
    double width = 0, error = 0;
    for (int i = 0; i < rounds; ++i) {
        auto const m = made(chance);
        auto const n = number_of(m.history).n;
        auto const in = n.low <= m.n && m.n <= n.high;
        covered += in;
        low += n.high < m.n;
        if (m.history.looks[0].area == 1) ++whole, whole_covered += in;
        width += (n.high - n.low) / 2 / m.n / rounds;
        error += std::abs(n.value - m.n) / m.n / rounds;
    }
    RecordProperty("covered", covered);
    std::printf("covered %d of %d (%.1f %%), wholly seen %d of %d, too low %d, half width %.2f %%, mean error %.2f %%\n", covered, rounds, 100.0 * covered / rounds, whole_covered, whole, low, 100 * width, 100 * error);
    EXPECT_GE(covered, rounds * 93 / 100) << "seed " << seed;
    EXPECT_LE(covered, rounds * 97 / 100) << "seed " << seed;
    EXPECT_LT(width, 0.1);
}

} // namespace
} // namespace osetra::stocktake
