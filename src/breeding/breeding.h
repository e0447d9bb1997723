#pragma once
#include <vector>

#include "farm/branch.h"

namespace osetra::store { struct Sql; }

// Breeding within the records: studbook, spawnings, families, what is measured of them, evaluation, mating plans. Others see this header only.
namespace osetra::breeding {

farm::BranchPlan branch();

std::vector<store::Sql> statements();

} // namespace osetra::breeding
