#pragma once
#include "farm/query_sql.h"
#include "kernel/json.h"

// What several answers write alike.
namespace osetra::farm {

void put(JsonOut&, char const* name, std::optional<Estimate> const&);   ///< null where there is none
void put(JsonOut&, char const* name, Estimate const&);
template <class V> void maybe(JsonOut& out, char const* name, std::optional<V> const& v) {
    if (v) out.value(name, *v); else out.raw(name, "null");
}
char const* worst_of(PoolState const&);                                 ///< ok | watch | warn | bad
void pool_fields(JsonOut&, PoolState const&, Moment const&);
void conservation(JsonOut&, StockDelta const&, std::int64_t shortfall);
void difference(JsonOut&, DifferenceFound const&);
void exception(JsonOut&, Exception const&);
void as_of(JsonOut&, Moment const&);
/// A pool by its name; also one that facts name and nobody has registered. Refusals: pool_not_found.
Result<PoolRegistered> need_pool(Reader&, std::string const& name);
Moment at_day(Reader&, FarmDay, Moment const& like);                    ///< the end of another day, as known at the same time

void fact_row(JsonOut&, Reader&, Fact const&);
/// Facts that speak of a subject up to a time, newest first.
std::vector<Fact> facts_back(Reader&, std::string const& subject, Instant from, Instant to, std::int64_t limit, bool only_holding);
/// "pool:P1" as the web writes it, as the mention table has it. Refusals: subject_unknown.
Result<std::string> subject_key(std::string const& text, Branches const&);
char const* act_word(FactAct);                                          ///< tell | correct | withdraw
char const* state_word(std::int64_t went);                              ///< alive | dead | harvested | escaped

/// A cohort over all its pools.
struct CohortSum {
    Sum sum;
    std::int64_t pools = 0;
    std::vector<std::pair<PoolState const*, GroupState const*>> groups;
};
std::map<std::string, CohortSum> sums_by_cohort(std::vector<PoolState> const&);

} // namespace osetra::farm
