#include "breeding/engine/index.h"

#include <cmath>

#include <gtest/gtest.h>

namespace osetra::breeding {
namespace {

/// Caviar yield against egg size, h2 0.4 and 0.5, genetic correlation -0.73 (Bestin and others 2021).
BreedingGoal caviar(double worth_of_yield, double worth_of_size) {
    BreedingGoal goal{{"yield", "egg_size"}, Covariance::diagonal(2, 0), Covariance::diagonal(2, 0), {worth_of_yield, worth_of_size}, 1.4};
    goal.phenotypic.value = {4, -0.12, -0.12, 0.04};
    goal.genetic.value = {1.6, -0.73 * std::sqrt(1.6 * 0.02), -0.73 * std::sqrt(1.6 * 0.02), 0.02};
    return goal;
}

TEST(BreedingIndex, OneTraitRespondsAsTheBreedersEquationSays) {
    BreedingGoal goal{{"body_g"}, Covariance::diagonal(1, 30), Covariance::diagonal(1, 100), {2}, 1.755};
    auto const got = economic_index(goal);
    ASSERT_TRUE(got);
    EXPECT_NEAR(got->weights[0], 0.6, 1e-12);                       // h2 times worth
    EXPECT_NEAR(got->response[0], 1.755 * 0.3 * 10, 1e-12);         // i h2 sigma
    EXPECT_NEAR(got->accuracy, std::sqrt(0.3), 1e-12);
    EXPECT_NEAR(got->response_worth, 2 * got->response[0], 1e-12);
}

TEST(BreedingIndex, TheBestWeightsCannotBeBettered) {
    auto const goal = caviar(10, 60);
    auto const best = economic_index(goal);
    ASSERT_TRUE(best);
    for (double a = -1; a <= 1; a += 0.05)
        for (double b = -1; b <= 1; b += 0.05) {
            auto const spread = std::sqrt(4 * a * a - 0.24 * a * b + 0.04 * b * b);
            if (spread < 1e-9) continue;
            auto const yield = 1.4 * (goal.genetic(0, 0) * a + goal.genetic(0, 1) * b) / spread, size = 1.4 * (goal.genetic(1, 0) * a + goal.genetic(1, 1) * b) / spread;
            EXPECT_LE(10 * yield + 60 * size, best->response_worth + 1e-9);
        }
    EXPECT_LT(best->response[0], best->response_alone[0]);   // what egg size costs
}

TEST(BreedingIndex, DesiredGainsComeInTheirProportions) {
    auto const goal = caviar(1, 1);
    auto const got = desired_gains(goal, {0.5, 0.02});
    ASSERT_TRUE(got);
    EXPECT_NEAR(got->response[0] / got->response[1], 25, 1e-9);
    EXPECT_NEAR(got->response[0] * got->intensity_needed / goal.intensity, 0.5, 1e-9);
    auto const one_stays = desired_gains(goal, {1, 0});
    ASSERT_TRUE(one_stays);
    EXPECT_NEAR(one_stays->response[1], 0, 1e-12);
    EXPECT_GT(one_stays->response[0], 0);
    EXPECT_EQ(desired_gains(goal, {0, 0}).error().code, "gains_none");
}

TEST(BreedingIndex, WhatOneTraitGainsTheOtherLoses) {
    auto const curve = trade_off(caviar(1, 1), 0, 1, 19);
    ASSERT_TRUE(curve);
    ASSERT_EQ(curve->size(), 19u);
    for (std::size_t i = 1; i < curve->size(); ++i) {
        EXPECT_LE((*curve)[i].first, (*curve)[i - 1].first + 1e-12);
        EXPECT_GE((*curve)[i].second, (*curve)[i - 1].second - 1e-12);
    }
    EXPECT_LT(curve->front().second, 0);   // all weight on yield makes eggs smaller
    EXPECT_LT(curve->back().first, 0);
    EXPECT_EQ(trade_off(caviar(1, 1), 1, 1).error().code, "trait_unknown");
}

TEST(BreedingIndex, WhatCannotBeIsRefused) {
    auto goal = caviar(1, 1);
    goal.genetic.value = {1.6, -0.5, -0.5, 0.02};   // a correlation of -2.8
    EXPECT_EQ(economic_index(goal).error().code, "covariance_not_positive");
    goal = caviar(1, 1);
    goal.genetic(0, 0) = 5;                         // more than the phenotypic variance
    EXPECT_EQ(economic_index(goal).error().code, "covariance_not_positive");
    goal.worth.pop_back();
    EXPECT_EQ(economic_index(goal).error().code, "goal_malformed");
}

TEST(BreedingIndex, IntensitiesAsPrintedInTables) {   // Falconer & Mackay 1996, appendix A
    for (auto const& [share, intensity] : std::vector<std::pair<double, double>>{{0.01, 2.665}, {0.05, 2.063}, {0.10, 1.755}, {0.20, 1.400}, {0.50, 0.798}})
        EXPECT_NEAR(selection_intensity(share), intensity, 6e-4);
    EXPECT_EQ(selection_intensity(1), 0);
}

} // namespace
} // namespace osetra::breeding
