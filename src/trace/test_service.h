#pragma once
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "access/access.h"
#include "http/routes.h"
#include "kernel/clock.h"
#include "store/db.h"
#include "store/every_engine.h"
#include "store/jobs.h"
#include "store/migrate.h"
#include "trace/epcis_routes.h"
#include "trace/jobs_sql.h"

// EPCIS's interface without sockets, on a database of the test's own.
namespace osetra::trace {

/// On one connection, one call at a time. Jobs are done when `work` says so.
class TestService final : public Service {
public:
    TestService(store::Db& db, HandClock& clock) : m_db(db), m_clock(clock) {}
    void read(Enterprise e, std::function<void(Desk&)> const& see) override {
        m_db.begin_reading();
        try {
            Repository events{m_db, e};
            Desk desk{m_db, e, events};
            see(desk);
        } catch (...) {
            m_db.rollback();
            throw;
        }
        m_db.rollback();
    }
    void write(Enterprise e, std::function<Keep(Desk&)> const& work) override {
        store::Transaction all{m_db};
        Repository events{m_db, e};
        Desk desk{m_db, e, events};
        if (work(desk) == Keep::yes) all.commit();
    }
    Instant now() override { return m_clock.now(); }
    Uuid new_id() override { return m_ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now().time_since_epoch()).count()); }
    void wake() override { ++woken; }

    /// Does what waits.
    void work(Enterprise e) {
        store::Worker worker{m_db, "test", {{"capture", [this](store::Task& task) { return do_capture(task, m_clock); }}}, m_clock};
        while (worker.work_once(e)) {}
    }
    int woken = 0;

private:
    store::Db& m_db;
    HandClock& m_clock;
    UuidMaker m_ids{7};
};

/// Lets everybody in, as one of an enterprise who holds these rights.
struct TestGate final : http::Gate {
    http::Caller caller;
    Result<http::Caller> admit(http::Request const& request, http::Route const& route) override {
        if (request.headers.contains("x-stranger")) return refuse("not_signed_in", "Sign in first.");
        if (!caller.holds(route.needs)) return refuse("not_allowed", "This is not for you.");
        return caller;
    }
};

class EpcisTest : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        enterprise = *access::create_enterprise(*db, "one", "One", false, 480, clock.now());
        service.emplace(*db, clock);
        add_epcis_routes(routes, *service, "Osetra test");
        gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::owner, ""}});
    }

    http::Response ask(http::Method method, std::string const& path, std::string body = {}, http::Names headers = {}) {
        return http::ask(routes, gate, method, "/epcis/v2" + path, std::move(body), std::move(headers));
    }
    http::Response get(std::string const& path, http::Names headers = {}) { return ask(http::Method::get, path, {}, std::move(headers)); }
    static std::string header(http::Response const& response, std::string_view name) {
        for (auto const& [key, value] : response.headers)
            if (key == name) return value;
        return {};
    }
    /// Captures a document and waits for it: the job as the interface shows it.
    std::string capture(std::string const& document, http::Names headers = {{"content-type", "application/json"}}) {
        auto const taken = ask(http::Method::post, "/capture", document, std::move(headers));
        EXPECT_EQ(taken.status, 202) << taken.body;
        if (taken.status != 202) return taken.body;
        service->work(enterprise);
        return get(header(taken, "Location").substr(9)).body;
    }

    HandClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}}};
    Enterprise enterprise = 0;
    std::optional<TestService> service;
    http::Routes routes;
    TestGate gate;
};

} // namespace osetra::trace
