#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <set>

#include "farm/engine/growth.h"
#include "farm/farm_sql.h"
#include "farm/query_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

void put(JsonOut& out, char const* name, std::optional<Estimate> const& e) {
    if (e) out.record(name, *e); else out.raw(name, "null");
}
void put(JsonOut& out, char const* name, Estimate const& e) { out.record(name, e); }
template <class V> void maybe(JsonOut& out, char const* name, std::optional<V> const& v) {
    if (v) out.value(name, *v); else out.raw(name, "null");
}

char const* worst_of(PoolState const& p) {
    auto const bad = std::any_of(p.exceptions.begin(), p.exceptions.end(), [](auto const& e) { return e.bad; });
    if (bad) return "bad";
    auto const count = p.exceptions.size();
    return count > 1 ? "warn" : count == 1 ? "watch" : "ok";
}

void pool_fields(JsonOut& out, PoolState const& p, Moment const& moment) {
    auto const& r = p.pool;
    out.value("pool", r.pool);
    out.value("site", r.site);
    out.value("pool_kind", r.pool_kind);
    out.value("name", r.name);
    out.value("volume_ml", r.volume_ml);
    out.value("area_cm2", r.area_cm2);
    out.value("latitude", r.latitude);
    out.value("longitude", r.longitude);
    out.value("walk_order", r.walk_order);
    out.value("closed", r.closed.value_or(false));
    put(out, "heads", p.heads);
    put(out, "biomass_mg", p.biomass_mg);
    put(out, "mean_mg", p.mean_mg);
    out.value("book", p.book);
    out.value("tagged", p.tagged);
    out.begin_array("cohorts");
    for (auto const& g : p.groups) out.value(nullptr, g.cohort);
    out.end_array();
    maybe(out, "density_kg_m3", p.density_kg_m3);
    maybe(out, "density_mg_per_l", p.density_kg_m3 ? std::optional<std::int64_t>{std::llround(*p.density_kg_m3 * 1000.0)} : std::nullopt);
    maybe(out, "density_limit_kg_m3", p.density_limit_kg_m3);
    maybe(out, "temperature_mc", p.temperature_mc);
    maybe(out, "temperature_on", p.temperature_on);
    maybe(out, "oxygen_ug_l", p.oxygen_ug_l);
    maybe(out, "last_seen_at", p.last_seen_at);
    out.value("seen_today", p.seen_that_day);
    out.value("worst", worst_of(p));
    out.begin_array("exceptions");
    for (auto const& e : p.exceptions) out.value(nullptr, e.code);
    out.end_array();
    out.value("as_of", moment.day);
}

void conservation(JsonOut& out, StockDelta const& s, std::int64_t shortfall) {
    out.begin_object("conservation");
    out.value("stocked", s.stocked);
    out.value("moved_in", s.moved_in);
    out.value("moved_out", s.moved_out);
    out.value("dead", s.dead);
    out.value("escaped", s.escaped);
    out.value("harvested", s.harvested);
    out.value("adjusted", s.adjusted);
    out.value("regrouped", s.regrouped);
    out.value("shortfall", shortfall);
    out.value("heads", s.tagged + s.untagged + shortfall);
    out.end_object();
}

void difference(JsonOut& out, DifferenceFound const& d) {
    out.begin_object();
    out.value("pool", d.pool);
    out.value("site", d.site);
    out.value("fact", d.fact);
    out.value("at", d.at);
    out.value("counted", d.counted);
    out.value("low", d.low);
    out.value("high", d.high);
    put(out, "expected", d.expected);
    out.value("difference", d.difference);
    out.value("probability", d.probability);
    out.value("explained", d.explained);
    out.value("open", d.open);
    out.end_object();
}

void exception(JsonOut& out, Exception const& e) {
    out.begin_object();
    out.value("code", e.code);
    out.value("severity", e.bad ? "bad" : "warn");
    out.value("pool", e.pool);
    out.value("site", e.site);
    out.raw("fish", "null");
    out.value("detail", e.detail);
    out.value("value", e.value);
    out.value("limit", e.limit);
    maybe(out, "since", e.since);
    out.end_object();
}

void as_of(JsonOut& out, Moment const& m) {
    out.value("as_of", m.at);
    out.value("day", m.day);
    maybe(out, "known", m.known);
}

PoolRegistered unregistered(std::string const& pool) {
    PoolRegistered p;
    p.pool.text = pool;
    p.pool_kind = "pool";
    return p;
}

Result<PoolRegistered> need_pool(Reader& reader, std::string const& name) {
    if (auto const* pool = reader.pool(name)) return *pool;
    if (!reader.stock(name, FarmDay{1'000'000}).empty()) return unregistered(name);
    return refuse("pool_not_found", "There is no pool \"" + name + "\".", "pool");
}

struct Count { std::int64_t n = 0; };
template <Is<Count> X> void visit_fields(X& x, auto f) { f("n", x.n); }
struct SubjectCount { std::string subject; std::int64_t n = 0; };
template <Is<SubjectCount> X> void visit_fields(X& x, auto f) { f("subject", x.subject); f("n", x.n); }
struct Seq { std::int64_t seq = 0; };
template <Is<Seq> X> void visit_fields(X& x, auto f) { f("seq", x.seq); }
struct SubjectName { std::string subject; };
template <Is<SubjectName> X> void visit_fields(X& x, auto f) { f("subject", x.subject); }

std::string grams_text(std::int64_t mg) {
    if (mg >= 10'000'000) return fmt::format("{:.1f} kg", static_cast<double>(mg) / 1e6);
    if (mg >= 1'000'000) return fmt::format("{:.2f} kg", static_cast<double>(mg) / 1e6);
    if (mg >= 100'000) return fmt::format("{:.0f} g", static_cast<double>(mg) / 1e3);
    return fmt::format("{:.3g} g", static_cast<double>(mg) / 1e3);
}

std::string fish_names(std::vector<FishId> const& fish) {
    if (fish.size() == 1) return "Fish " + pit_tag_text(fish.front());
    return fmt::format("{} tagged fish", fish.size());
}

/// Says in words what a body tells; one operator() a kind.
struct Sayer {
    std::string operator()(SiteRegistered const& b) const { return fmt::format("Site {} registered: {}{}.", b.site.text, b.name, b.province ? ", " + *b.province : ""); }
    std::string operator()(PoolRegistered const& b) const { return fmt::format("Pool {} registered at {}: {}{}.", b.pool.text, b.site.text, b.pool_kind, b.closed.value_or(false) ? ", closed" : ""); }
    std::string operator()(CohortRegistered const& b) const { return fmt::format("Cohort {} registered: {} of year class {}.", b.cohort.text, b.species, b.year_class); }
    std::string operator()(Stocked const& b) const { return fmt::format("{} {} stocked into {}{}.", b.heads.n, b.cohort.text, b.pool.text, b.mean_mg ? " at " + grams_text(b.mean_mg->n) : ""); }
    std::string operator()(Moved const& b) const {
        auto const who = b.fish.empty() ? fmt::format("{} {}", b.heads.value_or(Heads{}).n, b.cohort.value_or(CohortId{}).text) : fish_names(b.fish);
        return fmt::format("{} moved {}to {}{}.", who, b.from ? "from " + b.from->text + " " : "", b.to.text, b.reason ? " (" + *b.reason + ")" : "");
    }
    std::string operator()(Regrouped const& b) const { return fmt::format("{} fish in {} counted as {} instead of {}.", b.heads.n, b.pool.text, b.to_cohort.text, b.cohort.text); }
    std::string operator()(Tagged const& b) const { return fmt::format("Fish {} of {} tagged in {}{}{}.", pit_tag_text(b.fish), b.cohort.text, b.pool.text, b.weight_mg ? ", " + grams_text(b.weight_mg->n) : "", b.sex ? ", " + *b.sex : ""); }
    std::string gone(std::optional<PoolId> const& pool, std::optional<CohortId> const& cohort, std::optional<Heads> const& heads, std::vector<FishId> const& fish, std::string const& how) const {
        if (!fish.empty()) return fmt::format("{} {}.", fish_names(fish), how);
        return fmt::format("{} {} in {} {}.", heads.value_or(Heads{}).n, cohort.value_or(CohortId{}).text, pool.value_or(PoolId{}).text, how);
    }
    std::string operator()(Died const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "died: " + b.cause); }
    std::string operator()(Escaped const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "escaped"); }
    std::string operator()(Harvested const& b) const { return gone(b.pool, b.cohort, b.heads, b.fish, "harvested" + (b.purpose ? " for " + *b.purpose : std::string{}) + (b.total_mg ? ", " + grams_text(b.total_mg->n) : "")); }
    std::string operator()(SampleWeighed const& b) const { return fmt::format("{} {} in {} weighed {} together, {} each.", b.heads.n, b.cohort.text, b.pool.text, grams_text(b.total_mg.n), grams_text(b.total_mg.n / b.heads.n)); }
    std::string operator()(Measured const& b) const {
        return fmt::format("Fish {} measured{}{}{}{}{}.", pit_tag_text(b.fish), b.weight_mg ? ", " + grams_text(b.weight_mg->n) : "", b.length_mm ? fmt::format(", {} cm", static_cast<double>(b.length_mm->n) / 10) : "",
                           b.sex ? ", " + *b.sex : "", b.stage ? ", stage " + *b.stage : "", b.health ? ", " + *b.health : "");
    }
    std::string operator()(Retagged const& b) const { return fmt::format("Fish {} carries the new tag {}.", pit_tag_text(b.fish), pit_tag_text(b.new_tag)); }
    std::string operator()(Counted const& b) const { return fmt::format("{} counted in {} by {}{}.", b.heads.n, b.pool.text, b.method == "by_weight" ? "weight" : b.method, b.low ? fmt::format(" (95 % {} to {})", b.low->n, b.high->n) : ""); }
    std::string operator()(Adjusted const& b) const { return fmt::format("Book of {} in {} mended by {:+}: {}.", b.cohort.text, b.pool.text, b.heads.n, b.cause); }
    std::string operator()(Fed const& b) const { return fmt::format("{} fed to {}{}.", grams_text(b.feed_mg.n), b.pool.text, b.feed ? " of " + *b.feed : ""); }
    std::string operator()(Treated const& b) const { return fmt::format("{} treated with {}; no harvest for {} days.", b.pool ? b.pool->text : fish_names(b.fish), b.product, b.withdrawal_days); }
    std::string operator()(WaterMeasured const& b) const {
        return fmt::format("Water of {}:{}{}{}.", b.pool ? b.pool->text : b.site.value_or(SiteId{}).text, b.temperature_mc ? fmt::format(" {:.1f} °C", static_cast<double>(b.temperature_mc->n) / 1000.0) : "",
                           b.oxygen_ug_l ? fmt::format(" {:.1f} mg/L oxygen", static_cast<double>(*b.oxygen_ug_l) / 1000.0) : "", b.ph_milli ? fmt::format(" pH {:.2f}", static_cast<double>(*b.ph_milli) / 1000.0) : "");
    }
    std::string operator()(RoundDone const& b) const {
        return fmt::format("{} seen{}{}{}{}.", b.pool.text, b.deaths && b.deaths->n > 0 ? fmt::format(", {} dead", b.deaths->n) : "", b.feed_mg ? ", " + grams_text(b.feed_mg->n) + " fed" : "",
                           b.temperature_mc ? fmt::format(", {:.1f} °C", static_cast<double>(b.temperature_mc->n) / 1000.0) : "", b.oxygen_ug_l ? fmt::format(", {:.1f} mg/L oxygen", static_cast<double>(*b.oxygen_ug_l) / 1000.0) : "");
    }
    std::string operator()(GrowthAdopted const& b) const { return fmt::format("{} adopts the growth coefficient {} for {} in stage {}.", b.site.text, b.tgc_micro, b.species, b.stage); }
    std::string operator()(AgesRead const& b) const { return fmt::format("{} fish of age {} read in {} ({}).", b.heads.n, b.age_years, b.year, b.series); }
    std::string operator()(Recaptured const& b) const { return fmt::format("Sample {} of {}: {} caught, {} of them marked.", b.sample, b.series, b.caught.n, b.recaptured.n); }
};

char const* act_word(FactAct act) { return act == FactAct::tell ? "tell" : act == FactAct::correct ? "correct" : "withdraw"; }

void fact_fields(JsonOut& out, Reader& reader, Fact const& f) {
    out.put_blob("id", f.id.raw());
    out.value("seq", f.seq);
    out.value("kind", f.kind);
    out.value("act", act_word(f.act));
    out.value("happened_at", f.happened_at);
    out.value("recorded_at", f.recorded_at);
    out.value("author", f.author);
    out.value("reason", f.reason);
    if (f.corrects) out.put_blob("corrects", f.corrects->raw());
    out.raw("body", f.body.empty() ? "{}" : f.body);
    // The last version of a chain is the one that holds; of the others it says what came over them.
    auto const versions = store::versions_of(reader.db(), reader.enterprise(), f.root());
    auto const last = versions.empty() || versions.back().id == f.id;
    out.value("holds", last && f.act != FactAct::withdraw);
    if (!last) {
        auto const& by = versions.back();
        out.begin_object("mended_by");
        out.value("act", act_word(by.act));
        out.value("author", by.author);
        out.value("recorded_at", by.recorded_at);
        out.value("reason", by.reason);
        out.end_object();
    }
    out.value("says", says(f));
}

void fact_row(JsonOut& out, Reader& reader, Fact const& f) {
    out.begin_object();
    fact_fields(out, reader, f);
    out.end_object();
}

/// Facts that speak of a subject up to a time, newest first.
std::vector<Fact> facts_back(Reader& reader, std::string const& subject, Instant from, Instant to, std::int64_t limit, bool only_holding) {
    std::vector<Fact> all;
    for (auto const& m : reader.db().rows<Seq>(sql::all[only_holding ? sql::mentions_back_holding : sql::mentions_back], arg("enterprise", reader.enterprise()),
                                               arg("subject", subject), arg("to", to), arg("from", from), arg("limit", limit)))
        if (auto fact = store::fact_at(reader.db(), reader.enterprise(), m.seq)) all.push_back(std::move(*fact));
    return all;
}

/// "pool:P1" as the web writes it, as the mention table has it.
Result<std::string> subject_key(std::string const& text) {
    auto const colon = text.find(':');
    auto const kind = text.substr(0, colon);
    auto const name = colon == std::string::npos ? std::string{} : text.substr(colon + 1);
    if (kind == "pool" || kind == "p") return "p:" + name;
    if (kind == "fish" || kind == "f") return "f:" + name;
    if (kind == "cohort" || kind == "c") return "c:" + name;
    if (kind == "site" || kind == "s") return "s:" + name;
    if (kind == "series" || kind == "y") return "y:" + name;
    return refuse("subject_unknown", "A subject is written pool:P1, fish:156000000000001, cohort:C, site:S or series:NAME.", "subject");
}

/// Days of a pool's stock, oldest first, each with the heads of all cohorts.
std::vector<std::pair<FarmDay, std::map<std::string, std::int64_t>>> heads_by_day(Reader& reader, std::string const& pool, FarmDay until) {
    std::map<std::int32_t, std::map<std::string, std::int64_t>> changes;
    for (auto const& row : reader.db().rows<StockRow>(sql::all[sql::stock_all], arg("enterprise", reader.enterprise()), arg("pool", pool), arg("day", until)))
        changes[row.day.n][row.cohort] = row.heads();
    std::vector<std::pair<FarmDay, std::map<std::string, std::int64_t>>> all;
    std::map<std::string, std::int64_t> now;
    for (auto const& [day, cohorts] : changes) {
        for (auto const& [cohort, n] : cohorts) now[cohort] = n;
        all.emplace_back(FarmDay{day}, now);
    }
    return all;
}

Moment at_day(Reader& reader, FarmDay day, Moment const& like) { return {end_of(day, reader.offset()), day, like.known}; }

void words(JsonOut& out, char const* name, auto const& list, auto const& more) {
    out.begin_array(name);
    for (auto const& w : list) {
        out.begin_object();
        out.value("code", w.code);
        out.value("name_en", w.name_en);
        out.value("name_zh", w.name_zh);
        more(w);
        out.end_object();
    }
    out.end_array();
}

/// Plain numbers are numbers in a spreadsheet, everything else is text; tags stay text, they are names.
std::vector<OutCell> cells(std::initializer_list<std::string> texts) {
    std::vector<OutCell> row;
    for (auto const& t : texts) {
        auto const plain = t.size() < 15 && t.find_first_not_of("0123456789.-") == std::string::npos;
        auto const number = plain ? parse_decimal(t) : Result<Decimal>{refuse("", "")};
        if (number) row.emplace_back(*number); else if (t.empty()) row.emplace_back(std::monostate{}); else row.emplace_back(t);
    }
    return row;
}

} // namespace

std::string says(Fact const& fact) {
    if (fact.act == FactAct::withdraw) return "Withdrawn: " + fact.reason + ".";
    auto const body = read_body(fact.kind, fact.body);
    return body ? std::visit(Sayer{}, *body) : fact.kind;
}

std::string today_json(Reader& reader, std::vector<PoolState> const& states, Moment const& moment, bool simulated) {
    JsonOut out;
    out.begin_object();
    as_of(out, moment);
    out.value("simulated", simulated);
    Sum total;
    std::map<std::string, Sum> by_site;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> seen_by_site;   // seen, open pools
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> warmth;         // sum, n
    std::map<std::string, int> worst;
    std::set<std::string> cohorts;
    std::vector<Exception const*> exceptions;
    std::vector<PoolState const*> missing;
    std::int64_t seen = 0, open = 0;
    static constexpr char const* words_of_worst[] = {"ok", "watch", "warn", "bad"};
    for (auto const& p : states) {
        total.add(p);
        by_site[p.pool.site.text].add(p);
        for (auto const& g : p.groups) cohorts.insert(g.cohort);
        for (auto const& e : p.exceptions) exceptions.push_back(&e);
        auto const* w = worst_of(p);
        for (int i = 0; i < 4; ++i) if (std::string_view{w} == words_of_worst[i]) worst[p.pool.site.text] = std::max(worst[p.pool.site.text], i);
        if (p.temperature_mc && moment.day - *p.temperature_on <= 2) { warmth[p.pool.site.text].first += *p.temperature_mc; ++warmth[p.pool.site.text].second; }
        if (p.pool.closed.value_or(false) || (p.book == 0 && !p.seen_that_day)) continue;
        ++open;
        ++seen_by_site[p.pool.site.text].second;
        if (p.seen_that_day) { ++seen; ++seen_by_site[p.pool.site.text].first; } else missing.push_back(&p);
    }
    put(out, "heads", total.heads_estimate());
    put(out, "biomass_mg", total.biomass_mg());
    out.value("tagged", total.tagged);
    out.value("cohorts", static_cast<std::int64_t>(cohorts.size()));
    out.value("sites", static_cast<std::int64_t>(reader.sites().size()));
    out.value("pools", open);
    std::int64_t ripe = 0;
    auto const everywhere = states.size() == reader.pools().size();
    std::set<std::string> seen_pools;
    if (!everywhere) for (auto const& p : states) seen_pools.insert(p.pool.pool.text);
    for (auto const& m : reader.pack().maturity) {
        if (!m.ripe) continue;
        if (everywhere) ripe += reader.db().row<Count>(sql::all[sql::ripe], arg("enterprise", reader.enterprise()), arg("stage", m.code))->n;
        else
            for (auto const& row : reader.db().rows<SubjectCount>(sql::all[sql::ripe_in_pools], arg("enterprise", reader.enterprise()), arg("stage", m.code)))
                if (seen_pools.contains(row.subject)) ripe += row.n;
    }
    out.value("females_staged_ripe", ripe);
    conservation(out, total.sums, total.shortfall);
    out.begin_object("round");
    out.value("seen", seen);
    out.value("pools", open);
    out.begin_array("missing");
    for (std::size_t i = 0; i < missing.size() && i < 20; ++i) {
        out.begin_object();
        out.value("pool", missing[i]->pool.pool);
        out.value("site", missing[i]->pool.site);
        maybe(out, "last_seen_at", missing[i]->last_seen_at);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    std::stable_sort(exceptions.begin(), exceptions.end(), [](auto const* a, auto const* b) { return a->bad > b->bad; });
    out.begin_array("exceptions");
    for (std::size_t i = 0; i < exceptions.size() && i < 100; ++i) exception(out, *exceptions[i]);
    out.end_array();
    out.value("exceptions_total", static_cast<std::int64_t>(exceptions.size()));
    out.begin_array("site_summary");
    for (auto const& s : reader.sites()) {
        out.begin_object();
        auto const& name = s.site.text;
        out.value("site", name);
        out.value("name", s.name);
        out.value("province", s.province);
        out.value("water_source", s.water_source);
        out.value("latitude", s.latitude);
        out.value("longitude", s.longitude);
        out.value("pools", seen_by_site[name].second);
        out.value("seen", seen_by_site[name].first);
        put(out, "heads", by_site[name].heads_estimate());
        put(out, "biomass_mg", by_site[name].biomass_mg());
        maybe(out, "temperature_mc", warmth[name].second ? std::optional{warmth[name].first / warmth[name].second} : std::optional<std::int64_t>{});
        out.value("worst", words_of_worst[worst[name]]);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string pools_json(Reader&, std::vector<PoolState> const& states, std::optional<std::string> const& site, std::optional<std::string> const& cohort) {
    JsonOut out;
    out.begin_object();
    out.begin_array("pools");
    for (auto const& p : states) {
        if (site && p.pool.site.text != *site) continue;
        if (cohort && std::none_of(p.groups.begin(), p.groups.end(), [&](auto const& g) { return g.cohort == *cohort; })) continue;
        out.begin_object();
        pool_fields(out, p, Moment{});
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> pool_json(Reader& reader, std::string const& name, Moment const& moment) {
    auto const pool = OSETRA_TRY(need_pool(reader, name));
    auto const source = source_for(reader, moment);
    auto const p = pool_state(reader, *source, pool, moment);
    JsonOut out;
    out.begin_object();
    pool_fields(out, p, moment);
    out.value("outline", pool.outline);
    out.value("flow_ml_s", pool.flow_ml_s);
    maybe(out, "known", moment.known);
    out.begin_array("differences");
    for (auto const& d : p.differences) difference(out, d);
    out.end_array();
    out.begin_array("exception_rows");
    for (auto const& e : p.exceptions) exception(out, e);
    out.end_array();
    out.begin_array("counts");
    auto counts = source->counts(name, moment.at, 50);
    std::reverse(counts.begin(), counts.end());
    for (auto const& c : counts) {
        out.begin_object();
        out.value("fact", c.fact);
        out.value("at", c.at);
        out.value("heads", c.heads);
        out.value("low", c.low);
        out.value("high", c.high);
        out.value("method", c.method);
        out.value("author", c.author);
        out.end_object();
    }
    out.end_array();
    out.begin_array("occupants");
    for (auto const& g : p.groups) {
        out.begin_object();
        out.value("cohort", g.cohort);
        out.value("species", g.species);
        out.value("year_class", g.year_class);
        out.value("stage", g.stage);
        out.value("heads", g.heads);
        out.value("tagged", g.tagged);
        out.value("untagged", g.untagged);
        put(out, "mean_mg", g.mean_mg);
        Sum sum;
        sum.add(g, 0);
        put(out, "biomass_mg", sum.biomass_mg());
        out.end_object();
    }
    out.end_array();
    out.begin_array("withdrawal");
    for (auto const& f : facts_back(reader, "p:" + name, moment.at - std::chrono::days{400}, moment.at, 1'000'000, true)) {
        if (f.kind != Treated::kind) continue;
        auto const body = from_json<Treated>(f.body);
        if (!body || f.happened_at + std::chrono::days{body->withdrawal_days} <= moment.at) continue;
        out.begin_object();
        out.value("product", body->product);
        out.value("until_on", farm_day(f.happened_at + std::chrono::days{body->withdrawal_days}, reader.offset()));
        out.value("fact", f.id);
        out.end_object();
    }
    out.end_array();
    std::int64_t feed_30 = 0, feed_year = 0;
    for (auto const& d : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", name), arg("from", moment.day - 364), arg("to", moment.day))) {
        feed_year += d.feed_mg;
        if (moment.day - d.day < 30) feed_30 += d.feed_mg;
    }
    out.value("feed_30d_mg", feed_30);
    out.value("feed_365d_mg", feed_year);
    if (!moment.known) maybe(out, "fcr", pool_gain(reader, pool, moment.day - 364, moment.day).fcr());
    conservation(out, p.sums, p.shortfall);
    out.end_object();
    return out.take();
}

Result<std::string> pool_days_json(Reader& reader, std::string const& name, FarmDay from, FarmDay to, Moment const& moment) {
    auto const pool = OSETRA_TRY(need_pool(reader, name));
    if (to - from > 4000) return refuse("number_unlikely", "Ask for at most 4,000 days at once.", "from");
    auto const history = heads_by_day(reader, name, to);
    std::map<std::int32_t, std::int64_t> heads_change;
    for (auto const& [day, cohorts] : history) {
        std::int64_t n = 0;
        for (auto const& [cohort, heads] : cohorts) n += heads;
        heads_change[day.n] = n;
    }
    auto const heads_on = [&](FarmDay d) {
        auto const at = heads_change.upper_bound(d.n);
        return at == heads_change.begin() ? std::int64_t{0} : std::prev(at)->second;
    };
    std::map<std::int32_t, PoolDay> days;
    for (auto const& subject : {subject_of(pool.site), name})   // the pool's own readings come over the site's
        for (auto& d : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", subject), arg("from", from), arg("to", to))) {
            auto& here = days[d.day.n];
            auto const old = here;
            here = d;
            if (here.temp_n == 0) { here.temp_sum = old.temp_sum; here.temp_n = old.temp_n; }
        }
    // Biomass is worked out for at most 60 days of the range, evenly; the chart draws a line between them.
    auto const step = std::max(1, (to - from) / 60);
    auto const source = source_for(reader, moment);
    JsonOut out;
    out.begin_object();
    out.begin_array("days");
    for (auto d = from; d <= to; d = d + 1) {
        auto const at = days.find(d.n);
        auto const sampled = (d - from) % step == 0 || d == to;
        if (at == days.end() && !sampled) continue;
        PoolDay const row = at == days.end() ? PoolDay{} : at->second;
        out.begin_object();
        out.value("day", d);
        out.value("seen", row.seen);
        maybe(out, "temperature_mc", row.temperature_mc());
        maybe(out, "oxygen_ug_l", row.oxygen_ug_l);
        out.value("feed_mg", row.feed_mg);
        out.value("deaths", row.deaths);
        out.value("heads", heads_on(d));
        if (sampled) {
            auto const state = pool_state(reader, *source, pool, at_day(reader, d, moment));
            maybe(out, "biomass_mg", state.biomass_mg ? std::optional{state.biomass_mg->value} : std::nullopt);
            maybe(out, "mean_mg", state.mean_mg ? std::optional{state.mean_mg->value} : std::nullopt);
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> pool_life_json(Reader& reader, std::string const& name, Moment const& moment) {
    OSETRA_TRY(need_pool(reader, name));
    std::map<std::string, std::vector<std::pair<FarmDay, std::int64_t>>> bands;
    for (auto const& row : reader.db().rows<StockRow>(sql::all[sql::stock_all], arg("enterprise", reader.enterprise()), arg("pool", name), arg("day", moment.day)))
        bands[row.cohort].emplace_back(row.day, row.heads());
    JsonOut out;
    out.begin_object();
    out.begin_array("bands");
    for (auto const& [cohort, points] : bands) {
        out.begin_object();
        out.value("cohort", cohort);
        out.begin_array("points");
        // A chart needs no more than about 400 points a band: large steps always, small ones thinned.
        auto const thin = std::max<std::size_t>(1, points.size() / 400);
        for (std::size_t i = 0; i < points.size(); ++i) {
            auto const large = i > 0 && std::abs(points[i].second - points[i - 1].second) * 20 > points[i - 1].second;
            if (i % thin != 0 && i + 1 != points.size() && !large) continue;
            out.begin_object();
            out.value("day", points[i].first);
            out.value("heads", points[i].second);
            out.end_object();
        }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> pool_fish_json(Reader& reader, std::string const& name, Moment const& moment, std::int64_t limit, FishId after) {
    OSETRA_TRY(need_pool(reader, name));
    auto const source = source_for(reader, moment);
    auto const roster = source->roster(name, moment.at);
    JsonOut out;
    out.begin_object();
    out.value("total", static_cast<std::int64_t>(roster.size()));
    out.begin_array("fish");
    std::int64_t given = 0;
    std::optional<FishId> next;
    for (auto const& s : roster) {
        if (s.fish <= after) continue;
        if (given == limit) { next = s.fish; break; }
        ++given;
        auto const known = reader.fish(s.fish);
        out.begin_object();
        out.value("fish", s.fish);
        out.value("tag", known ? known->tag : s.fish);
        out.value("cohort", s.cohort);
        out.value("sex", known ? known->sex : std::nullopt);
        put(out, "weight_mg", weight_on(reader, s, moment.day));
        out.value("stage", known ? known->stage : std::nullopt);
        out.value("since", s.from_at);
        out.end_object();
    }
    out.end_array();
    if (next) out.value("next", FishId{next->n - 1}); else out.raw("next", "null");
    out.end_object();
    return out.take();
}

namespace {

char const* state_word(std::int64_t went) {
    switch (static_cast<Went>(went)) {
    case Went::died: return "dead";
    case Went::escaped: return "escaped";
    case Went::harvested: return "harvested";
    default: return "alive";
    }
}

} // namespace

Result<std::string> fish_json(Reader& reader, FishId tag, Moment const& moment) {
    auto const source = source_for(reader, moment);
    auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
    auto const life = source->life(state.fish);
    auto lines = source->fish_lines(state.fish);
    std::sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return std::tie(a.happened_at, a.root) < std::tie(b.happened_at, b.root); });
    JsonOut out;
    out.begin_object();
    out.value("fish", state.fish);
    out.begin_array("tags");
    out.value(nullptr, state.fish);
    for (auto const& l : lines) if (l.what == FishWhat::retagged && l.other_tag) out.value(nullptr, FishId{*l.other_tag});
    out.end_array();
    out.value("cohort", state.cohort);
    out.value("species", state.species);
    out.value("year_class", state.year_class);
    out.value("sex", state.sex);
    out.value("state", state.state);
    out.value("pool", state.pool);
    out.value("site", state.site);
    put(out, "weight_mg", state.weight_mg);
    maybe(out, "length_mm", state.length_mm);
    maybe(out, "stage", state.stage);
    maybe(out, "stage_at", state.stage_at);
    maybe(out, "health", state.health);
    as_of(out, moment);
    out.begin_array("withdrawal");
    for (auto const& f : facts_back(reader, subject_of(state.fish), moment.at - std::chrono::days{400}, moment.at, 1000, true)) {
        auto const body = f.kind == Treated::kind ? from_json<Treated>(f.body) : Result<Treated>{refuse("", "")};
        if (!body || f.happened_at + std::chrono::days{body->withdrawal_days} <= moment.at) continue;
        out.begin_object();
        out.value("product", body->product);
        out.value("until_on", farm_day(f.happened_at + std::chrono::days{body->withdrawal_days}, reader.offset()));
        out.value("fact", f.id);
        out.end_object();
    }
    out.end_array();
    out.begin_array("life");
    for (std::size_t i = 0; i < life.stays.size(); ++i) {
        auto const& s = life.stays[i];
        if (i > 0 && s.came == Came::weighed) continue;   // one entry a pool, however often it was weighed there
        auto last = i;
        while (last + 1 < life.stays.size() && life.stays[last + 1].came == Came::weighed) ++last;
        auto const* pool = reader.pool(s.pool);
        out.begin_object();
        out.value("pool", s.pool);
        out.value("site", pool ? pool->site.text : std::string{});
        out.value("from_at", s.from_at);
        if (life.stays[last].to_at == forever) out.raw("to_at", "null"); else out.value("to_at", life.stays[last].to_at);
        out.end_object();
    }
    out.end_array();
    auto const listed = [&](char const* name, auto const& wanted, auto const& field) {
        out.begin_array(name);
        for (auto const& l : lines) {
            if (!wanted(l)) continue;
            out.begin_object();
            out.value("at", l.happened_at);
            field(l);
            out.value("fact", l.root);
            out.value("author", l.author);
            out.end_object();
        }
        out.end_array();
    };
    listed("weights", [](auto const& l) { return l.weight_mg.has_value() && (l.what == FishWhat::measured || l.what == FishWhat::tagged || l.what == FishWhat::harvested); }, [&](auto const& l) { out.value("weight_mg", *l.weight_mg); });
    listed("stages", [](auto const& l) { return l.stage.has_value(); }, [&](auto const& l) { out.value("stage", *l.stage); });
    out.begin_array("curve");
    if (!life.stays.empty()) {
        auto const first = farm_day(life.stays.front().from_at, reader.offset());
        auto const end = life.stays.back().to_at == forever ? moment.day : std::min(moment.day, farm_day(life.stays.back().to_at, reader.offset()));
        auto const step = std::max(1, (end - first) / 150);
        for (auto d = first; d <= end; d = d + step) {
            auto const at = end_of(d, reader.offset());
            Stay const* here = nullptr;
            for (auto const& s : life.stays) if (s.from_at <= at) here = &s;
            auto const w = here ? weight_on(reader, *here, d) : std::nullopt;
            if (!w) continue;
            out.begin_object();
            out.value("day", d);
            out.value("weight_mg", w->value);
            out.value("low", w->low);
            out.value("high", w->high);
            out.end_object();
        }
    }
    out.end_array();
    if (!life.stays.empty() && life.stays.back().to_at != forever && life.stays.back().to_at <= moment.at) {
        auto const& last = life.stays.back();
        out.begin_object("ended");
        out.value("how", state_word(static_cast<std::int64_t>(last.went)));
        out.value("at", last.to_at);
        for (auto const& l : lines)
            if (l.happened_at == last.to_at && (l.what == FishWhat::died || l.what == FishWhat::escaped || l.what == FishWhat::harvested)) { out.value("fact", l.root); out.value("cause", l.word); break; }
        out.end_object();
    } else {
        out.raw("ended", "null");
    }
    out.value("contradictions", life.contradictions);
    out.end_object();
    return out.take();
}

Result<std::string> fish_state_json(Reader& reader, FishId tag, Moment const& moment) {
    auto const id = reader.fish_by_tag(tag);
    if (!id) return refuse("fish_not_found", "No fish carries the tag " + pit_tag_text(tag) + ".", "fish");
    JsonOut out;
    out.begin_object();
    out.value("fish", *id);
    if (moment.known) {
        auto const source = source_for(reader, moment);
        auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
        out.value("cohort", state.cohort);
        out.value("pool", state.pool);
        out.value("state", state.state);
        put(out, "weight_mg", state.weight_mg);
    } else {
        auto const stay = reader.stay(*id, moment.at);
        auto const ended = stay && stay->to_at <= moment.at;
        out.value("cohort", stay ? stay->cohort : std::string{});
        out.value("pool", stay ? stay->pool : std::string{});
        out.value("state", !stay ? "not_yet" : ended ? state_word(static_cast<std::int64_t>(stay->went)) : "alive");
        put(out, "weight_mg", stay ? weight_on(reader, *stay, ended ? farm_day(stay->to_at, reader.offset()) : moment.day) : std::nullopt);
    }
    as_of(out, moment);
    out.end_object();
    return out.take();
}

std::string trend_json(Reader& reader, std::vector<std::string> const& sites, Moment const& moment, int months) {
    using namespace std::chrono;
    auto const today = year_month_day{sys_days{days{moment.day.n}}};
    auto const source = source_for(reader, moment);
    JsonOut out;
    out.begin_object();
    out.begin_array("trend");
    for (int back = months; back >= 0; --back) {
        auto day = moment.day;
        if (back > 0) {
            auto const month = year_month{today.year(), today.month()} - std::chrono::months{back - 1};
            day = FarmDay{static_cast<std::int32_t>((sys_days{month / 1} - days{1}).time_since_epoch().count())};
        }
        Sum sum;
        for (auto const& pool : reader.pools())
            if (sites.empty() || std::find(sites.begin(), sites.end(), pool.site.text) != sites.end()) sum.add(pool_state(reader, *source, pool, at_day(reader, day, moment)));
        out.begin_object();
        out.value("day", day);
        put(out, "heads", sum.heads_estimate());
        put(out, "biomass_mg", sum.biomass_mg());
        out.value("deaths", sum.sums.dead);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string fish_list_json(Reader& reader, FishAsked const& ask, Moment const& moment) {
    auto const& [q, site, cohort, stage, living, limit, after] = ask;
    auto const e = arg("enterprise", reader.enterprise());
    JsonOut out;
    out.begin_object();
    out.begin_array("fish");
    std::int64_t given = 0;
    std::optional<FishId> next;
    auto const give = [&](FishRow const& f) {
        auto const* pool = reader.pool(f.pool);
        if (site && (!pool || pool->site.text != *site)) return;
        if (cohort && f.cohort != *cohort) return;
        if (stage && f.stage != *stage) return;
        if (living && f.state != 0) return;
        ++given;
        auto const* known = reader.cohort(f.cohort);
        out.begin_object();
        out.value("fish", f.fish);
        out.value("tag", f.tag);
        out.value("cohort", f.cohort);
        out.value("species", known ? known->species : std::string{});
        out.value("sex", f.sex);
        out.value("pool", f.pool);
        out.value("site", pool ? pool->site.text : std::string{});
        out.value("state", state_word(f.state));
        out.value("stage", f.stage);
        auto const stay = f.state == 0 ? reader.stay(f.fish, moment.at) : std::nullopt;
        put(out, "weight_mg", stay ? weight_on(reader, *stay, moment.day) : std::nullopt);
        out.end_object();
    };
    std::int64_t low = after.n + 1, high = 999'999'999'999'999;
    auto const digits = !q.empty() && q.size() <= 15 && std::all_of(q.begin(), q.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {   // the first digits of a tag
        auto first = q, last = q;
        first.append(15 - q.size(), '0');
        last.append(15 - q.size(), '9');
        low = std::max<std::int64_t>(std::stoll(first), low);
        high = std::stoll(last);
    }
    // Rows are read in large pieces, as few of them may fit; what is still unread after a million is the next page's.
    constexpr std::int64_t piece = 5'000;
    auto at = FishId{low - 1};
    auto more = digits || q.empty();
    for (auto looked = 0; more && given < limit && looked < 200; ++looked) {
        auto const rows = digits ? reader.db().rows<FishRow>(sql::all[sql::fish_between], e, arg("from", at.n + 1), arg("to", high), arg("limit", piece))
                          : cohort ? reader.db().rows<FishRow>(sql::all[sql::fish_of_cohort_after], e, arg("cohort", *cohort), arg("after", at.n), arg("limit", piece))
                          : stage ? reader.db().rows<FishRow>(sql::all[sql::fish_of_stage_after], e, arg("stage", *stage), arg("after", at.n), arg("limit", piece))
                                  : reader.db().rows<FishRow>(sql::all[sql::fish_after], e, arg("after", at.n), arg("limit", piece));
        more = static_cast<std::int64_t>(rows.size()) == piece;
        for (auto const& f : rows) {
            if (given == limit) { more = true; break; }
            give(f);
            at = f.fish;
        }
    }
    if (q.size() == 15 && digits && given == 0)
        if (auto const renamed = reader.fish_by_tag(FishId{std::stoll(q)})) if (auto const f = reader.fish(*renamed)) give(*f);
    if (more) next = at;
    out.end_array();
    maybe(out, "next", next);
    out.end_object();
    return out.take();
}

std::string sites_json(Reader& reader) {
    JsonOut out;
    out.begin_object();
    out.begin_array("sites");
    for (auto const& s : reader.sites()) {
        out.begin_object();
        write_fields(out, s);
        out.value("pools", static_cast<std::int64_t>(std::count_if(reader.pools().begin(), reader.pools().end(), [&](auto const& p) { return p.site == s.site; })));
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

namespace {

struct CohortSum {
    Sum sum;
    std::int64_t pools = 0;
    std::vector<std::pair<PoolState const*, GroupState const*>> groups;
};

std::map<std::string, CohortSum> sums_by_cohort(std::vector<PoolState> const& states) {
    std::map<std::string, CohortSum> all;
    for (auto const& p : states)
        for (auto const& g : p.groups) {
            auto& c = all[g.cohort];
            // A pool's counting error falls on its cohorts by their share.
            auto const share = p.book > 0 ? static_cast<double>(g.heads) / static_cast<double>(p.book) : 0.0;
            c.sum.add(g, std::pow(p.heads_sd * share, 2));
            ++c.pools;
            c.groups.emplace_back(&p, &g);
        }
    return all;
}

void cohort_fields(JsonOut& out, CohortRegistered const& c, CohortSum const& s) {
    write_fields(out, c);
    put(out, "heads", s.sum.heads_estimate());
    out.value("tagged", s.sum.tagged);
    put(out, "biomass_mg", s.sum.biomass_mg());
    put(out, "mean_mg", s.sum.mean_mg());
    out.value("pools", s.pools);
}

} // namespace

std::string cohorts_json(Reader& reader, std::vector<PoolState> const& states) {
    auto const sums = sums_by_cohort(states);
    static CohortSum const none;
    JsonOut out;
    out.begin_object();
    out.begin_array("cohorts");
    for (auto const& c : reader.cohorts()) {
        auto const at = sums.find(c.cohort.text);
        out.begin_object();
        cohort_fields(out, c, at == sums.end() ? none : at->second);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> cohort_json(Reader& reader, std::vector<PoolState> const& states, std::string const& name, Moment const& moment) {
    auto const* cohort = reader.cohort(name);
    if (!cohort) return refuse("cohort_not_found", "There is no cohort \"" + name + "\".", "cohort");
    auto sums = sums_by_cohort(states);
    auto const& here = sums[name];
    JsonOut out;
    out.begin_object();
    cohort_fields(out, *cohort, here);
    out.value("as_of", moment.at);
    out.begin_array("pool_rows");
    for (auto const& [p, g] : here.groups) {
        out.begin_object();
        out.value("pool", p->pool.pool);
        out.value("site", p->pool.site);
        out.value("heads", g->heads);
        out.value("tagged", g->tagged);
        put(out, "mean_mg", g->mean_mg);
        out.end_object();
    }
    out.end_array();
    // Heads of all pools over time: the sum of each pool's last row.
    std::map<std::int32_t, std::map<std::string, std::int64_t>> changes;
    StockDelta flows;
    std::int64_t shortfall = 0;
    std::map<std::string, StockRow> last;
    for (auto& row : reader.db().rows<StockRow>(sql::all[sql::stock_cohort], arg("enterprise", reader.enterprise()), arg("cohort", name), arg("day", moment.day))) {
        changes[row.day.n][row.pool] = row.heads();
        last[row.pool] = row;
    }
    for (auto const& [pool, row] : last) { flows.add(row.sums); shortfall += row.shortfall; }
    out.begin_array("curve");
    std::map<std::string, std::int64_t> now;
    std::int64_t total = 0;
    auto const thin = std::max<std::size_t>(1, changes.size() / 300);
    std::size_t i = 0;
    for (auto const& [day, pools] : changes) {
        for (auto const& [pool, n] : pools) { total += n - now[pool]; now[pool] = n; }
        if (i++ % thin != 0 && i != changes.size()) continue;
        out.begin_object();
        out.value("day", FarmDay{day});
        out.value("heads", total);
        out.end_object();
    }
    out.end_array();
    // Mean weight at the end of up to 60 days, over the pools that held the cohort then.
    out.begin_array("growth");
    if (!changes.empty()) {
        auto const source = source_for(reader, moment);
        auto const first = FarmDay{changes.begin()->first};
        auto const step = std::max(1, (moment.day - first + 59) / 60);
        for (auto day = first; day <= moment.day; day = day + step) {
            std::vector<PoolState> then;
            for (auto const& [pool, row] : last) {
                auto const groups = source->groups(pool, day);
                auto const* known = reader.pool(pool);
                if (known && std::any_of(groups.begin(), groups.end(), [&](auto const& g) { return g.cohort == name && g.heads() > 0; }))
                    then.push_back(pool_state(reader, *source, *known, at_day(reader, day, moment)));
            }
            auto const mean = sums_by_cohort(then)[name].sum.mean_mg();
            if (!mean) continue;
            out.begin_object();
            out.value("day", day);
            put(out, "mean_mg", *mean);
            out.end_object();
        }
    }
    out.end_array();
    out.begin_array("weighings");
    for (auto const& l : reader.db().rows<PoolLine>(sql::all[sql::weighings_of_cohort], arg("enterprise", reader.enterprise()), arg("cohort", name))) {
        out.begin_object();
        out.value("at", l.happened_at);
        out.value("mean_mg", l.mean_mg);
        out.value("sample", l.heads);
        out.value("pool", l.pool);
        out.value("fact", l.root);
        out.end_object();
    }
    out.end_array();
    conservation(out, flows, shortfall);
    out.end_object();
    return out.take();
}

Result<std::string> stock_json(Reader& reader, std::vector<PoolState> const& states, std::string const& by, Moment const& moment) {
    if (by != "site" && by != "pool" && by != "cohort" && by != "species") return refuse("by_unknown", "by is site, pool, cohort or species.", "by");
    std::map<std::string, Sum> rows;
    Sum total;
    for (auto const& p : states) {
        total.add(p);
        if (by == "site") rows[p.pool.site.text].add(p);
        else if (by == "pool") { if (p.book != 0 || p.tagged != 0) rows[p.pool.pool.text].add(p); }
        else for (auto const& g : p.groups) {
            auto const share = p.book > 0 ? static_cast<double>(g.heads) / static_cast<double>(p.book) : 0.0;
            rows[by == "cohort" ? g.cohort : g.species].add(g, std::pow(p.heads_sd * share, 2));
        }
    }
    (void)reader;
    JsonOut out;
    out.begin_object();
    as_of(out, moment);
    out.value("by", by);
    auto const sum = [&](Sum const& s) {
        put(out, "heads", s.heads_estimate());
        put(out, "biomass_mg", s.biomass_mg());
        put(out, "mean_mg", s.mean_mg());
        out.value("tagged", s.tagged);
    };
    out.begin_object("total");
    sum(total);
    out.end_object();
    out.begin_array("rows");
    for (auto const& [key, s] : rows) {
        out.begin_object();
        out.value("key", key);
        sum(s);
        out.end_object();
    }
    out.end_array();
    conservation(out, total.sums, total.shortfall);
    out.end_object();
    return out.take();
}

std::string round_json(Reader& reader, std::vector<PoolState> const& states, FarmDay day, std::optional<std::string> const& site) {
    JsonOut out;
    out.begin_object();
    out.value("day", day);
    std::int64_t seen = 0, pools = 0;
    out.begin_array("rows");
    for (auto const& p : states) {
        if ((site && p.pool.site.text != *site) || p.pool.closed.value_or(false) || (p.book == 0 && !p.seen_that_day)) continue;
        ++pools;
        seen += p.seen_that_day;
        out.begin_object();
        out.value("pool", p.pool.pool);
        out.value("site", p.pool.site);
        out.value("name", p.pool.name);
        maybe(out, "walk_order", p.pool.walk_order);
        out.value("heads", p.book);
        // The ration that the pack's table gives for these fish at this water.
        double feed_g = 0;
        for (auto const& g : p.groups) {
            auto const* species = reader.pack().find_species(g.species);
            if (!species || !g.mean_mg || species->ration.percent.empty()) continue;
            auto const& r = species->ration;
            auto const celsius = static_cast<double>(p.temperature_mc.value_or(assumed_temperature_mc)) / 1000.0;
            feed_g += g.biomass_g.value * engine::RationTable{r.weights_g, r.celsius, r.percent}.percent(static_cast<double>(g.mean_mg->value) / 1000.0, celsius) / 100.0;
        }
        maybe(out, "planned_feed_mg", feed_g > 0 ? std::optional<std::int64_t>{std::llround(feed_g) * 1000} : std::nullopt);
        maybe(out, "last_temperature_mc", p.temperature_mc);
        out.begin_array("cohorts");
        for (auto const& g : p.groups) {
            out.begin_object();
            out.value("cohort", g.cohort);
            out.value("heads", g.heads);
            out.end_object();
        }
        out.end_array();
        out.begin_array("seen");
        if (p.seen_that_day)
            for (auto const& f : facts_back(reader, "p:" + p.pool.pool.text, start_of(day, reader.offset()), end_of(day, reader.offset()), 50, true)) {
                auto const body = f.kind == RoundDone::kind ? from_json<RoundDone>(f.body) : Result<RoundDone>{refuse("", "")};
                if (!body) continue;
                out.begin_object();
                out.value("fact", f.id);
                out.value("root", f.root());
                out.value("at", f.happened_at);
                out.value("author", f.author);
                out.value("deaths", body->deaths.value_or(Heads{}));
                out.value("feed_mg", body->feed_mg);
                out.value("temperature_mc", body->temperature_mc);
                out.value("oxygen_ug_l", body->oxygen_ug_l);
                out.value("note", body->note);
                out.end_object();
            }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.value("seen", seen);
    out.value("pools", pools);
    out.end_object();
    return out.take();
}

std::string differences_json(std::vector<PoolState> const& states, bool only_open) {
    JsonOut out;
    out.begin_object();
    out.begin_array("differences");
    for (auto const& p : states)
        for (auto const& d : p.differences)
            if (d.open || !only_open) difference(out, d);
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> facts_json(Reader& reader, FactsAsked const& ask) {
    std::vector<Fact> facts;
    std::optional<std::int64_t> next;
    auto const limit = std::clamp<std::int64_t>(ask.limit, 1, 500);
    auto const fits = [&](Fact const& f) {
        return (!ask.seen || ask.seen(f)) && (!ask.kind || f.kind == *ask.kind) && (!ask.from || f.happened_at >= *ask.from) && (!ask.to || f.happened_at <= *ask.to);
    };
    if (ask.subject) {
        auto const key = OSETRA_TRY(subject_key(*ask.subject));
        // Newest first; a page goes on before the last fact of the page before it.
        auto to = ask.to.value_or(forever);
        if (ask.before)
            if (auto const last = store::fact_at(reader.db(), reader.enterprise(), *ask.before)) to = std::min(to, last->happened_at - Microseconds{1});
        for (auto& f : facts_back(reader, key, ask.from.value_or(Instant::min()), to, ask.kind || ask.seen ? 5'000 : limit + 1, false)) {
            if (!fits(f)) continue;
            if (static_cast<std::int64_t>(facts.size()) == limit) { next = facts.back().seq; break; }
            facts.push_back(std::move(f));
        }
    } else {
        auto before = ask.before.value_or(std::numeric_limits<std::int64_t>::max());
        for (int looked = 0; looked < 40 && static_cast<std::int64_t>(facts.size()) < limit; ++looked) {
            auto const rows = reader.db().rows<Seq>(sql::all[sql::facts_before], arg("enterprise", reader.enterprise()), arg("before", before), arg("limit", std::int64_t{500}));
            for (auto const& row : rows) {
                if (static_cast<std::int64_t>(facts.size()) == limit) break;
                before = row.seq;
                auto f = store::fact_at(reader.db(), reader.enterprise(), row.seq);
                if (f && fits(*f)) facts.push_back(std::move(*f));
            }
            if (rows.size() < 500) { before = 1; break; }
        }
        if (before > 1) next = before;
    }
    JsonOut out;
    out.begin_object();
    out.begin_array("facts");
    for (auto const& f : facts) fact_row(out, reader, f);
    out.end_array();
    maybe(out, "next", next);
    out.end_object();
    return out.take();
}

Result<std::string> fact_json(Reader& reader, FactId const& id) {
    auto const fact = store::fact_by_id(reader.db(), reader.enterprise(), id);
    if (!fact) return refuse("fact_not_found", "There is no such fact in the journal.", "id");
    JsonOut out;
    out.begin_object();
    fact_fields(out, reader, *fact);
    out.begin_array("chain");
    for (auto const& f : store::versions_of(reader.db(), reader.enterprise(), fact->root())) fact_row(out, reader, f);
    out.end_array();
    out.end_object();
    return out.take();
}

Result<std::string> why_json(Reader& reader, std::string const& figure, std::string const& subject, std::vector<std::string> const& sites, Moment const& moment) {
    static std::set<std::string_view> const figures{"heads", "biomass", "mean", "feed", "temperature", "density"};
    if (!figures.contains(figure)) return refuse("figure_unknown", "A figure is heads, biomass, mean, feed, temperature or density.", "figure");
    if (subject != "company:" && !subject.starts_with("pool:") && !subject.starts_with("fish:") && !subject.starts_with("cohort:") && !subject.starts_with("site:"))
        return refuse("subject_unknown", "A subject is written pool:P1, fish:156000000000001, cohort:C, site:S or company:.", "subject");
    auto const seen = [&](std::string const& site) { return sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end(); };
    JsonOut out;
    out.begin_object();
    out.value("figure", figure);
    out.value("subject", subject);
    as_of(out, moment);
    std::string formula;
    std::vector<std::pair<std::string, std::string>> steps;
    std::set<std::string> kinds;   // of facts that bear on it; empty: all
    std::string key;
    auto const with_interval = [](std::optional<Estimate> const& e, bool weight) {
        if (!e) return std::string{"not known: no fish of it was ever weighed"};
        return weight ? fmt::format("{} ({} to {})", grams_text(e->value), grams_text(e->low), grams_text(e->high)) : fmt::format("{} ({} to {})", e->value, e->low, e->high);
    };
    auto const source = source_for(reader, moment);
    auto const fish = subject.starts_with("fish:");
    if (fish) {
        auto const tag = OSETRA_TRY(parse_pit_tag(subject.substr(5)));
        auto const state = OSETRA_TRY(fish_state(reader, *source, tag, moment));
        key = subject_of(state.fish);
        put(out, "value", state.weight_mg);
        out.value("unit", "mg");
        formula = "Weight = (cube root of the last weighing + growth coefficient × degree-days since)³.";
        if (state.stay && state.stay->based_at) {
            auto const based = farm_day(*state.stay->based_at, reader.offset());
            steps.emplace_back("last weighed", text_of(based));
            steps.emplace_back("degree-days in " + state.pool + " since it came or was weighed", fmt::format("{:.0f}", static_cast<double>(reader.theta(state.pool, moment.day) - reader.theta(state.pool, std::max(based, farm_day(state.stay->from_at, reader.offset())))) / 1000.0));
        }
        steps.emplace_back("weight on " + text_of(moment.day), with_interval(state.weight_mg, true));
        kinds = {"tag", "measure", "move", "death", "harvest", "escape"};
    } else if (subject.starts_with("pool:")) {
        auto const name = subject.substr(5);
        auto const pool = OSETRA_TRY(need_pool(reader, name));
        auto const p = pool_state(reader, *source, pool, moment);
        key = "p:" + name;
        auto const book_steps = [&] {
            auto const& s = p.sums;
            auto const step = [&](char const* label, std::int64_t n, char sign) { if (n != 0) steps.emplace_back(label, fmt::format("{} {}", sign, std::abs(n))); };
            step("stocked", s.stocked, '+');
            step("moved in", s.moved_in, '+');
            step("moved out", s.moved_out, '-');
            step("dead", s.dead, '-');
            step("escaped", s.escaped, '-');
            step("harvested", s.harvested, '-');
            step("regrouped", s.regrouped, s.regrouped < 0 ? '-' : '+');
            step("differences explained", s.adjusted, s.adjusted < 0 ? '-' : '+');
            step("found (left without having come)", p.shortfall, '+');
            steps.emplace_back("book", fmt::format("= {}", p.book));
        };
        if (figure == "heads") {
            put(out, "value", p.heads);
            out.value("unit", "fish");
            formula = fmt::format("Heads = the book ({}), merged with the last counts by how sure each is; fish lost unseen widen the interval.", p.book);
            book_steps();
            for (auto const& c : source->counts(name, moment.at, 3)) steps.emplace_back("counted " + text_of(farm_day(c.at, reader.offset())) + " (" + c.method + ")", std::to_string(c.heads));
            steps.emplace_back("estimate (95 %)", with_interval(p.heads, false));
            kinds = {"stock", "move", "death", "escape", "harvest", "adjust", "count", "regroup", "tag", "round"};
        } else if (figure == "biomass" || figure == "mean" || figure == "density") {
            if (figure == "density") maybe(out, "value", p.density_kg_m3 ? std::optional<std::int64_t>{std::llround(*p.density_kg_m3 * 1000.0)} : std::nullopt);
            else put(out, "value", figure == "mean" ? p.mean_mg : p.biomass_mg);
            out.value("unit", figure == "density" ? "mg_per_l" : "mg");
            formula = figure == "mean" ? "Mean weight = cube root of the last weighings + growth coefficient × degree-days since, cubed; tagged fish each by its own."
                                       : figure == "biomass" ? "Biomass = heads × mean weight, with the errors of both." : "Density = biomass / volume.";
            for (auto const& g : p.groups) {
                steps.emplace_back(g.cohort, fmt::format("{} fish × {}", g.heads, with_interval(g.mean_mg, true)));
                if (auto const size = reader.size(name, g.cohort, moment.day); size && g.untagged > 0) steps.emplace_back("untagged " + g.cohort + " counted from the weighing of", text_of(size->based_day));
            }
            steps.emplace_back("heads (95 %)", with_interval(p.heads, false));
            steps.emplace_back("biomass (95 %)", with_interval(p.biomass_mg, true));
            if (p.density_kg_m3) steps.emplace_back("density", fmt::format("{:.2f} kg/m³", *p.density_kg_m3));
            kinds = {"weigh", "measure", "stock", "move", "tag", "growth"};
        } else if (figure == "feed") {
            std::int64_t feed = 0;
            for (auto const& d : reader.db().rows<PoolDay>(sql::all[sql::days], arg("enterprise", reader.enterprise()), arg("pool", name), arg("from", moment.day - 29), arg("to", moment.day))) feed += d.feed_mg;
            out.value("value", feed);
            out.value("unit", "mg");
            formula = "Feed given in the last 30 days, from rounds and feed records.";
            kinds = {"round", "feed"};
        } else {
            maybe(out, "value", p.temperature_mc);
            out.value("unit", "mc");
            formula = "Mean of the day's readings; the pool's own come before the site's.";
            if (p.temperature_on) steps.emplace_back("read on", text_of(*p.temperature_on));
            kinds = {"round", "water"};
        }
    } else if (subject.starts_with("cohort:")) {
        auto const name = subject.substr(7);
        if (!reader.cohort(name)) return refuse("cohort_not_found", "There is no cohort \"" + name + "\".", "subject");
        key = "c:" + name;
        std::vector<PoolState> states;
        for (auto const& pool : reader.pools()) {
            if (!seen(pool.site.text)) continue;
            auto const groups = source->groups(pool.pool.text, moment.day);
            auto const here = std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return g.cohort == name && g.heads() != 0; });
            if (here == groups.end()) continue;
            states.push_back(pool_state(reader, *source, pool, moment));
            steps.emplace_back(pool.pool.text, fmt::format("{} fish", here->heads()));
        }
        auto const sum = sums_by_cohort(states)[name].sum;
        if (figure == "heads") put(out, "value", sum.heads_estimate()); else put(out, "value", figure == "mean" ? sum.mean_mg() : sum.biomass_mg());
        out.value("unit", figure == "heads" ? "fish" : "mg");
        formula = "The sum of the cohort over all pools: each pool's book and mean weight, with their errors.";
        kinds = {"stock", "move", "death", "escape", "harvest", "adjust", "weigh", "regroup", "cohort"};
    } else {   // a site, or the whole company: the pools that make it up
        auto const site = subject.starts_with("site:") ? std::optional{subject.substr(5)} : std::nullopt;
        if (site && !reader.site(*site)) return refuse("site_not_found", "There is no site \"" + *site + "\".", "subject");
        key = site ? "s:" + *site : "";
        Sum sum;
        std::map<std::string, Sum> parts;
        for (auto const& pool : reader.pools()) {
            if ((site && pool.site.text != *site) || !seen(pool.site.text)) continue;
            auto const p = pool_state(reader, *source, pool, moment);
            sum.add(p);
            if (p.book != 0) parts[site ? pool.pool.text : pool.site.text].add(p);
        }
        auto const heads = figure == "heads";
        auto const weight = [&](Sum const& of) { return figure == "mean" ? of.mean_mg() : of.biomass_mg(); };
        if (heads) put(out, "value", sum.heads_estimate()); else put(out, "value", weight(sum));
        out.value("unit", heads ? "fish" : "mg");
        formula = heads ? "The sum of the pools' estimates; their errors add up in squares."
                : figure == "mean" ? "Mean weight = the pools' biomass by their heads." : "The sum over pools of heads × mean weight; errors of weighing add up in squares, those of growth coefficients straight.";
        for (auto const& [name, part] : parts) steps.emplace_back(name, heads ? with_interval(part.heads_estimate(), false) : with_interval(weight(part), true));
    }
    out.value("formula", formula);
    out.begin_array("steps");
    for (auto const& [label, value] : steps) {
        out.begin_object();
        out.value("label", label);
        out.value("value", value);
        out.end_object();
    }
    out.end_array();
    out.begin_array("facts");
    auto more = false;
    if (!key.empty()) {
        std::int64_t given = 0;
        for (auto const& f : facts_back(reader, key, Instant::min(), moment.at, 3'000, true)) {
            if (!kinds.empty() && !kinds.contains(f.kind)) continue;
            if (figure == "heads" && f.kind == RoundDone::kind && f.body.find("\"deaths\":0") != std::string::npos) continue;
            if (figure == "heads" && f.kind == RoundDone::kind && f.body.find("\"deaths\"") == std::string::npos) continue;
            if (moment.known && f.recorded_at > *moment.known) continue;
            if (given++ == 50) { more = true; break; }
            fact_row(out, reader, f);
        }
    }
    out.end_array();
    out.value("more", more);
    out.end_object();
    return out.take();
}

std::string search_json(Reader& reader, std::string const& q, std::vector<std::string> const& sites) {
    auto const seen = [&](std::string const& site) { return sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end(); };
    JsonOut out;
    out.begin_object();
    out.begin_array("hits");
    std::int64_t given = 0;
    auto const lower = [](std::string s) {
        std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
        return s;
    };
    auto const wanted = lower(q);
    auto const hit = [&](char const* type, std::string const& id, std::string const& text) {
        if (++given > 40) return;
        out.begin_object();
        out.value("type", type);
        out.value("id", id);
        out.value("text", text);
        out.end_object();
    };
    if (!wanted.empty()) {
        for (auto const& s : reader.sites()) if (seen(s.site.text) && lower(s.site.text + " " + s.name).find(wanted) != std::string::npos) hit("site", s.site.text, s.name);
        for (auto const& p : reader.pools()) if (seen(p.site.text) && lower(p.pool.text + " " + p.name.value_or("")).find(wanted) != std::string::npos) hit("pool", p.pool.text, p.name.value_or(p.pool.text) + " · " + p.site.text);
        for (auto const& c : reader.cohorts()) if (lower(c.cohort.text + " " + c.name.value_or("")).find(wanted) != std::string::npos) hit("cohort", c.cohort.text, c.species + " " + std::to_string(c.year_class));
        if (wanted.size() <= 15 && std::all_of(wanted.begin(), wanted.end(), [](char c) { return c >= '0' && c <= '9'; }) && wanted.size() >= 3) {
            auto low = wanted, high = wanted;
            low.append(15 - wanted.size(), '0');
            high.append(15 - wanted.size(), '9');
            auto found = 0;
            for (auto const& f : reader.db().rows<FishRow>(sql::all[sql::fish_between], arg("enterprise", reader.enterprise()), arg("from", std::int64_t{std::stoll(low)}), arg("to", std::int64_t{std::stoll(high)}), arg("limit", std::int64_t{10}))) {
                ++found;
                auto const* pool = reader.pool(f.pool);
                if (pool && !seen(pool->site.text)) continue;
                hit("fish", pit_tag_text(f.fish), f.cohort + " · " + f.pool);
            }
            if (wanted.size() == 15 && found == 0)
                if (auto const renamed = reader.fish_by_tag(FishId{std::stoll(wanted)})) hit("fish", pit_tag_text(*renamed), "new tag " + wanted);
        }
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string pack_json(Pack const& pack) {
    JsonOut out;
    out.begin_object();
    out.value("pack", pack.code);
    out.value("name_en", pack.name_en);
    out.value("name_zh", pack.name_zh);
    words(out, "species", pack.species, [&](Species const& s) { out.value("latin", s.latin); out.value("hybrid", s.hybrid); });
    words(out, "stages", pack.stages, [&](Stage const& s) {
        out.value("from_age_days", s.from_age_days);
        out.value("tgc_micro", s.tgc_micro);
        out.value("temp_min_mc", s.temp_min_mc);
        out.value("temp_max_mc", s.temp_max_mc);
        out.value("temp_bad_mc", s.temp_bad_mc);
        out.value("density_max_kg_m3", s.density_max_kg_m3);
    });
    auto const nothing = [](auto const&) {};
    out.begin_object("causes");
    words(out, "death", pack.death_causes, nothing);
    words(out, "difference", pack.difference_causes, [&](DifferenceCause const& c) { out.value("count_wrong", c.count_wrong); });
    out.end_object();
    words(out, "maturity", pack.maturity, [&](Maturity const& m) { out.value("ripe", m.ripe); });
    words(out, "health", pack.health, nothing);
    words(out, "purposes", pack.harvest_purposes, nothing);
    words(out, "methods", pack.count_methods, [&](CountMethod const& m) { out.value("sd_share", m.sd_share); });
    out.end_object();
    return out.take();
}

std::string growth_json(Reader& reader, std::optional<std::string> const& site, FarmDay today) {
    JsonOut out;
    out.begin_object();
    out.begin_array("rows");
    for (auto const& row : growth_rows(reader, site, today)) out.record(nullptr, row);
    out.end_array();
    out.end_object();
    return out.take();
}

Result<OutTable> list_of(Reader& reader, std::string const& name, Moment const& moment) {
    OutTable list;
    list.name = name;
    auto const text = [](std::optional<std::string> const& t) { return t.value_or(""); };
    auto const source = source_for(reader, moment);
    auto const states = [&] {
        std::vector<PoolState> all;
        for (auto const& p : reader.pools()) all.push_back(pool_state(reader, *source, p, moment));
        return all;
    };
    auto const e = arg("enterprise", reader.enterprise());
    if (name == "sites") {
        list.headings = {"site", "name", "province", "water_source", "licence", "latitude", "longitude"};
        for (auto const& s : reader.sites())
            list.rows.push_back(cells({s.site.text, s.name, text(s.province), text(s.water_source), text(s.licence), s.latitude ? fmt::format("{}", *s.latitude) : "", s.longitude ? fmt::format("{}", *s.longitude) : ""}));
    } else if (name == "pools" || name == "stock") {
        list.headings = {"pool", "site", "pool_kind", "volume_l", "heads", "heads_low", "heads_high", "tagged", "mean_g", "biomass_kg", "biomass_kg_low", "biomass_kg_high", "density_kg_m3", "temperature_c"};
        for (auto const& p : states())
            list.rows.push_back(cells({p.pool.pool.text, p.pool.site.text, p.pool.pool_kind, p.pool.volume_ml ? std::to_string(p.pool.volume_ml->n / 1000) : "", std::to_string(p.heads.value), std::to_string(p.heads.low),
                                 std::to_string(p.heads.high), std::to_string(p.tagged), p.mean_mg ? fmt::format("{:.1f}", static_cast<double>(p.mean_mg->value) / 1e3) : "",
                                 p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->value) / 1e6) : "", p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->low) / 1e6) : "",
                                 p.biomass_mg ? fmt::format("{:.3f}", static_cast<double>(p.biomass_mg->high) / 1e6) : "", p.density_kg_m3 ? fmt::format("{:.2f}", *p.density_kg_m3) : "",
                                 p.temperature_mc ? fmt::format("{:.1f}", static_cast<double>(*p.temperature_mc) / 1e3) : ""}));
    } else if (name == "cohorts") {
        list.headings = {"cohort", "species", "year_class", "heads", "tagged", "mean_g", "biomass_kg", "pools"};
        auto const all = states();
        auto sums = sums_by_cohort(all);
        for (auto const& c : reader.cohorts()) {
            auto const& s = sums[c.cohort.text];
            auto const mean = s.sum.mean_mg();
            auto const mass = s.sum.biomass_mg();
            list.rows.push_back(cells({c.cohort.text, c.species, std::to_string(c.year_class), std::to_string(s.sum.heads), std::to_string(s.sum.tagged), mean ? fmt::format("{:.1f}", static_cast<double>(mean->value) / 1e3) : "",
                                 mass ? fmt::format("{:.3f}", static_cast<double>(mass->value) / 1e6) : "", std::to_string(s.pools)}));
        }
    } else if (name == "fish") {
        list.headings = {"fish", "tag", "cohort", "pool", "state", "sex", "stage", "weight_g"};
        auto after = FishId{};
        for (;;) {
            auto const rows = reader.db().rows<FishRow>(sql::all[sql::fish_after], e, arg("after", after.n), arg("limit", std::int64_t{5'000}));
            for (auto const& f : rows) {
                auto const stay = f.state == 0 ? reader.stay(f.fish, moment.at) : std::nullopt;
                auto const w = stay ? weight_on(reader, *stay, moment.day) : std::nullopt;
                list.rows.push_back(cells({pit_tag_text(f.fish), pit_tag_text(f.tag), f.cohort, f.pool, state_word(f.state), text(f.sex), text(f.stage), w ? fmt::format("{:.0f}", static_cast<double>(w->value) / 1e3) : ""}));
                after = f.fish;
            }
            if (rows.size() < 5'000) break;
        }
    } else if (name == "round") {
        list.headings = {"pool", "site", "seen", "heads", "temperature_c", "oxygen_mg_l", "last_seen_at"};
        for (auto const& p : states())
            if (p.book != 0 || p.seen_that_day)
                list.rows.push_back(cells({p.pool.pool.text, p.pool.site.text, p.seen_that_day ? "yes" : "no", std::to_string(p.book), p.temperature_mc ? fmt::format("{:.1f}", static_cast<double>(*p.temperature_mc) / 1e3) : "",
                                     p.oxygen_ug_l ? fmt::format("{:.1f}", static_cast<double>(*p.oxygen_ug_l) / 1e3) : "", p.last_seen_at ? text_of(*p.last_seen_at) : ""}));
    } else if (name == "differences") {
        list.headings = {"pool", "site", "at", "counted", "expected", "expected_low", "expected_high", "difference", "probability", "explained", "open"};
        for (auto const& p : states())
            for (auto const& d : p.differences)
                list.rows.push_back(cells({d.pool, d.site, text_of(d.at), std::to_string(d.counted), std::to_string(d.expected.value), std::to_string(d.expected.low), std::to_string(d.expected.high), std::to_string(d.difference),
                                     fmt::format("{:.4g}", d.probability), std::to_string(d.explained), d.open ? "yes" : "no"}));
    } else if (name == "facts") {
        list.headings = {"seq", "id", "kind", "act", "happened_at", "recorded_at", "author", "says", "body"};
        std::int64_t after = 0;
        for (;;) {
            auto const facts = store::facts_after(reader.db(), reader.enterprise(), after, 5'000);
            for (auto const& f : facts) {
                list.rows.push_back(cells({std::to_string(f.seq), f.id.text(), f.kind, act_word(f.act), text_of(f.happened_at), text_of(f.recorded_at), f.author, says(f), f.body}));
                after = f.seq;
            }
            if (facts.size() < 5'000 || list.rows.size() > 1'000'000) break;
        }
    } else {
        return refuse("list_not_found", "There is no list \"" + name + "\"; the lists are pools, fish, cohorts, sites, stock, facts, round and differences.", "list");
    }
    return list;
}

} // namespace osetra::farm
