#include "trace/rest_routes.h"

#include "trace/named_query.h"
#include "trace/page_token.h"
#include "trace/subscriptions_sql.h"

// Queries with a name, and page tokens that are given back.
namespace osetra::trace {
namespace {

using std::string;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;

Refusal no_query(string const& name) { return {"query_not_found", "There is no query named " + name + ". GET /epcis/v2/queries lists them.", "queryName"}; }

void write_query(JsonOut& out, NamedQuery const& q) {
    out.begin_object();
    out.value("name", q.name);
    out.raw("query", q.query);
    out.end_object();
}

bool is_json(Request const& request) {
    auto const found = request.headers.find("content-type");
    return found == request.headers.end() || found->second.starts_with("application/json") || found->second.starts_with("application/ld+json");
}

Result<Response> get_queries(Rest& rest, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json));
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{200, {}, string{content_type(form)}, {}, false};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto const paging = paging_of(rest, desk, request, secret);
        if (!paging) return void(reply = tl::unexpected(paging.error()));
        auto all = queries(desk.db, desk.enterprise, paging->most + 1, paging->after.value_or(""));
        auto const more = static_cast<std::int64_t>(all.size()) > paging->most;
        if (more) all.pop_back();
        JsonOut out;
        out.begin_array();
        for (auto const& q : all) write_query(out, q);
        out.end_array();
        reply->body = out.take();
        if (more) add_next_page(*reply, request, "/queries", secret, all.back().name, rest.service.now());
    });
    return reply;
}

Result<Response> post_query(Rest& rest, Request const& request) {
    if (!is_json(request)) return refuse("media_type_unknown", "Send a query as application/json.", "Content-Type");
    auto definition = OSETRA_TRY(read_definition(request.body));
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json));
    for (auto const& [prefix, uri] : wanted.prefixes) definition.prefixes.emplace(prefix, uri);
    Result<Done> done = Done{};
    rest.service.write(request.caller.enterprise, [&](Desk& desk) {
        auto prefixes = desk.events.prefixes();
        for (auto const& [prefix, uri] : definition.prefixes) prefixes[prefix] = uri;
        auto const parameters = parameters_in(definition.query);
        auto const query = parse_query(parameters.value(), prefixes, desk.events.master_data());
        if (!query) done = tl::unexpected(query.error());
        else done = add_query(desk.db, desk.enterprise, {definition.name, definition.query, definition.prefixes, request.caller.person, rest.service.now()});
        return done ? Service::Keep::yes : Service::Keep::no;
    });
    OSETRA_TRY(done);
    return Response{201, {}, {}, {{"Location", string{epcis_root} + "/queries/" + percent_encoded(definition.name)}}, false};
}

Result<NamedQuery> query_of(Rest& rest, Request const& request) {
    auto const& name = request.in_path.at("queryName");
    std::optional<NamedQuery> found;
    rest.service.read(request.caller.enterprise, [&](Desk& desk) { found = query_by_name(desk.db, desk.enterprise, name); });
    if (!found) return tl::unexpected(no_query(name));
    return *found;
}

Result<Response> get_query(Rest& rest, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json));
    JsonOut out;
    write_query(out, OSETRA_TRY(query_of(rest, request)));
    return Response{200, out.take(), string{content_type(form)}, {}, false};
}

Result<Response> delete_query(Rest& rest, Request const& request) {
    auto const& name = request.in_path.at("queryName");
    auto there = false;
    rest.service.write(request.caller.enterprise, [&](Desk& desk) {
        there = drop_query(desk.db, desk.enterprise, name);
        drop_subscriptions_of(desk.db, desk.enterprise, name);
        return there ? Service::Keep::yes : Service::Keep::no;
    });
    if (!there) return tl::unexpected(no_query(name));
    if (rest.query_gone) rest.query_gone(request.caller.enterprise, name);
    return Response{204, {}, {}, {}, false};
}

Result<Response> get_query_events(Rest& rest, Request const& request) {
    if (rest.listen && http::asks_for_socket(request)) return rest.listen(request);
    auto const query = OSETRA_TRY(query_of(rest, request));
    if (auto const more = parameters_of(request); !more.empty())
        return refuse("query_parameter", more.front().name + " cannot be added to a named query. Ask /epcis/v2/events, or make another query.", more.front().name);
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto parameters = parameters_in(query.query);
        if (!parameters) return void(reply = tl::unexpected(parameters.error()));
        reply = events_page(rest, desk, request, {"/queries/" + percent_encoded(query.name) + "/events", std::move(*parameters), query.prefixes, query.name}, secret);
    });
    return reply;
}

/// The page that it names will not be asked for; whoever holds it cannot go on. What is no token of ours holds nothing to give back.
Result<Response> delete_token(Rest& rest, Request const& request) {
    auto const& token = request.in_path.at("token");
    auto const secret = rest.secret(request.caller.enterprise);
    auto const now = rest.service.now();
    if (auto const expires_at = token_holds(secret, token, now))
        rest.service.write(request.caller.enterprise, [&](Desk& desk) {
            revoke_token(desk.db, desk.enterprise, token_digest(token), *expires_at, now);
            return Service::Keep::yes;
        });
    return Response{204, {}, {}, {}, false};
}

} // namespace

void add_query_routes(http::Routes& routes, RestPtr const& rest) {
    auto const bound = [rest](auto answer) { return [rest, answer](Request const& request) { return answer(*rest, request); }; };
    add(routes, {.path = "/queries", .about = "Queries that have a name.", .answer = bound(get_queries), .pages = EpcisRoute::Pages::yes});
    add(routes, {.method = Method::post, .path = "/queries", .needs = Permission::manage, .about = "Keeps a query under a name.", .answer = bound(post_query), .body_limit = 256 << 10});
    add_options(routes, rest, "/queries", "OPTIONS, GET, POST");
    add(routes, {.path = "/queries/{queryName}", .about = "What a query asks.", .answer = bound(get_query)});
    add(routes, {.method = Method::del, .path = "/queries/{queryName}", .needs = Permission::manage, .about = "Forgets a query; its subscriptions end.", .answer = bound(delete_query)});
    add_options(routes, rest, "/queries/{queryName}", "OPTIONS, GET, DELETE");
    add(routes, {.path = "/queries/{queryName}/events", .about = "Events that answer a named query.", .answer = bound(get_query_events), .pages = EpcisRoute::Pages::yes});
    add_options(routes, rest, "/queries/{queryName}/events", "OPTIONS, GET");
    add(routes, {.method = Method::del, .path = "/nextPageToken/{token}", .about = "Gives a page token back: it holds no longer.", .answer = bound(delete_token)});
}

} // namespace osetra::trace
