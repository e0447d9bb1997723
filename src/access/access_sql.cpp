#include "access/access_sql.h"

#include <algorithm>

#include "access/secrets.h"
#include "kernel/text.h"

namespace osetra::access {

using store::arg;

namespace {

struct GrantRow {
    std::string holder, role, site;
};
template <Is<GrantRow> X> void visit_fields(X& x, auto f) {
    f("holder", x.holder);
    f("role", x.role);
    f("site", x.site);
}

struct KeyRow {
    std::string key_name;
    Instant created_at;
    std::optional<Instant> last_used_at;
};
template <Is<KeyRow> X> void visit_fields(X& x, auto f) {
    f("key_name", x.key_name);
    f("created_at", x.created_at);
    f("last_used_at", x.last_used_at);
}

struct LoginRow {
    std::string person;
    Instant expires_at, last_used_at;
    bool active = false;
};
template <Is<LoginRow> X> void visit_fields(X& x, auto f) {
    f("person", x.person);
    f("expires_at", x.expires_at);
    f("last_used_at", x.last_used_at);
    f("active", x.active);
}

struct Number { std::int64_t n = 0; };
template <Is<Number> X> void visit_fields(X& x, auto f) { f("n", x.n); }

} // namespace

template <Is<PersonRow> X> void visit_fields(X& x, auto f) {
    f("person", x.person);
    f("enterprise", x.enterprise);
    f("name", x.name);
    f("password", x.password);
    f("active", x.active);
    f("last_seen_at", x.last_seen_at);
}

template <Is<AuditEntry> X> void visit_fields(X& x, auto f) {
    f("enterprise", x.enterprise);
    f("id", x.id);
    f("at", x.at);
    f("person", x.person);
    f("what", x.what);
    f("code", x.code);
    f("detail", x.detail);
    f("remote", x.remote);
    f("times", x.times);
}

namespace {

#define ENTERPRISE "enterprise, slug, name, simulated, offset_minutes, created_at"
#define PERSON "person, enterprise, name, password, active, last_seen_at"
#define AUDIT "enterprise, id, at, person, what, code, detail, remote, times"
constexpr store::Sql sql[] = {
    {"access.next_enterprise", "SELECT coalesce(max(enterprise), 0) + 1 AS n FROM enterprise"},
    {"access.add_enterprise", "INSERT INTO enterprise (" ENTERPRISE ") VALUES (:enterprise, :slug, :name, :simulated, :offset_minutes, :created_at)"},
    {"access.enterprises", "SELECT " ENTERPRISE " FROM enterprise ORDER BY enterprise"},
    {"access.enterprise", "SELECT " ENTERPRISE " FROM enterprise WHERE enterprise = :enterprise"},
    {"access.enterprise_by_slug", "SELECT " ENTERPRISE " FROM enterprise WHERE slug = :slug"},
    {"access.person_at_the_door", "SELECT " PERSON " FROM person WHERE person = :person"},
    {"access.person", "SELECT " PERSON " FROM person WHERE enterprise = :enterprise AND person = :person"},
    {"access.people", "SELECT " PERSON " FROM person WHERE enterprise = :enterprise ORDER BY person"},
    {"access.add_person", "INSERT INTO person (person, enterprise, name, password, active, created_at) "
                          "VALUES (:person, :enterprise, :name, :password, 1, :created_at)"},
    {"access.rename_person", "UPDATE person SET name = :name WHERE enterprise = :enterprise AND person = :person"},
    {"access.set_password", "UPDATE person SET password = :password WHERE enterprise = :enterprise AND person = :person"},
    {"access.set_active", "UPDATE person SET active = :active WHERE enterprise = :enterprise AND person = :person"},
    {"access.person_seen", "UPDATE person SET last_seen_at = :at WHERE enterprise = :enterprise AND person = :person"},
    {"access.grants", "SELECT holder, role, site FROM role_grant WHERE enterprise = :enterprise ORDER BY holder, role, site"},
    {"access.grants_of", "SELECT holder, role, site FROM role_grant WHERE enterprise = :enterprise AND holder = :holder ORDER BY role, site"},
    {"access.add_grant", "INSERT INTO role_grant (enterprise, holder, role, site) VALUES (:enterprise, :holder, :role, :site) "
                         "ON CONFLICT DO NOTHING"},
    {"access.drop_grants", "DELETE FROM role_grant WHERE enterprise = :enterprise AND holder = :holder"},
    {"access.owners", "SELECT count(*) AS n FROM role_grant g JOIN person p ON p.enterprise = g.enterprise AND p.person = g.holder "
                      "WHERE g.enterprise = :enterprise AND g.role = 'owner' AND g.site = '' AND p.active = 1 AND p.person <> :person"},
    {"access.add_login", "INSERT INTO login (enterprise, token_sha256, person, created_at, expires_at, last_used_at, remote) "
                         "VALUES (:enterprise, :token_sha256, :person, :created_at, :expires_at, :created_at, :remote)"},
    {"access.login", "SELECT l.person, l.expires_at, l.last_used_at, p.active FROM login l "
                     "JOIN person p ON p.enterprise = l.enterprise AND p.person = l.person "
                     "WHERE l.enterprise = :enterprise AND l.token_sha256 = :token_sha256"},
    {"access.login_used", "UPDATE login SET last_used_at = :at WHERE enterprise = :enterprise AND token_sha256 = :token_sha256"},
    {"access.drop_login", "DELETE FROM login WHERE enterprise = :enterprise AND token_sha256 = :token_sha256"},
    {"access.drop_logins_of", "DELETE FROM login WHERE enterprise = :enterprise AND person = :person"},
    {"access.drop_expired_logins", "DELETE FROM login WHERE enterprise = :enterprise AND (expires_at <= :now OR last_used_at <= :idle_since)"},
    {"access.add_key", "INSERT INTO api_key (enterprise, key_name, key_sha256, created_by, created_at) "
                       "VALUES (:enterprise, :key_name, :key_sha256, :created_by, :created_at)"},
    {"access.keys", "SELECT key_name, created_at, last_used_at FROM api_key WHERE enterprise = :enterprise ORDER BY key_name"},
    {"access.key", "SELECT key_name, created_at, last_used_at FROM api_key WHERE enterprise = :enterprise AND key_name = :key_name"},
    {"access.key_by_hash", "SELECT key_name, created_at, last_used_at FROM api_key WHERE enterprise = :enterprise AND key_sha256 = :key_sha256"},
    {"access.key_used", "UPDATE api_key SET last_used_at = :at WHERE enterprise = :enterprise AND key_sha256 = :token_sha256"},
    {"access.drop_key", "DELETE FROM api_key WHERE enterprise = :enterprise AND key_name = :key_name"},
    {"access.add_audit", "INSERT INTO audit (" AUDIT ") VALUES (:enterprise, :id, :at, :person, :what, :code, :detail, :remote, :times)"},
    {"access.audit", "SELECT " AUDIT " FROM audit WHERE enterprise = :enterprise ORDER BY id DESC LIMIT :limit"},
    {"access.audit_before", "SELECT " AUDIT " FROM audit WHERE enterprise = :enterprise AND id < :before ORDER BY id DESC LIMIT :limit"},
};
#undef ENTERPRISE
#undef PERSON
#undef AUDIT
enum {
    next_enterprise, add_enterprise_, all_enterprises, one_enterprise, enterprise_by_slug, at_the_door, one_person, all_people, add_person_,
    rename_person, set_password_, set_active, person_seen, all_grants, grants_of_, add_grant, drop_grants, owners, add_login_, one_login,
    login_used, drop_login_, drop_logins_of, drop_expired, add_key_, all_keys, one_key, key_by_hash, key_used, drop_key_, add_audit_, audit_last,
    audit_before
};
static_assert(audit_before + 1 == std::size(sql));

std::vector<Grant> grants_from(std::vector<GrantRow> const& rows, std::string_view holder) {
    std::vector<Grant> grants;
    for (auto const& row : rows)
        if (row.holder == holder)
            if (auto const role = parse_role(row.role)) grants.push_back({*role, row.site});
    std::sort(grants.begin(), grants.end(), [](Grant const& a, Grant const& b) { return std::tie(a.role, a.site) < std::tie(b.role, b.site); });
    return grants;
}

void put_grants(store::Db& db, Enterprise enterprise, std::string const& holder, std::vector<Grant> const& grants) {
    db.run(sql[drop_grants], arg("enterprise", enterprise), arg("holder", holder));
    for (auto const& grant : grants)
        db.run(sql[add_grant], arg("enterprise", enterprise), arg("holder", holder), arg("role", word_of(grant.role)), arg("site", grant.site));
}

/// A word that people type and addresses carry.
bool is_word(std::string_view text, std::size_t longest) {
    if (text.empty() || text.size() > longest) return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || std::string_view{"/:\\\"'<>{}?#%&"}.find(c) != std::string_view::npos;
    });
}

Result<Done> check_grants(std::vector<Grant> const& grants) {
    if (grants.empty()) return refuse("roles_missing", "Give at least one role.", "roles");
    for (auto const& grant : grants)
        if (!grant.site.empty() && !is_word(grant.site, 64)) return refuse("site_malformed", "\"" + grant.site + "\" cannot be the name of a site.", "roles");
    return Done{};
}

bool is_owner(std::vector<Grant> const& grants) {
    return std::any_of(grants.begin(), grants.end(), [](Grant const& g) { return g.role == Role::owner && g.site.empty(); });
}

} // namespace

std::vector<store::Sql> statements() { return {std::begin(sql), std::end(sql)}; }

// ---- enterprises --------------------------------------------------------------------------------------------------------------

Result<Enterprise> create_enterprise(store::Db& db, std::string slug, std::string name, bool simulated, std::int64_t offset_minutes, Instant now) {
    slug = lower_ascii(std::move(slug));
    if (!is_word(slug, 40)) return refuse("slug_malformed", "A short name has up to 40 letters, digits and dashes.", "slug");
    if (offset_minutes < -720 || offset_minutes > 840) return refuse("offset_malformed", "The clock is between 12 hours behind and 14 ahead of UTC.", "offset_minutes");
    store::Transaction all{db};
    if (db.row<EnterpriseRecord>(sql[enterprise_by_slug], arg("slug", slug)))
        return refuse("enterprise_exists", "There is an enterprise \"" + slug + "\" already.", "slug");
    auto const enterprise = db.row<Number>(sql[next_enterprise])->n;
    db.run(sql[add_enterprise_], EnterpriseRecord{enterprise, std::move(slug), std::move(name), simulated, offset_minutes, now});
    all.commit();
    return enterprise;
}

std::vector<EnterpriseRecord> enterprises(store::Db& db) { return db.rows<EnterpriseRecord>(sql[all_enterprises]); }

std::optional<EnterpriseRecord> enterprise_of(store::Db& db, Enterprise enterprise) {
    return db.row<EnterpriseRecord>(sql[one_enterprise], arg("enterprise", enterprise));
}
std::string name_of(store::Db& db, Enterprise enterprise) {
    auto const record = enterprise_of(db, enterprise);
    return record ? record->name : std::string{};
}

// ---- people -------------------------------------------------------------------------------------------------------------------

std::optional<PersonRow> person_at_the_door(store::Db& db, std::string const& person) {
    return db.row<PersonRow>(sql[at_the_door], arg("person", lower_ascii(person)));
}

std::optional<PersonRow> person_of(store::Db& db, Enterprise enterprise, std::string const& person) {
    return db.row<PersonRow>(sql[one_person], arg("enterprise", enterprise), arg("person", person));
}

Result<Done> add_person(store::Db& db, Enterprise enterprise, NewPerson const& asked, Instant now) {
    auto const person = lower_ascii(asked.person);
    if (!is_word(person, 64)) return refuse("person_malformed", "A login name has up to 64 characters, without spaces and : / \\ quotes.", "person");
    auto const password = OSETRA_TRY(check_password(asked.password));
    OSETRA_TRY(check_grants(asked.roles));
    auto const hash = hash_password(password);   // before the write lock: it takes its time
    store::Transaction all{db};
    if (!enterprise_of(db, enterprise)) return refuse("enterprise_not_found", "There is no enterprise " + std::to_string(enterprise) + ".", "enterprise");
    if (person_at_the_door(db, person)) return refuse("person_exists", "The name \"" + person + "\" is taken; choose another.", "person");
    db.run(sql[add_person_], arg("person", person), arg("enterprise", enterprise), arg("name", asked.name.empty() ? asked.person : asked.name),
           arg("password", hash), arg("created_at", now));
    put_grants(db, enterprise, person, asked.roles);
    all.commit();
    return Done{};
}

Result<Done> change_person(store::Db& db, Enterprise enterprise, std::string const& person, PersonChange const& change) {
    std::optional<std::string> hash;
    if (change.password) hash = hash_password(OSETRA_TRY(check_password(*change.password)));
    if (change.roles) OSETRA_TRY(check_grants(*change.roles));
    store::Transaction all{db};
    auto const row = person_of(db, enterprise, person);
    if (!row) return refuse("person_not_found", "Nobody here is called \"" + person + "\".", "person");
    auto const roles = change.roles.value_or(grants_of(db, enterprise, person));
    auto const active = change.active.value_or(row->active);
    if ((!active || !is_owner(roles)) && row->active && is_owner(grants_of(db, enterprise, person)) &&
        db.row<Number>(sql[owners], arg("enterprise", enterprise), arg("person", person))->n == 0)
        return refuse("last_owner", "This is the last owner. Make somebody else an owner first.", change.active ? "active" : "roles");
    if (change.name) db.run(sql[rename_person], arg("name", *change.name), arg("enterprise", enterprise), arg("person", person));
    if (hash) db.run(sql[set_password_], arg("password", *hash), arg("enterprise", enterprise), arg("person", person));
    if (change.active) db.run(sql[set_active], arg("active", active), arg("enterprise", enterprise), arg("person", person));
    if (change.roles) put_grants(db, enterprise, person, roles);
    if (hash || !active) db.run(sql[drop_logins_of], arg("enterprise", enterprise), arg("person", person));
    all.commit();
    return Done{};
}

Result<Done> set_password(store::Db& db, Enterprise enterprise, std::string const& person, std::string_view password) {
    return change_person(db, enterprise, person, {.password = std::string{password}});
}

std::vector<Grant> grants_of(store::Db& db, Enterprise enterprise, std::string const& holder) {
    return grants_from(db.rows<GrantRow>(sql[grants_of_], arg("enterprise", enterprise), arg("holder", holder)), holder);
}

std::vector<Person> people_of(store::Db& db, Enterprise enterprise) {
    auto const grants = db.rows<GrantRow>(sql[all_grants], arg("enterprise", enterprise));
    std::vector<Person> people;
    db.each<PersonRow>(sql[all_people], [&](PersonRow&& row) {
        auto roles = grants_from(grants, row.person);
        people.push_back({std::move(row.person), std::move(row.name), row.active, row.last_seen_at, std::move(roles)});
    }, arg("enterprise", enterprise));
    return people;
}

// ---- sessions -----------------------------------------------------------------------------------------------------------------

void add_login(store::Db& db, Enterprise enterprise, std::string_view token_sha256, std::string const& person, Instant now, Instant expires_at,
               std::string const& remote) {
    db.run(sql[add_login_], arg("enterprise", enterprise), arg("token_sha256", Bytes{std::string{token_sha256}}), arg("person", person), arg("created_at", now),
           arg("expires_at", expires_at), arg("remote", remote));
}

std::optional<Holder> holder_of_login(store::Db& db, Enterprise enterprise, std::string_view token_sha256, Instant now, std::chrono::hours idle) {
    auto const login = db.row<LoginRow>(sql[one_login], arg("enterprise", enterprise), arg("token_sha256", Bytes{std::string{token_sha256}}));
    if (!login || !login->active || login->expires_at <= now || login->last_used_at + idle <= now) return std::nullopt;
    return Holder{login->person, grants_of(db, enterprise, login->person), login->expires_at};
}

void drop_login(store::Db& db, Enterprise enterprise, std::string_view token_sha256) {
    db.run(sql[drop_login_], arg("enterprise", enterprise), arg("token_sha256", Bytes{std::string{token_sha256}}));
}

void drop_expired_logins(store::Db& db, Enterprise enterprise, Instant now, std::chrono::hours idle) {
    db.run(sql[drop_expired], arg("enterprise", enterprise), arg("now", now), arg("idle_since", now - idle));
}

void note_uses(store::Db& db, std::vector<Use> const& uses) {
    store::Transaction all{db};
    for (auto const& use : uses) {
        auto const is_key = use.holder.starts_with("key:");
        db.run(sql[is_key ? key_used : login_used], arg("at", use.at), arg("enterprise", use.enterprise), arg("token_sha256", Bytes{use.token_sha256}));
        if (!is_key) db.run(sql[person_seen], arg("at", use.at), arg("enterprise", use.enterprise), arg("person", use.holder));
    }
    all.commit();
}

// ---- keys ---------------------------------------------------------------------------------------------------------------------

Result<std::string> add_key(store::Db& db, Enterprise enterprise, std::string const& key_name, std::vector<Grant> const& roles, std::string const& by,
                            Instant now) {
    if (!is_word(key_name, 64)) return refuse("key_malformed", "A key's name has up to 64 characters, without spaces and : / \\ quotes.", "key_name");
    OSETRA_TRY(check_grants(roles));
    store::Transaction all{db};
    if (!enterprise_of(db, enterprise)) return refuse("enterprise_not_found", "There is no enterprise " + std::to_string(enterprise) + ".", "enterprise");
    if (db.row<KeyRow>(sql[one_key], arg("enterprise", enterprise), arg("key_name", key_name)))
        return refuse("key_exists", "There is a key \"" + key_name + "\" already. Delete it first, or choose another name.", "key_name");
    auto token = make_token(TokenKind::key, enterprise);
    db.run(sql[add_key_], arg("enterprise", enterprise), arg("key_name", key_name), arg("key_sha256", Bytes{sha256(token)}), arg("created_by", by),
           arg("created_at", now));
    put_grants(db, enterprise, "key:" + key_name, roles);
    all.commit();
    return token;
}

Result<Done> drop_key(store::Db& db, Enterprise enterprise, std::string const& key_name) {
    store::Transaction all{db};
    if (!db.row<KeyRow>(sql[one_key], arg("enterprise", enterprise), arg("key_name", key_name)))
        return refuse("key_not_found", "There is no key \"" + key_name + "\".", "key_name");
    db.run(sql[drop_key_], arg("enterprise", enterprise), arg("key_name", key_name));
    db.run(sql[drop_grants], arg("enterprise", enterprise), arg("holder", "key:" + key_name));
    all.commit();
    return Done{};
}

std::vector<Key> keys_of(store::Db& db, Enterprise enterprise) {
    auto const grants = db.rows<GrantRow>(sql[all_grants], arg("enterprise", enterprise));
    std::vector<Key> keys;
    for (auto& row : db.rows<KeyRow>(sql[all_keys], arg("enterprise", enterprise))) {
        auto roles = grants_from(grants, "key:" + row.key_name);
        keys.push_back({std::move(row.key_name), row.created_at, row.last_used_at, std::move(roles)});
    }
    return keys;
}

std::optional<Holder> holder_of_key(store::Db& db, Enterprise enterprise, std::string_view key_sha256) {
    auto const key = db.row<KeyRow>(sql[key_by_hash], arg("enterprise", enterprise), arg("key_sha256", Bytes{std::string{key_sha256}}));
    if (!key) return std::nullopt;
    auto holder = "key:" + key->key_name;
    auto roles = grants_of(db, enterprise, holder);
    return Holder{std::move(holder), std::move(roles), forever};
}

// ---- the audit trail ----------------------------------------------------------------------------------------------------------

void add_audit(store::Db& db, std::vector<AuditEntry> const& entries) {
    store::Transaction all{db};
    for (auto const& entry : entries) db.run(sql[add_audit_], entry);
    all.commit();
}

std::vector<AuditEntry> audit_of(store::Db& db, Enterprise enterprise, std::int64_t limit, std::optional<Uuid> before) {
    if (!before) return db.rows<AuditEntry>(sql[audit_last], arg("enterprise", enterprise), arg("limit", limit));
    return db.rows<AuditEntry>(sql[audit_before], arg("enterprise", enterprise), arg("before", *before), arg("limit", limit));
}

// ---- connections --------------------------------------------------------------------------------------------------------------

std::unique_ptr<store::Db> DbPool::take() {
    {
        std::lock_guard const hold{m_lock};
        if (!m_free.empty()) {
            auto db = std::move(m_free.back());
            m_free.pop_back();
            return db;
        }
    }
    return m_open();
}

void DbPool::give(std::unique_ptr<store::Db> db) {
    constexpr std::size_t kept_max = 4;
    std::lock_guard const hold{m_lock};
    if (m_free.size() < kept_max) m_free.push_back(std::move(db));
}

} // namespace osetra::access
