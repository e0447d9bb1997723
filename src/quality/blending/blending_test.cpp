// Lots and blends in the ledger: no lot gives more than it had, whatever is told, mended and taken back, and trace walks through blends.
#include <map>

#include <gtest/gtest.h>

#include "farm/ledger_sql.h"
#include "farm/test_teller.h"
#include "kernel/splitmix.h"
#include "quality/blending/blending.h"
#include "quality/blending/blending_sql.h"
#include "quality/facts.h"
#include "quality/quality.h"
#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/trace.h"

namespace osetra::quality {
namespace {

using namespace farm;

Instant minute(int n) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::minutes{n}}; }
Instant const told_at = minute(0) + std::chrono::days{90};

LotReceived lot(std::string name, std::int64_t bags, std::int64_t bag_kg = 20) { return {std::move(name), "tencha", "OKU", {bags * bag_kg * 1'000'000}, Milligrams{bag_kg * 1'000'000}, 9'000, {}, {"colour=7"}, {}, {}, {}}; }
BlendMade blend(std::string name, std::vector<std::string> components) { return {std::move(name), {}, "tencha", std::move(components), {}, Milligrams{10'000'000}, {}, {}, {}, {}, {}, {}, {}}; }

struct BlendingTest : store::EveryEngine {
    Branches branches{processing::branch(holds), blending_branch(), branch()};
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
    }
    std::string outcome(Ledger& l, Fact fact) {
        auto const told = l.record({std::move(fact)}, Trust::checked, told_at).front();
        return told.outcome == Told::Outcome::accepted ? "accepted" : told.refusal.code;
    }
};
OSETRA_ON_EVERY_ENGINE(BlendingTest);

/// Of every lot: no more taken than there was, and nothing before it was there.
void expect_conserved(BlendStore& store) {
    for (auto const& t : store.all_taken()) {
        auto const lot = store.lot(t.lot);
        ASSERT_TRUE(lot) << t.blend << " is made of " << t.lot << ", which is not there";
        EXPECT_LE(lot->there_at, t.happened_at) << t.lot;
        if (t.bags > 0) { EXPECT_EQ(t.mg, t.bags * lot->bag_mg.value_or(0)) << t.lot; }
    }
    for (auto const& lot : store.lots()) {
        auto const taken = store.taken(lot.lot);
        EXPECT_LE(taken.mg, lot.amount_mg) << lot.lot;
        if (lot.bag_mg) { EXPECT_LE(taken.bags, lot.amount_mg / *lot.bag_mg) << lot.lot; }
    }
}

TEST_P(BlendingTest, NoLotGivesMoreThanItHadWhateverIsMended) {
    auto const in_memory = std::string_view{GetParam()} == "memory";   // the others only show that they do the same
    for (auto const seed : in_memory ? std::vector<std::uint64_t>{20260314, 7, 99} : std::vector<std::uint64_t>{7}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        auto state = seed;
        auto const any = [&](std::uint64_t n) { return static_cast<int>(splitmix64(state) % n); };
        auto const enterprise = static_cast<Enterprise>(seed % 1'000 + 1);
        Ledger l{*db, caviar_pack(), enterprise, {}, branches};
        BlendStore store{*db, enterprise};
        Teller t{UuidMaker{seed}, told_at};
        std::vector<Fact> first;                 // of every chain that was accepted
        std::map<std::string, int> said;
        auto lots = 0, blends = 0;
        for (auto step = 0; step < (in_memory ? 160 : 50); ++step) {
            auto const name_of_any = [&] { return blends > 0 && any(4) == 0 ? "B" + std::to_string(any(static_cast<std::uint64_t>(blends)) + 1) : "A" + std::to_string(any(static_cast<std::uint64_t>(lots) + 1) + 1); };
            auto const some_blend = [&](std::string name) {
                std::vector<std::string> parts;
                for (auto n = any(3) + 1; n > 0; --n) {
                    auto part = name_of_any();
                    if (std::none_of(parts.begin(), parts.end(), [&](auto const& p) { return p.starts_with(part + "="); })) parts.push_back(part + (any(5) == 0 ? "=" + std::to_string(any(60) + 1) + " kg" : "=" + std::to_string(any(7) + 1)));
                }
                return blend(std::move(name), std::move(parts));
            };
            auto const what = any(10);
            Fact fact;
            if (what < 3 || first.empty()) fact = t.tell(lot("A" + std::to_string(lots + 1), any(12) + 2, any(2) ? 20 : 10), minute(any(400)));
            else if (what < 7) fact = t.tell(some_blend("B" + std::to_string(blends + 1)), minute(any(1'000)));
            else {
                auto const& old = first[static_cast<std::size_t>(any(first.size()))];
                if (what == 7) fact = t.withdraw(old);
                else if (old.kind == LotReceived::kind) fact = t.correct(old, lot(std::get<LotReceived>(blending_body_of(old.kind, old.body)).lot, any(12) + 1, any(3) ? 20 : 10), minute(any(600)));
                else fact = t.correct(old, some_blend(std::get<BlendMade>(blending_body_of(old.kind, old.body)).lot), minute(any(1'000)));
            }
            auto const got = outcome(l, fact);
            ++said[got];
            if (got == "accepted" && fact.act == FactAct::tell) {
                first.push_back(fact);
                ++(fact.kind == LotReceived::kind ? lots : blends);
            }
            expect_conserved(store);
            if (HasFailure()) { ADD_FAILURE() << "step " << step << ' ' << fact.kind << ' ' << fact.body << ": " << got; return; }
        }
        EXPECT_GT(said["accepted"], 15);
        if (in_memory) {
            EXPECT_GT(said["more_than_there"], 0);
            EXPECT_GT(said["lot_used"], 0);
            EXPECT_GT(said["lot_comes_after"], 0);
        }
        auto const kept = l.branch_digest();
        l.rebuild();
        EXPECT_EQ(l.branch_digest(), kept) << "rebuilt";
    }
}

TEST_P(BlendingTest, AHoldOfALotReachesBlendsOfIt) {
    Ledger l{*db, caviar_pack(), 1, {}, branches};
    Teller t{UuidMaker{5}, told_at};
    for (auto const* name : {"A1", "A2"}) ASSERT_EQ(outcome(l, t.tell(lot(name, 10), minute(0))), "accepted");
    ASSERT_EQ(outcome(l, t.tell(blend("B1", {"A1=2", "A2=3"}), minute(10))), "accepted");
    ASSERT_EQ(outcome(l, t.tell(blend("B2", {"B1=2"}), minute(20))), "accepted");
    EXPECT_EQ(outcome(l, t.tell(HoldPut{"X1", "lot", "A9", "other", {}, {}, {}}, minute(30))), "thing_not_found");
    ASSERT_EQ(outcome(l, t.tell(HoldPut{"X1", "lot", "A1", "other", {}, {}, {}}, minute(30))), "accepted");
    auto const held = BlendStore{*db, 1}.held();
    EXPECT_EQ(held, (std::map<std::string, std::string>{{"A1", "X1, other"}, {"B1", "X1, other, of A1"}, {"B2", "X1, other, of A1"}}));
    for (auto const* part : {"A1=1", "B1=1", "B2=1"}) EXPECT_EQ(outcome(l, t.tell(blend("B3", {part}), minute(40))), "lot_on_hold") << part;
    EXPECT_EQ(outcome(l, t.tell(blend("B3", {"A2=1"}), minute(40))), "accepted");
    ASSERT_EQ(outcome(l, t.tell(HoldDecided{"X1", "release", "seen", {}, {}}, minute(50))), "accepted");
    EXPECT_EQ(outcome(l, t.tell(blend("B4", {"A1=1", "B2=1"}), minute(60))), "accepted");
}

} // namespace
} // namespace osetra::quality
