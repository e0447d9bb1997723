#pragma once
#include "farm/ledger_sql.h"

namespace osetra::app {

/// Puts the demo company's plant to work at `now`: two harvest orders, fish in several steps, one with its tins on hold, checks done and due.
/// Whoever opens the pages in the next minutes sees clocks that run. Returns how many facts were told.
std::int64_t work_at_demo_line(farm::Ledger&, std::string const& author, Instant now);

} // namespace osetra::app
