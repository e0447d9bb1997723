#include "farm/ledger_sql.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

#include "farm/query_sql.h"
#include "farm/test_teller.h"
#include "farm/verify_sql.h"
#include "kernel/json.h"
#include "store/migrate.h"
#include "store/private_postgres.h"

namespace osetra::farm {
namespace {

using namespace std::chrono_literals;

Instant day(int n, int hour = 9) { return Instant{std::chrono::sys_days{std::chrono::March / 1 / 2024} + std::chrono::days{n} + std::chrono::hours{hour - 8}}; }

template <class T> T with(T record, auto change) {
    change(record);
    return record;
}

/// A year on a farm with four pools: untagged and tagged fish, weighings, warmth, mistakes and their mending, contradictions.
std::vector<Fact> random_history(unsigned seed) {
    std::mt19937 random{seed};
    auto const upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Teller t{UuidMaker{7}, day(400)};
    std::vector<Fact> facts;
    std::vector<std::string> const pools{"P1", "P2", "P3", "P4"}, cohorts{"C1", "C2"};
    facts.push_back(t.tell(SiteRegistered{{"S"}, "Lake", {}, {}, {}, {}, {}}, day(0)));
    for (auto const& p : pools) facts.push_back(t.tell(PoolRegistered{{p}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, day(0)));
    for (auto const& c : cohorts) facts.push_back(t.tell(CohortRegistered{{c}, "BAE", 2021, {}, {}, {}}, day(0)));
    auto const pool = [&] { return PoolId{pools[static_cast<std::size_t>(upto(4))]}; };
    auto const cohort = [&] { return CohortId{cohorts[static_cast<std::size_t>(upto(2))]}; };
    auto const at = [&] { return day(1 + upto(360), 6 + upto(12)); };
    auto const fish = [&] { return FishId{156'000'000'000'000 + upto(40)}; };
    for (int i = 0; i < 400; ++i) {
        switch (upto(14)) {
        case 0: facts.push_back(t.tell(Stocked{pool(), cohort(), {50 + upto(500)}, upto(3) ? std::optional{Milligrams{200'000 + upto(900'000)}} : std::nullopt, {}, {}, {}}, at())); break;
        case 1: facts.push_back(t.tell(with(Moved{}, [&](Moved& m) { m.from = pool(); m.to = pool(); m.cohort = cohort(); m.heads = Heads{1 + upto(200)}; if (upto(4) == 0) m.mean_mg = Milligrams{900'000}; }), at())); break;
        case 2: facts.push_back(t.tell(with(Moved{}, [&](Moved& m) { m.to = pool(); m.fish = {fish(), fish()}; if (m.fish[0] == m.fish[1]) m.fish.pop_back(); }), at())); break;
        case 3: case 4: facts.push_back(t.tell(with(RoundDone{}, [&](RoundDone& r) { r.pool = pool(); r.deaths = Heads{upto(9)}; r.cohort = cohort(); r.cause = "unknown"; r.temperature_mc = MilliCelsius{10'000 + upto(12'000)}; r.feed_mg = Milligrams{std::int64_t{1'000'000} * upto(40)}; }), at())); break;
        case 5: facts.push_back(t.tell(SampleWeighed{pool(), cohort(), {30}, {std::int64_t{30} * (300'000 + upto(2'000'000))}, {}}, at())); break;
        case 6: case 7: facts.push_back(t.tell(with(Tagged{}, [&](Tagged& g) { g.fish = fish(); g.pool = pool(); g.cohort = cohort(); if (upto(3)) g.weight_mg = Milligrams{800'000 + upto(3'000'000)}; }), at())); break;
        case 8: facts.push_back(t.tell(with(Measured{}, [&](Measured& m) { m.fish = fish(); m.weight_mg = Milligrams{900'000 + upto(5'000'000)}; m.stage = "III"; }), at())); break;
        case 9: facts.push_back(t.tell(with(Died{}, [&](Died& d) { d.fish = {fish()}; d.cause = "unknown"; }), at())); break;
        case 10: facts.push_back(t.tell(Regrouped{pool(), {"C1"}, {"C2"}, {1 + upto(20)}}, at())); break;
        case 11: facts.push_back(t.tell(with(WaterMeasured{}, [&](WaterMeasured& w) { if (upto(3)) w.pool = pool(); else w.site = SiteId{"S"}; w.temperature_mc = MilliCelsius{8'000 + upto(15'000)}; }), at())); break;
        case 12: facts.push_back(t.tell(Adjusted{pool(), cohort(), {upto(21) - 10}, "miscount", {}, {}}, at())); break;
        default: {
            auto const first = facts[static_cast<std::size_t>(7 + upto(static_cast<int>(facts.size()) - 7 + 1)) % facts.size()];
            if (first.act != FactAct::tell || first.kind == "site" || first.kind == "pool") break;
            if (upto(3) == 0) { facts.push_back(t.withdraw(first)); break; }
            auto again = t.tell(SiteRegistered{}, upto(2) ? first.happened_at : at());
            again.kind = first.kind;
            again.body = first.body;
            again.act = FactAct::correct;
            again.corrects = first.id;
            again.reason = "wrong day";
            facts.push_back(again);
        }
        }
    }
    facts.push_back(t.tell(GrowthAdopted{{"S"}, "BAE", "grow_out", 700, {}, {}}, day(300)));
    return facts;
}

std::string state_after(store::Db& db, std::vector<Fact> facts, std::size_t batch) {
    store::migrate(db);
    Ledger ledger{db, caviar_pack(), 1, {}};
    for (std::size_t i = 0; i < facts.size(); i += batch) {
        std::vector<Fact> part(facts.begin() + static_cast<std::ptrdiff_t>(i), facts.begin() + static_cast<std::ptrdiff_t>(std::min(facts.size(), i + batch)));
        ledger.record(std::move(part), Trust::witnessed, day(400) + std::chrono::seconds{i});
    }
    return state_digest(db, 1);
}

void expect_order_does_not_matter(std::function<std::unique_ptr<store::Db>()> const& fresh, unsigned seed, int orders) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto const facts = random_history(seed);
    auto first = fresh();
    auto const state = state_after(*first, facts, 1);
    auto const checked = verify(*first, caviar_pack(), 1, {}, ":memory:");
    EXPECT_TRUE(checked) << checked.error().message;
    Ledger again{*first, caviar_pack(), 1, {}};
    again.rebuild();
    EXPECT_EQ(state_digest(*first, 1), state) << "rebuilt";
    std::mt19937 random{seed};
    for (int i = 0; i < orders; ++i) {
        auto shuffled = facts;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        auto db = fresh();
        ASSERT_EQ(state_after(*db, shuffled, 1 + random() % 50), state) << "order " << i;
    }
}

/// The whole company asked for at once says of each pool what the pool says.
void expect_company_and_pools_agree(store::Db& db, unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto facts = random_history(seed);
    Teller later{UuidMaker{9}, day(401)};
    std::mt19937 random{seed};
    for (int i = 0; i < 30; ++i)   // counts, two on one day among them
        facts.push_back(later.tell(Counted{{"P" + std::to_string(1 + random() % 4)}, {static_cast<int>(random() % 2000)}, "hand", {}, {}}, day(20 + static_cast<int>(random() % 300), 6 + static_cast<int>(random() % 12))));
    state_after(db, facts, 50);
    Reader reader{db, caviar_pack(), 1, {}};
    for (int n : {0, 1, 19, 50, 120, 200, 300, 360}) {
        Moment const moment{end_of(farm_day(day(n), {}), {}), farm_day(day(n), {}), {}};
        auto const apart = source_for(reader, moment), together = company_source(reader, moment);
        std::vector<PoolState> one, other;
        for (auto const& p : reader.pools()) {
            one.push_back(pool_state(reader, *apart, p, moment));
            other.push_back(pool_state(reader, *together, p, moment));
        }
        ASSERT_EQ(pools_json(reader, one, std::nullopt, std::nullopt), pools_json(reader, other, std::nullopt, std::nullopt)) << "day " << n;
        ASSERT_EQ(stock_json(reader, one, "pool", moment).value(), stock_json(reader, other, "pool", moment).value()) << "day " << n;
        ASSERT_EQ(differences_json(one, false), differences_json(other, false)) << "day " << n;
    }
}

TEST(Ledger, TheCompanySaysOfEachPoolWhatThePoolSaysOnPostgres) {
    if (!store::PrivatePostgres::fresh_database()) GTEST_SKIP() << "PostgreSQL is not installed";
    for (unsigned seed = 1; seed <= 2; ++seed) expect_company_and_pools_agree(*store::open_postgres(*store::PrivatePostgres::fresh_database(), store::Access::read_write), seed);
}

TEST(Ledger, SameFactsInAnyOrderGiveTheSameState) {
    auto const* given = std::getenv("OSETRA_SEED");   // to look further than every run does
    auto const first = given ? static_cast<unsigned>(std::stoul(given)) : 1u;
    for (unsigned seed = first; seed < first + 3; ++seed) expect_order_does_not_matter([] { return store::open_sqlite(":memory:", store::Access::read_write); }, seed, 20);
}

TEST(Ledger, SameFactsInAnyOrderGiveTheSameStateOnPostgres) {
    if (!store::PrivatePostgres::fresh_database()) GTEST_SKIP() << "PostgreSQL is not installed";
    expect_order_does_not_matter([] { return store::open_postgres(*store::PrivatePostgres::fresh_database(), store::Access::read_write); }, 4, 20);
}

} // namespace
} // namespace osetra::farm
