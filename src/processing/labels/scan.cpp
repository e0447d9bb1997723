#include "processing/labels/scan.h"

#include <algorithm>
#include <set>

namespace osetra::processing::labels {
namespace {

using std::string;
using std::string_view;

bool digits(string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); }
constexpr char separator = 29;                   // what readers give for FNC1

/// Lengths of the values after an identifier that labels of ours have (GS1 General Specifications, section 3); 0: up to the separator.
std::optional<std::size_t> length_after(string_view ai) {
    if (ai == "00") return 18;
    if (ai == "01" || ai == "02") return 14;
    if (ai == "11" || ai == "13" || ai == "15" || ai == "17") return 6;
    if (ai == "10" || ai == "21") return 0;
    return std::nullopt;
}

std::map<string, string> elements(string_view text) {
    std::map<string, string> out;
    while (text.size() > 2) {
        if (text.front() == separator) { text.remove_prefix(1); continue; }
        auto const ai = text.substr(0, 2);
        auto const length = length_after(ai);
        if (!length) return {};
        text.remove_prefix(2);
        auto const size = *length != 0 ? *length : std::min(text.find(separator), text.size());
        if (size > text.size() || (*length != 0 && !digits(text.substr(0, size)))) return {};
        out[string{ai}] = string{text.substr(0, size)};
        text.remove_prefix(size);
    }
    return out;
}

std::map<string, string> in_brackets(string_view text) {
    std::map<string, string> out;
    while (text.starts_with('(')) {
        auto const close = text.find(')');
        if (close == string_view::npos) return {};
        auto const ai = string{text.substr(1, close - 1)};
        text.remove_prefix(close + 1);
        auto const end = std::min(text.find('('), text.size());
        out[ai] = string{text.substr(0, end)};
        text.remove_prefix(end);
    }
    return out;
}

std::map<string, string> of_link(string_view text) {
    std::map<string, string> out;
    auto const host = text.find("://");
    auto rest = text.substr(host + 3);
    auto const path = rest.find('/');
    if (path == string_view::npos) return out;
    rest = rest.substr(path + 1, rest.find_first_of("?#") - path - 1);
    std::vector<string> parts(1);
    for (auto const c : rest) {
        if (c == '/') parts.emplace_back();
        else parts.back().push_back(c);
    }
    auto at = std::find_if(parts.begin(), parts.end(), [](string const& p) { return p == "01" || p == "00"; });
    for (; at != parts.end() && std::next(at) != parts.end(); at += 2) {
        out[*at] = *std::next(at);
        if (std::distance(at, parts.end()) <= 2) break;
    }
    return out;
}

Scan of(std::map<string, string> const& found, string_view text) {
    if (auto const at = found.find("00"); at != found.end()) return {Scan::Kind::container, at->second, {}};
    auto const gtin = found.find("01");
    if (auto const at = found.find("21"); at != found.end()) return {Scan::Kind::tin, at->second, gtin == found.end() ? "" : gtin->second};
    if (auto const at = found.find("10"); at != found.end()) return {Scan::Kind::lot, at->second, gtin == found.end() ? "" : gtin->second};
    return {Scan::Kind::plain, string{text}, {}};
}

} // namespace

Scan parse_scan(string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.starts_with("]d2") || text.starts_with("]C1") || text.starts_with("]Q3")) text.remove_prefix(3);   // the reader's mark of the kind of code (ISO/IEC 15424)
    if (text.find("://") != string_view::npos) return of(of_link(text), text);
    if (text.starts_with('(')) return of(in_brackets(text), text);
    if (text.size() == 18 && digits(text)) return {Scan::Kind::container, string{text}, {}};
    if (text.size() > 16 && (text.front() == separator || digits(text.substr(0, 16)))) return of(elements(text), text);
    return {Scan::Kind::plain, string{text}, {}};
}

Audit audit(Book const& book, std::vector<string> const& scans, std::optional<string> const& lot) {
    Audit out;
    std::map<string, int> times;
    std::set<string> twice;
    for (auto const& text : scans) {
        auto const scan = parse_scan(text);
        auto const named = book.container_names.find(scan.name);
        auto const container = book.containers.find(named == book.container_names.end() ? scan.name : named->second);
        auto const tin = book.tins.find(scan.name);
        if (scan.kind != Scan::Kind::container && tin != book.tins.end()) {
            if (++times[scan.name] > 1) twice.insert(scan.name);
        } else if (container != book.containers.end()) {
            for (auto const& one : container->second)
                if (++times[one] > 1) twice.insert(one);
        } else if (!scan.name.empty()) out.unknown.push_back(scan.name);
    }
    out.twice.assign(twice.begin(), twice.end());
    for (auto const& [name, tin] : book.tins) {
        auto const seen = times.contains(name);
        if (seen && !tin.gone.empty()) out.unexpected.emplace_back(name, tin.gone);
        if (!tin.gone.empty() || (lot && tin.lot != *lot)) continue;
        ++out.expected;
        if (seen) ++out.seen;
        else {
            out.missing.push_back(name);
            out.missing_mg += tin.net_mg;
        }
    }
    return out;
}

} // namespace osetra::processing::labels
