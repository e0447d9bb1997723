#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/table.h"
#include "quality/engine/blend.h"
#include "quality/engine/mix.h"

// Lots, targets and past blends as people keep them: in a spreadsheet, with a heading a column. A refusal names the cell.
namespace osetra::quality {

/// A blend as asked in files.
struct BlendTask {
    std::vector<BlendLot> lots;
    BlendWish wish;
    std::vector<MixingModel> mixing;             ///< of each aim, where past blends were told; else empty
    std::vector<std::string> notes;              ///< what was taken to mean what
};

/// The first sheet, or the one of this name. Headings of lots: lot, kind, price, available, bag, least, must, age; all others are attributes, and "NAME error" is the standard error of NAME. Weights with
/// their unit in the heading ("available kg") or the cell; prices as "128 CNY/kg", or a number of `currency` a kilogram. Headings of targets: attribute, low, target, high, tolerance, weight.
/// Refusals: sheet_empty, column_missing, column_twice, cell_missing, attribute_unknown, those of parse_decimal, parse_quantity and parse_unit_price, each with its cell.
Result<BlendTask> read_blend(Table const& lots, Table const& target, Currency currency);

/// Blends that were made: `recipe` has a column a kind, `profile` a column an attribute, a row a blend in the same order; one table may be both, its kinds being those of `kinds`. A column without a
/// heading, or named blend, is the blend's name. Shares need not sum to one: parts will do. Refusals: as above, rows_differ.
Result<PastBlends> read_past(Table const& recipe, Table const* profile, std::vector<std::string> const& kinds);

/// Takes what past blends say into the wish: attributes that interact get their terms, those that nothing predicts are left to the panel. Refusals of find_mixing; kind_missing.
Result<Done> learn(BlendTask&, PastBlends const&, double trust = trusted_r2);

/// An ion analysis: columns ion, and mg/L, mmol/L or meq/L. Ions may carry their charge; alkalinity (mg/L as CaCO3) stands for HCO3. Rows of what is not counted (pH, temperature) are named in `passed_over`.
/// Refusals: as above, ion_unknown, ion_twice.
struct Analysis {
    Water water;
    std::vector<std::string> passed_over;
};
Result<Analysis> read_analysis(Table const&);

/// Columns: salt, formula (default: the salt), purity (share or percent; default 1), price, bag, available. Refusals: as above.
Result<std::vector<Salt>> read_salts(Table const&, Currency currency);

/// Columns: what, low, high. Refusals: as above.
Result<std::vector<MixBand>> read_bands(Table const&);

} // namespace osetra::quality
