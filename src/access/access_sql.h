#pragma once
#include <exception>
#include <mutex>

#include "access/access.h"
#include "store/db.h"

namespace osetra::access {

/// What a token stands for.
struct Holder {
    std::string holder;                  ///< person, or "key:NAME"
    std::vector<Grant> roles;
    Instant expires_at = forever;
};
/// Absent when the token is unknown, has expired, or its person is no longer active.
std::optional<Holder> holder_of_login(store::Db&, Enterprise, std::string_view token_sha256, Instant now, std::chrono::hours idle);
std::optional<Holder> holder_of_key(store::Db&, Enterprise, std::string_view key_sha256);

struct PersonRow {
    std::string person;
    Enterprise enterprise = 0;
    std::string name, password;
    bool active = true;
    std::optional<Instant> last_seen_at;
};
/// Looks through all enterprises: for the door only.
std::optional<PersonRow> person_at_the_door(store::Db&, std::string const& person);
std::optional<PersonRow> person_of(store::Db&, Enterprise, std::string const& person);

void add_login(store::Db&, Enterprise, std::string_view token_sha256, std::string const& person, Instant now, Instant expires_at,
               std::string const& remote);
void drop_login(store::Db&, Enterprise, std::string_view token_sha256);
void drop_expired_logins(store::Db&, Enterprise, Instant now, std::chrono::hours idle);

struct Use {
    Enterprise enterprise = 0;
    std::string token_sha256;
    std::string holder;
    Instant at;
};
/// Notes when logins, keys and people were last seen, in one transaction.
void note_uses(store::Db&, std::vector<Use> const&);
void add_audit(store::Db&, std::vector<AuditEntry> const&);
std::vector<AuditEntry> audit_of(store::Db&, Enterprise, std::int64_t limit, std::optional<Uuid> before);

/// A few connections that threads take turns with.
class DbPool {
public:
    explicit DbPool(OpenDb open) : m_open(std::move(open)) {}
    class Lease {
    public:
        explicit Lease(DbPool& pool) : m_pool(pool), m_db(pool.take()) {}
        /// A connection on which something broke is not used again.
        ~Lease() { if (std::uncaught_exceptions() == m_before) m_pool.give(std::move(m_db)); }
        Lease(Lease const&) = delete;
        Lease& operator=(Lease const&) = delete;
        store::Db& operator*() { return *m_db; }

    private:
        DbPool& m_pool;
        std::unique_ptr<store::Db> m_db;
        int m_before = std::uncaught_exceptions();
    };

private:
    std::unique_ptr<store::Db> take();
    void give(std::unique_ptr<store::Db>);
    OpenDb m_open;
    std::mutex m_lock;
    std::vector<std::unique_ptr<store::Db>> m_free;
};

} // namespace osetra::access
