#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace osetra {

/// Wide enough for the product of any two stored amounts.
__extension__ using Wide = __int128;

/// The one place where money and quantities are rounded: a / b to the nearest whole number, half to even. \pre b > 0
constexpr Wide divide_half_even(Wide a, Wide b) {
    auto whole = a / b;
    auto rest = a % b;
    if (rest < 0) { rest += b; whole -= 1; }
    auto const twice = 2 * rest;
    return twice > b || (twice == b && whole % 2 != 0) ? whole + 1 : whole;
}
static_assert(divide_half_even(5, 2) == 2 && divide_half_even(7, 2) == 4 && divide_half_even(-5, 2) == -2 && divide_half_even(-7, 4) == -2);

/// What to do with a value that is not a whole number of the smallest unit.
enum class Rounding : std::uint8_t { refuse, half_even };

/// How people write the decimal mark: 1,200.5 or 1.200,5.
enum class DecimalMark : std::uint8_t { point, comma };

/// A decimal number exactly as written: digits x 10^exponent. Never a double, so 0.1 stays a tenth.
struct Decimal {
    std::int64_t digits = 0;
    int exponent = 0;
    friend bool operator==(Decimal const&, Decimal const&) = default;
    bool negative() const { return digits < 0; }
    bool zero() const { return digits == 0; }
};

/// Reads "1,200", "1 200,5" (with DecimalMark::comma), "2.1", "-3", "5.00E+03", "3万", full-width digits and Chinese commas.
/// Trailing zeros are dropped, so equal numbers are equal records.
/// Refusals: number_malformed, number_comma (a comma that is neither thousands nor, as told, decimal), number_too_long.
Result<Decimal> parse_decimal(std::string_view text, DecimalMark mark = DecimalMark::point);

/// value x numerator / denominator as a whole number. Refusals: not_whole, too_large.
Result<std::int64_t> whole(Decimal value, std::int64_t numerator = 1, std::int64_t denominator = 1, Rounding rounding = Rounding::refuse,
                           std::int64_t added = 0);

/// As people write it: "1200.5". Exponents are written out.
std::string text_of(Decimal);

/// Full-width digits, letters and marks made half-width, odd spaces made plain ones, ends trimmed.
std::string half_width(std::string_view);

/// half_width, lower case (Latin), without any space: for comparing what people wrote.
std::string folded(std::string_view);

/// The start of a text, cut between characters.
std::string_view clipped(std::string_view text, std::size_t bytes);

/// The longest start of `text` that reads as a number, as a byte count; 0 where there is none. `text` is half-width.
std::size_t number_length(std::string_view text);

} // namespace osetra
