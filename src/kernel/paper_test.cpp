#include "kernel/paper.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "kernel/paper_font.h"

#include <hpdf_doc.h>
#include <hpdf_fontdef.h>
#include <hpdf_pages.h>

extern "C" {   // hpdf.h, which hides what hpdf_doc.h shows
HPDF_Doc HPDF_New(HPDF_Error_Handler, void*);
void HPDF_Free(HPDF_Doc);
HPDF_STATUS HPDF_UseUTFEncodings(HPDF_Doc);
HPDF_STATUS HPDF_SetCurrentEncoder(HPDF_Doc, char const*);
char const* HPDF_LoadTTFontFromFile2(HPDF_Doc, char const*, HPDF_UINT, HPDF_BOOL);
HPDF_Font HPDF_GetFont(HPDF_Doc, char const*, char const*);
HPDF_Page HPDF_AddPage(HPDF_Doc);
HPDF_STATUS HPDF_Page_SetFontAndSize(HPDF_Page, HPDF_Font, HPDF_REAL);
HPDF_REAL HPDF_Page_TextWidth(HPDF_Page, char const*);
HPDF_STATUS HPDF_Page_BeginText(HPDF_Page);
HPDF_STATUS HPDF_Page_ShowText(HPDF_Page, char const*);
}

namespace osetra::paper {
namespace {

constexpr char const* font_file = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";

TEST(Paper, IsAFileOfPages) {
    Paper sheet{Lie::upright};
    sheet.line("Hatchery sheet 配种单", large);
    sheet.table({{"Female 雌鱼", 0.5F}, {"Male 雄鱼", 0.5F}}, {{"156010000000001", ""}, {"SCH-F01", ""}}, Rows::written_in);
    sheet.signature("Name, day 姓名、日期");
    auto const bytes = sheet.bytes();
    EXPECT_TRUE(bytes.starts_with("%PDF"));
    EXPECT_GT(bytes.size(), 10'000u);   // the part of the font that it uses is in it
}

// Most Chinese characters are put together of parts whose numbers are over 32,767: without them the paper has gaps.
TEST(Paper, CharactersMadeOfPartsAreWhole) {
    if (!std::filesystem::exists(font_file)) GTEST_SKIP() << font_file << " is not here";
    std::ostringstream bytes;
    bytes << std::ifstream{font_file, std::ios::binary}.rdbuf();
    auto* const pdf = HPDF_New(nullptr, nullptr);
    HPDF_UseUTFEncodings(pdf);
    HPDF_SetCurrentEncoder(pdf, "UTF-8");
    auto const* name = HPDF_LoadTTFontFromFile2(pdf, font_file, 0, HPDF_TRUE);
    ASSERT_TRUE(name);
    auto* const page = HPDF_AddPage(pdf);
    HPDF_Page_SetFontAndSize(page, HPDF_GetFont(pdf, name, "UTF-8"), 12);
    HPDF_Page_BeginText(page);
    HPDF_Page_ShowText(page, "代季范");
    auto* const attr = static_cast<HPDF_TTFontDefAttr>(HPDF_GetFontDef(pdf, name)->attr);
    auto const used = [&] {
        int n = 0, beyond = 0;
        for (unsigned g = 0; g < attr->num_glyphs; ++g)
            if (attr->glyph_tbl.flgs[g]) ++n, beyond += g > 32'767 ? 1 : 0;
        return std::pair{n, beyond};
    };
    EXPECT_EQ(used().second, 0) << "the library keeps the parts now: mark_parts() may go";
    mark_parts(pdf, name, bytes.str());
    auto const after = used();
    EXPECT_GE(after.second, 3);
    mark_parts(pdf, name, bytes.str());
    EXPECT_EQ(used(), after);
    HPDF_Free(pdf);
}

} // namespace
} // namespace osetra::paper
