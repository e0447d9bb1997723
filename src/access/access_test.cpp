#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "access/access.h"
#include "access/access_sql.h"
#include "access/secrets.h"
#include "store/every_engine.h"
#include "store/migrate.h"

using namespace osetra;
using namespace osetra::access;
using namespace std::chrono_literals;
using http::Method;
using http::Permission;

// ---- passwords and tokens -----------------------------------------------------------------------------------------------------

TEST(Secrets, PasswordsAreArgon2idWithTheStatedCosts) {
    auto const hash = hash_password("correct horse battery");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_TRUE(password_fits("correct horse battery", hash));
    EXPECT_FALSE(password_fits("correct horse batterz", hash));
    EXPECT_FALSE(password_fits("", hash));
    EXPECT_FALSE(password_fits("x", "damaged"));
    EXPECT_NE(hash, hash_password("correct horse battery"));
}

TEST(Secrets, TokensSayWhereTheyBelongAndAreNeverTheSame) {
    auto const login = make_token(TokenKind::login, 7), key = make_token(TokenKind::key, 123456);
    EXPECT_EQ(login.size(), 2 + 1 + 43U);
    EXPECT_TRUE(key.starts_with("osk123456_")) << key;
    EXPECT_EQ(read_token(login)->enterprise, 7);
    EXPECT_EQ(read_token(login)->kind, TokenKind::login);
    EXPECT_EQ(read_token(key)->enterprise, 123456);
    EXPECT_EQ(read_token(key)->kind, TokenKind::key);
    EXPECT_NE(login, make_token(TokenKind::login, 7));
    for (auto const* bad : {"", "s", "s7", "s7_", "s7_short", "s0_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "s-1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                            "osk99999999999999999999_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x7_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
        EXPECT_FALSE(read_token(bad)) << bad;
}

TEST(Secrets, Sha256IsTheStandards) {
    auto const digest = sha256("abc");   // FIPS 180-4, appendix B.1
    EXPECT_EQ(digest.substr(0, 4), "\xba\x78\x16\xbf");
    EXPECT_EQ(digest.size(), 32U);
}

// ---- roles --------------------------------------------------------------------------------------------------------------------

// Who may: view, record, mend, import, manage, audit.
struct RoleCase { char const* role; char const* may; };
constexpr RoleCase roles_table[] = {
    {"owner", "vrmiga"}, {"manager", "vrmiga"}, {"worker", "vr...."}, {"breeder", "vrmi.."},
    {"plant", "vr...."}, {"sales", "v....."},   {"auditor", "v....a"},
};

TEST(Roles, AreTheTable) {
    constexpr Permission columns[] = {Permission::view, Permission::record, Permission::mend, Permission::import, Permission::manage, Permission::audit};
    ASSERT_EQ(std::size(roles_table), std::size(every_role));
    for (auto const& c : roles_table) {
        auto const role = parse_role(c.role);
        ASSERT_TRUE(role) << c.role;
        EXPECT_EQ(word_of(*role), c.role);
        for (std::size_t i = 0; i < std::size(columns); ++i)
            EXPECT_EQ(permissions_of(*role).has(columns[i]), c.may[i] != '.') << c.role << " " << http::word_of(columns[i]);
        EXPECT_TRUE(permissions_of(*role).has(Permission::signed_in));
    }
    EXPECT_EQ(parse_role("king").error().code, "role_unknown");
}

// Grants, a permission, a site ("" asks for the whole enterprise), and whether that is allowed.
TEST(Roles, HoldWhereTheyAreGiven) {
    auto const everywhere = caller_of(1, "a", {{Role::worker, ""}});
    EXPECT_TRUE(everywhere.holds(Permission::record, ""));
    EXPECT_TRUE(everywhere.holds(Permission::record, "north"));
    EXPECT_FALSE(everywhere.holds(Permission::manage, "north"));
    EXPECT_TRUE(everywhere.sees("north"));

    auto const one_site = caller_of(1, "b", {{Role::manager, "north"}});
    EXPECT_TRUE(one_site.holds(Permission::manage, "north"));
    EXPECT_FALSE(one_site.holds(Permission::manage, "south"));
    EXPECT_FALSE(one_site.holds(Permission::manage, ""));
    EXPECT_TRUE(one_site.sees("north"));
    EXPECT_FALSE(one_site.sees("south"));

    auto const two = caller_of(1, "c", {{Role::manager, "north"}, {Role::worker, "south"}});
    EXPECT_TRUE(two.holds(Permission::manage, "north"));
    EXPECT_TRUE(two.holds(Permission::record, "south"));
    EXPECT_FALSE(two.holds(Permission::manage, "south"));
    EXPECT_TRUE(two.holds(Permission::manage));   // somewhere

    auto const mixed = caller_of(1, "d", {{Role::sales, ""}, {Role::worker, "south"}});
    EXPECT_TRUE(mixed.sees("north"));
    EXPECT_TRUE(mixed.holds(Permission::view, ""));
    EXPECT_FALSE(mixed.holds(Permission::record, "north"));
    EXPECT_TRUE(mixed.holds(Permission::record, "south"));

    EXPECT_FALSE(caller_of(1, "e", {}).holds(Permission::view));
}

// ---- the gate, with a store ---------------------------------------------------------------------------------------------------

namespace {

class AccessTest : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        one = *create_enterprise(*db, "North", "North Sturgeon", true, 480, clock.now());
        two = *create_enterprise(*db, "south", "South Sturgeon", false, 0, clock.now());
        ASSERT_TRUE(add_person(*db, one, {"Olga", "Olga Owner", "four plain words", {{Role::owner, ""}}}, clock.now()));
        ASSERT_TRUE(add_person(*db, one, {"wang", "Wang Worker", "four plain words", {{Role::worker, ""}}}, clock.now()));
        ASSERT_TRUE(add_person(*db, two, {"sam", "Sam South", "four plain words", {{Role::owner, ""}}}, clock.now()));
        options.write_pause = 10ms;
    }
    void TearDown() override {
        access.reset();
        EveryEngine::TearDown();
    }
    void start() {
        access = std::make_unique<Access>([this] { return store::open(where); }, clock, options);
        add_routes(routes, *access);
        routes.get("/api/v1/stock", Permission::view, "", http::Lane::io, [](http::Request const& r) -> Result<http::Response> {
            return http::Response::json("\"" + r.caller.person + " of " + std::to_string(r.caller.enterprise) + "\"");
        });
        routes.post("/api/v1/facts", Permission::record, "", "{}", [](http::Request const&) -> Result<http::Response> { return http::Response::json("{}"); });
    }
    http::Response ask(Method method, std::string_view target, std::string body = {}, std::string const& token = {}, std::string const& remote = "10.0.0.1") {
        http::Names headers;
        if (!token.empty()) headers.add("authorization", "Bearer " + token);
        return http::ask(routes, *access, method, target, std::move(body), headers, remote);
    }
    std::string sign_in(std::string const& name, std::string const& password = "four plain words", std::string const& remote = "10.0.0.1") {
        auto const reply = ask(Method::post, "/api/v1/session", R"({"name":")" + name + R"(","password":")" + password + "\"}", {}, remote);
        last = reply;
        for (auto const& [header, value] : reply.headers)
            if (header == "Set-Cookie") return value.substr(15, value.find(';') - 15);
        return {};
    }
    std::vector<AuditEntry> audit(Enterprise e) {
        access->flush();
        return audit_of(*db, e, 100, {});
    }

    HandClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 11} + 12h}};
    Enterprise one = 0, two = 0;
    AccessOptions options;
    std::unique_ptr<Access> access;
    http::Routes routes;
    http::Response last;
};

} // namespace

TEST_P(AccessTest, EveryStatementFitsTheSchema) {
    for (auto const& sql : statements()) EXPECT_NO_THROW(db->prepare(sql)) << sql.name;
}

TEST_P(AccessTest, SigningInAndOut) {
    start();
    auto const token = sign_in("OLGA");
    ASSERT_FALSE(token.empty()) << last.body;
    EXPECT_EQ(last.status, 200);
    EXPECT_EQ(last.body,
              R"({"person":"olga","name":"Olga Owner","enterprise":1,"enterprise_name":"North Sturgeon","simulated":true,"roles":[{"role":"owner","site":""}],)"
              R"("may":["view","record","mend","import","manage","audit"],"sites":[],"offset_minutes":480,"now":"2026-01-11T12:00:00Z"})");
    EXPECT_NE(last.headers.at(0).second.find("; HttpOnly; SameSite=Lax"), std::string::npos);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).body, "\"olga of 1\"");
    EXPECT_EQ(ask(Method::get, "/api/v1/session", {}, token).body, last.body);
    EXPECT_EQ(ask(Method::del, "/api/v1/session", {}, token).status, 204);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).status, 401);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock").status, 401);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, "s1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status, 401);
    // The same secret under another enterprise's number opens nothing.
    auto const again = sign_in("olga");
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, "s2" + again.substr(2)).status, 401);

    auto const trail = audit(one);
    ASSERT_EQ(trail.size(), 3U);
    EXPECT_EQ(trail[0].what, "sign_in");
    EXPECT_EQ(trail[1].what, "sign_out");
    EXPECT_EQ(trail[2].code, "done");
    EXPECT_EQ(trail[2].remote, "10.0.0.1");
}

TEST_P(AccessTest, TheTokenIsNotInTheStore) {
    if (db->engine() != store::Db::Engine::sqlite) GTEST_SKIP() << "reads the file itself";
    start();
    auto const token = sign_in("olga");
    access->flush();
    db->script("PRAGMA wal_checkpoint(TRUNCATE)");
    std::string all;
    std::ifstream in{where, std::ios::binary};
    all.assign(std::istreambuf_iterator<char>{in}, {});
    EXPECT_GT(all.size(), 1000U);
    EXPECT_EQ(all.find(token), std::string::npos);
    EXPECT_NE(all.find(sha256(token)), std::string::npos);
}

TEST_P(AccessTest, WrongNamesAndPasswordsLookTheSame) {
    start();
    EXPECT_EQ(sign_in("olga", "not the password"), "");
    auto const wrong = last;
    EXPECT_EQ(sign_in("nobody", "not the password"), "");
    EXPECT_EQ(last.status, 401);
    EXPECT_EQ(last.body, wrong.body);
    EXPECT_EQ(audit(one).at(0).detail, "wrong password");
    EXPECT_EQ(audit(0).at(0).person, "nobody");
}

TEST_P(AccessTest, SigningInIsLimitedByNameAndAddress) {
    options.sign_in_per_minute = 3;
    start();
    for (int i = 0; i < 3; ++i) sign_in("olga", "wrong wrong wrong");
    EXPECT_EQ(last.status, 401);
    EXPECT_EQ(sign_in("olga"), "");
    EXPECT_EQ(last.status, 429);
    EXPECT_NE(sign_in("olga", "four plain words", "10.0.0.2"), "");   // from elsewhere she still comes in
    EXPECT_NE(sign_in("wang"), "");
}

TEST_P(AccessTest, OnlyOurOwnPageSignsIn) {
    start();
    auto const from = [&](char const* site) {
        return http::ask(routes, *access, Method::post, "/api/v1/session", R"({"name":"olga","password":"four plain words"})", {{"sec-fetch-site", site}}).status;
    };
    EXPECT_EQ(from("cross-site"), 403);
    EXPECT_EQ(from("same-origin"), 200);
}

TEST_P(AccessTest, CookiesNeedOurHeaderToChangeThings) {
    start();
    auto const token = sign_in("wang");
    auto const post = [&](http::Names const& headers) { return http::ask(routes, *access, Method::post, "/api/v1/facts", "{}", headers).status; };
    EXPECT_EQ(post({{"cookie", "a=b; osetra_session=" + token}}), 403);
    EXPECT_EQ(post({{"cookie", "a=b; osetra_session=" + token}, {"x-osetra", "1"}}), 200);
    EXPECT_EQ(post({{"authorization", "bearer " + token}}), 200);
    EXPECT_EQ(http::ask(routes, *access, Method::get, "/api/v1/stock", {}, {{"cookie", "osetra_session=" + token}}).status, 200);
}

TEST_P(AccessTest, RolesOpenAndCloseRoutesAndRefusalsAreAudited) {
    start();
    auto const worker = sign_in("wang");
    EXPECT_EQ(ask(Method::post, "/api/v1/facts", "{}", worker).status, 200);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(Method::get, "/api/v1/people", {}, worker).status, 403);
    auto const trail = audit(one);
    std::int64_t times = 0;
    for (auto const& entry : trail)
        if (entry.what == "refused") {
            EXPECT_EQ(entry.detail, "/api/v1/people");
            EXPECT_EQ(entry.person, "wang");
            times += entry.times;
        }
    EXPECT_EQ(times, 50);
    EXPECT_LT(trail.size(), 40U);   // a flood is few entries
}

TEST_P(AccessTest, SessionsEndByAgeAndIdleness) {
    start();
    auto const token = sign_in("olga");
    clock.pass(24h * 6);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).status, 200);
    access->flush();                                     // notes that it was used
    clock.pass(24h * 6);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).status, 200);
    access->flush();
    clock.pass(24h * 20);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).status, 401);
    auto const people = people_of(*db, one);
    EXPECT_EQ(people.at(0).last_seen_at, Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 23} + 12h});
}

TEST_P(AccessTest, AnIdleSessionEnds) {
    options.stale = 0ms;
    start();
    auto const token = sign_in("olga");
    clock.pass(24h * 8);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, token).status, 401);
}

TEST_P(AccessTest, PeopleAreManaged) {
    start();
    auto const owner = sign_in("olga");
    EXPECT_EQ(ask(Method::post, "/api/v1/people", R"({"person":"Li.Na","name":"Li Na","password":"four plain words","roles":[{"role":"breeder","site":"north"}]})", owner).body,
              R"({"person":"li.na","name":"Li Na","roles":[{"role":"breeder","site":"north"}],"active":true,"last_seen_at":null})");
    auto const li = sign_in("li.na");
    ASSERT_NE(li, "");
    EXPECT_EQ(ask(Method::post, "/api/v1/facts", "{}", li).status, 200);
    // A change of role holds at the next request.
    EXPECT_EQ(ask(Method::put, "/api/v1/people/li.na", R"({"roles":[{"role":"sales"}]})", owner).status, 200);
    EXPECT_EQ(ask(Method::post, "/api/v1/facts", "{}", li).status, 403);
    // Nobody gives themselves a role, but everybody may choose a password.
    EXPECT_EQ(ask(Method::put, "/api/v1/people/li.na", R"({"roles":[{"role":"owner"}]})", li).status, 403);
    EXPECT_EQ(ask(Method::put, "/api/v1/people/olga", R"({"password":"mine mine mine"})", li).status, 403);
    EXPECT_EQ(ask(Method::put, "/api/v1/people/li.na", R"({"password":"my own new words"})", li).status, 200);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, li).status, 401);   // which ends the sessions of the old one
    EXPECT_NE(sign_in("li.na", "my own new words"), "");
    auto const li2 = sign_in("li.na", "my own new words");
    EXPECT_EQ(ask(Method::put, "/api/v1/people/li.na", R"({"active":false})", owner).status, 200);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, li2).status, 401);
    EXPECT_EQ(sign_in("li.na", "my own new words"), "");

    // What is refused, and how.
    auto const post = [&](char const* body) { return ask(Method::post, "/api/v1/people", body, owner).body; };
    auto const has = [](std::string const& body, char const* code) { return body.find("\"code\":\"" + std::string{code} + "\"") != std::string::npos; };
    EXPECT_TRUE(has(post(R"({"person":"sam","password":"four plain words","roles":[{"role":"worker"}]})"), "person_exists"));
    EXPECT_TRUE(has(post(R"({"person":"a b","password":"four plain words","roles":[{"role":"worker"}]})"), "person_malformed"));
    EXPECT_TRUE(has(post(R"({"person":"key:x","password":"four plain words","roles":[{"role":"worker"}]})"), "person_malformed"));
    EXPECT_TRUE(has(post(R"({"person":"ab","password":"short","roles":[{"role":"worker"}]})"), "password_weak"));
    EXPECT_TRUE(has(post(R"({"person":"ab","password":"four plain words","roles":[]})"), "roles_missing"));
    EXPECT_TRUE(has(post(R"({"person":"ab","password":"four plain words","roles":[{"role":"king"}]})"), "role_unknown"));
    EXPECT_TRUE(has(post(R"({"person":"ab","passwort":"x"})"), "field_unknown"));
    EXPECT_TRUE(has(post("[]"), "field_type"));
    EXPECT_TRUE(has(post("{"), "json_malformed"));
    EXPECT_TRUE(has(ask(Method::put, "/api/v1/people/olga", R"({"active":false})", owner).body, "last_owner"));
    EXPECT_TRUE(has(ask(Method::put, "/api/v1/people/olga", R"({"roles":[{"role":"worker"}]})", owner).body, "last_owner"));
    EXPECT_TRUE(has(ask(Method::put, "/api/v1/people/sam", R"({"name":"x"})", owner).body, "person_not_found"));   // another enterprise's
}

TEST_P(AccessTest, OnlyOwnersMakeOwnersAndSiteManagersManageNoPeople) {
    start();
    ASSERT_TRUE(add_person(*db, one, {"mei", "Mei", "four plain words", {{Role::manager, ""}}}, clock.now()));
    ASSERT_TRUE(add_person(*db, one, {"nan", "Nan", "four plain words", {{Role::manager, "north"}}}, clock.now()));
    auto const manager = sign_in("mei"), site_manager = sign_in("nan");
    EXPECT_EQ(ask(Method::post, "/api/v1/people", R"({"person":"x1","password":"four plain words","roles":[{"role":"owner"}]})", manager).status, 403);
    EXPECT_EQ(ask(Method::put, "/api/v1/people/olga", R"({"password":"taken over now"})", manager).status, 403);
    EXPECT_EQ(ask(Method::post, "/api/v1/keys", R"({"key_name":"k","roles":[{"role":"owner"}]})", manager).status, 403);
    EXPECT_EQ(ask(Method::post, "/api/v1/people", R"({"person":"x1","password":"four plain words","roles":[{"role":"worker"}]})", manager).status, 201);
    EXPECT_EQ(ask(Method::get, "/api/v1/people", {}, site_manager).status, 403);
    EXPECT_EQ(ask(Method::post, "/api/v1/keys", R"({"key_name":"k","roles":[{"role":"worker"}]})", site_manager).status, 403);
    EXPECT_EQ(ask(Method::get, "/api/v1/audit", {}, site_manager).status, 403);
}

TEST_P(AccessTest, KeysOpenUntilTheyAreDeleted) {
    start();
    auto const owner = sign_in("olga");
    auto const made = ask(Method::post, "/api/v1/keys", R"({"key_name":"scale-7","roles":[{"role":"worker","site":"north"}]})", owner);
    ASSERT_EQ(made.status, 201) << made.body;
    auto const at = made.body.find("osk");
    auto const key = made.body.substr(at, made.body.find('"', at) - at);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, key).body, "\"key:scale-7 of 1\"");
    EXPECT_EQ(ask(Method::get, "/api/v1/people", {}, key).status, 403);
    EXPECT_EQ(ask(Method::post, "/api/v1/keys", R"({"key_name":"scale-7","roles":[{"role":"worker"}]})", owner).status, 409);
    access->flush();
    EXPECT_EQ(ask(Method::get, "/api/v1/keys", {}, owner).body,
              R"({"keys":[{"key_name":"scale-7","created_at":"2026-01-11T12:00:00Z","last_used_at":"2026-01-11T12:00:00Z","roles":[{"role":"worker","site":"north"}]}]})");
    EXPECT_EQ(ask(Method::del, "/api/v1/keys/scale-7", {}, owner).status, 204);
    EXPECT_EQ(ask(Method::get, "/api/v1/stock", {}, key).status, 401);
    EXPECT_EQ(ask(Method::del, "/api/v1/keys/scale-7", {}, owner).status, 404);
}

TEST_P(AccessTest, ProcessesAgreeAfterAShortTime) {
    options.refresh = 20ms;
    options.stale = 60ms;
    start();
    Access other{[this] { return store::open(where); }, clock, options};
    auto const token = sign_in("wang");
    http::Request request;
    request.headers.add("authorization", "Bearer " + token);
    http::Route const route{.path = "/x", .needs = Permission::view};
    EXPECT_TRUE(other.admit(request, route));
    ask(Method::del, "/api/v1/session", {}, token);
    std::this_thread::sleep_for(80ms);
    EXPECT_FALSE(other.admit(request, route));
}

TEST_P(AccessTest, CallersAndUnknownTokensAreLimited) {
    options.caller_per_s = 5;
    options.unknown_per_s = 3;
    options.open_per_s = 4;
    start();
    http::Request request;
    http::Route const view{.path = "/x", .needs = Permission::view}, open{.path = "/y", .needs = Permission::open};
    auto const count_until = [&](http::Route const& route, char const* code) {
        for (int i = 0; i < 100; ++i)
            if (auto const got = access->admit(request, route); !got && got.error().code == code) return i;
        return 100;
    };
    request.remote = "10.0.0.9";
    EXPECT_EQ(count_until(open, "too_many"), 4);
    request.headers.add("authorization", "Bearer s1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    EXPECT_EQ(count_until(view, "too_many"), 6);
    request.headers["authorization"] = "Bearer " + sign_in("wang");
    request.remote = "10.0.0.1";
    EXPECT_EQ(count_until(view, "too_many"), 5);
}

TEST_P(AccessTest, AuditIsPaged) {
    start();
    auto const owner = sign_in("olga");
    for (int i = 0; i < 5; ++i) {
        clock.pass(1min);
        ask(Method::post, "/api/v1/keys", R"({"key_name":"k)" + std::to_string(i) + R"(","roles":[{"role":"worker"}]})", owner);
        access->flush();
    }
    auto const first = ask(Method::get, "/api/v1/audit?limit=4", {}, owner).body;
    auto doc = JsonIn::parse(first);
    ASSERT_TRUE(doc);
    EXPECT_EQ(doc->items("entries").size(), 4U);
    std::string next, detail;
    doc->get("next", next);
    auto rest = JsonIn::parse(ask(Method::get, "/api/v1/audit?limit=4&before=" + next, {}, owner).body);
    ASSERT_EQ(rest->items("entries").size(), 2U);
    EXPECT_FALSE(rest->has("next"));
    rest->items("entries")[0].get("detail", detail);
    auto first_entry = doc->items("entries")[0];
    first_entry.get("detail", detail);
    EXPECT_EQ(detail, "added k4: worker");
    EXPECT_EQ(ask(Method::get, "/api/v1/audit?limit=0", {}, owner).status, 422);
    EXPECT_EQ(ask(Method::get, "/api/v1/audit?before=x", {}, owner).status, 422);
}

TEST_P(AccessTest, EnterprisesHaveWordsOfTheirOwn) {
    EXPECT_EQ(create_enterprise(*db, "NORTH", "x", false, 0, clock.now()).error().code, "enterprise_exists");
    EXPECT_EQ(create_enterprise(*db, "a b", "x", false, 0, clock.now()).error().code, "slug_malformed");
    EXPECT_EQ(create_enterprise(*db, "ab", "x", false, 2000, clock.now()).error().code, "offset_malformed");
    EXPECT_EQ(enterprises(*db).size(), 2U);
    EXPECT_EQ(enterprise_of(*db, one)->name, "North Sturgeon");
    EXPECT_EQ(add_person(*db, 9, {"x", "x", "four plain words", {{Role::owner, ""}}}, clock.now()).error().code, "enterprise_not_found");
}

TEST_P(AccessTest, ManyThreadsAtTheGate) {
    start();
    auto const owner = sign_in("olga"), worker = sign_in("wang");
    std::atomic<int> good = 0, bad = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            http::Request request;
            request.headers.add("authorization", "Bearer " + (t % 2 == 0 ? owner : worker));
            http::Route const route{.path = "/x", .needs = Permission::manage};
            for (int i = 0; i < 2000; ++i) ++(access->admit(request, route) ? good : bad);
        });
    ask(Method::put, "/api/v1/people/wang", R"({"name":"W"})", owner);
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 4000);
    EXPECT_EQ(bad, 4000);
}

OSETRA_ON_SHARED_ENGINES(AccessTest);
