#include "quality/engine/gage.h"

#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

// AIAG, Measurement Systems Analysis, 4th edition, figure III-B 15: 10 parts, 3 appraisers, 3 trials. Sums of squares there: appraiser 3.1673, parts 88.3619, interaction
// 0.3590, equipment 2.7589; R 4.2.2 summary(aov(y ~ p * o)) gives 3.167262, 88.361934, 0.358982, 2.758933, and lme4 1.1-31 lmer(y ~ (1 | p) + (1 | o)) the components.
constexpr double aiag[3][3][10] = {
    {{0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36}, {0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25}, {0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31}},
    {{0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68}, {0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62}, {0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50}},
    {{0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49}, {-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77}, {-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16}},
};
std::vector<GageValue> values() {
    std::vector<GageValue> all;
    for (int g = 0; g < 3; ++g)
        for (int t = 0; t < 3; ++t)
            for (int p = 0; p < 10; ++p) all.push_back({"part " + std::to_string(p + 1), std::string(1, static_cast<char>('A' + g)), aiag[g][t][p]});
    return all;
}

TEST(Gage, TheExampleOfTheAiag) {
    auto const a = gage_study(values(), 8.);
    ASSERT_TRUE(a);
    EXPECT_TRUE(a->pooled);
    EXPECT_NEAR(a->interaction_p, 0.97411, 1e-5);
    EXPECT_NEAR(a->repeatability.variance, 0.039973276, 1e-8);
    EXPECT_NEAR(a->grader.variance, 0.051455266, 1e-8);
    EXPECT_NEAR(a->part.variance, 1.086446564, 1e-7);
    EXPECT_NEAR(a->gage.study_percent, 27.86, 0.01);   // 27.9 in the manual
    EXPECT_EQ(a->distinct, 4);                         // 4 in the manual
    EXPECT_NEAR(*a->gage.tolerance_percent, 6 * 0.302373 / 8 * 100, 0.01);
    EXPECT_EQ(a->verdict, "conditional");
    EXPECT_LT(a->gage_low_percent, 27.86);
    EXPECT_GT(a->gage_high_percent, 27.86);
}

TEST(Gage, WithoutPoolingTheInteractionIsItsOwn) {
    auto const a = gage_study(values(), {}, 1.);
    ASSERT_TRUE(a);
    EXPECT_FALSE(a->pooled);
    EXPECT_NEAR(a->repeatability.variance, 0.0459822, 1e-6);
    EXPECT_DOUBLE_EQ(a->interaction.variance, 0);      // its mean square is below the error's
    EXPECT_FALSE(a->gage.tolerance_percent);
}

TEST(Gage, SaysWhatIsMissing) {
    auto all = values();
    all.pop_back();
    EXPECT_EQ(gage_study(all).error().code, "gage_unbalanced");
    EXPECT_EQ(gage_study(all).error().at, "part 10");
    EXPECT_EQ(gage_study({{"a", "x", 1}, {"b", "x", 2}}).error().code, "gage_too_few");
    EXPECT_EQ(gage_study({{"a", "x", 1}, {"b", "x", 2}, {"a", "y", 1}, {"b", "y", 2}}).error().code, "gage_too_few");
    std::vector<GageValue> same;
    for (int i = 0; i < 2; ++i)
        for (auto const* p : {"a", "b"})
            for (auto const* g : {"x", "y"}) same.push_back({p, g, 1});
    EXPECT_EQ(gage_study(same).error().code, "gage_no_spread");
    EXPECT_EQ(gage_study(values(), 0.).error().code, "gage_tolerance");
}

} // namespace
} // namespace osetra::quality
