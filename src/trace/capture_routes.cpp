#include "trace/rest_routes.h"

#include <algorithm>

#include "trace/engine/validate.h"

// How documents come in: POST /capture puts a job, POST /events takes one event at once.
namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::size_t listed_errors = 20;   ///< of one capture, where several are listed

string_view header(Request const& request, string_view name) {
    auto const found = request.headers.find(name);
    return found == request.headers.end() ? string_view{} : string_view{found->second};
}

/// What Content-Type says the body is; where it says nothing, its first mark does.
Result<string> content_of(Request const& request) {
    auto type = string{header(request, "content-type")};
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (type == "application/json" || type == "application/ld+json") return string{"json"};
    if (type == "application/xml" || type == "text/xml") return string{"xml"};
    auto const first = request.body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (type.empty() && first != string::npos) return string{request.body[first] == '<' ? "xml" : "json"};
    return refuse("media_type_unknown", "Send EPCIS as application/json, application/ld+json or application/xml.", "Content-Type");
}

Limits limits() {
    Limits most;
    most.bytes = capture_bytes;
    most.events = static_cast<std::size_t>(capture_limit);
    return most;
}

Result<Document> read_body(Request const& request, string const& content) {
    auto document = OSETRA_TRY(content == "xml" ? read_xml(request.body, limits()) : read_json(request.body, limits()));
    auto const& version = document.schema_version;
    if (version != "2.0" && !version.starts_with("2.0.") && version != "1.0" && version != "1.1" && version != "1.2" && !version.starts_with("1.2."))
        return refuse("epcis_version_unknown", "This is EPCIS " + version + ". Osetra reads 2.0, and XML of 1.0 to 1.2.", "schemaVersion");
    return document;
}

Result<Teller> teller_of(Request const& request) {
    auto const who = header(request, "osetra-teller");
    if (who.empty() || who == "foreign") return Teller::foreign;
    if (who == "ours") return Teller::ours;
    return refuse("teller_unknown", "Osetra-Teller is ours (our own chain: the checks refuse) or foreign (they warn).", "Osetra-Teller");
}

Result<OnError> on_error_of(Request const& request) {
    auto const word = header(request, "gs1-capture-error-behaviour");
    if (word.empty() || word == "rollback") return OnError::rollback;
    if (word == "proceed") return OnError::proceed;
    return refuse("error_behaviour_unknown", "GS1-Capture-Error-Behaviour is rollback or proceed.", "GS1-Capture-Error-Behaviour");
}

string_view word_of(OnError e) { return e == OnError::rollback ? "rollback" : "proceed"; }

string where(Uuid const& capture) { return string{epcis_root} + "/capture/" + capture.text(); }

Result<Response> post_capture(Rest& rest, Request const& request) {
    auto const content = OSETRA_TRY(content_of(request));
    Capture c;
    c.teller = OSETRA_TRY(teller_of(request));
    c.on_error = OSETRA_TRY(on_error_of(request));
    auto const document = OSETRA_TRY(read_body(request, content));
    if (document.kind == Document::Kind::single_event)
        return refuse("epcis_no_document", "This is a single event. Send it to /epcis/v2/events, or inside an EPCISDocument.", "type");
    c.capture = rest.service.new_id();
    c.person = request.caller.person;
    c.content = content;
    c.events = static_cast<std::int64_t>(document.events.size());
    c.created_at = rest.service.now();
    Result<Done> kept = Done{};
    rest.service.write(request.caller.enterprise, [&](Desk& desk) {
        kept = put_capture(desk.db, desk.enterprise, c, request.body);
        return kept ? Service::Keep::yes : Service::Keep::no;
    });
    OSETRA_TRY(kept);
    rest.service.wake();
    return Response{202, {}, {}, {{"Location", where(c.capture)}}, false};
}

/// Errors as the standard shows them, from what became of each event.
struct Trouble {
    string code, detail, at, event_id;
};

std::vector<Trouble> troubles(Capture const& c) {
    std::vector<Trouble> all;
    if (c.failed) all.push_back({c.failed->code, c.failed->message, {}, {}});
    if (c.success.value_or(true)) return all;
    auto const outcomes = JsonIn::parse(c.outcomes);
    if (!outcomes) return all;
    for (auto one : outcomes->items(nullptr)) {
        string outcome;
        one.get("outcome", outcome);
        if (outcome != "refused") continue;
        auto& t = all.emplace_back();
        one.get("code", t.code);
        one.get("detail", t.detail);
        one.get("eventID", t.event_id);
        if (one.has("at")) one.get("at", t.at);
    }
    return all;
}

enum class Detail : std::uint8_t { all, listed };

void write_capture(JsonOut& out, Capture const& c, Detail detail) {
    out.begin_object();
    out.value("captureID", c.capture.text());
    out.value("createdAt", c.created_at);
    out.value("finishedAt", c.finished_at);
    out.value("running", !c.finished_at);
    out.value("success", c.success.value_or(true));
    out.value("captureErrorBehaviour", word_of(c.on_error));
    out.begin_array("errors");
    std::size_t told = 0;
    for (auto const& t : troubles(c)) {
        if (detail == Detail::listed && ++told > listed_errors) break;
        auto const kind = t.code == "capture_failed" ? ProblemKind{500, "ImplementationException"} : problem_kind(t.code);
        out.begin_object();
        out.value("type", "epcisException:" + string{kind.type});
        out.value("title", http::phrase_of(kind.status));
        out.value("status", std::int64_t{kind.status});
        out.value("detail", t.detail);
        if (t.event_id.find(':') != string::npos) out.value("instance", t.event_id);
        out.value("code", t.code);
        if (!t.at.empty()) out.value("at", t.at);
        out.end_object();
    }
    out.end_array();
    out.begin_object("osetra:outcome");
    out.value("events", c.events);
    out.value("accepted", c.accepted);
    out.value("duplicates", c.duplicates);
    out.value("refused", c.refused);
    if (detail == Detail::all) out.raw("results", c.outcomes.empty() ? "[]" : c.outcomes);
    out.end_object();
    out.end_object();
}

string capture_xml(Capture const& c) {
    auto const truth = [](bool b) { return b ? string{"true"} : string{"false"}; };
    auto out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISCaptureJob xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" running=\"" + truth(!c.finished_at) + "\" success=\"" +
               truth(c.success.value_or(true)) + "\" captureID=\"" + c.capture.text() + "\">\n  <captureErrorBehaviour>" + string{word_of(c.on_error)} +
               "</captureErrorBehaviour>\n  <createdAt>" + text_of(c.created_at) + "</createdAt>\n";
    if (c.finished_at) out += "  <finishedAt>" + text_of(*c.finished_at) + "</finishedAt>\n";
    auto const all = troubles(c);
    if (!all.empty()) out += "  <errors>\n";
    for (auto const& t : all) {
        auto const kind = t.code == "capture_failed" ? ProblemKind{500, "ImplementationException"} : problem_kind(t.code);
        out += "    <error><type>epcisException:" + string{kind.type} + "</type><title>" + string{http::phrase_of(kind.status)} + "</title><status>" + std::to_string(kind.status) +
               "</status><detail>" + xml_text(t.at.empty() ? t.detail : t.at + ": " + t.detail) + "</detail></error>\n";
    }
    if (!all.empty()) out += "  </errors>\n";
    return out + "</epcis:EPCISCaptureJob>\n";
}

Refusal no_capture(string const& id) { return {"capture_not_found", "There is no capture " + id + ".", "captureID"}; }

Result<Response> get_capture(Rest& rest, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json_and_xml));
    auto const& text = request.in_path.at("captureID");
    auto const id = Uuid::parse(text);
    if (!id) return tl::unexpected(no_capture(text));
    std::optional<Capture> found;
    rest.service.read(request.caller.enterprise, [&](Desk& desk) { found = capture_by_id(desk.db, desk.enterprise, *id); });
    if (!found) return tl::unexpected(no_capture(text));
    Response response{200, {}, string{content_type(form)}, {}, false};
    if (form == Form::xml) response.body = capture_xml(*found);
    else {
        JsonOut out;
        write_capture(out, *found, Detail::all);
        response.body = out.take();
    }
    return response;
}

Result<Response> get_captures(Rest& rest, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json));
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{200, {}, string{content_type(form)}, {}, false};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto const paging = paging_of(rest, desk, request, secret);
        if (!paging) return void(reply = tl::unexpected(paging.error()));
        auto all = captures(desk.db, desk.enterprise, paging->most + 1, paging->after ? std::optional{Uuid::from_raw(*paging->after)} : std::nullopt);
        auto const more = static_cast<std::int64_t>(all.size()) > paging->most;
        if (more) all.pop_back();
        JsonOut out;
        out.begin_array();
        for (auto const& c : all) write_capture(out, c, Detail::listed);
        out.end_array();
        reply->body = out.take();
        if (more) add_next_page(*reply, request, "/capture", secret, string{all.back().capture.raw()}, rest.service.now());
    });
    return reply;
}

/// A single event: an event of its own in JSON, a document with one event in XML.
Result<Response> post_event(Rest& rest, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json));
    auto const content = OSETRA_TRY(content_of(request));
    auto const teller = OSETRA_TRY(teller_of(request));
    auto document = OSETRA_TRY(read_body(request, content));
    if (document.events.size() != 1 || (content == "json" && document.kind != Document::Kind::single_event))
        return refuse("epcis_not_single", "Send one event here; documents go to /epcis/v2/capture.", "type");
    std::optional<Captured> done;
    std::vector<Event> stored;
    rest.service.write(request.caller.enterprise, [&](Desk& desk) {
        auto all = desk.events.capture(document, teller, OnError::rollback, rest.service.now());
        if (all.empty()) return Service::Keep::no;
        done = std::move(all.front());
        if (done->outcome == Captured::Outcome::refused) return Service::Keep::no;
        stored = desk.events.by_id(done->event_id);
        return Service::Keep::yes;
    });
    if (!done) return refuse("epcis_not_single", "Send one event here; documents go to /epcis/v2/capture.", "type");
    if (done->outcome == Captured::Outcome::refused) return tl::unexpected(done->refusal);
    Response response{201, {}, string{content_type(form)}, {{"Location", string{epcis_root} + "/events/" + percent_encoded(done->event_id)}}, false};
    auto const same = std::find_if(stored.begin(), stored.end(), [&](Event const& e) { return e.no == done->no; });
    document.kind = Document::Kind::single_event;
    document.vocabularies.clear();
    if (same != stored.end()) document.events = {same->tree};
    response.body = write_json(document);
    return response;
}

} // namespace

void add_capture_routes(http::Routes& routes, RestPtr const& rest) {
    auto const bound = [rest](auto answer) { return [rest, answer](Request const& request) { return answer(*rest, request); }; };
    add(routes, {.method = Method::post, .path = "/capture", .needs = Permission::import, .about = "Takes an EPCIS document, JSON or XML; a worker captures it.",
                 .answer = bound(post_capture), .body_limit = capture_bytes});
    add(routes, {.path = "/capture", .about = "Captures, newest first.", .answer = bound(get_captures), .pages = EpcisRoute::Pages::yes});
    add_options(routes, rest, "/capture", "OPTIONS, GET, POST", Discovery::capture);
    add(routes, {.path = "/capture/{captureID}", .about = "How far a capture is, and what became of each event.", .answer = bound(get_capture)});
    add_options(routes, rest, "/capture/{captureID}", "OPTIONS, GET");
    add(routes, {.method = Method::post, .path = "/events", .needs = Permission::import, .about = "Takes a single event at once.", .answer = bound(post_event), .body_limit = capture_bytes});
}

} // namespace osetra::trace
