#pragma once
#include "farm/ledger_sql.h"
#include "store/db.h"

namespace osetra::app {

/// Labels of the demo company's newest lots in stock: printed and put on their tins; one spoiled at the printer and one issued and not printed yet.
/// Returns how many were given out. Refusals: those of processing::issue_labels and of the register.
Result<std::int64_t> label_demo(store::Db&, Enterprise, farm::Ledger&, std::string const& author, Instant now);

} // namespace osetra::app
