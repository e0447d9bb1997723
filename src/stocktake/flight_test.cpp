// A flight from the uploaded clip to the pool's estimate: the branch, the job and the answers, with a counter that stands for the engine.
#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

#include "access/access.h"
#include "farm/ledger_sql.h"
#include "farm/test_teller.h"
#include "farm/verify_sql.h"
#include "stocktake/answers_sql.h"
#include "stocktake/count_job_sql.h"
#include "stocktake/engine/calibrate.h"
#include "stocktake/engine/truth.h"
#include "stocktake/stocktake.h"
#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::stocktake {
namespace {

using namespace std::chrono_literals;
using farm::Told;
using farm::Trust;

Instant const day0{std::chrono::sys_days{std::chrono::March / 1 / 2026}};

struct FlightTest : store::EveryEngine {
    farm::Branches branches{branch()};
    HandClock clock{day0 + 100h};
    std::filesystem::path folder;
    std::optional<store::MediaFolder> media;
    Enterprise one = 0;
    std::string clip;

    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        one = *access::create_enterprise(*db, "one", "One", false, 480, clock.now());
        folder = std::filesystem::temp_directory_path() / ("osetra_flight_" + std::to_string(getpid()));
        media.emplace(folder);
        clip = store::sha256_text(media->keep(*db, one, "pool.mp4", "bytes of a clip", "li", clock.now())->sha256);
    }
    void TearDown() override {
        media.reset();
        std::error_code none;
        std::filesystem::remove_all(folder, none);
        EveryEngine::TearDown();
    }
    farm::Ledger ledger() { return {*db, farm::caviar_pack(), one, {}, branches}; }
    Fact flown(farm::Teller& t) { return t.tell(FlightFlown{{"P1"}, clip, "pool.mp4", "sturgeon", 8.0, {}, {}}, day0 + 50h); }
    /// A pool with 1,000 fish, and a flight over it.
    Fact begin(farm::Teller& t) {
        auto l = ledger();
        auto const flight = flown(t);
        for (auto const& told : l.record({t.tell(farm::SiteRegistered{{"S"}, "Lake", {}, {}, {}, {}, {}}, day0), t.tell(farm::PoolRegistered{{"P1"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, day0),
                                          t.tell(farm::CohortRegistered{{"C1"}, "BAE", 2022, {}, {}, {}, {}, {}}, day0), t.tell(farm::Stocked{{"P1"}, {"C1"}, {1'000}, {}, {}, {}, {}}, day0 + 1h), flight},
                                         Trust::checked, clock.now()))
            EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.message;
        return flight;
    }
    static CountResult answer() {
        CountResult r;
        r.count = 960;
        r.low = 941;
        r.high = 980;
        r.verdict = "sure";
        r.model = "open";
        r.model_sha256 = std::string(64, 'e');
        r.frames.resize(2);
        for (auto& f : r.frames) { f.width = 1280; f.height = 720; f.points = {{100, 100, 0, 40, 0.9, 1}, {300, 300, 0, 40, 0.9, 1}}; }
        r.frames[1].at_s = 1;
        return r;
    }
    store::Job run(Counter counter, Fact const& flight) {
        UuidMaker ids{9};
        auto const job = ids.next(1);
        store::put_job(*db, one, job, count_flight_kind, to_json(CountInput{flight.id, {}, 5, {}}), "li", clock.now());
        store::Worker worker{*db, "test", {{count_flight_kind, [&](store::Task& task) { return count_flight(task, {counter, *media, clock, farm::caviar_pack(), branches}); }}}, clock};
        EXPECT_TRUE(worker.work_once(one));
        return *store::job_by_id(*db, one, job);
    }
    OpenMedium opener() {
        return [this](std::string const& sha256) -> Result<ReadBytes> {
            auto const medium = OSETRA_TRY(media->find(*db, one, *store::parse_sha256(sha256)));
            return ReadBytes{[this, medium](std::int64_t offset, std::int64_t bytes) { return media->read(medium, offset, bytes); }};
        };
    }
};
OSETRA_ON_EVERY_ENGINE(FlightTest);

TEST_P(FlightTest, FromTheClipToThePoolsEstimate) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = begin(t);
    CountQuestion asked;
    std::string overlay_at;
    auto const job = run([&](CountQuestion const& q, Progress const& progress, std::string const& overlay) -> Result<CountResult> {
        asked = q;
        overlay_at = overlay;
        EXPECT_TRUE(progress(0.5, "looking"));
        std::ofstream{overlay} << "an overlay";
        std::string bytes;
        std::getline(std::ifstream{q.paths.front()} , bytes);
        EXPECT_EQ(bytes, "bytes of a clip");
        return answer();
    }, flight);
    ASSERT_EQ(job.state, "done") << job.said;
    EXPECT_TRUE(asked.paths.front().ends_with(".mp4"));
    EXPECT_EQ(asked.kind, "sturgeon");
    EXPECT_EQ(asked.every, 5);
    EXPECT_EQ(asked.altitude_m, 8.0);
    EXPECT_FALSE(std::filesystem::exists(overlay_at));
    EXPECT_NE(job.result->find("\"heads\":960"), std::string::npos);

    auto l = ledger();
    auto const count = t.tell(farm::Counted{{"P1"}, {965}, "camera", Heads{945}, Heads{985}}, flight.happened_at);
    auto const signature = t.tell(StocktakeSigned{flight.id, {965}, {945}, {985}, count.id, "five under the feeder"}, day0 + 70h);
    for (auto const& told : l.record({t.tell(MarksCorrected{flight.id, 1'000, {"500 500"}, {}}, day0 + 65h), t.tell(FlightHandCounted{flight.id, 1'000, {"101 101", "500 500"}}, day0 + 65h), count, signature}, Trust::checked, clock.now()))
        EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
    auto const kept = FlightStore{*db, one}.flight(flight.id);
    ASSERT_TRUE(kept && kept->counted && kept->signature);
    EXPECT_EQ(kept->counted->author, "job:li");
    ASSERT_TRUE(kept->counted->body.overlay_sha256);

    auto const text = flight_json(l.reader(), *kept, std::nullopt, opener());
    auto const json = JsonIn::parse(text);
    ASSERT_TRUE(json) << text;
    EXPECT_NE(text.find(R"("state":"signed")"), std::string::npos);
    EXPECT_NE(text.find(R"("book":1000)"), std::string::npos);
    EXPECT_NE(text.find(R"("suggested":{"share":1.5,"heads":1440)"), std::string::npos) << text;   // 2 marks, 1 added
    auto after = json->child("book")->child("after");
    std::int64_t value = 0;
    after->get("value", value);
    EXPECT_LT(value, 1'000);
    EXPECT_GE(value, 960);
    auto const agreement = agreement_json(*kept, opener());
    ASSERT_TRUE(agreement) << agreement.error().message;
    EXPECT_NE(agreement->find(R"("frames":1,"hand":2,"machine":2,"both":1)"), std::string::npos) << *agreement;
    auto const truth = truth_of(*kept, {1280, 720, 15, 2});
    ASSERT_TRUE(truth);
    EXPECT_EQ(read_truth(*truth)->fish_count, 965);

    auto const list = flights_json(l.reader(), {}, [](std::string const&) { return true; });
    EXPECT_NE(list.find(flight.id.text()), std::string::npos);
    EXPECT_EQ(flights_json(l.reader(), "P2", [](std::string const&) { return true; }), R"({"flights":[]})");
    EXPECT_EQ(flights_json(l.reader(), {}, [](std::string const&) { return false; }), R"({"flights":[]})");
    auto const plan = plan_json(l.reader(), {2026, Worth::heads, [](std::string const&) { return true; }, {}, {}, {}}, clock.now());
    EXPECT_NE(plan.find(R"("pools":1,"counted":1)"), std::string::npos) << plan;

    auto const whole = farm::verify(*db, farm::caviar_pack(), one, {}, ":memory:", {}, branches);
    EXPECT_TRUE(whole) << whole.error().message;
}

TEST_P(FlightTest, ASignatureStandsOnce) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = begin(t);
    run([](auto const&, auto const&, auto const&) -> Result<CountResult> { return answer(); }, flight);
    auto l = ledger();
    auto const signing = [&] {
        auto const count = t.tell(farm::Counted{{"P1"}, {960}, "camera", Heads{941}, Heads{980}}, flight.happened_at);
        return std::vector{count, t.tell(StocktakeSigned{flight.id, {960}, {941}, {980}, count.id, {}}, day0 + 70h)};
    };
    auto const first = signing();
    for (auto const& told : l.record(first, Trust::checked, clock.now(), farm::Ledger::Together::all_or_none)) EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code;
    EXPECT_EQ(l.record(signing(), Trust::checked, clock.now(), farm::Ledger::Together::all_or_none).back().refusal.code, "flight_signed");
    for (auto const& told : l.record({t.withdraw(first[1]), t.withdraw(first[0])}, Trust::checked, clock.now())) EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code;
    EXPECT_FALSE((FlightStore{*db, one}.flight(flight.id)->signature));
    for (auto const& told : l.record(signing(), Trust::checked, clock.now(), farm::Ledger::Together::all_or_none)) EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code;
}

TEST_P(FlightTest, WhatTheEngineRefusesEndsTheJobWithItsWords) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = begin(t);
    auto const job = run([](auto const&, auto const&, auto const&) -> Result<CountResult> { return refuse("media_no_pictures", "This is a sound file."); }, flight);
    EXPECT_EQ(job.state, "failed");
    EXPECT_EQ(job.said, "This is a sound file.");
    EXPECT_FALSE((FlightStore{*db, one}.flight(flight.id)->counted));
}

TEST_P(FlightTest, ASiteIsCountedWithItsOwnCalibration) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = begin(t);
    auto const own = [](char const* way) { return calibration_json({unknown_calibration("open", way)}); };
    auto l = ledger();
    for (auto const& told : l.record({t.tell(SiteCalibrated{{"S"}, own("clip"), {}}, day0 + 51h), t.tell(SiteCalibrated{{"S"}, own("picture"), "mended"}, day0 + 52h)}, Trust::checked, clock.now()))
        EXPECT_EQ(told.outcome, Told::Outcome::accepted) << told.refusal.code << ": " << told.refusal.message;
    std::string used;
    run([&](CountQuestion const& q, auto const&, auto const&) -> Result<CountResult> { used = q.calibration; return answer(); }, flight);
    EXPECT_EQ(used, own("picture"));
}

TEST_P(FlightTest, ACancelledCountStopsAndLeavesNothing) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = begin(t);
    auto const job = run([&](CountQuestion const&, Progress const& progress, std::string const&) -> Result<CountResult> {
        EXPECT_TRUE(progress(0.1, "looking"));
        auto const running = store::jobs_of(*db, one, 1).front();
        EXPECT_TRUE(store::cancel_job(*db, one, running.job, clock.now()));
        clock.pass(1s);
        EXPECT_FALSE(progress(0.2, "looking"));
        return refuse("count_stopped", "Stopped.");
    }, flight);
    EXPECT_EQ(job.state, "cancelled");
    EXPECT_FALSE((FlightStore{*db, one}.flight(flight.id)->counted));
}

TEST_P(FlightTest, FactsInAnyOrderLeaveTheSame) {
    farm::Teller t{UuidMaker{5}, day0 + 60h};
    auto const flight = flown(t);
    auto counted = t.tell(FlightCounted{flight.id, {960}, {941}, {980}, "sure", 1, 1, "open", "x", clip, {}, {}, {}, {}, {}, {}, {}, {}}, day0 + 61h);
    std::vector<Fact> facts{flight, counted, t.tell(MarksCorrected{flight.id, 0, {"1 1"}, {}}, day0 + 62h), t.correct(counted, FlightCounted{flight.id, {950}, {941}, {980}, "sure", 1, 1, "open", "x", clip, {}, {}, {}, {}, {}, {}, {}, {}}, day0 + 61h)};
    std::string first;
    for (auto n = 0; n < 4; ++n) {
        auto const other = store::open(":memory:");
        store::migrate(*other);
        farm::Ledger l{*other, farm::caviar_pack(), 1, {}, branches};
        for (auto const& f : facts) l.record({f}, Trust::witnessed, clock.now());
        if (first.empty()) first = l.branch_digest();
        EXPECT_EQ(l.branch_digest(), first) << n;
        std::rotate(facts.begin(), facts.begin() + 1, facts.end());
    }
}

} // namespace
} // namespace osetra::stocktake
