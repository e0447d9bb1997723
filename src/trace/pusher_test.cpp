// Three servers on one database tell the same subscribers at the same time, in real threads and real time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "store/pool.h"
#include "trace/subscriptions.h"

using namespace osetra;
using namespace osetra::trace;
using namespace std::chrono_literals;

namespace {

constexpr Enterprise one = 1;

class WallService final : public Service {
public:
    explicit WallService(std::string const& where) : m_pool([where] { return store::open(where); }) {}
    void read(Enterprise e, std::function<void(Desk&)> const& see) override {
        store::Pool::Lease db{m_pool};
        (*db).begin_reading();
        {
            Repository events{*db, e};
            Desk desk{*db, e, events};
            see(desk);
        }
        (*db).rollback();
    }
    void write(Enterprise e, std::function<Keep(Desk&)> const& work) override {
        store::Pool::Lease db{m_pool};
        store::Transaction all{*db};
        Repository events{*db, e};
        Desk desk{*db, e, events};
        if (work(desk) == Keep::yes) all.commit();
    }
    Instant now() override { return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now()); }
    Uuid new_id() override { return m_ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch()).count()); }
    void wake() override {}

private:
    store::Pool m_pool;
    UuidMaker m_ids{3};
};

/// All receivers: counts what each was told, and whether two letters to one were ever under way at once.
class Receivers final : public Sender {
public:
    Result<int> send(Letter const& letter) override {
        {
            std::lock_guard const hold{lock};
            if (++under_way[letter.dest] > 1) ++at_once;
            greatest = std::max(greatest, ++all_under_way);
        }
        std::this_thread::sleep_for(2ms);
        auto const document = read_json(letter.body);
        std::lock_guard const hold{lock};
        --under_way[letter.dest];
        --all_under_way;
        if (++letters % 25 == 0) return 500;
        for (auto const& event : document->events) ++told[letter.dest][std::string{event.value("eventID")}];
        return 200;
    }
    void stop() override {}
    bool all_told(std::size_t receivers, std::size_t events) {
        std::lock_guard const hold{lock};
        return told.size() == receivers && std::all_of(told.begin(), told.end(), [&](auto const& r) { return r.second.size() == events; });
    }
    std::mutex lock;
    std::map<std::string, int> under_way;
    std::map<std::string, std::map<std::string, int>> told;
    int letters = 0, at_once = 0, all_under_way = 0, greatest = 0;
};

class Pushers : public store::EveryEngine {};
OSETRA_ON_SHARED_ENGINES(Pushers);

TEST_P(Pushers, ShareTheWorkAndTellNobodyTwice) {
    constexpr int receivers = 5, events = 120;
    store::migrate(*db);
    WallService service{where};
    service.write(one, [&](Desk& desk) {
        EXPECT_TRUE(add_query(desk.db, one, {"all", "{}", {}, "anna", service.now()}));
        for (int n = 0; n < receivers; ++n) {
            Subscription s;
            s.subscription = service.new_id();
            s.query_name = "all";
            s.dest = fmt::format("https://partner{}.example/", n);
            s.stream = true;
            s.names = "Never_Translates";
            s.prefixes = "{}";
            s.batch = 6;
            s.created_at = s.min_record_at = s.next_at = service.now();
            add_subscription(desk.db, one, s);
        }
        return Service::Keep::yes;
    });
    Receivers receiving;
    {
        std::vector<std::unique_ptr<Pusher>> pushers;
        for (int n = 0; n < 3; ++n)
            pushers.push_back(std::make_unique<Pusher>(service, receiving, [] { return std::vector<Enterprise>{one}; }, fmt::format("server {}", n),
                                                       PushOptions{.at_once = 2, .look = 5ms, .log = [](std::string const& line) { ADD_FAILURE() << line; }}));
        for (int n = 0; n < events; n += 4) {
            std::string list;
            for (int k = n; k < n + 4; ++k)
                list += fmt::format(R"({}{{"type":"ObjectEvent","eventID":"urn:uuid:test:{}","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00",)"
                                    R"("epcList":["urn:epc:id:sgtin:9521234.012345.{}"],"action":"OBSERVE"}})", k > n ? "," : "", k, k);
            auto const document = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0",)"
                                            R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)" + list + "]}}");
            ASSERT_TRUE(document);
            service.write(one, [&](Desk& desk) {
                desk.events.capture(*document, Teller::foreign, OnError::rollback, service.now());
                return Service::Keep::yes;
            });
            pushers[static_cast<std::size_t>(n / 4 % 3)]->wake();
        }
        for (auto const end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end && !receiving.all_told(receivers, events);)
            std::this_thread::sleep_for(10ms);
    }   // they stop in the middle of whatever they do
    EXPECT_TRUE(receiving.all_told(receivers, events));
    EXPECT_EQ(receiving.at_once, 0) << "two letters to one receiver at once";
    EXPECT_LE(receiving.greatest, 6) << "more than two letters of one server at once";
    for (auto const& [receiver, names] : receiving.told)
        for (auto const& [name, times] : names) EXPECT_EQ(times, 1) << receiver << " was told of " << name << " more than once";
}

} // namespace
