#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fields.h"
#include "kernel/money.h"
#include "kernel/result.h"

// A line that sorts fruit by size and quality: a grower's load comes in, a sizer counts, cartons go out, and the grower is told what became of it. Pure; what is sorted is data
// (packs/sorting_*.yaml). Lengths are whole thousandths of a millimetre, weights whole milligrams, money whole minor units.
namespace osetra::processing {

struct SizeClass { std::string code; std::int64_t from_um = 0, to_um = 0; };   ///< from and including, up to and without
struct QualityClass {
    std::string code, name_en, name_zh;
    std::map<std::string, double> limits;        ///< most of each measure
    std::optional<std::int64_t> least_um;        ///< smaller fruit is not of it
    bool sized = true;                           ///< only fruit of a size class is of it
};
struct SortingPack {
    std::string code, name_en, name_zh;
    std::vector<std::string> measures;           ///< columns of the sizer's file beside pieces and weight; the first is the diameter
    std::vector<SizeClass> sizes;
    std::vector<QualityClass> classes;           ///< best first
    QualityClass rest;                           ///< what is of no class
    std::int64_t carton_mg = 0, cartons_per_pallet = 0;
    std::int64_t lanes = 0, cups_per_minute = 0; ///< of each lane
    double filled = 0;                           ///< share of the cups that hold a fruit
    Currency currency = Currency::cny;
    std::map<std::string, std::int64_t> price_minor_per_kg;
};
/// Refusals: pack_malformed, pack_key_unknown, pack_key_missing, pack_value_range, pack_order (sizes that overlap), each with its line.
Result<SortingPack> read_sorting_pack(std::string_view yaml);
QualityClass const* find_class(SortingPack const&, std::string_view code);   ///< also the rest; nullptr: no such class
SizeClass const* find_size(SortingPack const&, std::string_view code);
/// Those within the program; nullptr: no such pack.
SortingPack const* find_sorting_pack(std::string_view code);
std::vector<SortingPack> const& sorting_packs();

/// A grower's load as it was weighed in.
struct Load {
    std::string load, grower;
    FarmDay received_on;
    std::int64_t gross_mg = 0, tare_mg = 0;
    std::optional<std::string> orchard = {}, variety = {};
    std::int64_t net_mg() const { return gross_mg - tare_mg; }
};
/// One line of the sizer's file: so many fruits alike.
struct Counted {
    std::string load;
    std::int64_t pieces = 0, weight_mg = 0;
    std::vector<double> measures;                ///< in the pack's order
};
/// Columns: load, grower, received_on, gross_kg, tare_kg, and perhaps orchard and variety. Refusals: column_unknown, number_malformed, day_malformed, load_twice, weight_unlikely.
Result<std::vector<Load>> read_loads(std::string_view csv);
/// Columns: load, pieces, weight_g and the pack's measures. Refusals: column_unknown, number_malformed, weight_unlikely.
Result<std::vector<Counted>> read_counts(std::string_view csv, SortingPack const&);
/// Columns: class, size (may be empty: all), price_per_kg. Refusals: column_unknown, code_unknown, number_malformed.
using Prices = std::map<std::pair<std::string, std::string>, std::int64_t>;   ///< class and size (or empty) to minor units a kilogram
Result<Prices> read_prices(std::string_view csv, SortingPack const&);
Prices prices_of(SortingPack const&);

/// The best class whose limits hold, and the size class; empty: of none.
struct Placed { QualityClass const* quality = nullptr; std::string size; };
Placed place(SortingPack const&, std::vector<double> const& measures);

/// What became of one class and size of a grower's fruit.
struct OutTurnLine {
    std::string quality, size;
    std::int64_t pieces = 0, weight_mg = 0, cartons = 0;
    std::int64_t price_minor_per_kg = 0;
    Money money;
};
struct OutTurn {
    std::string grower;
    std::vector<std::string> loads;
    FarmDay first_on, last_on;
    std::int64_t received_mg = 0, sorted_mg = 0;
    std::int64_t lost_mg() const { return received_mg - sorted_mg; }   ///< weight that came in and was not counted: leaves, dirt, what fell
    std::vector<OutTurnLine> lines;              ///< best first
    std::int64_t cartons = 0, pallets = 0;
    Money money;
};
/// Fruits of one load that are of one class and size.
struct Sorted { std::string load, quality, size; std::int64_t pieces = 0, weight_mg = 0; };
/// Each class and size of each load once.
std::vector<Sorted> sorted(SortingPack const&, std::vector<Counted> const&);
/// The most that may come out of a load: 2 % more than went in, for the weighbridge and the sizer have scales of their own.
std::int64_t most_sorted_mg(std::int64_t net_mg);
/// By grower, in order of their names. Refusals: load_not_found (counted and never received), price_missing, more_than_received.
Result<std::vector<OutTurn>> out_turn(SortingPack const&, std::vector<Load> const&, std::vector<Sorted> const&, Prices const&);
Result<std::vector<OutTurn>> out_turn(SortingPack const&, std::vector<Load> const&, std::vector<Counted> const&, Prices const&);

struct Capacity {
    double pieces_per_hour = 0, kg_per_hour = 0, hours = 0, cartons_per_hour = 0;
};
/// How long a weight takes, of fruits of this mean weight.
Capacity capacity(SortingPack const&, double mean_g, double kg);

/// CSV of all growers, and one grower's paper (A4, English and Chinese).
std::string out_turn_csv(SortingPack const&, std::vector<OutTurn> const&);
std::string out_turn_paper(SortingPack const&, std::string const& company, std::vector<OutTurn> const&);

/// The packs within the program (packs/sorting_*.yaml), in order of their files' names.
std::span<std::string_view const> sorting_pack_texts();

} // namespace osetra::processing
