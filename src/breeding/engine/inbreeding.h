#pragma once
#include <vector>

#include "breeding/engine/pedigree.h"

namespace osetra::breeding {

/// F of every animal, exactly: the coefficient of kinship of its parents. Sire by sire over the ancestors of him and his mates, in the parents' pedigree only.
/// [Colleau 2002, Genet. Sel. Evol. 34:409; Sargolzaei, Iwaisaki & Colleau 2005, J. Anim. Breed. Genet. 122:325]
std::vector<double> inbreeding(Pedigree const&);

/// A symmetric matrix by the rows of its lower half, the diagonal last in each row.
struct LowerRows {
    std::vector<std::size_t> start;      ///< of each row, and the end
    std::vector<std::int32_t> column;
    std::vector<double> value;

    std::size_t size() const { return start.empty() ? 0 : start.size() - 1; }
};

/// Variance of what an animal has of its own beyond the mean of its parents, in units of the additive variance:
/// 1, 3/4 - F/4 of the one parent known, or 1/2 - (F of sire + F of dam)/4. [Quaas 1976]
double mendelian_variance(Pedigree const&, std::vector<double> const& f, std::size_t animal);

/// Groups that unknown parents come from: of each animal the group of its unknown sire and dam, -1 for none.
struct ParentGroups {
    std::vector<std::int32_t> of_sire, of_dam;
    std::size_t count = 0;
};

/// The inverse of the relationship matrix [Henderson 1976; Quaas 1976]; groups of unknown parents follow the animals [Quaas 1988, J. Dairy Sci. 71:1338].
LowerRows relationship_inverse(Pedigree const&, std::vector<double> const& f, ParentGroups const& = {});

} // namespace osetra::breeding
