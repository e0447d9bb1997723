#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/result.h"

namespace osetra::trace {

/// One field of an event, or the event itself. Both spellings of EPCIS 2.0 are read into the same tree, which has the shape
/// of the XML: lists hold named elements, and an XML attribute is a child. What EPCIS defines has its bare name; what users
/// add is named {namespace}name.
struct Node {
    enum class Kind { text, number, truth };   ///< how JSON writes the value of a field that EPCIS does not define

    std::string name;
    std::string text;
    std::vector<Node> children;
    Kind kind = Kind::text;

    Node const* find(std::string_view child) const;
    std::string_view value(std::string_view child) const;   ///< its text; empty where there is no such child
    bool is_extension() const { return name.starts_with('{') || name.find(':') != std::string::npos; }
    friend bool operator==(Node const&, Node const&) = default;
};

struct Namespace {
    std::string prefix, uri;
    friend bool operator==(Namespace const&, Namespace const&) = default;
};

/// A document, or a single event that was given alone.
struct Document {
    enum class Kind { events, query_results, single_event };

    Kind kind = Kind::events;
    bool json = false;                      ///< it was read from JSON ...
    bool context = false;                   ///< ... that has an @context
    std::string schema_version = "2.0";
    std::string creation_date;
    std::string query_name;                 ///< of query results
    std::string subscription_id;            ///< of results that somebody subscribed to
    std::vector<Namespace> namespaces;      ///< of users' own fields, in the order declared
    std::vector<Node> vocabularies;         ///< master data of the header, each a Vocabulary as in the XML
    std::vector<Node> extensions;           ///< users' fields of the document itself
    std::vector<std::string> not_hashed;    ///< names of fields that the sender's repository added (ignoreFields)
    std::vector<Node> events;
    /// Events, by their place, that hash as their sender spelled them: EPCIS's own elements with a prefix, or an empty <extension/>, which the hash's
    /// reference takes for users' fields.
    std::map<std::size_t, Node> spelled;

    Node const& hashed(std::size_t event) const { auto const at = spelled.find(event); return at == spelled.end() ? events[event] : at->second; }
};

/// What is taken from strangers, at most.
struct Limits {
    std::size_t bytes = 64u << 20;
    std::size_t events = 10'000;
    int depth = 32;
    std::size_t nodes = 4'000'000;
};

/// JSON-LD of EPCIS 2.0. Contexts are never fetched: prefixes that the document itself declares are known, and EPCIS's own
/// words. Refusals: epcis_too_large, json_malformed, json_too_deep, json_duplicate, epcis_no_events, epcis_field_kind.
Result<Document> read_json(std::string_view text, Limits const& = {});
/// XML of EPCIS 2.0 and 1.2. Refusals: epcis_too_large, xml_malformed, xml_too_deep, xml_doctype, epcis_no_events.
Result<Document> read_xml(std::string_view text, Limits const& = {});
/// Whichever of the two it is, by its first mark. Refusal: epcis_not_told, where it begins like neither.
Result<Document> read_epcis(std::string_view text, Limits const& = {});

std::string write_json(Document const&);
enum class XmlVersion { v1_2, v2_0 };
/// What EPCIS 1.2 had no place for goes where its schema lets later versions put it (<extension>), and its words are URNs. Refusal: xml_cannot_say (a user's
/// field whose name no XML element may have).
Result<std::string> write_xml(Document const&, XmlVersion = XmlVersion::v2_0);

} // namespace osetra::trace
