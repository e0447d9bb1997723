#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "breeding/decide.h"
#include "breeding/herd.h"
#include "breeding/traits.h"
#include "farm/ledger_sql.h"
#include "store/db.h"

namespace osetra::breeding {

/// A fact as it is kept, as long as it holds.
struct Kept {
    FactId root;
    std::string kind, name;
    Instant happened_at;
    std::string author, body;
};
template <Is<Kept> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("name", x.name); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}

/// What is kept of breeding. One enterprise, one connection, one thread.
class BreedingStore {
public:
    BreedingStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

    void enter(Fact const&);
    void leave(FactId const& root);
    void clear();
    std::string digest();

    template <class T> std::vector<Of<T>> all() { return read_all<T>(of_kind(T::kind)); }
    /// Those of a name, in the order of their times.
    template <class T> std::vector<Of<T>> named(std::string const& name) { return read_all<T>(of_name(T::kind, name)); }
    template <class T> std::optional<Of<T>> one(FactId const& root) {
        auto kept = by_root(root);
        if (!kept || kept->kind != T::kind) return std::nullopt;
        return read<T>(std::move(*kept));
    }
    /// The last evaluation of a species.
    std::optional<Of<Evaluated>> evaluation(std::string const& species);
    std::optional<FishTold> fish(FishId);
    bool knows_cohort(std::string const&);

    void put_job(std::string const& species, Uuid const& job);
    std::optional<Uuid> job_of(std::string const& species);

    /// Every tagged fish, the studbook and what was told of both.
    HerdTold herd(farm::Reader&);
    /// Weights and ripe stages of the tagged fish of a species, from the farm's own facts, and what was seen of eggs.
    std::vector<TraitRecord> ledger_traits(farm::Reader&, Herd const&, std::string const& species);

private:
    template <class T> static Of<T> read(Kept&& kept) {
        auto body = from_json<T>(kept.body);
        if (!body) throw Fault("a fact of breeding cannot be read: " + body.error().message);
        return {kept.root, kept.happened_at, std::move(kept.author), std::move(*body)};
    }
    template <class T> static std::vector<Of<T>> read_all(std::vector<Kept>&& rows) {
        std::vector<Of<T>> out;
        out.reserve(rows.size());
        for (auto& row : rows) out.push_back(read<T>(std::move(row)));
        return out;
    }
    std::vector<Kept> of_kind(char const* kind);
    std::vector<Kept> of_name(char const* kind, std::string const& name);
    std::optional<Kept> by_root(FactId const&);

    store::Db& m_db;
    Enterprise m_enterprise;
};

} // namespace osetra::breeding
