#pragma once
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "breeding/engine/evaluation.h"
#include "breeding/traits.h"
#include "kernel/fields.h"

// Breeding values of a species from two files: a pedigree and records. Pure: the same files give the same values.
namespace osetra::breeding {

/// Measurements as `osetra breed ebv` reads them: a line each, a column a trait, of which one is filled. Sorted, so that the order of telling changes nothing.
std::string records_csv(std::vector<TraitRecord>);

/// How one trait fared.
struct TraitFit {
    std::string trait, model;
    std::string status;                          ///< good | no_genetic_variance | too_few | failed
    std::string why;                             ///< of failed: the refusal's sentence
    std::int64_t records = 0, animals = 0;       ///< animals with records
    double mean = 0;                             ///< of the records
    double genetic_variance = 0, heritability = 0, heritability_error = 0, heritability_low = 0, heritability_high = 0;
};
template <Is<TraitFit> X> void visit_fields(X& x, auto f) {
    f("trait", x.trait); f("model", x.model); f("status", x.status); f("why", x.why); f("records", x.records); f("animals", x.animals); f("mean", x.mean);
    f("genetic_variance", x.genetic_variance); f("heritability", x.heritability); f("heritability_error", x.heritability_error);
    f("heritability_low", x.heritability_low); f("heritability_high", x.heritability_high);
}

struct Value { double ebv = 0, reliability = 0; };

/// Of every animal of the pedigree.
struct Values {
    std::vector<TraitFit> fits;
    std::vector<std::string> traits;             ///< those that are good, in the order of all_traits()
    std::vector<std::string> id;
    std::vector<double> f;
    std::vector<std::vector<Value>> of;          ///< of trait, of animal
    std::unordered_map<std::string, std::size_t> place;

    std::optional<Value> find(std::string const& id, std::string_view trait) const;
};

/// Each trait by itself, variances by restricted maximum likelihood. A trait with fewer than 40 records is left out; a refused fit is told, never printed.
/// `report` gets a share and what is done; false stops. Refusals: those of the pedigree (with its first defects), cancelled.
Result<Values> evaluate(std::string pedigree_csv, std::string records_csv, std::function<bool(double, std::string const&)> const& report = {});

std::string values_csv(Values const&);
std::string summary_json(Values const&);
/// Both read back. Refusals: those of Columns and of JSON.
Result<Values> read_values(std::string csv, std::string_view summary);

} // namespace osetra::breeding
