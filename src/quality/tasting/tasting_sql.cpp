#include "quality/tasting/tasting_sql.h"

#include <array>

#include "access/access.h"
#include "kernel/sha256.h"
#include "quality/tasting/tasting.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t { put_fact, drop_fact, clear_facts, of_kind_, of_name_, all_facts, put_key_, key_ };
#define OSETRA_KEPT_TASTE "root, kind, name, happened_at, author, body"
constexpr std::array sql{
    store::Sql{"taste.put_fact", "INSERT INTO taste_fact (enterprise, " OSETRA_KEPT_TASTE ") VALUES (:enterprise, :root, :kind, :name, :happened_at, :author, :body)"},
    store::Sql{"taste.drop_fact", "DELETE FROM taste_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"taste.clear_facts", "DELETE FROM taste_fact WHERE enterprise = :enterprise"},
    store::Sql{"taste.of_kind", "SELECT " OSETRA_KEPT_TASTE " FROM taste_fact WHERE enterprise = :enterprise AND kind = :kind ORDER BY happened_at, root"},
    store::Sql{"taste.of_name", "SELECT " OSETRA_KEPT_TASTE " FROM taste_fact WHERE enterprise = :enterprise AND kind = :kind AND name = :name ORDER BY happened_at, root"},
    store::Sql{"taste.all_facts", "SELECT " OSETRA_KEPT_TASTE " FROM taste_fact WHERE enterprise = :enterprise ORDER BY root"},
    store::Sql{"taste.put_key", "INSERT INTO taste_key (enterprise, tasting, secret, sealed) VALUES (:enterprise, :tasting, :secret, :sealed) ON CONFLICT (enterprise, tasting) DO UPDATE SET secret = excluded.secret, sealed = excluded.sealed"},
    store::Sql{"taste.key", "SELECT secret, sealed FROM taste_key WHERE enterprise = :enterprise AND tasting = :tasting"},
};

} // namespace

void TastingStore::enter(Fact const& fact) {
    m_db.run(sql[put_fact], arg("enterprise", m_enterprise), KeptTaste{fact.root(), fact.kind, tasting_name_of(tasting_body_of(fact.kind, fact.body)), fact.happened_at, fact.author, fact.body});
}
void TastingStore::leave(FactId const& root) { m_db.run(sql[drop_fact], arg("enterprise", m_enterprise), arg("root", root)); }
void TastingStore::clear() { m_db.run(sql[clear_facts], arg("enterprise", m_enterprise)); }

std::string TastingStore::digest() {
    Sha256 facts;
    m_db.each<KeptTaste>(sql[all_facts], [&](KeptTaste&& row) { facts.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    return "taste_fact " + facts.hex() + "\n";
}

std::vector<KeptTaste> TastingStore::of_kind(char const* kind) { return m_db.rows<KeptTaste>(sql[of_kind_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind})); }
std::vector<KeptTaste> TastingStore::of_name(char const* kind, std::string const& name) {
    return m_db.rows<KeptTaste>(sql[of_name_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("name", name));
}

void TastingStore::put_key(std::string const& tasting, SealedKey const& key) { m_db.run(sql[put_key_], arg("enterprise", m_enterprise), arg("tasting", tasting), key); }
std::optional<SealedKey> TastingStore::key(std::string const& tasting) { return m_db.row<SealedKey>(sql[key_], arg("enterprise", m_enterprise), arg("tasting", tasting)); }

std::string company_of(store::Db& db, Enterprise enterprise) {
    auto const record = access::enterprise_of(db, enterprise);
    return record ? record->name : std::string{};
}

std::vector<store::Sql> tasting_statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::quality
