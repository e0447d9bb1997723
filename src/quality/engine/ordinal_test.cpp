#include "quality/engine/ordinal.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "kernel/splitmix.h"

namespace osetra::quality {
namespace {

// Satisfaction with housing in Copenhagen (Madsen 1976), MASS 7.3-58.2: polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing) in R 4.2.2.
TEST(Ordinal, TheHousingExampleOfVenablesAndRipley) {
    constexpr int freq[72] = {21, 21, 28, 34, 22, 36, 10, 11, 36, 61, 23, 17, 43, 35, 40, 26, 18, 54, 13, 9,  10, 8,  8,  12, 6,  7,  9,  18, 6,  7,  15, 13, 13, 7,  5,  11,
                              14, 19, 37, 17, 23, 40, 3,  5,  23, 78, 46, 43, 48, 45, 86, 15, 25, 62, 20, 23, 20, 10, 22, 24, 7,  10, 21, 57, 23, 13, 31, 21, 13, 5,  6,  13};
    std::vector<GradedBefore> lots;
    for (int i = 0; i < 72; ++i) {
        auto const influence = i / 3 % 3, type = i / 9 % 4, contact = i / 36;   // tower, apartment, atrium, terrace
        lots.push_back({{influence == 1 ? 1. : 0., influence == 2 ? 1. : 0., type == 1 ? 1. : 0., type == 2 ? 1. : 0., type == 3 ? 1. : 0., contact == 1 ? 1. : 0.}, i % 3, static_cast<double>(freq[i])});
    }
    auto const m = fit_ordinal(lots, 3, {"medium", "high", "apartment", "atrium", "terrace", "contact"});
    ASSERT_TRUE(m) << m.error().message;
    constexpr double slopes[] = {0.5663937389, 1.2888190638, -0.5723501464, -0.3661865662, -1.0910149077, 0.3602841499};
    constexpr double errors[] = {0.10465278622, 0.12715614898, 0.11923801418, 0.15517333884, 0.15148602563, 0.09553579932};
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(m->slopes[i], slopes[i], 2e-5) << i;   // polr stops early
        EXPECT_NEAR(m->slope_errors[i], errors[i], 2e-5) << i;
    }
    EXPECT_NEAR(m->cuts[0], -0.4961353, 2e-5);
    EXPECT_NEAR(m->cuts[1], 0.6907083, 2e-5);
    EXPECT_NEAR(m->cut_errors[0], 0.1248472, 2e-5);
    EXPECT_NEAR(m->log_likelihood, -1739.57464953, 1e-6);
    auto const p = m->probabilities({0, 1, 0, 1, 0, 0});
    EXPECT_NEAR(p[0], 0.1948548198, 1e-5);
    EXPECT_NEAR(p[1], 0.2474226324, 1e-5);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.), 1, 1e-12);
}

/// A panel whose grades follow from a known model.
std::vector<GradedBefore> panel(std::uint64_t seed, int n) {
    std::vector<GradedBefore> lots;
    auto const uniform = [&] { return (static_cast<double>(splitmix64(seed) >> 11) + 0.5) * 0x1p-53; };
    for (int i = 0; i < n; ++i) {
        auto const egg = 2.4 + uniform(), taste = 1 + std::floor(uniform() * 9) / 2;
        auto const u = uniform();
        auto const hidden = -4 * (egg - 2.9) - 1.5 * (taste - 3) + std::log(u / (1 - u));
        lots.push_back({{egg, taste}, hidden < -1.5 ? 0 : hidden < 0.5 ? 1 : hidden < 2 ? 2 : 3, 1});
    }
    return lots;
}

TEST(Ordinal, FindsTheModelThatMadeTheGradesAndIsCalibrated) {
    for (std::uint64_t seed : {1U, 2U, 3U}) {
        auto const lots = panel(seed, 600);
        auto const m = fit_ordinal(lots, 4, {"egg", "taste"});
        ASSERT_TRUE(m) << "seed " << seed;
        EXPECT_NEAR(m->slopes[0], -4, 4 * m->slope_errors[0]) << "seed " << seed;
        EXPECT_NEAR(m->slopes[1], -1.5, 4 * m->slope_errors[1]) << "seed " << seed;
        auto const c = cross_validate(lots, 4, {"egg", "taste"});
        ASSERT_TRUE(c) << "seed " << seed;
        EXPECT_EQ(c->lots, 600);
        EXPECT_LT(c->brier, 0.75 * c->brier_base) << "seed " << seed;
        EXPECT_LT(c->error, 0.04) << "seed " << seed;
        EXPECT_GT(c->within_one, 0.88) << "seed " << seed;
    }
}

TEST(Ordinal, RefusesWhatCannotBeLearnt) {
    auto few = panel(1, 12);
    EXPECT_EQ(fit_ordinal(few, 4, {"egg", "taste"}).error().code, "ordinal_too_few");
    auto const lots = panel(1, 100);
    EXPECT_EQ(fit_ordinal(lots, 5, {"egg", "taste"}).error().code, "ordinal_too_few");   // nobody gave the fifth
    auto constant = lots;
    for (auto& lot : constant) lot.values[1] = 4;
    EXPECT_EQ(fit_ordinal(constant, 4, {"egg", "taste"}).error().code, "ordinal_constant");
    EXPECT_EQ(fit_ordinal(constant, 4, {"egg", "taste"}).error().at, "taste");
    auto twice = lots;
    for (auto& lot : twice) lot.values[1] = 2 * lot.values[0] + 1;
    EXPECT_EQ(fit_ordinal(twice, 4, {"egg", "taste"}).error().code, "ordinal_failed");
    auto separated = lots;
    for (auto& lot : separated) lot.grade = lot.values[0] > 3.2 ? 0 : lot.values[0] > 2.9 ? 1 : lot.values[0] > 2.6 ? 2 : 3;
    EXPECT_EQ(fit_ordinal(separated, 4, {"egg", "taste"}).error().code, "ordinal_separated");
}

} // namespace
} // namespace osetra::quality
