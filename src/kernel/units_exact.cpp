#include "kernel/units_exact.h"

#include <fmt/format.h>

#include <limits>

namespace osetra {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the UTF-8 sequence that starts with this byte; broken bytes count as one.
std::size_t sequence_length(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
}

std::uint32_t code_point(std::string_view s) {
    auto const at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
    switch (s.size()) {
    case 2: return (at(0) & 0x1FU) << 6 | (at(1) & 0x3FU);
    case 3: return (at(0) & 0x0FU) << 12 | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
    case 4: return (at(0) & 0x07U) << 18 | (at(1) & 0x3FU) << 12 | (at(2) & 0x3FU) << 6 | (at(3) & 0x3FU);
    default: return at(0);
    }
}

constexpr Wide largest = std::numeric_limits<std::int64_t>::max();

bool multiply(Wide& a, Wide b) { return !__builtin_mul_overflow(a, b, &a); }

bool scale(Wide& a, int tens) {
    for (; tens > 0; --tens)
        if (!multiply(a, 10)) return false;
    return true;
}

/// "1,200,000": a first group of one to three digits, then groups of exactly three.
bool grouped(std::string_view digits, char separator) {
    auto const first = digits.find(separator);
    if (first == 0 || first > 3) return false;
    for (auto at = first; at != std::string_view::npos;) {
        auto const next = digits.find(separator, at + 1);
        auto const length = (next == std::string_view::npos ? digits.size() : next) - at - 1;
        if (length != 3) return false;
        at = next;
    }
    return true;
}

std::string without(std::string_view s, char c) {
    std::string out;
    for (auto const x : s)
        if (x != c) out += x;
    return out;
}

} // namespace

std::string half_width(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        auto const n = std::min(sequence_length(static_cast<unsigned char>(text[i])), text.size() - i);
        auto const c = code_point(text.substr(i, n));
        if (c >= 0xFF01 && c <= 0xFF5E) out += static_cast<char>(c - 0xFF01 + '!');
        else if (c == 0x3000 || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200A) || c == '\t' || c == '\r' || c == '\n') out += ' ';
        else if (c == 0xFEFF || c == 0x200B || c == 0x200E || c == 0x200F) {}   // marks without width, as copied from web pages
        else if (c == 0x2212 || c == 0x2013 || c == 0x2010 || c == 0x2011) out += '-';
        else if (c == 0x3001) out += ',';
        else out += text.substr(i, n);
        i += n;
    }
    auto const from = out.find_first_not_of(' ');
    if (from == std::string::npos) return {};
    return out.substr(from, out.find_last_not_of(' ') - from + 1);
}

std::string folded(std::string_view text) {
    std::string out;
    for (auto const c : half_width(text))
        if (c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string_view clipped(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return text.substr(0, bytes);
}

std::size_t number_length(std::string_view text) {
    std::size_t i = 0;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    auto const digits_from = i;
    auto last_digit = i;
    for (; i < text.size(); ++i) {
        if (is_digit(text[i])) { last_digit = i + 1; continue; }
        auto const between = text[i] == '.' || text[i] == ',' || text[i] == '\'' || text[i] == ' ';
        if (!between || i + 1 >= text.size() || !is_digit(text[i + 1])) {
            // "5." is a number; ".5" too
            if (text[i] == '.' && i == last_digit && i > digits_from) last_digit = i + 1;
            break;
        }
        if (text[i] == ' ' || text[i] == '\'') {
            // a space joins only thousands: "1 200", never "3 5"
            std::size_t run = 0;
            while (i + 1 + run < text.size() && is_digit(text[i + 1 + run])) ++run;
            if (run != 3 || i == digits_from) break;
        }
    }
    if (last_digit == digits_from) return 0;
    i = last_digit;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        auto j = i + 1;
        if (j < text.size() && (text[j] == '-' || text[j] == '+')) ++j;
        auto const exponent_from = j;
        while (j < text.size() && is_digit(text[j])) ++j;
        if (j > exponent_from) i = j;
    }
    return i;
}

Result<Decimal> parse_decimal(std::string_view written, DecimalMark mark) {
    auto text = half_width(written);
    int tens = 0;
    for (auto const& [word, zeros] : {std::pair{std::string_view{"万"}, 4}, {std::string_view{"亿"}, 8}, {std::string_view{"千"}, 3}})
        if (text.size() > word.size() && text.ends_with(word)) {
            text.resize(text.size() - word.size());
            text = half_width(text);
            tens += zeros;
            break;
        }
    auto const malformed = [&] {
        return refuse("number_malformed", fmt::format("\"{}\" is not a number. Write it in digits, like 1200.5.", clipped(written, 60)));
    };
    if (text.empty() || number_length(text) != text.size()) return malformed();

    std::size_t i = 0;
    auto const minus = text[0] == '-';
    if (minus || text[0] == '+') i = 1;
    auto const e = text.find_first_of("eE");
    auto body = text.substr(i, (e == std::string::npos ? text.size() : e) - i);
    if (e != std::string::npos) {
        int exponent = 0;
        auto const sign = text[e + 1] == '-' ? -1 : 1;
        for (auto j = e + 1; j < text.size(); ++j)
            if (is_digit(text[j])) { if (exponent < 1000) exponent = exponent * 10 + (text[j] - '0'); }
        tens += sign * exponent;
    }
    body = without(without(body, ' '), '\'');
    auto const group = mark == DecimalMark::point ? ',' : '.';
    auto const point = mark == DecimalMark::point ? '.' : ',';
    auto const point_at = body.find(point);
    auto front = body.substr(0, point_at);
    auto const back = point_at == std::string::npos ? std::string{} : body.substr(point_at + 1);
    if (back.find(point) != std::string::npos || back.find(group) != std::string::npos) return malformed();
    if (front.find(group) != std::string::npos) {
        if (!grouped(front, group))
            return refuse("number_comma", fmt::format("\"{}\": the {} is neither between thousands nor the decimal mark. Write 2.5, or say that decimals have a comma.",
                                                      clipped(written, 60), group == ',' ? "comma" : "point"));
        front = without(front, group);
    }
    std::int64_t digits = 0;
    int places = 0, dropped = 0;
    bool lost = false;
    auto const take = [&](char c, bool after_point) {
        if (digits > (std::numeric_limits<std::int64_t>::max() / 10 - 9) / 10) {   // keeps 17 or 18 digits
            lost = lost || c != '0';
            if (!after_point) ++dropped;
            return;
        }
        digits = digits * 10 + (c - '0');
        if (after_point) ++places;
    };
    for (auto const c : front) take(c, false);
    for (auto const c : back) take(c, true);
    if (lost) return refuse("number_too_long", fmt::format("\"{}\" has more digits than can be kept exactly; round it to 17 digits.", clipped(written, 60)));
    Decimal d{minus ? -digits : digits, tens + dropped - places};
    if (d.digits == 0) return Decimal{};
    while (d.digits % 10 == 0) { d.digits /= 10; ++d.exponent; }
    if (d.exponent > 30 || d.exponent < -60) return malformed();
    return d;
}

Result<std::int64_t> whole(Decimal value, std::int64_t numerator, std::int64_t denominator, Rounding rounding, std::int64_t added) {
    auto const too_large = [&] { return refuse("too_large", fmt::format("{} is more than can be kept.", text_of(value))); };
    Wide top = value.digits, more = added, bottom = denominator;
    if (!multiply(top, numerator)) return too_large();
    if (value.exponent >= 0) {
        if (!scale(top, value.exponent)) return too_large();
    } else if (!scale(bottom, -value.exponent) || !scale(more, -value.exponent)) {
        if (rounding == Rounding::half_even) return std::int64_t{0};
        return refuse("not_whole", fmt::format("{} has more decimal places than can be kept.", text_of(value)));
    }
    if (__builtin_add_overflow(top, more, &top)) return too_large();
    if (rounding == Rounding::refuse && top % bottom != 0)
        return refuse("not_whole", fmt::format("{} is not a whole number of the smallest unit kept.", text_of(value)));
    auto const n = divide_half_even(top, bottom);
    if (n > largest || n < -largest) return too_large();
    return static_cast<std::int64_t>(n);
}

std::string text_of(Decimal d) {
    auto const digits = std::to_string(d.digits < 0 ? -d.digits : d.digits);
    std::string out;
    if (d.digits < 0) out += '-';
    if (d.exponent >= 0) {
        out += digits;
        if (d.digits != 0) out.append(static_cast<std::size_t>(d.exponent), '0');
        return out;
    }
    auto const places = static_cast<std::size_t>(-d.exponent);
    if (digits.size() <= places) {
        out += "0.";
        out.append(places - digits.size(), '0');
        return out += digits;
    }
    out.append(digits, 0, digits.size() - places);
    out += '.';
    return out.append(digits, digits.size() - places);
}

} // namespace osetra
