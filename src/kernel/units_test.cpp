#include "kernel/units.h"

#include <gtest/gtest.h>

namespace osetra {
namespace {

std::string outcome(Result<std::int64_t> const& r) { return r ? std::to_string(*r) : r.error().code; }

// What is written, what is asked, the heading's unit, and the whole smallest units or the refusal that must come back.
struct Case { char const* written; Dimension asked; char const* otherwise; char const* outcome; };
using enum Dimension;
constexpr Case cases[] = {
    {"3.5斤", mass, "", "1750000"},
    {"3.5", mass, "斤", "1750000"},
    {"３．５ 斤", mass, "", "1750000"},
    {"1,200 g", mass, "", "1200000"},
    {"1 200 g", mass, "", "1200000"},
    {"1，200克", mass, "", "1200000"},
    {"1'200 g", mass, "", "1200000"},
    {"2.1kg", mass, "", "2100000"},
    {"2.1公斤", mass, "", "2100000"},
    {"0.5 t", mass, "", "500000000"},
    {"3斤2两", mass, "", "1600000"},
    {"10.946", mass, "kg", "10946000"},
    {"18.3333333333333", mass, "g", "not_whole"},
    {"0.0000001 kg", mass, "", "not_whole"},
    {"1 lb", mass, "", "not_whole"},
    {"100 lb", mass, "", "45359237"},
    {"300亩", area, "", "2000000000"},
    {"20 ha", area, "", "2000000000"},
    {"1 亩", area, "", "not_whole"},
    {"15.2℃", temperature, "", "15200"},
    {"15.2 °C", temperature, "", "15200"},
    {"15.2度", temperature, "", "15200"},
    {"-1.5", temperature, "C", "-1500"},
    {"59 ℉", temperature, "", "15000"},
    {"8.3 mg/L", concentration, "", "8300"},
    {"8.3 毫克/升", concentration, "", "8300"},
    {"12 kg/m3", concentration, "", "12000000"},
    {"12 kg/m³", concentration, "", "12000000"},
    {"12 公斤/立方米", concentration, "", "12000000"},
    {"3 斤/亩", mass_per_area, "", "2250"},
    {"120 尾", heads, "", "120"},
    {"3万尾", heads, "", "30000"},
    {"1.25万尾", heads, "", "12500"},
    {"2", heads, "万尾", "20000"},
    {"5.00E+03", heads, "尾", "5000"},
    {"120.5 尾", heads, "", "not_whole"},
    {"50 g/尾", mass, "", "50000"},
    {"3.6 m3/h", flow, "", "1000"},
    {"7.81", acidity, "ph", "7810"},
    {"1.5 m³", volume, "", "1500000"},
    {"150 方", volume, "", "150000000"},
    {"45 cm", length, "", "450"},
    {"12", mass, "", "unit_missing"},
    {"12 kg", length, "", "unit_wrong"},
    {"12 foo", mass, "", "unit_unknown"},
    {"2,5 kg", mass, "", "number_comma"},
    {"约3斤", mass, "", "number_malformed"},
    {"", mass, "kg", "number_malformed"},
    {"1.2.3 kg", mass, "", "number_malformed"},
    {"99999999999 t", mass, "", "too_large"},
    {"1e400", mass, "kg", "number_malformed"},
    {"123456789012345678901", heads, "尾", "number_too_long"},
};

TEST(Units, AreReadExactlyOrRefused) {
    for (auto const& c : cases)
        EXPECT_EQ(outcome(parse_quantity(c.written, c.asked, find_unit(c.otherwise))), c.outcome) << c.written << " in " << c.otherwise;
}

TEST(Units, RoundOnlyWhereTold) {
    EXPECT_EQ(outcome(parse_quantity("18.3333333333333", mass, find_unit("g"), Rounding::half_even)), "18333");
    EXPECT_EQ(outcome(parse_quantity("0.5", mass, find_unit("mg"), Rounding::half_even)), "0");
    EXPECT_EQ(outcome(parse_quantity("1.5", mass, find_unit("mg"), Rounding::half_even)), "2");
    EXPECT_EQ(outcome(parse_quantity("-2.5", mass, find_unit("mg"), Rounding::half_even)), "-2");
    EXPECT_EQ(outcome(parse_quantity("1 亩", area, nullptr, Rounding::half_even)), "6666667");
}

TEST(Units, DecimalCommaIsReadWhereTold) {
    EXPECT_EQ(outcome(parse_quantity("2,5 kg", mass, nullptr, Rounding::refuse, DecimalMark::comma)), "2500000");
    EXPECT_EQ(outcome(parse_quantity("1.200,5 g", mass, nullptr, Rounding::refuse, DecimalMark::comma)), "1200500");
    EXPECT_EQ(outcome(parse_quantity("1.2 kg", mass, nullptr, Rounding::refuse, DecimalMark::comma)), "number_comma");
}

TEST(Units, FishToTheJinTellTheWeightOfOne) {
    EXPECT_EQ(mass_of_one(*parse_amount("8 尾/斤"))->n, 62'500);
    EXPECT_EQ(mass_of_one(*parse_amount("2.5尾/kg"))->n, 400'000);
    EXPECT_EQ(mass_of_one(*parse_amount("3 尾/斤"))->n, 166'667);
    EXPECT_FALSE(mass_of_one(*parse_amount("0 尾/斤")));
}

TEST(Units, PrintAsPeopleWrite) {
    EXPECT_EQ(print(1'750'000, "kg"), "1.75 kg");
    EXPECT_EQ(print(1'750'000, "jin"), "3.5 斤");
    EXPECT_EQ(print(2'000'000'000, "mu"), "300 亩");
    EXPECT_EQ(print(2'000'000'000, "ha"), "20 ha");
    EXPECT_EQ(print(15'200, "C"), "15.2 ℃");
    EXPECT_EQ(print(15'000, "F"), "59 ℉");
    EXPECT_EQ(print(8'300, "mg/L"), "8.3 mg/L");
    EXPECT_EQ(print(1'234'567, "t", 6), "0.001235 t");
    EXPECT_EQ(print(-500, "g"), "-0.5 g");
    EXPECT_EQ(print(0, "m3"), "0 m³");
}

TEST(Units, WhatIsPrintedReadsBackTheSame) {
    for (auto const& u : all_units()) {
        if (u.dimension == heads_per_mass || u.dimension == mass_per_area || u.code == "lb" || u.code == "oz" || u.code == "mu" || u.code == "F" || u.denominator != 1) continue;
        for (std::int64_t const n : {0LL, 1LL, 7LL, 1'000LL, 123'456'789LL}) {
            auto const text = print(n, u, 12);
            EXPECT_EQ(outcome(parse_quantity(text, u.dimension, &u)), std::to_string(n)) << u.code << " " << text;
        }
    }
}

} // namespace
} // namespace osetra
