#pragma once
#include <cstdint>
#include <string>

#include "farm/ledger_sql.h"

namespace osetra::app {

/// Lots of leaf that the demo company trades beside its caviar (invented), two blends of them that were made and one that is planned. Returns how many facts were told.
std::int64_t blend_at_demo_company(farm::Ledger&, std::string const& author, Instant now);

} // namespace osetra::app
