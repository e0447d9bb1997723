#include "trace/engine/validate.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "trace/engine/hash.h"
#include "trace/engine/spelling.h"

namespace osetra::trace {
namespace {

namespace fs = std::filesystem;

std::string codes(std::string const& event) {
    auto const d = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"f":"https://farm.example/"}],"type":"EPCISDocument","epcisBody":{"eventList":[)" + event + "]}}");
    if (!d) return d.error().code;
    std::string out;
    for (auto const& f : validate(*d)) out += (out.empty() ? "" : " ") + f.code + '@' + f.at.substr(std::string_view{"eventList[0]."}.size());
    return out;
}

TEST(Validate, NamesWhatIsWrongAndWhere) {
    std::string const when = R"("eventTime":"2026-03-02T14:05:00+08:00","eventTimeZoneOffset":"+08:00")";
    std::string const start = R"({"type":"ObjectEvent",)" + when + R"(,"action":"OBSERVE")";
    std::string const epcs = R"(,"epcList":["urn:epc:id:sscc:9521234.0000000001"])";
    struct Case { std::string event, found; };
    for (auto const& [event, found] : std::vector<Case>{
             {start + epcs + "}", ""},
             {start + epcs + R"(,"bizStep":"packing","disposition":"https://farm.example/drying","f:net":5})", ""},
             {R"({"type":"CountEvent",)" + when + "}", "event_type_unknown@type"},
             {R"({"type":"ObjectEvent","action":"ADD")" + epcs + "}", "event_time_missing@eventTime event_offset_malformed@eventTimeZoneOffset"},
             {R"({"type":"ObjectEvent","eventTime":"2026-03-02","eventTimeZoneOffset":"+8","action":"ADD")" + epcs + "}", "event_time_malformed@eventTime event_offset_malformed@eventTimeZoneOffset"},
             {R"({"type":"ObjectEvent","eventTime":"2026-03-02T10:00:00","eventTimeZoneOffset":"+14:30","action":"ADD")" + epcs + "}", "event_time_malformed@eventTime event_offset_malformed@eventTimeZoneOffset"},
             {R"({"type":"ObjectEvent",)" + when + R"(,"action":"OBSERVED")" + epcs + "}", "event_action_unknown@action"},
             {start + "}", "event_without_objects@epcList"},
             {start + R"(,"epcList":["tin 7"]})", "uri_malformed@epcList[0]"},
             {start + R"(,"epcList":["https://id.gs1.org/00/095212340000000014"]})", "check_digit_wrong@epcList[0]"},
             {start + R"(,"epcList":["urn:epc:idpat:sgtin:9521234.001234.*"]})", "name_of_class@epcList[0]"},
             {start + epcs + R"(,"bizStep":"pakcing"})", "word_unknown@bizStep"},
             {start + epcs + R"(,"persistentDisposition":{"set":["lost"]}})", "word_unknown@persistentDisposition.set"},
             {start + epcs + R"(,"colour":"grey"})", "event_field_unknown@colour"},
             {start + epcs + R"(,"cbvmda:lotNumber":"7"})", "prefix_undeclared@cbvmda:lotNumber"},
             {start + epcs + R"(,"ilmd":{"lot":"7"}})", "ilmd_without_namespace@ilmd.lot"},
             {start + R"(,"quantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.001234.L","quantity":"5","uom":"kilo"}]})", "number_malformed@quantityList[0].quantity unit_unknown@quantityList[0].uom"},
             {start + epcs + R"(,"sourceList":[{"source":"urn:epc:id:pgln:9521234.00001"}]})", "type_missing@sourceList[0].type"},
             {start + epcs + R"(,"sensorElementList":[{"sensorReport":[{"value":2},{"type":"Temperature","value":"2"}]}]})", "type_missing@sensorElementList[0].sensorReport[0].type number_malformed@sensorElementList[0].sensorReport[1].value"},
             {start + epcs + R"(,"errorDeclaration":{"reason":"oops"}})", "event_time_missing@errorDeclaration.declarationTime word_unknown@errorDeclaration.reason"},
             {R"({"type":"AggregationEvent",)" + when + R"(,"action":"ADD"})", "event_without_objects@parentID"},
             {R"({"type":"AssociationEvent",)" + when + R"(,"action":"OBSERVE"})", "event_without_objects@parentID"},
             {R"({"type":"TransactionEvent",)" + when + R"(,"action":"ADD"})", "event_without_objects@bizTransactionList"},
             {R"({"type":"TransformationEvent",)" + when + R"(,"action":"ADD","inputEPCList":["urn:epc:id:giai:9521234.7"]})", "event_without_objects@transformationID event_field_unknown@action"},
             {R"({"type":"TransformationEvent",)" + when + "}", "event_without_objects@inputEPCList"}})
        EXPECT_EQ(codes(event), found) << event;
}

TEST(Spelling, TurnsNamesWithoutTouchingTheHash) {
    auto d = read_json(R"({"@context":{"f":"https://farm.example/"},"type":"ObjectEvent","eventTime":"2026-03-02T14:05:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD",
        "epcList":["urn:epc:id:sgtin:9521234.001234.7","https://id.gs1.org/01/09521234012344/21/8"],"readPoint":{"id":"https://id.gs1.org/414/9521234000013"},"f:own":"urn:epc:id:sgtin:9521234.001234.7"})");
    ASSERT_TRUE(d) << d.error().message;
    auto const hash = event_hash(d->events[0]);
    auto const known = prefixes_seen(*d);
    EXPECT_EQ(known.length_in("9521234000013"), 7u);
    spell(*d, EpcFormat::always_epc_urn, known);
    EXPECT_EQ(d->events[0].find("epcList")->children[1].text, "urn:epc:id:sgtin:9521234.001234.8");
    EXPECT_EQ(d->events[0].find("readPoint")->value("id"), "urn:epc:id:sgln:9521234.00001.0");
    EXPECT_EQ(event_hash(d->events[0]), hash);
    spell(*d, EpcFormat::always_gs1_digital_link, known);
    EXPECT_EQ(d->events[0].find("epcList")->children[0].text, "https://id.gs1.org/01/09521234012344/21/7");
    EXPECT_EQ(d->events[0].value("{https://farm.example/}own"), "urn:epc:id:sgtin:9521234.001234.7");
    EXPECT_EQ(event_hash(d->events[0]), hash);
}

TEST(Validate, DocumentsOfOthers) {
    auto const* told = std::getenv("OSETRA_SHARED");
    auto const folder = (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "epcis" / "openepcis" / "2.0" / "EPCIS";
    if (!fs::exists(folder)) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << folder;
    auto const wrong = [](fs::path const& file) {
        std::ifstream in{file, std::ios::binary};
        auto const d = read_epcis(std::string{std::istreambuf_iterator<char>{in}, {}});
        std::string all;
        if (!d) return d.error().code;
        for (auto const& f : validate(*d))
            if (!f.hint) all += f.at + ' ' + f.message + '\n';
        return all;
    };
    int good = 0, bad = 0;
    for (auto const* kind : {"JSON", "XML"}) {
        for (auto const& entry : fs::directory_iterator{folder / kind / "Capture" / "Documents"}) { EXPECT_EQ(wrong(entry), "") << entry; ++good; }
        for (auto const& entry : fs::directory_iterator{folder / kind / "Capture" / "Invalid"}) { EXPECT_NE(wrong(entry), "") << entry; ++bad; }
    }
    EXPECT_EQ(good, 48);
    EXPECT_EQ(bad, 12);
}

} // namespace
} // namespace osetra::trace
