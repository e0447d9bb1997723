#include "store/db.h"

namespace osetra::store {

/// A statement kept for the next use of the same Sql.
struct Kept {
    std::unique_ptr<Statement> statement;
    bool busy = false;
};

Db::Db() = default;
Db::~Db() = default;
void Db::forget_statements() { m_kept.clear(); }

Db::Lease::Lease(Db& db, Sql const& sql) {
    auto& kept = db.m_kept[sql.name];
    if (!kept) {
        auto fresh = db.prepare(sql);
        kept = std::make_unique<Kept>();
        kept->statement = std::move(fresh);
    }
    if (kept->busy) {   // the same statement further up the stack
        m_own = db.prepare(sql);
        m_use = m_own.get();
        return;
    }
    kept->busy = true;
    m_kept = kept.get();
    m_use = kept->statement.get();
}

Db::Lease::~Lease() {
    if (!m_kept) return;
    m_kept->statement->reset();
    m_kept->busy = false;
}

std::unique_ptr<Db> open(std::string const& where, Access access) {
    if (where.starts_with("postgresql://") || where.starts_with("postgres://")) return open_postgres(where, access);
    return open_sqlite(where, access);
}

} // namespace osetra::store
