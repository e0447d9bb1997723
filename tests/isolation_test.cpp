// No enterprise reads or writes another's: every route is walked by a stranger who knows all ids.
#include <gtest/gtest.h>

#include "access/access.h"
#include "isolation.h"
#include "store/every_engine.h"

namespace osetra {
namespace {

class Isolation : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        store::migrate(*db);
        one = *access::create_enterprise(*db, "one", "SECRET Enterprise", false, 480, clock.now());
        two = *access::create_enterprise(*db, "two", "Two", false, 480, clock.now());
        ASSERT_TRUE(access::add_person(*db, one, {"person.of.one", "SECRET Person", "four plain words", {{access::Role::owner, ""}}}, clock.now()));
        ASSERT_TRUE(access::add_person(*db, one, {"mate.of.one", "SECRET Mate", "four plain words", {{access::Role::worker, ""}}}, clock.now()));
        ASSERT_TRUE(access::add_key(*db, one, "key.of.one", {{access::Role::worker, "SECRET-site"}}, "x", clock.now()));
        stranger = *access::add_key(*db, two, "stranger", {{access::Role::owner, ""}}, "x", clock.now());
        access.emplace([this] { return store::open(where); }, clock);
        access::add_routes(routes, *access);
        http::add_own_routes(routes, "1");
        planted = {one, {{"person", {"person.of.one", "mate.of.one"}}, {"key_name", {"key.of.one"}}}, {"SECRET"}};
    }

    isolation::Walk walk() { return isolation::walk(routes, *access, stranger, *db, planted); }

    HandClock clock{Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 11}}};
    Enterprise one = 0, two = 0;
    std::string stranger;
    std::optional<access::Access> access;
    http::Routes routes;
    isolation::Planted planted;
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

} // namespace
} // namespace osetra
