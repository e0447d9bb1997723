// No enterprise reads or writes another's: every route is walked by a stranger who knows all ids.
#include <gtest/gtest.h>

#include "access/access.h"
#include "app/all_routes.h"
#include "app/epcis_service.h"
#include "app/service.h"
#include "isolation.h"
#include "store/every_engine.h"
#include "trace/subscriptions.h"

namespace osetra {
namespace {

/// Two enterprises: one with secrets, and a stranger who owns the other.
class TwoEnterprises : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        one = *access::create_enterprise(*db, "one", "SECRET Enterprise", false, 480, clock.now());
        two = *access::create_enterprise(*db, "two", "Two", false, 480, clock.now());
        stranger = *access::add_key(*db, two, "stranger", {{access::Role::owner, ""}}, "x", clock.now());
        access.emplace([this] { return store::open(where); }, clock);
    }

    isolation::Walk walk(isolation::Bodies const& bodies = {}) { return isolation::walk(routes, *access, stranger, *db, planted, bodies); }

    HandClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 11}}};
    Enterprise one = 0, two = 0;
    std::string stranger;
    std::optional<access::Access> access;
    http::Routes routes;
    isolation::Planted planted;
};

class Isolation : public TwoEnterprises {
protected:
    void SetUp() override {
        TwoEnterprises::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(access::add_person(*db, one, {"person.of.one", "SECRET Person", "four plain words", {{access::Role::owner, ""}}}, clock.now()));
        ASSERT_TRUE(access::add_person(*db, one, {"mate.of.one", "SECRET Mate", "four plain words", {{access::Role::worker, ""}}}, clock.now()));
        ASSERT_TRUE(access::add_key(*db, one, "key.of.one", {{access::Role::worker, "SECRET-site"}}, "x", clock.now()));
        access::add_routes(routes, *access);
        http::add_own_routes(routes, "1");
        planted = {one, {{"person", {"person.of.one", "mate.of.one"}}, {"key_name", {"key.of.one"}}}, {"SECRET"}};
    }
};

TEST_P(Isolation, NoRouteLetsAStrangerIn) {
    auto const seen = walk();
    for (auto const& leak : seen.leaks) ADD_FAILURE() << leak;
    std::string all;
    for (auto const& [line, times] : seen.statuses) all += line + ": " + std::to_string(times) + "\n";
    SCOPED_TRACE(all);
    EXPECT_GT(seen.requests, 15);
    EXPECT_TRUE(seen.statuses.contains("GET /api/v1/people 200"));
    EXPECT_TRUE(seen.statuses.contains("PUT /api/v1/people/{person} 404"));
    // The stranger made a key of the same name, and deleted that one.
    EXPECT_TRUE(seen.statuses.contains("DELETE /api/v1/keys/{key_name} 204"));
    EXPECT_EQ(access::keys_of(*db, one).size(), 1U);
}

// The walk itself, tried on routes that do leak.
TEST_P(Isolation, TheWalkFindsLeaks) {
    routes.get("/api/v1/leak/{person}", http::Permission::view, "", http::Lane::io, [&](http::Request const& r) -> Result<http::Response> {
        for (auto const& person : access::people_of(*db, one))
            if (person.person == r.in_path.at("person")) return http::Response::json(person.name);
        return refuse("person_not_found", "Nobody.");
    });
    routes.post("/api/v1/leak", http::Permission::view, "", R"({"properties":{"person":{"type":"string"}}})", [&](http::Request const& r) -> Result<http::Response> {
        std::string person;
        auto in = *JsonIn::parse(r.body);
        in.get("person", person);
        OSETRA_TRY(access::change_person(*db, one, person, {.name = "changed"}));
        return http::Response::json("{}");
    });
    auto const seen = walk();
    ASSERT_EQ(seen.leaks.size(), 3U);
    EXPECT_EQ(seen.leaks[0], "GET /api/v1/leak/{person}: /api/v1/leak/person.of.one gave away \"SECRET\"");
    EXPECT_EQ(seen.leaks[2], "POST /api/v1/leak changed the table person");
}

OSETRA_ON_SHARED_ENGINES(Isolation);

/// The whole product: a farm with one of everything, made through its own addresses, and a stranger who knows every id of it.
class WholeProduct : public TwoEnterprises {
protected:
    void SetUp() override {
        TwoEnterprises::SetUp();
        if (IsSkipped()) return;
        owner = *access::add_key(*db, one, "key.of.one", {{access::Role::owner, ""}}, "x", clock.now());
        ASSERT_TRUE(access::add_person(*db, one, {"person.of.one", "SECRET Person", "four plain words", {{access::Role::worker, ""}}}, clock.now()));
        folder = std::filesystem::temp_directory_path() / ("osetra_isolation_" + std::to_string(getpid()));
        shelf.emplace([this] { return store::open(where); });
        media.emplace(folder.string());
        service.emplace([this](store::Access a) { return store::open(where, a); }, clock, farm::caviar_pack());
        epcis.emplace(*shelf, clock, [this] { return service->new_id(); }, [] {});
        courier.emplace(*epcis, nobody, "test", trace::PushOptions{});
        app::add_all_routes(routes, *access, *service, *epcis, {*courier, [] {}, false}, {*shelf, *media, clock, [this] { return service->new_id(); }, app::job_kinds()}, "1");
        plant();
    }
    void TearDown() override {
        courier.reset();
        epcis.reset();
        service.reset();
        media.reset();
        shelf.reset();
        access.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
        EveryEngine::TearDown();
    }

    http::Response ask(std::string const& key, http::Method method, std::string const& target, std::string body = {}) {
        return http::ask(routes, *access, method, target, std::move(body), {{"authorization", "Bearer " + key}});
    }
    JsonIn made(http::Method method, std::string const& target, std::string body = {}) {
        auto const reply = ask(owner, method, target, std::move(body));
        EXPECT_LT(reply.status, 300) << target << ": " << reply.body;
        return JsonIn::parse(reply.body).value_or(JsonIn::parse("{}").value());
    }
    static std::string text(JsonIn in, char const* name) {
        std::string value;
        if (in.has(name)) in.get(name, value);
        return value;
    }
    /// Tells a fact of enterprise one and returns its id.
    std::string told(std::string const& kind, std::string const& body, std::string const& more = "") {
        auto const reply = made(http::Method::post, "/api/v1/facts", R"({"facts":[{"kind":")" + kind + R"(","happened_at":"2026-01-05T04:00:00Z","body":)" + body + more + "}]}");
        auto const results = reply.items("results");
        EXPECT_FALSE(results.empty()) << kind;
        return results.empty() ? "" : text(results.front(), "id");
    }
    void plant() {
        auto& ids = planted.ids;
        planted.enterprise = one;
        planted.secrets = {"SECRET"};
        ids["person"] = {"person.of.one"};
        ids["key_name"] = {"key.of.one"};
        ids["site"] = {"S1"};
        ids["pool"] = {"P1", "P2"};
        ids["cohort"] = {"C1"};
        ids["fish"] = {"156000000000001"};
        ids["list"] = {"pools", "fish", "cohorts", "sites", "stock", "facts", "round", "differences"};
        told("site", R"({"site":"S1","name":"SECRET Farm"})");
        told("pool", R"({"pool":"P1","site":"S1","pool_kind":"tank","name":"SECRET Pool","volume_ml":20000000})");
        told("pool", R"({"pool":"P2","site":"S1","pool_kind":"tank"})");
        told("cohort", R"({"cohort":"C1","species":"BAE","year_class":2024,"origin":"SECRET Hatchery"})");
        ids["id"].push_back(told("stock", R"({"pool":"P1","cohort":"C1","heads":100,"mean_mg":62500,"source":"SECRET Hatchery"})"));
        ids["id"].push_back(told("tag", R"({"fish":"156000000000001","pool":"P1","cohort":"C1","weight_mg":90000})"));
        ids["id"].push_back(told("move", R"({"from":"P1","to":"P2","cohort":"C1","heads":10})"));
        told("count", R"({"pool":"P1","heads":50,"method":"hand"})");
        told("treat", R"({"pool":"P1","product":"SECRET Salt","withdrawal_days":20})");
        told("round", R"({"pool":"P1","deaths":1,"cause":"unknown","note":"SECRET note","feed_mg":1000000,"temperature_mc":15000})");
        told("recapture", R"({"series":"SECRET Lake","sample":1,"caught":3,"recaptured":0,"returned_marked":3})");
        // one that is refused after it was written down without a signal: a task
        ids["id"].push_back(told("round", R"({"pool":"SECRET"})", R"(,"offline":true)"));
        made(http::Method::post, "/api/v1/imports?name=SECRET.csv&dry_run=0", "pool,date,temperature (C)\nP1,2026-01-06,14.5\n");
        ids["job"] = {text(made(http::Method::post, "/api/v1/jobs", R"({"kind":"verify","input":{"note":"SECRET"}})"), "job")};
        auto const upload = [&](std::string const& name) { return text(made(http::Method::post, "/api/v1/uploads", R"({"name":")" + name + R"(","size":11})"), "upload"); };
        auto const whole = upload("SECRET.txt");
        made(http::Method::put, "/api/v1/uploads/" + whole + "?offset=0", "SECRET text");
        ids["sha256"] = {text(made(http::Method::post, "/api/v1/uploads/" + whole + "/done"), "sha256")};
        ids["flight"] = {text(made(http::Method::post, "/api/v1/flights", R"({"pool":"P1","sha256":")" + ids["sha256"].front() + R"(","file":"SECRET.mp4","note":"SECRET flight"})"), "flight")};
        ids["upload"] = {upload("SECRET half.txt")};
        made(http::Method::put, "/api/v1/uploads/" + ids["upload"].front() + "?offset=0", "SECRET");
        plant_events();
        for (auto const& [kind, some] : ids)
            for (auto const& id : some) EXPECT_FALSE(id.empty()) << kind;
    }

    /// What partners sent: an event, its capture, a query, the page behind a first one.
    void plant_events() {
        auto& ids = planted.ids;
        auto const sent = ask(owner, http::Method::post, "/epcis/v2/capture", chain_document("SECRET note"));
        EXPECT_EQ(sent.status, 202) << sent.body;
        for (auto const& [name, value] : sent.headers)
            if (name == "Location") ids["captureID"] = {value.substr(value.rfind('/') + 1)};
        store::Worker worker{*db, "test", app::prompt_handlers(clock), clock};
        while (worker.work_once(one)) {}
        EXPECT_EQ(ask(owner, http::Method::post, "/epcis/v2/queries", R"({"name":"query.of.one","query":{"EQ_bizStep":["https://SECRET.example.com/step"]}})").status, 201);
        ids["queryName"] = {"query.of.one"};
        auto const subscribed = ask(owner, http::Method::post, "/epcis/v2/queries/query.of.one/subscriptions", R"({"dest":"https://SECRET.example.com/hook","stream":true})");
        EXPECT_EQ(subscribed.status, 201) << subscribed.body;
        for (auto const& [name, value] : subscribed.headers)
            if (name == "Location") ids["subscriptionID"] = ids["subscription"] = {value.substr(value.rfind('/') + 1)};
        ids["eventID"] = {"urn:uuid:event-of-one"};
        ids["epc"] = {"urn:epc:id:sgtin:9521234.001234.T1", "https://id.gs1.org/01/09521234012344/21/T1"};
        ids["eventType"] = {"ObjectEvent"};
        ids["bizStep"] = {"shipping"};
        ids["disposition"] = {"in_transit"};
        ids["readPoint"] = ids["bizLocation"] = {"urn:epc:id:sgln:9521234.00001.DOOR"};
        for (auto const& [name, value] : ask(owner, http::Method::get, "/epcis/v2/events?perPage=1").headers)
            if (name == "Link") ids["token"] = ids["nextPageToken"] = {value.substr(value.find("nextPageToken=") + 14, value.find('>') - value.find("nextPageToken=") - 14)};
        EXPECT_EQ(ids["token"].size(), 1U);
    }
    static std::string chain_document(std::string const& note) {
        auto const event = [&](std::string const& id) {
            return R"({"type":"ObjectEvent","eventID":")" + id + R"(","eventTime":"2026-01-05T04:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:9521234.001234.T1"],)"
                R"("bizStep":"shipping","disposition":"in_transit","readPoint":{"id":"urn:epc:id:sgln:9521234.00001.DOOR"},"bizLocation":{"id":"urn:epc:id:sgln:9521234.00001.DOOR"},"ex:note":")" + note + R"("})";
        };
        return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ns.example.com/"}],"type":"EPCISDocument","schemaVersion":"2.0",)"
            R"("creationDate":"2026-01-05T04:00:00Z","epcisBody":{"eventList":[)" + event("urn:uuid:event-of-one") + "," + event("urn:uuid:other-of-one") + "]}}";
    }

    std::string owner;
    std::filesystem::path folder;
    std::optional<store::Pool> shelf;
    std::optional<store::MediaFolder> media;
    std::optional<app::FarmService> service;
    std::optional<app::EpcisService> epcis;
    struct Nobody final : trace::Sender {
        Result<int> send(trace::Letter const&) override { return 200; }
        void stop() override {}
    } nobody;
    std::optional<trace::Courier> courier;
};

TEST_P(WholeProduct, NoAddressLetsAStrangerIn) {
    auto const& id = planted.ids.at("id").front();
    isolation::Bodies const bodies{
        {"/api/v1/facts",
         {R"({"facts":[{"kind":"round","body":{"pool":"P1"}}]})", R"({"facts":[{"kind":"stock","act":"correct","corrects":")" + id + R"(","reason":"x","body":{"pool":"P1","cohort":"C1","heads":1}}]})",
          R"({"facts":[{"kind":"stock","act":"withdraw","corrects":")" + id + R"(","reason":"x"}]})",
          R"({"facts":[{"id":")" + id + R"(","kind":"site","body":{"site":"S1","name":"Mine"}}]})", R"({"facts":[{"kind":"harvest","body":{"fish":["156000000000001"]}}],"witnessed":true})"}},
        {"/api/v1/jobs", {R"({"kind":"verify"})"}},
        {"/epcis/v2/capture", {chain_document("mine")}},
        {"/epcis/v2/events", {R"({"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"ObjectEvent","eventID":"urn:uuid:event-of-one","eventTime":"2026-01-05T04:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:9521234.001234.T7"]})"}},
        {"/epcis/v2/queries/{queryName}/subscriptions", {R"({"dest":"https://stranger.example.com/","stream":true})"}},
        {"/epcis/v2/queries", {R"({"name":"query.of.one","query":{}})"}},
        {"/api/v1/imports", {"pool,date,temperature (C)\nP1,2026-01-06,14.5\n"}},
        {"/api/v1/uploads", {R"({"name":"a","size":11,"sha256":")" + planted.ids.at("sha256").front() + R"("})"}},
    };
    auto const seen = walk(bodies);
    for (auto const& leak : seen.leaks) ADD_FAILURE() << leak;
    // the walk got to where the secrets lie: each address was asked, and answered like an empty farm or as if nothing were there
    EXPECT_EQ(std::count_if(routes.all().begin(), routes.all().end(), [&](auto const& route) {
        return std::any_of(seen.statuses.begin(), seen.statuses.end(), [&](auto const& status) { return status.first.find(" " + route.path + " ") != std::string::npos; });
    }), std::ssize(routes.all()));
    for (auto const* want : {"GET /api/v1/pools/{pool} 404", "GET /api/v1/fish/{fish} 404", "GET /api/v1/cohorts/{cohort} 404", "GET /api/v1/facts/{id} 404", "GET /api/v1/jobs/{job} 404",
                             "GET /api/v1/uploads/{upload} 404", "GET /api/v1/media/{sha256} 404", "POST /api/v1/facts 200", "POST /api/v1/jobs 201", "GET /api/v1/today 200", "GET /api/v1/surveys 200",
                             "GET /api/v1/tasks 200", "POST /epcis/v2/capture 202", "GET /epcis/v2/events 200", "GET /epcis/v2/events 400", "GET /epcis/v2/capture/{captureID} 404", "GET /epcis/v2/queries/{queryName} 200", "GET /epcis/v2/epcs/{epc}/events 404", "POST /epcis/v2/events 201", "DELETE /epcis/v2/nextPageToken/{token} 204", "GET /epcis/v2/queries/{queryName}/subscriptions/{subscriptionID} 404", "DELETE /epcis/v2/queries/{queryName}/subscriptions/{subscriptionID} 404", "POST /api/v1/subscriptions/{subscription}/retry 404", "GET /api/v1/imports 200", "GET /api/v1/export/{list}.{format} 200"}) {
        std::string all;
        for (auto const& [line, times] : seen.statuses) all += line + "\n";
        EXPECT_TRUE(seen.statuses.contains(want)) << want << "\n" << all;
    }
    // The import that a stranger sends goes into their own books.
    auto const mine = ask(stranger, http::Method::post, "/api/v1/imports?name=x.csv&dry_run=0", "pool,date,temperature (C)\nP1,2026-01-06,14.5\n");
    EXPECT_EQ(mine.body.find("SECRET"), std::string::npos) << mine.body;
}

// The same questions from inside find the secrets: otherwise the walk proves nothing.
TEST_P(WholeProduct, TheOwnerSeesWhatIsPlanted) {
    for (auto const* target : {"/api/v1/sites", "/api/v1/pools/P1", "/api/v1/cohorts/C1", "/api/v1/facts", "/api/v1/surveys", "/api/v1/tasks", "/api/v1/imports", "/api/v1/people",
                               "/api/v1/export/sites.csv", "/api/v1/search?q=P1", "/api/v1/pools", "/epcis/v2/events", "/epcis/v2/events/urn%3Auuid%3Aevent-of-one", "/epcis/v2/queries", "/epcis/v2/queries/query.of.one",
                               "/epcis/v2/queries/query.of.one/subscriptions"}) {
        auto const reply = ask(owner, http::Method::get, target);
        EXPECT_EQ(reply.status, 200) << target;
        EXPECT_NE(reply.body.find("SECRET"), std::string::npos) << target << ": " << reply.body.substr(0, 300);
    }
    EXPECT_EQ(ask(owner, http::Method::get, "/api/v1/media/" + planted.ids.at("sha256").front()).body, "SECRET text");
}

// Who has a role at one site sees and does nothing with the flights of another.
TEST_P(WholeProduct, WhatIsOfTheWholeCompanyIsClosedToRolesOfOneSite) {
    auto const here = *access::add_key(*db, one, "key.of.s1", {{access::Role::manager, "S1"}}, "x", clock.now());
    for (auto const* path : {"/api/v1/plant/line", "/api/v1/labels", "/api/v1/labels/designs", "/api/v1/labels/codes", "/api/v1/labels/preview.svg?tin=T1", "/api/v1/tins?scan=T1", "/api/v1/quality", "/api/v1/grading/lots",
                             "/api/v1/tastings", "/api/v1/blending/goods", "/api/v1/breeding/species"}) {
        auto const answer = ask(here, http::Method::get, path);
        EXPECT_EQ(answer.status, 403) << path;
        EXPECT_NE(answer.body.find("not_allowed"), std::string::npos) << path;
    }
    EXPECT_EQ(ask(here, http::Method::post, "/api/v1/labels/codes/PLA/confirm", R"({"source":"x"})").status, 403);
}

TEST_P(WholeProduct, FlightsOfOtherSitesAreClosed) {
    told("site", R"({"site":"S2","name":"Two"})");
    auto const elsewhere = *access::add_key(*db, one, "key.of.s2", {{access::Role::manager, "S2"}}, "x", clock.now());
    auto const here = *access::add_key(*db, one, "key.of.s1", {{access::Role::worker, "S1"}}, "x", clock.now());
    auto const flight = "/api/v1/flights/" + planted.ids.at("flight").front();
    EXPECT_NE(ask(here, http::Method::get, "/api/v1/flights").body.find("SECRET.mp4"), std::string::npos);
    EXPECT_EQ(ask(here, http::Method::get, flight).status, 200);
    EXPECT_EQ(ask(elsewhere, http::Method::get, "/api/v1/flights").body, R"({"flights":[]})");
    EXPECT_EQ(ask(elsewhere, http::Method::get, "/api/v1/stocktake-plan").body.find("\"P1\""), std::string::npos);
    for (auto const* end : {"", "/frames", "/times", "/picture", "/agreement", "/truth"}) EXPECT_EQ(ask(elsewhere, http::Method::get, flight + end).status, 404) << end;
    auto const post = [&](std::string const& key, std::string const& end, std::string const& body) { return ask(key, http::Method::post, flight + end, body).status; };
    EXPECT_EQ(post(elsewhere, "/count", "{}"), 404);
    EXPECT_EQ(post(elsewhere, "/marks", R"({"frame_ms":0})"), 404);
    EXPECT_EQ(post(elsewhere, "/hand-count", R"({"frame_ms":0})"), 404);
    EXPECT_EQ(post(elsewhere, "/sign", R"({"heads":1,"low":1,"high":1})"), 404);
    EXPECT_EQ(post(elsewhere, "/unsign", R"({"reason":"x"})"), 404);
    EXPECT_EQ(post(here, "/hand-count", R"({"frame_ms":0,"points":["1 1"]})"), 200);
    EXPECT_EQ(post(here, "/sign", R"({"heads":1,"low":1,"high":1})"), 422);   // nothing was counted
    EXPECT_EQ(post(here, "/count", R"({"model":"../../etc/passwd"})"), 422);
    EXPECT_EQ(ask(elsewhere, http::Method::post, "/api/v1/flights", R"({"pool":"P1","sha256":")" + planted.ids.at("sha256").front() + R"(","file":"x.mp4"})").status, 404);
}

OSETRA_ON_SHARED_ENGINES(WholeProduct);

} // namespace
} // namespace osetra
