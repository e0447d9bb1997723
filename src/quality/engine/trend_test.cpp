#include <gtest/gtest.h>
#include <cmath>
#include <vector>

#include "kernel/splitmix.h"
#include "quality/engine/distributions.h"
#include "quality/engine/trend.h"

namespace osetra::quality {
namespace {

TEST(Trend, ALineThroughPointsOnIt) {
    std::vector<TrendPoint> const points{{0, 10}, {7, 10.7}, {14, 11.4}};
    auto const t = trend_of(points);
    ASSERT_TRUE(t);
    EXPECT_NEAR(t->per_day, 0.1, 1e-12);
    auto const c = crossing(*t, 12, true);
    ASSERT_TRUE(c);
    EXPECT_NEAR(c->day, 20, 1e-9);
    EXPECT_NEAR(*c->from, 20, 1e-6);
    EXPECT_NEAR(*c->to, 20, 1e-6);
    EXPECT_FALSE(crossing(*t, 9, false));        // it goes the other way
}

TEST(Trend, TooLittleSaysNothing) {
    EXPECT_FALSE(trend_of(std::vector<TrendPoint>{{3, 10}}));
    EXPECT_FALSE(trend_of(std::vector<TrendPoint>{{3, 10}, {3, 11}}));
    auto const two = trend_of(std::vector<TrendPoint>{{0, 10}, {10, 11}});
    auto const c = crossing(*two, 12, true);
    ASSERT_TRUE(c);
    EXPECT_NEAR(c->day, 20, 1e-9);
    EXPECT_FALSE(c->from);
    // Four points that scatter: a day, and no interval that would be true.
    auto const wild = trend_of(std::vector<TrendPoint>{{0, 10}, {1, 12}, {2, 9}, {3, 11.5}});
    auto const guess = crossing(*wild, 14, true);
    ASSERT_TRUE(guess);
    EXPECT_FALSE(guess->from);
}

/// Of lines whose crossing is known, 95 of 100 intervals hold it.
TEST(Trend, IntervalsHoldTheDayAsOftenAsTheySay) {
    std::uint64_t state = 20'261'126;
    auto const share = [&] { return (static_cast<double>(splitmix64(state) >> 11) + 0.5) / 9007199254740992.0; };
    int held = 0, told = 0;
    for (int n = 0; n < 2'000; ++n) {
        std::vector<TrendPoint> points;
        for (int i = 0; i < 6; ++i) points.push_back({7.0 * i, 9 + 0.05 * 7.0 * i + 0.15 * normal_quantile(share())});
        auto const c = crossing(*trend_of(points), 11.5, true);
        if (!c || !c->from) continue;
        ++told;
        held += *c->from <= 50 && 50 <= *c->to ? 1 : 0;
    }
    EXPECT_GT(told, 1'950);
    EXPECT_NEAR(static_cast<double>(held) / told, 0.95, 0.015) << "seed 20261126";
}

} // namespace
} // namespace osetra::quality
