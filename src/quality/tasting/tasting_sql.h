#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/ledger_sql.h"
#include "kernel/fault.h"
#include "kernel/json.h"
#include "quality/tasting/decide.h"
#include "store/db.h"

namespace osetra::quality {

/// A fact as it is kept, as long as it holds.
struct KeptTaste {
    FactId root;
    std::string kind, name;
    Instant happened_at;
    std::string author, body;
};
template <Is<KeptTaste> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("name", x.name); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}
/// What was told, when and by whom.
template <class T> struct Told {
    FactId root;
    Instant at;
    std::string author;
    T body;
};
/// The key of a tasting, and the secret that signs its tasters' links.
struct SealedKey { std::string secret, sealed; };
template <Is<SealedKey> X> void visit_fields(X& x, auto f) { f("secret", x.secret); f("sealed", x.sealed); }

/// The name of the enterprise.
std::string company_of(store::Db&, Enterprise);

/// What is kept of tastings. One enterprise, one connection, one thread.
class TastingStore {
public:
    TastingStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

    void enter(Fact const&);
    void leave(FactId const& root);
    void clear();
    std::string digest();

    template <class T> std::vector<Told<T>> all() { return read_all<T>(of_kind(T::kind)); }
    /// Those of a name, in the order of their times.
    template <class T> std::vector<Told<T>> named(std::string const& name) { return read_all<T>(of_name(T::kind, name)); }

    void put_key(std::string const& tasting, SealedKey const&);
    std::optional<SealedKey> key(std::string const& tasting);

private:
    template <class T> static std::vector<Told<T>> read_all(std::vector<KeptTaste>&& rows) {
        std::vector<Told<T>> out;
        out.reserve(rows.size());
        for (auto& row : rows) {
            auto body = from_json<T>(row.body);
            if (!body) throw Fault("a fact of tastings cannot be read: " + body.error().message);
            out.push_back({row.root, row.happened_at, std::move(row.author), std::move(*body)});
        }
        return out;
    }
    std::vector<KeptTaste> of_kind(char const* kind);
    std::vector<KeptTaste> of_name(char const* kind, std::string const& name);

    store::Db& m_db;
    Enterprise m_enterprise;
};

} // namespace osetra::quality
