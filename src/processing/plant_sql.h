#pragma once
#include <map>

#include "farm/ledger_sql.h"
#include "processing/decide.h"
#include "processing/processing.h"
#include "store/db.h"

namespace osetra::processing {

/// A fact as the plant keeps it.
struct Kept {
    FactId root;
    std::string kind, name;
    Instant happened_at;
    std::string body;
};
template <Is<Kept> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("kind", x.kind); f("name", x.name); f("happened_at", x.happened_at); f("body", x.body);
}

/// A fact with its body read.
template <class T> struct Of {
    FactId root;
    Instant at;
    T body;
};

/// What the plant keeps, and what decisions ask of it. One enterprise, one connection, one thread.
class PlantStore final : public Plant {
public:
    explicit PlantStore(farm::FarmAsked& farm, Holds* holds = nullptr) : m_farm(farm), m_holds(holds) {}

    void enter(Fact const&);
    void leave(Fact const&);                     ///< as it was entered
    void clear();
    std::string digest();

    std::optional<farm::HarvestOf> harvest_of(FishId fish) override { return m_farm.harvest_of(fish); }
    bool knows_fish(FishId fish) override { return m_farm.knows_fish(fish); }
    bool has_plant_code() override;
    bool knows_species(std::string const& code) override { return m_farm.pack().find_species(code) != nullptr; }
    std::optional<Instant> rubbing_of(FishId) override;
    std::optional<std::string> lot_of(FishId) override;
    std::optional<Lot> lot(std::string const&) override;
    std::optional<Tin> tin(std::string const&) override;
    std::string hold_on(std::string const& tin, std::string const& country) override;
    std::optional<Container> container(std::string const&) override;
    bool knows_shipment(std::string const& name) override { return first<Shipped>(name).has_value(); }
    std::optional<PartyRegistered> party(std::string const&) override;
    std::optional<PermitGranted> granted(std::string const&) override;
    std::optional<Permit> permit(std::string const&) override;
    std::optional<InTin> in_tin(std::string const&) override;
    std::string country() override;

    farm::PlantRules const& rules() override { return m_farm.pack().plant; }
    bool knows_order(std::string const& order) override { return first<HarvestOrdered>(order).has_value(); }
    std::optional<std::string> order_of(FishId) override;
    bool step_told(FishId, std::string const& step) override;
    std::optional<std::int64_t> ovary_mg(FishId) override;
    std::optional<MaterialReceived> material(std::string const& batch) override;

    /// All facts with from <= happened_at < to, in the order of their times.
    std::vector<Kept> between(Instant from, Instant to);
    std::vector<Kept> between(Instant from, Instant to, char const* kind);
    /// Names of the facts of a kind that happened last within the year before, the newest first.
    std::vector<std::string> last_names(char const* kind, Instant before, std::int64_t most);
    std::vector<Kept> with_part(std::string const& part);   ///< of every kind, in the order of their times
    std::vector<Kept> named(char const* kind, std::string const& name);   ///< the first told

    /// The first fact of a kind with that name, or that is made of a part.
    template <class T> std::optional<Of<T>> first(std::string const& name);
    template <class T> std::optional<Of<T>> last(std::string const& name);
    template <class T> std::vector<Of<T>> made_of(std::string const& part);   ///< in the order of their times
    /// Of a kind, that happened since, in order of time.
    template <class T> std::vector<Of<T>> since(Instant);

private:
    std::int64_t shipped_under(std::string const& permit);
    /// Says to quality whether the clocks of the lots were kept that a fact has to do with.
    void look_at_clocks(Body const&, bool entered);
    farm::FarmAsked& m_farm;
    Holds* m_holds;                              ///< nullptr: only the clock holds a tin
};

/// What the plant asks of the farm, for those who read.
class FarmRead final : public farm::FarmAsked {
public:
    explicit FarmRead(farm::Reader& reader) : m_reader(reader) {}
    std::optional<farm::HarvestOf> harvest_of(FishId fish) override { return farm::harvest_of(m_reader, fish); }
    bool knows_fish(FishId fish) override { return m_reader.fish(fish).has_value(); }
    bool knows_pool(PoolId const& pool) override { return m_reader.pool(pool.text) != nullptr; }
    bool knows_site(SiteId const& site) override { return m_reader.site(site.text) != nullptr; }
    farm::Pack const& pack() const override { return m_reader.pack(); }
    FarmOffset offset() const override { return m_reader.offset(); }
    Enterprise enterprise() const override { return m_reader.enterprise(); }
    store::Db& db() override { return m_reader.db(); }
    std::optional<trace::Identity> identity() override;

private:
    farm::Reader& m_reader;
};

/// The same plant for whoever asks much of it while nothing changes.
class RememberingPlant final : public Plant {
public:
    explicit RememberingPlant(Plant& plant) : m_plant(plant) {}
    void forget() { m_harvests.clear(); m_lots.clear(); m_tins.clear(); m_granted.clear(); }

    std::optional<farm::HarvestOf> harvest_of(FishId fish) override {
        return once(m_harvests, fish.n, [&] { return m_plant.harvest_of(fish); });
    }
    bool knows_fish(FishId fish) override { return m_plant.knows_fish(fish); }
    bool has_plant_code() override { return m_plant.has_plant_code(); }
    bool knows_species(std::string const& code) override { return m_plant.knows_species(code); }
    std::optional<Instant> rubbing_of(FishId fish) override { return m_plant.rubbing_of(fish); }
    std::optional<std::string> lot_of(FishId fish) override { return m_plant.lot_of(fish); }
    std::optional<Lot> lot(std::string const& name) override { return once(m_lots, name, [&] { return m_plant.lot(name); }); }
    std::optional<Tin> tin(std::string const& name) override { return m_plant.tin(name); }
    std::string hold_on(std::string const& tin, std::string const& country) override { return m_plant.hold_on(tin, country); }
    std::optional<Container> container(std::string const& name) override { return m_plant.container(name); }
    bool knows_shipment(std::string const& name) override { return m_plant.knows_shipment(name); }
    std::optional<PartyRegistered> party(std::string const& name) override { return m_plant.party(name); }
    std::optional<PermitGranted> granted(std::string const& name) override { return once(m_granted, name, [&] { return m_plant.granted(name); }); }
    std::optional<Permit> permit(std::string const& name) override { return m_plant.permit(name); }
    std::optional<InTin> in_tin(std::string const& name) override { return once(m_tins, name, [&] { return m_plant.in_tin(name); }); }
    std::string country() override { return m_plant.country(); }
    farm::PlantRules const& rules() override { return m_plant.rules(); }
    bool knows_order(std::string const& order) override { return m_plant.knows_order(order); }
    std::optional<std::string> order_of(FishId fish) override { return m_plant.order_of(fish); }
    bool step_told(FishId fish, std::string const& step) override { return m_plant.step_told(fish, step); }
    std::optional<std::int64_t> ovary_mg(FishId fish) override { return m_plant.ovary_mg(fish); }
    std::optional<MaterialReceived> material(std::string const& batch) override { return m_plant.material(batch); }

private:
    template <class Map, class Key> static typename Map::mapped_type const& once(Map& known, Key const& key, auto const& ask) {
        auto const at = known.find(key);
        return at != known.end() ? at->second : known.emplace(key, ask()).first->second;
    }
    Plant& m_plant;
    std::map<std::int64_t, std::optional<farm::HarvestOf>> m_harvests;
    std::map<std::string, std::optional<Lot>> m_lots;
    std::map<std::string, std::optional<InTin>> m_tins;
    std::map<std::string, std::optional<PermitGranted>> m_granted;
};

/// The body of a kept fact.
inline Body body_of(Kept const& kept) { return body_of(kept.kind, kept.body); }

/// Name and parts of what a fact says.
std::string name_of(Body const&);
std::vector<std::string> parts_of(Body const&);

} // namespace osetra::processing
