#pragma once
#include <optional>
#include <string>
#include <vector>

#include "processing/processing.h"
#include "processing/sorting_decide.h"

namespace osetra::store { class Db; struct Sql; }

// What a sorting line told, as a branch of the ledger: loads, what the sizer counted, cartons and pallets.
namespace osetra::processing {

/// The facts of one enterprise's sorting lines. One connection, one thread.
class SortingStore final : public SortingBook {
public:
    /// `gate`: may be nullptr: nothing holds a load; must outlive the store.
    SortingStore(store::Db& db, Enterprise enterprise, LoadGate* gate = nullptr) : m_db(db), m_enterprise(enterprise), m_gate(gate) {}

    void enter(Fact const&);
    void leave(FactId const& root);
    void clear();
    std::string digest();

    std::optional<LoadState> load(std::string const&) override;
    std::optional<PalletState> pallet(std::string const&) override;
    std::optional<std::string> on_line(std::string const& line) override;
    std::optional<PartyTold> party(std::string const& name) override { return party_told(m_db, m_enterprise, name); }
    bool knows_shipment(std::string const&) override;
    std::string held(std::string const& load) override { return m_gate ? m_gate->on(load) : std::string{}; }
    std::string against(LoadReceived const&, Instant) override;

    /// A pallet by some of its facts, with the loads that its cartons are of.
    PalletState pallet_from(std::string const& name, std::vector<SortingTold> const& facts);
    std::vector<SortingTold> of_load(std::string const&);
    std::vector<SortingTold> of_pallet(std::string const&);
    /// Of a kind, with from <= happened_at < to, in the order of their times.
    std::vector<SortingTold> between(char const* kind, Instant from, Instant to);

private:
    store::Db& m_db;
    Enterprise m_enterprise;
    LoadGate* m_gate;
};

std::vector<store::Sql> sorting_statements();

/// What partners are told of a fact: a load is received from its grower, cartons are made of it and put on a pallet, a pallet is closed. Pure.
std::vector<trace::Node> sorting_events(Fact const&, SortingBody const&, SortingBook&, trace::Naming const&, FarmOffset);

} // namespace osetra::processing
