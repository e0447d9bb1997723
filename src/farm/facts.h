#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact the farm records. Each is one line in the journal; its envelope (id, when it happened, who
// told it, what it corrects) is kernel/fact.h. Weights are whole milligrams, lengths millimetres, volumes millilitres,
// temperatures thousandths of a degree Celsius, dissolved oxygen micrograms a litre, pH thousandths.
namespace osetra::farm {

/// A farm: one place with one water source and one licence. A later registration replaces the earlier one.
struct SiteRegistered {
    static constexpr char const* kind = "site";
    SiteId site;
    std::string name;
    std::optional<std::string> province, water_source, licence;
    std::optional<double> latitude, longitude;   ///< degrees, WGS 84
};
template <Is<SiteRegistered> X> void visit_fields(X& x, auto f) {
    f("site", x.site); f("name", x.name); f("province", x.province); f("water_source", x.water_source);
    f("licence", x.licence); f("latitude", x.latitude); f("longitude", x.longitude);
}

/// A place that holds fish: pool, tank, cage, raceway or hatchery tray, with its unique id and geometry.
struct PoolRegistered {
    static constexpr char const* kind = "pool";
    PoolId pool;
    SiteId site;
    std::string pool_kind;                       ///< pool | tank | cage | raceway | tray
    std::optional<std::string> name;
    std::optional<Millilitres> volume_ml;
    std::optional<std::int64_t> area_cm2;        ///< water surface
    std::optional<std::int64_t> flow_ml_s;
    std::optional<std::int64_t> walk_order;      ///< place in the daily round
    std::optional<std::string> outline;          ///< "lon lat, lon lat, ..." degrees
    std::optional<double> latitude, longitude;
    std::optional<bool> closed;
};
template <Is<PoolRegistered> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("site", x.site); f("pool_kind", x.pool_kind); f("name", x.name); f("volume_ml", x.volume_ml);
    f("area_cm2", x.area_cm2); f("flow_ml_s", x.flow_ml_s); f("walk_order", x.walk_order); f("outline", x.outline);
    f("latitude", x.latitude); f("longitude", x.longitude); f("closed", x.closed);
}

/// A year class of one species (or hybrid) from one origin: fish that are counted together until they are tagged.
struct CohortRegistered {
    static constexpr char const* kind = "cohort";
    CohortId cohort;
    std::string species;                         ///< code in the product pack: BAE, GUE, SCH, DAU, DAUxSCH ...
    std::int64_t year_class = 0;                 ///< year of hatching
    std::optional<FarmDay> hatched_on;           ///< 1 May of the year class where it is not told
    std::optional<std::string> name, origin;
    std::optional<std::string> sire = {}, dam = {};   ///< parents: tags, or their names in a studbook; several with commas between
};
template <Is<CohortRegistered> X> void visit_fields(X& x, auto f) {
    f("cohort", x.cohort); f("species", x.species); f("year_class", x.year_class); f("hatched_on", x.hatched_on);
    f("name", x.name); f("origin", x.origin); f("sire", x.sire); f("dam", x.dam);
}

/// Fish of a cohort came into a pool from outside the company (hatchery, purchase, opening balance).
struct Stocked {
    static constexpr char const* kind = "stock";
    PoolId pool;
    CohortId cohort;
    Heads heads;
    std::optional<Milligrams> mean_mg, sd_mg;    ///< weight of one fish
    std::optional<std::string> method;           ///< counted | by_weight | estimated
    std::optional<std::string> source;
};
template <Is<Stocked> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("mean_mg", x.mean_mg); f("sd_mg", x.sd_mg);
    f("method", x.method); f("source", x.source);
}

/// Fish went from one pool to another: heads of a cohort, or tagged fish by name.
struct Moved {
    static constexpr char const* kind = "move";
    std::optional<PoolId> from;                  ///< may be left out for tagged fish: the ledger knows
    PoolId to;
    std::optional<CohortId> cohort;              ///< with heads
    std::optional<Heads> heads;
    std::vector<FishId> fish;                    ///< instead of cohort and heads
    std::optional<Milligrams> mean_mg;           ///< told where the moved fish are not like the rest (grade-out)
    std::optional<std::string> reason;           ///< transfer | split | grade_out | merge
};
template <Is<Moved> X> void visit_fields(X& x, auto f) {
    f("from", x.from); f("to", x.to); f("cohort", x.cohort); f("heads", x.heads); f("fish", x.fish);
    f("mean_mg", x.mean_mg); f("reason", x.reason);
}

/// Heads of one cohort are counted as another from now on (cohorts merged, or a mistake of sorting found).
struct Regrouped {
    static constexpr char const* kind = "regroup";
    PoolId pool;
    CohortId cohort, to_cohort;
    Heads heads;
};
template <Is<Regrouped> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("to_cohort", x.to_cohort); f("heads", x.heads);
}

/// One fish of a cohort got a PIT tag: from now on it is known by name.
struct Tagged {
    static constexpr char const* kind = "tag";
    FishId fish;
    PoolId pool;
    CohortId cohort;
    std::optional<Milligrams> weight_mg;
    std::optional<Millimetres> length_mm;
    std::optional<std::string> sex;              ///< female | male | unknown
    std::optional<bool> newly_stocked;           ///< bought with the tag in: was not in the cohort's count before
};
template <Is<Tagged> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish); f("pool", x.pool); f("cohort", x.cohort); f("weight_mg", x.weight_mg); f("length_mm", x.length_mm);
    f("sex", x.sex); f("newly_stocked", x.newly_stocked);
}

/// Fish died. Untagged: pool, cohort and heads; tagged: the fish.
struct Died {
    static constexpr char const* kind = "death";
    std::optional<PoolId> pool;
    std::optional<CohortId> cohort;
    std::optional<Heads> heads;
    std::vector<FishId> fish;
    std::string cause;                           ///< code in the pack
    std::optional<std::string> note;
};
template <Is<Died> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("fish", x.fish); f("cause", x.cause); f("note", x.note);
}

/// Fish got away (flood, torn net).
struct Escaped {
    static constexpr char const* kind = "escape";
    std::optional<PoolId> pool;
    std::optional<CohortId> cohort;
    std::optional<Heads> heads;
    std::vector<FishId> fish;
    std::optional<std::string> note;
};
template <Is<Escaped> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("fish", x.fish); f("note", x.note);
}

/// Fish left alive or killed for use: roe, meat, sale.
struct Harvested {
    static constexpr char const* kind = "harvest";
    std::optional<PoolId> pool;
    std::optional<CohortId> cohort;
    std::optional<Heads> heads;
    std::vector<FishId> fish;
    std::optional<Milligrams> total_mg;          ///< weight of all of them together
    std::optional<std::string> purpose;          ///< roe | meat | sale
};
template <Is<Harvested> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("fish", x.fish); f("total_mg", x.total_mg);
    f("purpose", x.purpose);
}

/// A sample of a cohort was weighed together.
struct SampleWeighed {
    static constexpr char const* kind = "weigh";
    PoolId pool;
    CohortId cohort;
    Heads heads;                                 ///< fish in the sample
    Milligrams total_mg;                         ///< weight of the whole sample
    std::optional<Milligrams> sd_mg;             ///< standard deviation between fish
};
template <Is<SampleWeighed> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("total_mg", x.total_mg); f("sd_mg", x.sd_mg);
}

/// One tagged fish was measured. What is told is what was measured.
struct Measured {
    static constexpr char const* kind = "measure";
    FishId fish;
    std::optional<Milligrams> weight_mg;
    std::optional<Millimetres> length_mm;
    std::optional<std::string> sex;              ///< female | male | unknown
    std::optional<std::string> stage;            ///< ultrasound stage, code in the pack
    std::optional<std::string> health;
    std::optional<std::string> note;
};
template <Is<Measured> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish); f("weight_mg", x.weight_mg); f("length_mm", x.length_mm); f("sex", x.sex); f("stage", x.stage);
    f("health", x.health); f("note", x.note);
}

/// A tag was lost or failed and a new one put in: the same fish.
struct Retagged {
    static constexpr char const* kind = "retag";
    FishId fish;
    FishId new_tag;
};
template <Is<Retagged> X> void visit_fields(X& x, auto f) { f("fish", x.fish); f("new_tag", x.new_tag); }

/// Somebody counted a pool. It does not change the book; it is a measurement with an error.
struct Counted {
    static constexpr char const* kind = "count";
    PoolId pool;
    Heads heads;
    std::string method;                          ///< hand | scan | camera | by_weight
    std::optional<Heads> low, high;              ///< 95 % interval, where the method gives one
};
template <Is<Counted> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("heads", x.heads); f("method", x.method); f("low", x.low); f("high", x.high);
}

/// A difference between count and book was explained, and the book is mended by it.
struct Adjusted {
    static constexpr char const* kind = "adjust";
    PoolId pool;
    CohortId cohort;
    Heads heads;                                 ///< signed: -12 takes twelve off the book
    std::string cause;                           ///< code in the pack: theft, predation, miscount ...
    std::optional<FactId> about;                 ///< the count that showed it
    std::optional<std::string> note;
};
template <Is<Adjusted> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("heads", x.heads); f("cause", x.cause); f("about", x.about); f("note", x.note);
}

/// Feed was given to a pool outside the round, or by a record that holds nothing else.
struct Fed {
    static constexpr char const* kind = "feed";
    PoolId pool;
    Milligrams feed_mg;
    std::optional<std::string> feed;             ///< product or lot
};
template <Is<Fed> X> void visit_fields(X& x, auto f) { f("pool", x.pool); f("feed_mg", x.feed_mg); f("feed", x.feed); }

/// A pool or single fish got a medicine; until the withdrawal period ends no fish of it may be harvested.
struct Treated {
    static constexpr char const* kind = "treat";
    std::optional<PoolId> pool;
    std::vector<FishId> fish;
    std::string product;
    std::int64_t withdrawal_days = 0;
    std::optional<std::string> dose, reason;
};
template <Is<Treated> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("fish", x.fish); f("product", x.product); f("withdrawal_days", x.withdrawal_days);
    f("dose", x.dose); f("reason", x.reason);
}

/// The water of a pool, or of a whole site, was measured.
struct WaterMeasured {
    static constexpr char const* kind = "water";
    std::optional<PoolId> pool;
    std::optional<SiteId> site;                  ///< instead of pool: counts for its pools without readings of their own
    std::optional<MilliCelsius> temperature_mc;
    std::optional<std::int64_t> oxygen_ug_l, ph_milli, ammonia_ug_l, turbidity_milli_ntu;
};
template <Is<WaterMeasured> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("site", x.site); f("temperature_mc", x.temperature_mc); f("oxygen_ug_l", x.oxygen_ug_l);
    f("ph_milli", x.ph_milli); f("ammonia_ug_l", x.ammonia_ug_l); f("turbidity_milli_ntu", x.turbidity_milli_ntu);
}

/// The daily round at one pool: it was seen, and what was found there. All but the pool may be left out.
struct RoundDone {
    static constexpr char const* kind = "round";
    PoolId pool;
    std::optional<Heads> deaths;
    std::optional<CohortId> cohort;              ///< of the dead
    std::optional<std::string> cause;
    std::optional<Milligrams> feed_mg;
    std::optional<MilliCelsius> temperature_mc;
    std::optional<std::int64_t> oxygen_ug_l;
    std::optional<std::string> note;
};
template <Is<RoundDone> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("deaths", x.deaths); f("cohort", x.cohort); f("cause", x.cause); f("feed_mg", x.feed_mg);
    f("temperature_mc", x.temperature_mc); f("oxygen_ug_l", x.oxygen_ug_l); f("note", x.note);
}

/// A site adopted growth coefficients refitted from its own weighings, for one species and life stage.
struct GrowthAdopted {
    static constexpr char const* kind = "growth";
    SiteId site;
    std::string species, stage;                  ///< codes in the pack
    std::int64_t tgc_micro = 0;                  ///< 1e6 (W2^1/3 - W1^1/3) / (degree-days), W in grams
    std::optional<std::int64_t> se_micro;
    std::optional<std::int64_t> weighings;       ///< how many intervals it was fitted from
};
template <Is<GrowthAdopted> X> void visit_fields(X& x, auto f) {
    f("site", x.site); f("species", x.species); f("stage", x.stage); f("tgc_micro", x.tgc_micro); f("se_micro", x.se_micro);
    f("weighings", x.weighings);
}

/// Ages read from fish that belong to no pool (a survey of a lake): so many fish of one age.
struct AgesRead {
    static constexpr char const* kind = "ages";
    std::string series;                          ///< which survey
    std::int64_t year = 0, age_years = 0;
    Heads heads;
};
template <Is<AgesRead> X> void visit_fields(X& x, auto f) {
    f("series", x.series); f("year", x.year); f("age_years", x.age_years); f("heads", x.heads);
}

/// One sample of a mark-recapture series over a closed stock.
struct Recaptured {
    static constexpr char const* kind = "recapture";
    std::string series;
    std::int64_t sample = 0;                     ///< 1, 2, ... in time order
    Heads caught, recaptured, returned_marked;
};
template <Is<Recaptured> X> void visit_fields(X& x, auto f) {
    f("series", x.series); f("sample", x.sample); f("caught", x.caught); f("recaptured", x.recaptured);
    f("returned_marked", x.returned_marked);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_kind(See&& see) {
    see.template operator()<SiteRegistered>(); see.template operator()<PoolRegistered>();
    see.template operator()<CohortRegistered>(); see.template operator()<Stocked>(); see.template operator()<Moved>();
    see.template operator()<Regrouped>(); see.template operator()<Tagged>(); see.template operator()<Died>();
    see.template operator()<Escaped>(); see.template operator()<Harvested>(); see.template operator()<SampleWeighed>();
    see.template operator()<Measured>(); see.template operator()<Retagged>(); see.template operator()<Counted>();
    see.template operator()<Adjusted>(); see.template operator()<Fed>(); see.template operator()<Treated>();
    see.template operator()<WaterMeasured>(); see.template operator()<RoundDone>(); see.template operator()<GrowthAdopted>();
    see.template operator()<AgesRead>(); see.template operator()<Recaptured>();
}

} // namespace osetra::farm
