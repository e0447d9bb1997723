#include "processing/sorting_branch_sql.h"

#include <array>
#include <set>
#include <fmt/core.h>

#include "kernel/sha256.h"
#include "store/db.h"

namespace osetra::processing {
namespace {

using store::arg;

enum Name : std::size_t { put_row, drop_row, clear_rows, all_rows, of_load_rows, of_pallet_rows, between_rows, begun_not_ended, put_sent, drop_sent, clear_sent, all_sent, of_shipment };
constexpr std::array sql{
    store::Sql{"sorting_fact.put", "INSERT INTO sorting_fact (enterprise, root, kind, load, pallet, happened_at, author, body) VALUES (:enterprise, :root, :kind, :load, :pallet, :happened_at, :author, :body)"},
    store::Sql{"sorting_fact.drop", "DELETE FROM sorting_fact WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"sorting_fact.clear", "DELETE FROM sorting_fact WHERE enterprise = :enterprise"},
    store::Sql{"sorting_fact.all", "SELECT root, kind, load, pallet, happened_at, author, body FROM sorting_fact WHERE enterprise = :enterprise ORDER BY root"},
    store::Sql{"sorting_fact.of_load", "SELECT root, kind, load, pallet, happened_at, author, body FROM sorting_fact WHERE enterprise = :enterprise AND load = :load ORDER BY happened_at, root"},
    store::Sql{"sorting_fact.of_pallet", "SELECT root, kind, load, pallet, happened_at, author, body FROM sorting_fact WHERE enterprise = :enterprise AND (pallet = :pallet OR root IN (SELECT s.root FROM sorting_sent AS s WHERE s.enterprise = :enterprise AND s.pallet = :pallet)) ORDER BY happened_at, root"},
    store::Sql{"sorting_fact.between", "SELECT root, kind, load, pallet, happened_at, author, body FROM sorting_fact WHERE enterprise = :enterprise AND kind = :kind AND happened_at >= :from_at AND happened_at < :to_at ORDER BY happened_at, root"},
    store::Sql{"sorting_fact.running", "SELECT root, kind, load, pallet, happened_at, author, body FROM sorting_fact AS b WHERE enterprise = :enterprise AND kind = 'sort_start' "
               "AND NOT EXISTS (SELECT 1 FROM sorting_fact AS e WHERE e.enterprise = :enterprise AND e.load = b.load AND e.kind = 'sort_end') ORDER BY happened_at, root"},
    store::Sql{"sorting_sent.put", "INSERT INTO sorting_sent (enterprise, root, pallet, shipment) VALUES (:enterprise, :root, :pallet, :shipment)"},
    store::Sql{"sorting_sent.drop", "DELETE FROM sorting_sent WHERE enterprise = :enterprise AND root = :root"},
    store::Sql{"sorting_sent.clear", "DELETE FROM sorting_sent WHERE enterprise = :enterprise"},
    store::Sql{"sorting_sent.all", "SELECT root, pallet, shipment FROM sorting_sent WHERE enterprise = :enterprise ORDER BY root, pallet"},
    store::Sql{"sorting_sent.of_shipment", "SELECT root, pallet, shipment FROM sorting_sent WHERE enterprise = :enterprise AND shipment = :shipment ORDER BY root, pallet"},
};

struct Row {
    FactId root;
    std::string kind, load, pallet;
    Instant happened_at;
    std::string author, body;
};
template <Is<Row> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("load", x.load); f("pallet", x.pallet); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}
struct SentRow { FactId root; std::string pallet, shipment; };
template <Is<SentRow> X> void visit_fields(X& x, auto f) { f("root", x.root); f("pallet", x.pallet); f("shipment", x.shipment); }
std::vector<SortingTold> read(std::vector<Row>&& rows) {
    std::vector<SortingTold> all;
    all.reserve(rows.size());
    for (auto& r : rows) all.push_back({r.root, r.happened_at, std::move(r.author), sorting_body_of(r.kind, r.body)});
    return all;
}

class SortingBranch final : public farm::Branch {
public:
    SortingBranch(farm::FarmAsked& farm, std::unique_ptr<LoadGate> gate) : m_farm(farm), m_gate(std::move(gate)), m_store(farm.db(), farm.enterprise(), m_gate.get()) {}

    Result<std::vector<Refusal>> judge(Fact& fact, farm::Trust trust) override { return processing::judge(fact, sorting_body_of(fact.kind, fact.body), m_store, trust); }
    std::vector<std::string> subjects(Fact const& fact) override {
        auto const body = sorting_body_of(fact.kind, fact.body);
        std::vector<std::string> all;
        if (!load_of(body).empty()) all.push_back("load:" + load_of(body));
        if (!pallet_of(body).empty()) all.push_back("pallet:" + pallet_of(body));
        if (auto const* sent = std::get_if<PalletsSent>(&body)) {
            for (auto const& pallet : sent->pallets) all.push_back("pallet:" + pallet);
            all.push_back("shipment:" + sent->shipment);
            all.push_back("party:" + sent->party);
        }
        return all;
    }
    void enter(Fact const& fact) override {
        m_store.enter(fact);
        changed(fact);
    }
    void leave(Fact const& fact) override {
        m_store.leave(fact.root());
        changed(fact);
    }
    void clear() override { m_store.clear(); }
    std::string digest() override { return m_store.digest(); }
    std::vector<FactId> waited_for(Fact const& fact) override {
        std::vector<FactId> cartons;
        if (fact.kind == LoadReceived::kind)
            for (auto const& f : m_store.of_load(load_of(sorting_body_of(fact.kind, fact.body))))
                if (std::holds_alternative<CartonsPacked>(f.body)) cartons.push_back(f.root);
        return cartons;
    }
    std::vector<trace::Node> events_of(Fact const& fact, trace::Naming const& names) override { return sorting_events(fact, sorting_body_of(fact.kind, fact.body), m_store, names, m_farm.offset()); }

private:
    void changed(Fact const& fact) {
        if (m_gate && fact.kind == LoadReceived::kind) m_gate->changed(load_of(sorting_body_of(fact.kind, fact.body)));
    }
    farm::FarmAsked& m_farm;
    std::unique_ptr<LoadGate> m_gate;
    SortingStore m_store;
};

LoadTold told_of(LoadReceived const& b, Instant at) { return {b.load, b.pack, b.grower, b.orchard.value_or(""), b.variety.value_or(""), at}; }

} // namespace

void SortingStore::enter(Fact const& fact) {
    auto const body = sorting_body_of(fact.kind, fact.body);
    m_db.run(sql[put_row], arg("enterprise", m_enterprise), Row{fact.root(), fact.kind, load_of(body), pallet_of(body), fact.happened_at, fact.author, fact.body});
    if (auto const* sent = std::get_if<PalletsSent>(&body))
        for (auto const& pallet : std::set<std::string>{sent->pallets.begin(), sent->pallets.end()}) m_db.run(sql[put_sent], arg("enterprise", m_enterprise), SentRow{fact.root(), pallet, sent->shipment});
}
void SortingStore::leave(FactId const& root) {
    m_db.run(sql[drop_row], arg("enterprise", m_enterprise), arg("root", root));
    m_db.run(sql[drop_sent], arg("enterprise", m_enterprise), arg("root", root));
}
void SortingStore::clear() {
    m_db.run(sql[clear_rows], arg("enterprise", m_enterprise));
    m_db.run(sql[clear_sent], arg("enterprise", m_enterprise));
}
bool SortingStore::knows_shipment(std::string const& name) {
    return shipment_told(m_db, m_enterprise, name).has_value() || !m_db.rows<SentRow>(sql[of_shipment], arg("enterprise", m_enterprise), arg("shipment", name)).empty();
}
std::string SortingStore::digest() {
    Sha256 rows;
    m_db.each<Row>(sql[all_rows], [&](Row&& row) { rows.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    Sha256 sent;
    m_db.each<SentRow>(sql[all_sent], [&](SentRow&& row) { sent.add(to_json(row) + "\n"); }, arg("enterprise", m_enterprise));
    return "sorting_fact " + rows.hex() + "\nsorting_sent " + sent.hex() + "\n";
}

std::vector<SortingTold> SortingStore::of_load(std::string const& load) { return read(m_db.rows<Row>(sql[of_load_rows], arg("enterprise", m_enterprise), arg("load", load))); }
std::vector<SortingTold> SortingStore::of_pallet(std::string const& pallet) { return read(m_db.rows<Row>(sql[of_pallet_rows], arg("enterprise", m_enterprise), arg("pallet", pallet))); }
std::vector<SortingTold> SortingStore::between(char const* kind, Instant from, Instant to) {
    return read(m_db.rows<Row>(sql[between_rows], arg("enterprise", m_enterprise), arg("kind", std::string_view{kind}), arg("from_at", from), arg("to_at", to)));
}

std::optional<LoadState> SortingStore::load(std::string const& name) {
    auto const facts = of_load(name);
    return facts.empty() ? std::nullopt : std::optional{load_state(name, facts)};
}
std::optional<PalletState> SortingStore::pallet(std::string const& name) {
    auto const facts = of_pallet(name);
    return facts.empty() ? std::nullopt : std::optional{pallet_from(name, facts)};
}
PalletState SortingStore::pallet_from(std::string const& name, std::vector<SortingTold> const& facts) {
    std::map<std::string, LoadReceived> loads;
    for (auto const& f : facts)
        if (auto const* packed = std::get_if<CartonsPacked>(&f.body); packed && !loads.contains(packed->load))
            if (auto const state = load(packed->load); state && state->received) loads[packed->load] = state->told;
    return pallet_state(name, facts, loads);
}
std::optional<std::string> SortingStore::on_line(std::string const& line) {
    for (auto const& f : read(m_db.rows<Row>(sql[begun_not_ended], arg("enterprise", m_enterprise)))) {
        auto const& begun = std::get<SortingBegun>(f.body);
        if (begun.line.value_or(usual_line) == line) return begun.load;
    }
    return std::nullopt;
}

std::string SortingStore::against(LoadReceived const& b, Instant at) { return m_gate ? m_gate->against(told_of(b, at)) : std::string{}; }

std::optional<LoadTold> load_told(store::Db& db, Enterprise enterprise, std::string const& load) {
    auto const state = SortingStore{db, enterprise}.load(load);
    return state && state->received ? std::optional{told_of(state->told, state->received_at)} : std::nullopt;
}
std::vector<LoadTold> loads_between(store::Db& db, Enterprise enterprise, Instant from, Instant to) {
    std::vector<LoadTold> all;
    for (auto const& f : SortingStore{db, enterprise}.between(LoadReceived::kind, from, to)) all.push_back(told_of(std::get<LoadReceived>(f.body), f.at));
    return all;
}

farm::BranchPlan sorting_branch() { return sorting_branch(MakeLoadGate{}); }
farm::BranchPlan sorting_branch(MakeLoadGate gate) {
    farm::BranchPlan plan;
    each_sorting_kind([&]<class T>() { plan.kinds.push_back(farm::kind_of<T>(&says<T>)); });
    plan.subject_words = {"load", "pallet"};
    plan.make = [gate = std::move(gate)](farm::FarmAsked& farm) { return std::make_unique<SortingBranch>(farm, gate ? gate(farm) : nullptr); };
    return plan;
}

std::vector<store::Sql> sorting_statements() { return {sql.begin(), sql.end()}; }

} // namespace osetra::processing
