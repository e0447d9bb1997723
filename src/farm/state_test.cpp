#include "farm/query_sql.h"

#include <cmath>
#include <gtest/gtest.h>

#include "kernel/json.h"
#include "store/migrate.h"

namespace osetra::farm {
namespace {

using namespace std::chrono_literals;

Instant on(int month, int day, int year = 2024, int hour = 4) {
    return Instant{std::chrono::sys_days{std::chrono::year{year} / month / day} + std::chrono::hours{hour}};
}

class Farm : public testing::Test {
protected:
    std::unique_ptr<store::Db> db = [] {
        auto fresh = store::open_sqlite(":memory:", store::Access::read_write);
        store::migrate(*fresh);
        return fresh;
    }();
    Ledger ledger{*db, caviar_pack(), 1, {}};
    UuidMaker ids{3};
    Instant clock = on(1, 1);

    Farm() {
        tell(SiteRegistered{{"S"}, "Lake", {}, {}, {}, {}, {}}, on(1, 1));
        for (auto const* p : {"P1", "P2"}) tell(PoolRegistered{{p}, {"S"}, "pool", {}, Millilitres{500'000'000}, {}, {}, {}, {}, {}, {}, {}}, on(1, 1));
        tell(CohortRegistered{{"C"}, "BAE", 2022, {}, {}, {}}, on(1, 1));
    }
    template <class T> Fact fact(T const& body, Instant at) {
        Fact f;
        clock = std::max(clock + 1s, at);
        f.id = ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(clock.time_since_epoch()).count());
        f.kind = T::kind;
        f.happened_at = at;
        f.author = "worker";
        f.body = to_json(body);
        return f;
    }
    Told record(Fact const& f) { return ledger.record({f}, Trust::checked, clock).front(); }
    template <class T> Fact tell(T const& body, Instant at) {
        auto const f = fact(body, at);
        auto const told = record(f);
        EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
        return f;
    }
    template <class T> Fact correct(Fact const& first, T const& body, Instant at, Instant told_at) {
        clock = told_at;
        auto f = fact(body, at);
        f.act = FactAct::correct;
        f.corrects = first.id;
        f.reason = "mistyped";
        EXPECT_EQ(record(f).outcome, Told::Outcome::accepted);
        return f;
    }
    Moment moment(Instant at, std::optional<Instant> known = {}) { return {at, farm_day(at, {}), known}; }
    PoolState pool(char const* name, Instant at, std::optional<Instant> known = {}) {
        auto const m = moment(at, known);
        auto const source = source_for(ledger.reader(), m);
        return pool_state(ledger.reader(), *source, *ledger.reader().pool(name), m);
    }
};

TEST_F(Farm, WhatWasBelievedThenIsStillToBeHad) {
    auto const stocked = tell(Stocked{{"P1"}, {"C"}, {1000}, Milligrams{500'000}, {}, {}, {}}, on(1, 10));
    correct(stocked, Stocked{{"P1"}, {"C"}, {900}, Milligrams{500'000}, {}, {}, {}}, on(1, 10), on(3, 1));
    EXPECT_EQ(pool("P1", on(2, 1)).book, 900);
    EXPECT_EQ(pool("P1", on(2, 1), on(2, 28)).book, 1000) << "as known before the correction";
    EXPECT_EQ(pool("P1", on(2, 1), on(3, 2)).book, 900);
    EXPECT_EQ(pool("P1", on(1, 5)).book, 0);
}

TEST_F(Farm, GrowthFollowsWarmth) {
    tell(Stocked{{"P1"}, {"C"}, {1000}, Milligrams{1'000'000}, {}, {}, {}}, on(3, 1));
    for (int d = 1; d <= 28; ++d) tell(RoundDone{{"P1"}, {}, {}, {}, {}, MilliCelsius{16'000}, {}, {}}, on(3, d));
    // By hand: cube root of 1000 g is 10; each day adds coefficient x 16 degree-days (facts.md 1), at the stage of that age.
    auto const& life = ledger.reader().life("P1", "C");
    double root = 10;
    for (int d = 1; d < 28; ++d) {
        auto const age = farm_day(on(3, d), {}) - life.hatched;
        double tgc = 0;
        for (auto const& s : life.stages) if (s.from_age_days <= age) tgc = s.tgc;
        root += tgc * 16;
    }
    auto const state = pool("P1", on(3, 28));
    ASSERT_TRUE(state.mean_mg);
    EXPECT_NEAR(static_cast<double>(state.mean_mg->value) / 1e3, std::pow(root, 3), 1.0);
    EXPECT_LT(state.mean_mg->low, state.mean_mg->value);
    EXPECT_NEAR(static_cast<double>(state.biomass_mg->value), static_cast<double>(state.mean_mg->value) * 1000, 2e6);
}

TEST_F(Farm, SumOverTheRosterIsThePoolsBiomass) {
    tell(Stocked{{"P1"}, {"C"}, {20}, Milligrams{1'500'000}, {}, {}, {}}, on(2, 1));
    for (int i = 0; i < 20; ++i) tell(Tagged{{156'000'000'000'001 + i}, {"P1"}, {"C"}, Milligrams{1'200'000 + 40'000 * i}, {}, {}, {}}, on(2, 2 + i % 5));
    for (int d = 1; d <= 20; d += 3) tell(RoundDone{{"P1"}, {}, {}, {}, {}, MilliCelsius{12'000 + 300 * d}, {}, {}}, on(3, d));
    tell(Measured{{156'000'000'000'004}, Milligrams{1'900'000}, {}, {}, {}, {}, {}}, on(3, 10));
    Moved m;
    m.to = PoolId{"P2"};
    m.fish = {{156'000'000'000'004}, {156'000'000'000'009}};
    tell(m, on(3, 15));
    auto const at = moment(on(4, 1));
    auto const source = source_for(ledger.reader(), at);
    for (auto const* name : {"P1", "P2"}) {
        std::int64_t sum = 0;
        auto const roster = source->roster(name, at.at);
        for (auto const& s : roster) sum += weight_on(ledger.reader(), s, at.day)->value;
        auto const state = pool(name, on(4, 1));
        EXPECT_EQ(state.book, static_cast<std::int64_t>(roster.size()));
        EXPECT_NEAR(static_cast<double>(state.biomass_mg->value), static_cast<double>(sum), 20.0) << name;
    }
}

TEST_F(Farm, ACountThatContradictsTheBookMustBeExplained) {
    tell(Stocked{{"P1"}, {"C"}, {1000}, {}, {}, {}, {}}, on(1, 10));
    auto const counted = tell(Counted{{"P1"}, {880}, "hand", {}, {}}, on(2, 1));
    auto state = pool("P1", on(2, 2));
    ASSERT_EQ(state.differences.size(), 1U);
    EXPECT_TRUE(state.differences[0].open);
    EXPECT_EQ(state.differences[0].fact, counted.id);
    EXPECT_EQ(state.book, 1000) << "a count does not change the book";
    EXPECT_GT(state.heads.value, 880);
    EXPECT_LT(state.heads.value, 1000) << "the estimate lies between";
    tell(Adjusted{{"P1"}, {"C"}, {-115}, "theft", counted.id, {}}, on(2, 3));
    state = pool("P1", on(2, 4));
    EXPECT_EQ(state.book, 885);
    for (auto const& d : state.differences) EXPECT_FALSE(d.open);
}

TEST_F(Farm, AnExplanationOnTheDayOfTheCountIsTakenOnce) {
    tell(Stocked{{"P1"}, {"C"}, {1000}, {}, {}, {}, {}}, on(1, 10));
    auto const counted = tell(Counted{{"P1"}, {0}, "hand", {}, {}}, on(2, 1));
    tell(Adjusted{{"P1"}, {"C"}, {-1000}, "unseen_deaths", counted.id, {}}, on(2, 1, 2024, 5));
    auto const state = pool("P1", on(2, 4));
    EXPECT_EQ(state.book, 0);
    EXPECT_EQ(state.heads.value, 0);
    for (auto const& d : state.differences) EXPECT_FALSE(d.open);
}

TEST_F(Farm, ACountIsComparedWithTheBookOfItsHour) {
    tell(Stocked{{"P1"}, {"C"}, {1000}, Milligrams{500'000}, {}, {}, {}}, on(1, 10));
    tell(Stocked{{"P2"}, {"C"}, {400}, Milligrams{500'000}, {}, {}, {}}, on(1, 10));
    auto const hour = [](int h) { return on(2, 1, 2024, h); };
    auto const move = [](char const* from, char const* to, std::int64_t heads) {
        Moved m;
        m.from = PoolId{from};
        m.to = PoolId{to};
        m.cohort = CohortId{"C"};
        m.heads = Heads{heads};
        return m;
    };
    tell(move("P1", "P2", 1000), hour(1));
    tell(Counted{{"P1"}, {0}, "hand", {}, {}}, hour(2));            // it was empty then
    tell(move("P2", "P1", 300), hour(3));
    for (auto const& known : {std::optional<Instant>{}, std::optional<Instant>{on(3, 1)}}) {
        auto const state = pool("P1", on(2, 2), known);
        EXPECT_TRUE(state.differences.empty());
        EXPECT_EQ(state.heads.value, 300);
    }
    tell(Counted{{"P1"}, {200}, "hand", {}, {}}, hour(4));          // and this does not agree
    EXPECT_EQ(pool("P1", on(2, 2)).differences.size(), 1u);
}

TEST_F(Farm, ABookMendedToTheCountLeavesNothingToExplain) {
    tell(Stocked{{"P1"}, {"C"}, {1000}, Milligrams{500'000}, {}, {}, {}}, on(1, 10));
    tell(Counted{{"P1"}, {1060}, "hand", {}, {}}, on(1, 20));       // so 30 more than the book are believed to be there
    auto const none = tell(Counted{{"P1"}, {0}, "hand", {}, {}}, on(2, 1));
    EXPECT_TRUE(pool("P1", on(2, 2)).differences.back().open);
    tell(Adjusted{{"P1"}, {"C"}, {-1000}, "unseen_deaths", none.id, {}}, on(2, 1, 2024, 6));
    EXPECT_FALSE(pool("P1", on(2, 2)).differences.back().open);
    EXPECT_EQ(pool("P1", on(2, 2)).heads.value, 0);
}

TEST_F(Farm, NeverFewerThanNoneAndWhatWasMissingIsShown) {
    auto const dead = fact(Died{PoolId{"P1"}, CohortId{"C"}, Heads{30}, {}, "unknown", {}}, on(1, 5));
    EXPECT_EQ(record(dead).refusal.code, "not_enough_fish");
    EXPECT_EQ(ledger.record({dead}, Trust::witnessed, clock).front().outcome, Told::Outcome::accepted);
    auto state = pool("P1", on(1, 6));
    EXPECT_EQ(state.book, 0);
    EXPECT_EQ(state.shortfall, 30);
    tell(Stocked{{"P1"}, {"C"}, {100}, {}, {}, {}, {}}, on(1, 4));   // the late record
    state = pool("P1", on(1, 6));
    EXPECT_EQ(state.book, 70);
    EXPECT_EQ(state.shortfall, 0);
}

TEST_F(Farm, WithdrawalTravelsWithTheFish) {
    tell(Stocked{{"P1"}, {"C"}, {100}, {}, {}, {}, {}}, on(1, 10));
    Treated t;
    t.pool = PoolId{"P1"};
    t.product = "florfenicol";
    t.withdrawal_days = 30;
    tell(t, on(2, 1));
    Moved m;
    m.from = PoolId{"P1"};
    m.to = PoolId{"P2"};
    m.cohort = CohortId{"C"};
    m.heads = Heads{50};
    tell(m, on(2, 10));
    EXPECT_EQ(record(fact(Harvested{PoolId{"P2"}, CohortId{"C"}, Heads{10}, {}, {}, {}}, on(2, 20))).refusal.code, "withdrawal_running");
    EXPECT_EQ(record(fact(Harvested{PoolId{"P2"}, CohortId{"C"}, Heads{10}, {}, {}, {}}, on(3, 10))).outcome, Told::Outcome::accepted);
}

TEST_F(Farm, TwiceIsOnce) {
    auto const f = fact(Stocked{{"P1"}, {"C"}, {100}, {}, {}, {}, {}}, on(1, 10));
    EXPECT_EQ(record(f).outcome, Told::Outcome::accepted);
    EXPECT_EQ(record(f).outcome, Told::Outcome::duplicate);
    EXPECT_EQ(pool("P1", on(1, 11)).book, 100);
}

} // namespace
} // namespace osetra::farm
