#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "farm/branch.h"
#include "processing/facts.h"

// Whether a fact of the plant may be taken. Pure: what is there already comes through `Plant`.
namespace osetra::processing {

using Body = std::variant<RubbingStarted, RoeTaken, Salted, TinClosed, Repacked, CaseClosed, PartyRegistered, PermitGranted, Shipped,
                          HarvestOrdered, StepDone, MaterialReceived, MaterialUsed, PointChecked>;
/// \pre the kind is one of the plant's and the text was read strictly
Body body_of(std::string_view kind, std::string_view json);

/// Best before, from the day of salting (a year unopened; facts of the Austrian food book).
inline constexpr int keeps_days = 365;

/// A roe lot, and what became of it.
struct Lot {
    std::string lot;
    FishId fish;
    std::string species;                         ///< empty: not known
    Instant taken_at;
    std::int64_t roe_mg = 0;
    std::optional<Salted> salted;
    std::int64_t tinned_mg = 0;                  ///< in original tins
    std::optional<Instant> rubbing_at, first_tin_at;
    std::int64_t caviar_mg() const { return salted ? roe_mg + salted->salt_mg.n - (salted->drained_mg ? salted->drained_mg->n : 0) : 0; }
};
struct Tin {
    std::string tin, lot, species;
    std::int64_t net_mg = 0;
    Instant closed_at;
    std::optional<std::string> repacked, container;   ///< opened by this fact's tins; is in this container
    std::string hold;                            ///< why nobody may send it; empty: nothing
};
struct Container {
    std::string container;
    std::vector<std::string> tins, containers;
    std::optional<std::string> inside, shipment;
};
struct Permit {
    PermitGranted granted;
    std::int64_t shipped_mg = 0;
};

/// What a decision has to know.
class Plant {
public:
    virtual ~Plant() = default;
    virtual std::optional<farm::HarvestOf> harvest_of(FishId) = 0;
    virtual bool knows_fish(FishId) = 0;
    virtual bool has_plant_code() = 0;
    virtual bool knows_species(std::string const&) = 0;
    virtual std::optional<Instant> rubbing_of(FishId) = 0;
    virtual std::optional<std::string> lot_of(FishId) = 0;
    virtual std::optional<Lot> lot(std::string const&) = 0;
    virtual std::optional<Tin> tin(std::string const&) = 0;
    /// Why a tin may not go to a country; empty: nothing bars it.
    virtual std::string hold_on(std::string const& tin, std::string const& /*country*/) { auto const t = this->tin(tin); return t ? t->hold : std::string{}; }
    virtual std::optional<Container> container(std::string const&) = 0;
    virtual bool knows_shipment(std::string const&) = 0;
    virtual std::optional<PartyRegistered> party(std::string const&) = 0;
    virtual std::optional<PermitGranted> granted(std::string const&) = 0;
    virtual std::optional<Permit> permit(std::string const&) = 0;
    /// What is in a tin, without what became of it.
    struct InTin {
        std::string lot, species;
        std::int64_t net_mg = 0;
    };
    virtual std::optional<InTin> in_tin(std::string const&) = 0;
    virtual std::string country() = 0;           ///< of the company
    virtual farm::PlantRules const& rules() = 0; ///< of the pack
    virtual bool knows_order(std::string const&) = 0;
    virtual std::optional<std::string> order_of(FishId) = 0;          ///< the harvest order that the fish is in
    virtual bool step_told(FishId, std::string const& step) = 0;      ///< by a fact of its own
    virtual std::optional<std::int64_t> ovary_mg(FishId) = 0;         ///< as it was weighed when it was taken
    virtual std::optional<MaterialReceived> material(std::string const& batch) = 0;
};

/// What the teller left out: the lot's name.
void complete(Body&, Plant&, FarmOffset);

/// The clock of the pack that ends with the closed tin, and holds what is later; nullptr: it has none.
farm::PlantClock const* tin_clock(farm::PlantRules const&);
/// What the clock has against a tin: its word, or empty.
std::string hold_of(farm::PlantRules const&, std::optional<Instant> const& rubbing_at, Instant closed_at);
/// How much salt gives roe the usual share.
std::int64_t suggested_salt_mg(farm::PlantRules const&, std::int64_t roe_mg);

/// Whether a control point was as it should be.
bool is_good(farm::PlantCheck const&, PointChecked const&);

/// The first tin in a container that may not go to a country, with the reason; also of the containers in it.
std::optional<std::pair<std::string, std::string>> held_in(Container const&, std::string const& country, Plant&);

/// What the tins in a container weigh, by species; also in the containers in it.
std::vector<std::pair<std::string, std::int64_t>> contents(Container const&, Plant&);

/// May it be told? The value is what a person should know all the same. Refusals in this order:
/// the form (name_malformed, number_malformed, weight_unlikely, list_empty, name_twice, country_malformed, gln_malformed, code_unknown, step_unknown, step_has_a_fact, point_unknown, field_missing,
/// purge_too_short), and, unless witnessed, the book: fish_not_found, fish_not_harvested, order_wrong, rubbing_twice, roe_taken_before, lot_exists, more_than_ovary, lot_not_found, lot_salted,
/// more_drained, salt_out_of_range, plant_code_missing, lot_not_salted, tin_exists, more_than_salted, tin_not_found, tin_repacked, tin_packed, tin_on_hold,
/// more_than_tin, container_exists, container_not_found, container_packed, container_shipped, shipment_exists, party_not_found, shipment_on_hold, permit_missing,
/// permit_not_found, permit_expired, permit_species, permit_party, permit_exceeded, order_exists, fish_ordered, fish_harvested, step_told, more_than_body, ovary_differs, batch_exists,
/// batch_not_found.
/// A correction is looked at for its form only: what it contradicts is shown.
Result<std::vector<Refusal>> judge(Fact const&, Body const&, Plant&, farm::Trust, FarmOffset);

/// A sentence for people.
template <class T> std::string says(T const&);

/// species/C/country/year of harvest/plant/lot (CITES Res. Conf. 12.7; source C: bred in captivity).
std::string cites_label(std::string const& species, std::string const& country, int year, std::string const& plant_code, std::string const& lot);

} // namespace osetra::processing
