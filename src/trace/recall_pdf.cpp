#include "trace/recall_pdf.h"

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <fmt/core.h>
#include <hpdf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/fault.h"

// WenQuanYi Micro Hei (Apache-2.0): Latin and Chinese in one font. The library reads fonts from files only, so the bytes in the
// program are shown to it as a file in memory (docs/adr/0009).
__asm__(".section .rodata\n"
        ".balign 16\n"
        "osetra_recall_font:\n"
        ".incbin \"" OSETRA_RECALL_FONT "\"\n"
        "osetra_recall_font_end:\n"
        ".byte 0\n"
        ".previous\n");
extern "C" {
extern char const osetra_recall_font[];
extern char const osetra_recall_font_end[];
}

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr float margin = 36, small = 7.5F, normal = 9, large = 16, leading = 1.35F;

class FontFile {
public:
    FontFile() : m_file(memfd_create("osetra-font", MFD_CLOEXEC)) {
        auto const size = static_cast<std::size_t>(osetra_recall_font_end - osetra_recall_font);
        for (std::size_t at = 0; m_file >= 0 && at < size;) {
            auto const n = write(m_file, osetra_recall_font + at, size - at);
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

struct Column { char const* heading; float width; };   ///< width: part of the page

class Paper {
public:
    Paper() : m_pdf(HPDF_New([](HPDF_STATUS, HPDF_STATUS, void*) {}, nullptr)) {   // errors are looked at when it is done
        if (!m_pdf) throw Fault("no room for a PDF in memory");
        HPDF_UseUTFEncodings(m_pdf);
        HPDF_SetCurrentEncoder(m_pdf, "UTF-8");
        HPDF_SetCompressionMode(m_pdf, HPDF_COMP_ALL);
        FontFile const file;
        auto const* name = HPDF_LoadTTFontFromFile2(m_pdf, file.path().c_str(), 0, HPDF_TRUE);
        m_font = name ? HPDF_GetFont(m_pdf, name, "UTF-8") : nullptr;
        new_page();
    }
    ~Paper() { HPDF_Free(m_pdf); }
    Paper(Paper const&) = delete;
    Paper& operator=(Paper const&) = delete;

    void line(string_view text, float size) {
        for (auto const& part : wrapped(text, m_width - 2 * margin, size)) {
            room(size * leading);
            put(part, margin, size);
            m_y -= size * leading;
        }
    }
    void gap(float points) { m_y -= points; }
    void table(std::vector<Column> const& columns, std::vector<std::vector<string>> const& rows) {
        room(4 * normal);
        headings(columns);
        for (auto const& row : rows) {
            std::vector<std::vector<string>> cells;
            std::size_t lines = 1;
            for (std::size_t i = 0; i < columns.size(); ++i) {
                cells.push_back(wrapped(row[i], wide(columns[i]) - 4, small));
                lines = std::max(lines, cells.back().size());
            }
            auto const high = static_cast<float>(lines) * small * leading + 3;
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
    string bytes() {
        HPDF_SaveToStream(m_pdf);
        string out(HPDF_GetStreamSize(m_pdf), '\0');
        auto size = static_cast<HPDF_UINT32>(out.size());
        HPDF_ReadFromStream(m_pdf, reinterpret_cast<HPDF_BYTE*>(out.data()), &size);
        out.resize(size);
        if (!m_font || !out.starts_with("%PDF")) throw Fault(fmt::format("the PDF library failed with status {:#x}", HPDF_GetError(m_pdf)));
        return out;
    }

private:
    void new_page() {
        m_page = HPDF_AddPage(m_pdf);
        HPDF_Page_SetSize(m_page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_LANDSCAPE);
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

    HPDF_Doc m_pdf;
    HPDF_Font m_font = nullptr;
    HPDF_Page m_page = nullptr;
    float m_width = 0, m_y = 0;
    int m_pages = 0;
};

string local(std::optional<Instant> at, FarmOffset offset) {
    if (!at) return "";
    auto const text = text_of(*at + offset.east);
    return text.substr(0, 10) + " " + text.substr(11, 5);
}
string amount(RecallItem const& i) { return i.quantity ? fmt::format("{:g} {}", *i.quantity, i.uom.value_or("")) : ""; }
string joined(std::vector<string> const& all) {
    string out;
    for (auto const& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}
char const* both_languages(string_view where) {
    if (where == "in_house") return "in house 在库";
    if (where == "shipped") return "shipped 已发运";
    if (where == "received") return "received 已收货";
    if (where == "used_up") return "used up 已用尽";
    if (where == "ended") return "ended 已注销";
    return "unknown 不明";
}

} // namespace

string to_pdf(Recall const& recall, Instant made_at, FarmOffset offset) {
    Paper paper;
    paper.line("Recall 召回", large);
    paper.line(recall.start, normal);
    paper.line("As of 截至 " + local(made_at, offset), normal);
    std::map<string, int> count;
    for (auto const& i : recall.items) ++count[i.where];
    string summary;
    for (auto const& [where, n] : count) summary += fmt::format("{}{}: {}", summary.empty() ? "" : "; ", both_languages(where), n);
    paper.line(summary, normal);
    if (recall.truncated) paper.line("This list is not complete: there is more than was asked for. 清单不完整。", normal);
    paper.gap(normal);

    paper.line("Whom to call 联系人", normal + 2);
    std::vector<std::vector<string>> rows;
    for (auto const& c : recall.contacts)
        rows.push_back({c.name.value_or(""), c.address.value_or("") + (c.country ? " " + *c.country : ""), c.contact.value_or(""), c.phone.value_or(""), c.email.value_or(""), c.party});
    paper.table({{"Name 名称", 0.2F}, {"Address 地址", 0.24F}, {"Person 联系人", 0.12F}, {"Phone 电话", 0.12F}, {"E-mail 邮箱", 0.14F}, {"Number 编号", 0.18F}}, rows);

    paper.line("Shipments 发运", normal + 2);
    rows.clear();
    for (auto const& s : recall.shipments) {
        std::vector<string> papers;
        for (auto const& p : s.papers) papers.push_back(p.type + " " + p.id);
        rows.push_back({local(s.shipped_at, offset), local(s.received_at, offset), joined(s.things), s.to_party.value_or("") + (s.to_place ? " " + *s.to_place : ""), joined(papers)});
    }
    paper.table({{"Shipped 发运", 0.1F}, {"Received 收货", 0.1F}, {"Carried 物品", 0.26F}, {"To 收货方", 0.26F}, {"Papers 单据", 0.28F}}, rows);

    paper.line("Affected 受影响物品", normal + 2);
    rows.clear();
    for (auto const& i : recall.items)
        rows.push_back({i.name, i.kind, i.label.value_or(""), amount(i), both_languages(i.where), i.place_name.value_or(i.place.value_or("")), i.container.value_or(""), local(i.last_at, offset)});
    paper.table({{"Number 编号", 0.14F}, {"Kind 类别", 0.06F}, {"Label 标签", 0.22F}, {"Amount 数量", 0.08F}, {"Where 状态", 0.1F}, {"Place 地点", 0.16F}, {"Container 包装", 0.16F}, {"Last seen 最后", 0.08F}}, rows);

    if (!recall.unaccounted.empty()) {
        paper.line("Not accounted for 未查明", normal + 2);
        rows.clear();
        for (auto const& g : recall.unaccounted) rows.push_back({g.id, g.why});
        paper.table({{"What 物品", 0.5F}, {"Why 原因", 0.5F}}, rows);
    }
    return paper.bytes();
}

} // namespace osetra::trace
