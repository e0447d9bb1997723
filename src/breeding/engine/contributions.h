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

/// The least x'Ax that the bounds allow, whatever is gained. Refusals: candidates_none, bounds_impossible.
Result<Contributions> least_relationship(Pedigree const&, std::vector<double> const& f, Candidates const&);

/// Greatest gain with `parents` of the candidates giving the same (with sexes, half of them each sex) and x'Ax at most `cap`: from the best shares that may differ, by exchanging one for
/// another as long as that helps. Not proven: `gain_at_no_cap` is a bound, of shares that may differ up to what each gives here. A candidate with a least above nought stays in.
/// Refusals: those of optimum_contributions, parents_too_many (more than candidates, or a number that sexes cannot halve).
Result<Contributions> equal_contributions(Pedigree const&, std::vector<double> const& f, Candidates const&, double cap, std::size_t parents);

/// The least related of so many that give the same, found in that way. Refusals: candidates_none, bounds_impossible, parents_too_many.
Result<Contributions> least_related_parents(Pedigree const&, std::vector<double> const& f, Candidates const&, std::size_t parents);

/// A times a vector over all animals.
std::vector<double> relationship_times(Pedigree const&, std::vector<double> const& mendelian, std::vector<double> vector);

} // namespace osetra::breeding
