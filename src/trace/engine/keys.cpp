#include "trace/engine/keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "trace/engine/identifiers.h"
#include "trace/engine/names.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr string_view home = "https://id.gs1.org/";
constexpr std::array things{Field::epc, Field::parent, Field::input_epc, Field::output_epc, Field::epc_class, Field::input_class, Field::output_class};
constexpr std::array<string_view, 4> quantity_lists{"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"};
constexpr std::array<string_view, 10> sensor_attributes{"dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules", "stringValue",
                                                        "booleanValue", "hexBinaryValue", "uriValue", "deviceMetadata", "rawData"};
constexpr std::array<string_view, 6> amounts{"value", "minValue", "maxValue", "meanValue", "sDev", "percValue"};

template <class Is> bool any_child(Node const& node, string_view name, Is const& is) {
    return std::any_of(node.children.begin(), node.children.end(), [&](Node const& child) { return child.name == name && is(child); });
}
/// Items of a list that is a field of the event.
template <class Is> bool any_item(Node const& event, string_view list, Is const& is) {
    return any_child(event, list, [&](Node const& l) { return std::any_of(l.children.begin(), l.children.end(), is); });
}
bool any_text_in(Node const& event, string_view list, IsKey const& is) {
    return any_item(event, list, [&](Node const& item) { return is(match_key(item.text)); });
}
bool any_spelled_in(Node const& event, string_view list, IsKey const& is) {
    return any_item(event, list, [&](Node const& item) { return is(item.text); });
}
bool any_class_in(Node const& event, string_view list, IsKey const& is) {
    return any_item(event, list, [&](Node const& item) { return any_child(item, "epcClass", [&](Node const& c) { return is(c.text); }); });
}
IsKey of_keys(IsKey const& is) {
    return [&is](string_view spelled) { return is(match_key(spelled)); };
}
bool any_word(Node const& above, string_view field, Words words, IsKey const& is) {
    return any_child(above, field, [&](Node const& n) { return is(bare_word(words, n.text)); });
}
bool any_place(Node const& event, string_view field, IsKey const& is) {
    return any_child(event, field, [&](Node const& n) { return any_child(n, "id", [&](Node const& id) { return is(match_key(id.text)); }); });
}
/// Each as it is, and behind its type.
bool any_typed(Node const& event, string_view list, Words words, IsKey const& is) {
    return any_item(event, list, [&](Node const& item) {
        auto const key = match_key(item.text);
        return is(key) || any_child(item, "type", [&](Node const& type) { return is(bare_word(words, type.text) + '\n' + key); });
    });
}
bool any_party(Node const& event, IsKey const& is) {
    auto const party = [&](Node const& item) { return bare_word(Words::party, item.value("type")).ends_with("_party") && is(match_key(item.text)); };
    return any_item(event, "sourceList", party) || any_item(event, "destinationList", party);
}
/// Reports and metadata of all sensor elements.
template <class Is> bool any_sensor_part(Node const& event, Is const& is) {
    return any_item(event, "sensorElementList", [&](Node const& element) {
        return std::any_of(element.children.begin(), element.children.end(), [&](Node const& part) { return (part.name == "sensorReport" || part.name == "sensorMetadata") && is(part); });
    });
}
bool any_sensor_value(Node const& event, IsKey const& is) {
    return any_sensor_part(event, [&](Node const& part) {
        return std::any_of(part.children.begin(), part.children.end(), [&](Node const& n) {
            return std::find(sensor_attributes.begin(), sensor_attributes.end(), n.name) != sensor_attributes.end() && is(n.name + '\n' + sensor_key(n.name, n.text));
        });
    });
}
string_view unit_of(Node const& holder, string_view if_none) {
    auto const unit = holder.value("uom");
    return unit.empty() ? if_none : unit;
}
/// Quantities of the event: its own (QuantityEvent) and those of its lists, with what holds them.
template <class Is> bool any_quantity(Node const& event, Is const& is) {
    auto const in = [&](Node const& holder) { return any_child(holder, "quantity", [&](Node const& n) { return is(holder, n); }); };
    return in(event) || std::any_of(quantity_lists.begin(), quantity_lists.end(), [&](string_view list) { return any_item(event, list, in); });
}
bool any_unit_kind(Node const& event, IsKey const& is) {
    auto const told = [&](Node const& n, string_view unit) { return parse_number(n.text) && (is(n.name) || is(n.name + ' ' + string{kind_of_unit(unit)})); };
    auto const is_amount = [](string_view name) { return name == "percRank" || std::find(amounts.begin(), amounts.end(), name) != amounts.end(); };
    return any_quantity(event, [&](Node const& holder, Node const& n) { return told(n, unit_of(holder, "C62")); }) ||
           any_sensor_part(event, [&](Node const& part) { return std::any_of(part.children.begin(), part.children.end(), [&](Node const& n) { return is_amount(n.name) && told(n, unit_of(part, {})); }); });
}
bool any_kind(Node const& event, IsKey const& is) {
    auto const of = [&](string_view key) {
        auto const six = six_digits_of_key(key);
        auto const without = class_of_key(key);
        return (!six.empty() && is(six)) || (!without.empty() && is(without));
    };
    return std::any_of(things.begin(), things.end(), [&](Field f) { return any_key(event, f, of); });
}
constexpr std::array scopes{Scope::event, Scope::ilmd, Scope::error, Scope::read_point, Scope::biz_location, Scope::sensor_element, Scope::sensor_metadata, Scope::sensor_report};
/// Asked: `has_field` of the key of each users' field, `field_value` of the key with its value.
bool any_field(Node const& event, IsKey const* has_field, IsKey const* field_value) {
    for (auto const scope : scopes)
        for (auto const depth : {Depth::top, Depth::inner})
            if (any_extension(event, scope, depth, [&](Node const& n) {
                    auto key = field_key(scope, depth, full_name(n.name));
                    if (has_field && (*has_field)(key)) return true;
                    if (!field_value || (!n.children.empty() && n.text.empty())) return false;
                    return (*field_value)((key += '\n') += value_key(n.text));
                })) return true;
    return false;
}

bool any_inside(Node const& node, std::function<bool(Node const&)> const& is) {
    return std::any_of(node.children.begin(), node.children.end(), [&](Node const& n) { return (n.is_extension() && is(n)) || any_inside(n, is); });
}

} // namespace

bool any_key(Node const& event, Field field, IsKey const& is) {
    switch (field) {
    case Field::type: return is(type_key(event.name));
    case Field::action: return any_child(event, "action", [&](Node const& n) { return is(n.text); });
    case Field::biz_step: return any_word(event, "bizStep", Words::biz_step, is);
    case Field::disposition: return any_word(event, "disposition", Words::disposition, is);
    case Field::disposition_set: return any_child(event, "persistentDisposition", [&](Node const& n) { return any_word(n, "set", Words::disposition, is); });
    case Field::disposition_unset: return any_child(event, "persistentDisposition", [&](Node const& n) { return any_word(n, "unset", Words::disposition, is); });
    case Field::read_point: return any_place(event, "readPoint", is);
    case Field::biz_location: return any_place(event, "bizLocation", is);
    case Field::transaction: return any_typed(event, "bizTransactionList", Words::transaction, is);
    case Field::source: return any_typed(event, "sourceList", Words::party, is);
    case Field::destination: return any_typed(event, "destinationList", Words::party, is);
    case Field::transformation: return any_child(event, "transformationID", [&](Node const& n) { return is(match_key(n.text)); });
    case Field::epc: case Field::parent: case Field::input_epc: case Field::output_epc: case Field::epc_class: case Field::input_class: case Field::output_class:
        return any_thing_named(event, field, of_keys(is));
    case Field::any_thing: return std::any_of(things.begin(), things.end(), [&](Field f) { return any_key(event, f, is); });
    case Field::kind: return any_kind(event, is);
    case Field::error_reason: return any_child(event, "errorDeclaration", [&](Node const& n) { return any_word(n, "reason", Words::reason, is); });
    case Field::corrective:
        return any_child(event, "errorDeclaration", [&](Node const& n) { return any_item(n, "correctiveEventIDs", [&](Node const& id) { return is(id.text); }); });
    case Field::has_error: return any_child(event, "errorDeclaration", [&](Node const&) { return is(""); });
    case Field::has_field: return any_field(event, &is, nullptr);
    case Field::field_value: return any_field(event, nullptr, &is);
    case Field::has_sensor: return any_child(event, "sensorElementList", [&](Node const&) { return is(""); });
    case Field::sensor_type: return any_sensor_part(event, [&](Node const& part) { return any_word(part, "type", Words::measurement, is); });
    case Field::device: return any_sensor_part(event, [&](Node const& part) { return any_child(part, "deviceID", [&](Node const& n) { return is(match_key(n.text)); }); });
    case Field::sensor_value: return any_sensor_value(event, is);
    case Field::uom_kind: return any_unit_kind(event, is);
    case Field::party: return any_party(event, is);
    case Field::event_id: return any_child(event, "eventID", [&](Node const& n) { return is(n.text); });
    }
    return false;
}

void each_field(Node const& event, IsKey const& has_field, IsKey const& field_value) { any_field(event, &has_field, &field_value); }

bool any_thing_named(Node const& event, Field field, IsKey const& is) {
    switch (field) {
    case Field::epc: return any_spelled_in(event, "epcList", is) || any_spelled_in(event, "childEPCs", is);
    case Field::parent: return any_child(event, "parentID", [&](Node const& n) { return is(n.text); });
    case Field::input_epc: return any_spelled_in(event, "inputEPCList", is);
    case Field::output_epc: return any_spelled_in(event, "outputEPCList", is);
    case Field::epc_class:   // and the QuantityEvent of EPCIS 1.0, which is one quantity itself
        return any_class_in(event, "quantityList", is) || any_class_in(event, "childQuantityList", is) || any_child(event, "epcClass", [&](Node const& n) { return is(n.text); });
    case Field::input_class: return any_class_in(event, "inputQuantityList", is);
    case Field::output_class: return any_class_in(event, "outputQuantityList", is);
    default: return false;
    }
}

bool any_extension(Node const& event, Scope scope, Depth depth, std::function<bool(Node const&)> const& is) {
    auto const within = [&](Node const& container) {
        return std::any_of(container.children.begin(), container.children.end(), [&](Node const& n) { return n.is_extension() && (depth == Depth::top ? is(n) : any_inside(n, is)); });
    };
    auto const in_part = [&](string_view part) { return any_item(event, "sensorElementList", [&](Node const& element) { return any_child(element, part, within); }); };
    switch (scope) {
    case Scope::event: return within(event);
    case Scope::ilmd: return any_child(event, "ilmd", within);
    case Scope::error: return any_child(event, "errorDeclaration", within);
    case Scope::read_point: return any_child(event, "readPoint", within);
    case Scope::biz_location: return any_child(event, "bizLocation", within);
    case Scope::sensor_element: return any_item(event, "sensorElementList", within);
    case Scope::sensor_metadata: return in_part("sensorMetadata");
    case Scope::sensor_report: return in_part("sensorReport");
    }
    return false;
}

string full_name(string_view name) {
    auto const colon = name.find(':');
    if (name.starts_with('{') || colon == string_view::npos) return string{name};
    auto const uri = standard_namespace(name.substr(0, colon));
    return uri.empty() ? string{name} : '{' + string{uri} + '}' + string{name.substr(colon + 1)};
}

string type_key(string_view type) {
    auto const close = type.find('}');
    if (type.starts_with('{') && close != string_view::npos) return string{type.substr(1, close - 1)} + string{type.substr(close + 1)};
    return string{type.starts_with("epcis:") ? type.substr(6) : type};
}

string field_key(Scope scope, Depth depth, string_view name) {
    auto const letter = static_cast<char>(scope);
    return (depth == Depth::top ? letter : static_cast<char>(letter - 'a' + 'A')) + string{name};
}

string value_key(string_view text) {
    auto const digits = text.substr(text.starts_with('-') ? 1 : 0);
    auto const like_json = !digits.empty() && digits[0] >= '0' && digits[0] <= '9' && (digits[0] != '0' || digits.size() == 1 || digits[1] == '.');   // a lot 007 is no number
    if (like_json)
        if (auto const number = parse_number(text); number && text.size() <= 16) {   // more digits than a double holds are a name, not an amount
            char shortest[32];
            auto const end = std::to_chars(std::begin(shortest), std::end(shortest), *number == 0 ? 0 : *number).ptr;
            return '#' + string{std::begin(shortest), end};
        }
    if (text.size() > 16 && text[4] == '-' && text[10] == 'T')
        if (auto const at = parse_time(text)) return '@' + std::to_string(at->time_since_epoch().count());
    return match_key(text);
}

string sensor_key(string_view attribute, string_view text) {
    if (attribute == "stringValue") return string{text};
    if (attribute == "booleanValue") return text == "1" ? "true" : text == "0" ? "false" : string{text};
    if (attribute == "hexBinaryValue") {
        string upper{text};
        std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return upper;
    }
    return match_key(text);
}

bool any_amount(Node const& event, string_view attribute, std::function<bool(Measured)> const& is) {
    auto const told = [&](Node const& n, string_view unit) {
        auto const number = parse_number(n.text);
        return number && is({*number, unit});
    };
    if (attribute == "quantity") return any_quantity(event, [&](Node const& holder, Node const& n) { return told(n, unit_of(holder, "C62")); });
    return any_sensor_part(event, [&](Node const& part) { return any_child(part, attribute, [&](Node const& n) { return told(n, unit_of(part, {})); }); });
}

bool any_time(Node const& event, string_view attribute, std::function<bool(Instant)> const& is) {
    auto const in = [&](Node const& holder) {
        return any_child(holder, attribute, [&](Node const& n) { auto const at = parse_time(n.text); return at && is(*at); });
    };
    return attribute == "declarationTime" ? any_child(event, "errorDeclaration", in) : any_sensor_part(event, in);
}

bool any_named(Node const& event, string_view field, IsKey const& is) {
    if (field == "readPoint" || field == "bizLocation") return any_place(event, field, is);
    if (field == "epcClass") return std::any_of(quantity_lists.begin(), quantity_lists.end(), [&](string_view list) { return any_class_in(event, list, of_keys(is)); });
    if (std::find(quantity_lists.begin(), quantity_lists.end(), field) != quantity_lists.end()) return any_class_in(event, field, of_keys(is));
    for (string_view const list : {"epcList", "childEPCs", "inputEPCList", "outputEPCList", "bizTransactionList", "sourceList", "destinationList"})
        if (field == list || field == list.substr(0, list.size() - 4)) return any_text_in(event, list, is);
    if (field == "bizStep") return any_child(event, field, [&](Node const& n) { return is(full_word(Words::biz_step, n.text)); });
    if (field == "disposition") return any_child(event, field, [&](Node const& n) { return is(full_word(Words::disposition, n.text)); });
    return any_child(event, field, [&](Node const& n) { return !n.text.empty() && is(match_key(n.text)); });
}

std::optional<Instant> parse_time(string_view text) {
    if (text.size() == 10)
        if (auto const day = parse_day(text)) return start_of(*day, FarmOffset{std::chrono::minutes{0}});
    if (text.size() < 17 || text[10] != 'T' || text.find_first_of("Zz+-", 16) == string_view::npos) return {};
    if (auto const at = parse_instant(text, FarmOffset{std::chrono::minutes{0}})) return *at;
    return {};
}

string_view class_of_key(string_view key) {
    if (!key.starts_with(home)) return {};
    auto const from = key.find('/', home.size());
    if (from == string_view::npos) return {};
    auto const ai = key.substr(home.size(), from - home.size());
    auto const upto = [&](std::size_t digits) { return key.size() < from + 1 + digits ? string_view{} : key.substr(0, from + 1 + digits); };
    if (ai == "01" || ai == "8003") return upto(14);
    if (ai == "414" || ai == "253" || ai == "255") return upto(13);
    if (ai == "8006") return upto(18);
    if (ai == "8010") return key.substr(0, std::min(key.rfind("/8011/"), key.size()));
    return {};
}

string_view six_digits_of_key(string_view key) {
    if (!key.starts_with(home)) return {};
    auto const from = key.find('/', home.size());
    if (from == string_view::npos) return {};
    auto const ai = key.substr(home.size(), from - home.size());
    auto const skip = ai == "01" || ai == "00" || ai == "8006" || ai == "8003" ? from + 2 : from + 1;
    return key.size() < skip + 6 ? string_view{} : key.substr(skip, 6);
}

} // namespace osetra::trace
