#include <algorithm>
#include <set>

#include "trace/trace.h"

namespace osetra::trace {
namespace {

void look(Node const& node, std::set<std::string, std::less<>>& uris) {
    if (node.name.starts_with('{'))
        if (auto const end = node.name.find('}'); end != std::string::npos) uris.insert(node.name.substr(1, end - 1));
    for (auto const& child : node.children) look(child, uris);
}

} // namespace

Document results_of(std::vector<Event> events, std::map<std::string, std::string, std::less<>> const& prefixes, Instant now) {
    Document document;
    document.kind = Document::Kind::query_results;
    document.creation_date = text_of(now);
    document.query_name = "SimpleEventQuery";
    std::set<std::string, std::less<>> uris;
    for (auto& event : events) {
        auto& fields = event.tree.children;
        auto const time = std::find_if(fields.begin(), fields.end(), [](Node const& n) { return n.name == "eventTime"; });
        fields.insert(time == fields.end() ? time : time + 1, Node{"recordTime", text_of(event.recorded_at), {}, Node::Kind::text});
        look(event.tree, uris);
        document.events.push_back(std::move(event.tree));
    }
    for (auto const& [prefix, uri] : prefixes)
        if (uris.erase(uri)) document.namespaces.push_back({prefix, uri});
    return document;
}

} // namespace osetra::trace
