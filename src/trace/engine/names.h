#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trace/engine/event.h"

namespace osetra::trace {

/// The prefixes under which users' namespaces are written: as declared where that can be, and made up elsewhere.
class Prefixes {
public:
    /// Prefixes that begin a value somewhere ("example:7") are avoided: a reader of JSON-LD would take it for a short name.
    explicit Prefixes(Document const&);
    std::string name(std::string_view full) const;   ///< {https://ns.example.com/}x -> example:x; all else unchanged
    std::vector<Namespace> const& all() const { return m_all; }

private:
    void look(Node const&);
    void declare(std::string_view wanted, std::string const& uri);
    std::vector<Namespace> m_all;
    std::map<std::string, std::string, std::less<>> m_of;   ///< uri -> prefix
    std::set<std::string, std::less<>> m_uris, m_heads;
};

/// The namespace of a prefix that every EPCIS 2.0 document has (cbvmda, gs1, cbv, ...); empty for any other.
std::string_view standard_namespace(std::string_view prefix);
bool is_xml_name(std::string_view);   ///< without a colon

} // namespace osetra::trace
