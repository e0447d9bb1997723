#include "trace/engine/hash.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "kernel/sha256.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::size_t;
using std::string;
using std::string_view;

/// What stands in which order. A step with steps of its own is an element with children.
struct Step {
    string_view name;
    std::vector<Step> below = {};
};

/// The order of the reference implementation 1.9.3, whose vectors are the only ones there are. Transactions, sources,
/// destinations and ILMD are not in it: they follow in alphabetical order, with users' own fields.
std::vector<Step> const& order() {
    static std::vector<Step> const quantity{{"quantityElement", {{"epcClass"}, {"quantity"}, {"uom"}}}};
    static std::vector<Step> const epc{{"epc"}};
    static std::vector<Step> const steps{
        {"eventTime"}, {"eventTimeZoneOffset"}, {"certificationInfo"}, {"parentID"},
        {"epcList", epc}, {"inputEPCList", epc}, {"childEPCs", epc},
        {"quantityList", quantity}, {"childQuantityList", quantity}, {"inputQuantityList", quantity},
        {"outputEPCList", epc}, {"outputQuantityList", quantity},
        {"action"}, {"transformationID"}, {"bizStep"}, {"disposition"}, {"persistentDisposition", {{"set"}, {"unset"}}},
        {"readPoint", {{"id"}}}, {"bizLocation", {{"id"}}},
        {"sensorElementList", {{"sensorElement", {
            {"sensorMetadata", {{"time"}, {"startTime"}, {"endTime"}, {"deviceID"}, {"deviceMetadata"}, {"rawData"}, {"dataProcessingMethod"}, {"bizRules"}}},
            {"sensorReport", {{"type"}, {"exception"}, {"deviceID"}, {"deviceMetadata"}, {"rawData"}, {"dataProcessingMethod"}, {"time"},
                {"microorganism"}, {"chemicalSubstance"}, {"value"}, {"component"}, {"stringValue"}, {"booleanValue"}, {"hexBinaryValue"},
                {"uriValue"}, {"minValue"}, {"maxValue"}, {"meanValue"}, {"sDev"}, {"percRank"}, {"percValue"}, {"uom"}, {"coordinateReferenceSystem"}}}}}}},
    };
    return steps;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
string_view stripped(string_view s) {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
    return s;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

string canonical(string_view text) {
    if (text.empty()) return {};
    if (is_digit(text[0]) || text[0] == '+' || text[0] == '-' || text[0] == '.') return plain_number(text);
    if (auto link = canonical_link(text)) return *std::move(link);
    if (text.find("urn:epcglobal:cbv:") != string_view::npos) return without_cbv_urns(text);
    return string{text};
}

/// bizTransaction, source and destination: the type stands before the value.
bool is_typed(Node const& n) { return n.name == "bizTransaction" || n.name == "source" || n.name == "destination"; }

/// What the order does not name: each field with its value, then its own fields, all sorted.
string loose(std::vector<Node const*> const& nodes);

string loose(Node const& n) {
    std::vector<Node const*> below;
    below.reserve(n.children.size());
    for (auto const& c : n.children) below.push_back(&c);
    auto const value = stripped(n.text);
    string out = n.name;
    if (!value.empty()) out += '=' + canonical(value);
    return is_typed(n) ? loose(below) + out : out + loose(below);
}

string loose(std::vector<Node const*> const& nodes) {
    std::vector<string> parts;
    parts.reserve(nodes.size());
    for (auto const* n : nodes) parts.push_back(loose(*n));
    std::sort(parts.begin(), parts.end());
    string out;
    for (auto const& p : parts) out += p;
    return out;
}

/// An element of which only a part was ordered; what is left of it follows at the end of the event.
struct Rest {
    Node const* node;
    std::vector<Rest> below;
    bool whole;
};
string loose(Rest const& r) {
    if (r.whole) return loose(*r.node);
    std::vector<string> parts;
    parts.reserve(r.below.size());
    for (auto const& b : r.below) parts.push_back(loose(b));
    std::sort(parts.begin(), parts.end());
    string out = r.node->name;
    if (auto const value = stripped(r.node->text); !value.empty()) out += '=' + canonical(value);
    for (auto const& p : parts) out += p;
    return out;
}

/// The reference appends users' fields to the element that holds them when their namespace ends in a stroke and they do not
/// stand alone; all others it leaves to the end of the event. [hash_generator.py, _gather_user_extensions]
bool stays_inside(Node const& n) { return n.name.starts_with('{') && n.name.find("/}") != string::npos; }

bool is_time(string_view name) {
    auto const has = [&](string_view part) {
        return std::search(name.begin(), name.end(), part.begin(), part.end(), [](char a, char b) { return (a | 0x20) == b; }) != name.end();
    };
    return has("time") && !has("offset");
}

string ordered(std::vector<Node const*> nodes, std::vector<Step> const& steps, std::vector<Rest>& rest, bool event) {
    std::vector<Node const*> inside;
    if (!event && nodes.size() > 1)
        for (auto const* n : nodes)
            if (stays_inside(*n)) inside.push_back(n);
    string out;
    std::vector<string> values;
    for (auto const& step : steps) {
        values.clear();
        for (auto*& n : nodes) {
            if (!n || n->name != step.name) continue;
            string below;
            std::vector<Rest> left;
            if (!step.below.empty()) {
                std::vector<Node const*> children;
                children.reserve(n->children.size());
                for (auto const& c : n->children) children.push_back(&c);
                below = ordered(std::move(children), step.below, left, false);
            } else for (auto const& c : n->children) left.push_back({&c, {}, true});
            string value;
            if (auto const text = stripped(n->text); !text.empty()) value = '=' + (is_time(n->name) ? utc_milliseconds(text) : canonical(text));
            if (!value.empty() || !below.empty()) values.emplace_back(n->name).append(value).append(below);
            if (!left.empty()) rest.push_back({n, std::move(left), false});
            n = nullptr;
        }
        std::sort(values.begin(), values.end());
        for (auto const& v : values) out += v;
    }
    for (auto const* n : nodes)
        if (n && std::find(inside.begin(), inside.end(), n) == inside.end()) rest.push_back({n, {}, true});
    return out + loose(inside);
}

} // namespace

string plain_number(string_view text) {
    auto digits = text;
    auto const negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    // from_chars also takes inf and nan, which are no numbers of a measurement
    if (digits.empty() || !(is_digit(digits[0]) || (digits[0] == '.' && digits.size() > 1 && is_digit(digits[1])))) return string{text};
    double value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) return string{text};
    if (negative) value = -value;
    if (value == std::trunc(value)) {
        std::array<char, 400> whole;
        auto const n = std::snprintf(whole.data(), whole.size(), "%.0f", value == 0 ? 0.0 : value);
        return {whole.data(), static_cast<size_t>(n)};
    }
    std::array<char, 64> shortest;
    auto const size = std::abs(value);
    auto const written = size < 1e-4 ? std::to_chars(shortest.data(), shortest.data() + shortest.size(), value, std::chars_format::scientific)
                                     : std::to_chars(shortest.data(), shortest.data() + shortest.size(), value, std::chars_format::fixed);
    return {shortest.data(), written.ptr};
}

string utc_milliseconds(string_view text) {
    auto const number = [&](size_t at, size_t n) {
        int v = 0;
        for (size_t i = at; i < at + n; ++i) {
            if (i >= text.size() || !is_digit(text[i])) return -1;
            v = v * 10 + (text[i] - '0');
        }
        return v;
    };
    auto const is = [&](size_t at, char c) { return at < text.size() && text[at] == c; };
    auto const year = number(0, 4), month = number(5, 2), day = number(8, 2), hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || !is(4, '-') || !is(7, '-') || !(is(10, 'T') || is(10, ' ')) || !is(13, ':') || !is(16, ':')) return string{text};
    std::chrono::year_month_day const date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return string{text};
    size_t at = 19;
    int milliseconds = 0;
    if (is(at, '.')) {
        size_t n = 0;
        for (++at; at < text.size() && is_digit(text[at]); ++at, ++n) {
            if (n < 3) milliseconds = milliseconds * 10 + (text[at] - '0');
            else if (n == 3 && text[at] >= '5') ++milliseconds;   // rule 9: up from 5 in the fourth place
        }
        if (n == 0) return string{text};
        for (; n < 3; ++n) milliseconds *= 10;
    }
    int east = 0;   // minutes
    if (is(at, 'Z') && at + 1 == text.size()) {}
    else if (is(at, '+') || is(at, '-')) {
        auto const hours = number(at + 1, 2), colon = is(at + 3, ':') ? 1 : 0, minutes = number(at + 3 + static_cast<size_t>(colon), 2);
        if (hours < 0 || minutes < 0 || at + 5 + static_cast<size_t>(colon) != text.size()) return string{text};
        east = (hours * 60 + minutes) * (is(at, '-') ? -1 : 1);
    } else if (at != text.size()) return string{text};
    auto const instant = std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute - east} + std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds};
    auto const utc_day = std::chrono::floor<std::chrono::days>(instant);
    std::chrono::year_month_day const utc{utc_day};
    std::chrono::hh_mm_ss const clock{instant - utc_day};
    std::array<char, 40> out;
    auto const n = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(utc.year()), static_cast<unsigned>(utc.month()), static_cast<unsigned>(utc.day()),
                                 static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {out.data(), static_cast<size_t>(n)};
}

string pre_hash(Node const& event, std::vector<string> const& not_hashed) {
    static constexpr std::array<string_view, 4> never{"recordTime", "eventID", "type", "errorDeclaration"};
    std::vector<Node const*> nodes;
    nodes.reserve(event.children.size());
    for (auto const& c : event.children)
        if (std::find(never.begin(), never.end(), c.name) == never.end() && std::find(not_hashed.begin(), not_hashed.end(), c.name) == not_hashed.end()) nodes.push_back(&c);
    std::vector<Rest> rest;
    auto out = "eventType=" + event.name + ordered(std::move(nodes), order(), rest, true);
    std::vector<string> parts;
    parts.reserve(rest.size());
    for (auto const& r : rest) parts.push_back(loose(r));
    std::sort(parts.begin(), parts.end());
    for (auto const& p : parts) out += p;
    return out;
}

string event_hash(Node const& event, std::vector<string> const& not_hashed) {
    return "ni:///sha-256;" + sha256_hex(pre_hash(event, not_hashed)) + "?ver=CBV2.0";
}

std::vector<string> event_hashes(Document const& document) {
    std::vector<string> out;
    out.reserve(document.events.size());
    for (size_t i = 0; i < document.events.size(); ++i) out.push_back(event_hash(document.hashed(i), document.not_hashed));
    return out;
}

} // namespace osetra::trace
