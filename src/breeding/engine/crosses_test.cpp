#include "breeding/engine/crosses.h"

#include <gtest/gtest.h>

#include "breeding/engine/hybrids.h"
#include "kernel/splitmix.h"

namespace osetra::breeding {
namespace {

Line pure(std::string name, std::size_t of, int sets = 2, std::size_t species = 2) {
    Line l;
    l.name = std::move(name);
    l.fraction.assign(species, 0);
    l.fraction[of] = 1;
    l.sets = sets;
    return l;
}
/// Roe in kg, by females; worth 1,000 a kg. First crosses have 0.3 kg more than the mean.
CrossTrait roe() { return {"roe", 1'000, true, {3, 2}, {0, 0.3, 0.3, 0}}; }
Cross const* find(CrossPlan const& p, std::string const& dam, std::string const& sire) {
    for (auto const& c : p.crosses) if (p.lines[c.dam].name == dam && p.lines[c.sire].name == sire) return &c;
    return nullptr;
}

/// By hand: kaluga x amur, then that crossed among itself and back.
TEST(Crosses, WhatFirstCrossesAndBackcrossesAre) {
    auto const p = plan_crosses({roe()}, {pure("kaluga", 0), pure("amur", 1)}, {{}, {}, 0, 1'000, 2});
    ASSERT_TRUE(p) << p.error().message;
    struct Case { char const *dam, *sire; double kaluga, heterosis, recombination, roe, lot; };
    for (auto const& x : std::vector<Case>{
             {"kaluga", "amur", 0.5, 1, 0, 2.8, 1.4e6},                                             // half of 1,000 are females
             {"kaluga", "kaluga", 1, 0, 0, 3, 1.5e6},
             {"kaluga x amur", "kaluga x amur", 0.5, 0.5, 0.5, 2.65, 1.325e6},
             {"kaluga x amur", "kaluga", 0.75, 0.5, 0.25, 2.9, 1.45e6},
             {"amur", "kaluga x amur", 0.25, 0.5, 0.25, 2.4, 1.2e6}}) {
        auto const* c = find(*p, x.dam, x.sire);
        ASSERT_TRUE(c) << x.dam << " x " << x.sire;
        EXPECT_NEAR(c->offspring.fraction[0], x.kaluga, 1e-12) << c->offspring.name;
        EXPECT_NEAR(c->offspring.heterosis, x.heterosis, 1e-12) << c->offspring.name;
        EXPECT_NEAR(c->offspring.recombination, x.recombination, 1e-12) << c->offspring.name;
        EXPECT_NEAR(c->trait[0], x.roe, 1e-12) << c->offspring.name;
        EXPECT_NEAR(c->lot_value, x.lot, 1e-6) << c->offspring.name;
    }
    EXPECT_EQ(p->looked_at, 16u);
}

/// The same numbers as of single fish with such a pedigree, for three species and two to eight sets, over four generations drawn from a printed seed.
TEST(Crosses, AreWhatSingleFishWouldBe) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        auto state = seed;
        auto const draw = [&](std::uint64_t below) { return splitmix64(state) % below; };
        Pedigree p;
        PloidyTold told;
        std::vector<std::int32_t> species;
        std::vector<Line> lines;
        for (std::size_t k = 0; k < 3; ++k) {
            p.id.push_back("founder" + std::to_string(k));
            p.sire.push_back(-1);
            p.dam.push_back(-1);
            auto const sets = 2u << draw(3);
            told.ploidy.push_back(static_cast<std::uint8_t>(sets));
            told.origin.push_back(Origin::cross);
            species.push_back(static_cast<std::int32_t>(k));
            lines.push_back(pure(p.id.back(), k, static_cast<int>(sets), 3));
        }
        CrossTrait const even{"weight", 1, false, {0, 0, 0}, std::vector<double>(9, 0)};
        for (int made = 0; made < 12; ++made) {
            auto const d = draw(lines.size()), s = draw(lines.size());
            auto const plan = plan_crosses({even}, {lines[d], lines[s]}, {});
            ASSERT_TRUE(plan) << plan.error().message;
            Cross const* cross = nullptr;
            for (auto const& c : plan->crosses) if (c.dam == 0 && c.sire == 1) cross = &c;
            ASSERT_TRUE(cross);
            if (!cross->fertile || cross->offspring.sets > 12) continue;
            p.id.push_back("made" + std::to_string(made));
            p.dam.push_back(static_cast<std::int32_t>(d));
            p.sire.push_back(static_cast<std::int32_t>(s));
            told.ploidy.push_back(0);
            told.origin.push_back(Origin::cross);
            species.push_back(-1);
            lines.push_back(cross->offspring);
            lines.back().dams = lines.back().sires = true;
            lines.back().generation = 0;
        }
        auto const origins = origins_of(p, told);
        ASSERT_TRUE(origins) << origins.error().message;
        auto const fish = composition_of(p, *origins, {"a", "b", "c"}, species);
        ASSERT_TRUE(fish) << fish.error().message;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(lines[i].fraction[k], fish->of(i, k), 1e-12) << i;
            EXPECT_NEAR(lines[i].heterosis, fish->heterosis[i], 1e-12) << i;
            EXPECT_NEAR(lines[i].recombination, fish->recombination[i], 1e-12) << i;
            EXPECT_EQ(lines[i].sets, origins->ploidy[i]);
        }
    }
}

/// WW mothers have daughters only; of three sets there is no offspring; costs and selection count.
TEST(Crosses, FemalesCostsAndSets) {
    auto mothers = pure("ww", 0);
    mothers.sires = false;
    mothers.dam_w = 2;
    mothers.dam_cost = 500;
    mothers.better = {0.4};
    auto sire = pure("zz", 1);
    sire.dams = false;
    sire.sire_cost = 100;
    auto const p = plan_crosses({roe()}, {mothers, sire, pure("four", 1, 4)}, {{}, {}, 0.9, 100, 1});
    ASSERT_TRUE(p) << p.error().message;
    auto const* c = find(*p, "ww", "zz");
    ASSERT_TRUE(c);
    EXPECT_DOUBLE_EQ(c->females, 1);
    EXPECT_FALSE(c->offspring.sires);
    EXPECT_NEAR(c->trait[0], 2.8 + 0.2, 1e-12);
    EXPECT_NEAR(c->lot_value, 100 * 3'000 - 600, 1e-6);
    auto const* odd = find(*p, "ww", "four");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->offspring.sets, 3);
    EXPECT_FALSE(odd->fertile);
    EXPECT_FALSE(find(*p, "four", "zz"));   // half of them are males
    EXPECT_EQ(p->too_few_females, 2u);
}

TEST(Crosses, WhatIsRefused) {
    auto const two = std::vector{pure("kaluga", 0), pure("amur", 1)};
    auto const code = [&](std::vector<Line> lines, CrossWish wish, std::vector<CrossTrait> traits = {roe()}) { auto const p = plan_crosses(traits, std::move(lines), wish); return p ? std::string{} : p.error().code; };
    auto half = two;
    half[0].fraction = {0.5, 0.4};
    auto odd = two;
    odd[0].sets = 3;
    auto no_sires = two;
    for (auto& l : no_sires) l.sires = false;
    struct Case { std::vector<Line> lines; CrossWish wish; char const* refusal; };
    for (auto const& x : std::vector<Case>{{two, {{0.6, 0.4}, {0.7, 1}}, "crosses_none"}, {two, {{}, {}, 0.9}, "crosses_none"}, {half, {}, "cross_malformed"}, {odd, {}, "cross_malformed"},
                                           {no_sires, {}, "crosses_none"}, {two, {{0.5}, {}}, "cross_malformed"}, {{}, {}, "cross_malformed"}, {two, {{0.6, 0}, {0.8, 1}, 0, 1'000, 2}, ""}})
        EXPECT_EQ(code(x.lines, x.wish), x.refusal);
}

} // namespace
} // namespace osetra::breeding
