#include "trace/engine/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "trace/engine/conditions.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/terms.h"
#include "trace/query_vectors.h"

namespace osetra::trace {
namespace {

using Prefixes = std::map<std::string, std::string, std::less<>>;

/// Master data as a document's header has it.
class HeaderData final : public MasterData {
public:
    explicit HeaderData(std::vector<Node> const& vocabularies) {
        for (auto const& vocabulary : vocabularies)
            for (auto const& list : vocabulary.children)
                for (auto const& element : list.children) {
                    auto& known = m_elements[match_key(element.value("id"))];
                    for (auto const& child : element.children)
                        if (child.name == "attribute") known.attributes[std::string{child.value("id")}].push_back(child.text);
                        else if (child.name == "children")
                            for (auto const& id : child.children) known.children.insert(match_key(id.text));
                }
    }
    std::vector<std::string> with_descendants(std::string_view id) const override {
        std::vector<std::string> all{match_key(id)};
        for (std::size_t i = 0; i < all.size(); ++i)
            if (auto const at = m_elements.find(all[i]); at != m_elements.end())
                for (auto const& child : at->second.children)
                    if (std::find(all.begin(), all.end(), child) == all.end()) all.push_back(child);
        return all;
    }
    std::vector<std::string> attribute(std::string_view id, std::string_view name) const override {
        auto const at = m_elements.find(match_key(id));
        if (at == m_elements.end()) return {};
        auto const values = at->second.attributes.find(name);
        return values == at->second.attributes.end() ? std::vector<std::string>{} : values->second;
    }

private:
    struct Element {
        std::map<std::string, std::vector<std::string>, std::less<>> attributes;
        std::set<std::string> children;
    };
    std::map<std::string, Element, std::less<>> m_elements;
};

constexpr Instant some_day{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

void expect_marked(Query const& query, Node const& event, std::string const& of) {
    auto const marks = marks_of(event);
    EXPECT_TRUE(std::is_sorted(marks.begin(), marks.end()) && std::adjacent_find(marks.begin(), marks.end()) == marks.end());
    for (auto const& list : query.marks)
        EXPECT_TRUE(std::any_of(list.begin(), list.end(), [&](std::int64_t m) { return std::binary_search(marks.begin(), marks.end(), m); })) << of << ": an answer without a mark";
}

TEST(Query, every_vector) {
    auto const given = query_vectors(OSETRA_ROOT);
    if (!given) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED)";
    auto const document = read_json(given->dataset);
    ASSERT_TRUE(document) << document.error().message;
    HeaderData const data{document->vocabularies};
    std::size_t looked_at = 0, answers = 0;
    for (auto const& v : given->vectors) {
        auto const query = parse_query(v.parameters, given->prefixes, data);
        if (v.exception == "QueryParameterException") {
            ASSERT_FALSE(query) << v.id;
            EXPECT_EQ(query.error().code, "query_parameter") << v.id;
            continue;
        }
        ASSERT_TRUE(query) << v.id << ' ' << query.error().message;
        std::vector<Node const*> found;
        for (auto const& event : document->events) {
            auto const marks = marks_of(event);
            auto const candidate = std::all_of(query->marks.begin(), query->marks.end(), [&](auto const& list) {
                return std::any_of(list.begin(), list.end(), [&](std::int64_t m) { return std::binary_search(marks.begin(), marks.end(), m); });
            });
            if (candidate) ++looked_at;
            if (!matches(*query, {event, some_day}, data)) continue;
            ++answers;
            expect_marked(*query, event, v.id);
            found.push_back(&event);
        }
        if (v.exception == "QueryTooLargeException") {
            EXPECT_TRUE(query->most && static_cast<std::int64_t>(found.size()) > *query->most) << v.id;
            continue;
        }
        if (v.ordered) {
            ASSERT_EQ(query->order, Query::Order::event_time) << v.id;
            auto const at = [](Node const* n) { return *parse_time(n->value("eventTime")); };
            std::stable_sort(found.begin(), found.end(), [&](auto a, auto b) { return query->ascending ? at(a) < at(b) : at(b) < at(a); });
        }
        if (query->limit && found.size() > static_cast<std::size_t>(*query->limit)) found.resize(static_cast<std::size_t>(*query->limit));
        std::vector<std::string> ids;
        for (auto const* event : found) ids.emplace_back(event->value("eventID"));
        if (!v.ordered) std::sort(ids.begin(), ids.end());
        EXPECT_EQ(ids, v.event_ids) << v.id;
    }
    EXPECT_EQ(given->vectors.size(), 159U);
    RecordProperty("events_looked_at", static_cast<int>(looked_at));
    RecordProperty("answers", static_cast<int>(answers));
}

/// Each name of GS1's query schema, and one name for each of its patterns, is a parameter here.
TEST(Query, every_name_of_the_schema) {
    auto const* told = std::getenv("OSETRA_SHARED");
    auto const text = whole_file((told ? std::string{told} : std::string{OSETRA_ROOT "/../shared/data"}) + "/epcis/spec/gs1/query-schema.json");
    if (text.empty()) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED)";
    auto const schema = nlohmann::json::parse(text).at("definitions").at("EPCIS-Query");
    std::vector<std::string> names;
    for (auto const& [name, of] : schema.at("properties").items())
        if (name != "@context") names.push_back(name);   // which is told beside the parameters
    for (auto const& [pattern, of] : schema.at("patternProperties").items()) {
        auto name = pattern.substr(1, pattern.size() - 2);
        for (auto const& [part, word] : {std::pair{"[a-z][a-zA-Z0-9]*\\\\:\\\\w+", "ex:note"}, {"[A-Z0-9]{2,4}", "KGM"}, {"[a-z][a-zA-Z0-9_]+", "po"}, {"\\\\w+_\\\\w+", "bizLocation_name"}})
            if (auto const at = name.find(part); at != std::string::npos) name.replace(at, std::string_view{part}.size(), word);
        names.push_back(name);
    }
    EXPECT_EQ(names.size(), 60U + 108U);
    HeaderData const data{{}};
    for (auto const& name : names) {
        auto const taken = [&](char const* value) { return parse_query({{name, {value}}, {name == "orderBy" ? "orderDirection" : "orderBy", {name == "orderBy" ? "ASC" : "eventTime"}}}, {{"ex", "urn:ex:"}}, data).has_value(); };
        auto const values = {"2026-01-01T00:00:00Z", "1", "true", "ADD", "ASC", "ObjectEvent", "eventTime", "urn:x:1"};
        EXPECT_TRUE(std::any_of(values.begin(), values.end(), taken)) << name;
    }
}

/// Five events that between them have every field that a parameter asks for, named by their last letters.
constexpr char const* five_events = R"json({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.example/voc/"}],
 "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z",
 "epcisHeader":{"epcisMasterData":{"vocabularyList":[
  {"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
   {"id":"urn:epc:id:sgln:9521234.00001.0","attributes":[{"id":"urn:epcglobal:cbv:mda:countryCode","attribute":"CN"},{"id":"https://ex.example/voc/permit_no","attribute":"Z-7"}],"children":["https://id.gs1.org/414/9521234000013/254/P1"]},
   {"id":"https://id.gs1.org/414/9521234000013/254/P1","attributes":[{"id":"urn:epcglobal:cbv:mda:name","attribute":"Pool 1"}],"children":["urn:epc:id:sgln:9521234.00001.P1A","urn:epc:id:sgln:9521234.00001.0"]}]},
  {"type":"urn:epcglobal:epcis:vtype:EPCClass","vocabularyElementList":[{"id":"https://id.gs1.org/01/09521234100058/10/L1","attributes":[{"id":"urn:epcglobal:cbv:mda:species","attribute":"BAE"}]}]},
  {"type":"urn:ex:crew","vocabularyElementList":[{"id":"urn:ex:crew:7","attributes":[{"id":"urn:ex:shift","attribute":"2"}]}]}]}},
 "epcisBody":{"eventList":[
 {"type":"ObjectEvent","eventID":"urn:x:a","eventTime":"2026-03-02T14:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"urn:ex:step:rub","disposition":"in_progress",
  "epcList":["urn:epc:id:sgtin:9521234.110005.7","https://id.gs1.org/00/395212340000003909"],"quantityList":[{"epcClass":"https://id.gs1.org/01/09521234100058/10/L1","quantity":1.5,"uom":"KGM"},{"epcClass":"urn:epc:idpat:sgtin:9521234.110006.*","quantity":12}],
  "readPoint":{"id":"urn:epc:id:sgln:9521234.00001.P1A","ex:gate":"north","ex:door":{"ex:leaf":2}},"bizLocation":{"id":"https://id.gs1.org/414/9521234000013","ex:hall":"A","ex:shelf":{"ex:row":"3"}},
  "bizTransactionList":[{"type":"po","bizTransaction":"urn:epc:id:gdti:9521234.00009.PO1"},{"bizTransaction":"urn:ex:untyped"},{"type":"urn:ex:btt:cites","bizTransaction":"urn:ex:permit:1"}],
  "sourceList":[{"type":"possessing_party","source":"urn:epc:id:pgln:9521234.00001"},{"type":"urn:ex:sdt:boat","source":"urn:ex:boat:1"}],"destinationList":[{"type":"location","destination":"https://id.gs1.org/414/9521234000013"}],
  "persistentDisposition":{"set":["recalled"],"unset":["conformant"]},
  "ilmd":{"ex:label":"BAE/C/CN","ex:salt":3.5,"ex:best":"2027-01-31","ex:sire":"urn:epc:id:giai:9521234.F1","ex:lot":"007","ex:line":{"ex:code":"L-9","ex:deep":{"ex:deeper":4}}},
  "ex:note":"x","ex:weighedAt":"2026-03-02T13:59:00+08:00","ex:score":[7,9],"ex:done":true,"ex:crew":"urn:ex:crew:7","ex:box":{"ex:size":20,"ex:lid":{"ex:colour":"blue"}},"ex:sscc":395212340000003909},
 {"type":"AggregationEvent","eventID":"urn:x:b","eventTime":"2026-03-03T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"packing","parentID":"urn:epc:id:sscc:9521234.3000000390",
  "childEPCs":["https://id.gs1.org/01/19521234100055/21/9"],"childQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.010007.L2","quantity":2500,"uom":"GRM"}],
  "errorDeclaration":{"declarationTime":"2026-03-04T00:00:00Z","reason":"urn:ex:er:typo","correctiveEventIDs":["urn:x:c"],"ex:by":"Li","ex:count":3,"ex:more":{"ex:page":12}}},
 {"type":"TransformationEvent","eventID":"urn:x:c","eventTime":"2026-03-04T00:00:00Z","eventTimeZoneOffset":"+00:00","transformationID":"urn:epc:id:gdti:9521234.00009.T1",
  "inputEPCList":["urn:epc:id:giai:9521234.F1"],"outputEPCList":["urn:epc:id:grai:9521234.00002.5"],"inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.110005.L1","quantity":3}],"outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.110006.L1","quantity":2,"uom":"LTR"}]},
 {"type":"ex:CountEvent","eventID":"urn:x:d","eventTime":"2026-03-05T00:00:00Z","eventTimeZoneOffset":"+00:00","bizStep":"shipping",
  "sensorElementList":[{"ex:probe":"P7","ex:fit":{"ex:depth":30},
   "sensorMetadata":{"time":"2026-03-05T00:00:00Z","startTime":"2026-03-04T00:00:00Z","endTime":"2026-03-05T00:00:00Z","deviceID":"urn:epc:id:giai:9521234.D1","deviceMetadata":"https://ex.example/dm/1","rawData":"https://ex.example/raw/1","dataProcessingMethod":"https://ex.example/m/1","bizRules":"https://ex.example/r/1","ex:firmware":3,"ex:sim":{"ex:iccid":"89"}},
   "sensorReport":[{"type":"Temperature","value":4.0,"minValue":-1,"maxValue":8.5,"meanValue":3.9,"sDev":0.5,"percRank":95,"percValue":8,"uom":"CEL","ex:channel":1,"ex:cal":{"ex:due":"2027-01-01"}},
    {"type":"https://ex.example/voc/Salt","value":3.5,"uom":"P1"},{"type":"gs1:Mass","value":2,"uom":"KGM"}]}]},
 {"type":"ObjectEvent","eventID":"urn:x:e","eventTime":"2026-03-06T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"DELETE","disposition":"urn:ex:disp:lost","ex:note":"y","ex:score":8,
  "sensorElementList":[{"sensorReport":[{"type":"RelativeHumidity","time":"2026-03-06T00:00:00Z","deviceID":"https://id.gs1.org/8004/9521234D2","deviceMetadata":"https://ex.example/dm/2","rawData":"https://ex.example/raw/2","dataProcessingMethod":"https://ex.example/m/2",
    "microorganism":"https://ex.example/mo/1","chemicalSubstance":"https://ex.example/cs/1","stringValue":"IV","booleanValue":true,"hexBinaryValue":"0aF0","uriValue":"https://ex.example/u/1","value":39.2,"uom":"FAH"}]}]}]}})json";

struct Five {
    Document document = read_json(five_events).value();
    HeaderData data{document.vocabularies};
    Prefixes prefixes{{"ex", "https://ex.example/voc/"}, {"exs", "urn:ex:step:"}};

    /// The last letters of the events that answer, or the refusal's code; every answer has its marks.
    std::string ask(std::vector<Parameter> const& parameters, std::string const& of = {}) const {
        auto const query = parse_query(parameters, prefixes, data);
        if (!query) {
            EXPECT_TRUE(query.error().message.starts_with(query.error().at) && !query.error().at.empty()) << query.error().message;
            return query.error().code;
        }
        std::string out;
        for (auto const& event : document.events)
            if (matches(*query, {event, some_day}, data)) {
                out += event.value("eventID").back();
                expect_marked(*query, event, of);
            }
        return out;
    }
};

TEST(Query, every_family) {
    Five const five;
    constexpr auto no = "query_parameter";
    struct Case { char const* name; std::vector<std::string> values; std::string answer; };
    for (auto const& [name, values, answer] : std::vector<Case>{
             // what and when
             {"eventType", {"ObjectEvent"}, "ae"}, {"eventType", {"ObjectEvent", "TransformationEvent"}, "ace"}, {"eventType", {"ex:CountEvent"}, "d"}, {"eventType", {"https://ex.example/voc/CountEvent"}, "d"},
             {"eventType", {"CountEvent"}, no}, {"eventType", {}, no}, {"eventType", {""}, no},
             {"GE_eventTime", {"2026-03-03T00:00:00Z"}, "bcde"}, {"LT_eventTime", {"2026-03-03T00:00:00Z"}, "a"}, {"GE_eventTime", {"2026-03-03T00:00:00.000001Z"}, "cde"}, {"LT_eventTime", {"2026-03-02T14:00:01+08:00"}, "a"},
             {"GE_eventTime", {"2026-03-03"}, no}, {"GE_eventTime", {"2026-03-03T00:00:00"}, no}, {"GE_eventTime", {"soon"}, no}, {"GE_eventTime", {"2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"}, no},
             {"GT_eventTime", {"2026-03-03T00:00:00Z"}, no}, {"GE_recordTime", {"2026-06-01T00:00:00Z"}, "abcde"}, {"LT_recordTime", {"2026-06-01T00:00:00Z"}, ""},
             {"EQ_action", {"ADD"}, "a"}, {"EQ_action", {"ADD", "OBSERVE"}, "ab"}, {"EQ_action", {"add"}, no}, {"EQ_action", {"CREATE"}, no},
             {"EQ_eventID", {"urn:x:b", "urn:x:e", "urn:x:z"}, "be"},
             // why and where
             {"EQ_bizStep", {"shipping"}, "d"}, {"EQ_bizStep", {"https://ref.gs1.org/cbv/BizStep-shipping"}, "d"}, {"EQ_bizStep", {"urn:epcglobal:cbv:bizstep:shipping"}, "d"}, {"EQ_bizStep", {"cbv:BizStep-shipping"}, "d"},
             {"EQ_bizStep", {"urn:ex:step:rub"}, "a"}, {"EQ_bizStep", {"exs:rub", "packing"}, "ab"}, {"EQ_bizStep", {"Shipping"}, ""}, {"EQ_bizStep", {""}, no},
             {"EQ_disposition", {"in_progress"}, "a"}, {"EQ_disposition", {"urn:ex:disp:lost"}, "e"}, {"EQ_persistentDisposition_set", {"urn:epcglobal:cbv:disp:recalled"}, "a"}, {"EQ_persistentDisposition_set", {"conformant"}, ""},
             {"EQ_persistentDisposition_unset", {"conformant", "recalled"}, "a"},
             {"EQ_readPoint", {"https://id.gs1.org/414/9521234000013/254/P1A"}, "a"}, {"EQ_readPoint", {"urn:epc:id:sgln:9521234.00001.P1A"}, "a"}, {"EQ_readPoint", {"urn:epc:id:sgln:9521234.00001.0"}, ""},
             {"WD_readPoint", {"urn:epc:id:sgln:9521234.00001.0"}, "a"}, {"WD_readPoint", {"https://id.gs1.org/414/9521234000013/254/P1"}, "a"}, {"WD_readPoint", {"urn:x:nowhere"}, ""},
             {"EQ_bizLocation", {"urn:epc:id:sgln:9521234.00001.0"}, "a"}, {"WD_bizLocation", {"https://id.gs1.org/414/9521234000013/254/P1"}, "a"}, {"WD_bizStep", {"x"}, no},
             // transactions
             {"EQ_bizTransaction_po", {"https://id.gs1.org/253/9521234000099PO1"}, "a"}, {"EQ_bizTransaction_inv", {"urn:epc:id:gdti:9521234.00009.PO1"}, ""}, {"EQ_bizTransaction_urn:ex:btt:cites", {"urn:ex:permit:1"}, "a"},
             {"EQ_bizTransaction_po", {"urn:ex:untyped"}, ""}, {"EQ_bizTransaction_", {"x"}, no}, {"EQ_source_possessing_party", {"https://id.gs1.org/417/9521234000013"}, "a"}, {"EQ_source_urn:ex:sdt:boat", {"urn:ex:boat:1"}, "a"},
             {"EQ_source_owning_party", {"https://id.gs1.org/417/9521234000013"}, ""}, {"EQ_destination_location", {"urn:epc:id:sgln:9521234.00001.0"}, "a"}, {"EQ_source_location", {"urn:epc:id:sgln:9521234.00001.0"}, ""},
             {"EQ_transformationID", {"https://id.gs1.org/253/9521234000099T1"}, "c"},
             // objects
             {"MATCH_epc", {"https://id.gs1.org/01/19521234100055/21/7"}, "a"}, {"MATCH_epc", {"urn:epc:id:sgtin:9521234.110005.9"}, "b"}, {"MATCH_epc", {"urn:epc:id:sscc:9521234.3000000390"}, "a"},
             {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.110005.*"}, "ab"}, {"MATCH_epc", {"https://id.gs1.org/01/19521234100055"}, "ab"}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.*.*"}, "a"}, {"MATCH_epc", {"urn:epc:idpat:sgtin:*.*.*"}, "a"},
             {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.*.7"}, "a"}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.*.8"}, ""}, {"MATCH_epc", {"urn:epc:idpat:sgtin:952123.*.*"}, ""}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.110005.7"}, "a"},
             {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.110006.*"}, ""}, {"MATCH_epc", {"urn:epc:idpat:grai:9521234.00002.*"}, ""}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.[1-9].*"}, no}, {"MATCH_epc", {"urn:epc:idpat:sgtin:*.110005.*"}, no},
             {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.*"}, no}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.1*.7"}, no}, {"MATCH_epc", {"urn:epc:idpat:sgtin:95.*.*"}, no}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234.1100.*"}, no},
             {"MATCH_epc", {"urn:epc:idpat:sgtin"}, no}, {"MATCH_epc", {"urn:epc:idpat:sgtin:9521234..*"}, no}, {"MATCH_epc", {"urn:epc:pat:sgtin-96:3.9521234.*.*"}, no}, {"MATCH_epc", {"urn:epc:idpat:gid:1.*.*"}, ""}, {"MATCH_epc", {}, no},
             {"MATCH_parentID", {"https://id.gs1.org/00/395212340000003909"}, "b"}, {"MATCH_parentID", {"urn:epc:idpat:sscc:9521234.*"}, "b"}, {"MATCH_inputEPC", {"https://id.gs1.org/8004/9521234F1"}, "c"}, {"MATCH_outputEPC", {"https://id.gs1.org/8003/09521234000020" "5"}, "c"},
             {"MATCH_outputEPC", {"urn:epc:idpat:grai:9521234.00002.*"}, "c"}, {"MATCH_anyEPC", {"urn:epc:id:sscc:9521234.3000000390"}, "ab"}, {"MATCH_anyEPC", {"urn:epc:idpat:giai:9521234.*"}, "c"}, {"MATCH_anyEPC", {"urn:epc:class:lgtin:9521234.110005.L1"}, ""},
             {"MATCH_epcClass", {"urn:epc:class:lgtin:9521234.110005.L1"}, ""}, {"MATCH_epcClass", {"https://id.gs1.org/01/09521234100072/10/L2"}, "b"}, {"MATCH_epcClass", {"https://id.gs1.org/01/19521234100062"}, "a"}, {"MATCH_epcClass", {"urn:epc:idpat:sgtin:9521234.110006.*"}, "a"},
             {"MATCH_epcClass", {"urn:epc:idpat:sgtin:9521234.*.*"}, "a"}, {"MATCH_epcClass", {"urn:epc:idpat:lgtin:9521234.*.*"}, "b"}, {"MATCH_epcClass", {"urn:epc:idpat:lgtin:9521234.010005.*"}, "a"}, {"MATCH_epcClass", {"urn:epc:idpat:lgtin:9521234.*.*", "urn:x:none"}, "b"},
             {"MATCH_inputEPCClass", {"https://id.gs1.org/01/19521234100055/10/L1"}, "c"}, {"MATCH_outputEPCClass", {"urn:epc:class:lgtin:9521234.110006.L1"}, "c"}, {"MATCH_anyEPCClass", {"urn:epc:class:lgtin:9521234.010007.L2", "urn:epc:class:lgtin:9521234.110006.L1"}, "bc"},
             {"MATCH_anyEPCClass", {"urn:epc:id:giai:9521234.F1"}, ""}, {"MATCH_everything", {"x"}, no},
             // quantity
             {"EQ_quantity", {"12"}, "a"}, {"EQ_quantity", {"3", "2500"}, "bc"}, {"GT_quantity", {"3"}, "ab"}, {"GE_quantity", {"3"}, "abc"}, {"LT_quantity", {"2"}, "a"}, {"LE_quantity", {"2"}, "ac"}, {"LE_quantity", {"2", "3"}, no}, {"GE_quantity", {"many"}, no}, {"GE_quantity", {""}, no},
             {"EQ_quantity_KGM", {"2.5"}, "b"}, {"GE_quantity_GRM", {"1500"}, "ab"}, {"GT_quantity_GRM", {"1500"}, "b"}, {"LT_quantity_LBR", {"3.5"}, "a"}, {"EQ_quantity_C62", {"12", "3"}, "ac"}, {"EQ_quantity_DZN", {"1"}, "a"}, {"LE_quantity_MLT", {"2000"}, "c"},
             {"EQ_quantity_kgm", {"1"}, no}, {"EQ_quantity_", {"1"}, no}, {"EQ_quantity_KGMXX", {"1"}, no}, {"GE_quantity_XYZ", {"0"}, ""},
             // errors
             {"EXISTS_errorDeclaration", {}, "b"}, {"EXISTS_errorDeclaration", {"true"}, "b"}, {"EXISTS_errorDeclaration", {"null"}, "b"}, {"EXISTS_errorDeclaration", {""}, "b"}, {"EXISTS_errorDeclaration", {"1"}, "b"}, {"EXISTS_errorDeclaration", {"false"}, "abcde"}, {"EXISTS_errorDeclaration", {"perhaps"}, no},
             {"GE_errorDeclarationTime", {"2026-03-04T00:00:00Z"}, "b"}, {"GE_errorDeclaration_Time", {"2026-03-04T08:00:00+08:00"}, "b"}, {"LT_errorDeclarationTime", {"2026-03-04T00:00:00Z"}, ""}, {"LT_errorDeclaration_Time", {"2026-03-04T00:00:01Z"}, "b"}, {"GT_errorDeclarationTime", {"2026-03-04T00:00:01Z"}, no},
             {"EQ_errorReason", {"urn:ex:er:typo"}, "b"}, {"EQ_errorReason", {"incorrect_data"}, ""}, {"EQ_correctiveEventID", {"urn:x:c"}, "b"},
             {"EQ_ERROR_DECLARATION_ex:by", {"Li"}, "b"}, {"EXISTS_ERROR_DECLARATION_ex:by", {}, "b"}, {"GE_ERROR_DECLARATION_ex:count", {"3"}, "b"}, {"GT_ERROR_DECLARATION_ex:count", {"3"}, ""}, {"LE_ERROR_DECLARATION_ex:count", {"3"}, "b"}, {"LT_ERROR_DECLARATION_ex:count", {"3"}, ""},
             {"EQ_INNER_ERROR_DECLARATION_ex:page", {"12"}, "b"}, {"EXISTS_INNER_ERROR_DECLARATION_ex:page", {}, "b"}, {"LT_INNER_ERROR_DECLARATION_ex:page", {"13"}, "b"}, {"EXISTS_INNER_ERROR_DECLARATION_ex:by", {}, ""},
             // users' fields
             {"EQ_ex:note", {"x"}, "a"}, {"EQ_ex:note", {"x", "y"}, "ae"}, {"EQ_ex:note", {"X"}, ""}, {"EXISTS_ex:note", {}, "ae"}, {"EXISTS_ex:size", {}, ""}, {"EQ_ex:score", {"9"}, "a"}, {"EQ_ex:score", {"8.0"}, "e"}, {"GT_ex:score", {"8"}, "a"}, {"GE_ex:score", {"8"}, "ae"}, {"LT_ex:score", {"7"}, ""}, {"LE_ex:score", {"7"}, "a"},
             {"GE_ex:note", {"1"}, ""}, {"GE_ex:note", {"high"}, no}, {"EQ_ex:done", {"true"}, "a"}, {"EQ_ex:weighedAt", {"2026-03-02T05:59:00Z"}, "a"}, {"LT_ex:weighedAt", {"2026-03-02T06:00:00Z"}, "a"}, {"GE_ex:weighedAt", {"2026-03-02T06:00:00Z"}, ""}, {"GE_ex:weighedAt", {"2026-03-02"}, "a"},
             {"EQ_https://ex.example/voc/#note", {"x"}, "a"}, {"EQ_https://ex.example/voc#note", {"x"}, ""}, {"EQ_https://ex.example/voc/note", {"x"}, "a"}, {"EQ_{https://ex.example/voc/}note", {"x"}, "a"}, {"EQ_zz:note", {"x"}, no}, {"EQ_note", {"x"}, no}, {"EQ_ex:", {"x"}, no}, {"EQ_:note", {"x"}, no}, {"EQ_", {"x"}, no}, {"EQ_ex:note", {}, no},
             {"EQ_ex:sscc", {"395212340000003909"}, "a"}, {"EQ_ex:sscc", {"395212340000003908"}, ""},
             {"EQ_INNER_ex:size", {"20"}, "a"}, {"EQ_INNER_ex:colour", {"blue"}, "a"}, {"EXISTS_INNER_ex:colour", {}, "a"}, {"EXISTS_INNER_ex:note", {}, ""}, {"GE_INNER_ex:size", {"20"}, "a"}, {"GT_INNER_ex:size", {"20"}, ""}, {"LE_INNER_ex:size", {"20"}, "a"}, {"LT_INNER_ex:size", {"21"}, "a"},
             {"EQ_ILMD_ex:label", {"BAE/C/CN"}, "a"}, {"EQ_ILMD_ex:salt", {"3.50"}, "a"}, {"EQ_ILMD_ex:lot", {"007"}, "a"}, {"EQ_ILMD_ex:lot", {"7"}, ""}, {"EQ_ILMD_ex:sire", {"https://id.gs1.org/8004/9521234F1"}, "a"}, {"GT_ILMD_ex:salt", {"3.5"}, ""}, {"GE_ILMD_ex:salt", {"3.5"}, "a"},
             {"LT_ILMD_ex:best", {"2027-02-01"}, "a"}, {"GE_ILMD_ex:best", {"2027-01-31T00:00:01Z"}, ""}, {"LE_ILMD_ex:salt", {"3.5"}, "a"}, {"EXISTS_ILMD_ex:label", {}, "a"}, {"EXISTS_ILMD_ex:code", {}, ""}, {"EXISTS_ex:label", {}, ""},
             {"EQ_INNER_ILMD_ex:code", {"L-9"}, "a"}, {"GE_INNER_ILMD_ex:deeper", {"4"}, "a"}, {"EXISTS_INNER_ILMD_ex:deeper", {}, "a"}, {"EXISTS_INNER_ILMD_ex:label", {}, ""}, {"LT_INNER_ILMD_ex:deeper", {"4"}, ""},
             {"EQ_readPoint_ex:gate", {"north"}, "a"}, {"EQ_INNER_readPoint_ex:leaf", {"2"}, "a"}, {"EQ_bizLocation_ex:hall", {"A"}, "a"}, {"EQ_INNER_bizLocation_ex:row", {"3"}, "a"}, {"EQ_INNER_bizLocation_ex:hall", {"A"}, ""}, {"GE_readPoint_ex:gate", {"1"}, no},
             // master data
             {"HASATTR_bizLocation", {"cbvmda:countryCode"}, "a"}, {"HASATTR_bizLocation", {"countryCode"}, "a"}, {"HASATTR_bizLocation", {"urn:epcglobal:cbv:mda:countryCode"}, "a"}, {"HASATTR_bizLocation", {"cbvmda:name"}, ""}, {"HASATTR_readPoint", {"cbvmda:name"}, ""}, {"HASATTR_epcClass", {"species", "name"}, "a"},
             {"HASATTR_ex:crew", {"urn:ex:shift"}, "a"}, {"HASATTR_colour", {"x"}, no}, {"HASATTR_bizLocation", {}, no},
             {"EQ_ATTR_bizLocation_countryCode", {"CN", "AT"}, "a"}, {"EQATTR_bizLocation_cbvmda:countryCode", {"CN"}, "a"}, {"EQ_ATTR_bizLocation_countryCode", {"AT"}, ""}, {"EQ_ATTR_bizLocation_ex:permit_no", {"Z-7"}, "a"}, {"EQATTR_ex:crew_urn:ex:shift", {"2"}, "a"}, {"EQ_ATTR_inputQuantityList_species", {"BAE"}, ""},
             {"EQ_ATTR_bizLocation", {"x"}, no}, {"EQ_ATTR_colour_name", {"x"}, no},
             // sensors
             {"EXISTS_sensorElementList", {}, "de"}, {"EXISTS_sensorElement", {"true"}, "de"}, {"GE_time", {"2026-03-06T00:00:00Z"}, "e"}, {"LT_time", {"2026-03-06T00:00:00Z"}, "d"}, {"EQ_time", {"2026-03-05T08:00:00+08:00"}, "d"}, {"GE_startTime", {"2026-03-04T00:00:00Z"}, "d"}, {"LT_startTime", {"2026-03-04T00:00:00Z"}, ""},
             {"GE_endTime", {"2026-03-05T00:00:00Z"}, "d"}, {"LT_endTime", {"2026-03-05T00:00:00Z"}, ""}, {"GT_time", {"2026-03-05T00:00:00Z"}, no}, {"GE_time", {"noon"}, no},
             {"EQ_type", {"Temperature"}, "d"}, {"EQ_type", {"gs1:Temperature"}, "d"}, {"EQ_type", {"https://gs1.org/voc/RelativeHumidity", "Mass"}, "de"}, {"EQ_type", {"ex:Salt"}, "d"}, {"EQ_deviceID", {"https://id.gs1.org/8004/9521234D1"}, "d"}, {"EQ_deviceID", {"urn:epc:id:giai:9521234.D2"}, "e"},
             {"EQ_dataProcessingMethod", {"https://ex.example/m/1", "https://ex.example/m/2"}, "de"}, {"EQ_deviceMetadata", {"https://ex.example/dm/2"}, "e"}, {"EQ_rawData", {"https://ex.example/raw/1"}, "d"}, {"EQ_microorganism", {"https://ex.example/mo/1"}, "e"}, {"EQ_chemicalSubstance", {"https://ex.example/cs/1"}, "e"},
             {"EQ_bizRules", {"https://ex.example/r/1"}, "d"}, {"EQ_stringValue", {"IV"}, "e"}, {"EQ_stringValue", {"iv"}, ""}, {"EQ_booleanValue", {"true"}, "e"}, {"EQ_booleanValue", {"1"}, "e"}, {"EQ_booleanValue", {"false"}, ""}, {"EQ_booleanValue", {"yes"}, no}, {"EQ_hexBinaryValue", {"0AF0"}, "e"}, {"EQ_uriValue", {"https://ex.example/u/1"}, "e"},
             {"EQ_value_CEL", {"4"}, "de"}, {"EQ_value_KEL", {"277.15"}, "de"}, {"GT_value_FAH", {"39.2"}, ""}, {"LE_value_CEL", {"4"}, "de"}, {"GE_value_GRM", {"2000"}, "d"}, {"EQ_value_NX", {"35"}, "d"}, {"EQ_value", {"3.5"}, "d"}, {"EQ_minValue_CEL", {"-1"}, "d"}, {"LT_minValue_KEL", {"273"}, "d"}, {"GE_maxValue_FAH", {"47.3"}, "d"},
             {"GT_maxValue_FAH", {"47.3"}, ""}, {"LT_meanValue_CEL", {"4"}, "d"}, {"LE_sDev_KEL", {"0.5"}, "d"}, {"GE_sDev_FAH", {"0.9"}, "d"}, {"GT_sDev_FAH", {"0.9"}, ""}, {"EQ_percValue_CEL", {"8"}, "d"}, {"GE_percRank", {"95"}, "d"}, {"GT_percRank", {"95"}, ""}, {"LT_percRank", {"95.5"}, "d"}, {"LE_percRank", {"a lot"}, no}, {"GE_value_CEL", {"1", "2"}, no},
             {"EQ_SENSORELEMENT_ex:probe", {"P7"}, "d"}, {"EXISTS_SENSORELEMENT_ex:probe", {}, "d"}, {"EQ_INNER_SENSORELEMENT_ex:depth", {"30"}, "d"}, {"GE_INNER_SENSORELEMENT_ex:depth", {"31"}, ""}, {"EQ_SENSORMETADATA_ex:firmware", {"3"}, "d"}, {"LT_SENSORMETADATA_ex:firmware", {"4"}, "d"}, {"EXISTS_SENSORMETADATA_ex:firmware", {}, "d"},
             {"EQ_INNER_SENSORMETADATA_ex:iccid", {"89"}, "d"}, {"EXISTS_INNER_SENSORMETADATA_ex:iccid", {}, "d"}, {"EQ_SENSORREPORT_ex:channel", {"1"}, "d"}, {"GE_SENSORREPORT_ex:channel", {"1"}, "d"}, {"GT_SENSORREPORT_ex:channel", {"1"}, ""}, {"LE_SENSORREPORT_ex:channel", {"1"}, "d"}, {"EXISTS_SENSORREPORT_ex:channel", {}, "d"},
             {"LE_INNER_SENSORREPORT_ex:due", {"2027-01-01"}, "d"}, {"EQ_INNER_SENSORREPORT_ex:due", {"2027-01-01"}, "d"}, {"EXISTS_SENSORREPORT_ex:probe", {}, ""},
             // the result
             {"orderBy", {"eventTime"}, "abcde"}, {"orderBy", {"recordTime"}, "abcde"}, {"orderBy", {"ex:score"}, "abcde"}, {"orderBy", {"bizStep"}, no}, {"orderBy", {"zz:score"}, no}, {"orderBy", {"eventTime", "recordTime"}, no}, {"orderDirection", {"ASC"}, "abcde"}, {"orderDirection", {"UP"}, no}, {"orderDirection", {"asc"}, no}, {"orderFoo", {"1"}, no},
             {"maxEventCount", {"0"}, "abcde"}, {"maxEventCount", {"-1"}, no}, {"maxEventCount", {"5.0"}, no}, {"maxEventCount", {"99999999999999999999"}, no}, {"eventCountLimit", {"1"}, no}, {"perPage", {"30"}, "abcde"}, {"perPage", {"0"}, no}, {"perPage", {"-3"}, no}, {"perPage", {"x"}, no}, {"nextPageToken", {"x"}, no}})
        EXPECT_EQ(five.ask({{name, values}}, name), answer) << name << ' ' << (values.empty() ? "-" : values.front());
}

TEST(Query, parameters_are_taken_together) {
    Five const five;
    EXPECT_EQ(five.ask({}), "abcde");
    EXPECT_FALSE(parse_query({{"", {"x"}}}, five.prefixes, five.data));
    EXPECT_EQ(five.ask({{"eventType", {"ObjectEvent"}}, {"EQ_ex:note", {"y"}}}), "e");
    EXPECT_EQ(five.ask({{"EQ_bizStep", {"shipping"}}, {"EQ_bizStep", {"packing"}}}), "bd") << "a name told twice adds its values";
    EXPECT_EQ(five.ask({{"GE_eventTime", {"2026-03-03T00:00:00Z"}}, {"GE_eventTime", {"2026-03-04T00:00:00Z"}}}), "query_parameter");
    EXPECT_EQ(five.ask({{"GE_eventTime", {"2026-03-03T00:00:00Z"}}, {"LT_eventTime", {"2026-03-05T00:00:00Z"}}}), "bc");
    EXPECT_EQ(five.ask({{"eventCountLimit", {"2"}}, {"orderBy", {"eventTime"}}, {"maxEventCount", {"2"}}}), "query_parameter");
    auto const query = parse_query({{"orderBy", {"ex:score"}}, {"orderDirection", {"ASC"}}, {"eventCountLimit", {"2"}}, {"perPage", {"7"}}}, five.prefixes, five.data);
    ASSERT_TRUE(query) << query.error().message;
    EXPECT_EQ(query->order, Query::Order::field);
    EXPECT_EQ(query->order_field, "{https://ex.example/voc/}score");
    EXPECT_TRUE(query->ascending);
    EXPECT_EQ(query->limit, 2);
    EXPECT_EQ(query->per_page, 7);
    EXPECT_FALSE(query->most);
}

TEST(Query, orders_by_numbers_and_times_before_text) {
    Five const five;
    auto const key = [&](char const* field, std::size_t event) { return sort_key(parse_query({{"orderBy", {field}}}, five.prefixes, five.data).value(), five.document.events[event]); };
    EXPECT_LT(key("ex:score", 0), key("ex:score", 4));
    EXPECT_FALSE(key("ex:score", 1));
    EXPECT_LT(key("ex:weighedAt", 0), key("ex:note", 0));
    EXPECT_LT(key("ex:note", 0), key("ex:note", 4));
    EXPECT_FALSE(key("ex:label", 0)) << "only fields of the event itself";
}

TEST(Query, xml_and_old_words_answer_alike) {
    auto const document = read_xml(R"xml(<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" xmlns:x="https://ex.example/voc/" schemaVersion="1.2" creationDate="2026-03-02T08:00:00Z"><EPCISBody><EventList>
      <QuantityEvent><eventTime>2026-03-02T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcClass>urn:epc:idpat:sgtin:9521234.110006.*</epcClass><quantity>40</quantity>
       <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep><bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">urn:ex:po:1</bizTransaction></bizTransactionList>
       <x:salt>3.50</x:salt><x:box><x:size> 20 </x:size></x:box></QuantityEvent></EventList></EPCISBody></e:EPCISDocument>)xml");
    ASSERT_TRUE(document) << document.error().message;
    HeaderData const data{{}};
    Prefixes const prefixes{{"x", "https://ex.example/voc/"}};
    struct Case { char const *name, *value; };
    for (auto const& [name, value] : {Case{"eventType", "QuantityEvent"}, Case{"EQ_bizStep", "shipping"}, Case{"MATCH_epcClass", "https://id.gs1.org/01/19521234100062"}, Case{"MATCH_anyEPCClass", "urn:epc:idpat:sgtin:9521234.*.*"},
                                      Case{"EQ_quantity", "40"}, Case{"EQ_bizTransaction_po", "urn:ex:po:1"}, Case{"EQ_x:salt", "3.5"}, Case{"EQ_INNER_x:size", "20"}}) {
        auto const query = parse_query({{name, {value}}}, prefixes, data);
        ASSERT_TRUE(query) << query.error().message;
        EXPECT_TRUE(matches(*query, {document->events[0], some_day}, data)) << name;
        expect_marked(*query, document->events[0], name);
    }
}

TEST(Query, questions_by_value_have_marks) {
    Five const five;
    for (auto const* name : {"eventType", "EQ_eventID", "EQ_readPoint", "EQ_bizTransaction_po", "EQ_source_location", "EQ_destination_location", "EQ_transformationID", "MATCH_epc", "MATCH_anyEPCClass", "EQ_correctiveEventID", "EQ_type", "EQ_deviceID", "EQ_bizRules",
                             "EQ_ex:note", "EQ_INNER_ILMD_ex:code", "EQ_bizLocation_ex:hall", "EXISTS_ex:note", "EXISTS_sensorElement", "WD_bizLocation"}) {
        auto const query = parse_query({{name, std::string_view{name}.starts_with("EXISTS") ? std::vector<std::string>{} : std::vector<std::string>{"urn:x:1"}}}, five.prefixes, five.data);
        ASSERT_TRUE(query) << query.error().message;
        EXPECT_EQ(query->marks.size(), 1U) << name;
    }
    EXPECT_TRUE(parse_query({{"MATCH_epc", {"urn:epc:idpat:sgtin:*.*.*"}}}, {}, five.data)->marks.empty());
    EXPECT_EQ(mark(Field::biz_step, "shipping"), mark(Field::biz_step, "shipping"));
    EXPECT_NE(mark(Field::biz_step, "shipping"), mark(Field::disposition, "shipping"));
    EXPECT_EQ(mark(Field::epc, "https://id.gs1.org/00/395212340000003909"), 960721683286837610) << "marks are stored; they may not change";
}

} // namespace
} // namespace osetra::trace
