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

struct RecordColumns {
    std::string id;                            ///< empty: id or animal
    std::string weight;
    Missing missing = {"", "NA", "NaN", ".", "*"};   ///< of traits, factors and slopes: 0 is a number here
};

/// male, female, or empty where the text is neither: also M, F, m, f, Male, Female.
std::string sex_of(std::string_view);

/// A model made of files, ready to be solved.
struct Evaluation {
    Formula formula;
    MixedModel model;
    std::vector<std::vector<std::string>> level_names;   ///< of each effect; animals (and groups) by their ids
    Pedigree pedigree;
    std::vector<double> f;
    std::vector<std::int32_t> records_of;                ///< of each animal
    std::vector<std::string> notes;                      ///< what was left out, and why
};
/// `ignore_inbreeding`: as some programs do. Refusals: those of Formula and Columns, column_unknown, animal_unknown (a record of an animal that the pedigree does not have), weight_not_positive, trait_empty, trait_constant,
/// records_none, factor_missing, log_not_positive, pedigree_wanted.
Result<Evaluation> prepare(Formula const&, Columns const& records, RecordColumns const&, PedigreeFile const*, bool ignore_inbreeding = false);

} // namespace osetra::breeding
