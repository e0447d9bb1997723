#include <gtest/gtest.h>

#include "trace/engine/event.h"
#include "trace/engine/hash.h"

// What strangers send is bounded and refused by name.
namespace osetra::trace {
namespace {

std::string repeated(std::string const& piece, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += piece;
    return out;
}
std::string json_of(std::string const& events) { return R"({"@context":[],"type":"EPCISDocument","epcisBody":{"eventList":[)" + events + "]}}"; }
std::string xml_of(std::string const& events) {
    return R"(<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"><EPCISBody><EventList>)" + events + "</EventList></EPCISBody></e:EPCISDocument>";
}

TEST(Reader, RefusesByName) {
    struct Case { std::string text; char const* code; };
    std::vector<Case> const cases{
        {"", "epcis_not_told"}, {"caviar", "epcis_not_told"}, {"{", "json_malformed"}, {"{}", "epcis_no_events"}, {"[]", "epcis_no_events"},
        {R"({"epcisBody":{}})", "epcis_no_events"}, {R"({"epcisBody":{"eventList":7}})", "epcis_field_kind"}, {json_of("7"), "epcis_field_kind"},
        {json_of(R"({"type":"ObjectEvent","action":"ADD","action":"DELETE"})"), "json_duplicate"},
        {json_of(R"({"type":"ObjectEvent","x":)" + repeated("[", 40) + repeated("]", 40) + "}"), "json_too_deep"},
        {json_of(R"({"type":"ObjectEvent"},)" + repeated(R"({"type":"ObjectEvent"},)", 10'000) + R"({"type":"ObjectEvent"})"), "epcis_too_large"},
        {json_of("{\"type\":\"\xff\"}"), "json_malformed"},
        {"<a>", "xml_malformed"}, {"<a/>", "epcis_no_events"}, {"<!DOCTYPE a><a/>", "xml_doctype"},
        {"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "xml_doctype"}, {xml_of("<ObjectEvent>&x;</ObjectEvent>"), "xml_malformed"},
        {xml_of(repeated("<a>", 40) + repeated("</a>", 40)), "xml_too_deep"}, {xml_of(repeated("<ObjectEvent/>", 10'001)), "epcis_too_large"},
    };
    for (auto const& [text, code] : cases) {
        auto const read = read_epcis(text);
        ASSERT_FALSE(read) << text.substr(0, 100);
        EXPECT_EQ(read.error().code, code) << text.substr(0, 100);
    }
    Limits small;
    small.bytes = 10;
    EXPECT_EQ(read_json("{\"a\":12345}", small).error().code, "epcis_too_large");
    EXPECT_EQ(read_xml("<aaaaaaaaa/>", small).error().code, "epcis_too_large");
    small = {};
    small.nodes = 3;
    EXPECT_EQ(read_json("[1,2,3,4]", small).error().code, "epcis_too_large");
    EXPECT_EQ(read_xml("<a><b/><b/><b/></a>", small).error().code, "epcis_too_large");
    EXPECT_TRUE(read_json(json_of(repeated(R"({"type":"ObjectEvent"},)", 9'999) + R"({"type":"ObjectEvent"})")));
}

TEST(Reader, KeepsWhatItDoesNotKnow) {
    auto const d = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"f":"https://farm.example/"}],
        "type":"ObjectEvent","eventTime":"2026-03-02T08:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"https://farm.example/weighing",
        "f:net":12.50,"f:dry":true,"f:scales":["A","B"],"f:who":{"f:name":"Li","f:years":7},"f:none":null,"colour":"grey","rdfs:comment":"not part"})");
    ASSERT_TRUE(d) << d.error().message;
    EXPECT_EQ(d->kind, Document::Kind::single_event);
    auto const json = write_json(*d);
    EXPECT_NE(json.find(R"("bizStep":"https://farm.example/weighing","f:net":12.50,"f:dry":true,"f:scales":["A","B"],"f:who":{"f:name":"Li","f:years":7},"colour":"grey")"), std::string::npos) << json;
    EXPECT_EQ(json.find("comment"), std::string::npos);
    auto const xml = write_xml(*d);
    ASSERT_TRUE(xml) << xml.error().message;
    auto const back = read_xml(*xml);
    ASSERT_TRUE(back);
    EXPECT_EQ(event_hashes(*back), event_hashes(*d));
}

TEST(Reader, WhatStandsRoundTheEventsStays) {
    auto const d = read_json(R"({"@context":[{"f":"https://farm.example/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","f:letter":{"f:number":7,"f:to":["A","B"]},"epcisHeader":{"epcisMasterData":{"vocabularyList":[
        {"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[{"id":"urn:epc:id:sgln:9521234.00001.0",
        "attributes":[{"id":"urn:epcglobal:cbv:mda#city","attribute":"Quzhou"}],"children":["urn:epc:id:sgln:9521234.00001.POOL-07"]}]}]}},"epcisBody":{"eventList":[]}})");
    ASSERT_TRUE(d) << d.error().message;
    auto const xml = write_xml(*d);
    ASSERT_TRUE(xml) << xml.error().message;
    auto const from_xml = read_xml(*xml);
    ASSERT_TRUE(from_xml) << from_xml.error().message;
    EXPECT_EQ(from_xml->vocabularies, d->vocabularies);
    EXPECT_NE(write_json(*d).find(R"("f:letter":{"f:number":7,"f:to":["A","B"]})"), std::string::npos) << write_json(*d);
    EXPECT_NE(write_json(*from_xml).find(R"("f:letter":{"f:number":"7","f:to":["A","B"]})"), std::string::npos) << write_json(*from_xml);
}

TEST(Writer, SaysWhatXmlCannot) {
    for (auto const* field : {R"("two words":1)", R"("q:x":1)", R"("f:x":"\u0001")"}) {
        auto const d = read_json(std::string{R"({"@context":{"f":"https://farm.example/"},"type":"ObjectEvent",)"} + field + "}");
        ASSERT_TRUE(d) << field;
        auto const xml = write_xml(*d);
        ASSERT_FALSE(xml) << field;
        EXPECT_EQ(xml.error().code, "xml_cannot_say");
    }
}

TEST(Writer, APrefixThatWouldMakeAValueShortIsNotTaken) {
    auto const d = read_xml(R"(<ObjectEvent xmlns:https="https://farm.example/" xmlns:a="https://other.example/"><eventTime>2026-03-02T08:00:00Z</eventTime>
        <action>ADD</action><bizStep>https://ref.gs1.org/cbv/BizStep-packing</bizStep><https:tin>a:7</https:tin><a:b>1</a:b></ObjectEvent>)");
    ASSERT_TRUE(d) << d.error().message;
    auto const json = read_json(write_json(*d));
    ASSERT_TRUE(json) << json.error().message;
    EXPECT_EQ(event_hashes(*json), event_hashes(*d));
    EXPECT_NE(write_json(*d).find("\"packing\""), std::string::npos);
}

/// One document used a prefix of EPCIS's context as it is, another declared it: together they are still XML.
TEST(Writer, DeclaresAPrefixOnce) {
    Document d;
    d.kind = Document::Kind::query_results;
    d.creation_date = "2026-03-02T08:00:00Z";
    d.namespaces = {{"cbvmda", "urn:epcglobal:cbv:mda:"}};
    Node const event{"ObjectEvent", {}, {{"eventTime", "2026-03-02T08:00:00Z", {}, {}}, {"cbvmda:lotNumber", "L1", {}, {}}, {"{urn:epcglobal:cbv:mda:}lotNumber", "L2", {}, {}}}, {}};
    d.events = {event};
    auto const xml = write_xml(d);
    ASSERT_TRUE(xml) << xml.error().message;
    EXPECT_TRUE(read_xml(*xml)) << *xml;
    d.namespaces = {{"cbvmda", "https://other.example.com/"}};
    d.events[0].children[2].name = "{https://other.example.com/}lotNumber";
    EXPECT_EQ(write_xml(d).error().code, "xml_cannot_say");
}

} // namespace
} // namespace osetra::trace
