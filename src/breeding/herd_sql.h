#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "breeding/decide.h"
#include "breeding/herd.h"
#include "breeding/traits.h"
#include "farm/kept_sql.h"
#include "farm/ledger_sql.h"
#include "store/db.h"

namespace osetra::breeding {

/// What is kept of breeding. One enterprise, one connection, one thread.
class BreedingStore : public farm::KeptFacts {
public:
    BreedingStore(store::Db& db, Enterprise enterprise);

    void enter(Fact const&);

    /// The last evaluation of a species.
    std::optional<Of<Evaluated>> evaluation(std::string const& species);
    /// The last genotypes of a species.
    std::optional<Of<GenotypesGiven>> genotypes(std::string const& species);
    std::optional<FishTold> fish(FishId);
    bool knows_cohort(std::string const&);

    void put_job(std::string const& species, Uuid const& job);
    std::optional<Uuid> job_of(std::string const& species);

    /// Kinds of what the journal took after `seq`, but for those that leave every herd as it is: feed, water, weights, what happens in the plant.
    std::set<std::string> herd_kinds_since(std::int64_t seq);
    /// Every tagged fish, the studbook and what was told of both. Of `before` what none of the `changed` kinds touches is taken over.
    HerdTold herd(farm::Reader&, HerdTold const* before = nullptr, std::set<std::string> const& changed = {});
    /// Weights, ripe stages, sex and survival of the tagged fish of a species, from the farm's own facts, and what was seen of eggs.
    std::vector<TraitRecord> ledger_traits(farm::Reader&, Herd const&, std::string const& species);
};

} // namespace osetra::breeding
