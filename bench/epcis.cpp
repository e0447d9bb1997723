// How fast events are read, hashed and written: epcis_bench [SECONDS]. One thread; the event is a salting with two sensors' values.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "trace/engine/hash.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/validate.h"

using namespace osetra::trace;

namespace {

std::string document_of(int events) {
    std::string out = R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/epcis/"}],
        "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[)";
    for (int i = 0; i < events; ++i) {
        auto const n = std::to_string(i);
        out += (i ? "," : "") + std::string{R"({"type":"TransformationEvent","eventTime":"2026-03-02T14:05:30.123+08:00","eventTimeZoneOffset":"+08:00",
            "inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.001234.F)"} + n + R"(","quantity":1.250,"uom":"KGM"}],
            "outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.002345.L)" + n + R"(","quantity":1.3,"uom":"KGM"}],
            "bizStep":"commissioning","disposition":"in_progress","readPoint":{"id":"urn:epc:id:sgln:9521234.00001.SALT"},
            "sensorElementList":[{"sensorMetadata":{"time":"2026-03-02T14:00:00+08:00","deviceID":"urn:epc:id:giai:9521234.PROBE7"},
            "sensorReport":[{"type":"Temperature","value":2.0,"uom":"CEL"},{"type":"RelativeHumidity","value":0.70,"uom":"P1"}]}],
            "osetra:rubbing_to_tin_s":780})";
    }
    return out + "]}}";
}

void measure(char const* what, double seconds, int each, auto const& once) {
    auto const begin = std::chrono::steady_clock::now();
    auto const spent = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    long done = 0;
    do { once(); done += each; } while (spent() < seconds);
    std::printf("%-40s %10.0f a second\n", what, static_cast<double>(done) / spent());
}

} // namespace

int main(int count, char** words) {
    auto const seconds = count > 1 ? std::atof(words[1]) : 2.0;
    constexpr int events = 1'000;
    auto const json = document_of(events);
    auto const document = read_json(json);
    if (!document) return 1;
    auto const xml = write_xml(*document);
    if (!xml) return 1;
    std::printf("%zu bytes an event in JSON, %zu in XML\n", json.size() / events, xml->size() / events);
    measure("events hashed", seconds, events, [&] { return event_hashes(*document); });
    measure("events read from JSON", seconds, events, [&] { return read_json(json); });
    measure("events read from XML", seconds, events, [&] { return read_xml(*xml); });
    measure("events read from JSON and hashed", seconds, events, [&] { return event_hashes(*read_json(json)); });
    measure("events checked", seconds, events, [&] { return validate(*document); });
    measure("events written as JSON", seconds, events, [&] { return write_json(*document); });
    measure("events written as XML", seconds, events, [&] { return write_xml(*document); });
    measure("names turned into links", seconds, 1, [] { return to_digital_link("urn:epc:id:sgtin:9521234.001234.T0001"); });
    measure("names made keys", seconds, 1, [] { return match_key("https://id.gs1.org/01/09521234012344/21/T0001"); });
}
