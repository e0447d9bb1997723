#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "farm/lines.h"

// From lines to lives: where a fish was, from what its weight is counted, and what that adds to the stock of pools. Pure.
namespace osetra::farm {

/// The warmth of pools: thermal sums in thousandths of a degree-day from a fixed start of each pool's own.
class Warmth {
public:
    virtual ~Warmth() = default;
    /// Sum up to the start of the day. Only differences within one pool mean anything.
    virtual std::int64_t theta(std::string const& pool, FarmDay) = 0;
};

/// How the fish of one cohort grow in one place: a coefficient for each stage of life.
struct GrowthStage {
    std::int32_t from_age_days = 0;
    double tgc = 0;                              ///< g^(1/3) per degree-day
    double tgc_sd = 0;                           ///< between fish
    double tgc_se = 0;                           ///< of the coefficient itself
};
struct CohortLife {
    FarmDay hatched;
    std::vector<GrowthStage> stages;             ///< rising by age, the first from 0
};
class Lives {
public:
    virtual ~Lives() = default;
    virtual CohortLife const& life(std::string const& pool, std::string const& cohort) = 0;
};

/// Sum of coefficient x degree-days of a cohort in a pool from hatching to the start of the day, g^(1/3).
double growth_sum(Warmth&, std::string const& pool, CohortLife const&, FarmDay);

/// Why a stay began and ended. Stored; never renumber.
enum class Came : std::uint8_t { tagged = 1, stocked = 2, moved = 3, weighed = 4 };
enum class Went : std::uint8_t { still_here = 0, moved = 3, weighed = 4, died = 5, escaped = 6, harvested = 7 };

/// A tagged fish in one pool, weighed from one base. Its weight in grams on a day is ((root_milli / 1000) + growth_sum)^3.
struct Stay {
    FishId fish;
    Instant from_at, to_at = forever;
    std::string pool, cohort;
    Came came{};
    Went went{};
    std::optional<std::int64_t> root_milli;      ///< cube root of the weight (g) less the growth sum of the day, in thousandths
    std::optional<Instant> based_at;             ///< when that weight was measured
    friend bool operator==(Stay const&, Stay const&) = default;
};
template <Is<Stay> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish.n); f("from_at", x.from_at); f("to_at", x.to_at); f("pool", x.pool); f("cohort", x.cohort);
    auto came = static_cast<std::int64_t>(x.came);
    auto went = static_cast<std::int64_t>(x.went);
    f("came", came);
    f("went", went);
    if constexpr (!std::is_const_v<X>) { x.came = static_cast<Came>(came); x.went = static_cast<Went>(went); }
    f("root_milli", x.root_milli); f("based_at", x.based_at);
}

/// The life of one fish from its lines. `lines` are those that hold, in any order. A fish lives from its tagging (or, where
/// that is not known, from its first move) to the first line that ends it; what contradicts that is left out of the stays
/// and counted in `contradictions`.
struct FishLife {
    std::vector<Stay> stays;
    std::int64_t contradictions = 0;
    FishId tag;                                  ///< the tag it carries now
    std::optional<std::string> sex, stage;
    std::optional<Instant> stage_at;
};
FishLife life_of(FishId, std::vector<FishLine> lines, Warmth&, Lives&, FarmOffset);

/// What changes in one cohort of one pool on one day. Adds up in any order.
struct StockDelta {
    std::int64_t stocked = 0, moved_in = 0, moved_out = 0, dead = 0, escaped = 0, harvested = 0, adjusted = 0, regrouped = 0;
    std::int64_t untagged = 0, tagged = 0;
    std::int64_t weighed = 0, based_days = 0;    ///< tagged fish with a weight, and the sum of the days they were weighed on
    std::int64_t m1 = 0, m2 = 0, m3 = 0;         ///< sums of root_milli and its second and third powers over them
    bool nothing() const;
    StockDelta& add(StockDelta const&, std::int64_t times = 1);
};
template <Is<StockDelta> X> void visit_fields(X& x, auto f) {
    f("stocked", x.stocked); f("moved_in", x.moved_in); f("moved_out", x.moved_out); f("dead", x.dead); f("escaped", x.escaped);
    f("harvested", x.harvested); f("adjusted", x.adjusted); f("regrouped", x.regrouped); f("untagged", x.untagged);
    f("tagged", x.tagged); f("weighed", x.weighed); f("based_days", x.based_days); f("m1", x.m1); f("m2", x.m2); f("m3", x.m3);
}

/// What a line of untagged heads adds. Nothing for weighings and counts.
StockDelta delta_of(PoolLine const&);
/// What a stay adds where it begins, and where it ends (nothing while the fish is still there).
StockDelta delta_of_arrival(Stay const&, FarmOffset);
StockDelta delta_of_leaving(Stay const&, FarmOffset);

/// From what the mean weight of a cohort's untagged fish is counted from a day on, as for Stay::root_milli.
struct SizePoint {
    FarmDay day;
    std::int64_t root_milli = 0;
    std::int64_t sd_milli = 0;                   ///< between fish, in cube roots
    std::int64_t sample = 0;                     ///< fish weighed
    FarmDay based_day;
    friend bool operator==(SizePoint const&, SizePoint const&) = default;
};
template <Is<SizePoint> X> void visit_fields(X& x, auto f) {
    f("day", x.day); f("root_milli", x.root_milli); f("sd_milli", x.sd_milli); f("sample", x.sample); f("based_day", x.based_day);
}

/// What the derivation of sizes asks of others.
class SizeSource {
public:
    virtual ~SizeSource() = default;
    /// The size of the fish that left a group on a day: what they were weighed at on that day, else the group's size at the end of
    /// the day before, else what fish that came on that day were told to weigh. So sizes depend on earlier days only, whatever
    /// was moved to and fro on one day.
    virtual std::optional<SizePoint> size_leaving(std::string const& pool, std::string const& cohort, FarmDay) = 0;
    /// Untagged heads at the end of a day, at least 0.
    virtual std::int64_t untagged(std::string const& pool, std::string const& cohort, FarmDay) = 0;
};

/// What a line tells of the size of its fish by itself; nothing where it tells none.
std::optional<SizePoint> told_size(PoolLine const&, double grown, FarmDay);
/// SizeSource::size_leaving from the lines of that day (in order) and the size before it. `grown` is the growth sum of the day.
std::optional<SizePoint> size_leaving(std::span<PoolLine const> of_day, std::optional<SizePoint> before, double grown, FarmDay);

/// The size points of one group from `before` on. `lines` are its stockings, moves in, regroupings in and weighings that hold,
/// later than `before`, in order. A weighing sets the mean; fish that come in are mixed with those that are there.
std::vector<SizePoint> sizes_of(std::string const& pool, std::string const& cohort, std::optional<SizePoint> before,
                                std::span<PoolLine const> lines, SizeSource&, Warmth&, Lives&, FarmOffset);

} // namespace osetra::farm
