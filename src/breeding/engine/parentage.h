#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "breeding/engine/genotypes.h"

namespace osetra::breeding {

/// What genotypes say for or against two animals being the parents of a third. Places are those in ids(); -1 is a parent that nobody genotyped.
class Markers {
public:
    virtual ~Markers() = default;

    std::vector<std::string> const& ids() const { return m_ids; }
    std::size_t size() const { return m_size; }                                         ///< markers, or loci
    virtual std::size_t called(std::size_t animal) const = 0;
    /// Log of how much likelier the offspring's genotypes are with these parents than with any two of the population.
    virtual double evidence(std::size_t offspring, std::int32_t sire, std::int32_t dam) const = 0;
    /// Markers at which these cannot be its parents, unless one genotype is wrong.
    virtual std::size_t mismatches(std::size_t offspring, std::int32_t sire, std::int32_t dam) const = 0;

protected:
    std::vector<std::string> m_ids;
    std::size_t m_size = 0;
};

struct MarkerWish {
    double error = 0.01;             ///< share of genotypes that are wrong: a wrong one is any of the population [Kalinowski et al. 2007, Mol. Ecol. 16:1099]
    std::size_t most = 1'000;        ///< the most informative variants are taken; tightly linked ones say the same twice
    int ploidy = 0;                  ///< 0: as the file has it
};

/// Dosages of variants, for fish with an even number of chromosome sets: gametes take half of the copies at random [hypergeometric].
/// Refusals: those of reading; ploidy_odd, markers_none.
Result<std::unique_ptr<Markers>> markers_of(Genotypes&, MarkerWish const&);

/// Microsatellites: id, then a column a locus with the alleles seen, "120/124/131", empty where none was called. Of diploids one or two alleles make a genotype; of others how many copies of an
/// allele there are is not known, so each allele is scored as there or not (dominant scoring: Rodzen et al. 2002), as if alleles of a locus were independent.
/// Refusals: column_unknown, genotype_id_twice, alleles_too_many (more than chromosome sets), ploidy_odd, markers_none, with the place.
Result<std::unique_ptr<Markers>> microsatellites_of(Columns const&, MarkerWish const&);

struct ParentageWish {
    std::vector<std::int32_t> offspring, sires, dams;                  ///< places in ids()
    std::vector<std::int32_t> known_sire, known_dam;                   ///< of each offspring, -1: to be found; none: all are
    std::vector<std::pair<std::int32_t, std::int32_t>> crosses;        ///< sire and dam: only these were mated; none: any
    double unsampled_sires = 0.1, unsampled_dams = 0.1;                ///< share of offspring whose parent is believed not to be among the candidates
    double least_probability = 0.95;
    std::size_t fewest_markers = 10;                                   ///< called in the offspring
    std::size_t tried = 20;                                            ///< best sires and best dams, which are tried as pairs
};

struct Parents {
    std::string status;              ///< assigned, sire_only, dam_only, none, ambiguous, too_few_markers
    std::int32_t sire = -1, dam = -1;
    double probability = 0;          ///< of these two (or one) among all candidates and those not sampled
    double evidence = 0, next = 0;   ///< natural logs; of the best and the second best
    std::int32_t next_sire = -1, next_dam = -1;
    std::size_t markers = 0, sire_mismatches = 0, dam_mismatches = 0, pair_mismatches = 0;
};

/// The parents of each offspring, by Bayes' rule. Every candidate is looked at alone, then the best as pairs: time is bounded.
std::vector<Parents> find_parents(Markers const&, ParentageWish const&, std::function<void(std::size_t)> const& tell = {});

} // namespace osetra::breeding
