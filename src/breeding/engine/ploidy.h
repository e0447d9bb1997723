#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "breeding/engine/columns.h"
#include "breeding/engine/inbreeding.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// How an animal came to be.
enum class Origin : std::uint8_t {
    cross,                  ///< half of each parent's chromosomes; of more than that, see origins_of()
    unreduced_egg,          ///< the egg kept its second polar body: all of the dam's sets and half of the sire's (triploids of diploids)
    doubled,                ///< a cross whose first division was held up: all sets twice
    gynogenesis,            ///< of the dam alone, whose egg kept its second polar body
    doubled_haploid,        ///< of the dam alone, the sets of her egg twice (held up first division)
    androgenesis,           ///< of the sire alone, the sets of a sperm twice
    dispermic_androgenesis, ///< of the sire alone, two of his sperms
};

/// What meiosis does beyond giving each copy the same chance.
struct Meiosis {
    double double_reduction = 0;      ///< chance that two copies in a gamete of a polyploid come from one copy of the parent
    double second_division = 0.59;    ///< share of places that part only at the second division, which a kept polar body leaves different: 66 of 112 gynogenetic besters were ZW (Dryad msbcc2g1v)
};

/// What is told of each animal's chromosome sets: 0 where nothing is.
struct PloidyTold {
    std::vector<std::uint8_t> ploidy;
    std::vector<Origin> origin;
    Meiosis meiosis;
};

/// The genes' way: of each animal its genetic parents (-1: not known, or none), how many copies of each place each gave, and the chance that two of those copies are one of the parent's.
struct Origins {
    std::vector<std::int32_t> sire, dam;
    std::vector<std::uint8_t> sire_copies, dam_copies, ploidy;
    std::vector<double> sire_same, dam_same;
};

/// Ploidy that is not told follows from the parents. A told one says of a cross what happened: half of both parents, or an unreduced egg, or all sets twice.
/// Refusals: ploidy_missing (of a founder), ploidy_impossible (parents cannot have it), ploidy_odd (half of the sets of such a parent is no number), parent_missing.
Result<Origins> origins_of(Pedigree const&, PloidyTold const&);

/// Relationship of animals with any number of chromosome sets [Kerr et al. 2012, Theor. Appl. Genet. 124:1271; Hamilton & Kerr 2018, 131:851]: the chance that two copies
/// drawn are one ancestor's, times the root of both ploidies, so that a founder has 1 with itself. Animals without parents, and parents not known, are not inbred.
struct PolyploidRelationship {
    std::vector<double> f;           ///< chance that two different copies at a place are one ancestor's
    std::vector<double> own;         ///< relationship of each with itself, 1 + (ploidy - 1) f
    std::vector<double> mendelian;   ///< the part of it that parents do not explain
    double log_determinant = 0;
    std::size_t copies = 0;          ///< animals that are as their parents to the gene (clones, crosses of two doubled haploids): a millionth is put for the part of their own
};
PolyploidRelationship polyploid_relationship(Origins const&);
/// Its inverse, one pass over the animals.
LowerRows polyploid_inverse(Origins const&, PolyploidRelationship const&);

/// Columns of a pedigree that tell chromosome sets. `ploidy`: a number for all, or a column; `origin`: a column, "origin" where there is one; empty is a cross.
struct PloidyColumns {
    std::string ploidy, origin;
    Meiosis meiosis;
};
/// Refusals: column_unknown, ploidy_malformed (1 to 16), origin_unknown, with the row; those of origins_of().
Result<Origins> read_origins(Columns const& pedigree_file, std::string const& id_column, Pedigree const&, PloidyColumns const&);

} // namespace osetra::breeding
