#include "trace/engine/names.h"

#include <algorithm>
#include <array>

namespace osetra::trace {
namespace {

/// Prefixes that EPCIS's own context holds; users' names may stand under them without being declared.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> standard{{
    {"cbvmda", "urn:epcglobal:cbv:mda:"}, {"gs1", "https://gs1.org/voc/"}, {"cbv", "https://ref.gs1.org/cbv/"},
    {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"}, {"dcterms", "http://purl.org/dc/terms/"}, {"owl", "http://www.w3.org/2002/07/owl#"}}};
constexpr std::array<std::string_view, 10> taken{"epcis", "epcisq", "xsi", "xml", "xmlns", "id", "type", "http", "https", "urn"};

} // namespace

bool is_xml_name(std::string_view s) {
    auto const letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; };
    return !s.empty() && letter(s[0]) && std::all_of(s.begin(), s.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

Prefixes::Prefixes(Document const& document) {
    for (auto const& event : document.events) look(event);
    for (auto const& vocabulary : document.vocabularies) look(vocabulary);
    for (auto const& name : document.not_hashed) look({name, {}, {}, Node::Kind::text});
    for (auto const& n : document.namespaces)
        if (!n.uri.empty() && n.uri[0] != '@') declare(n.prefix, n.uri);
    for (auto const& uri : m_uris) {
        auto const known = std::find_if(standard.begin(), standard.end(), [&](auto const& s) { return s.second == uri; });
        declare(known == standard.end() ? std::string_view{} : known->first, uri);
    }
}

void Prefixes::look(Node const& node) {
    if (node.name.starts_with('{'))
        if (auto const end = node.name.find('}'); end != std::string::npos) m_uris.insert(node.name.substr(1, end - 1));
    if (auto const colon = node.text.find(':'); colon != std::string::npos && colon < 40) m_heads.insert(node.text.substr(0, colon));
    for (auto const& child : node.children) look(child);
}

void Prefixes::declare(std::string_view wanted, std::string const& uri) {
    if (m_of.contains(uri)) return;
    auto const free = [&](std::string_view p) {
        return is_xml_name(p) && !m_heads.contains(p) && std::find(taken.begin(), taken.end(), p) == taken.end() &&
               std::none_of(m_all.begin(), m_all.end(), [&](Namespace const& n) { return n.prefix == p; });
    };
    std::string prefix{wanted};
    for (int n = 1; !free(prefix); ++n) prefix = "ns" + std::to_string(n);
    m_all.push_back({prefix, uri});
    m_of.emplace(uri, prefix);
}

std::string Prefixes::name(std::string_view full) const {
    if (!full.starts_with('{')) return std::string{full};
    auto const end = full.find('}');
    if (end == std::string_view::npos) return std::string{full};
    auto const at = m_of.find(full.substr(1, end - 1));
    return at == m_of.end() ? std::string{full} : at->second + ':' + std::string{full.substr(end + 1)};
}

} // namespace osetra::trace
