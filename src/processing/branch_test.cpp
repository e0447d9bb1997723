#include <algorithm>
#include <gtest/gtest.h>

#include "farm/ledger_sql.h"
#include "farm/test_teller.h"
#include "farm/verify_sql.h"
#include "kernel/json.h"
#include "processing/facts.h"
#include "processing/processing.h"
#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/engine/validate.h"
#include "trace/trace.h"

namespace osetra::processing {
namespace {

using namespace std::chrono_literals;
using namespace farm;

constexpr FishId fish{156'010'000'017'421};
Instant minute(int n) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::minutes{n}}; }
Instant const told_at = minute(0) + std::chrono::days{90};

/// From the pool to a shipment, as chain A of the trade's worked example goes.
std::vector<Fact> chain(Teller& t) {
    auto const early = minute(0) - std::chrono::days{2'000};
    return {t.tell(SiteRegistered{{"S"}, "Lake farm", {}, {}, {}, 30.1, 119.2}, early),
            t.tell(PoolRegistered{{"P-0117"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, early),
            t.tell(PoolRegistered{{"P-0244"}, {"S"}, "cage", {}, {}, {}, {}, {}, {}, {}, {}, {}}, early),
            t.tell(CohortRegistered{{"DAUxSCH-2017-H03"}, "DAUxSCH", 2017, {}, {}, {}, "900113000000041", "F-107"}, early),
            t.tell(Stocked{{"P-0117"}, {"DAUxSCH-2017-H03"}, {400}, {}, {}, {}, {}}, early + 1h),
            t.tell(Fed{{"P-0117"}, {240'000'000}, "FD-2601-77"}, early + 2h),
            t.tell(Fed{{"P-0117"}, {240'000'000}, "FD-2601-77"}, early + 26h),
            t.tell(Tagged{fish, {"P-0117"}, {"DAUxSCH-2017-H03"}, {}, {}, "female", {}}, early + 30h),
            t.tell(Moved{PoolId{"P-0117"}, {"P-0244"}, {}, {}, {fish}, {}, "transfer"}, early + 40h),
            t.tell(Counted{{"P-0117"}, {398}, "camera", Heads{390}, Heads{405}}, early + 50h),
            t.tell(Harvested{{}, {}, {}, {fish}, Milligrams{31'400'000}, "roe"}, minute(2)),
            t.tell(RubbingStarted{fish, {}}, minute(5)),
            t.tell(RoeTaken{fish, {}, {5'000'000}, {4'620'000}, Milligrams{300'000}, Milligrams{25'900'000}, {}}, minute(6)),
            t.tell(Salted{"20260314-00017421", {162'000}, Milligrams{72'000}, "SL-2512-04", "A+", 3'300, MilliCelsius{3'100}, {}}, minute(13)),
            t.tell(TinClosed{"T1", "20260314-00017421", {1'800'000}, {}}, minute(17)),
            t.tell(TinClosed{"T2", "20260314-00017421", {1'800'000}, {}}, minute(19)),
            t.tell(Repacked{"T1", {"J1", "J2", "J3"}, {30'000}, {}}, minute(0) + std::chrono::days{50}),
            t.tell(CaseClosed{"300", {"J1", "J2"}, {}, {}}, minute(10) + std::chrono::days{50}),
            t.tell(CaseClosed{"301", {}, {"300"}, {}}, minute(20) + std::chrono::days{50}),
            t.tell(PartyRegistered{"HANSA", "Hansa", "DE", "4012345000009", "4012345000054", "Kai 9", "J. P.", "+49", "a@b"}, minute(0)),
            t.tell(PermitGranted{"2026CN-EC-HZ000431", {10'000'000}, "DAUxSCH", {}, "HANSA", {}}, minute(0)),
            t.tell(Shipped{"SH-1", "HANSA", {"301"}, "PO-4003", "INV-703", "02012345675", "2026CN-EC-HZ000431", {}}, minute(0) + std::chrono::days{60})};
}

struct BranchTest : store::EveryEngine {
    Branches branches{branch()};
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
    }
    trace::Identity identity() {
        auto i = trace::demonstration_identity(1234, "Sturgeon");
        i.plant_code = "CN-ZJ-0007";
        return i;
    }
};
OSETRA_ON_EVERY_ENGINE(BranchTest);

TEST_P(BranchTest, FromThePoolToTheShipmentPartnersAreToldAsTheStandardWantsIt) {
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    ASSERT_TRUE(l.tell_identity(identity(), told_at));
    Teller t{UuidMaker{5}, told_at};
    for (auto const& told : l.record(chain(t), Trust::checked, told_at)) EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
    trace::Repository repository{*db, 1};
    trace::Document document;
    std::vector<std::string> steps;
    for (std::int64_t no = 1; no <= repository.last_no(); ++no) {
        auto const event = repository.by_no(no);
        ASSERT_TRUE(event);
        document.events.push_back(event->tree);
        auto const step = std::string{event->tree.value("bizStep")};
        steps.push_back(step.substr(step.find_last_of(":-") + 1));
    }
    for (auto const& finding : trace::validate(document)) EXPECT_TRUE(finding.hint) << finding.at << ": " << finding.message;
    EXPECT_EQ(steps, (std::vector<std::string>{"commissioning", "dispensing", "creating_class_instance", "installing", "stocking", "stock_taking", "farmHarvest", "farmHarvest", "commissioning",
                                               "commissioning", "commissioning", "repackaging", "packing", "packing", "accepting", "shipping"}));
    auto const salting = document.events[8];   // its tins are there already: all was taken together
    EXPECT_EQ(salting.value("{https://osetra.example/voc/}rubbing_to_tin_s"), "720");
    EXPECT_EQ(salting.find("ilmd")->value("{https://osetra.example/voc/}citesLabel"), "DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421");
    EXPECT_EQ(salting.find("ilmd")->value("{https://osetra.example/voc/}saltPercent"), "3.439");
    auto const roe = document.events[7], harvest = document.events[6];
    EXPECT_EQ(roe.value("transformationID"), harvest.value("transformationID"));
    EXPECT_FALSE(repository.vocabularies("urn:epcglobal:epcis:vtype:Party").empty());
    EXPECT_TRUE(l.verify_events());
    auto const whole = verify(*db, caviar_pack(), 1, {}, ":memory:", {}, branches);
    EXPECT_TRUE(whole) << whole.error().message;
}

TEST_P(BranchTest, TheLabelOfRepackedCaviarHasTheYearOfRepacking) {
    auto const next_year = minute(0) + std::chrono::days{300};
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    ASSERT_TRUE(l.tell_identity(identity(), told_at));
    Teller t{UuidMaker{5}, next_year + std::chrono::days{1}};
    auto facts = chain(t);
    std::erase_if(facts, [](Fact const& f) { return f.kind == Repacked::kind || f.kind == CaseClosed::kind || f.kind == Shipped::kind; });
    facts.push_back(t.tell(Repacked{"T1", {"J1"}, {30'000}, {}}, next_year));
    for (auto const& told : l.record(facts, Trust::checked, next_year + std::chrono::days{1})) EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
    trace::Repository repository{*db, 1};
    auto const repacking = repository.by_no(repository.last_no());
    ASSERT_TRUE(repacking);
    EXPECT_EQ(repacking->tree.find("ilmd")->value("{https://osetra.example/voc/}citesLabel"), "DAUxSCH/C/CN/2027/CN-ZJ-0007/20260314-00017421");
}

TEST_P(BranchTest, TellingAgainAndRebuildingTellNothingNew) {
    Teller t{UuidMaker{5}, told_at};
    auto const facts = chain(t);
    std::int64_t events = 0;
    std::string state;
    {
        Ledger l{*db, caviar_pack(), 1, {}, branches};
        l.record(facts, Trust::witnessed, told_at);                     // before anybody said who they are
        EXPECT_EQ(trace::Repository(*db, 1).last_no(), 0);
        ASSERT_TRUE(l.tell_identity(identity(), told_at));              // now all of it is told
        events = trace::Repository{*db, 1}.last_no();
        EXPECT_EQ(events, 16);
        state = l.branch_digest();
        EXPECT_TRUE(l.verify_events());
    }
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    l.rebuild();
    EXPECT_EQ((trace::Repository{*db, 1}.last_no()), events);
    EXPECT_EQ(l.branch_digest(), state);
}

TEST_P(BranchTest, ACorrectionDeclaresTheOldEventWrong) {
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    ASSERT_TRUE(l.tell_identity(identity(), told_at));
    Teller t{UuidMaker{5}, told_at};
    auto facts = chain(t);
    l.record(facts, Trust::checked, told_at);
    auto const roe = std::find_if(facts.begin(), facts.end(), [](Fact const& f) { return f.kind == RoeTaken::kind; });
    auto mended = from_json<RoeTaken>(roe->body).value();
    mended.lot = "20260314-00017421";
    mended.carcass_mg = Milligrams{24'900'000};
    auto const correction = t.correct(*roe, mended, roe->happened_at);
    ASSERT_EQ(l.record({correction}, Trust::checked, told_at + 1h).front().outcome, Told::Outcome::accepted);
    trace::Repository repository{*db, 1};
    auto const events = repository.of_fact(roe->id);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[1].event_id, events[0].event_id);
    auto const* declaration = events[1].tree.find("errorDeclaration");
    ASSERT_TRUE(declaration);
    EXPECT_EQ(declaration->value("reason"), "https://ref.gs1.org/cbv/ER-incorrect_data");
    EXPECT_EQ(declaration->find("correctiveEventIDs")->value("correctiveEventID"), events[2].event_id);
    Fact taken_back = t.correct(*std::find_if(facts.begin(), facts.end(), [](Fact const& f) { return f.kind == Shipped::kind; }), Shipped{}, told_at);
    taken_back.act = FactAct::withdraw;
    taken_back.kind = Shipped::kind;
    taken_back.body = "{}";
    ASSERT_EQ(l.record({taken_back}, Trust::checked, told_at + 2h).front().outcome, Told::Outcome::accepted);
    auto const shipping = repository.of_fact(*taken_back.corrects);
    ASSERT_EQ(shipping.size(), 4u);   // permit and shipping, and both taken back
    EXPECT_EQ(shipping[3].tree.find("errorDeclaration")->value("reason"), "https://ref.gs1.org/cbv/ER-did_not_occur");
    EXPECT_TRUE(l.verify_events());
    auto const whole = verify(*db, caviar_pack(), 1, {}, ":memory:", {}, branches);
    EXPECT_TRUE(whole) << whole.error().message;
}

TEST_P(BranchTest, FactsOfThePlantInAnyOrderLeaveTheSame) {
    Teller t{UuidMaker{5}, told_at};
    auto facts = chain(t);
    std::string first;
    for (auto n = 0; n < 3; ++n) {
        auto const other = store::open(":memory:");
        store::migrate(*other);
        Ledger l{*other, caviar_pack(), 1, {}, branches};
        for (auto const& f : facts) l.record({f}, Trust::witnessed, told_at);
        if (first.empty()) first = l.branch_digest();
        EXPECT_EQ(l.branch_digest(), first) << n;
        std::rotate(facts.begin(), facts.begin() + 9, facts.end());
    }
}

} // namespace
} // namespace osetra::processing
