#include "http/target.h"

#include <algorithm>

namespace osetra::http {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr std::size_t max_parameters = 256;

} // namespace

Result<Target> split_target(std::string_view text) {
    if (text == "*") return Target{text, {}};
    for (std::string_view const scheme : {"http://", "https://"})
        if (text.starts_with(scheme)) {
            auto const slash = text.find('/', scheme.size());
            text = slash == text.npos ? std::string_view{"/"} : text.substr(slash);
            break;
        }
    if (!text.starts_with('/')) return refuse("bad_request", "The address asked for must begin with a slash.", "target");
    text = text.substr(0, text.find('#'));
    auto const mark = text.find('?');
    if (mark == text.npos) return Target{text, {}};
    return Target{text.substr(0, mark), text.substr(mark + 1)};
}

Result<std::string> percent_decode(std::string_view text, PlusIsSpace plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto c = text[i];
        if (c == '%') {
            auto const high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            auto const low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return refuse("bad_request", "A % must be followed by two hexadecimal digits.", "target");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == PlusIsSpace::yes) {
            c = ' ';
        }
        auto const byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f)
            return refuse("bad_request", "The address holds a control character.", "target");
        out.push_back(c);
    }
    if (!is_utf8(out)) return refuse("bad_request", "The address is not UTF-8 text.", "target");
    return out;
}

Result<Done> read_query(std::string_view query, Names& last, Names& every) {
    std::size_t parameters = 0;
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const pair = query.substr(0, end);
        query = end == query.npos ? std::string_view{} : query.substr(end + 1);
        if (pair.empty()) continue;
        if (++parameters > max_parameters) return refuse("bad_request", "At most 256 parameters may follow the question mark.", "target");
        auto const equals = pair.find('=');
        auto const name = OSETRA_TRY(percent_decode(pair.substr(0, equals), PlusIsSpace::yes));
        auto const value = equals == pair.npos ? std::string{} : OSETRA_TRY(percent_decode(pair.substr(equals + 1), PlusIsSpace::yes));
        every.add(name, value);
        last[name] = value;
    }
    return Done{};
}

bool is_utf8(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        auto const first = byte(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        std::size_t const more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
        if (more == 0 || i + more >= text.size()) return false;
        // The second byte's range keeps out over-long forms, surrogates and anything above U+10FFFF.
        unsigned const low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        unsigned const high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (byte(i + 1) < low || byte(i + 1) > high) return false;
        for (std::size_t k = 2; k <= more; ++k)
            if ((byte(i + k) & 0xc0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

} // namespace osetra::http
