#pragma once
#include <vector>

#include "farm/branch.h"

namespace osetra::store { struct Sql; }

// Stocktaking by camera: flights, what the machine counted, what people made of it, and what they signed. Others see this header only.
namespace osetra::stocktake {

farm::BranchPlan branch();

std::vector<store::Sql> statements();

} // namespace osetra::stocktake
