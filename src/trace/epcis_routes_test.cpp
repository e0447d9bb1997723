// EPCIS's REST interface, asked as partners ask it, on both databases.
#include "trace/epcis_routes.h"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "trace/query_vectors.h"
#include "trace/rest_routes.h"
#include "trace/subscriptions.h"
#include "trace/test_service.h"

namespace osetra::trace {
namespace {

using std::string;
using http::Method;
using http::Names;
using http::Response;
using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

string document(string const& events, string const& version = "2.0", string const& context = {}) {
    return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://ns.example.com/epcis/"})" + context +
           R"(],"type":"EPCISDocument","schemaVersion":")" + version + R"(","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[)" + events + "]}}";
}
string event(int n, string const& more = {}) {
    auto const minute = string{n % 60 < 10 ? "0" : ""} + std::to_string(n % 60);
    return R"({"type":"ObjectEvent","eventTime":"2026-03-01T08:)" + minute + R"(:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:9521234.001234.T)" + std::to_string(n) +
           R"("],"bizStep":"shipping","disposition":"in_transit","readPoint":{"id":"urn:epc:id:sgln:9521234.00001.DOOR"})" + more + "}";
}
string single(string const& event_json) {
    return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://ns.example.com/epcis/"}],)" + event_json.substr(1);
}
string bad_event() { return R"({"type":"ObjectEvent","eventTime":"yesterday","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:9521234.001234.X"]})"; }
Names const as_json{{"content-type", "application/json"}};

Json parsed(Response const& response) {
    auto json = Json::parse(response.body, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << response.status << " " << response.body.substr(0, 300);
    return json;
}
std::vector<string> ids_of(Response const& response) {
    std::vector<string> ids;
    auto const json = parsed(response);
    if (json.contains("epcisBody"))
        for (auto const& e : json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) ids.push_back(e.value("eventID", ""));
    return ids;
}

class Epcis : public EpcisTest {
protected:
    /// The path of a Link header's next page, below the root.
    static string next_of(Response const& response) {
        auto const link = header(response, "Link");
        if (link.empty()) return {};
        EXPECT_TRUE(link.starts_with("</epcis/v2/") && link.ends_with(">; rel=\"next\"")) << link;
        return link.substr(10, link.find('>') - 10);
    }
    void expect_problem(Response const& response, int status, string const& type) {
        EXPECT_EQ(response.status, status) << response.body;
        EXPECT_EQ(response.content_type, "application/problem+json");
        auto const json = parsed(response);
        EXPECT_EQ(json.value("type", ""), "epcisException:" + type) << response.body;
        EXPECT_EQ(json.value("status", 0), status);
    }
};

TEST_P(Epcis, ADocumentIsCapturedByAWorker) {
    auto const taken = ask(Method::post, "/capture", document(event(1) + "," + event(2)), as_json);
    ASSERT_EQ(taken.status, 202) << taken.body;
    auto const place = header(taken, "Location");
    ASSERT_TRUE(place.starts_with("/epcis/v2/capture/")) << place;
    EXPECT_EQ(service->woken, 1);
    auto const before = parsed(get(place.substr(9)));
    EXPECT_TRUE(before["running"]);
    EXPECT_TRUE(before["success"]);
    EXPECT_FALSE(before.contains("finishedAt"));
    EXPECT_EQ(ids_of(get("/events")).size(), 0u);

    service->work(enterprise);
    auto const after = parsed(get(place.substr(9)));
    EXPECT_FALSE(after["running"]);
    EXPECT_TRUE(after["success"]);
    EXPECT_EQ(after["captureErrorBehaviour"], "rollback");
    EXPECT_EQ(after["errors"].size(), 0u);
    EXPECT_EQ(after["osetra:outcome"]["accepted"], 2);
    ASSERT_EQ(after["osetra:outcome"]["results"].size(), 2u);
    EXPECT_EQ(after["osetra:outcome"]["results"][1]["outcome"], "accepted");
    string const name = after["osetra:outcome"]["results"][1]["eventID"];
    EXPECT_TRUE(name.starts_with("ni:///sha-256;")) << name;

    auto const one = get("/events/" + percent_encoded(name));
    EXPECT_EQ(one.status, 200);
    ASSERT_EQ(ids_of(one), std::vector<string>{name});
    auto const given = parsed(one)["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0];
    EXPECT_TRUE(given["recordTime"].get<string>().starts_with("2026-03-02T00:00:00"));
    EXPECT_EQ(given["epcList"][0], "https://id.gs1.org/01/09521234012344/21/T2");
    EXPECT_EQ(given["bizStep"], "shipping");
    EXPECT_EQ(header(one, "GS1-EPCIS-Version"), "2.0.0");
    EXPECT_EQ(ids_of(get("/events")).size(), 2u);
}

TEST_P(Epcis, EachEventHasItsOutcome) {
    auto const both = document(event(1) + "," + bad_event());
    auto job = Json::parse(capture(both));
    EXPECT_FALSE(job["success"]);
    EXPECT_EQ(job["errors"].size(), 1u);
    EXPECT_EQ(job["errors"][0]["type"], "epcisException:ValidationException");
    EXPECT_EQ(job["osetra:outcome"]["results"][0]["outcome"], "rolled_back");
    EXPECT_EQ(job["osetra:outcome"]["results"][1]["outcome"], "refused");
    EXPECT_EQ(job["osetra:outcome"]["accepted"], 0);
    EXPECT_EQ(ids_of(get("/events")).size(), 0u);

    job = Json::parse(capture(both, {{"content-type", "application/ld+json"}, {"gs1-capture-error-behaviour", "proceed"}}));
    EXPECT_FALSE(job["success"]);
    EXPECT_EQ(job["captureErrorBehaviour"], "proceed");
    EXPECT_EQ(job["osetra:outcome"]["results"][0]["outcome"], "accepted");
    EXPECT_EQ(ids_of(get("/events")).size(), 1u);

    job = Json::parse(capture(document(event(1) + "," + event(2))));
    EXPECT_TRUE(job["success"]);
    EXPECT_EQ(job["osetra:outcome"]["results"][0]["outcome"], "duplicate");
    EXPECT_EQ(job["osetra:outcome"]["results"][1]["outcome"], "accepted");
    EXPECT_EQ(job["osetra:outcome"]["duplicates"], 1);
    EXPECT_EQ(ids_of(get("/events")).size(), 2u);

    auto const all = parsed(get("/capture?perPage=2"));
    EXPECT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0]["captureID"], job["captureID"]);
    EXPECT_EQ(all[1]["errors"].size(), 1u);
    auto const more = get(next_of(get("/capture?perPage=2")));
    EXPECT_EQ(parsed(more).size(), 1u);
    EXPECT_EQ(next_of(more), "");
    auto const xml = get("/capture/" + job["captureID"].get<string>(), {{"accept", "application/xml"}});
    EXPECT_EQ(xml.content_type, "application/xml");
    EXPECT_NE(xml.body.find("<captureErrorBehaviour>rollback</captureErrorBehaviour>"), string::npos) << xml.body;
    expect_problem(get("/capture/none"), 404, "NoSuchNameException");
}

// A worker that stopped between its commit and its last word: the job is taken again and finds the capture done.
TEST_P(Epcis, AJobThatIsDoneTwiceCapturesOnce) {
    auto const taken = ask(Method::post, "/capture", document(event(1)), as_json);
    service->work(enterprise);
    auto const id = Uuid::parse(header(taken, "Location").substr(18));
    ASSERT_TRUE(id);
    auto const job = store::job_by_id(*db, enterprise, *id);
    ASSERT_TRUE(job);
    EXPECT_EQ(job->state, "done");
    store::Task again{*db, enterprise, *job, clock, {}, {}};
    auto const result = do_capture(again, clock);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(Json::parse(*result)["accepted"], 1);
    EXPECT_EQ(ids_of(get("/events")).size(), 1u);
}

TEST_P(Epcis, DocumentsThatWaitAreBounded) {
    for (int i = 0; i < 200; ++i) ASSERT_EQ(ask(Method::post, "/capture", document(event(i)), as_json).status, 202) << i;
    expect_problem(ask(Method::post, "/capture", document(event(200)), as_json), 503, "ImplementationException");
    service->work(enterprise);
    EXPECT_EQ(ask(Method::post, "/capture", document(event(200)), as_json).status, 202);
    service->work(enterprise);
    EXPECT_EQ(ids_of(get("/events?perPage=500")).size(), 201u);
}

TEST_P(Epcis, ACancelledCaptureIsToldAsFailed) {
    auto const taken = ask(Method::post, "/capture", document(event(1)), as_json);
    auto const id = Uuid::parse(header(taken, "Location").substr(18));
    ASSERT_TRUE(store::cancel_job(*db, enterprise, *id, clock.now()));
    auto const job = parsed(get("/capture/" + id->text()));
    EXPECT_FALSE(job["running"]);
    EXPECT_FALSE(job["success"]);
    EXPECT_EQ(job["errors"][0]["type"], "epcisException:ImplementationException");
    forget_documents(*db, enterprise);
    ASSERT_TRUE(store::retry_job(*db, enterprise, *id, clock.now()));   // its document is still there
    service->work(enterprise);
    EXPECT_EQ(ids_of(get("/events")).size(), 1u);
}

TEST_P(Epcis, XmlOfBothEditionsIsTaken) {
    string const xml2 = R"(<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-03-02T08:00:00Z"><EPCISBody><EventList>
<ObjectEvent><eventTime>2026-03-01T08:01:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:9521234.001234.T1</epc></epcList><action>OBSERVE</action>
<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep><disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition><readPoint><id>urn:epc:id:sgln:9521234.00001.DOOR</id></readPoint></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>)";
    auto xml1 = xml2;
    for (auto const& [from, to] : {std::pair{"xsd:2", "xsd:1"}, {"schemaVersion=\"2.0\"", "schemaVersion=\"1.2\""}, {"https://ref.gs1.org/cbv/BizStep-", "urn:epcglobal:cbv:bizstep:"}, {"https://ref.gs1.org/cbv/Disp-", "urn:epcglobal:cbv:disp:"}})
        xml1.replace(xml1.find(from), string{from}.size(), to);
    auto job = Json::parse(capture(xml2, {{"content-type", "application/xml"}}));
    EXPECT_TRUE(job["success"]) << job.dump();
    job = Json::parse(capture(xml1, {{"content-type", "text/xml; charset=utf-8"}}));
    EXPECT_EQ(job["osetra:outcome"]["duplicates"], 1) << job.dump();   // the same event
    job = Json::parse(capture(document(event(1))));
    EXPECT_EQ(job["osetra:outcome"]["duplicates"], 1) << job.dump();   // and once more, in JSON

    auto const xml = get("/events", {{"accept", "application/xml"}});
    EXPECT_EQ(xml.content_type, "application/xml");
    EXPECT_NE(xml.body.find("<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>"), string::npos) << xml.body;
    EXPECT_NE(xml.body.find("<epc>https://id.gs1.org/01/09521234012344/21/T1</epc>"), string::npos) << xml.body;
    EXPECT_TRUE(read_xml(xml.body));
    auto const old = get("/events", {{"accept", "text/xml"}, {"gs1-cbv-xml-format", "Always_URN"}, {"gs1-epc-format", "Always_EPC_URN"}});
    EXPECT_NE(old.body.find("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>"), string::npos) << old.body;
    EXPECT_NE(old.body.find("<epc>urn:epc:id:sgtin:9521234.001234.T1</epc>"), string::npos) << old.body;
}

struct Wrong {
    char const* what;
    string type, body;
    int status;
    char const* exception;
};

TEST_P(Epcis, WhatIsNoDocumentIsRefused) {
    string deep, many;
    for (int i = 0; i < 200; ++i) deep += R"({"example:a":)";
    deep += "1" + string(200, '}');
    for (int i = 0; i < 10'001; ++i) many += (i ? "," : "") + event(i);
    string const lol = R"(<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-03-02T08:00:00Z"><EPCISBody><EventList>&c;</EventList></EPCISBody></epcis:EPCISDocument>)";
    string deep_xml;
    for (int i = 0; i < 200; ++i) deep_xml += "<a>";
    string const json = "application/json", xml = "application/xml";
    Wrong const all[] = {
        {"cut off", json, R"({"type":"EPCISDocument",)", 400, "ValidationException"},
        {"empty", json, "", 400, "ValidationException"},
        {"no text", json, "\xff\xfe\x00", 400, "ValidationException"},
        {"an array", json, "[]", 400, "ValidationException"},
        {"no events", json, "{}", 400, "ValidationException"},
        {"a single event", json, single(event(1)), 400, "ValidationException"},
        {"deep", json, document(R"({"type":"ObjectEvent","example:x":)" + deep + "}"), 400, "ValidationException"},
        {"another edition", json, document(event(1), "3.0"), 400, "ValidationException"},
        {"10,001 events", json, document(many), 413, "CaptureLimitExceededException"},
        {"XML cut off", xml, "<a><b>", 400, "ValidationException"},
        {"deep XML", xml, deep_xml, 400, "ValidationException"},
        {"laughs", xml, lol, 400, "ValidationException"},
        {"JSON as XML", xml, document(event(1)), 400, "ValidationException"},
        {"text", "text/plain", document(event(1)), 415, "UnsupportedMediaTypeException"},
        {"a form", "multipart/form-data", document(event(1)), 415, "UnsupportedMediaTypeException"},
        {"too large", json, string(capture_bytes + 1, ' '), 413, "CaptureLimitExceededException"},
    };
    for (auto const& wrong : all) {
        SCOPED_TRACE(wrong.what);
        auto const reply = ask(Method::post, "/capture", wrong.body, {{"content-type", wrong.type}});
        expect_problem(reply, wrong.status, wrong.exception);
        EXPECT_EQ(header(reply, "GS1-EPCIS-Capture-Limit"), wrong.status == 413 ? "10000" : "");
        EXPECT_EQ(header(reply, "GS1-EPCIS-Capture-File-Size-Limit"), wrong.status == 413 ? std::to_string(capture_bytes) : "");
    }
    expect_problem(ask(Method::post, "/capture", document(event(1)), {{"content-type", json}, {"gs1-capture-error-behaviour", "sometimes"}}), 400, "ValidationException");
    EXPECT_EQ(parsed(get("/capture")).size(), 0u);
    EXPECT_EQ(service->woken, 0);
}

// A context that names a stranger's server is no reason to ask it: its prefixes are simply not known.
TEST_P(Epcis, NoContextIsFetched) {
    auto const job = Json::parse(capture(document(event(1, R"(,"evil:field":"x")"), "2.0", R"(,"http://127.0.0.1:1/context.jsonld","file:///etc/passwd")")));
    EXPECT_EQ(job["osetra:outcome"]["events"], 1) << job.dump();
    auto const reply = get("/events");
    EXPECT_EQ(reply.body.find("root:"), string::npos);
}

TEST_P(Epcis, ASingleEventIsTakenAtOnce) {
    auto const made = ask(Method::post, "/events", single(event(1, R"(,"eventID":"urn:uuid:1","example:note":"dry")")), as_json);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(header(made, "Location"), "/epcis/v2/events/urn%3Auuid%3A1");
    EXPECT_EQ(parsed(made)["example:note"], "dry");
    EXPECT_EQ(ids_of(get("/events/urn%3Auuid%3A1")).size(), 1u);
    EXPECT_EQ(ask(Method::post, "/events", single(event(1, R"(,"eventID":"urn:uuid:1","example:note":"dry")")), as_json).status, 201);   // nothing new
    expect_problem(ask(Method::post, "/events", single(event(2, R"(,"eventID":"urn:uuid:1")")), as_json), 409, "ResourceAlreadyExistsException");
    auto const declared = ask(Method::post, "/events", single(event(1, R"(,"eventID":"urn:uuid:1","example:note":"dry","errorDeclaration":{"declarationTime":"2026-03-02T09:00:00Z","reason":"did_not_occur"})")), as_json);
    EXPECT_EQ(declared.status, 201) << declared.body;
    EXPECT_EQ(ids_of(get("/events/urn%3Auuid%3A1")).size(), 2u);
    expect_problem(ask(Method::post, "/events", single(bad_event()), as_json), 400, "ValidationException");
    expect_problem(ask(Method::post, "/events", document(event(1)), as_json), 400, "ValidationException");
    expect_problem(ask(Method::post, "/events", single(event(1)), {{"content-type", "text/csv"}}), 415, "UnsupportedMediaTypeException");
    expect_problem(get("/events/urn%3Auuid%3A2"), 404, "NoSuchNameException");
    gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::sales, ""}});
    expect_problem(ask(Method::post, "/events", single(event(3)), as_json), 403, "SecurityException");
    expect_problem(get("/events", {{"x-stranger", "1"}}), 401, "SecurityException");
    EXPECT_EQ(get("/events").status, 200);
    gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::owner, "S1"}});   // events tell of every site
    expect_problem(get("/events"), 403, "SecurityException");
    expect_problem(ask(Method::post, "/events", single(event(3)), as_json), 403, "SecurityException");
    EXPECT_EQ(ask(Method::options, "/events").status, 204);
    gate.caller = access::caller_of(enterprise, "li.wei", {{access::Role::owner, "S1"}, {access::Role::sales, ""}});
    EXPECT_EQ(get("/events").status, 200);
    expect_problem(ask(Method::post, "/events", single(event(3)), as_json), 403, "SecurityException");
}

TEST_P(Epcis, PagesFollowOneAnother) {
    string events;
    for (int i = 0; i < 25; ++i) events += (i ? "," : "") + event(i);
    capture(document(events));
    for (string const query : {"perPage=10", "perPage=10&orderBy=eventTime&orderDirection=ASC", "perPage=10&orderBy=recordTime&eventCountLimit=21", "perPage=10&EQ_bizStep=shipping%7Creceiving"}) {
        SCOPED_TRACE(query);
        std::vector<string> all;
        auto reply = get("/events?" + query);
        int pages = 1;
        for (;; ++pages) {
            ASSERT_EQ(reply.status, 200) << reply.body;
            auto const ids = ids_of(reply);
            all.insert(all.end(), ids.begin(), ids.end());
            auto const next = next_of(reply);
            EXPECT_EQ(next.empty(), header(reply, "GS1-Next-Page-Token-Expires").empty());
            if (next.empty()) break;
            reply = get(next);
        }
        EXPECT_EQ(pages, 3);
        EXPECT_EQ(all.size(), query.ends_with("21") ? 21u : 25u);
        std::sort(all.begin(), all.end());
        EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    }
    EXPECT_EQ(ids_of(get("/events")).size(), 25u);
    EXPECT_EQ(ids_of(get("/events?perPage=1")).size(), 1u);
    for (auto const* wrong : {"perPage=0", "perPage=-1", "perPage=x", "perPage=", "nextPageToken=x", "nextPageToken=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) expect_problem(get(string{"/events?"} + wrong), 400, "QueryParameterException");

    auto const first = get("/events?perPage=10");
    auto const next = next_of(first);
    auto const token = next.substr(next.find("nextPageToken=") + 14);
    EXPECT_EQ(header(first, "GS1-Next-Page-Token-Expires"), "2026-03-02T01:00:00Z");
    EXPECT_EQ(get(next).status, 200);
    EXPECT_EQ(get("/events?perPage=5&nextPageToken=" + token).status, 200);   // pages may become shorter
    expect_problem(get("/events?perPage=10&EQ_bizStep=shipping&nextPageToken=" + token), 400, "QueryParameterException");
    expect_problem(get("/epcs?nextPageToken=" + token), 400, "QueryParameterException");
    clock.pass(59min);
    EXPECT_EQ(get(next).status, 200);
    clock.pass(2min);
    expect_problem(get(next), 400, "QueryParameterException");
    auto const fresh = next_of(get("/events?perPage=10"));
    EXPECT_EQ(ask(Method::del, "/nextPageToken/" + fresh.substr(fresh.find("nextPageToken=") + 14)).status, 204);
    expect_problem(get(fresh), 400, "QueryParameterException");
    EXPECT_EQ(ask(Method::del, "/nextPageToken/whatever").status, 204);
    // what another enterprise has is signed with another secret
    auto const mine = next_of(get("/events?perPage=10"));
    gate.caller.enterprise = *access::create_enterprise(*db, "two", "Two", false, 480, clock.now());
    expect_problem(get(mine), 400, "QueryParameterException");
    EXPECT_EQ(ids_of(get("/events")).size(), 0u);
}

TEST_P(Epcis, FormsAndVersionsAreNegotiated) {
    capture(document(event(1, R"(,"example:note":"dry")")));
    struct Row {
        char const* path;
        Names headers;
        int status;
        char const* type;
    };
    Row const rows[] = {
        {"/events", {}, 200, "application/json"},
        {"/events", {{"accept", "*/*"}}, 200, "application/json"},
        {"/events", {{"accept", "application/ld+json"}}, 200, "application/ld+json"},
        {"/events", {{"accept", "application/json;q=0.5, application/xml;q=0.9"}}, 200, "application/xml"},
        {"/events", {{"accept", "application/*;q=0.5, application/json;q=0"}}, 200, "application/ld+json"},
        {"/events", {{"accept", "text/html"}}, 406, "application/problem+json"},
        {"/events", {{"accept", "application/problem+xml"}}, 406, "application/problem+xml"},
        {"/capture", {{"accept", "application/xml"}}, 406, "application/problem+xml"},
        {"/events", {{"gs1-epcis-min", "2.0"}, {"gs1-epcis-max", "2.0.0"}}, 200, "application/json"},
        {"/events", {{"gs1-epcis-min", "1.2"}, {"gs1-epcis-max", "2.1"}}, 200, "application/json"},
        {"/events", {{"gs1-epcis-min", "2.1"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-epcis-max", "1.2"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-cbv-max", "1.2"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-cbv-min", "new"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-epc-format", "Always_EPC_URN"}}, 200, "application/json"},
        {"/events", {{"gs1-epc-format", "Sometimes"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-cbv-xml-format", "Sometimes"}}, 406, "application/problem+json"},
        {"/events", {{"gs1-extensions", "nonsense"}}, 400, "application/problem+json"},
        {"/events?EQ_x:note=dry", {{"gs1-extensions", "x=https://ns.example.com/epcis/, y=https://other.example.com/"}}, 200, "application/json"},
        {"/events/none", {{"accept", "application/xml"}}, 404, "application/problem+xml"},
    };
    for (auto const& row : rows) {
        auto const reply = get(row.path, row.headers);
        SCOPED_TRACE(string{row.path} + (row.headers.empty() ? "" : " " + row.headers.begin()->second));
        EXPECT_EQ(reply.status, row.status) << reply.body;
        EXPECT_EQ(reply.content_type, row.type);
    }
    auto const mine = get("/events?EQ_x:note=dry", {{"gs1-extensions", "x=https://ns.example.com/epcis/"}});
    EXPECT_EQ(parsed(mine)["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["x:note"], "dry");
    EXPECT_EQ(header(mine, "GS1-Extensions"), "x=https://ns.example.com/epcis/");
    EXPECT_EQ(ids_of(get("/events?EQ_example:note=wet")).size(), 0u);
    EXPECT_EQ(ids_of(get("/events?EQ_example:note=dry")).size(), 1u);
    auto const urn = parsed(get("/events", {{"gs1-epc-format", "Always_EPC_URN"}}));
    EXPECT_EQ(urn["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["epcList"][0], "urn:epc:id:sgtin:9521234.001234.T1");
}

TEST_P(Epcis, QueriesThatCannotBeAreRefused) {
    capture(document(event(1) + "," + event(2)));
    expect_problem(get("/events?EQ_nonsense=1"), 400, "QueryParameterException");
    expect_problem(get("/events?maxEventCount=5&eventCountLimit=5"), 400, "QueryParameterException");
    expect_problem(get("/events?maxEventCount=1"), 413, "QueryTooLargeException");
    expect_problem(get("/events?EQ_eventID=" + string(40'000, 'x')), 414, "URITooLongException");
    expect_problem(get("/events?GE_eventTime=" + string(10'000, '9')), 400, "QueryParameterException");
    string many;
    for (int i = 0; i < 300; ++i) many += "&EQ_bizStep=" + std::to_string(i);
    EXPECT_EQ(get("/events?" + many).status, 400);
    string values;
    for (int i = 0; i < 3'000; ++i) values += "|" + std::to_string(i);
    EXPECT_LT(get("/events?EQ_bizStep=" + percent_encoded(values)).status, 500);
}

TEST_P(Epcis, TheSixResources) {
    capture(document(event(1, R"(,"bizLocation":{"id":"urn:epc:id:sgln:9521234.00001.0"})") + "," +
                     R"({"type":"AggregationEvent","eventTime":"2026-03-01T09:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","parentID":"urn:epc:id:sscc:9521234.0000000001","childEPCs":["urn:epc:id:sgtin:9521234.001234.T1"],"bizStep":"https://ns.example.com/epcis/icing","disposition":"in_progress"})"));
    auto const members = [&](string const& path, Names headers = {}) {
        auto const reply = get(path, std::move(headers));
        EXPECT_EQ(reply.status, 200) << reply.body;
        auto const json = parsed(reply);
        EXPECT_EQ(json["type"], "Collection");
        return json["member"].get<std::vector<string>>();
    };
    EXPECT_EQ(members("").size(), 9u);
    EXPECT_EQ(members("/").size(), 9u);
    EXPECT_EQ(members("/eventTypes"), (std::vector<string>{"AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"}));
    auto const steps = members("/bizSteps?perPage=100");
    EXPECT_EQ(steps.size(), 42u);
    EXPECT_EQ(steps.front(), "accepting");
    EXPECT_EQ(steps.back(), "https://ns.example.com/epcis/icing");
    EXPECT_EQ(members("/bizSteps?perPage=100", {{"gs1-extensions", "mine=https://ns.example.com/epcis/"}}).back(), "mine:icing");
    EXPECT_EQ(members("/dispositions?perPage=100").size(), 33u);
    auto epcs = members("/epcs");
    std::sort(epcs.begin(), epcs.end());
    EXPECT_EQ(epcs, (std::vector<string>{"https://id.gs1.org/00/095212340000000013", "https://id.gs1.org/01/09521234012344/21/T1"}));
    EXPECT_EQ(members("/readPoints", {{"gs1-epc-format", "Always_EPC_URN"}}), (std::vector<string>{"urn:epc:id:sgln:9521234.00001.DOOR"}));
    EXPECT_EQ(members("/bizLocations"), (std::vector<string>{"https://id.gs1.org/414/9521234000013"}));
    std::vector<string> paged;
    for (auto next = string{"/bizSteps?perPage=10"}; !next.empty();) {
        auto const reply = get(next);
        auto const some = parsed(reply)["member"].get<std::vector<string>>();
        EXPECT_LE(some.size(), 10u);
        paged.insert(paged.end(), some.begin(), some.end());
        next = next_of(reply);
    }
    EXPECT_EQ(paged, steps);

    struct Row { string path; std::size_t events; };
    for (auto const& row : {Row{"/eventTypes/ObjectEvent", 1}, {"/eventTypes/TransactionEvent", 0}, {"/bizSteps/shipping", 1}, {"/bizSteps/urn%3Aepcglobal%3Acbv%3Abizstep%3Ashipping", 1},
                            {"/bizSteps/https%3A%2F%2Fns.example.com%2Fepcis%2Ficing", 1}, {"/dispositions/in_transit", 1}, {"/dispositions/recalled", 0},
                            {"/epcs/urn%3Aepc%3Aid%3Asgtin%3A9521234.001234.T1", 2}, {"/epcs/https%3A%2F%2Fid.gs1.org%2F01%2F09521234012344%2F21%2FT1", 2},
                            {"/readPoints/urn%3Aepc%3Aid%3Asgln%3A9521234.00001.DOOR", 1}, {"/bizLocations/https%3A%2F%2Fid.gs1.org%2F414%2F9521234000013", 1}}) {
        SCOPED_TRACE(row.path);
        EXPECT_EQ(members(row.path), std::vector<string>{"events"});
        EXPECT_EQ(ids_of(get(row.path + "/events")).size(), row.events);
    }
    EXPECT_EQ(ids_of(get("/epcs/urn%3Aepc%3Aid%3Asgtin%3A9521234.001234.T1/events?eventType=ObjectEvent")).size(), 1u);
    auto const first = get("/epcs/urn%3Aepc%3Aid%3Asgtin%3A9521234.001234.T1/events?perPage=1");
    EXPECT_EQ(ids_of(get(next_of(first))).size(), 1u);
    for (auto const* none : {"/eventTypes/FishEvent", "/epcs/urn%3Aepc%3Aid%3Asgtin%3A9521234.001234.T9", "/bizSteps/dancing", "/bizLocations/x", "/readPoints/x", "/dispositions/x"}) {
        expect_problem(get(none), 404, "NoSuchNameException");
        expect_problem(get(string{none} + "/events"), 404, "NoSuchNameException");
    }
}

TEST_P(Epcis, QueriesHaveNames) {
    capture(document(event(1, R"(,"example:note":"dry")") + "," + event(2)));
    auto const made = ask(Method::post, "/queries", R"({"name":"dry ones","query":{"@context":[{"e":"https://ns.example.com/epcis/"}],"eventType":["ObjectEvent"],"EQ_e:note":["dry"],"GE_eventTime":"2026-01-01T00:00:00Z"}})", as_json);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(header(made, "Location"), "/epcis/v2/queries/dry%20ones");
    EXPECT_EQ(parsed(get("/queries/dry%20ones"))["query"]["EQ_e:note"][0], "dry");
    EXPECT_EQ(ids_of(get("/queries/dry%20ones/events")).size(), 1u);
    EXPECT_EQ(parsed(get("/queries/dry%20ones/events"))["epcisBody"]["queryResults"]["queryName"], "dry ones");
    expect_problem(ask(Method::post, "/queries", R"({"name":"dry ones","query":{}})", as_json), 409, "ResourceAlreadyExistsException");
    expect_problem(ask(Method::post, "/queries", R"({"name":"x","query":{"EQ_nothing":["x"]}})", as_json), 400, "QueryParameterException");
    expect_problem(ask(Method::post, "/queries", R"({"name":"x","query":{"EQ_bizStep":[{}]}})", as_json), 400, "QueryValidationException");
    expect_problem(ask(Method::post, "/queries", R"({"name":"a/b","query":{}})", as_json), 400, "QueryValidationException");
    expect_problem(ask(Method::post, "/queries", R"({"query":{}})", as_json), 400, "QueryValidationException");
    expect_problem(ask(Method::post, "/queries", R"({"name":)", as_json), 400, "ValidationException");
    expect_problem(ask(Method::post, "/queries", "<query/>", {{"content-type", "application/xml"}}), 415, "UnsupportedMediaTypeException");
    expect_problem(get("/queries/dry%20ones/events?EQ_bizStep=shipping"), 400, "QueryParameterException");
    ASSERT_EQ(ask(Method::post, "/queries", R"({"name":"all","query":{}})", as_json).status, 201);
    auto const list = get("/queries?perPage=1");
    EXPECT_EQ(parsed(list)[0]["name"], "all");
    EXPECT_EQ(parsed(get(next_of(list)))[0]["name"], "dry ones");
    auto const page = get("/queries/all/events?perPage=1");
    EXPECT_EQ(ids_of(get(next_of(page))).size(), 1u);
    EXPECT_EQ(ask(Method::del, "/queries/all").status, 204);
    expect_problem(ask(Method::del, "/queries/all"), 404, "NoSuchNameException");
    expect_problem(get("/queries/all"), 404, "NoSuchNameException");
    expect_problem(get("/queries/all/events"), 404, "NoSuchNameException");
}

TEST_P(Epcis, EveryAddressTellsWhatItSpeaks) {
    std::set<string> paths, with_options;
    for (auto const& route : routes.all()) {
        paths.insert(route.path);
        if (route.method == Method::options) with_options.insert(route.path);
    }
    paths.erase("/epcis/v2/nextPageToken/{token}");
    EXPECT_EQ(paths, with_options);
    for (auto path : with_options) {
        for (auto open = path.find('{'); open != string::npos; open = path.find('{')) path.replace(open, path.find('}') - open + 1, "x");
        auto const reply = ask(Method::options, path.substr(9));
        SCOPED_TRACE(path);
        EXPECT_EQ(reply.status, 204);
        for (auto const* name : {"Allow", "GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-CBV-Min", "GS1-CBV-Max", "GS1-EPC-Format", "GS1-CBV-XML-Format", "GS1-Vendor-Version"})
            EXPECT_NE(header(reply, name), "") << name;
    }
    auto const capture_options = ask(Method::options, "/capture");
    EXPECT_EQ(header(capture_options, "GS1-EPCIS-Capture-Limit"), "10000");
    EXPECT_EQ(header(capture_options, "GS1-Capture-Error-Behaviour"), "all");
    expect_problem(ask(Method::options, "/events", {}, {{"x-stranger", "1"}}), 401, "SecurityException");
}

/// ../shared/data/epcis/query: 159 questions with their answers, as parameters of an address and as named queries.
TEST_P(Epcis, AnswersTheVectors) {
    auto const file = query_vectors(OSETRA_ROOT);
    if (!file) GTEST_SKIP() << "shared/data/epcis/query is not there";
    EXPECT_TRUE(Json::parse(capture(file->dataset))["success"]);
    auto const extensions = prefixes_text({file->prefixes.begin(), file->prefixes.end()});
    Names const headers{{"gs1-extensions", extensions}, {"gs1-epc-format", "Never_Translates"}};
    for (auto const& vector : file->vectors) {
        SCOPED_TRACE(vector.id + " " + vector.as_json.dump());
        string query = "?perPage=500";
        for (auto const& p : vector.parameters) {
            query += '&' + percent_encoded(p.name) + '=';
            for (std::size_t i = 0; i < p.values.size(); ++i) query += (i ? "%7C" : "") + percent_encoded(p.values[i]);
        }
        auto const named = ask(Method::post, "/queries", Json{{"name", vector.id}, {"query", vector.as_json}}.dump(), {{"content-type", "application/json"}, {"gs1-extensions", extensions}});
        if (!vector.exception.empty()) {
            auto const reply = get("/events" + query, headers);
            expect_problem(reply, vector.exception == "QueryTooLargeException" ? 413 : 400, vector.exception);
            continue;
        }
        EXPECT_EQ(named.status, 201) << named.body;
        for (auto const& path : {"/events" + query, "/queries/" + vector.id + "/events?perPage=500"}) {
            auto const reply = get(path, headers);
            ASSERT_EQ(reply.status, 200) << path << reply.body;
            auto ids = ids_of(reply);
            if (!vector.ordered) std::sort(ids.begin(), ids.end());
            EXPECT_EQ(ids, vector.event_ids) << path;
        }
    }
}

OSETRA_ON_SHARED_ENGINES(Epcis);

TEST(EpcisManual, NamesEveryAddress) {
    struct Nothing final : Service {
        void read(Enterprise, std::function<void(Desk&)> const&) override {}
        void write(Enterprise, std::function<Keep(Desk&)> const&) override {}
        Instant now() override { return {}; }
        Uuid new_id() override { return {}; }
        void wake() override {}
    } nothing;
    struct Nobody final : Sender {
        Result<int> send(Letter const&) override { return 200; }
        void stop() override {}
    } nobody;
    Courier courier{nothing, nobody, "", {}};
    http::Routes routes;
    add_epcis_routes(routes, nothing, "", Pushing{courier, [] {}, false});
    auto const manual = whole_file(OSETRA_ROOT "/docs/manual/epcis.md");
    for (auto const& route : routes.all()) {
        if (!route.path.starts_with("/epcis/v2")) continue;
        auto const path = route.path.substr(9);
        if (path.empty()) continue;
        EXPECT_NE(manual.find("`" + path + "`"), string::npos) << path << " is not in docs/manual/epcis.md";
    }
}

} // namespace
} // namespace osetra::trace
