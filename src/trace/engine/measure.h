#pragma once
#include <compare>
#include <optional>
#include <string_view>

// Amounts in the units of UN/ECE Recommendation 20, as quantities and sensor reports carry them.
namespace osetra::trace {

/// What a code measures: "mass" for KGM. Amounts of one kind can be compared. A code that is not known here is a kind by itself.
std::string_view kind_of_unit(std::string_view code);

/// Reads a decimal number that makes up the whole text; nothing where it is none.
std::optional<double> parse_number(std::string_view);

/// Whether an amount is a place on its scale (a temperature of 4 CEL) or the width of something on it (a deviation of 4 CEL):
/// 4 CEL is 277.15 KEL as a place and 4 KEL as a width.
enum class Scale : unsigned char { place, width };

struct Measured {
    double value = 0;
    std::string_view unit;
};

/// Unordered where the units are of different kinds. In one unit numbers are compared as they are; across units, amounts that
/// differ by less than a billionth are equal, since 39.2 FAH is 4 CEL on paper and not in binary.
std::partial_ordering compare(Measured, Measured, Scale = Scale::place);

} // namespace osetra::trace
