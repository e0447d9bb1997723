#include <algorithm>

#include "access/access.h"
#include "kernel/number.h"

namespace osetra::access {

using http::Lane;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;

namespace {

constexpr char const* cookie_name = "osetra_session";
constexpr std::string_view roles_schema =
    R"({"type":"array","minItems":1,"items":{"type":"object","required":["role"],"properties":)"
    R"({"role":{"enum":["owner","manager","worker","breeder","plant","sales","auditor"]},"site":{"type":"string","description":"empty: everywhere"}}}})";

std::string object_schema(std::string_view properties, std::string_view required) {
    std::string text = R"({"type":"object","additionalProperties":false,"properties":{)";
    return text.append(properties).append("},\"required\":[").append(required).append("]}");
}

void write_roles(JsonOut& out, std::vector<Grant> const& roles) {
    out.begin_array("roles");
    for (auto const& grant : roles) {
        out.begin_object();
        out.value("role", word_of(grant.role));
        out.value("site", grant.site);
        out.end_object();
    }
    out.end_array();
}

void write_may(JsonOut& out, http::Permissions may) {
    out.begin_array("may");
    for (auto const p : http::every_permission)
        if (p != Permission::open && p != Permission::signed_in && may.has(p)) out.value(nullptr, http::word_of(p));
    out.end_array();
}

Result<std::vector<Grant>> read_roles(JsonIn const& in) {
    std::vector<Grant> roles;
    for (auto item : in.items("roles")) {
        std::string role, site;
        item.get("role", role);
        if (item.has("site")) item.get("site", site);
        if (item.refusal()) return tl::unexpected(*item.refusal());
        roles.push_back({OSETRA_TRY(parse_role(role)), site});
    }
    return roles;
}

Result<JsonIn> body_of(Request const& request, std::initializer_list<std::string_view> known) {
    auto in = OSETRA_TRY(JsonIn::parse(request.body));
    if (in.is_array()) return refuse("field_type", "Send one object.");
    for (auto const& name : in.names())
        if (std::find(known.begin(), known.end(), name) == known.end()) return refuse("field_unknown", name + " is not a field here.", name);
    return in;
}

std::string session_json(Access& access, http::Caller const& caller) {
    auto const me = access.me(caller);
    JsonOut out;
    out.begin_object();
    out.value("person", caller.person);
    out.value("name", me.name);
    out.value("enterprise", caller.enterprise);
    out.value("enterprise_name", me.enterprise.name);
    out.value("simulated", me.enterprise.simulated);
    write_roles(out, me.roles);
    write_may(out, caller.may);
    out.begin_array("sites");
    for (auto const& site : caller.sites) out.value(nullptr, site);
    out.end_array();
    out.value("offset_minutes", me.enterprise.offset_minutes);
    out.value("now", access.clock().now());
    out.end_object();
    return out.take();
}

std::string cookie_of(std::string_view token, std::chrono::seconds life, bool secure) {
    std::string text = cookie_name;
    text.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=").append(std::to_string(life.count()));
    return secure ? text + "; Secure" : text;
}

/// Only a page of ours may open the door with a browser's hands: a foreign one could sign its visitor in as somebody else.
bool from_elsewhere(Request const& request) {
    auto const found = request.headers.find("sec-fetch-site");
    return found != request.headers.end() && found->second != "same-origin" && found->second != "none";
}

void post_session(Access& access, Request const& request, http::Reply const& reply) {
    auto asked = body_of(request, {"name", "password"});
    if (!asked) return reply(http::problem(asked.error()));
    std::string name, password;
    asked->get("name", name);
    asked->get("password", password);
    if (asked->refusal()) return reply(http::problem(*asked->refusal()));
    if (from_elsewhere(request)) return reply(http::problem({"not_allowed", "Sign in from Osetra's own page.", "Sec-Fetch-Site"}));
    access.sign_in(name, password, request.remote, [&access, secure = request.secure, reply](Result<Access::SignedIn> in) {
        if (!in) return reply(http::problem(in.error()));
        auto response = Response::json(session_json(access, in->caller));
        response.headers.emplace_back("Set-Cookie", cookie_of(in->token, access.options().login_life, secure));
        reply(std::move(response));
    });
}

Result<Response> delete_session(Access& access, Request const& request) {
    access.sign_out(request);
    return Response{.status = 204, .headers = {{"Set-Cookie", cookie_of("", std::chrono::seconds{0}, request.secure)}}};
}

std::string people_json(std::vector<Person> const& people) {
    JsonOut out;
    out.begin_object();
    out.begin_array("people");
    for (auto const& person : people) {
        out.begin_object();
        out.value("person", person.person);
        out.value("name", person.name);
        write_roles(out, person.roles);
        out.value("active", person.active);
        if (person.last_seen_at) out.value("last_seen_at", *person.last_seen_at);
        else out.raw("last_seen_at", "null");
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string person_json(std::vector<Person> const& people, std::string_view wanted) {
    for (auto const& person : people)
        if (person.person == wanted) {
            auto const all = people_json({person});
            return all.substr(11, all.size() - 13);   // what is between {"people":[ and ]}
        }
    return "{}";
}

Result<Response> post_person(Access& access, Request const& request) {
    auto in = OSETRA_TRY(body_of(request, {"person", "name", "password", "roles"}));
    NewPerson person;
    in.get("person", person.person);
    if (in.has("name")) in.get("name", person.name);
    in.get("password", person.password);
    if (in.refusal()) return tl::unexpected(*in.refusal());
    person.roles = OSETRA_TRY(read_roles(in));
    OSETRA_TRY(access.add_person(request, person));
    std::string lower = person.person;
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return Response::json(person_json(OSETRA_TRY(access.people(request)), lower), 201);
}

Result<Response> put_person(Access& access, Request const& request) {
    auto in = OSETRA_TRY(body_of(request, {"name", "password", "active", "roles"}));
    PersonChange change;
    if (in.has("name")) in.get("name", change.name.emplace());
    if (in.has("password")) in.get("password", change.password.emplace());
    if (in.has("active")) in.get_flag("active", change.active.emplace());
    if (in.refusal()) return tl::unexpected(*in.refusal());
    if (in.has("roles")) change.roles = OSETRA_TRY(read_roles(in));
    auto const& person = request.in_path.at("person");
    OSETRA_TRY(access.change_person(request, person, change));
    auto const people = access.people(request);   // who changed only their own password may not see them
    return Response::json(people ? person_json(*people, person) : "{}");
}

Result<Response> get_keys(Access& access, Request const& request) {
    JsonOut out;
    out.begin_object();
    out.begin_array("keys");
    for (auto const& key : OSETRA_TRY(access.keys(request))) {
        out.begin_object();
        out.value("key_name", key.key_name);
        out.value("created_at", key.created_at);
        if (key.last_used_at) out.value("last_used_at", *key.last_used_at);
        else out.raw("last_used_at", "null");
        write_roles(out, key.roles);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return Response::json(out.take());
}

Result<Response> post_key(Access& access, Request const& request) {
    auto in = OSETRA_TRY(body_of(request, {"key_name", "roles"}));
    std::string key_name;
    in.get("key_name", key_name);
    if (in.refusal()) return tl::unexpected(*in.refusal());
    auto const roles = OSETRA_TRY(read_roles(in));
    auto const key = OSETRA_TRY(access.add_key(request, key_name, roles));
    JsonOut out;
    out.begin_object();
    out.value("key_name", key_name);
    out.value("key", key);
    out.end_object();
    return Response::json(out.take(), 201);
}

Result<Response> delete_key(Access& access, Request const& request) {
    OSETRA_TRY(access.drop_key(request, request.in_path.at("key_name")));
    return Response{.status = 204};
}

Result<Response> get_audit(Access& access, Request const& request) {
    std::int64_t limit = 100;
    if (auto const asked = request.asked("limit")) {
        auto const told = read_number<std::int64_t>(*asked);
        if (!told || *told < 1 || *told > 1000) return refuse("limit_malformed", "The limit is a number from 1 to 1000.", "limit");
        limit = *told;
    }
    std::optional<Uuid> before;
    if (auto const asked = request.asked("before")) before = OSETRA_TRY(Uuid::parse(*asked));
    auto const page = OSETRA_TRY(access.audit(request, limit, before));
    JsonOut out;
    out.begin_object();
    out.begin_array("entries");
    for (auto const& entry : page.entries) {
        out.begin_object();
        out.value("id", entry.id);
        out.value("at", entry.at);
        out.value("person", entry.person);
        out.value("what", entry.what);
        out.value("code", entry.code);
        out.value("detail", entry.detail);
        out.value("remote", entry.remote);
        out.value("times", entry.times);
        out.end_object();
    }
    out.end_array();
    if (page.next) out.value("next", *page.next);
    else out.raw("next", "null");
    out.end_object();
    return Response::json(out.take());
}

Result<Response> get_roles(Request const&) {
    JsonOut out;
    out.begin_object();
    out.begin_array("roles");
    for (auto const role : every_role) {
        out.begin_object();
        out.value("role", word_of(role));
        write_may(out, permissions_of(role));
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return Response::json(out.take());
}

} // namespace

void add_routes(http::Routes& routes, Access& access) {
    auto const bound = [&access](auto answer) { return [&access, answer](Request const& r) { return answer(access, r); }; };
    auto const roles_text = std::string{roles_schema};

    routes.add({.method = Method::post, .path = "/api/v1/session", .needs = Permission::open, .about = "Signs in; the reply sets a cookie.",
                .body_schema = object_schema(R"("name":{"type":"string"},"password":{"type":"string"})", R"("name","password")"), .lane = Lane::io,
                .body_limit = 4 << 10, .act = [&access](Request const& r, http::Reply reply) { post_session(access, r, reply); }});
    routes.get("/api/v1/session", Permission::signed_in, "Who is signed in, what they may do, and what time it is.", Lane::worker,
               [&access](Request const& r) -> Result<Response> { return Response::json(session_json(access, r.caller)); });
    routes.del("/api/v1/session", Permission::signed_in, "Signs out.", bound(delete_session));

    routes.get("/api/v1/welcome", Permission::open, "What the page before signing in says: whether the data are simulated.", Lane::worker,
               [&access](Request const&) -> Result<Response> { return Response::json(access.simulated() ? R"({"simulated":true})" : R"({"simulated":false})"); });

    routes.get("/api/v1/people", Permission::manage, "The people of the enterprise and their roles.", Lane::worker,
               [&access](Request const& r) -> Result<Response> { return Response::json(people_json(OSETRA_TRY(access.people(r)))); });
    routes.post("/api/v1/people", Permission::manage, "Adds a person.",
                object_schema(R"("person":{"type":"string"},"name":{"type":"string"},"password":{"type":"string"},"roles":)" + roles_text,
                              R"("person","password","roles")"), bound(post_person));
    routes.put("/api/v1/people/{person}", Permission::signed_in, "Changes a person's name, password, roles, or whether they are active; everybody may change their own password.",
               object_schema(R"("name":{"type":"string"},"password":{"type":"string"},"active":{"type":"boolean"},"roles":)" + roles_text, ""),
               bound(put_person));

    routes.get("/api/v1/keys", Permission::manage, "The enterprise's API keys, without their secrets.", Lane::worker, bound(get_keys));
    routes.post("/api/v1/keys", Permission::manage, "Makes an API key, which is shown this once.",
                object_schema(R"("key_name":{"type":"string"},"roles":)" + roles_text, R"("key_name","roles")"), bound(post_key));
    routes.del("/api/v1/keys/{key_name}", Permission::manage, "Deletes an API key.", bound(delete_key));

    routes.get("/api/v1/audit", Permission::audit, "Sign-ins, refusals and changes of rights, newest first.", Lane::worker, bound(get_audit),
               {{"limit", "at most so many, 1 to 1000"}, {"before", "the id that `next` of the last page named"}});
    routes.get("/api/v1/roles", Permission::signed_in, "The roles and what each may do.", Lane::io, get_roles);
}

} // namespace osetra::access
