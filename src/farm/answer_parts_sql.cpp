#include "farm/answer_parts.h"

#include <algorithm>
#include <cmath>

namespace osetra::farm {
namespace {

PoolRegistered unregistered(std::string const& pool) {
    PoolRegistered p;
    p.pool.text = pool;
    p.pool_kind = "pool";
    return p;
}

} // namespace

void put(JsonOut& out, char const* name, std::optional<Estimate> const& e) {
    if (e) out.record(name, *e); else out.raw(name, "null");
}
void put(JsonOut& out, char const* name, Estimate const& e) { out.record(name, e); }

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

Result<PoolRegistered> need_pool(Reader& reader, std::string const& name) {
    if (auto const* pool = reader.pool(name)) return *pool;
    if (!reader.stock(name, FarmDay{1'000'000}).empty()) return unregistered(name);
    return refuse("pool_not_found", "There is no pool \"" + name + "\".", "pool");
}

Moment at_day(Reader& reader, FarmDay day, Moment const& like) { return {end_of(day, reader.offset()), day, like.known}; }

char const* state_word(std::int64_t went) {
    switch (static_cast<Went>(went)) {
    case Went::died: return "dead";
    case Went::escaped: return "escaped";
    case Went::harvested: return "harvested";
    default: return "alive";
    }
}

char const* act_word(FactAct act) { return act == FactAct::tell ? "tell" : act == FactAct::correct ? "correct" : "withdraw"; }

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

} // namespace osetra::farm
