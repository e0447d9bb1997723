#include "stocktake/answers_sql.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "kernel/json.h"
#include "stocktake/engine/middle.h"
#include "stocktake/engine/truth.h"
#include "store/jobs.h"

namespace osetra::stocktake {
namespace {

constexpr double z95 = 1.959963984540054;
constexpr double days_a_year = 365.25;
constexpr double least_radius_px = 4;            // for marks without a length
constexpr double radius_share = 0.5;             // of a body's length: within it, two marks are of one body

farm::Moment moment_at(farm::Reader& reader, Instant at) { return {at, farm_day(at, reader.offset()), {}}; }

farm::Estimate estimate(double value, double sd) {
    auto const half = z95 * sd;
    return {std::llround(value), std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(value - half))), static_cast<std::int64_t>(std::ceil(value + half))};
}

std::string site_of(farm::Reader& reader, std::string const& pool) {
    auto const* known = reader.pool(pool);
    return known ? known->site.text : "";
}

void counted_fields(JsonOut& out, Of<FlightCounted> const& counted) {
    out.begin_object("counted");
    write_fields(out, counted.body);
    out.value("at", counted.at);
    out.value("by", counted.author);
    out.value("fact", counted.root);
    out.end_object();
}

/// new | counting | failed | counted | signed
char const* state_of(FlightRecord const& flight, std::optional<store::Job> const& job) {
    auto const going = job && (job->state == "queued" || job->state == "running");
    if (going) return "counting";
    if (flight.signature) return "signed";
    if (job && job->state == "failed") return "failed";
    return flight.counted ? "counted" : "new";
}

void job_fields(JsonOut& out, store::Job const& job) {
    out.begin_object("job");
    out.value("job", job.job);
    out.value("state", job.state);
    out.value("progress", job.progress);
    out.value("said", job.said);
    out.value("person", job.person);
    out.end_object();
}

void flight_fields(JsonOut& out, farm::Reader& reader, FlightRecord const& flight, std::optional<Uuid> const& job_id) {
    auto const job = job_id ? store::job_by_id(reader.db(), reader.enterprise(), *job_id) : std::nullopt;
    auto const& b = flight.flown.body;
    out.value("flight", flight.flight);
    out.value("pool", b.pool);
    out.value("site", site_of(reader, b.pool.text));
    out.value("at", flight.flown.at);
    out.value("by", flight.flown.author);
    out.value("file", b.file);
    out.value("sha256", b.sha256);
    out.value("fish_kind", b.fish_kind.value_or("auto"));
    out.value("altitude_m", b.altitude_m);
    out.value("px_per_m", b.px_per_m);
    out.value("note", b.note);
    out.value("state", state_of(flight, job));
    if (job) job_fields(out, *job);
    if (flight.counted) counted_fields(out, *flight.counted);
    if (auto const& s = flight.signature) {
        out.begin_object("signature");
        write_fields(out, s->body);
        out.value("at", s->at);
        out.value("by", s->author);
        out.value("fact", s->root);
        out.end_object();
    }
}

/// Share of the fish that is expected to be lost unseen in a year: of the cohorts in the pool, by their heads.
double unseen_loss_a_year(farm::Pack const& pack, farm::PoolState const& state) {
    double heads = 0, lost = 0;
    for (auto const& g : state.groups) {
        auto const* species = pack.find_species(g.species);
        auto const& stages = species ? species->stages : pack.stages;
        auto const stage = std::find_if(stages.begin(), stages.end(), [&](auto const& s) { return s.code == g.stage; });
        if (stage == stages.end()) continue;
        heads += static_cast<double>(g.heads);
        lost += static_cast<double>(g.heads) * stage->unobserved_loss_per_year;
    }
    return heads > 0 ? lost / heads : 0;
}

std::int64_t dead_of(std::vector<farm::Group> const& groups) {
    std::int64_t dead = 0;
    for (auto const& g : groups) dead += g.sums.dead;
    return dead;
}

/// The flight held against the book as it was just before: what was expected, what is left unexplained, and what the pool's estimate becomes.
void book_fields(JsonOut& out, farm::Reader& reader, FlightRecord const& flight) {
    auto const* pool = reader.pool(flight.flown.body.pool.text);
    if (!pool) return;
    auto const before = moment_at(reader, flight.flown.at - Microseconds{1});
    auto const source = farm::source_for(reader, before);
    auto const state = farm::pool_state(reader, *source, *pool, before);
    auto const expected = static_cast<double>(state.heads.value);
    out.begin_object("book");
    out.value("book", state.book);
    out.record("expected", state.heads);
    out.value("expected_sd", state.heads_sd);
    auto const counts = source->counts(pool->pool.text, before.at, 1);
    if (!counts.empty()) {
        auto const since = counts.front().at;
        auto const years = std::chrono::duration<double, std::ratio<86'400>>(before.at - since).count() / days_a_year;
        out.value("last_count_at", since);
        out.value("last_count", counts.front().heads);
        out.value("deaths_recorded", dead_of(source->groups(pool->pool.text, before.day)) - dead_of(source->groups(pool->pool.text, farm_day(since, reader.offset()))));
        out.value("unseen_loss", expected * unseen_loss_a_year(reader.pack(), state) * years);
    }
    auto const against = [&](char const* name, Heads heads, Heads low, Heads high) {
        auto const sd = sd_of_interval(static_cast<double>(low.n), static_cast<double>(high.n));
        auto const r = reconcile(expected, state.heads_sd, static_cast<double>(heads.n), sd);
        out.begin_object(name);
        out.value("difference", r.difference);
        out.value("sd", r.sd);
        out.value("z", r.z);
        out.value("probability", r.probability);
        out.record("after", estimate(r.after, r.after_sd));
        out.end_object();
    };
    if (auto const& s = flight.signature) against("signed", s->body.heads, s->body.low, s->body.high);
    if (auto const& c = flight.counted) against("counted", c->body.heads, c->body.low, c->body.high);
    if (flight.signature) {
        auto const then = moment_at(reader, flight.flown.at);
        out.record("after", farm::pool_state(reader, *farm::source_for(reader, then), *pool, then).heads);
    }
    out.end_object();
}

Result<std::optional<std::string>> frame_line(FlightRecord const& flight, OpenMedium const& open, std::int64_t at_ms) {
    if (!flight.counted || !flight.counted->body.marks_sha256) return std::optional<std::string>{};
    auto const read = OSETRA_TRY(open(*flight.counted->body.marks_sha256));
    auto const at = OSETRA_TRY(frame_nearest(read, at_ms));
    return at ? std::optional{read(at->offset, at->bytes)} : std::nullopt;
}

/// Why the machine is as sure as it is, in its own sentences.
void reason_fields(JsonOut& out, FlightRecord const& flight, OpenMedium const& open) {
    constexpr std::int64_t most_bytes = std::int64_t{16} << 20;
    if (!flight.counted) return;
    auto const read = open(flight.counted->body.result_sha256);
    auto const result = read ? read_count((*read)(0, most_bytes)) : Result<CountResult>{tl::unexpected(read.error())};
    if (result) out.value("reasons", result->reasons);
}

/// What the frames that a person went over say of the whole.
void suggestion_fields(JsonOut& out, FlightRecord const& flight, OpenMedium const& open) {
    if (!flight.counted || flight.corrected.empty()) return;
    std::vector<CorrectedFrame> frames;
    for (auto const& [at_ms, fact] : flight.corrected) {
        auto const line = frame_line(flight, open, at_ms);
        auto const places = line && *line ? places_in(**line) : Result<std::vector<Place>>{std::vector<Place>{}};
        frames.push_back({places ? std::ssize(*places) : 0, std::ssize(fact.body.added), std::ssize(fact.body.struck)});
    }
    auto const share = corrected_share(frames);
    auto const scaled = [&](Heads n) { return std::llround(static_cast<double>(n.n) * share); };
    out.begin_object("suggested");
    out.value("share", share);
    out.value("heads", std::int64_t{scaled(flight.counted->body.heads)});
    out.value("low", std::int64_t{scaled(flight.counted->body.low)});
    out.value("high", std::int64_t{scaled(flight.counted->body.high)});
    out.end_object();
}

std::vector<Place> places_of(std::vector<std::string> const& told) {
    std::vector<Place> all;
    for (auto const& one : told)
        if (auto const place = parse_place(one)) all.push_back({place->first, place->second});
    return all;
}

struct FrameSize { std::int64_t width = 0, height = 0; };
FrameSize size_in(std::string_view line) {
    FrameSize size;
    if (auto in = JsonIn::parse(line)) {
        in->get("width", size.width);
        in->get("height", size.height);
    }
    return size;
}

/// Half the middle length of the frame's bodies.
double radius_in(std::string_view line) {
    std::vector<double> lengths;
    if (auto const in = JsonIn::parse(line))
        for (auto const& point : in->items("points")) {
            auto const numbers = point.items(nullptr);
            if (numbers.size() > 3) lengths.push_back(std::strtod(numbers[3].dump().c_str(), nullptr));
        }
    return std::max(least_radius_px, radius_share * median_of(std::move(lengths)));
}

template <std::size_t n> void cells(JsonOut& out, char const* name, std::array<std::int64_t, n> const& of) {
    out.begin_array(name);
    for (auto const v : of) out.value(nullptr, v);
    out.end_array();
}

/// How sure a count of this company is: the middle of its signed flights; the rule of thumb below three of them.
struct Sureness { double share_sd = FlightCosts{}.share_sd; std::int64_t flights = 0; };
Sureness sureness_of(std::vector<FlightRecord> const& flights) {
    std::vector<double> shares;
    for (auto const& f : flights)
        if (f.signature && f.signature->body.heads.n > 0)
            shares.push_back(sd_of_interval(static_cast<double>(f.signature->body.low.n), static_cast<double>(f.signature->body.high.n)) / static_cast<double>(f.signature->body.heads.n));
    if (shares.size() < 3) return {};
    auto const flown = std::ssize(shares);
    return {median_of(std::move(shares)), flown};
}

struct PoolOfPlan {
    farm::PoolState state;
    std::optional<farm::CountTold> last;
    bool this_year = false;
    PlanPool pool;
};

PoolOfPlan pool_of_plan(farm::Reader& reader, farm::Source& source, farm::PoolRegistered const& pool, farm::Moment const& moment, Instant from, Instant to) {
    PoolOfPlan p;
    p.state = farm::pool_state(reader, source, pool, moment);
    auto const counts = source.counts(pool.pool.text, moment.at, 1);
    if (!counts.empty()) {
        p.last = counts.back();
        p.this_year = p.last->at >= from && p.last->at < to;
    }
    p.pool = {pool.pool.text, pool.site.text, static_cast<double>(p.state.heads.value), p.state.heads_sd, p.state.mean_mg ? static_cast<double>(p.state.mean_mg->value) / 1e6 : 0, {}};
    if (pool.area_cm2) p.pool.area_m2 = static_cast<double>(*pool.area_cm2) / 1e4;
    else if (pool.volume_ml) p.pool.area_m2 = static_cast<double>(pool.volume_ml->n) / 1e6 / 1.5;   // a pool is about a metre and a half deep [G]
    return p;
}

} // namespace

std::string flights_json(farm::Reader& reader, std::optional<std::string> const& pool, std::function<bool(std::string const&)> const& seen) {
    FlightStore store{reader.db(), reader.enterprise()};
    auto const jobs = store.jobs();
    JsonOut out;
    out.begin_object();
    out.begin_array("flights");
    for (auto const& flight : store.all()) {
        auto const& of = flight.flown.body.pool.text;
        if ((pool && of != *pool) || !seen(site_of(reader, of))) continue;
        out.begin_object();
        auto const job = jobs.find(flight.flight);
        flight_fields(out, reader, flight, job == jobs.end() ? std::nullopt : std::optional{job->second});
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string flight_json(farm::Reader& reader, FlightRecord const& flight, std::optional<ClipFacts> const& clip, OpenMedium const& open) {
    FlightStore store{reader.db(), reader.enterprise()};
    JsonOut out;
    out.begin_object();
    flight_fields(out, reader, flight, store.job_of(flight.flight));
    if (clip) out.record("clip", *clip);
    out.begin_array("corrected");
    for (auto const& [at_ms, fact] : flight.corrected) {
        out.begin_object();
        write_fields(out, fact.body);
        out.value("by", fact.author);
        out.value("at", fact.at);
        out.end_object();
    }
    out.end_array();
    out.begin_array("hand");
    for (auto const& [key, fact] : flight.hand) {
        out.begin_object();
        out.value("frame_ms", fact.body.frame_ms);
        out.value("count", static_cast<std::int64_t>(fact.body.points.size()));
        out.value("by", fact.author);
        out.value("at", fact.at);
        out.end_object();
    }
    out.end_array();
    reason_fields(out, flight, open);
    suggestion_fields(out, flight, open);
    book_fields(out, reader, flight);
    out.end_object();
    return out.take();
}

Result<std::string> agreement_json(FlightRecord const& flight, OpenMedium const& open) {
    if (flight.hand.empty()) return refuse("hand_count_missing", "Nobody has counted a frame of this flight by hand.", "flight");
    if (!flight.counted) return refuse("flight_not_counted", "The machine has not counted this flight; there is nothing to compare with.", "flight");
    Agreement all;
    for (auto const& [key, fact] : flight.hand) {
        auto const line = OSETRA_TRY(frame_line(flight, open, key.first));
        if (!line) continue;
        auto const size = size_in(*line);
        all.add(places_of(fact.body.points), OSETRA_TRY(places_in(*line)), static_cast<double>(size.width), static_cast<double>(size.height), radius_in(*line));
    }
    JsonOut out;
    out.begin_object();
    out.value("frames", all.frames);
    out.value("hand", all.hand);
    out.value("machine", all.machine);
    out.value("both", all.both);
    out.value("recall", all.recall());
    out.value("precision", all.precision());
    out.value("columns", std::int64_t{Agreement::columns});
    out.value("rows", std::int64_t{Agreement::rows});
    cells(out, "only_hand", all.only_hand);
    cells(out, "only_machine", all.only_machine);
    cells(out, "all", all.all);
    out.end_object();
    return out.take();
}

Result<std::string> truth_of(FlightRecord const& flight, ClipFacts const& clip) {
    if (flight.hand.empty()) return refuse("hand_count_missing", "Nobody has counted a frame of this flight by hand.", "flight");
    Truth truth;
    truth.scene = flight.flown.body.file;
    truth.fish_count = flight.signature ? flight.signature->body.heads.n : 0;
    truth.width = static_cast<int>(clip.width);
    truth.height = static_cast<int>(clip.height);
    truth.frames_per_s = clip.frames_per_s;
    truth.px_per_m = flight.flown.body.px_per_m.value_or(0);
    std::int64_t body = 0;                       // nobody told which is which: every mark is a body of its own
    for (auto const& [key, fact] : flight.hand) {
        TrueFrame frame;
        frame.at_s = static_cast<double>(key.first) / 1e3;
        for (auto const& place : places_of(fact.body.points)) frame.marks.push_back({++body, {place[0], place[1], 0, 0, 1, 1}});
        truth.frames.push_back(std::move(frame));
    }
    return truth_json(truth);
}

std::string plan_json(farm::Reader& reader, PlanAsked const& ask, Instant now) {
    using namespace std::chrono;
    auto const day_of = [&](int y) { return FarmDay{static_cast<std::int32_t>(sys_days{year{y} / January / 1}.time_since_epoch().count())}; };
    auto const from = start_of(day_of(ask.year), reader.offset()), to = start_of(day_of(ask.year + 1), reader.offset());
    auto const moment = moment_at(reader, now);
    auto const source = farm::company_source(reader, moment);
    auto const sureness = sureness_of(FlightStore{reader.db(), reader.enterprise()}.all());
    FlightCosts costs;
    costs.share_sd = sureness.share_sd;
    costs.site_minutes = ask.site_minutes.value_or(costs.site_minutes);
    costs.pool_minutes = ask.pool_minutes.value_or(costs.pool_minutes);
    costs.sweep_m2_per_minute = ask.sweep_m2_per_minute.value_or(costs.sweep_m2_per_minute);

    std::vector<PoolOfPlan> pools;
    for (auto const& pool : reader.pools())
        if (ask.seen(pool.site.text)) {
            auto p = pool_of_plan(reader, *source, pool, moment, from, to);
            if (p.state.heads.value > 0 || p.state.heads_sd > 0) pools.push_back(std::move(p));
        }
    std::vector<PlanPool> asked;
    farm::Sum total;
    std::int64_t counted = 0;
    for (auto const& p : pools) {
        asked.push_back(p.pool);
        total.add(p.state);
        counted += p.this_year ? 1 : 0;
    }
    auto const flights = plan(asked, costs, ask.worth);

    JsonOut out;
    out.begin_object();
    out.value("year", ask.year);
    out.value("as_of", now);
    out.value("by", ask.worth == Worth::heads ? "heads" : "biomass");
    out.value("pools", static_cast<std::int64_t>(pools.size()));
    out.value("counted", counted);
    out.record("heads", total.heads_estimate());
    if (auto const b = total.biomass_mg()) out.record("biomass_mg", *b);
    out.begin_object("costs");
    out.value("share_sd", costs.share_sd);
    out.value("share_sd_flights", sureness.flights);
    out.value("site_minutes", costs.site_minutes);
    out.value("pool_minutes", costs.pool_minutes);
    out.value("sweep_m2_per_minute", costs.sweep_m2_per_minute);
    out.value("passes", costs.passes);
    out.end_object();
    out.begin_array("rows");
    for (std::size_t i = 0; i < flights.size(); ++i) {
        auto const& f = flights[i];
        auto const& p = *std::find_if(pools.begin(), pools.end(), [&](auto const& one) { return one.pool.pool == f.pool; });
        out.begin_object();
        out.value("place", static_cast<std::int64_t>(i + 1));
        out.value("pool", f.pool);
        out.value("site", f.site);
        out.record("heads", p.state.heads);
        out.value("counted", p.this_year);
        if (p.last) {
            out.value("counted_at", p.last->at);
            out.value("method", p.last->method);
        }
        out.value("sd", f.sd_before);
        out.value("sd_after", f.sd_after);
        out.value("hours", f.hours);
        out.value("saved_per_hour", f.saved_per_hour);
        out.value("hours_so_far", f.hours_so_far);
        out.value("total_sd_after", f.total_sd_after);
        out.value("area_m2", p.pool.area_m2);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::stocktake
