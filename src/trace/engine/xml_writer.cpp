#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>

#include "trace/engine/event.h"
#include "trace/engine/names.h"
#include "trace/engine/spelling.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

// The order of elements in EPCglobal-epcis-2_0.xsd; that of 1.2 is the same, for what it has.
constexpr std::array<string_view, 7> common{"eventTime", "recordTime", "eventTimeZoneOffset", "baseExtension", "eventID", "errorDeclaration", "certificationInfo"};
constexpr std::array<string_view, 13> object_event{"epcList", "action", "bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList", "quantityList",
    "sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd"};
constexpr std::array<string_view, 13> aggregation_event{"parentID", "childEPCs", "action", "bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList",
    "childQuantityList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition"};
constexpr std::array<string_view, 13> transaction_event{"bizTransactionList", "parentID", "epcList", "action", "bizStep", "disposition", "readPoint", "bizLocation",
    "quantityList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition"};
constexpr std::array<string_view, 15> transformation_event{"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "bizStep",
    "disposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd"};
constexpr std::array<string_view, 13> association_event{"parentID", "childEPCs", "childQuantityList", "action", "bizStep", "disposition", "readPoint", "bizLocation",
    "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition"};
constexpr std::array<string_view, 3> quantity_element{"epcClass", "quantity", "uom"};
constexpr std::array<string_view, 2> persistent{"unset", "set"};
constexpr std::array<string_view, 3> error{"declarationTime", "reason", "correctiveEventIDs"};
constexpr std::array<string_view, 2> sensor_element{"sensorMetadata", "sensorReport"};
constexpr std::array<string_view, 1> place{"id"};
constexpr std::array<string_view, 6> object_extension{"quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd", "extension"};
constexpr std::array<string_view, 3> base_extension{"eventID", "errorDeclaration", "extension"};

std::span<string_view const> order_in(string_view name) {
    if (name == "ObjectEvent") return object_event;
    if (name == "AggregationEvent") return aggregation_event;
    if (name == "TransactionEvent") return transaction_event;
    if (name == "TransformationEvent") return transformation_event;
    if (name == "AssociationEvent") return association_event;
    if (name == "quantityElement") return quantity_element;
    if (name == "persistentDisposition") return persistent;
    if (name == "errorDeclaration") return error;
    if (name == "sensorElement") return sensor_element;
    if (name == "readPoint" || name == "bizLocation") return place;
    if (name == "extension") return object_extension;
    if (name == "baseExtension") return base_extension;
    return {};
}

template <std::size_t N> bool in(std::array<string_view, N> const& list, string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

/// An event in the shape of EPCglobal-epcis-1_2.xsd: what came later goes into the extensions that it left open.
Node in_1_2(Node event) {
    static constexpr std::array<string_view, 2> late{"sensorElementList", "persistentDisposition"};
    static constexpr std::array<string_view, 5> beyond_1_0{"quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd"};
    if (event.is_extension()) return event;
    auto const transformation = event.name == "TransformationEvent";
    Node base{"baseExtension", {}, {}, Node::Kind::text}, base_more{"extension", {}, {}, Node::Kind::text}, inner = base_more, innermost = base_more;
    std::vector<Node> stay;
    for (auto& field : event.children) {
        if (field.name == "eventID" || field.name == "errorDeclaration") base.children.push_back(std::move(field));
        else if (field.name == "certificationInfo") base_more.children.push_back(std::move(field));
        else if (in(late, field.name)) (transformation ? inner : innermost).children.push_back(std::move(field));
        else if (!transformation && event.name != "AssociationEvent" && in(beyond_1_0, field.name)) inner.children.push_back(std::move(field));
        else stay.push_back(std::move(field));
    }
    event.children = std::move(stay);
    string const things = event.name == "ObjectEvent" || event.name == "TransactionEvent" ? "epcList" : event.name == "AggregationEvent" ? "childEPCs" : "";
    if (!things.empty() && !event.find(things)) event.children.push_back({things, {}, {}, Node::Kind::text});   // 1.2 wants the list, if only an empty one
    auto const put = [](Node& above, Node&& below) { if (!below.children.empty()) above.children.push_back(std::move(below)); };
    put(base, std::move(base_more));
    put(event, std::move(base));
    put(inner, std::move(innermost));
    put(event, std::move(inner));
    auto const wrapped = [](Node n) { return Node{"extension", {}, {std::move(n)}, Node::Kind::text}; };
    if (transformation) return wrapped(std::move(event));
    return event.name == "AssociationEvent" ? wrapped(wrapped(std::move(event))) : event;
}

class Writer {
public:
    Writer(Document const& d, XmlVersion version) : m_d{d}, m_old{version == XmlVersion::v1_2}, m_names{d} {}

    Result<string> write() {
        auto const results = m_d.kind == Document::Kind::query_results;
        m_out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<";
        auto const root = results ? "epcisq:EPCISQueryDocument" : "epcis:EPCISDocument";
        m_out += root;
        char const* const xsd = m_old ? "1\"" : "2\"";
        if (results) m_out += string{" xmlns:epcisq=\"urn:epcglobal:epcis-query:xsd:"} + xsd;
        m_out += string{" xmlns:epcis=\"urn:epcglobal:epcis:xsd:"} + xsd;
        for (auto const& n : m_names.all()) m_out.append(" xmlns:").append(n.prefix).append("=\"").append(escaped(n.uri)) += '"';
        auto const declared = m_out.size();
        // a single event has no date of its own document; XML knows no event without one, so the event's time is taken
        auto const date = !m_d.creation_date.empty() || m_d.events.empty() ? m_d.creation_date : string{m_d.events[0].value("eventTime")};
        m_out += string{" schemaVersion=\""} + (m_old ? "1.2" : "2.0") + "\" creationDate=\"" + escaped(date) + "\">\n";
        header(date);
        if (!m_d.not_hashed.empty()) m_after += ignored();
        m_out += "  <EPCISBody>\n";
        if (results) m_out += "  <epcisq:QueryResults>\n  <queryName>" + escaped(m_d.query_name) + "</queryName>\n" + (m_d.subscription_id.empty() ? "" : "  <subscriptionID>" + escaped(m_d.subscription_id) + "</subscriptionID>\n") + "  <resultsBody>\n";
        m_out += "    <EventList>\n";
        for (auto const& event : m_d.events) element(m_old ? in_1_2(event) : event, 3);
        m_out += "    </EventList>\n";
        if (results) m_out += "  </resultsBody>\n  </epcisq:QueryResults>\n";
        m_out += "  </EPCISBody>\n";
        for (auto const& n : m_d.extensions) element(n, 1);
        m_out += m_after + "</" + string{root} + ">\n";
        string more;   // prefixes of EPCIS's own context that the document used without declaring them
        for (auto const& [prefix, uri] : m_undeclared) more.append(" xmlns:").append(prefix).append("=\"").append(uri) += '"';
        m_out.insert(declared, more);
        if (m_no) return tl::unexpected(*m_no);
        return std::move(m_out);
    }

private:
    string escaped(string_view s) {
        string out;
        if (s.find("\xEF\xBF\xBE") != string_view::npos || s.find("\xEF\xBF\xBF") != string_view::npos) cannot("a value holds a code that is no character.");
        for (char const c : s)
            switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += "&#10;"; break;
            case '\r': out += "&#13;"; break;
            case '\t': out += "&#9;"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) cannot("a value holds a control character.");
                out += c;
            }
        return out;
    }
    void cannot(string const& why, string at = {}) {
        if (!m_no) m_no = Refusal{"xml_cannot_say", "XML cannot say this: " + why, std::move(at)};
    }
    string name(string_view full) {
        auto out = m_names.name(full);
        auto const colon = out.find(':');
        if (colon == string::npos) {
            if (!is_xml_name(out)) cannot("no element can have the name '" + out + "'. Rename the field.", out);
            return out;
        }
        auto const prefix = out.substr(0, colon);
        if (!is_xml_name(prefix) || !is_xml_name(string_view{out}.substr(colon + 1))) cannot("no element can have the name '" + out + "'. Rename the field.", out);
        if (full.starts_with('{')) return out;
        static std::map<string, string, std::less<>> const standard{{"cbvmda", "urn:epcglobal:cbv:mda:"}, {"gs1", "https://gs1.org/voc/"}, {"cbv", "https://ref.gs1.org/cbv/"},
                                                                    {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"}, {"dcterms", "http://purl.org/dc/terms/"}};
        auto const at = standard.find(prefix);
        if (at == standard.end()) cannot("the prefix of '" + out + "' is not declared. Declare it in the @context.", out);
        else if (auto const declared = std::find_if(m_names.all().begin(), m_names.all().end(), [&](Namespace const& n) { return n.prefix == prefix; }); declared == m_names.all().end())
            m_undeclared.insert(*at);
        else if (declared->uri != at->second) cannot("the prefix of '" + out + "' is declared for something else. Declare another.", out);
        return out;
    }

    /// What XML writes into the start of an element: a transaction's type, all of a sensor's report.
    static bool is_attribute(Node const& above, Node const& n) {
        if (!n.children.empty()) return false;
        if (above.name == "bizTransaction" || above.name == "source" || above.name == "destination") return n.name == "type";
        if (above.name == "sensorMetadata" || above.name == "sensorReport") return true;
        if (above.name == "Vocabulary") return n.name == "type";
        if (above.name == "VocabularyElement" || above.name == "attribute") return n.name == "id";
        return false;
    }

    void element(Node const& node, int depth) {
        string const indent(static_cast<std::size_t>(depth) * 2, ' ');
        auto const tag = name(node.name);
        m_out += indent + '<' + tag;
        std::vector<Node const*> below;
        std::vector<string> attributes;
        for (auto const& c : node.children) {
            if (!is_attribute(node, c)) { below.push_back(&c); continue; }
            auto attribute = name(c.name);
            if (std::find(attributes.begin(), attributes.end(), attribute) != attributes.end()) { cannot("the field " + attribute + " stands twice in one " + node.name + ".", attribute); continue; }
            m_out += ' ' + attribute + "=\"" + escaped(c.text) + '"';
            attributes.push_back(std::move(attribute));
        }
        if (below.empty() && node.text.empty()) { m_out += "/>\n"; return; }
        m_out += '>' + escaped(node.text);
        if (!below.empty()) {
            m_out += '\n';
            auto const known = order_in(node.name);
            auto const event = node.name.ends_with("Event") && !node.is_extension();
            auto const rank = [&](Node const* n) {
                auto const first = event ? std::find(common.begin(), common.end(), n->name) - common.begin() : 0;
                if (event && first < static_cast<std::ptrdiff_t>(common.size())) return first;
                auto const at = std::find(known.begin(), known.end(), n->name) - known.begin();
                return 100 + at + (at == std::ssize(known) && n->name != "extension" ? 1 : 0);   // users' fields come last
            };
            if (!known.empty()) std::stable_sort(below.begin(), below.end(), [&](auto const* a, auto const* b) { return rank(a) < rank(b); });
            for (auto const* c : below) element(*c, depth + 1);
            m_out += indent;
        }
        m_out += "</" + tag + ">\n";
    }

    void header(string const& date) {
        if (m_d.vocabularies.empty()) return;
        m_out += "  <EPCISHeader>\n";
        // 1.2 has no header without this; who sends it to whom is nothing that a document of 2.0 says
        if (m_old)
            m_out += "  <StandardBusinessDocumentHeader xmlns=\"http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader\"><HeaderVersion>1.0</HeaderVersion><Sender><Identifier/></Sender><Receiver><Identifier/></Receiver>"
                     "<DocumentIdentification><Standard>EPCglobal</Standard><TypeVersion>1.0</TypeVersion><InstanceIdentifier/><Type>MasterData</Type>"
                     "<CreationDateAndTime>" + escaped(date) + "</CreationDateAndTime></DocumentIdentification></StandardBusinessDocumentHeader>\n";
        m_out += "  <extension>\n  <EPCISMasterData>\n    <VocabularyList>\n";
        for (auto const& vocabulary : m_d.vocabularies) element(vocabulary, 3);
        m_out += "    </VocabularyList>\n  </EPCISMasterData>\n  </extension>\n  </EPCISHeader>\n";
    }
    string ignored() {
        auto const tag = name("{https://repository-x.example.com/}ignoreFields");
        string out = "  <" + tag + '>';
        for (auto const& field : m_d.not_hashed) out += '<' + name(field) + "/>";
        return out + "</" + tag + ">\n";
    }

    Document const& m_d;
    bool const m_old;
    Prefixes m_names;
    std::map<string, string, std::less<>> m_undeclared;
    std::optional<Refusal> m_no;
    string m_out, m_after;
};

} // namespace

Result<string> write_xml(Document const& document, XmlVersion version) {
    if (version == XmlVersion::v2_0) return Writer{document, version}.write();
    auto old = document;
    spell_words(old, WordFormat::urn);
    return Writer{old, version}.write();
}

} // namespace osetra::trace
