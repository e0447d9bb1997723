#include "quality/tasting/tasting_sql.h"

#include <array>

#include "quality/tasting/tasting.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t { put_key_, key_ };
constexpr std::array sql{
    store::Sql{"taste.put_key", "INSERT INTO taste_key (enterprise, tasting, secret, sealed) VALUES (:enterprise, :tasting, :secret, :sealed) ON CONFLICT (enterprise, tasting) DO UPDATE SET secret = excluded.secret, sealed = excluded.sealed"},
    store::Sql{"taste.key", "SELECT secret, sealed FROM taste_key WHERE enterprise = :enterprise AND tasting = :tasting"},
};

farm::KeptTable const& table() {
    static farm::KeptTable const made{"taste"};
    return made;
}

} // namespace

TastingStore::TastingStore(store::Db& db, Enterprise enterprise) : KeptFacts(db, enterprise, table()) {}

void TastingStore::enter(Fact const& fact) { KeptFacts::enter(fact, tasting_name_of(tasting_body_of(fact.kind, fact.body))); }

void TastingStore::put_key(std::string const& tasting, SealedKey const& key) { m_db.run(sql[put_key_], arg("enterprise", m_enterprise), arg("tasting", tasting), key); }
std::optional<SealedKey> TastingStore::key(std::string const& tasting) { return m_db.row<SealedKey>(sql[key_], arg("enterprise", m_enterprise), arg("tasting", tasting)); }

std::vector<store::Sql> tasting_statements() { return table().with(sql); }

} // namespace osetra::quality
