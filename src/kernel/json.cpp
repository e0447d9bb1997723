#include "kernel/json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/sha256.h"

namespace osetra {
namespace {

using Json = nlohmann::ordered_json;
constexpr int deepest = 32;

} // namespace

void JsonOut::name(char const* n) {
    if (!m_first) m_text += ',';
    m_first = false;
    if (!n) return;
    m_text += '"';
    m_text += n;
    m_text += "\":";
}

void JsonOut::quoted(std::string_view s) {
    m_text += '"';
    auto plain = s.begin();
    for (auto at = s.begin(); at != s.end(); ++at) {
        auto const c = static_cast<unsigned char>(*at);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        m_text.append(plain, at);
        plain = at + 1;
        switch (c) {
        case '"': m_text += "\\\""; break;
        case '\\': m_text += "\\\\"; break;
        case '\n': m_text += "\\n"; break;
        case '\r': m_text += "\\r"; break;
        case '\t': m_text += "\\t"; break;
        default: {
            constexpr char const* hex = "0123456789abcdef";
            m_text += "\\u00";
            m_text += hex[c >> 4U];
            m_text += hex[c & 15U];
        }
        }
    }
    m_text.append(plain, s.end());
    m_text += '"';
}

void JsonOut::put(char const* n, std::int64_t v) {
    name(n);
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, v).ptr;
    m_text.append(digits, end);
}

void JsonOut::put(char const* n, double v) {
    name(n);
    if (!std::isfinite(v)) { m_text += "null"; return; }
    char digits[32];
    auto const end = std::to_chars(digits, digits + sizeof digits, v).ptr;
    m_text.append(digits, end);
}

void JsonOut::put(char const* n, std::string_view v) { name(n); quoted(v); }
void JsonOut::put_blob(char const* n, std::string_view v) {
    if (v.size() == 16) { put(n, std::string_view{Uuid::from_raw(v).text()}); return; }
    put(n, std::string_view{hex_of(v)});
}
void JsonOut::put_flag(char const* n, bool v) { name(n); m_text += v ? "true" : "false"; }
void JsonOut::put_instant(char const* n, Instant v) { put(n, std::string_view{text_of(v)}); }
void JsonOut::put_day(char const* n, FarmDay v) { put(n, std::string_view{text_of(v)}); }
void JsonOut::put_fish(char const* n, FishId v) { put(n, std::string_view{pit_tag_text(v)}); }
void JsonOut::put_fish_list(char const* n, std::span<FishId const> list) {
    if (list.empty()) return;
    begin_array(n);
    for (auto const fish : list) put_fish(nullptr, fish);
    end_array();
}
void JsonOut::put_text_list(char const* n, std::span<std::string const> list) {
    if (list.empty()) return;
    begin_array(n);
    for (auto const& text : list) put(nullptr, std::string_view{text});
    end_array();
}

void JsonOut::begin_object(char const* n) { name(n); m_text += '{'; m_first = true; }
void JsonOut::end_object() { m_text += '}'; m_first = false; }
void JsonOut::begin_array(char const* n) { name(n); m_text += '['; m_first = true; }
void JsonOut::end_array() { m_text += ']'; m_first = false; }
void JsonOut::raw(char const* n, std::string_view json) { name(n); m_text += json; }

struct JsonIn::Node {
    Json owned;
    std::shared_ptr<Node const> parent;   ///< keeps the document alive under a nested value
    Json const* here = nullptr;
    Json const* find(char const* name) const {
        if (!here->is_object()) return nullptr;
        auto const at = here->find(name);
        return at == here->end() || at->is_null() ? nullptr : &*at;
    }
};

Result<JsonIn> JsonIn::parse(std::string_view text) {
    int depth_seen = 0;
    auto const watch = [&](int depth, Json::parse_event_t, Json&) {
        depth_seen = std::max(depth_seen, depth);
        if (depth > deepest) throw std::length_error("deep");
        return true;
    };
    auto node = std::make_shared<Node>();
    try {
        node->owned = Json::parse(text, watch);
    } catch (std::length_error const&) {
        return refuse("json_too_deep", "The JSON is nested more than 32 levels deep; flatten it.");
    } catch (nlohmann::json::parse_error const& e) {
        auto const before = text.substr(0, std::min(e.byte, text.size()));
        auto const line = 1 + std::count(before.begin(), before.end(), '\n');
        return refuse("json_malformed", "This is not JSON: the fault is near line " + std::to_string(line) + ", byte " + std::to_string(e.byte) + ".");
    } catch (nlohmann::json::exception const&) {
        return refuse("json_malformed", "This is not JSON: a number or text in it cannot be read.");
    }
    node->here = &node->owned;
    JsonIn in;
    in.m_node = std::move(node);
    return in;
}

void JsonIn::remember(Refusal r) {
    if (!m_refusal) m_refusal = std::move(r);
}

bool JsonIn::has(char const* name) { return m_node->find(name) != nullptr; }

namespace {
Refusal wrong_type(char const* name, char const* wanted) {
    return {"field_type", std::string{name} + " must be " + wanted + ".", name};
}
} // namespace

void JsonIn::get(char const* name, std::int64_t& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (at->is_number_unsigned() && at->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) v = at->get<std::int64_t>();
    else if (at->is_number_integer() && !at->is_number_unsigned()) v = at->get<std::int64_t>();
    else if (at->is_number_float() && std::abs(at->get<double>()) < 9e15 && std::floor(at->get<double>()) == at->get<double>()) v = static_cast<std::int64_t>(at->get<double>());
    else remember(wrong_type(name, "a whole number"));
}
void JsonIn::get(char const* name, double& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (at->is_number()) v = at->get<double>(); else remember(wrong_type(name, "a number"));
}
void JsonIn::get(char const* name, std::string& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (at->is_string()) v = at->get<std::string>(); else remember(wrong_type(name, "text"));
}
void JsonIn::get_blob(char const* name, std::string& v) {
    std::string text;
    get(name, text);
    if (m_refusal || text.empty()) return;
    auto const id = Uuid::parse(text);
    if (id) v = id->raw(); else remember({id.error().code, id.error().message, name});
}
void JsonIn::get_flag(char const* name, bool& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (at->is_boolean()) v = at->get<bool>(); else remember(wrong_type(name, "true or false"));
}
void JsonIn::get_instant(char const* name, Instant& v) {
    std::string text;
    get(name, text);
    if (text.empty()) { if (has(name)) remember(wrong_type(name, "a time like 2026-01-11T12:00:00Z")); return; }
    auto const t = parse_instant(text, {});
    if (t) v = *t; else remember({t.error().code, t.error().message, name});
}
void JsonIn::get_day(char const* name, FarmDay& v) {
    std::string text;
    get(name, text);
    if (text.empty()) { if (has(name)) remember(wrong_type(name, "a day like 2026-01-11")); return; }
    auto const d = parse_day(text);
    if (d) v = *d; else remember({d.error().code, d.error().message, name});
}

namespace {
void read_tag(Json const& at, char const* name, FishId& v, JsonIn& in) {
    if (at.is_number_integer()) { v.n = at.get<std::int64_t>(); return; }
    if (!at.is_string()) { in.remember(wrong_type(name, "a 15-digit tag")); return; }
    auto const fish = parse_pit_tag(at.get_ref<std::string const&>());
    if (fish) v = *fish; else in.remember({fish.error().code, fish.error().message, name});
}
} // namespace

void JsonIn::get_fish(char const* name, FishId& v) {
    if (auto const* at = m_node->find(name)) read_tag(*at, name, v, *this);
}
void JsonIn::get_fish_list(char const* name, std::vector<FishId>& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (!at->is_array()) { remember(wrong_type(name, "a list of tags")); return; }
    for (auto const& item : *at) read_tag(item, name, v.emplace_back(), *this);
}
void JsonIn::get_text_list(char const* name, std::vector<std::string>& v) {
    auto const* at = m_node->find(name);
    if (!at) return;
    if (!at->is_array()) { remember(wrong_type(name, "a list of names")); return; }
    for (auto const& item : *at) {
        if (!item.is_string()) { remember(wrong_type(name, "a list of names")); return; }
        v.push_back(item.get<std::string>());
    }
}

bool JsonIn::is_array() const { return m_node->here->is_array(); }

std::optional<JsonIn> JsonIn::child(char const* name) const {
    auto const* at = m_node->find(name);
    if (!at) return std::nullopt;
    auto node = std::make_shared<Node>();
    node->parent = m_node;
    node->here = at;
    JsonIn in;
    in.m_node = std::move(node);
    return in;
}

std::vector<JsonIn> JsonIn::items(char const* name) const {
    auto const* list = name ? m_node->find(name) : m_node->here;
    std::vector<JsonIn> all;
    if (!list || !list->is_array()) return all;
    for (auto const& item : *list) {
        auto node = std::make_shared<Node>();
        node->parent = m_node;
        node->here = &item;
        all.emplace_back().m_node = std::move(node);
    }
    return all;
}

std::vector<std::string> JsonIn::names() const {
    std::vector<std::string> all;
    if (m_node->here->is_object())
        for (auto const& [name, value] : m_node->here->items()) all.push_back(name);
    return all;
}

std::string JsonIn::dump() const { return m_node->here->dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace osetra
