#pragma once
#include <vector>

#include "farm/branch.h"

namespace osetra::store { struct Sql; }

// Panels and blind tastings within the records. Others see this header only.
namespace osetra::quality {

farm::BranchPlan tasting_branch();

std::vector<store::Sql> tasting_statements();

} // namespace osetra::quality
