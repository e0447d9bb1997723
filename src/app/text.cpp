#include "app/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace osetra::app {
namespace {

struct Range { char32_t from, to; };
// East Asian wide and full-width blocks (Unicode 15, EastAsianWidth.txt), as far as names on farms need them.
constexpr Range wide[] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf},
                          {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff},
                          {0x20000, 0x3fffd}};
constexpr Range none[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};

template <std::size_t N> bool within(Range const (&ranges)[N], char32_t c) {
    return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return r.from <= c && c <= r.to; });
}

std::string padded(std::string const& text, std::size_t width, bool right) {
    auto const have = width_of(text);
    std::string const space(width > have ? width - have : 0, ' ');
    return right ? space + text : text + space;
}

struct Read { std::int64_t value = 0, low = 0, high = 0; };
std::optional<Read> estimate(JsonIn const& in, char const* name) {
    auto const e = in.child(name);
    if (!e || !whole_number(*e, "value")) return std::nullopt;
    return Read{number_or_0(*e, "value"), number_or_0(*e, "low"), number_or_0(*e, "high")};
}

std::string between(Read const& e, auto print) {
    if (e.low == e.value && e.high == e.value) return print(e.value);
    return fmt::format("{} ({} - {})", print(e.value), print(e.low), print(e.high));
}

} // namespace

std::size_t width_of(std::string_view utf8) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        auto const first = static_cast<unsigned char>(utf8[i]);
        std::size_t const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        char32_t c = length == 1 ? first : first & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k) c = (c << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3fU);
        width += within(none, c) ? 0U : within(wide, c) ? 2U : 1U;
        i += length;
    }
    return width;
}

TextTable::TextTable(std::vector<std::string> headings) : m_headings(std::move(headings)) {
    for (auto& h : m_headings) {
        m_right.push_back(h.starts_with('>'));
        if (m_right.back()) h.erase(0, 1);
    }
}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(m_headings.size());
    m_rows.push_back(std::move(cells));
}

std::string TextTable::text(std::string_view indent) const {
    std::vector<std::size_t> widths;
    for (auto const& h : m_headings) widths.push_back(width_of(h));
    for (auto const& row : m_rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    std::string out;
    auto const line = [&](std::vector<std::string> const& cells) {
        std::string one{indent};
        for (std::size_t i = 0; i < cells.size(); ++i) one += (i ? "  " : "") + padded(cells[i], widths[i], m_right[i]);
        one.erase(one.find_last_not_of(' ') + 1);
        out += one + '\n';
    };
    line(m_headings);
    for (auto const& row : m_rows) line(row);
    return out;
}

std::string counted(std::int64_t n) {
    auto digits = std::to_string(n);
    auto const start = static_cast<std::size_t>(n < 0 ? 1 : 0);
    for (auto at = digits.size(); at > start + 3;) digits.insert(at -= 3, ",");
    return digits;
}

std::string mass(std::int64_t mg) {
    auto const of = [](double value, char const* unit) {
        return value >= 999.5 ? counted(static_cast<std::int64_t>(value + 0.5)) + " " + unit : fmt::format("{:.3g} {}", value, unit);
    };
    auto const size = static_cast<double>(mg);
    if (mg == 0) return "0 kg";
    if (mg < 1'000'000) return of(size / 1e3, "g");
    if (mg < 1'000'000'000) return of(size / 1e6, "kg");
    return of(size / 1e9, "t");
}

std::string celsius(std::int64_t mc) { return fmt::format("{:.1f} °C", static_cast<double>(mc) / 1000); }

std::string local(Instant at, FarmOffset offset) {
    if (at == forever) return "";
    auto const text = text_of(std::chrono::floor<std::chrono::minutes>(at + offset.east));
    return text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string word(JsonIn in, char const* name) {
    std::string text;
    if (in.has(name)) in.get(name, text);
    return text;
}

std::optional<std::int64_t> whole_number(JsonIn in, char const* name) {
    std::int64_t n = 0;
    if (!in.has(name)) return std::nullopt;
    in.get(name, n);
    if (in.refusal()) return std::nullopt;
    return n;
}

std::int64_t number_or_0(JsonIn const& in, char const* name) { return whole_number(in, name).value_or(0); }

std::string local(JsonIn const& in, char const* name, FarmOffset offset) {
    auto const at = parse_instant(word(in, name), offset);
    return at ? local(*at, offset) : "";
}

std::string heads_estimate(JsonIn const& in, char const* name) {
    auto const e = estimate(in, name);
    return e ? between(*e, counted) : "";
}

std::string mass_estimate(JsonIn const& in, char const* name) {
    auto const e = estimate(in, name);
    return e ? between(*e, mass) : "";
}

} // namespace osetra::app
