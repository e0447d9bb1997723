#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "farm/branch.h"
#include "kernel/fault.h"
#include "store/db.h"

// What a branch of the ledger keeps of its facts, each as long as it holds. Every branch has a table of its own, alike but for its name:
// enterprise, root (with it the key), kind, name, happened_at, author, body.
namespace osetra::farm {

/// A row of such a table.
struct Kept {
    FactId root;
    std::string kind, name;                      ///< `name`: by which the branch looks for it
    Instant happened_at;
    std::string author, body;
};
template <Is<Kept> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("name", x.name); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}

/// \pre the row is of T's kind: its body was read strictly when it was told. `Row`: has root, happened_at, author and body
template <class T, class Row> Of<T> read_kept(Row&& row) {
    auto body = from_json<T>(row.body);
    if (!body) throw Fault(std::string{"a fact of kind "} + T::kind + " cannot be read: " + body.error().message);
    return {row.root, row.happened_at, std::move(row.author), std::move(*body)};
}
template <class T> std::vector<Of<T>> read_kept(std::vector<Kept>&& rows) {
    std::vector<Of<T>> out;
    out.reserve(rows.size());
    for (auto& row : rows) out.push_back(read_kept<T>(std::move(row)));
    return out;
}

/// The statements of one branch's table, as long as the program runs.
class KeptTable {
public:
    /// "taste": the table taste_fact, and statements taste.put_fact and so on.
    explicit KeptTable(std::string const& word);
    KeptTable(KeptTable const&) = delete;
    KeptTable& operator=(KeptTable const&) = delete;

    enum Statement : std::size_t { put, drop, clear, of_kind, of_name, by_root, all, statements };
    store::Sql operator[](Statement which) const { return {m_names[which].c_str(), m_texts[which].c_str()}; }
    std::vector<store::Sql> with(std::span<store::Sql const> more) const;   ///< its own and these
    std::string const& table() const { return m_table; }

private:
    std::string m_table;
    std::array<std::string, statements> m_names, m_texts;
};

/// The facts of one enterprise in such a table. One connection, one thread.
class KeptFacts {
public:
    KeptFacts(store::Db& db, Enterprise enterprise, KeptTable const& table) : m_db(db), m_enterprise(enterprise), m_table(table) {}

    void enter(Fact const&, std::string name);
    void leave(FactId const& root);
    void clear();
    /// One line: the same text where the same is kept.
    std::string digest();

    /// In the order of their times.
    template <class T> std::vector<Of<T>> all() { return read_kept<T>(of_kind(T::kind)); }
    template <class T> std::vector<Of<T>> named(std::string const& name) { return read_kept<T>(of_name(T::kind, name)); }
    template <class T> std::optional<Of<T>> one(FactId const& root) {
        auto row = by_root(root);
        if (!row || row->kind != T::kind) return std::nullopt;
        return read_kept<T>(std::move(*row));
    }

protected:
    store::Db& m_db;
    Enterprise m_enterprise;

private:
    std::vector<Kept> of_kind(char const* kind);
    std::vector<Kept> of_name(char const* kind, std::string const& name);
    std::optional<Kept> by_root(FactId const&);

    KeptTable const& m_table;
};

} // namespace osetra::farm
