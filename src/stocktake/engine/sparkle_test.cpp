#include "stocktake/engine/sparkle.h"

#include <gtest/gtest.h>

namespace osetra::stocktake {
namespace {

TEST(Sparkle, BodiesAreSeenPlainlyAndAgain) {
    struct Case { char const* what; double evidence, seen_share, low, high; };
    for (auto const& c : {Case{"plain, always seen", 1, 0.98, 0.99, 1}, {"pale, always seen", -0.3, 0.95, 0.95, 1}, {"plain, half of the time", 0.7, 0.5, 0.98, 1}, {"as pale as ripples", -1, 0.7, 0.2, 0.7},
                          {"a scrap now and then", -1.3, 0.4, 0, 0.2}}) {
        auto const likely = likely_body(c.evidence, c.seen_share);
        EXPECT_GE(likely, c.low) << c.what;
        EXPECT_LE(likely, c.high) << c.what;
    }
}

TEST(Sparkle, TheMiddleIsWithoutTheEnds) {
    std::vector<double> at_s;
    for (int i = 0; i < 100; ++i) at_s.push_back(10 + 0.2 * i);
    auto const whole = middle_of(at_s, 3);
    EXPECT_NEAR(at_s[whole.from], 13, 1e-9);
    EXPECT_NEAR(at_s[whole.to - 1], 26.8, 1e-9);
    at_s.resize(13);   // 2.4 s
    auto const brief = middle_of(at_s, 3);
    EXPECT_NEAR(at_s[brief.from], 10.4, 1e-9);
    EXPECT_NEAR(at_s[brief.to - 1], 12.0, 1e-9);
    auto const one = middle_of({5}, 3), none = middle_of({}, 3);
    EXPECT_EQ(one.to - one.from, 1U);
    EXPECT_EQ(none.to, 0U);
}

} // namespace
} // namespace osetra::stocktake
