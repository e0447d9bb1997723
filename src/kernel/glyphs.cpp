#include "kernel/glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernel/fault.h"
#include "kernel/paper_font.h"

namespace osetra::paper {
namespace {

// The tables of TrueType [OpenType 1.9: cmap formats 4 and 12, glyf, hmtx, loca].
constexpr unsigned on_line = 0x1, x_short = 0x2, y_short = 0x4, again = 0x8, x_same = 0x10, y_same = 0x20;
constexpr unsigned words = 0x1, offsets_told = 0x2, scaled = 0x8, more = 0x20, scaled_both = 0x40, two_by_two = 0x80;
constexpr int deepest = 6, steps = 6, finer = 4;

struct Spot { double x = 0, y = 0; bool on = false; };

/// A closed line from a contour's points: those that are not on it bend it (quadratic).
std::vector<Point> flattened(std::vector<Spot> const& spots) {
    std::vector<Point> out;
    if (spots.empty()) return out;
    std::vector<Spot> all;
    for (std::size_t i = 0; i < spots.size(); ++i) {
        auto const& a = spots[i];
        auto const& b = spots[(i + 1) % spots.size()];
        all.push_back(a);
        if (!a.on && !b.on) all.push_back({(a.x + b.x) / 2, (a.y + b.y) / 2, true});
    }
    auto const first = std::find_if(all.begin(), all.end(), [](Spot const& s) { return s.on; });
    if (first == all.end()) return out;
    std::rotate(all.begin(), first, all.end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].on) { out.push_back({all[i].x, all[i].y}); continue; }
        auto const& from = all[i - 1];
        auto const& to = all[(i + 1) % all.size()];
        for (auto k = 1; k < steps; ++k) {
            auto const t = static_cast<double>(k) / steps, u = 1 - t;
            out.push_back({u * u * from.x + 2 * u * t * all[i].x + t * t * to.x, u * u * from.y + 2 * u * t * all[i].y + t * t * to.y});
        }
    }
    return out;
}

} // namespace

std::u32string characters(std::string_view text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        auto const c = static_cast<unsigned char>(text[i]);
        auto const n = c < 0x80 ? 1U : (c >> 5U) == 6 ? 2U : (c >> 4U) == 14 ? 3U : (c >> 3U) == 30 ? 4U : 0U;
        if (n == 0 || i + n > text.size()) { out.push_back(0xfffd); ++i; continue; }
        char32_t value = n == 1 ? c : c & (0xffU >> (n + 1));
        for (auto k = 1U; k < n; ++k) value = value << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
        out.push_back(value);
        i += n;
    }
    return out;
}

std::string utf8(char32_t c) {
    auto const part = [&](unsigned shift) { return static_cast<char>(0x80U | (static_cast<std::uint32_t>(c) >> shift & 0x3fU)); };
    auto const v = static_cast<std::uint32_t>(c);
    if (v < 0x80) return {static_cast<char>(v)};
    if (v < 0x800) return {static_cast<char>(0xc0U | v >> 6U), part(0)};
    if (v < 0x10000) return {static_cast<char>(0xe0U | v >> 12U), part(6), part(0)};
    return {static_cast<char>(0xf0U | v >> 18U), part(12), part(6), part(0)};
}

Glyphs::Glyphs() : m_file(font_file()) {
    auto const start = m_file.starts_with("ttcf") ? u32(12) : 0U;
    for (auto i = 0U; i < u16(start + 4); ++i) {
        auto const at = start + 12 + 16U * i;
        m_tables[std::string{m_file.substr(at, 4)}] = u32(at + 8);
    }
    m_units = u16(table("head") + 18);
    m_long_places = u16(table("head") + 50) != 0;
    m_measured = u16(table("hhea") + 34);
    m_glyphs = u16(table("maxp") + 4);
    read_map();
    for (char32_t c = 0; c < 0x180; ++c) m_common.push_back(letter(c));
}

std::size_t Glyphs::table(char const* name) const {
    auto const at = m_tables.find(name);
    if (at == m_tables.end()) throw Fault(std::string{"the font has no table "} + name);
    return at->second;
}
std::uint16_t Glyphs::u16(std::size_t at) const {
    if (at + 2 > m_file.size()) return 0;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(m_file[at]) << 8U | static_cast<unsigned char>(m_file[at + 1]));
}
std::uint32_t Glyphs::u32(std::size_t at) const { return static_cast<std::uint32_t>(u16(at)) << 16U | u16(at + 2); }

void Glyphs::read_map() {
    auto const map = table("cmap");
    for (auto i = 0U; i < u16(map + 2); ++i) {
        auto const at = map + u32(map + 4 + 8U * i + 4);
        if (u16(at) == 12) {
            for (auto g = 0U; g < u32(at + 12); ++g) {
                auto const from = u32(at + 16 + 12U * g), to = u32(at + 20 + 12U * g), glyph = u32(at + 24 + 12U * g);
                for (auto c = from; c <= to && c - from < 0x10000; ++c) m_map.emplace(c, static_cast<std::uint16_t>(glyph + c - from));
            }
        } else if (u16(at) == 4) {
            auto const count = u16(at + 6) / 2U;
            for (auto s = 0U; s < count; ++s) {
                auto const end = u16(at + 14 + 2U * s), begin = u16(at + 16 + 2U * (count + s)), delta = u16(at + 16 + 2U * (2 * count + s));
                auto const place = at + 16 + 2U * (3 * count + s);
                auto const offset = u16(place);
                for (unsigned c = begin; c <= end && c != 0xffff; ++c) {
                    auto glyph = offset == 0 ? c + delta : u16(place + offset + 2U * (c - begin));
                    if (offset != 0 && glyph != 0) glyph += delta;
                    if ((glyph & 0xffffU) != 0) m_map.emplace(c, static_cast<std::uint16_t>(glyph));
                }
            }
        }
    }
}

Glyphs::Letter Glyphs::letter(char32_t c) const {
    if (c < m_common.size()) return m_common[c];
    auto const at = m_map.find(c);
    auto const glyph = at == m_map.end() ? std::uint16_t{0} : at->second;
    auto const measured = std::min<unsigned>(glyph, m_measured - 1U);
    return {glyph, u16(table("hmtx") + 4U * measured) / m_units};
}

double Glyphs::width(std::string_view text) const {
    double all = 0;
    for (auto const c : characters(text)) all += letter(c).advance;
    return all;
}

bool Glyphs::has(char32_t c) const { return letter(c).glyph != 0; }

Outline Glyphs::read(std::uint16_t glyph, int depth) const {
    Outline out;
    if (glyph >= m_glyphs || depth > deepest) return out;
    auto const loca = table("loca");
    auto const place = [&](unsigned g) { return m_long_places ? u32(loca + 4U * g) : 2U * u16(loca + 2U * g); };
    if (place(glyph) == place(glyph + 1U)) return out;
    auto at = table("glyf") + place(glyph);
    auto const contours = static_cast<std::int16_t>(u16(at));
    at += 10;
    auto const number = [&](std::size_t where) { return static_cast<double>(static_cast<std::int16_t>(u16(where))); };
    auto const fraction = [&](std::size_t where) { return number(where) / 16384; };
    if (contours < 0) {
        for (unsigned flags = more; (flags & more) != 0 && at + 4 <= m_file.size();) {
            flags = u16(at);
            auto const part = u16(at + 2);
            at += 4;
            double dx = 0, dy = 0, a = 1, b = 0, c = 0, d = 1;
            if ((flags & words) != 0) { dx = number(at); dy = number(at + 2); at += 4; }
            else { dx = static_cast<signed char>(m_file[at]); dy = static_cast<signed char>(m_file[at + 1]); at += 2; }
            if ((flags & offsets_told) == 0) dx = dy = 0;
            if ((flags & scaled) != 0) { a = d = fraction(at); at += 2; }
            else if ((flags & scaled_both) != 0) { a = fraction(at); d = fraction(at + 2); at += 4; }
            else if ((flags & two_by_two) != 0) { a = fraction(at); b = fraction(at + 2); c = fraction(at + 4); d = fraction(at + 6); at += 8; }
            for (auto contour : read(part, depth + 1)) {
                for (auto& p : contour) p = {a * p.x + c * p.y + dx / m_units, b * p.x + d * p.y + dy / m_units};
                out.push_back(std::move(contour));
            }
        }
        return out;
    }
    auto const ends = at;
    at += 2U * static_cast<unsigned>(contours);
    at += 2U + u16(at);
    std::size_t const points = contours == 0 ? 0 : u16(ends + 2U * static_cast<unsigned>(contours - 1)) + 1U;
    std::vector<unsigned> flags;
    while (flags.size() < points && at < m_file.size()) {
        auto const flag = static_cast<unsigned char>(m_file[at++]);
        flags.push_back(flag);
        if ((flag & again) != 0 && at < m_file.size())
            for (auto n = static_cast<unsigned char>(m_file[at++]); n > 0 && flags.size() < points; --n) flags.push_back(flag);
    }
    std::vector<Spot> spots(points);
    if (flags.size() < points) return out;
    double sum = 0;
    for (std::size_t i = 0; i < points && at < m_file.size(); ++i) {
        if ((flags[i] & x_short) != 0) { auto const n = static_cast<unsigned char>(m_file[at++]); sum += (flags[i] & x_same) != 0 ? n : -static_cast<double>(n); }
        else if ((flags[i] & x_same) == 0) { sum += number(at); at += 2; }
        spots[i].x = sum / m_units;
        spots[i].on = (flags[i] & on_line) != 0;
    }
    sum = 0;
    for (std::size_t i = 0; i < points && at < m_file.size(); ++i) {
        if ((flags[i] & y_short) != 0) { auto const n = static_cast<unsigned char>(m_file[at++]); sum += (flags[i] & y_same) != 0 ? n : -static_cast<double>(n); }
        else if ((flags[i] & y_same) == 0) { sum += number(at); at += 2; }
        spots[i].y = sum / m_units;
    }
    std::size_t from = 0;
    for (auto c = 0U; c < static_cast<unsigned>(contours); ++c) {
        std::size_t const to = u16(ends + 2U * c) + 1U;
        if (to > points || to < from) break;
        out.push_back(flattened({spots.begin() + static_cast<std::ptrdiff_t>(from), spots.begin() + static_cast<std::ptrdiff_t>(to)}));
        from = to;
    }
    return out;
}

Outline const& Glyphs::outline(char32_t c) const {
    auto const at = m_outlines.find(c);
    return at != m_outlines.end() ? at->second : m_outlines.emplace(c, read(letter(c).glyph, 0)).first->second;
}

/// A dot is black where at least half of its `finer` x `finer` points are inside (non-zero winding).
void Glyphs::draw(Dots& on, std::string_view text, double x, double baseline, double size) const {
    for (auto const c : characters(text)) {
        auto const& lines = outline(c);
        double left = 1e9, right = -1e9, top = 1e9, low = -1e9;
        for (auto const& line : lines)
            for (auto const& p : line) {
                left = std::min(left, x + p.x * size); right = std::max(right, x + p.x * size);
                top = std::min(top, baseline - p.y * size); low = std::max(low, baseline - p.y * size);
            }
        if (left <= right) {
            auto const x0 = static_cast<int>(std::floor(left)), x1 = static_cast<int>(std::ceil(right)), y0 = static_cast<int>(std::floor(top)), y1 = static_cast<int>(std::ceil(low));
            auto const wide = static_cast<std::size_t>(x1 - x0 + 1);
            std::vector<int> inside(wide);
            for (auto row = y0; row <= y1; ++row) {
                std::fill(inside.begin(), inside.end(), 0);
                for (auto sub = 0; sub < finer; ++sub) {
                    auto const y = row + (sub + 0.5) / finer;
                    std::vector<std::pair<double, int>> crossings;
                    for (auto const& line : lines)
                        for (std::size_t i = 0; i < line.size(); ++i) {
                            auto const& a = line[i];
                            auto const& b = line[(i + 1) % line.size()];
                            auto const ya = baseline - a.y * size, yb = baseline - b.y * size;
                            if ((ya <= y) == (yb <= y)) continue;
                            crossings.emplace_back(x + size * (a.x + (b.x - a.x) * (y - ya) / (yb - ya)), ya < yb ? 1 : -1);
                        }
                    std::sort(crossings.begin(), crossings.end());
                    auto winding = 0;
                    for (std::size_t i = 0; i + 1 < crossings.size(); ++i) {
                        winding += crossings[i].second;
                        if (winding == 0) continue;
                        auto const first = static_cast<int>(std::ceil((crossings[i].first - x0) * finer - 0.5)), last = static_cast<int>(std::ceil((crossings[i + 1].first - x0) * finer - 0.5));
                        for (auto k = std::max(first, 0); k < last && k / finer < static_cast<int>(wide); ++k) ++inside[static_cast<std::size_t>(k / finer)];
                    }
                }
                for (std::size_t i = 0; i < wide; ++i)
                    if (inside[i] >= finer * finer / 2) on.set(x0 + static_cast<int>(i), row);
            }
        }
        x += letter(c).advance * size;
    }
}

} // namespace osetra::paper
