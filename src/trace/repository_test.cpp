#include "trace/trace.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>
#include <set>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/engine/hash.h"
#include "trace/engine/packed.h"
#include "trace/engine/postings.h"
#include "trace/engine/terms.h"
#include "trace/index_sql.h"

namespace osetra::trace {
namespace {

using namespace std::chrono_literals;
using Outcome = Captured::Outcome;

Instant const noon{std::chrono::sys_days{std::chrono::March / 2 / 2026} + 12h};

Document document_of(std::string const& events, std::string const& more = {}) {
    auto read = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/voc/"}],
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z",)" + more + R"("epcisBody":{"eventList":[)" + events + "]}}");
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}
std::string tin(int n) { return "urn:epc:id:sgtin:9521234.001234.T" + std::to_string(n); }
std::string shipping(std::string const& epc, std::string const& more = {}) {
    return R"({"type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":[")" + epc +
           R"("],"bizStep":"shipping","disposition":"in_transit","readPoint":{"id":"urn:epc:id:sgln:9521234.00001.DOOR"})" + more + "}";
}

TEST(Packed, IsWhatItWas) {
    auto const d = document_of(shipping(tin(1), R"(,"osetra:salt":3.50,"osetra:by":{"osetra:name":"Li","osetra:sure":true},"sensorElementList":[{"sensorReport":[{"type":"Temperature","value":-2.5,"uom":"CEL"}]}])"));
    auto const& event = d.events[0];
    auto const bytes = packed(event);
    EXPECT_EQ(unpacked(bytes), event);
    EXPECT_LT(bytes.size(), 320u);
    auto const without = unpacked(packed(event, {"bizStep", "nothing"}));
    EXPECT_EQ(without.children.size() + 1, event.children.size());
    EXPECT_EQ(without.find("bizStep"), nullptr);
    for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_THROW(unpacked(std::string_view{bytes}.substr(0, n)), Fault) << n;
    EXPECT_THROW(unpacked(bytes + "x"), Fault);
}

TEST(Packed, DamagedBytesAreAFault) {
    auto const bytes = packed(document_of(shipping(tin(1))).events[0]);
    std::mt19937 random{5};
    for (int i = 0; i < 20'000; ++i) {
        auto damaged = bytes;
        for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
        try { (void)unpacked(damaged); } catch (Fault const&) {}
    }
}

TEST(Postings, AreWhatTheyWere) {
    std::mt19937_64 random{3};
    std::vector<Posting> all;
    for (int i = 0; i < 50'000; ++i) all.push_back({static_cast<std::int64_t>(random() >> (random() % 2 ? 3 : 60)) - (i % 7 == 0 ? 9 : 0), static_cast<std::int64_t>(random() % 100'000)});
    sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<Posting> back;
    BlockWriter writer;
    auto const take = [&](std::optional<Block> const& block) {
        if (!block) return;
        EXPECT_LE(block->bytes.size(), 1'920u);
        auto const some = postings_of(*block);
        EXPECT_EQ(some.front(), block->first);
        back.insert(back.end(), some.begin(), some.end());
    };
    for (auto const& p : all) take(writer.add(p));
    take(writer.rest());
    EXPECT_EQ(back, all);
}

TEST(Filter, NeverDeniesAndSeldomErrs) {
    std::mt19937_64 random{4};
    Filter filter{10'000};
    std::vector<std::int64_t> keys;
    for (int i = 0; i < 10'000; ++i) keys.push_back(static_cast<std::int64_t>(random()));
    for (auto const k : keys) filter.add(Filter::Key{k});
    auto const again = Filter::of(filter.bytes());
    EXPECT_TRUE(std::all_of(keys.begin(), keys.end(), [&](std::int64_t k) { return again.may_have(Filter::Key{k}); }));
    int wrong = 0;
    for (int i = 0; i < 100'000; ++i) wrong += again.may_have(Filter::Key{static_cast<std::int64_t>(random())});
    EXPECT_LT(wrong, 1'000);
}

class Events : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        repository = std::make_unique<Repository>(*db, 1);
    }
    void TearDown() override {
        repository.reset();
        EveryEngine::TearDown();
    }
    std::vector<Captured> capture(Document const& d, Repository& into) {
        store::Transaction all{*db};
        auto result = into.capture(d, Teller::foreign, OnError::proceed, now += 1s);
        all.commit();
        return result;
    }
    std::vector<Captured> capture(Document const& d) { return capture(d, *repository); }
    std::vector<Captured> capture(std::string const& events, std::string const& more = {}) { return capture(document_of(events, more)); }
    Query query(std::vector<Parameter> const& parameters) {
        auto q = parse_query(parameters, repository->prefixes(), repository->master_data());
        EXPECT_TRUE(q) << q.error().message;
        return q ? *q : Query{};
    }
    std::vector<std::int64_t> all_pages(Query const& q, std::int64_t most) {
        std::vector<std::int64_t> numbers;
        std::optional<Place> after;
        do {
            auto const page = repository->events(q, most, after);
            EXPECT_TRUE(page) << page.error().message;
            if (!page) break;
            EXPECT_LE(std::ssize(page->events), most);
            for (auto const& e : page->events) numbers.push_back(e.no);
            after = page->next;
            EXPECT_TRUE(!after || !page->events.empty());
        } while (after);
        return numbers;
    }
    std::unique_ptr<Repository> repository;
    Instant now = noon;
};

TEST_P(Events, AreKeptAndGivenBack) {
    auto const d = document_of(shipping(tin(1)) + "," + shipping(tin(2), R"(,"eventID":"urn:uuid:7","recordTime":"2026-03-02T09:00:00Z")"));
    auto const result = capture(d);
    ASSERT_EQ(result.size(), 2u);
    EXPECT_EQ(result[0].outcome, Outcome::accepted);
    EXPECT_EQ(result[0].event_id, event_hash(d.events[0]));
    EXPECT_EQ(result[1].event_id, "urn:uuid:7");
    EXPECT_EQ(repository->last_no(), 2);
    auto const found = repository->by_id("urn:uuid:7");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].no, 2);
    EXPECT_EQ(found[0].event_at, noon - 4h);
    EXPECT_EQ(found[0].tree.value("eventID"), "urn:uuid:7");
    EXPECT_EQ(found[0].tree.find("recordTime"), nullptr);
    EXPECT_EQ(event_hash(found[0].tree), event_hash(d.events[1]));
    EXPECT_EQ(repository->recorded_at(2), found[0].recorded_at);
    EXPECT_GT(*repository->recorded_at(2), *repository->recorded_at(1));
    EXPECT_EQ(repository->by_no(1)->tree.value("eventID"), result[0].event_id);
    EXPECT_TRUE(repository->by_id("urn:uuid:8").empty());
    EXPECT_EQ(repository->by_no(3), std::nullopt);
    Repository other{*db, 2};
    EXPECT_EQ(other.last_no(), 0);
    EXPECT_TRUE(other.by_id("urn:uuid:7").empty());
    EXPECT_EQ(other.by_no(1), std::nullopt);
}

TEST_P(Events, OfOneNameAreDuplicatesOrRefused) {
    auto const named = [](std::string const& epc, std::string const& more = {}) { return shipping(epc, R"(,"eventID":"urn:uuid:1")" + more); };
    auto const declared = [&](char const* at) { return named(tin(1), std::string{R"(,"errorDeclaration":{"declarationTime":")"} + at + R"(","reason":"incorrect_data"})"); };
    struct Case { std::string event; Outcome outcome; };
    std::vector<Case> const cases{
        {named(tin(1)), Outcome::accepted}, {named(tin(1)), Outcome::duplicate}, {named(tin(2)), Outcome::refused},
        {declared("2026-03-03T08:00:00Z"), Outcome::accepted}, {declared("2026-03-03T16:00:00+08:00"), Outcome::duplicate}, {declared("2026-03-04T08:00:00Z"), Outcome::accepted},
        {shipping(tin(3)), Outcome::accepted}, {shipping("https://id.gs1.org/01/09521234012344/21/T3"), Outcome::duplicate},
        {shipping("caviar"), Outcome::refused},
    };
    std::string together;
    for (auto const& c : cases) together += (together.empty() ? "" : ",") + c.event;
    auto const at_once = capture(together);
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(at_once[i].outcome, cases[i].outcome) << i << ": " << at_once[i].refusal.message;
    EXPECT_EQ(at_once[2].refusal.code, "event_exists");
    EXPECT_EQ(at_once[2].refusal.at, "eventList[2].eventID");
    EXPECT_EQ(at_once[8].refusal.code, "epcis_invalid");
    EXPECT_EQ(at_once[8].refusal.at, "eventList[8].epcList[0]");
    EXPECT_EQ(at_once[1].no, at_once[0].no);
    EXPECT_EQ(repository->last_no(), 4);
    for (auto const& c : cases) EXPECT_EQ(capture(c.event)[0].outcome, c.outcome == Outcome::refused ? Outcome::refused : Outcome::duplicate) << c.event;
    EXPECT_EQ(repository->last_no(), 4);
    EXPECT_EQ(repository->by_id("urn:uuid:1").size(), 3u);
}

TEST_P(Events, ThatAreRolledBackLeaveNothing) {
    capture(shipping(tin(1)));
    for (int round = 0; round < 3; ++round) {
        std::string many;
        for (int i = 0; i < 300; ++i) many += (i ? "," : "") + shipping(tin(1'000 * round + i));
        db->begin();
        EXPECT_EQ(repository->capture(document_of(many), Teller::foreign, OnError::rollback, now)[299].outcome, Outcome::accepted);
        EXPECT_EQ(repository->capture(document_of(many), Teller::foreign, OnError::rollback, now)[299].outcome, Outcome::duplicate);
        db->rollback();
        EXPECT_EQ(repository->last_no(), 1);
        EXPECT_TRUE(repository->by_id(event_hash(document_of(shipping(tin(1'000 * round + 7))).events[0])).empty());
    }
    std::string many;
    for (int i = 0; i < 600; ++i) many += (i ? "," : "") + shipping(tin(2'000 + i));
    for (auto const& c : capture(many)) EXPECT_EQ(c.outcome, Outcome::accepted);
    for (auto const& c : capture(many)) EXPECT_EQ(c.outcome, Outcome::duplicate);
}

TEST_P(Events, OfAFactAreToldOnce) {
    UuidMaker ids{1};
    auto const fact = ids.next(1), other = ids.next(2);
    auto const d = document_of(shipping(tin(1)) + "," + shipping(tin(2)));
    for (int i = 0; i < 2; ++i) {
        store::Transaction all{*db};
        repository->tell(fact, d.events, now);
        all.commit();
    }
    auto const told = repository->of_fact(fact);
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[1].root, fact);
    EXPECT_TRUE(repository->of_fact(other).empty());
    store::Transaction all{*db};
    EXPECT_THROW(repository->tell(other, {Node{"ObjectEvent", {}, {}, Node::Kind::text}}, now), Fault);
}

TEST_P(Events, TellTheValuesOfTopLevelResources) {
    using Resource = Repository::Resource;
    capture(shipping(tin(1), R"(,"bizLocation":{"id":"urn:epc:id:sgln:9521234.00001.0"})") + "," + shipping(tin(2), R"(,"bizLocation":{"id":"https://id.gs1.org/414/9521234000013"})"));
    EXPECT_EQ(repository->values(Resource::event_types, 10), std::vector<std::string>{"ObjectEvent"});
    EXPECT_EQ(repository->values(Resource::biz_steps, 10), std::vector<std::string>{"shipping"});
    EXPECT_EQ(repository->values(Resource::biz_locations, 10), std::vector<std::string>{"urn:epc:id:sgln:9521234.00001.0"});
    EXPECT_TRUE(repository->values(Resource::biz_locations, 10, "https://id.gs1.org/414/9521234000013").empty());
    EXPECT_TRUE(repository->has_value(Resource::biz_locations, "https://id.gs1.org/414/9521234000013"));
    EXPECT_TRUE(repository->has_value(Resource::biz_steps, "https://ref.gs1.org/cbv/BizStep-shipping"));
    EXPECT_FALSE(repository->has_value(Resource::biz_steps, "receiving"));
    EXPECT_TRUE(repository->has_value(Resource::epcs, "https://id.gs1.org/01/09521234012344/21/T2"));
    EXPECT_FALSE(repository->has_value(Resource::epcs, tin(3)));
    for (int run = 0; run < 30; ++run) capture(shipping(tin(run % 20)));
    std::vector<std::string> all, more{""};
    while (!more.empty()) {
        more = repository->values(Resource::epcs, 3, all.empty() ? "" : all.back());
        all.insert(all.end(), more.begin(), more.end());
    }
    EXPECT_EQ(all.size(), 20u);
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), 20u);
}

TEST_P(Events, BringMasterData) {
    auto const header = [](char const* elements) { return std::string{R"("epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[)"} + elements + "]}]}},"; };
    auto const name = [&](char const* id) { return repository->master_data().attribute(id, "urn:epcglobal:cbv:mda:name"); };
    EXPECT_TRUE(name("urn:epc:id:sgln:9521234.00001.0").empty());
    capture(shipping(tin(1)), header(R"({"id":"urn:epc:id:sgln:9521234.00001.0","attributes":[{"id":"urn:epcglobal:cbv:mda:name","attribute":"Farm"},{"id":"urn:epcglobal:cbv:mda:countryCode","attribute":"CN"}],
        "children":["urn:epc:id:sgln:9521234.00001.A","urn:epc:id:sgln:9521234.00001.B"]},{"id":"urn:epc:id:sgln:9521234.00001.B","children":["urn:epc:id:sgln:9521234.00001.0","urn:epc:id:sgln:9521234.00001.C"]})"));
    EXPECT_EQ(name("https://id.gs1.org/414/9521234000013"), std::vector<std::string>{"Farm"});
    EXPECT_EQ(repository->master_data().with_descendants("urn:epc:id:sgln:9521234.00001.0").size(), 4u);
    EXPECT_EQ(repository->master_data().with_descendants("https://elsewhere.example/x"), std::vector<std::string>{"https://elsewhere.example/x"});
    capture("", header(R"({"id":"https://id.gs1.org/414/9521234000013","attributes":[{"id":"urn:epcglobal:cbv:mda:name","attribute":"Fish farm"}]})"));
    EXPECT_EQ(name("urn:epc:id:sgln:9521234.00001.0"), std::vector<std::string>{"Fish farm"});
    EXPECT_EQ(repository->master_data().attribute("urn:epc:id:sgln:9521234.00001.0", "urn:epcglobal:cbv:mda:countryCode"), std::vector<std::string>{"CN"});
    EXPECT_EQ(repository->master_data().with_descendants("urn:epc:id:sgln:9521234.00001.0").size(), 4u);
    auto const all = repository->vocabularies();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].find("VocabularyElementList")->children.size(), 2u);
    EXPECT_TRUE(repository->vocabularies("urn:epcglobal:epcis:vtype:ReadPoint").empty());
    EXPECT_EQ(repository->prefixes().at("osetra"), "https://osetra.example/voc/");
    EXPECT_EQ(repository->company_prefixes().length_in("9521234000013"), 7u);
}

TEST_P(Events, CountsAndLimitsHoldOverPages) {
    std::string many;
    for (int i = 0; i < 25; ++i) many += (i ? "," : "") + shipping(tin(i));
    capture(many);
    auto q = query({{"EQ_bizStep", {"shipping"}}});
    EXPECT_EQ(all_pages(q, 10).size(), 25u);
    q.limit = 23;
    EXPECT_EQ(all_pages(q, 10).size(), 23u);
    q.limit = 20;
    EXPECT_EQ(all_pages(q, 10).size(), 20u);
    q.limit = 0;
    EXPECT_EQ(all_pages(q, 10).size(), 0u);
    q.limit.reset();
    q.most = 25;
    EXPECT_EQ(all_pages(q, 10).size(), 25u);
    q.most = 24;
    EXPECT_EQ(repository->events(q, 10).error().code, "query_too_large");
    q.most.reset();
    auto first = repository->events(q, 10);
    capture(shipping(tin(100)));
    auto const second = repository->events(q, 10, first->next);
    EXPECT_EQ(second->events.front().no, first->events.back().no - 1);
}

// A chain of small documents, so that runs are joined over and over; questions with and without marks, in every order.
class RandomEvents {
public:
    explicit RandomEvents(unsigned seed) : m_random{seed} {}
    int below(int n) { return static_cast<int>(m_random() % static_cast<unsigned>(n)); }
    std::string time() { return "2026-03-" + two(1 + below(28)) + "T" + two(below(24)) + ":" + two(below(4)) + ":00Z"; }
    std::string step() { return std::vector<std::string>{"shipping", "receiving", "packing", "inspecting"}[static_cast<std::size_t>(below(4))]; }
    std::string place() { return "urn:epc:id:sgln:9521234.00001.P" + std::to_string(below(6)); }
    std::string epc() { return below(2) ? tin(below(40)) : "https://id.gs1.org/01/09521234012344/21/T" + std::to_string(below(40)); }
    std::string event() {
        auto const common = R"(,"eventTime":")" + time() + R"(","eventTimeZoneOffset":"+08:00","bizStep":")" + step() + R"(","readPoint":{"id":")" + place() + "\"}" +
                            std::vector<std::string>{"", R"(,"osetra:salt":3)", R"(,"osetra:salt":4.5)", R"(,"osetra:salt":"much")"}[static_cast<std::size_t>(below(4))];
        switch (below(3)) {
        case 0: return R"({"type":"ObjectEvent","action":"OBSERVE","epcList":[")" + epc() + "\",\"" + epc() + "\"]" + common + "}";
        case 1: return R"({"type":"AggregationEvent","action":"ADD","parentID":"urn:epc:id:sscc:9521234.000000000)" + std::to_string(below(10)) + R"(","childEPCs":[")" + epc() + "\"]" + common + "}";
        default: return R"({"type":"TransformationEvent","inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.001234.L)" + std::to_string(below(9)) +
                        R"(","quantity":)" + std::to_string(below(9)) + R"(,"uom":"KGM"}],"outputEPCList":[")" + epc() + "\"]" + common + "}";
        }
    }
    std::vector<Parameter> question() {
        std::vector<Parameter> all;
        if (below(3) == 0) all.push_back({"EQ_bizStep", {step(), step()}});
        if (below(4) == 0) all.push_back({"MATCH_anyEPC", {epc(), epc(), epc()}});
        if (below(4) == 0) all.push_back({"EQ_readPoint", {place()}});
        if (below(5) == 0) all.push_back({"eventType", {"AggregationEvent", "ObjectEvent"}});
        if (below(4) == 0) all.push_back({"GE_eventTime", {time()}});
        if (below(4) == 0) all.push_back({"LT_eventTime", {time()}});
        if (below(6) == 0) all.push_back({"GE_quantity", {"4"}});
        if (below(6) == 0) all.push_back({"GE_recordTime", {text_of(noon + std::chrono::seconds{below(200)})}});
        if (below(6) == 0) all.push_back({"LT_recordTime", {text_of(noon + std::chrono::seconds{below(200)})}});
        auto const order = below(4);
        if (order == 3) return all;
        all.push_back({"orderBy", {std::vector<std::string>{"eventTime", "recordTime", "osetra:salt"}[static_cast<std::size_t>(order)]}});
        if (below(2)) all.push_back({"orderDirection", {below(2) ? "ASC" : "DESC"}});
        if (below(5) == 0) all.push_back({"eventCountLimit", {std::to_string(1 + below(60))}});
        return all;
    }

private:
    static std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
    std::mt19937 m_random;
};

/// The same by reading everything.
std::vector<std::int64_t> by_hand(std::vector<Event> const& everything, MasterData const& known, Query const& q) {
    struct One { Event const& event; std::optional<SortKey> key; };
    std::vector<One> found;
    for (auto const& e : everything)
        if (matches(q, {e.tree, e.recorded_at}, known)) found.push_back({e, q.order == Query::Order::field ? sort_key(q, e.tree) : std::nullopt});
    std::vector<One const*> all;
    for (auto const& one : found) all.push_back(&one);
    std::sort(all.begin(), all.end(), [&](auto const* first, auto const* second) {
        auto const& [a, b] = std::tie(*first, *second);
        if (q.order == Query::Order::event_time && a.event.event_at != b.event.event_at) return (a.event.event_at < b.event.event_at) == q.ascending;
        if (a.key.has_value() != b.key.has_value()) return a.key.has_value();
        if (a.key && (*a.key < *b.key || *b.key < *a.key)) return (*a.key < *b.key) == q.ascending;
        return (a.event.no < b.event.no) == q.ascending;
    });
    std::vector<std::int64_t> numbers;
    for (auto const* one : all)
        if (!q.limit || std::ssize(numbers) < *q.limit) numbers.push_back(one->event.no);
    return numbers;
}

TEST_P(Events, PagesAreTheAnswerWhateverTheQuestion) {
    auto const* chosen = std::getenv("OSETRA_SEED");
    auto const seed = chosen ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device{}();
    SCOPED_TRACE("OSETRA_SEED=" + std::to_string(seed));
    RandomEvents random{seed};
    for (int document = 0; document < 120; ++document) {
        std::string events;
        for (auto n = 1 + random.below(document % 10 == 0 ? 200 : 8); n > 0; --n) events += (events.empty() ? "" : ",") + random.event();
        for (auto const& c : capture(events)) EXPECT_NE(c.outcome, Outcome::refused) << c.refusal.message << c.refusal.at;
    }
    std::vector<Event> everything;
    for (std::int64_t no = 1; no <= repository->last_no(); ++no) everything.push_back(*repository->by_no(no));
    for (int i = 0; i < 60; ++i) {
        auto const parameters = random.question();
        std::string text;
        for (auto const& p : parameters) for (auto const& v : p.values) text += p.name + "=" + v + "&";
        EXPECT_EQ(all_pages(query(parameters), 10 + random.below(60)), by_hand(everything, repository->master_data(), query(parameters))) << text;
    }
}

OSETRA_ON_SHARED_ENGINES(Events);

} // namespace
} // namespace osetra::trace
