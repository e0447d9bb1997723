#pragma once
#include <string>

#include "processing/line_state.h"
#include "processing/plant_sql.h"

// What people at stations, at the wall board and in the office ask of the plant, as JSON.
namespace osetra::processing {

/// One moment of one plant.
struct PlantAsked {
    PlantStore& plant;
    farm::FarmAsked& farm;
    Instant now;
};

/// Every fish on the line with its steps, clocks, weights and holds; what was ordered for the day; what was done. `line`, `step` (the next one):
/// of those alone; empty: all.
std::string line_json(PlantAsked const&, std::string const& line, std::string const& step);

/// Lots of a farm day with their balances, and the sum.
std::string plant_day_json(PlantAsked const&, FarmDay);

/// The whole story of a lot. Refusals: lot_not_found.
Result<std::string> lot_json(PlantAsked const&, std::string const& lot);

/// How much salt for a lot, and between what. Refusals: lot_not_found.
Result<std::string> salt_json(PlantAsked const&, std::string const& lot);

/// What the line does in an hour by its own recorded times of the last fortnight, what it has done today, and what is still to come.
std::string capacity_json(PlantAsked const&);

/// Control charts of time, yield and salt over the last lots, with the run rules that they break.
std::string charts_json(PlantAsked const&, std::int64_t lots);

/// Control points of a farm day: done, due, missed, failed and what was done then.
std::string checks_json(PlantAsked const&, FarmDay);

/// Harvest orders, the newest first, with what became of each fish.
std::string orders_json(PlantAsked const&, std::int64_t most);

/// Batches of salt, brine and tins: what came, what was used, what is left.
std::string materials_json(PlantAsked const&);

} // namespace osetra::processing
