#include "trace/query_vectors.h"

#include "store/every_engine.h"
#include "store/migrate.h"
#include "trace/trace.h"

namespace osetra::trace {
namespace {

class QueryVectorsHere : public store::EveryEngine {};

/// The dataset is captured into an empty repository; each vector's answers come page by page.
TEST_P(QueryVectorsHere, answer_as_expected) {
    auto const given = query_vectors(OSETRA_ROOT);
    if (!given) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED)";
    if (!db) GTEST_SKIP() << "PostgreSQL is not installed";
    store::migrate(*db);
    Repository repository{*db, 1};
    auto const document = read_json(given->dataset);
    ASSERT_TRUE(document) << document.error().message;
    {
        store::Transaction all{*db};
        for (auto const& told : repository.capture(*document, Teller::foreign, OnError::rollback, Instant{std::chrono::sys_days{std::chrono::November / 22 / 2026}}))
            EXPECT_EQ(told.outcome, Captured::Outcome::accepted) << told.event_id << ' ' << told.refusal.at << ": " << told.refusal.message;
        all.commit();
    }
    ASSERT_EQ(repository.last_no(), 66);
    std::size_t answered = 0;
    for (auto const& v : given->vectors) {
        auto const query = parse_query(v.parameters, given->prefixes, repository.master_data());
        if (v.exception == "QueryParameterException") {
            answered += !query && query.error().code == "query_parameter";
            EXPECT_FALSE(query) << v.id;
            continue;
        }
        ASSERT_TRUE(query) << v.id << ' ' << query.error().message;
        std::vector<std::string> ids;
        std::string refused;
        std::optional<Place> after;
        do {
            auto const page = repository.events(*query, 7, after);
            if (!page) { refused = page.error().code; break; }
            for (auto const& event : page->events) ids.push_back(event.event_id);
            after = page->next;
        } while (after);
        if (!v.ordered) std::sort(ids.begin(), ids.end());
        EXPECT_EQ(refused, v.exception == "QueryTooLargeException" ? "query_too_large" : "") << v.id;
        if (v.exception.empty()) { EXPECT_EQ(ids, v.event_ids) << v.id; }
        ++answered;
    }
    EXPECT_EQ(answered, 159U);
}

OSETRA_ON_EVERY_ENGINE(QueryVectorsHere);

} // namespace
} // namespace osetra::trace
