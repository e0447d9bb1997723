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

std::string_view standard_namespace(std::string_view prefix) {
    auto const at = std::find_if(standard.begin(), standard.end(), [&](auto const& s) { return s.first == prefix; });
    return at == standard.end() ? std::string_view{} : at->second;
}

bool is_xml_name(std::string_view s) {
    if (s.empty()) return false;
    for (std::size_t i = 0; i < s.size();) {
        auto const c = static_cast<unsigned char>(s[i]);
        auto const ascii = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (i > 0 && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
        if (c < 0x80) {
            if (!ascii) return false;
            ++i;
            continue;
        }
        // Letters that the older editions of XML 1.0 take too, which is what parsers in use go by: Latin, Cyrillic, Chinese, Hangul.
        auto const length = c >= 0xF0 ? 4U : c >= 0xE0 ? 3U : 2U;
        if (i + length > s.size()) return false;
        char32_t letter = c & (0xFFU >> (length + 1));
        for (auto k = i + 1; k < i + length; ++k) letter = letter << 6 | (static_cast<unsigned char>(s[k]) & 0x3FU);
        auto const between = [&](char32_t low, char32_t high) { return letter >= low && letter <= high; };
        if (!(between(0xC0, 0xD6) || between(0xD8, 0xF6) || between(0xF8, 0xFF) || between(0x410, 0x44F) || between(0x4E00, 0x9FA5) || between(0xAC00, 0xD7A3))) return false;
        i += length;
    }
    return true;
}

Prefixes::Prefixes(Document const& document) {
    for (auto const& event : document.events) look(event);
    for (auto const& vocabulary : document.vocabularies) look(vocabulary);
    for (auto const& extension : document.extensions) look(extension);
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
    if (auto const colon = node.text.find(':'); colon < 40) m_heads.insert(node.text.substr(0, colon));
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
