#include "trace/engine/identifiers.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace osetra::trace {
namespace {

namespace fs = std::filesystem;

TEST(Identifiers, CheckDigits) {
    EXPECT_EQ(check_digit("0952123401234"), '4');
    EXPECT_EQ(check_digit("952123400001"), '3');
    EXPECT_EQ(check_digit("00952123400000001"), '7');
    EXPECT_EQ(check_digit("0000000000000"), '0');
}

/// One thing in both spellings; the prefix is 9521234, the GS1 prefix of demonstrations.
struct Pair { char const* urn; char const* link; };
constexpr Pair pairs[] = {
    {"urn:epc:id:sgtin:9521234.001234.T0001", "https://id.gs1.org/01/09521234012344/21/T0001"},
    {"urn:epc:id:sgtin:9521234.101234.A%2FB", "https://id.gs1.org/01/19521234012341/21/A%2FB"},
    {"urn:epc:idpat:sgtin:9521234.001234.*", "https://id.gs1.org/01/09521234012344"},
    {"urn:epc:class:lgtin:9521234.001234.L2026-07", "https://id.gs1.org/01/09521234012344/10/L2026-07"},
    {"urn:epc:id:upui:9521234.001234.Q1", "https://id.gs1.org/01/09521234012344/235/Q1"},
    {"urn:epc:id:sscc:9521234.0000000001", "https://id.gs1.org/00/095212340000000013"},
    {"urn:epc:id:sgln:9521234.00001.0", "https://id.gs1.org/414/9521234000013"},
    {"urn:epc:id:sgln:9521234.00001.POOL-07", "https://id.gs1.org/414/9521234000013/254/POOL-07"},
    {"urn:epc:id:pgln:9521234.00001", "https://id.gs1.org/417/9521234000013"},
    {"urn:epc:id:grai:9521234.00017.B7", "https://id.gs1.org/8003/09521234000174B7"},
    {"urn:epc:idpat:grai:9521234.00017.*", "https://id.gs1.org/8003/09521234000174"},
    {"urn:epc:id:giai:9521234.156000000012345", "https://id.gs1.org/8004/9521234156000000012345"},
    {"urn:epc:id:gsrn:9521234.0000000001", "https://id.gs1.org/8018/952123400000000017"},
    {"urn:epc:id:gsrnp:9521234.0000000001", "https://id.gs1.org/8017/952123400000000017"},
    {"urn:epc:id:gdti:9521234.00009.CITES-26", "https://id.gs1.org/253/9521234000099CITES-26"},
    {"urn:epc:id:cpi:9521234.PUMP-3.17", "https://id.gs1.org/8010/9521234PUMP-3/8011/17"},
    {"urn:epc:id:sgcn:9521234.00001.55", "https://id.gs1.org/255/952123400001355"},
    {"urn:epc:id:ginc:9521234.AWB160", "https://id.gs1.org/401/9521234AWB160"},
    {"urn:epc:id:gsin:9521234.000000001", "https://id.gs1.org/402/95212340000000013"},
    {"urn:epc:id:itip:9521234.001234.01.02.S9", "https://id.gs1.org/8006/095212340123440102/21/S9"},
};

TEST(Identifiers, BothSpellingsOfEveryKey) {
    CompanyPrefixes known;
    ASSERT_TRUE(known.add("9521234"));
    for (auto const& [urn, link] : pairs) {
        auto const to_link = to_digital_link(urn);
        ASSERT_TRUE(to_link) << urn << ' ' << to_link.error().message;
        EXPECT_EQ(*to_link, link);
        auto const back = to_urn(link, known);
        ASSERT_TRUE(back) << link << ' ' << back.error().message;
        EXPECT_EQ(*back, urn);
        EXPECT_EQ(to_urn(link, {}, 7).value_or("refused"), urn);
        EXPECT_EQ(canonical_link(urn), canonical_link(link)) << urn;
        EXPECT_EQ(match_key(urn), match_key(link)) << urn;
        EXPECT_EQ(formatted(urn, EpcFormat::always_gs1_digital_link, known), link);
        EXPECT_EQ(formatted(link, EpcFormat::always_epc_urn, known), urn);
        EXPECT_EQ(formatted(urn, EpcFormat::never_translates, known), urn);
    }
}

TEST(Identifiers, SpellingsThatMeetInOneKey) {
    for (auto const* same : {"https://id.gs1.org/01/09521234012344/21/A%21", "http://shop.example.com/x/01/09521234012344/21/A!", "https://shop.example.com/gtin/9521234012344/lot/7/ser/A!?17=260101",
                             "urn:epc:id:sgtin:9521234.001234.A!", "urn:epc:id:sgtin:9521234.001234.A%21"})
        EXPECT_EQ(match_key(same), "https://id.gs1.org/01/09521234012344/21/A%21") << same;
    EXPECT_EQ(match_key("https://example.com/pool/7"), "https://example.com/pool/7");
    EXPECT_EQ(match_key("urn:uuid:1"), "urn:uuid:1");
    EXPECT_NE(match_key("urn:epc:id:sgtin:9521234.001234.a"), match_key("urn:epc:id:sgtin:9521234.001234.A"));
}

TEST(Identifiers, WhatIsRefusedAndWhy) {
    struct Case { char const* text; char const* code; };
    for (auto const& [text, code] : std::initializer_list<Case>{
             {"", "identifier_unknown"}, {"fish 7", "identifier_unknown"}, {"urn:epc:id:fish:9521234.7", "identifier_unknown"},
             {"urn:epc:class:sgtin:9521234.001234.7", "identifier_unknown"}, {"urn:epc:", "identifier_unknown"},
             {"urn:epc:id:sgtin:95212.00001234.7", "company_prefix_malformed"}, {"urn:epc:id:sgtin:9521234x.01234.7", "company_prefix_malformed"},
             {"urn:epc:id:sgtin:9521234.01234.7", "identifier_malformed"}, {"urn:epc:id:sgtin:9521234.001234.", "identifier_malformed"},
             {"urn:epc:id:sgtin:9521234.001234.123456789012345678901", "identifier_malformed"}, {"urn:epc:id:sgtin:9521234.001234.a b", "identifier_malformed"},
             {"urn:epc:idpat:sgtin:9521234.001234.7", "identifier_malformed"}, {"urn:epc:id:sscc:9521234.0000000001.9", "identifier_malformed"},
             {"urn:epc:id:giai:9521234.", "identifier_malformed"}, {"https://id.gs1.org/01/09521234012345/21/7", "check_digit_wrong"},
             {"https://id.gs1.org/01/0952123401234/21/7/8/9/\x7f", "identifier_malformed"}, {"https://example.com/", "identifier_malformed"},
             {"https://", "identifier_malformed"}, {"https://id.gs1.org/414/9521234000013/254/", "identifier_malformed"}}) {
        auto const read = check_identifier(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, code) << text;
    }
    EXPECT_EQ(to_urn("https://id.gs1.org/414/9521234000013", {}).error().code, "company_prefix_unknown");
    EXPECT_EQ(to_urn("https://id.gs1.org/414/9521234000013", {}, 5).error().code, "company_prefix_length");
    EXPECT_EQ(to_urn("https://id.gs1.org/8006/095212340123440102/10/L", {}, 7).error().code, "identifier_no_urn");
    CompanyPrefixes known;
    EXPECT_EQ(known.add("12").error().code, "company_prefix_malformed");
}

TEST(Identifiers, TheLongestKnownPrefixHolds) {
    CompanyPrefixes known;
    for (auto const* p : {"952123", "9521234", "95212340"}) ASSERT_TRUE(known.add(p));
    EXPECT_EQ(known.length_in("9521234000013"), 8u);
    EXPECT_EQ(known.length_in("9521235000013"), 6u);
    EXPECT_EQ(known.length_in("4000000000000"), std::nullopt);
}

fs::path shared_table() {
    auto const* told = std::getenv("OSETRA_SHARED");
    return (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "epcis" / "identifiers" / "identifiers.tsv";
}

/// 712 verdicts of another translator. Where ours differ, the kind of difference is counted and argued in docs/conformance.md.
TEST(Identifiers, PublishedVerdicts) {
    if (!fs::exists(shared_table())) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << shared_table();
    std::ifstream in{shared_table()};
    std::string line;
    std::getline(in, line);
    std::map<std::string, int> differ;
    int rows = 0;
    for (CompanyPrefixes const none; std::getline(in, line); ++rows) {
        std::stringstream cells{line};
        std::string operation, input, expected, length;
        std::getline(cells, operation, '\t'), std::getline(cells, input, '\t'), std::getline(cells, expected, '\t'), std::getline(cells, length, '\t');
        std::optional<std::size_t> prefix;
        if (!length.empty()) prefix = std::stoul(length);
        std::string ours, code = "taken";
        auto const told = [&](auto const& result, char const* refused) {
            if (!result) { code = result.error().code; ours = refused; }
            return bool{result};
        };
        if (operation.starts_with("urn2dl")) { if (auto const r = to_digital_link(input); told(r, "ERROR")) ours = *r; }
        else if (operation.starts_with("dl2urn")) { if (auto const r = to_urn(input, none, prefix); told(r, "ERROR")) ours = *r; }
        else if (operation == "validate") { if (told(check_identifier(input, prefix), "INVALID")) ours = "VALID"; }
        else ours = canonical_link(input).value_or("NONE");
        if (ours != expected) ++differ[code];
    }
    EXPECT_EQ(rows, 712);
    EXPECT_EQ(differ, (std::map<std::string, int>{{"company_prefix_unknown", 15}, {"check_digit_wrong", 40}, {"company_prefix_length", 2}, {"identifier_malformed", 1}, {"taken", 11}}));
}

} // namespace
} // namespace osetra::trace
