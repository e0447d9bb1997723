#include "kernel/money.h"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <optional>

#include "kernel/units.h"

namespace osetra {
namespace {

constexpr std::array<std::string_view, 9> codes{"CNY", "EUR", "USD", "GBP", "JPY", "HKD", "CHF", "AED", "RUB"};

struct Spelling { std::string_view written; Currency currency; };
constexpr Spelling spellings[] = {
    {"cny", Currency::cny}, {"rmb", Currency::cny}, {"yuan", Currency::cny}, {"元", Currency::cny}, {"人民币", Currency::cny}, {"¥", Currency::cny},
    {"￥", Currency::cny}, {"块", Currency::cny}, {"eur", Currency::eur}, {"euro", Currency::eur}, {"欧元", Currency::eur}, {"€", Currency::eur},
    {"usd", Currency::usd}, {"us$", Currency::usd}, {"$", Currency::usd}, {"美元", Currency::usd}, {"gbp", Currency::gbp}, {"£", Currency::gbp},
    {"英镑", Currency::gbp}, {"jpy", Currency::jpy}, {"日元", Currency::jpy}, {"yen", Currency::jpy}, {"hkd", Currency::hkd}, {"hk$", Currency::hkd},
    {"港币", Currency::hkd}, {"港元", Currency::hkd}, {"chf", Currency::chf}, {"aed", Currency::aed}, {"rub", Currency::rub}, {"卢布", Currency::rub},
};

std::optional<Currency> currency_of(std::string_view word) {
    for (auto const& s : spellings)
        if (s.written == word) return s.currency;
    return {};
}

} // namespace

std::string_view code_of(Currency c) { return codes[static_cast<std::size_t>(c)]; }

Money operator+(Money a, Money b) {
    assert(a.currency == b.currency);
    return {a.minor + b.minor, a.currency};
}
Money operator-(Money a, Money b) {
    assert(a.currency == b.currency);
    return {a.minor - b.minor, a.currency};
}

Result<Money> parse_money(std::string_view written) {
    auto const text = folded(written);
    auto const from = text.find_first_of("0123456789-+.");
    if (from == std::string::npos)
        return refuse("money_malformed", fmt::format("\"{}\" holds no amount. Write it like 12.50 CNY.", clipped(written, 60)));
    auto const length = number_length(std::string_view{text}.substr(from));
    auto number = text.substr(from, length);
    auto after = text.substr(from + length);
    if (after.starts_with("万")) { number += "万"; after.erase(0, std::string_view{"万"}.size()); }
    auto const word = from > 0 ? text.substr(0, from) : after;
    if (from > 0 && !after.empty() && currency_of(after) != currency_of(word))
        return refuse("money_malformed", fmt::format("\"{}\" is not one amount. Write it like 12.50 CNY.", clipped(written, 60)));
    auto const currency = currency_of(word);
    if (!currency)
        return refuse("currency_unknown", fmt::format("\"{}\" is not a currency that is known here. Write CNY, EUR, USD ...", clipped(word, 20)));
    auto const value = OSETRA_TRY(parse_decimal(number));
    std::int64_t const coins = minor_digits(*currency) == 0 ? 1 : 100;
    return Money{OSETRA_TRY(whole(value, coins)), *currency};
}

Result<UnitPrice> parse_unit_price(std::string_view written) {
    auto const text = half_width(written);
    auto const slash = text.rfind('/');
    if (slash == std::string::npos)
        return refuse("price_malformed", fmt::format("\"{}\" names no weight. Write it like 5 yuan/jin.", clipped(written, 60)));
    auto const money = OSETRA_TRY(parse_money(std::string_view{text}.substr(0, slash)));
    auto const weight = text.substr(slash + 1);
    auto const* bare = find_unit(weight);
    auto const per = bare ? to_smallest({{1, 0}, bare}) : parse_quantity(weight, Dimension::mass);
    if (!per || *per <= 0 || (bare && bare->dimension != Dimension::mass))
        return refuse("price_malformed", fmt::format("\"{}\" is not a weight. Write a price like 5 yuan/jin or 12 EUR/100 g.", clipped(weight, 20)));
    return UnitPrice{money, {*per}};
}

std::string text_of(Money m) {
    auto const digits = minor_digits(m.currency);
    if (digits == 0) return fmt::format("{} {}", m.minor, code_of(m.currency));
    auto const n = m.minor < 0 ? -m.minor : m.minor;
    return fmt::format("{}{}.{:02} {}", m.minor < 0 ? "-" : "", n / 100, n % 100, code_of(m.currency));
}

std::string text_of(UnitPrice p) {
    for (auto const& u : all_units())
        if (u.dimension == Dimension::mass && u.denominator == 1 && u.numerator == p.per.n) return fmt::format("{}/{}", text_of(p.money), u.code);
    return fmt::format("{}/{} g", text_of(p.money), print(p.per.n, *find_unit("g"), 3));
}

} // namespace osetra
