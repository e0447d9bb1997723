#include "kernel/units.h"

#include <fmt/format.h>

#include <cassert>
#include <limits>
#include <map>
#include <utility>

namespace osetra {
namespace {

using enum Dimension;

// mu: 15 mu = 1 ha. jin: 500 g, liang: a tenth of it, dan: 100 jin (State Council of China, 1959). lb: 453.59237 g (1959 agreement).
constexpr Unit units[] = {
    {"head", "尾", heads, 1, 1}, {"thousand-head", "千尾", heads, 1'000, 1}, {"wan-head", "万尾", heads, 10'000, 1},
    {"mg", "mg", mass, 1, 1}, {"g", "g", mass, 1'000, 1}, {"kg", "kg", mass, 1'000'000, 1}, {"t", "t", mass, 1'000'000'000, 1},
    {"jin", "斤", mass, 500'000, 1}, {"liang", "两", mass, 50'000, 1}, {"dan", "担", mass, 50'000'000, 1},
    {"lb", "lb", mass, 45'359'237, 100}, {"oz", "oz", mass, 45'359'237, 1'600},
    {"mm", "mm", length, 1, 1}, {"cm", "cm", length, 10, 1}, {"m", "m", length, 1'000, 1}, {"in", "in", length, 254, 10},
    {"cm2", "cm²", area, 1, 1}, {"m2", "m²", area, 10'000, 1}, {"mu", "亩", area, 20'000'000, 3}, {"ha", "ha", area, 100'000'000, 1},
    {"km2", "km²", area, 10'000'000'000, 1},
    {"ml", "ml", volume, 1, 1}, {"L", "L", volume, 1'000, 1}, {"m3", "m³", volume, 1'000'000, 1},
    {"C", "℃", temperature, 1'000, 1}, {"mC", "m℃", temperature, 1, 1}, {"F", "℉", temperature, 5'000, 9, -160'000},
    {"ug/L", "µg/L", concentration, 1, 1}, {"mg/L", "mg/L", concentration, 1'000, 1}, {"g/L", "g/L", concentration, 1'000'000, 1},
    {"g/m3", "g/m³", concentration, 1'000, 1}, {"kg/m3", "kg/m³", concentration, 1'000'000, 1}, {"jin/m3", "斤/m³", concentration, 500'000, 1},
    {"g/m2", "g/m²", mass_per_area, 1'000, 1}, {"kg/m2", "kg/m²", mass_per_area, 1'000'000, 1}, {"kg/mu", "kg/亩", mass_per_area, 1'500, 1},
    {"jin/mu", "斤/亩", mass_per_area, 750, 1}, {"kg/ha", "kg/ha", mass_per_area, 100, 1},
    {"ml/s", "ml/s", flow, 1, 1}, {"L/s", "L/s", flow, 1'000, 1}, {"L/min", "L/min", flow, 1'000, 60}, {"m3/h", "m³/h", flow, 1'000'000, 3'600},
    {"m3/d", "m³/d", flow, 1'000'000, 86'400},
    {"pH", "pH", acidity, 1'000, 1}, {"mpH", "mpH", acidity, 1, 1}, {"mNTU", "mNTU", turbidity, 1, 1}, {"NTU", "NTU", turbidity, 1'000, 1}, {"d", "d", days, 1, 1},
    {"head/jin", "尾/斤", heads_per_mass, 500'000, 1}, {"head/kg", "尾/kg", heads_per_mass, 1'000'000, 1},
};

struct Spelling { std::string_view written, code; };
// folded() spellings of single units; those with a slash are put together from these below.
constexpr Spelling spellings[] = {
    {"尾", "head"}, {"条", "head"}, {"头", "head"}, {"只", "head"}, {"个", "head"}, {"head", "head"}, {"heads", "head"}, {"fish", "head"},
    {"fishes", "head"}, {"pcs", "head"}, {"pc", "head"}, {"ind", "head"}, {"n", "head"}, {"individual", "head"}, {"individuals", "head"},
    {"千尾", "thousand-head"}, {"万尾", "wan-head"}, {"万条", "wan-head"}, {"万头", "wan-head"},
    {"mg", "mg"}, {"毫克", "mg"}, {"g", "g"}, {"克", "g"}, {"gram", "g"}, {"grams", "g"}, {"gr", "g"}, {"gfish", "g"},
    {"kg", "kg"}, {"kgs", "kg"}, {"公斤", "kg"}, {"千克", "kg"}, {"kilo", "kg"}, {"kilos", "kg"}, {"kilogram", "kg"}, {"kilograms", "kg"},
    {"t", "t"}, {"吨", "t"}, {"公吨", "t"}, {"tonne", "t"}, {"tonnes", "t"}, {"斤", "jin"}, {"市斤", "jin"}, {"jin", "jin"}, {"catty", "jin"},
    {"两", "liang"}, {"市两", "liang"}, {"liang", "liang"}, {"担", "dan"}, {"dan", "dan"}, {"lb", "lb"}, {"lbs", "lb"}, {"磅", "lb"}, {"oz", "oz"},
    {"mm", "mm"}, {"毫米", "mm"}, {"cm", "cm"}, {"厘米", "cm"}, {"公分", "cm"}, {"m", "m"}, {"米", "m"}, {"meter", "m"}, {"metre", "m"},
    {"in", "in"}, {"inch", "in"}, {"英寸", "in"},
    {"cm2", "cm2"}, {"平方厘米", "cm2"}, {"m2", "m2"}, {"㎡", "m2"}, {"平方米", "m2"}, {"平米", "m2"}, {"平方", "m2"}, {"sqm", "m2"}, {"mu", "mu"},
    {"亩", "mu"}, {"ha", "ha"}, {"公顷", "ha"}, {"hectare", "ha"}, {"hectares", "ha"}, {"km2", "km2"}, {"平方公里", "km2"},
    {"ml", "ml"}, {"毫升", "ml"}, {"l", "L"}, {"升", "L"}, {"公升", "L"}, {"litre", "L"}, {"liter", "L"}, {"litres", "L"}, {"liters", "L"},
    {"m3", "m3"}, {"立方米", "m3"}, {"立方", "m3"}, {"方", "m3"}, {"㎥", "m3"}, {"cbm", "m3"},
    {"c", "C"}, {"℃", "C"}, {"°c", "C"}, {"ºc", "C"}, {"度", "C"}, {"摄氏度", "C"}, {"°", "C"}, {"degc", "C"}, {"deg.c", "C"}, {"celsius", "C"}, {"degreesc", "C"},
    {"degreec", "C"}, {"f", "F"}, {"℉", "F"}, {"°f", "F"}, {"华氏度", "F"},
    {"ppm", "mg/L"}, {"ppb", "ug/L"}, {"ph", "pH"}, {"ntu", "NTU"}, {"fnu", "NTU"},
    {"d", "d"}, {"day", "d"}, {"days", "d"}, {"天", "d"}, {"日", "d"},
    {"ug", "ug"}, {"µg", "ug"}, {"μg", "ug"}, {"微克", "ug"}, {"s", "s"}, {"秒", "s"}, {"sec", "s"}, {"min", "min"}, {"分钟", "min"}, {"分", "min"},
    {"h", "h"}, {"hr", "h"}, {"小时", "h"}, {"时", "h"},
};

std::map<std::string_view, std::string_view> const& spelling_table() {
    static auto const table = [] {
        std::map<std::string_view, std::string_view> t;
        for (auto const& s : spellings) t.emplace(s.written, s.code);
        return t;
    }();
    return table;
}

Unit const* unit_of_code(std::string_view code) {
    for (auto const& u : units)
        if (u.code == code) return &u;
    return nullptr;
}

void replace_all(std::string& s, std::string_view from, std::string_view to) {
    for (auto at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size())) s.replace(at, from.size(), to);
}

std::string_view single(std::string_view word) {
    auto const found = spelling_table().find(word);
    return found == spelling_table().end() ? std::string_view{} : found->second;
}

} // namespace

std::span<Unit const> all_units() { return units; }

Unit const* find_unit(std::string_view written) {
    auto text = folded(written);
    replace_all(text, "²", "2");
    replace_all(text, "³", "3");
    replace_all(text, "^", "");
    replace_all(text, "每", "/");
    replace_all(text, "·", "/");
    replace_all(text, "per", "/");
    replace_all(text, "_", "");
    if (text == "//" || text.empty()) return nullptr;
    if (auto const code = single(text); !code.empty()) return unit_of_code(code);
    auto const slash = text.find('/');
    if (slash == std::string::npos) {
        for (auto const& u : units)
            if (folded(u.code) == text) return &u;
        return nullptr;
    }
    auto const over = single(std::string_view{text}.substr(0, slash));
    auto const under = single(std::string_view{text}.substr(slash + 1));
    if (over.empty() || under.empty()) return nullptr;
    if (under == "head") {   // "g/尾" is a weight told a fish
        auto const* unit = unit_of_code(over);
        return unit && unit->dimension == mass ? unit : nullptr;
    }
    if (over == "mg" && under == "ml") return unit_of_code("g/L");
    return unit_of_code(fmt::format("{}/{}", over, under));
}

Result<Amount> parse_amount(std::string_view written, DecimalMark mark) {
    auto const text = half_width(written);
    auto length = number_length(text);
    if (length == 0)
        return refuse("number_malformed", fmt::format("\"{}\" does not begin with a number. Write it like 3.5 kg.", clipped(written, 60)));
    std::string_view rest = std::string_view{text}.substr(length);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    auto number_text = text.substr(0, length);
    // 万 belongs to the number, except in a unit of its own
    for (std::string_view const word : {"万", "亿"})
        if (rest.starts_with(word)) { number_text += word; rest.remove_prefix(word.size()); }
    Amount amount{OSETRA_TRY(parse_decimal(number_text, mark)), nullptr};
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (rest.empty()) return amount;
    amount.unit = find_unit(rest);
    if (!amount.unit)
        return refuse("unit_unknown", fmt::format("\"{}\" is not a unit that is known here. Write for example kg, g, 斤, m3, ℃ or mg/L.", clipped(rest, 40)));
    return amount;
}

Result<std::int64_t> to_smallest(Amount amount, Rounding rounding) {
    assert(amount.unit);
    return whole(amount.number, amount.unit->numerator, amount.unit->denominator, rounding, amount.unit->added);
}

Result<Milligrams> mass_of_one(Amount amount) {
    assert(amount.unit && amount.unit->dimension == heads_per_mass);
    if (amount.number.digits <= 0) return refuse("number_malformed", "So many fish in a unit of weight must be more than nought.");
    // unit / (digits x 10^exponent)
    Wide top = amount.unit->numerator, bottom = amount.number.digits;
    for (int i = 0; i < amount.number.exponent; ++i)
        if (bottom > static_cast<Wide>(1) << 100) break; else bottom *= 10;
    for (int i = 0; i < -amount.number.exponent && i < 18; ++i) top *= 10;
    return Milligrams{static_cast<std::int64_t>(divide_half_even(top, bottom))};
}

Result<std::int64_t> parse_quantity(std::string_view written, Dimension asked, Unit const* otherwise, Rounding rounding, DecimalMark mark) {
    auto amount = parse_amount(written, mark);
    if (!amount && amount.error().code == "unit_unknown") {
        // "3斤2两": cut before the second number
        auto const text = half_width(written);
        auto const first = number_length(text);
        auto const second = text.find_first_of("0123456789", first);
        if (second == std::string::npos) return tl::unexpected(amount.error());
        auto const a = parse_quantity(std::string_view{text}.substr(0, second), asked, nullptr, rounding, mark);
        if (!a) return tl::unexpected(amount.error());
        auto const b = parse_quantity(std::string_view{text}.substr(second), asked, nullptr, rounding, mark);
        if (!b) return tl::unexpected(amount.error());
        return *a + *b;
    }
    if (!amount) return tl::unexpected(amount.error());
    if (!amount->unit) amount->unit = otherwise;
    if (!amount->unit)
        return refuse("unit_missing", fmt::format("\"{}\" has no unit. Write it beside the number or in the heading.", clipped(written, 60)));
    if (amount->unit->dimension != asked)
        return refuse("unit_wrong", fmt::format("\"{}\" is told in {}, which does not fit here.", clipped(written, 60), amount->unit->sign));
    return to_smallest(*amount, rounding);
}

std::string print(std::int64_t smallest, Unit const& unit, int places) {
    assert(places >= 0 && places <= 12);
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    auto const top = static_cast<Wide>(smallest) * unit.denominator - unit.added;
    for (;; --places) {   // fewer places where the number would not fit
        auto scaled = top;
        for (int i = 0; i < places; ++i) scaled *= 10;
        auto digits = divide_half_even(scaled, unit.numerator);
        auto exponent = -places;
        while (exponent < 0 && digits % 10 == 0) { digits /= 10; ++exponent; }
        if (places == 0 || (digits <= most && digits >= -most)) return text_of(Decimal{static_cast<std::int64_t>(digits), exponent});
    }
}

std::string print(std::int64_t smallest, std::string_view unit_code, int places) {
    auto const* unit = unit_of_code(unit_code);
    assert(unit);
    return fmt::format("{} {}", print(smallest, *unit, places), unit->sign);
}

} // namespace osetra
