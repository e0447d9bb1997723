#pragma once
#include "farm/branch.h"

namespace osetra::app {

/// What other capabilities add to the ledger: made once, the same for everybody.
farm::Branches const& branches();

} // namespace osetra::app
