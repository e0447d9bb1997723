#include "farm/kept_sql.h"

#include "kernel/sha256.h"

namespace osetra::farm {

using store::arg;

KeptTable::KeptTable(std::string const& word) : m_table(word + "_fact") {
    std::string const columns = "root, kind, name, happened_at, author, body", of = " FROM " + m_table + " WHERE enterprise = :enterprise", select = "SELECT " + columns + of;
    auto const make = [&](Statement which, char const* name, std::string text) {
        m_names[which] = word + "." + name;
        m_texts[which] = std::move(text);
    };
    make(put, "put_fact", "INSERT INTO " + m_table + " (enterprise, " + columns + ") VALUES (:enterprise, :root, :kind, :name, :happened_at, :author, :body)");
    make(drop, "drop_fact", "DELETE" + of + " AND root = :root");
    make(clear, "clear_facts", "DELETE" + of);
    make(of_kind, "of_kind", select + " AND kind = :kind ORDER BY happened_at, root");
    make(of_name, "of_name", select + " AND kind = :kind AND name = :name ORDER BY happened_at, root");
    make(by_root, "by_root", select + " AND root = :root");
    make(all, "all_facts", select + " ORDER BY root");
}

std::vector<store::Sql> KeptTable::with(std::span<store::Sql const> more) const {
    std::vector<store::Sql> out{more.begin(), more.end()};
    for (std::size_t i = 0; i < statements; ++i) out.push_back((*this)[static_cast<Statement>(i)]);
    return out;
}

void KeptFacts::enter(Fact const& fact, std::string name) {
    m_db.run(m_table[KeptTable::put], arg("enterprise", m_enterprise), Kept{fact.root(), fact.kind, std::move(name), fact.happened_at, fact.author, fact.body});
}
void KeptFacts::leave(FactId const& root) { m_db.run(m_table[KeptTable::drop], arg("enterprise", m_enterprise), arg("root", root)); }
void KeptFacts::clear() { m_db.run(m_table[KeptTable::clear], arg("enterprise", m_enterprise)); }

std::string KeptFacts::digest() {
    Sha256 rows;
    m_db.each<Kept>(m_table[KeptTable::all], [&](Kept&& row) { rows.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    return m_table.table() + " " + rows.hex() + "\n";
}

std::vector<Kept> KeptFacts::of_kind(char const* kind) {
    return m_db.rows<Kept>(m_table[KeptTable::of_kind], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}));
}
std::vector<Kept> KeptFacts::of_name(char const* kind, std::string const& name) {
    return m_db.rows<Kept>(m_table[KeptTable::of_name], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("name", name));
}
std::optional<Kept> KeptFacts::by_root(FactId const& root) { return m_db.row<Kept>(m_table[KeptTable::by_root], arg("enterprise", m_enterprise), arg("root", root)); }

} // namespace osetra::farm
