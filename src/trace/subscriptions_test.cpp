#include "trace/subscriptions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <set>

#include "kernel/json.h"
#include "trace/test_service.h"

// Letters to subscribers, with a clock whose hands are turned and receivers that do as they are told.
using namespace osetra;
using namespace osetra::trace;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

namespace {

constexpr Enterprise one = 1;

struct Killed {};

/// A receiver that keeps the names of the events it was told of, once it has said yes; what it does is laid out before it.
class Receiver final : public Sender {
public:
    Result<int> send(Letter const& letter) override {
        letters.push_back(letter);
        auto const next = plan.empty() ? "200" : plan.front();
        if (!plan.empty()) plan.pop_front();
        if (next == "timed_out" || next == "stopped") return refuse(next, "It was " + next + ".");
        if (next == "heard_and_hung_up") {   // it has them, and we do not know
            take(letter);
            return refuse("connection_failed", "The receiver hung up.");
        }
        if (next == "killed") throw Killed{};   // we go, before it has heard
        if (next == "heard_and_killed") {       // we go, after it has heard
            take(letter);
            throw Killed{};
        }
        auto const status = std::stoi(next);
        if (status >= 200 && status < 300) take(letter);
        return status;
    }
    void stop() override {}

    std::deque<std::string> plan;
    std::vector<Letter> letters;
    std::vector<int> heard;         ///< numbers of events, as they came

private:
    void take(Letter const& letter) {
        auto const document = read_json(letter.body);
        if (!document) return;      // no events: a report of nothing
        for (auto const& event : document->events) heard.push_back(std::stoi(std::string{event.value("eventID").substr(14)}));
    }
};

class Line final : public Listener {
public:
    bool send(std::string text) override { texts.push_back(std::move(text)); return !ended; }
    std::size_t waiting() const override { return behind; }
    bool gone() const override { return ended; }
    void end(std::string why) override { ended = true; said = std::move(why); }
    std::vector<std::string> texts;
    std::size_t behind = 0;
    bool ended = false;
    std::string said;
};

std::size_t times(std::string const& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

class Subscriptions : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        service.emplace(*db, clock);
        service->write(one, [&](Desk& desk) {
            EXPECT_TRUE(add_query(desk.db, one, {"shipped", R"({"EQ_bizStep":["shipping"]})", {}, "anna", clock.now()}));
            EXPECT_TRUE(add_query(desk.db, one, {"all", R"({"orderBy":"eventTime","eventCountLimit":3})", {}, "anna", clock.now()}));
            return Service::Keep::yes;
        });
        courier.emplace(*service, receiver, "here", options());
    }
    static PushOptions options() { return {.batch = 5}; }

    /// Events n to m, each a `step`.
    void capture(int n, int m, std::string const& step = "shipping") {
        std::string list;
        for (; n <= m; ++n)
            list += fmt::format("{}{{\"type\":\"ObjectEvent\",\"eventID\":\"urn:uuid:test:{}\",\"eventTime\":\"2026-01-0{}T00:00:00Z\",\"eventTimeZoneOffset\":\"+00:00\","
                                "\"epcList\":[\"urn:epc:id:sgtin:9521234.012345.{}\"],\"action\":\"OBSERVE\",\"bizStep\":\"{}\"}}", list.empty() ? "" : ",", n, 9 - n % 9, n, step);
        auto const document = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0",)"
                                        R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)" + list + "]}}");
        ASSERT_TRUE(document) << document.error().message;
        service->write(one, [&](Desk& desk) {
            for (auto const& captured : desk.events.capture(*document, Teller::foreign, OnError::rollback, clock.now()))
                EXPECT_EQ(captured.outcome, Captured::Outcome::accepted) << captured.refusal.message;
            return Service::Keep::yes;
        });
    }
    Uuid subscribe(Subscription s = {}) {
        s.subscription = service->new_id();
        if (s.query_name.empty()) s.query_name = "shipped";
        s.dest = "https://partner.example/hook";
        s.stream = s.schedule.empty();
        s.person = "anna";
        s.names = "Always_GS1_Digital_Link";
        s.prefixes = "{}";
        if (s.batch == 0) s.batch = 5;
        s.created_at = clock.now();
        s.min_record_at = clock.now();
        s.next_at = s.stream ? clock.now() : next_after(*parse_schedule(*from_json<ScheduleText>(s.schedule)), clock.now());
        service->write(one, [&](Desk& desk) {
            if (!s.initial_at) s.cursor_no = desk.events.last_no();
            add_subscription(desk.db, one, s);
            return Service::Keep::yes;
        });
        return s.subscription;
    }
    Subscription state(Uuid const& id) {
        std::optional<Subscription> s;
        service->read(one, [&](Desk& desk) { s = subscription_by_id(desk.db, one, id); });
        return s.value();
    }
    bool is_there(Uuid const& id) {
        auto there = false;
        service->read(one, [&](Desk& desk) { there = subscription_by_id(desk.db, one, id).has_value(); });
        return there;
    }
    /// Sends what is due now, and says how many letters that were.
    int deliver() {
        int n = 0;
        for (; n < 1000; ++n) {
            auto const errand = courier->next(one);
            if (!errand) break;
            courier->run(*errand);
        }
        return n;
    }
    /// Until nothing is left to send: longer than the longest pause.
    void deliver_all() {
        for (int n = 0; n < 10; ++n, clock.pass(15min)) deliver();
    }

    HandClock clock{*parse_instant("2026-01-10T00:00:00Z", {})};
    std::optional<TestService> service;
    Receiver receiver;
    std::optional<Courier> courier;
};

TEST_P(Subscriptions, TellWhatAnswersOnceAndInOrder) {
    capture(1, 3);
    auto const id = subscribe({.token = "secret"});
    EXPECT_EQ(deliver(), 0) << "what was there before is not told";
    capture(4, 5);
    capture(6, 9, "receiving");
    capture(10, 10);
    EXPECT_EQ(deliver(), 1);
    EXPECT_THAT(receiver.heard, ElementsAre(4, 5, 10));
    EXPECT_EQ(deliver(), 0);
    auto const& letter = receiver.letters.at(0);
    EXPECT_EQ(letter.dest, "https://partner.example/hook");
    EXPECT_EQ(letter.signature, signature_of("secret", letter.body));
    EXPECT_EQ(times(letter.body, R"("queryName":"shipped","subscriptionID":")" + id.text() + "\""), 1U);
    EXPECT_EQ(times(letter.body, R"("recordTime":"2026-01-10T00:00:00)"), 3U);
    EXPECT_EQ(times(letter.body, "https://id.gs1.org/01/"), 3U);
    auto const s = state(id);
    EXPECT_EQ(s.cursor_no, 10);
    EXPECT_EQ(s.delivered, 3);
    EXPECT_EQ(s.letters, 1);
    EXPECT_EQ(s.last_delivered_at, clock.now());
    EXPECT_EQ(s.failing_since, std::nullopt);
}

TEST_P(Subscriptions, ManyEventsGoInLettersOfABatch) {
    subscribe({.query_name = "all"});
    capture(1, 12);
    EXPECT_EQ(deliver(), 3);
    EXPECT_THAT(receiver.heard, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)) << "limits and order of the query are for those who ask, not for those who are told";
}

TEST_P(Subscriptions, BeginWhereTheSubscriberSaid) {
    capture(1, 2);
    clock.pass(1h);
    capture(3, 4);
    subscribe({.initial_at = clock.now()});
    subscribe({.initial_at = clock.now() + 24h});
    deliver();
    EXPECT_THAT(receiver.heard, ElementsAre(3, 4));
    clock.pass(25h);
    capture(5, 5);
    deliver();
    EXPECT_THAT(receiver.heard, ElementsAre(3, 4, 5, 5));
}

TEST_P(Subscriptions, TryAgainLaterAndLater) {
    auto const id = subscribe();
    capture(1, 2);
    receiver.plan = {"500", "timed_out", "302", "404", "503", "500", "500"};
    auto const start = clock.now();
    std::vector<std::int64_t> tries;
    while (tries.size() < 8) {
        for (int n = deliver(); n > 0; --n) tries.push_back((clock.now() - start) / 1s);
        clock.set(state(id).next_at - 1us);
        EXPECT_EQ(deliver(), 0) << "too early";
        clock.pass(1us);
    }
    EXPECT_THAT(tries, ElementsAre(0, 1, 6, 36, 156, 756, 4356, 7956));
    EXPECT_THAT(receiver.heard, ElementsAre(1, 2));
    EXPECT_EQ(state(id).failures, 0);
    EXPECT_EQ(state(id).letters, 8);
    service->read(one, [&](Desk& desk) {
        std::vector<std::string> said;
        for (auto const& letter : letters_to(desk.db, one, id, 100)) said.push_back(fmt::format("{} {} {}", letter.letter, letter.status, letter.said));
        EXPECT_THAT(said, ElementsAre("8 200 ", "7 500 The receiver answered 500.", "6 500 The receiver answered 500.", "5 503 The receiver answered 503.",
                                      "4 404 The receiver answered 404.", "3 302 The receiver answered 302.", "2 0 It was timed_out.", "1 500 The receiver answered 500."));
    });
}

TEST_P(Subscriptions, AreShownWhileTheyFailAndPausedAfterSevenDays) {
    auto const good = subscribe({.query_name = "all"});
    auto const id = subscribe();
    receiver.plan = {"200"};
    for (int i = 0; i < 300; ++i) receiver.plan.emplace_back("500");
    auto const start = clock.now();
    capture(1, 1);
    deliver();
    auto s = state(id);
    if (s.failures == 0) s = state(good);   // whichever was told second
    auto const failing = s.subscription;
    EXPECT_EQ(s.failing_since, start);
    EXPECT_EQ(s.said, "The receiver answered 500.");
    EXPECT_EQ(s.next_at, start + 1s);
    service->read(one, [&](Desk& desk) { EXPECT_EQ(failing_subscriptions(desk.db, one).size(), 1U); });
    while (state(failing).state == "active" && clock.now() < start + 240h) {
        clock.pass(30min);
        deliver();
    }
    EXPECT_GE(clock.now() - start, patience);
    EXPECT_LT(clock.now() - start, patience + 2h);
    auto const letters = receiver.letters.size();
    clock.pass(48h);
    receiver.plan.clear();
    deliver();
    EXPECT_EQ(receiver.letters.size(), letters) << "paused";
    service->write(one, [&](Desk& desk) {
        EXPECT_EQ(failing_subscriptions(desk.db, one).size(), 1U);
        EXPECT_TRUE(resume_subscription(desk.db, one, failing, clock.now()));
        EXPECT_EQ(letters_to(desk.db, one, failing, 1000).size(), 100U);
        return Service::Keep::yes;
    });
    deliver();
    EXPECT_THAT(receiver.heard, ElementsAre(1, 1));
}

TEST_P(Subscriptions, SendLessWhenTheReceiverAsksForLess) {
    auto const id = subscribe();
    capture(1, 5);
    receiver.plan = {"413", "413"};
    EXPECT_EQ(deliver(), 7);   // 5 no, 2 no, then one by one
    EXPECT_THAT(receiver.heard, ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(state(id).batch, 1);
    receiver.plan = {"413"};
    capture(6, 6);
    EXPECT_EQ(deliver(), 1);
    EXPECT_EQ(state(id).failures, 1) << "one event is the least there is";
}

TEST_P(Subscriptions, GoByTheirSchedule) {
    auto const id = subscribe({.schedule = R"({"minute":"5","hour":"1"})"});
    subscribe({.schedule = R"({"minute":"5","hour":"1"})", .report_if_empty = true});
    capture(1, 7);
    EXPECT_EQ(deliver(), 0);
    clock.set(*parse_instant("2026-01-10T01:05:00Z", {}));
    EXPECT_EQ(deliver(), 4);
    EXPECT_EQ(receiver.heard.size(), 14U);
    EXPECT_EQ(text_of(state(id).next_at), "2026-01-11T01:05:00Z");
    capture(8, 8, "receiving");
    receiver.letters.clear();
    clock.set(*parse_instant("2026-01-12T00:00:00Z", {}));   // a run that was missed is made up for, once
    EXPECT_EQ(deliver(), 1);
    EXPECT_EQ(times(receiver.letters.at(0).body, R"("eventList":[])"), 1U) << "only one wants to hear of nothing";
    EXPECT_EQ(text_of(state(id).next_at), "2026-01-12T01:05:00Z");
    EXPECT_EQ(state(id).cursor_no, 8);
    EXPECT_EQ(deliver(), 0);
}

TEST_P(Subscriptions, EndWithTheirQuery) {
    auto const id = subscribe(), other = subscribe({.query_name = "all"});
    capture(1, 1);
    service->write(one, [&](Desk& desk) {
        drop_query(desk.db, one, "shipped");
        drop_subscriptions_of(desk.db, one, "shipped");
        EXPECT_EQ(count_subscriptions(desk.db, one), 1);
        return Service::Keep::yes;
    });
    EXPECT_EQ(deliver(), 1);
    EXPECT_FALSE(is_there(id));
    service->write(one, [&](Desk& desk) {   // by somebody who does not know of subscriptions
        drop_query(desk.db, one, "all");
        return Service::Keep::yes;
    });
    capture(2, 2);
    EXPECT_EQ(deliver(), 0);
    EXPECT_FALSE(is_there(other));
}

TEST_P(Subscriptions, AQueryThatCannotBeAskedAnyMoreIsAFailure) {
    service->write(one, [&](Desk& desk) {
        EXPECT_TRUE(add_query(desk.db, one, {"odd", R"({"EQ_nothing_of_ours":["x"]})", {}, "anna", clock.now()}));
        return Service::Keep::yes;
    });
    auto const id = subscribe({.query_name = "odd"});
    capture(1, 1);
    EXPECT_EQ(deliver(), 1);
    EXPECT_TRUE(receiver.letters.empty());
    EXPECT_EQ(state(id).failures, 1);
    EXPECT_FALSE(state(id).said.empty());
}

TEST_P(Subscriptions, TwoWhoDeliverNeverSendTheSame) {
    auto const id = subscribe();
    Courier other{*service, receiver, "there", options()};
    capture(1, 3);
    auto const errand = courier->next(one);
    ASSERT_TRUE(errand);
    EXPECT_FALSE(other.next(one));
    clock.pass(20s);
    EXPECT_FALSE(other.next(one)) << "it is still being sent";
    clock.pass(6s);
    auto const again = other.next(one);   // whoever had it is taken for dead
    ASSERT_TRUE(again);
    other.run(*again);
    EXPECT_EQ(state(id).cursor_no, 3);
    capture(4, 4);
    receiver.plan = {"500"};
    courier->run(*errand);                // and comes back: what it has to say counts no more
    EXPECT_EQ(state(id).failures, 0);
    EXPECT_EQ(state(id).letters, 1);
    EXPECT_EQ(deliver(), 1);
    EXPECT_THAT(receiver.heard, ElementsAre(1, 2, 3, 4));
}

TEST_P(Subscriptions, WhatIsStoppedIsNoFailure) {
    auto const id = subscribe();
    capture(1, 1);
    receiver.plan = {"stopped"};
    auto const errand = courier->next(one);
    courier->run(*errand);
    EXPECT_EQ(state(id).failures, 0);
    EXPECT_EQ(state(id).letters, 0);
    EXPECT_EQ(deliver(), 1) << "the next process need not wait";
}

TEST_P(Subscriptions, ACursorIsNotLeftFarBehind) {
    auto const id = subscribe();
    for (int n = 0; n < 11; ++n) capture(n * 1000 + 1, n * 1000 + 1000, "receiving");
    EXPECT_EQ(deliver(), 0);
    EXPECT_EQ(state(id).cursor_no, 11'000);
    capture(20'001, 20'001);
    EXPECT_EQ(deliver(), 1);
    EXPECT_THAT(receiver.heard, ElementsAre(20'001));
}

/// Whatever a receiver does, and wherever this process dies, every event arrives, in order but for those told again, and the cursor never
/// passes one that has not.
TEST_P(Subscriptions, LoseNothingWhateverHappens) {
    std::mt19937 random{static_cast<unsigned>(std::string{GetParam()} == "postgres" ? 2 : 1)};
    auto const id = subscribe();
    int last = 0;
    auto certain = true;
    for (int round = 0; round < 60; ++round) {
        auto const more = static_cast<int>(random() % 8);
        capture(last + 1, last + more, "shipping");
        last += more;
        static constexpr char const* doings[] = {"200", "202", "500", "413", "timed_out", "heard_and_hung_up", "killed", "heard_and_killed", "stopped"};
        for (int n = 0; n < 3; ++n) receiver.plan.emplace_back(doings[random() % std::size(doings)]);
        for (int n = 0; n < 4; ++n) {
            try {
                deliver();
            } catch (Killed const&) {   // as after kill -9: nothing of this process is left but the store
                courier.emplace(*service, receiver, "process " + std::to_string(round), options());
                certain = false;
            }
            auto const s = state(id);
            std::set<int> const told(receiver.heard.begin(), receiver.heard.end());
            for (int e = 1; e <= s.cursor_no; ++e) ASSERT_TRUE(told.contains(e)) << "event " << e << " is behind the cursor and was not told";
            clock.pass(std::chrono::seconds{random() % 90});
        }
    }
    receiver.plan.clear();
    deliver_all();
    std::set<int> const told(receiver.heard.begin(), receiver.heard.end());
    EXPECT_EQ(std::ssize(told), last);
    EXPECT_EQ(state(id).cursor_no, last);
    EXPECT_FALSE(certain);
    auto greatest = 0;
    for (auto const e : receiver.heard) {
        EXPECT_LE(e, greatest + 1) << "one was passed over";
        greatest = std::max(greatest, e);
    }
}

/// Where the receiver says yes, or says no and means it, each event is told once.
TEST_P(Subscriptions, TellOnceWhereTheReceiverAnswers) {
    std::mt19937 random{5};
    subscribe();
    int last = 0;
    for (int round = 0; round < 30; ++round) {
        auto const more = static_cast<int>(random() % 8);
        capture(last + 1, last + more, "shipping");
        last += more;
        static constexpr char const* doings[] = {"200", "204", "500", "413", "timed_out", "401"};
        for (int n = 0; n < 2; ++n) receiver.plan.emplace_back(doings[random() % std::size(doings)]);
        deliver();
        clock.pass(std::chrono::seconds{random() % 90});
    }
    receiver.plan.clear();
    deliver_all();
    std::vector<int> expected;
    for (int e = 1; e <= last; ++e) expected.push_back(e);
    EXPECT_EQ(receiver.heard, expected);
}

// ---- listeners ----------------------------------------------------------------------------------------------------------------

TEST_P(Subscriptions, ListenersHearWhatComes) {
    capture(1, 2);
    auto const line = std::make_shared<Line>(), from_the_start = std::make_shared<Line>();
    courier->open(one, {.query_name = "shipped"}).value()(line);
    courier->open(one, {.query_name = "shipped", .initial_at = clock.now(), .names = EpcFormat::always_epc_urn}).value()(from_the_start);
    courier->tell_listeners();
    EXPECT_TRUE(line->texts.empty());
    ASSERT_EQ(from_the_start->texts.size(), 1U);
    EXPECT_EQ(times(from_the_start->texts[0], "urn:epc:id:sgtin:9521234"), 2U);
    capture(3, 9);
    courier->tell_listeners();
    courier->tell_listeners();
    courier->tell_listeners();
    ASSERT_EQ(line->texts.size(), 2U);
    EXPECT_EQ(times(line->texts[0], "\"eventID\""), 5U);
    EXPECT_EQ(times(line->texts[1], "\"eventID\""), 2U);
    line->behind = 1'000'000;
    capture(10, 10);
    courier->tell_listeners();
    EXPECT_EQ(line->texts.size(), 2U) << "it is far behind";
    line->behind = 0;
    courier->tell_listeners();
    EXPECT_EQ(line->texts.size(), 3U);
    line->ended = true;
    courier->tell_listeners();
    EXPECT_EQ(courier->listeners(), 1U);
}

TEST_P(Subscriptions, ListenersGoByTheirSchedule) {
    auto const line = std::make_shared<Line>(), empty_too = std::make_shared<Line>();
    auto const schedule = *parse_schedule({.minute = "0"});
    courier->open(one, {.query_name = "shipped", .schedule = schedule}).value()(line);
    courier->open(one, {.query_name = "shipped", .schedule = schedule, .report_if_empty = true}).value()(empty_too);
    capture(1, 1);
    courier->tell_listeners();
    EXPECT_TRUE(line->texts.empty());
    for (int hours = 0; hours < 3; ++hours) {
        clock.pass(1h);
        courier->tell_listeners();
        courier->tell_listeners();
    }
    EXPECT_EQ(line->texts.size(), 1U);
    EXPECT_EQ(empty_too->texts.size(), 3U);
}

TEST_P(Subscriptions, ListenersGoWithTheirQuery) {
    auto const a = std::make_shared<Line>(), b = std::make_shared<Line>(), c = std::make_shared<Line>();
    EXPECT_EQ(courier->open(one, {.query_name = "nothing"}).error().code, "query_not_found");
    EXPECT_EQ(courier->open(2, {.query_name = "shipped"}).error().code, "query_not_found") << "another enterprise's";
    courier->open(one, {.query_name = "shipped"}).value()(a);
    courier->open(one, {.query_name = "shipped"}).value()(b);
    courier->open(one, {.query_name = "all"}).value()(c);
    courier->end_listeners(one, "all", "The query was deleted.");
    EXPECT_TRUE(c->ended);
    clock.pass(1s);
    service->write(one, [&](Desk& desk) {   // by another process, which made another of the same name
        drop_query(desk.db, one, "shipped");
        EXPECT_TRUE(add_query(desk.db, one, {"shipped", "{}", {}, "ben", clock.now()}));
        return Service::Keep::yes;
    });
    courier->tell_listeners();
    EXPECT_EQ(a->said, "The query was deleted.");
    EXPECT_TRUE(b->ended);
    courier->tell_listeners();
    EXPECT_EQ(courier->listeners(), 0U);
    for (int n = 0; n < 200; ++n) courier->open(one, {.query_name = "shipped"}).value()(std::make_shared<Line>());
    EXPECT_EQ(courier->open(one, {.query_name = "shipped"}).error().code, "too_many_listeners");
}

INSTANTIATE_TEST_SUITE_P(Store, Subscriptions, ::testing::Values("memory", "postgres"), store::engine_name);

TEST(Signature, IsThatOfEverybody) {
    // RFC 4231, test case 2.
    EXPECT_EQ(signature_of("Jefe", "what do ya want for nothing?"), "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Failure, PausesGrow) {
    std::vector<std::int64_t> seconds;
    for (int n = 1; n < 9; ++n) seconds.push_back(pause_after_failure(n) / 1s);
    EXPECT_THAT(seconds, ElementsAre(1, 5, 30, 120, 600, 3600, 3600, 3600));
}

} // namespace
