#include <algorithm>

#include "farm/answer_parts.h"
#include "farm/farm_sql.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

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

} // namespace

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
    for (auto const& m : reader.db().rows<Seq>(sql::all[sql::mentions_back_of_kind], arg("enterprise", reader.enterprise()), arg("subject", "p:" + name), arg("to", moment.at),
                                               arg("from", moment.at - std::chrono::days{400}), arg("kind", std::string_view{Treated::kind}))) {
        auto const f = store::fact_at(reader.db(), reader.enterprise(), m.seq);
        auto const body = f ? from_json<Treated>(f->body) : Result<Treated>{refuse("", "")};
        if (!body || f->happened_at + std::chrono::days{body->withdrawal_days} <= moment.at) continue;
        out.begin_object();
        out.value("product", body->product);
        out.value("until_on", farm_day(f->happened_at + std::chrono::days{body->withdrawal_days}, reader.offset()));
        out.value("fact", f->id);
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
    auto based = moment.day;
    for (auto const& s : roster) if (s.based_at) based = std::min(based, farm_day(*s.based_at, reader.offset()));
    reader.read_warmth(name, based, moment.day);
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

} // namespace osetra::farm
