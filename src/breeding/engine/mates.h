#pragma once
#include <vector>

#include "breeding/engine/pedigree.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// Who is to be mated with whom. A parent has as many matings as told.
struct MatingWish {
    std::vector<std::int32_t> sire, dam;             ///< places in the pedigree
    std::vector<std::int32_t> sire_matings, dam_matings;   ///< at least so many as dams need in all; each dam exactly
    std::vector<double> cost;                        ///< of a pair, sires by dams, in units of inbreeding: added to the F of their offspring; not finite: never. Empty: none
};

struct Mating {
    std::size_t sire, dam;    ///< places in the wish
    double f = 0;             ///< of the offspring
    double cost = 0;
};

struct MatingPlan {
    std::vector<Mating> pairs;      ///< by dam, then sire
    double mean_f = 0;
    double total = 0;               ///< sum of f and costs
    double bound = 0;               ///< no plan is below this: the dual of the assignment; equal to `total` but for rounding
    double mean_f_at_random = 0;    ///< over all pairs, for comparison
};

/// The plan with the least mean inbreeding and cost, proven: an assignment of matings by shortest augmenting paths [Jonker & Volgenant 1987, Computing 38:325].
/// Refusals: matings_unmatched (sires have too few, or nobody is allowed), wish_malformed.
Result<MatingPlan> best_mates(Pedigree const&, std::vector<double> const& f, MatingWish const&);

} // namespace osetra::breeding
