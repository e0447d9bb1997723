#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "trace/engine/event.h"
#include "trace/engine/identifiers.h"
#include "trace/lineage_sql.h"
#include "trace/trace.h"

// What tests of lineage share: documents of shared/data, and a store that is filled without a repository.
namespace osetra::trace::testing {

inline std::filesystem::path data() { return std::filesystem::path{OSETRA_ROOT} / ".." / "shared" / "data" / "epcis"; }
inline std::optional<std::string> text_of_file(std::filesystem::path const& path) {
    std::ifstream in{data() / path, std::ios::binary};
    if (!in) return {};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// A repository that is filled a document or an event at a time, and the web of links in it.
class Filled {
public:
    Filled(store::Db& db, Enterprise enterprise) : events(db, enterprise), store(db, enterprise), m_db(db) {}

    std::vector<Captured> take(Document const& document, Teller teller = Teller::foreign) {
        store::Transaction transaction{m_db};
        m_now += std::chrono::seconds{1};
        auto captured = events.capture(document, teller, OnError::proceed, m_now);
        transaction.commit();
        return captured;
    }
    std::vector<Captured> take(Document const& from, Node const& event, Teller teller = Teller::foreign) {
        Document one;
        one.namespaces = from.namespaces;
        one.kind = Document::Kind::single_event;
        one.events = {event};
        return take(one, teller);
    }

    Repository events;
    LineageStore store;

private:
    store::Db& m_db;
    Instant m_now{std::chrono::sys_days{std::chrono::June / 2 / 2026}};
};

struct Sets {
    std::set<std::string> result, containers;
    friend bool operator==(Sets const&, Sets const&) = default;
};
/// What was transformed into or from the start, and what held that, as Digital Links.
inline Sets sets_of(Lineage const& lineage) {
    Sets s;
    for (auto const& r : lineage.things) {
        auto const& name = lineage.name(r.thing);
        auto const link = to_digital_link(name).value_or(name);
        if (r.has(Via::start)) continue;
        if (r.has(Via::transformed)) s.result.insert(link);
        else if (r.has(Via::contained)) s.containers.insert(link);
    }
    return s;
}

} // namespace osetra::trace::testing
