#include "caviar.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "kernel/time.h"
#include "trace/engine/identifiers.h"

namespace osetra::bench {
namespace {

using std::string;

string digits(std::int64_t n, int width) {
    std::array<char, 32> out;
    return {out.data(), static_cast<std::size_t>(std::snprintf(out.data(), out.size(), "%0*lld", width, static_cast<long long>(n)))};
}
string quoted(string const& s) { return '"' + s + '"'; }
string place(char const* extension) { return R"({"id":"urn:epc:id:sgln:9521234.00002.)" + string{extension} + "\"}"; }
string link_of(string const& urn) { return trace::to_digital_link(urn).value_or(urn); }

constexpr char const* parties = R"(,"sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:9521234.00000"},{"type":"possessing_party","source":"urn:epc:id:pgln:9521234.00000"}],"destinationList":[{"type":"owning_party","destination":"urn:epc:id:pgln:9528765.0000)";

} // namespace

string Caviar::fish(std::int64_t n) { return "urn:epc:id:giai:9521234.F" + digits(n, 9); }
string Caviar::lot(std::int64_t n, char kind) { return "urn:epc:class:lgtin:9521234." + string{kind == 'R' ? "001111" : "002222"} + "." + kind + digits(n, 8); }
string Caviar::tin(std::int64_t n, int i) { return "urn:epc:id:sgtin:9521234.003333." + digits(n * 24 + i, 10); }
string Caviar::box(std::int64_t n, int i) { return "urn:epc:id:sscc:9521234." + digits(n * 2 + i, 10); }
string Caviar::pool(std::int64_t n) { return "urn:epc:id:sgln:9521234.00001.P-" + digits(n * 7919 % 2'000, 4); }

string Caviar::time(int minutes_later) {
    using namespace std::chrono;
    return text_of(Instant{sys_days{January / 5 / 2016}} + minutes{m_fish * 4 + minutes_later} + milliseconds{below(60'000)});
}

void Caviar::event(string& out) {
    auto const n = m_fish;
    auto const half = m_step % 2;
    auto const base = [&](char const* type, int minutes, char const* step, char const* disposition) {
        auto const number = digits(n * events_a_fish + m_step, 12);
        return string{R"({"type":")"} + type + R"(","eventID":"urn:uuid:5f1c2a00-77aa-4c0e-9d21-)" + number + R"(","eventTime":")" + time(minutes) + R"(","eventTimeZoneOffset":"+08:00","bizStep":")" + step + R"(","disposition":")" + disposition +
               R"(","gdst:productOwner":"urn:epc:id:pgln:9521234.00000","cbvmda:informationProvider":"urn:epc:id:pgln:9521234.00000","osetra:sheet":"https://osetra.example/sheets/)" + number + R"(")";
    };
    auto const quantity = [&](string const& what, double kg) { return R"({"epcClass":")" + what + R"(","quantity":)" + std::to_string(kg).substr(0, 5) + R"(,"uom":"KGM"})"; };
    auto const sensors = [&](char const* device) {
        return string{R"(,"sensorElementList":[{"sensorMetadata":{"time":")"} + time(0) + R"(","deviceID":"urn:epc:id:giai:9521234.)" + device + R"(","deviceMetadata":"https://id.gs1.org/8004/9521234PROBE"},"sensorReport":[{"type":"Temperature","value":)" +
               std::to_string(below(80) - 20).append(".5") + R"(,"uom":"CEL"},{"type":"RelativeHumidity","minValue":60.1,"maxValue":7)" + std::to_string(below(9)) + R"(.4,"uom":"P1"}]}])";
    };
    auto const tins = [&](int box_number) {
        string list;
        for (int i = 0; i < tins_a_case; ++i) list += (i ? "," : "") + quoted(tin(n, box_number * tins_a_case + i));
        return list;
    };
    auto const papers = [&] {
        return R"(,"bizTransactionList":[{"type":"po","bizTransaction":"urn:epc:id:gdti:9528765.00001.PO)" + digits(n / 8, 6) + R"("},{"type":"cert","bizTransaction":"urn:epc:id:gdti:9521234.00003.CITES)" + digits(n / 8, 6) + R"("}])" + parties + digits(n / 8 % 300, 3).substr(2) + R"("}])";
    };
    switch (m_step) {
    case 0: out += base("TransformationEvent", 0, "commissioning", "active") + R"(,"inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.000001.Y2016-)" + digits(n % 40, 2) + R"(","quantity":1}],"outputEPCList":[)" + quoted(fish(n)) + R"(],"readPoint":{"id":")" + pool(n) + R"("},"ilmd":{"osetra:species":"GUE","osetra:sex":"female","osetra:pit":"156)" + digits(n, 12) + R"(","cbvmda:productionMethodForFishAndSeafoodCode":"03"}})"; break;
    case 1: out += base("AssociationEvent", 1, "assembling", "active") + R"(,"action":"ADD","parentID":)" + quoted(fish(n)) + R"(,"childEPCs":["urn:epc:id:giai:9521234.TAG)" + digits(n, 12) + R"("],"readPoint":{"id":")" + pool(n) + R"("},"osetra:author":"li.wei","osetra:needle":"N-)" + digits(below(999), 3) + R"("})"; break;
    case 2: case 3: out += base("ObjectEvent", 500 * m_step, "inspecting", "active") + R"(,"action":"OBSERVE","epcList":[)" + quoted(half ? link_of(fish(n)) : fish(n)) + R"(],"readPoint":{"id":")" + pool(n + m_step) + R"("},"bizLocation":{"id":")" + pool(n) + R"("},"osetra:stage":")" + std::to_string(below(5)) + R"(","osetra:weight_mg":)" + std::to_string(18'000'000 + below(9'000'000)) + sensors("ULTRASOUND-2") + "}"; break;
    case 4: out += base("TransformationEvent", 2'000, "commissioning", "in_progress") + R"(,"transformationID":"urn:uuid:00000000-0000-4000-8000-)" + digits(n, 12) + R"(","inputEPCList":[)" + quoted(fish(n)) + R"(],"readPoint":)" + place("KILL") + sensors("PROBE-1") + "}"; break;
    case 5: out += base("TransformationEvent", 2'020, "commissioning", "in_progress") + R"(,"transformationID":"urn:uuid:00000000-0000-4000-8000-)" + digits(n, 12) + R"(","outputQuantityList":[)" + quantity(lot(n, 'R'), 2.25) + R"(,{"epcClass":"urn:epc:class:lgtin:9521234.001199.K)" + digits(n, 8) + R"(","quantity":17.5,"uom":"KGM"}],"readPoint":)" + place("ROE") + R"(,"ilmd":{"cbvmda:lotNumber":"R)" + digits(n, 8) + R"(","osetra:cites":"GUE/C/CN/2026/CN-ZJ-0007"}})"; break;
    case 6: out += base("TransformationEvent", 2'034, "commissioning", "in_progress") + R"(,"inputQuantityList":[)" + quantity(lot(n, 'R'), 2.25) + "," + quantity("urn:epc:class:lgtin:9529999.000077.S" + digits(n / 500, 4), 0.08) + R"(],"outputQuantityList":[)" + quantity(lot(n, 'C'), 2.33) + R"(],"readPoint":)" + place("SALT") + R"(,"osetra:rubbing_to_tin_s":)" + std::to_string(600 + below(299)) + sensors("PROBE-7") + "}"; break;
    case 7: out += base("ObjectEvent", 2'060, "inspecting", "conformant") + R"(,"action":"OBSERVE","quantityList":[)" + quantity(lot(n, 'C'), 2.33) + R"(],"readPoint":)" + place("PANEL") + R"(,"bizTransactionList":[{"type":"testres","bizTransaction":"urn:epc:id:gdti:9521234.00004.T)" + digits(n, 9) + R"("}],"osetra:grade":")" + std::to_string(below(4)) + R"(","osetra:colour":"dark grey","certificationInfo":"https://panel.example/results/)" + digits(n, 9) + "\"}"; break;
    case 8: case 9: out += base("TransformationEvent", 2'070 + half, "commissioning", "active") + R"(,"inputQuantityList":[)" + quantity(lot(n, 'C'), 1.16) + R"(],"outputEPCList":[)" + tins(half) + R"(],"readPoint":)" + place("TIN") + R"(,"ilmd":{"cbvmda:lotNumber":"C)" + digits(n, 8) + R"(","osetra:cites":"GUE/C/CN/2026/CN-ZJ-0007"}})"; break;
    case 10: case 11: out += base("AggregationEvent", 2'200 + half, "packing", "in_progress") + R"(,"action":"ADD","parentID":)" + quoted(box(n, half)) + R"(,"childEPCs":[)" + tins(half) + R"(],"readPoint":)" + place("PACK") + R"(,"bizLocation":)" + place("COLD") + "}"; break;
    case 12: out += base("TransactionEvent", 2'500, "accepting", "in_progress") + R"(,"action":"ADD","epcList":[)" + quoted(box(n, 0)) + "," + quoted(box(n, 1)) + R"(],"readPoint":)" + place("OFFICE") + papers() + "}"; break;
    case 13: case 14: out += base("ObjectEvent", 2'900 + half, "shipping", "in_transit") + R"(,"action":"OBSERVE","epcList":[)" + quoted(half ? box(n, half) : link_of(box(n, half))) + R"(],"readPoint":)" + place("DOOR") + papers() + sensors("LOGGER-3") + "}"; break;
    case 15: case 16: out += base("ObjectEvent", 3'400 + half, "transporting", "in_transit") + R"(,"action":"OBSERVE","epcList":[)" + quoted(box(n, half)) + R"(],"readPoint":{"id":"geo:31.1443,121.8083"},"osetra:flight":"LH729-)" + digits(n % 365, 3) + '"' + sensors("LOGGER-3") + sensors("LOGGER-4").replace(0, 22, R"(,"osetra:second":[)") + "}"; break;
    case 17: case 18: out += base("ObjectEvent", 4'100 + half, "receiving", "in_progress") + R"(,"action":"OBSERVE","epcList":[)" + quoted(box(n, half)) + R"(],"readPoint":{"id":"urn:epc:id:sgln:9528765.0)" + digits(n / 8 % 300, 4) + R"(.0"},"bizLocation":{"id":"urn:epc:id:sgln:9528765.0)" + digits(n / 8 % 300, 4) + R"(.0"})" + papers() + "}"; break;
    default: out += base("AggregationEvent", 4'300, "unpacking", "in_progress") + R"(,"action":"DELETE","parentID":)" + quoted(box(n, 0)) + R"(,"childEPCs":[)" + tins(0) + R"(],"readPoint":{"id":"urn:epc:id:sgln:9528765.0)" + digits(n / 8 % 300, 4) + R"(.0"}})"; break;
    }
    if (++m_step == events_a_fish) {
        m_step = 0;
        ++m_fish;
    }
}

string Caviar::document(int events) {
    string out = R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"osetra":"https://osetra.example/epcis/","cbvmda":"urn:epcglobal:cbv:mda:","gdst":"https://traceability-dialogue.org/epcis"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T08:00:00Z","epcisBody":{"eventList":[)";
    out.reserve(static_cast<std::size_t>(events) * 1'100);
    for (int i = 0; i < events; ++i) {
        if (i) out += ',';
        event(out);
    }
    return out + "]}}";
}

} // namespace osetra::bench
