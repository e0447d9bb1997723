// Right answers on published sets of tastings (OSETRA_ROOT/../shared/data/domain/sensory, left out where they are missing). What was expected was found once with the packages and calls
// beside the numbers, on R 4.2.2.
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "kernel/splitmix.h"
#include "quality/engine/distributions.h"
#include "quality/engine/taste_report.h"

namespace osetra::quality {
namespace {

std::optional<TasteTable> set_of(char const* file) {
    std::ifstream in{std::string{OSETRA_ROOT} + "/../shared/data/domain/sensory/" + file};
    if (!in) return std::nullopt;
    std::ostringstream bytes;
    bytes << in.rdbuf();
    auto table = TasteTable::read(bytes.str(), file);
    EXPECT_TRUE(table) << (table ? "" : table.error().message);
    return *table;
}
#define OSETRA_SET(name, file)                                                     \
    auto const name = set_of(file);                                                \
    if (!name) GTEST_SKIP() << "shared/data/domain/sensory/" << file << " is missing"

TasteReport of(TasteTable const& table, TasteAsked const& asked) {
    auto report = report_of_file(table, std::nullopt, asked);
    EXPECT_TRUE(report) << (report ? "" : report.error().code + ": " + report.error().message + " " + report.error().at);
    if (!report) return {};
    EXPECT_TRUE(JsonIn::parse(json_of(*report)));
    EXPECT_FALSE(report->verdict.en.empty());
    EXPECT_FALSE(report->verdict.zh.empty());
    return *report;
}
Result<TasteReport> of_text(std::string const& csv, TasteAsked const& asked = {}) {
    auto const table = OSETRA_TRY(TasteTable::read(csv, "answers.csv"));
    return report_of_file(table, std::nullopt, asked);
}
void expect_all(std::vector<double> const& got, std::vector<double> const& expected, double tolerance) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance) << i;
}
std::vector<double> values(Worths const& w) { std::vector<double> v; for (auto const& x : w.worth) v.push_back(x.value); return v; }
std::vector<double> errors(Worths const& w) { std::vector<double> v; for (auto const& x : w.worth) v.push_back(x.error); return v; }

// ISO 4120: critical counts, and power for 30 % who perceive it.
TEST(Discrimination, TriangleTable) {
    struct Row { int tasters, five, one; double power; };
    for (auto const& r : {Row{12, 8, 9, 0}, {18, 10, 12, .52}, {24, 13, 15, 0}, {30, 15, 17, .71}, {36, 18, 20, 0}, {42, 20, 22, .82}, {48, 22, 25, .88}, {60, 27, 30, 0}}) {
        EXPECT_EQ(critical_count(Protocol::triangle, Sides::one, r.tasters, 0.05), r.five);
        EXPECT_EQ(critical_count(Protocol::triangle, Sides::one, r.tasters, 0.01), r.one);
        if (r.power > 0) { EXPECT_NEAR(power_of(Protocol::triangle, Sides::one, r.tasters, 0.3, 0.05), r.power, 0.005) << r.tasters; }
    }
    auto const needed = tasters_for(Protocol::triangle, Sides::one, 0.3, 0.05, 0.8);
    ASSERT_TRUE(needed);
    EXPECT_LT(power_of(Protocol::triangle, Sides::one, *needed - 1, 0.3, 0.05), 0.8);
    for (int n = *needed; n < 300; ++n) EXPECT_GE(power_of(Protocol::triangle, Sides::one, n, 0.3, 0.05), 0.8) << n;
}

// base R: uniroot of the psychometric functions by integrate(), tol 1e-11; intervals from binom.test()$conf.int
TEST(Discrimination, DPrime) {
    struct Row { Protocol protocol; int right, of; double d, low, high; };
    for (auto const& r : {Row{Protocol::triangle, 15, 30, 1.4662628, 0, 2.4317295}, {Protocol::triangle, 20, 42, 1.3393252, 0, 2.1590904}, {Protocol::duo_trio, 20, 30, 1.5188528, 0, 2.5587745},
                          {Protocol::three_afc, 20, 30, 1.11589834, 0.46518357, 1.78507103}}) {
        auto const d = discriminate({r.protocol, Sides::one, r.of, r.right, 0.05, 0.3, 0.8});
        EXPECT_NEAR(d.d_prime.value, r.d, 1e-5);
        EXPECT_NEAR(d.d_prime.low, r.low, 1e-5);
        EXPECT_NEAR(d.d_prime.high, r.high, 1e-5);
    }
    EXPECT_NEAR(discriminate({Protocol::two_afc, Sides::one, 30, 20, 0.05, 0.3, 0.8}).d_prime.value, 0.60914039, 1e-5);
    for (auto const p : {Protocol::triangle, Protocol::duo_trio, Protocol::two_afc, Protocol::three_afc})
        for (double d = 0; d < 4; d += 0.5) EXPECT_NEAR(d_prime_of(p, share_right(p, d)), d, 1e-4);
}

TEST(Discrimination, SaysWhenTastersAreTooFew) {
    auto const few = report_of_count(Protocol::triangle, 4, 10, {});
    ASSERT_TRUE(few);
    EXPECT_EQ(few->outcome, "too_few");
    EXPECT_EQ(*few->more_needed, *tasters_for(Protocol::triangle, Sides::one, 0.3, 0.05, 0.8) - 10);
    EXPECT_NE(few->verdict.en.find("Too few tasters to tell"), std::string::npos);
    EXPECT_EQ(report_of_count(Protocol::triangle, 33, 100, {})->outcome, "not_shown");
    EXPECT_EQ(report_of_count(Protocol::triangle, 15, 30, {})->outcome, "different");
    EXPECT_EQ(report_of_count(Protocol::triangle, 31, 30, {}).error().code, "count_impossible");
}

// base R: optim(method = "BFGS", hessian = TRUE, reltol = 1e-15) of the likelihoods of Davidson and of Rao and Kupper
TEST(Choice, PuddingByDavidsonAndRaoKupper) {
    OSETRA_SET(pudding, "pudding_paired.csv");
    auto const d = of(*pudding, {});
    ASSERT_TRUE(d.worths);
    expect_all(values(*d.worths), {-0.17656078, 0.04368113, -0.02358307, -0.00141586, -0.04269555, 0.20057413}, 2e-5);
    expect_all(errors(*d.worths), {0.1219490, 0.1218179, 0.1268235, 0.1220027, 0.1270540, 0.1265944}, 2e-5);
    EXPECT_NEAR(*d.worths->tie, 0.74682293, 2e-5);
    EXPECT_NEAR(d.worths->log_likelihood, -809.70951, 1e-4);
    EXPECT_NEAR(d.worths->chi_square, 4.0804321, 1e-4);
    TasteAsked asked;
    asked.ties = Ties::rao_kupper;
    auto const k = of(*pudding, asked);
    expect_all(values(*k.worths), {-0.13943746, 0.03428072, -0.01938817, 0.00044124, -0.03446829, 0.15857197}, 2e-5);
    EXPECT_NEAR(*k.worths->tie, 1.7484581, 2e-5);
    EXPECT_NEAR(k.worths->chi_square, 4.1051853, 1e-4);
    asked = {};
    asked.order = true;
    auto const o = of(*pudding, asked);
    expect_all(values(*o.worths), {-0.10564253, 0.08396445, -0.00833808, -0.01671878, -0.08527467, 0.13200962}, 1e-4);
    EXPECT_NEAR(*o.worths->order, -0.084127826, 1e-4);
}

// stats::friedman.test(t(scores)); Plackett-Luce with ties by optim() as above over all subsets of up to four
TEST(Choice, ChocolatesRanked) {
    OSETRA_SET(chocolates, "chocolates_consumers.csv");
    std::vector<std::vector<double>> ranks(chocolates->header().size() - 1);
    for (std::size_t taster = 0; taster < ranks.size(); ++taster) {
        std::vector<double> scores;
        for (std::size_t product = 0; product < chocolates->rows(); ++product) scores.push_back(*chocolates->number(product, taster + 1));
        ranks[taster] = ranks_of(scores);
    }
    auto const r = report_of_ranks(ranks, {"choc1", "choc2", "choc3", "choc4", "choc5", "choc6"}, {});
    ASSERT_TRUE(r);
    expect_all(r->friedman->rank_sum, {847, 777, 728.5, 775.5, 798, 736}, 1e-9);
    EXPECT_NEAR(r->friedman->statistic, 12.928, 5e-4);
    EXPECT_NEAR(r->friedman->p, 0.02407, 5e-6);
    expect_all(values(*r->worths), {-0.33374045, 0.05126313, 0.14419335, 0.02519426, -0.03524315, 0.14833285}, 5e-5);
    expect_all(errors(*r->worths), {0.10377426, 0.09801628, 0.10165332, 0.09816687, 0.09880852, 0.09890512}, 5e-5);
    expect_all(r->worths->tie_sizes, {0.32060235, 0.08642036, 0.01953805}, 5e-5);
    EXPECT_NEAR(r->worths->chi_square, 12.74214, 1e-3);
}

// lmerTest 3.1.3: lmer(y ~ product + (1 | taster)), anova(), emmeans 1.8.4.1
TEST(Profile, ChocolatesLiked) {
    OSETRA_SET(chocolates, "chocolates_consumers.csv");
    TasteAsked asked;
    asked.wide = "tasters";
    auto const r = of(*chocolates, asked);
    auto const& p = *r.attributes.front().profile;
    EXPECT_NEAR(p.taster_sd, 0.98903257, 1e-4);
    EXPECT_NEAR(p.error_sd, 2.08638792, 1e-4);
    EXPECT_NEAR(p.product.f, 1.9566, 5e-5);
    EXPECT_NEAR(p.product.degrees_below, 1105, 0.5);
    EXPECT_NEAR(p.product.p, 0.082539, 1e-5);
    EXPECT_NEAR(p.means[0].mean, 5.328829, 1e-6);
    EXPECT_NEAR(p.means[0].error, 0.15496585, 1e-5);
    EXPECT_NEAR(p.means[0].low, 5.024777, 1e-4);
}

// lmerTest 3.1.3: lmer(Informed.liking ~ Product + Information + (1 | Consumer) + (1 | Consumer:Product)), anova(), emmeans 1.8.4.1 pairs()
TEST(Profile, HamWithInformation) {
    OSETRA_SET(ham, "ham.csv");
    TasteAsked asked;
    asked.attributes = {"Informed.liking"};
    asked.fixed = {"Information"};
    auto const r = of(*ham, asked);
    auto const& p = *r.attributes.front().profile;
    EXPECT_NEAR(p.interaction_sd, 1.77592249, 1e-4);
    EXPECT_NEAR(p.taster_sd, 0.61120063, 2e-4);
    EXPECT_NEAR(p.error_sd, 1.29774742, 1e-4);
    EXPECT_NEAR(p.product.f, 3.82915, 1e-4);
    EXPECT_NEAR(p.product.degrees_below, 240, 0.05);
    EXPECT_NEAR(p.product.p, 0.010476, 1e-5);
    ASSERT_EQ(p.factors.size(), 1u);
    EXPECT_NEAR(p.factors[0].f, 3.87143, 1e-4);
    EXPECT_NEAR(p.factors[0].degrees_below, 323, 0.05);
    EXPECT_NEAR(p.factors[0].p, 0.049970, 1e-5);
    std::vector<double> tukey;
    for (auto const& d : p.differences) tukey.push_back(d.p_tukey);
    expect_all(tukey, {0.1154, 0.8027, 0.9822, 0.0101, 0.0467, 0.9516}, 6e-5);
    EXPECT_EQ(p.means[0].group_tukey, "ab");
    EXPECT_EQ(p.means[1].group_tukey, "b");
    EXPECT_EQ(p.means[2].group_tukey, "a");
}

// lmerTest 3.1.3: lmer(Bitterness ~ Product + (1 | Panelist) + (1 | Panelist:Product)), and the same with Session, CocoaA (where the second variance is nought), Sticky
TEST(Profile, ChocolatesPanel) {
    OSETRA_SET(panel, "chocolates_panel.csv");
    auto const r = of(*panel, {});
    ASSERT_EQ(r.attributes.size(), 14u);
    EXPECT_EQ(r.tasters, 29);
    auto const& attribute = [&](char const* name) -> Profile const& { for (auto const& a : r.attributes) if (a.name == name) return *a.profile; throw std::logic_error(name); };
    struct Row { char const* name; double own, taster, error, f, below, mean, mean_error; };
    for (auto const& row : {Row{"Bitterness", 0.57582181, 0.90611210, 1.81864481, 49.87637, 140.00012, 7.068966, 0.31107956}, {"CocoaA", 0, 0.9614537, 1.6885650, 14.55783, 314.00001, 7.086207, 0.28466672},
                            {"Sweetness", 0, 1.0059809, 1.8497342, 38.25167, 314, 3.137931, 0.30641171}, {"Sticky", 0.51807985, 1.51171933, 1.95863468, 4.70343, 140, 3.758621, 0.3926843}}) {
        auto const& p = attribute(row.name);
        SCOPED_TRACE(row.name);
        EXPECT_NEAR(p.interaction_sd, row.own, 2e-3);
        EXPECT_NEAR(p.taster_sd, row.taster, 2e-4);
        EXPECT_NEAR(p.error_sd, row.error, 2e-4);
        EXPECT_NEAR(p.product.f, row.f, 2e-3);
        EXPECT_NEAR(p.product.degrees_below, row.below, 0.5);
        std::size_t first = 0;
        while (r.products[first] != "choc1") ++first;
        EXPECT_NEAR(p.means[first].mean, row.mean, 1e-5);
        EXPECT_NEAR(p.means[first].error, row.mean_error, 1e-4);
    }
    TasteAsked asked;
    asked.attributes = {"Bitterness"};
    asked.fixed = {"Session"};
    auto const with = of(*panel, asked);
    EXPECT_NEAR(with.attributes[0].profile->factors[0].f, 10.07842, 1e-3);
    EXPECT_NEAR(with.attributes[0].profile->factors[0].degrees_below, 173, 0.1);
    ASSERT_EQ(r.panel.size(), 29u);
    int good = 0;
    for (auto const& t : r.panel) { good += t.verdict == "good"; EXPECT_EQ(t.of > 0, true); }
    EXPECT_GT(good, 15);
}

// ordinal 2022.11.16: clm(rating ~ temp + contact); clmm(rating ~ temp + contact + (1 | judge), nAGQ = 15)
TEST(Ordinal, WineBitterness) {
    OSETRA_SET(wine, "wine_bitterness.csv");
    TasteAsked asked;
    asked.ordinal = true;
    asked.product = "temp";
    asked.fixed = {"contact"};
    asked.attributes = {"rating"};
    auto const r = of(*wine, asked);
    auto const& o = *r.attributes.front().ordinal;
    expect_all(o.thresholds, {-1.62348745, 1.51279604, 4.22705345, 6.08615227}, 2e-3);
    expect_all(o.threshold_errors, {0.6833854, 0.6044371, 0.8089780, 0.9719396}, 3e-3);
    EXPECT_NEAR(o.product[1], 3.0618910, 1e-3);
    EXPECT_NEAR(o.product_error[1], 0.5950761, 2e-3);
    EXPECT_NEAR(o.factors[0][1], 1.8334334, 1e-3);
    EXPECT_NEAR(o.taster_sd, 1.134783, 1e-3);
    EXPECT_NEAR(o.log_likelihood, -81.53246071, 1e-4);
    Scores s;
    s.tasters = 1;
    s.products = 2;
    s.factor_sizes = {2};
    for (std::size_t i = 0; i < wine->rows(); ++i)
        s.rows.push_back({0, wine->cell(i, *wine->find("temp")) == "warm", *wine->number(i, *wine->find("rating")) - 1, {wine->cell(i, *wine->find("contact")) == "yes"}});
    auto const fixed = ordinal_profile(s, false);
    ASSERT_TRUE(fixed);
    expect_all(fixed->thresholds, {-1.3444, 1.2508, 3.4669, 5.0064}, 1e-3);
    EXPECT_NEAR(fixed->product[1], 2.5031, 1e-3);
    EXPECT_NEAR(fixed->product_error[1], 0.5287, 1e-3);
    EXPECT_NEAR(fixed->log_likelihood, -86.49, 5e-3);
}

// A cupping has no tasters in its file: it is refused as a panel, and read as scores that lots are compared by.
TEST(Profile, CoffeeHasNoTasters) {
    OSETRA_SET(coffee, "coffee_arabica_cupping.csv");
    TasteAsked asked;
    asked.product = "Country.of.Origin";
    asked.attributes = {"Flavor"};
    auto const no = report_of_file(*coffee, std::nullopt, asked);
    ASSERT_FALSE(no);
    EXPECT_TRUE(no.error().code == "column_unknown" || no.error().code == "cell_empty") << no.error().code;
    OSETRA_SET(cocktail, "cocktail_profile.csv");
    EXPECT_EQ(cocktail->rows(), 16u);
    EXPECT_TRUE(cocktail->is_numeric(*cocktail->find("sweet")));
}

// 1 - ptukey(q, means, degrees)
TEST(Profile, StudentisedRange) {
    EXPECT_NEAR(studentised_range_above(3.5, 3, 10), 0.077103311, 1e-6);
    EXPECT_NEAR(studentised_range_above(2.5, 6, 140), 0.489876641, 1e-6);
    EXPECT_NEAR(studentised_range_above(4.2, 4, 7), 0.077886745, 1e-6);
    EXPECT_NEAR(studentised_range_above(3.64, 6, 24), 0.142747699, 1e-6);
}

TEST(Profile, LettersShareWhatDoesNotDiffer) {
    // a > b > c where only the ends differ
    EXPECT_EQ(letters_of({{false, false, true}, {false, false, false}, {true, false, false}}, {3, 2, 1}), (std::vector<std::string>{"a", "ab", "b"}));
    EXPECT_EQ(letters_of({{false, true}, {true, false}}, {1, 2}), (std::vector<std::string>{"b", "a"}));
    EXPECT_EQ(letters_of({{false, false}, {false, false}}, {1, 2}), (std::vector<std::string>{"a", "a"}));
}

double normal(std::uint64_t& state) {
    auto const u = (static_cast<double>(splitmix64(state) >> 11) + 0.5) / 9007199254740992.0;
    return normal_quantile(u);
}

// Tasters with tastes of their own: what was put in comes out, where leaving them out pulls worths together.
TEST(Choice, TastersOwnTastesAreFound) {
    std::uint64_t state = 11;
    std::vector<double> const worth{0.8, 0, -0.8};
    std::vector<Comparison> pairs;
    for (int taster = 0; taster < 200; ++taster) {
        std::vector<double> own;
        for (auto const w : worth) own.push_back(w + 1.2 * normal(state));
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = i + 1; j < 3; ++j)
                for (int again = 0; again < 4; ++again) {
                    auto const wins = normal_below(normal(state)) < 1 / (1 + std::exp(own[j] - own[i]));
                    pairs.push_back({i, j, wins ? 1. : 0., wins ? 0. : 1., 0, taster});
                }
    }
    PairsAsked asked;
    auto const without = worth_of_pairs(pairs, 3, asked);
    asked.tasters = true;
    auto const with = worth_of_pairs(pairs, 3, asked);
    ASSERT_TRUE(without && with);
    EXPECT_NEAR(*with->taster_sd, 1.2, 0.2);
    expect_all(values(*with), worth, 0.25);
    EXPECT_LT(without->worth[0].value, with->worth[0].value);
    EXPECT_LT(without->worth[0].error, with->worth[0].error);   // as if all answers were of different people: too sure
}

TEST(Choice, OneAlwaysWinsStillHasAWorth) {
    std::vector<Comparison> pairs{{0, 1, 12, 0, 0, -1}, {0, 2, 12, 0, 0, -1}, {1, 2, 7, 5, 0, -1}};
    auto const w = worth_of_pairs(pairs, 3, {});
    ASSERT_TRUE(w);
    EXPECT_TRUE(w->drawn_in);
    EXPECT_GT(w->worth[0].value, 1);
    EXPECT_LT(w->worth[0].value, 10);
    EXPECT_EQ(worth_of_pairs({{0, 1, 3, 2, 0, -1}}, 3, {}).error().code, "comparisons_missing");
    PairsAsked both{Ties::rao_kupper, false, true};
    EXPECT_EQ(worth_of_pairs(pairs, 3, both).error().code, "ties_with_tasters");
}

// Hollander and Wolfe 1973, p. 140: rounding first base, 22 players, three ways; stats::friedman.test gives 11.143, p 0.003805
TEST(Choice, FriedmanOfThePrintedExample) {
    double const times[22][3] = {{5.40, 5.50, 5.55}, {5.85, 5.70, 5.75}, {5.20, 5.60, 5.50}, {5.55, 5.50, 5.40}, {5.90, 5.85, 5.70}, {5.45, 5.55, 5.60}, {5.40, 5.40, 5.35}, {5.45, 5.50, 5.35},
                                 {5.25, 5.15, 5.00}, {5.85, 5.80, 5.70}, {5.25, 5.20, 5.10}, {5.65, 5.55, 5.45}, {5.60, 5.35, 5.45}, {5.05, 5.00, 4.95}, {5.50, 5.50, 5.40}, {5.45, 5.55, 5.50},
                                 {5.55, 5.55, 5.35}, {5.45, 5.50, 5.55}, {5.50, 5.45, 5.25}, {5.65, 5.60, 5.40}, {5.70, 5.65, 5.55}, {6.30, 6.30, 6.25}};
    std::vector<std::vector<double>> ranks;
    for (auto const& row : times) ranks.push_back(ranks_of({-row[0], -row[1], -row[2]}));
    auto const t = friedman(ranks);
    EXPECT_NEAR(t.statistic, 11.143, 5e-4);
    EXPECT_NEAR(t.p, 0.003805, 5e-7);
    auto const expected = page(ranks, {2, 1, 0});   // the third way was thought the fastest
    EXPECT_LT(expected.p, 0.01);
    EXPECT_GT(page(ranks, {0, 1, 2}).p, 0.99);
}

TEST(Profile, LotsAreHeldAgainstEachOther) {
    auto const alike = consistency_of({{6.0, 0.3}, {6.1, 0.3}, {5.9, 0.3}, {6.05, 0.3}});
    EXPECT_EQ(alike.between_sd, 0);
    EXPECT_GT(alike.p, 0.9);
    EXPECT_NEAR(alike.mean, 6.0125, 1e-9);
    auto const odd = consistency_of({{6.0, 0.2}, {6.1, 0.2}, {4.0, 0.2}, {6.05, 0.2}});
    EXPECT_TRUE(odd.lots[2].outside);
    EXPECT_FALSE(odd.lots[0].outside);
    EXPECT_LT(odd.p, 1e-6);
    EXPECT_GT(odd.between_sd, 0.5);
}

// Files as people write them: refused with the row and the column, or read.
TEST(TasteFile, MessIsRefusedByRowAndColumn) {
    TasteAsked triangle, none;
    triangle.test = TasteTest::triangle;
    struct Row { char const* csv; TasteAsked const& asked; char const *code, *at; };
    for (auto const& row : {Row{"taster,product,sweet\nA,x,5\nA,y,six\nB,x,4\nB,y,3\n", none, "attribute_missing", "answers.csv"},
                            {"first,second,chosen\nx,y,x\nx,y,z\n", none, "answer_unknown", "answers.csv row 3 chosen"},
                            {"first,second,chosen\nx,x,x\n", none, "answer_unknown", "answers.csv row 2 second"},
                            {"taster,right\n1,1\n2,\n", triangle, "cell_empty", "answers.csv row 3 right"},
                            {"taster,right\n1,1\n2,perhaps\n", triangle, "answer_unknown", "answers.csv row 3 right"},
                            {"taster,right\n1,1\n", none, "taste_test_missing", "answers.csv"},
                            {"i,j,w_ij,w_ji\nx,y,3,-1\n", none, "count_impossible", "answers.csv row 2 w_ji"},
                            {"i,j,w_ij,w_ji\nx,y,3\n", none, "cell_empty", "answers.csv row 2 w_ji"},
                            {"taster,product,rank\nA,x,1\nA,x,2\n", none, "answer_twice", "answers.csv row 3 rank"},
                            {"taster,product,rank\nA,x,1\nA,y,2\nB,x,1\n", none, "answer_missing", "answers.csv"},
                            {"taster,product,sweet\nA,x,5,9\n", none, "row_ragged", "answers.csv row 2"},
                            {"taster,Taster\n1,2\n", none, "column_twice", "answers.csv row 1"},
                            {"taster,product,sweet\n", none, "file_empty", "answers.csv"},
                            {"taster,product,sweet\nA,x,5\nA,y,5\nB,x,5\nB,y,5\n", none, "scores_constant", ""},
                            {"", none, "file_empty", "answers.csv"}}) {
        auto const r = of_text(row.csv, row.asked);
        ASSERT_FALSE(r) << row.csv;
        EXPECT_EQ(r.error().code, row.code) << row.csv;
        EXPECT_EQ(r.error().at, row.at) << row.csv;
    }
    TasteAsked named;
    named.attributes = {"sweet"};
    EXPECT_EQ(of_text("taster,product,sweet\nA,x,5\nA,y,six\nB,x,4\nB,y,3\n", named).error().at, "answers.csv row 3 sweet");
    TasteAsked wide;
    wide.wide = "samples";
    EXPECT_EQ(of_text("taster,x,y\nA,5,4\nB,5,much\n", wide).error().at, "answers.csv row 3 y");
    EXPECT_TRUE(of_text("taster;x;y;z\nA;5,5;4;1\nB;6;4,5;2\nC;7;3;2,5\n", wide));   // decimal commas
    EXPECT_TRUE(of_text("first,second,chosen\nx,y,x\ny,x,=\nx,y,second\n"));
}

// Design, answers by code, key opened: a taster who always finds the odd one, and one who never does.
TEST(TasteFile, AnswersByCodeNeedTheKey) {
    for (auto const test : {TasteTest::triangle, TasteTest::duo_trio, TasteTest::two_afc, TasteTest::three_afc, TasteTest::paired, TasteTest::ranking, TasteTest::hedonic, TasteTest::profile}) {
        SCOPED_TRACE(word_of(test));
        auto const design = make_design({test, {"ours", "theirs"}, 24, 1, 5, "s", test == TasteTest::profile ? std::vector<std::string>{"sweet", "salt"} : std::vector<std::string>{}});
        ASSERT_TRUE(design);
        auto const key = key_of(*design);
        auto const opened = open_key(key, commitment_of(key));
        ASSERT_TRUE(opened);
        std::string csv = test == TasteTest::ranking ? "taster,round,code,rank\n" : test == TasteTest::hedonic ? "taster,round,code,liking\n" : test == TasteTest::profile ? "taster,round,code,sweet,salt\n" : "taster,round,trial,chosen\n";
        std::uint64_t state = 3;
        for (std::size_t i = 0; i < design->servings.size(); ++i) {
            auto const& s = design->servings[i];
            auto const mine = s.sample == 0;
            auto const noise = static_cast<double>(splitmix64(state) % 3);
            if (test == TasteTest::ranking) csv += std::to_string(s.taster) + ",1," + s.code + (mine ? ",1\n" : ",2\n");
            else if (test == TasteTest::hedonic) csv += std::to_string(s.taster) + ",1," + s.code + "," + std::to_string((mine ? 7 : 4) + noise) + "\n";
            else if (test == TasteTest::profile) csv += std::to_string(s.taster) + ",1," + s.code + "," + std::to_string((mine ? 7 : 4) + noise) + "," + std::to_string(noise) + "\n";
            else {
                std::vector<Serving const*> trial;
                for (auto const& o : design->servings) if (o.taster == s.taster) trial.push_back(&o);
                auto const odd = test == TasteTest::triangle ? std::count_if(trial.begin(), trial.end(), [&](auto* o) { return o->sample == s.sample; }) == 1
                               : test == TasteTest::duo_trio ? s.place > 0 && trial.front()->sample == s.sample
                               : test == TasteTest::paired   ? mine : !mine;
                if (odd) csv += std::to_string(s.taster) + ",1,1," + s.code + "\n";
            }
        }
        auto const table = TasteTable::read(csv, "answers.csv");
        ASSERT_TRUE(table) << csv;
        auto const r = report_of_file(*table, *opened, {});
        ASSERT_TRUE(r) << r.error().code << r.error().message << r.error().at;
        EXPECT_EQ(r->outcome, "different") << r->verdict.en;
        EXPECT_EQ(r->test, test);
        EXPECT_EQ(r->tasters, 24);
    }
    auto const design = make_design({TasteTest::triangle, {"ours", "theirs"}, 6, 1, 5, "s", {}});
    auto const opened = open_key(key_of(*design), "");
    auto const table = TasteTable::read("taster,round,chosen\n1,1,999\n", "answers.csv");
    EXPECT_EQ(report_of_file(*table, *opened, {}).error().code, "code_unknown");
    EXPECT_EQ(report_of_file(*table, *opened, {}).error().at, "answers.csv row 2 chosen");
}

} // namespace
} // namespace osetra::quality
