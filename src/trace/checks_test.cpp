#include "trace/checks.h"

#include <gtest/gtest.h>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/test_chain.h"

// Rules of our own chain, each kept and broken. The last event of a row is what is judged; those before it are told first.
namespace osetra::trace {
namespace {

using namespace testing;
using std::string;

string const roe_item = "https://id.gs1.org/01/09521234100034/10/", caviar_item = "https://id.gs1.org/01/09521234100058/10/", salt_lot = "https://id.gs1.org/01/09521234100096/10/SL-1";
string fish(int n) { return "https://id.gs1.org/8004/9521234F" + std::to_string(n); }
string tin(int n) { return "https://id.gs1.org/01/09521234100065/21/" + std::to_string(n); }
string box(int n) { return "https://id.gs1.org/00/39521234000000300" + std::to_string(n); }
string const station = R"("readPoint":{"id":"https://id.gs1.org/414/9521234000020/254/SALT-2"})";
string const permit = R"("bizTransactionList":[{"type":"cert","bizTransaction":"urn:cites:permit:CN:1"}])";

string kg(string const& lot, double quantity) { return R"({"epcClass":")" + lot + R"(","quantity":)" + std::to_string(quantity) + R"(,"uom":"KGM"})"; }
string quoted(std::vector<string> const& all) {
    string out;
    for (auto const& one : all) out += (out.empty() ? "\"" : ",\"") + one + '"';
    return '[' + out + ']';
}
string event(char const* type, string const& day, string const& step, string const& more) {
    return R"({"type":")" + string{type} + R"(","eventTime":")" + day + R"(T08:00:00Z","eventTimeZoneOffset":"+00:00","bizStep":")" + step + R"(",)" + more + "}";
}
string transformation(string const& day, string const& step, string const& more) { return event("TransformationEvent", day, step, more); }
string harvest(int n, char const* day = "2026-03-14", char const* id = "urn:uuid:00000000-0000-4000-8000-000000000001") {
    return transformation(day, "urn:gdst:bizStep:farmHarvest", R"("inputEPCList":)" + quoted({fish(n)}) + R"(,"transformationID":")" + id + '"');
}
string roe(int n, double quantity, string const& species = "BAE", char const* day = "2026-03-14") {
    return transformation(day, "urn:gdst:bizStep:farmHarvest", R"("inputEPCList":)" + quoted({fish(n)}) + R"(,"outputQuantityList":[)" + kg(roe_item + "R" + std::to_string(n), quantity) + R"(],"ilmd":{"osetra:species":")" + species + "\"}");
}
string label(string const& text) { return R"("osetra:citesLabel":")" + text + '"'; }
string salting(int n, double out, string const& ilmd, string const& more = "") {
    return transformation("2026-03-14", "commissioning", R"("inputQuantityList":[)" + kg(roe_item + "R" + std::to_string(n), 2) + ',' + kg(salt_lot, 0.07) + R"(],"outputQuantityList":[)" +
                          kg(caviar_item + "C" + std::to_string(n), out) + "]," + station + R"(,"ilmd":{)" + ilmd + '}' + (more.empty() ? "" : ",") + more);
}
string salted(int n, string const& species = "BAE") { return salting(n, 2.05, label(species + "/C/CN/2026/CN-ZJ-0007/C" + std::to_string(n))); }
string tinning(string const& inputs, std::vector<string> const& tins, string const& ilmd) {
    return transformation("2026-05-06", "commissioning", R"("inputQuantityList":[)" + inputs + R"(],"outputEPCList":)" + quoted(tins) + R"(,"ilmd":{"osetra:netMass":{"osetra:value":30,"osetra:uom":"GRM"})" + (ilmd.empty() ? "" : ",") + ilmd + "}");
}
string caviar(int n, double quantity) { return kg(caviar_item + "C" + std::to_string(n), quantity); }
string packing(string const& container, std::vector<string> const& children, char const* disposition, char const* day = "2026-05-10", char const* action = "ADD") {
    return event("AggregationEvent", day, action == string{"ADD"} ? "packing" : "unpacking", R"("action":")" + string{action} + R"(","parentID":")" + container + R"(","childEPCs":)" + quoted(children) + R"(,"disposition":")" + disposition + '"');
}
string shipping(std::vector<string> const& things, string const& more = "", char const* day = "2026-05-16") {
    return event("ObjectEvent", day, "shipping", R"("action":"OBSERVE","disposition":"in_transit","epcList":)" + quoted(things) + (more.empty() ? "" : ",") + more);
}
string permit_for(double quantity) {
    return event("TransactionEvent", "2026-05-12", "accepting", R"("action":"ADD","epcList":)" + quoted({box(8)}) + "," + permit + R"(,"osetra:permitQuantity":{"osetra:value":)" + std::to_string(quantity) + R"(,"osetra:uom":"KGM"})");
}

string const header = R"("epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[{"id":"https://id.gs1.org/414/9521234000020","attributes":[{"id":"https://osetra.example/voc/citesRegistration","attribute":"CN-ZJ-0007"}]}]}]}},)";
Document document_of(std::vector<string> const& events) {
    string all;
    for (auto const& e : events) all += (all.empty() ? "" : ",") + e;
    auto read = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/voc/","cbvmda":"urn:epcglobal:cbv:mda:"}],
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z",)" + header + R"("epcisBody":{"eventList":[)" + all + "]}}");
    EXPECT_TRUE(read) << read.error().message << all;
    return *std::move(read);
}

struct Case {
    char const* what;
    std::vector<string> events;
    char const* code;   ///< "": it is kept
};
string const good = "BAE/C/CN/2026/CN-ZJ-0007/C1";
std::vector<string> with(std::vector<string> before, string last) { before.push_back(std::move(last)); return before; }
std::vector<string> const chain{roe(1, 2), salted(1)};
std::vector<string> const tinned = with(chain, tinning(caviar(1, 0.06), {tin(1), tin(2)}, label(good)));
std::vector<string> const two{roe(1, 2), salted(1), roe(2, 2), salting(2, 2.05, label("BAE/C/CN/2026/CN-ZJ-0007/C2"))};
std::vector<string> const packed = with(with(tinned, packing(box(8), {tin(1), tin(2)}, "container_closed")), permit_for(0.1));

std::vector<Case> const cases{
    {"salting gives less than went in", chain, ""},
    {"salting gives what went in", {roe(1, 2), salting(1, 2.07, label(good))}, ""},
    {"two scales differ", {roe(1, 2), salting(1, 2.08, label(good))}, ""},
    {"salting gives more than went in", {roe(1, 2), salting(1, 2.1, label(good))}, "more_out_than_in"},
    {"tins weigh what went in", tinned, ""},
    {"tins weigh more than went in", with(chain, tinning(caviar(1, 0.03), {tin(1), tin(2)}, label(good))), "more_out_than_in"},
    {"two fish are named of two", {transformation("2020-09-14", "creating_class_instance", R"("inputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100010/10/H03","quantity":2}],"outputEPCList":)" + quoted({fish(1), fish(2)}))}, ""},
    {"two fish are named of one", {transformation("2020-09-14", "creating_class_instance", R"("inputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100010/10/H03","quantity":1}],"outputEPCList":)" + quoted({fish(1), fish(2)}))}, "more_out_than_in"},
    {"a lot is used up", with(chain, tinning(caviar(1, 2.05), {tin(1)}, label(good))), ""},
    {"more of a lot is used than it had", with(tinned, tinning(caviar(1, 2.05), {tin(3)}, label(good))), "lot_overdrawn"},

    {"two lots go into one tin", with(two, tinning(caviar(1, 0.03) + "," + caviar(2, 0.03), {tin(1)}, "")), "tin_mixes_lots"},
    {"one lot after another", with(with(two, tinning(caviar(1, 0.03), {tin(1)}, "")), tinning(caviar(2, 0.03), {tin(2)}, "")), ""},
    {"a tin with a label and nothing known in it", {tinning(kg(caviar_item + "C9", 0.03), {tin(1)}, label("BAE/C/CN/2026/CN-ZJ-0007/C9"))}, "tin_without_lot"},
    {"a tin of something else", {tinning(kg("https://id.gs1.org/01/09521234100133/10/SMOKED", 0.03), {tin(1)}, "")}, ""},
    {"a tin of two tins of one lot", with(tinned, transformation("2026-05-20", "repackaging", R"("inputEPCList":)" + quoted({tin(1), tin(2)}) + R"(,"outputEPCList":)" + quoted({tin(7)}))), ""},
    {"a tin of two tins of two lots", with(with(with(two, tinning(caviar(1, 0.03), {tin(1)}, "")), tinning(caviar(2, 0.03), {tin(2)}, "")),
                                           transformation("2026-05-20", "repackaging", R"("inputEPCList":)" + quoted({tin(1), tin(2)}) + R"(,"outputEPCList":)" + quoted({tin(7)}))), "tin_mixes_lots"},

    {"a fish is harvested", {harvest(1)}, ""},
    {"its harvest is told in parts", {harvest(1), harvest(1, "2026-03-15")}, ""},
    {"a fish is harvested again", {harvest(1), harvest(1, "2026-04-01", "urn:uuid:00000000-0000-4000-8000-000000000002")}, "fish_harvested_twice"},
    {"another fish is harvested", {harvest(1), harvest(2, "2026-04-01", "urn:uuid:00000000-0000-4000-8000-000000000002")}, ""},

    {"salt 3.0", {roe(1, 2), salting(1, 2, R"("osetra:saltPercent":3.0)")}, ""},
    {"salt 5", {roe(1, 2), salting(1, 2, R"("osetra:saltPercent":5)")}, ""},
    {"salt 2.9", {roe(1, 2), salting(1, 2, R"("osetra:saltPercent":2.9)")}, "salt_out_of_range"},
    {"salt 5.1", {roe(1, 2), salting(1, 2, R"("osetra:saltPercent":5.1)")}, "salt_out_of_range"},
    {"salt measured 6", {roe(1, 2), salting(1, 2, R"("osetra:grade":"A")", R"("sensorElementList":[{"sensorReport":[{"type":"https://osetra.example/voc/SaltContent","value":6,"uom":"P1"}]}])")}, "salt_out_of_range"},

    {"fourteen minutes from rubbing to tin", {roe(1, 2), salting(1, 2, label(good), R"("osetra:rubbing_to_tin_s":840)")}, ""},
    {"fifteen minutes", {roe(1, 2), salting(1, 2, label(good), R"("osetra:rubbing_to_tin_s":900)")}, ""},
    {"fifteen minutes and a second", {roe(1, 2), salting(1, 2, label(good), R"("osetra:rubbing_to_tin_s":901)")}, "rubbing_too_long"},
    {"tinned weeks later, which is no such time", tinned, ""},

    {"a closed case is shipped", with(packed, shipping({box(8)})), ""},
    {"an open case is shipped", with(with(tinned, packing(box(8), {tin(1), tin(2)}, "in_progress")), shipping({box(8)})), "container_open"},
    {"a case is closed, opened, packed and shipped", with(with(with(tinned, packing(box(8), {tin(1)}, "container_closed")), packing(box(8), {tin(2)}, "in_progress", "2026-05-11")), shipping({box(8)})), "container_open"},
    {"a pallet with an open case is shipped", with(with(with(tinned, packing(box(8), {tin(1)}, "in_progress")), packing("https://id.gs1.org/00/395212340000003909", {box(8)}, "container_closed", "2026-05-11")), shipping({"https://id.gs1.org/00/395212340000003909"})), "container_open"},
    {"closed after it left", with(with(with(tinned, packing(box(8), {tin(1)}, "in_progress")), packing(box(8), {tin(2)}, "container_closed", "2026-05-18")), shipping({box(8)})), "container_open"},
    {"an emptied case is shipped back", with(with(with(tinned, packing(box(8), {tin(1)}, "in_progress")), packing(box(8), {}, "in_progress", "2026-05-12", "DELETE")), shipping({box(8)})), ""},

    {"a label as its history says", with(chain, tinning(caviar(1, 0.03), {tin(1)}, label(good))), ""},
    {"species", with(chain, tinning(caviar(1, 0.03), {tin(1)}, label("GUE/C/CN/2026/CN-ZJ-0007/C1"))), "label_contradicts"},
    {"year of harvest", with(chain, tinning(caviar(1, 0.03), {tin(1)}, label("BAE/C/CN/2025/CN-ZJ-0007/C1"))), "label_contradicts"},
    {"lot", with(chain, tinning(caviar(1, 0.03), {tin(1)}, label("BAE/C/CN/2026/CN-ZJ-0007/C2"))), "label_contradicts"},
    {"plant", {roe(1, 2), salting(1, 2.05, label("BAE/C/CN/2026/CN-ZJ-0008/C1"))}, "label_contradicts"},
    {"country", {roe(1, 2), salting(1, 2.05, label(good) + R"(,"cbvmda:countryOfOrigin":"IT")")}, "label_contradicts"},
    {"source", {roe(1, 2), salting(1, 2.05, label(good) + R"(,"osetra:source":"W")")}, "label_contradicts"},
    {"no label at all", {roe(1, 2), salting(1, 2.05, label("caviar"))}, "label_malformed"},
    {"repacked: the repacker's plant and year", with(tinned, transformation("2027-01-20", "repackaging", R"("inputEPCList":)" + quoted({tin(1)}) + R"(,"outputEPCList":)" + quoted({tin(7)}) + R"(,"ilmd":{)" + label("BAE/C/CN/2027/DE-0042/PERMIT-7") + "}")), ""},
    {"repacked: the year of the harvest", with(tinned, transformation("2027-01-20", "repackaging", R"("inputEPCList":)" + quoted({tin(1)}) + R"(,"outputEPCList":)" + quoted({tin(7)}) + R"(,"ilmd":{)" + label("BAE/C/CN/2026/DE-0042/C1") + "}")), "label_contradicts"},

    {"shipped under a permit", with(packed, shipping({box(8)}, permit)), ""},
    {"more than the permit is for", with(with(with(tinned, packing(box(8), {tin(1), tin(2)}, "container_closed")), permit_for(0.05)), shipping({box(8)}, permit)), "permit_exceeded"},
    {"a second shipment uses it up", with(with(with(packed, shipping({box(8)}, permit)), tinning(caviar(1, 0.06), {tin(3), tin(4)}, label(good))), shipping({tin(3), tin(4)}, permit, "2026-05-17")), "permit_exceeded"},
    {"a permit of which no amount is told", with(with(tinned, packing(box(8), {tin(1), tin(2)}, "container_closed")), shipping({box(8)}, permit)), ""},
};

class Checks : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (db) store::migrate(*db);
    }
};

TEST_P(Checks, OursMustBeRight) {
    Enterprise enterprise = 1;
    for (auto const& c : cases) {
        Filled at_once{*db, enterprise++};
        auto const told = at_once.take(document_of(c.events), Teller::ours);
        for (std::size_t i = 0; i + 1 < told.size(); ++i) EXPECT_EQ(told[i].outcome, Captured::Outcome::accepted) << c.what << ", before it: " << told[i].refusal.code << " " << told[i].refusal.message;
        EXPECT_EQ(told.back().refusal.code, c.code) << c.what << ": " << told.back().refusal.message;
    }
}

TEST_P(Checks, WhatWasToldBeforeCountsToo) {
    Enterprise enterprise = 1;
    for (auto const& c : cases) {
        Filled one_by_one{*db, enterprise++};
        auto const document = document_of(c.events);
        one_by_one.take([&] { auto d = document; d.events.clear(); return d; }(), Teller::ours);
        Captured last;
        for (auto const& e : document.events) last = one_by_one.take(document, e, Teller::ours).front();
        EXPECT_EQ(last.refusal.code, c.code) << c.what << ": " << last.refusal.message;
    }
}

TEST_P(Checks, OthersAreTakenWithWarnings) {
    Enterprise enterprise = 1;
    for (auto const& c : cases) {
        Filled filled{*db, enterprise++};
        auto const last = filled.take(document_of(c.events), Teller::foreign).back();
        EXPECT_EQ(last.outcome, Captured::Outcome::accepted) << c.what;
        auto const warned = std::any_of(last.warnings.begin(), last.warnings.end(), [&](Refusal const& w) { return w.code == c.code; });
        EXPECT_EQ(warned, !std::string_view{c.code}.empty()) << c.what;
    }
}

TEST_P(Checks, ChainAIsRight) {
    auto const text = text_of_file("caviar/chain-a.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    Filled filled{*db, 1};
    for (auto const& c : filled.take(*read_json(*text), Teller::ours)) {
        EXPECT_EQ(c.outcome, Captured::Outcome::accepted) << c.refusal.code << " " << c.refusal.message;
        EXPECT_TRUE(c.warnings.empty()) << c.warnings.front().code;
    }
}

INSTANTIATE_TEST_SUITE_P(Store, Checks, ::testing::Values("memory", "postgres"), store::engine_name);

TEST(CitesLabels, AreSixParts) {
    for (auto const* good_one : {"BAE/C/CN/2026/CN-ZJ-0007/17421", "DAUxSCH/C/CN/2026/x/20260314-00017421", "MIX/W/RU/2000/xxxx/yyyy", "HUS/W/IR/2003/IT0001IM/a/b"}) EXPECT_TRUE(parse_cites_label(good_one)) << good_one;
    for (auto const* bad : {"", "BAE", "BAE/C/CN/2026/x", "BA/C/CN/2026/x/1", "BAE/CC/CN/2026/x/1", "BAE/C/CHN/2026/x/1", "BAE/C/CN/26/x/1", "BAE/C/CN/2026/x/", "BAE//CN/2026/x/1", "DAUxS/C/CN/2026/x/1"})
        EXPECT_FALSE(parse_cites_label(bad)) << bad;
    EXPECT_EQ(parse_cites_label("HUS/W/IR/2003/IT0001IM/a/b")->lot, "a/b");
}

} // namespace
} // namespace osetra::trace
