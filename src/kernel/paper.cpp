#include "kernel/paper.h"

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <fmt/core.h>
#include <hpdf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/fault.h"
#include "kernel/paper_font.h"

// WenQuanYi Micro Hei (Apache-2.0): Latin and Chinese in one font. The library reads fonts from files only, so the bytes in the
// program are shown to it as a file in memory (docs/adr/0009).
__asm__(".section .rodata\n"
        ".balign 16\n"
        "osetra_paper_font:\n"
        ".incbin \"" OSETRA_PAPER_FONT "\"\n"
        "osetra_paper_font_end:\n"
        ".byte 0\n"
        ".previous\n");
extern "C" {
extern char const osetra_paper_font[];
extern char const osetra_paper_font_end[];
}

namespace osetra::paper {
namespace {

using std::string;
using std::string_view;

constexpr float margin = 36, leading = 1.35F, writing = 22, signature_width = 220;

class FontFile {
public:
    FontFile() : m_file(memfd_create("osetra-font", MFD_CLOEXEC)) {
        auto const size = static_cast<std::size_t>(osetra_paper_font_end - osetra_paper_font);
        for (std::size_t at = 0; m_file >= 0 && at < size;) {
            auto const n = write(m_file, osetra_paper_font + at, size - at);
            if (n <= 0) break;
            at += static_cast<std::size_t>(n);
        }
    }
    ~FontFile() { if (m_file >= 0) close(m_file); }
    FontFile(FontFile const&) = delete;
    FontFile& operator=(FontFile const&) = delete;
    string path() const { return "/proc/self/fd/" + std::to_string(m_file); }

private:
    int m_file;
};

/// A document in the making, with the font in it.
struct PdfFile {
    PdfFile() : pdf(HPDF_New([](HPDF_STATUS, HPDF_STATUS, void*) {}, nullptr)) {   // errors are looked at when it is done
        if (!pdf) throw Fault("no room for a PDF in memory");
        HPDF_UseUTFEncodings(pdf);
        HPDF_SetCurrentEncoder(pdf, "UTF-8");
        HPDF_SetCompressionMode(pdf, HPDF_COMP_ALL);
        FontFile const file;
        font_name = HPDF_LoadTTFontFromFile2(pdf, file.path().c_str(), 0, HPDF_TRUE);
        font = font_name ? HPDF_GetFont(pdf, font_name, "UTF-8") : nullptr;
    }
    ~PdfFile() { HPDF_Free(pdf); }
    PdfFile(PdfFile const&) = delete;
    PdfFile& operator=(PdfFile const&) = delete;

    string bytes() const {
        if (font_name) mark_parts(pdf, font_name, font_file());
        HPDF_SaveToStream(pdf);
        string out(HPDF_GetStreamSize(pdf), '\0');
        auto size = static_cast<HPDF_UINT32>(out.size());
        HPDF_ReadFromStream(pdf, reinterpret_cast<HPDF_BYTE*>(out.data()), &size);
        out.resize(size);
        if (!font || !out.starts_with("%PDF")) throw Fault(fmt::format("the PDF library failed with status {:#x}", HPDF_GetError(pdf)));
        return out;
    }

    HPDF_Doc pdf;
    char const* font_name = nullptr;
    HPDF_Font font = nullptr;
};

} // namespace

string_view font_file() { return {osetra_paper_font, static_cast<std::size_t>(osetra_paper_font_end - osetra_paper_font)}; }

struct Paper::Inside {
    explicit Inside(Lie lie) : m_wide(lie == Lie::wide) { new_page(); }

    void line(string_view text, float size) {
        for (auto const& part : wrapped(text, m_width - 2 * margin, size)) {
            room(size * leading);
            put(part, margin, size);
            m_y -= size * leading;
        }
    }
    void gap(float points) { m_y -= points; }
    void table(std::vector<Column> const& columns, std::vector<std::vector<string>> const& rows, Rows kind) {
        room(4 * normal);
        headings(columns);
        for (auto const& row : rows) {
            std::vector<std::vector<string>> cells;
            std::size_t lines = 1;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                cells.push_back(wrapped(row[i], wide(columns[i]) - 4, small));
                lines = std::max(lines, cells.back().size());
            }
            auto const high = std::max(static_cast<float>(lines) * small * leading + 3, kind == Rows::written_in ? writing : 0);
            if (m_y - high < margin) { new_page(); headings(columns); }
            auto x = margin;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                for (std::size_t k = 0; k < cells[i].size(); ++k) put(cells[i][k], x, small, static_cast<float>(k) * small * leading);
                x += wide(columns[i]);
            }
            m_y -= high;
            rule(0.3F);
        }
        gap(normal);
    }
    void code(Dots const& dots, float side, std::vector<string> const& beside) {
        room(side + normal);
        auto const one = side / static_cast<float>(std::max(1, dots.width));
        for (auto y = 0; y < dots.height; ++y)
            for (auto x = 0; x < dots.width;) {
                auto run = 0;
                while (dots.at(x + run, y)) ++run;
                if (run > 0) HPDF_Page_Rectangle(m_page, margin + static_cast<float>(x) * one, m_y - static_cast<float>(y + 1) * one, static_cast<float>(run) * one, one * 1.02F);   // no hairline between rows
                x += std::max(1, run);
            }
        HPDF_Page_Fill(m_page);
        auto below = 0.0F;
        for (auto const& line : beside)
            for (auto const& part : wrapped(line, m_width - 2 * margin - side - 14, normal)) { put(part, margin + side + 14, normal, below); below += normal * leading; }
        m_y -= std::max(side, below) + normal;
    }
    string bytes() { return m_file.bytes(); }
    void signature(string_view under) {
        room(3 * writing);
        m_y -= 2 * writing;
        HPDF_Page_SetLineWidth(m_page, 0.5F);
        HPDF_Page_MoveTo(m_page, margin, m_y);
        HPDF_Page_LineTo(m_page, margin + signature_width, m_y);
        HPDF_Page_Stroke(m_page);
        put(under, margin, small);
        m_y -= small * leading + normal;
    }

    void new_page() {
        m_page = HPDF_AddPage(m_pdf);
        HPDF_Page_SetSize(m_page, HPDF_PAGE_SIZE_A4, m_wide ? HPDF_PAGE_LANDSCAPE : HPDF_PAGE_PORTRAIT);
        m_width = HPDF_Page_GetWidth(m_page);
        m_y = HPDF_Page_GetHeight(m_page) - margin;
        auto const number = std::to_string(++m_pages);
        auto const kept = m_y;
        m_y = margin - small;
        put(number, m_width - margin - 10, small);
        m_y = kept;
    }
    void room(float points) { if (m_y - points < margin) new_page(); }
    float wide(Column const& c) const { return (m_width - 2 * margin) * c.width; }
    void headings(std::vector<Column> const& columns) {
        auto x = margin;
        for (auto const& c : columns) { put(c.heading, x, small); x += wide(c); }
        m_y -= small * leading + 2;
        rule(0.8F);
    }
    /// A line under what was written.
    void rule(float thick) {
        HPDF_Page_SetLineWidth(m_page, thick);
        HPDF_Page_MoveTo(m_page, margin, m_y + 1);
        HPDF_Page_LineTo(m_page, m_width - margin, m_y + 1);
        HPDF_Page_Stroke(m_page);
    }
    void put(string_view text, float x, float size, float below = 0) {
        HPDF_Page_SetFontAndSize(m_page, m_font, size);
        HPDF_Page_BeginText(m_page);
        HPDF_Page_TextOut(m_page, x, m_y - size - below, string{text}.c_str());
        HPDF_Page_EndText(m_page);
    }
    static std::size_t character(string_view text) {
        std::size_t n = 1;
        while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0U) == 0x80) ++n;
        return n;
    }
    /// Broken where it is full, at a space where there is one in the last part.
    std::vector<string> wrapped(string_view text, float width, float size) {
        std::vector<string> lines;
        HPDF_Page_SetFontAndSize(m_page, m_font, size);
        while (!text.empty()) {
            std::size_t fits = 0, space = 0;
            for (auto n = character(text); n <= text.size();) {
                if (HPDF_Page_TextWidth(m_page, string{text.substr(0, n)}.c_str()) > width && fits) break;
                fits = n;
                if (text[n - 1] == ' ') space = n;
                if (n == text.size()) break;
                n += character(text.substr(n));
            }
            if (fits < text.size() && space > fits / 2) fits = space;
            lines.emplace_back(text.substr(0, fits));
            text.remove_prefix(fits);
        }
        if (lines.empty()) lines.emplace_back();
        return lines;
    }

    bool m_wide;
    PdfFile m_file;
    HPDF_Doc m_pdf = m_file.pdf;
    HPDF_Font m_font = m_file.font;
    HPDF_Page m_page = nullptr;
    float m_width = 0, m_y = 0;
    int m_pages = 0;
};

Paper::Paper(Lie lie) : m(std::make_unique<Inside>(lie)) {}
Paper::~Paper() = default;
void Paper::line(string_view text, float size) { m->line(text, size); }
void Paper::gap(float points) { m->gap(points); }
void Paper::table(std::vector<Column> const& columns, std::vector<std::vector<string>> const& rows, Rows kind) { m->table(columns, rows, kind); }
void Paper::code(Dots const& dots, float side, std::vector<string> const& beside) { m->code(dots, side, beside); }
void Paper::signature(string_view under) { m->signature(under); }
string Paper::bytes() { return m->bytes(); }

struct Board::Inside {
    PdfFile file;
    HPDF_Page page = nullptr;
    float height = 0;
};

Board::Board() : m(std::make_unique<Inside>()) {}
Board::~Board() = default;

void Board::page(float width, float height) {
    m->page = HPDF_AddPage(m->file.pdf);
    HPDF_Page_SetWidth(m->page, width);
    HPDF_Page_SetHeight(m->page, height);
    m->height = height;
}

void Board::text(float x, float baseline, float size, string_view text) {
    HPDF_Page_SetFontAndSize(m->page, m->file.font, size);
    HPDF_Page_BeginText(m->page);
    HPDF_Page_TextOut(m->page, x, m->height - baseline, string{text}.c_str());
    HPDF_Page_EndText(m->page);
}

void Board::fill(std::span<Fill const> all) {
    if (all.empty()) return;
    for (auto const& f : all) HPDF_Page_Rectangle(m->page, f.x, m->height - f.y - f.height, f.width, f.height);
    HPDF_Page_Fill(m->page);
}

void Board::frame(Fill const& f) {
    HPDF_Page_SetLineWidth(m->page, 0.2F);
    HPDF_Page_SetGrayStroke(m->page, 0.7F);
    HPDF_Page_Rectangle(m->page, f.x, m->height - f.y - f.height, f.width, f.height);
    HPDF_Page_Stroke(m->page);
}

string Board::bytes() { return m->file.bytes(); }

} // namespace osetra::paper
