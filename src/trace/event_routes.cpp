#include "trace/rest_routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "trace/engine/vocabulary.h"

// How events and the words and names in them are read.
namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using http::Request;
using http::Response;

constexpr std::int64_t chunk = 50;                                   ///< events read at once: one may hold 100,000 names
constexpr std::size_t page_bytes_max = std::size_t{8} << 20;         ///< a page that is larger ends early

// ---- places -------------------------------------------------------------------------------------------------------------------

string text_of(Place const& p) { return std::to_string(p.no) + ' ' + std::to_string(p.event_at) + ' ' + std::to_string(p.given); }

Result<Place> read_place(string_view text) {
    Place p;
    for (auto* n : {&p.no, &p.event_at, &p.given}) {
        auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), *n);
        if (wrong != std::errc{}) return refuse("query_parameter", "This nextPageToken is of another list. Ask for the first page again.", "nextPageToken");
        text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
    }
    return p;
}

// ---- writing ------------------------------------------------------------------------------------------------------------------

void look(Node const& node, std::set<string, std::less<>>& uris) {
    if (node.name.starts_with('{'))
        if (auto const end = node.name.find('}'); end != string::npos) uris.insert(node.name.substr(1, end - 1));
    for (auto const& child : node.children) look(child, uris);
}

/// The namespaces that these events use, under the prefixes that are known for them; the caller's come first.
std::vector<Namespace> namespaces_in(Document const& document, PrefixMap const& of_caller, PrefixMap const& known) {
    std::set<string, std::less<>> uris;
    for (auto const& event : document.events) look(event, uris);
    std::vector<Namespace> all;
    for (auto const* prefixes : {&of_caller, &known})
        for (auto const& [prefix, uri] : *prefixes)
            if (auto const found = uris.find(uri); found != uris.end()) {
                all.push_back({prefix, uri});
                uris.erase(found);
            }
    return all;
}

Node with_record_time(Event event) {
    auto& fields = event.tree.children;
    std::erase_if(fields, [](Node const& n) { return n.name == "recordTime"; });
    auto place = std::find_if(fields.begin(), fields.end(), [](Node const& n) { return n.name == "eventTime"; });
    if (place != fields.end()) ++place;
    fields.insert(place, Node{"recordTime", osetra::text_of(event.recorded_at), {}, Node::Kind::text});
    return std::move(event.tree);
}

std::size_t weight(Node const& node) {
    auto sum = node.name.size() + node.text.size() + 8;
    for (auto const& child : node.children) sum += weight(child);
    return sum;
}

Result<Response> written(Desk& desk, Wanted const& wanted, std::vector<Event> events, string const& query_name, Instant now) {
    Document document;
    document.kind = Document::Kind::query_results;
    document.creation_date = osetra::text_of(now);
    document.query_name = query_name;
    for (auto& event : events) document.events.push_back(with_record_time(std::move(event)));
    document.namespaces = namespaces_in(document, wanted.prefixes, desk.events.prefixes());
    spell(document, wanted.names, desk.events.company_prefixes());
    Response response{200, {}, string{content_type(wanted.form)}, {}, false};
    if (wanted.form == Form::xml) {
        spell_words(document, wanted.words);
        response.body = OSETRA_TRY(write_xml(document));
    } else {
        response.body = write_json(document);
    }
    PrefixMap used;
    for (auto const& n : document.namespaces) used[n.prefix] = n.uri;
    if (auto text = prefixes_text(used); !text.empty()) response.headers.emplace_back("GS1-Extensions", std::move(text));
    return response;
}

Result<Response> get_events(Rest& rest, Request const& request) {
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        reply = events_page(rest, desk, request, {.self = "/events", .parameters = parameters_of(request), .prefixes = {}}, secret);
    });
    return reply;
}

Result<Response> get_event(Rest& rest, Request const& request) {
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json_and_xml));
    auto const& id = request.in_path.at("eventID");
    Result<Response> reply = Response{};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto events = desk.events.by_id(id);
        if (events.empty()) return void(reply = refuse("event_not_found", "There is no event " + id + ".", "eventID"));
        reply = written(desk, wanted, std::move(events), "SimpleEventQuery", rest.service.now());
    });
    return reply;
}

// ---- the six resources --------------------------------------------------------------------------------------------------------

struct ResourceKind {
    char const* path;
    char const* part;                     ///< its value's name in the path
    Repository::Resource resource;
    Words words;                          ///< none: names of things
    char const* parameter;                ///< that its /events asks by
    char const* about;
};
constexpr std::array<ResourceKind, 6> resources{{
    {"/eventTypes", "eventType", Repository::Resource::event_types, Words::none, "eventType", "Types of events: the five of the standard and those met."},
    {"/epcs", "epc", Repository::Resource::epcs, Words::none, "MATCH_anyEPC", "Names of things met in events."},
    {"/bizSteps", "bizStep", Repository::Resource::biz_steps, Words::biz_step, "EQ_bizStep", "Business steps: the standard's and those met."},
    {"/bizLocations", "bizLocation", Repository::Resource::biz_locations, Words::none, "EQ_bizLocation", "Business locations met in events."},
    {"/readPoints", "readPoint", Repository::Resource::read_points, Words::none, "EQ_readPoint", "Read points met in events."},
    {"/dispositions", "disposition", Repository::Resource::dispositions, Words::disposition, "EQ_disposition", "Dispositions: the standard's and those met."},
}};

std::vector<string_view> standard_of(ResourceKind const& kind) {
    if (kind.resource == Repository::Resource::event_types) return {"AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"};
    auto const words = standard_words(kind.words);
    return {words.begin(), words.end()};
}

bool is_standard(ResourceKind const& kind, string_view value) {
    auto const all = standard_of(kind);
    return std::find(all.begin(), all.end(), kind.words == Words::none ? string{value} : bare_word(kind.words, value)) != all.end();
}

/// example:x and {https://ns.example.com/}x in full.
string in_full(string_view value, PrefixMap const& prefixes) {
    if (value.starts_with('{'))
        if (auto const end = value.find('}'); end != string_view::npos) return string{value.substr(1, end - 1)} + string{value.substr(end + 1)};
    if (auto const colon = value.find(':'); colon != string_view::npos)
        if (auto const found = prefixes.find(value.substr(0, colon)); found != prefixes.end()) return found->second + string{value.substr(colon + 1)};
    return string{value};
}

/// The reverse, with the prefixes that the caller told.
string in_short(string const& value, PrefixMap const& prefixes) {
    for (auto const& [prefix, uri] : prefixes)
        if (!uri.empty() && value.starts_with(uri) && value.size() > uri.size()) return prefix + ':' + value.substr(uri.size());
    return value;
}

string shown(ResourceKind const& kind, string const& value, Wanted const& wanted, CompanyPrefixes const& known) {
    if (is_standard(kind, value)) return kind.words == Words::none ? value : bare_word(kind.words, value);
    return in_short(formatted(in_full(value, {}), wanted.names, known), wanted.prefixes);
}

Result<Response> get_values(Rest& rest, ResourceKind const& kind, Request const& request) {
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json));
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto const paging = paging_of(rest, desk, request, secret);
        if (!paging) return void(reply = tl::unexpected(paging.error()));
        // The standard's words come first, then those met, each in its own order: "=" before the last word of a page, "+" before the last met.
        std::vector<string> members, places;
        auto const enough = static_cast<std::size_t>(paging->most) + 1;
        auto const after = paging->after.value_or("=");
        auto const last = after.substr(1);
        if (after[0] == '=')
            for (auto const word : standard_of(kind))
                if (word > last && members.size() < enough) {
                    members.emplace_back(word);
                    places.push_back('=' + string{word});
                }
        auto cursor = after[0] == '+' ? last : string{};
        for (auto more = true; more && members.size() < enough;) {
            auto const some = desk.events.values(kind.resource, static_cast<std::int64_t>(enough), cursor);
            more = some.size() == enough;
            for (auto const& value : some) {
                cursor = value;
                if (is_standard(kind, value) || members.size() == enough) continue;
                members.push_back(shown(kind, value, wanted, desk.events.company_prefixes()));
                places.push_back('+' + value);
            }
        }
        auto const more = members.size() == enough;
        if (more) {
            members.pop_back();
            places.pop_back();
        }
        reply = collection(members, wanted.prefixes, wanted.form);
        if (more) add_next_page(*reply, request, kind.path, secret, places.back(), rest.service.now());
    });
    return reply;
}

/// The value of the path, as the repository has it; refusal resource_not_found.
Result<string> value_of(Desk& desk, ResourceKind const& kind, Request const& request, PrefixMap const& prefixes) {
    auto const& value = request.in_path.at(kind.part);
    auto all = desk.events.prefixes();
    for (auto const& [prefix, uri] : prefixes) all[prefix] = uri;
    auto full = in_full(value, all);
    if (is_standard(kind, value)) return value;
    if (desk.events.has_value(kind.resource, value)) return value;
    if (desk.events.has_value(kind.resource, full)) return full;
    return refuse("resource_not_found", "No event of this repository has " + value + ".", kind.part);
}

Result<Response> get_value(Rest& rest, ResourceKind const& kind, Request const& request) {
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json));
    Result<Response> reply = collection({"events"}, {}, wanted.form);
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        if (auto const value = value_of(desk, kind, request, wanted.prefixes); !value) reply = tl::unexpected(value.error());
    });
    return reply;
}

Result<Response> get_value_events(Rest& rest, ResourceKind const& kind, Request const& request) {
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json_and_xml));
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto const value = value_of(desk, kind, request, wanted.prefixes);
        if (!value) return void(reply = tl::unexpected(value.error()));
        auto parameters = parameters_of(request);
        auto const id = kind.resource == Repository::Resource::epcs ? parse_identifier(*value) : Result<Identifier>{refuse("", "")};
        parameters.push_back({id && id->is_class ? "MATCH_anyEPCClass" : kind.parameter, {*value}});
        reply = events_page(rest, desk, request, {.self = kind.path + ('/' + percent_encoded(request.in_path.at(kind.part))) + "/events", .parameters = std::move(parameters), .prefixes = {}}, secret);
    });
    return reply;
}

} // namespace

std::vector<Parameter> parameters_of(Request const& request) {
    std::vector<Parameter> all;
    for (auto const& [name, text] : request.every_query) {
        if (name == "perPage" || name == "nextPageToken") continue;
        auto place = std::find_if(all.begin(), all.end(), [&n = name](Parameter const& p) { return p.name == n; });
        if (place == all.end()) place = all.insert(all.end(), Parameter{name, {}});
        for (string_view rest = text; !rest.empty();) {
            auto const end = rest.find('|');
            place->values.emplace_back(rest.substr(0, end));
            rest = end == string_view::npos ? string_view{} : rest.substr(end + 1);
        }
    }
    return all;
}

Result<Response> events_page(Rest& rest, Desk& desk, Request const& request, EventsAsked const& asked, string const& secret) {
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json_and_xml));
    auto prefixes = desk.events.prefixes();
    for (auto const* more : std::initializer_list<PrefixMap const*>{&asked.prefixes, &wanted.prefixes})
        for (auto const& [prefix, uri] : *more) prefixes[prefix] = uri;
    auto const query = OSETRA_TRY(parse_query(asked.parameters, prefixes, desk.events.master_data()));
    auto const paging = OSETRA_TRY(paging_of(rest, desk, request, secret));
    auto const most = request.query.contains("perPage") || !query.per_page ? paging.most : std::min(std::max(*query.per_page, std::int64_t{1}), page_most);
    std::optional<Place> place;
    if (paging.after) place = OSETRA_TRY(read_place(*paging.after));

    std::vector<Event> events;
    std::size_t bytes = 0;
    for (auto more = true; more;) {
        auto page = OSETRA_TRY(desk.events.events(query, std::min(chunk, most - static_cast<std::int64_t>(events.size())), place));
        for (auto& event : page.events) {
            bytes += weight(event.tree);
            events.push_back(std::move(event));
        }
        place = page.next;
        more = place && static_cast<std::int64_t>(events.size()) < most && bytes < page_bytes_max;
    }
    auto const now = rest.service.now();
    auto response = OSETRA_TRY(written(desk, wanted, std::move(events), asked.query_name, now));
    if (place) add_next_page(response, request, asked.self, secret, text_of(*place), now);
    return response;
}

void add_event_routes(http::Routes& routes, RestPtr const& rest) {
    auto const bound = [rest](auto answer) { return [rest, answer](Request const& request) { return answer(*rest, request); }; };
    add(routes, {.path = "/events", .about = "Events that answer the query's parameters.", .answer = bound(get_events), .pages = EpcisRoute::Pages::yes});
    add_options(routes, rest, "/events", "OPTIONS, GET, POST");
    add(routes, {.path = "/events/{eventID}", .about = "The event of this name, and error declarations of it.", .answer = bound(get_event)});
    add_options(routes, rest, "/events/{eventID}", "OPTIONS, GET");
    for (auto const& kind : resources) {
        auto const of_kind = [rest, &kind](auto answer) { return [rest, &kind, answer](Request const& request) { return answer(*rest, kind, request); }; };
        string const all = kind.path, one = all + "/{" + kind.part + "}", events = one + "/events";
        add(routes, {.path = all, .about = kind.about, .answer = of_kind(get_values), .pages = EpcisRoute::Pages::yes});
        add(routes, {.path = one, .about = "What there is of this value: its events.", .answer = of_kind(get_value)});
        add(routes, {.path = events, .about = "Events with this value that answer the query's parameters.", .answer = of_kind(get_value_events), .pages = EpcisRoute::Pages::yes});
        for (auto const& path : {all, one, events}) add_options(routes, rest, path, "OPTIONS, GET");
    }
}

} // namespace osetra::trace
