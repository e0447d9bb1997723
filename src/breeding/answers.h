#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "breeding/herd.h"
#include "breeding/plan.h"
#include "breeding/values.h"
#include "farm/pack/pack.h"

// What people ask of breeding, as JSON. Pure: of a herd and of values.
namespace osetra::breeding {

/// What every answer is of.
struct Asked {
    Herd const& herd;
    farm::Pack const& pack;
    FarmOffset offset;
    Instant now;
};

/// An evaluation with the values that it found.
struct EvaluationRead {
    Of<Evaluated> told;
    Values const& values;
};

/// The next first of May, when the season is at its height.
FarmDay next_season(FarmDay today);

/// Species that have animals, with how many, and the last evaluation of each as `evaluation_of` gives it.
std::string species_json(Asked const&, std::function<std::optional<Of<Evaluated>>(std::string const&)> const& evaluation_of);

/// Living animals that could be parents of a species, with their values. Only those that are ready, unless `all`: then at most 2,000 by id, with the reason.
/// `job`: JSON of the job that evaluates, or empty.
std::string candidates_json(Asked const&, std::string const& species, std::optional<EvaluationRead> const&, FarmDay season, bool all, std::string const& job);

/// One animal with its ancestors, its values, what it was stripped and sampled for, its offspring by family, and when it may be stripped again. `values_of`: those of a species, nullptr where it was not evaluated.
/// Refusal: animal_not_found.
Result<std::string> animal_json(Asked const&, std::string const& animal, std::function<Values const*(std::string const& species)> const& values_of);

/// By year class: what was measured, the mean breeding value (the genetic trend) and inbreeding with coancestry; the generation interval and the effective size. `records`: the file that went in.
Result<std::string> trend_json(Asked const&, std::string const& species, EvaluationRead const&, std::string records);

/// Spawnings with their families and what hatched, and the females that were stripped with their next cycle.
std::string spawnings_json(Asked const&, std::optional<std::string> const& species);

} // namespace osetra::breeding
