#pragma once
#include "farm/ledger_sql.h"

namespace osetra::app {

/// A day of the demo company's sorting line at `now`: three growers' loads, of which some are through and packed, one runs and two wait. Returns how many facts were told.
std::int64_t sort_at_demo_line(farm::Ledger&, std::string const& author, Instant now);

} // namespace osetra::app
