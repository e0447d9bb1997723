#pragma once
#include <string>
#include <vector>

#include "breeding/facts.h"
#include "breeding/herd.h"
#include "breeding/traits.h"
#include "breeding/values.h"
#include "farm/pack/pack.h"
#include "kernel/clock.h"
#include "store/jobs.h"
#include "store/media.h"

namespace osetra::farm { struct BranchPlan; }

// Evaluation as a job: pedigree and records out of the ledger as files, through the engine, its answer back as files and as a fact that names all of them.
namespace osetra::breeding {

struct EvaluationInput { std::string species; };
template <Is<EvaluationInput> X> void visit_fields(X& x, auto f) { f("species", x.species); }

inline constexpr char const* evaluation_kind = "breed_evaluation";

struct EvaluationParts {
    store::MediaFolder& media;
    Clock const& clock;
    farm::Pack const& pack;
    std::vector<farm::BranchPlan> const& branches;
    std::vector<TraitSource> sources;            ///< measurements that others hold
    std::string version;                         ///< of the program
};

/// The genotypes that a fact names, opened, with the animals of its samples. Refusals: media_not_found, those of reading genotypes, sample_of_two (a name on the tubes of two animals that the file has).
Result<GenotypesTold> open_told(store::Db&, Enterprise, store::MediaFolder&, GenotypesGiven const&, Herd const&);

/// Whose the samples of a file are.
struct SamplesSeen {
    std::int64_t samples = 0, of_species = 0;    ///< of animals that the species is evaluated with
    std::vector<std::string> unknown;            ///< of no animal
};
SamplesSeen samples_seen(GenotypesTold const&, Herd const&, std::string const& species);

/// sample,animal
std::string samples_csv(GenotypesTold const&);

/// The result is {"evaluation","animals","records","traits"}.
/// Refusals: species_not_found, animals_none, cancelled, those of open_told() and of evaluate().
Result<std::string> evaluate_species(store::Task&, EvaluationParts const&);

} // namespace osetra::breeding
