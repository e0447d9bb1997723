#include "trace/trace_answer.h"

#include <gtest/gtest.h>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/recall_pdf.h"
#include "trace/test_chain.h"

// What people read of a walk: chain A, with what its events say of each thing.
namespace osetra::trace {
namespace {

using namespace testing;

class TraceAnswers : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        auto const text = text_of_file("caviar/chain-a.jsonld");
        if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
        filled.emplace(*db, 7);
        filled->take(*read_json(*text));
    }
    void TearDown() override {
        filled.reset();
        EveryEngine::TearDown();
    }
    TraceAnswer ask(TraceQuestion const& question) {
        auto const answer = trace_of(filled->store, filled->events, question);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer.value_or(TraceAnswer{});
    }
    static TraceNode const* node(TraceAnswer const& a, std::string_view name) {
        auto const at = std::find_if(a.nodes.begin(), a.nodes.end(), [&](TraceNode const& n) { return n.name == name || n.id == name; });
        return at == a.nodes.end() ? nullptr : &*at;
    }
    std::optional<Filled> filled;
};

TEST_P(TraceAnswers, AJarToItsFishPoolFeedAndParents) {
    auto const a = ask({"urn:epc:id:sgtin:9521234.020001.J0001742101", "up", {}, 5'000});
    EXPECT_EQ(a.start, "https://id.gs1.org/01/09521234200017/21/J0001742101");
    struct Case { char const *name, *kind; int level; bool known; };
    for (auto const& [name, kind, level, known] : std::vector<Case>{
             {"J0001742101", "tin", 0, true}, {"00017421001", "tin", -1, true}, {"SL-2512-04", "lot", -3, false}, {"9521234F00017421", "fish", -4, true},
             {"DAUxSCH-2017-H03", "cohort", -5, true}, {"9521234FS0041", "parent", -6, false}, {"FD-2601-77", "feed", -5, false}, {"9521234PIT900113000017421", "thing", -4, false}}) {
        auto const* n = node(a, name);
        ASSERT_TRUE(n) << name;
        EXPECT_EQ(n->kind, kind) << name;
        EXPECT_EQ(n->level, level) << name;
        EXPECT_EQ(n->known, known) << name;
    }
    auto const* lot = node(a, "https://id.gs1.org/01/09521234100058/10/20260314-00017421");
    ASSERT_TRUE(lot);
    EXPECT_EQ(lot->species, "DAUxSCH");
    EXPECT_EQ(lot->grade, "A+");
    EXPECT_EQ(lot->label, "DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421");
    auto const* fish = node(a, "9521234F00017421");
    EXPECT_EQ(fish->place, "https://id.gs1.org/414/9521234000020") << "harvested at the plant";
    EXPECT_EQ(fish->place_name, "Plant");
    EXPECT_EQ(fish->first_at, *parse_instant("2020-09-14T08:00:00+08:00", {}));
    auto const salted = std::find_if(a.edges.begin(), a.edges.end(), [](TraceEdge const& e) { return e.from.ends_with("SL-2512-04"); });
    ASSERT_NE(salted, a.edges.end());
    EXPECT_EQ(salted->quantity, 0.162);
    EXPECT_EQ(salted->uom, "KGM");
    EXPECT_EQ(salted->events.size(), 1u);
    auto const fed = std::find_if(a.edges.begin(), a.edges.end(), [](TraceEdge const& e) { return e.kind == "fed"; });
    ASSERT_NE(fed, a.edges.end());
    EXPECT_EQ(fed->quantity, 240);
    EXPECT_EQ(a.gaps.size(), 1u);
    EXPECT_FALSE(a.truncated);
    for (auto const& e : a.edges)
        for (auto const no : e.events)
            EXPECT_TRUE(std::any_of(a.events.begin(), a.events.end(), [&](TraceEvent const& v) { return v.no == no; })) << no;
}

TEST_P(TraceAnswers, RefusalsAndBounds) {
    auto const refused = [&](TraceQuestion const& q) { auto const a = trace_of(filled->store, filled->events, q); return a ? std::string{} : a.error().code; };
    EXPECT_EQ(refused({"https://id.gs1.org/01/09521234100065/21/none", "up", {}, 10}), "thing_not_found");
    EXPECT_EQ(refused({"https://id.gs1.org/01/09521234100065/21/00017421001", "sideways", {}, 10}), "direction_unknown");
    auto const few = ask({"https://id.gs1.org/8004/9521234F00017421", "down", {}, 6});
    EXPECT_TRUE(few.truncated);
    EXPECT_LE(few.nodes.size(), 6u);
    auto const early = ask({"https://id.gs1.org/8004/9521234F00017421", "down", *parse_instant("2026-04-01T00:00:00Z", {}), 5'000});
    EXPECT_EQ(std::count_if(early.nodes.begin(), early.nodes.end(), [](TraceNode const& n) { return n.level > 0; }), 3) << "roe, carcass and caviar, not yet in tins";
    auto const json = JsonIn::parse(to_json(early));
    ASSERT_TRUE(json);
    for (auto const* field : {"start", "direction", "nodes", "edges", "events", "balances", "gaps", "truncated", "ms"}) {
        auto const names = json->names();
        EXPECT_NE(std::find(names.begin(), names.end(), field), names.end()) << field;
    }
}

TEST_P(TraceAnswers, RecallOfALot) {
    auto const recall = recall_of(filled->store, filled->events, {"https://id.gs1.org/01/09521234100058/10/20260314-00017421", "recall", {}, 5'000});
    ASSERT_TRUE(recall) << recall.error().message;
    std::map<std::string, int> whereabouts;
    for (auto const& i : recall->items) ++whereabouts[i.kind + " " + i.where];
    EXPECT_EQ(whereabouts["tin received"], 11 + 3) << "eleven tins that are whole, and three jars made of the twelfth at the importer's";
    EXPECT_EQ(whereabouts["tin used_up"], 1);
    EXPECT_EQ(whereabouts["lot in_house"], 1);
    for (auto const& i : recall->items) {
        if (i.kind == "lot") { EXPECT_NEAR(i.quantity.value_or(0), 4.71 - 0.36, 1e-9); }
        if (i.kind == "tin" && i.where == "received") { EXPECT_EQ(i.holder, "https://id.gs1.org/417/4012345000009") << i.id; }
    }
    ASSERT_EQ(recall->shipments.size(), 1u);
    auto const& s = recall->shipments[0];
    EXPECT_EQ(s.things, (std::vector<std::string>{"https://id.gs1.org/00/395212340000003909"}));
    EXPECT_EQ(s.to_party, "https://id.gs1.org/417/4012345000009");
    EXPECT_EQ(s.received_at, *parse_instant("2026-05-18T09:10:00+02:00", {}));
    std::set<std::string> papers;
    for (auto const& p : s.papers) papers.insert(p.type);
    EXPECT_EQ(papers, (std::set<std::string>{"bol", "cert", "inv", "po"}));
    ASSERT_EQ(recall->contacts.size(), 1u);
    ASSERT_EQ(recall->unaccounted.size(), 1u);
    EXPECT_EQ(recall->unaccounted[0].code, "opening_not_told");
    auto const csv = write_csv(to_table(*recall, {}));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), std::ssize(recall->items) + 1);
    auto const pdf = to_pdf(*recall, *parse_instant("2026-06-01T12:00:00Z", {}), {});
    EXPECT_TRUE(pdf.starts_with("%PDF-")) << pdf.substr(0, 8);
    EXPECT_NE(pdf.find("%%EOF"), std::string::npos);
    EXPECT_LT(pdf.size(), 1'000'000u);
}

OSETRA_ON_EVERY_ENGINE(TraceAnswers);

} // namespace
} // namespace osetra::trace
