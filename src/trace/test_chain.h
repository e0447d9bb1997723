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

/// Takes events as a repository would: numbers them and remembers their names.
class Filled {
public:
    Filled(store::Db& db, Enterprise enterprise) : store(db, enterprise), m_db(db) {}

    void take(std::vector<Node> const& events) {
        store::Transaction transaction{m_db};
        std::vector<Taken> taken;
        auto const first = m_all.size();
        for (auto const& e : events) m_all.push_back(e);
        for (auto i = first; i < m_all.size(); ++i) taken.push_back({static_cast<std::int64_t>(i + 1), std::string{m_all[i].value("eventID")}, &events[i - first]});
        store.enter(taken, [&](std::string_view id) {
            std::vector<std::pair<std::int64_t, Node>> found;
            for (std::size_t i = 0; i < first; ++i)
                if (m_all[i].value("eventID") == id && !m_all[i].find("errorDeclaration")) found.emplace_back(static_cast<std::int64_t>(i + 1), m_all[i]);
            return found;
        });
        transaction.commit();
    }
    Node const& event(std::int64_t no) const { return m_all[static_cast<std::size_t>(no - 1)]; }

    LineageStore store;

private:
    store::Db& m_db;
    std::vector<Node> m_all;
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
