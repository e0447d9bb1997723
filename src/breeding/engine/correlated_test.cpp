#include "breeding/engine/correlated.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "breeding/engine/evaluation.h"
#include "breeding/engine/shares.h"

namespace osetra::breeding {
namespace {

/// Eighty families of six; trait a of all in two of three pens, b once and c twice of every other fish, in pens of their own.
struct Set { Columns pedigree, records; };
Set family_set() {
    std::mt19937_64 random{11};
    auto const uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    auto const normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); };
    std::string pedigree = "id,sire,dam\n", records = "id,pen,a,b,c\n";
    for (int f = 0; f < 80; ++f) {
        auto const sire = "s" + std::to_string(f / 2), dam = "d" + std::to_string(f);
        auto const family_a = 0.6 * normal(), family_b = 0.6 * normal(), family_c = 0.6 * normal();   // sibs share half of the genes: 0.36 within families, too
        for (int k = 0; k < 6; ++k) {
            auto const id = "x" + std::to_string(6 * f + k);
            pedigree += id + ',' + sire + ',' + dam + '\n';
            records += id + ",pen" + std::to_string(k % 2) + ',' + std::to_string(family_a + normal()) + ",,\n";
            if (k % 2) continue;
            auto const stays = normal();
            records += id + ",tank,," + std::to_string(normal() - 0.6 * family_a + 0.8 * family_b) + ",\n";
            for (int day = 0; day < 2; ++day) records += id + ",tank,,," + std::to_string(family_c + stays + normal()) + '\n';
        }
    }
    return {*Columns::read(pedigree, "p"), *Columns::read(records, "r")};
}
Evaluation prepared(Set const& set, char const* formula) {
    std::vector<Defect> defects;
    static PedigreeFile pedigree;
    pedigree = *read_pedigree(set.pedigree, {}, defects);
    return *prepare(*Formula::parse(formula), set.records, {}, &pedigree);
}

TEST(Correlated, WhereNothingIsSharedAllTogetherIsEachAlone) {
    auto const set = family_set();
    auto const all = prepared(set, "a, b, c ~ pen + animal + permanent");
    Variances told;
    for (auto const& [a, b, c] : {std::array{0.5, 0.3, 0.8}, std::array{0.1, 0.2, 0.6}, std::array{1.0, 0.9, 1.1}}) {
        auto v = Covariance::diagonal(3, 0);
        v(0, 0) = a; v(1, 1) = b; v(2, 2) = c;
        told.push_back(v);
    }
    Equations equations(all.model);   // no record in a pen has b or c, none in the tank has a
    auto const together = equations.solve(told, true);
    ASSERT_TRUE(together) << together.error().message;
    double likelihood = 0;
    for (std::size_t t = 0; t < 3; ++t) {
        auto const one = prepared(set, (all.model.traits[t] + " ~ pen + animal + permanent").c_str());
        Equations alone(one.model);
        Variances own;
        for (auto const& v : told) own.push_back(Covariance::diagonal(1, v(t, t)));
        auto const solution = alone.solve(own, true);
        ASSERT_TRUE(solution);
        likelihood += solution->minus_2_log_likelihood;
        for (std::size_t i = 0; i < one.pedigree.size(); ++i) {
            EXPECT_NEAR(together->value[1][3 * i + t], solution->value[1][i], 1e-9);
            EXPECT_NEAR(together->error_variance[1][3 * i + t], solution->error_variance[1][i], 1e-9);
        }
    }
    // animals without records of a trait have no level of permanent alone: what is left of their variances has no information
    EXPECT_NEAR(together->minus_2_log_likelihood, likelihood, 1e-6 * std::abs(likelihood));
}

TEST(Correlated, WhatNoRecordTellsIsHeld) {
    auto const set = family_set();
    auto const e = prepared(set, "a, b, c ~ pen + animal + permanent");
    auto const start = start_for(e.model);
    // lower halves by rows: aa, ba, bb, ca, cb, cc. a and b are there once of each animal, no two in one record
    EXPECT_EQ(start.held, (std::vector<char>{0, 0, 0, 0, 0, 0, /* permanent */ 0, 0, 0, 0, 0, 0, /* residual */ 1, 1, 1, 1, 1, 0}));
    EXPECT_EQ(start.notes.size(), 2u);
    Equations equations(e.model);
    auto const fit = reml(equations, start.variance, 60, {}, start.held);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NE(fit->status, "not_converged");
    auto const found = covaried(e.model, *fit, start.held);
    ASSERT_EQ(found.size(), 18u);
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].held, start.held[i] != 0);
        EXPECT_EQ(found[i].covariance_error > 0, start.held[i] == 0) << found[i].source << ' ' << found[i].trait << ' ' << found[i].other;
        if (found[i].trait == found[i].other) continue;
        EXPECT_LE(std::abs(found[i].correlation), 1);
        EXPECT_EQ(found[i].correlation_error > 0, start.held[i] == 0);
    }
    EXPECT_NEAR(found[0].share + found[6].share + found[12].share, 1, 1e-12);
    EXPECT_LT(found[1].correlation, 0);   // a and b were made to go against each other
}

TEST(Correlated, OfOneTraitNothingIsHeldAndItsShareIsThatOfTheReport) {
    auto const set = family_set();
    auto const e = prepared(set, "c ~ pen + animal + permanent");
    auto const start = start_for(e.model);
    EXPECT_EQ(start.held, (std::vector<char>{0, 0, 0}));
    Equations equations(e.model);
    auto const fit = reml(equations, start.variance);
    ASSERT_TRUE(fit);
    auto const found = covaried(e.model, *fit);
    auto const report = variance_report(e, false);
    ASSERT_TRUE(report);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_EQ(found[c].source, report->shares[c].source);
        EXPECT_NEAR(found[c].share, report->shares[c].share, 1e-12);
        EXPECT_NEAR(found[c].share_error, report->shares[c].share_error, 1e-12);
    }
}

} // namespace
} // namespace osetra::breeding
