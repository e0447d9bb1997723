#include <algorithm>

#include "farm/answer_parts.h"
#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

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

} // namespace osetra::farm
