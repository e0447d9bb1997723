#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "farm/pack/pack.h"
#include "kernel/clock.h"
#include "stocktake/engine/count.h"
#include "store/jobs.h"
#include "store/media.h"

namespace osetra::farm { struct BranchPlan; struct PoolRegistered; }

// Counting as a job: the clip from the media store through the engine, its answer back as files and as a fact.
namespace osetra::stocktake {

/// The engine, or what stands for it in a test.
using Counter = std::function<Result<CountResult>(CountQuestion const&, Progress const&, std::string const& overlay)>;

/// What of the engine's question a person may choose.
struct CountAsked {
    std::optional<std::string> model;
    std::optional<std::int64_t> every;
    std::optional<double> tolerance;
};
template <Is<CountAsked> X> void visit_fields(X& x, auto f) { f("model", x.model); f("every", x.every); f("tolerance", x.tolerance); }

/// The job's input.
struct CountInput {
    FactId flight;
    std::optional<std::string> model;
    std::optional<std::int64_t> every;
    std::optional<double> tolerance;
};
template <Is<CountInput> X> void visit_fields(X& x, auto f) { f("flight", x.flight); f("model", x.model); f("every", x.every); f("tolerance", x.tolerance); }

inline constexpr char const* count_flight_kind = "count_flight";

struct CountingParts {
    Counter counter;
    store::MediaFolder& media;
    Clock const& clock;
    farm::Pack const& pack;
    std::vector<farm::BranchPlan> const& branches;
};

class FlightStore;
/// What the records know of a pool: its site's calibration, and its water as an outline where a scale was measured. What the question already says stays.
void of_pool(farm::PoolRegistered const&, FlightStore, CountQuestion&);

/// The result is {"flight","heads","low","high","verdict"}.
/// Refusals: flight_not_found, media_not_found, cancelled, those of count().
Result<std::string> count_flight(store::Task&, CountingParts const&);

} // namespace osetra::stocktake
