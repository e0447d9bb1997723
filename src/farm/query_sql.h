#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "farm/engine/biomass.h"
#include "farm/engine/heads.h"
#include "farm/ledger_sql.h"
#include "farm/reader_sql.h"
#include "kernel/table.h"

// What people ask of a farm: states of pools, fish, cohorts and the company, as of a farm day and as known at a recording time.
namespace osetra::farm {

/// A value with its 95 % interval, whole units.
struct Estimate {
    std::int64_t value = 0, low = 0, high = 0;
};
template <Is<Estimate> X> void visit_fields(X& x, auto f) { f("value", x.value); f("low", x.low); f("high", x.high); }

/// When a question is asked of: the end of which farm day, and how much of the journal was known.
struct Moment {
    Instant at;                                  ///< as of
    FarmDay day;                                 ///< the farm day that holds `at`
    std::optional<Instant> known;                ///< as known at; nothing: all that is known now
};

/// One cohort in one pool.
struct Group {
    std::string pool, cohort;
    StockDelta sums;
    std::int64_t shortfall = 0;
    std::optional<SizePoint> size;               ///< of the untagged fish
    std::int64_t heads() const { return sums.tagged + sums.untagged + shortfall; }
};

/// A count as it was told.
struct CountTold {
    FactId fact;
    Instant at;
    std::int64_t heads = 0;
    std::optional<std::int64_t> low, high;
    std::string method, author;
};

/// Where the facts of a moment come from: what is worked out already, or lines read as they were known.
class Source {
public:
    virtual ~Source() = default;
    virtual std::vector<Group> groups(std::string const& pool, FarmDay) = 0;
    /// Fish of all cohorts in the book; cheaper than the groups.
    struct Heads {
        std::int64_t all = 0, tagged = 0;
        bool changed = false;                    ///< on that very day: then the hour matters
    };
    virtual Heads heads(std::string const& pool, FarmDay) = 0;
    /// Fish in the book at an instant: those of the day before, and what is told of the day up to then.
    virtual std::int64_t book_at(std::string const& pool, Instant) = 0;
    /// What rounds and samples told up to a day: of that day itself, of the last day on which somebody was there, of the last with a temperature.
    struct Water { std::optional<PoolDay> today, last_seen; std::optional<ThetaPoint> warm; };
    virtual Water water(std::string const& pool, FarmDay) = 0;
    virtual std::vector<CountTold> counts(std::string const& pool, Instant up_to, int most) = 0;
    /// Adjustments: when, heads, cause.
    struct Adjustment { Instant at; std::int64_t heads = 0; std::string cause; };
    virtual std::vector<Adjustment> adjustments(std::string const& pool, Instant from, Instant to) = 0;
    virtual std::vector<Stay> roster(std::string const& pool, Instant at) = 0;
    virtual FishLife life(FishId) = 0;
    virtual std::vector<FishLine> fish_lines(FishId) = 0;
};
/// The right one for a moment.
std::unique_ptr<Source> source_for(Reader&, Moment const&);
/// The same answers, for somebody who is about to ask for that moment of most pools.
std::unique_ptr<Source> company_source(Reader&, Moment const&);
/// Counts of a pool that its heads are estimated from; older ones weigh next to nothing beside these.
constexpr int most_counts = 3;

struct GroupState {
    std::string cohort, species;
    std::int64_t year_class = 0;
    std::string stage;                           ///< of life, code of the pack
    std::int64_t heads = 0, tagged = 0, untagged = 0;
    std::optional<Estimate> mean_mg;
    engine::Total biomass_g;                     ///< own and shared errors, for sums
};

struct DifferenceFound {
    std::string pool, site;
    FactId fact;
    Instant at;
    std::int64_t counted = 0;
    std::optional<std::int64_t> low, high;
    Estimate expected;
    std::int64_t difference = 0, explained = 0;
    double probability = 1;
    bool open = false;
};

/// Something that a person should look at.
struct Exception {
    std::string code;                            ///< density_high, water_warm, oxygen_low, fish_found, difference_open, not_seen, ...
    bool bad = false;                            ///< costs money today; else a warning
    std::string pool, site, detail;
    double value = 0, limit = 0;
    std::optional<Instant> since;
};

struct PoolState {
    PoolRegistered pool;
    Estimate heads;
    std::int64_t book = 0, tagged = 0;
    double heads_sd = 0;
    std::optional<Estimate> mean_mg, biomass_mg;
    engine::Total biomass_g;
    std::vector<GroupState> groups;              ///< those with fish
    StockDelta sums;                             ///< of all its cohorts since the beginning
    std::int64_t shortfall = 0;
    std::optional<std::int64_t> temperature_mc, oxygen_ug_l;
    std::optional<FarmDay> temperature_on;
    std::optional<Instant> last_seen_at;
    bool seen_that_day = false;
    std::optional<double> density_kg_m3, density_limit_kg_m3;
    std::vector<DifferenceFound> differences;
    std::vector<Exception> exceptions;
};
PoolState pool_state(Reader&, Source&, PoolRegistered const&, Moment const&);

/// Sums over pools with their errors.
struct Sum {
    std::int64_t heads = 0, tagged = 0;
    double heads_variance = 0;
    engine::Total biomass_g;
    engine::Total weight_g;                      ///< the same without the error of the heads: what a mean weight is of
    StockDelta sums;
    std::int64_t shortfall = 0;
    void add(PoolState const&);
    void add(GroupState const&, double heads_variance);
    Estimate heads_estimate() const;
    std::optional<Estimate> biomass_mg() const;
    std::optional<Estimate> mean_mg() const;
};

/// A fish on a day.
struct FishState {
    FishId fish, tag;
    std::string cohort, species, pool, site;
    std::int64_t year_class = 0;
    std::string state;                           ///< alive | dead | harvested | escaped | not_yet
    std::optional<std::string> sex, stage, health;
    std::optional<Instant> stage_at;
    std::optional<Estimate> weight_mg;
    std::optional<std::int64_t> length_mm;
    std::optional<Stay> stay;
};
/// Refusals: fish_not_found.
Result<FishState> fish_state(Reader&, Source&, FishId tag, Moment const&);
/// Weight of the fish of a stay on a day of it; nothing where it was never weighed.
std::optional<Estimate> weight_on(Reader&, Stay const&, FarmDay);

// ---- JSON of the answers, as the web and --json give them. `states` are those of all pools .

/// Pools that got untagged fish from this one.
std::vector<std::string> pools_fed_from(Reader&, std::string const& pool);

std::string today_json(Reader&, std::vector<PoolState> const&, Moment const&, bool simulated);
std::string pools_json(Reader&, std::vector<PoolState> const&, std::optional<std::string> const& site, std::optional<std::string> const& cohort);
Result<std::string> pool_json(Reader&, std::string const& pool, Moment const&);
Result<std::string> pool_days_json(Reader&, std::string const& pool, FarmDay from, FarmDay to, Moment const&);
Result<std::string> pool_life_json(Reader&, std::string const& pool, Moment const&);
Result<std::string> pool_fish_json(Reader&, std::string const& pool, Moment const&, std::int64_t limit, FishId after);
/// The short answer: where it is and what it weighs.
Result<std::string> fish_state_json(Reader&, FishId tag, Moment const&);
/// Heads and biomass at month ends and now, oldest first; `sites` empty: all.
std::string trend_json(Reader&, std::vector<std::string> const& sites, Moment const&, int months);
Result<std::string> fish_json(Reader&, FishId tag, Moment const&);
/// The daily story of a fish as an EPCIS document: one event a day with what its pool's water was like and what it weighed. Refusals:
/// fish_not_found, identity_missing.
Result<std::string> history_epcis(Reader&, FishId tag, std::optional<FarmDay> from, std::optional<FarmDay> to, Instant now);
/// Which fish a list is of.
struct FishAsked {
    std::string q;                               ///< first digits of the tag
    std::optional<std::string> site, cohort, stage;
    bool living = false;                         ///< without those that died, escaped or were harvested
    std::int64_t limit = 100;
    FishId after;
};
std::string fish_list_json(Reader&, FishAsked const&, Moment const&);
std::string sites_json(Reader&);
std::string cohorts_json(Reader&, std::vector<PoolState> const&);
Result<std::string> cohort_json(Reader&, std::vector<PoolState> const&, std::string const& cohort, Moment const&);
/// `by` is site, pool, cohort or species. Refusals: by_unknown.
Result<std::string> stock_json(Reader&, std::vector<PoolState> const&, std::string const& by, Moment const&);
std::string round_json(Reader&, std::vector<PoolState> const&, FarmDay, std::optional<std::string> const& site);
std::string differences_json(std::vector<PoolState> const&, bool only_open);
struct FactsAsked {
    std::optional<std::string> subject, kind;
    std::optional<Instant> from, to;
    std::int64_t limit = 50;
    std::optional<std::int64_t> before;          ///< seq
    std::function<bool(Fact const&)> seen;       ///< facts that may be told; all where there is none
};
Result<std::string> facts_json(Reader&, FactsAsked const&);
Result<std::string> fact_json(Reader&, FactId const&);
/// `sites` empty: all.
Result<std::string> why_json(Reader&, std::string const& figure, std::string const& subject, std::vector<std::string> const& sites, Moment const&);
std::string search_json(Reader&, std::string const& q, std::vector<std::string> const& sites);
std::string pack_json(Pack const&);
std::string kinds_json(Branches const&);
std::string growth_json(Reader&, std::optional<std::string> const& site, FarmDay today);
/// Growth of one species in one stage at one site: as the pack has it, as it is used, and as the site's own weighings show it.
struct GrowthRow {
    std::string site, species, stage;
    std::int64_t pack_tgc_micro = 0, used_tgc_micro = 0;
    std::optional<std::int64_t> fitted_tgc_micro, se_micro;
    std::int64_t weighings = 0;                  ///< intervals between weighings
};
template <Is<GrowthRow> X> void visit_fields(X& x, auto f) {
    f("site", x.site); f("species", x.species); f("stage", x.stage); f("pack_tgc_micro", x.pack_tgc_micro); f("used_tgc_micro", x.used_tgc_micro);
    f("fitted_tgc_micro", x.fitted_tgc_micro); f("se_micro", x.se_micro); f("weighings", x.weighings);
}
std::vector<GrowthRow> growth_rows(Reader&, std::optional<std::string> const& site, FarmDay today);
/// How one cohort of a pool grew over some days: from the end of the day before them, or of the day on which it came.
struct CohortGain {
    std::string cohort, species;
    std::int64_t heads_from = 0, heads_to = 0;
    FarmDay from;
    std::optional<std::int64_t> mean_from_mg, mean_to_mg;
    std::optional<double> sgr_percent_per_day;
};
/// What the fish of a pool gained over some days, and from how much feed. Fish that came or left count with their weight of that day;
/// the dead count as lost.
struct PoolGain {
    std::string pool, site;
    std::int64_t biomass_from_mg = 0, came_mg = 0, left_mg = 0, biomass_to_mg = 0, feed_mg = 0;
    std::vector<CohortGain> cohorts;
    std::int64_t gain_mg() const { return biomass_to_mg + left_mg - biomass_from_mg - came_mg; }
    std::optional<double> fcr() const;           ///< nothing where no feed was told or nothing was gained
};
PoolGain pool_gain(Reader&, PoolRegistered const&, FarmDay from, FarmDay to);
/// Of all pools that held fish or got feed. Refusals: day_order, number_unlikely.
Result<std::string> gain_json(Reader&, FarmDay from, FarmDay to, std::optional<std::string> const& site);
std::string surveys_json(Reader&);
std::string tasks_json(Reader&);
/// One sentence in words of what a fact says: "12 of BAE-2021 moved from P3 to P7".
std::string says(Fact const&, Branches const&);

/// Lists for files (kernel/table.h writes them): pools, fish, cohorts, sites, stock, facts, round or differences. Refusals: list_not_found.
Result<OutTable> list_of(Reader&, std::string const& list, Moment const&);

} // namespace osetra::farm
