#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "breeding/engine/mixed_model.h"

namespace osetra::breeding {

/// One term on the right of a formula.
struct Term {
    Effect::Kind kind = Effect::Kind::fixed;
    std::string column;          ///< empty for animal, maternal, permanent and the constant
    bool logarithm = false;      ///< of a slope
    bool constant = false;       ///< 1
    std::string name() const;
};

/// "body_g, fat ~ farm + sex + slope(age_d) + log(dim) + animal + permanent + maternal + random(pool)". A bare column is a factor, whatever its values look like; slope() and log()
/// take its number. `animal` is the breeding value, `permanent` what else stays with the animal, `maternal` its dam's breeding value for mothering, 1 a constant.
/// ordinal(colour) on the left is a trait in ordered categories.
struct Formula {
    std::vector<std::string> traits;
    std::vector<char> ordinal;   ///< of each trait: whether it is in ordered categories
    std::vector<Term> terms;

    bool is_ordinal() const { return std::find(ordinal.begin(), ordinal.end(), 1) != ordinal.end(); }
    /// Refusals: formula_malformed, with the character, formula_twice.
    static Result<Formula> parse(std::string_view);
};

} // namespace osetra::breeding
