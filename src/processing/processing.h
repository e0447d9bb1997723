#pragma once
#include "farm/branch.h"

namespace osetra::store { struct Sql; }

// The plant: from the harvested fish to the shipment, as a branch of the ledger. Others see this header only.
namespace osetra::processing {

farm::BranchPlan branch();

std::vector<store::Sql> statements();

} // namespace osetra::processing
