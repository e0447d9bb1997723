#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "breeding/engine/evaluation.h"
#include "breeding/engine/genotypes.h"
#include "breeding/engine/ploidy.h"

namespace osetra::breeding {

/// A symmetric matrix of animals by animals, whole, by rows.
struct Dense {
    std::size_t size = 0;
    std::vector<double> value;

    double& operator()(std::size_t i, std::size_t j) { return value[i * size + j]; }
    double operator()(std::size_t i, std::size_t j) const { return value[i * size + j]; }
};

struct GenomicWish {
    bool each_alike = false;       ///< each variant is divided by its own variance [VanRaden's second], not the sum by the sum of variances [his first]
    double least_frequency = 0;    ///< of the rarer allele; variants below are left out
    double most_missing = 1;       ///< share of animals not called; variants above are left out
};

struct GenomicMatrix {
    Dense g;                       ///< of the animals asked for, in their order
    std::size_t variants = 0;      ///< that took part
    std::size_t same_in_all = 0, too_rare = 0, too_few_called = 0;
    double share_not_called = 0;   ///< of the genotypes that took part; the mean stands for them
};

/// G by VanRaden (2008, J. Dairy Sci. 91:4414): Z Z' over the sum of variances, Z the dosages less their means among these animals, variances copies p (1 - p), so that G is on the scale of the
/// pedigree's matrix for any ploidy. Blocks of variants are read, so memory is 8 bytes n^2 and a few blocks; from 4,000 animals on products are made in single precision and summed in double
/// (error some 1e-7 of the diagonal). `keep`: places in ids(). `tell`: variants done.
/// Refusals: those of reading; variants_none (none differs between animals), animal_not_called (it has no genotype at all).
Result<GenomicMatrix> genomic_matrix(Genotypes&, std::vector<std::size_t> const& keep, GenomicWish const&, std::function<void(std::size_t)> const& tell = {});

/// How genes come down a pedigree: what each animal has of its parents' values, and the variance of the rest.
struct Descent {
    std::vector<std::int32_t> sire, dam;
    std::vector<double> from_sire, from_dam, mendelian;

    static Descent of(Pedigree const&, std::vector<double> const& f);
    static Descent of(Origins const&, PolyploidRelationship const&);
};
/// The pedigree's relationships among some animals, by two walks for each [Colleau 2002].
Dense relationships_among(Descent const&, std::vector<std::int32_t> const& animals);

struct Blend {
    double weight = 0.05;          ///< of the other matrix: A22, or the identity where there is no pedigree
    bool tuned = false;            ///< G is first brought to the mean and the mean diagonal of A22 [Vitezica et al. 2011, Genet. Res. 93:357]
};
/// In place; `a22` may be null.
void blend(Dense& g, Dense const* a22, Blend const&);

/// In place; the log determinant of what it was. Refusal: genomic_singular.
Result<double> invert(Dense&);

/// Breeding values by genotypes alone: the relationship is G of these animals, who have no pedigree.
Result<Relationship> genomic_relationship(Dense g);

/// Single step [Aguilar et al. 2010, J. Dairy Sci. 93:743; Christensen & Lund 2010, Genet. Sel. Evol. 42:2]: where animals are genotyped, G^-1 - A22^-1 is added to the inverse of the
/// pedigree's matrix. `genotyped`: places in the pedigree, in the order of `g`; `whole`: that matrix's inverse and log determinant. What each animal has with itself is exact.
/// Refusal: genomic_singular.
Result<Relationship> single_step(Pedigree const&, Relationship whole, std::vector<std::int32_t> const& genotyped, Dense g, Dense a22);

/// The same of animals that have two chromosome sets: G of the genotyped is blended with what the pedigree says of them. `f`: inbreeding.
Result<Relationship> single_step(Pedigree const&, std::vector<double> const& f, std::vector<std::int32_t> const& genotyped, Dense g, Blend const&);

/// Animals of a pedigree among those of a file: `names` are the file's ids, or what they stand for.
struct GenotypedAnimals {
    std::vector<std::size_t> keep;       ///< places in the file
    std::vector<std::int32_t> place;     ///< in the pedigree, of each of them
    std::vector<std::string> strangers;  ///< names that the pedigree does not have
};
/// Refusal: genotype_id_twice (two samples of one animal).
Result<GenotypedAnimals> genotyped_animals(std::vector<std::string> const& names, Pedigree const&);

/// Bytes that single_step() and what follows need at most for so many genotyped animals.
double genomic_bytes(std::size_t genotyped, bool with_pedigree);

} // namespace osetra::breeding
