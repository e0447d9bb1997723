#include "store/migrate.h"

#include <set>

#include "kernel/sha256.h"

namespace osetra::store {
namespace {

struct Applied {
    std::string step, checksum;
};
template <Is<Applied> X> void visit_fields(X& x, auto f) { f("step", x.step); f("checksum", x.checksum); }

constexpr Sql find_log{"migrate.find", "SELECT step, checksum FROM migration ORDER BY step"};
constexpr Sql add_log{"migrate.done", "INSERT INTO migration (step, checksum) VALUES (:step, :checksum)"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

// SQLite plans a query without knowing how large tables are, unless it is told. Left alone it takes one enterprise for ten rows and may
// read all of them because they come in the right order. So it is told what a large database looks like: one enterprise has nearly all
// rows, and each further column of an index narrows them down.
constexpr char const* tell_planner = R"(
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT t.name, i.name, '1000000' || (
    SELECT group_concat(' ' || CASE WHEN i."unique" AND c.seqno + 1 = (SELECT count(*) FROM pragma_index_info(i.name)) THEN 1
                                    ELSE CASE c.seqno WHEN 0 THEN 1000000 WHEN 1 THEN 500 WHEN 2 THEN 50 WHEN 3 THEN 10 ELSE 3 END END, '')
    FROM pragma_index_info(i.name) AS c)
FROM sqlite_schema AS t, pragma_index_list(t.name) AS i
WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_index_info(i.name) WHERE seqno = 0 AND name = 'enterprise');
ANALYZE sqlite_schema;
)";

} // namespace

std::string in_words_of(Db::Engine engine, std::string sql) {
    if (engine == Db::Engine::postgres) return sql;
    replace_all(sql, "BIGINT", "INTEGER");
    replace_all(sql, "DOUBLE PRECISION", "REAL");
    replace_all(sql, "BYTEA", "BLOB");
    // A table's text ends with ")" at the start of a line, then ";".
    replace_all(sql, "\n);", "\n) STRICT, WITHOUT ROWID;");
    return sql;
}

void migrate(Db& db, std::span<Step const> steps) {
    db.script(in_words_of(db.engine(), "CREATE TABLE IF NOT EXISTS migration (\n    step TEXT NOT NULL,\n    checksum TEXT NOT NULL,\n    PRIMARY KEY (step)\n);"));
    std::set<std::string> known;
    for (auto const& step : steps) known.insert(step.name);
    std::set<std::string> applied;
    for (auto const& old : db.rows<Applied>(find_log)) {
        if (!known.contains(old.step))
            throw Fault("this database was made by a newer Osetra (it has " + old.step + "); install that version or restore a backup");
        for (auto const& step : steps)
            if (old.step == step.name && old.checksum != sha256_hex(step.sql))
                throw Fault(old.step + " was changed after it was applied; released schema steps must stay as they are");
        applied.insert(old.step);
    }
    for (auto const& step : steps) {
        if (applied.contains(step.name)) continue;
        Transaction all{db};
        db.script(in_words_of(db.engine(), step.sql));
        db.run(add_log, Applied{step.name, sha256_hex(step.sql)});
        all.commit();
    }
    if (applied.size() < steps.size() && db.engine() == Db::Engine::sqlite) db.script(tell_planner);
}

} // namespace osetra::store
