#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include <expat.h>

#include "trace/engine/event.h"
#include "trace/engine/vocabulary.h"

namespace osetra::trace {
namespace {

using std::size_t;
using std::string;
using std::string_view;

constexpr char separator = '\x01';   // no XML text can hold these two
constexpr char odd = '\x02';         // begins the name of an element that the hash's reference takes for a user's

string_view stripped(string_view s) {
    auto const from = s.find_first_not_of(" \t\r\n");
    if (from == string_view::npos) return {};
    return s.substr(from, s.find_last_not_of(" \t\r\n") - from + 1);
}

/// EPCIS's own elements by their bare name, whether or not the sender gave them its namespace (in events, marked as odd where he did); users' as {namespace}name.
string name_of(char const* expanded, bool in_event = false) {
    auto const* at = std::strchr(expanded, separator);
    if (!at) return expanded;
    string_view const uri{expanded, static_cast<size_t>(at - expanded)};
    auto const own = uri.starts_with("urn:epcglobal:epcis:xsd:") || uri.starts_with("urn:epcglobal:epcis-query:xsd:") || uri.starts_with("urn:epcglobal:epcis-masterdata:xsd:");
    if (own && !in_event) return at + 1;
    return (own ? string{odd} : string{}) + '{' + string{uri} + '}' + string{at + 1};
}

bool is_odd(Node const& n) { return n.name.starts_with(odd) || std::any_of(n.children.begin(), n.children.end(), is_odd); }

/// As the reference names things.
void name_as_spelled(Node& n) {
    if (n.name.starts_with(odd)) n.name.erase(0, 1);
    for (auto& child : n.children) name_as_spelled(child);
}

bool means_nothing(string_view name) { return name == "extension" || name == "baseExtension"; }

/// As the elements are meant.
void name_as_meant(Node& n) {
    if (n.name.starts_with(odd)) n.name.erase(0, std::max(n.name.find('}') + 1, size_t{1}));
    std::vector<Node> children;
    children.reserve(n.children.size());
    for (auto& child : n.children) {
        name_as_meant(child);
        if (means_nothing(child.name)) std::move(child.children.begin(), child.children.end(), std::back_inserter(children));
        else children.push_back(std::move(child));
    }
    n.children = std::move(children);
}

struct Reading {
    XML_Parser xml;
    Limits limits;
    std::optional<Refusal> no;
    std::vector<Node> open;          // the way down to where we are
    Node root;
    std::vector<Namespace> namespaces;
    size_t nodes = 0;
    int lists = 0;                   // how many EventLists are open
    bool any_odd = false;

    void stop(Refusal refusal) {
        if (!no) no = std::move(refusal);
        XML_StopParser(xml, XML_FALSE);
    }
    string line() const { return std::to_string(XML_GetCurrentLineNumber(xml)); }
};

void on_begin(void* user, char const* name, char const** attributes) {
    auto& r = *static_cast<Reading*>(user);
    if (r.no) return;
    if (static_cast<int>(r.open.size()) >= r.limits.depth)
        return r.stop({"xml_too_deep", "Elements are nested more than " + std::to_string(r.limits.depth) + " deep.", "line " + r.line()});
    Node node{name_of(name, r.lists > 0), {}, {}, Node::Kind::text};
    if (node.name == "EventList") ++r.lists;
    if (node.name.starts_with(odd)) r.any_odd = true;
    ++r.nodes;
    for (; *attributes; attributes += 2, ++r.nodes) {
        auto const value = stripped(attributes[1]);
        node.children.push_back({name_of(attributes[0]), full_curie(value), {}, Node::Kind::text});
    }
    if (r.nodes > r.limits.nodes) return r.stop({"epcis_too_large", "The document has more than " + std::to_string(r.limits.nodes) + " elements. Send it in parts.", {}});
    r.open.push_back(std::move(node));
}

void on_end(void* user, char const*) {
    auto& r = *static_cast<Reading*>(user);
    if (r.no || r.open.empty()) return;
    auto node = std::move(r.open.back());
    r.open.pop_back();
    if (node.text.find_first_of(" \t\r\n:") != string::npos) node.text = full_curie(stripped(node.text));
    if (r.open.empty()) { r.root = std::move(node); return; }
    auto& above = r.open.back().children;
    if (node.name == "EventList") --r.lists;
    // EPCIS 1.x put what it added later into an element of this name; it means nothing by itself. <extension/>, an end without bytes of its own, is a field for the reference
    if (means_nothing(node.name) && r.lists > 0 && XML_GetCurrentByteCount(r.xml) == 0) {
        r.any_odd = true;
        above.push_back({string{odd} + node.name, {}, {}, Node::Kind::text});
    } else if (means_nothing(node.name)) std::move(node.children.begin(), node.children.end(), std::back_inserter(above));
    else above.push_back(std::move(node));
}

void on_text(void* user, char const* s, int length) {
    auto& r = *static_cast<Reading*>(user);
    if (r.no || r.open.empty()) return;
    r.open.back().text.append(s, static_cast<size_t>(length));
}

void on_namespace(void* user, char const* prefix, char const* uri) {
    auto& r = *static_cast<Reading*>(user);
    if (r.no || !prefix || !uri) return;
    string_view const u{uri};
    if (u.starts_with("urn:epcglobal:epcis") || u == "http://www.w3.org/2001/XMLSchema-instance") return;
    if (r.namespaces.size() >= 1'000) return r.stop({"epcis_too_large", "The document declares more than 1000 namespaces.", "line " + r.line()});
    auto const known = std::any_of(r.namespaces.begin(), r.namespaces.end(), [&](Namespace const& n) { return n.uri == u || n.prefix == prefix; });
    if (!known) r.namespaces.push_back({prefix, string{u}});
}

void on_doctype(void* user, char const*, char const*, char const*, int) {
    auto& r = *static_cast<Reading*>(user);
    r.stop({"xml_doctype", "A document type (DOCTYPE) has no place in EPCIS. Take it out.", "line " + r.line()});
}

Node const* descendant(Node const& from, string_view name) {
    for (auto const& child : from.children) {
        if (child.name == name) return &child;
        if (child.name == "EventList") continue;   // what users write into events is not looked through
        if (auto const* found = descendant(child, name)) return found;
    }
    return nullptr;
}

} // namespace

Result<Document> read_xml(string_view text, Limits const& limits) {
    if (text.size() > limits.bytes) return refuse("epcis_too_large", "The document has more than " + std::to_string(limits.bytes) + " bytes. Send it in parts.");
    Reading r{XML_ParserCreateNS(nullptr, separator), limits, {}, {}, {}, {}, 0};
    struct Free { void operator()(XML_Parser p) const { XML_ParserFree(p); } };
    std::unique_ptr<XML_ParserStruct, Free> const owner{r.xml};
    XML_SetUserData(r.xml, &r);
    XML_SetElementHandler(r.xml, on_begin, on_end);
    XML_SetCharacterDataHandler(r.xml, on_text);
    XML_SetStartDoctypeDeclHandler(r.xml, on_doctype);
    XML_SetNamespaceDeclHandler(r.xml, on_namespace, nullptr);
    constexpr size_t piece = 1u << 20;
    for (size_t at = 0;; at += piece) {
        auto const part = text.substr(std::min(at, text.size()), piece);
        auto const last = at + piece >= text.size();
        auto const status = XML_Parse(r.xml, part.data(), static_cast<int>(part.size()), last ? XML_TRUE : XML_FALSE);
        if (r.no) return tl::unexpected(*r.no);
        if (status != XML_STATUS_OK)
            return refuse("xml_malformed", "This is not well-formed XML: " + string{XML_ErrorString(XML_GetErrorCode(r.xml))} + ".", "line " + r.line() + " column " + std::to_string(XML_GetCurrentColumnNumber(r.xml) + 1));
        if (last) break;
    }

    Document out;
    out.namespaces = std::move(r.namespaces);
    if (r.root.name.ends_with("Event")) {
        out.kind = Document::Kind::single_event;
        out.events.push_back(std::move(r.root));
        return out;
    }
    if (auto const version = r.root.value("schemaVersion"); !version.empty()) out.schema_version = version;
    out.creation_date = r.root.value("creationDate");
    if (auto const* list = descendant(r.root, "VocabularyList")) out.vocabularies = list->children;
    for (auto const& n : r.root.children)
        if (n.name.starts_with('{') && !n.name.ends_with("}ignoreFields") && !n.name.starts_with("{http://www.w3.org/2001/XMLSchema-instance}")) out.extensions.push_back(n);
    for (auto const& n : r.root.children)
        if (n.name == "{https://repository-x.example.com/}ignoreFields")
            for (auto const& field : n.children) out.not_hashed.push_back(field.name);
    if (auto const* name = descendant(r.root, "queryName")) { out.kind = Document::Kind::query_results; out.query_name = name->text; }
    auto const* list = descendant(r.root, "EventList");
    if (!list) return refuse("epcis_no_events", "The document has no EventList.", r.root.name);
    if (list->children.size() > limits.events)
        return refuse("epcis_too_large", "The document has " + std::to_string(list->children.size()) + " events; at most " + std::to_string(limits.events) + " are taken at once.", "EventList");
    out.events = std::move(const_cast<Node*>(list)->children);
    if (!r.any_odd) return out;
    std::erase_if(out.events, [](Node const& n) { return n.name.starts_with(odd) && means_nothing(string_view{n.name}.substr(1)); });   // <extension/> beside events
    for (size_t i = 0; i < out.events.size(); ++i) {
        if (!is_odd(out.events[i])) continue;
        name_as_spelled(out.spelled[i] = out.events[i]);
        name_as_meant(out.events[i]);
    }
    return out;
}

} // namespace osetra::trace
