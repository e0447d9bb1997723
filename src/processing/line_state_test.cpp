#include "processing/line_state.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "kernel/splitmix.h"

namespace osetra::processing {
namespace {

using namespace std::chrono_literals;

constexpr FishId fish{156'010'000'017'421};
Instant at(int second) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026}} + std::chrono::seconds{second}; }
farm::PlantRules const& rules() { return farm::caviar_pack().plant; }

struct Facts {
    std::vector<Told> told;
    UuidMaker ids{7};
    Facts& add(int second, Body body) {
        told.push_back({ids.next(static_cast<std::int64_t>(told.size())), at(second), std::move(body)});
        return *this;
    }
};
/// A fish from the order to its tins: rubbing from 600 to the last tin at `closed`.
Facts day_of(int closed = 1'300) {
    Facts f;
    f.add(0, HarvestOrdered{"O1", {fish}, {20'526}, FarmDay{20'519}, "L1", {}});
    auto second = 100;
    for (auto const* step : {"check", "stun", "bleed", "wash"}) f.add(second += 40, StepDone{fish, step, "S1", {}, {}, {}});
    f.add(500, StepDone{fish, "take_ovary", "S2", {}, {}, Milligrams{2'000'000}});
    f.add(600, RubbingStarted{fish, "S3"});
    f.add(800, RoeTaken{fish, "A", {2'000'000}, {1'700'000}, Milligrams{250'000}, {}, "S3"});
    f.add(1'000, Salted{"A", {62'000}, Milligrams{2'000}, "SALT-1", {}, {}, {}, "S4"});
    f.add(closed - 30, TinClosed{"T1", "A", {1'000'000}, "S5", "TINS-1"});
    f.add(closed, TinClosed{"T2", "A", {700'000}, "S5", "TINS-1"});
    return f;
}

TEST(Line, AFishIsWhereItsLastStepIs) {
    auto f = day_of();
    struct { std::size_t facts; char const* next; } const cases[] = {{1, "check"}, {3, "bleed"}, {6, "rub"}, {7, "clean"}, {8, "salt"}, {9, "tin"}, {11, "mature"}};
    for (auto const& c : cases) {
        auto const all = fish_of(rules(), {f.told.begin(), f.told.begin() + static_cast<std::ptrdiff_t>(c.facts)});
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(next_step(rules(), all.at(fish))->code, c.next) << c.facts;
        EXPECT_TRUE(skipped(rules(), all.at(fish)).empty());
        EXPECT_EQ(all.at(fish).line, "L1");
    }
}

TEST(Line, TheClockRunsFromRubbingToTheLastTin) {
    auto const f = day_of(1'400);
    auto const all = fish_of(rules(), f.told);
    auto const clock_of = [&](FishOnLine const& on) { auto const clocks = clocks_of(rules(), on); return *std::find_if(clocks.begin(), clocks.end(), [](auto const& c) { return c.clock->code == "rub_to_tin"; }); };
    EXPECT_EQ(clock_of(all.at(fish)).seconds(at(9'999)), 800);
    EXPECT_FALSE(clock_of(all.at(fish)).breached(at(9'999)));
    auto const open = fish_of(rules(), {f.told.begin(), f.told.end() - 1});   // 700 g are still in the bowl
    EXPECT_EQ(clock_of(open.at(fish)).seconds(at(1'500)), 900);
    EXPECT_FALSE(clock_of(open.at(fish)).breached(at(1'500)));
    EXPECT_TRUE(clock_of(open.at(fish)).breached(at(1'501)));
    EXPECT_TRUE(all.at(fish).tins[1].hold.empty());
    EXPECT_EQ(fish_of(rules(), day_of(1'501).told).at(fish).tins[1].hold, "roe_too_old");
}

TEST(Line, InWhateverOrderStationsComeBackTheStateIsTheSame) {
    auto f = day_of();
    f.add(1'310, TinClosed{"T2", "A", {700'000}, "S6", {}});
    f.add(200, StepDone{fish, "check", "S9", {}, {}, {}});
    auto const text = [](std::vector<Told> const& told) {
        std::string out;
        for (auto const& [id, on] : fish_of(rules(), told)) {
            out += pit_tag_text(id) + on.lot + on.order + on.line;
            for (auto const& [step, r] : on.reached) out += step + text_of(r.at) + r.station.value_or("");
            for (auto const& t : on.tins) out += t.tin + text_of(t.closed_at) + t.hold;
            for (auto const& t : on.twice) out += "twice " + t;
        }
        return out;
    };
    auto const first = text(f.told);
    EXPECT_NE(first.find("twice T2"), std::string::npos);
    std::uint64_t state = 11;
    for (auto n = 0; n < 200; ++n) {
        for (auto i = f.told.size(); i-- > 1;) std::swap(f.told[i], f.told[splitmix64(state) % (i + 1)]);
        ASSERT_EQ(text(f.told), first) << "seed 11, order " << n;
    }
}

TEST(Line, WhatWeighedMoreThanItCouldBreaksTheBalance) {
    auto const on = fish_of(rules(), day_of().told).at(fish);
    auto const b = balance_of(rules(), on);
    EXPECT_EQ(*b.ovary_left_mg, 50'000);
    EXPECT_EQ(*b.caviar_left_mg, 60'000);
    EXPECT_TRUE(b.holds);
    auto lost = day_of();
    lost.told.pop_back();
    EXPECT_FALSE(balance_of(rules(), fish_of(rules(), lost.told).at(fish)).holds);   // 760 g are nowhere
    auto much = day_of().add(1'310, TinClosed{"T3", "A", {70'000}, {}, {}});
    EXPECT_FALSE(balance_of(rules(), fish_of(rules(), much.told).at(fish)).holds);   // 10 g more than there was; scales may be apart by 8.8
    EXPECT_EQ(*add(b, b).caviar_left_mg, 120'000);
}

TEST(Line, ChecksAreDueWhileTheLineWorks) {
    auto const of = [&](std::vector<std::pair<int, bool>> const& seen, std::optional<int> work_from, int now, char const* point) {
        Facts f;
        for (auto const& [minute, good] : seen)
            f.add(minute * 60, std::string_view{point} == "screen" || std::string_view{point} == "cleaning" ? PointChecked{point, {}, {}, good, {}, {}, {}}
                                                                                                               : PointChecked{point, MilliCelsius{good ? 3'000 : 30'000}, {}, {}, {}, {}, {}});
        for (auto& due : checks_due(rules(), f.told, work_from ? std::optional{at(*work_from * 60)} : std::nullopt, at(now * 60)))
            if (due.check->code == point) return due;
        return CheckDue{};
    };
    EXPECT_TRUE(of({{-10, true}}, 0, 30, "cleaning").missed.empty());
    EXPECT_EQ(of({{10, true}}, 0, 30, "cleaning").missed.size(), 1u);            // after the first fish is too late
    EXPECT_EQ(*of({{-10, true}}, 0, 30, "rinse").due_at, at(50 * 60));           // every hour
    EXPECT_EQ(of({{-10, true}, {45, true}}, 0, 100, "rinse").missed.size(), 0u);
    EXPECT_EQ(of({{-10, true}, {130, true}}, 0, 140, "rinse").missed.size(), 2u);   // 50 and 110 passed unseen
    EXPECT_EQ(*of({{-10, true}, {130, true}}, 0, 140, "rinse").due_at, at(190 * 60));
    EXPECT_FALSE(of({{-10, true}, {45, false}}, 0, 100, "rinse").last_good);
    EXPECT_EQ(of({}, std::nullopt, 100, "rinse").missed.size(), 0u);              // nobody works
}

} // namespace
} // namespace osetra::processing
