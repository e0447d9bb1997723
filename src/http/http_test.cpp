#include <gtest/gtest.h>

#include "http/answer.h"
#include "http/parser.h"
#include "http/site.h"
#include "http/target.h"
#include "kernel/fault.h"

using namespace osetra;
using namespace osetra::http;

namespace {

Result<Response> hello(Request const& r) {
    std::string text = r.path;
    for (auto const& [name, value] : r.in_path) text += " " + name + "=" + value;
    return Response{.body = text, .content_type = "text/plain"};
}

Route line(Method method, std::string path) {
    return {.method = method, .path = std::move(path), .needs = Permission::open, .answer = hello};
}

class OpenGate final : public Gate {
public:
    Result<Caller> admit(Request const& r, Route const& route) override {
        if (route.needs == Permission::open) return Caller{};
        if (!r.headers.contains("authorization")) return refuse("not_signed_in", "Sign in first.");
        return Caller{.enterprise = 1, .person = "zhang.wei", .may = {Permission::view}};
    }
};

} // namespace

// ---- targets ------------------------------------------------------------------------------------------------------------------

// What comes in, what path and query it has; "-" is a refusal.
struct TargetCase { char const* text; char const* path; char const* query; };
constexpr TargetCase targets[] = {
    {"/", "/", ""},
    {"/a/b?x=1&y=2", "/a/b", "x=1&y=2"},
    {"/a?", "/a", ""},
    {"/a?x?y", "/a", "x?y"},
    {"/a#part", "/a", ""},
    {"http://farm.example/a?b", "/a", "b"},
    {"https://farm.example", "/", ""},
    {"*", "*", ""},
    {"a/b", "-", ""},
    {"", "-", ""},
};

TEST(Target, IsSplit) {
    for (auto const& c : targets) {
        auto const got = split_target(c.text);
        EXPECT_EQ(got ? std::string{got->path} : "-", c.path) << c.text;
        if (got) { EXPECT_EQ(got->query, c.query) << c.text; }
    }
}

struct DecodeCase { char const* text; PlusIsSpace plus; char const* out; };
constexpr DecodeCase decodes[] = {
    {"a%20b", PlusIsSpace::no, "a b"},
    {"a+b", PlusIsSpace::no, "a+b"},
    {"a+b", PlusIsSpace::yes, "a b"},
    {"%E9%B1%98", PlusIsSpace::no, "鱘"},
    {"%e9%b1%98", PlusIsSpace::no, "鱘"},
    {"%", PlusIsSpace::no, "-"},
    {"%2", PlusIsSpace::no, "-"},
    {"%2g", PlusIsSpace::no, "-"},
    {"%00", PlusIsSpace::no, "-"},
    {"%ff", PlusIsSpace::no, "-"},
    {"%c0%af", PlusIsSpace::no, "-"},       // an over-long slash
    {"%ed%a0%80", PlusIsSpace::no, "-"},    // half a surrogate pair
};

TEST(Target, IsDecoded) {
    for (auto const& c : decodes) {
        auto const got = percent_decode(c.text, c.plus);
        EXPECT_EQ(got ? *got : "-", c.out) << c.text;
        if (!got) { EXPECT_EQ(got.error().code, "bad_request"); }
    }
}

TEST(Target, QueryKeepsTheLastOfSeveralAndRefusesTooMany) {
    Names q, every;
    ASSERT_TRUE(read_query("a=1&b=%2B&&c&a=3", q, every));
    EXPECT_EQ(q.at("a"), "3");
    EXPECT_EQ(q.at("b"), "+");
    EXPECT_EQ(q.at("c"), "");
    EXPECT_EQ(q.size(), 3U);
    EXPECT_EQ(every.size(), 4U);
    std::string many;
    for (int i = 0; i < 257; ++i) many += "a" + std::to_string(i) + "=1&";
    Names big, all;
    EXPECT_EQ(read_query(many, big, all).error().code, "bad_request");
}

// ---- routes -------------------------------------------------------------------------------------------------------------------

TEST(Router, OptionsOfItsOwnAndRefusalsInItsOwnWords) {
    Routes routes;
    struct Nobody final : Gate {
        Result<Caller> admit(Request const&, Route const& route) override {
            if (route.needs == Permission::open) return Caller{};
            return refuse("not_signed_in", "Sign in first.");
        }
    } gate;
    auto const told = [](Request const&, Refusal const& why) { return Response{418, why.code, "text/plain", {}, false}; };
    routes.add({.method = Method::options, .path = "/a", .needs = Permission::open, .answer = [](Request const&) -> Result<Response> { return Response{.status = 204}; }});
    routes.add({.method = Method::get, .path = "/a", .needs = Permission::view, .answer = [](Request const&) -> Result<Response> { return Response{}; }, .problem = told});
    routes.add({.method = Method::post, .path = "/a", .needs = Permission::open, .body_limit = 2,
                .answer = [](Request const& r) -> Result<Response> { return refuse("roe_too_old", r.body); }, .problem = told});
    EXPECT_EQ(ask(routes, gate, Method::options, "/a").status, 204);
    EXPECT_EQ(ask(routes, gate, Method::get, "/a").body, "not_signed_in");
    EXPECT_EQ(ask(routes, gate, Method::post, "/a", "b").body, "roe_too_old");
    EXPECT_EQ(ask(routes, gate, Method::post, "/a", "bbb").body, "too_large");
    Router const router{routes};
    EXPECT_EQ(router.allowed("/a"), "GET, HEAD, POST");
}

TEST(Router, FindsWordsBeforeParameters) {
    Routes routes;
    for (auto const* path : {"/", "/api/v1/pools", "/api/v1/pools/{pool}", "/api/v1/pools/{pool}/days", "/api/v1/pools/closed",
                             "/api/v1/export/{list}.{format}", "/api/v1/export/{list}", "/api/v1/a/{x}/c", "/api/v1/a/b/{y}"})
        routes.add(line(Method::get, path));
    routes.add(line(Method::post, "/api/v1/pools"));
    OpenGate gate;
    auto const body = [&](std::string_view target) { return ask(routes, gate, Method::get, target).body; };
    EXPECT_EQ(body("/"), "/");
    EXPECT_EQ(body("/api/v1/pools/P1"), "/api/v1/pools/P1 pool=P1");
    EXPECT_EQ(body("/api/v1/pools/closed"), "/api/v1/pools/closed");
    EXPECT_EQ(body("/api/v1/pools/P%2F1/days"), "/api/v1/pools/P/1/days pool=P/1");
    EXPECT_EQ(body("/api/v1/export/stock.2026.csv"), "/api/v1/export/stock.2026.csv format=csv list=stock.2026");
    EXPECT_EQ(body("/api/v1/export/stock"), "/api/v1/export/stock list=stock");
    EXPECT_EQ(body("/api/v1/a/b/c"), "/api/v1/a/b/c y=c");
    EXPECT_EQ(body("/api/v1/a/z/c"), "/api/v1/a/z/c x=z");

    EXPECT_EQ(ask(routes, gate, Method::get, "/api/v1/none").status, 404);
    EXPECT_EQ(ask(routes, gate, Method::get, "/api/v1/pools/").status, 404);      // an empty {pool} is none
    EXPECT_EQ(ask(routes, gate, Method::get, "/api/v1").status, 404);
    EXPECT_EQ(ask(routes, gate, Method::get, "/api/v1/pools/%zz").status, 400);
    EXPECT_EQ(ask(routes, gate, Method::get, "/" + std::string(100, '/')).status, 404);
    auto const wrong = ask(routes, gate, Method::del, "/api/v1/pools");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_NE(wrong.body.find("GET, HEAD, POST"), std::string::npos) << wrong.body;
}

TEST(Routes, RefuseTwoForOneAndOnesWithoutHandler) {
    Routes routes;
    routes.add(line(Method::get, "/a"));
    EXPECT_THROW(routes.add(line(Method::get, "/a")), std::logic_error);
    EXPECT_THROW(routes.add({.path = "/b"}), std::logic_error);
}

TEST(Answer, TurnsRefusalsAndFaultsIntoProblems) {
    Routes routes;
    routes.get("/refused", Permission::open, "", Lane::io, [](Request const&) -> Result<Response> { return refuse("fish_not_found", "No such fish.", "fish"); });
    routes.get("/fault", Permission::open, "", Lane::io, [](Request const&) -> Result<Response> { throw Fault{"disk full at /secret"}; });
    routes.get("/view", Permission::view, "", Lane::io, [](Request const& r) -> Result<Response> { return Response::json("\"" + r.caller.person + "\""); });
    routes.add({.path = "/dropped", .needs = Permission::open, .act = [](Request const&, Reply const&) {}});
    routes.add({.path = "/twice", .needs = Permission::open, .act = [](Request const&, Reply const& reply) {
                    reply(Response::json("1"));
                    reply(Response::json("2"));
                }});
    routes.add({.method = Method::post, .path = "/small", .needs = Permission::open, .body_limit = 3, .answer = hello});
    OpenGate gate;
    auto const refused = ask(routes, gate, Method::get, "/refused");
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.content_type, "application/problem+json");
    EXPECT_EQ(refused.body, R"({"type":"about:blank","title":"Not Found","status":404,"code":"fish_not_found","detail":"No such fish.","at":"fish"})");
    auto const fault = ask(routes, gate, Method::get, "/fault");
    EXPECT_EQ(fault.status, 500);
    EXPECT_EQ(fault.body.find("secret"), std::string::npos);
    EXPECT_EQ(ask(routes, gate, Method::get, "/view").status, 401);
    EXPECT_EQ(ask(routes, gate, Method::get, "/view", {}, {{"authorization", "x"}}).body, "\"zhang.wei\"");
    EXPECT_EQ(ask(routes, gate, Method::get, "/dropped").status, 500);
    EXPECT_EQ(ask(routes, gate, Method::get, "/twice").body, "1");
    EXPECT_EQ(ask(routes, gate, Method::post, "/small", "abcd").status, 413);
}

// A refusal's code and the status it gets.
struct StatusCase { char const* code; int status; };
constexpr StatusCase statuses[] = {
    {"pool_not_found", 404}, {"not_signed_in", 401}, {"not_allowed", 403},       {"person_exists", 409},    {"too_large", 413},
    {"too_many", 429},       {"roe_too_old", 422},   {"method_not_allowed", 405}, {"header_too_large", 431}, {"bad_request", 400},
    {"busy", 503},           {"fault", 500},         {"timed_out", 408},
};
TEST(Problem, HasTheStatusOfItsCode) {
    for (auto const& c : statuses) EXPECT_EQ(problem({c.code, "", ""}).status, c.status) << c.code;
}

// ---- OpenAPI ------------------------------------------------------------------------------------------------------------------

struct Weighing {
    FishId fish;
    Milligrams weight_mg;
    Instant weighed_at;
    FarmDay born_on;
    bool alive = true;
    std::optional<std::string> note;
    std::vector<FishId> others;
    double score = 0;
};
template <Is<Weighing> X> void visit_fields(X& x, auto field) {
    field("fish", x.fish);
    field("weight_mg", x.weight_mg);
    field("weighed_at", x.weighed_at);
    field("born_on", x.born_on);
    field("alive", x.alive);
    field("note", x.note);
    field("others", x.others);
    field("score", x.score);
}

TEST(Schema, TellsTypesUnitsAndWhatMustBeThere) {
    EXPECT_EQ(schema_of<Weighing>(),
              R"({"type":"object","additionalProperties":false,"properties":{"fish":{"type":"string","pattern":"^[0-9]{15}$"},)"
              R"("weight_mg":{"type":"integer","description":"milligrams"},"weighed_at":{"type":"string","format":"date-time"},)"
              R"("born_on":{"type":"string","format":"date"},"alive":{"type":"boolean"},"note":{"type":"string"},)"
              R"("others":{"type":"array","items":{"type":"string","pattern":"^[0-9]{15}$"}},"score":{"type":"number"}},)"
              R"("required":["fish","weight_mg","weighed_at","born_on","alive","score"]})");
}

TEST(OpenApi, IsOneJsonDocumentWithEveryRoute) {
    Routes routes;
    routes.add(line(Method::get, "/api/v1/pools/{pool}"));
    routes.post("/api/v1/pools/{pool}", Permission::record, "Says \"hello\".", schema_of<Weighing>(), hello);
    routes.get("/api/v1/stock", Permission::view, "The stock.", Lane::worker, hello, {{"at", "as of a farm time"}});
    add_own_routes(routes, "1.2.3");
    OpenGate gate;
    auto const text = ask(routes, gate, Method::get, "/api/v1/openapi.json").body;
    auto const doc = JsonIn::parse(text);
    ASSERT_TRUE(doc) << doc.error().message << text;
    auto const paths = doc->child("paths");
    ASSERT_TRUE(paths);
    EXPECT_EQ(paths->names().size(), 5U);
    auto const pool = paths->child("/api/v1/pools/{pool}");
    ASSERT_TRUE(pool && pool->child("get") && pool->child("post"));
    EXPECT_TRUE(pool->child("post")->child("requestBody"));
    EXPECT_EQ(pool->child("post")->items("parameters").size(), 1U);
    EXPECT_EQ(ask(routes, gate, Method::get, "/api/v1/health").body, R"({"ok":true,"version":"1.2.3"})");
}

// ---- the parser ---------------------------------------------------------------------------------------------------------------

using State = RequestParser::State;

namespace {

/// Puts a text in pieces of `step` bytes; what is left over comes back.
std::string put_all(RequestParser& parser, std::string text, std::size_t step, std::size_t body_limit = 100) {
    std::string waiting;
    for (;;) {
        auto const taken = parser.put(waiting);
        waiting.erase(0, taken);
        if (parser.state() == State::done || parser.state() == State::bad) return waiting + text;
        if (parser.state() == State::head) {
            parser.limit_body(body_limit);
            if (!waiting.empty()) continue;
        }
        if (text.empty()) return waiting;
        waiting += text.substr(0, step);
        text.erase(0, std::min(step, text.size()));
    }
}

} // namespace

TEST(Parser, TakesPiecesOfAnySize) {
    std::string const text = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Odd:  two  \r\nx-odd: three\r\nCookie: a=1\r\nCookie: b=2\r\nContent-Length: 5\r\n\r\nhello"
                             "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";
    for (std::size_t step = 1; step < 40; ++step) {
        RequestParser parser;
        Request r;
        parser.next(r);
        auto const rest = put_all(parser, text, step);
        ASSERT_EQ(parser.state(), State::done) << step << parser.refusal().message;
        EXPECT_EQ(parser.verb(), Verb::post);
        EXPECT_EQ(parser.target(), "/a?b=c");
        EXPECT_EQ(r.body, "hello");
        EXPECT_EQ(r.headers.at("x-odd"), "two, three");
        EXPECT_EQ(r.headers.at("cookie"), "a=1; b=2");
        Request second;
        parser.next(second);
        EXPECT_EQ(put_all(parser, rest, step), "");
        EXPECT_EQ(parser.state(), State::done);
        EXPECT_EQ(parser.target(), "/next");
    }
}

TEST(Parser, AChunkedBodyMayBeEmptyAndComeByteByByte) {
    for (std::size_t step = 1; step < 8; ++step) {
        RequestParser parser;
        Request r;
        parser.next(r);
        auto const rest = put_all(parser, "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET", step);
        ASSERT_EQ(parser.state(), State::done) << step;
        EXPECT_EQ(r.body, "");
        EXPECT_EQ(rest, "GET");
    }
}

TEST(Parser, TakesChunkedBodies) {
    for (std::size_t step = 1; step < 30; ++step) {
        RequestParser parser;
        Request r;
        parser.next(r);
        put_all(parser, "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nHost: evil\r\n\r\n", step);
        ASSERT_EQ(parser.state(), State::done) << step << " " << parser.refusal().message;
        EXPECT_EQ(r.body, "abcdefg");
        EXPECT_EQ(r.headers.at("host"), "x");
    }
}

// What is not HTTP, or too much of it, and the refusal.
struct BadCase { std::string text; char const* code; };
TEST(Parser, RefusesWhatCannotBeTrusted) {
    BadCase const cases[] = {
        {"\x16\x03\x01\x02 hello\r\n\r\n", "bad_request"},                                                              // TLS spoken to a plain port
        {"GET /a HTTP/2.0\r\nHost: x\r\n\r\n", "bad_request"},
        {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "bad_request"},
        {"GET /a HTTP/1.1\r\n\r\n", "bad_request"},                                                                     // no Host
        {"GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "bad_request"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "bad_request"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad_request"},   // smuggling
        {"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "bad_request"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc", "bad_request"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", "bad_request"},
        {"POST /a HTTP/1.1\r\nHost : x\r\n\r\n", "bad_request"},
        {"GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", "bad_request"},
        {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "bad_request"},
        {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + [] {
             std::string many;
             for (int i = 0; i < 101; ++i) many += "1\r\nx\r\n";
             return many;
         }() + "0\r\n\r\n", "too_large"},
        {"GET /a HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n", "header_too_large"},
        {"GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", "header_too_large"},
        {"GET /a HTTP/1.1\r\nHost: x\r\n" + [] {
             std::string many;
             for (int i = 0; i < 70; ++i) many += "H" + std::to_string(i) + ": 1\r\n";
             return many;
         }() + "\r\n", "header_too_large"},
    };
    for (auto const& c : cases)
        for (std::size_t const step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
            RequestParser parser;
            Request r;
            parser.next(r);
            put_all(parser, c.text, step);
            ASSERT_EQ(parser.state(), State::bad) << c.text.substr(0, 100) << " in steps of " << step;
            EXPECT_EQ(parser.refusal().code, c.code) << c.text.substr(0, 100) << parser.refusal().message;
        }
}

TEST(Parser, SaysWhetherToGoOn) {
    auto const keeps = [](std::string const& text) {
        RequestParser parser;
        Request r;
        parser.next(r);
        put_all(parser, text, 9);
        return parser.keep_alive();
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
}

TEST(Cookie, IsFoundByItsWholeName) {
    EXPECT_EQ(cookie("a=1; osetra_session=xyz; b=2", "osetra_session"), "xyz");
    EXPECT_EQ(cookie("my_osetra_session=no; osetra_session=", "osetra_session"), "");
    EXPECT_FALSE(cookie("osetra_sessions=1", "osetra_session"));
    EXPECT_FALSE(cookie("", "osetra_session"));
}

// ---- pages --------------------------------------------------------------------------------------------------------------------

TEST(Site, ServesPagesEtagsAndItsOwnPlaces) {
    Asset const assets[] = {
        {"/index.html", "", "", "<html>", "GZ-html"},
        {"/assets/app-1.js", "", "\"e1\"", "js", ""},
    };
    Site const site{assets};
    EXPECT_EQ(site.page("/", "", false)->bytes, "<html>");
    EXPECT_EQ(site.page("/", "", true)->bytes, "GZ-html");
    EXPECT_TRUE(site.page("/", "", true)->gzip);
    EXPECT_EQ(site.page("/pools/P1", "", false)->bytes, "<html>");     // the pages know that place
    EXPECT_EQ(site.page("/assets/gone.js", "", false).error().code, "page_not_found");
    EXPECT_EQ(site.page("/assets/app-1.js", "", false)->cache, "public, max-age=31536000, immutable");
    EXPECT_EQ(site.page("/assets/app-1.js", "\"e1\"", false)->status, 304);
    EXPECT_EQ(site.page("/index.html", "", false)->cache, "no-cache");
    EXPECT_EQ(site.page("/index.html", "", false)->type, "text/html; charset=utf-8");
}

TEST(Site, WhatLiesBelowAPageGetsThatPage) {
    Asset const assets[] = {{"/id.html", "", "", "id", ""}, {"/index.html", "", "", "index", ""}};
    Site const site{assets};
    for (auto const* path : {"/id/01/09521234100065/21/1", "/id/01/09521234100065/21/a.b", "/id/01/09521234100065/21/a:b", "/id/", "/id.html"})
        EXPECT_EQ(site.page(path, "", false)->bytes, "id") << path;
    EXPECT_EQ(site.page("/ideas/1", "", false)->bytes, "index");
    EXPECT_EQ(site.page("/id", "", false)->bytes, "index");
    EXPECT_FALSE(site.page("/../id/1", "", false));
}

TEST(Site, NobodyClimbsOut) {
    for (auto const* path : {"/../etc/passwd", "/..", "/a/../../b", "/.git/config", "/a\\..\\b", "/c:/x", "relative", "/a\nb", ""})
        EXPECT_FALSE(stays_inside(path)) << path;
    EXPECT_TRUE(stays_inside("/assets/鱘.svg"));
    EXPECT_TRUE(stays_inside("/a..b/c.d"));
}
