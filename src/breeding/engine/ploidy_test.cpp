#include "breeding/engine/ploidy.h"

#include <cmath>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/sparse_cholesky.h"
#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

PloidyTold told_of(Pedigree const& p, std::uint8_t founders) {
    PloidyTold told;
    told.ploidy.assign(p.size(), 0);
    told.origin.assign(p.size(), Origin::cross);
    for (size_t i = 0; i < p.size(); ++i) if (p.sire[i] < 0 && p.dam[i] < 0) told.ploidy[i] = founders;
    return told;
}

struct Factor : SparseCholesky {
    explicit Factor(LowerRows const& rows) : Factor(rows, std::vector<size_t>{}) {}

private:
    Factor(LowerRows const& rows, std::vector<size_t> from) : SparseCholesky(by_columns(rows, from)) {
        std::vector<double> values;
        for (auto const k : from) values.push_back(rows.value[k]);
        EXPECT_TRUE(factor(values));
    }
};

/// A itself, column by column, from its inverse.
std::vector<std::vector<double>> inverted(LowerRows const& inverse, std::vector<size_t> const& columns) {
    Factor const factor(inverse);
    std::vector<std::vector<double>> out;
    for (auto const c : columns) {
        auto& x = out.emplace_back(inverse.size(), 0.0);
        x[c] = 1;
        factor.solve(x);
    }
    return out;
}

/// Two sets a fish: what is known of diploids, from the other way of computing it.
TEST(Ploidy, TwoSetsAreAsEver) {
    std::mt19937_64 random{7};
    Pedigree p;
    for (int32_t i = 0; i < 600; ++i) {
        auto const any = [&] { return i < 10 || random() % 9 == 0 ? -1 : static_cast<int32_t>(random() % static_cast<std::uint64_t>(i)); };
        p.sire.push_back(any());
        p.dam.push_back(any());
        if (p.sire.back() == p.dam.back()) p.dam.back() = -1;
    }
    auto const told = told_of(p, 2);
    auto const o = origins_of(p, told);
    ASSERT_TRUE(o) << o.error().message;
    auto const r = polyploid_relationship(*o);
    auto const f = inbreeding(p);
    auto const ours = polyploid_inverse(*o, r), known = relationship_inverse(p, f);
    double log_determinant = 0;
    for (size_t i = 0; i < p.size(); ++i) {
        EXPECT_NEAR(r.f[i], f[i], 1e-12);
        EXPECT_NEAR(r.own[i], 1 + f[i], 1e-12);
        log_determinant += std::log(mendelian_variance(p, f, i));
    }
    EXPECT_NEAR(r.log_determinant, log_determinant, 1e-9);
    ASSERT_EQ(ours.column, known.column);
    for (size_t k = 0; k < known.value.size(); ++k) EXPECT_NEAR(ours.value[k], known.value[k], 1e-10);
}

/// Genes dropped down a pedigree with every way to come to be: shares of copies that are one ancestor's, counted. 100,000 places: errors of 0.0016 at most; 0.006 allowed.
TEST(Ploidy, EqualsGenesDroppedDownThePedigree) {
    struct Fish { int32_t sire, dam; std::uint8_t ploidy; Origin origin; };
    auto const cross = Origin::cross;
    std::vector<Fish> const fish{{-1, -1, 2, cross}, {-1, -1, 2, cross}, {-1, -1, 4, cross}, {-1, -1, 4, cross},
                                 {0, 1, 0, cross}, {2, 3, 0, cross}, {0, 1, 0, Origin::unreduced_egg}, {-1, 4, 0, Origin::gynogenesis},
                                 {-1, 4, 0, Origin::doubled_haploid}, {-1, 5, 0, Origin::doubled_haploid}, {4, -1, 0, Origin::androgenesis}, {5, -1, 0, Origin::dispermic_androgenesis},
                                 {0, 4, 0, Origin::doubled}, {12, 5, 0, cross}, {0, 5, 0, cross}, {-1, 5, 0, Origin::gynogenesis}, {7, 8, 0, cross}, {9, 13, 0, cross}, {11, 15, 0, cross}, {16, 4, 3, cross}};
    Pedigree p;
    PloidyTold told;
    told.meiosis = {0.12, 0.6};
    for (auto const& x : fish) {
        p.sire.push_back(x.sire);
        p.dam.push_back(x.dam);
        told.ploidy.push_back(x.ploidy);
        told.origin.push_back(x.origin);
    }
    auto const o = origins_of(p, told);
    ASSERT_TRUE(o) << o.error().message << o.error().at;
    EXPECT_EQ(o->ploidy[6], 3);
    EXPECT_EQ(o->ploidy[12], 4);
    EXPECT_EQ(o->ploidy[14], 3);
    EXPECT_EQ(o->ploidy[19], 3);
    auto const r = polyploid_relationship(*o);
    EXPECT_EQ(r.copies, 0u);
    std::vector<size_t> all(p.size());
    std::iota(all.begin(), all.end(), size_t{0});
    auto const a = inverted(polyploid_inverse(*o, r), all);

    std::mt19937_64 random{11};
    auto const chance = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
    auto const below = [&](size_t n) { return static_cast<size_t>(random() % n); };
    using Genes = std::vector<int>;
    auto const reduced = [&](Genes const& of) -> Genes {   // half of the copies, two at most here
        if (of.size() == 2) return {of[below(2)]};
        auto const first = below(4), second = chance() < 0.12 ? first : (first + 1 + below(3)) % 4;
        return {of[first], of[second]};
    };
    auto const whole_egg = [&](Genes of) {   // each pair keeps two chromatids of one chromosome, or of both where they crossed over
        std::shuffle(of.begin(), of.end(), random);
        Genes egg;
        for (size_t i = 0; i < of.size(); i += 2) {
            if (of.size() == 4) continue;
            auto const one = below(2);
            egg.push_back(of[i + one]);
            egg.push_back(chance() < 0.6 ? of[i + 1 - one] : of[i + one]);
        }
        if (of.size() == 4) {   // two sisters, and two more; others than sisters are one copy with the chance of double reduction
            auto const sisters = chance() < 0.6 ? Genes{of[0], of[1]} : Genes{of[0], of[0]};
            auto const others = chance() < 0.6 ? Genes{of[2], of[3]} : Genes{of[2], of[2]};
            egg = sisters;
            egg.insert(egg.end(), others.begin(), others.end());
        }
        return egg;
    };
    auto const together = [](Genes x, Genes const& y) { x.insert(x.end(), y.begin(), y.end()); return x; };
    std::vector<std::vector<double>> sum(p.size(), std::vector<double>(p.size(), 0));
    constexpr int places = 100'000;
    for (int place = 0; place < places; ++place) {
        std::vector<Genes> genes(p.size());
        int next = 0;
        for (size_t i = 0; i < p.size(); ++i) {
            auto const of = [&](int32_t parent) -> Genes const& { return genes[static_cast<size_t>(parent)]; };
            auto const [sire, dam, ploidy, origin] = fish[i];
            if (sire < 0 && dam < 0) { for (int k = 0; k < ploidy; ++k) genes[i].push_back(next++); continue; }
            switch (origin) {
            case Origin::cross: genes[i] = together(reduced(of(sire)), ploidy == 3 ? whole_egg(of(dam)) : reduced(of(dam))); break;
            case Origin::unreduced_egg: genes[i] = together(reduced(of(sire)), whole_egg(of(dam))); break;
            case Origin::gynogenesis: genes[i] = whole_egg(of(dam)); break;
            case Origin::doubled_haploid: { auto const g = reduced(of(dam)); genes[i] = together(g, g); break; }
            case Origin::androgenesis: { auto const g = reduced(of(sire)); genes[i] = together(g, g); break; }
            case Origin::dispermic_androgenesis: genes[i] = together(reduced(of(sire)), reduced(of(sire))); break;
            case Origin::doubled: { auto const g = together(reduced(of(sire)), reduced(of(dam))); genes[i] = together(g, g); break; }
            }
        }
        for (size_t i = 0; i < p.size(); ++i)
            for (size_t j = 0; j <= i; ++j) {
                int same = 0;
                for (auto const x : genes[i]) for (auto const y : genes[j]) same += x == y;
                sum[i][j] += same / static_cast<double>(genes[i].size() * genes[j].size());
            }
    }
    for (size_t i = 0; i < p.size(); ++i)
        for (size_t j = 0; j <= i; ++j) {
            if (j == 15 || i == 15 || j == 18 || i == 18) continue;   // below
            auto const root = std::sqrt(static_cast<double>(o->ploidy[i]) * o->ploidy[j]);
            EXPECT_NEAR(a[i][j] / root, sum[i][j] / places, 0.006) << i << ' ' << j;
        }
    // the whole egg of a tetraploid: copies that are no sisters are one copy as often as in a reduced gamete, which dropping above does not do; its kinship with others is not touched
    EXPECT_NEAR(a[15][5], sum[15][5] / places * 4, 0.02);
    EXPECT_GT(r.f[15], 0);
}

/// AGHmatrix 2.1.4, 1,538 potatoes of four sets (StageWise): relationship of each with itself, without double reduction and with 0.1 of it, and forty with each other. 1e-8.
TEST(SetsOfOthers, PotatoesOfFourSets) {
    OSETRA_NEEDS_SHARED();
    auto const file = shared_table("potato_tetraploid/pedigree.csv");
    PedigreeColumns columns;
    columns.cures = {"sire_is_dam", "sex_conflict"};   // plants: selfed, and both sexes
    std::vector<Defect> defects;
    auto const pedigree = read_pedigree(file, columns, defects);
    ASSERT_TRUE(pedigree) << pedigree.error().message;
    auto const& p = pedigree->checked.pedigree;
    std::map<std::string, size_t> place;
    for (size_t i = 0; i < p.size(); ++i) place[p.id[i]] = i;
    auto const diagonal = shared_table("potato_tetraploid/expected_A_diag.csv"), sample = shared_table("potato_tetraploid/expected_A4_w0_sample40.csv");
    for (auto const& [ploidy, reduction, column] : std::vector<std::tuple<char const*, double, size_t>>{{"4", 0, 1}, {"4", 0.1, 2}, {"2", 0, 3}}) {
        auto const o = read_origins(file, "id", p, {ploidy, {}, {reduction, 0.6}});
        ASSERT_TRUE(o) << o.error().message;
        auto const r = polyploid_relationship(*o);
        auto const inverse = polyploid_inverse(*o, r);
        Factor factor(inverse);
        EXPECT_NEAR(-factor.log_determinant(), r.log_determinant, 1e-8);
        factor.invert();
        ASSERT_EQ(diagonal.rows(), p.size());
        for (size_t row = 0; row < diagonal.rows(); ++row) {
            auto const i = place.at(std::string{diagonal.cell(row, 0)});
            EXPECT_NEAR(r.own[i], *number_in(diagonal, row, column), 1e-8);
            EXPECT_NEAR(factor.inverse(i, i), *number_in(diagonal, row, column), 1e-8);
        }
        if (column != 1) continue;
        std::vector<size_t> wanted;
        for (size_t row = 0; row < sample.rows(); ++row) wanted.push_back(place.at(std::string{sample.cell(row, 0)}));
        auto const a = inverted(inverse, wanted);
        for (size_t row = 0; row < sample.rows(); ++row)
            for (size_t c = 0; c < wanted.size(); ++c) EXPECT_NEAR(a[row][wanted[c]], *number_in(sample, row, c + 1), 1e-8);
    }
}

TEST(Ploidy, WhatParentsCannotHaveIsRefused) {
    struct Case { char const* file; char const* ploidy; char const* code; char const* at; };
    for (auto const& c : std::vector<Case>{
             {"id,sire,dam,sets\na,,,4\nb,,,4\nc,a,b,5\n", "sets", "ploidy_impossible", "c"},
             {"id,sire,dam,sets\na,,,4\nb,,,\n", "sets", "ploidy_missing", "b"},
             {"id,sire,dam,sets\na,,,3\nb,,,4\nc,a,b,\n", "sets", "ploidy_odd", "c"},
             {"id,sire,dam,sets\na,,,4\nb,,,-2\n", "sets", "ploidy_malformed", "line 3 sets"},
             {"id,sire,dam,sets\na,,,4\nb,,,99\n", "sets", "ploidy_malformed", "line 3 sets"},
             {"id,sire,dam\na,,\n", "sets", "column_unknown", "table"},
             {"id,sire,dam,origin\na,,,\nb,a,,gynogenesis\n", "4", "parent_missing", "b"},
             {"id,sire,dam,origin\na,,,\nb,,a,clone\n", "4", "origin_unknown", "line 3 origin"},
             {"id,sire,dam,origin,sets\na,,,,4\nb,,a,gynogenesis,2\n", "sets", "ploidy_impossible", "b"},
             {"id,sire,dam,sets\na,,,4\nb,a,,2\n", "sets", "ploidy_impossible", "b"}}) {
        auto const file = table(c.file);
        std::vector<Defect> defects;
        auto const p = read_pedigree(file, {}, defects);
        ASSERT_TRUE(p) << c.file;
        auto const o = read_origins(file, "id", p->checked.pedigree, {c.ploidy, {}, {}});
        ASSERT_FALSE(o) << c.file;
        EXPECT_EQ(o.error().code, c.code) << o.error().message;
        EXPECT_NE(o.error().at.find(c.at), std::string::npos) << o.error().at;
    }
}

/// Offspring of two doubled haploids are all alike: told, and the inverse stays finite.
TEST(Ploidy, CopiesAreTold) {
    auto const file = table("id,sire,dam,origin\na,,,\nb,,,\nc,,a,doubled_haploid\nd,b,,androgenesis\ne,d,c,\nf,d,c,\n");
    std::vector<Defect> defects;
    auto const p = read_pedigree(file, {}, defects);
    ASSERT_TRUE(p);
    auto const o = read_origins(file, "id", p->checked.pedigree, {"2", {}, {}});
    ASSERT_TRUE(o) << o.error().message;
    auto const r = polyploid_relationship(*o);
    EXPECT_EQ(r.copies, 2u);
    EXPECT_NEAR(r.f[2], 1, 1e-12);
    for (auto const v : polyploid_inverse(*o, r).value) EXPECT_TRUE(std::isfinite(v));
}

} // namespace
} // namespace osetra::breeding
