#include "quality/grading/grading_sql.h"

#include <algorithm>
#include <array>
#include <set>

#include "quality/grading/grading.h"

namespace osetra::quality {
namespace {

using store::arg;

enum Name : std::size_t { last_roe, roe_of, species_of };
constexpr std::array sql{
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

farm::KeptTable const& table() {
    static farm::KeptTable const made{"grade"};
    return made;
}

} // namespace

GradingStore::GradingStore(store::Db& db, Enterprise enterprise) : KeptFacts(db, enterprise, table()) {}

void GradingStore::enter(Fact const& fact) { KeptFacts::enter(fact, grading_name_of(grading_body_of(fact.kind, fact.body))); }

std::vector<LotRow> GradingStore::last_lots(std::int64_t most) {
    std::vector<LotRow> all;
    for (auto const& row : m_db.rows<RoeRow>(sql[last_roe], arg("enterprise", m_enterprise), arg("most", most))) all.push_back(lot_of(m_db, m_enterprise, row));
    return all;
}

std::optional<LotRow> GradingStore::lot(std::string const& name) {
    auto const row = m_db.row<RoeRow>(sql[roe_of], arg("enterprise", m_enterprise), arg("name", name));
    return row ? std::optional{lot_of(m_db, m_enterprise, *row)} : std::nullopt;
}

std::vector<store::Sql> grading_statements() { return table().with(sql); }

std::vector<LotMeasured> measured_by_grading(store::Db& db, Enterprise enterprise) {
    GradingStore store{db, enterprise};
    std::map<std::string, Of<GradeDecided>> last;
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
