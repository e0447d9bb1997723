#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

namespace osetra::breeding {

/// One animal as somebody wrote it down. Text that means "unknown" is already empty.
struct PedigreeLine {
    std::string id, sire, dam;
    std::string sex;                  ///< male, female or empty
    std::optional<std::int64_t> born; ///< a day, or a year: only their order counts
    std::int64_t row = 0;             ///< where it stands, for people
};

/// Parents stand before their offspring: by generation, then by id, so that the order of the file changes nothing.
struct Pedigree {
    std::vector<std::string> id;          ///< empty where animals have numbers only
    std::vector<std::int32_t> sire, dam;  ///< places in these lists; -1: unknown

    std::size_t size() const { return sire.size(); }
};

/// What is wrong with a pedigree, where, and whether an evaluation could go on with it.
struct Defect {
    std::string code;       ///< id_missing, id_twice, own_parent, ancestor_of_itself, sire_is_dam, sex_conflict, born_before_parent, parent_not_listed
    std::string id;
    std::int64_t row = 0;
    std::string column;
    std::string message;
    bool grave = true;      ///< false: told only
};

struct PedigreeChecked {
    Pedigree pedigree;      ///< empty while a grave defect stays
    std::vector<Defect> defects;
};

/// Finds every defect. Grave ones are cured only where their code is told: id_twice keeps the first line, own_parent and ancestor_of_itself forget the parents of the
/// animal named, sire_is_dam and sex_conflict keep both parents as told, born_before_parent forgets that parent, id_missing leaves the line out. Parents that are not listed
/// become founders.
PedigreeChecked check_pedigree(std::vector<PedigreeLine> const&, std::set<std::string> const& cures = {});

} // namespace osetra::breeding
