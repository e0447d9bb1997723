#pragma once
#include <optional>
#include <span>

#include "kernel/quantity.h"
#include "kernel/units_exact.h"

namespace osetra {

/// What is measured. Each has one smallest unit that the books keep.
enum class Dimension : std::uint8_t {
    heads,           ///< fish
    mass,            ///< milligrams
    length,          ///< millimetres
    area,            ///< square centimetres
    volume,          ///< millilitres
    temperature,     ///< thousandths of a degree Celsius
    concentration,   ///< micrograms a litre: dissolved oxygen, and stocking density (1 kg/m3 = 1,000,000)
    mass_per_area,   ///< milligrams a square metre
    flow,            ///< millilitres a second
    acidity,         ///< thousandths of pH
    turbidity,       ///< thousandths of NTU
    days,
    heads_per_mass   ///< fish in a jin or kilogram: how small fish are sized; see mass_of_one
};

/// One way to write amounts of a dimension: smallest = (x * numerator + added) / denominator, exactly.
struct Unit {
    std::string_view code;      ///< stable ASCII word: "jin", "m3", "mg/L"
    std::string_view sign;      ///< as printed: "斤", "m³"
    Dimension dimension;
    std::int64_t numerator = 1, denominator = 1, added = 0;
};

std::span<Unit const> all_units();

/// The unit people mean by "斤", "公斤", "KG", "m³", "℃", "mg/l", "万尾", "g/尾" (weight of one fish) ...; nullptr where it is none.
Unit const* find_unit(std::string_view written);

/// An amount as written: a number, and the unit beside it where there was one.
struct Amount {
    Decimal number;
    Unit const* unit = nullptr;
};

/// Reads "3.5斤", "1,200 g", "120 尾", "15.2℃", "18.3". Refusals: those of parse_decimal, and unit_unknown.
Result<Amount> parse_amount(std::string_view written, DecimalMark mark = DecimalMark::point);

/// A whole number of the smallest unit. `otherwise` is the unit of a bare number (a heading's unit); without one a bare
/// number is refused (unit_missing). "3斤2两" adds up. Refusals: also unit_wrong (kilograms where a length is asked), not_whole, too_large.
Result<std::int64_t> parse_quantity(std::string_view written, Dimension asked, Unit const* otherwise = nullptr,
                                    Rounding rounding = Rounding::refuse, DecimalMark mark = DecimalMark::point);

Result<std::int64_t> to_smallest(Amount, Rounding = Rounding::refuse);

/// Weight of one fish where so many make up one unit of mass ("8 尾/斤" is 62.5 g each); rounded half to even.
Result<Milligrams> mass_of_one(Amount);

/// Prints so many smallest units in this unit, rounded half to even to `places` decimals, trailing zeros left out.
std::string print(std::int64_t smallest, Unit const& unit, int places = 3);
std::string print(std::int64_t smallest, std::string_view unit_code, int places = 3);   ///< "1.5 kg"; \pre the code exists

} // namespace osetra
