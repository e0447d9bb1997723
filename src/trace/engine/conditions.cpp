#include "trace/engine/conditions.h"

#include <algorithm>

#include "trace/engine/identifiers.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

bool holds(Compare how, std::partial_ordering o) {
    switch (how) {
    case Compare::eq: return o == 0;
    case Compare::gt: return o > 0;
    case Compare::ge: return o >= 0;
    case Compare::lt: return o < 0;
    case Compare::le: return o <= 0;
    }
    return false;
}

bool among(std::vector<string> const& sorted, string_view key) { return std::binary_search(sorted.begin(), sorted.end(), key, std::less<>{}); }
std::vector<string> sorted(std::vector<string> all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}
std::vector<std::int64_t> marks(Field field, std::vector<string> const& keys) {
    std::vector<std::int64_t> out;
    for (auto const& key : keys) out.push_back(mark(field, key));
    return out;
}
bool is_named(FieldPlace const& f, Node const& n) { return std::find(f.names.begin(), f.names.end(), full_name(n.name)) != f.names.end(); }
std::vector<string> field_keys(FieldPlace const& f) {
    std::vector<string> keys;
    for (auto const& name : f.names) keys.push_back(field_key(f.scope, f.depth, name));
    return keys;
}

std::vector<string> split(string_view text) {
    std::vector<string> out;
    for (;;) {
        auto const dot = text.find('.');
        out.emplace_back(text.substr(0, dot));
        if (dot == string_view::npos) return out;
        text.remove_prefix(dot + 1);
    }
}
bool all_digits(string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }); }

/// How many fields the schemes have whose names can also be links [TDS 1.13, 6.3].
std::size_t fields_of(string_view scheme) {
    for (auto const s : {"sscc", "giai", "pgln", "gsrn", "gsrnp", "ginc", "gsin"})
        if (scheme == s) return 2;
    for (auto const s : {"sgtin", "lgtin", "upui", "sgln", "grai", "gdti", "cpi", "sgcn"})
        if (scheme == s) return 3;
    return scheme == "itip" ? 5 : 0;
}

} // namespace

Condition has_key(std::vector<Field> fields, std::vector<string> keys, Field marked) {
    keys = sorted(std::move(keys));
    auto found_by = marks(marked, keys);
    return {[fields = std::move(fields), keys = std::move(keys)](Node const& event, MasterData const&) {
        return std::any_of(fields.begin(), fields.end(), [&](Field f) { return any_key(event, f, [&](string_view key) { return among(keys, key); }); });
    }, std::move(found_by)};
}

Condition matches_any(std::vector<Field> fields, std::vector<string> keys, std::vector<Pattern> patterns, Field marked) {
    keys = sorted(std::move(keys));
    auto found_by = marks(marked, keys);
    for (auto const& p : patterns) {
        if (p.kind().empty()) { found_by.clear(); break; }
        found_by.push_back(mark(Field::kind, p.kind()));
    }
    return {[fields = std::move(fields), keys = std::move(keys), patterns = std::move(patterns)](Node const& event, MasterData const&) {
        auto const is = [&](string_view spelled) { return among(keys, match_key(spelled)) || std::any_of(patterns.begin(), patterns.end(), [&](Pattern const& p) { return p.has(spelled); }); };
        return std::any_of(fields.begin(), fields.end(), [&](Field f) { return any_thing_named(event, f, is); });
    }, std::move(found_by)};
}

bool Pattern::is_pattern(string_view text, bool of_instances) {
    if (text.starts_with("urn:epc:idpat:") || text.starts_with("urn:epc:pat:")) return true;
    if (!of_instances || text.starts_with("urn:")) return false;
    auto const id = parse_identifier(text);
    return id && id->is_class && !id->scheme.ends_with("lot") && id->scheme != "lgtin";   // a class in a link is all its instances
}

Result<Pattern> Pattern::parse(string_view text) {
    Pattern p;
    if (!text.starts_with("urn:")) {
        auto const id = OSETRA_TRY(parse_identifier(text));
        p.m_scheme = id.scheme;
        p.m_class = p.m_kind = match_key(text);
        return p;
    }
    if (!text.starts_with("urn:epc:idpat:")) return refuse({}, "patterns begin with urn:epc:idpat:");
    text.remove_prefix(14);
    auto const colon = text.find(':');
    if (colon == string_view::npos) return refuse({}, "a scheme and its fields follow urn:epc:idpat:");
    p.m_scheme = text.substr(0, colon);
    p.m_fields = split(text.substr(colon + 1));
    for (auto const& f : p.m_fields) {
        if (f.empty()) return refuse({}, "each field is a value or *");
        if (f.find('[') != string::npos) return refuse({}, "ranges are not taken");
        if (f.find('*') != string::npos && f != "*") return refuse({}, "* stands for a whole field");
    }
    auto const count = fields_of(p.m_scheme);
    if (!count) return p;   // a scheme without links: compared as text
    if (p.m_fields.size() != count) return refuse({}, p.m_scheme + " has " + std::to_string(count) + " fields");
    if (p.m_fields[0] == "*") {
        if (p.m_fields[1] != "*") return refuse({}, "a reference means nothing without its company prefix");
        return p;
    }
    if (!all_digits(p.m_fields[0]) || p.m_fields[0].size() < 6 || p.m_fields[0].size() > 12) return refuse({}, "a company prefix has 6 to 12 digits");
    p.m_kind = p.m_fields[0].substr(0, 6);
    if (count != 3 || p.m_fields[1] == "*" || p.m_fields[2] != "*") return p;
    auto const class_urn = "urn:epc:idpat:" + (p.m_scheme == "lgtin" || p.m_scheme == "upui" ? "sgtin" : p.m_scheme) + string{text.substr(colon)};
    if (auto const right = parse_identifier(class_urn); !right) return refuse({}, right.error().message);
    p.m_class = p.m_kind = match_key(class_urn);
    return p;
}

bool Pattern::has(string_view spelled) const {
    if (!m_class.empty()) {
        auto const key = match_key(spelled);
        if (class_of_key(key) != m_class) return false;
        auto const id = parse_identifier(spelled);
        return id && id->scheme == m_scheme;
    }
    if (!spelled.starts_with("urn:epc:") || (fields_of(m_scheme) && match_key(spelled) == spelled)) return false;   // not well formed
    auto rest = spelled.substr(8);
    for (auto const kind : {"id:", "idpat:", "class:"})
        if (rest.starts_with(kind)) { rest.remove_prefix(string_view{kind}.size()); break; }
    if (!rest.starts_with(m_scheme) || rest.substr(m_scheme.size(), 1) != ":") return false;
    rest.remove_prefix(m_scheme.size() + 1);
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        auto const last = i + 1 == m_fields.size();   // a serial may hold dots
        auto const dot = last ? string_view::npos : rest.find('.');
        if (!last && dot == string_view::npos) return false;
        if (m_fields[i] != "*" && m_fields[i] != rest.substr(0, dot)) return false;
        if (!last) rest.remove_prefix(dot + 1);
    }
    return true;
}

Condition has_extension(FieldPlace f) {
    auto found_by = marks(Field::has_field, field_keys(f));
    return {[f = std::move(f)](Node const& event, MasterData const&) { return any_extension(event, f.scope, f.depth, [&](Node const& n) { return is_named(f, n); }); }, std::move(found_by)};
}

Condition extension_equals(FieldPlace f, std::vector<string> values) {
    values = sorted(std::move(values));
    std::vector<string> keys;
    for (auto const& field : field_keys(f))
        for (auto const& value : values) keys.push_back(field + '\n' + value);
    auto found_by = marks(Field::field_value, keys);
    return {[f = std::move(f), values = std::move(values)](Node const& event, MasterData const&) {
        return any_extension(event, f.scope, f.depth, [&](Node const& n) { return (n.children.empty() || !n.text.empty()) && is_named(f, n) && among(values, value_key(n.text)); });
    }, std::move(found_by)};
}

Condition extension_compares(FieldPlace f, Compare how, double asked) {
    auto found_by = marks(Field::has_field, field_keys(f));
    return {[f = std::move(f), how, asked](Node const& event, MasterData const&) {
        return any_extension(event, f.scope, f.depth, [&](Node const& n) {
            if (!is_named(f, n)) return false;
            auto const number = parse_number(n.text);
            return number && holds(how, *number <=> asked);
        });
    }, std::move(found_by)};
}

Condition extension_compares(FieldPlace f, Compare how, Instant asked) {
    auto found_by = marks(Field::has_field, field_keys(f));
    return {[f = std::move(f), how, asked](Node const& event, MasterData const&) {
        return any_extension(event, f.scope, f.depth, [&](Node const& n) {
            if (!is_named(f, n)) return false;
            auto const at = parse_time(n.text);
            return at && holds(how, *at <=> asked);
        });
    }, std::move(found_by)};
}

Condition amount_compares(string attribute, string unit, Compare how, std::vector<double> values) {
    auto const key = unit.empty() ? attribute : attribute + ' ' + string{kind_of_unit(unit)};
    auto const scale = attribute == "sDev" ? Scale::width : Scale::place;
    return {[=](Node const& event, MasterData const&) {
        return any_amount(event, attribute, [&](Measured m) {
            return std::any_of(values.begin(), values.end(), [&](double v) { return holds(how, compare(m, {v, unit.empty() ? m.unit : string_view{unit}}, scale)); });
        });
    }, {mark(Field::uom_kind, key)}};
}

Condition time_compares(string attribute, Compare how, std::vector<Instant> values) {
    auto const found_by = mark(attribute == "declarationTime" ? Field::has_error : Field::has_sensor, "");
    return {[=](Node const& event, MasterData const&) {
        return any_time(event, attribute, [&](Instant at) { return std::any_of(values.begin(), values.end(), [&](Instant v) { return holds(how, at <=> v); }); });
    }, {found_by}};
}

Condition has_attribute(std::vector<Attribute> attributes, std::vector<string> values) {
    values = sorted(std::move(values));
    return {[attributes = std::move(attributes), values = std::move(values)](Node const& event, MasterData const& data) {
        auto const good = [&](string const& value) { return values.empty() || among(values, value_key(value)); };
        return std::any_of(attributes.begin(), attributes.end(), [&](Attribute const& a) {
            return any_named(event, a.field, [&](string_view id) {
                return std::any_of(a.names.begin(), a.names.end(), [&](string const& name) {
                    auto const has = data.attribute(id, name);
                    return std::any_of(has.begin(), has.end(), good);
                });
            });
        });
    }, {}};
}

} // namespace osetra::trace
