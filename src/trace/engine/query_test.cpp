#include "trace/engine/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "trace/engine/conditions.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/terms.h"
#include "trace/query_vectors.h"

namespace osetra::trace {
namespace {

using Prefixes = std::map<std::string, std::string, std::less<>>;

/// Master data as a document's header has it.
class HeaderData final : public MasterData {
public:
    explicit HeaderData(std::vector<Node> const& vocabularies) {
        for (auto const& vocabulary : vocabularies)
            for (auto const& list : vocabulary.children)
                for (auto const& element : list.children) {
                    auto& known = m_elements[match_key(element.value("id"))];
                    for (auto const& child : element.children)
                        if (child.name == "attribute") known.attributes[std::string{child.value("id")}].push_back(child.text);
                        else if (child.name == "children")
                            for (auto const& id : child.children) known.children.insert(match_key(id.text));
                }
    }
    std::vector<std::string> with_descendants(std::string_view id) const override {
        std::vector<std::string> all{match_key(id)};
        for (std::size_t i = 0; i < all.size(); ++i)
            if (auto const at = m_elements.find(all[i]); at != m_elements.end())
                for (auto const& child : at->second.children)
                    if (std::find(all.begin(), all.end(), child) == all.end()) all.push_back(child);
        return all;
    }
    std::vector<std::string> attribute(std::string_view id, std::string_view name) const override {
        auto const at = m_elements.find(match_key(id));
        if (at == m_elements.end()) return {};
        auto const values = at->second.attributes.find(name);
        return values == at->second.attributes.end() ? std::vector<std::string>{} : values->second;
    }

private:
    struct Element {
        std::map<std::string, std::vector<std::string>, std::less<>> attributes;
        std::set<std::string> children;
    };
    std::map<std::string, Element, std::less<>> m_elements;
};

constexpr Instant some_day{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

void expect_marked(Query const& query, Node const& event, std::string const& of) {
    auto const marks = marks_of(event);
    EXPECT_TRUE(std::is_sorted(marks.begin(), marks.end()) && std::adjacent_find(marks.begin(), marks.end()) == marks.end());
    for (auto const& list : query.marks)
        EXPECT_TRUE(std::any_of(list.begin(), list.end(), [&](std::int64_t m) { return std::binary_search(marks.begin(), marks.end(), m); })) << of << ": an answer without a mark";
}

TEST(Query, every_vector) {
    auto const given = query_vectors(OSETRA_ROOT);
    if (!given) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED)";
    auto const document = read_json(given->dataset);
    ASSERT_TRUE(document) << document.error().message;
    HeaderData const data{document->vocabularies};
    std::size_t looked_at = 0, answers = 0;
    for (auto const& v : given->vectors) {
        auto const query = parse_query(v.parameters, given->prefixes, data);
        if (v.exception == "QueryParameterException") {
            ASSERT_FALSE(query) << v.id;
            EXPECT_EQ(query.error().code, "query_parameter") << v.id;
            continue;
        }
        ASSERT_TRUE(query) << v.id << ' ' << query.error().message;
        std::vector<Node const*> found;
        for (auto const& event : document->events) {
            auto const marks = marks_of(event);
            auto const candidate = std::all_of(query->marks.begin(), query->marks.end(), [&](auto const& list) {
                return std::any_of(list.begin(), list.end(), [&](std::int64_t m) { return std::binary_search(marks.begin(), marks.end(), m); });
            });
            if (candidate) ++looked_at;
            if (!matches(*query, {event, some_day}, data)) continue;
            ++answers;
            expect_marked(*query, event, v.id);
            found.push_back(&event);
        }
        if (v.exception == "QueryTooLargeException") {
            EXPECT_TRUE(query->most && static_cast<std::int64_t>(found.size()) > *query->most) << v.id;
            continue;
        }
        if (v.ordered) {
            ASSERT_EQ(query->order, Query::Order::event_time) << v.id;
            auto const at = [](Node const* n) { return *parse_time(n->value("eventTime")); };
            std::stable_sort(found.begin(), found.end(), [&](auto a, auto b) { return query->ascending ? at(a) < at(b) : at(b) < at(a); });
        }
        if (query->limit && found.size() > static_cast<std::size_t>(*query->limit)) found.resize(static_cast<std::size_t>(*query->limit));
        std::vector<std::string> ids;
        for (auto const* event : found) ids.emplace_back(event->value("eventID"));
        if (!v.ordered) std::sort(ids.begin(), ids.end());
        EXPECT_EQ(ids, v.event_ids) << v.id;
    }
    EXPECT_EQ(given->vectors.size(), 159U);
    RecordProperty("events_looked_at", static_cast<int>(looked_at));
    RecordProperty("answers", static_cast<int>(answers));
}

} // namespace
} // namespace osetra::trace
