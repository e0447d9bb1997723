#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/fault.h"
#include "kernel/json.h"
#include "quality/grading/decide.h"
#include "store/db.h"

namespace osetra::quality {

/// A fact as it is kept, as long as it holds.
struct GradingKept {
    FactId root;
    std::string kind, name;
    Instant happened_at;
    std::string author, body;
};
template <Is<GradingKept> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("name", x.name); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}

/// A fact with its body read.
template <class T> struct Told {
    FactId root;
    Instant at;
    std::string author;
    T body;
};

/// A lot of the plant, and the fish that it came from.
struct LotRow {
    std::string lot;
    FishId fish;
    Instant taken_at;
    std::string species;                         ///< empty: not known
};

/// What is kept of grading. One enterprise, one connection, one thread.
class GradingStore {
public:
    GradingStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

    void enter(Fact const&);
    void leave(FactId const& root);
    void clear();
    std::string digest();

    /// In the order of their times.
    template <class T> std::vector<Told<T>> all() { return read_all<T>(of_kind(T::kind)); }
    template <class T> std::vector<Told<T>> named(std::string const& name) { return read_all<T>(of_name(T::kind, name)); }

    std::vector<LotRow> last_lots(std::int64_t most);   ///< those taken last first
    std::optional<LotRow> lot(std::string const&);

private:
    template <class T> static std::vector<Told<T>> read_all(std::vector<GradingKept>&& rows) {
        std::vector<Told<T>> out;
        out.reserve(rows.size());
        for (auto& row : rows) {
            auto body = from_json<T>(row.body);
            if (!body) throw Fault("a fact of grading cannot be read: " + body.error().message);
            out.push_back({row.root, row.happened_at, std::move(row.author), std::move(*body)});
        }
        return out;
    }
    std::vector<GradingKept> of_kind(char const* kind);
    std::vector<GradingKept> of_name(char const* kind, std::string const& name);

    store::Db& m_db;
    Enterprise m_enterprise;
};

} // namespace osetra::quality
