#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/id.h"
#include "kernel/time.h"

namespace osetra::store { class Db; }

// What is measured of animals, wherever in the records it was told. Whoever holds further measurements (the plant, quality) gives them through a TraitSource.
namespace osetra::breeding {

/// One measurement. Animals of one `group` were alike in everything that was done to them: same pool, same day, same plant.
struct TraitRecord {
    std::string animal, trait;
    double value = 0;
    FarmDay day;
    std::string group;
    std::string sex;                             ///< as it was known; empty: not told
};

using TraitSource = std::function<std::vector<TraitRecord>(store::Db&, Enterprise, FarmOffset)>;

/// What a trait is, in which unit its records and breeding values are told, and which way is better.
struct Trait {
    char const* code;
    char const* unit;                            ///< of records: "log %" is 100 times the natural logarithm of grams: a breeding value of 5 is five per cent of weight
    int better = 1;                              ///< 1: more is; -1: less is
    bool by_sex = true;                          ///< both sexes show it, and differ
    int good_from = 0;                           ///< of a trait in ordered categories: the lowest that is wished for; 0 of a measure
    bool is_ordinal() const { return good_from > 0; }
};
/// All that can be evaluated, in the order in which pages list them.
std::vector<Trait> const& all_traits();
Trait const* find_trait(std::string_view code);

} // namespace osetra::breeding
