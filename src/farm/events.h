#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/branch.h"
#include "farm/lines.h"
#include "farm/pack/pack.h"
#include "trace/engine/naming.h"
#include "trace/trace.h"

// What partners are told of the farm's facts, as EPCIS events: those of identity, custody, count and transformation. Water, weights,
// rations and health stay at home. Pure: what must be known beside the fact comes through `Around`.
namespace osetra::farm {

/// What the book says around a fact.
class Around {
public:
    virtual ~Around() = default;
    virtual SiteRegistered const* site(SiteId const&) = 0;        ///< nullptr: not registered
    virtual PoolRegistered const* pool(PoolId const&) = 0;
    virtual CohortRegistered const* cohort(CohortId const&) = 0;
    struct Whereabouts { PoolId pool; CohortId cohort; };
    /// Where a fish was the moment before.
    virtual std::optional<Whereabouts> fish_before(FishId, Instant) = 0;
    /// Cohorts with fish in the pool at the end of that day.
    virtual std::vector<CohortId> cohorts_in(PoolId const&, Instant) = 0;
    /// What the pool was fed last, by the records before this one.
    virtual std::optional<std::string> feed_before(PoolId const&, Fact const&) = 0;
};

/// Whether a fact of this content is told at all. Without it nothing need be known.
bool concerns_partners(Body const&);

/// None where nothing is to be told (feed of the same lot as before).
std::vector<trace::Node> events_of(Fact const&, Body const&, trace::Naming const&, Around&, FarmOffset);

/// Master data of places: each site with its pools below it, as business locations and as read points.
std::vector<trace::Node> place_vocabularies(std::vector<SiteRegistered> const&, std::vector<PoolRegistered> const&, trace::Naming const&);
/// Of the company itself and its plant.
std::vector<trace::Node> company_vocabularies(trace::Naming const&);
/// Of the articles that have a number: "caviar/DAUxSCH", "tin/DAUxSCH/30000".
std::vector<trace::Node> article_vocabularies(std::vector<std::string> const& articles, trace::Naming const&, Pack const&);

} // namespace osetra::farm
