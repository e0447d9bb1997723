#include "trace/link_routes.h"

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/link_sql.h"
#include "trace/test_chain.h"

// The pages behind codes over two enterprises: what is published is shown, nothing else, and never of the other.
namespace osetra::trace {
namespace {

constexpr Enterprise ours = 7, others = 8;
constexpr char const* tin = "/id/01/09521234100065/21/T1";

/// One connection, no concurrency: enough for routes.
class PlainService final : public Service {
public:
    explicit PlainService(store::Db& db) : m_db(db) {}
    void read(Enterprise enterprise, std::function<void(Desk&)> const& see) override {
        Repository events{m_db, enterprise};
        Desk desk{m_db, enterprise, events};
        see(desk);
    }
    void write(Enterprise enterprise, std::function<Keep(Desk&)> const& work) override {
        store::Transaction transaction{m_db};
        Repository events{m_db, enterprise};
        Desk desk{m_db, enterprise, events};
        if (work(desk) == Keep::yes) transaction.commit();
    }
    Instant now() override { return Instant{std::chrono::hours{490'000}}; }
    Uuid new_id() override { return {}; }
    void wake() override {}

private:
    store::Db& m_db;
};

class Door final : public http::Gate {
public:
    Result<http::Caller> admit(http::Request const& request, http::Route const& route) override {
        if (route.needs == http::Permission::open) return http::Caller{};
        http::Caller caller;
        caller.enterprise = request.headers.contains("x-other") ? others : ours;
        caller.may = {http::Permission::manage};
        return caller;
    }
};

std::string document(char const* prefix_of_tin) {
    return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/voc/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-06-01T00:00:00Z","epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
    {"id":"https://id.gs1.org/414/9521234000013","attributes":[{"id":"urn:epcglobal:cbv:mda:name","attribute":"云湖 Yunhu Lake"},{"id":"urn:epcglobal:cbv:mda:state","attribute":"浙江"},{"id":"urn:epcglobal:cbv:mda:latitude","attribute":"29.6"},{"id":"urn:epcglobal:cbv:mda:longitude","attribute":"119.0"}]}]},
    {"type":"urn:epcglobal:epcis:vtype:EPCClass","vocabularyElementList":[{"id":"https://id.gs1.org/01/09521234100065","attributes":[{"id":"urn:epcglobal:cbv:mda:descriptionShort","attribute":"Kaluga hybrid, caviar, 0.030 kg net"}]}]}]}},"epcisBody":{"eventList":[
    {"type":"ObjectEvent","eventTime":"2017-04-12T09:30:00.000+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"urn:gdst:bizStep:hatching","quantityList":[{"epcClass":"https://id.gs1.org/01/09521234100010/10/C1","quantity":42000}],
     "ilmd":{"osetra:species":"DAUxSCH","osetra:sire":"https://id.gs1.org/8004/9521234FS0041","osetra:dam":"https://id.gs1.org/8004/9521234FD0107"}},
    {"type":"TransformationEvent","eventTime":"2020-09-14T08:00:00.000+08:00","eventTimeZoneOffset":"+08:00","inputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100010/10/C1","quantity":1}],"outputEPCList":["https://id.gs1.org/8004/9521234F1"],
     "bizStep":"creating_class_instance","bizLocation":{"id":"https://id.gs1.org/414/9521234000013/254/P-0244"}},
    {"type":"TransformationEvent","eventTime":"2026-03-14T08:05:15.000+08:00","eventTimeZoneOffset":"+08:00","inputEPCList":["https://id.gs1.org/8004/9521234F1"],"outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100058/10/L1","quantity":4.62,"uom":"KGM"}],
     "bizStep":"urn:gdst:bizStep:farmHarvest","ilmd":{"osetra:container":"P-0244","osetra:harvestDate":"2026-03-14","osetra:ageYears":9,"osetra:grade":"A+","osetra:saltPercent":3.4,"osetra:citesLabel":"DAUxSCH/C/CN/2026/CN-ZJ-0007/L1"}},
    {"type":"TransformationEvent","eventTime":"2026-05-06T09:00:00.000+08:00","eventTimeZoneOffset":"+08:00","inputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100058/10/L1","quantity":0.03,"uom":"KGM"}],"outputEPCList":["https://id.gs1.org/01/)" + std::string{prefix_of_tin} +
           R"(/21/T1"],"bizStep":"commissioning","ilmd":{"osetra:netMass":{"osetra:value":30,"osetra:uom":"GRM"}}},
    {"type":"AggregationEvent","eventTime":"2026-05-11T10:00:00.000+08:00","eventTimeZoneOffset":"+08:00","parentID":"https://id.gs1.org/00/395212340000003008","childEPCs":["https://id.gs1.org/01/)" + std::string{prefix_of_tin} + R"(/21/T1"],"action":"ADD","bizStep":"packing"},
    {"type":"ObjectEvent","eventTime":"2026-05-18T10:00:00.000+08:00","eventTimeZoneOffset":"+08:00","epcList":["https://id.gs1.org/01/09521234100065/21/SEEN"],"action":"OBSERVE","bizStep":"receiving","readPoint":{"id":"https://id.gs1.org/414/4012345000054"}},
    {"type":"ObjectEvent","eventTime":"2026-05-17T10:00:00.000+08:00","eventTimeZoneOffset":"+08:00","epcList":["https://id.gs1.org/00/395212340000003008"],"action":"OBSERVE","bizStep":"transporting",
     "sensorElementList":[{"sensorReport":[{"type":"Temperature","minValue":-0.4,"maxValue":2.1,"uom":"CEL"}]}]}]}})";
}

class LinkPages : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        service.emplace(*db);
        capture(ours, "09521234100065");
        LinkWorld world;
        world.issuers = [] { return std::vector<Issuer>{{ours, "云湖鲟业 Yunhu", true, "9521234"}, {others, "Secret Lake", false, "9529999"}}; };
        world.species = [](std::string_view code) { return LinkWorld::Species{std::string{code}, "Huso × Acipenser", "Kaluga hybrid", "杂交鲟"}; };
        add_link_routes(routes, *service, std::move(world));
    }
    void capture(Enterprise enterprise, char const* gtin) {
        auto const read = read_json(document(gtin));
        ASSERT_TRUE(read) << read.error().message << " " << read.error().at;
        service->write(enterprise, [&](Desk& desk) {
            for (auto const& one : desk.events.capture(*read, Teller::foreign, OnError::rollback, service->now())) EXPECT_EQ(one.outcome, Captured::Outcome::accepted) << one.refusal.message;
            return Service::Keep::yes;
        });
    }
    http::Response get(std::string const& target, char const* accept = "application/json") { return http::ask(routes, door, http::Method::get, target, {}, {{"accept", accept}, {"host", "farm.example"}}); }
    void publish(std::string const& fields, int status = 200, http::Names headers = {}) {
        auto const reply = http::ask(routes, door, http::Method::put, "/api/v1/publish", fields, std::move(headers));
        EXPECT_EQ(reply.status, status) << reply.body;
    }

    std::optional<PlainService> service;
    http::Routes routes;
    Door door;
};

TEST_P(LinkPages, OnlyWhatIsPublishedIsShown) {
    auto const bare = get(tin);
    EXPECT_EQ(bare.status, 200);
    EXPECT_NE(bare.body.find(R"("issued":true)"), std::string::npos) << bare.body;
    for (auto const* closed : {"DAUxSCH", "P-0244", "A+", "2026-03-14", "2017", "FS0041", "Yunhu Lake", "CN-ZJ-0007", "low_c"}) EXPECT_EQ(bare.body.find(closed), std::string::npos) << closed << " in " << bare.body;
    struct Row { char const* field; std::vector<char const*> shown; };
    Row const rows[] = {
        {"species", {"DAUxSCH", "杂交鲟"}}, {"farm", {"Yunhu Lake"}}, {"pool", {R"("pool":"P-0244")"}}, {"year_class", {R"("year_class":2017)", R"("age_years":9)"}},
        {"harvest", {R"("harvested_on":"2026-03-14")", R"("packed_on":"2026-05-06")"}}, {"plant", {"CN-ZJ-0007"}}, {"grade", {R"("grade":"A+")"}}, {"salt", {"3.4"}},
        {"label", {"DAUxSCH/C/CN/2026/CN-ZJ-0007/L1"}}, {"parents", {R"("sire":"FS0041")", R"("dam":"FD0107")"}}, {"cold_chain", {R"("low_c":-0.4)", R"("high_c":2.1)"}},
    };
    for (auto const& row : rows) {
        publish(std::string{R"({")"} + row.field + R"(":true})");
        auto const reply = get(tin);
        for (auto const* text : row.shown) EXPECT_NE(reply.body.find(text), std::string::npos) << row.field << ": " << reply.body;
        EXPECT_EQ(reply.body.find("latitude"), std::string::npos);
    }
    publish(R"({"farm":true,"map":true})");
    EXPECT_NE(get(tin).body.find(R"("latitude":29.6)"), std::string::npos);
    publish(R"({"password":true})", 422);
    EXPECT_NE(get(tin).body.find("Yunhu Lake"), std::string::npos);     // a refused change changes nothing
}

TEST_P(LinkPages, WhatWasNotIssuedIsSaidSo) {
    struct Row { char const* target; int status; char const* text; };
    Row const rows[] = {
        {"/id/01/09521234100065/21/FAKE", 404, R"("issued":false)"},      // ours by its number, and never told of
        {"/id/01/09521234100065/21/FAKE", 404, "Yunhu"},
        {"/id/01/04012345000009/21/T1", 404, R"("issued":false)"},        // of nobody here
        {"/id/01/09521234100066/21/T1", 422, "check_digit_wrong"},
        {"/id/01/09521234100065", 200, "Kaluga hybrid, caviar"},
        {"/id/01/09521234100065/21/SEEN", 404, R"("issued":false)"},      // somebody saw it, nobody made it
        {"/id/01/09521234100058", 404, R"("issued":false)"},
        {"/id/01/09521234100058/10/L1", 200, R"("what":"lot")"},
        {"/id/8004/9521234F1", 200, R"("what":"fish")"},
        {"/id/00/395212340000003008", 200, R"("what":"case")"},
        {"/id/414/9521234000013", 200, R"("what":"place")"},
        {"/id/417/9521234000013", 200, R"("what":"party")"},
        {"/id/00/395212340000003015", 404, R"("issued":false)"},
    };
    for (auto const& row : rows) {
        auto const reply = get(row.target);
        EXPECT_EQ(reply.status, row.status) << row.target << reply.body;
        EXPECT_NE(reply.body.find(row.text), std::string::npos) << row.target << reply.body;
    }
}

TEST_P(LinkPages, WhoseNumberItIsAnswersAndNobodyElse) {
    capture(others, "09529999000019");
    publish(R"({"species":true,"pool":true})", 200, {{"x-other", "1"}});
    EXPECT_EQ(get(tin).body.find("DAUxSCH"), std::string::npos);          // what the other publishes is not ours
    auto const theirs = get("/id/01/09529999000019/21/T1");
    EXPECT_NE(theirs.body.find("Secret Lake"), std::string::npos);
    EXPECT_NE(theirs.body.find("DAUxSCH"), std::string::npos);
    // The lot of our own number that they told of says nothing in our name, and theirs nothing by ours.
    EXPECT_EQ(get("/id/01/09521234100058/10/L1").body.find("DAUxSCH"), std::string::npos);
}

TEST_P(LinkPages, ProgramsFindTheirWay) {
    auto const set = get(std::string{tin} + "?linkType=all");
    EXPECT_EQ(set.content_type, "application/linkset+json");
    for (auto const* text : {R"("anchor":"https://id.gs1.org/01/09521234100065/21/T1")", "https://ref.gs1.org/voc/pip", "http://farm.example/id/01/09521234100065/21/T1", "/epcis/v2/events?MATCH_anyEPC=https%3A%2F%2Fid.gs1.org"})
        EXPECT_NE(set.body.find(text), std::string::npos) << text << " in " << set.body;
    EXPECT_EQ(get(tin, "application/linkset+json").content_type, "application/linkset+json");
    EXPECT_EQ(get(tin, "application/ld+json").content_type, "application/ld+json");
    for (auto const* type : {"gs1:epcis", "epcis", "https://ref.gs1.org/voc/epcis"}) EXPECT_EQ(get(std::string{tin} + "?linkType=" + type).status, 307) << type;
    EXPECT_EQ(get(std::string{tin} + "?linkType=gs1:recipeInfo").status, 404);
}

OSETRA_ON_EVERY_ENGINE(LinkPages);

} // namespace
} // namespace osetra::trace
