#pragma once
#include <string>
#include <vector>

#include "breeding/engine/ploidy.h"

namespace osetra::breeding {

/// What animals have of each species, and how much of it meets.
struct Composition {
    std::vector<std::string> species;
    std::vector<double> fraction;        ///< of each animal, of each species, one after another
    std::vector<double> heterosis;       ///< chance that two different copies at a place are of two species: 1 in a first cross of diploids, 1/2 in its offspring among themselves
    std::vector<double> recombination;   ///< chance that two places in a gamete which it came of are of two species [Dickerson 1973]: 0 in a first cross, 1/2 in its offspring among themselves

    double of(std::size_t animal, std::size_t which) const { return fraction[animal * species.size() + which]; }
};

/// `told`: a place in `species` for each animal, -1 where nothing is told. What stands in an animal's line is the species of its parents that are not known; of others it follows.
/// Refusal: species_missing (a founder, or one with a parent not known, of which no species is told).
Result<Composition> composition_of(Pedigree const&, Origins const&, std::vector<std::string> species, std::vector<std::int32_t> const& told);

/// The same from a column of the pedigree's file. Refusals: column_unknown, species_missing, species_too_many (over 20).
Result<Composition> read_composition(Columns const& pedigree_file, std::string const& id_column, std::string const& species_column, Pedigree const&, Origins const&);

} // namespace osetra::breeding
