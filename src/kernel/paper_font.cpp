#include "kernel/paper_font.h"

#include <cstdint>
#include <vector>

// The library's own view of a font; its public header (paper.cpp) hides the same names.
#include <hpdf_doc.h>
#include <hpdf_fontdef.h>

namespace osetra::paper {
namespace {

// The glyf table of TrueType [OpenType 1.9, "glyf"]: a glyph of parts has -1 contours; each part has flags, a number, and its place.
constexpr std::size_t header_bytes = 10;
constexpr unsigned words = 0x1, scaled = 0x8, more = 0x20, scaled_both = 0x40, two_by_two = 0x80;

struct Glyphs {
    std::string_view file;
    HPDF_TTFontDefAttr font;

    std::uint16_t number(std::size_t at) const {
        if (at + 2 > file.size()) return 0;
        return static_cast<std::uint16_t>(static_cast<unsigned char>(file[at]) << 8U | static_cast<unsigned char>(file[at + 1]));
    }
    /// Where the glyph's description begins; 0: it has none.
    std::size_t place(std::uint16_t glyph) const {
        auto const& table = font->glyph_tbl;
        if (glyph >= font->num_glyphs || table.offsets[glyph] == table.offsets[glyph + 1]) return 0;
        auto const offset = std::size_t{table.offsets[glyph]} * (font->header.index_to_loc_format == 0 ? 2 : 1);
        return table.base_offset + offset;
    }
    std::vector<std::uint16_t> parts(std::uint16_t glyph) const {
        std::vector<std::uint16_t> all;
        auto at = place(glyph);
        if (at == 0 || number(at) != 0xffff) return all;
        unsigned flags = more;
        for (at += header_bytes; (flags & more) != 0 && at + 4 <= file.size() && all.size() < 64;) {
            flags = number(at);
            all.push_back(number(at + 2));
            at += 4 + ((flags & words) != 0 ? 4U : 2U) + ((flags & scaled) != 0 ? 2U : (flags & scaled_both) != 0 ? 4U : (flags & two_by_two) != 0 ? 8U : 0U);
        }
        return all;
    }
};

} // namespace

void mark_parts(void* pdf, char const* font, std::string_view file) {
    auto* const def = HPDF_GetFontDef(static_cast<HPDF_Doc>(pdf), font);
    if (!def || def->type != HPDF_FONTDEF_TYPE_TRUETYPE || !def->attr) return;
    Glyphs const glyphs{file, static_cast<HPDF_TTFontDefAttr>(def->attr)};
    auto* const used = glyphs.font->glyph_tbl.flgs;
    std::vector<std::uint16_t> open;
    for (std::uint32_t g = 0; g < glyphs.font->num_glyphs; ++g)
        if (used[g]) open.push_back(static_cast<std::uint16_t>(g));
    while (!open.empty()) {
        auto const glyph = open.back();
        open.pop_back();
        for (auto const part : glyphs.parts(glyph)) {
            if (part >= glyphs.font->num_glyphs || used[part]) continue;
            used[part] = 1;
            open.push_back(part);
        }
    }
}

} // namespace osetra::paper
