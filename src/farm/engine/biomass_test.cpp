#include "farm/engine/biomass.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace osetra::farm::engine {
namespace {

// By hand: 100 +- 5 fish of 2 +- 0.1 kg: variance 100²·0.01 + 2²·25 + 25·0.01 = 200.25.
TEST(Biomass, AProductCarriesBothErrors) {
    auto const b = biomass(100, 5, 2, 0.1, 0.02);
    EXPECT_NEAR(b.value, 200, 1e-12);
    EXPECT_NEAR(b.own_sd, std::sqrt(200.25), 1e-12);
    EXPECT_NEAR(b.shared_sd, 2, 1e-12);
    auto const i = interval(b);
    EXPECT_NEAR(i.high - i.value, 1.959963984540054 * std::sqrt(204.25), 1e-9);
}

TEST(Biomass, OwnErrorsCancelInSumsAndSharedOnesDoNot) {
    std::vector<Total> pools(100, {10, 1, 0.5});
    auto const all = sum(pools);
    EXPECT_NEAR(all.value, 1000, 1e-9);
    EXPECT_NEAR(all.own_sd, 10, 1e-9);
    EXPECT_NEAR(all.shared_sd, 50, 1e-9);
    Total running;
    for (auto const& p : pools) running = running + p;
    EXPECT_NEAR(running.own_sd, all.own_sd, 1e-9);
}

TEST(Biomass, NeverBelowNought) { EXPECT_EQ(interval({1, 5, 0}).low, 0); }

} // namespace
} // namespace osetra::farm::engine
