#include "stocktake/engine/measure.h"

#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

TEST(Measure, ABodyByTheMedianOfItsWholeViews) {
    Marks marks;
    for (double const l : {98.0, 100.0, 102.0, 99.0, 101.0}) marks.push_back({0, 0, 0, l, 0.9, 1});
    marks.push_back({0, 0, 0, 40, 0.9, 0.3});   // half of it under another
    auto const m = length_of(marks);
    EXPECT_EQ(m.length_px, 100);
    EXPECT_GT(m.error_px, 1);
    EXPECT_EQ(length_of(std::span{marks}.subspan(5)).length_px, 40);
    EXPECT_EQ(length_of({}).length_px, 0);
}

TEST(Measure, BodiesBelowTheWaterLookSmaller) {
    EXPECT_EQ(at_depth(100, {}).px_per_m, 100);
    EXPECT_NEAR(at_depth(100, 10.0).px_per_m, 100 / 1.0376, 0.01);
    EXPECT_LT(at_depth(100, 4.0).px_per_m, at_depth(100, 15.0).px_per_m);
    EXPECT_GT(at_depth(100, 4.0).error, at_depth(100, 15.0).error);
}

TEST(Measure, MeanAndWeightCarryTheirErrors) {
    Chance chance{21};
    std::vector<Measured> bodies;
    double true_length = 0, true_weight = 0;
    constexpr int n = 400;
    WeightLaw const law;
    for (int i = 0; i < n; ++i) {
        auto const metres = 0.9 + 0.1 * chance.normal();
        true_length += metres / n;
        true_weight += law.a * std::pow(metres, law.b);
        bodies.push_back({100 * metres * (1 + 0.05 * chance.normal()), 5 * metres});
    }
    Scale const scale{100, 0.05};
    auto const length = mean_length(bodies, scale);
    ASSERT_TRUE(length);
    EXPECT_NEAR(length->value, true_length, 0.01);
    EXPECT_NEAR((length->high - length->low) / 2 / 1.96 / length->value, 0.05, 0.004);
    auto const all = biomass(bodies, scale, {law.a, law.b, 0}, {n, n, n});
    ASSERT_TRUE(all);
    EXPECT_NEAR(all->value, true_weight, 0.015 * true_weight);
    // 5 % of length is about 15 % of weight
    EXPECT_NEAR((std::log(all->high) - std::log(all->low)) / 3.92, 0.158, 0.01);
    EXPECT_GT(biomass(bodies, scale, {law.a, law.b, 0}, {n, 0.8 * n, 1.25 * n})->high, all->high);
    EXPECT_FALSE(mean_length({}, scale));
    EXPECT_FALSE(mean_length(bodies, {0, 0.1}));
}

} // namespace
} // namespace osetra::stocktake
