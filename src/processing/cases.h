#pragma once
#include <string>

#include "farm/query_sql.h"
#include "processing/unit_label.h"

// Cases and pallets of tins: what is in them, which number comes next, and the label that is stuck on.
namespace osetra::processing {

/// What is in a case or pallet, by lot, where it is, and its SSCC where the company has said who it is. Refusal: container_not_found.
Result<std::string> case_json(farm::Reader&, std::string const& container);
/// Those closed last within a year, the newest first, and the next number that nothing has yet.
std::string cases_json(farm::Reader&, Instant now);
/// A6, English and Chinese. Refusals: container_not_found, identity_missing.
Result<UnitLabel> label_of_case(farm::Reader&, std::string const& container, std::string const& company);

} // namespace osetra::processing
