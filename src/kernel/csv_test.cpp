#include "kernel/csv.h"

#include <gtest/gtest.h>

namespace osetra {
namespace {

/// Rows as text: cells joined by |, rows by a slash, each row led by its number where it is not the next one.
std::string flat(Table const& t) {
    std::string out;
    std::uint32_t next = 1;
    for (auto const& row : t.sheets.front().rows) {
        if (!out.empty()) out += " / ";
        if (row.number != next) out += std::to_string(row.number) + ":";
        next = row.number + 1;
        for (std::size_t i = 0; i < row.cells.size(); ++i) out += (i ? "|" : "") + row.cells[i].text;
    }
    return out;
}

struct Case { char const* what; std::string bytes; char const* outcome; };
using namespace std::string_literals;
Case const cases[] = {
    {"commas", "a,b\n1,2\n", "a|b / 1|2"},
    {"semicolons", "a;b;c\r\n1,5;2;x\r\n", "a|b|c / 1,5|2|x"},
    {"tabs", "a\tb\n1\t2\n", "a|b / 1|2"},
    {"a sep line", "sep=;\na;b\n1;2\n", "a|b / 1|2"},
    {"quotes", "\"a \"\"b\"\"\",\"c,d\"\n1,2\n", "a \"b\"|c,d / 1|2"},
    {"a line end within quotes", "\"a\nb\",c\nd,e\n", "a\nb|c / d|e"},
    {"ragged rows and an empty one", "a,b,c\n1\n\n,,\n1,2,3,4\n", "a|b|c / 1 / 5:1|2|3|4"},
    {"no last line end", "a,b\n1,2", "a|b / 1|2"},
    {"old Mac line ends", "a,b\r1,2\r", "a|b / 1|2"},
    {"a UTF-8 mark", "\xEF\xBB\xBF\xE6\xB1\xA0,b\n", "池|b"},
    {"UTF-16", "\xFF\xFE"s + "a\0,\0\x60\x6C\n\0"s, "a|池"},
    {"GB18030", "\xB3\xD8\xBA\xC5,\xCB\xC0\xCD\xF6\nA1,3\n", "池号|死亡 / A1|3"},
    {"Windows-1252", "Tank;Temp\xE9rature \xB0""C;\xC9tang\nA1;12,5;3\n", "Tank|Température °C|Étang / A1|12,5|3"},
    {"our guard against formulas", "'=1+1,'-x,'plain\n", "=1+1|-x|'plain"},
    {"an open quote", "a,\"b\n1,2\n", "csv_quote_open"},
    {"binary", "a,b\0c\n"s, "text_binary"},
    {"a stray quote", "5\" pipe,b\n1,2\n", "5\" pipe|b / 1|2"},
};

TEST(Csv, IsReadAsPeopleWriteIt) {
    for (auto const& c : cases) {
        auto const t = read_csv(c.bytes, "x.csv");
        EXPECT_EQ(t ? flat(*t) : t.error().code, c.outcome) << c.what;
    }
}

TEST(Csv, DecimalCommaIsSeen) {
    EXPECT_EQ(read_csv("a;b\n1,5;2,25\n1.200,5;3\n", "x")->sheets.front().decimal_mark, DecimalMark::comma);
    EXPECT_EQ(read_csv("a,b\n1.5,2\n\"1,200\",3\n", "x")->sheets.front().decimal_mark, DecimalMark::point);
    EXPECT_EQ(read_csv("a;b\n1,200;2,300\n", "x")->sheets.front().decimal_mark, DecimalMark::point);   // thousands, or not told
}

TEST(Csv, KindsOfCells) {
    auto const t = read_csv("name,n,e,x\nA1,\"1,200\",#REF!,\n", "x");
    auto const& cells = t->sheets.front().rows[1].cells;
    ASSERT_EQ(cells.size(), 3u);
    EXPECT_EQ(cells[0].kind, CellKind::text);
    EXPECT_EQ(cells[1].kind, CellKind::number);
    EXPECT_EQ(cells[2].kind, CellKind::error);
}

TEST(Csv, TooMuchIsRefused) {
    ReadLimits small;
    small.rows = 3; small.columns = 3; small.cells = 8; small.file_bytes = 100;
    EXPECT_EQ(read_csv("a\na\na\na\n", "x", {}, small).error().code, "rows_too_many");
    EXPECT_EQ(read_csv(std::string(20, '\n'), "x", {}, small).error().code, "rows_too_many");
    EXPECT_EQ(read_csv("a,b,c,d\n", "x", {}, small).error().code, "columns_too_many");
    EXPECT_EQ(read_csv("a,b,c\na,b,c\na,b,c\n", "x", {}, small).error().code, "cells_too_many");
    EXPECT_EQ(read_csv(std::string(101, 'a'), "x", {}, small).error().code, "file_too_large");
}

TEST(Csv, WhatIsWrittenReadsBackAndRunsNoFormula) {
    OutTable out{"list", {"pool", "n"}, {}};
    out.rows.push_back({std::string{"=HYPERLINK(\"x\")"}, Decimal{-5, 0}});
    out.rows.push_back({std::string{"a,\"b\""}, Decimal{125, -1}});
    out.rows.push_back({std::string{"@cmd"}, LocalMoment{1'768'089'600'000'000, false}});
    auto const text = write_csv(out);
    EXPECT_EQ(text, "\xEF\xBB\xBFpool,n\r\n\"'=HYPERLINK(\"\"x\"\")\",-5\r\n\"a,\"\"b\"\"\",12.5\r\n'@cmd,2026-01-11\r\n");
    EXPECT_EQ(flat(*read_csv(text, "x")), "pool|n / =HYPERLINK(\"x\")|-5 / a,\"b\"|12.5 / @cmd|2026-01-11");
}

} // namespace
} // namespace osetra
