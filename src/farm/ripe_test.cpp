#include "farm/ripe.h"

#include <gtest/gtest.h>

namespace osetra::farm {
namespace {

TEST(Ripe, NoRoeOfAFishThatIsNotRipe) {
    Maturity const three{"III", "Yolk growing", "Ⅲ期", false}, four{"IV", "Ripe for caviar", "Ⅳ期", true};
    struct Case { Maturity const* stage; std::int64_t days; char const* reason; char const* outcome; };
    for (auto const& c : {Case{&four, 10, "", "taken"}, Case{&four, 183, "", "taken"}, Case{&four, 184, "", "taken stage_seen_long_ago"}, Case{&three, 10, "", "fish_unripe"},
                          Case{&three, 10, "it was dying", "taken harvested_unripe"}}) {
        auto const verdict = judge_ripe(FishId{156'010'000'000'001}, *c.stage, c.days, c.reason);
        EXPECT_EQ(!verdict ? verdict.error().code : verdict->empty() ? "taken" : "taken " + verdict->front().code, c.outcome);
    }
}

} // namespace
} // namespace osetra::farm
