#include "trace/trace_routes.h"

#include <gtest/gtest.h>

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/test_chain.h"

namespace osetra::trace {
namespace {

using namespace testing;

/// One connection and a clock that stands.
class OneDesk final : public Service {
public:
    OneDesk(store::Db& db, Enterprise enterprise) : m_db(db), m_filled(db, enterprise) {}
    Filled& filled() { return m_filled; }
    void read(Enterprise enterprise, std::function<void(Desk&)> const& see) override {
        Repository events{m_db, enterprise};
        Desk desk{m_db, enterprise, events};
        see(desk);
    }
    void write(Enterprise, std::function<Keep(Desk&)> const&) override { throw std::logic_error("these routes only read"); }
    Instant now() override { return *parse_instant("2026-06-02T12:00:00Z", {}); }
    Uuid new_id() override { return {}; }
    void wake() override {}

private:
    store::Db& m_db;
    Filled m_filled;
};

class TraceRoutes : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        auto const text = text_of_file("caviar/chain-a.jsonld");
        if (!text) GTEST_SKIP() << "shared/data/epcis/caviar/chain-a.jsonld is not here";
        desk.emplace(*db, 7);
        desk->filled().take(*read_json(*text));
        add_trace_routes(routes, *desk);
    }
    void TearDown() override {
        desk.reset();
        EveryEngine::TearDown();
    }
    http::Response get(std::string const& path, http::Names query, Enterprise enterprise = 7) {
        http::Request ask;
        ask.path = path;
        ask.query = std::move(query);
        ask.caller.enterprise = enterprise;
        ask.caller.may = {http::Permission::view};
        for (auto const& route : routes.all()) {
            if (route.path != path) continue;
            http::Response out;
            if (route.answer) {
                auto answered = route.answer(ask);
                return answered ? *answered : http::problem(answered.error());
            }
            route.act(ask, [&](http::Response r) { out = std::move(r); });
            return out;
        }
        return {404, {}, {}, {}, false, {}};
    }
    http::Routes routes;
    std::optional<OneDesk> desk;
};

TEST_P(TraceRoutes, AnswerAndRefuse) {
    std::string const tin = "https://id.gs1.org/01/09521234100065/21/00017421001", lot = "urn:epc:class:lgtin:9521234.010005.20260314-00017421";
    struct Case { char const* path; http::Names query; int status; char const* holds; };
    std::vector<Case> const cases{
        {"/api/v1/trace", {{"id", tin}}, 200, R"("start":"https://id.gs1.org/01/09521234100065/21/00017421001","direction":"both")"},
        {"/api/v1/trace", {{"id", "urn:epc:id:sgtin:9521234.010006.00017421001"}, {"direction", "up"}}, 200, R"("kind":"fish")"},
        {"/api/v1/trace", {{"id", tin}, {"direction", "down"}, {"at", "2026-05-12"}}, 200, R"("kind":"contained")"},
        {"/api/v1/trace", {{"id", tin}, {"most", "3"}}, 200, R"("truncated":true)"},
        {"/api/v1/trace", {}, 422, "field_missing"},
        {"/api/v1/trace", {{"id", "nobody"}}, 404, "thing_not_found"},
        {"/api/v1/trace", {{"id", tin}, {"direction", "left"}}, 422, "direction_unknown"},
        {"/api/v1/trace", {{"id", tin}, {"at", "yesterday"}}, 422, "instant_malformed"},
        {"/api/v1/trace", {{"id", tin}, {"most", "0"}}, 422, "number_malformed"},
        {"/api/v1/trace", {{"id", tin}, {"most", "-1"}}, 422, "number_malformed"},
        {"/api/v1/recall", {{"id", lot}}, 200, R"("where":"received")"},
        {"/api/v1/recall", {{"id", lot}, {"format", "csv"}}, 200, "holder_phone"},
        {"/api/v1/recall", {{"id", lot}, {"format", "xlsx"}}, 200, "PK"},
        {"/api/v1/recall", {{"id", lot}, {"format", "pdf"}}, 200, "%PDF-"},
        {"/api/v1/recall", {{"id", lot}, {"format", "doc"}}, 422, "format_unknown"},
        {"/api/v1/recall", {{"id", "nobody"}}, 404, "thing_not_found"},
    };
    for (auto const& c : cases) {
        auto const answer = get(c.path, c.query);
        EXPECT_EQ(answer.status, c.status) << c.path << " " << c.holds << ": " << answer.body.substr(0, 200);
        EXPECT_NE(answer.body.find(c.holds), std::string::npos) << c.path << " " << c.holds << ": " << answer.body.substr(0, 300);
    }
    EXPECT_EQ(get("/api/v1/trace", {{"id", tin}}, 8).status, 404) << "another enterprise knows nothing of it";
}

INSTANTIATE_TEST_SUITE_P(Store, TraceRoutes, ::testing::Values("memory", "postgres"), store::engine_name);

} // namespace
} // namespace osetra::trace
