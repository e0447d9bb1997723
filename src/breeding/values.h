#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "breeding/engine/evaluation.h"
#include "breeding/engine/genotypes.h"
#include "breeding/traits.h"
#include "kernel/fields.h"

// Breeding values of a species from files: a pedigree, records and, where there are some, genotypes. Pure: the same files give the same values, and `osetra breed ebv` gives them too.
namespace osetra::breeding {

/// Measurements as `osetra breed ebv` reads them: a column a trait, those of one animal, day and group in one line. Sorted, so that the order of telling changes nothing.
std::string records_csv(std::vector<TraitRecord>);

/// How one trait fared.
struct TraitFit {
    std::string trait, model;
    std::string status;                          ///< good | no_genetic_variance | too_few | failed
    std::string why;                             ///< of failed: the refusal's sentence
    std::int64_t records = 0, animals = 0;       ///< animals with records
    double mean = 0;                             ///< of the records
    double genetic_variance = 0, heritability = 0, heritability_error = 0, heritability_low = 0, heritability_high = 0;   ///< of an ordinal trait: of its liability, whose residual is 1
    std::optional<std::string> kind;             ///< measure | ordinal
    std::vector<std::string> together;           ///< traits that it was evaluated with
    std::optional<std::string> alone_why;        ///< of a good one alone: only_one | too_few_in_common | not_found (the variances of all together) | too_large | ordinal
    std::vector<std::string> variances;          ///< as --variance of `osetra breed ebv` takes them
    std::optional<double> rest_variance;         ///< of an ordinal trait: what is not inherited, the residual too
    std::optional<double> good_above;            ///< of an ordinal trait: the threshold below the lowest category that is wished for; absent where there is none below it
};
template <Is<TraitFit> X> void visit_fields(X& x, auto f) {
    f("trait", x.trait); f("model", x.model); f("status", x.status); f("why", x.why); f("records", x.records); f("animals", x.animals); f("mean", x.mean);
    f("genetic_variance", x.genetic_variance); f("heritability", x.heritability); f("heritability_error", x.heritability_error);
    f("heritability_low", x.heritability_low); f("heritability_high", x.heritability_high); f("kind", x.kind); f("together", x.together); f("alone_why", x.alone_why);
    f("variances", x.variances); f("rest_variance", x.rest_variance); f("good_above", x.good_above);
}

/// Two traits that were evaluated together.
struct TraitPair {
    std::string trait, other;
    double genetic = 0, error = 0;               ///< correlation of breeding values, and its standard error
    std::int64_t animals = 0;                    ///< with records of both
};
template <Is<TraitPair> X> void visit_fields(X& x, auto f) { f("trait", x.trait); f("other", x.other); f("genetic", x.genetic); f("error", x.error); f("animals", x.animals); }

/// What genotypes took part.
struct GenotypeUse {
    std::string file;
    std::int64_t animals = 0, left_out = 0;      ///< of the pedigree; samples of no animal in it
    std::int64_t variants = 0, same_in_all = 0;
    double share_not_called = 0;
    std::optional<std::string> why_not;          ///< why they took no part
};
template <Is<GenotypeUse> X> void visit_fields(X& x, auto f) {
    f("file", x.file); f("animals", x.animals); f("left_out", x.left_out); f("variants", x.variants); f("same_in_all", x.same_in_all); f("share_not_called", x.share_not_called); f("why_not", x.why_not);
}

struct Value { double ebv = 0, reliability = 0; };

/// Of every animal of the pedigree.
struct Values {
    std::vector<TraitFit> fits;
    std::vector<TraitPair> pairs;
    std::optional<GenotypeUse> genotypes;
    std::vector<std::string> traits;             ///< those that are good, in the order of all_traits()
    std::vector<std::string> id;
    std::vector<double> f;
    std::vector<std::vector<Value>> of;          ///< of trait, of animal
    std::unordered_map<std::string, std::size_t> place;

    std::optional<Value> find(std::string const& id, std::string_view trait) const;
    TraitFit const* fit_of(std::string_view trait) const;
};

/// The chance that a record falls into a category that is wished for, of an animal with this breeding value where all else is at the mean; nothing of a measure.
std::optional<double> chance_of(TraitFit const&, double ebv);

/// Genotypes of a company, and what their samples are called.
struct GenotypesTold {
    std::unique_ptr<Genotypes> source;
    std::string file;
    std::map<std::string, std::string> animal_of;   ///< by the name in the file; others stand for themselves
    double most_bytes = 4e9;                        ///< that the run may take for them
};

/// Measures that many animals have together are evaluated together, others and ordinal traits each alone; variances by restricted maximum likelihood, of ordinal traits on the liability. With genotypes all
/// relationships are of a single step. A trait with fewer than 40 records is left out; a refused fit is told, never printed.
/// `report` gets a share and what is done; false stops. Refusals: those of the pedigree (with its first defects) and of reading genotypes, cancelled.
Result<Values> evaluate(std::string pedigree_csv, std::string records_csv, std::function<bool(double, std::string const&)> const& report = {}, GenotypesTold* genotypes = nullptr);

std::string values_csv(Values const&);
std::string summary_json(Values const&);
/// Both read back. Refusals: those of Columns and of JSON.
Result<Values> read_values(std::string csv, std::string_view summary);

} // namespace osetra::breeding
