#include "farm/ripe.h"

#include <fmt/core.h>

namespace osetra::farm {

Result<std::vector<Refusal>> judge_ripe(FishId fish, Maturity const& stage, std::int64_t days_ago, std::string const& reason) {
    std::vector<Refusal> warnings;
    auto const tag = pit_tag_text(fish);
    if (!stage.ripe && reason.empty())
        return refuse("fish_unripe", fmt::format("Fish {} was last seen at stage {} ({}), which is not ripe. Look again and tell the stage; or give a reason why it is harvested all the same (at the command line --reason).", tag, stage.code, stage.name_en), "fish");
    if (!stage.ripe) warnings.push_back({"harvested_unripe", fmt::format("Fish {} is harvested at stage {} ({}), before it is ripe.", tag, stage.code, stage.name_en), "fish"});
    else if (days_ago > stage_counts_days) warnings.push_back({"stage_seen_long_ago", fmt::format("The stage of fish {} was last seen {} days ago; look again after {}.", tag, days_ago, stage_counts_days), "fish"});
    return warnings;
}

} // namespace osetra::farm
