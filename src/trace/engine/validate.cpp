#include "trace/engine/validate.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>

#include "trace/engine/hash.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

template <std::size_t N> bool in(std::array<string_view, N> const& list, string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

constexpr std::array<string_view, 5> kinds{"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"};
constexpr std::array<string_view, 15> of_every_event{"eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList", "sensorElementList"};

/// What else an event of this kind may hold (EPCIS 2.0, 7.4).
bool may_hold(string_view kind, string_view field) {
    static std::map<string_view, std::vector<string_view>> const own{
        {"ObjectEvent", {"action", "epcList", "quantityList", "ilmd"}},
        {"AggregationEvent", {"action", "parentID", "childEPCs", "childQuantityList"}},
        {"TransactionEvent", {"action", "parentID", "epcList", "quantityList"}},
        {"TransformationEvent", {"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "ilmd"}},
        {"AssociationEvent", {"action", "parentID", "childEPCs", "childQuantityList"}}};
    if (in(of_every_event, field)) return true;
    auto const at = own.find(kind);
    return at == own.end() || std::find(at->second.begin(), at->second.end(), field) != at->second.end();
}

bool is_uri(string_view text) {
    auto const colon = text.find(':');
    return colon != string_view::npos && colon > 0 && colon + 1 < text.size() && text.find(' ') == string_view::npos &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; });
}

class Checker {
public:
    std::vector<Finding> found;

    void document(Document const& d) {
        m_json = d.json;
        if (d.json && !d.context) add("context_missing", "An EPCIS document in JSON has an @context. Put EPCIS's own there.", "@context");
        for (std::size_t i = 0; i < d.events.size(); ++i) event(d.events[i], d.kind == Document::Kind::single_event ? string{} : "eventList[" + std::to_string(i) + "]");
    }

private:
    void add(string code, string message, string at, bool hint = false) { found.push_back({std::move(code), std::move(message), std::move(at), hint}); }
    static string below(string const& at, string_view name) { return at.empty() ? string{name} : at + '.' + string{name}; }

    void event(Node const& e, string const& at) {
        auto const standard = in(kinds, e.name);
        if (!standard && !e.is_extension()) return add("event_type_unknown", "EPCIS 2.0 has no " + e.name + ". It has ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent and AssociationEvent.", below(at, "type"));
        required_time(e, "eventTime", at);
        if (e.find("recordTime")) required_time(e, "recordTime", at);
        offset(e, at);
        if (standard) { action(e, at); objects(e, at); }
        std::map<string_view, std::size_t> seen;
        for (auto const& field : e.children) {
            auto const place = below(at, field.name);
            if (field.is_extension()) { undeclared(field, place); continue; }
            if (++seen[field.name] == 2 && field.name != "certificationInfo") add("field_twice", "The field " + field.name + " stands more than once in one event. Leave one.", place);
            if (standard && !may_hold(e.name, field.name)) {
                if (field.name == "ilmd") add("ilmd_not_here", "Instance and lot data (ilmd) belong to an ObjectEvent or a TransformationEvent only. Leave them out, or tell them with the event that makes the lot.", place);
                else add("event_field_unknown", "An " + e.name + " has no field " + field.name + ". Take it out, or give a field of your own a prefix with a namespace.", place);
                continue;
            }
            known_field(field, e, place);
        }
    }

    void undeclared(Node const& field, string const& place) {
        if (field.name[0] != '{')
            add("prefix_undeclared", "The prefix of " + field.name + " is not declared in this document's @context. Declare it: its hash in XML would be another.", place, true);
        for (auto const& child : field.children)
            if (child.is_extension()) undeclared(child, below(place, child.name));
    }

    void required_time(Node const& e, string_view name, string const& at) {
        auto const text = e.value(name);
        if (text.empty()) return add("event_time_missing", "The time is missing. Say when it happened, as in 2026-03-02T14:05:00+08:00.", below(at, name));
        time(text, below(at, name));
    }
    void time(string_view text, string const& place) {
        auto const zone = text.ends_with('Z') || (text.size() > 6 && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-') && text[text.size() - 3] == ':');
        if (utc_milliseconds(text) == text && !(text.size() == 24 && text.ends_with('Z') && text[19] == '.' && text[10] == 'T'))
            add("event_time_malformed", "No time that can be read is " + string{text} + ". Write it as in 2026-03-02T14:05:00+08:00.", place);
        else if (!zone) add("event_time_malformed", "No offset from UTC stands at the end of " + string{text} + ". Write Z or +08:00 there.", place);
    }
    void offset(Node const& e, string const& at) {
        auto const text = e.value("eventTimeZoneOffset");
        auto const digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
        auto const right = text.size() == 6 && (text[0] == '+' || text[0] == '-') && digit(1) && digit(2) && text[3] == ':' && digit(4) && digit(5) && text[4] < '6' &&
                           (text.substr(1, 2) < "14" || text.substr(1) == "14:00");
        if (!right) add("event_offset_malformed", "The offset of the place's clock from UTC is missing or not so written: +08:00.", below(at, "eventTimeZoneOffset"));
    }

    void action(Node const& e, string const& at) {
        auto const text = e.value("action");
        if (e.name == "TransformationEvent") return;   // it has none, which the list of its fields says
        if (text != "ADD" && text != "OBSERVE" && text != "DELETE") add("event_action_unknown", "The action is ADD, OBSERVE or DELETE.", below(at, "action"));
    }

    void objects(Node const& e, string const& at) {
        auto const has = [&](string_view list) { auto const* n = e.find(list); return n && !n->children.empty(); };
        auto const any = [&](std::initializer_list<string_view> lists) { return std::any_of(lists.begin(), lists.end(), has); };
        auto const sensors = any({"sensorElementList"});
        if (e.name == "ObjectEvent" && !any({"epcList", "quantityList"}) && !sensors)
            add("event_without_objects", "An ObjectEvent says of which objects: epcList or quantityList, or at a place sensorElementList.", below(at, "epcList"));
        if (e.name == "AggregationEvent" && e.value("parentID").empty() && e.value("action") != "OBSERVE")
            add("event_without_objects", "An AggregationEvent that adds or takes away names what holds the children: parentID.", below(at, "parentID"));
        if (e.name == "AssociationEvent" && e.value("parentID").empty()) add("event_without_objects", "An AssociationEvent names what holds the children: parentID.", below(at, "parentID"));
        if (e.name == "TransactionEvent" && !any({"bizTransactionList"})) add("event_without_objects", "A TransactionEvent names its transactions: bizTransactionList.", below(at, "bizTransactionList"));
        if (e.name == "TransformationEvent") {
            auto const ins = any({"inputEPCList", "inputQuantityList"}), outs = any({"outputEPCList", "outputQuantityList"});
            if (!ins && !outs) add("event_without_objects", "A TransformationEvent names what goes in and what comes out.", below(at, "inputEPCList"));
            else if (!(ins && outs) && e.value("transformationID").empty())
                add("event_without_objects", "A TransformationEvent with inputs or outputs only needs a transformationID, by which the other half is found.", below(at, "transformationID"));
        }
    }

    void known_field(Node const& field, Node const& e, string const& place) {
        if (field.name == "bizStep" || field.name == "disposition") return word(words_of(e.name, field.name), field.text, place);
        if (field.name == "persistentDisposition") {
            for (auto const& c : field.children)
                if (!c.is_extension()) word(Words::disposition, c.text, below(place, c.name));
        } else if (field.name == "parentID" || field.name == "transformationID") name(field.text, place);
        else if (field.name == "readPoint" || field.name == "bizLocation") name(field.value("id"), below(place, "id"));
        else if (field.name.ends_with("EPCList") || field.name == "epcList" || field.name == "childEPCs")
            for (std::size_t i = 0; i < field.children.size(); ++i) instance(field.children[i].text, item(place, i));
        else if (field.name.ends_with("uantityList"))
            for (std::size_t i = 0; i < field.children.size(); ++i) quantity(field.children[i], item(place, i));
        else if (field.name == "bizTransactionList" || field.name == "sourceList" || field.name == "destinationList")
            for (std::size_t i = 0; i < field.children.size(); ++i) typed(field.children[i], item(place, i));
        else if (field.name == "sensorElementList")
            for (std::size_t i = 0; i < field.children.size(); ++i) sensors(field.children[i], item(place, i));
        else if (field.name == "errorDeclaration") {
            if (field.value("declarationTime").empty()) add("event_time_missing", "An error declaration says when it was made.", below(place, "declarationTime"));
            else time(field.value("declarationTime"), below(place, "declarationTime"));
            if (auto const* reason = field.find("reason")) word(Words::reason, reason->text, below(place, "reason"));
        } else if (field.name == "ilmd")
            for (auto const& c : field.children) {
                if (!c.is_extension()) add("ilmd_without_namespace", "Instance and lot data need a prefix with a namespace: cbvmda:" + c.name + ", or one of your own.", below(place, c.name));
                else undeclared(c, below(place, c.name));
            }
    }
    static string item(string const& list, std::size_t i) { return list + '[' + std::to_string(i) + ']'; }

    void word(Words which, string_view text, string const& place) {
        if (bare_word(which, text) != text || is_uri(text)) return;
        add("word_unknown", "No standard word is '" + string{text} + "'. Take one of the CBV, or write your own as a URI.", place);
    }
    void name(string_view text, string const& place) {
        if (!is_uri(text)) return add("uri_malformed", "A URI stands here, as urn:epc:... or https://id.gs1.org/...; not '" + string{text} + "'.", place);
        auto const gs1 = text.starts_with("urn:epc:id") || text.starts_with("urn:epc:class") || text.starts_with("https://id.gs1.org/");
        if (auto const right = check_identifier(text); gs1 && !right) add(right.error().code, right.error().message, place);
    }
    void instance(string_view text, string const& place) {
        name(text, place);
        if (auto const id = parse_identifier(text); id && id->is_class && id->scheme != "lgtin")
            add("name_of_class", "One thing stands here, not a class of things. Give the serial, or put " + string{text} + " into the quantityList.", place);
    }
    void quantity(Node const& n, string const& at) {
        name(n.value("epcClass"), below(at, "epcClass"));
        if (auto const* amount = n.find("quantity")) number(*amount, below(at, "quantity"));
        if (auto const* unit = n.find("uom")) {
            auto const& u = unit->text;
            if (u.size() < 2 || u.size() > 3 || !std::all_of(u.begin(), u.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }))
                add("unit_unknown", "A unit is two or three letters of UN/ECE Recommendation 20: KGM, GRM, LTR; not '" + u + "'.", below(at, "uom"));
            if (!n.find("quantity")) add("unit_unknown", "A unit without a quantity says nothing. Give the quantity.", below(at, "uom"));
        }
    }
    void number(Node const& n, string const& place) {
        auto const digits = !n.text.empty() && n.text.find_first_not_of("0123456789+-.eE") == string::npos && n.text.find_first_of("0123456789") != string::npos;
        if (!digits || (m_json && n.kind != Node::Kind::number))
            add("number_malformed", "A number stands here, in JSON without quotation marks; not '" + n.text + "'.", place);
    }
    void typed(Node const& n, string const& at) {
        auto const which = words_of(n.name, "type");
        if (auto const* type = n.find("type")) word(which, type->text, below(at, "type"));
        else if (n.name != "bizTransaction") add("type_missing", "A source or destination says what it is: owning_party, possessing_party or location.", below(at, "type"));
        name(n.text, below(at, n.name));
    }
    void sensors(Node const& n, string const& at) {
        static constexpr std::array<string_view, 7> numbers{"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"};
        std::size_t i = 0;
        for (auto const& c : n.children) {
            if (c.name == "sensorMetadata")
                for (auto const* field : {"time", "startTime", "endTime"})
                    if (auto const* t = c.find(field)) time(t->text, below(at, "sensorMetadata." + string{field}));
            if (c.name != "sensorReport") continue;
            auto const place = at + ".sensorReport[" + std::to_string(i++) + ']';
            if (c.value("type").empty()) add("type_missing", "A sensor's report says what was measured: Temperature, RelativeHumidity, ...", below(place, "type"));
            if (auto const* t = c.find("time")) time(t->text, below(place, "time"));
            for (auto const& field : c.children)
                if (in(numbers, field.name)) number(field, below(place, field.name));
        }
    }

    bool m_json = false;
};

} // namespace

std::vector<Finding> validate(Document const& document) {
    Checker checker;
    checker.document(document);
    return std::move(checker.found);
}

} // namespace osetra::trace
