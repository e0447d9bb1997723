#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "breeding/engine/columns.h"
#include "breeding/engine/formula.h"

namespace osetra::breeding {

/// Which columns of a pedigree file are which.
struct PedigreeColumns {
    std::string id, sire, dam, sex, born;      ///< empty: the usual names (id animal, sire father dad, dam mother mum, sex, born)
    std::vector<std::string> groups;           ///< of unknown parents: one column for both, or sires' and dams'
    Missing missing = usually_missing;
    std::set<std::string> cures;
};

struct PedigreeFile {
    PedigreeChecked checked;
    std::vector<std::string> group_names;
    std::vector<std::int32_t> sire_group, dam_group;   ///< of each animal whose parent is not known: a place in group_names; -1 none
};
/// Refusals: those of Columns, column_unknown; pedigree_defects where grave ones stay (they are listed by the caller through `defects`).
Result<PedigreeFile> read_pedigree(Columns const&, PedigreeColumns const&, std::vector<Defect>& defects);

/// The column with the animal: the one told, or the first of the usual names. Refusal: column_unknown.
Result<std::string> id_column(Columns const&, std::string const& told);

struct RecordColumns {
    std::string id;                            ///< empty: id or animal
    std::string weight;
    Missing missing = {"", "NA", "NaN", ".", "*"};   ///< of traits, factors and slopes: 0 is a number here
};

/// male, female, or empty where the text is neither: also M, F, m, f, Male, Female.
std::string sex_of(std::string_view);

/// What stands in for the relationship matrix of the pedigree: that of polyploids, or one that genotypes have a part in.
struct Relationship {
    LowerRows inverse;                         ///< of the animals of the pedigree, in its order
    double log_determinant = 0;                ///< of the matrix, not the inverse
    std::vector<double> own;                   ///< of each animal with itself
    std::vector<double> f;                     ///< inbreeding to be told; empty: the pedigree's
    std::vector<char> together;                ///< animals that are related to each other beyond the pedigree (genotyped ones): solved last; empty: none
};

/// A model made of files, ready to be solved.
struct Evaluation {
    Formula formula;
    MixedModel model;
    std::vector<std::vector<std::string>> level_names;   ///< of each effect; animals (and groups) by their ids
    Pedigree pedigree;
    std::vector<double> f;
    std::vector<double> own;                             ///< relationship of each animal with itself, by which its genetic variance is multiplied
    std::vector<std::int32_t> records_of;                ///< of each animal
    std::vector<std::string> categories;                 ///< of an ordinal trait, from the lowest; the trait's values are places here
    std::vector<std::string> notes;                      ///< what was left out, and why
};
/// `ignore_inbreeding`: as some programs do. `instead`: of the pedigree's relationship matrix. Refusals: those of Formula and Columns, column_unknown, animal_unknown (a record of an animal that the pedigree does not have), weight_not_positive, trait_empty, trait_constant,
/// records_none, factor_missing, log_not_positive, pedigree_wanted; of an ordinal trait: ordinal_alone, category_order_unknown, categories_too_many, weight_of_category.
Result<Evaluation> prepare(Formula const&, Columns const& records, RecordColumns const&, PedigreeFile const*, bool ignore_inbreeding = false, Relationship const* instead = nullptr);

} // namespace osetra::breeding
