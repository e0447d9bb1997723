#include "trace/subscription_routes.h"

#include <gmock/gmock.h>

#include "kernel/json.h"
#include "trace/test_service.h"

// Subscriptions as partners ask for them, without sockets.
using namespace osetra;
using namespace osetra::trace;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

namespace {

class SaysYes final : public Sender {
public:
    Result<int> send(Letter const& letter) override {
        letters.push_back(letter);
        return status;
    }
    void stop() override {}
    std::vector<Letter> letters;
    int status = 200;
};

class FakeSocket final : public http::Socket {
public:
    bool send(std::string text) override { texts.push_back(std::move(text)); return true; }
    std::size_t waiting() const override { return 0; }
    void end(std::string why) override { said = std::move(why); if (when) when(); }
    void when_ended(std::function<void()> call) override { when = std::move(call); }
    std::vector<std::string> texts;
    std::string said;
    std::function<void()> when;
};

constexpr char const* shipping_event =
    R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00Z",)"
    R"("eventTimeZoneOffset":"+08:00","epcList":["urn:epc:id:sgtin:9521234.012345.7"],"action":"OBSERVE","bizStep":"shipping"})";

class SubscriptionRoutes : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        enterprise = *access::create_enterprise(*db, "one", "One", false, 480, clock.now());
        service.emplace(*db, clock);
        courier.emplace(*service, sender, "test", PushOptions{});
        add_epcis_routes(routes, *service, "Osetra test", Pushing{*courier, [this] { ++woken; }, false});
        gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::owner, ""}});
        EXPECT_EQ(ask(http::Method::post, "/queries", R"({"name":"shipped","query":{"EQ_bizStep":["shipping"]}})", json).status, 201);
    }
    http::Response ask(http::Method method, std::string const& path, std::string body = {}, http::Names headers = {}) {
        return http::ask(routes, gate, method, "/epcis/v2" + path, std::move(body), std::move(headers));
    }
    http::Response subscribe(std::string body, http::Names headers = json) {
        return ask(http::Method::post, "/queries/shipped/subscriptions", std::move(body), std::move(headers));
    }
    static std::string header(http::Response const& response, std::string_view name) {
        for (auto const& [key, value] : response.headers)
            if (key == name) return value;
        return {};
    }
    static std::string text_in(std::string const& body, char const* name) {
        auto in = JsonIn::parse(body);
        std::string text;
        if (in && in->has(name)) get(*in, name, text);
        return text;
    }
    void deliver() {
        while (auto const errand = courier->next(enterprise)) courier->run(*errand);
    }
    void capture_one() { EXPECT_EQ(ask(http::Method::post, "/events", shipping_event, json).status, 201); }

    static inline http::Names const json = {{"content-type", "application/json"}};
    HandClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}}};
    Enterprise enterprise = 0;
    std::optional<TestService> service;
    SaysYes sender;
    std::optional<Courier> courier;
    int woken = 0;
    http::Routes routes;
    TestGate gate;
};

TEST_P(SubscriptionRoutes, LiveFromPostToDelete) {
    auto const made = subscribe(R"({"dest":"https://partner.example/hook","signatureToken":"a secret","stream":true})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(woken, 1);
    auto const place = header(made, "Location");
    auto const id = text_in(made.body, "subscriptionID");
    EXPECT_EQ(place, "/epcis/v2/queries/shipped/subscriptions/" + id);
    EXPECT_EQ(made.body.find("a secret"), std::string::npos) << "a secret is told to nobody";
    capture_one();
    deliver();
    ASSERT_EQ(sender.letters.size(), 1U);
    EXPECT_EQ(sender.letters[0].signature, signature_of("a secret", sender.letters[0].body));

    clock.pass(1h);
    sender.status = 500;
    capture_one();   // the same event: nothing is new
    deliver();
    EXPECT_EQ(sender.letters.size(), 1U);
    auto const good = ask(http::Method::get, place.substr(9));
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(text_in(good.body, "osetra:state"), "good");
    EXPECT_EQ(text_in(good.body, "lastNotifiedAt"), "2026-03-02T00:00:00Z");
    EXPECT_EQ(text_in(good.body, "queryName"), "shipped");
    EXPECT_EQ(text_in(good.body, "dest"), "https://partner.example/hook");
    EXPECT_EQ(header(good, "GS1-Query-Min-Record-Time").substr(0, 19), "2026-03-02T00:00:00");
    EXPECT_EQ(header(ask(http::Method::options, place.substr(9)), "GS1-Query-Min-Record-Time"), header(good, "GS1-Query-Min-Record-Time"));
    EXPECT_EQ(header(ask(http::Method::options, place.substr(9)), "Allow"), "OPTIONS, GET, DELETE");

    EXPECT_EQ(ask(http::Method::del, place.substr(9)).status, 204);
    EXPECT_EQ(ask(http::Method::get, place.substr(9)).status, 404);
    EXPECT_EQ(ask(http::Method::del, place.substr(9)).status, 404);

    auto const named = subscribe(R"({"dest":"https://partner.example/hook","schedule":{"hour":1}})", {{"content-type", "application/json"}, {"host", "farm.example:8443"}});
    EXPECT_TRUE(header(named, "Location").starts_with("http://farm.example:8443/epcis/v2/queries/shipped/subscriptions/"));
}

TEST_P(SubscriptionRoutes, TellHowTheyFail) {
    auto const made = subscribe(R"({"dest":"https://partner.example/hook","schedule":{"minute":0,"hour":"1"},"reportIfEmpty":true,"initialRecordTime":"2026-03-01T00:00:00+08:00"})",
                                {{"content-type", "application/json"}, {"gs1-epc-format", "Always_EPC_URN"}});
    ASSERT_EQ(made.status, 201) << made.body;
    sender.status = 503;
    clock.pass(1h);
    deliver();
    auto const place = header(made, "Location").substr(9);
    auto const failing = ask(http::Method::get, place).body;
    EXPECT_EQ(text_in(failing, "osetra:state"), "failing");
    EXPECT_EQ(text_in(failing, "osetra:failingSince"), "2026-03-02T01:00:00Z");
    EXPECT_EQ(text_in(failing, "osetra:nextTry"), "2026-03-02T01:00:01Z");
    EXPECT_EQ(text_in(failing, "osetra:problem"), "The receiver answered 503.");
    EXPECT_EQ(text_in(failing, "initialRecordTime"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(text_in(failing, "minRecordTime"), "2026-02-28T16:00:00Z");
    EXPECT_EQ(text_in(failing, "epcFormat"), "Always_EPC_URN");
    EXPECT_EQ(text_in(failing, "lastNotifiedAt"), "");
    EXPECT_NE(failing.find(R"("schedule":{"minute":"0","hour":"1"},"reportIfEmpty":true)"), std::string::npos) << failing;
    EXPECT_NE(failing.find(R"("osetra:letters":[{"at":"2026-03-02T01:00:00Z","events":0,"status":503,"problem":"The receiver answered 503."}])"), std::string::npos) << failing;
    sender.status = 200;
    clock.pass(1s);
    deliver();
    EXPECT_EQ(text_in(ask(http::Method::get, place).body, "osetra:nextTry"), "2026-03-03T01:00:00Z");
}

TEST_P(SubscriptionRoutes, AreLookedAfter) {
    auto const own = [&](http::Method method, std::string const& path) { return http::ask(routes, gate, method, "/api/v1/subscriptions" + path); };
    EXPECT_EQ(own(http::Method::get, "").body, R"({"subscriptions":[]})");
    auto const id = text_in(subscribe(R"({"dest":"https://partner.example/hook","stream":true})").body, "subscriptionID");
    capture_one();
    sender.status = 500;
    deliver();
    EXPECT_EQ(own(http::Method::get, "").body, R"({"subscriptions":[{"subscription":")" + id + R"(","query_name":"shipped","dest":"https://partner.example/hook","state":"failing",)"
                                               R"("failing_since":"2026-03-02T00:00:00Z","failures":1,"said":"The receiver answered 500.","next_at":"2026-03-02T00:00:01Z"}]})");
    sender.status = 200;
    EXPECT_EQ(own(http::Method::post, "/" + id + "/retry").status, 200);
    deliver();
    EXPECT_EQ(own(http::Method::get, "").body, R"({"subscriptions":[]})");
    EXPECT_EQ(own(http::Method::post, "/no-id/retry").status, 404);
    gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::worker, ""}});
    EXPECT_EQ(own(http::Method::post, "/" + id + "/retry").status, 403);
}

struct Bad {
    char const* body;
    int status;
    char const *type, *code;
};
std::vector<Bad> const bad = {
    {"", 400, "ValidationException", "json_malformed"},
    {"[]", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"stream":true})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":5,"stream":true})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/"})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","stream":false})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","stream":true,"schedule":{"hour":"1"}})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","stream":"yes"})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","schedule":{}})", 400, "SubscriptionControlsException", "schedule_empty"},
    {R"({"dest":"https://partner.example/","schedule":"hourly"})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","schedule":[1]})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","schedule":{"hour":"25"}})", 400, "SubscriptionControlsException", "schedule_malformed"},
    {R"({"dest":"https://partner.example/","schedule":{"hour":{"a":1}}})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","schedule":{"hours":"1"}})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"https://partner.example/","schedule":{"dayOfMonth":"31","month":"2"}})", 400, "SubscriptionControlsException", "schedule_never"},
    {R"({"dest":"https://partner.example/","stream":true,"initialRecordTime":"soon"})", 400, "ValidationException", "instant_malformed"},
    {R"({"dest":"https://partner.example/","stream":true,"more":1})", 400, "SubscriptionControlsException", "subscription_controls"},
    {R"({"dest":"ftp://partner.example/","stream":true})", 400, "ValidationException", "url_malformed"},
    {R"({"dest":"partner","stream":true})", 400, "ValidationException", "url_malformed"},
    {R"({"dest":"http://127.0.0.1/","stream":true})", 400, "ValidationException", "address_private"},
    {R"({"dest":"http://localhost:8080/","stream":true})", 400, "ValidationException", "address_private"},
    {R"({"dest":"http://169.254.169.254/latest/meta-data/","stream":true})", 400, "ValidationException", "address_private"},
    {R"({"dest":"http://[::ffff:10.0.0.1]/","stream":true})", 400, "ValidationException", "address_private"},
};

TEST_P(SubscriptionRoutes, AreRefusedInTheStandardsWords) {
    for (auto const& row : bad) {
        auto const reply = subscribe(row.body);
        EXPECT_EQ(reply.status, row.status) << row.body;
        EXPECT_EQ(text_in(reply.body, "type"), std::string{"epcisException:"} + row.type) << row.body;
        EXPECT_EQ(text_in(reply.body, "code"), row.code) << row.body << reply.body;
    }
    auto const good = R"({"dest":"https://partner.example/","stream":true})";
    EXPECT_EQ(subscribe(good, {{"content-type", "text/plain"}}).status, 415);
    EXPECT_EQ(ask(http::Method::post, "/queries/nothing/subscriptions", good, json).status, 404);
    EXPECT_EQ(ask(http::Method::get, "/queries/nothing/subscriptions").status, 404);
    EXPECT_EQ(ask(http::Method::get, "/queries/shipped/subscriptions/no-id").status, 404);
    gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::worker, ""}});
    EXPECT_EQ(subscribe(good).status, 403);
    EXPECT_EQ(ask(http::Method::get, "/queries/shipped/subscriptions").status, 200);
}

TEST_P(SubscriptionRoutes, AreListedInPages) {
    std::set<std::string> made, found;
    for (int n = 0; n < 5; ++n) made.insert(text_in(subscribe(R"({"dest":"https://partner.example/","stream":true})").body, "subscriptionID"));
    auto path = std::string{"/queries/shipped/subscriptions?perPage=2"};
    for (int pages = 0; !path.empty() && pages < 5; ++pages) {
        auto const page = ask(http::Method::get, path);
        ASSERT_EQ(page.status, 200) << page.body;
        for (auto& s : JsonIn::parse(page.body)->items(nullptr)) found.insert(text_in(s.dump(), "subscriptionID"));
        auto const link = header(page, "Link");
        path = link.empty() ? "" : link.substr(10, link.find('>') - 10);
    }
    EXPECT_EQ(found, made);
    EXPECT_EQ(made.size(), 5U);
    EXPECT_EQ(ask(http::Method::get, "/queries/other/subscriptions/" + *made.begin()).status, 404) << "of another query";
    EXPECT_EQ(ask(http::Method::del, "/queries/shipped").status, 204);
    EXPECT_EQ(ask(http::Method::get, "/queries/shipped/subscriptions/" + *made.begin()).status, 404);
}

TEST_P(SubscriptionRoutes, WebSocketsHearWhatComes) {
    http::Names const upgrade = {{"upgrade", "websocket"}, {"connection", "Upgrade"}};
    auto const open = [&](std::string const& query) { return ask(http::Method::get, "/queries/shipped/events?" + query, {}, upgrade); };
    auto const opened = open("stream=true");
    ASSERT_EQ(opened.status, 101) << opened.body;
    auto const socket = std::make_shared<FakeSocket>();
    opened.talk(socket);
    capture_one();
    courier->tell_listeners();
    ASSERT_EQ(socket->texts.size(), 1U);
    EXPECT_NE(socket->texts[0].find(R"("queryName":"shipped")"), std::string::npos);
    EXPECT_TRUE(read_json(socket->texts[0]).has_value());

    auto const hourly = open("minute=0&reportIfEmpty=true&initialRecordTime=2026-01-01T00:00:00Z");
    ASSERT_EQ(hourly.status, 101) << hourly.body;
    auto const other = std::make_shared<FakeSocket>();
    hourly.talk(other);
    clock.pass(1h);
    courier->tell_listeners();
    EXPECT_EQ(other->texts.size(), 1U);

    struct Row {
        char const* query;
        int status;
        char const* code;
    };
    for (auto const& row : std::vector<Row>{{"", 400, "subscription_controls"}, {"stream=true&hour=1", 400, "subscription_controls"}, {"stream=perhaps", 400, "subscription_controls"},
                                            {"hour=99", 400, "schedule_malformed"}, {"stream=true&EQ_bizStep=x", 400, "subscription_controls"}, {"stream=true&initialRecordTime=x", 400, "instant_malformed"}}) {
        auto const reply = open(row.query);
        EXPECT_EQ(reply.status, row.status) << row.query;
        EXPECT_EQ(text_in(reply.body, "code"), row.code) << row.query;
    }
    EXPECT_EQ(ask(http::Method::get, "/queries/nothing/events?stream=true", {}, upgrade).status, 404);
    EXPECT_EQ(ask(http::Method::get, "/queries/shipped/events", {}, {}).status, 200) << "who asks for no WebSocket gets a page";
    EXPECT_EQ(ask(http::Method::del, "/queries/shipped").status, 204);
    EXPECT_EQ(socket->said, "The query was deleted.");
    courier->tell_listeners();
    EXPECT_EQ(courier->listeners(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Store, SubscriptionRoutes, ::testing::Values("memory", "postgres"), store::engine_name);

} // namespace
