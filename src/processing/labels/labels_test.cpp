#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "kernel/splitmix.h"
#include "processing/labels/print.h"
#include "processing/labels/test_reader.h"
#include "processing/unit_label.h"

namespace osetra::processing::labels {
namespace {

using paper::Glyphs;

struct TextCase { char const *text, *code; };
constexpr TextCase texts[] = {
    {"BAE/C/FR/2011/BE-VE01/Lot-17", ""},
    {"DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421", ""},
    {"PER/W/IR/2001/IT-wwww/zzzz", ""},
    {"", "cites_fields"},
    {"BAE/C/FR/2011/BE-VE01", "cites_fields"},
    {"BAE/C/FR/2011//Lot-17", "cites_fields"},
    {"BAE/C/FR/2011/BE-VE01/1/2", "cites_fields"},
    {"ZZZ/C/FR/2011/BE-VE01/1", "cites_species"},
    {"DAUXSCH/C/CN/2026/CN-ZJ-0007/1", "cites_hybrid"},
    {"DAUxDAU/C/CN/2026/CN-ZJ-0007/1", "cites_hybrid"},
    {"DAUxZZZ/C/CN/2026/CN-ZJ-0007/1", "cites_species"},
    {"MIX/C/CN/2026/CN-ZJ-0007/1", "cites_mixed"},
    {"MIXxDAU/C/CN/2026/CN-ZJ-0007/1", "cites_mixed"},
    {"BAE/Q/FR/2011/BE-VE01/1", "cites_source"},
    {"BAE/C/fr/2011/BE-VE01/1", "cites_country"},
    {"BAE/C/FR/11/BE-VE01/1", "cites_year"},
    {"BAE/C/FR/2011/BE^VE01/1", "cites_plant"},
    {"BAE/C/FR/2011/BE-VE01/L~1", "cites_lot"},
};

TEST(Cites, TextsAreTakenApartAndPrintedBack) {
    for (auto const& c : texts) {
        auto const read = parse_cites(c.text);
        EXPECT_EQ(read ? "" : read.error().code, c.code) << c.text;
        if (read) { EXPECT_EQ(read->text(), c.text); }
    }
    EXPECT_TRUE(parse_cites("MIX/C/CN/2026/CN-ZJ-0007/1", Pressed::yes));
}

TEST(Cites, EveryExampleOfTheTradeIsJudgedRightly) {
    std::ifstream in{std::string{OSETRA_ROOT} + "/../shared/data/epcis/caviar/cites-labels.tsv"};
    if (!in) GTEST_SKIP() << "cites-labels.tsv is not here";
    std::string line;
    std::getline(in, line);
    auto seen = 0;
    while (std::getline(in, line)) {
        if (line.empty()) continue;
        std::istringstream cells{line};
        std::string label, verdict;
        std::getline(cells, label, '\t');
        std::getline(cells, verdict, '\t');
        auto const read = parse_cites(label);
        EXPECT_EQ(read.has_value(), verdict == "valid") << label << ": " << (read ? "" : read.error().message);
        if (read) { EXPECT_EQ(read->text(), label); }
        ++seen;
    }
    EXPECT_EQ(seen, 28);
}

TEST(Cites, RepackingTakesTheYearThePlantAndTheLotOfWhoDidIt) {
    auto const original = parse_cites("PER/W/IR/2000/0012/77").value();
    EXPECT_EQ(repacked(original, {2001, "IT", "wwww", "zzzz"})->text(), "PER/W/IR/2001/IT-wwww/zzzz");
    EXPECT_EQ(repacked(original, {2001, "IT", "IT-wwww", "IR-2000-0001"})->text(), "PER/W/IR/2001/IT-wwww/IR-2000-0001");
    EXPECT_EQ(repacked(original, {2001, "IR", "0044", "9"})->text(), "PER/W/IR/2001/0044/9");
    EXPECT_EQ(repacked(original, {1999, "IR", "0044", "9"}).error().code, "cites_year");
    EXPECT_EQ(repacked(original, {2001, "IT", "wwww", ""}).error().code, "cites_fields");
}

TEST(Cites, CodesFromMemoryAreNotPrintedBeforeSomebodyConfirmedThem) {
    auto const text = parse_cites("NUDxGUE/C/CN/2026/CN-1/1").value();
    EXPECT_EQ(may_print(text, {}).error().code, "cites_unconfirmed");
    EXPECT_TRUE(may_print(text, {"NUD"}));
    EXPECT_TRUE(may_print(parse_cites("BAE/C/FR/2011/BE-VE01/1").value(), {}));
}

LabelContent full() {
    LabelContent c;
    c.label = "DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421";
    c.number = "OS-00000042";
    c.gtin = "09521234000013";
    c.serial = "T-17421-03";
    c.net_mg = 30'000;
    c.salt_per_100k = 3'439;
    c.packed_on = FarmDay{20'526};
    c.best_before_on = FarmDay{20'526 + 365};
    c.storage = "−2 … +2 °C";
    c.producer = "Osetra Demo, Quzhou 衢州";
    return c;
}
Design design(char const* name) {
    for (auto const& d : known_designs())
        if (d.name == name) return d;
    ADD_FAILURE() << name;
    return {};
}
std::string const says{"\x1d" "0109521234000013" "15270314" "21T-17421-03" "\x1d" "1020260314-00017421"};

double right_edge(Drawing const& d, Glyphs const& g) {
    double most = 0;
    for (auto const& t : d.texts) most = std::max(most, t.x + g.width(t.text) * t.size);
    for (auto const& c : d.codes) most = std::max(most, c.x + c.modules.width * c.module);
    return most;
}
double lower_edge(Drawing const& d) {
    double most = 0;
    for (auto const& t : d.texts) most = std::max(most, t.baseline + 0.2 * t.size);
    for (auto const& c : d.codes) most = std::max(most, c.y + (c.height > 0 ? c.height : c.modules.height * c.module));
    return most;
}

TEST(Label, EveryDesignHoldsAFullLabelInItsLanguages) {
    Glyphs const glyphs;
    for (auto const& d : known_designs()) {
        auto content = full();
        content.sscc = "095212340000003007";
        auto const drawn = draw(content, d, glyphs);
        ASSERT_TRUE(drawn) << d.name << ": " << drawn.error().message;
        EXPECT_LE(right_edge(*drawn, glyphs), d.width_mm) << d.name;
        EXPECT_LE(lower_edge(*drawn), d.height_mm) << d.name;
        std::string all;
        for (auto const& t : drawn->texts) all += t.text;
        EXPECT_NE(all.find(content.label), std::string::npos) << d.name << ": the CITES text is not whole";
        auto const one_line = std::any_of(drawn->texts.begin(), drawn->texts.end(), [&](TextAt const& t) { return t.text == content.label; });
        EXPECT_TRUE(one_line || d.width_mm < 60) << d.name << ": the CITES text is broken";
    }
}

TEST(Label, ThePrintedDataMatrixIsReadBack) {
    Glyphs const glyphs;
    for (auto const* name : {"tin-50x30", "tin-70x50", "original-90x60", "seal-100x15"})
        for (auto const dots_per_mm : {8, 12}) {
            auto const drawn = draw(full(), design(name), glyphs);
            ASSERT_TRUE(drawn);
            EXPECT_EQ(read_data_matrix(dots_of(*drawn, dots_per_mm, glyphs), dots_per_mm < 12 ? 2 : 1).value_or("unread"), says) << name << " at " << dots_per_mm;
        }
}

TEST(Label, ThePrintedQrCodeAndBarsAreReadBack) {
    Glyphs const glyphs;
    auto content = full();
    content.sscc = "095212340000003007";
    auto read = 0;
    for (auto const& d : known_designs())
        for (auto const dots_per_mm : {8, 12}) {
            auto const drawn = draw(content, d, glyphs);
            ASSERT_TRUE(drawn) << d.name;
            auto const found = read_qr_and_bars(dots_of(*drawn, dots_per_mm, glyphs), dots_per_mm < 12 ? 2 : 1);
            for (auto const& code : drawn->codes) {
                if (code.kind == CodeKind::data_matrix) continue;
                ++read;
                EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](auto const& text) { return code.kind == CodeKind::qr ? text == code.link : text.find("00095212340000003007") != std::string::npos; }))
                    << d.name << " at " << dots_per_mm << ": " << code.link << ", found " << fmt::format("{}", fmt::join(found, " | "));
            }
        }
    EXPECT_GE(read, 6);
}

TEST(Label, ACaseAndALinkAreReadBack) {
    Glyphs const glyphs;
    auto const label = unit_drawing({"Case 47", {"10 tins, 8.6 kg", "Lot 20260130-00001395: 4 tins"}, "395200010000000479"});
    ASSERT_TRUE(label);
    auto const printer = read_zpl(zpl_of({*label}, {8, Printers::dots, Printers::dots}));
    for (auto const& dots : {dots_of(*label, 8, glyphs), dots_of(*label, 12, glyphs), printer.dots}) EXPECT_EQ(read_qr_and_bars(dots), (std::vector<std::string>{"00395200010000000479"}));
    std::string const link = "https://farm.example/coa/0190b6f2-7c3a-7d2e-9f11-5a6b7c8d9e0f";
    EXPECT_EQ(read_qr_and_bars(qr(link).value(), 4), (std::vector<std::string>{link}));
}

TEST(Label, ZplAsDotsIsReadBackAndAsWordsSaysTheSame) {
    Glyphs const glyphs;
    auto const drawn = draw(full(), design("tin-70x50"), glyphs).value();
    for (auto const dots_per_mm : {8, 12}) {
        auto const dots = read_zpl(zpl_of({drawn}, {dots_per_mm, Printers::dots, Printers::dots}));
        EXPECT_EQ(dots.dots.width, 70 * dots_per_mm);
        EXPECT_TRUE(dots.texts.empty());
        EXPECT_EQ(read_data_matrix(dots.dots, 2).value_or("unread"), says) << dots_per_mm;
        auto const own = read_zpl(zpl_of({drawn}, {dots_per_mm}));
        ASSERT_EQ(own.data_matrices.size(), 1u);
        EXPECT_EQ(own.data_matrices.front(), "_10109521234000013" "15270314" "21T-17421-03" "_1" "1020260314-00017421");
        ASSERT_EQ(own.qrs.size(), 1u);
        EXPECT_EQ(own.qrs.front(), "MA,https://id.gs1.org/01/09521234000013/21/T-17421-03");
        EXPECT_NE(std::find(own.texts.begin(), own.texts.end(), "DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421"), own.texts.end());
        for (auto const& t : own.texts) EXPECT_EQ(t.find("鱼"), std::string::npos) << "the printer has no such letter: " << t;
    }
}

TEST(Label, ThePdfAsPrintedIsReadBack) {
    if (std::system("command -v pdftoppm >/dev/null 2>&1") != 0) GTEST_SKIP() << "pdftoppm is not here";
    Glyphs const glyphs;
    auto const folder = std::filesystem::temp_directory_path() / ("osetra-label-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    auto const drawn = draw(full(), design("tin-50x30"), glyphs).value();
    std::ofstream{folder / "a.pdf", std::ios::binary} << pdf_of({drawn}).value();
    ASSERT_EQ(std::system(("pdftoppm -r 600 -mono " + (folder / "a.pdf").string() + " " + (folder / "a").string()).c_str()), 0);
    std::ifstream in{folder / "a-1.pbm", std::ios::binary};
    std::string magic;
    auto width = 0, height = 0;
    in >> magic >> width >> height;
    in.get();
    paper::Dots dots{width, height};
    for (auto y = 0; y < height; ++y)
        for (auto b = 0; b < (width + 7) / 8; ++b) {
            auto const byte = in.get();
            for (auto bit = 0; bit < 8; ++bit) if ((byte >> (7 - bit) & 1) != 0) dots.set(b * 8 + bit, y);
        }
    EXPECT_EQ(read_data_matrix(dots).value_or("unread"), says);
    std::filesystem::remove_all(folder);
}

struct Refused { char const* what; void (*change)(LabelContent&, Design&); char const* code; };
Refused const refused[] = {
    {"no serial", [](LabelContent& c, Design&) { c.serial.reset(); }, "code_needs"},
    {"check digit", [](LabelContent& c, Design&) { c.gtin = "09521234000014"; }, "gs1_malformed"},
    {"too small", [](LabelContent&, Design& d) { d.width_mm = 20; d.height_mm = 12; }, "label_too_small"},
    {"too much", [](LabelContent& c, Design&) { c.producer = std::string(400, 'x'); }, "label_too_small"},
    {"from memory", [](LabelContent& c, Design&) { c.label = "NUD/C/CN/2026/CN-1/1"; }, "cites_unconfirmed"},
    {"no such letter", [](LabelContent& c, Design&) { c.producer = "\xf0\x9f\x90\x9f"; }, "letter_missing"},
    {"no such field", [](LabelContent&, Design& d) { d.fields.push_back("price"); }, "design_malformed"},
    {"no language", [](LabelContent&, Design& d) { d.languages.clear(); }, "design_malformed"},
    {"a language nobody knows", [](LabelContent&, Design& d) { d.languages = {"la"}; }, "language_unknown"},
};
TEST(Label, WhatCannotBePrintedIsRefused) {
    Glyphs const glyphs;
    for (auto const& r : refused) {
        auto content = full();
        auto d = design("tin-50x30");
        r.change(content, d);
        auto const drawn = draw(content, d, glyphs);
        EXPECT_EQ(drawn ? "" : drawn.error().code, r.code) << r.what;
    }
}

TEST(Label, OfAnySizeNothingLeavesIt) {
    Glyphs const glyphs;
    auto const seed = std::uint64_t{20'260'314};
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    auto state = seed;
    auto drawn = 0;
    for (auto n = 0; n < 300; ++n) {
        auto d = design("tin-70x50");
        d.width_mm = 15 + static_cast<double>(splitmix64(state) % 120);
        d.height_mm = 12 + static_cast<double>(splitmix64(state) % 90);
        d.languages.clear();
        for (auto const l : every_language) if (splitmix64(state) % 2 == 0) d.languages.emplace_back(code_of(l));
        if (d.languages.empty()) d.languages = {"ja"};
        auto const label = draw(full(), d, glyphs);
        if (!label) { EXPECT_EQ(label.error().code, "label_too_small"); continue; }
        ++drawn;
        EXPECT_LE(right_edge(*label, glyphs), d.width_mm - 1.4) << n;
        EXPECT_LE(lower_edge(*label), d.height_mm - 1.2) << n;
        for (auto const& t : label->texts) {
            EXPECT_GE(t.size, 1.5) << n;
            for (auto const& c : label->codes) {
                auto const quiet = quiet_zone(c.kind) * c.module;
                auto const apart = t.x + glyphs.width(t.text) * t.size <= c.x - quiet + 1e-6 || t.baseline - 0.88 * t.size >= c.y + c.modules.height * c.module - 1e-6 || t.baseline <= c.y - quiet;
                EXPECT_TRUE(apart) << n << ": text over the code in " << d.width_mm << " x " << d.height_mm << ": " << t.text;
            }
        }
    }
    EXPECT_GT(drawn, 80);
}

TEST(Label, ManyLabelsShareASheet) {
    Glyphs const glyphs;
    std::vector<Drawing> const all(25, draw(full(), design("tin-50x30"), glyphs).value());
    auto const pdf = pdf_of(all, Sheet{}).value();
    EXPECT_TRUE(pdf.starts_with("%PDF"));
    auto pages = 0;
    for (auto at = pdf.find("/Type /Page\n"); at != std::string::npos; at = pdf.find("/Type /Page\n", at + 1)) ++pages;
    EXPECT_EQ(pages, 2);   // 3 columns of 8 rows hold 24
    EXPECT_EQ(pdf_of(all, Sheet{40, 40, 2, 2}).error().code, "sheet_too_small");
}

} // namespace
} // namespace osetra::processing::labels
