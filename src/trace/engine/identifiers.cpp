#include "trace/engine/identifiers.h"

#include <algorithm>
#include <array>

namespace osetra::trace {
namespace {

using std::size_t;
using std::string;
using std::string_view;

enum class Serial { none, qualifier, appended };

/// One line a GS1 key [TDS 1.13 ch. 6, 7; GS1 General Specifications 3].
struct Form {
    string_view scheme;         ///< in the URN
    string_view ai, name;       ///< in the link: its number, and the word of older links
    size_t digits;              ///< of the number, check digit included; 0: letters too
    bool indicator = false;     ///< the reference's first digit stands before the prefix in the number (GTIN, SSCC)
    bool filler = false;        ///< the number begins with a 0 that the URN does not have (GRAI)
    size_t tail = 0;            ///< further digits after the check digit: piece and total of an ITIP
    Serial serial = Serial::none;
    string_view serial_ai = {};
    size_t longest = 0;         ///< characters of the serial; of the whole where digits is 0
    bool serial_digits = false;
    bool always_class = false;  ///< a lot
};
constexpr std::array forms{
    Form{"sgtin", "01", "gtin", 14, true, false, 0, Serial::qualifier, "21", 20},
    Form{"lgtin", "01", "gtin", 14, true, false, 0, Serial::qualifier, "10", 20, false, true},
    Form{"upui", "01", "gtin", 14, true, false, 0, Serial::qualifier, "235", 28},
    Form{"sscc", "00", "sscc", 18, true},
    Form{"sgln", "414", "gln", 13, false, false, 0, Serial::qualifier, "254", 20},
    Form{"pgln", "417", "party", 13},
    Form{"grai", "8003", "grai", 14, false, true, 0, Serial::appended, "", 16},
    Form{"giai", "8004", "giai", 0, false, false, 0, Serial::none, "", 30},
    Form{"gsrn", "8018", "gsrn", 18},
    Form{"gsrnp", "8017", "gsrnp", 18},
    Form{"gdti", "253", "gdti", 13, false, false, 0, Serial::appended, "", 17},
    Form{"cpi", "8010", "cpid", 0, false, false, 0, Serial::qualifier, "8011", 30, true},
    Form{"sgcn", "255", "gcn", 13, false, false, 0, Serial::appended, "", 12, true},
    Form{"ginc", "401", "ginc", 0, false, false, 0, Serial::none, "", 30},
    Form{"gsin", "402", "gsin", 17},
    Form{"itip", "8006", "itip", 14, true, false, 4, Serial::qualifier, "21", 20},
    Form{"itip-lot", "8006", "itip", 14, true, false, 4, Serial::qualifier, "10", 20, false, true},   // has no URN
};
constexpr size_t cpi_serial_digits = 12;
constexpr string_view home = "https://id.gs1.org/";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(string_view s) { return std::all_of(s.begin(), s.end(), is_digit); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_escape(string_view s, size_t i) { return s[i] == '%' && i + 2 < s.size() && is_hex(s[i + 1]) && is_hex(s[i + 2]); }
int hex(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

/// The 82 characters of a serial (General Specifications, figure 7.11-1).
bool in_82(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || string_view{"!\"%&'()*+,-./:;<=>?_"}.find(c) != string_view::npos;
}
/// The 39 of a component's reference (figure 7.11-2).
bool in_39(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || c == '#' || c == '-' || c == '/'; }

string decoded(string_view s) {
    string out;
    out.reserve(s.size());
    for (size_t i = 0; i < s.size(); ++i)
        if (is_escape(s, i)) { out += static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2])); i += 2; }
        else out += s[i];
    return out;
}
/// As decoded and then escaped wherever a path or a URN could trip over the character.
string escaped(string_view plain) {
    static constexpr char digits[] = "0123456789ABCDEF";
    string out;
    for (char const c : plain)
        if (is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_') out += c;
        else { auto const u = static_cast<unsigned char>(c); out += '%'; out += digits[u >> 4]; out += digits[u & 15]; }
    return out;
}

bool good_text(string_view spelled, size_t longest, bool (*allowed)(char)) {
    auto const plain = decoded(spelled);
    return !plain.empty() && plain.size() <= longest && std::all_of(plain.begin(), plain.end(), allowed);
}
bool good_serial(Form const& f, string_view spelled) {
    if (f.scheme == "cpi") return !spelled.empty() && spelled.size() <= cpi_serial_digits && all_digits(spelled);
    if (f.serial_digits) return !spelled.empty() && spelled.size() <= f.longest && all_digits(spelled);
    return good_text(spelled, f.longest, in_82);
}
bool good_number(Form const& f, string_view number) {
    if (f.digits) return number.size() == f.digits + f.tail && all_digits(number) && (!f.filler || number[0] == '0');
    return number.size() >= 5 && all_digits(number.substr(0, 4)) && good_text(number, f.longest, f.scheme == "cpi" ? in_39 : in_82);
}

Form const* form_of(string_view scheme) {
    auto const at = std::find_if(forms.begin(), forms.end(), [&](Form const& f) { return f.scheme == scheme; });
    return at == forms.end() ? nullptr : &*at;
}

auto malformed(string_view text, string_view why) {
    return refuse("identifier_malformed", "No well-formed GS1 name is " + string{text} + ": " + string{why});
}
Result<Done> good_prefix(string_view prefix, string_view text) {
    if (prefix.size() < 6 || prefix.size() > 12 || !all_digits(prefix))
        return refuse("company_prefix_malformed", "A GS1 company prefix has 6 to 12 digits, not so in " + string{text} + ".");
    return Done{};
}

string number_of(Form const& f, string_view prefix, string_view reference, string_view tail) {
    string number;
    if (f.filler) number += '0';
    if (f.indicator) number += reference[0];
    number += prefix;
    number += f.indicator ? reference.substr(1) : reference;
    number += check_digit(number);
    number += tail;
    return number;
}

/// The part after urn:epc:id:SCHEME:, taken apart by the dots that separate its fields.
Result<Identifier> parse_urn(string_view text) {
    constexpr string_view start = "urn:epc:";
    auto rest = text.substr(start.size());
    auto const field = [&](char end) {
        auto const at = rest.find(end);
        auto const head = rest.substr(0, at);
        rest = at == string_view::npos ? string_view{} : rest.substr(at + 1);
        return head;
    };
    auto const kind = field(':');
    auto const* f = form_of(field(':'));
    if (!f || f->scheme == "itip-lot" || (kind != "id" && kind != "class" && kind != "idpat") || f->always_class != (kind == "class"))
        return refuse("identifier_unknown", "Of no GS1 kind that is known is " + string{text} + ".");
    auto const pattern = kind == "idpat";
    Identifier id{string{f->scheme}, pattern || f->always_class, {}, {}, 0};
    auto const prefix = field('.');
    OSETRA_TRY(good_prefix(prefix, text));
    id.prefix = prefix.size();

    if (!f->digits) {   // GIAI, GINC: prefix and reference; CPI: and a serial after the last dot
        auto reference = rest;
        if (f->serial != Serial::none) {
            auto const dot = rest.rfind('.');
            if (dot == string_view::npos) return malformed(text, "it has no serial.");
            reference = rest.substr(0, dot);
            id.serial = rest.substr(dot + 1);
        }
        if (pattern && id.serial != "*") return malformed(text, "a pattern ends in .*");
        if (reference.empty() && !(pattern && prefix.size() == 12)) return malformed(text, "nothing stands after the company prefix.");
        id.number = string{prefix} + string{reference};
        if (!good_number(*f, id.number)) return malformed(text, "the reference is too long or holds a character that does not belong.");
    } else {
        auto const reference = field('.');
        if (!all_digits(reference) || prefix.size() + reference.size() + 1 + (f->filler ? 1 : 0) != f->digits)
            return malformed(text, "company prefix and reference do not have as many digits as the key wants.");
        string tail;
        if (f->tail) {
            auto const piece = field('.'), total = field('.');
            if (piece.size() != 2 || total.size() != 2 || !all_digits(piece) || !all_digits(total)) return malformed(text, "piece and total are two digits each.");
            tail = string{piece} + string{total};
        }
        id.number = number_of(*f, prefix, reference, tail);
        id.serial = rest;
        auto const dots = static_cast<size_t>(std::count(text.begin(), text.end(), '.'));
        if (f->serial == Serial::none && dots > 1) return malformed(text, "this key has no serial.");
    }
    if (pattern) {
        if (id.serial != "*" || f->serial == Serial::none) return malformed(text, "a pattern ends in .*");
        id.serial.clear();
    } else if (f->serial != Serial::none && !good_serial(*f, id.serial))
        return malformed(text, "the serial is empty, too long or holds a character that does not belong.");
    if (f->scheme == "sgln" && id.serial == "0") id.serial.clear();   // TDS 6.3.3: 0 says "without extension"
    return id;
}

/// A query is told from a stray question mark in a serial by the = after it.
string_view without_query(string_view link) {
    for (auto at = link.find('?'); at != string_view::npos; at = link.find('?', at + 1)) {
        auto const tail = link.substr(at + 1);
        auto const equal = tail.find('=');
        if (equal != string_view::npos && equal > 0 && std::all_of(tail.begin(), tail.begin() + static_cast<std::ptrdiff_t>(equal), [](char c) { return in_82(c) && c != '>' && c != '<'; }))
            return link.substr(0, at);
    }
    return link;
}

/// A qualifier by its number, or by the word of older links.
bool takes(string_view& rest, string_view ai, string_view word) {
    for (auto const start : {ai, word})
        if (!start.empty() && rest.starts_with(start) && rest.size() > start.size() && rest[start.size()] == '/') {
            rest.remove_prefix(start.size() + 1);
            return true;
        }
    return false;
}

/// What follows a primary key in the path. Nothing when the value cannot be of this key.
std::optional<Identifier> after_key(string_view ai, string_view rest) {
    Identifier id;
    auto const of = [&](string_view scheme) { id.scheme = scheme; return form_of(scheme); };
    auto const ends = rest.find('/');
    auto number = rest.substr(0, ends);
    auto qualifiers = ends == string_view::npos ? string_view{} : rest.substr(ends + 1);

    if (ai == "8010") {   // a component's reference may hold strokes, so its end is sought from behind
        auto const at = std::max(rest.rfind("/8011/"), rest.rfind("/cpsn/") == string_view::npos ? size_t{0} : rest.rfind("/cpsn/"));
        auto const* f = of("cpi");
        if (at != string_view::npos && at > 0) { number = rest.substr(0, at); id.serial = rest.substr(at + 6); } else { number = rest; id.is_class = true; }
        if (!good_number(*f, number) || (!id.is_class && !good_serial(*f, id.serial))) return {};
        id.number = number;
        return id;
    }
    auto const at = std::find_if(forms.begin(), forms.end(), [&](Form const& f) { return f.ai == ai; });
    if (at == forms.end()) return {};
    auto const* f = of(at->scheme);
    if (f->serial == Serial::none || f->serial == Serial::appended) {
        if (f->digits == 0) number = rest;   // letters, and strokes that were not escaped
        else if (f->serial == Serial::appended) {
            if (rest.size() < f->digits) return {};
            number = rest.substr(0, f->digits);
            id.serial = rest.substr(f->digits);
            if (id.serial.empty()) id.is_class = true;
            else if (!good_serial(*f, id.serial)) return {};
        } else if (ends != string_view::npos) return {};
        if (!good_number(*f, number)) return {};
        id.number = number;
        return id;
    }
    if (ends != string_view::npos && qualifiers.empty()) return {};
    if (ai == "01" && (number.size() == 8 || number.size() == 12 || number.size() == 13) && all_digits(number)) id.number = string(14 - number.size(), '0');
    id.number += number;
    if (!good_number(*f, id.number)) return {};
    if (f->scheme == "sgln") {
        if (qualifiers.empty()) return id;
        if (!takes(qualifiers, "254", {}) || !good_serial(*f, qualifiers)) return {};
        if (qualifiers != "0") id.serial = qualifiers;
        return id;
    }
    // GTIN and ITIP: variant, lot and serial; the finest is the name
    auto const next = [&] { auto const stroke = qualifiers.find('/'); auto const head = qualifiers.substr(0, stroke); qualifiers = stroke == string_view::npos ? string_view{} : qualifiers.substr(stroke + 1); return head; };
    if (takes(qualifiers, "22", "cpv"))
        if (auto const variant = next(); !good_text(variant, 20, in_82)) return {};
    if (takes(qualifiers, "10", "lot")) {
        auto serial_at = qualifiers.find("/21/");
        if (auto const old = qualifiers.find("/ser/"); serial_at == string_view::npos) serial_at = old;
        auto const lot = qualifiers.substr(0, serial_at);
        if (!good_text(lot, 20, in_82) || lot.find("/10/") != string_view::npos) return {};
        if (serial_at == string_view::npos) {
            of(ai == "01" ? "lgtin" : "itip-lot");
            id.serial = lot;
            id.is_class = true;
            return id;
        }
        qualifiers.remove_prefix(serial_at + 1);
    }
    if (ai == "01" && takes(qualifiers, "235", {})) f = of("upui");
    else if (!takes(qualifiers, "21", "ser")) {
        if (!qualifiers.empty()) return {};
        id.is_class = true;
        return id;
    }
    if (!good_serial(*f, qualifiers)) return {};
    id.serial = qualifiers;
    return id;
}

string_view key_number(string_view segment) {
    for (auto const& f : forms)
        if (segment == f.ai || segment == f.name) return f.ai;
    return {};
}

/// The first key in the path whose value fits; a resolver's own path may stand before it.
std::optional<Identifier> find_in_link(string_view link) {
    if (!link.starts_with("https://") && !link.starts_with("http://")) return {};
    for (auto at = link.find('/', link.find("//") + 2); at != string_view::npos; at = link.find('/', at + 1)) {
        auto const end = link.find('/', at + 1);
        if (end == string_view::npos) return {};
        auto const ai = key_number(link.substr(at + 1, end - at - 1));
        if (ai.empty()) continue;
        if (auto id = after_key(ai, link.substr(end + 1))) return id;
    }
    return {};
}

Result<Identifier> parse_link(string_view text) {
    auto id = find_in_link(without_query(text));
    if (!id) return malformed(text, "it holds no GS1 key with a value that fits it.");
    auto const& f = *form_of(id->scheme);
    if (f.digits) {
        auto const body = string_view{id->number}.substr(0, f.digits - 1);
        if (auto const right = check_digit(body); right != id->number[f.digits - 1])
            return refuse("check_digit_wrong", "The check digit of " + string{text} + " should be " + right + ".");
    }
    return *id;
}

string link_of(Identifier const& id) {
    auto const& f = *form_of(id.scheme);
    auto out = string{home} + string{f.ai} + '/' + id.number;
    if (id.serial.empty()) return out;
    if (f.serial == Serial::qualifier) out += '/' + string{f.serial_ai} + '/';
    return out + id.serial;
}

Result<string> urn_of(Identifier const& id, string_view text) {
    auto const& f = *form_of(id.scheme);
    auto const n = id.prefix;
    if (f.scheme == "itip-lot") return refuse("identifier_no_urn", "EPC has no URN for a lot of pieces: " + string{text} + ".");
    auto const wrong = [&] { return refuse("company_prefix_length", "A company prefix of " + std::to_string(n) + " digits does not fit " + string{text} + "."); };
    if (n < 6 || n > 12) return wrong();
    string urn = "urn:epc:";
    urn += f.always_class ? "class:" : id.is_class ? "idpat:" : "id:";
    urn += string{f.scheme} + ':';
    auto const serial = id.is_class && !f.always_class ? string{"*"} : f.scheme == "sgln" && id.serial.empty() ? string{"0"} : id.serial;
    if (!f.digits) {
        if (id.number.size() < n || !all_digits(string_view{id.number}.substr(0, n)) || (id.number.size() == n && !(f.scheme == "cpi" && id.is_class && n == 12))) return wrong();
        urn += id.number.substr(0, n) + '.' + id.number.substr(n);
        return f.serial == Serial::none ? urn : urn + '.' + serial;
    }
    auto body = string_view{id.number}.substr(0, f.digits - 1);
    if (f.filler) body.remove_prefix(1);
    auto const at = f.indicator ? size_t{1} : size_t{0};
    urn += string{body.substr(at, n)} + '.' + (f.indicator ? string{body[0]} : string{}) + string{body.substr(at + n)};
    if (f.tail) urn += '.' + id.number.substr(f.digits, 2) + '.' + id.number.substr(f.digits + 2, 2);
    return f.serial == Serial::none ? urn : urn + '.' + serial;
}

string_view digits_from_prefix(Identifier const& id) {
    auto const& f = *form_of(id.scheme);
    return string_view{id.number}.substr(f.indicator || f.filler ? 1 : 0);
}

bool is_link(string_view s) { return s.starts_with("https://") || s.starts_with("http://"); }

/// Characters that a canonical link shows bare (Digital Link 1.2, table 7-1 and the reference's patterns).
bool bare_in_link(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || string_view{"\"'-.;<=>?_"}.find(c) != string_view::npos;
}
/// Characters and escapes that an EPC URN may hold [TDS table A-1].
bool strict_urn_text(string_view s) {
    for (size_t i = 0; i < s.size(); ++i)
        if (is_escape(s, i)) i += 2;
        else if (!(is_digit(s[i]) || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z') || string_view{"!')(*+,.:;=_-"}.find(s[i]) != string_view::npos)) return false;
    return true;
}
string with_web_escapes(string_view s) {
    string out;
    for (char const c : s)
        switch (c) {
        case '!': out += "%21"; break;
        case '(': out += "%28"; break;
        case ')': out += "%29"; break;
        case '*': out += "%2A"; break;
        case '+': out += "%2B"; break;
        case ',': out += "%2C"; break;
        case ':': out += "%3A"; break;
        default: out += c;
        }
    return out;
}

} // namespace

char check_digit(string_view digits) {
    int sum = 0, weight = 3;
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, weight = 4 - weight) sum += (*at - '0') * weight;
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

Result<Done> CompanyPrefixes::add(string_view prefix) {
    OSETRA_TRY(good_prefix(prefix, prefix));
    auto const at = std::lower_bound(m_known.begin(), m_known.end(), prefix);
    if (at == m_known.end() || *at != prefix) m_known.insert(at, string{prefix});
    return Done{};
}

std::optional<size_t> CompanyPrefixes::length_in(string_view digits) const {
    for (auto n = std::min<size_t>(12, digits.size()); n >= 6; --n)
        if (std::binary_search(m_known.begin(), m_known.end(), digits.substr(0, n))) return n;
    return {};
}

Result<Identifier> parse_identifier(string_view text) {
    if (text.starts_with("urn:epc:")) return parse_urn(text);
    if (is_link(text)) return parse_link(text);
    return refuse("identifier_unknown", "Neither an EPC URN nor a GS1 Digital Link is " + string{text} + ".");
}

Result<string> to_digital_link(string_view text) { return link_of(OSETRA_TRY(parse_identifier(text))); }

Result<string> to_urn(string_view text, CompanyPrefixes const& known, std::optional<size_t> prefix_length) {
    auto id = OSETRA_TRY(parse_identifier(text));
    if (prefix_length) id.prefix = *prefix_length;
    else if (!id.prefix) {
        auto const n = known.length_in(digits_from_prefix(id));
        if (!n) return refuse("company_prefix_unknown", "How many digits of " + string{text} + " are the company's prefix is not known. Add the prefix.");
        id.prefix = *n;
    }
    return urn_of(id, text);
}

Result<Done> check_identifier(string_view text, std::optional<size_t> prefix_length) {
    auto id = OSETRA_TRY(parse_identifier(text));
    if (!prefix_length) return Done{};
    id.prefix = *prefix_length;
    OSETRA_TRY(urn_of(id, text));
    return Done{};
}

std::optional<string> canonical_link(string_view text) {
    if (text.starts_with("urn:epc:")) {
        if (!strict_urn_text(text)) return {};
        auto id = parse_urn(text);
        if (!id) return {};
        if (!form_of(id->scheme)->digits) id->number = with_web_escapes(id->number);
        id->serial = with_web_escapes(id->serial);
        return link_of(*id);
    }
    if (!is_link(text)) return {};
    auto const id = find_in_link(text.substr(0, text.find('?')));
    if (!id) return {};
    auto const bare = [](string_view s, bool component) {
        for (size_t i = 0; i < s.size(); ++i)
            if (is_escape(s, i)) i += 2;
            else if (!bare_in_link(s[i]) && !(component && (s[i] == '#' || s[i] == '/'))) return false;
        return true;
    };
    if (!bare(id->number, id->scheme == "cpi") || !bare(id->serial, false)) return {};
    return link_of(*id);
}

string match_key(string_view text) {
    auto id = text.starts_with("urn:epc:") ? parse_urn(text) : is_link(text) ? [&]() -> Result<Identifier> {
        if (auto found = find_in_link(without_query(text))) return *found;
        return refuse("identifier_unknown", {});
    }() : Result<Identifier>{refuse("identifier_unknown", {})};
    if (!id) return string{text};
    if (!form_of(id->scheme)->digits) id->number = escaped(decoded(id->number));
    id->serial = escaped(decoded(id->serial));
    return link_of(*id);
}

string formatted(string_view text, EpcFormat wanted, CompanyPrefixes const& known) {
    if (wanted == EpcFormat::always_gs1_digital_link && text.starts_with("urn:epc:")) return to_digital_link(text).value_or(string{text});
    if (wanted == EpcFormat::always_epc_urn && is_link(text)) return to_urn(text, known).value_or(string{text});
    return string{text};
}

} // namespace osetra::trace
