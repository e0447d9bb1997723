#include <algorithm>
#include <cmath>
#include <set>

#include "farm/answer_parts.h"
#include "farm/engine/growth.h"
#include "farm/farm_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

struct SubjectCount { std::string subject; std::int64_t n = 0; };
template <Is<SubjectCount> X> void visit_fields(X& x, auto f) { f("subject", x.subject); f("n", x.n); }

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

} // namespace

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

std::string trend_json(Reader& reader, std::vector<std::string> const& sites, Moment const& moment, int months) {
    using namespace std::chrono;
    auto const today = year_month_day{sys_days{days{moment.day.n}}};
    auto const past = moment.known ? source_for(reader, moment) : nullptr;   // reads no day twice
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
        auto const then = at_day(reader, day, moment);
        auto const source = past ? nullptr : company_source(reader, then);
        for (auto const& pool : reader.pools())
            if (sites.empty() || std::find(sites.begin(), sites.end(), pool.site.text) != sites.end()) sum.add(pool_state(reader, past ? *past : *source, pool, then));
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

} // namespace osetra::farm
