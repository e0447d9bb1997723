#include <algorithm>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "farm/ledger_sql.h"
#include "farm/test_teller.h"
#include "kernel/json.h"
#include "processing/facts.h"
#include "quality/answers.h"
#include "quality/quality.h"
#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/trace.h"

namespace osetra::quality {
namespace {

using namespace std::chrono_literals;
using namespace farm;
using namespace processing;

constexpr FishId fish{156'010'000'017'421};
Instant minute(int n) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::minutes{n}}; }
Instant const told_at = minute(0) + std::chrono::days{90};

/// A fish that ate feed FD-1 in pool A and was harvested from B; its lot L has tins T1 (in time), T2 (late), and J1, J2 filled from T1; case 1 holds J1.
std::vector<Fact> chain(Teller& t) {
    auto const early = minute(0) - std::chrono::days{2'000};
    return {t.tell(SiteRegistered{{"S"}, "Farm", {}, {}, {}, {}, {}}, early), t.tell(PoolRegistered{{"A"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, early),
            t.tell(PoolRegistered{{"B"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, early), t.tell(CohortRegistered{{"C"}, "SCH", 2017, {}, {}, {}}, early),
            t.tell(Stocked{{"A"}, {"C"}, {400}, {}, {}, {}, {}}, early + 1h), t.tell(Tagged{fish, {"A"}, {"C"}, {}, {}, "female", {}}, early + 2h), t.tell(Fed{{"A"}, {240'000'000}, "FD-1"}, early + 3h),
            t.tell(Moved{PoolId{"A"}, {"B"}, {}, {}, {fish}, {}, "transfer"}, early + 40h), t.tell(Fed{{"B"}, {240'000'000}, "FD-2"}, early + 50h), t.tell(Fed{{"A"}, {240'000'000}, "FD-3"}, early + 50h),
            t.tell(Harvested{{}, {}, {}, {fish}, Milligrams{31'400'000}, "roe"}, minute(2)), t.tell(RubbingStarted{fish, {}}, minute(5)),
            t.tell(RoeTaken{fish, "L", {5'000'000}, {4'620'000}, Milligrams{300'000}, {}, {}}, minute(6)), t.tell(Salted{"L", {162'000}, Milligrams{72'000}, {}, "A", {}, {}, {}}, minute(13)),
            t.tell(TinClosed{"T1", "L", {1'800'000}, {}}, minute(17)), t.tell(TinClosed{"T2", "L", {1'800'000}, {}}, minute(22)), t.tell(Repacked{"T1", {"J1", "J2"}, {900'000}, {}}, minute(60)),
            t.tell(CaseClosed{"1", {"J1"}, {}, {}}, minute(70)), t.tell(PartyRegistered{"HOME", "Hotel", "CN", {}, {}, {}, {}, {}, {}}, minute(0)), t.tell(PartyRegistered{"US", "Shop", "US", {}, {}, {}, {}, {}, {}}, minute(0)),
            t.tell(PermitGranted{"P", {9'000'000}, {}, {}, {}, {}}, minute(0))};
}
TestReported found(char const* analyte, std::vector<std::string> values, char const* unit) { return {"S1", analyte, std::move(values), unit, {}, {}, {}, {}, {}, {}}; }

struct QualityBranchTest : store::EveryEngine {
    Branches branches{processing::branch(holds), branch()};
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
    }
    void open(Ledger& l) {
        auto i = trace::demonstration_identity(1234, "Sturgeon");
        i.plant_code = "CN-ZJ-0007";
        ASSERT_TRUE(l.tell_identity(i, told_at));
    }
    /// "accepted", or the refusal's code.
    std::string outcome(Ledger& l, Fact fact, std::string const& by = "ada") {
        fact.author = by;
        auto const told = l.record({std::move(fact)}, Trust::checked, told_at).front();
        return told.outcome == Told::Outcome::accepted ? "accepted" : told.refusal.code;
    }
};
OSETRA_ON_EVERY_ENGINE(QualityBranchTest);

TEST_P(QualityBranchTest, WhateverHoldsALotKeepsItFromLeaving) {
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    open(l);
    Teller t{UuidMaker{5}, told_at};
    for (auto const& told : l.record(chain(t), Trust::checked, told_at)) ASSERT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
    auto const ship = [&] { return outcome(l, t.tell(Shipped{"SH-1", "HOME", {"1"}, {}, {}, {}, {}, {}}, minute(200))); };
    struct Case { char const *what, *thing, *sent; };
    auto n = 0;
    for (auto const& c : {Case{"lot", "L", "shipment_on_hold"}, {"tin", "J1", "shipment_on_hold"}, {"tin", "T1", "shipment_on_hold"}, {"case", "1", "shipment_on_hold"}, {"fish", "156010000017421", "shipment_on_hold"},
                          {"pool", "B", "shipment_on_hold"}, {"tin", "J2", "accepted"}}) {
        auto const name = "X" + std::to_string(++n);
        auto put = HoldPut{name, c.what, c.thing, "other", {}, {}, {}};
        auto const hold = t.tell(put, minute(0) - std::chrono::days{30});
        ASSERT_EQ(outcome(l, hold), "accepted") << c.what;
        if (std::string_view{c.sent} == "accepted") continue;
        EXPECT_EQ(ship(), c.sent) << c.what << ' ' << c.thing;
        ASSERT_EQ(outcome(l, t.tell(HoldDecided{name, "release", "seen", {}, {}}, minute(100))), "accepted");
    }
    // Feed that it ate, and feed that was given where it was no more.
    for (auto const& [feed, sent] : {std::pair{"FD-1", "shipment_on_hold"}, {"FD-3", "accepted"}}) {
        ASSERT_EQ(outcome(l, t.tell(InputReceived{feed, "Meal", "feed", {}, {}, {}, {}, {}, {}}, minute(90))), "accepted");
        ASSERT_EQ(outcome(l, t.tell(HoldPut{std::string{"Y"} + feed, "input", feed, "residue", {}, {}, {}}, minute(91))), "accepted");
        if (std::string_view{sent} == "accepted") continue;
        EXPECT_EQ(ship(), sent);
        ASSERT_EQ(outcome(l, t.tell(HoldDecided{std::string{"Y"} + feed, "release", "seen", {}, {}}, minute(100))), "accepted");
    }
    EXPECT_EQ(ship(), "accepted");
    // The late tin is held by the clock until somebody decides.
    EXPECT_EQ(outcome(l, t.tell(CaseClosed{"2", {"T2"}, {}, {}}, minute(210))), "tin_on_hold");
    ASSERT_EQ(outcome(l, t.tell(HoldDecided{"CLOCK-L", "release", "tasted", {}, {}}, minute(211))), "accepted");
    EXPECT_EQ(outcome(l, t.tell(CaseClosed{"2", {"T2"}, {}, {}}, minute(212))), "accepted");
}

TEST_P(QualityBranchTest, AFailedTestIsLiftedByTwo) {
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    open(l);
    Teller t{UuidMaker{5}, told_at};
    l.record(chain(t), Trust::checked, told_at);
    ASSERT_EQ(outcome(l, t.tell(SampleTaken{"S1", "tin", "T1", "lot_release", {}, {}, 5, {}, {}}, minute(80))), "accepted");
    ASSERT_EQ(outcome(l, t.tell(found("listeria_25g", {"absent", "present", "absent", "absent", "absent"}, "in_25g"), minute(90))), "accepted");
    auto const ship = [&](char const* party) { return outcome(l, t.tell(Shipped{"SH-1", party, {"1"}, {}, {}, {}, "P", {}}, minute(200))); };
    EXPECT_EQ(ship("US"), "shipment_on_hold");             // J1 is of the same lot
    QualityStore store{*db, 1, {}, "caviar"};
    auto const hold = store.hold("TEST-S1");
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->markets, "EU,US");
    EXPECT_EQ(outcome(l, t.tell(HoldDecided{"TEST-S1", "release", "wrong plate", {}, {}}, minute(100))), "result_failed");
    EXPECT_EQ(outcome(l, t.tell(HoldDecided{"TEST-S1", "release", "wrong plate", {}, true}, minute(100))), "accepted");
    EXPECT_EQ(ship("US"), "shipment_on_hold");
    EXPECT_EQ(outcome(l, t.tell(DecisionAgreed{"TEST-S1", {}}, minute(101))), "second_is_the_same");
    EXPECT_EQ(certifiable(store, "lot", "L", "EU").error().code, "lot_on_hold");
    EXPECT_EQ(outcome(l, t.tell(DecisionAgreed{"TEST-S1", {}}, minute(101)), "bo"), "accepted");
    EXPECT_EQ(certifiable(store, "lot", "L", "CN").error().code, "results_missing");
    EXPECT_EQ(ship("US"), "accepted");
    for (auto const& r : {found("salmonella_25g", std::vector<std::string>(5, "absent"), "in_25g"), found("plate_count", std::vector<std::string>(5, "90"), "cfu/g"), found("coliforms", std::vector<std::string>(5, "<10"), "cfu/g"), found("salt", {"3.4"}, "g/100g")})
        ASSERT_EQ(outcome(l, t.tell(r, minute(110))), "accepted");
    EXPECT_EQ(certifiable(store, "lot", "L", "EU").error().code, "result_out");
    auto const certificate = certifiable(store, "lot", "L", "CN");
    ASSERT_TRUE(certificate) << certificate.error().message;
    EXPECT_EQ(certificate->lines.size(), 5u);
}

TEST_P(QualityBranchTest, TheSameFactsInAnyOrderLeaveTheSame) {
    Teller t{UuidMaker{5}, told_at};
    auto facts = chain(t);
    auto const more = std::vector<Fact>{
        t.tell(HoldPut{"H1", "lot", "L", "other", {"EU"}, {}, {}}, minute(80)), t.tell(HoldDecided{"H1", "rework", "once more", {}, {}}, minute(81)), t.tell(HoldDecided{"H1", "release", "good", {}, {}}, minute(82)),
        t.tell(SampleTaken{"S1", "lot", "L", "lot_release", {}, {}, 5, {}, {}}, minute(80)), t.tell(found("salt", {"5.6"}, "g/100g"), minute(90)), t.tell(found("salt", {"3.6"}, "g/100g"), minute(95)),
        t.tell(found("boric_acid", {"2"}, "g/kg"), minute(96)), t.tell(HoldDecided{"TEST-S1", "release", "for home", {}, true}, minute(97)), t.tell(HoldDecided{"CLOCK-L", "condemn", "warm", {}, {}}, minute(98)),
        t.tell(InputReceived{"I", "Weedaway", "plant_protection", {"glyphosate"}, {}, {}, {}, {}, {}}, minute(10)), t.tell(InputUsed{"U1", "I", {"B"}, {}, {}, SiteId{"S"}, true}, minute(20)),
        t.tell(ProgrammeFollowed{{"S"}, "no_herbicides", {}, {}}, minute(15)), t.tell(ProgrammeFollowed{{"S"}, "no_herbicides", true, {}}, minute(30))};
    facts.insert(facts.end(), more.begin(), more.end());
    facts.push_back(t.tell(DecisionAgreed{"TEST-S1", {}}, minute(99)));
    facts.back().author = "bo";
    std::string first, kept;
    for (auto seed = 1U; seed <= 4; ++seed) {
        auto shuffled = facts;
        if (seed > 1) std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937{seed});
        Ledger l{*db, caviar_pack(), static_cast<Enterprise>(seed), {}, branches};
        for (auto& f : shuffled) ASSERT_EQ(l.record({f}, Trust::witnessed, told_at).front().outcome, Told::Outcome::accepted) << "seed " << seed << ' ' << f.kind;
        auto const digest = l.branch_digest();
        if (first.empty()) first = digest;
        EXPECT_EQ(digest, first) << "seed " << seed;
        l.rebuild();
        EXPECT_EQ(l.branch_digest(), first) << "rebuilt, seed " << seed;
        QualityStore store{*db, static_cast<Enterprise>(seed), {}, "caviar"};
        for (auto const& [name, state] : {std::pair{"H1", "released"}, {"TEST-S1", "released"}, {"CLOCK-L", "condemned"}, {"USE-U1", "open"}}) {
            auto const hold = store.hold(name);
            EXPECT_EQ(hold ? hold->state : "none", state) << name << " seed " << seed;
        }
        // What is taken back leaves nothing behind.
        if (seed > 1) continue;
        auto const programme = std::find_if(facts.begin(), facts.end(), [](Fact const& f) { return f.kind == ProgrammeFollowed::kind; });
        auto const back = t.withdraw(*programme);
        ASSERT_EQ(l.record({back}, Trust::witnessed, told_at).front().outcome, Told::Outcome::accepted);
        EXPECT_FALSE(store.hold("USE-U1"));
    }
}

TEST(Sheets, AreReadOrRefusedWithTheirLine) {
    struct Case { char const *csv, *outcome; };
    for (auto const& c : {Case{"sample,analyte,value,unit\nS1,Lead,0.1,mg/kg\n", "1 Lead"}, {"样品编号,检测项目,检测结果,单位\nS1,铅,0.1,mg/kg\nS1,镉,<0.01,mg/kg\n", "2"},
                          {"sample,analyte,value,unit\nS1,coliforms,<10,cfu/g\nS1,coliforms,20,cfu/g\n", "1"}, {"sample,analyte,value\nS1,Lead,0.1\n", "column_missing unit"}, {"sample,analyte,value,unit\nS1,Love,0.1,mg/kg\n", "word_unknown line 2"},
                          {"sample,analyte,value,unit\nS1,Lead,much,mg/kg\n", "value_malformed line 2"}, {"sample,analyte,value,unit\n,Lead,0.1,mg/kg\n", "field_missing line 2"},
                          {"sample,analyte,value,unit\nS1,coliforms,<10,cfu/g\nS1,coliforms,20,mpn/g\n", "unit_unknown line 3"}, {"sample,analyte,value,unit,lod\nS1,Lead,0.1,mg/kg,low\n", "number_malformed line 2"}}) {
        auto const read = read_sheet(c.csv);
        auto const outcome = read ? std::to_string(read->size()) : read.error().code + " " + read.error().at;
        EXPECT_EQ(outcome, std::string{c.outcome}.substr(0, outcome.size())) << c.csv;
    }
}

} // namespace
} // namespace osetra::quality
