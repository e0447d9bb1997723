#pragma once
#include <string>
#include <string_view>

#include "kernel/quantity.h"
#include "kernel/units_exact.h"

namespace osetra {

enum class Currency : std::uint8_t { cny, eur, usd, gbp, jpy, hkd, chf, aed, rub };

/// ISO 4217 code: "CNY".
std::string_view code_of(Currency);
/// Digits after the point: 2, for yen 0.
constexpr int minor_digits(Currency c) { return c == Currency::jpy ? 0 : 2; }

/// An amount of one currency in its smallest coin. Only equal currencies add. \pre of + and -: the same currency
struct Money {
    std::int64_t minor = 0;
    Currency currency = Currency::cny;
    friend constexpr bool operator==(Money, Money) = default;
};
Money operator+(Money, Money);
Money operator-(Money, Money);

/// A price as trade quotes it: so much money for so much weight (5 yuan a jin is {500, cny} per 500,000 mg).
struct UnitPrice {
    Money money;
    Milligrams per;
    friend constexpr bool operator==(UnitPrice, UnitPrice) = default;
};

/// Price of a weight: rounded once, half to even, on the smallest coin. \pre price.per > 0
constexpr Money price_of(UnitPrice price, Milligrams weight) {
    return {static_cast<std::int64_t>(divide_half_even(static_cast<Wide>(price.money.minor) * weight.n, price.per.n)), price.money.currency};
}
static_assert(price_of({{5, Currency::eur}, {10'000}}, {3'000}) == Money{2, Currency::eur});   // 1.5 cent, even is 2

/// Reads "1,234.50 CNY", "¥12", "12元", "€3". Refusals: money_malformed, currency_unknown, and not_whole for parts of a coin.
Result<Money> parse_money(std::string_view);
/// Reads "5 yuan/jin", "12.5元/公斤", "€430/kg". Refusal: also price_malformed.
Result<UnitPrice> parse_unit_price(std::string_view);

std::string text_of(Money);         ///< "1234.50 CNY"
std::string text_of(UnitPrice);     ///< "5.00 CNY/jin"

} // namespace osetra
