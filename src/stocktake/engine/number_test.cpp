#include "stocktake/engine/number.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

History hover(Chance& chance, double n, double p, int frames, double wrong, double area = 1) {
    History h;
    h.detectability_error = 0.004;
    for (int t = 0; t < frames; ++t) {
        double found = chance.poisson(wrong);
        for (int i = 0; i < static_cast<int>(n); ++i) found += chance.happens(p * area);
        h.looks.push_back({t / 5.0, found, area, p, wrong});
    }
    return h;
}

TEST(Number, OfAHoverIsWithinOneInAHundred) {
    Chance chance{3};
    for (double const n : {50.0, 300.0, 2'000.0})
        for (double const p : {0.8, 0.97}) {
            auto const number = number_of(hover(chance, n, p, 100, n / 100));
            EXPECT_NEAR(number.n.value, n, std::max(1.0, n / 100)) << n << " " << p;
            EXPECT_LT(number.n.low, n);
            EXPECT_GT(number.n.high, n);
            EXPECT_GT(number.effective_looks, 1.5) << n << " " << p;
        }
}

TEST(Number, LooksThatAreAlikeTellLittle) {
    History same;
    for (int i = 0; i < 100; ++i) same.looks.push_back({i / 5.0, 150, 1, 0.75, 0});
    auto const number = number_of(same);
    EXPECT_NEAR(number.n.value, 200, 3);
    EXPECT_GT(number.n.high - number.n.low, 2 * 1.9 * 200 * same.detectability_error);
}

TEST(Number, WhatWasNotSeenWidensTheInterval) {
    Chance chance{4};
    double before = 0;
    for (double const area : {1.0, 0.9, 0.7, 0.4}) {
        auto h = hover(chance, 400 * area, 0.95, 60, 0);   // those that are seen are always the same
        for (auto& look : h.looks) look.area = area;
        auto const n = number_of(h).n;
        EXPECT_GT(n.high - n.low, before) << area;
        EXPECT_LT(n.low, 400) << area;
        EXPECT_GT(n.high, 400) << area;
        before = n.high - n.low;
    }
}

TEST(Number, NothingFoundIsNoSureNought) {
    struct Row { double area, detectability, most_at_least; char const* verdict; };
    for (auto const& row : {Row{1, 0.95, 3, "nothing_seen"}, Row{0.2, 0.95, 12, "count_again"}, Row{1, 0.1, 20, "nothing_seen"}}) {
        History none;
        for (int i = 0; i < 50; ++i) none.looks.push_back({i / 5.0, 0, row.area, row.detectability, 0.05});
        auto const number = number_of(none);
        EXPECT_EQ(number.n.value, 0);
        EXPECT_EQ(number.n.low, 0);
        EXPECT_GE(number.n.high, row.most_at_least) << row.area << " " << row.detectability;
        auto const verdict = judge(number, 0.05, row.area, {});
        EXPECT_EQ(verdict.verdict, row.verdict);
        EXPECT_FALSE(verdict.reasons.empty());
    }
}

TEST(Number, OfATubFromItsPictures) {
    Chance chance{5};
    int covered = 0, rounds = 0;
    for (double const n : {20.0, 50.0, 100.0, 230.0})
        for (int round = 0; round < 3; ++round) {
            History tub;
            tub.detectability_error = 0.01;
            for (int i = 0; i < 60; ++i) {
                auto const hidden = std::abs(chance.normal()) * 0.02;   // a share lies under others, another in every picture
                double found = chance.poisson(0.01 * n);
                for (int k = 0; k < static_cast<int>(n); ++k) found += chance.happens((1 - hidden) * 0.98);
                tub.looks.push_back({1.0 * i, found, 1, 0.964, 0.01 * n});
            }
            auto const number = number_of_stills(tub).n;
            EXPECT_LE(std::abs(number.value - n), std::max(1.0, 0.02 * n)) << n << " round " << round;
            covered += number.low <= n && n <= number.high;
            ++rounds;
        }
    EXPECT_GE(covered, rounds * 9 / 10);
}

TEST(Number, OfAPictureInWhichMuchMayBeNobodyTheLowerEndSaysSo) {
    History clean, littered;
    clean.looks.assign(1, {0, 100, 1, 0.97, 0.5});
    littered.looks.assign(1, {0, 100, 1, 0.97, 10});
    clean.detectability_error = littered.detectability_error = 0.02;
    clean.false_error = littered.false_error = 1.4;
    auto const a = number_of_stills(clean).n, b = number_of_stills(littered).n;
    EXPECT_GT(a.low, 95);
    EXPECT_LT(b.low, 75);
    EXPECT_NEAR(b.value, 98, 4);   // most waters hold less of it than the mean
    EXPECT_NEAR(b.high, a.high, 3);
}

TEST(Number, OnePictureOfATubIsLessSureThanSixty) {
    History one, sixty;
    one.looks.assign(1, {0, 96, 1, 0.96, 0.5});
    sixty.looks.assign(60, {0, 96, 1, 0.96, 0.5});
    EXPECT_GT(number_of_stills(one).n.high - number_of_stills(one).n.low, number_of_stills(sixty).n.high - number_of_stills(sixty).n.low);
    EXPECT_NEAR(number_of_stills(one).n.value, 100, 2);
}

TEST(Number, OfASweepAddsItsParts) {
    Chance chance{6};
    std::vector<Cell> cells;
    double n = 0;
    for (int c = 0; c < 40; ++c) {
        auto const here = std::floor(chance.uniform(2, 20));
        n += here;
        Cell cell{4, {}};
        for (int t = 0; t < 12; ++t) {
            double found = 0;
            for (int i = 0; i < static_cast<int>(here); ++i) found += chance.happens(0.96);
            cell.looks.push_back({c + t / 5.0, found, 1, 0.96, 0});
        }
        cells.push_back(std::move(cell));
    }
    History errors;
    errors.detectability_error = 0.004;
    auto const whole = number_of_sweep(cells, 0, 0, errors);
    EXPECT_NEAR(whole.n.value, n, n / 50);
    EXPECT_LT(whole.n.low, n);
    EXPECT_GT(whole.n.high, n);
    EXPECT_EQ(whole.seen_area, 1);
    auto const larger = number_of_sweep(cells, 320, 0, errors);
    EXPECT_NEAR(larger.n.value, 2 * whole.n.value, 1);
    EXPECT_NEAR(larger.seen_area, 0.5, 1e-9);
    EXPECT_GT(larger.n.high - larger.n.low, 3 * (whole.n.high - whole.n.low));
    EXPECT_GT(number_of_sweep(cells, 0, 400, errors).n.high, whole.n.high);
}

TEST(Number, OfASweepThatNothingCouldBeReadOfIsNoNumber) {
    History errors;
    errors.detectability_error = 0.004;
    for (auto const pond : {0.0, 320.0}) {
        auto const none = number_of_sweep({}, pond, 0, errors);
        EXPECT_EQ(none.n.value, 0);
        EXPECT_EQ(none.seen_area, 0);
        EXPECT_EQ(judge(none, 0.05, 0, {}).verdict, "count_again");
    }
}

TEST(Number, OfTwoPasses) {
    auto const n = recaptured(90, 85, 77);   // Chapman: 91 * 86 / 78 - 1
    EXPECT_NEAR(n.value, 99.33, 0.01);
    EXPECT_GE(n.low, 98);
    EXPECT_GT(n.high, n.value);
}

TEST(Number, IsJudgedByWhatWasAsked) {
    Number const number{{500, 480, 520}, 30, 0.97, 0.99};
    EXPECT_EQ(judge(number, 0.05, 1, {}).verdict, "sure");
    EXPECT_EQ(judge(number, 0.03, 1, {}).verdict, "count_again");
    EXPECT_EQ(judge(number, 0.05, 0.3, {}).verdict, "count_again");
    EXPECT_EQ(judge(number, 0.05, 1, {"dark"}).verdict, "count_again");
    auto half = number;
    half.seen_area = 0.4;
    EXPECT_EQ(judge(half, 0.05, 1, {}).reasons.size(), 1u);
}

} // namespace
} // namespace osetra::stocktake
