#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "farm/branch.h"
#include "farm/derive.h"
#include "farm/engine/growth.h"
#include "farm/pack/pack.h"
#include "store/db.h"

// What is kept of a farm, read row by row. One enterprise, one connection, one thread.
namespace osetra::farm {

/// Running sums of one cohort in one pool at the end of a day.
struct StockRow {
    std::string pool, cohort;
    FarmDay day;
    StockDelta sums;
    std::int64_t shortfall = 0;                  ///< heads that had to be there although no record brought them
    /// What the book says, never below nought.
    std::int64_t heads() const { return sums.tagged + sums.untagged + shortfall; }
};
template <Is<StockRow> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("day", x.day);
    visit_fields(x.sums, f);
    f("short", x.shortfall);
}

/// One day of a pool, or of a site ("s:SITE").
struct PoolDay {
    std::string pool;
    FarmDay day;
    std::int64_t seen = 0;
    std::optional<Instant> seen_at;
    std::int64_t temp_sum = 0, temp_n = 0;       ///< thousandths of a degree, and how many readings
    std::optional<std::int64_t> oxygen_ug_l;     ///< the lowest
    std::int64_t feed_mg = 0, deaths = 0;
    std::optional<std::int64_t> theta;
    std::optional<std::int64_t> temperature_mc() const { return temp_n ? std::optional{temp_sum / temp_n} : std::nullopt; }
};
template <Is<PoolDay> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("day", x.day); f("seen", x.seen); f("seen_at", x.seen_at); f("temp_sum", x.temp_sum);
    f("temp_n", x.temp_n); f("oxygen_ug_l", x.oxygen_ug_l); f("feed_mg", x.feed_mg); f("deaths", x.deaths); f("theta", x.theta);
}

/// A size point with the group it is of.
struct GroupSize {
    std::string pool, cohort;
    SizePoint point;
};
template <Is<GroupSize> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("cohort", x.cohort); visit_fields(x.point, f); }

/// A day with a temperature on the thermal axis of a pool.
struct ThetaPoint {
    FarmDay day;
    std::int64_t theta = 0, temp_sum = 0, temp_n = 1;
};
template <Is<ThetaPoint> X> void visit_fields(X& x, auto f) { f("day", x.day); f("theta", x.theta); f("temp_sum", x.temp_sum); f("temp_n", x.temp_n); }

struct FishRow {
    FishId fish, tag;
    std::string cohort, pool;
    std::int64_t state = 0;                      ///< farm::Went of the last stay: 0 is alive
    std::optional<std::string> sex, stage;
    std::optional<Instant> stage_at;
    bool operator==(FishRow const&) const = default;
};
template <Is<FishRow> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish.n); f("tag", x.tag.n); f("cohort", x.cohort); f("pool", x.pool); f("state", x.state); f("sex", x.sex);
    f("stage", x.stage); f("stage_at", x.stage_at);
}

/// The sum that a pool's thermal axis gains between two days with temperatures: each day counts with its own temperature, days
/// between with one on the straight line. Thousandths of a degree-day.
std::int64_t theta_gain(engine::ThermalResponse const&, std::int64_t from_mc, std::int64_t to_mc, int days);
/// One response for all stages of a pack, so that a pool has one axis: from the coldest that any stage grows in to the warmest.
engine::ThermalResponse thermal_response(Pack const&);
/// Where no temperature was ever told: the steady spring water of the trade, 15 degrees C.
inline constexpr std::int64_t assumed_temperature_mc = 15'000;

class Reader : public Warmth, public Lives, public SizeSource {
public:
    Reader(store::Db&, Pack const&, Enterprise, FarmOffset, Branches const& = no_branches());

    std::int64_t theta(std::string const& pool, FarmDay) override;
    CohortLife const& life(std::string const& pool, std::string const& cohort) override;
    std::optional<SizePoint> size_leaving(std::string const& pool, std::string const& cohort, FarmDay) override;
    std::optional<SizePoint> size(std::string const& pool, std::string const& cohort, FarmDay);   ///< at the end of the day
    std::int64_t untagged(std::string const& pool, std::string const& cohort, FarmDay) override;
    double growth(std::string const& pool, std::string const& cohort, FarmDay);   ///< growth_sum, remembered

    PoolRegistered const* pool(std::string const&);       ///< nullptr: not registered
    CohortRegistered const* cohort(std::string const&);
    SiteRegistered const* site(std::string const&);
    std::vector<PoolRegistered> const& pools();           ///< by site, walking order, id
    std::vector<CohortRegistered> const& cohorts();
    std::vector<SiteRegistered> const& sites();

    std::vector<GrowthAdopted> adopted(std::string const& site, std::string const& species);

    std::optional<StockRow> stock(std::string const& pool, std::string const& cohort, FarmDay);
    std::vector<StockRow> stock(std::string const& pool, FarmDay);          ///< each cohort's last row
    std::optional<PoolDay> day(std::string const& pool, FarmDay);
    /// The last day up to this with a temperature; the pool's own, else its site's.
    std::optional<ThetaPoint> temperature(std::string const& pool, FarmDay);
    std::optional<Stay> stay(FishId, Instant at);
    std::vector<Stay> stays(FishId);
    std::optional<FishRow> fish(FishId);
    std::optional<FishId> fish_by_tag(FishId tag);        ///< also a fish's first tag

    /// Forgets what is remembered, because facts were added.
    void forget();
    void forget_warmth(std::string const& pool, FarmDay from = FarmDay{-1'000'000});   ///< of that day and all later ones
    void read_warmth(std::string const& pool, FarmDay from, FarmDay to);   ///< in one go, before many days of it are asked for
    void know_theta(std::string const& pool, FarmDay day, std::int64_t theta) { m_thetas[pool][day.n] = theta; }
    void forget_sums() { m_thetas.clear(); m_growths.clear(); }   ///< only what was summed up: to bound the memory

    store::Db& db() { return m_db; }
    Pack const& pack() const { return m_pack; }
    Branches const& branches() const { return m_branches; }
    Enterprise enterprise() const { return m_enterprise; }
    FarmOffset offset() const { return m_offset; }
    engine::ThermalResponse const& response() const { return m_response; }

private:
    std::string const& axis(std::string const& pool);
    void load_places();

    store::Db& m_db;
    Pack const& m_pack;
    Branches const& m_branches;
    Enterprise m_enterprise;
    FarmOffset m_offset;
    engine::ThermalResponse m_response;
    bool m_places_loaded = false;
    std::vector<PoolRegistered> m_pools;
    std::vector<CohortRegistered> m_cohorts;
    std::vector<SiteRegistered> m_sites;
    std::unordered_map<std::string, std::size_t> m_pool_at, m_cohort_at, m_site_at;
    std::map<std::pair<std::string, std::string>, std::vector<GrowthAdopted>> m_growth;   ///< by site and species
    std::unordered_map<std::string, CohortLife> m_lives;                                  ///< "site|cohort"
    std::unordered_map<std::string, std::string> m_axes;
    std::unordered_map<std::string, std::unordered_map<std::int32_t, std::int64_t>> m_thetas;
    std::unordered_map<std::string, std::unordered_map<std::string, std::unordered_map<std::int32_t, double>>> m_growths;
};

/// Every statement that the farm reads or writes with.
std::span<store::Sql const> statements();

} // namespace osetra::farm
