#include "breeding/herd.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "breeding/answers.h"
#include "breeding/plan.h"
#include "breeding/values.h"

namespace osetra::breeding {
namespace {

using namespace std::chrono_literals;

FactId id(std::uint8_t n) {
    FactId made;
    made.bytes[15] = n;
    return made;
}
Instant at(char const* day) { return start_of(*parse_day(day), {}) + 9h; }
template <class T> Of<T> told(T body, char const* day = "2020-05-01", std::uint8_t n = 1) { return {id(n), at(day), "qian", std::move(body)}; }
FishTold fish(std::int64_t n, char const* cohort, char const* sex = "female", std::int64_t state = 0) { return {FishId{n}, cohort, "P1", state, std::string{sex}, {}, {}}; }
std::string tag(std::int64_t n) { return pit_tag_text(FishId{n}); }
BroodfishRegistered brood(char const* name, char const* sex, std::int64_t born = 2000) { return {name, "SCH", sex, born, {}, {}, {}, SiteId{"S1"}, {}, {}}; }

HerdTold small() {
    HerdTold t;
    t.site_of_pool = {{"P1", "S1"}};
    t.cohorts = {{"ONE", "SCH", "M1", "F1", 2020}, {"MANY", "SCH", "M1,M2", "F1,F2", 2020}, {"SINGLE", "SCH", "M9", "F9", 2021}};
    t.broodfish = {told(brood("F1", "female")), told(brood("F2", "female")), told(brood("M1", "male")), told(brood("M2", "male"))};
    t.spawnings = {told(Spawned{"S1", "F1", {"M1", "M2"}, {}, {}, {}, {}, {}}), told(Spawned{"S2", "F2", {"M2"}, {}, {}, "gynogenesis", {}, {}})};
    t.families = {told(FamilyMade{"A", "S1", "M1", {}, CohortId{"MANY"}, {}}), told(FamilyMade{"B", "S1", "M2", {}, CohortId{"MANY"}, {}}), told(FamilyMade{"C", "S2", "M2", {}, CohortId{"SINGLE"}, {}})};
    t.fish = {fish(1, "ONE"), fish(2, "MANY"), fish(3, "MANY"), fish(4, "SINGLE"), fish(5, "MANY")};
    t.parents = {told(ParentsFound{"A", {FishId{3}}, "dna", 0.9, {}}), told(ParentsFound{"B", {FishId{3}}, "dna", 0.99, {}}, "2021-01-01", 2)};
    return t;
}

TEST(Herd, KnowsParentsFromWhateverTellsThem) {
    Herd const herd{small()};
    struct Row { std::int64_t fish; char const *sire, *dam, *family, *why; };
    for (auto const& [n, sire, dam, family, why] : {Row{1, "M1", "F1", "", "the cohort has one pair"}, Row{2, "", "", "", "several families, and nobody asked its DNA"}, Row{3, "M2", "F1", "B", "the later finding holds"},
                                                    Row{4, "", "F2", "C", "gynogenesis has no father, and a family goes before the cohort's own words"}}) {
        auto const* a = herd.find(tag(n));
        ASSERT_TRUE(a);
        EXPECT_EQ(a->sire, sire) << why;
        EXPECT_EQ(a->dam, dam) << why;
        EXPECT_EQ(a->family, family) << why;
        EXPECT_EQ(a->site, "S1");
    }
    EXPECT_EQ(herd.offspring("F1"), (std::vector{tag(1), tag(3)}));
}

TEST(Herd, TheStudbookGoesBeforeDna) {
    auto t = small();
    BroodfishRegistered b{tag(3), "SCH", {}, {}, "M1", "F2", {}, {}, {}, {}};
    t.broodfish.push_back(told(b));
    Herd const herd{t};
    EXPECT_EQ(herd.find(tag(3))->sire, "M1");
    EXPECT_EQ(herd.find(tag(3))->dam, "F2");
}

TEST(Herd, ParentsThatAreOnlyNamedAreInThePedigreeButNotAlive) {
    auto t = small();
    t.families.pop_back();
    Herd const herd{t};
    ASSERT_TRUE(herd.find("M9"));
    EXPECT_FALSE(herd.find("M9")->alive);
    EXPECT_EQ(herd.find("M9")->sex, "male");
    auto const lines = herd.lines_for("SCH");
    EXPECT_TRUE(check_pedigree(lines).defects.empty());
    EXPECT_EQ(lines.size(), herd.animals().size());
}

TEST(Herd, TheOrderOfTellingChangesNoPedigree) {
    auto t = small(), other = small();
    std::reverse(other.fish.begin(), other.fish.end());
    std::reverse(other.broodfish.begin(), other.broodfish.end());
    std::reverse(other.families.begin(), other.families.end());
    EXPECT_EQ(pedigree_csv(Herd{t}.lines_for("SCH")), pedigree_csv(Herd{other}.lines_for("SCH")));
}

TEST(Herd, AStrippedFemaleRestsAsLongAsItsKindAndItsHealthSay) {
    auto t = small();
    auto const now = at("2020-07-01");
    auto cycle = next_cycle(Herd{t}, "F1", now, {});
    ASSERT_TRUE(cycle);
    EXPECT_EQ(text_of(cycle->due), "2023-05-01");
    EXPECT_TRUE(cycle->check_due);
    t.recoveries = {told(RecoveryChecked{"F1", "slow", {}, {}, {}}, "2020-05-22")};
    cycle = next_cycle(Herd{t}, "F1", now, {});
    EXPECT_EQ(text_of(cycle->due), "2023-10-31");
    EXPECT_FALSE(cycle->check_due);
    EXPECT_FALSE(next_cycle(Herd{t}, tag(1), now, {}));
    EXPECT_FALSE(next_cycle(Herd{t}, "F1", at("2020-04-01"), {})) << "not stripped yet then";
}

TEST(Breeding, TheNextSeasonIsTheNextFirstOfMay) {
    EXPECT_EQ(text_of(next_season(*parse_day("2026-11-25"))), "2027-05-01");
    EXPECT_EQ(text_of(next_season(*parse_day("2026-04-30"))), "2026-05-01");
    EXPECT_EQ(text_of(next_season(*parse_day("2026-05-01"))), "2027-05-01");
}

/// Deterministic noise, near enough to normal.
struct Noise {
    std::uint64_t state = 42;
    double uniform() { state = state * 6364136223846793005ULL + 1442695040888963407ULL; return static_cast<double>(state >> 11) * 0x1.0p-53; }
    double normal() { return (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508; }
};

/// Twelve half-sib families with a true heritability of 0.5, and eggs that go against growth.
struct World {
    HerdTold told;
    std::vector<TraitRecord> records;
    std::map<std::string, double> truth;
};
World world() {
    World w;
    Noise noise;
    w.told.site_of_pool = {{"P1", "S1"}};
    w.told.cohorts = {{"C", "SCH", "", "", 2018}};
    for (auto i = 0; i < 6; ++i) {
        w.told.broodfish.push_back(breeding::told(BroodfishRegistered{"M" + std::to_string(i), "SCH", "male", 2000, {}, {}, {}, SiteId{i % 2 ? "S1" : "S2"}, {}, {}}));
        w.told.broodfish.push_back(breeding::told(BroodfishRegistered{"F" + std::to_string(i), "SCH", "female", 2000, {}, {}, {}, SiteId{"S1"}, {}, {}}));
        w.truth["M" + std::to_string(i)] = noise.normal();
        w.truth["F" + std::to_string(i)] = noise.normal();
    }
    std::int64_t n = 0;
    for (auto d = 0; d < 6; ++d)
        for (auto k = 0; k < 2; ++k) {
            auto const dam = "F" + std::to_string(d), sire = "M" + std::to_string((2 * d + k) % 6), name = dam + sire;
            if (k == 0) w.told.spawnings.push_back(breeding::told(Spawned{"S" + dam, dam, {"M" + std::to_string(2 * d % 6), "M" + std::to_string((2 * d + 1) % 6)}, {}, {}, {}, {}, {}}, "2018-05-01"));
            w.told.families.push_back(breeding::told(FamilyMade{name, "S" + dam, sire, {}, {}, {}}));
            ParentsFound found{name, {}, "dna", {}, {}};
            for (auto i = 0; i < 30; ++i) {
                auto f = fish(100 + n, "C", n % 2 ? "female" : "male");
                f.stage = "IV";
                f.stage_at = at("2026-10-01");
                w.told.fish.push_back(f);
                found.fish.push_back(FishId{100 + n});
                auto const genes = (w.truth[dam] + w.truth[sire]) / 2 + std::sqrt(0.5) * noise.normal();
                w.truth[tag(100 + n)] = genes;
                w.records.push_back({tag(100 + n), "weight", 800 + 10 * (genes + noise.normal()), {18'000}, "g" + std::to_string(n % 3), n % 2 ? "female" : "male"});
                w.records.push_back({tag(100 + n), "egg", 3 - 0.2 * (genes + noise.normal()), {19'000}, "g", "female"});
                if (n < 20) w.records.push_back({tag(100 + n), "roe", 14 + noise.normal(), {19'000}, "g", "female"});
                ++n;
            }
            w.told.parents.push_back(breeding::told(std::move(found)));
        }
    return w;
}

double correlation(std::vector<std::pair<double, double>> const& points) {
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (auto const& [x, y] : points) { mx += x / static_cast<double>(points.size()); my += y / static_cast<double>(points.size()); }
    for (auto const& [x, y] : points) { xx += (x - mx) * (x - mx); yy += (y - my) * (y - my); xy += (x - mx) * (y - my); }
    return xy / std::sqrt(xx * yy);
}

TEST(Values, AreThoseOfTheGenesAndComeBackFromTheirFiles) {
    auto const w = world();
    Herd const herd{w.told};
    auto const got = evaluate(pedigree_csv(herd.lines_for("SCH")), records_csv(w.records));
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->traits, (std::vector<std::string>{"weight", "egg"}));
    for (auto const& f : got->fits) {
        if (f.trait == "roe") { EXPECT_EQ(f.status, "too_few"); }
        if (f.trait == "weight") { EXPECT_LT(f.heritability_low, 0.5); EXPECT_GT(f.heritability_high, 0.5); EXPECT_EQ(f.model, "weight ~ group + sex + animal"); }
    }
    std::vector<std::pair<double, double>> points;
    double reliability = 0;
    for (auto const& [name, genes] : w.truth) {
        auto const v = got->find(name, "weight");
        ASSERT_TRUE(v) << name;
        if (name.size() == 15) { points.emplace_back(v->ebv, genes); reliability += v->reliability; }
    }
    reliability /= static_cast<double>(points.size());
    // squared accuracy is what the reliabilities promise
    EXPECT_NEAR(std::pow(correlation(points), 2), reliability, 0.15);

    auto shuffled = w.records;
    std::reverse(shuffled.begin(), shuffled.end());
    EXPECT_EQ(records_csv(shuffled), records_csv(w.records));
    auto const back = read_values(values_csv(*got), summary_json(*got));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(values_csv(*back), values_csv(*got));
    EXPECT_EQ(summary_json(*back), summary_json(*got));
}

TEST(Plan, HoldsItsCapItsNumbersAndItsWord) {
    auto const w = world();
    Herd const herd{w.told};
    auto const values = evaluate(pedigree_csv(herd.lines_for("SCH")), records_csv(w.records));
    ASSERT_TRUE(values);
    PlanWish wish;
    wish.species = "SCH";
    wish.weights = *parse_weights("weight:1,egg:1");
    wish.season = *parse_day("2027-05-01");
    wish.dams = 8;
    wish.sires_each = 2;
    wish.max_coancestry = 0.12;
    auto const plan = propose(herd, *values, farm::caviar_pack(), wish, {});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->pairs.size(), 16u);
    EXPECT_LE(plan->coancestry, 0.12 + 1e-9);
    EXPECT_GT(plan->gain, 0);
    EXPECT_LE(plan->mean_f, plan->mean_f_at_random + 1e-12);
    std::map<std::string, int> dams, sires;
    std::set<std::string> pairs;
    for (auto const& p : plan->pairs) {
        ++dams[p.dam];
        ++sires[p.sire];
        EXPECT_TRUE(pairs.insert(p.dam + p.sire).second) << "twice the same";
        EXPECT_EQ(herd.find(p.dam)->sex, "female");
        EXPECT_EQ(herd.find(p.sire)->sex, "male");
    }
    EXPECT_EQ(dams.size(), 8u);
    for (auto const& [sire, n] : sires) EXPECT_LE(n, 4) << sire;   // a quarter of all matings
    auto const again = propose(herd, *values, farm::caviar_pack(), wish, {});
    EXPECT_EQ(plan_json(*again), plan_json(*plan));
    auto const read = read_plan(plan_json(*plan));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->pairs.size(), plan->pairs.size());

    wish.without = {plan->pairs.front().dam};
    auto const other = propose(herd, *values, farm::caviar_pack(), wish, {});
    ASSERT_TRUE(other);
    for (auto const& p : other->pairs) EXPECT_NE(p.dam, wish.without.front());
    wish.max_coancestry = 1e-6;
    EXPECT_EQ(propose(herd, *values, farm::caviar_pack(), wish, {}).error().code, "cap_too_low");
    wish.max_coancestry = 0.1;
    wish.season = *parse_day("2029-05-01");
    auto const later = propose(herd, *values, farm::caviar_pack(), wish, {});   // nobody was seen ripe lately: the studbook's females are left
    ASSERT_TRUE(later) << later.error().message;
    for (auto const& p : later->pairs) EXPECT_EQ(p.dam[0], 'F');
}

TEST(Plan, GainFallsWhereCoancestryDoes) {
    auto const w = world();
    Herd const herd{w.told};
    auto const values = evaluate(pedigree_csv(herd.lines_for("SCH")), records_csv(w.records));
    ASSERT_TRUE(values);
    PlanWish wish;
    wish.species = "SCH";
    wish.weights = *parse_weights("weight:1");
    wish.season = *parse_day("2027-05-01");
    auto const points = trade_off(herd, *values, farm::caviar_pack(), wish, {});
    ASSERT_TRUE(points) << points.error().message;
    ASSERT_GE(points->size(), 5u);
    for (std::size_t i = 1; i < points->size(); ++i) {
        EXPECT_LT((*points)[i].coancestry, (*points)[i - 1].coancestry);
        EXPECT_LE((*points)[i].gain, (*points)[i - 1].gain + 1e-9);
    }
}

TEST(Plan, WeightsAreReadStrictly) {
    EXPECT_EQ(parse_weights("weight:1,beauty:2").error().code, "trait_unknown");
    EXPECT_EQ(parse_weights("weight").error().code, "weights_malformed");
    EXPECT_EQ(parse_weights("weight:1e9").error().code, "weights_malformed");
    EXPECT_TRUE(parse_weights("")->empty());
}

} // namespace
} // namespace osetra::breeding
