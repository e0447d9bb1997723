#include "breeding/cross_plan.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "breeding/plan.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

Of<BroodfishRegistered> brood(char const* name, char const* species, char const* sex, char const* chromosomes = "") {
    BroodfishRegistered b{name, species, sex, 2005, {}, {}, {}, SiteId{"S1"}, {}, {}};
    if (*chromosomes) b.chromosomes = chromosomes;
    return {FactId{}, Instant{}, "qian", std::move(b)};
}
/// Kaluga and Amur sturgeon with both sexes, beluga with males only.
HerdTold stock() {
    HerdTold t;
    t.broodfish = {brood("DF", "DAU", "female"), brood("DM", "DAU", "male"), brood("SF", "SCH", "female"), brood("SM", "SCH", "male"), brood("HM", "HUS", "male")};
    return t;
}
CrossWishes wish() {
    CrossWishes w;
    w.traits = {"roe:100"};
    w.means = {"roe:DAU:14", "roe:SCH:12", "roe:HUS:15"};
    w.heterosis = {"roe:DAU:SCH:2"};
    return w;
}
Values const* none(std::string const&) { return nullptr; }
CrossAnswer answered(HerdTold told, CrossWishes const& w) {
    auto got = cross_answer(Herd{std::move(told)}, farm::caviar_pack(), none, w);
    if (!got) throw std::runtime_error{got.error().code + ": " + got.error().message};
    return std::move(*got);
}
Cross const* find(CrossAnswer const& a, char const* dam, char const* sire) {
    for (auto const& x : a.plan.crosses) if (a.plan.lines[x.dam].name == dam && a.plan.lines[x.sire].name == sire) return &x;
    return nullptr;
}

TEST(CrossPlanned, OfTheBroodstockThatIsThere) {
    auto const a = answered(stock(), wish());
    EXPECT_EQ(a.plan.crosses.size(), 6u);   // two with dams by three with sires
    struct Row { char const *dam, *sire; double roe, by_heterosis, females; int sets; bool fertile; std::optional<std::string> offspring; };
    for (auto const& r : {Row{"SCH", "DAU", 15, 2, 0.5, 4, true, "DAUxSCH"}, Row{"DAU", "SCH", 15, 2, 0.5, 4, true, std::nullopt}, Row{"SCH", "SCH", 12, 0, 0.5, 4, true, "SCH"}, Row{"SCH", "HUS", 13, 0, 0.5, 3, false, std::nullopt}}) {
        auto const* x = find(a, r.dam, r.sire);
        ASSERT_TRUE(x) << r.dam << r.sire;
        EXPECT_NEAR(x->trait[0], r.roe, 1e-9) << r.dam << " x " << r.sire;   // of three sets two are of the dam
        EXPECT_NEAR(x->by_heterosis[0], r.by_heterosis, 1e-9);   // as it was seen of the first cross, of four sets too
        EXPECT_EQ(x->females, r.females);
        EXPECT_EQ(x->offspring.sets, r.sets);
        EXPECT_EQ(x->fertile, r.fertile);
        EXPECT_EQ(offspring_code(farm::caviar_pack(), a, *x), r.offspring);
    }
    EXPECT_FALSE(find(a, "HUS", "SCH"));    // no female of it
    auto const& best = a.plan.crosses[0];
    EXPECT_TRUE(std::all_of(a.plan.crosses.begin(), a.plan.crosses.end(), [&](Cross const& x) { return x.lot_value <= best.lot_value; }));
    // the same numbers as the engine gives of the same lines
    auto lines = a.plan.lines;
    auto const engine = plan_crosses(a.traits, lines, {});
    ASSERT_TRUE(engine);
    ASSERT_EQ(engine->crosses.size(), a.plan.crosses.size());
    for (std::size_t i = 0; i < engine->crosses.size(); ++i) EXPECT_EQ(engine->crosses[i].lot_value, a.plan.crosses[i].lot_value);
}

TEST(CrossPlanned, AllFemaleLinesAreThereOrHaveToBeMadeFirst) {
    auto w = wish();
    w.all_female = true;
    w.least_females = 0.7;
    auto const a = answered(stock(), w);
    for (auto const& x : a.plan.crosses) EXPECT_GE(x.females, 0.7);
    auto const* neo = find(a, "SCH", "DAU neo-male");
    auto const* ww = find(a, "SCH WW", "DAU");
    ASSERT_TRUE(neo && ww);
    EXPECT_EQ(neo->females, 0.75);
    EXPECT_EQ(ww->females, 1);
    EXPECT_GT(a.plan.lines[ww->dam].generation, 0);
    auto told = stock();
    told.broodfish.push_back(brood("SN", "SCH", "male", "ZW"));
    told.broodfish.push_back(brood("SW", "SCH", "female", "WW"));
    auto usual = wish();
    usual.least_females = 0.7;
    auto const there = answered(told, usual);   // without being asked for: they are there
    for (auto const& x : there.plan.crosses) { EXPECT_EQ(there.plan.lines[x.dam].generation, 0); EXPECT_EQ(there.plan.lines[x.sire].generation, 0); }
    EXPECT_TRUE(find(there, "SCH WW", "SCH"));
    EXPECT_TRUE(find(there, "DAU", "SCH neo-male"));
}

TEST(CrossPlanned, WhatCannotBeAskedIsRefused) {
    struct Row { char const* code; std::function<void(CrossWishes&)> mend; };
    for (auto const& [code, mend] : {Row{"cross_malformed", [](CrossWishes& w) { w.traits.clear(); }}, Row{"cross_malformed", [](CrossWishes& w) { w.traits = {"roe"}; }}, Row{"cross_malformed", [](CrossWishes& w) { w.means = {"roe:DAU:much"}; }},
                                     Row{"trait_unknown", [](CrossWishes& w) { w.traits = {"beauty:1"}; }}, Row{"species_not_found", [](CrossWishes& w) { w.means.push_back("roe:NOSUCH:1"); }},
                                     Row{"cross_means_missing", [](CrossWishes& w) { w.means.clear(); }}, Row{"crosses_none", [](CrossWishes& w) { w.least_females = 0.9; }}}) {
        auto w = wish();
        mend(w);
        auto const got = cross_answer(Herd{stock()}, farm::caviar_pack(), none, w);
        ASSERT_FALSE(got) << code;
        EXPECT_EQ(got.error().code, code);
    }
    auto w = wish();
    w.means = {"roe:DAU:14", "roe:SCH:12"};
    EXPECT_EQ(answered(stock(), w).left_out, (std::vector<std::string>{"HUS"}));
    EXPECT_EQ(chosen_json(farm::caviar_pack(), answered(stock(), wish()), "SCH", "FPP").error().code, "cross_unknown");
}

TEST(CrossPlanned, WhatIsChosenIsKeptWithItsPlan) {
    auto const a = answered(stock(), wish());
    auto const chosen = chosen_json(farm::caviar_pack(), a, "SCH", "DAU");
    ASSERT_TRUE(chosen);
    Plan plan;
    plan.species = "DAUxSCH";
    plan.season = *parse_day("2027-05-01");
    plan.cross = *chosen;
    plan.pairs.emplace_back();
    auto const back = read_plan(plan_json(plan));
    ASSERT_TRUE(back) << back.error().message;
    auto const cross = JsonIn::parse(back->cross);
    ASSERT_TRUE(cross);
    EXPECT_EQ(JsonIn::parse(*chosen)->dump(), cross->dump());
}

} // namespace
} // namespace osetra::breeding
