#include <gtest/gtest.h>

#include "processing/labels/scan.h"

namespace osetra::processing::labels {
namespace {

struct Case { char const* text; Scan::Kind kind; char const *name, *gtin; };
constexpr Case scans[] = {
    {"T1", Scan::Kind::plain, "T1", ""},
    {" T1\r\n", Scan::Kind::plain, "T1", ""},
    {"\x1d" "0109521234000013" "15270314" "21T-17\x1d" "1020260314-1", Scan::Kind::tin, "T-17", "09521234000013"},
    {"]d20109521234000013" "21T-17", Scan::Kind::tin, "T-17", "09521234000013"},
    {"0109521234000013" "1020260314-1", Scan::Kind::lot, "20260314-1", "09521234000013"},
    {"(01)09521234000013(21)T-17(10)L1", Scan::Kind::tin, "T-17", "09521234000013"},
    {"https://id.gs1.org/01/09521234000013/21/T-17", Scan::Kind::tin, "T-17", "09521234000013"},
    {"https://farm.example/a/01/09521234000013/10/L1/21/T-17?15=270314", Scan::Kind::tin, "T-17", "09521234000013"},
    {"https://id.gs1.org/00/095212340000003007", Scan::Kind::container, "095212340000003007", ""},
    {"]C100095212340000003007", Scan::Kind::container, "095212340000003007", ""},
    {"095212340000003007", Scan::Kind::container, "095212340000003007", ""},
    {"https://id.gs1.org/", Scan::Kind::plain, "https://id.gs1.org/", ""},
    {"(01", Scan::Kind::plain, "(01", ""},
    {"01095212340000139999", Scan::Kind::plain, "01095212340000139999", ""},
};
TEST(Scan, WhatReadersTypeIsUnderstood) {
    for (auto const& c : scans) {
        auto const scan = parse_scan(c.text);
        EXPECT_EQ(scan.kind, c.kind) << c.text;
        EXPECT_EQ(scan.name, c.name) << c.text;
        EXPECT_EQ(scan.gtin, c.gtin) << c.text;
    }
}

Book book() {
    Book b;
    b.tins = {{"T1", {"L1", "", 100, "opened"}}, {"T2", {"L1", "", 1'800, ""}}, {"J1", {"L1", "300", 30, ""}}, {"J2", {"L1", "300", 30, ""}}, {"J3", {"L1", "", 30, ""}}, {"K1", {"L2", "", 50, "shipped"}}, {"K2", {"L2", "", 50, ""}}};
    b.containers = {{"300", {"J1", "J2"}}};
    b.container_names = {{"095212340000003007", "300"}};
    return b;
}
TEST(Audit, FindsWhatIsMissingDoubleUnknownAndGone) {
    auto const a = audit(book(), {"T2", "095212340000003007", "(01)09521234000013(21)J2", "J3", "J3", "K1", "Q9"});
    EXPECT_EQ(a.expected, 5);
    EXPECT_EQ(a.seen, 4);
    EXPECT_EQ(a.missing, std::vector<std::string>{"K2"});
    EXPECT_EQ(a.missing_mg, 50);
    EXPECT_EQ(a.twice, (std::vector<std::string>{"J2", "J3"}));
    EXPECT_EQ(a.unknown, std::vector<std::string>{"Q9"});
    ASSERT_EQ(a.unexpected.size(), 1u);
    EXPECT_EQ(a.unexpected[0].second, "shipped");
    EXPECT_FALSE(a.agrees());
}
TEST(Audit, OfOneLotAsksForItsTinsOnly) {
    auto const a = audit(book(), {"T2", "300", "J3"}, "L1");
    EXPECT_TRUE(a.agrees());
    EXPECT_EQ(a.expected, 4);
}

} // namespace
} // namespace osetra::processing::labels
