#include "trace/engine/event.h"

#include <algorithm>

namespace osetra::trace {

Node const* Node::find(std::string_view child) const {
    auto const at = std::find_if(children.begin(), children.end(), [&](Node const& n) { return n.name == child; });
    return at == children.end() ? nullptr : &*at;
}

std::string_view Node::value(std::string_view child) const {
    auto const* node = find(child);
    return node ? std::string_view{node->text} : std::string_view{};
}

Result<Document> read_epcis(std::string_view text, Limits const& limits) {
    auto const first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string_view::npos && text[first] == '<') return read_xml(text, limits);
    if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) return read_json(text, limits);
    return refuse("epcis_not_told", "An EPCIS document begins with { (JSON) or < (XML); this begins with neither.");
}

} // namespace osetra::trace
