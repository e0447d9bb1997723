#include "trace/subscription_routes.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "http/client.h"
#include "kernel/json.h"

// Who is told of events: webhooks, which are kept, and WebSockets, which last as long as their line.
namespace osetra::trace {
namespace {

using std::string;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::size_t token_max = 500;
constexpr std::int64_t letters_shown = 20;
constexpr std::int64_t first_batch = 200;
constexpr char const* own_namespace = "osetra=https://osetra.example/epcis/";
constexpr std::array<char const*, 6> schedule_fields{"second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"};
constexpr std::array<char const*, 9> fields{"dest", "signatureToken", "secret", "stream", "schedule", "reportIfEmpty", "initialRecordTime", "queryName", "@context"};

Refusal no_query(string const& name) { return {"query_not_found", "There is no query named " + name + ". GET /epcis/v2/queries lists them.", "queryName"}; }
Refusal no_subscription(string const& id) { return {"subscription_not_found", "There is no subscription " + id + " to this query.", "subscriptionID"}; }

auto bad_controls(string message, string at) { return refuse("subscription_controls", std::move(message), std::move(at)); }

// ---- what a subscriber wants --------------------------------------------------------------------------------------------------

/// When to be told: as events come, or by a schedule.
struct Controls {
    bool stream = false;
    std::optional<ScheduleText> text;
    std::optional<Schedule> schedule;
};

Result<Controls> controls_of(bool stream, std::optional<ScheduleText> text) {
    if (stream && text) return bad_controls("Say stream or schedule, not both.", "stream");
    if (!stream && !text) return bad_controls("Say \"stream\": true to be told as events come, or a schedule.", "stream");
    Controls c{stream, std::move(text), {}};
    if (c.text) c.schedule = OSETRA_TRY(parse_schedule(*c.text));
    return c;
}

/// As text, or as the number that it is in the standard's example.
Result<std::optional<string>> schedule_field(JsonIn const& in, char const* name) {
    if (auto look = in; !look.has(name)) return std::optional<string>{};
    string text;
    auto as_text = in, as_number = in;
    get(as_text, name, text);
    if (!as_text.refusal()) return std::optional{text};
    std::int64_t n = 0;
    get(as_number, name, n);
    if (as_number.refusal()) return bad_controls(string{name} + " is text like \"0,30\", or a number.", string{"schedule."} + name);
    return std::optional{std::to_string(n)};
}

Result<ScheduleText> read_schedule(JsonIn const& in) {
    auto const names = in.names();
    if (!in.dump().starts_with('{') || !std::all_of(names.begin(), names.end(), [](string const& n) { return std::find(schedule_fields.begin(), schedule_fields.end(), n) != schedule_fields.end(); }))
        return bad_controls("A schedule has second, minute, hour, dayOfMonth, month and dayOfWeek.", "schedule");
    ScheduleText text;
    std::array<std::optional<string>*, 6> const places{&text.second, &text.minute, &text.hour, &text.day_of_month, &text.month, &text.day_of_week};
    for (std::size_t i = 0; i < places.size(); ++i) *places.at(i) = OSETRA_TRY(schedule_field(in, schedule_fields.at(i)));
    return text;
}

Result<Instant> read_instant(string const& text) {
    auto at = parse_instant(text, FarmOffset{std::chrono::minutes{0}});
    if (!at) return refuse("instant_malformed", "initialRecordTime is an instant like 2026-01-11T12:00:00Z.", "initialRecordTime");
    return at;
}

Result<http::Url> read_dest(string const& dest, bool private_too) {
    auto url = http::parse_url(dest);
    if (!url) return refuse(url.error().code, url.error().message, "dest");
    if (!private_too && http::is_private_host(url->host))
        return refuse("address_private", "This server sends to addresses on the open Internet only. Start it with --allow-private-webhooks to send there.", "dest");
    return url;
}

/// What was sent, as a subscription that has been told nothing yet.
Result<Subscription> read_subscription(Request const& request, bool private_too, Instant now) {
    auto in = OSETRA_TRY(JsonIn::parse(request.body));
    if (in.is_array()) return bad_controls(R"(A subscription is {"dest": "https://...", "stream": true}.)", "");
    for (auto const& name : in.names())
        if (std::find(fields.begin(), fields.end(), name) == fields.end()) return bad_controls(name + " is no field of a subscription.", name);
    Subscription s;
    auto stream = false;
    if (in.has("dest")) get(in, "dest", s.dest);
    else return bad_controls("dest is missing: the address that is to be told.", "dest");
    if (in.has("signatureToken")) get(in, "signatureToken", s.token);
    else if (in.has("secret")) get(in, "secret", s.token);
    if (in.has("stream")) get(in, "stream", stream);
    if (in.has("reportIfEmpty")) get(in, "reportIfEmpty", s.report_if_empty);
    string initial;
    if (in.has("initialRecordTime")) get(in, "initialRecordTime", initial);
    if (auto const& wrong = in.refusal()) return bad_controls(wrong->message, wrong->at);
    if (s.token.size() > token_max) return bad_controls("signatureToken has at most 500 characters.", "signatureToken");
    OSETRA_TRY(read_dest(s.dest, private_too));

    std::optional<ScheduleText> text;
    if (in.has("schedule")) {
        auto const child = in.child("schedule");
        if (!child) return bad_controls("A schedule has second, minute, hour, dayOfMonth, month and dayOfWeek.", "schedule");
        text = OSETRA_TRY(read_schedule(*child));
    }
    auto const controls = OSETRA_TRY(controls_of(stream, std::move(text)));
    s.stream = controls.stream;
    if (controls.text) s.schedule = to_json(*controls.text);
    if (!initial.empty()) s.initial_at = OSETRA_TRY(read_instant(initial));
    s.created_at = now;
    s.min_record_at = s.initial_at.value_or(now);
    s.batch = first_batch;
    s.next_at = controls.schedule ? next_after(*controls.schedule, now) : now;
    return s;
}

string prefixes_json(PrefixMap const& prefixes) {
    JsonOut out;
    out.begin_object();
    for (auto const& [prefix, uri] : prefixes) out.value(prefix.c_str(), uri);
    out.end_object();
    return out.take();
}

// ---- webhooks -----------------------------------------------------------------------------------------------------------------

void write_subscription(JsonOut& out, Subscription const& s) {
    out.value("subscriptionID", s.subscription);
    out.value("queryName", s.query_name);
    out.value("dest", s.dest);
    out.value("createdAt", s.created_at);
    out.value("lastNotifiedAt", s.last_delivered_at);
    out.value("initialRecordTime", s.initial_at);
    out.value("minRecordTime", s.min_record_at);
    out.value("epcFormat", s.names);
    if (s.stream) {
        out.value("stream", true);
    } else {
        out.raw("schedule", s.schedule);
        out.value("reportIfEmpty", s.report_if_empty);
    }
    out.value("osetra:state", s.state != "active" ? s.state : s.failing_since ? "failing" : "good");
    out.value("osetra:delivered", s.delivered);
    if (s.failing_since) {
        out.value("osetra:failingSince", s.failing_since);
        out.value("osetra:failures", s.failures);
        out.value("osetra:problem", s.said);
    }
    if (s.state == "active" && (s.failing_since || !s.stream)) out.value("osetra:nextTry", s.next_at);
}

Response subscription_reply(int status, Subscription const& s, std::vector<LetterRow> const* letters = nullptr) {
    JsonOut out;
    out.begin_object();
    write_subscription(out, s);
    if (letters) {
        out.begin_array("osetra:letters");
        for (auto const& letter : *letters) {
            out.begin_object();
            out.value("at", letter.at);
            out.value("events", letter.events);
            if (letter.status > 0) out.value("status", letter.status);
            if (!letter.said.empty()) out.value("problem", letter.said);
            out.end_object();
        }
        out.end_array();
    }
    out.end_object();
    return {status, out.take(), "application/json", {{"GS1-Extensions", own_namespace}}, false, {}};
}

struct Webs {
    Rest& rest;
    Pushing pushing;
};

/// The whole address of what is below epcis_root, as the client calls this server: the standard wants no less of Location here.
string address_of(Request const& request, string const& path) {
    auto const host = request.headers.find("host");
    if (host == request.headers.end() || host->second.empty()) return epcis_root + path;
    return (request.secure ? "https://" : "http://") + host->second + epcis_root + path;
}

Result<Response> post_subscription(Webs const& w, Request const& request) {
    auto const type = request.headers.find("content-type");
    if (type != request.headers.end() && !type->second.starts_with("application/json") && !type->second.starts_with("application/ld+json"))
        return refuse("media_type_unknown", "Send a subscription as application/json.", "Content-Type");
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json));
    auto const& name = request.in_path.at("queryName");
    auto& service = w.rest.service;
    auto s = OSETRA_TRY(read_subscription(request, w.pushing.private_too, service.now()));
    s.subscription = service.new_id();
    s.query_name = name;
    s.names = word_of(wanted.names);
    s.prefixes = prefixes_json(wanted.prefixes);
    s.person = request.caller.person;
    Result<Done> done = Done{};
    service.write(request.caller.enterprise, [&](Desk& desk) {
        if (!query_by_name(desk.db, desk.enterprise, name)) done = tl::unexpected(no_query(name));
        else if (count_subscriptions(desk.db, desk.enterprise) >= subscriptions_max)
            done = bad_controls("There are " + std::to_string(subscriptions_max) + " subscriptions already, and no more are kept. Delete those that nobody needs.", "dest");
        if (!done) return Service::Keep::no;
        if (!s.initial_at) s.cursor_no = desk.events.last_no();
        add_subscription(desk.db, desk.enterprise, s);
        return Service::Keep::yes;
    });
    OSETRA_TRY(done);
    w.pushing.wake();
    auto response = subscription_reply(201, s);
    response.headers.emplace_back("Location", address_of(request, "/queries/" + percent_encoded(name) + "/subscriptions/" + s.subscription.text()));
    return response;
}

Result<Response> get_subscriptions(Webs const& w, Request const& request) {
    auto const form = OSETRA_TRY(form_wanted(request, Offered::json));
    auto const& name = request.in_path.at("queryName");
    auto& rest = w.rest;
    auto const secret = rest.secret(request.caller.enterprise);
    Result<Response> reply = Response{200, {}, string{content_type(form)}, {{"GS1-Extensions", own_namespace}}, false, {}};
    rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        if (!query_by_name(desk.db, desk.enterprise, name)) return void(reply = tl::unexpected(no_query(name)));
        auto const paging = paging_of(rest, desk, request, secret);
        if (!paging) return void(reply = tl::unexpected(paging.error()));
        auto const after = paging->after ? Uuid::parse(*paging->after).value_or(Uuid{}) : Uuid{};
        auto all = subscriptions_of(desk.db, desk.enterprise, name, paging->most + 1, after);
        auto const more = std::ssize(all) > paging->most;
        if (more) all.pop_back();
        JsonOut out;
        out.begin_array();
        for (auto const& s : all) {
            out.begin_object();
            write_subscription(out, s);
            out.end_object();
        }
        out.end_array();
        reply->body = out.take();
        if (more) add_next_page(*reply, request, "/queries/" + percent_encoded(name) + "/subscriptions", secret, all.back().subscription.text(), rest.service.now());
    });
    return reply;
}

/// Of this query; what is no id names nothing.
std::optional<Subscription> find(Desk& desk, Request const& request) {
    auto const id = Uuid::parse(request.in_path.at("subscriptionID"));
    if (!id) return std::nullopt;
    auto s = subscription_by_id(desk.db, desk.enterprise, *id);
    if (s && s->query_name != request.in_path.at("queryName")) return std::nullopt;
    return s;
}

Result<Response> get_subscription(Webs const& w, Request const& request) {
    OSETRA_TRY(form_wanted(request, Offered::json));
    Result<Response> reply = tl::unexpected(no_subscription(request.in_path.at("subscriptionID")));
    w.rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        auto const s = find(desk, request);
        if (!s) return;
        auto const letters = letters_to(desk.db, desk.enterprise, s->subscription, letters_shown);
        reply = subscription_reply(200, *s, &letters);
        reply->headers.emplace_back("GS1-Query-Min-Record-Time", text_of(s->min_record_at));
    });
    return reply;
}

Result<Response> delete_subscription(Webs const& w, Request const& request) {
    auto there = false;
    w.rest.service.write(request.caller.enterprise, [&](Desk& desk) {
        auto const s = find(desk, request);
        there = s && drop_subscription(desk.db, desk.enterprise, s->subscription);
        return there ? Service::Keep::yes : Service::Keep::no;
    });
    if (!there) return tl::unexpected(no_subscription(request.in_path.at("subscriptionID")));
    return Response{204, {}, {}, {}, false, {}};
}

// ---- for those who look after them ----------------------------------------------------------------------------------------------

Result<Response> get_failing(Webs const& w, Request const& request) {
    JsonOut out;
    out.begin_object();
    out.begin_array("subscriptions");
    w.rest.service.read(request.caller.enterprise, [&](Desk& desk) {
        for (auto const& s : failing_subscriptions(desk.db, desk.enterprise)) {
            out.begin_object();
            out.value("subscription", s.subscription);
            out.value("query_name", s.query_name);
            out.value("dest", s.dest);
            out.value("state", s.state == "active" ? "failing" : s.state);
            out.value("failing_since", s.failing_since);
            out.value("failures", s.failures);
            out.value("said", s.said);
            if (s.state == "active") out.value("next_at", s.next_at);
            out.value("last_delivered_at", s.last_delivered_at);
            out.end_object();
        }
    });
    out.end_array();
    out.end_object();
    return Response::json(out.take());
}

Result<Response> retry(Webs const& w, Request const& request) {
    auto const& text = request.in_path.at("subscription");
    auto const id = Uuid::parse(text);
    auto there = false;
    if (id)
        w.rest.service.write(request.caller.enterprise, [&](Desk& desk) {
            there = resume_subscription(desk.db, desk.enterprise, *id, w.rest.service.now());
            return there ? Service::Keep::yes : Service::Keep::no;
        });
    if (!there) return refuse("subscription_not_found", "There is no subscription " + text + ".", "subscription");
    w.pushing.wake();
    return Response::json("{}");
}

class Webhooks final : public Sender {
public:
    explicit Webhooks(bool private_too) : m_client({.private_too = private_too, .time = std::chrono::seconds{10}}) {}
    Result<int> send(Letter const& letter) override {
        auto const url = OSETRA_TRY(http::parse_url(letter.dest));
        std::vector<std::pair<string, string>> headers{{"Content-Type", "application/json"}, {"GS1-EPCIS-Version", "2.0.0"}, {"GS1-CBV-Version", "2.0.0"}, {"User-Agent", "Osetra"}};
        if (!letter.signature.empty()) headers.emplace_back("GS1-Signature", letter.signature);
        return m_client.post(url, headers, letter.body);
    }
    void stop() override { m_client.stop(); }

private:
    http::Client m_client;
};

// ---- WebSockets ---------------------------------------------------------------------------------------------------------------

class Line final : public Listener {
public:
    explicit Line(std::shared_ptr<http::Socket> socket) : m_socket(std::move(socket)) {
        m_socket->when_ended([gone = m_gone] { *gone = true; });
    }
    bool send(string text) override { return m_socket->send(std::move(text)); }
    std::size_t waiting() const override { return m_socket->waiting(); }
    bool gone() const override { return *m_gone; }
    void end(string why) override { m_socket->end(std::move(why)); }

private:
    std::shared_ptr<http::Socket> m_socket;
    std::shared_ptr<std::atomic<bool>> m_gone = std::make_shared<std::atomic<bool>>(false);
};

Result<bool> read_truth(Request const& request, string const& name) {
    auto const text = request.asked(name).value_or("false");
    if (text != "true" && text != "false") return bad_controls(name + " is true or false.", name);
    return text == "true";
}

Result<Response> listen(Webs const& w, Request const& request) {
    for (auto const& [name, value] : request.query) {
        auto const known = name == "stream" || name == "reportIfEmpty" || name == "initialRecordTime" || std::find(schedule_fields.begin(), schedule_fields.end(), name) != schedule_fields.end();
        if (!known) return bad_controls(name + " cannot be said to a WebSocket: stream, the schedule's fields, reportIfEmpty and initialRecordTime can.", name);
    }
    ScheduleText text{request.asked("second"), request.asked("minute"), request.asked("hour"), request.asked("dayOfMonth"), request.asked("month"), request.asked("dayOfWeek")};
    auto const stream = OSETRA_TRY(read_truth(request, "stream"));
    auto const controls = OSETRA_TRY(controls_of(stream, text.empty() ? std::nullopt : std::optional{std::move(text)}));
    auto const wanted = OSETRA_TRY(wanted_of(request, Offered::json));
    FeedAsk ask;
    ask.query_name = request.in_path.at("queryName");
    ask.schedule = controls.schedule;
    ask.report_if_empty = OSETRA_TRY(read_truth(request, "reportIfEmpty"));
    if (auto const initial = request.asked("initialRecordTime")) ask.initial_at = OSETRA_TRY(read_instant(*initial));
    ask.names = wanted.names;
    ask.prefixes = wanted.prefixes;
    auto attach = OSETRA_TRY(w.pushing.courier.open(request.caller.enterprise, std::move(ask)));
    return Response{.status = 101, .content_type = {}, .talk = [attach = std::move(attach), wake = w.pushing.wake](std::shared_ptr<http::Socket> socket) {
        attach(std::make_shared<Line>(std::move(socket)));
        wake();
    }};
}

} // namespace

std::unique_ptr<Sender> webhooks(bool private_too) { return std::make_unique<Webhooks>(private_too); }

void add_subscription_routes(http::Routes& routes, RestPtr const& rest, Pushing const& pushing) {
    auto const webs = std::make_shared<Webs const>(*rest, pushing);
    auto const bound = [rest, webs](auto answer) { return [rest, webs, answer](Request const& request) { return answer(*webs, request); }; };
    string const all = "/queries/{queryName}/subscriptions", single = all + "/{subscriptionID}";
    add(routes, {.path = all, .about = "Who is told of events that answer a query.", .answer = bound(get_subscriptions)});
    add(routes, {.method = Method::post, .path = all, .needs = Permission::manage, .about = "Tells a webhook of events that answer a query.", .answer = bound(post_subscription), .body_limit = 64 << 10});
    add_options(routes, rest, all, "OPTIONS, GET, POST");
    add(routes, {.path = single, .about = "How a webhook is doing.", .answer = bound(get_subscription)});
    add(routes, {.method = Method::del, .path = single, .needs = Permission::manage, .about = "Tells a webhook no more.", .answer = bound(delete_subscription)});
    add_options(routes, rest, single, "OPTIONS, GET, DELETE", Discovery::standard, [rest, webs](Request const& request, Response& response) {
        webs->rest.service.read(request.caller.enterprise, [&](Desk& desk) {
            if (auto const s = find(desk, request)) response.headers.emplace_back("GS1-Query-Min-Record-Time", text_of(s->min_record_at));
        });
    });
    routes.get("/api/v1/subscriptions", Permission::view, "Subscriptions whose receiver fails, and why.", http::Lane::worker, bound(get_failing));
    routes.post("/api/v1/subscriptions/{subscription}/retry", Permission::manage, "Tries a failing or paused subscription at once; it goes on where it stopped.", {}, bound(retry));
    rest->listen = [webs](Request const& request) { return listen(*webs, request); };   // of itself: it must not keep itself
    rest->query_gone = [webs](Enterprise enterprise, string const& name) { webs->pushing.courier.end_listeners(enterprise, name, "The query was deleted."); };
}

} // namespace osetra::trace
