#include "breeding/engine/evaluation.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/shares.h"
#include "breeding/engine/test_sets.h"

namespace osetra::breeding {
namespace {

Evaluation evaluation(std::string const& model, Columns const& records, Columns const* pedigree, PedigreeColumns columns = {}, RecordColumns of_records = {}, bool ignore = false) {
    auto const formula = Formula::parse(model);
    EXPECT_TRUE(formula) << formula.error().message;
    std::vector<Defect> defects;
    std::optional<PedigreeFile> file;
    if (pedigree) {
        auto read = read_pedigree(*pedigree, columns, defects);
        EXPECT_TRUE(read) << read.error().message;
        file = *std::move(read);
    }
    auto out = prepare(*formula, records, of_records, file ? &*file : nullptr, ignore);
    EXPECT_TRUE(out) << out.error().message << out.error().at;
    return *std::move(out);
}
Variances variances(std::initializer_list<double> values) {
    Variances out;
    for (auto const v : values) out.push_back(Covariance::diagonal(1, v));
    return out;
}

constexpr char const* mrode_pedigree = "id,sire,dam\n1,,\n2,,\n3,,\n4,1,\n5,3,2\n6,1,2\n7,4,5\n8,3,6\n";
constexpr char const* mrode_records = "id,sex,wwg\n4,male,4.5\n5,female,2.9\n6,female,3.9\n7,male,3.5\n8,male,5.0\n";

/// Mrode (2014), example 3.1, to every digit printed; standard errors as the program that printed them had them, in single precision.
TEST(Evaluation, MrodeThreeOne) {
    auto const p = table(mrode_pedigree), r = table(mrode_records);
    auto const e = evaluation("wwg ~ sex + animal", r, &p);
    Equations equations(e.model);
    auto const s = equations.solve(variances({20, 40}), true);
    ASSERT_TRUE(s);
    EXPECT_EQ(s->fixed_rank, 2u);
    for (auto const& [row, value, error] : std::vector<std::tuple<int, double, double>>{{0, 3.4044301, 5.66554023}, {1, 4.35850233, 4.88082357}}) {   // female, male
        EXPECT_NEAR(s->value[0][static_cast<std::size_t>(row)], value, 1e-7);
        EXPECT_NEAR(std::sqrt(s->error_variance[0][static_cast<std::size_t>(row)]), error, 1e-7);
    }
    std::vector<double> const ebv{0.09844458, -0.0187701, -0.0410842, -0.00866312, -0.1857321, 0.17687209, -0.24945855, 0.18261469};
    std::vector<double> const sep{4.34094096, 4.43664612, 4.27297922, 4.13608581, 4.13814812, 4.20610397, 4.20407502, 4.11029997};
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_NEAR(s->value[1][i], ebv[i], 5e-9) << e.level_names[1][i];
        EXPECT_NEAR(std::sqrt(s->error_variance[1][i]), sep[i], 1e-7) << e.level_names[1][i];
    }
}

/// Example 3.4: unknown sires come from one group, unknown dams from another; contrasts only are estimable.
TEST(Evaluation, MrodeThreeFourGroupsOfUnknownParents) {
    auto const p = table("id,sire,dam,of_sire,of_dam\n1,,,g1,g2\n2,,,g1,g2\n3,,,g1,g2\n4,1,,g1,g2\n5,3,2,,\n6,1,2,,\n7,4,5,,\n8,3,6,,\n"), r = table(mrode_records);
    PedigreeColumns columns;
    columns.groups = {"of_sire", "of_dam"};
    auto const e = evaluation("wwg ~ sex + animal", r, &p, columns);
    Equations equations(e.model);
    auto const s = equations.solve(variances({20, 40}), false);
    ASSERT_TRUE(s) << s.error().message;
    auto const& u = s->value[1];
    std::vector<double> const printed{-0.76706148, -0.92310585, -0.96296296, -1.2679075, -1.09907877, -0.72776838, -1.33840948, -0.7679075};
    for (std::size_t i = 1; i < 8; ++i) EXPECT_NEAR(u[i] - u[0], printed[i] - printed[0], 1e-7);
    EXPECT_NEAR(u[9] - u[8], -1.76875353, 1e-7);
    EXPECT_NEAR(s->value[0][0] - s->value[0][1], 4.31342367 - 5.45807483, 1e-7);
    EXPECT_NEAR(s->value[0][1] + u[8] , 5.45807483, 1e-6);
}

/// Conjugate gradients come to what the factor says: two traits, some not measured, a random effect, groups of unknown parents.
TEST(Evaluation, IterationSaysWhatTheFactorSays) {
    std::mt19937_64 random{20'261'126};
    std::string pedigree = "id,sire,dam,group\n", records = "id,pool,sex,a,b\n";
    for (int i = 1; i <= 300; ++i) {
        auto const founder = i <= 40;
        pedigree += std::to_string(i) + ',' + (founder ? "" : std::to_string(random() % 20 + 1)) + ',' + (founder ? "" : std::to_string(random() % 20 + 21)) + ',' + (founder ? random() % 2 ? "north" : "south" : "") + '\n';
        auto const number = [&](int missing) { return random() % 10 < static_cast<std::uint64_t>(missing) ? std::string{"NA"} : std::to_string(static_cast<double>(random() % 1000) / 100); };
        if (i > 20) records += std::to_string(i) + ",p" + std::to_string(random() % 7) + (random() % 2 ? ",male," : ",female,") + number(0) + ',' + number(4) + '\n';
    }
    auto const p = table(pedigree), r = table(records);
    PedigreeColumns columns;
    columns.groups = {"group"};
    for (auto const* model : {"a, b ~ sex + animal + random(pool)", "a ~ sex + animal + permanent + random(pool)"}) {
        auto const e = evaluation(model, r, &p, columns);
        Equations equations(e.model);
        Variances v;
        for (std::size_t c = 0; c <= e.model.random_effects(); ++c) {
            v.push_back(Covariance::diagonal(e.model.traits.size(), 1 + static_cast<double>(c)));
            if (e.model.traits.size() == 2) v.back()(0, 1) = v.back()(1, 0) = 0.3;
        }
        auto const iterated = equations.iterate(v, 1e-12), exact = equations.solve(v, true);
        ASSERT_TRUE(iterated && exact) << model;
        auto const animal = static_cast<std::size_t>(std::find_if(e.model.effects.begin(), e.model.effects.end(), [](Effect const& x) { return x.kind == Effect::Kind::additive; }) - e.model.effects.begin());
        for (std::size_t i = 0; i < 300 * e.model.traits.size(); ++i)   // differences are estimable, levels of groups are not
            EXPECT_NEAR(iterated->value[animal][i] - iterated->value[animal][i % e.model.traits.size()], exact->value[animal][i] - exact->value[animal][i % e.model.traits.size()], 1e-7) << model << ' ' << i;
    }
}

/// Each animal's line anywhere, ids of any text: the same values.
TEST(Evaluation, OrderAndNamesChangeNothing) {
    auto const p = table(mrode_pedigree), r = table(mrode_records);
    auto const p2 = table("dam;id;sire\n\"Fisch 6\";8;Bär\n;4;1\n5;7;4\n*;Bär;NA\n2;5;Bär\n0;2;.\n2;\"Fisch 6\";1\n;1;\n"), r2 = table("wwg;sex;id\n5.0;male;8\n3.5;male;7\n3.9;female;Fisch 6\n2.9;female;5\n4.5;male;4\n");
    auto const a = evaluation("wwg ~ sex + animal", r, &p), b = evaluation("wwg ~ sex + animal", r2, &p2);
    Equations x(a.model), y(b.model);
    auto const s = x.solve(variances({20, 40}), true), t = y.solve(variances({20, 40}), true);
    ASSERT_TRUE(s && t);
    for (std::size_t i = 0; i < 8; ++i) {
        auto const name = a.level_names[1][i] == "3" ? "Bär" : a.level_names[1][i] == "6" ? "Fisch 6" : a.level_names[1][i];
        auto const j = static_cast<std::size_t>(std::find(b.level_names[1].begin(), b.level_names[1].end(), name) - b.level_names[1].begin());
        ASSERT_LT(j, 8u);
        EXPECT_NEAR(s->value[1][i], t->value[1][j], 1e-12);
        EXPECT_NEAR(s->error_variance[1][i], t->error_variance[1][j], 1e-10);
    }
}

TEST(Evaluation, WhatCannotBeEstimatedIsRefusedWithItsPlace) {
    struct Case { char const* model; char const* records; char const* code; };
    for (auto const& c : std::vector<Case>{
             {"wwg ~ sex + animal", "id,sex,wwg\n4,male,4.5\n99,male,3\n", "animal_unknown"},
             {"wwg ~ sex + animal", "id,sex,wwg\n4,male,heavy\n5,male,3\n", "number_malformed"},
             {"wwg ~ sex + animal", "id,sex,wwg\n4,male,inf\n5,male,3\n", "number_not_finite"},
             {"wwg ~ sex + animal", "id,sex,wwg\n4,male,3\n5,male,3\n", "trait_constant"},
             {"wwg ~ sex + animal", "id,sex,wwg\n4,male,NA\n", "records_none"},
             {"wwg ~ sex + animal", "id,sex\n4,male\n", "column_unknown"},
             {"wwg ~ herd + animal", "id,sex,wwg\n4,male,3\n", "column_unknown"},
             {"wwg ~ log(sex) + animal", "id,sex,wwg\n4,0,3\n5,1,4\n", "log_not_positive"}}) {
        auto const p = table(mrode_pedigree), r = table(c.records);
        std::vector<Defect> defects;
        auto const file = read_pedigree(p, {}, defects);
        ASSERT_TRUE(file);
        auto const e = prepare(*Formula::parse(c.model), r, {}, &*file);
        ASSERT_FALSE(e) << c.records;
        EXPECT_EQ(e.error().code, c.code) << e.error().message;
        EXPECT_FALSE(e.error().at.empty());
    }
    auto const r = table(mrode_records);
    EXPECT_EQ(prepare(*Formula::parse("wwg ~ animal"), r, {}, nullptr).error().code, "pedigree_wanted");
    auto const sound = evaluation("wwg ~ sex + random(id)", r, nullptr);
    auto const report = variance_report(sound, false);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "not_separable");
    EXPECT_TRUE(report->shares.empty());
    EXPECT_EQ(variance_report(evaluation("wwg ~ sex", r, nullptr), false).error().code, "nothing_random");
}

TEST(Formula, IsReadOrRefused) {
    auto const f = Formula::parse("body_g, fat ~ farm + 1 + slope(age) + log(`days in milk`) + animal + permanent + maternal + random(pool)");
    ASSERT_TRUE(f) << f.error().message;
    EXPECT_EQ(f->traits, (std::vector<std::string>{"body_g", "fat"}));
    std::string names;
    for (auto const& t : f->terms) names += t.name() + ' ';
    EXPECT_EQ(names, "farm 1 slope(age) log(days in milk) animal permanent maternal pool ");
    for (auto const* bad : {"", "y", "y ~", "y ~ a +", "~ a", "y ~ a b", "y ~ random(", "y ~ random()", "y ~ poly(a)", "y ~ `a", "y, ~ a", "y ~ ()", "y ~ a ~ b"}) EXPECT_EQ(Formula::parse(bad).error().code, "formula_malformed") << bad;
    EXPECT_EQ(Formula::parse("y ~ a + a").error().code, "formula_twice");
    EXPECT_EQ(Formula::parse("y, y ~ a").error().code, "formula_twice");
}

TEST(Columns, AreReadStrictly) {
    for (auto const& [text, code] : std::vector<std::pair<std::string, std::string>>{
             {"", "file_empty"}, {"\n\n", "file_empty"}, {"a,b\n1\n", "row_ragged"}, {"a,a\n1,2\n", "column_twice"}, {"a\n\"open\n", "csv_quote_open"}, {std::string{"a\n\0\n", 4}, "text_binary"}}) {
        auto const c = Columns::read(text, "t");
        ASSERT_FALSE(c) << text;
        EXPECT_EQ(c.error().code, code);
    }
    auto const c = table("\xEF\xBB\xBF" "name\tsays\r\n\"a \"\"b\"\"\"\t 1 \r\n\r\nc\t\r\n");
    EXPECT_EQ(c.header(), (std::vector<std::string>{"name", "says"}));
    ASSERT_EQ(c.rows(), 2u);
    EXPECT_EQ(c.cell(0, 0), "a \"b\"");
    EXPECT_EQ(c.cell(0, 1), "1");
    EXPECT_EQ(c.cell(1, 1), "");
    EXPECT_EQ(c.line(1), 4);
}

// --- sets of others -------------------------------------------------------------------------------------------------

struct Expected { char const* source; double variance, error; };
void expect_variances(VarianceReport const& report, std::vector<Expected> const& expected, double share_of_value) {
    ASSERT_EQ(report.shares.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(report.shares[i].source, expected[i].source);
        EXPECT_NEAR(report.shares[i].variance, expected[i].variance, std::max(1e-9, share_of_value * expected[i].variance)) << expected[i].source;
        if (expected[i].error > 0) { EXPECT_NEAR(report.shares[i].variance_error, expected[i].error, 0.002 * expected[i].error) << expected[i].source; }
    }
}

TEST(SetsOfOthers, BlupF90TutorialOneTrait) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("blupf90_sim/simped.csv"), r = shared_table("blupf90_sim/simdata.csv");
    PedigreeColumns columns;
    RecordColumns of_records;
    of_records.weight = "weight";
    auto const e = evaluation("t1 ~ farm + sex + year + animal", r, &p, columns, of_records, true);
    Equations equations(e.model);
    auto const fit = reml(equations, start_of(e.model));
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_EQ(fit->status, "converged");
    EXPECT_NEAR(fit->variance[0](0, 0), 38.538, 0.01);
    EXPECT_NEAR(fit->variance[1](0, 0), 62.691, 0.01);
    EXPECT_NEAR(std::sqrt(fit->covariance[0]), 3.670, 0.02);
    EXPECT_NEAR(std::sqrt(fit->covariance[3]), 2.559, 0.02);
    auto const at_start = equations.round(variances({100, 100}));
    auto const at_printed = equations.round(variances({38.538, 62.691}));
    ASSERT_TRUE(at_start && at_printed);
    EXPECT_NEAR(at_start->minus_2_log_likelihood - at_printed->minus_2_log_likelihood, 718.448, 0.001);
    // with inbreeding, as by default: another tool's reference
    auto const with = evaluation("t1 ~ farm + sex + year + animal", r, &p, columns, of_records);
    auto const report = variance_report(with, false);
    ASSERT_TRUE(report);
    EXPECT_NEAR(report->shares[0].variance, 38.612, 0.01);
    EXPECT_NEAR(report->shares[1].variance, 62.791, 0.01);
}

TEST(SetsOfOthers, BlueTits) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("bluetit_decomposition/pedigree.csv"), r = shared_table("bluetit_decomposition/phenotypes.csv");
    struct Case { char const* trait; std::vector<Expected> expected; };
    for (auto const& c : std::vector<Case>{{"tarsus", {{"animal", 0.44051721657, 0.093667956381}, {"fosternest", 0.069204055039, 0.028637881465}, {"residual", 0.34766027671, 0.057412277204}}},
                                           {"back", {{"animal", 0.13465982202, 0.06908271465}, {"fosternest", 0.12048743904, 0.0402402339}, {"residual", 0.73845505361, 0.058964713161}}}}) {
        auto const report = variance_report(evaluation(std::string{c.trait} + " ~ sex + animal + random(fosternest)", r, &p), false);
        ASSERT_TRUE(report);
        expect_variances(*report, c.expected, 1e-4);
        double sum = 0, whole = 0;
        for (auto const& s : report->shares) sum += s.share;
        for (auto const& x : c.expected) whole += x.variance;
        EXPECT_NEAR(sum, 1, 1e-12);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(report->shares[i].share, c.expected[i].variance / whole, 0.001);   // 0.1 points
    }
}

TEST(SetsOfOthers, MilkOfRepeatedLactations) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("milk_repeat/pedigree.csv"), r = shared_table("milk_repeat/milk.csv");
    auto const report = variance_report(evaluation("milk ~ lact + log(dim) + animal + permanent + random(herd)", r, &p), false);
    ASSERT_TRUE(report);
    auto const scale = 4472.2243563812 * 4472.2243563812;   // the reference divides by the standard deviation
    expect_variances(*report, {{"animal", 0.069487885452 * scale, 0.033499126482 * scale}, {"permanent", 0.19751292902 * scale, 0.032418319517 * scale},
                               {"herd", 0.20290061302 * scale, 0.048105396467 * scale}, {"residual", 0.47691118335 * scale, 0.014834154834 * scale}}, 1e-4);
}

TEST(SetsOfOthers, EucalyptusWithBlocks) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("globulus/pedigree.csv"), r = shared_table("globulus/globulus.csv");
    auto const animals = variance_report(evaluation("phe_X ~ gg + animal + random(bl)", r, &p), false);
    ASSERT_TRUE(animals);
    expect_variances(*animals, {{"animal", 4.9940371659, 1.7733456629}, {"bl", 2.65573018, 1.0830232908}, {"residual", 10.4948461598, 1.5603024815}}, 1e-4);
    auto const blocks = variance_report(evaluation("phe_X ~ 1 + random(bl)", r, nullptr), true);
    ASSERT_TRUE(blocks);
    expect_variances(*blocks, {{"bl", 2.4845, 1.0328}, {"residual", 16.923, 0.75454}}, 1e-4);
    EXPECT_LT(blocks->shares[0].p, 1e-10);
}

TEST(SetsOfOthers, ChinookWithASireVarianceOfNought) {
    OSETRA_NEEDS_SHARED();
    auto const r = shared_table("chinook_factorial/length.csv");
    auto const report = variance_report(evaluation("length ~ 1 + random(sire) + random(dam) + random(family) + random(tray)", r, nullptr), false);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->status, "at_boundary");
    EXPECT_TRUE(report->shares[0].at_boundary);
    expect_variances(*report, {{"sire", 0, 0}, {"dam", 0.20297111398, 0}, {"family", 0.17980903492, 0}, {"tray", 0.10774243684, 0}, {"residual", 0.54992478835, 0}}, 2e-4);
}

TEST(SetsOfOthers, SalmonByPedigree) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("salmon_agd/pedigree.csv"), r = shared_table("salmon_agd/phenotypes.csv");
    struct Case { char const* trait; std::vector<Expected> expected; };
    for (auto const& c : std::vector<Case>{{"mean_gill_score", {{"animal", 0.190472037, 0.050631852489}, {"residual", 0.54827677305, 0.039238592817}}}, {"amoebic_load", {{"animal", 3.8057508319, 0.83902788565}, {"residual", 6.7219666239, 0.58791853198}}}}) {
        auto const report = variance_report(evaluation(std::string{c.trait} + " ~ 1 + animal", r, &p), false);
        ASSERT_TRUE(report);
        expect_variances(*report, c.expected, 1e-4);
    }
    // every animal's value and its error variance, by gremlin
    auto const e = evaluation("mean_gill_score ~ 1 + animal", r, &p);
    Equations equations(e.model);
    auto const s = equations.solve(variances({0.25, 0.60}), true);
    ASSERT_TRUE(s);
    auto const expected = shared_table("salmon_agd/expected_blup_gill_va0.25_ve0.60.csv");
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < e.level_names[1].size(); ++i) place[e.level_names[1][i]] = i;
    ASSERT_EQ(expected.rows(), place.size());
    for (std::size_t row = 0; row < expected.rows(); ++row) {
        auto const i = place.at(std::string{expected.cell(row, 0)});
        EXPECT_NEAR(e.f[i], *number_in(expected, row, 1), 1e-8);
        EXPECT_NEAR(s->value[1][i], *number_in(expected, row, 2), 1e-6);
        EXPECT_NEAR(s->error_variance[1][i], *number_in(expected, row, 3), 1e-6);
    }
}

TEST(SetsOfOthers, FourTraitsWithMissingOnes) {
    OSETRA_NEEDS_SHARED();
    auto const p = shared_table("blupf90_sim/simped.csv"), r = shared_table("blupf90_sim/simdata.csv");
    auto const e = evaluation("t1, t2, t3, t4 ~ farm + sex + year + animal", r, &p);
    // each trait alone, where the others tell nothing of it, must come out of the four with covariances of nought
    Variances const four{Covariance::diagonal(4, 40), Covariance::diagonal(4, 60)};
    Equations equations(e.model);
    auto const together = equations.solve(four, true);
    ASSERT_TRUE(together);
    for (std::size_t t = 0; t < 4; ++t) {
        auto const alone = evaluation(e.formula.traits[t] + " ~ farm + sex + year + animal", r, &p);
        Equations of_one(alone.model);
        auto const s = of_one.solve(variances({40, 60}), true);
        ASSERT_TRUE(s);
        for (std::size_t i = 0; i < alone.pedigree.size(); i += 37) {
            EXPECT_NEAR(together->value[3][i * 4 + t], s->value[3][i], 1e-8);
            EXPECT_NEAR(together->error_variance[3][i * 4 + t], s->error_variance[3][i], 1e-8);
        }
    }
}

/// Records that have nothing of their families: in about half of such sets the genetic variance is nought, and every fit ends, whatever the scale.
TEST(Reml, EndsWhereAVarianceIsNought) {
    auto at_nought = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        auto const scale = std::pow(10.0, static_cast<double>(seed % 7) - 3);
        std::string pedigree = "id,sire,dam\n", records = "id,pen,y\n";
        auto state = seed;
        auto const uniform = [&] { state = state * 6364136223846793005ULL + 1442695040888963407ULL; return static_cast<double>(state >> 11) * 0x1.0p-53; };
        for (int i = 0; i < 300; ++i) {
            auto const id = "x" + std::to_string(i);
            pedigree += id + ",s" + std::to_string(i % 10) + ",d" + std::to_string(i % 30) + '\n';
            records += id + ",p" + std::to_string(i % 4) + ',' + std::to_string(scale * (100 + uniform() + uniform() + uniform())) + '\n';
        }
        auto const p = Columns::read(pedigree, "p"), r = Columns::read(records, "r");
        std::vector<Defect> defects;
        auto const file = read_pedigree(*p, {}, defects);
        auto const e = prepare(*Formula::parse("y ~ pen + animal"), *r, {}, &*file);
        ASSERT_TRUE(e) << e.error().message;
        Equations equations(e->model);
        auto const fit = reml(equations, start_of(e->model));
        ASSERT_TRUE(fit) << "seed " << seed << ' ' << fit.error().message;
        EXPECT_NE(fit->status, "not_converged") << "seed " << seed << " scale " << scale;
        at_nought += fit->status == "at_boundary";
        if (fit->status == "at_boundary") { EXPECT_EQ(fit->variance[0](0, 0), 0); }
    }
    EXPECT_GT(at_nought, 10);
    EXPECT_LT(at_nought, 35);
}

} // namespace
} // namespace osetra::breeding
