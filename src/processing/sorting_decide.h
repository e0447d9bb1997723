#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "farm/branch.h"
#include "processing/loads.h"
#include "processing/sorting_facts.h"
#include "processing/sorting_line.h"

// Whether a fact of a sorting line may be taken, and what the facts say of a load and a pallet. Pure: the same in any order of the facts.
namespace osetra::processing {

inline constexpr char const* usual_line = "L1";

using SortingBody = std::variant<LoadReceived, SortingBegun, SizerCounted, SortingEnded, CartonsPacked, PalletClosed, PalletsSent>;
/// \pre the kind is one of the line's and the text was read strictly
SortingBody sorting_body_of(std::string_view kind, std::string_view json);
std::string const& load_of(SortingBody const&);      ///< empty: of a pallet alone
std::string const& pallet_of(SortingBody const&);    ///< empty: of a load alone

/// One fact as it holds.
struct SortingTold {
    FactId root;
    Instant at;
    std::string author;
    SortingBody body;
};

enum class LoadStands : std::uint8_t { waiting, running, sorted };
char const* word_of(LoadStands);

/// What became of a load.
struct LoadState {
    LoadReceived told;
    Instant received_at;
    FactId root;
    bool received = false;                       ///< false: others speak of it, and nobody weighed it in
    std::optional<Instant> begun_at, ended_at;
    std::string line;
    struct Sum { std::int64_t pieces = 0, counted_mg = 0, cartons = 0, packed_mg = 0; };
    std::map<std::pair<std::string, std::string>, Sum> by;   ///< class and size
    std::int64_t sorted_mg = 0, packed_mg = 0;
    LoadStands stands() const { return ended_at ? LoadStands::sorted : begun_at || sorted_mg > 0 ? LoadStands::running : LoadStands::waiting; }
};
/// What stands on a pallet.
struct PalletState {
    std::string pallet, pack, quality, size;     ///< pack: empty where nobody weighed the load in
    struct Part { std::string load, grower; std::int64_t cartons = 0, net_mg = 0; };
    std::vector<Part> parts;                     ///< by load
    std::int64_t cartons = 0, net_mg = 0;
    std::optional<Instant> first_at, closed_at, sent_at;
    std::string shipment, party;                 ///< where it left, and with what
};

/// What a decision has to know.
class SortingBook {
public:
    virtual ~SortingBook() = default;
    virtual std::optional<LoadState> load(std::string const&) = 0;       ///< also one that only others speak of
    virtual std::optional<PalletState> pallet(std::string const&) = 0;
    virtual std::optional<std::string> on_line(std::string const& line) = 0;   ///< the load that a line sorts now
    virtual std::optional<PartyTold> party(std::string const&) { return std::nullopt; }
    virtual bool knows_shipment(std::string const&) { return false; }
    virtual std::string held(std::string const& /*load*/) { return {}; }        ///< the hold that bars a load: "RIPE-K1, unripe"; empty: none
    virtual std::string against(LoadReceived const&, Instant) { return {}; }    ///< why a load weighed in then would be held; empty: it would not
};

/// Of its facts; in any order.
LoadState load_state(std::string const& load, std::vector<SortingTold> const&);
PalletState pallet_state(std::string const& pallet, std::vector<SortingTold> const&, std::map<std::string, LoadReceived> const& loads);
/// What so many cartons weigh: as told, else by the pack.
std::int64_t net_of(CartonsPacked const&, SortingPack const*);

/// May it be told? The value is what a person should know all the same. Refusals in this order: the form (name_malformed, pack_not_found, weight_unlikely, number_malformed, number_unlikely, list_empty, name_twice), and, unless
/// witnessed or a correction, the book: load_exists, load_not_found, load_on_hold, load_running, load_sorted, line_busy, load_not_running, code_unknown, size_missing, size_not_of_class, class_not_packed, more_than_received, pallet_not_found,
/// pallet_closed, pallet_mixed, pallet_full, more_than_counted; of what is sent party_not_found, shipment_exists, pallet_not_found, pallet_open, pallet_gone, load_on_hold. Warnings: load_difference (much came in and was not counted), pallet_part (closed before it is full), load_held (weighed in, and on hold).
Result<std::vector<Refusal>> judge(Fact const&, SortingBody const&, SortingBook&, farm::Trust);

template <class T> std::string says(T const&);

} // namespace osetra::processing
