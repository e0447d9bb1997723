#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trace/engine/query.h"
#include "trace/engine/terms.h"

namespace {

using namespace osetra::trace;

class NoData final : public MasterData {
public:
    std::vector<std::string> with_descendants(std::string_view id) const override { return {std::string{id}}; }
    std::vector<std::string> attribute(std::string_view id, std::string_view) const override { return {std::string{id}}; }
};

/// Up to the next byte `end`, which is taken away.
std::string_view next(std::string_view& rest, char end) {
    auto const at = rest.find(end);
    auto const piece = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return piece;
}

constexpr std::string_view sample = R"json({"@context":[{"ex":"urn:ex:"}],"type":"ObjectEvent","eventTime":"2026-03-02T14:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"shipping",
 "epcList":["urn:epc:id:sgtin:9521234.110005.7","https://id.gs1.org/00/395212340000003909","urn:epc:id:gid:1.2.3"],"quantityList":[{"epcClass":"https://id.gs1.org/01/09521234100058/10/L1","quantity":1.5,"uom":"KGM"}],
 "readPoint":{"id":"urn:epc:id:sgln:9521234.00001.P1A"},"bizTransactionList":[{"type":"po","bizTransaction":"urn:ex:1"}],"ilmd":{"ex:salt":3.5,"ex:line":{"ex:code":"L-9"}},"ex:note":"x","ex:at":"2026-03-02T13:59:00+08:00",
 "sensorElementList":[{"sensorMetadata":{"time":"2026-03-05T00:00:00Z","ex:sim":1},"sensorReport":[{"type":"Temperature","value":4,"sDev":0.5,"uom":"CEL","stringValue":"IV"}]}]})json";

} // namespace

// First an event (nothing: a sample), then after a zero byte lines of name=value: any question is refused with a sentence or answered, and an answer has
// its marks.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<char const*>(data), size};
    auto const text = next(rest, '\0');
    Limits limits;
    limits.events = 10;
    auto const document = read_epcis(text.empty() ? sample : text, limits);
    if (!document) return 0;
    std::vector<Parameter> parameters;
    while (!rest.empty()) {
        auto line = next(rest, '\n');
        auto const name = next(line, '=');
        Parameter p{std::string{name}, {}};
        while (!line.empty()) p.values.emplace_back(next(line, '|'));
        parameters.push_back(std::move(p));
    }
    auto const query = parse_query(parameters, {{"ex", "urn:ex:"}}, NoData{});
    if (!query) {
        if (query.error().code != "query_parameter" || query.error().message.empty()) __builtin_trap();
        return 0;
    }
    for (auto const& event : document->events) {
        auto const marks = marks_of(event);
        (void)sort_key(*query, event);
        if (!matches(*query, {event, {}}, NoData{})) continue;
        for (auto const& list : query->marks) {
            auto found = false;
            for (auto const m : list) for (auto const has : marks) found = found || m == has;
            if (!found) __builtin_trap();
        }
    }
    return 0;
}
