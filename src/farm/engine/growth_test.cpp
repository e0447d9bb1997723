#include "farm/engine/growth.h"

#include <gtest/gtest.h>

#include <cmath>

namespace osetra::farm::engine {
namespace {

TEST(Growth, WarmthCountsUpToTheBestTemperatureAndFallsToNothing) {
    ThermalResponse const r{4, 24, 30};
    // celsius, degrees that count; by hand from the rule
    double const cases[][2] = {{-1, 0}, {4, 0}, {4.5, 4.5}, {15, 15}, {24, 24}, {27, 12}, {28.5, 6}, {30, 0}, {33, 0}};
    for (auto const& [celsius, counts] : cases) EXPECT_NEAR(effective_celsius(r, celsius), counts, 1e-12) << celsius;
}

// By hand: 1000 g is 10 on the root scale, and 100 days at 15 C with TGC 1e-3 add 1.5: 11.5^3 = 1520.875.
TEST(Growth, ATenRootFishGrowsAsByHand) {
    Leg const legs[] = {{900, 1e-3, 0, 0}, {600, 1e-3, 0, 0}};
    EXPECT_NEAR(weight_g(grown(size_of(1000, 0), legs)).value, 1520.875, 1e-9);
    EXPECT_NEAR(tgc_between(1000, 1520.875, 1500), 1e-3, 1e-15);
}

// facts.md: 10 g to 8 kg at 15 C takes 6.5, 4.3 and 3.3 years with TGC 0.5, 0.75 and 1.0 (x 1e-3).
TEST(Growth, YearsToEightKilogramsArePublishedOnes) {
    double const cases[][2] = {{0.5e-3, 6.5}, {0.75e-3, 4.3}, {1e-3, 3.3}};
    for (auto const& [tgc, years] : cases) {
        auto const degree_days = (std::cbrt(8000.0) - std::cbrt(10.0)) / tgc;
        EXPECT_NEAR(degree_days / 15 / 365.25, years, 0.05);
    }
}

// By hand: 1000 +- 30 g has a root error of 30 / (3 x 100) = 0.1; two legs add (0.2e-3 x 1000 + 0.1e-3 x 500) = 0.25 of its own and
// 0.05e-3 x 1500 = 0.075 shared. own = sqrt(0.1^2 + 0.25^2); half = 1.959964 x sqrt(0.0725 + 0.005625) = 0.547827.
TEST(Growth, ErrorsGrowAlongTheLegs) {
    Leg const legs[] = {{1000, 1e-3, 0.2e-3, 0.05e-3}, {500, 0.8e-3, 0.1e-3, 0.05e-3}};
    auto const size = grown(size_of(1000, 30), legs);
    EXPECT_NEAR(size.root, 11.4, 1e-12);
    EXPECT_NEAR(size.own_sd, std::sqrt(0.0725), 1e-12);
    EXPECT_NEAR(size.shared_sd, 0.075, 1e-12);
    auto const w = weight_g(size);
    EXPECT_NEAR(w.low, std::pow(11.4 - 0.547827, 3), 0.01);
    EXPECT_NEAR(w.high, std::pow(11.4 + 0.547827, 3), 0.01);
    EXPECT_GT(w.high - w.value, w.value - w.low);
    EXPECT_NEAR(own_sd_g(size), 3 * 11.4 * 11.4 * std::sqrt(0.0725), 1e-9);
}

TEST(Growth, LongerWithoutWeighingIsLessSure) {
    double before = 0;
    for (double days = 0; days < 3000; days += 500) {
        Leg const leg{days, 0.7e-3, 0.1e-3, 0.02e-3};
        auto const w = weight_g(grown(size_of(50, 2), {&leg, 1}));
        EXPECT_GT(w.high - w.low, before);
        before = w.high - w.low;
    }
}

// The aquacultuR trial's tank M1N1: 18.333 g to 91.217 g in 84 days at 21.8 C. R: (91.2166667^(1/3) - 18.3333333^(1/3)) / (21.8 * 84) and
// 100 * log(91.2166667 / 18.3333333) / 84; feed 5740 g for a gain of 8746 g.
TEST(Growth, RatesOfATankTrial) {
    EXPECT_NEAR(tgc_between(18.3333333333333, 91.2166666666667, 21.8 * 84), 1.0181e-3, 5e-7);
    EXPECT_NEAR(sgr_percent_per_day(18.3333333333333, 91.2166666666667, 84), 1.91008, 1e-4);
    EXPECT_NEAR(fcr(5740, 8746), 0.65630, 1e-5);
}

TEST(Growth, RationIsReadBetweenTheLines) {
    RationTable const t{{10, 1000}, {10, 20}, {4, 6, 1, 2}};
    EXPECT_NEAR(t.percent(10, 10), 4, 1e-12);
    EXPECT_NEAR(t.percent(100, 10), 2.5, 1e-12);   // halfway in log weight
    EXPECT_NEAR(t.percent(100, 15), 3.25, 1e-12);
    EXPECT_NEAR(t.percent(1, 30), 6, 1e-12);       // outside: as at the edge
    EXPECT_NEAR(t.percent(5000, 5), 1, 1e-12);
}

// Reference: R 4.2.2, MASS 7.3-58.2: rlm(y ~ dd - 1, weights = 1/sd^2, k = 1.345, acc = 1e-14), y in cube roots, sd from both weighings
// with at least 1 % of the weight each. The last interval is a fish that somebody read off another's line (9 kg): plain weighted least
// squares gives 1.1757e-3.
TEST(Growth, RefitIsHubersAndAWrongWeighingDoesNotCarryIt) {
    GrowthInterval const intervals[] = {{120, 310, 4, 9, 2400},     {300, 690, 10, 7, 2500},    {700, 1260, 0, 40, 2600}, {900, 1480, 30, 14, 2300},
                                        {1500, 2140, 15, 50, 2200}, {2100, 2600, 60, 26, 1800}, {2600, 9000, 26, 90, 2000}};
    auto const fit = fit_tgc(intervals);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->tgc, 0.000789905368902, 1e-12);
    EXPECT_NEAR(fit->se, 5.2970921414e-05, 1e-12);
    EXPECT_NEAR(fit->scale, 3.09729238965, 1e-8);
    EXPECT_EQ(fit->intervals, 7u);
    EXPECT_EQ(fit->outliers, 1u);

    auto const three = fit_tgc(std::span{intervals}.first(3));
    ASSERT_TRUE(three);
    EXPECT_NEAR(three->tgc, 0.000799114718502, 1e-12);
    EXPECT_NEAR(three->se, 3.62969421514e-05, 1e-12);
}

TEST(Growth, RefitRefusesWhatItCannotUse) {
    GrowthInterval const good{100, 200, 0, 0, 1000}, cold{100, 100, 0, 0, 0}, bad{0, 100, 0, 0, 1000};
    auto const code = [](std::vector<GrowthInterval> const& v) {
        auto const fit = fit_tgc(v);
        return fit ? std::string{"fitted"} : fit.error().code;
    };
    EXPECT_EQ(code({}), "growth_weighings_few");
    EXPECT_EQ(code({good, good, cold}), "growth_weighings_few");
    EXPECT_EQ(code({good, good, bad}), "growth_weighing_bad");
    EXPECT_EQ(code({good, good, good}), "fitted");
}

TEST(Growth, APerfectLineHasNoError) {
    std::vector<GrowthInterval> v;
    for (double w : {10.0, 100.0, 500.0, 2000.0}) v.push_back({w, std::pow(std::cbrt(w) + 0.9e-3 * 1500, 3), 0, 0, 1500});
    auto const fit = fit_tgc(v);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->tgc, 0.9e-3, 1e-12);
    EXPECT_NEAR(fit->se, 0, 1e-12);
}

} // namespace
} // namespace osetra::farm::engine
