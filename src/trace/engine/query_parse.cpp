#include <algorithm>
#include <array>
#include <charconv>

#include "trace/engine/conditions.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/names.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;
using Values = std::vector<string>;
using PrefixMap = std::map<string, string, std::less<>>;

struct WordParameter { string_view name; Field field; Words words; };
constexpr std::array word_parameters{
    WordParameter{"EQ_bizStep", Field::biz_step, Words::biz_step}, WordParameter{"EQ_disposition", Field::disposition, Words::disposition},
    WordParameter{"EQ_persistentDisposition_set", Field::disposition_set, Words::disposition}, WordParameter{"EQ_persistentDisposition_unset", Field::disposition_unset, Words::disposition},
    WordParameter{"EQ_errorReason", Field::error_reason, Words::reason}, WordParameter{"EQ_type", Field::sensor_type, Words::measurement}};

struct NameParameter { string_view name; Field field; };
constexpr std::array name_parameters{NameParameter{"EQ_readPoint", Field::read_point}, NameParameter{"EQ_bizLocation", Field::biz_location},
                                     NameParameter{"EQ_transformationID", Field::transformation}, NameParameter{"EQ_deviceID", Field::device}};

struct MatchParameter { string_view name; Field marked; std::array<Field, 4> fields; std::size_t count; bool of_instances; };
constexpr std::array match_parameters{
    MatchParameter{"MATCH_epc", Field::epc, {Field::epc}, 1, true}, MatchParameter{"MATCH_parentID", Field::parent, {Field::parent}, 1, true},
    MatchParameter{"MATCH_inputEPC", Field::input_epc, {Field::input_epc}, 1, true}, MatchParameter{"MATCH_outputEPC", Field::output_epc, {Field::output_epc}, 1, true},
    MatchParameter{"MATCH_anyEPC", Field::any_thing, {Field::epc, Field::parent, Field::input_epc, Field::output_epc}, 4, true},
    MatchParameter{"MATCH_epcClass", Field::epc_class, {Field::epc_class}, 1, false}, MatchParameter{"MATCH_inputEPCClass", Field::input_class, {Field::input_class}, 1, false},
    MatchParameter{"MATCH_outputEPCClass", Field::output_class, {Field::output_class}, 1, false},
    MatchParameter{"MATCH_anyEPCClass", Field::any_thing, {Field::epc_class, Field::input_class, Field::output_class}, 3, false}};

struct TypedParameter { string_view start; Field field; Words words; };
constexpr std::array typed_parameters{TypedParameter{"EQ_bizTransaction_", Field::transaction, Words::transaction},
                                      TypedParameter{"EQ_source_", Field::source, Words::party}, TypedParameter{"EQ_destination_", Field::destination, Words::party}};

constexpr std::array<string_view, 9> sensor_texts{"dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules", "stringValue", "hexBinaryValue", "uriValue", "deviceMetadata", "rawData"};
constexpr std::array<string_view, 7> amounts{"quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percValue"};
constexpr std::array<string_view, 3> sensor_times{"time", "startTime", "endTime"};
constexpr std::array<string_view, 6> event_types{"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent", "QuantityEvent"};
/// Fields of EPCIS whose values can have master data.
constexpr std::array<string_view, 22> named_fields{"readPoint", "bizLocation", "bizStep", "disposition", "epcClass", "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "epc", "epcList",
                                                   "childEPCs", "inputEPCList", "outputEPCList", "parentID", "bizTransaction", "bizTransactionList", "source", "sourceList", "destination", "destinationList", "transformationID"};

struct ScopeWord { string_view word; Scope scope; bool only_equal; };
constexpr std::array scope_words{ScopeWord{"ILMD_", Scope::ilmd, false}, ScopeWord{"ERROR_DECLARATION_", Scope::error, false}, ScopeWord{"SENSORELEMENT_", Scope::sensor_element, false},
                                 ScopeWord{"SENSORMETADATA_", Scope::sensor_metadata, false}, ScopeWord{"SENSORREPORT_", Scope::sensor_report, false},
                                 ScopeWord{"readPoint_", Scope::read_point, true}, ScopeWord{"bizLocation_", Scope::biz_location, true}};

template <class List> bool in(List const& list, string_view one) { return std::find(list.begin(), list.end(), one) != list.end(); }
bool takes(string_view& text, string_view start) {
    if (!text.starts_with(start)) return false;
    text.remove_prefix(start.size());
    return true;
}

class Parser {
public:
    Parser(PrefixMap const& prefixes, MasterData const& data) : m_prefixes{prefixes}, m_data{data} {}

    Result<Query> query(std::vector<Parameter> const& parameters) {
        std::map<string, Values> merged;   // a name that stands twice adds its values
        for (auto const& [name, values] : parameters) {
            auto& all = merged[name];
            all.insert(all.end(), values.begin(), values.end());
        }
        for (auto const& [name, values] : merged) {
            m_name = name;
            m_values = &values;
            if (values.size() > most_values) return bad("has more than " + std::to_string(most_values) + " values. Ask in parts");
            OSETRA_TRY(parameter(name));
        }
        m_name = "eventCountLimit";
        if (m_out.limit && m_out.most) return bad("and maxEventCount exclude each other. Leave one");
        if (m_out.limit && !merged.contains("orderBy")) return bad("says how many are first, which needs orderBy. Tell orderBy");
        for (auto const& condition : m_out.all_of)
            if (!condition->marks().empty()) m_out.marks.push_back(condition->marks());
        return std::move(m_out);
    }

private:
    static constexpr std::size_t most_values = 10'000;

    tl::unexpected<Refusal> bad(string const& why) const { return refuse("query_parameter", m_name + ' ' + why + '.', m_name); }
    tl::unexpected<Refusal> unknown() const { return refuse("query_parameter", m_name + " is no parameter of the EPCIS event query.", m_name); }
    void add(Condition c) { m_out.all_of.push_back(std::make_shared<Condition const>(std::move(c))); }

    Result<string_view> one() const {
        if (m_values->size() != 1 || m_values->front().empty()) return bad("takes one value");
        return string_view{m_values->front()};
    }
    Result<Values> some() const {
        if (m_values->empty() || in(*m_values, "")) return bad("takes at least one value, and none that is empty");
        return *m_values;
    }
    Result<Instant> time() const {
        auto const text = OSETRA_TRY(one());
        auto const at = text.size() > 10 ? parse_time(text) : std::nullopt;
        if (!at) return bad("takes a time with its offset such as 2026-05-16T10:40:00Z, not \"" + string{text} + '"');
        return *at;
    }
    Result<std::int64_t> count() const {
        auto const text = OSETRA_TRY(one());
        std::int64_t n = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), n);
        if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || n < 0) return bad("takes a whole number, nought or more, not \"" + string{text} + '"');
        return n;
    }
    Result<std::vector<double>> numbers(Compare how) const {
        auto const texts = OSETRA_TRY(some());
        if (how != Compare::eq) OSETRA_TRY(one());
        std::vector<double> out;
        for (auto const& text : texts) {
            auto const n = parse_number(text);
            if (!n) return bad("takes a number, not \"" + text + '"');
            out.push_back(*n);
        }
        return out;
    }
    /// true, 1, null or no value at all; false or 0: the parameter says nothing.
    Result<bool> existence() const {
        if (m_values->empty()) return true;
        if (m_values->size() == 1) {
            auto const& v = m_values->front();
            if (v.empty() || v == "true" || v == "null" || v == "1") return true;
            if (v == "false" || v == "0") return false;
        }
        return bad("takes no value, or true");
    }

    string expanded(string_view text) const {
        auto const colon = text.find(':');
        if (colon != string_view::npos && !text.substr(colon + 1).starts_with("//"))
            if (auto const at = m_prefixes.find(text.substr(0, colon)); at != m_prefixes.end()) return at->second + string{text.substr(colon + 1)};
        return full_curie(text);
    }
    /// Each value as it came and with its prefix written out, as keys.
    template <class Key> Values keys(Values const& values, Key const& key) const {
        Values out;
        for (auto const& v : values) {
            out.push_back(key(v));
            if (auto const full = expanded(v); full != v) out.push_back(key(full));
        }
        return out;
    }
    static string name_key(string_view v) { return match_key(v); }

    /// {namespace}name of a user's field, told as prefix:name, namespace#name or {namespace}name.
    Result<Values> field_names(string_view text) const {
        if (text.empty()) return unknown();
        auto const close = text.find('}');
        if (text.starts_with('{') && close != string_view::npos && close + 1 < text.size()) return Values{string{text}};
        auto const hash = text.rfind('#');
        if (hash != string_view::npos && hash > 0 && hash + 1 < text.size())
            return Values{'{' + string{text.substr(0, hash)} + '}' + string{text.substr(hash + 1)}, '{' + string{text.substr(0, hash + 1)} + '}' + string{text.substr(hash + 1)}};
        auto const colon = text.find(':');
        if (colon == string_view::npos || colon == 0 || colon + 1 == text.size()) return unknown();
        auto const prefix = text.substr(0, colon), local = text.substr(colon + 1);
        if (auto const known = m_prefixes.find(prefix); known != m_prefixes.end()) return Values{'{' + known->second + '}' + string{local}};
        if (auto const uri = standard_namespace(prefix); !uri.empty()) return Values{'{' + string{uri} + '}' + string{local}};
        if (auto const end = text.find_last_of("/:"); end > colon && end + 1 < text.size()) return Values{'{' + string{text.substr(0, end + 1)} + '}' + string{text.substr(end + 1)}};
        return bad("has the prefix " + string{prefix} + ", which is not declared. Declare it in GS1-Extensions or the query's @context");
    }

    Result<Done> parameter(string_view name) {
        if (name == "eventType") return event_type();
        if (name == "EQ_action") return action();
        if (name == "EQ_eventID" || name == "EQ_correctiveEventID") {
            auto const field = name == "EQ_eventID" ? Field::event_id : Field::corrective;
            add(has_key({field}, OSETRA_TRY(some()), field));
            return Done{};
        }
        if (name == "EXISTS_errorDeclaration") return exists(Field::has_error);
        if (name == "EXISTS_sensorElement" || name == "EXISTS_sensorElementList") return exists(Field::has_sensor);
        if (name == "EQ_booleanValue") return boolean();
        if (name.starts_with("order") || name == "eventCountLimit" || name == "maxEventCount" || name == "perPage") return result(name);
        if (name == "GE_eventTime") { m_out.event_from = OSETRA_TRY(time()); return Done{}; }
        if (name == "LT_eventTime") { m_out.event_to = OSETRA_TRY(time()); return Done{}; }
        if (name == "GE_recordTime") { m_out.recorded_from = OSETRA_TRY(time()); return Done{}; }
        if (name == "LT_recordTime") { m_out.recorded_to = OSETRA_TRY(time()); return Done{}; }
        for (auto const& p : word_parameters)
            if (name == p.name) {
                add(has_key({p.field}, keys(OSETRA_TRY(some()), [&](string_view v) { return bare_word(p.words, full_curie(v)); }), p.field));
                return Done{};
            }
        for (auto const& p : name_parameters)
            if (name == p.name) { add(has_key({p.field}, keys(OSETRA_TRY(some()), name_key), p.field)); return Done{}; }
        for (auto const& p : match_parameters)
            if (name == p.name) return match(p);
        for (auto const& p : typed_parameters)
            if (name.starts_with(p.start) && name.size() > p.start.size()) return typed(p, name.substr(p.start.size()));
        if (auto rest = name; takes(rest, "WD_")) return descendants(rest);
        if (auto rest = name; takes(rest, "HASATTR_")) return has_attributes(rest);
        if (auto rest = name; takes(rest, "EQATTR_") || takes(rest, "EQ_ATTR_")) return attribute_equals(rest);
        if (auto rest = name; takes(rest, "EXISTS_")) {
            auto field = OSETRA_TRY(place_of(rest, false));
            if (OSETRA_TRY(existence())) add(has_extension(std::move(field)));
            return Done{};
        }
        for (auto const& [start, how] : {std::pair{"EQ_", Compare::eq}, {"GT_", Compare::gt}, {"GE_", Compare::ge}, {"LT_", Compare::lt}, {"LE_", Compare::le}})
            if (auto rest = name; takes(rest, start)) return comparison(how, rest);
        return unknown();
    }

    Result<Done> event_type() {
        auto const types = OSETRA_TRY(some());
        for (auto const& type : types)
            if (!in(event_types, type) && type.find(':') == string::npos) return bad("takes types of events, such as ObjectEvent, not \"" + type + '"');
        add(has_key({Field::type}, keys(types, type_key), Field::type));
        return Done{};
    }
    Result<Done> action() {
        auto actions = OSETRA_TRY(some());
        for (auto const& a : actions)
            if (a != "ADD" && a != "OBSERVE" && a != "DELETE") return bad("takes ADD, OBSERVE or DELETE, not \"" + a + '"');
        add(has_key({Field::action}, std::move(actions), Field::action));
        return Done{};
    }
    Result<Done> exists(Field field) {
        if (OSETRA_TRY(existence())) add(has_key({field}, {""}, field));
        return Done{};
    }
    Result<Done> boolean() {
        auto const text = OSETRA_TRY(one());
        if (text != "true" && text != "false" && text != "1" && text != "0") return bad("takes true or false, not \"" + string{text} + '"');
        add(has_key({Field::sensor_value}, {"booleanValue\n" + sensor_key("booleanValue", text)}, Field::sensor_value));
        return Done{};
    }
    Result<Done> match(MatchParameter const& p) {
        auto values = OSETRA_TRY(some());
        std::vector<Pattern> patterns;
        for (auto& v : values) {
            if (!Pattern::is_pattern(v, p.of_instances)) continue;
            auto pattern = Pattern::parse(v);
            if (!pattern) return bad("cannot take the pattern \"" + v + "\": " + pattern.error().message);
            if (v.starts_with("urn:") && v.find('*') == string::npos) v.replace(8, 5, "id");   // a pattern of one
            else patterns.push_back(std::move(*pattern));
        }
        add(matches_any({p.fields.begin(), p.fields.begin() + static_cast<std::ptrdiff_t>(p.count)}, keys(values, name_key), std::move(patterns), p.marked));
        return Done{};
    }
    Result<Done> typed(TypedParameter const& p, string_view type) {
        auto const types = keys({string{type}}, [&](string_view t) { return bare_word(p.words, full_curie(t)); });
        Values all;
        for (auto const& key : keys(OSETRA_TRY(some()), name_key))
            for (auto const& t : types) all.push_back(t + '\n' + key);
        add(has_key({p.field}, std::move(all), p.field));
        return Done{};
    }
    Result<Done> descendants(string_view field) {
        if (field != "readPoint" && field != "bizLocation") return unknown();
        auto const of = field == "readPoint" ? Field::read_point : Field::biz_location;
        Values all;
        for (auto const& key : keys(OSETRA_TRY(some()), name_key)) {
            all.push_back(key);
            for (auto& below : m_data.with_descendants(key)) all.push_back(std::move(below));
        }
        add(has_key({of}, std::move(all), of));
        return Done{};
    }

    Result<string> master_field(string_view text) const {
        if (in(named_fields, text)) return string{text};
        return OSETRA_TRY(field_names(text)).front();
    }
    /// The id of an attribute: told in full, with a prefix, or as a word of the CBV (name: urn:epcglobal:cbv:mda:name).
    Values attribute_names(string_view text) const {
        Values out{string{text}};
        if (text.find(':') == string_view::npos) out.push_back("urn:epcglobal:cbv:mda:" + string{text});
        else if (auto const uri = standard_namespace(text.substr(0, text.find(':'))); !uri.empty()) out.push_back(string{uri} + string{text.substr(text.find(':') + 1)});
        if (auto full = expanded(text); full != text) out.push_back(std::move(full));
        return out;
    }
    Result<Done> has_attributes(string_view field) {
        Attribute a{OSETRA_TRY(master_field(field)), {}};
        for (auto const& v : OSETRA_TRY(some()))
            for (auto& name : attribute_names(v)) a.names.push_back(std::move(name));
        add(has_attribute({std::move(a)}, {}));
        return Done{};
    }
    /// field_attribute: either may hold _ itself, so each way to part them is asked for.
    Result<Done> attribute_equals(string_view text) {
        std::vector<Attribute> ways;
        for (auto at = text.find('_'); at != string_view::npos; at = text.find('_', at + 1)) {
            if (at == 0 || at + 1 == text.size()) continue;
            if (auto field = master_field(text.substr(0, at))) ways.push_back({std::move(*field), attribute_names(text.substr(at + 1))});
        }
        if (ways.empty()) return bad("names no field of an event and attribute of master data, such as EQ_ATTR_bizLocation_cbvmda:countryCode");
        add(has_attribute(std::move(ways), keys(OSETRA_TRY(some()), value_key)));
        return Done{};
    }

    Result<FieldPlace> place_of(string_view rest, bool equal) const {
        FieldPlace f{Scope::event, Depth::top, {}};
        if (takes(rest, "INNER_")) f.depth = Depth::inner;
        for (auto const& s : scope_words)
            if (takes(rest, s.word)) {
                if (s.only_equal && !equal) return unknown();
                f.scope = s.scope;
                break;
            }
        f.names = OSETRA_TRY(field_names(rest));
        return f;
    }

    Result<Done> comparison(Compare how, string_view rest) {
        if (how == Compare::eq && in(sensor_texts, rest)) {
            auto const attribute = string{rest};
            add(has_key({Field::sensor_value}, keys(OSETRA_TRY(some()), [&](string_view v) { return attribute + '\n' + sensor_key(attribute, v); }), Field::sensor_value));
            return Done{};
        }
        if (in(sensor_times, rest) && (how == Compare::ge || how == Compare::lt || how == Compare::eq)) {
            add(time_compares(string{rest}, how, {OSETRA_TRY(time())}));
            return Done{};
        }
        if ((rest == "errorDeclarationTime" || rest == "errorDeclaration_Time") && (how == Compare::ge || how == Compare::lt)) {
            add(time_compares("declarationTime", how, {OSETRA_TRY(time())}));
            return Done{};
        }
        if (rest == "percRank") { add(amount_compares("percRank", {}, how, OSETRA_TRY(numbers(how)))); return Done{}; }
        for (auto const attribute : amounts) {
            auto unit = rest;
            if (!takes(unit, attribute) || (!unit.empty() && !takes(unit, "_"))) continue;
            auto const good = unit.size() >= 2 && unit.size() <= 4 && std::all_of(unit.begin(), unit.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
            if (rest != attribute && !good) return bad("ends in no unit of UN/ECE Recommendation 20, such as KGM");
            add(amount_compares(string{attribute}, string{unit}, how, OSETRA_TRY(numbers(how))));
            return Done{};
        }
        auto field = OSETRA_TRY(place_of(rest, how == Compare::eq));
        if (how == Compare::eq) {
            if (m_values->empty()) return bad("takes at least one value");
            add(extension_equals(std::move(field), keys(*m_values, value_key)));
            return Done{};
        }
        auto const text = OSETRA_TRY(one());
        if (auto const number = parse_number(text)) add(extension_compares(std::move(field), how, *number));
        else if (auto const at = parse_time(text)) add(extension_compares(std::move(field), how, *at));
        else return bad("takes a number or a time, not \"" + string{text} + '"');
        return Done{};
    }

    Result<Done> result(string_view name) {
        if (name == "orderBy") {
            auto const by = OSETRA_TRY(one());
            m_out.order = by == "eventTime" ? Query::Order::event_time : by == "recordTime" ? Query::Order::recorded : Query::Order::field;
            if (m_out.order != Query::Order::field) return Done{};
            auto names = field_names(by);
            if (!names) return bad("takes eventTime, recordTime or a field of a declared namespace (prefix:name), not \"" + string{by} + '"');
            m_out.order_field = std::move(names->front());
            return Done{};
        }
        if (name == "orderDirection") {
            auto const way = OSETRA_TRY(one());
            if (way != "ASC" && way != "DESC") return bad("takes ASC or DESC, not \"" + string{way} + '"');
            m_out.ascending = way == "ASC";
            return Done{};
        }
        auto const n = name.starts_with("order") ? Result<std::int64_t>{unknown()} : count();
        if (!n) return tl::unexpected(n.error());
        if (name == "perPage" && *n == 0) return bad("takes a whole number, one or more");
        (name == "eventCountLimit" ? m_out.limit : name == "maxEventCount" ? m_out.most : m_out.per_page) = *n;
        return Done{};
    }

    PrefixMap const& m_prefixes;
    MasterData const& m_data;
    Query m_out;
    string m_name;
    Values const* m_values = nullptr;
};

} // namespace

Result<Query> parse_query(std::vector<Parameter> const& parameters, PrefixMap const& prefixes, MasterData const& data) {
    return Parser{prefixes, data}.query(parameters);
}

} // namespace osetra::trace
