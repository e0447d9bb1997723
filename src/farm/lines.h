#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "farm/facts.h"
#include "kernel/fact.h"

// What a fact says, taken apart into the lines that the ledger adds up. Pure: the same fact gives the same lines.
namespace osetra::farm {

/// What a line of untagged heads does. The numbers are stored; never renumber.
enum class Flow : std::uint8_t {
    stocked = 1, moved_in = 2, moved_out = 3, dead = 4, escaped = 5, harvested = 6, adjusted = 7, regrouped = 8,
    weighed = 20,   ///< a sample: heads is its size, mean_mg and sd_mg what it showed
    counted = 30    ///< heads with low and high, method in `word`; its cohort is empty
};

/// Whether a line of this kind says what fish weigh: those that come, and weighings.
constexpr bool tells_size(Flow f) { return f == Flow::stocked || f == Flow::moved_in || f == Flow::regrouped || f == Flow::weighed; }

/// One thing that a fact says of one pool (untagged fish, a weighing, a count).
struct PoolLine {
    std::string pool, cohort;
    Instant happened_at;
    FactId root;                                 ///< first fact of the chain that this line comes from
    std::int64_t no = 0;                         ///< line of the fact
    Instant known_from;
    Flow flow{};
    std::int64_t heads = 0;                      ///< signed for flows that change the book
    std::optional<std::int64_t> mean_mg, sd_mg, low, high;
    std::optional<std::string> other_pool, other_cohort;   ///< where moved-in fish came from
    std::optional<std::string> word;             ///< cause or method
    std::string author;
    std::optional<Instant> superseded_at;
};
template <Is<PoolLine> X> void visit_fields(X& x, auto f) {
    f("pool", x.pool); f("cohort", x.cohort); f("happened_at", x.happened_at); f("root", x.root); f("no", x.no);
    f("known_from", x.known_from);
    auto flow = static_cast<std::int64_t>(x.flow);
    f("flow", flow);
    if constexpr (!std::is_const_v<X>) x.flow = static_cast<Flow>(flow);
    f("heads", x.heads); f("mean_mg", x.mean_mg); f("sd_mg", x.sd_mg); f("low", x.low); f("high", x.high);
    f("other_pool", x.other_pool); f("other_cohort", x.other_cohort); f("word", x.word); f("author", x.author);
    f("superseded_at", x.superseded_at);
}

/// What a fact says of a tagged fish. The numbers are stored; never renumber.
enum class FishWhat : std::uint8_t { tagged = 1, moved = 2, died = 3, escaped = 4, harvested = 5, measured = 6, retagged = 7, treated = 8 };

/// One thing that a fact says of one tagged fish.
struct FishLine {
    FishId fish;
    Instant happened_at;
    FactId root;
    Instant known_from;
    FishWhat what{};
    std::optional<std::string> pool, cohort;
    std::optional<std::int64_t> weight_mg, length_mm;
    std::optional<std::string> sex, stage, health;
    std::optional<std::string> word;             ///< cause, product or purpose
    std::optional<std::int64_t> other_tag;       ///< new tag
    std::optional<bool> newly_stocked;
    std::string author;
    std::optional<Instant> superseded_at;
};
template <Is<FishLine> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish.n); f("happened_at", x.happened_at); f("root", x.root); f("known_from", x.known_from);
    auto what = static_cast<std::int64_t>(x.what);
    f("what", what);
    if constexpr (!std::is_const_v<X>) x.what = static_cast<FishWhat>(what);
    f("pool", x.pool); f("cohort", x.cohort); f("weight_mg", x.weight_mg); f("length_mm", x.length_mm); f("sex", x.sex);
    f("stage", x.stage); f("health", x.health); f("word", x.word); f("other_tag", x.other_tag);
    f("newly_stocked", x.newly_stocked); f("author", x.author); f("superseded_at", x.superseded_at);
}

/// What a fact adds to one pool's (or, under "s:SITE", one site's) day.
struct DayLine {
    std::string pool;
    Instant at;
    bool seen = false;
    std::optional<std::int64_t> temperature_mc, oxygen_ug_l;
    std::int64_t feed_mg = 0, deaths = 0;
};

/// Everything that one fact says. `subjects` are those of the mention table: 'p:POOL', 'f:TAG', 'c:COHORT', 's:SITE' ...
struct Lines {
    std::vector<std::string> subjects;
    std::vector<PoolLine> pool_lines;
    std::vector<FishLine> fish_lines;
    std::vector<DayLine> day_lines;
};

/// Any body that the farm knows.
using Body = std::variant<SiteRegistered, PoolRegistered, CohortRegistered, Stocked, Moved, Regrouped, Tagged, Died, Escaped,
                          Harvested, SampleWeighed, Measured, Retagged, Counted, Adjusted, Fed, Treated, WaterMeasured, RoundDone,
                          GrowthAdopted, AgesRead, Recaptured>;

/// The body of a fact by its kind, strictly read. Refusals: kind_unknown, and those of read_strict.
Result<Body> read_body(std::string_view kind, std::string_view json);

/// Takes a fact apart. The body must be of the fact's kind. A withdrawal says nothing.
Lines lines_of(Fact const&, Body const&);

std::string subject_of(PoolId const&);
std::string subject_of(SiteId const&);
std::string subject_of(CohortId const&);
std::string subject_of(FishId);

} // namespace osetra::farm
