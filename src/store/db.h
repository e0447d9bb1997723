#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/fault.h"
#include "kernel/fields.h"

namespace osetra::store {

/// One SQL statement with a name for logs and tests. Its columns and :parameters carry field names. Only the words that
/// SQLite and PostgreSQL share; a test prepares each on both.
struct Sql {
    char const* name;
    char const* text;
};

/// A prepared statement: binds :name parameters (as a FieldWriter) and reads columns by field name (as a FieldReader).
class Statement : public FieldReader, public FieldWriter {
public:
    /// Runs to the next row; false at the end. Faults carry the statement's name.
    virtual bool step() = 0;
    /// Ready to be bound again.
    virtual void reset() = 0;
    /// Runs a statement that returns no rows. An engine may delay it until the next read or commit.
    virtual void run() { step(); }
};

/// One named parameter: refers to what lives on, keeps what would end with the expression.
template <class V> struct Arg {
    char const* name;
    V value;
};
template <class V> Arg<V> arg(char const* name, V&& value) { return {name, std::forward<V>(value)}; }

namespace detail {
template <class V> void bind(Statement& s, Arg<V> const& a) { put(s, a.name, a.value); }
template <class T> void bind(Statement& s, T const& record) { write_fields(s, record); }
} // namespace detail

struct Kept;

/// One connection. Not for two threads at once. Statements are prepared once and kept.
class Db {
public:
    Db();
    virtual ~Db();
    Db(Db const&) = delete;
    Db& operator=(Db const&) = delete;

    template <class... A> void run(Sql const& sql, A const&... args) {
        Lease s{*this, sql};
        (detail::bind(*s, args), ...);
        s->run();
    }
    template <class T, class... A> std::vector<T> rows(Sql const& sql, A const&... args) {
        std::vector<T> all;
        each<T>(sql, [&](T&& row) { all.push_back(std::move(row)); }, args...);
        return all;
    }
    /// The first row, if any.
    template <class T, class... A> std::optional<T> row(Sql const& sql, A const&... args) {
        Lease s{*this, sql};
        (detail::bind(*s, args), ...);
        if (!s->step()) return std::nullopt;
        return read_fields<T>(*s);
    }
    /// Calls `see(T&&)` for each row without keeping them.
    template <class T, class See, class... A> void each(Sql const& sql, See&& see, A const&... args) {
        Lease s{*this, sql};
        (detail::bind(*s, args), ...);
        while (s->step()) see(read_fields<T>(*s));
    }

    /// Several statements of schema text, in this engine's own words (store/migrate.h translates).
    virtual void script(std::string const& sql) = 0;
    virtual void begin() = 0;      ///< for writing: takes the write lock where the engine has one
    virtual void begin_reading() = 0;   ///< what is read until the rollback is of one moment
    virtual void commit() = 0;     ///< durable when it returns
    virtual void rollback() noexcept = 0;
    enum class Engine : std::uint8_t { sqlite, postgres };
    virtual Engine engine() const = 0;

    /// A new prepared statement that belongs to the caller. Faults when the text does not fit the schema.
    virtual std::unique_ptr<Statement> prepare(Sql const&) = 0;

private:
    class Lease {
    public:
        Lease(Db& db, Sql const& sql);
        ~Lease();
        Lease(Lease const&) = delete;
        Lease& operator=(Lease const&) = delete;
        Statement* operator->() { return m_use; }
        Statement& operator*() { return *m_use; }

    private:
        Kept* m_kept = nullptr;
        std::unique_ptr<Statement> m_own;
        Statement* m_use;
    };

protected:
    /// Engines call this before they close: kept statements go first.
    void forget_statements();

private:
    std::unordered_map<char const*, std::unique_ptr<Kept>> m_kept;
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Db& db) : m_db(&db) { db.begin(); }
    ~Transaction() { if (m_db) m_db->rollback(); }
    Transaction(Transaction const&) = delete;
    Transaction& operator=(Transaction const&) = delete;
    void commit() { m_db->commit(); m_db = nullptr; }

private:
    Db* m_db;
};

enum class Access : std::uint8_t { read_write, read_only };

/// `where` is a file path, ":memory:" or "postgresql://...". Faults say what to do.
std::unique_ptr<Db> open(std::string const& where, Access = Access::read_write);
std::unique_ptr<Db> open_sqlite(std::string const& path, Access);
std::unique_ptr<Db> open_postgres(std::string const& url, Access);

} // namespace osetra::store
