#include "processing/labels/print.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>

#include "kernel/paper.h"

namespace osetra::processing::labels {
namespace {

using paper::Dots;
using paper::Glyphs;
using std::string;
using std::string_view;

constexpr double points = 72 / 25.4;

int nearest(double v) { return static_cast<int>(std::lround(v)); }
/// Never larger than it was drawn, so that nothing leaves the label.
int module_dots(double module, int dots_per_mm) { return std::max(1, static_cast<int>(std::floor(module * dots_per_mm + 1e-6))); }
int code_height(CodeAt const& c, int dots_per_mm) { return c.kind == CodeKind::gs1_128 ? nearest(c.height * dots_per_mm) : c.modules.height * module_dots(c.module, dots_per_mm); }

void put(paper::Board& board, Drawing const& d, double left, double top) {
    std::vector<paper::Fill> fills;
    for (auto const& c : d.codes)
        for (auto const& r : runs_of(c.modules)) {
            auto const high = c.kind == CodeKind::gs1_128 ? c.height : r.height * c.module;
            fills.push_back({static_cast<float>((left + c.x + r.x * c.module) * points), static_cast<float>((top + c.y + r.y * c.module) * points), static_cast<float>(r.width * c.module * points), static_cast<float>(high * points)});
        }
    board.fill(fills);
    for (auto const& t : d.texts) board.text(static_cast<float>((left + t.x) * points), static_cast<float>((top + t.baseline) * points), static_cast<float>(t.size * points), t.text);
}

void draw_code(Dots& on, CodeAt const& c, int x, int y, int dots_per_mm) {
    auto const m = module_dots(c.module, dots_per_mm);
    for (auto const& r : runs_of(c.modules)) {
        auto const high = c.kind == CodeKind::gs1_128 ? code_height(c, dots_per_mm) : r.height * m;
        for (auto dy = 0; dy < high; ++dy)
            for (auto dx = 0; dx < r.width * m; ++dx) on.set(x + r.x * m + dx, y + r.y * m + dy);
    }
}

bool printer_has(string_view text) {
    for (auto const c : paper::characters(text))
        if (c >= 0x100 && c != 0x2013 && c != 0x2026 && c != 0x20ac) return false;
    return true;
}
string field_data(string_view text) {
    string out;
    for (auto const c : text) {
        if (c == '^' || c == '~' || c == '_') out += fmt::format("_{:02X}", static_cast<unsigned char>(c));
        else out.push_back(c);
    }
    return out;
}

/// A run of one digit in the printer's short form: G to Y are 1 to 19, g to z are 20 to 400 in twenties.
void put_run(string& out, char digit, std::size_t n) {
    for (; n >= 400; n -= 400) out.push_back('z');
    if (n == 0) { out.push_back(digit); return; }
    if (n == 1) { out.push_back(digit); return; }
    if (n >= 20) out.push_back(static_cast<char>('g' + static_cast<char>(n / 20) - 1));
    if (n % 20 != 0) out.push_back(static_cast<char>('G' + static_cast<char>(n % 20) - 1));
    out.push_back(digit);
}
string graphic(Dots const& dots) {
    auto const row_bytes = static_cast<std::size_t>((dots.width + 7) / 8);
    string out = fmt::format("^GFA,{0},{0},{1},", row_bytes * static_cast<std::size_t>(dots.height), row_bytes);
    string before;
    for (auto y = 0; y < dots.height; ++y) {
        string row;
        for (std::size_t b = 0; b < row_bytes; ++b) {
            unsigned value = 0;
            for (auto bit = 0; bit < 8; ++bit) value = value << 1U | (dots.at(static_cast<int>(b) * 8 + bit, y) ? 1U : 0U);
            row.push_back("0123456789ABCDEF"[value >> 4U]);
            row.push_back("0123456789ABCDEF"[value & 15U]);
        }
        if (row == before) { out.push_back(':'); continue; }
        before = row;
        auto const last = row.find_last_not_of('0');
        auto const end = last == string::npos ? 0 : last + 1;
        for (std::size_t i = 0; i < end;) {
            auto n = i;
            while (n < end && row[n] == row[i]) ++n;
            put_run(out, row[i], n - i);
            i = n;
        }
        if (end < row.size()) out.push_back(',');
    }
    return out;
}

/// Texts that went as dots before: most stand on every label of a run.
using Sent = std::map<std::pair<int, string>, string, std::less<>>;

void put(string& out, TextAt const& t, Zpl const& how, Glyphs const& glyphs, Sent& sent) {
    auto const d = how.dots_per_mm;
    if (how.letters == Printers::own && printer_has(t.text)) {
        auto const size = nearest(t.size * d);
        out += fmt::format("^FO{},{}^A0N,{},{}^FH_^FD{}^FS\n", nearest(t.x * d), std::max(0, nearest((t.baseline - 0.8 * t.size) * d)), size, size, field_data(t.text));
        return;
    }
    constexpr auto fine = 16.;                   // sizes are told in sixteenths of a dot
    auto const size = std::floor(t.size * d * fine) / fine;
    auto& graphics = sent[{nearest(size * fine), t.text}];
    if (graphics.empty()) {
        Dots dots{static_cast<int>(std::ceil(glyphs.width(t.text) * size)) + 2, static_cast<int>(std::ceil(1.3 * size))};
        glyphs.draw(dots, t.text, 0, size, size);
        graphics = graphic(dots);
    }
    out += fmt::format("^FO{},{}{}^FS\n", nearest(t.x * d), std::max(0, nearest(t.baseline * d - size)), graphics);
    if (sent.size() > 2'000) sent.clear();
}

void put(string& out, CodeAt const& c, Zpl const& how) {
    auto const d = how.dots_per_mm, m = module_dots(c.module, d), x = nearest(c.x * d), y = nearest(c.y * d);
    if (how.codes == Printers::dots) {
        Dots dots{c.modules.width * m, code_height(c, d)};
        draw_code(dots, c, 0, 0, d);
        out += fmt::format("^FO{},{}{}^FS\n", x, y, graphic(dots));
    } else if (c.kind == CodeKind::data_matrix) out += fmt::format("^FO{},{}^BXN,{},200,{},{},6,_^FD{}^FS\n", x, y, m, c.modules.width, c.modules.height, with_fnc1(c.elements, "_1"));
    else if (c.kind == CodeKind::qr) out += fmt::format("^FO{},{}^BQN,2,{}^FDMA,{}^FS\n", x, y, m, c.link);
    else out += fmt::format("^FO{},{}^BY{}^BCN,{},N,N,N,D^FD{}^FS\n", x, y, m, code_height(c, d), in_round_brackets(c.elements));
}

} // namespace

Result<string> pdf_of(std::vector<Drawing> const& all, std::optional<Sheet> const& sheet) {
    paper::Board board;
    if (!sheet) {
        for (auto const& d : all) {
            board.page(static_cast<float>(d.width * points), static_cast<float>(d.height * points));
            put(board, d, 0, 0);
        }
        return board.bytes();
    }
    auto const wide = all.front().width, high = all.front().height;
    auto const fits = [&](double room, double one) { return static_cast<int>(std::floor((room - 2 * sheet->margin_mm + sheet->gap_mm + 1e-6) / (one + sheet->gap_mm))); };
    auto const columns = fits(sheet->width_mm, wide), rows = fits(sheet->height_mm, high);
    if (columns < 1 || rows < 1) return refuse("sheet_too_small", fmt::format("A label of {:g} x {:g} mm does not fit onto the sheet within its margins.", wide, high), "sheet");
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const place = static_cast<int>(i % static_cast<std::size_t>(columns * rows));
        if (place == 0) board.page(static_cast<float>(sheet->width_mm * points), static_cast<float>(sheet->height_mm * points));
        auto const left = sheet->margin_mm + place % columns * (wide + sheet->gap_mm), top = sheet->margin_mm + place / columns * (high + sheet->gap_mm);
        board.frame({static_cast<float>(left * points), static_cast<float>(top * points), static_cast<float>(wide * points), static_cast<float>(high * points)});
        put(board, all[i], left, top);
    }
    return board.bytes();
}

string zpl_of(std::vector<Drawing> const& all, Zpl const& how) {
    Glyphs const glyphs;
    Sent sent;
    string out;
    for (auto const& d : all) {
        out += fmt::format("^XA\n^CI28\n^PW{}\n^LL{}\n^LH0,0\n", nearest(d.width * how.dots_per_mm), nearest(d.height * how.dots_per_mm));
        for (auto const& c : d.codes) put(out, c, how);
        for (auto const& t : d.texts) put(out, t, how, glyphs, sent);
        out += "^XZ\n";
    }
    return out;
}

string svg_of(Drawing const& d, Glyphs const& glyphs) {
    string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}mm\" height=\"{1:g}mm\" viewBox=\"0 0 {0:g} {1:g}\"><rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#fff\"/><path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"", d.width, d.height);
    for (auto const& c : d.codes)
        for (auto const& r : runs_of(c.modules))
            out += fmt::format("M{:.4g} {:.4g}h{:.4g}v{:.4g}h{:.4g}z", c.x + r.x * c.module, c.y + r.y * c.module, r.width * c.module, c.kind == CodeKind::gs1_128 ? c.height : r.height * c.module, -r.width * c.module);
    out += "\"/><path fill=\"#000\" d=\"";
    for (auto const& t : d.texts) {
        auto x = t.x;
        for (auto const c : paper::characters(t.text)) {
            for (auto const& line : glyphs.outline(c)) {
                for (std::size_t i = 0; i < line.size(); ++i) out += fmt::format("{}{:.2f} {:.2f}", i == 0 ? 'M' : 'L', x + line[i].x * t.size, t.baseline - line[i].y * t.size);
                out += 'z';
            }
            x += glyphs.width(paper::utf8(c)) * t.size;
        }
    }
    return out + "\"/></svg>";
}

Dots dots_of(Drawing const& d, int dots_per_mm, Glyphs const& glyphs) {
    Dots on{nearest(d.width * dots_per_mm), nearest(d.height * dots_per_mm)};
    for (auto const& c : d.codes) draw_code(on, c, nearest(c.x * dots_per_mm), nearest(c.y * dots_per_mm), dots_per_mm);
    for (auto const& t : d.texts) glyphs.draw(on, t.text, t.x * dots_per_mm, t.baseline * dots_per_mm, t.size * dots_per_mm);
    return on;
}

} // namespace osetra::processing::labels
