#include "breeding/engine/simulate.h"

#include <cmath>

#include <gtest/gtest.h>

namespace osetra::breeding {
namespace {

BreedingGoal body(double h2 = 0.4) { return {{"body_g"}, Covariance::diagonal(1, 100 * h2), Covariance::diagonal(1, 100), {1}, 1}; }

Programme small(Programme::Way way) {
    Programme p;
    p.name = "small";
    p.way = way;
    p.generations = 4;
    p.founder_sires = p.founder_dams = 20;
    p.sires = p.dams = 10;
    p.families = 20;
    p.offspring = p.measured = 240;
    p.most_inbreeding = 0.015;
    return p;
}

TEST(Simulation, TheSameSeedSaysTheSame) {
    auto const a = simulate(small(Programme::Way::truncation), body(), 3, 5), b = simulate(small(Programme::Way::truncation), body(), 3, 5), c = simulate(small(Programme::Way::truncation), body(), 3, 6);
    ASSERT_TRUE(a && b && c);
    EXPECT_EQ(a->generations.back().worth.mean, b->generations.back().worth.mean);
    EXPECT_NE(a->generations.back().worth.mean, c->generations.back().worth.mean);
}

/// No selection: no gain, and inbreeding as the census says: 1 / (8 males) + 1 / (8 females) a generation [Wright 1931], somewhat less since kin are not mated.
TEST(Simulation, DriftIsAsTheoryHasIt) {
    auto p = small(Programme::Way::random);
    p.generations = 8;
    auto const got = simulate(p, body(), 30, 1);
    ASSERT_TRUE(got);
    auto const& last = got->generations.back();
    EXPECT_NEAR(last.worth.mean, 0, 1.5);
    auto const& middle = got->generations[4];
    auto const rate = 1 - std::pow((1 - last.inbreeding.mean) / (1 - middle.inbreeding.mean), 0.25);
    EXPECT_NEAR(rate, 1.0 / 80 + 1.0 / 80, 0.008);
    EXPECT_LT(last.genetic_deviation.mean, got->generations[1].genetic_deviation.mean);
}

/// One generation of truncation moves the mean by intensity, accuracy and genetic deviation.
TEST(Simulation, OneGenerationRespondsAsTheBreedersEquationSays) {
    auto p = small(Programme::Way::truncation);
    p.generations = 2;
    p.founder_sires = p.founder_dams = 100;
    p.families = 100;
    p.offspring = p.measured = 2'000;
    p.sires = p.dams = 50;
    auto const got = simulate(p, body(), 10, 3);
    ASSERT_TRUE(got);
    auto const& first = got->generations[1];
    auto const foreseen = selection_intensity(0.05) * first.accuracy.mean * first.genetic_deviation.mean;
    EXPECT_NEAR(got->generations[2].worth.mean - first.worth.mean, foreseen, 0.12 * foreseen);
}

/// Optimum contributions keep inbreeding at the rate told and gain more than truncation that is as much inbred; least coancestry keeps it lowest.
TEST(Simulation, StrategiesStandAsTheyShould) {
    auto const truncation = simulate(small(Programme::Way::truncation), body(), 10, 9), optimum = simulate(small(Programme::Way::optimum), body(), 10, 9), least = simulate(small(Programme::Way::least_coancestry), body(), 10, 9);
    ASSERT_TRUE(truncation && optimum && least);
    auto const f = [](ProgrammeOutcome const& o) { return o.generations.back().inbreeding.mean; };
    auto const gain = [](ProgrammeOutcome const& o) { return o.generations.back().worth.mean; };
    EXPECT_LT(f(*least), f(*optimum));
    EXPECT_LT(f(*optimum), f(*truncation));
    EXPECT_GT(gain(*optimum), gain(*least) + 5);
    EXPECT_NEAR(gain(*least), 0, 4);
    for (auto const* o : {&*truncation, &*optimum, &*least})
        for (auto const& g : o->generations) { EXPECT_LE(g.worth.low, g.worth.mean); EXPECT_LE(g.worth.mean, g.worth.high); }
}

TEST(Simulation, SexChromosomesGoFromParentToOffspring) {
    EXPECT_EQ(offspring_sexes(1, 0), (std::vector<double>{0.5, 0.5, 0}));       // ZW and ZZ
    EXPECT_EQ(offspring_sexes(2, 0), (std::vector<double>{0, 1, 0}));           // WW and ZZ: all females
    EXPECT_EQ(offspring_sexes(1, 1), (std::vector<double>{0.25, 0.5, 0.25}));   // a ZW made into a male
    auto p = small(Programme::Way::random);
    p.sexes = Programme::Sexes::gynogenesis;
    p.sexes_from = 2;
    auto const got = simulate(p, body(), 1, 1);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->generations[1].females, 0.5);
    EXPECT_NEAR(got->generations[2].females, 0.81, 1e-12);
    EXPECT_EQ(got->generations[3].females, 1);
}

TEST(Simulation, WhatCannotBePlayedIsRefusedWithItsField) {
    for (auto const& [change, field] : std::vector<std::pair<void (*)(Programme&), char const*>>{
             {[](Programme& p) { p.generations = 0; }, "generations"}, {[](Programme& p) { p.families = 3; }, "families"}, {[](Programme& p) { p.offspring = 20; }, "offspring"},
             {[](Programme& p) { p.measured = 0; }, "measured"}, {[](Programme& p) { p.most_inbreeding = 2; }, "most_inbreeding"}}) {
        auto p = small(Programme::Way::truncation);
        change(p);
        auto const got = simulate(p, body(), 1, 1);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, "programme_malformed");
        EXPECT_EQ(got.error().at, field);
    }
}

} // namespace
} // namespace osetra::breeding
