#include "stocktake/flight_routes.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

#include "farm/facts.h"
#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::stocktake {
namespace {

using farm::Reader;
using http::Lane;
using http::Permission;
using http::Request;
using http::Response;

constexpr std::int64_t most_frames_bytes = std::int64_t{16} << 20;   // of one answer
constexpr std::size_t marks_limit = std::size_t{4} << 20;            // of one request with the marks of a frame

struct AskFlight {
    PoolId pool;
    std::string sha256, file;
    std::optional<std::string> flown_at, fish_kind;
    std::optional<double> altitude_m, px_per_m;
    std::optional<std::string> note, model;
    std::optional<std::int64_t> every;
    std::optional<bool> count;                   ///< at once; so where it is left out
};
template <Is<AskFlight> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("sha256", x.sha256); f("file", x.file); f("flown_at", x.flown_at); f("fish_kind", x.fish_kind); f("altitude_m", x.altitude_m);
    f("px_per_m", x.px_per_m); f("note", x.note); f("model", x.model); f("every", x.every); f("count", x.count);
}
struct AskMarks {
    std::int64_t frame_ms = 0;
    std::vector<std::string> added, struck;
};
template <Is<AskMarks> X> void visit_fields(X& x, auto f) { f("frame_ms", x.frame_ms); f("added", x.added); f("struck", x.struck); }
struct AskHand {
    std::int64_t frame_ms = 0;
    std::vector<std::string> points;
};
template <Is<AskHand> X> void visit_fields(X& x, auto f) { f("frame_ms", x.frame_ms); f("points", x.points); }
struct AskSign {
    Heads heads, low, high;
    std::optional<std::string> why;
};
template <Is<AskSign> X> void visit_fields(X& x, auto f) { f("heads", x.heads); f("low", x.low); f("high", x.high); f("why", x.why); }
struct AskReason { std::string reason; };
template <Is<AskReason> X> void visit_fields(X& x, auto f) { f("reason", x.reason); }

Result<std::optional<std::int64_t>> whole_in(Request const& ask, char const* name) {
    auto const text = ask.asked(name);
    if (!text) return std::optional<std::int64_t>{};
    auto const n = read_number<std::int64_t>(*text);
    if (!n || *n < 0) return refuse("number_malformed", fmt::format("{} is a whole number.", name), name);
    return n;
}
Result<std::optional<double>> positive_in(Request const& ask, char const* name) {
    auto const text = ask.asked(name);
    if (!text) return std::optional<double>{};
    auto const n = read_number<double>(*text);
    if (!n || !(*n > 0 && *n < 1e6)) return refuse("number_malformed", fmt::format("{} is a number above 0.", name), name);
    return n;
}

Refusal no_flight(std::string const& text) { return {"flight_not_found", fmt::format("There is no flight {} at your sites.", text), "flight"}; }

/// The flight that an address names, for somebody who may see its site and holds the permission there.
Result<FlightRecord> flight_in(Reader& reader, Request const& ask, Permission needs = Permission::view) {
    auto const& text = ask.in_path.at("flight");
    auto const id = Uuid::parse(text);
    if (!id) return tl::unexpected(no_flight(text));
    auto flight = FlightStore{reader.db(), reader.enterprise()}.flight(*id);
    auto const* pool = flight ? reader.pool(flight->flown.body.pool.text) : nullptr;
    if (!flight || (pool && !ask.caller.sees(pool->site.text))) return tl::unexpected(no_flight(text));
    if (!ask.caller.holds(needs, pool ? pool->site.text : "")) return refuse("not_allowed", "Your role may not do this at the flight's site; ask a manager.", "flight");
    return std::move(*flight);
}

class FlightRoutes {
public:
    FlightRoutes(farm::Service& service, FlightDesk desk) : m_service(service), m_desk(std::move(desk)) {}

    Result<Response> list(Request const& ask) {
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            text = flights_json(reader, ask.asked("pool"), [&](std::string const& site) { return ask.caller.sees(site); });
        });
        return Response::json(std::move(text));
    }

    Result<Response> fly(Request const& ask) {
        auto const told = OSETRA_TRY(from_json<AskFlight>(ask.body));
        OSETRA_TRY(may_tell_of(ask, told.pool));
        auto const now = m_service.now();
        auto const at = told.flown_at ? OSETRA_TRY(parse_instant(*told.flown_at, m_service.offset(ask.caller.enterprise))) : now;
        auto const fact = made(ask, FlightFlown{told.pool, told.sha256, told.file, told.fish_kind, told.altitude_m, told.px_per_m, told.note}, at);
        OSETRA_TRY(record(ask, {fact}));
        if (told.count.value_or(true)) OSETRA_TRY(m_desk.count(ask.caller.enterprise, fact.id, ask.caller.person, {told.model, told.every, {}}));
        return shown(ask, fact.id, 201);
    }

    Result<Response> one(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        return shown(ask, flight.flight);
    }

    Result<Response> count(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask, Permission::record));
        auto const more = OSETRA_TRY(from_json<CountAsked>(ask.body.empty() ? "{}" : ask.body));
        OSETRA_TRY(m_desk.count(ask.caller.enterprise, flight.flight, ask.caller.person, more));
        return shown(ask, flight.flight);
    }

    Result<Response> frames(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        if (!flight.counted || !flight.counted->body.marks_sha256) return Response::json(R"({"frames":[],"times_ms":[]})");
        auto const from = OSETRA_TRY(whole_in(ask, "from_ms")), to = OSETRA_TRY(whole_in(ask, "to_ms"));
        auto const read = OSETRA_TRY(m_desk.open(ask.caller.enterprise, *flight.counted->body.marks_sha256));
        std::string text = R"({"frames":[)";
        auto first = true;
        std::int64_t bytes = 0;
        std::optional<std::int64_t> next;
        for (auto const& frame : OSETRA_TRY(frames_between(read, from.value_or(0), to.value_or(std::numeric_limits<std::int64_t>::max())))) {
            bytes += frame.bytes;
            if (bytes > most_frames_bytes) { next = frame.at_ms; break; }
            auto line = read(frame.offset, frame.bytes);
            while (line.ends_with('\n')) line.pop_back();
            text += (first ? "" : ",") + line;
            first = false;
        }
        text += "]" + (next ? fmt::format(",\"next_ms\":{}", *next) : std::string{}) + "}";
        return Response::json(std::move(text));
    }

    Result<Response> times(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        std::vector<FrameAt> all;
        if (flight.counted && flight.counted->body.marks_sha256) {
            auto const read = OSETRA_TRY(m_desk.open(ask.caller.enterprise, *flight.counted->body.marks_sha256));
            all = OSETRA_TRY(frames_between(read, 0, std::numeric_limits<std::int64_t>::max()));
        }
        JsonOut out;
        out.begin_object();
        out.begin_array("times_ms");
        for (auto const& frame : all) out.value(nullptr, frame.at_ms);
        out.end_array();
        out.begin_array("marks");
        for (auto const& frame : all) out.value(nullptr, frame.marks);
        out.end_array();
        out.end_object();
        return Response::json(out.take());
    }

    Result<Response> picture(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        auto const at = OSETRA_TRY(whole_in(ask, "at_ms"));
        auto const path = OSETRA_TRY(m_desk.path_of(ask.caller.enterprise, flight.flown.body.sha256));
        Response response{200, OSETRA_TRY(still_jpeg(path, at.value_or(0))), "image/jpeg", {}, false, {}};
        response.headers.emplace_back("Cache-Control", "private, max-age=86400, immutable");   // a clip under its hash never changes
        return response;
    }

    Result<Response> mark(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask, Permission::record));
        auto const told = OSETRA_TRY(from_json<AskMarks>(ask.body));
        OSETRA_TRY(record(ask, {made(ask, MarksCorrected{flight.flight, told.frame_ms, told.added, told.struck}, m_service.now())}));
        return shown(ask, flight.flight);
    }

    Result<Response> count_by_hand(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask, Permission::record));
        auto const told = OSETRA_TRY(from_json<AskHand>(ask.body));
        OSETRA_TRY(record(ask, {made(ask, FlightHandCounted{flight.flight, told.frame_ms, told.points}, m_service.now())}));
        return shown(ask, flight.flight);
    }

    Result<Response> agreement(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        return Response::json(OSETRA_TRY(agreement_json(flight, m_desk.opener(ask.caller.enterprise))));
    }

    Result<Response> truth(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask));
        auto const path = OSETRA_TRY(m_desk.path_of(ask.caller.enterprise, flight.flown.body.sha256));
        auto const clip = OSETRA_TRY(clip_facts(path));
        return Response::json(OSETRA_TRY(truth_of(flight, clip)));
    }

    /// The signature and the pool's count, both or none.
    Result<Response> sign(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask, Permission::record));
        auto const told = OSETRA_TRY(from_json<AskSign>(ask.body));
        auto const count = made(ask, farm::Counted{flight.flown.body.pool, told.heads, "camera", told.low, told.high}, flight.flown.at);
        auto const signature = made(ask, StocktakeSigned{flight.flight, told.heads, told.low, told.high, count.id, told.why}, m_service.now());
        OSETRA_TRY(record(ask, {count, signature}));
        return shown(ask, flight.flight);
    }

    /// Who signed, or who may mend facts, takes the signature back and the pool's count with it.
    Result<Response> unsign(Request const& ask) {
        auto const flight = OSETRA_TRY(found(ask, Permission::record));
        auto const told = OSETRA_TRY(from_json<AskReason>(ask.body));
        if (!flight.signature) return refuse("flight_not_signed", "Nobody has signed this flight.", "flight");
        if (flight.signature->author != ask.caller.person && !ask.caller.holds(Permission::mend))
            return refuse("not_allowed", "Only who signed, and who may mend facts, takes a signature back.", "flight");
        OSETRA_TRY(record(ask, {withdrawn(ask, flight.signature->root, StocktakeSigned::kind, flight.signature->at, told.reason),
                                withdrawn(ask, flight.signature->body.count, farm::Counted::kind, flight.flown.at, told.reason)}));
        return shown(ask, flight.flight);
    }

    Result<Response> plan_of_year(Request const& ask) {
        auto const now = m_service.now();
        PlanAsked asked;
        auto const today = farm_day(now, m_service.offset(ask.caller.enterprise));
        auto const this_year = static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{today.n}}}.year());
        asked.year = static_cast<int>(OSETRA_TRY(whole_in(ask, "year")).value_or(this_year));
        if (asked.year < 1970 || asked.year > 2200) return refuse("number_unlikely", "year is a year, like 2026.", "year");
        auto const by = ask.asked("by").value_or("heads");
        if (by != "heads" && by != "biomass") return refuse("by_unknown", "by is heads or biomass.", "by");
        asked.worth = by == "heads" ? Worth::heads : Worth::biomass;
        asked.site_minutes = OSETRA_TRY(positive_in(ask, "site_minutes"));
        asked.pool_minutes = OSETRA_TRY(positive_in(ask, "pool_minutes"));
        asked.sweep_m2_per_minute = OSETRA_TRY(positive_in(ask, "sweep_m2_per_minute"));
        auto const site = ask.asked("site");
        asked.seen = [&](std::string const& of) { return ask.caller.sees(of) && (!site || *site == of); };
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { text = plan_json(reader, asked, now); });
        return Response::json(std::move(text));
    }

private:
    Result<FlightRecord> found(Request const& ask, Permission needs = Permission::view) {
        Result<FlightRecord> flight = tl::unexpected(Refusal{});
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { flight = flight_in(reader, ask, needs); });
        return flight;
    }

    Result<Done> may_tell_of(Request const& ask, PoolId const& pool) {
        Result<Done> may = Done{};
        m_service.read(ask.caller.enterprise, [&](Reader& reader) {
            auto const* known = reader.pool(pool.text);
            if (!known || !ask.caller.sees(known->site.text)) may = refuse("pool_not_found", fmt::format("There is no pool \"{}\" at your sites.", pool.text), "pool");
            else if (!ask.caller.holds(Permission::record, known->site.text)) may = refuse("not_allowed", "Your role may not tell of this pool; ask a manager.", "pool");
        });
        return may;
    }

    template <class T> Fact made(Request const& ask, T const& body, Instant at) { return farm::fact_of(m_service, ask.caller.person, body, at); }
    Fact withdrawn(Request const& ask, FactId const& root, char const* kind, Instant at, std::string const& reason) {
        Fact fact;
        fact.id = m_service.new_id();
        fact.kind = kind;
        fact.act = FactAct::withdraw;
        fact.corrects = root;
        fact.happened_at = at;
        fact.author = ask.caller.person;
        fact.reason = reason;
        fact.body = "{}";
        return fact;
    }

    Result<Done> record(Request const& ask, std::vector<Fact> facts) { return farm::record_together(m_service, ask.caller.enterprise, std::move(facts)); }

    Result<Response> shown(Request const& ask, FactId const& id, int status = 200) {
        std::optional<FlightRecord> flight;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { flight = FlightStore{reader.db(), reader.enterprise()}.flight(id); });
        if (!flight) return tl::unexpected(no_flight(id.text()));
        std::optional<ClipFacts> clip;
        if (auto const path = m_desk.path_of(ask.caller.enterprise, flight->flown.body.sha256))
            if (auto const facts = clip_facts(*path)) clip = *facts;
        std::string text;
        m_service.read(ask.caller.enterprise, [&](Reader& reader) { text = flight_json(reader, *flight, clip, m_desk.opener(ask.caller.enterprise)); });
        return Response::json(std::move(text), status);
    }

    farm::Service& m_service;
    FlightDesk m_desk;
};

} // namespace

void add_flight_routes(http::Routes& routes, farm::Service& service, FlightDesk desk) {
    auto const all = std::make_shared<FlightRoutes>(service, std::move(desk));
    auto const as = [&](auto member) { return [all, member](Request const& ask) { return ((*all).*member)(ask); }; };
    routes.get("/api/v1/flights", Permission::view, "Flights over pools, newest first, with what was counted and signed.", Lane::worker, as(&FlightRoutes::list), {{"pool", "Only over this pool."}});
    routes.post("/api/v1/flights", Permission::record, "Tells a flight whose clip was sent before, and has it counted.", http::schema_of<AskFlight>(), as(&FlightRoutes::fly));
    routes.get("/api/v1/flights/{flight}", Permission::view, "One flight: what was counted, corrected and signed, and what it says of the book.", Lane::worker, as(&FlightRoutes::one));
    routes.post("/api/v1/flights/{flight}/count", Permission::record, "Has the flight counted again.", http::schema_of<CountAsked>(), as(&FlightRoutes::count));
    routes.get("/api/v1/flights/{flight}/frames", Permission::view, "The machine's marks, frame by frame; next_ms where there are more.", Lane::worker, as(&FlightRoutes::frames),
               {{"from_ms", "From this time in the clip, thousandths of a second."}, {"to_ms", "Up to this time."}});
    routes.get("/api/v1/flights/{flight}/times", Permission::view, "The times of the frames that the machine looked at, and how many bodies it marked in each.", Lane::worker, as(&FlightRoutes::times));
    routes.get("/api/v1/flights/{flight}/picture", Permission::view, "One frame of the clip as JPEG.", Lane::worker, as(&FlightRoutes::picture), {{"at_ms", "Its time in the clip, thousandths of a second."}});
    http::Route marks;
    marks.method = http::Method::post;
    marks.path = "/api/v1/flights/{flight}/marks";
    marks.needs = Permission::record;
    marks.about = "What the machine missed and what is no fish, in one frame.";
    marks.body_schema = http::schema_of<AskMarks>();
    marks.body_limit = marks_limit;
    marks.answer = as(&FlightRoutes::mark);
    routes.add(marks);
    marks.path = "/api/v1/flights/{flight}/hand-count";
    marks.about = "Every fish of a frame as a person saw it, without the machine's marks.";
    marks.body_schema = http::schema_of<AskHand>();
    marks.answer = as(&FlightRoutes::count_by_hand);
    routes.add(std::move(marks));
    routes.get("/api/v1/flights/{flight}/agreement", Permission::view, "Where hand counts and the machine differ, in cells of the picture.", Lane::worker, as(&FlightRoutes::agreement));
    routes.get("/api/v1/flights/{flight}/truth", Permission::view, "The hand counts as a truth for `osetra count calibrate`.", Lane::worker, as(&FlightRoutes::truth));
    routes.post("/api/v1/flights/{flight}/sign", Permission::record, "Signs the agreed number: the pool is told as counted, and its estimate moves.", http::schema_of<AskSign>(), as(&FlightRoutes::sign));
    routes.post("/api/v1/flights/{flight}/unsign", Permission::record, "Takes the signature and the pool's count back.", http::schema_of<AskReason>(), as(&FlightRoutes::unsign));
    routes.get("/api/v1/stocktake-plan", Permission::view, "Which pools were counted in a year, how sure the company's total is, and where the next flight is worth most.", Lane::worker, as(&FlightRoutes::plan_of_year),
               {{"year", "This year where it is left out."}, {"by", "heads or biomass: of which total the variance is to fall."}, {"site", "Only of this site."},
                {"site_minutes", "To get to a site and unpack; 30."}, {"pool_minutes", "Take off, land and note at a pool; 6."}, {"sweep_m2_per_minute", "Water swept in a minute; 480."}});
}

} // namespace osetra::stocktake
