#include "farm/import_store_sql.h"

#include "kernel/json.h"

namespace osetra::farm {
namespace {

using store::arg;

constexpr store::Sql sql[] = {
    {"import.taken", "SELECT facts FROM import_taken WHERE enterprise = :enterprise AND sha256 = :sha256"},
    {"import.take", "INSERT INTO import_taken (enterprise, sha256, file, at, person, facts) VALUES (:enterprise, :sha256, :file, :at, :person, :facts) "
                    "ON CONFLICT (enterprise, sha256) DO NOTHING"},
    {"import.list", "SELECT file, sha256, at, person, facts FROM import_taken WHERE enterprise = :enterprise ORDER BY at DESC, sha256 LIMIT :limit"},
    {"import.mappings", "SELECT signature, mapping FROM import_mapping WHERE enterprise = :enterprise ORDER BY signature"},
    {"import.map", "INSERT INTO import_mapping (enterprise, signature, mapping, at) VALUES (:enterprise, :signature, :mapping, :at) "
                   "ON CONFLICT (enterprise, signature) DO UPDATE SET mapping = excluded.mapping, at = excluded.at"},
};
enum { taken_, take, list, mappings_, map };

struct Count { std::int64_t facts = 0; };
template <Is<Count> X> void visit_fields(X& x, auto f) { f("facts", x.facts); }
struct Taken {
    std::string file, sha256;
    Instant at;
    std::string person;
    std::int64_t facts = 0;
};
template <Is<Taken> X> void visit_fields(X& x, auto f) {
    f("file", x.file); f("sha256", x.sha256); f("at", x.at); f("person", x.person); f("facts", x.facts);
}
struct Mapping { std::string signature, mapping; };
template <Is<Mapping> X> void visit_fields(X& x, auto f) { f("signature", x.signature); f("mapping", x.mapping); }

} // namespace

bool LedgerImports::taken(std::string_view sha256) {
    return m_reader.db().row<Count>(sql[taken_], arg("enterprise", m_reader.enterprise()), arg("sha256", sha256)).has_value();
}

std::map<std::string, SheetPlan> LedgerImports::mappings() {
    std::map<std::string, SheetPlan> all;
    for (auto& row : m_reader.db().rows<Mapping>(sql[mappings_], arg("enterprise", m_reader.enterprise())))
        if (auto plans = read_mapping(row.mapping); plans && plans->size() == 1) {   // one of an older program may name a field that went
            plans->front().signature = row.signature;
            all.emplace(row.signature, std::move(plans->front()));
        }
    return all;
}

Known LedgerImports::known() {
    Known known;
    for (auto const& s : m_reader.sites()) known.sites.insert(s.site.text);
    for (auto const& p : m_reader.pools()) known.pools[p.pool.text] = {p.name.value_or(""), p.site.text};
    for (auto const& c : m_reader.cohorts()) known.cohorts[c.cohort.text] = c.species;
    known.groups = [this](PoolId const& pool, FarmDay day) {
        std::vector<std::pair<CohortId, std::int64_t>> groups;
        for (auto const& row : m_reader.stock(pool.text, day))
            if (row.heads() > 0) groups.push_back({CohortId{row.cohort}, row.heads()});
        return groups;
    };
    known.fish = [this](FishId tag) -> std::optional<Known::Fish> {
        auto const id = m_reader.fish_by_tag(tag);
        auto const row = id ? m_reader.fish(*id) : std::nullopt;
        if (!row) return std::nullopt;
        return Known::Fish{row->pool, row->cohort, row->state == 0};
    };
    return known;
}

std::vector<std::pair<FactId, Refusal>> LedgerImports::keep(ImportPlan const& plan, ImportOptions const& options) {
    auto const enterprise = arg("enterprise", m_reader.enterprise());
    auto const at = arg("at", options.now);
    std::vector<std::pair<FactId, Refusal>> refused;
    m_write([&](Ledger& ledger) {
        auto const beside = [&](store::Db& db) {
            auto const facts = static_cast<std::int64_t>(plan.facts.size());
            db.run(sql[take], enterprise, arg("sha256", plan.sha256), arg("file", plan.file), at, arg("person", options.author), arg("facts", facts));
            for (auto const& sheet : plan.sheets)
                if (!sheet.signature.empty() && sheet.layout != "ignore")
                    db.run(sql[map], enterprise, arg("signature", sheet.signature), arg("mapping", mapping_json(sheet)), at);
        };
        for (auto& told : ledger.record(plan.facts, Trust::checked, options.now, Ledger::Together::all_or_none, beside))
            if (told.outcome == Told::Outcome::refused) refused.emplace_back(told.id, std::move(told.refusal));
    });
    m_reader.forget();
    return refused;
}

std::vector<std::pair<FactId, Refusal>> LedgerImports::rehearse(std::vector<Fact> facts, ImportOptions const& options) {
    struct OnlyRehearsed {};
    std::vector<std::pair<FactId, Refusal>> refused;
    m_write([&](Ledger& ledger) {
        try {
            for (auto& told : ledger.record(std::move(facts), Trust::checked, options.now, Ledger::Together::all_or_none, [](store::Db&) { throw OnlyRehearsed{}; }))
                if (told.outcome == Told::Outcome::refused) refused.emplace_back(told.id, std::move(told.refusal));
        } catch (OnlyRehearsed const&) {   // all would have been taken; the transaction is rolled back
        }
    });
    m_reader.forget();
    return refused;
}

std::string imports_json(Reader& reader) {
    JsonOut out;
    out.begin_object();
    out.begin_array("imports");
    for (auto const& row : reader.db().rows<Taken>(sql[list], arg("enterprise", reader.enterprise()), arg("limit", std::int64_t{500}))) out.record(nullptr, row);
    out.end_array();
    out.end_object();
    return out.take();
}

std::span<store::Sql const> import_statements() { return sql; }

} // namespace osetra::farm
