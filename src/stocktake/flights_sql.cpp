#include "stocktake/flights_sql.h"

#include <algorithm>
#include <array>

#include "farm/facts.h"
#include "kernel/json.h"
#include "kernel/sha256.h"
#include "stocktake/stocktake.h"
#include "store/journal.h"

namespace osetra::stocktake {
namespace {

using store::arg;

enum Name : std::size_t { put_fact, drop_fact, clear_facts, of_flight, of_kind, all_facts, put_flight_job, flight_jobs, job_of_flight };
#define OSETRA_KEPT "root, flight, kind, happened_at, author, body"
constexpr std::array sql{
    store::Sql{"flight.put_fact", "INSERT INTO flight_fact (enterprise, " OSETRA_KEPT ") VALUES (:enterprise, :root, :flight, :kind, :happened_at, :author, :body)"},
    store::Sql{"flight.drop_fact", "DELETE FROM flight_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"flight.clear_facts", "DELETE FROM flight_fact WHERE enterprise = :enterprise"},
    store::Sql{"flight.of_flight", "SELECT " OSETRA_KEPT " FROM flight_fact WHERE enterprise = :enterprise AND flight = :flight ORDER BY happened_at, root"},
    store::Sql{"flight.of_kind", "SELECT " OSETRA_KEPT " FROM flight_fact WHERE enterprise = :enterprise AND kind = :kind ORDER BY happened_at, root"},
    store::Sql{"flight.all_facts", "SELECT " OSETRA_KEPT " FROM flight_fact WHERE enterprise = :enterprise ORDER BY root"},
    store::Sql{"flight.put_job", "INSERT INTO flight_job (enterprise, flight, job) VALUES (:enterprise, :flight, :job) ON CONFLICT (enterprise, flight) DO UPDATE SET job = excluded.job"},
    store::Sql{"flight.jobs", "SELECT flight, job FROM flight_job WHERE enterprise = :enterprise"},
    store::Sql{"flight.job", "SELECT flight, job FROM flight_job WHERE enterprise = :enterprise AND flight = :flight"},
};

struct FlightJob { FactId flight; Uuid job; };
template <Is<FlightJob> X> void visit_fields(X& x, auto f) { f("flight", x.flight); f("job", x.job); }

/// Puts one fact where it belongs. Facts come in the order of their times, so that what is told last holds.
void add(FlightRecord& to, Kept&& kept) {
    if (kept.kind == FlightCounted::kind) to.counted = farm::read_kept<FlightCounted>(std::move(kept));
    else if (kept.kind == StocktakeSigned::kind) { if (!to.signature) to.signature = farm::read_kept<StocktakeSigned>(std::move(kept)); }   // the first stands until it is taken back
    else if (kept.kind == MarksCorrected::kind) {
        auto fact = farm::read_kept<MarksCorrected>(std::move(kept));
        to.corrected.insert_or_assign(fact.body.frame_ms, std::move(fact));
    } else if (kept.kind == FlightHandCounted::kind) {
        auto fact = farm::read_kept<FlightHandCounted>(std::move(kept));
        auto const key = std::pair{fact.body.frame_ms, fact.author};
        to.hand.insert_or_assign(key, std::move(fact));
    }
}

} // namespace

void FlightStore::enter(Fact const& fact) {
    auto const body = body_of(fact.kind, fact.body);
    m_db.run(sql[put_fact], arg("enterprise", m_enterprise), Kept{fact.root(), flight_of(fact, body), fact.kind, fact.happened_at, fact.author, fact.body});
}

void FlightStore::leave(FactId const& root) { m_db.run(sql[drop_fact], arg("enterprise", m_enterprise), arg("root", root)); }

void FlightStore::clear() { m_db.run(sql[clear_facts], arg("enterprise", m_enterprise)); }

std::string FlightStore::digest() {
    Sha256 facts;
    m_db.each<Kept>(sql[all_facts], [&](Kept&& row) { facts.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    return "flight_fact " + facts.hex() + "\n";
}

std::optional<FlightRecord> FlightStore::flight(FactId const& id) {
    auto rows = m_db.rows<Kept>(sql[of_flight], arg("enterprise", m_enterprise), arg("flight", id));
    auto const flown = std::find_if(rows.begin(), rows.end(), [](Kept const& k) { return k.kind == FlightFlown::kind; });
    if (flown == rows.end()) return std::nullopt;
    FlightRecord flight;
    flight.flight = id;
    flight.flown = farm::read_kept<FlightFlown>(Kept{*flown});
    for (auto& row : rows) add(flight, std::move(row));
    return flight;
}

std::vector<FlightRecord> FlightStore::all() {
    std::vector<FlightRecord> all;
    std::map<FactId, std::size_t> at;
    for (auto& row : m_db.rows<Kept>(sql[of_kind], arg("enterprise", m_enterprise), arg("kind", std::string_view{FlightFlown::kind}))) {
        at[row.flight] = all.size();
        auto const id = row.flight;
        all.push_back({id, farm::read_kept<FlightFlown>(std::move(row)), {}, {}, {}, {}});
    }
    for (auto const* kind : {FlightCounted::kind, StocktakeSigned::kind})
        for (auto& row : m_db.rows<Kept>(sql[of_kind], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind})))
            if (auto const found = at.find(row.flight); found != at.end()) add(all[found->second], std::move(row));
    std::reverse(all.begin(), all.end());
    return all;
}

std::optional<PoolCount> FlightStore::count(FactId const& id) {
    auto const versions = store::versions_of(m_db, m_enterprise, id);
    if (versions.empty() || versions.front().kind != farm::Counted::kind || versions.back().act == FactAct::withdraw) return std::nullopt;
    auto const told = from_json<farm::Counted>(versions.back().body);
    return told ? std::optional{PoolCount{told->pool, told->heads.n}} : std::nullopt;
}

std::string FlightStore::calibration(std::string const& site) {
    std::string last;
    for (auto& row : m_db.rows<Kept>(sql[of_kind], arg("enterprise", m_enterprise), arg("kind", std::string_view{SiteCalibrated::kind})))
        if (auto fact = farm::read_kept<SiteCalibrated>(std::move(row)); fact.body.site.text == site) last = std::move(fact.body.calibration);
    return last;
}

void FlightStore::put_job(FactId const& flight, Uuid const& job) { m_db.run(sql[put_flight_job], arg("enterprise", m_enterprise), FlightJob{flight, job}); }

std::map<FactId, Uuid> FlightStore::jobs() {
    std::map<FactId, Uuid> all;
    for (auto const& row : m_db.rows<FlightJob>(sql[flight_jobs], arg("enterprise", m_enterprise))) all[row.flight] = row.job;
    return all;
}

std::optional<Uuid> FlightStore::job_of(FactId const& flight) {
    auto const row = m_db.row<FlightJob>(sql[job_of_flight], arg("enterprise", m_enterprise), arg("flight", flight));
    return row ? std::optional{row->job} : std::nullopt;
}

std::vector<store::Sql> statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::stocktake
