#include "kernel/xlsx.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include <ctime>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace osetra {
namespace {

std::string file_bytes(std::filesystem::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::filesystem::path scratch(std::string const& name) {
    return std::filesystem::temp_directory_path() / ("osetra-xlsx-" + std::to_string(getpid()) + "-" + name);
}

std::string packed(std::map<std::string, std::string> const& parts) {
    auto const path = scratch("made.zip");
    std::filesystem::remove(path);
    int error = 0;
    auto* zip = zip_open(path.c_str(), ZIP_CREATE, &error);
    for (auto const& [name, text] : parts)
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, text.data(), text.size(), 0), ZIP_FL_OVERWRITE);
    zip_close(zip);
    auto bytes = file_bytes(path);
    std::filesystem::remove(path);
    return bytes;
}

/// A workbook around hand-written sheet XML.
std::string workbook(std::string const& sheet, std::string const& strings = {}, std::string const& styles = {}, std::string const& book_extra = {}) {
    std::string relations = R"(<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>)";
    std::map<std::string, std::string> parts{
        {"xl/workbook.xml", R"(<workbook xmlns:r="r">)" + book_extra + R"(<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
        {"xl/worksheets/sheet1.xml", sheet}};
    if (!strings.empty()) { parts["xl/sharedStrings.xml"] = strings; relations += R"(<Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>)"; }
    if (!styles.empty()) { parts["xl/styles.xml"] = styles; relations += R"(<Relationship Id="rId3" Type="http://x/styles" Target="/xl/styles.xml"/>)"; }
    parts["xl/_rels/workbook.xml.rels"] = relations + "</Relationships>";
    return packed(parts);
}

std::string sheet(std::string const& rows, std::string const& after = {}) {
    return R"(<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="m"><x:sheetData>)" + rows + "</x:sheetData>" + after + "</x:worksheet>";
}

std::string code(Result<Table> const& t) { return t ? "read" : t.error().code; }

TEST(Xlsx, CellsOfEveryKind) {
    auto const t = read_xlsx(workbook(
        sheet(R"(<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2"><v>2.1000000000000001</v></c><c r="D2" t="b"><v>1</v></c></row>)"
              R"(<row r="7"><c r="A7" t="e"><f>A1</f><v>#REF!</v></c><c r="B7" t="inlineStr"><is><t>x</t></is></c><c r="C7" t="str"><v>y</v></c><c r="D7"><v>156000000000001</v></c></row>)"),
        "<sst><si><r><t>池</t></r><r><t>号</t></r><rPh><t>chi</t></rPh></si></sst>"), "x.xlsx");
    ASSERT_TRUE(t) << t.error().message;
    auto const& rows = t->sheets.front().rows;
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].number, 2u);
    EXPECT_EQ(rows[0].cells[0].text, "池号");
    EXPECT_EQ(rows[0].cells[1].kind, CellKind::empty);
    EXPECT_EQ(rows[0].cells[2].text, "2.1");
    EXPECT_EQ(rows[0].cells[3].text, "TRUE");
    EXPECT_EQ(rows[1].cells[0].kind, CellKind::error);
    EXPECT_EQ(rows[1].cells[0].text, "#REF!");
    EXPECT_EQ(rows[1].cells[1].text, "x");
    EXPECT_EQ(rows[1].cells[2].text, "y");
    EXPECT_EQ(rows[1].cells[3].text, "156000000000001");
}

// Number format, serial, 1904 system, what must be read. 1 March 1900 is serial 61 because of the day that never was.
struct DateCase { char const* format; char const* serial; bool from_1904; char const* outcome; };
constexpr DateCase dates[] = {
    {"yyyy-mm-dd", "45356", false, "2024-03-05"},
    {"yyyy\"年\"m\"月\"d\"日\"", "45356", false, "2024-03-05"},
    {"[$-804]yyyy/m/d;@", "45356", false, "2024-03-05"},
    {"yyyy-mm-dd hh:mm", "45356.3541666667", false, "2024-03-05 08:30:00"},
    {"m/d", "45356", false, "2024-03-05"},
    {"yyyy-mm-dd", "43894", true, "2024-03-05"},
    {"yyyy-mm-dd", "1", false, "1900-01-01"},
    {"yyyy-mm-dd", "59", false, "1900-02-28"},
    {"yyyy-mm-dd", "60", false, "number 60"},
    {"yyyy-mm-dd", "61", false, "1900-03-01"},
    {"h:mm", "0.3541666667", false, "time 30600000"},
    {"0.00", "45356", false, "number 45356"},
    {"General", "45356", false, "number 45356"},
    {"0.00E+00", "45356", false, "number 45356"},
    {"#,##0\" days\"", "45356", false, "number 45356"},
    {"[Red]0.0", "45356", false, "number 45356"},
    {"yyyy-mm-dd", "-3", false, "number -3"},
};
TEST(Xlsx, SerialNumbersBecomeDays) {
    for (auto const& c : dates) {
        std::string format;
        for (auto const ch : std::string{c.format}) format += ch == '"' ? "&quot;" : std::string{ch};
        auto const t = read_xlsx(workbook(sheet(R"(<row><c s="1"><v>)" + std::string{c.serial} + "</v></c></row>"), {},
                                          R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode=")" + format +
                                              R"("/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>)",
                                          c.from_1904 ? R"(<workbookPr date1904="1"/>)" : ""), "x.xlsx");
        ASSERT_TRUE(t) << t.error().message;
        auto const& cell = t->sheets.front().rows.front().cells.front();
        std::string got;
        if (cell.kind == CellKind::number) got = "number " + cell.text;
        else if (cell.kind == CellKind::time) got = "time " + std::to_string(cell.when_us / 1000);
        else {
            got = text_of(FarmDay{static_cast<std::int32_t>(cell.when_us >= 0 ? cell.when_us / 86'400'000'000 : -((-cell.when_us + 86'399'999'999) / 86'400'000'000))});
            if (cell.with_time) got = text_of(Instant{Microseconds{cell.when_us}}).substr(0, 10) + " " + text_of(Instant{Microseconds{cell.when_us}}).substr(11, 8);
        }
        EXPECT_EQ(got, c.outcome) << c.format << " " << c.serial;
    }
}

TEST(Xlsx, MergedAreasAreFilledAndMarked) {
    auto const t = read_xlsx(workbook(sheet(R"(<row r="1"><c r="A1" t="str"><v>放养</v></c></row><row r="2"><c r="A2" t="str"><v>A1</v></c><c r="B2"><v>5</v></c></row><row r="3"><c r="B3"><v>6</v></c></row>)",
                                           R"(<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/></mergeCells>)")), "x.xlsx");
    ASSERT_TRUE(t) << t.error().message;
    auto const& rows = t->sheets.front().rows;
    ASSERT_EQ(rows[0].cells.size(), 2u);   // as wide as the data
    EXPECT_EQ(rows[0].cells[1].text, "放养");
    EXPECT_TRUE(rows[0].cells[1].merged);
    EXPECT_EQ(rows[2].cells[0].text, "A1");
    EXPECT_TRUE(rows[2].cells[0].merged);
    EXPECT_FALSE(rows[2].cells[1].merged);
}

TEST(Xlsx, WhatIsWrittenReadsBack) {
    OutTable out{"池塘清单", {"pool", "heads", "day", "at"}, {}};
    out.rows.push_back({std::string{"=A1"}, Decimal{123'456'789'012'345'678, 0}, LocalMoment{1'768'089'600'000'000, false}, LocalMoment{1'768'123'456'000'000, true}});
    out.rows.push_back({std::string{"池 2"}, Decimal{125, -1}, std::monostate{}, std::monostate{}});
    auto const bytes = write_xlsx(out);
    EXPECT_EQ(bytes, write_xlsx(out));
    auto const t = read_table(bytes, "x.xlsx");
    ASSERT_TRUE(t) << t.error().message;
    EXPECT_EQ(t->sheets.front().name, "池塘清单");
    auto const& rows = t->sheets.front().rows;
    EXPECT_EQ(rows[1].cells[0].text, "=A1");
    EXPECT_EQ(rows[1].cells[1].text, "123456789012345678");
    EXPECT_EQ(rows[1].cells[2].when_us, 1'768'089'600'000'000);
    EXPECT_FALSE(rows[1].cells[2].with_time);
    EXPECT_EQ(rows[1].cells[3].when_us, 1'768'123'456'000'000);
    EXPECT_EQ(rows[2].cells[1].text, "12.5");
}

TEST(Xlsx, HiddenSheetsAreNamed) {
    auto const path = scratch("hidden.xlsx");
    auto* book = workbook_new(path.c_str());
    worksheet_write_string(workbook_add_worksheet(book, "a"), 0, 0, "x", nullptr);
    auto* second = workbook_add_worksheet(book, "b");
    worksheet_write_string(second, 0, 0, "y", nullptr);
    worksheet_hide(second);
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
    auto const t = read_table(file_bytes(path), "x.xlsx");
    std::filesystem::remove(path);
    ASSERT_TRUE(t) << t.error().message;
    EXPECT_FALSE(t->sheets[0].hidden);
    EXPECT_TRUE(t->sheets[1].hidden);
    EXPECT_EQ(t->notes.size(), 1u);
}

std::string repeated(std::string const& s, std::size_t n) {
    std::string out;
    out.reserve(s.size() * n);
    for (std::size_t i = 0; i < n; ++i) out += s;
    return out;
}

struct Hostile { char const* what; std::string bytes; char const* outcome; };
std::vector<Hostile> hostile() {
    std::vector<Hostile> all;
    all.push_back({"a million empty rows", workbook(sheet(repeated("<row/>", 1'000'000))), "xlsx_bomb|rows_too_many"});
    std::string numbered;
    for (int i = 1; i <= 1'048'576; ++i) numbered += "<row r=\"" + std::to_string(i) + "\" spans=\"1:3\"/>";
    all.push_back({"a million numbered empty rows", workbook(sheet(numbered)), "rows_too_many"});
    all.push_back({"a sheet of blanks that packs to nothing", workbook(std::string(12u << 20, ' ') + sheet("")), "xlsx_bomb"});
    all.push_back({"one endless token", workbook(sheet("<row><c t=\"" + std::string(6u << 20, 'a') + "\"/></row>")), "xlsx_bomb"});
    all.push_back({"a cell without end", workbook(sheet("<row><c t=\"str\"><v>" + repeated("a1b2c3d4e5f6", 100'000) + "</v></c></row>")), "xlsx_bomb"});
    all.push_back({"entities", workbook("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + sheet("<row><c t=\"str\"><v>&b;</v></c></row>")), "xlsx_doctype"});
    all.push_back({"an outside file", workbook("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" + sheet("<row><c t=\"str\"><v>&a;</v></c></row>")), "xlsx_doctype"});
    all.push_back({"broken XML", workbook("<worksheet><sheetData><row>"), "xlsx_damaged"});
    all.push_back({"a string that is not there", workbook(sheet("<row><c t=\"s\"><v>9</v></c></row>")), "xlsx_damaged"});
    all.push_back({"a column far out", workbook(sheet("<row><c r=\"XFD1\"><v>1</v></c></row>")), "columns_too_many"});
    all.push_back({"rows out of order", workbook(sheet("<row r=\"5\"/><row r=\"4\"/>")), "xlsx_damaged"});
    all.push_back({"nesting", workbook(repeated("<a>", 1000)), "xlsx_damaged"});
    std::string wide;
    for (int i = 1; i <= 1'500; ++i) wide += "<row r=\"" + std::to_string(i) + "\"><c r=\"ALL" + std::to_string(i) + "\"><v>1</v></c></row>";
    all.push_back({"wide and thin", workbook(sheet(wide)), "cells_too_many"});
    std::string merges = "<mergeCells>";
    for (int i = 0; i < 50'000; ++i) merges += "<mergeCell ref=\"A1:Z2000\"/>";
    std::string some;
    for (int i = 1; i <= 2000; ++i) some += "<row r=\"" + std::to_string(i) + "\"><c r=\"A" + std::to_string(i) + "\"><v>1</v></c></row>";
    all.push_back({"merges upon merges", workbook(sheet(some + "<row r=\"2001\"><c r=\"Z2001\"><v>1</v></c></row>", merges + "</mergeCells>")), "xlsx_bomb|cells_too_many"});
    all.push_back({"a zip of something else", packed({{"hello.txt", "hi"}}), "not_a_workbook"});
    all.push_back({"cut off", workbook(sheet("<row/>")).substr(0, 200), "file_unreadable"});
    all.push_back({"an old workbook", "\xD0\xCF\x11\xE0 and so on", "xls_old"});
    all.push_back({"nothing", "", "file_empty"});
    std::string full;
    for (int i = 1; i <= 200'000; ++i) {
        auto const n = std::to_string(i);
        full += "<row r=\"" + n + "\"><c r=\"A" + n + "\"><v>1</v></c><c r=\"B" + n + "\"><v>2</v></c><c r=\"C" + n + "\"><v>3</v></c><c r=\"D" + n + "\"><v>4</v></c><c r=\"E" + n + "\"><v>5</v></c><c r=\"F" + n + "\"><v>6</v></c></row>";
    }
    all.push_back({"1.2 million cells", workbook(sheet(full)), "cells_too_many"});
    std::string many_texts = "<sst>";
    for (int i = 0; i < 900'000; ++i) many_texts += "<si><t>a longer text that fits no small string " + std::to_string(i) + "</t></si>";
    all.push_back({"too many texts", workbook(sheet("<row/>"), many_texts + "</sst>"), "cells_too_many|xlsx_bomb"});
    std::string csv;
    for (int i = 0; i < 290'000; ++i) csv += "a,b,c,d\n";
    all.push_back({"a CSV of 1.16 million cells", csv, "cells_too_many"});
    return all;
}

/// Kilobytes of memory now, or at most since the mark was last reset; 0 where the system does not tell.
long memory_kb(char const* what) {
    std::ifstream in{"/proc/self/status"};
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(what)) return std::stol(line.substr(line.find_first_of("0123456789")));
    return 0;
}

TEST(Xlsx, HostileWorkbooksAreRefusedWithinTwoSecondsAnd200Megabytes) {
    for (auto const& h : hostile()) {
        std::ofstream{"/proc/self/clear_refs"} << "5";
        [[maybe_unused]] auto const before = memory_kb("VmRSS");
        auto const started = std::clock();   // of this process: other programs on the machine do not count
        auto const got = code(read_table(h.bytes, "x.xlsx"));
        [[maybe_unused]] auto const ms = (std::clock() - started) * 1000 / CLOCKS_PER_SEC;
        EXPECT_NE(std::string{h.outcome}.find(got), std::string::npos) << h.what << ": " << got;
#ifndef __SANITIZE_ADDRESS__
        EXPECT_LT(ms, 2000) << h.what;
        EXPECT_LT((memory_kb("VmHWM") - before) / 1024, 200) << h.what;
#endif
        RecordProperty(std::string{h.what}.substr(0, 20), std::to_string(ms) + " ms");
    }
}

} // namespace
} // namespace osetra
