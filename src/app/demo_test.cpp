#include "app/demo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "app/branches.h"
#include "farm/ledger_sql.h"
#include "kernel/json.h"
#include "store/migrate.h"

namespace osetra::app {
namespace {

using namespace farm;

DemoOptions small(std::uint64_t seed) {
    DemoOptions o;
    o.fish = 1500;
    o.farms = 8;
    o.pools = 96;
    o.years = 4;
    o.seed = seed;
    o.end_day = FarmDay{20'416};   // 2025-11-24
    return o;
}

struct Told {
    Fact fact;
    Body body;
};
std::vector<Told> all_facts(DemoOptions const& o, DemoTold* told = nullptr) {
    std::vector<Told> all;
    auto const done = simulate_company(o, caviar_pack(), [&](Fact&& f, Body const& b) {
        if (is_own_kind(f.kind)) all.push_back({std::move(f), b});   // those of the plant have a test of their own
    });
    EXPECT_TRUE(done);
    if (told) *told = *done;
    return all;
}

/// A book as simple as can be: heads of each group and the pool of each fish; says when something is taken that is not there.
class SimpleBook {
public:
    std::int64_t stocked = 0, tagged_new = 0, dead = 0, escaped = 0, harvested = 0, adjusted = 0;
    std::int64_t contradictions = 0;
    std::map<std::pair<std::string, std::string>, std::int64_t> untagged;
    std::unordered_map<std::int64_t, std::string> fish;   // alive, by tag

    void tell(Body const& body) { std::visit([&](auto const& b) { take(b); }, body); }
    std::int64_t heads() const {
        auto n = static_cast<std::int64_t>(fish.size());
        for (auto const& [group, heads] : untagged) n += heads;
        return n;
    }

private:
    void add(PoolId const& p, CohortId const& c, std::int64_t n) {
        if ((untagged[{p.text, c.text}] += n) < 0 && n < 0) ++contradictions;
    }
    std::int64_t end(std::vector<FishId> const& list) {
        for (auto f : list) contradictions += fish.erase(f.n) == 1 ? 0 : 1;
        return static_cast<std::int64_t>(list.size());
    }
    void take(Stocked const& b) { stocked += b.heads.n; add(b.pool, b.cohort, b.heads.n); }
    void take(Moved const& b) {
        if (b.heads) add(*b.from, *b.cohort, -b.heads->n), add(b.to, *b.cohort, b.heads->n);
        for (auto f : b.fish) {
            auto const at = fish.find(f.n);
            if (at == fish.end() || at->second != b.from->text) ++contradictions;
            else at->second = b.to.text;
        }
    }
    void take(Tagged const& b) {
        if (!fish.emplace(b.fish.n, b.pool.text).second) ++contradictions;
        if (b.newly_stocked.value_or(false)) ++tagged_new;
        else add(b.pool, b.cohort, -1);
    }
    void take(Died const& b) { dead += end(b.fish) + (b.heads ? b.heads->n : 0); if (b.heads) add(*b.pool, *b.cohort, -b.heads->n); }
    void take(Escaped const& b) { escaped += end(b.fish) + (b.heads ? b.heads->n : 0); if (b.heads) add(*b.pool, *b.cohort, -b.heads->n); }
    void take(Harvested const& b) { harvested += end(b.fish) + (b.heads ? b.heads->n : 0); if (b.heads) add(*b.pool, *b.cohort, -b.heads->n); }
    void take(RoundDone const& b) { if (b.deaths && b.deaths->n > 0) dead += b.deaths->n, add(b.pool, *b.cohort, -b.deaths->n); }
    void take(Adjusted const& b) { adjusted += b.heads.n; add(b.pool, b.cohort, b.heads.n); }
    void take(Measured const& b) { contradictions += fish.contains(b.fish.n) ? 0 : 1; }
    template <class T> void take(T const&) {}
};

TEST(Demo, TheSameSeedGivesTheSameFacts) {
    auto const a = all_facts(small(3)), b = all_facts(small(3)), c = all_facts(small(4));
    ASSERT_EQ(a.size(), b.size());
    EXPECT_NE(a.size(), c.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].fact.id, b[i].fact.id);
        ASSERT_EQ(a[i].fact.body, b[i].fact.body);
        ASSERT_EQ(a[i].fact.recorded_at, b[i].fact.recorded_at);
    }
}

TEST(Demo, FactsAreWellFormedAndInOrderOfRecording) {
    auto const facts = all_facts(small(5));
    std::map<FactId, std::string> roots;
    std::map<std::string, int> kinds;
    Instant before{};
    FactId last{};
    for (auto const& [fact, body] : facts) {
        ASSERT_LE(before, fact.recorded_at);
        ASSERT_LT(last, fact.id);
        ASSERT_LE(fact.happened_at, fact.recorded_at) << fact.kind;
        before = fact.recorded_at;
        last = fact.id;
        ASSERT_FALSE(fact.author.empty());
        auto const read = read_body(fact.kind, fact.body);
        ASSERT_TRUE(read) << fact.kind << " " << fact.body << " " << read.error().message;
        ASSERT_EQ(std::visit([](auto const& b) { return to_json(b); }, *read), fact.body);
        ASSERT_EQ(read->index(), body.index());
        ++kinds[fact.kind];
        if (fact.act == FactAct::tell) {
            roots[fact.id] = fact.kind;
        } else {
            ASSERT_TRUE(fact.corrects && roots.contains(*fact.corrects));
            ASSERT_EQ(roots[*fact.corrects], fact.kind);
            ASSERT_FALSE(fact.reason.empty());
        }
        if (auto const* adjusted = std::get_if<Adjusted>(&body); adjusted && adjusted->about) { ASSERT_EQ(roots[*adjusted->about], "count"); }
    }
    for (auto const* kind : {"site", "pool", "cohort", "stock", "move", "tag", "death", "harvest", "weigh", "measure", "count", "adjust", "treat", "water", "round", "growth", "feed"})
        EXPECT_GT(kinds[kind], 0) << kind;
}

// Fish in = fish out + dead + difference, and nothing is ever taken that is not there: first with what was believed as it was
// recorded (errors that say too little or too much stand until they are mended), then with what holds at the end, in the order in which it happened.
TEST(Demo, NothingIsLostAndNothingIsTakenThatIsNotThere) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        DemoTold told;
        auto const facts = all_facts(small(seed), &told);
        std::map<FactId, Told const*> holds;
        std::set<FactId> mended;
        for (auto const& t : facts)
            if (t.fact.act != FactAct::tell) mended.insert(*t.fact.corrects);
        SimpleBook as_recorded;
        for (auto const& t : facts) {
            if (t.fact.act == FactAct::withdraw) holds.erase(*t.fact.corrects);
            else holds[t.fact.root()] = &t;
            if (!mended.contains(t.fact.root())) as_recorded.tell(t.body);
        }
        std::vector<Told const*> order;
        for (auto const& [root, t] : holds) order.push_back(t);
        std::stable_sort(order.begin(), order.end(), [](auto a, auto b) { return a->fact.happened_at < b->fact.happened_at; });
        SimpleBook at_the_end;
        for (auto const* t : order) at_the_end.tell(t->body);
        EXPECT_EQ(at_the_end.contradictions, 0) << "seed " << seed;
        EXPECT_EQ(at_the_end.stocked + at_the_end.tagged_new,
                  at_the_end.heads() + at_the_end.dead + at_the_end.escaped + at_the_end.harvested - at_the_end.adjusted);
        // What the simulation holds for its book is what its facts say, but for what was still on paper when the day broke off.
        EXPECT_NEAR(static_cast<double>(told.tagged_alive + told.untagged), static_cast<double>(at_the_end.heads()), 80);
        EXPECT_GE(told.missing, 0);
    }
}

TEST(Demo, TheCompanyIsAsLargeAsAsked) {
    DemoTold told;
    auto const facts = all_facts(small(1), &told);
    EXPECT_NEAR(static_cast<double>(told.tagged_alive), 1500, 300);
    std::set<std::string> pools, sites, provinces;
    std::int64_t rounds = 0, females = 0, tagged = 0;
    for (auto const& [fact, body] : facts) {
        if (auto const* p = std::get_if<PoolRegistered>(&body)) pools.insert(p->pool.text);
        if (auto const* s = std::get_if<SiteRegistered>(&body)) sites.insert(s->site.text), provinces.insert(*s->province);
        if (auto const* t = std::get_if<Tagged>(&body)) ++tagged, females += t->sex == "female" ? 1 : 0;
        rounds += std::holds_alternative<RoundDone>(body) ? 1 : 0;
    }
    EXPECT_EQ(pools.size(), 96u);
    EXPECT_EQ(sites.size(), 8u);
    EXPECT_EQ(provinces.size(), 6u);
    EXPECT_GT(static_cast<double>(females), 0.9 * static_cast<double>(tagged));
    EXPECT_NEAR(static_cast<double>(rounds), 96 * 4 * 365.25, 96 * 4 * 365.25 * 0.03);
    EXPECT_GT(told.corrections, 20);
    EXPECT_GT(told.withdrawals, 0);
    EXPECT_GT(told.late, 100);
}

// What the plant tells would all be taken by somebody who checks: weights, salt, tins, cases, permits. Only tins that were closed too late
// are taken with a warning.
TEST(Demo, ThePlantsFactsHoldAgainstTheBook) {
    auto const db = store::open(":memory:");
    store::migrate(*db);
    Ledger ledger{*db, caviar_pack(), 1, {}, branches()};
    ASSERT_TRUE(ledger.tell_identity(trace::demonstration_identity(1, "Demo"), Instant{}));
    std::vector<Fact> waiting;
    std::map<std::string, int> kinds, warned;
    std::set<std::string> const plants{"party", "permit", "rubbing", "roe", "salt", "tin", "repack", "case", "ship"};
    auto o = small(1);
    o.fish = 800;
    o.years = 2;
    ASSERT_TRUE(simulate_company(o, caviar_pack(), [&](Fact&& f, Body const&) {
        if (is_own_kind(f.kind)) return waiting.push_back(std::move(f));
        ledger.load(std::exchange(waiting, {}));
        ++kinds[f.kind];
        auto const now = f.recorded_at;
        auto const kind = f.kind;
        auto const told = ledger.record({std::move(f)}, Trust::checked, now).front();
        ASSERT_EQ(told.outcome, farm::Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
        if (plants.contains(kind)) for (auto const& w : told.warnings) ++warned[w.code];
    }));
    ledger.load(std::move(waiting));
    for (auto const& kind : plants) EXPECT_GT(kinds[kind], 0) << kind;
    warned.erase("roe_too_old");
    EXPECT_TRUE(warned.empty()) << warned.begin()->first;
    auto const events = ledger.verify_events();
    EXPECT_TRUE(events) << events.error().message;
}

TEST(Demo, OptionsOutOfRangeAreRefused) {
    auto const refused = [](auto change) {
        auto o = small(1);
        change(o);
        auto const done = simulate_company(o, caviar_pack(), [](Fact&&, Body const&) {});
        return done ? std::string{"done"} : done.error().code + "@" + done.error().at;
    };
    EXPECT_EQ(refused([](auto& o) { o.farms = 0; }), "demo_option@farms");
    EXPECT_EQ(refused([](auto& o) { o.pools = 63; }), "demo_option@pools");
    EXPECT_EQ(refused([](auto& o) { o.fish = 5; }), "demo_option@fish");
    EXPECT_EQ(refused([](auto& o) { o.years = 0; }), "demo_option@years");
}

} // namespace
} // namespace osetra::app
