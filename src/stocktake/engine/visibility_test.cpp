#include "stocktake/engine/visibility.h"

#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/render_dice.h"

namespace osetra::stocktake {
namespace {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Visibility, TellsFromThoseFollowedHowManyAreNot) {
    struct Case { char const* what; double middle, spread, tolerance; };
    for (auto const& c : {Case{"all plain", 1.0, 0.25, 0.01}, {"some pale", 0.0, 0.45, 0.04}, {"many pale", -0.4, 0.5, 0.09}, {"half of them", -0.75, 0.5, 0.13}}) {
        SCOPED_TRACE(c.what);
        Dice dice{17};
        constexpr double begins_at = 0.25;
        auto const cut = std::log(begins_at / (1 - begins_at)) + 0.3;
        std::vector<Evident> followed;
        constexpr int bodies = 3'000;
        for (int i = 0; i < bodies; ++i) {
            auto const evidence = c.middle + c.spread * static_cast<double>(dice.normal());
            if (dice.chance(static_cast<float>(logistic((evidence - cut) / 0.2)))) followed.push_back({evidence, 20});
        }
        EXPECT_NEAR(share_evident(followed, begins_at), static_cast<double>(followed.size()) / bodies, c.tolerance);
    }
}

TEST(Visibility, LooksWeigh) {
    std::vector<Evident> const one_long{{1, 100}, {-0.7, 1}}, both{{1, 50}, {-0.7, 50}};
    EXPECT_GT(share_evident(one_long, 0.25), share_evident(both, 0.25) + 0.05);
}

TEST(Visibility, OfNobodyNothingIsKnown) {
    EXPECT_EQ(share_evident({}, 0.25), 1);
}

} // namespace
} // namespace osetra::stocktake
