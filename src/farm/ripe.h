#pragma once
#include <optional>
#include <string>
#include <vector>

#include "farm/pack/pack.h"
#include "kernel/id.h"

// The maturity gate: no roe of a fish that is not ripe. Pure.
namespace osetra::farm {

/// A stage counts as seen for so long before somebody should look again, days: half a year [G].
inline constexpr std::int64_t stage_counts_days = 183;

/// May roe be taken of a fish that was last seen at a stage so many days ago? `reason`: why it is taken all the same; who tells it stands for it. The value is what a person should
/// know. Refusal: fish_unripe.
Result<std::vector<Refusal>> judge_ripe(FishId, Maturity const& stage, std::int64_t days_ago, std::string const& reason);

} // namespace osetra::farm
