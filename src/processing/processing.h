#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "farm/branch.h"
#include "kernel/glyphs.h"

namespace osetra::store { class Db; struct Sql; }

// The plant: from the harvested fish to the shipment, as a branch of the ledger. Others see this header only.
namespace osetra::processing {

/// What quality says of a tin: whether it may go. The plant asks before anything is packed, opened or sent.
class Holds {
public:
    virtual ~Holds() = default;
    /// A tin, and all by whose names it can be held.
    struct Of {
        std::vector<std::string> tins;           ///< itself, and those that it was filled from
        std::string lot;
        FishId fish;
        std::vector<std::string> containers;     ///< what it is in, from the inside out
        bool late = false;                       ///< closed later than the clock allows
    };
    /// The hold that bars it, by its name and reason: "H26-0001, residue"; empty: nothing does. `country`: where it is to go; empty: only what bars it everywhere.
    virtual std::string on(Of const&, std::string const& country) = 0;
    /// The clock of a lot was not kept in these tins, which the plant has found; none: it was. Said again whenever that changes.
    virtual void clock(std::string const& lot, std::optional<Instant> first_late_at) = 0;
};
using MakeHolds = std::function<std::unique_ptr<Holds>(farm::FarmAsked&)>;

/// Without `holds` only the clock holds a tin.
farm::BranchPlan branch(MakeHolds holds = {});
/// Losses, samples and returns of tins: a branch of its own beside the plant's.
/// Refusals, in this order: the form (list_empty, name_twice, word_unknown, weight_unlikely), and, unless witnessed or a correction, the book: tin_not_found, tin_gone, tin_repacked,
/// more_than_tin, shipment_not_found, container_not_found, container_not_shipped.
farm::BranchPlan tin_branch();

/// Loads, sizer counts, cartons and pallets of a line that sorts fruit: a branch of its own. Refusals: those of judge in sorting_decide.h.
farm::BranchPlan sorting_branch();

/// A QR code of a text, one dot a module, without the quiet zone. Refusal: gs1_malformed.
Result<paper::Dots> qr_code(std::string_view text);
/// The same as a picture, with the quiet zone.
Result<std::string> qr_svg(std::string_view text);

std::vector<store::Sql> statements();

/// What a fish gave, as the plant weighed it.
struct FishGave {
    FishId fish;
    Instant at;
    Milligrams ovary_mg, roe_mg;
    std::optional<Milligrams> carcass_mg;
};
std::vector<FishGave> all_roe(store::Db&, Enterprise);

/// Whether the plant has told of a lot, a tin or a case of that name.
bool knows(store::Db&, Enterprise, std::string const& what, std::string const& name);
/// Of what a tin was filled, also by way of others; nothing: there is no such tin.
std::optional<std::string> lot_of_tin(store::Db&, Enterprise, std::string const& tin);

/// A lot as others see it.
struct LotTold {
    std::string lot;
    FishId fish;
    Instant taken_at;
    std::int64_t roe_mg = 0, tinned_mg = 0;      ///< in original tins
    std::optional<std::string> grade;
    struct Tin { std::string tin; std::int64_t net_mg = 0; Instant closed_at; };
    std::vector<Tin> tins;
    std::int64_t here_mg = 0;                    ///< of it in tins that have not left
    std::vector<std::string> shipments;          ///< with which some of it left
};
std::optional<LotTold> lot_told(store::Db&, Enterprise, std::string const& lot);
/// Lots, those taken last first.
std::vector<std::string> lots_of(store::Db&, Enterprise, std::size_t most);
/// Lots in the cases of a shipment; empty where there is none.
struct ShipmentTold { std::string party, country; Instant at; std::vector<std::string> lots; std::int64_t net_mg = 0; };
std::optional<ShipmentTold> shipment_told(store::Db&, Enterprise, std::string const& shipment);

} // namespace osetra::processing
