#include "trace/engine/hash.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "trace/engine/event.h"

namespace osetra::trace {
namespace {

namespace fs = std::filesystem;

/// One salting, three ways: JSON, XML 2.0 is made of it, and XML 1.2 as an old partner would send it.
constexpr char const* salting_json = R"json({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/epcis/"}],
 "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[
 {"type":"TransformationEvent","eventTime":"2026-03-02T14:05:30.1235+08:00","eventTimeZoneOffset":"+08:00","eventID":"urn:uuid:1","recordTime":"2026-03-02T06:10:00Z",
  "inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.001234.F156","quantity":1.250,"uom":"KGM"}],
  "outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234023456/10/L2026-07","quantity":1.3,"uom":"KGM"}],
  "outputEPCList":["urn:epc:id:sgtin:9521234.003456.2","urn:epc:id:sgtin:9521234.003456.1"],
  "transformationID":"urn:epc:id:gdti:9521234.00009.SALT-1","bizStep":"commissioning","disposition":"in_progress",
  "persistentDisposition":{"set":["completeness_verified"]},
  "readPoint":{"id":"urn:epc:id:sgln:9521234.00001.SALT"},"bizLocation":{"id":"urn:epc:id:sgln:9521234.00001.0"},
  "bizTransactionList":[{"type":"testres","bizTransaction":"urn:epc:id:gdti:9521234.00017.PANEL-3"}],
  "sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:9521234.00001"}],
  "sensorElementList":[{"sensorMetadata":{"time":"2026-03-02T14:00:00+08:00","deviceID":"urn:epc:id:giai:9521234.PROBE7"},
    "sensorReport":[{"type":"Temperature","value":2.0,"uom":"CEL"},{"type":"RelativeHumidity","value":0.70,"uom":"P1"}]}],
  "ilmd":{"osetra:salt_g_per_100g":3.5,"osetra:label":"BAE/C/CN/2026/CN0001/L2026-07"},
  "osetra:rubbing_to_tin_s":780,"osetra:crew":{"osetra:name":["Li","Wang"]}}]}})json";
constexpr char const* salting_xml_1_2 = R"xml(<?xml version="1.0"?>
<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" xmlns:o="https://osetra.example/epcis/" schemaVersion="1.2" creationDate="2026-03-02T08:00:00Z">
 <EPCISBody><EventList><extension>
  <TransformationEvent>
   <eventTime>2026-03-02T06:05:30.1235Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
   <o:crew><o:name>Wang</o:name><o:name> Li </o:name></o:crew>
   <inputQuantityList><quantityElement><epcClass>https://id.gs1.org/01/09521234012344/10/F156</epcClass><quantity>1.25</quantity><uom>KGM</uom></quantityElement></inputQuantityList>
   <outputEPCList><epc>https://tins.example.com/gtin/9521234034568/ser/1?17=270302</epc><epc>urn:epc:id:sgtin:9521234.003456.2</epc></outputEPCList>
   <outputQuantityList><quantityElement><epcClass>https://id.gs1.org/01/09521234023456/10/L2026-07</epcClass><quantity>1.30</quantity><uom>KGM</uom></quantityElement></outputQuantityList>
   <transformationID>urn:epc:id:gdti:9521234.00009.SALT-1</transformationID>
   <bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:in_progress</disposition>
   <readPoint><id>urn:epc:id:sgln:9521234.00001.SALT</id></readPoint><bizLocation><id>urn:epc:id:sgln:9521234.00001.0</id></bizLocation>
   <bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:testres">urn:epc:id:gdti:9521234.00017.PANEL-3</bizTransaction></bizTransactionList>
   <sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:pgln:9521234.00001</source></sourceList>
   <ilmd><o:label>BAE/C/CN/2026/CN0001/L2026-07</o:label><o:salt_g_per_100g>3.50</o:salt_g_per_100g></ilmd>
   <extension>
    <sensorElementList><sensorElement><sensorMetadata deviceID="urn:epc:id:giai:9521234.PROBE7" time="2026-03-02T06:00:00Z"/>
     <sensorReport uom="P1" value="0.7" type="gs1:RelativeHumidity"/><sensorReport type="gs1:Temperature" value="2" uom="CEL"/></sensorElement></sensorElementList>
    <persistentDisposition><set>urn:epcglobal:cbv:disp:completeness_verified</set></persistentDisposition>
   </extension>
   <o:rubbing_to_tin_s>780</o:rubbing_to_tin_s>
  </TransformationEvent>
 </extension></EventList></EPCISBody>
</e:EPCISDocument>)xml";
/// From the reference implementation 1.9.3, run on the JSON.
constexpr char const* salting_hash = "ni:///sha-256;0d6d6aa0910d8b3f90fcf4a5980057e484e841f4ecc9f86ac5873f042e7c03e4?ver=CBV2.0";

TEST(EventHash, OneEventHasOneHashHoweverItIsWritten) {
    auto const json = read_epcis(salting_json);
    ASSERT_TRUE(json) << json.error().message;
    EXPECT_EQ(event_hashes(*json), std::vector<std::string>{salting_hash});
    auto const old = read_epcis(salting_xml_1_2);
    ASSERT_TRUE(old) << old.error().message;
    EXPECT_EQ(pre_hash(old->events[0]), pre_hash(json->events[0]));
    for (auto const& document : {*json, *old})
    for (auto const version : {XmlVersion::v1_2, XmlVersion::v2_0}) {
        auto const xml = write_xml(document, version);
        ASSERT_TRUE(xml) << xml.error().message;
        auto const from_xml = read_xml(*xml);
        ASSERT_TRUE(from_xml) << from_xml.error().message;
        EXPECT_EQ(event_hashes(*from_xml), std::vector<std::string>{salting_hash});
        auto const again = read_json(write_json(*from_xml));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(event_hashes(*again), std::vector<std::string>{salting_hash});
        EXPECT_EQ(write_json(*again), write_json(*from_xml));
    }
}

TEST(EventHash, ChangesWithEveryValueAndOnlyWithValues) {
    auto const document = read_json(salting_json);
    ASSERT_TRUE(document);
    auto const& event = document->events[0];
    std::set<std::string> seen{event_hash(event)};
    int changed = 0;
    auto const change = [&](auto const& self, Node& node, Node& whole) -> void {
        if (node.name == "eventID" || node.name == "recordTime") return;   // no part of what happened
        if (node.children.empty()) {
            auto const was = node.text;
            node.text = "changed";
            EXPECT_TRUE(seen.insert(event_hash(whole)).second) << node.name;
            node.text = was;
            ++changed;
        }
        for (auto& child : node.children) self(self, child, whole);
    };
    auto copy = event;
    change(change, copy, copy);
    EXPECT_GT(changed, 25);
    copy = event;
    std::reverse(copy.children.begin(), copy.children.end());
    std::erase_if(copy.children, [](Node const& n) { return n.name == "eventID" || n.name == "recordTime"; });
    EXPECT_EQ(event_hash(copy), event_hash(event));
}

TEST(EventHash, NumbersAndTimesInOneSpelling) {
    struct Case { char const* in; char const* out; };
    for (auto const& [in, out] : std::initializer_list<Case>{{"26.0", "26"}, {"+5", "5"}, {"0.050", "0.05"}, {"-0.0", "0"}, {"1e3", "1000"}, {"0614", "614"}, {".5", "0.5"},
                                                             {"0.00001", "1e-05"}, {"12345678901234567890", "12345678901234567168"}, {"1.2.3", "1.2.3"}, {"inf", "inf"}, {"-", "-"}, {"", ""}, {"5 kg", "5 kg"}})
        EXPECT_EQ(plain_number(in), out);
    for (auto const& [in, out] : std::initializer_list<Case>{
             {"2020-04-01T15:00:00+01:00", "2020-04-01T14:00:00.000Z"}, {"2026-01-01T00:30:00.1+08:00", "2025-12-31T16:30:00.100Z"}, {"2023-01-18T11:04:03.1415Z", "2023-01-18T11:04:03.142Z"},
             {"2023-12-31T23:59:59.9995Z", "2024-01-01T00:00:00.000Z"}, {"2024-02-29T00:00:00-0530", "2024-02-29T05:30:00.000Z"}, {"2023-02-29T00:00:00Z", "2023-02-29T00:00:00Z"}, {"P3Y", "P3Y"}, {"2023-01-18", "2023-01-18"}})
        EXPECT_EQ(utc_milliseconds(in), out);
}

fs::path shared() {
    auto const* told = std::getenv("OSETRA_SHARED");
    return (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "epcis";
}
std::string text_of(fs::path const& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}
#define OSETRA_NEEDS_SHARED() if (!fs::exists(shared() / "hash")) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << shared()

TEST(EventHash, EveryVectorOfTheReference) {
    OSETRA_NEEDS_SHARED();
    int documents = 0;
    for (auto const& entry : fs::directory_iterator{shared() / "hash" / "vectors"}) {
        if (entry.path().extension() != ".jsonld" && entry.path().extension() != ".xml") continue;
        auto const document = read_epcis(text_of(entry));
        ASSERT_TRUE(document) << entry << document.error().message;
        std::istringstream lines{text_of(fs::path{entry.path()}.replace_extension(".hashes"))};
        EXPECT_EQ(event_hashes(*document), (std::vector<std::string>{std::istream_iterator<std::string>{lines}, {}})) << entry;
        ++documents;
    }
    EXPECT_EQ(documents, 22);
    for (auto const& entry : fs::directory_iterator{shared() / "hash" / "expected_equal"}) {
        auto const document = read_epcis(text_of(entry));
        ASSERT_TRUE(document) << entry;
        auto const hashes = event_hashes(*document);
        EXPECT_EQ(std::set<std::string>(hashes.begin(), hashes.end()).size(), 1u) << entry;
    }
}

/// Argued in docs/conformance.md.
std::set<std::string> const differ_from_the_reference{"gdst/wholechainbug01.jsonld"};

TEST(EventHash, DocumentsOfOthersAsTheReferenceHashesThem) {
    OSETRA_NEEDS_SHARED();
    std::set<std::string> differ;
    int documents = 0;
    for (auto const* list : {"gdst", "gs1-json", "gs1-xml", "openepcis"}) {
        auto const expected = nlohmann::json::parse(text_of(shared() / "hash" / "computed" / (std::string{list} + ".json")));
        for (auto const& [file, hashes] : expected.items()) {
            auto const document = read_epcis(text_of(shared() / file));
            ASSERT_TRUE(document) << file << document.error().message;
            ++documents;
            if (event_hashes(*document) != hashes.get<std::vector<std::string>>()) differ.insert(file);
        }
    }
    EXPECT_EQ(documents, 100);
    EXPECT_EQ(differ, differ_from_the_reference);
}

/// Every document there is, through the other spelling and back.
TEST(EventHash, ConversionKeepsTheHashOfDocumentsOfOthers) {
    OSETRA_NEEDS_SHARED();
    int documents = 0, to_xml_differs = 0, to_json_differs = 0, no_xml = 0;
    for (auto const& entry : fs::recursive_directory_iterator{shared()}) {
        auto const ending = entry.path().extension();
        if (entry.path().string().find("/spec/") != std::string::npos || (ending != ".json" && ending != ".jsonld" && ending != ".xml")) continue;
        auto const document = read_epcis(text_of(entry));
        if (!document) continue;
        ++documents;
        std::vector<std::string> hashes;   // of what is meant: an odd spelling does not outlive a conversion
        for (auto const& event : document->events) hashes.push_back(event_hash(event, document->not_hashed));
        auto const json = read_json(write_json(*document));
        ASSERT_TRUE(json) << entry << json.error().message;
        auto const xml = write_xml(*document);
        if (!xml) { ++no_xml; continue; }
        auto const from_xml = read_xml(*xml);
        ASSERT_TRUE(from_xml) << entry << from_xml.error().message << from_xml.error().at;
        auto const old = read_xml(*write_xml(*document, XmlVersion::v1_2));
        ASSERT_TRUE(old) << entry << old.error().message;
        EXPECT_EQ(event_hashes(*old), event_hashes(*from_xml)) << entry;
        auto const undeclared = text_of(entry).find("\"cbvmda:") != std::string::npos;
        auto const user_list = text_of(entry).find("<cbvmda:certificationList") != std::string::npos;
        if (event_hashes(*from_xml) != hashes) { ++to_xml_differs; EXPECT_TRUE(undeclared) << entry; }
        if (event_hashes(*json) != hashes) { ++to_json_differs; EXPECT_TRUE(user_list) << entry; }
    }
    EXPECT_GT(documents, 240);
    EXPECT_LE(no_xml, 2);
    EXPECT_LE(to_xml_differs, 27);
    EXPECT_LE(to_json_differs, 4);
}

} // namespace
} // namespace osetra::trace
