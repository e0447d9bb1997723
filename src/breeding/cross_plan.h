#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "breeding/engine/crosses.h"
#include "breeding/herd.h"
#include "breeding/values.h"
#include "farm/pack/pack.h"

// Which species to cross, from the broodstock that is there: what is known of each, and the crosses ranked by what a lot of them is worth. Pure. The engine is that of `osetra breed cross`.
namespace osetra::breeding {

/// What a person says of it. Texts are "roe:120" (a trait and the worth of one unit of it in one fish), "roe:DAU:15.2" (the mean of pure fish), "roe:DAU:SCH:0.8" (heterosis of the first cross).
struct CrossWishes {
    std::vector<std::string> traits, means, heterosis;
    bool all_female = false;                     ///< also by neo-males and WW mothers that have to be made first
    double least_females = 0;
    std::int64_t fish = 1'000;                   ///< reared of one mating
    std::int64_t generations = 1;
};

/// A mean of a species that the records give.
struct KnownMean { std::string trait, species; double mean = 0; std::int64_t records = 0; };
template <Is<KnownMean> X> void visit_fields(X& x, auto f) { f("trait", x.trait); f("species", x.species); f("mean", x.mean); f("records", x.records); }
struct KnownHeterosis { std::string trait, one, other; double amount = 0; };
template <Is<KnownHeterosis> X> void visit_fields(X& x, auto f) { f("trait", x.trait); f("one", x.one); f("other", x.other); f("amount", x.amount); }

using ValuesOf = std::function<Values const*(std::string const& species)>;   ///< nullptr where it was not evaluated

/// Means of the records of every evaluated species, weight in kilograms, and where a cross and both its species have one, the cross above their mean.
struct CrossKnown { std::vector<KnownMean> means; std::vector<KnownHeterosis> heterosis; };
CrossKnown cross_known(Herd const&, ValuesOf const&);

struct CrossAnswer {
    CrossPlan plan;
    std::vector<CrossTrait> traits;
    std::vector<std::string> species, left_out;  ///< left_out: of which a mean was not told
};
/// Lines are the pure species with broodstock alive, and beside each its WW mothers and neo-males where there are some (`broodfish` tells of sex chromosomes) or where they are wished for. What selection has made of
/// a line: the living animals' mean breeding value above all of the species, of measures.
/// Refusals: cross_malformed (with the text), trait_unknown, species_not_found, crosses_none, cross_means_missing.
Result<CrossAnswer> cross_answer(Herd const&, farm::Pack const&, ValuesOf const&, CrossWishes const&);

/// Of a cross of two lines that are there: the species of the offspring in the pack, or nothing where it has none.
std::optional<std::string> offspring_code(farm::Pack const&, CrossAnswer const&, Cross const&);

/// The cross that `dam` and `sire` (names of lines) make, as the list of crosses has it. Refusal: cross_unknown.
Result<std::string> chosen_json(farm::Pack const&, CrossAnswer const&, std::string const& dam, std::string const& sire);
std::string crosses_json(farm::Pack const&, CrossAnswer const&, ValuesOf const&, std::size_t most);
std::string known_json(Herd const&, CrossKnown const&);

} // namespace osetra::breeding
