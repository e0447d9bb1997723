#include "app/service.h"

#include <gtest/gtest.h>

#include <future>

#include "store/every_engine.h"
#include "store/journal.h"
#include "store/migrate.h"

namespace osetra::app {
namespace {

using namespace std::chrono_literals;
using farm::Ledger;
using farm::Told;
using farm::Trust;
using Outcome = Told::Outcome;
using Tolds = std::vector<Told>;

Instant const noon{std::chrono::sys_days{std::chrono::March / 1 / 2026} + 4h};

struct Heard {
    std::mutex lock;
    std::vector<std::string> events, log;
};

class Service : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        enterprise = access::create_enterprise(*db, "farm", "Farm", false, 480, noon).value();
        other = access::create_enterprise(*db, "other", "Other", true, 0, noon).value();
        begin();
    }
    void TearDown() override {
        service.reset();
        EveryEngine::TearDown();
    }
    void begin(ServiceOptions options = {}) {
        service.reset();
        options.tell = [this](Enterprise, std::string, std::string data) {
            std::lock_guard const hold{heard.lock};
            heard.events.push_back(std::move(data));
        };
        options.log = [this](std::string const& line) {
            std::lock_guard const hold{heard.lock};
            heard.log.push_back(line);
        };
        service = std::make_unique<FarmService>(open, clock, farm::caviar_pack(), std::move(options));
    }
    Fact fact(std::string kind, std::string body) {
        Fact f;
        f.id = service->new_id();
        f.kind = std::move(kind);
        f.happened_at = noon - 1h;
        f.author = "test";
        f.body = std::move(body);
        return f;
    }
    Fact site() { return fact("site", R"({"site":"S","name":"South"})"); }
    Fact pool(std::string const& name) { return fact("pool", R"({"pool":")" + name + R"(","site":"S","pool_kind":"tank"})"); }
    Fact round(std::string const& name) { return fact("round", R"({"pool":")" + name + R"(","temperature_mc":15000})"); }
    std::future<Result<Tolds>> send(Enterprise e, std::vector<Fact> facts, Ledger::Together together = Ledger::Together::each_alone) {
        auto answer = std::make_shared<std::promise<Result<Tolds>>>();
        service->record(e, std::move(facts), Trust::checked, together, [answer](Result<Tolds> r) { answer->set_value(std::move(r)); });
        return answer->get_future();
    }
    Tolds told(std::vector<Fact> facts, Ledger::Together together = Ledger::Together::each_alone) {
        return send(enterprise, std::move(facts), together).get().value();
    }
    std::size_t pools_seen(Enterprise e) {
        std::size_t n = 0;
        service->read(e, [&](farm::Reader& r) { n = r.pools().size(); });
        return n;
    }

    OpenStore open = [this](store::Access access) { return store::open(where, access); };
    HandClock clock{noon};
    Heard heard;
    Enterprise enterprise = 0, other = 0;
    std::unique_ptr<FarmService> service;
};

TEST_P(Service, WhatWasAcknowledgedIsSeen) {
    told({site()});
    for (int i = 0; i < 20; ++i) {
        told({pool("P" + std::to_string(i))});
        EXPECT_EQ(pools_seen(enterprise), static_cast<std::size_t>(i) + 1);
    }
    EXPECT_EQ(pools_seen(other), 0u);
    EXPECT_EQ(service->offset(other).east, 0min);
    EXPECT_TRUE(service->simulated(other));
}

TEST_P(Service, ManyCallersShareTransactionsAndEachGetsItsOwnAnswer) {
    told({site(), pool("P1")});
    auto const before = service->counts();
    std::vector<std::thread> callers;
    std::atomic<int> good = 0, refused = 0;
    for (int c = 0; c < 8; ++c)
        callers.emplace_back([&, c] {
            std::vector<std::future<Result<Tolds>>> answers;
            std::vector<FactId> ids;
            for (int i = 0; i < 50; ++i) {
                auto f = round(i % 10 == 9 ? "nowhere" : "P1");
                ids.push_back(f.id);
                answers.push_back(send(enterprise, {f}));
            }
            for (std::size_t i = 0; i < answers.size(); ++i) {
                auto const result = answers[i].get();
                if (!result || result->size() != 1 || result->front().id != ids[i]) ADD_FAILURE() << "caller " << c << " got another's answer";
                else if (result->front().outcome == Outcome::accepted) ++good;
                else if (result->front().refusal.code == "pool_not_found") ++refused;
            }
        });
    for (auto& c : callers) c.join();
    EXPECT_EQ(good, 360);
    EXPECT_EQ(refused, 40);
    auto const after = service->counts();
    EXPECT_EQ(after.facts - before.facts, 360);
    EXPECT_LT(after.transactions - before.transactions, 300);
    EXPECT_EQ(store::head_of(*db, enterprise).seq, 362);
    EXPECT_TRUE(store::verify_chain(*db, enterprise));
}

TEST_P(Service, OneCallersFactsKeepTheirOrder) {
    told({site()});
    std::vector<std::future<Result<Tolds>>> answers;
    for (int i = 0; i < 50; ++i) {
        answers.push_back(send(enterprise, {pool("Q" + std::to_string(i))}));
        answers.push_back(send(enterprise, {round("Q" + std::to_string(i))}));   // refused, did it come first
    }
    std::int64_t last = 0;
    for (auto& a : answers) {
        auto const result = a.get().value().front();
        EXPECT_EQ(result.outcome, Outcome::accepted) << result.refusal.message;
        EXPECT_GT(result.seq, last);
        last = result.seq;
    }
}

TEST_P(Service, AllOrNoneTakesNothingWhenOneIsRefused) {
    told({site()});
    auto const answers = told({pool("P1"), round("nowhere")}, Ledger::Together::all_or_none);
    EXPECT_EQ(answers[1].outcome, Outcome::refused);
    EXPECT_EQ(pools_seen(enterprise), 0u);
    std::lock_guard const hold{heard.lock};
    EXPECT_EQ(heard.events.size(), 1u);
}

TEST_P(Service, ACorrectionThatComesTooLateSaysSo) {
    begin();
    auto const first = told({site(), pool("P1")}).at(1);
    auto again = pool("P1");
    again.act = FactAct::correct;
    again.corrects = first.id;
    again.reason = "mended";
    auto late = again;
    late.id.bytes[0] = 0;   // made on a machine whose clock is behind
    EXPECT_TRUE(told({again}).front().warnings.empty());
    auto const answer = told({late}).front();
    EXPECT_EQ(answer.outcome, Told::Outcome::accepted);
    ASSERT_EQ(answer.warnings.size(), 1u);
    EXPECT_EQ(answer.warnings.front().code, "version_newer");
}

TEST_P(Service, TheSameFactTwiceIsADuplicate) {
    told({site()});
    auto const f = pool("P1");
    EXPECT_EQ(told({f, f})[1].outcome, Outcome::duplicate);
    EXPECT_EQ(told({f})[0].outcome, Outcome::duplicate);
}

TEST_P(Service, ListenersHearWhatChanged) {
    told({site(), pool("P1")});
    std::lock_guard const hold{heard.lock};
    ASSERT_EQ(heard.events.size(), 1u);
    EXPECT_NE(heard.events[0].find(R"("seq":2)"), std::string::npos);
    EXPECT_NE(heard.events[0].find(R"("pool:P1")"), std::string::npos);
    EXPECT_NE(heard.events[0].find(R"("site:S")"), std::string::npos);
}

TEST_P(Service, TooMuchWaitingIsRefusedAndNothingOfItTaken) {
    begin({.waiting_max = 3, .batch_max = 10});
    std::promise<void> held, go;
    auto busy = std::thread{[&] {
        service->work(enterprise, [&](Ledger&) {
            held.set_value();
            go.get_future().get();
        });
    }};
    held.get_future().get();
    auto first = send(enterprise, {site(), pool("P1")});
    auto second = send(enterprise, {pool("P2"), pool("P3")}).get();   // while the writer is held up
    EXPECT_EQ(second.error().code, "busy");
    go.set_value();
    busy.join();
    EXPECT_EQ(first.get().value().size(), 2u);
    EXPECT_EQ(pools_seen(enterprise), 1u);
}

TEST_P(Service, ReadersForgetWhatOthersChanged) {
    told({site(), pool("P1")});
    EXPECT_EQ(pools_seen(enterprise), 1u);
    Ledger elsewhere{*db, farm::caviar_pack(), enterprise, {}};   // as another process would
    elsewhere.record({pool("P2")}, Trust::checked, noon);
    EXPECT_EQ(pools_seen(enterprise), 2u);
    told({round("P2")});
    EXPECT_EQ(pools_seen(enterprise), 2u);
    std::optional<std::int64_t> mc;
    service->read(enterprise, [&](farm::Reader& r) {
        if (auto const day = r.day("P2", farm_day(noon - 1h, {}))) mc = day->temperature_mc();
        EXPECT_EQ(service->seq(), 4);
    });
    EXPECT_EQ(mc, 15'000);
}

TEST_P(Service, AReadSeesOneMoment) {
    told({site(), pool("P1")});
    service->read(enterprise, [&](farm::Reader& r) {
        EXPECT_FALSE(r.day("P1", farm_day(noon - 1h, {})));
        told({round("P1")});
        EXPECT_FALSE(r.day("P1", farm_day(noon - 1h, {})));
    });
    service->read(enterprise, [&](farm::Reader& r) { EXPECT_TRUE(r.day("P1", farm_day(noon - 1h, {}))); });
}

TEST_P(Service, WorkThrowsWhereItWasAsked) {
    EXPECT_THROW(service->work(enterprise, [](Ledger&) { throw Fault("no"); }), Fault);
    service->work(enterprise, [&](Ledger& l) { l.record({site(), pool("P1")}, Trust::checked, noon); });
    EXPECT_EQ(pools_seen(enterprise), 1u);
}

TEST_P(Service, AFaultOfOneDoesNotHarmTheOthers) {
    // The store refuses a pool_kind of a kind that no check knows of: a trigger stands for whatever breaks below us.
    if (db->engine() != store::Db::Engine::sqlite) GTEST_SKIP() << "the trigger is SQLite's";
    db->script("CREATE TRIGGER broken BEFORE INSERT ON fact WHEN NEW.author = 'breaks' BEGIN SELECT RAISE(ABORT, 'broken'); END");
    told({site()});
    std::promise<void> held, go;
    auto busy = std::thread{[&] {
        service->work(enterprise, [&](Ledger&) {
            held.set_value();
            go.get_future().get();
        });
    }};
    held.get_future().get();
    auto bad = pool("P2");
    bad.author = "breaks";
    auto one = send(enterprise, {pool("P1")});
    auto two = send(enterprise, {bad});
    auto three = send(enterprise, {pool("P3")});
    go.set_value();
    busy.join();
    EXPECT_EQ(one.get().value()[0].outcome, Outcome::accepted);
    EXPECT_EQ(two.get().error().code, "fault");
    EXPECT_EQ(three.get().value()[0].outcome, Outcome::accepted);
    EXPECT_EQ(pools_seen(enterprise), 2u);
    std::lock_guard const hold{heard.lock};
    EXPECT_EQ(heard.log.size(), 2u);
}

TEST_P(Service, WhatWaitsIsWrittenBeforeTheEnd) {
    std::vector<std::future<Result<Tolds>>> answers;
    answers.push_back(send(enterprise, {site()}));
    for (int i = 0; i < 30; ++i) answers.push_back(send(enterprise, {pool("P" + std::to_string(i))}));
    service.reset();
    for (auto& a : answers) EXPECT_EQ(a.get().value()[0].outcome, Outcome::accepted);
    EXPECT_EQ(store::head_of(*db, enterprise).seq, 31);
}

OSETRA_ON_SHARED_ENGINES(Service);

} // namespace
} // namespace osetra::app
