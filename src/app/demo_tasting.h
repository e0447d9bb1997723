#pragma once
#include <cstdint>

#include "app/demo.h"
#include "kernel/clock.h"
#include "store/db.h"

namespace osetra::app {

/// Tastings of the demo company: a panel that scored lots of ours four times, guests who tasted ours blind beside two others, and a triangle test that is still going on.
/// Answers are made by tasters with a scale and an error of their own. Returns how many tastings. Refusals: those of designs and of the ledger.
Result<std::int64_t> taste_demo(store::Db&, Enterprise, DemoOptions const&, Clock const&);

} // namespace osetra::app
