#include "store/db.h"

#include <algorithm>
#include <sqlite3.h>

namespace osetra::store {
namespace {

[[noreturn]] void fail(sqlite3* db, std::string const& what) {
    throw Fault(what + ": " + (db ? sqlite3_errmsg(db) : "out of memory"));
}

class SqliteStatement final : public Statement {
public:
    SqliteStatement(sqlite3* db, Sql const& sql) : m_db(db), m_name(sql.name) {
        char const* rest = nullptr;
        if (sqlite3_prepare_v3(db, sql.text, -1, SQLITE_PREPARE_PERSISTENT, &m_stmt, &rest) != SQLITE_OK) fail(db, sql.name);
        if (!m_stmt || (rest && std::string_view{rest}.find_first_not_of(" \n;") != std::string_view::npos))
            throw Fault(m_name + ": one statement is wanted");
        auto const columns = sqlite3_column_count(m_stmt);
        for (int i = 0; i < columns; ++i) m_columns.emplace_back(sqlite3_column_name(m_stmt, i));
        auto const parameters = sqlite3_bind_parameter_count(m_stmt);
        for (int i = 1; i <= parameters; ++i) {
            auto const* name = sqlite3_bind_parameter_name(m_stmt, i);
            m_parameters.emplace_back(name ? name + 1 : "");
        }
    }
    ~SqliteStatement() override { sqlite3_finalize(m_stmt); }
    SqliteStatement(SqliteStatement const&) = delete;
    SqliteStatement& operator=(SqliteStatement const&) = delete;

    bool step() override {
        auto const rc = sqlite3_step(m_stmt);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
            std::string const why = sqlite3_errmsg(m_db);
            sqlite3_reset(m_stmt);
            throw Fault(m_name + ": " + why);
        }
        m_next_column = 0;
        return rc == SQLITE_ROW;
    }
    void reset() override {
        sqlite3_reset(m_stmt);
        sqlite3_clear_bindings(m_stmt);
        m_next_parameter = 0;
    }

    // A name that the statement does not have is left out: one record may serve several statements.
    void put(char const* name, std::int64_t v) override { if (auto const i = parameter(name)) check(sqlite3_bind_int64(m_stmt, i, v)); }
    void put(char const* name, double v) override { if (auto const i = parameter(name)) check(sqlite3_bind_double(m_stmt, i, v)); }
    void put(char const* name, std::string_view v) override {
        if (auto const i = parameter(name)) check(sqlite3_bind_text(m_stmt, i, v.data() ? v.data() : "", static_cast<int>(v.size()), SQLITE_TRANSIENT));
    }
    void put_blob(char const* name, std::string_view v) override {
        if (auto const i = parameter(name)) check(sqlite3_bind_blob(m_stmt, i, v.data() ? v.data() : "", static_cast<int>(v.size()), SQLITE_TRANSIENT));
    }
    void put_null(char const* name) override { if (auto const i = parameter(name)) check(sqlite3_bind_null(m_stmt, i)); }

    bool has(char const* name) override {
        auto const c = find(name);
        return c >= 0 && sqlite3_column_type(m_stmt, c) != SQLITE_NULL;
    }
    void get(char const* name, std::int64_t& v) override { v = sqlite3_column_int64(m_stmt, column(name)); }
    void get(char const* name, double& v) override { v = sqlite3_column_double(m_stmt, column(name)); }
    void get(char const* name, std::string& v) override { get_blob(name, v); }
    void get_blob(char const* name, std::string& v) override {
        auto const c = column(name);
        auto const* bytes = static_cast<char const*>(sqlite3_column_blob(m_stmt, c));
        v.assign(bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(m_stmt, c)));
    }

private:
    void check(int rc) { if (rc != SQLITE_OK) fail(m_db, m_name); }
    // Fields are asked for in the order of their list, and statements name them in that order: look there first.
    static std::size_t seek(std::vector<std::string> const& names, char const* name, std::size_t& next) {
        if (next < names.size() && names[next] == name) return next++;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) { next = i + 1; return i; }
        return names.size();
    }
    int parameter(char const* name) {
        auto const i = seek(m_parameters, name, m_next_parameter);
        return i == m_parameters.size() ? 0 : static_cast<int>(i) + 1;
    }
    int find(char const* name) {
        auto hint = m_next_column;
        auto const i = seek(m_columns, name, hint);
        return i == m_columns.size() ? -1 : static_cast<int>(i);
    }
    int column(char const* name) {
        auto const i = seek(m_columns, name, m_next_column);
        if (i == m_columns.size()) throw Fault(m_name + ": no column " + name);
        return static_cast<int>(i);
    }

    sqlite3* m_db;
    std::string m_name;
    sqlite3_stmt* m_stmt = nullptr;
    std::vector<std::string> m_columns, m_parameters;
    std::size_t m_next_column = 0, m_next_parameter = 0;
};

/// WAL, and a commit is on the disk when it returns (synchronous=FULL).
class Sqlite final : public Db {
public:
    Sqlite(std::string const& path, Access access) {
        auto const flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX;
        auto const rc = sqlite3_open_v2(path.c_str(), &m_db, flags, nullptr);
        if (rc != SQLITE_OK) {
            std::string const why = m_db ? sqlite3_errmsg(m_db) : "out of memory";
            sqlite3_close(m_db);
            throw Fault("cannot open the database " + path + ": " + why + ". Check the path and who may read and write it.");
        }
        sqlite3_busy_timeout(m_db, 20'000);
        try {
            if (access == Access::read_write) script("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000");
            script("PRAGMA foreign_keys=ON; PRAGMA cache_size=-24000; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF");
        } catch (...) {
            sqlite3_close(m_db);
            throw;
        }
    }
    ~Sqlite() override {
        forget_statements();
        sqlite3_close_v2(m_db);
    }

    std::unique_ptr<Statement> prepare(Sql const& sql) override { return std::make_unique<SqliteStatement>(m_db, sql); }
    void script(std::string const& sql) override {
        if (sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(m_db, sql.substr(0, 60));
    }
    void begin() override { script("BEGIN IMMEDIATE"); }
    void begin_reading() override { script("BEGIN"); }
    void commit() override { script("COMMIT"); }
    void rollback() noexcept override { sqlite3_exec(m_db, "ROLLBACK", nullptr, nullptr, nullptr); }
    Engine engine() const override { return Engine::sqlite; }

private:
    sqlite3* m_db = nullptr;
};

} // namespace

std::unique_ptr<Db> open_sqlite(std::string const& path, Access access) {
    // Counting each allocation of all connections under one lock costs a twentieth of all work; nobody reads that count.
    [[maybe_unused]] static auto const once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return std::make_unique<Sqlite>(path, access);
}

} // namespace osetra::store
