#include "trace/link_story.h"

#include <gtest/gtest.h>

namespace osetra::trace {
namespace {

/// The events of a document of ours, each at its distance.
std::vector<StoryEvent> events(std::string const& list) {
    auto const document = read_json(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/voc/","gdst":"https://traceability-dialogue.org/epcis"}],
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-06-01T00:00:00Z","epcisBody":{"eventList":[)" + list + "]}}");
    EXPECT_TRUE(document) << document.error().message << document.error().at;
    std::vector<StoryEvent> all;
    if (document) for (auto const& event : document->events) all.push_back({event, 0, false, false});
    return all;
}
constexpr char const* hatching = R"({"type":"ObjectEvent","eventTime":"2017-04-12T01:30:00.000+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"urn:gdst:bizStep:hatching",
    "bizLocation":{"id":"https://id.gs1.org/414/9521234000013/254/P-0244"},"quantityList":[{"epcClass":"https://id.gs1.org/01/09521234100010/10/C1","quantity":42000}],
    "ilmd":{"osetra:species":"DAUxSCH","osetra:sire":"https://id.gs1.org/8004/9521234FS0041","osetra:dam":"https://id.gs1.org/8004/9521234FD0107"}})";
constexpr char const* harvest = R"({"type":"TransformationEvent","eventTime":"2026-03-14T08:05:15.000+08:00","eventTimeZoneOffset":"+08:00","outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100034/10/L1","quantity":4.62,"uom":"KGM"}],
    "bizStep":"urn:gdst:bizStep:farmHarvest","ilmd":{"osetra:species":"DAUxSCH","osetra:container":"P-0244","osetra:harvestDate":"2026-03-13","osetra:ageYears":9}})";
constexpr char const* salting = R"({"type":"TransformationEvent","eventTime":"2026-03-14T08:13:30.000+08:00","eventTimeZoneOffset":"+08:00","outputQuantityList":[{"epcClass":"https://id.gs1.org/01/09521234100058/10/L1","quantity":4.71,"uom":"KGM"}],
    "bizStep":"commissioning","readPoint":{"id":"https://id.gs1.org/414/9521234000020/254/SALT-2"},"bizLocation":{"id":"https://id.gs1.org/414/9521234000037"},
    "ilmd":{"osetra:citesLabel":"DAUxSCH/C/CN/2026/CN-ZJ-0007/L1","osetra:grade":"A+","osetra:saltPercent":3.4}})";
constexpr char const* tinning = R"({"type":"TransformationEvent","eventTime":"2026-05-06T09:00:00.000+08:00","eventTimeZoneOffset":"+08:00","outputEPCList":["https://id.gs1.org/01/09521234100065/21/1"],
    "bizStep":"commissioning","ilmd":{"osetra:netMass":{"osetra:value":30,"osetra:uom":"GRM"}}})";
std::string transport(char const* sensors, char const* more = "") {
    return std::string{R"({"type":"ObjectEvent","eventTime":"2026-05-17T02:00:00.000+00:00","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"transporting","epcList":["https://id.gs1.org/00/395212340000003909"],)"} + more +
           R"("sensorElementList":[{"sensorReport":[)" + sensors + "]}]}";
}
std::string recall(char const* day, char const* how) {
    return std::string{R"({"type":"ObjectEvent","eventTime":")"} + day + R"(T12:00:00.000Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"holding","epcList":["https://id.gs1.org/01/09521234100065/21/1"],"persistentDisposition":{")" + how + R"(":["recalled"]}})";
}

TEST(LinkStory, IsPutTogetherFromTheWholeChain) {
    auto all = events(std::string{hatching} + "," + harvest + "," + salting + "," + tinning);
    for (auto i = 0; i < 4; ++i) all[static_cast<std::size_t>(i)].distance = 3 - i;
    all[3].makes = true;
    auto const s = story_of(all);
    EXPECT_EQ(s.species, "DAUxSCH");
    EXPECT_EQ(s.sire, "https://id.gs1.org/8004/9521234FS0041");
    EXPECT_EQ(s.hatched_on, "2017-04-12");                       // the day there, not in London
    EXPECT_EQ(s.year_class, 2017);
    EXPECT_EQ(s.harvested_on, "2026-03-13");                     // as told, before the event's own day
    EXPECT_EQ(s.salted_on, "2026-03-14");
    EXPECT_EQ(s.packed_on, "2026-05-06");
    EXPECT_EQ(s.pool, "P-0244");
    EXPECT_EQ(s.farm, "https://id.gs1.org/414/9521234000013");
    EXPECT_EQ(s.plant, "https://id.gs1.org/414/9521234000020");
    EXPECT_EQ(s.plant_code, "CN-ZJ-0007");
    EXPECT_EQ(s.age_years, 9);
    EXPECT_EQ(s.grade, "A+");
    EXPECT_EQ(s.salt_percent, 3.4);
    EXPECT_EQ(s.net_g, 30);
    EXPECT_FALSE(s.cold_chain);
    EXPECT_FALSE(s.recalled);
}

TEST(LinkStory, TheNearestThatTellsSomethingHolds) {
    auto all = events(R"({"type":"TransformationEvent","eventTime":"2026-05-20T11:00:00.000+02:00","eventTimeZoneOffset":"+02:00","inputEPCList":["https://id.gs1.org/01/09521234100065/21/1"],"outputEPCList":["https://id.gs1.org/01/09521234200017/21/J1"],
        "bizStep":"repackaging","ilmd":{"osetra:citesLabel":"DAUxSCH/C/CN/2026/DE-0042/L1"}},)" + std::string{salting});
    all[1].distance = 2;
    auto const s = story_of(all);
    EXPECT_EQ(s.label, "DAUxSCH/C/CN/2026/DE-0042/L1");
    EXPECT_EQ(s.plant_code, "DE-0042");
    EXPECT_EQ(s.grade, "A+");
}

TEST(LinkStory, ColdChainIsWhatCarriedItWasMeasuredAt) {
    struct Row { std::string list; bool carries; bool any; double low, high; bool alarm; std::int64_t readings; };
    Row const rows[] = {
        {transport(R"({"type":"Temperature","minValue":-0.4,"maxValue":2.1,"uom":"CEL"})"), true, true, -0.4, 2.1, false, 1},
        {transport(R"({"type":"Temperature","minValue":-0.4,"maxValue":2.1,"uom":"CEL"})"), false, false, 0, 0, false, 0},
        {transport(R"({"type":"Temperature","value":275.15,"uom":"KEL"})"), true, true, 2, 2, false, 1},
        {transport(R"({"type":"Temperature","minValue":0,"maxValue":1,"uom":"CEL"},{"type":"Temperature","minValue":0.1,"maxValue":5.3,"uom":"CEL","exception":"ALARM_CONDITION"})"), true, true, 0, 5.3, true, 2},
        {transport(R"({"type":"RelativeHumidity","value":80,"uom":"A93"})"), true, false, 0, 0, false, 0},
    };
    for (auto const& row : rows) {
        auto all = events(row.list);
        all[0].carries = row.carries;
        auto const s = story_of(all);
        ASSERT_EQ(s.cold_chain.has_value(), row.any) << row.list;
        if (!row.any) continue;
        EXPECT_NEAR(s.cold_chain->low_c, row.low, 1e-9);
        EXPECT_NEAR(s.cold_chain->high_c, row.high, 1e-9);
        EXPECT_EQ(s.cold_chain->alarm, row.alarm);
        EXPECT_EQ(s.cold_chain->readings, row.readings);
    }
}

TEST(LinkStory, TheLastWordOnARecallHolds) {
    struct Row { std::string list; bool recalled; };
    Row const rows[] = {
        {recall("2026-06-01", "set"), true},
        {recall("2026-06-01", "set") + "," + recall("2026-06-03", "unset"), false},
        {recall("2026-06-03", "unset") + "," + recall("2026-06-01", "set"), false},
        {recall("2026-06-03", "set") + "," + recall("2026-06-01", "unset"), true},
    };
    for (auto const& row : rows) {
        auto all = events(row.list);
        for (auto& e : all) e.carries = true;
        EXPECT_EQ(story_of(all).recalled, row.recalled) << row.list;
    }
}

TEST(LinkStory, FarmsArePlacesWithoutTheirParts) {
    EXPECT_EQ(farm_of("https://id.gs1.org/414/9521234000013/254/P-0244"), "https://id.gs1.org/414/9521234000013");
    EXPECT_EQ(farm_of("urn:epc:id:sgln:9521234.00001.P-0244"), "https://id.gs1.org/414/9521234000013");
    EXPECT_EQ(farm_of("geo:30.2,120.4"), "");
    EXPECT_EQ(farm_of("https://id.gs1.org/8004/9521234F1"), "");
}

} // namespace
} // namespace osetra::trace
