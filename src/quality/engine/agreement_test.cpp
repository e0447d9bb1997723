#include "quality/engine/agreement.h"

#include <cmath>

#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

// Cohen (1968): 200 patients by two psychiatrists, with the weights of disagreement 0, 1, 3, 6; weighted kappa 0.348. Fleiss, Cohen and Everitt (1969) give the variance.
TEST(Agreement, WeightedKappaOfCohen1968) {
    std::vector<std::vector<double>> counts{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}};
    std::vector<std::vector<double>> const disagree{{0, 1, 3}, {1, 0, 6}, {3, 6, 0}};
    auto weights = disagree;
    for (auto& row : weights)
        for (auto& w : row) w = 1 - w / 6;
    auto const plain = kappa_of(counts, agreement_weights(3, Disagreement::nominal));
    auto const weighted = kappa_of(counts, weights);
    ASSERT_TRUE(plain && weighted);
    EXPECT_NEAR(plain->value, 0.492, 0.0005);
    EXPECT_NEAR(weighted->value, 0.348, 0.0005);
    EXPECT_EQ(weighted->lots, 200);
    EXPECT_GT(weighted->low, 0.15);
    EXPECT_LT(weighted->high, 0.5);
}

// Large-sample error of plain kappa (Fleiss, Cohen and Everitt 1969) of 50 lots, 20 5 / 10 15: worked by hand, the three sums below.
TEST(Agreement, PlainKappaAndItsError) {
    auto const a = kappa_of({{20, 5}, {10, 15}}, agreement_weights(2, Disagreement::nominal));
    ASSERT_TRUE(a);
    EXPECT_DOUBLE_EQ(a->observed, 0.7);
    EXPECT_DOUBLE_EQ(a->by_chance, 0.5);
    EXPECT_NEAR(a->value, 0.4, 1e-12);
    // sum p_ii (1 - (p_i. + p_.i)(1 - k))^2 = 0.4 (1 - 1.1 x 0.6)^2 + 0.3 (1 - 0.9 x 0.6)^2 = 0.10972; (1 - k)^2 sum of p_ij (p_.i + p_j.)^2 off the diagonal =
    // 0.36 (0.1 x 1.1^2 + 0.2 x 0.9^2) with p_.1 + p_2. = 1.1 for the cell (1, 2) and 0.9 for (2, 1) = 0.10188; less (k - p_e (1 - k))^2 = 0.01
    EXPECT_NEAR((a->high - a->low) / 2 / 1.959963984540054, std::sqrt((0.10972 + 0.10188 - 0.01) / 50) / 0.5, 1e-9);
}

// Fleiss (1971) as Wikipedia works it: 10 subjects, 14 raters, 5 categories; kappa 0.210, P 0.378, P_e 0.213.
TEST(Agreement, FleissKappa) {
    std::vector<std::vector<int>> const counts{{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1}, {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}};
    auto const a = fleiss_kappa(counts);
    ASSERT_TRUE(a);
    EXPECT_NEAR(a->value, 0.210, 0.0005);
    EXPECT_NEAR(a->observed, 0.378, 0.0005);
    EXPECT_NEAR(a->by_chance, 0.213, 0.0005);
    EXPECT_LT(a->low, a->value);
    EXPECT_GT(a->high, a->value);
}

// Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: 4 observers, 12 units, gaps: nominal 0.743, ordinal 0.815, interval 0.849.
TEST(Agreement, KrippendorffAlpha) {
    constexpr int none = 0;
    int const told[4][12] = {{1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none}, {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3}, {none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none}, {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none}};
    Ratings ratings(12, std::vector<std::optional<int>>(4));
    for (std::size_t g = 0; g < 4; ++g)
        for (std::size_t lot = 0; lot < 12; ++lot)
            if (told[g][lot] != none) ratings[lot][g] = told[g][lot] - 1;
    struct Case { Metric metric; double alpha; };
    for (auto const& c : {Case{Metric::nominal, 0.743}, Case{Metric::ordinal, 0.815}, Case{Metric::interval, 0.849}}) {
        auto const a = krippendorff_alpha(ratings, c.metric);
        ASSERT_TRUE(a);
        EXPECT_NEAR(a->value, c.alpha, 0.0006);
        EXPECT_EQ(a->lots, 11);
        EXPECT_LT(a->low, a->value);
        EXPECT_EQ(a->low, krippendorff_alpha(ratings, c.metric)->low);
    }
}

TEST(Agreement, AsksForEnough) {
    Ratings const alone{{0, {}}, {1, {}}};
    EXPECT_EQ(krippendorff_alpha(alone, Metric::nominal).error().code, "agreement_too_few");
    Ratings const same{{0, 0}, {0, 0}, {0, 0}};
    EXPECT_EQ(krippendorff_alpha(same, Metric::nominal).error().code, "agreement_one_grade");
    EXPECT_EQ(kappa_of(same, 0, 1, 2, Disagreement::linear).error().code, "agreement_one_grade");
    EXPECT_EQ(fleiss_kappa({{1, 1}, {1, 2}}).error().code, "agreement_uneven");
}

TEST(Agreement, AStrictGraderStandsOut) {
    Ratings const ratings{{0, 0, 1}, {1, 1, 2}, {2, 2, 3}, {0, 0, 1}};
    auto const s = standings(ratings);
    EXPECT_DOUBLE_EQ(s[2].higher, 1);
    EXPECT_DOUBLE_EQ(s[2].same, 0);
    EXPECT_DOUBLE_EQ(s[0].same, 0.5);
    EXPECT_DOUBLE_EQ(s[0].higher, -0.5);
}

} // namespace
} // namespace osetra::quality
