#include "breeding/engine/parentage.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

/// Thirty sires and thirty dams, offspring of random pairs; a fifth of the sires are not among the candidates. Genes are dropped, read with errors, and written as a file.
struct World {
    std::mt19937_64 random;
    int copies;
    size_t loci, alleles;
    std::vector<std::vector<std::vector<int>>> genes;   // of each animal, of each locus
    std::vector<int32_t> sire, dam;                     // of offspring, places
    static constexpr size_t parents = 60, sampled_sires = 24, offspring = 200;

    World(std::uint64_t seed, int sets, size_t n_loci, size_t n_alleles) : random(seed), copies(sets), loci(n_loci), alleles(n_alleles) {
        std::vector<std::vector<double>> frequency(loci);
        for (auto& f : frequency) for (size_t a = 0; a < alleles; ++a) f.push_back(0.15 + uniform());
        for (auto& f : frequency) { auto const sum = std::accumulate(f.begin(), f.end(), 0.0); for (auto& x : f) x /= sum; }
        for (size_t i = 0; i < parents; ++i) {
            auto& animal = genes.emplace_back(loci);
            for (size_t m = 0; m < loci; ++m)
                for (int k = 0; k < copies; ++k) {
                    auto x = uniform();
                    int a = 0;
                    while (a + 1 < static_cast<int>(alleles) && x > frequency[m][static_cast<size_t>(a)]) x -= frequency[m][static_cast<size_t>(a++)];
                    animal[m].push_back(a);
                }
        }
        for (size_t i = 0; i < offspring; ++i) {
            sire.push_back(static_cast<int32_t>(random() % 30));
            dam.push_back(static_cast<int32_t>(30 + random() % 30));
            auto& animal = genes.emplace_back(loci);
            for (size_t m = 0; m < loci; ++m)
                for (auto const parent : {sire.back(), dam.back()}) {
                    auto of = genes[static_cast<size_t>(parent)][m];
                    std::shuffle(of.begin(), of.end(), random);
                    animal[m].insert(animal[m].end(), of.begin(), of.begin() + copies / 2);
                }
        }
    }
    double uniform() { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; }
    static std::string name(size_t i) { return (i < parents ? "p" : "o") + std::to_string(i); }

    /// Dosages of the second of two alleles, one in a hundred wrong, three not called.
    std::string dosages() {
        std::string out = "id";
        for (size_t m = 0; m < loci; ++m) out += ",m" + std::to_string(m);
        for (size_t i = 0; i < genes.size(); ++i) {
            out += '\n' + name(i);
            for (size_t m = 0; m < loci; ++m) {
                auto const x = uniform();
                auto const true_one = std::count(genes[i][m].begin(), genes[i][m].end(), 1);
                out += ',' + (x < 0.01 ? std::to_string(random() % static_cast<size_t>(copies + 1)) : x < 0.04 ? "NA" : std::to_string(true_one));
            }
        }
        return out + '\n';
    }
    std::string alleles_seen() {
        std::string out = "id";
        for (size_t m = 0; m < loci; ++m) out += ",m" + std::to_string(m);
        for (size_t i = 0; i < genes.size(); ++i) {
            out += '\n' + name(i);
            for (size_t m = 0; m < loci; ++m) {
                out += ',';
                if (uniform() < 0.02) continue;
                for (auto const a : genes[i][m]) out += (out.back() == ',' ? "" : "/") + std::to_string(100 + 2 * a);
            }
        }
        return out + '\n';
    }
    ParentageWish wish() const {
        ParentageWish out;
        for (size_t i = 0; i < offspring; ++i) out.offspring.push_back(static_cast<int32_t>(parents + i));
        for (size_t i = 0; i < sampled_sires; ++i) out.sires.push_back(static_cast<int32_t>(i));
        for (size_t i = 30; i < parents; ++i) out.dams.push_back(static_cast<int32_t>(i));
        out.unsampled_sires = 0.2;
        out.unsampled_dams = 0.02;
        return out;
    }
};

struct Score { double right = 0, wrong = 0, open = 0, stated = 0; };
Score score(World const& w, std::vector<Parents> const& found) {
    Score out;
    for (size_t i = 0; i < found.size(); ++i) {
        auto const& p = found[i];
        auto const there = w.sire[i] < static_cast<int32_t>(World::sampled_sires);
        if (p.status == "ambiguous") { ++out.open; continue; }
        auto const is_right = (p.sire == -1 || p.sire == w.sire[i]) && (p.dam == -1 || p.dam == w.dam[i]) && (p.status != "assigned" || there);
        (is_right ? out.right : out.wrong) += 1;
        out.stated += p.probability;
    }
    return out;
}

TEST(Parentage, DiploidsByAHundredVariants) {
    World w(1, 2, 100, 2);
    auto const source = table_genotypes(w.dosages(), "t");
    ASSERT_TRUE(source) << source.error().message;
    auto const markers = markers_of(**source, {});
    ASSERT_TRUE(markers) << markers.error().message;
    auto const found = find_parents(**markers, w.wish());
    auto const s = score(w, found);
    EXPECT_GE(s.right, 196);
    EXPECT_LE(s.wrong, 1);
    size_t whole = 0;
    for (size_t i = 0; i < found.size(); ++i) {
        auto const there = w.sire[i] < static_cast<int32_t>(World::sampled_sires);
        whole += found[i].status == (there ? "assigned" : "dam_only");
        if (found[i].status != "assigned" || !there) continue;
        EXPECT_LE(found[i].sire_mismatches, 6u);   // errors alone
        EXPECT_GT((*markers)->mismatches(World::parents + i, (w.sire[i] + 1) % 30, -1), found[i].sire_mismatches);
    }
    EXPECT_GE(whole, 194u);
}

TEST(Parentage, FourSetsWithDosages) {
    World w(2, 4, 150, 2);
    auto const source = table_genotypes(w.dosages(), "t");
    ASSERT_TRUE(source);
    auto const markers = markers_of(**source, {});
    ASSERT_TRUE(markers) << markers.error().message;
    auto const s = score(w, find_parents(**markers, w.wish()));
    EXPECT_GE(s.right, 194);
    EXPECT_LE(s.wrong, 2);
}

/// Eight sets, fifteen loci of twelve alleles, each there or not; pairs named by Bayes' rule are right as often as is said, within what alleles of a locus have in common.
TEST(Parentage, EightSetsWithAllelesThereOrNot) {
    World w(3, 8, 15, 12);
    auto const markers = microsatellites_of(table(w.alleles_seen()), {0.01, 1'000, 8});
    ASSERT_TRUE(markers) << markers.error().message;
    auto const s = score(w, find_parents(**markers, w.wish()));
    EXPECT_GE(s.right, 190);
    EXPECT_LE(s.wrong, 2);
}

TEST(Parentage, DiploidMicrosatellitesAndKnownDamsAndCrosses) {
    World w(4, 2, 6, 6);
    auto const markers = microsatellites_of(table(w.alleles_seen()), {});
    ASSERT_TRUE(markers) << markers.error().message;
    auto wish = w.wish();
    wish.fewest_markers = 3;
    auto const alone = score(w, find_parents(**markers, wish));
    EXPECT_GE(alone.right, 130);
    EXPECT_LE(alone.wrong, 4);
    wish.known_dam = w.dam;
    auto const found = find_parents(**markers, wish);
    auto const with = score(w, found);
    EXPECT_GT(with.right, alone.right);
    for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].dam, w.dam[i]);
    wish.known_dam.clear();
    for (size_t i = 0; i < w.sire.size(); ++i) wish.crosses.emplace_back(w.sire[i], w.dam[i]);
    auto const crossed = score(w, find_parents(**markers, wish));
    EXPECT_GE(crossed.right, alone.right);
    EXPECT_LE(crossed.wrong, alone.wrong + 1);
}

/// Evidence by hand: a heterozygote whose sire is homozygous for the second of two alleles of equal frequency. With no errors 1/2 (unknown dam) against 1/2; a homozygote 1/2 against 1/4.
TEST(Parentage, EvidenceByHand) {
    auto const source = table_genotypes("id,m\na,2\nb,1\nc,2\nd,0\ne,0\nf,1\n", "t");
    ASSERT_TRUE(source);
    auto const markers = markers_of(**source, {0, 10, 0});
    ASSERT_TRUE(markers);
    EXPECT_NEAR((*markers)->evidence(1, 0, -1), 0, 1e-6);
    EXPECT_NEAR((*markers)->evidence(2, 0, -1), std::log(2.0), 1e-6);
    EXPECT_NEAR((*markers)->evidence(2, 0, 1), std::log(2.0), 1e-6);   // 1/2 against 1/4
    EXPECT_NEAR((*markers)->evidence(2, 0, 0), std::log(4.0), 1e-6);
    EXPECT_EQ((*markers)->mismatches(2, 3, -1), 1u);
    EXPECT_EQ((*markers)->mismatches(1, 0, 2), 1u);   // two homozygotes of one kind
    EXPECT_EQ((*markers)->mismatches(1, 0, 3), 0u);
}

TEST(Parentage, WhatCannotBeIsRefused) {
    struct Case { char const* file; int ploidy; char const* code; };
    for (auto const& c : std::vector<Case>{{"id,l\na,100/102/104\nb,100\n", 2, "alleles_too_many"}, {"id,l\na,100/102\na,100\n", 2, "genotype_id_twice"}, {"id,l\na,100\nb,100\n", 2, "markers_none"},
                                           {"id,l\na,100\nb,102\n", 3, "ploidy_odd"}, {"name,l\na,100\n", 2, "column_unknown"}}) {
        auto const got = microsatellites_of(table(c.file), {0.01, 10, c.ploidy});
        ASSERT_FALSE(got) << c.file;
        EXPECT_EQ(got.error().code, c.code);
    }
    auto const few = microsatellites_of(table("id,l\na,100/102\nb,102\nc,100\n"), {});
    ASSERT_TRUE(few);
    ParentageWish wish;
    wish.offspring = {0};
    EXPECT_EQ(find_parents(**few, wish)[0].status, "too_few_markers");
    wish.fewest_markers = 1;
    EXPECT_EQ(find_parents(**few, wish)[0].status, "none");   // no candidate at all
}

} // namespace
} // namespace osetra::breeding
