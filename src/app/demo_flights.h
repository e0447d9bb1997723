#pragma once
#include <cstdint>
#include <functional>

#include "app/demo.h"
#include "kernel/clock.h"
#include "store/media.h"

namespace osetra::app {

/// Clips over some pools of the demo company, rendered for it: as many fish swim in each as the pool is believed to hold. They wait in the queue to be counted.
/// Seconds of work. Returns how many flights; fewer where the company has too few pools of a fit size. Refusals: those of rendering, of media and of the ledger.
Result<std::int64_t> fly_demo(store::Db&, Enterprise, store::MediaFolder&, DemoOptions const&, Clock const&, std::int64_t flights);

} // namespace osetra::app
