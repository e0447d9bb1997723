#pragma once
#include <string>
#include <vector>

#include "farm/branch.h"

namespace osetra::store { struct Sql; }

// Lots of goods and blends of them within the records. Others see this header only.
namespace osetra::quality {

farm::BranchPlan blending_branch();

/// A lot that was received or blended.
bool knows_goods(store::Db&, Enterprise, std::string const& lot);

std::vector<store::Sql> blending_statements();

} // namespace osetra::quality
