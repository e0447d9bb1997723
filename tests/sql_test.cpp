// The schema and every statement, read and tried: an enterprise's data has a key that begins with the enterprise, no statement
// on it forgets whose it is, and each statement fits the schema on both engines.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "access/access.h"
#include "breeding/breeding.h"
#include "quality/quality.h"
#include "farm/import_store_sql.h"
#include "farm/reader_sql.h"
#include "processing/processing.h"
#include "quality/blending/blending.h"
#include "quality/tasting/tasting.h"
#include "quality/grading/grading.h"
#include "stocktake/stocktake.h"
#include "store/every_engine.h"
#include "store/jobs.h"
#include "store/journal.h"
#include "store/media.h"
#include "store/migrate.h"
#include "trace/jobs_sql.h"
#include "trace/identity_sql.h"
#include "trace/lineage_sql.h"
#include "trace/link_sql.h"
#include "trace/subscriptions_sql.h"
#include "trace/trace.h"

namespace osetra {
namespace {

/// Tables that are nobody's alone. A new row here is a design decision (docs/adr/0003).
std::set<std::string> const shared = {"migration", "enterprise", "person"};
/// Statements that are in no list because the engines' words differ in them, and why none binds an enterprise.
std::map<std::string, std::string> const apart = {
    {"jobs.take", "a worker serves every enterprise; prepared below in each engine's words"},
    {"backup.sqlite_tables", "reads the engine's catalogue: a backup is of the whole installation"},
    {"backup.postgres_tables", "the same"},
};

struct Table {
    std::string name, key;   ///< key: the first column of the primary key
};

std::vector<Table> tables() {
    static std::regex const table{R"(CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+) \(([^;]*)\n\);)"};
    static std::regex const key{R"(PRIMARY KEY \(([a-z_]+))"};
    std::vector<Table> all;
    for (auto const& step : store::schema_steps()) {
        std::string const sql = step.sql;
        for (std::sregex_iterator it{sql.begin(), sql.end(), table}, end; it != end; ++it) {
            auto const body = (*it)[2].str();
            std::smatch found;
            all.push_back({(*it)[1], std::regex_search(body, found, key) ? found[1].str() : ""});
        }
    }
    return all;
}

std::vector<store::Sql> statements() {
    std::vector<store::Sql> all;
    auto const add = [&](auto const& list) { all.insert(all.end(), list.begin(), list.end()); };
    add(store::journal_statements());
    add(store::jobs_statements());
    add(store::media_statements());
    add(access::statements());
    add(farm::statements());
    add(farm::import_statements());
    add(trace::statements());
    add(trace::rest_statements());
    add(trace::subscription_statements());
    add(trace::lineage_statements());
    add(trace::identity_statements());
    add(processing::statements());
    add(stocktake::statements());
    add(breeding::statements());
    add(quality::tasting_statements());
    add(quality::grading_statements());
    add(quality::blending_statements());
    add(quality::statements());
    add(trace::link_statements());
    return all;
}

std::vector<std::string> all_matches(std::string const& text, char const* pattern) {
    std::regex const what{pattern};
    std::vector<std::string> all;
    for (std::sregex_iterator it{text.begin(), text.end(), what}, end; it != end; ++it) all.push_back((*it)[1]);
    return all;
}

TEST(Schema, EveryTableOfAnEnterpriseIsKeyedByIt) {
    auto const all = tables();
    ASSERT_GT(all.size(), 15u);
    for (auto const& table : all) {
        if (shared.contains(table.name)) continue;
        EXPECT_EQ(table.key, "enterprise") << table.name << ": its primary key must begin with enterprise";
    }
}

TEST(Schema, EveryIndexOfAnEnterpriseBeginsWithIt) {
    static std::regex const index{R"(CREATE (?:UNIQUE )?INDEX ([a-z_]+) ON ([a-z_]+) \(([a-z_]+))"};
    for (auto const& step : store::schema_steps()) {
        std::string const sql = step.sql;
        for (std::sregex_iterator it{sql.begin(), sql.end(), index}, end; it != end; ++it) {
            if (shared.contains((*it)[2])) continue;
            EXPECT_EQ((*it)[3], "enterprise") << (*it)[1];
        }
    }
}

TEST(Statements, NoneForgetsWhoseDataItIs) {
    std::set<std::string> owned;
    for (auto const& table : tables())
        if (!shared.contains(table.name)) owned.insert(table.name);
    auto const all = statements();
    ASSERT_GT(all.size(), 40u);
    for (auto const& sql : all) {
        std::string const text = sql.text;
        std::ptrdiff_t used = 0;
        for (auto const& table : all_matches(text, R"(\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+))")) used += owned.contains(table);
        if (used == 0) continue;
        EXPECT_NE(text.find(":enterprise"), std::string::npos) << sql.name << ": " << text;
        // Every use of such a table needs its own condition (or value), so that no join reaches over.
        auto const said = std::ssize(all_matches(text, R"((?:^|[^:a-z_])(enterprise)\b)"));
        EXPECT_GE(said, used) << sql.name << ": " << text;
    }
}

TEST(Statements, EachHasOneName) {
    std::set<std::string> names;
    for (auto const& sql : statements()) {
        EXPECT_TRUE(names.insert(sql.name).second) << sql.name << " is used twice";
        EXPECT_NE(std::string{sql.name}.find('.'), std::string::npos) << sql.name << " should be module.name";
    }
}

/// SQL anywhere in src/ that is in no list would escape the tests above.
TEST(Statements, NoneIsHidden) {
    std::set<std::string> listed;
    for (auto const& sql : statements()) listed.insert(sql.name);
    std::regex const name{R"re(\{\s*"([a-z_]+\.[a-z_0-9]+)",\s*(?:R"[a-z]*\(|")\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b)re"};
    for (auto const& entry : std::filesystem::recursive_directory_iterator{std::filesystem::path{OSETRA_ROOT} / "src"}) {
        auto const path = entry.path();
        if (path.extension() != ".cpp" || path.stem().string().ends_with("_test") || path.stem() == "migrate") continue;
        std::ostringstream text;
        text << std::ifstream{path}.rdbuf();
        auto const all = text.str();
        for (std::sregex_iterator it{all.begin(), all.end(), name}, end; it != end; ++it)
            EXPECT_TRUE(listed.contains((*it)[1]) || apart.contains((*it)[1])) << path << ": " << (*it)[1] << " is in no list of statements";
    }
}

class Prepared : public store::EveryEngine {};

TEST_P(Prepared, EveryStatementFitsTheSchema) {
    store::migrate(*db);
    for (auto const& sql : statements()) EXPECT_NO_THROW(db->prepare(sql)) << sql.name << ": " << sql.text;
    EXPECT_NO_THROW(db->prepare(store::take_statement(db->engine())));
}

struct PlanLine { std::string detail; };
template <Is<PlanLine> X> void visit_fields(X& x, auto f) { f("detail", x.detail); }

/// What grows with the years is never read whole to answer a question: SQLite's plan of each statement narrows it down by more than
/// the enterprise.
TEST(Statements, NoneReadsAWholeJournal) {
    auto const db = store::open(":memory:");
    store::migrate(*db);
    std::regex const whole{R"((SCAN|SEARCH) (fact|mention|pool_line|fish_line|stay|fish|stock|size_track|pool_day|epcis_event|epcis_block|link|thing)( USING [A-Z ]*(PRIMARY KEY|INDEX [a-z_0-9]+) \(enterprise=\?\))?)"};
    for (auto const& sql : statements()) {
        std::string const name = sql.name;
        auto const in_pages = std::string_view{sql.text}.find("ORDER BY fish LIMIT") != std::string_view::npos || name == "journal.greatest" || name == "farm.last_corrected" || name == "lineage.last_thing";
        auto const explain = "EXPLAIN QUERY PLAN " + std::string{sql.text};
        auto const reads_all = name.starts_with("farm.digest_") || name.starts_with("farm.clear_") || name.starts_with("farm.company_");   // verify, rebuild, and a day of all pools
        for (auto const& line : db->rows<PlanLine>({sql.name, explain.c_str()}))
            if (name == "farm.digest_stay") EXPECT_TRUE(std::regex_match(line.detail, whole)) << "the plan is written otherwise now: " << line.detail;
            else EXPECT_TRUE(in_pages || reads_all || !std::regex_match(line.detail, whole)) << name << ": " << line.detail << "\n" << sql.text;
    }
}

TEST_P(Prepared, MigratingTwiceChangesNothing) {
    store::migrate(*db);
    EXPECT_NO_THROW(store::migrate(*db));
}

OSETRA_ON_SHARED_ENGINES(Prepared);

} // namespace
} // namespace osetra
