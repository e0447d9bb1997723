#pragma once
#include <string>
#include <vector>

#include "breeding/engine/pedigree.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// Whom to keep as parents, and with what share of the next generation.
struct Candidates {
    std::vector<std::int32_t> animal;    ///< places in the pedigree
    std::vector<double> value;           ///< breeding value, or index
    std::vector<double> least, most;     ///< bounds of the contribution, [0, 1]; least above nought keeps a mating that is made already
    std::vector<std::int32_t> group;     ///< 0 where contributions sum to one; males 0 and females 1 where each sex gives half
};

struct Contributions {
    std::vector<double> share;           ///< of each candidate
    double gain = 0;                     ///< mean value of the next generation: sum of share times value
    double relationship = 0;             ///< x'Ax, twice the mean coancestry of the parents weighed by their shares
    double gain_at_no_cap = 0;           ///< what could be had if inbreeding did not matter
    int steps = 0;
};

/// Greatest gain with x'Ax at most `cap`: exactly, along the line of best portfolios from greatest gain to least relationship [critical line method, Markowitz 1956; the
/// problem: Meuwissen 1997, J. Anim. Sci. 75:934]. Relationships are never stored: A times a vector is two walks through the pedigree [Colleau 2002].
/// Refusals: candidates_none, bounds_impossible, cap_too_low (with the lowest there is), value_not_finite.
Result<Contributions> optimum_contributions(Pedigree const&, std::vector<double> const& f, Candidates const&, double cap);

/// A times a vector over all animals.
std::vector<double> relationship_times(Pedigree const&, std::vector<double> const& mendelian, std::vector<double> vector);

} // namespace osetra::breeding
