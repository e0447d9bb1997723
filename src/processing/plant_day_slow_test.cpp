// A day of 600 fish on six lines whose stations drop off and return as they please: nothing is lost, nothing is there twice, and the book says what happened.
#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "farm/ledger_sql.h"
#include "farm/test_teller.h"
#include "kernel/splitmix.h"
#include "processing/line_state.h"
#include "processing/plant_sql.h"
#include "store/migrate.h"

namespace osetra::processing {
namespace {

using namespace std::chrono_literals;
using namespace farm;

constexpr int fish_a_day = 600, lines = 6;
Instant const morning{std::chrono::sys_days{std::chrono::March / 14 / 2026}};
Instant const told_at = morning + std::chrono::days{1};

struct Dice {
    std::uint64_t state;
    std::int64_t whole(std::int64_t low, std::int64_t high) { return low + static_cast<std::int64_t>(splitmix64(state) % static_cast<std::uint64_t>(high - low + 1)); }
    bool chance(int percent) { return whole(1, 100) <= percent; }
};

FishId fish_no(int n) { return {156'010'000'000'000 + n}; }

/// What truly happened: each lot's tins in milligrams, and every fact with the station that tells it.
struct Day {
    std::map<std::string, std::map<std::string, std::int64_t>> tins;
    struct Item { std::string station; Fact fact; bool again; };   ///< again: a tin scanned a second time by somebody who did not see the first
    std::vector<Item> facts;
};

Day live(Dice& dice, Teller& teller) {
    Day day;
    for (auto n = 0; n < fish_a_day; ++n) {
        auto const fish = fish_no(n);
        auto const line = "L" + std::to_string(n % lines);
        auto at = morning + 1h + std::chrono::minutes{5 * (n / lines)} + std::chrono::seconds{dice.whole(0, 60)};
        auto const tell = [&](char const* station, auto body, bool again = false) { day.facts.push_back({line + station, teller.tell(std::move(body), at), again}); };
        tell("-IN", Harvested{{}, {}, {}, {fish}, Milligrams{12'000'000}, "roe"});
        for (auto const* step : {"check", "stun", "bleed", "wash"}) { at += std::chrono::seconds{dice.whole(20, 60)}; tell("-IN", StepDone{fish, step, line + "-IN", {}, line, {}}); }
        Milligrams const ovary{dice.whole(900'000, 1'900'000)};
        at += 60s;
        tell("-OVARY", StepDone{fish, "take_ovary", line + "-OVARY", {}, line, ovary});
        at += std::chrono::seconds{dice.whole(10, 120)};
        tell("-RUB", RubbingStarted{fish, line + "-RUB"});
        Milligrams const waste{ovary.n * dice.whole(8, 14) / 100}, roe{ovary.n - waste.n - dice.whole(0, 9'000)};
        auto const lot = "D" + std::to_string(n);
        at += std::chrono::seconds{dice.whole(120, 260)};
        tell("-RUB", RoeTaken{fish, lot, ovary, roe, waste, {}, line + "-RUB"});
        Milligrams const drained{dice.whole(0, 4'000)}, salt{(roe.n - drained.n) * 36 / 964};
        at += std::chrono::seconds{dice.whole(60, 200)};
        tell("-SALT", Salted{lot, salt, drained, "S", {}, {}, {}, line + "-SALT"});
        auto left = roe.n + salt.n - drained.n;
        at += std::chrono::seconds{dice.whole(60, 400)};
        for (auto k = 1; left >= 30'000; ++k) {
            auto const net = std::min<std::int64_t>(left, dice.chance(50) ? 500'000 : 250'000);
            auto const tin = lot + "-" + std::to_string(k);
            at += std::chrono::seconds{dice.whole(5, 30)};
            tell("-TIN", TinClosed{tin, lot, Milligrams{net}, line + "-TIN"});
            day.tins[lot][tin] = net;
            left -= net;
            if (dice.chance(3)) { at += 5s; tell("-TIN", TinClosed{tin, lot, Milligrams{net}, line + "-TIN"}, true); }
        }
    }
    std::stable_sort(day.facts.begin(), day.facts.end(), [](auto const& a, auto const& b) { return a.fact.happened_at < b.fact.happened_at; });
    return day;
}

std::unique_ptr<store::Db> company(Teller& teller, Branches const& branches) {
    auto db = store::open(":memory:");
    store::migrate(*db);
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    auto identity = trace::demonstration_identity(1234, "Sturgeon");
    identity.plant_code = "CN-ZJ-0007";
    if (!l.tell_identity(identity, morning)) throw std::logic_error("identity");
    auto const early = morning - std::chrono::days{900};
    std::vector<Fact> facts{teller.tell(SiteRegistered{{"S"}, "Lake farm", {}, {}, {}, 30.1, 119.2}, early), teller.tell(PoolRegistered{{"P"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, early),
                            teller.tell(CohortRegistered{{"C"}, "SCH", 2016, {}, {}, {}, {}, {}}, early), teller.tell(Stocked{{"P"}, {"C"}, {1'000}, {}, {}, {}, {}}, early + 1h)};
    for (auto n = 0; n < fish_a_day; ++n) facts.push_back(teller.tell(Tagged{fish_no(n), {"P"}, {"C"}, {}, {}, "female", {}}, early + 2h));
    for (auto const& told : l.record(std::move(facts), Trust::checked, morning)) if (told.outcome != farm::Told::Outcome::accepted) throw std::logic_error(told.refusal.message);
    return db;
}

void expect_what_happened(Ledger& l, Day const& day, std::set<std::string> const& told_twice) {
    FarmRead farm{l.reader()};
    PlantStore plant{farm};
    std::vector<processing::Told> told;
    for (auto const& kept : plant.between(morning, morning + 24h)) told.push_back({kept.root, kept.happened_at, body_of(kept)});
    auto const all = fish_of(caviar_pack().plant, told);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(fish_a_day));
    std::set<std::string> tins, twice;
    for (auto const& [fish, f] : all) {
        std::map<std::string, std::int64_t> seen;
        for (auto const& t : f.tins) {
            seen[t.tin] = t.net_mg;
            EXPECT_TRUE(tins.insert(t.tin).second) << t.tin << " is in two lots";
        }
        EXPECT_EQ(seen, day.tins.at(f.lot)) << f.lot;
        auto const b = balance_of(caviar_pack().plant, f);
        EXPECT_TRUE(b.holds) << f.lot;
        EXPECT_GE(*b.ovary_left_mg, 0) << f.lot;                              // invariant 3: ovary >= waste + roe; roe + salt - drain = tins
        EXPECT_EQ(*b.caviar_mg, b.tinned_mg + *b.caviar_left_mg) << f.lot;
        EXPECT_LT(*b.caviar_left_mg, 30'000) << f.lot;
        EXPECT_TRUE(skipped(caviar_pack().plant, f).empty()) << f.lot;
        EXPECT_EQ(next_step(caviar_pack().plant, f)->code, "mature");
        EXPECT_EQ(plant.lot(f.lot)->tinned_mg, b.tinned_mg);
        auto const share = *f.salt_mg * 100'000 / *b.caviar_mg;
        EXPECT_TRUE(share >= 3'000 && share <= 5'000) << f.lot;               // invariant 4
        twice.insert(f.twice.begin(), f.twice.end());
    }
    EXPECT_EQ(twice, told_twice);
}

TEST(PlantDay, StationsThatDropOffLoseNothingAndTellNothingTwice) {
    for (std::uint64_t const seed : {20260314U, 7U}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Dice dice{seed};
        Teller teller{UuidMaker{seed}, told_at};
        Branches const branches{branch()};
        auto const db = company(teller, branches);
        Ledger l{*db, caviar_pack(), 1, {}, branches};
        auto const day = live(dice, teller);
        std::set<std::string> told_twice;

        std::map<std::string, std::deque<Fact>> outbox;
        std::map<std::string, bool> off;
        std::vector<Fact> tasks;                  // what was refused waits for a person
        auto const send = [&](std::string const& station) {
            auto& box = outbox[station];
            while (!box.empty()) {
                auto const n = std::min<std::size_t>(box.size(), static_cast<std::size_t>(dice.whole(1, 50)));
                std::vector<Fact> some{box.begin(), box.begin() + static_cast<std::ptrdiff_t>(n)};
                for (auto const& told : l.record(some, Trust::checked, told_at))
                    if (told.outcome == farm::Told::Outcome::refused) tasks.push_back(*std::find_if(some.begin(), some.end(), [&](Fact const& f) { return f.id == told.id; }));
                if (dice.chance(10)) return;      // the answer was lost on the way: the same ids will be sent again
                box.erase(box.begin(), box.begin() + static_cast<std::ptrdiff_t>(n));
            }
        };
        for (auto const& item : day.facts) {
            outbox[item.station].push_back(item.fact);
            if (dice.chance(1)) off[item.station] = !off[item.station];
            if (!off[item.station]) send(item.station);
        }
        for (auto& [station, box] : outbox)
            while (!box.empty()) send(station);
        // A person looks at what was refused: it happened. A second scan of a tin is kept too, and shown as told twice.
        std::set<Uuid> settled;
        for (auto const& fact : tasks)
            if (settled.insert(fact.id).second) {
                EXPECT_NE(l.record({fact}, Trust::witnessed, told_at).front().outcome, farm::Told::Outcome::refused);
            }
        for (auto const& item : day.facts) if (item.again) told_twice.insert(std::get<TinClosed>(body_of(item.fact.kind, item.fact.body)).tin);
        expect_what_happened(l, day, told_twice);
        EXPECT_GT(tasks.size(), 0u);
        EXPECT_FALSE(told_twice.empty());

        // The same facts one after the other, as they happened, leave the same book behind.
        Teller same{UuidMaker{seed}, told_at};
        auto const other = company(same, branches);
        Ledger in_order{*other, caviar_pack(), 1, {}, branches};
        std::vector<Fact> all;
        for (auto const& item : day.facts) all.push_back(item.fact);
        in_order.record(std::move(all), Trust::witnessed, told_at);
        EXPECT_EQ(in_order.branch_digest(), l.branch_digest());
    }
}

} // namespace
} // namespace osetra::processing
