#pragma once
#include <optional>
#include <string>

#include "farm/reader_sql.h"
#include "processing/labels/drawing.h"

// What a label says, from the facts of the plant.
namespace osetra::processing {

/// Of a tin that is closed: what is in it, its GTIN and serial, when it is best before. Filled again from another, it carries the year in which that was done.
/// Refusals: tin_not_found, lot_not_salted, plant_code_missing, identity_missing.
Result<labels::LabelContent> content_of_tin(farm::Reader&, std::string const& tin);

/// Of tins of one lot and weight that are still to be closed: each label's own number is then the tin's serial. Refusals: lot_not_found and as above.
Result<labels::LabelContent> content_of_lot(farm::Reader&, std::string const& lot, std::int64_t net_mg);

/// A case or pallet: its SSCC, how many tins of what are in it and what they weigh together. Refusals: container_not_found, container_mixed (of several lots: its label cannot name one), and as above.
Result<labels::LabelContent> content_of_container(farm::Reader&, std::string const& container);

bool knows_tin(farm::Reader&, std::string const& tin);

} // namespace osetra::processing
