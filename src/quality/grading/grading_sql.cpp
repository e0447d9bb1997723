#include "quality/grading/grading_sql.h"

#include <algorithm>
#include <array>
#include <set>

#include "kernel/sha256.h"
#include "quality/grading/grading.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t { put_fact, drop_fact, clear_facts, of_kind_, of_name_, all_facts, last_roe, roe_of, species_of };
#define OSETRA_GRADED "root, kind, name, happened_at, author, body"
constexpr std::array sql{
    store::Sql{"grade.put_fact", "INSERT INTO grade_fact (enterprise, " OSETRA_GRADED ") VALUES (:enterprise, :root, :kind, :name, :happened_at, :author, :body)"},
    store::Sql{"grade.drop_fact", "DELETE FROM grade_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"grade.clear_facts", "DELETE FROM grade_fact WHERE enterprise = :enterprise"},
    store::Sql{"grade.of_kind", "SELECT " OSETRA_GRADED " FROM grade_fact WHERE enterprise = :enterprise AND kind = :kind ORDER BY happened_at, root"},
    store::Sql{"grade.of_name", "SELECT " OSETRA_GRADED " FROM grade_fact WHERE enterprise = :enterprise AND kind = :kind AND name = :name ORDER BY happened_at, root"},
    store::Sql{"grade.all_facts", "SELECT " OSETRA_GRADED " FROM grade_fact WHERE enterprise = :enterprise ORDER BY root"},
    store::Sql{"grade.last_roe", "SELECT name, happened_at, body FROM plant_fact WHERE enterprise = :enterprise AND kind = 'roe' ORDER BY happened_at DESC, root DESC LIMIT :most"},
    store::Sql{"grade.roe_of", "SELECT name, happened_at, body FROM plant_fact WHERE enterprise = :enterprise AND kind = 'roe' AND name = :name ORDER BY happened_at, root LIMIT 1"},
    store::Sql{"grade.species_of", "SELECT c.species FROM fish AS f JOIN cohort AS c ON c.enterprise = f.enterprise AND c.cohort = f.cohort WHERE f.enterprise = :enterprise AND f.fish = :fish"},
};

struct RoeRow { std::string name; Instant happened_at; std::string body; };
template <Is<RoeRow> X> void visit_fields(X& x, auto f) { f("name", x.name); f("happened_at", x.happened_at); f("body", x.body); }
struct SpeciesRow { std::string species; };
template <Is<SpeciesRow> X> void visit_fields(X& x, auto f) { f("species", x.species); }

LotRow lot_of(store::Db& db, Enterprise enterprise, RoeRow const& row) {
    LotRow lot{row.name, {}, row.happened_at, {}};
    if (auto in = JsonIn::parse(row.body)) in->get_fish("fish", lot.fish);
    if (auto const species = db.row<SpeciesRow>(sql[species_of], arg("enterprise", enterprise), arg("fish", lot.fish.n))) lot.species = species->species;
    return lot;
}

} // namespace

void GradingStore::enter(Fact const& fact) {
    m_db.run(sql[put_fact], arg("enterprise", m_enterprise), GradingKept{fact.root(), fact.kind, grading_name_of(grading_body_of(fact.kind, fact.body)), fact.happened_at, fact.author, fact.body});
}

void GradingStore::leave(FactId const& root) { m_db.run(sql[drop_fact], arg("enterprise", m_enterprise), arg("root", root)); }

void GradingStore::clear() { m_db.run(sql[clear_facts], arg("enterprise", m_enterprise)); }

std::string GradingStore::digest() {
    Sha256 facts;
    m_db.each<GradingKept>(sql[all_facts], [&](GradingKept&& row) { facts.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    return "grade_fact " + facts.hex() + "\n";
}

std::vector<GradingKept> GradingStore::of_kind(char const* kind) { return m_db.rows<GradingKept>(sql[of_kind_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind})); }

std::vector<GradingKept> GradingStore::of_name(char const* kind, std::string const& name) {
    return m_db.rows<GradingKept>(sql[of_name_], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("name", name));
}

std::vector<LotRow> GradingStore::last_lots(std::int64_t most) {
    std::vector<LotRow> all;
    for (auto const& row : m_db.rows<RoeRow>(sql[last_roe], arg("enterprise", m_enterprise), arg("most", most))) all.push_back(lot_of(m_db, m_enterprise, row));
    return all;
}

std::optional<LotRow> GradingStore::lot(std::string const& name) {
    auto const row = m_db.row<RoeRow>(sql[roe_of], arg("enterprise", m_enterprise), arg("name", name));
    return row ? std::optional{lot_of(m_db, m_enterprise, *row)} : std::nullopt;
}

std::vector<store::Sql> grading_statements() { return {sql.begin(), sql.end()}; }

std::vector<LotMeasured> measured_by_grading(store::Db& db, Enterprise enterprise) {
    GradingStore store{db, enterprise};
    std::map<std::string, Told<GradeDecided>> last;
    for (auto& d : store.all<GradeDecided>()) last.insert_or_assign(d.body.lot, std::move(d));
    std::vector<LotMeasured> all;
    for (auto const& [name, decided] : last) {
        auto const lot = store.lot(name);
        auto const values = parse_scores(decided.body.values);
        if (!lot || !values) continue;
        for (auto const& [attribute, value] : *values) all.push_back({lot->fish, lot->taken_at, attribute, value});
    }
    std::stable_sort(all.begin(), all.end(), [](LotMeasured const& a, LotMeasured const& b) { return a.at < b.at; });
    return all;
}

} // namespace osetra::quality
