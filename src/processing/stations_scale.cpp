#include "processing/stations_scale.h"

#include <utility>

namespace osetra::processing {
namespace {

constexpr std::size_t line_longest = 80;
constexpr std::size_t digits_most = 9;
constexpr std::int64_t heaviest_mg = 1'000'000'000;

bool space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
std::string_view trimmed(std::string_view s) {
    while (!s.empty() && space(s.front())) s.remove_prefix(1);
    while (!s.empty() && space(s.back())) s.remove_suffix(1);
    return s;
}
bool take(std::string_view& s, std::string_view word) {
    if (!s.starts_with(word)) return false;
    s.remove_prefix(word.size());
    return true;
}

/// Milligrams in one of a unit; 0: not a unit of ours.
std::int64_t unit_mg(std::string_view unit) {
    if (unit.empty() || unit == "g" || unit == "G") return 1'000;
    if (unit == "kg" || unit == "KG" || unit == "Kg") return 1'000'000;
    if (unit == "mg") return 1;
    return 0;
}

/// "+ 123.4 g", exact: no double on the way.
std::optional<std::int64_t> amount(std::string_view s) {
    s = trimmed(s);
    auto const minus = take(s, "-");
    if (!minus) take(s, "+");
    s = trimmed(s);
    std::int64_t whole = 0, part = 0, parts = 1;
    std::size_t digits = 0;
    while (!s.empty() && digit(s.front())) {
        whole = whole * 10 + (s.front() - '0');
        s.remove_prefix(1);
        if (++digits > digits_most) return std::nullopt;
    }
    if (!s.empty() && (s.front() == '.' || s.front() == ',') && s.size() > 1 && digit(s[1])) {
        s.remove_prefix(1);
        while (!s.empty() && digit(s.front())) {
            part = part * 10 + (s.front() - '0');
            parts *= 10;
            s.remove_prefix(1);
            if (++digits > digits_most) return std::nullopt;
        }
    }
    if (digits == 0) return std::nullopt;
    auto const mg = unit_mg(trimmed(s));
    if (mg == 0) return std::nullopt;
    auto const weight = whole * mg + (part * mg + parts / 2) / parts;
    if (weight > heaviest_mg) return std::nullopt;
    return minus ? -weight : weight;
}

} // namespace

std::optional<ScaleReading> read_scale_line(std::string_view line) {
    if (line.size() > line_longest) return std::nullopt;
    auto s = trimmed(line);
    bool stable = true;
    if (take(s, "ST,") || take(s, "US,")) {                         // A&D, CAS: stable, unstable; gross or net
        stable = trimmed(line).starts_with("ST");
        if (!take(s, "GS,") && !take(s, "NT,")) return std::nullopt;
    } else if (take(s, "S S ") || take(s, "SS ")) stable = true;     // MT-SICS
    else if (take(s, "S D ") || take(s, "SD ")) stable = false;
    else if (take(s, "N ") || take(s, "G ") || take(s, "Net ") || take(s, "Gross ")) {   // Sartorius, Kern: what is printed is stable if it has a unit
        auto const last = trimmed(s);
        stable = !last.empty() && !digit(last.back());
    } else if (take(s, "? ")) stable = false;
    auto const weight = amount(s);
    return weight ? std::optional{ScaleReading{*weight, stable}} : std::nullopt;
}

void ScaleLines::add(std::string_view bytes) { m_rest.append(bytes); }

std::optional<std::string> ScaleLines::next() {
    for (;;) {
        auto const end = m_rest.find_first_of("\r\n");
        if (end == std::string::npos) {
            if (m_rest.size() > line_longest) {
                m_rest.clear();
                m_skipping = true;
            }
            return std::nullopt;
        }
        auto line = m_rest.substr(0, end);
        m_rest.erase(0, end + 1);
        if (std::exchange(m_skipping, false) || line.empty() || line.size() > line_longest) continue;
        return line;
    }
}

} // namespace osetra::processing
