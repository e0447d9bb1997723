#include "breeding/engine/threshold.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/shares.h"
#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

using std::size_t;

Evaluation prepared(std::string const& model, Columns const& records) {
    auto e = prepare(*Formula::parse(model), records, {}, nullptr);
    EXPECT_TRUE(e) << e.error().message;
    return *std::move(e);
}

/// Gianola & Foulley (1983), 28 calvings in three categories, four sires; the mode by BFGS in another program. 1e-5.
TEST(SetsOfOthers, CalvingEaseInThreeCategories) {
    OSETRA_NEEDS_SHARED();
    auto const records = shared_table("threshold_gf83/data.csv");
    auto const e = prepared("ordinal(category) ~ herd + sex + random(sire)", records);
    EXPECT_EQ(e.categories, (std::vector<std::string>{"1", "2", "3"}));
    auto const s = threshold_mode({e.model, 3}, {1.0 / 19});
    ASSERT_TRUE(s) << s.error().message;
    EXPECT_NEAR(s->threshold[0], 0.4616803, 1e-5);
    EXPECT_NEAR(s->threshold[1], 1.0982247, 1e-5);
    EXPECT_EQ(s->value[0][0], 0);
    EXPECT_NEAR(s->value[0][1], 0.31355326, 1e-5);
    EXPECT_NEAR(s->value[1][1], -0.36129237, 1e-5);
    std::vector<double> const sires{-0.07781111, 0.06267103, 0.12444511, -0.10930503};
    for (size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(s->value[2][i], sires[i], 1e-5);
        EXPECT_GT(s->error_variance[2][i], 0);
        EXPECT_LT(s->error_variance[2][i], 1.0 / 19);
    }
    EXPECT_NEAR(s->log_posterior, -22.99475313, 1e-5);
}

/// Without a constant among the fixed effects, and with a slope that can take its place, the liabilities are the same.
TEST(Threshold, EffectsThatSayTheSameChangeNothing) {
    std::string text = "id,group,twin,x,y\n";
    std::mt19937_64 random{5};
    for (int i = 0; i < 300; ++i) {
        auto const group = random() % 3, sire = random() % 9;
        auto const x = static_cast<double>(random() % 100) / 50;
        auto const liability = 0.4 * static_cast<double>(group) + 0.3 * x + 0.2 * static_cast<double>(sire % 3) + static_cast<double>(random() % 4000) / 1000 - 2;
        text += std::to_string(sire) + ',' + std::to_string(group) + ",t" + std::to_string(group) + ',' + std::to_string(x) + ',' + (liability < 0 ? "low" : "top") + '\n';
    }
    auto const records = table(text);
    auto const a = threshold_mode({prepared("ordinal(y) ~ group + slope(x) + random(id)", records).model, 2}, {0.1}), b = threshold_mode({prepared("ordinal(y) ~ 1 + twin + slope(x) + group + random(id)", records).model, 2}, {0.1});
    auto const none = threshold_mode({prepared("ordinal(y) ~ random(id)", records).model, 2}, {0.1});
    ASSERT_TRUE(a && b && none);
    EXPECT_NEAR(a->log_posterior, b->log_posterior, 1e-8);
    EXPECT_NEAR(a->threshold[0], b->threshold[0], 1e-7);
    for (size_t i = 0; i < 9; ++i) {
        EXPECT_NEAR(a->value[2][i], b->value[4][i], 1e-7);
        EXPECT_NEAR(a->error_variance[2][i], b->error_variance[4][i], 1e-7);
    }
    EXPECT_GT(none->error_variance[0][0], 0);
    // no other point near is higher: the thresholds' row of the equations is right as well
    auto const posterior = [&](double shift) {
        double out = 0;
        auto const& model = prepared("ordinal(y) ~ random(id)", records).model;
        for (size_t r = 0; r < model.records(); ++r) {
            auto const z = none->threshold[0] + shift - none->value[0][static_cast<size_t>(model.effects[0].level[r])];
            auto const below = 0.5 * std::erfc(-z / std::sqrt(2.0));
            out += std::log(model.y[0][r] == 0 ? below : 1 - below);
        }
        return out;
    };
    EXPECT_GT(posterior(0), posterior(1e-3));
    EXPECT_GT(posterior(0), posterior(-1e-3));
}

/// 200 sires of 60 offspring each, four categories, variance of sires 0.15: found within a fifth (three standard errors).
TEST(Threshold, VarianceOfLargeFamiliesIsFound) {
    std::mt19937_64 random{3};
    auto const uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    auto const normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); };
    std::string text = "sire,y\n";
    for (int sire = 0; sire < 200; ++sire) {
        auto const value = normal() * std::sqrt(0.15);
        for (int k = 0; k < 60; ++k) {
            auto const liability = value + normal();
            text += std::to_string(sire) + ',' + (liability < -0.8 ? "1" : liability < 0 ? "2" : liability < 1 ? (k % 2 ? "3" : "3.0") : "10") + '\n';
        }
    }
    auto const records = table(text);
    auto const e = prepared("ordinal(y) ~ random(sire)", records);
    EXPECT_EQ(e.categories.back(), "10");   // by number, not by text
    auto const got = threshold_variances({e.model, 4}, {0.05});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(got->converged);
    EXPECT_NEAR(got->variance[0], 0.15, 0.03);
}

/// 100 sires of 40 offspring whose pens do nothing: the pens' variance is nought, and is found to be without crawling there.
TEST(Threshold, AVarianceOfNoughtIsFoundAndTheOtherIsAsWithoutIt) {
    std::mt19937_64 random{5};
    auto const uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    auto const normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); };
    std::string text = "sire,pen,y\n";
    for (int sire = 0; sire < 100; ++sire) {
        auto const value = normal() * std::sqrt(0.3);
        for (int k = 0; k < 40; ++k) text += std::to_string(sire) + ",p" + std::to_string((sire + k) % 4) + ',' + (value + normal() < 0.3 ? "0" : "1") + '\n';
    }
    auto const records = table(text);
    auto const both = threshold_variances({prepared("ordinal(y) ~ random(sire) + random(pen)", records).model, 2}, {0.2, 0.2});
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_TRUE(both->converged);
    EXPECT_LT(both->variance[1], 1e-4);
    auto const one = threshold_variances({prepared("ordinal(y) ~ random(sire)", records).model, 2}, {0.2});
    ASSERT_TRUE(one);
    EXPECT_NEAR(both->variance[0], one->variance[0], 1e-3 * one->variance[0]);
}

/// The standard error that is told is how far estimates of such records lie apart: sixty draws of 100 sires with 40 offspring in three categories, from seed 8.
TEST(Threshold, ErrorsOfVariancesAreHowFarEstimatesLieApart) {
    std::mt19937_64 random{8};
    auto const uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    auto const normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); };
    constexpr int draws = 60;
    double sum = 0, squares = 0, errors = 0;
    int held = 0;
    for (int draw = 0; draw < draws; ++draw) {
        std::string text = "sire,y\n";
        for (int sire = 0; sire < 100; ++sire) {
            auto const value = normal() * std::sqrt(0.2);
            for (int k = 0; k < 40; ++k) { auto const liability = value + normal(); text += std::to_string(sire) + ',' + (liability < -0.5 ? "1" : liability < 0.7 ? "2" : "3") + '\n'; }
        }
        auto const report = liability_report(prepared("ordinal(y) ~ random(sire)", table(text)));
        ASSERT_TRUE(report) << report.error().message;
        auto const& s = report->shares[0];
        EXPECT_EQ(report->shares[1].variance_error, 0);
        EXPECT_NEAR(s.share, s.variance / (1 + s.variance), 1e-12);
        EXPECT_NEAR(s.share_error, s.variance_error / std::pow(1 + s.variance, 2), 1e-9);
        sum += s.variance;
        squares += s.variance * s.variance;
        errors += s.variance_error;
        held += s.low <= 0.2 / 1.2 && 0.2 / 1.2 <= s.high;
    }
    auto const apart = std::sqrt((squares - sum * sum / draws) / (draws - 1));
    EXPECT_NEAR(errors / draws / apart, 1, 0.3);   // three standard errors of a deviation of sixty
    EXPECT_GE(held, 52);
    EXPECT_NEAR(sum / draws, 0.2, 0.02);
}

TEST(Threshold, WhatHasNoFiniteAnswerIsRefused) {
    struct Case { char const* model; char const* records; char const* code; };
    for (auto const& c : std::vector<Case>{{"ordinal(y) ~ herd", "herd,y\na,0\na,1\nb,1\nb,1\n", "category_extreme"},
                                           {"ordinal(y) ~ slope(x)", "x,y\n1,0\n2,0\n3,1\n4,1\n", "threshold_failed"}}) {
        auto const r = table(c.records);
        auto const s = threshold_mode({prepared(c.model, r).model, 2}, {});
        ASSERT_FALSE(s) << c.records;
        EXPECT_EQ(s.error().code, c.code);
    }
    for (auto const& c : std::vector<Case>{{"ordinal(y) ~ herd", "herd,y\na,low\na,high\nb,middle\n", "category_order_unknown"},
                                           {"ordinal(y) ~ herd", "herd,y\na,1\na,1\n", "trait_constant"},
                                           {"ordinal(y), x ~ herd", "herd,y,x\na,1,2\na,2,3\n", "ordinal_alone"}}) {
        auto const r = table(c.records);
        auto const e = prepare(*Formula::parse(c.model), r, {}, nullptr);
        ASSERT_FALSE(e) << c.records;
        EXPECT_EQ(e.error().code, c.code);
    }
    std::string many = "herd,y\n";
    for (int i = 0; i < 60; ++i) many += "a," + std::to_string(i) + '\n';
    EXPECT_EQ(prepare(*Formula::parse("ordinal(y) ~ herd"), table(many), {}, nullptr).error().code, "categories_too_many");
    EXPECT_EQ(Formula::parse("ordinal(y ~ herd").error().code, "formula_malformed");
    EXPECT_EQ(Formula::parse("cubic(y) ~ herd").error().code, "formula_malformed");
}

} // namespace
} // namespace osetra::breeding
