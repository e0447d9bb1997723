#include "quality/engine/scheffe.h"

#include <cmath>
#include <gtest/gtest.h>

#include "kernel/splitmix.h"

namespace osetra::quality {
namespace {

/// Blends of three kinds on a grid: one attribute that mixes linearly, one where the first two meet, one that is chance.
PastBlends made(std::uint64_t seed) {
    PastBlends out{{"a", "b", "c"}, {"linear", "meeting", "chance"}, {}, {}};
    auto const any = [&] { return static_cast<double>(splitmix64(seed) >> 11) * 0x1p-53; };
    for (int i = 0; i <= 5; ++i)
        for (int j = 0; i + j <= 5; ++j) {
            auto const a = i / 5.0, b = j / 5.0, c = 1 - a - b;
            out.share.push_back({a, b, c});
            out.value.push_back({2 * a + 5 * b + 8 * c + 0.1 * any(), 5 + 12 * a * b + 0.1 * any(), any()});
        }
    return out;
}

TEST(Scheffe, TellsWhatMixesHow) {
    auto const models = find_mixing(made(7));
    ASSERT_TRUE(models) << models.error().message;
    EXPECT_EQ((*models)[0].mixing, Mixing::linear);
    EXPECT_GT((*models)[0].r2_linear, 0.99);
    EXPECT_EQ((*models)[1].mixing, Mixing::interacting);
    ASSERT_GE((*models)[1].meetings.size(), 1u);   // another may look useful by chance; the first is the one that is there
    EXPECT_EQ((*models)[1].meetings[0].kind, 0u);
    EXPECT_EQ((*models)[1].meetings[0].other, 1u);
    EXPECT_NEAR((*models)[1].meetings[0].extra, 12, 0.3);
    EXPECT_NEAR(said_by((*models)[1], {0.5, 0.5, 0}), 8.05, 0.1);
    EXPECT_EQ((*models)[2].mixing, Mixing::untold);
}

TEST(Scheffe, RefusesWhatTellsNothing) {
    auto few = made(1);
    few.share.resize(4);
    few.value.resize(4);
    EXPECT_EQ(find_mixing(few).error().code, "past_blends_few");
    auto alike = made(1);
    for (auto& s : alike.share) s = {0.5, 0.5, 0};
    EXPECT_EQ(find_mixing(alike).error().code, "past_blends_alike");
    auto crooked = made(1);
    crooked.share[0] = {0.5, 0.6, 0};
    EXPECT_EQ(find_mixing(crooked).error().code, "shares_sum");
}

} // namespace
} // namespace osetra::quality
