#include "trace/engine/packed.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "trace/engine/bytes.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

// A node: (name << 4 | what follows << 2 | kind), the name where it is not in the list, the text, the children.
// A text: (length << 1) and its bytes, or (beginning << 1 | 1), the length of the rest and the rest.
constexpr std::uint64_t has_text = 1U << 2U, has_children = 1U << 3U;
constexpr char version = 1;
constexpr int most_deep = 200;

/// Stored as their places in this list, from 1; 0: spelled out. Only ever add at the end.
constexpr std::array<string_view, 97> names{
    "epc", "type", "id", "value", "uom", "quantity", "epcClass",
    "quantityElement", "sensorReport", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition", "readPoint", "bizLocation", "action",
    "epcList", "quantityList", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent",
    "parentID", "childEPCs", "childQuantityList", "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "ilmd",
    "bizTransactionList", "bizTransaction", "sourceList", "source", "destinationList", "destination", "persistentDisposition", "set", "unset",
    "sensorElementList", "sensorElement", "sensorMetadata", "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
    "exception", "microorganism", "chemicalSubstance", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
    "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "coordinateReferenceSystem",
    "errorDeclaration", "declarationTime", "reason", "correctiveEventIDs", "correctiveEventID", "certificationInfo", "eventID", "recordTime",
    "Vocabulary", "VocabularyElementList", "VocabularyElement", "attribute", "children", "extension", "certification", "", "lotNumber", "itemExpirationDate",
    "{urn:epcglobal:cbv:mda:}lotNumber", "{urn:epcglobal:cbv:mda:}itemExpirationDate", "{urn:epcglobal:cbv:mda:}productionMethodForFishAndSeafoodCode",
    "{https://osetra.example/epcis/}rubbing_to_tin_s", "{https://osetra.example/voc/}rubbing_to_tin_s", "{https://traceability-dialogue.org/epcis}productOwner",
    "{https://traceability-dialogue.org/epcis}broodstockSource", "{https://traceability-dialogue.org/epcis}aquacultureMethod", "{https://traceability-dialogue.org/epcis}proteinSource",
    "{urn:epcglobal:cbv:mda:}informationProvider", "{https://gs1.org/voc/}certificationInfo", "code"};

/// How many values begin; the same rule.
constexpr std::array<string_view, 34> beginnings{
    "https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/Disp-", "https://ref.gs1.org/cbv/BTT-", "https://ref.gs1.org/cbv/SDT-", "https://ref.gs1.org/cbv/ER-", "https://ref.gs1.org/cbv/Comp-",
    "https://ref.gs1.org/cbv/", "https://gs1.org/voc/",
    "urn:epc:id:sgtin:", "urn:epc:id:sgln:", "urn:epc:id:sscc:", "urn:epc:id:giai:", "urn:epc:id:pgln:", "urn:epc:id:grai:", "urn:epc:id:gdti:", "urn:epc:id:",
    "urn:epc:class:lgtin:", "urn:epc:idpat:sgtin:", "urn:epc:", "urn:uuid:", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:", "urn:epcglobal:epcis:vtype:", "urn:gdst:", "urn:",
    "https://id.gs1.org/01/", "https://id.gs1.org/00/", "https://id.gs1.org/414/", "https://id.gs1.org/417/", "https://id.gs1.org/8004/", "https://id.gs1.org/253/", "https://id.gs1.org/",
    "https://", "http://"};

std::unordered_map<string_view, std::uint64_t> const& numbers_of_names() {
    static auto const all = [] {
        std::unordered_map<string_view, std::uint64_t> map;
        for (std::size_t i = 0; i < names.size(); ++i) map.emplace(names[i], i + 1);
        return map;
    }();
    return all;
}

void put_text(string& out, string_view text) {
    if (text.size() > 6 && (text[0] == 'h' || text[0] == 'u'))
        for (std::size_t i = 0; i < beginnings.size(); ++i)
            if (text.starts_with(beginnings[i])) {
                text.remove_prefix(beginnings[i].size());
                put_number(out, i << 1U | 1U);
                put_number(out, text.size());
                out += text;
                return;
            }
    put_number(out, text.size() << 1U);
    out += text;
}

void put(string& out, Node const& n, std::initializer_list<string_view> without = {}) {
    auto const& known = numbers_of_names();
    auto const at = known.find(n.name);
    auto const name = at == known.end() ? 0 : at->second;
    auto const left_out = [&](Node const& c) { return std::find(without.begin(), without.end(), c.name) != without.end(); };
    auto const children = without.size() == 0 ? n.children.size() : static_cast<std::size_t>(std::count_if(n.children.begin(), n.children.end(), [&](Node const& c) { return !left_out(c); }));
    put_number(out, name << 4U | (n.text.empty() ? 0 : has_text) | (children == 0 ? 0 : has_children) | static_cast<std::uint64_t>(n.kind));
    if (name == 0) put_text(out, n.name);
    if (!n.text.empty()) put_text(out, n.text);
    if (children == 0) return;
    put_number(out, children);
    for (auto const& c : n.children)
        if (without.size() == 0 || !left_out(c)) put(out, c);
}

void get_text(ByteReader& in, string& out) {
    auto const head = in.number();
    if ((head & 1U) == 0) {
        out = in.bytes(head >> 1U);
        return;
    }
    if (head >> 1U >= beginnings.size()) ByteReader::damaged();
    auto const beginning = beginnings[head >> 1U];
    auto const rest = in.bytes(in.number());
    out.reserve(beginning.size() + rest.size());
    out.append(beginning).append(rest);
}

void get(ByteReader& in, Node& n, int deep) {
    auto const head = in.number();
    auto const name = head >> 4U;
    if (deep > most_deep || name > names.size() || (head & 3U) > 2) ByteReader::damaged();
    n.kind = static_cast<Node::Kind>(head & 3U);
    if (name == 0) get_text(in, n.name);
    else n.name = names[name - 1];
    if ((head & has_text) != 0) get_text(in, n.text);
    if ((head & has_children) == 0) return;
    auto const children = in.number();
    n.children.reserve(std::min<std::uint64_t>(children, 1'024));   // what damaged bytes say is not believed
    for (std::uint64_t i = 0; i < children; ++i) get(in, n.children.emplace_back(), deep + 1);
}

} // namespace

string packed(Node const& event, std::initializer_list<string_view> without) {
    string out;
    out.reserve(512);
    out += version;
    put(out, event, without);
    return out;
}

Node unpacked(string_view bytes) {
    if (bytes.empty() || bytes[0] != version) ByteReader::damaged();
    ByteReader in{bytes.substr(1)};
    Node event;
    get(in, event, 0);
    if (!in.done()) ByteReader::damaged();
    return event;
}

} // namespace osetra::trace
