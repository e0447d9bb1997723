#include "breeding/engine/hybrids.h"

#include <map>

#include <gtest/gtest.h>

#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

Result<Composition> composed(std::string const& text, std::string const& ploidy = "2") {
    auto const file = table(text);
    PedigreeColumns columns;
    columns.cures = {"sex_conflict", "sire_is_dam"};
    std::vector<Defect> defects;
    auto const p = read_pedigree(file, columns, defects);
    EXPECT_TRUE(p) << p.error().message;
    auto const o = read_origins(file, "id", p->checked.pedigree, {ploidy, {}, {0, 0.6}});
    EXPECT_TRUE(o) << o.error().message;
    auto out = read_composition(file, "id", "species", p->checked.pedigree, *o);
    if (!out) return out;
    // in the order of the names, which are letters here
    Composition sorted{out->species, {}, {}, {}};
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < p->checked.pedigree.size(); ++i) place[p->checked.pedigree.id[i]] = i;
    for (auto const& [name, i] : place) {
        for (std::size_t k = 0; k < out->species.size(); ++k) sorted.fraction.push_back(out->of(i, k));
        sorted.heterosis.push_back(out->heterosis[i]);
        sorted.recombination.push_back(out->recombination[i]);
    }
    return sorted;
}

/// Kaluga and Amur sturgeon, first cross, its offspring among themselves, a backcross, and offspring of one parent [coefficients of the first four: Dickerson 1973].
TEST(Hybrids, CoefficientsOfCrossesAreTheKnownOnes) {
    auto const c = composed("id,sire,dam,species,origin\na,,,kaluga,\nb,,,amur,\nc,b,a,,\nd,b,a,,\ne,c,d,,\nf,b,c,,\ng,,c,,gynogenesis\nh,,c,,doubled_haploid\ni,b,a,,doubled\nj,c,,amur,\nk,c,b,,unreduced_egg\nl,b,c,,unreduced_egg\n");
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->species, (std::vector<std::string>{"amur", "kaluga"}));
    struct Case { std::size_t animal; double kaluga, heterosis, recombination; };
    for (auto const& x : std::vector<Case>{{0, 1, 0, 0}, {1, 0, 0, 0}, {2, 0.5, 1, 0}, {4, 0.5, 0.5, 0.5}, {5, 0.25, 0.5, 0.25}, {6, 0.5, 0.6, 0.5}, {7, 0.5, 0, 0.5}, {8, 0.5, 2.0 / 3, 0}, {9, 0.25, 0.5, 0.25},
                                           {10, 0.5 / 3, 1.0 / 3, 0.5 / 3}, {11, 1.0 / 3, (2 * 0.6 + 4 * 0.5) / 6, 1.0 / 3}}) {
        EXPECT_NEAR(c->of(x.animal, 1), x.kaluga, 1e-12) << x.animal;
        EXPECT_NEAR(c->of(x.animal, 0), 1 - x.kaluga, 1e-12);
        EXPECT_NEAR(c->heterosis[x.animal], x.heterosis, 1e-12) << x.animal;
        EXPECT_NEAR(c->recombination[x.animal], x.recombination, 1e-12) << x.animal;
    }
}

/// Between levels of ploidy: four sets of one and two of the other make three, two of the first.
TEST(Hybrids, OfFourSetsAndTwo) {
    auto const c = composed("id,sire,dam,species,sets\na,,,russian,4\nb,,,sterlet,2\nc,a,b,,\n", "sets");
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_NEAR(c->of(2, 0), 2.0 / 3, 1e-12);
    EXPECT_NEAR(c->heterosis[2], 2.0 / 3, 1e-12);
}

TEST(Hybrids, ASpeciesThatIsNotToldIsRefused) {
    EXPECT_EQ(composed("id,sire,dam,species\na,,,x\nb,,,\nc,a,b,\n").error().code, "species_missing");
    EXPECT_EQ(composed("id,sire,dam,species\na,,,x\nc,a,,\n").error().code, "species_missing");
    std::string many = "id,sire,dam,species\n";
    for (int i = 0; i < 30; ++i) many += "a" + std::to_string(i) + ",,,s" + std::to_string(i) + '\n';
    EXPECT_EQ(composed(many).error().code, "species_too_many");
}

} // namespace
} // namespace osetra::breeding
