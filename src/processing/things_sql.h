#pragma once
#include <vector>

#include "store/db.h"

namespace osetra::processing {

/// What others ask of lots, tins, cases and shipments (processing.h).
std::vector<store::Sql> things_statements();

} // namespace osetra::processing
