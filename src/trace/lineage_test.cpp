#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/test_chain.h"

// The web of links against chains whose origins and results are known, on every engine and in every order of arrival.
namespace osetra::trace {
namespace {

using namespace testing;
using nlohmann::json;

constexpr Enterprise ours = 7;

std::int64_t at(char const* text) { return parse_instant(text, {})->time_since_epoch().count(); }

class LineageChains : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (db) store::migrate(*db);
    }
    Lineage ask(Filled& filled, std::string const& id, Direction direction, Ask more = {}) {
        auto const start = filled.store.find(id);
        EXPECT_TRUE(start) << id;
        more.direction = direction;
        return walk(filled.store, start.value_or(0), more);
    }
};

void expect_chain_a(Filled& filled, json const& expected, std::string const& how) {
    for (auto const& [name, entry] : expected.items()) {
        auto const start = filled.store.find(entry["start"].get<std::string>());
        ASSERT_TRUE(start) << name;
        Ask question;
        question.direction = name.starts_with("upstream") ? Direction::up : Direction::down;
        auto const got = sets_of(walk(filled.store, *start, question));
        Sets want;
        for (auto const& id : entry["result"]) want.result.insert(id);
        if (entry.contains("containers")) for (auto const& id : entry["containers"]) want.containers.insert(id);
        EXPECT_EQ(got.result, want.result) << how << ", " << name;
        EXPECT_EQ(got.containers, want.containers) << how << ", " << name;
    }
}

TEST_P(LineageChains, ChainAIsExactInAnyOrderOfArrival) {
    auto const text = text_of_file("caviar/chain-a.jsonld"), trace = text_of_file("caviar/chain-a.trace.json");
    if (!text || !trace) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    auto const document = read_json(*text);
    ASSERT_TRUE(document) << document.error().message;
    auto const expected = json::parse(*trace);
    ASSERT_GE(expected.size(), 8u);
    Filled whole{*db, ours};
    whole.take(*document);
    expect_chain_a(whole, expected, "as one document");
    auto const seed = std::random_device{}();
    std::mt19937 random{seed};
    for (int round = 1; round <= 5; ++round) {
        auto events = document->events;
        std::shuffle(events.begin(), events.end(), random);
        Filled one_by_one{*db, ours + round};
        for (auto const& e : events) one_by_one.take(*document, e);
        expect_chain_a(one_by_one, expected, "order of seed " + std::to_string(seed) + ", round " + std::to_string(round));
    }
}

TEST_P(LineageChains, BothSpellingsAreOneThing) {
    auto const text = text_of_file("caviar/chain-a.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    Filled filled{*db, ours};
    filled.take(*read_json(*text));
    EXPECT_EQ(filled.store.find("urn:epc:id:sgtin:9521234.010006.00017421001"), filled.store.find("https://id.gs1.org/01/09521234100065/21/00017421001"));
    EXPECT_FALSE(filled.store.find("https://id.gs1.org/01/09521234100065/21/nobody"));
    LineageStore others{*db, ours + 1};
    EXPECT_FALSE(others.find("https://id.gs1.org/01/09521234100065/21/00017421001"));
}

TEST_P(LineageChains, FeedParentsAndTagsAreShownBeside) {
    auto const text = text_of_file("caviar/chain-a.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    Filled filled{*db, ours};
    filled.take(*read_json(*text));
    auto const names_via = [](Lineage const& l, Via via) {
        std::set<std::string> all;
        for (auto const& r : l.things) if (r.has(via)) all.insert(l.name(r.thing));
        return all;
    };
    auto const jar = ask(filled, "https://id.gs1.org/01/09521234200017/21/J0001742101", Direction::up);
    EXPECT_EQ(names_via(jar, Via::parent), (std::set<std::string>{"https://id.gs1.org/8004/9521234FD0107", "https://id.gs1.org/8004/9521234FS0041"}));
    EXPECT_EQ(names_via(jar, Via::fed), (std::set<std::string>{"https://id.gs1.org/01/09521234100089/10/FD-2601-77"}));
    auto const feed = sets_of(ask(filled, "https://id.gs1.org/01/09521234100089/10/FD-2601-77", Direction::down));
    EXPECT_EQ(feed.result.size(), 18u + 9u) << "all of both fish";
    EXPECT_EQ(feed.containers.size(), 3u);
    auto const sire = sets_of(ask(filled, "https://id.gs1.org/8004/9521234FS0041", Direction::down));
    EXPECT_EQ(sire.result.size(), 29u);
    auto const tag = sets_of(ask(filled, "https://id.gs1.org/8004/9521234PIT900113000017421", Direction::both));
    EXPECT_EQ(tag.result.size(), 19u) << "the fish's results and its cohort";
}

TEST_P(LineageChains, WhatAPalletHeldAtATime) {
    auto const text = text_of_file("caviar/chain-a.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    Filled filled{*db, ours};
    filled.take(*read_json(*text));
    auto const pallet = "https://id.gs1.org/00/395212340000003909";
    auto const held_at = [&](char const* when) {
        Ask question;
        question.at = at(when);
        std::size_t n = 0;
        for (auto const& r : ask(filled, pallet, Direction::up, question).things) n += r.has(Via::contained);
        return n;
    };
    EXPECT_EQ(held_at("2026-05-12T00:00:00Z"), 0u);
    EXPECT_EQ(held_at("2026-05-16T00:00:00Z"), 2u + 18u) << "cases and tins";
    EXPECT_EQ(held_at("2026-05-19T00:00:00Z"), 0u) << "unpacked";
    auto const all = ask(filled, pallet, Direction::down);
    EXPECT_EQ(sets_of(all).result.size(), 3u) << "jars made of a tin that it held";
}

TEST_P(LineageChains, BalancesAndGapsOfChainA) {
    auto const text = text_of_file("caviar/chain-a.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
    Filled filled{*db, ours};
    filled.take(*read_json(*text));
    Ask question;
    auto jar = ask(filled, "https://id.gs1.org/01/09521234200017/21/J0001742101", Direction::up);
    auto const all = balances(filled.store, jar, question);
    ASSERT_EQ(all.size(), 5u);
    std::map<std::string, Balance> by_verdict;
    for (auto const& b : all) {
        EXPECT_NE(b.verdict, Balance::Verdict::more_out_than_in);
        if (b.in_kg && b.out_kg) by_verdict[std::to_string(*b.in_kg).substr(0, 5)] = b;
    }
    ASSERT_TRUE(by_verdict.contains("4.782")) << "salting";
    EXPECT_NEAR(*by_verdict.at("4.782").difference_kg(), -0.072, 1e-9);
    ASSERT_TRUE(by_verdict.contains("0.360")) << "tinning: 12 tins of 30 g";
    EXPECT_NEAR(*by_verdict.at("0.360").difference_kg(), 0, 1e-9);
    std::set<std::string> codes;
    for (auto const& g : gaps(jar, sightings(filled.store, jar, question))) codes.insert(g.code + " " + jar.name(g.thing));
    EXPECT_EQ(codes, (std::set<std::string>{"origin_not_told https://id.gs1.org/01/09521234100096/10/SL-2512-04"}));
    auto down = ask(filled, "https://id.gs1.org/8004/9521234F00017421", Direction::down);
    codes.clear();
    for (auto const& g : gaps(down, sightings(filled.store, down, question))) codes.insert(g.code + " " + down.name(g.thing));
    EXPECT_EQ(codes, (std::set<std::string>{"opening_not_told https://id.gs1.org/00/395212340000003008"})) << "a tin of it was repacked, and nobody tells that the case was opened";
}

TEST_P(LineageChains, SeafoodChainOfPartners) {
    auto const text = text_of_file("gdst/all_wholechain_events.jsonld");
    if (!text) GTEST_SKIP() << "shared/data/epcis/gdst/all_wholechain_events.jsonld is not here";
    auto const document = read_json(*text);
    ASSERT_TRUE(document) << document.error().message;
    Filled filled{*db, ours};
    std::vector<Taken> taken;   // its empty transformationIDs are no URIs, so a repository refuses some of it; the chain it tells is sound
    for (auto const& e : document->events) taken.push_back({static_cast<std::int64_t>(taken.size() + 1), std::string{e.value("eventID")}, &e});
    Index index{*db, ours};
    Head head;
    Index::Brought brought{1, std::ssize(taken), {}, {{0, 1}}, filled.store.enter(taken, [](std::string_view) { return std::vector<std::pair<std::int64_t, Node>>{}; }, index, {})};
    index.add(head, brought);
    auto const up = sets_of(ask(filled, "urn:gdst:example.org:product:lot:class:processor.2.v1-0122-2022", Direction::up));
    EXPECT_EQ(up.result, (std::set<std::string>{
        "urn:gdst:example.org:product:lot:class:feedmill.1.ff11252021", "urn:gdst:example.org:product:lot:class:fisherman01.tuna.v1-0122-2022",
        "urn:gdst:example.org:product:lot:class:fishfarm.1.farmed-tuna-01192022", "urn:gdst:example.org:product:lot:class:hatchery.1.tf12012021",
        "urn:gdst:example.org:product:lot:class:processor.10.commingle-01232022"}));
    auto const filet = ask(filled, "urn:gdst:wholechain.com:product:lot:class:processingcompany.tunafilet.34e5e863", Direction::up);
    EXPECT_EQ(sets_of(filet).result.size(), 4u);
    auto const tuna = ask(filled, "urn:gdst:wholechain.com:product:lot:class:fishcompany.tuna.23423", Direction::down);
    EXPECT_EQ(sets_of(tuna).result.size(), 3u);
    EXPECT_EQ(sets_of(tuna).containers.size(), 1u);
    auto const held_when = [](Lineage const& l) {
        std::vector<Spans> all;
        for (auto const& e : l.edges) if (e.kind == Via::contained) all.push_back(e.when);
        return all;
    };
    EXPECT_EQ(held_when(tuna), (std::vector<Spans>{{{at("2022-03-01T13:00:00Z"), at("2022-03-01T16:00:00Z")}}})) << "emptied without a list of what left";
    auto const filled_twice = ask(filled, "urn:gdst:example.org:product:lot:class:processor.2.v1-0122-2022", Direction::down);
    ASSERT_EQ(held_when(filled_twice).size(), 1u);
    EXPECT_EQ(held_when(filled_twice)[0].spans().size(), 2u) << "the same pallet was packed twice";
}

/// Chains made up from a seed: lots that are mixed, divided and packed, one event at a time.
class MadeUp {
public:
    explicit MadeUp(unsigned seed) : m_random{seed} {
        for (int i = 0; i < 4; ++i) m_lots.push_back({name(), 8'000});
    }
    /// Milligrams go from lots into lots; none are lost.
    std::string next() {
        auto const time = "2026-01-01T" + two(m_minute / 60) + ":" + two(m_minute % 60) + ":00Z";
        ++m_minute;
        auto const head = [&](char const* type) { return R"({"type":")" + std::string{type} + R"(","eventID":"urn:uuid:00000000-0000-4000-8000-)" + std::to_string(100'000'000'000 + m_minute) + R"(","eventTime":")" + time + R"(","eventTimeZoneOffset":"+00:00",)"; };
        if (below(4) == 0) {
            auto const& lot = m_lots[below(m_lots.size())].first;
            auto const box = "urn:epc:id:sscc:9521234.30000000" + two(static_cast<int>(below(5)));
            return head("AggregationEvent") + R"("action":")" + (below(3) ? "ADD" : "DELETE") + R"(","parentID":")" + box + R"(","childQuantityList":[{"epcClass":")" + lot + "\"}]}";
        }
        std::string in, out;
        long grams = 0;
        std::set<std::size_t> from;
        for (auto n = 1 + below(3); n > 0; --n) from.insert(below(m_lots.size()));
        for (auto const i : from) {
            auto const some = m_lots[i].second / 2;
            m_lots[i].second -= some;
            grams += some;
            in += quantity(in, m_lots[i].first, some);
        }
        auto const parts = 1 + static_cast<long>(below(3));
        for (long i = 0; i < parts; ++i) {
            auto const some = i + 1 == parts ? grams - grams / parts * (parts - 1) : grams / parts;
            m_lots.push_back({name(), some});
            out += quantity(out, m_lots.back().first, some);
        }
        return head("TransformationEvent") + R"("inputQuantityList":[)" + in + R"(],"outputQuantityList":[)" + out + "]}";
    }
    std::vector<std::pair<std::string, long>> const& lots() const { return m_lots; }

private:
    std::size_t below(std::size_t n) { return m_random() % n; }
    static std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
    std::string name() { return "https://id.gs1.org/01/09521234100058/10/L" + std::to_string(++m_named); }
    static std::string quantity(std::string const& before, std::string const& lot, long grams) {
        return (before.empty() ? "" : ",") + (R"({"epcClass":")" + lot) + R"(","quantity":)" + std::to_string(grams) + R"(,"uom":"GRM"})";
    }
    std::mt19937 m_random;
    std::vector<std::pair<std::string, long>> m_lots;   ///< grams left
    int m_named = 0, m_minute = 0;
};

/// Everything that a walk says, in words that do not depend on numbers given to things.
std::string in_words(Lineage const& l) {
    std::set<std::string> all;
    for (auto const& r : l.things) all.insert(l.name(r.thing) + " " + std::to_string(r.via));
    for (auto const& p : l.processes) {
        for (auto const& s : p.inputs) all.insert(l.name(s.thing) + " into " + l.name(p.process) + " " + std::to_string(s.quantity.value_or(0)));
        for (auto const& s : p.outputs) all.insert(l.name(s.thing) + " out of " + l.name(p.process) + " " + std::to_string(s.quantity.value_or(0)));
    }
    for (auto const& e : l.edges) {
        auto text = l.name(e.from) + " in " + l.name(e.to);
        for (auto const& s : e.when.spans()) text += " " + std::to_string(s.from) + "-" + std::to_string(s.until);
        all.insert(text);
    }
    std::string out;
    for (auto const& one : all) out += one + "\n";
    return out;
}

TEST_P(LineageChains, MadeUpChainsAreTheSameInAnyOrderAndNothingIsLost) {
    auto const seed = std::random_device{}();
    for (unsigned round = 0; round < 4; ++round) {
        MadeUp chain{seed + round};
        std::string text;
        for (int i = 0; i < 60; ++i) text += (i ? "," : "") + chain.next();
        auto const document = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[)" + text + "]}}");
        ASSERT_TRUE(document) << document.error().message;
        Filled in_order{*db, 100 + 2 * round}, shuffled{*db, 101 + 2 * round};
        for (auto const& c : in_order.take(*document)) ASSERT_EQ(c.outcome, Captured::Outcome::accepted) << c.refusal.message;
        auto mixed = *document;
        std::mt19937 random{seed};
        std::shuffle(mixed.events.begin(), mixed.events.end(), random);
        auto const half = mixed.events.size() / 2;
        auto second = mixed;
        second.events.erase(second.events.begin(), second.events.begin() + static_cast<std::ptrdiff_t>(half));
        mixed.events.resize(half);
        shuffled.take(mixed);
        shuffled.take(second);
        for (auto const& [lot, left] : chain.lots()) {
            if (!in_order.store.find(lot)) continue;
            for (auto const direction : {Direction::up, Direction::down})
                EXPECT_EQ(in_words(ask(in_order, lot, direction)), in_words(ask(shuffled, lot, direction))) << lot << ", seed " << seed + round;
        }
        auto const named = std::find_if(chain.lots().begin(), chain.lots().end(), [&](auto const& lot) { return in_order.store.find(lot.first).has_value(); });
        ASSERT_NE(named, chain.lots().end());
        auto whole = ask(in_order, named->first, Direction::down);
        for (auto const& b : balances(in_order.store, whole, {})) {
            ASSERT_TRUE(b.in_kg && b.out_kg) << "seed " << seed + round;
            EXPECT_NEAR(*b.in_kg, *b.out_kg, 1e-9) << whole.name(b.process) << ", seed " << seed + round;
        }
    }
}

OSETRA_ON_EVERY_ENGINE(LineageChains);

Known held(std::int64_t when, Hold hold) {
    Known k;
    k.happened_at = when;
    k.what = static_cast<std::int64_t>(hold);
    return k;
}

TEST(Inside, ByWhateverIsTold) {
    struct Case { std::vector<Known> held; std::vector<Time> emptied; Spans want; };
    using enum Hold;
    std::vector<Case> const cases{
        {{}, {}, {}},
        {{held(5, add)}, {}, {{5, never}}},
        {{held(5, add), held(9, remove)}, {}, {{5, 9}}},
        {{held(9, remove), held(5, add)}, {}, {{5, 9}}},
        {{held(5, add), held(7, add), held(9, remove)}, {}, {{5, 9}}},
        {{held(5, add)}, {8}, {{5, 8}}},
        {{held(5, add)}, {3}, {{5, never}}},
        {{held(5, add), held(8, add)}, {8}, {{5, never}}},                       // emptied and filled anew
        {{held(5, add), held(9, remove), held(12, add)}, {15}, {{5, 9}, {12, 15}}},
        {{held(9, remove)}, {}, {{always, 9}}},                                  // nobody told when it went in
        {{held(9, remove)}, {4}, {{4, 9}}},
        {{held(6, observe)}, {}, {{always, never}}},
        {{held(6, observe)}, {4, 8}, {{4, 8}}},
        {{held(5, add), held(6, observe)}, {}, {{5, never}}},
        {{}, {4}, {}},
    };
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(inside(cases[i].held, cases[i].emptied), cases[i].want) << "row " << i;
}

TEST(Spans_, JoinAndMeet) {
    Spans s{{1, 3}};
    EXPECT_FALSE(s.add(Spans::Span{2, 3}));
    EXPECT_TRUE(s.add(Spans::Span{7, 9}));
    EXPECT_TRUE(s.add(Spans::Span{3, 7}));
    EXPECT_EQ(s, (Spans{{1, 9}}));
    EXPECT_EQ((Spans{{1, 3}, {7, 9}}).within({{2, 8}}), (Spans{{2, 3}, {7, 8}}));
    EXPECT_TRUE(Spans::all().holds(5));
}

TEST(Balance_, Verdicts) {
    using enum Balance::Verdict;
    struct Case { std::optional<double> in, out; Balance::Verdict want; };
    std::vector<Case> const cases{{{}, 1.0, unknown}, {1.0, {}, unknown}, {4.782, 4.71, balanced}, {1.0, 1.004, balanced}, {1.0, 1.01, more_out_than_in},
                                  {0.36, 0.36, balanced}, {1.0, 0.9, loss}, {0.001, 0.002, balanced}, {10.0, 10.1, more_out_than_in}};
    for (auto const& [in, out, want] : cases) EXPECT_EQ(verdict_of(in, out), want) << in.value_or(-1) << " " << out.value_or(-1);
}

} // namespace
} // namespace osetra::trace
