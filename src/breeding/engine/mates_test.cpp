#include "breeding/engine/mates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {
namespace {

/// Four grandparents, two families of three: brothers with sisters cost 1/4.
Pedigree two_families() {
    Pedigree p;
    p.sire = {-1, -1, -1, -1, 0, 0, 0, 2, 2, 2};
    p.dam = {-1, -1, -1, -1, 1, 1, 1, 3, 3, 3};
    return p;
}

TEST(Mates, StrangersAreMated) {
    auto const p = two_families();
    auto const f = inbreeding(p);
    auto const plan = best_mates(p, f, {{4, 7}, {5, 8}, {1, 1}, {1, 1}, {}});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->mean_f, 0);
    EXPECT_NEAR(plan->mean_f_at_random, 0.125, 1e-12);
    EXPECT_NEAR(plan->bound, plan->total, 1e-12);
    // the strangers live in tanks far apart, and that costs more than inbreeding
    auto const at_home = best_mates(p, f, {{4, 7}, {5, 8}, {1, 1}, {1, 1}, {0, 0.3, 0.3, 0}});
    ASSERT_TRUE(at_home);
    EXPECT_NEAR(at_home->mean_f, 0.25, 1e-12);
    auto const no = std::numeric_limits<double>::infinity();
    EXPECT_EQ(best_mates(p, f, {{4, 7}, {5, 8}, {1, 1}, {1, 1}, {no, no, 0, 0}}).error().code, "matings_unmatched");
    EXPECT_EQ(best_mates(p, f, {{4}, {5, 8}, {1}, {1, 1}, {}}).error().code, "matings_unmatched");
    EXPECT_EQ(best_mates(p, f, {{4}, {5}, {1}, {1, 1}, {}}).error().code, "wish_malformed");
    EXPECT_EQ(best_mates(p, f, {{4}, {}, {1}, {}, {}}).error().code, "matings_unmatched");
}

TEST(Mates, NoPlanOfAllIsBetter) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::mt19937_64 random{seed};
        Pedigree p;
        for (int i = 0; i < 40; ++i) {
            p.sire.push_back(i < 6 ? -1 : static_cast<std::int32_t>(random() % 3 * 2));
            p.dam.push_back(i < 6 ? -1 : static_cast<std::int32_t>(random() % 3 * 2 + 1));
        }
        auto const f = inbreeding(p);
        MatingWish wish{{30, 31, 32, 33, 34, 35}, {10, 11, 12, 13, 14, 15}, std::vector<std::int32_t>(6, 1), std::vector<std::int32_t>(6, 1), {}};
        for (int k = 0; k < 36; ++k) wish.cost.push_back(static_cast<double>(random() % 1000) / 5000);
        auto const plan = best_mates(p, f, wish);
        ASSERT_TRUE(plan);
        EXPECT_NEAR(plan->bound, plan->total, 1e-9) << seed;
        // all 720
        std::vector<double> pair(36);
        for (std::size_t s = 0; s < 6; ++s)
            for (std::size_t d = 0; d < 6; ++d) {
                auto const one = best_mates(p, f, {{wish.sire[s]}, {wish.dam[d]}, {1}, {1}, {wish.cost[s * 6 + d]}});
                pair[s * 6 + d] = one->total;
            }
        std::vector<std::size_t> order(6);
        std::iota(order.begin(), order.end(), 0U);
        auto best = 1e300;
        do {
            double total = 0;
            for (std::size_t d = 0; d < 6; ++d) total += pair[order[d] * 6 + d];
            best = std::min(best, total);
        } while (std::next_permutation(order.begin(), order.end()));
        EXPECT_NEAR(plan->total, best, 1e-12) << seed;
    }
}

} // namespace
} // namespace osetra::breeding
