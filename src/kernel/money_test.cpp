#include "kernel/money.h"

#include <gtest/gtest.h>

namespace osetra {
namespace {

TEST(Money, PriceOfAWeightIsRoundedOnceHalfToEven) {
    auto const yuan_a_jin = *parse_unit_price("5 yuan/jin");
    EXPECT_EQ(yuan_a_jin, (UnitPrice{{500, Currency::cny}, {500'000}}));
    EXPECT_EQ(price_of(yuan_a_jin, {1'000'000}).minor, 1000);
    EXPECT_EQ(price_of(yuan_a_jin, {1'500}).minor, 2);    // 1.5 fen
    EXPECT_EQ(price_of(yuan_a_jin, {2'500}).minor, 2);    // 2.5 fen
    EXPECT_EQ(price_of(yuan_a_jin, {-1'500}).minor, -2);  // given back
    EXPECT_EQ(price_of({{43'000, Currency::eur}, {1'000'000}}, {9'000'000'000'000}).minor, 387'000'000'000);
}

struct Case { char const* written; char const* outcome; };
constexpr Case amounts[] = {
    {"1,234.50 CNY", "1234.50 CNY"}, {"¥12", "12.00 CNY"}, {"12元", "12.00 CNY"}, {"€3.05", "3.05 EUR"}, {"-7 usd", "-7.00 USD"},
    {"1.2万元", "12000.00 CNY"}, {"500 JPY", "500 JPY"}, {"5.5 jpy", "not_whole"}, {"1.005 CNY", "not_whole"}, {"12", "currency_unknown"},
    {"12 doubloons", "currency_unknown"}, {"CNY", "money_malformed"},
};
TEST(Money, IsReadExactlyOrRefused) {
    for (auto const& c : amounts) {
        auto const m = parse_money(c.written);
        EXPECT_EQ(m ? text_of(*m) : m.error().code, c.outcome) << c.written;
    }
}

constexpr Case prices[] = {
    {"5 yuan/jin", "5.00 CNY/jin"}, {"12.5元/公斤", "12.50 CNY/kg"}, {"€430/kg", "430.00 EUR/kg"}, {"12 EUR/100 g", "12.00 EUR/100 g"},
    {"5 yuan", "price_malformed"}, {"5 yuan/m3", "price_malformed"}, {"5/jin", "currency_unknown"},
};
TEST(Money, UnitPricesAreReadExactlyOrRefused) {
    for (auto const& c : prices) {
        auto const p = parse_unit_price(c.written);
        EXPECT_EQ(p ? text_of(*p) : p.error().code, c.outcome) << c.written;
    }
}

} // namespace
} // namespace osetra
