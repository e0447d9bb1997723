#include "farm/engine/heads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace osetra::farm::engine {
namespace {

using namespace std::chrono_literals;
constexpr auto year = Microseconds{31'557'600'000'000};   // 365.25 days
constexpr Instant start{Microseconds{1'600'000'000'000'000}};
constexpr UnseenLoss loss{0.04, 0.02};

// Reference, in R 4.2.2: 1000 stocked, one year, count 940 +- 10, half a year, 100 more, half a year, count 1010 +- 20, with
//   pass = function(s, dt) { k = exp(-.04 * dt); m = s[1] * k; c(m, s[2] * k^2 + s[1] * k * (1 - k) + m^2 * .02^2 * dt) }
//   count = function(s, y, sd) { g = s[2] / (s[2] + sd^2); c(s[1] + g * (y - s[1]), s[2] * (1 - g)) }
TEST(Heads, FilterFollowsTheWrittenOutRecursion) {
    HeadsBelief b{start, 0, 0, {}};
    move(b, 1000);
    pass(b, start + year, loss);
    EXPECT_NEAR(b.mean, 960.7894391523, 1e-8);
    EXPECT_NEAR(b.variance, 406.9196313203, 1e-8);
    auto const first = count(b, 940, 10);
    EXPECT_NEAR(first.z, -0.9233645948957, 1e-10);
    EXPECT_NEAR(first.probability, 0.3558172358817, 1e-9);
    EXPECT_FALSE(first.significant);
    EXPECT_NEAR(b.mean, 944.1011311986822, 1e-8);
    EXPECT_NEAR(b.variance, 80.2730070367296, 1e-8);
    pass(b, start + 3 * year / 2, loss);
    move(b, 100);
    pass(b, start + 2 * year, loss);
    EXPECT_NEAR(b.mean, 1005.1022636781, 1e-8);
    EXPECT_NEAR(b.variance, 478.2152647234, 1e-8);
    EXPECT_NEAR(count(b, 1010, 20).probability, 0.8687312062764, 1e-9);
    EXPECT_NEAR(b.mean, 1007.7692319782615, 1e-8);
    EXPECT_NEAR(b.variance, 217.8123218452603, 1e-8);
    EXPECT_EQ(b.book.heads(), 1100);
}

TEST(Heads, TimeMayBeCutAnyhow) {
    HeadsBelief whole{start, 500, 30, {}}, cut = whole;
    pass(whole, start + year, loss);
    for (int day = 1; day <= 365; ++day) pass(cut, start + day * 24h, loss);
    pass(cut, start + year, loss);
    EXPECT_NEAR(whole.mean, cut.mean, 1e-8);
    EXPECT_NEAR(whole.variance, cut.variance, 1e-8);
    pass(cut, start, loss);   // does not run backwards
    EXPECT_NEAR(whole.mean, cut.mean, 1e-8);
}

TEST(Heads, WithoutErrorsTheBookIsTheEstimate) {
    HeadsHistory h;
    h.moves = {{start, 300}, {start + 24h, -20}, {start + 48h, 5}};
    auto const a = heads_at(h, start + 30h);
    EXPECT_EQ(a.heads.value, 280);
    EXPECT_EQ(a.heads.low, 280);
    EXPECT_EQ(a.heads.high, 280);
    EXPECT_EQ(heads_at(h, start - 1h).heads.high, 0);
}

TEST(Heads, AReportOfADayHasNotSeenLaterCounts) {
    HeadsHistory h;
    h.losses = {{start, loss}};
    h.moves = {{start, 1000}};
    auto const before = heads_at(h, start + year);
    h.counts = {{start + 2 * year, 900, 5}, {start + 3 * year, 880, 10}};
    auto const same = heads_at(h, start + year);
    EXPECT_EQ(before.belief.mean, same.belief.mean);
    EXPECT_TRUE(same.counts.empty());

    // Reference: the joint normal distribution of the three years' numbers conditioned on both counts, solved as matrices in R.
    auto const hindsight = heads_at(h, start + year, Counts::all);
    EXPECT_NEAR(hindsight.belief.mean, 949.5543406778, 1e-7);
    EXPECT_NEAR(hindsight.belief.variance, 210.05179265815, 1e-7);
    EXPECT_EQ(hindsight.counts.size(), 2u);
}

TEST(Heads, ACountFarFromTheBookMustBeExplainedAndTheExplanationClosesIt) {
    HeadsHistory h;
    h.losses = {{start, {0.01, 0.005}}};
    h.moves = {{start, 1000}};
    h.counts = {{start + 100 * 24h, 940, 4}};
    auto const later = start + 110 * 24h;
    auto a = heads_at(h, later);
    ASSERT_EQ(a.counts.size(), 1u);
    EXPECT_TRUE(a.counts[0].raw.significant);
    EXPECT_TRUE(a.counts[0].open);
    EXPECT_EQ(a.belief.book.heads(), 1000);

    h.explanations = {{0, start + 105 * 24h, -58, false}};
    a = heads_at(h, later);
    EXPECT_TRUE(a.counts[0].raw.significant);   // what the count showed stays on record
    EXPECT_EQ(a.counts[0].explained, -58);
    EXPECT_FALSE(a.counts[0].open);
    EXPECT_EQ(a.belief.book.heads(), 942);
    EXPECT_NEAR(a.belief.mean, 940, 2);          // not 58 fewer once more

    // Before the explanation was made, it was open.
    EXPECT_TRUE(heads_at(h, start + 101 * 24h).counts[0].open);
}

TEST(Heads, AWrongCountIsNotUsed) {
    HeadsHistory h;
    h.losses = {{start, loss}};
    h.moves = {{start, 1000}};
    auto const at = start + 50 * 24h;
    auto const without = heads_at(h, at);
    h.counts = {{start + 40 * 24h, 100, 3}};
    h.explanations = {{0, start + 41 * 24h, 0, true}};
    auto const a = heads_at(h, at);
    EXPECT_NEAR(a.belief.mean, without.belief.mean, 1e-9);
    EXPECT_FALSE(a.counts[0].open);
}

TEST(Heads, TwoFishAreNobodysQuestion) {
    HeadsBelief b{start, 20, 0, {}};
    EXPECT_FALSE(test(b, 18, 0).significant);
    EXPECT_TRUE(test(b, 17, 0).significant);
}

TEST(Heads, AnEmptiedPoolIsEmpty) {
    HeadsHistory h;
    h.losses = {{start, loss}};
    h.moves = {{start, 1000, 30}, {start + year, -1000}};
    auto const a = heads_at(h, start + 2 * year);
    EXPECT_EQ(a.heads.value, 0);
    EXPECT_EQ(a.heads.high, 0);
    EXPECT_GT(heads_at(h, start + year - 1h).belief.variance, 900);
}

TEST(Heads, HindsightDoesNotLookAcrossAnEmptiedPool) {
    HeadsHistory h;
    h.losses = {{start, loss}};
    h.moves = {{start, 1000, 30}, {start + year, -1000}, {start + year + 1h, 50}};
    h.counts = {{start + 2 * year, 10, 1}};
    auto const then = start + year / 2;
    EXPECT_NEAR(heads_at(h, then).belief.mean, heads_at(h, then, Counts::all).belief.mean, 1e-9);
}

TEST(Heads, NeverBelowNought) {
    HeadsHistory h;
    h.moves = {{start, -10}, {start + 24h, 4}};
    EXPECT_EQ(heads_at(h, start).heads.value, 0);
    auto const a = heads_at(h, start + 24h);
    EXPECT_EQ(a.heads.value, 4);
    EXPECT_EQ(a.belief.book.heads(), 4);
    EXPECT_EQ(a.belief.book.shortfall(), 10);
}

TEST(Heads, TheSameFactsInAnyOrderGiveTheSameState) {
    std::mt19937_64 random{7};
    HeadsHistory h;
    h.losses = {{start, loss}, {start + year, {0.01, 0.01}}};
    for (int i = 0; i < 60; ++i) h.moves.push_back({start + i * 10 * 24h, i % 7 == 0 ? 100 : -static_cast<int>(random() % 9)});
    for (int i = 1; i < 5; ++i) h.counts.push_back({start + i * 100 * 24h + 1h, 90.0 * i, 6});
    auto const at = start + 590 * 24h;
    auto const reference = heads_at(h, at);
    for (int round = 0; round < 20; ++round) {
        std::shuffle(h.moves.begin(), h.moves.end(), random);
        std::shuffle(h.counts.begin(), h.counts.end(), random);
        auto const a = heads_at(h, at);
        EXPECT_EQ(a.belief.mean, reference.belief.mean);
        EXPECT_EQ(a.belief.variance, reference.belief.variance);
    }
}

// The interval holds the truth about 95 times in 100 when the world is as assumed.
TEST(Heads, IntervalsCoverTheTruth) {
    std::mt19937_64 random{11};
    int covered = 0;
    constexpr int worlds = 2000;
    for (int world = 0; world < worlds; ++world) {
        std::int64_t truth = 800;
        HeadsHistory h;
        h.losses = {{start, {0.10, 0}}};
        h.moves = {{start, 800}};
        auto const survive = std::exp(-0.10 / 4);
        for (int quarter = 1; quarter <= 8; ++quarter) {
            truth = std::binomial_distribution<std::int64_t>{truth, survive}(random);
            if (quarter % 3 == 0) h.counts.push_back({start + quarter * year / 4, std::normal_distribution<>{static_cast<double>(truth), 8}(random), 8});
        }
        auto const a = heads_at(h, start + 2 * year);
        if (a.heads.low <= static_cast<double>(truth) && static_cast<double>(truth) <= a.heads.high) ++covered;
    }
    EXPECT_GT(covered, worlds * 0.94);
    EXPECT_LT(covered, worlds * 0.985);   // rounding outwards to whole fish covers a little more
}

TEST(Reflection, HoldsTheRunningBookAtNought) {
    // moves and heads after each, by hand
    std::int64_t const cases[][3] = {{5, 5, 0}, {-3, 2, 0}, {-4, 0, 2}, {1, 1, 2}, {-2, 0, 3}, {10, 10, 3}};
    Reflection r;
    for (auto const& [moved, heads_after, missing] : cases) {
        r.move(moved);
        EXPECT_EQ(r.heads(), heads_after);
        EXPECT_EQ(r.shortfall(), missing);
    }
    EXPECT_EQ(r.book(), 7);
}

} // namespace
} // namespace osetra::farm::engine
