#include "trace/engine/measure.h"

#include <gtest/gtest.h>

namespace osetra::trace {
namespace {

TEST(Measure, amounts_of_one_kind_are_compared_across_units) {
    struct Case { Measured a, b; std::partial_ordering answer; };
    auto const less = std::partial_ordering::less, more = std::partial_ordering::greater, same = std::partial_ordering::equivalent, never = std::partial_ordering::unordered;
    for (auto const& [a, b, answer] : {
             Case{{4, "CEL"}, {277.15, "KEL"}, same}, Case{{4, "CEL"}, {39.2, "FAH"}, same}, Case{{-40, "CEL"}, {-40, "FAH"}, same}, Case{{491.67, "A48"}, {0, "CEL"}, same},
             Case{{4.001, "CEL"}, {277.15, "KEL"}, more}, Case{{-2, "CEL"}, {272, "KEL"}, less},
             Case{{1, "KGM"}, {1000, "GRM"}, same}, Case{{0.5, "GRM"}, {500, "MGM"}, same}, Case{{1, "LBR"}, {16, "ONZ"}, same}, Case{{1, "TNE"}, {2205, "LBR"}, less}, Case{{30, "GRM"}, {1, "ONZ"}, more},
             Case{{15, "MIN"}, {900, "SEC"}, same}, Case{{1, "HUR"}, {59, "MIN"}, more}, Case{{1, "DAY"}, {24, "HUR"}, same}, Case{{1, "WEE"}, {7, "DAY"}, same},
             Case{{1, "INH"}, {25.4, "MMT"}, same}, Case{{3, "MTR"}, {3000, "MMT"}, same}, Case{{1, "FOT"}, {30.48, "CMT"}, same}, Case{{1, "KMT"}, {1, "SMI"}, less},
             Case{{1, "LTR"}, {1000, "MLT"}, same}, Case{{1, "GLL"}, {1, "GLI"}, less}, Case{{1, "MTQ"}, {1000, "DMQ"}, same},
             Case{{3, "P1"}, {30, "NX"}, same}, Case{{1, "P1"}, {10000, "59"}, same}, Case{{12, "C62"}, {1, "DZN"}, same}, Case{{7, "EA"}, {7, "H87"}, same},
             Case{{1, "BAR"}, {1000, "A97"}, same}, Case{{1013.25, "MBR"}, {1, "ATM"}, same}, Case{{14.6959487755, "PS"}, {1, "ATM"}, same},
             Case{{8, "M1"}, {8, "GP"}, more}, Case{{8, "M1"}, {8000, "H29"}, same}, Case{{8, "M1"}, {0.008, "GL"}, same}, Case{{1, "GL"}, {1, "KMQ"}, same},
             Case{{36, "KMH"}, {10, "MTS"}, same}, Case{{180, "DD"}, {3.14159265358979, "C81"}, same}, Case{{1, "KLX"}, {1000, "LUX"}, same}, Case{{1, "KWH"}, {3.6, "3B"}, same}, Case{{1, "H61"}, {1000, "G42"}, same},
             Case{{3.6, "MQH"}, {1, "G51"}, same}, Case{{1, "L2"}, {60, "E32"}, same},
             Case{{1, "KGM"}, {1, "LTR"}, never}, Case{{1, "CEL"}, {1, "C62"}, never}, Case{{1, "P71"}, {1, "P72"}, never}, Case{{1, "P71"}, {2, "P71"}, less}, Case{{1, "KGM"}, {1, ""}, never}})
        EXPECT_TRUE(compare(a, b) == answer) << a.value << ' ' << a.unit << " against " << b.value << ' ' << b.unit;
}

TEST(Measure, a_deviation_has_no_offset) {
    EXPECT_TRUE(compare({0.5, "CEL"}, {0.5, "KEL"}, Scale::width) == std::partial_ordering::equivalent);
    EXPECT_TRUE(compare({0.5, "CEL"}, {0.9, "FAH"}, Scale::width) == std::partial_ordering::equivalent);
}

TEST(Measure, kinds) {
    EXPECT_EQ(kind_of_unit("KGM"), kind_of_unit("GRM"));
    EXPECT_NE(kind_of_unit("KGM"), kind_of_unit("LTR"));
    EXPECT_EQ(kind_of_unit("ZZ9"), "ZZ9");
}

TEST(Measure, numbers) {
    struct Case { std::string_view text; std::optional<double> value; };
    for (auto const& [text, value] : {Case{"1", 1}, Case{"-2.5", -2.5}, Case{"+3", 3}, Case{"1e3", 1000}, Case{".5", 0.5}, Case{"0.70", 0.7}, Case{"", {}}, Case{"-", {}}, Case{"inf", {}}, Case{"nan", {}}, Case{"-inf", {}},
                                      Case{"1 ", {}}, Case{"1,5", {}}, Case{"0x10", {}}, Case{"1e999", {}}, Case{"++1", {}}, Case{"+-1", {}}, Case{"A", {}}})
        EXPECT_EQ(parse_number(text), value) << text;
}

} // namespace
} // namespace osetra::trace
