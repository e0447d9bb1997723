#include "processing/line_chart.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace osetra::processing {
namespace {

TEST(Chart, LimitsAreThoseOfTheWorkedExample) {
    // Montgomery, Introduction to Statistical Quality Control, table 6.6 (viscosity of primer paint): mean 33.52, mean moving range 0.48
    std::vector<double> const viscosity{33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84};
    auto const l = limits_of(viscosity);
    EXPECT_NEAR(l.centre, 33.52, 0.005);
    EXPECT_NEAR(l.high(), 34.80, 0.01);
    EXPECT_NEAR(l.low(), 32.24, 0.01);
    EXPECT_TRUE(run_rules(viscosity, l).empty());
}

TEST(Chart, EachRuleIsBrokenByItsRun) {
    ChartLimits const l{0, 1};
    struct { int rule; std::vector<double> values; std::size_t at; } const cases[] = {
        {1, {0.5, -0.2, 3.1}, 2},
        {2, {.1, .2, .1, .3, .1, .2, .1, .4, .1}, 8},
        {3, {-.5, -.3, -.1, .1, .3, .5}, 5},
        {4, {.1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1}, 13},
        {5, {2.1, -.5, 2.2}, 2},
        {6, {1.2, 1.1, -.5, 1.3, 1.4}, 4},
        {7, {.5, -.2, .3, .3, -.4, .1, .2, -.3, .4, .4, -.1, .2, .2, -.4, .5}, 14},
        {8, {1.2, 1.3, -1.2, -1.1, 1.4, 1.2, -1.2, 1.3}, 7},
    };
    for (auto const& c : cases) {
        auto const broken = run_rules(c.values, l);
        ASSERT_FALSE(broken.empty()) << c.rule;
        EXPECT_TRUE(std::any_of(broken.begin(), broken.end(), [&](RunBreak const& b) { return b.rule == c.rule && b.at == c.at; })) << c.rule;
        auto shorter = c.values;
        shorter.pop_back();
        for (auto const& b : run_rules(shorter, l)) EXPECT_NE(b.rule, c.rule);
    }
}

TEST(Chart, ALineThatTakesTenMinutesAFishDoesSixAnHour) {
    auto const f = forecast(std::vector<double>(5, 599.0), 3, 1);
    ASSERT_EQ(f.size(), 3u);
    EXPECT_EQ(f[0].median, 6);
    EXPECT_EQ(f[2].median, 18);
    EXPECT_EQ(f[2].low, 18);
    auto const wide = forecast({300, 900}, 4, 2);
    EXPECT_LT(wide[3].low, wide[3].median);
    EXPECT_GT(wide[3].high, wide[3].median);
    EXPECT_NEAR(wide[3].median, 48, 3);
    EXPECT_TRUE(forecast({}, 3, 1).empty());
}

} // namespace
} // namespace osetra::processing
