#include "farm/reader_sql.h"

#include <algorithm>
#include <cmath>

#include "farm/farm_sql.h"

namespace osetra::farm {
namespace {

using store::arg;

std::int64_t day_gain(engine::ThermalResponse const& r, std::int64_t mc) {
    return std::llround(engine::effective_celsius(r, static_cast<double>(mc) / 1000.0) * 1000.0);
}

// Facts may name pools that nobody has registered yet: they live like the rest.
std::string site_of(PoolRegistered const* pool) { return pool ? pool->site.text : std::string{}; }

} // namespace

std::int64_t theta_gain(engine::ThermalResponse const& response, std::int64_t from_mc, std::int64_t to_mc, int days) {
    std::int64_t sum = 0;
    for (int i = 0; i < days; ++i) sum += day_gain(response, from_mc + (to_mc - from_mc) * i / days);
    return sum;
}

engine::ThermalResponse thermal_response(Pack const& pack) {
    engine::ThermalResponse r{1e9, 0, 0};
    for (auto const& s : pack.stages) {
        r.min_c = std::min(r.min_c, static_cast<double>(s.temp_min_mc) / 1000.0);
        r.max_c = std::max(r.max_c, static_cast<double>(s.temp_max_mc) / 1000.0);
        r.bad_c = std::max(r.bad_c, static_cast<double>(s.temp_bad_mc) / 1000.0);
    }
    return r;
}

Reader::Reader(store::Db& db, Pack const& pack, Enterprise enterprise, FarmOffset offset, Branches const& branches)
    : m_db(db), m_pack(pack), m_branches(branches), m_enterprise(enterprise), m_offset(offset), m_response(thermal_response(pack)) {}

void Reader::forget() {
    m_places_loaded = false;
    m_lives.clear();
    m_axes.clear();
    m_thetas.clear();
    m_growths.clear();
}

void Reader::forget_warmth(std::string const& pool, FarmDay from) {
    if (pool.starts_with("s:")) {   // a site's axis serves many pools
        m_axes.clear();
        m_thetas.clear();
        m_growths.clear();
        return;
    }
    m_axes.erase(pool);
    auto const later = [&](auto const& known) { return known.first >= from.n; };
    if (auto const at = m_thetas.find(pool); at != m_thetas.end()) std::erase_if(at->second, later);
    if (auto const at = m_growths.find(pool); at != m_growths.end())
        for (auto& [cohort, days] : at->second) std::erase_if(days, later);
}

void Reader::load_places() {
    if (m_places_loaded) return;
    m_sites = m_db.rows<SiteRegistered>(sql::all[sql::sites], arg("enterprise", m_enterprise));
    m_pools = m_db.rows<PoolRegistered>(sql::all[sql::pools], arg("enterprise", m_enterprise));
    m_cohorts = m_db.rows<CohortRegistered>(sql::all[sql::cohorts], arg("enterprise", m_enterprise));
    m_growth.clear();
    m_db.each<GrowthAdopted>(sql::all[sql::growths], [&](GrowthAdopted&& g) { m_growth[{g.site.text, g.species}].push_back(std::move(g)); },
                             arg("enterprise", m_enterprise));
    auto const index = [](auto const& rows, auto& at, auto const& name) {
        at.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) at[name(rows[i])] = i;
    };
    index(m_sites, m_site_at, [](auto const& s) { return s.site.text; });
    index(m_pools, m_pool_at, [](auto const& p) { return p.pool.text; });
    index(m_cohorts, m_cohort_at, [](auto const& c) { return c.cohort.text; });
    m_places_loaded = true;
}

namespace {
template <class Rows> auto const* look_up(Rows const& rows, std::unordered_map<std::string, std::size_t> const& at, std::string const& name) {
    auto const found = at.find(name);
    return found == at.end() ? nullptr : &rows[found->second];
}
} // namespace

PoolRegistered const* Reader::pool(std::string const& name) { load_places(); return look_up(m_pools, m_pool_at, name); }
CohortRegistered const* Reader::cohort(std::string const& name) { load_places(); return look_up(m_cohorts, m_cohort_at, name); }
SiteRegistered const* Reader::site(std::string const& name) { load_places(); return look_up(m_sites, m_site_at, name); }
std::vector<PoolRegistered> const& Reader::pools() { load_places(); return m_pools; }
std::vector<CohortRegistered> const& Reader::cohorts() { load_places(); return m_cohorts; }
std::vector<SiteRegistered> const& Reader::sites() { load_places(); return m_sites; }

CohortLife const& Reader::life(std::string const& pool_name, std::string const& cohort_name) {
    load_places();
    auto const site = site_of(pool(pool_name));
    auto const key = site + "|" + cohort_name;
    if (auto const at = m_lives.find(key); at != m_lives.end()) return at->second;
    auto const* known = cohort(cohort_name);
    CohortLife life;
    if (known) {
        using namespace std::chrono;
        auto const may = sys_days{year{static_cast<int>(known->year_class)} / May / 1};
        life.hatched = known->hatched_on.value_or(FarmDay{static_cast<std::int32_t>(may.time_since_epoch().count())});
    }
    auto const* species = known ? m_pack.find_species(known->species) : nullptr;
    for (auto const& s : species ? species->stages : m_pack.stages) {
        auto tgc = s.tgc_micro;
        auto se = s.tgc_se_micro;
        if (auto const refits = m_growth.find({site, known ? known->species : std::string{}}); refits != m_growth.end())
            for (auto const& g : refits->second)
                if (g.stage == s.code) { tgc = g.tgc_micro; se = g.se_micro.value_or(se); }
        life.stages.push_back({static_cast<std::int32_t>(s.from_age_days), static_cast<double>(tgc) * 1e-6,
                               static_cast<double>(s.tgc_sd_micro) * 1e-6, static_cast<double>(se) * 1e-6});
    }
    return m_lives.emplace(key, std::move(life)).first->second;
}

std::vector<GrowthAdopted> Reader::adopted(std::string const& site_name, std::string const& species) {
    load_places();
    auto const at = m_growth.find({site_name, species});
    return at == m_growth.end() ? std::vector<GrowthAdopted>{} : at->second;
}

std::string const& Reader::axis(std::string const& pool_name) {
    if (auto const at = m_axes.find(pool_name); at != m_axes.end()) return at->second;
    auto name = pool_name;
    auto const any = [&](std::string const& n) {
        return m_db.row<ThetaPoint>(sql::all[sql::theta_after], arg("enterprise", m_enterprise), arg("pool", n), arg("day", std::int64_t{-1'000'000})).has_value();
    };
    if (!any(name)) {
        auto const* p = pool(pool_name);
        name = p && any(subject_of(p->site)) ? subject_of(p->site) : std::string{};
    }
    return m_axes.emplace(pool_name, std::move(name)).first->second;
}

std::int64_t Reader::theta(std::string const& pool_name, FarmDay day) {
    auto& known = m_thetas[pool_name];
    if (auto const at = known.find(day.n); at != known.end()) return at->second;
    auto const& from = axis(pool_name);
    std::int64_t sum = 0;
    if (from.empty()) {
        sum = day_gain(m_response, assumed_temperature_mc) * day.n;
    } else {
        auto const before = m_db.row<ThetaPoint>(sql::all[sql::theta_before], arg("enterprise", m_enterprise), arg("pool", from), arg("day", day));
        if (before && before->day == day) {
            sum = before->theta;
        } else {
            auto const after = m_db.row<ThetaPoint>(sql::all[sql::theta_after], arg("enterprise", m_enterprise), arg("pool", from), arg("day", day));
            if (before && after) {
                auto const gap = after->day - before->day;
                auto const start = before->temp_sum / before->temp_n;
                auto const end = after->temp_sum / after->temp_n;
                sum = before->theta;
                for (int i = 0; i < day - before->day; ++i) sum += day_gain(m_response, start + (end - start) * i / gap);
            } else if (before) {
                sum = before->theta + day_gain(m_response, before->temp_sum / before->temp_n) * (day - before->day);
            } else if (after) {
                sum = after->theta - day_gain(m_response, after->temp_sum / after->temp_n) * (after->day - day);
            }
        }
    }
    return known.emplace(day.n, sum).first->second;
}

void Reader::read_warmth(std::string const& pool_name, FarmDay from, FarmDay to) {
    auto const& name = axis(pool_name);
    if (name.empty()) return;
    auto& known = m_thetas[pool_name];
    m_db.each<ThetaPoint>(sql::all[sql::thetas_between], [&](ThetaPoint&& p) { known[p.day.n] = p.theta; }, arg("enterprise", m_enterprise), arg("pool", name),
                          arg("from", from), arg("to", to));
}

double Reader::growth(std::string const& pool_name, std::string const& cohort_name, FarmDay day) {
    auto& known = m_growths[pool_name][cohort_name];
    if (auto const at = known.find(day.n); at != known.end()) return at->second;
    auto const sum = growth_sum(*this, pool_name, life(pool_name, cohort_name), day);
    known.emplace(day.n, sum);
    return sum;
}

std::optional<SizePoint> Reader::size(std::string const& pool_name, std::string const& cohort_name, FarmDay day) {
    return m_db.row<SizePoint>(sql::all[sql::size_at], arg("enterprise", m_enterprise), arg("pool", pool_name), arg("cohort", cohort_name), arg("day", day));
}

std::optional<SizePoint> Reader::size_leaving(std::string const& pool_name, std::string const& cohort_name, FarmDay day) {
    auto const lines = m_db.rows<PoolLine>(sql::all[sql::size_lines_on], arg("enterprise", m_enterprise), arg("pool", pool_name), arg("cohort", cohort_name),
                                           arg("from", start_of(day, m_offset)), arg("to", start_of(day + 1, m_offset)));
    return farm::size_leaving(lines, size(pool_name, cohort_name, day - 1), growth(pool_name, cohort_name, day), day);
}

std::int64_t Reader::untagged(std::string const& pool_name, std::string const& cohort_name, FarmDay day) {
    auto const row = stock(pool_name, cohort_name, day);
    return row ? std::max<std::int64_t>(0, row->sums.untagged) : 0;
}

std::optional<StockRow> Reader::stock(std::string const& pool_name, std::string const& cohort_name, FarmDay day) {
    return m_db.row<StockRow>(sql::all[sql::stock_at], arg("enterprise", m_enterprise), arg("pool", pool_name), arg("cohort", cohort_name), arg("day", day));
}

std::vector<StockRow> Reader::stock(std::string const& pool_name, FarmDay day) {
    return m_db.rows<StockRow>(sql::all[sql::stock_of_pool], arg("enterprise", m_enterprise), arg("pool", pool_name), arg("day", day));
}

std::optional<PoolDay> Reader::day(std::string const& pool_name, FarmDay day) {
    return m_db.row<PoolDay>(sql::all[sql::day_at], arg("enterprise", m_enterprise), arg("pool", pool_name), arg("day", day));
}

std::optional<ThetaPoint> Reader::temperature(std::string const& pool_name, FarmDay day) {
    auto const& from = axis(pool_name);
    if (from.empty()) return std::nullopt;
    return m_db.row<ThetaPoint>(sql::all[sql::theta_before], arg("enterprise", m_enterprise), arg("pool", from), arg("day", day));
}

std::optional<Stay> Reader::stay(FishId fish, Instant at) {
    auto found = m_db.row<Stay>(sql::all[sql::stay_at], arg("enterprise", m_enterprise), arg("fish", fish.n), arg("at", at));
    return found;
}

std::vector<Stay> Reader::stays(FishId fish) { return m_db.rows<Stay>(sql::all[sql::stays], arg("enterprise", m_enterprise), arg("fish", fish.n)); }

std::optional<FishRow> Reader::fish(FishId fish) { return m_db.row<FishRow>(sql::all[sql::fish], arg("enterprise", m_enterprise), arg("fish", fish.n)); }

std::optional<FishId> Reader::fish_by_tag(FishId tag) {
    if (fish(tag)) return tag;
    auto const renamed = m_db.row<FishNumber>(sql::all[sql::fish_by_new_tag], arg("enterprise", m_enterprise), arg("tag", tag.n));
    return renamed ? std::optional{renamed->fish} : std::nullopt;
}

std::span<store::Sql const> statements() { return sql::all; }

} // namespace osetra::farm
