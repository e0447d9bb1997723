#pragma once
#include <optional>
#include <string>
#include <vector>

#include "processing/sorting_branch_sql.h"

// What people ask of a sorting line, as JSON and as the papers of its growers.
namespace osetra::processing {

/// One moment of one company's sorting lines.
struct SortingAsked {
    SortingStore& store;
    FarmOffset offset;
    Instant now;
    std::optional<std::string> company_prefix = {};   ///< where the company has said who it is: pallets then have an SSCC
};

/// A farm day of one pack: loads that wait, run or are through, what came of them by class and size, how fast the lines went against what they can do, and pallets. Loads and pallets that were left open in the
/// fortnight before are told too. `pack`: empty: of the load weighed in last. Refusals: pack_not_found.
Result<std::string> sorting_day_json(SortingAsked const&, FarmDay, std::string const& pack);

/// The whole story of a load or a pallet, with every fact. Refusals: load_not_found, pallet_not_found.
Result<std::string> sorting_load_json(SortingAsked const&, std::string const& load);
Result<std::string> pallet_json(SortingAsked const&, std::string const& pallet);

/// The label of a pallet, A6, English and Chinese. Refusals: pallet_not_found, identity_missing.
Result<std::string> pallet_label(SortingAsked const&, std::string const& pallet, std::string const& company);

/// A pack of a sorting line; `code` empty: that of the load weighed in last, the first of all where none was. Refusals: pack_not_found.
Result<SortingPack const*> sorting_pack_of(SortingAsked const&, std::string const& code);

/// What became of the loads that were weighed in on these days and are through, by grower. Refusals: price_missing, more_than_received, grower_not_found. `grower`: empty: all.
struct GrowersTurn {
    SortingPack const* pack = nullptr;
    std::vector<OutTurn> all;
    std::vector<std::string> unsorted;           ///< loads that are not through
};
Result<GrowersTurn> out_turn_of(SortingAsked const&, SortingPack const& pack, FarmDay from, FarmDay to, std::string const& grower, std::optional<Prices> const& prices = {});
std::string out_turn_json(GrowersTurn const&, FarmDay from, FarmDay to);

/// The facts that a sizer's file tells of loads that were weighed in: one a load, class and size. Refusals: those of read_counts, load_not_found, pack_mixed (loads of several packs in one file).
Result<std::vector<SizerCounted>> counts_told(SortingStore&, std::string_view csv);
/// Columns as those of read_loads; when they came is told beside it. Refusals: column_unknown, number_malformed, weight_unlikely, load_twice.
Result<std::vector<LoadReceived>> loads_told(std::string_view csv, std::string const& pack);
/// When a load of a list was weighed in: now where it is of today, else at noon of its day, and never later than now.
Instant weighed_in_at(FarmDay received_on, Instant now, FarmOffset);

} // namespace osetra::processing
