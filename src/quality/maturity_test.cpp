#include <algorithm>
#include <gtest/gtest.h>

#include "farm/pack/pack_texts.h"
#include "quality/maturity.h"

namespace osetra::quality {
namespace {

using farm::Of;

Instant day(int n) { return Instant{std::chrono::sys_days{std::chrono::November / 1 / 2026} + std::chrono::days{n}}; }
Of<MaturityMeasured> a_sample(char const* name, int on, std::vector<std::string> values, char const* variety = "NAV", std::int64_t fruits = 10) {
    return {{}, day(on), "ada", {name, {}, "citrus", "Chen", "North", *variety ? std::optional<std::string>{variety} : std::nullopt, std::move(values), fruits, {}}};
}
RipeRule rule_of(double least_brix, std::int64_t fruits = 10) {
    RipeRule r;
    r.product = "citrus";
    r.measured_days = 10;
    r.fruits = fruits;
    r.measures = {{"brix", "", least_brix, {}}, {"acid", "", {}, 1.0}, {"brix", "acid", 10.0, {}}};
    return r;
}

TEST(Maturity, ASampleByItsFloors) {
    struct Case { std::vector<std::string> values; std::int64_t fruits; bool ripe, enough; char const* why; };
    for (auto const& c : {
             Case{{"brix=11", "acid=1"}, 10, true, true, ""},
             {{"brix=10.9", "acid=1"}, 10, false, true, "brix 10.9, at least 11"},
             {{"brix=11", "acid=1.2"}, 10, false, true, "acid 1.2, at most 1; brix/acid 9.167, at least 10"},
             {{"brix=10", "brix=12.2", "acid=0.9"}, 10, true, true, ""},
             {{"brix=12"}, 10, false, false, "acid not measured; brix/acid not measured"},
             {{"brix=12", "acid=0.9"}, 9, false, false, "9 fruits measured, 10 are asked"},
         }) {
        MaturityMeasured told;
        told.values = c.values;
        told.fruits = c.fruits;
        auto const v = verdict_of(rule_of(11), told);
        EXPECT_EQ(v.ripe, c.ripe) << c.values[0] << " " << v.why;
        EXPECT_EQ(v.enough, c.enough) << v.why;
        EXPECT_EQ(v.why, c.why);
    }
    MaturityMeasured each;
    for (int i = 0; i < 10; ++i) each.values.push_back(i % 2 ? "brix=12" : "brix=13");
    each.values.push_back("acid=0.9");
    auto const v = verdict_of(rule_of(11), each);
    EXPECT_TRUE(v.ripe);
    EXPECT_EQ(v.fruits, 10);
    EXPECT_NEAR(v.floors[0].mean, 12.5, 1e-12);
    EXPECT_NEAR(*v.floors[0].spread, 0.5270462766947299, 1e-12);
}

TEST(Maturity, WhatIsNoValueIsRefused) {
    for (auto const* text : {"brix", "=11", "brix=eleven", "brix=0", "brix=-3", "brix=nan", "brix=100000"}) EXPECT_FALSE(parse_measured({text})) << text;
    EXPECT_TRUE(parse_measured({"brix=11.2", "acid=0.8"}));
}

TEST(Maturity, TheLastSampleOfTheBlockSpeaksForALoad) {
    auto const& rules = safety();
    auto const at = [&](int on, std::vector<Of<MaturityMeasured>> own, std::vector<Of<MaturityMeasured>> block, char const* variety = "NAV") { return at_gate(rules, {"K1", "citrus", variety, day(on)}, own, block); };
    auto const ripe = a_sample("M1", 0, {"brix=12.5", "acid=0.8"}), green = a_sample("M2", 3, {"brix=10.2", "acid=0.8"});
    EXPECT_EQ(at(5, {}, {ripe}).state, "ripe");
    EXPECT_EQ(at(5, {}, {ripe, green}).state, "unripe");                       // the later one
    EXPECT_EQ(at(5, {}, {ripe, green}).sample, "M2");
    EXPECT_EQ(at(2, {}, {ripe, green}).state, "ripe");                         // not taken yet
    EXPECT_EQ(at(10, {}, {ripe}).state, "ripe");
    EXPECT_EQ(at(11, {}, {ripe}).state, "unmeasured");                         // too old
    EXPECT_EQ(at(5, {}, {}).state, "unmeasured");
    EXPECT_EQ(at(5, {ripe}, {green}).state, "ripe");                           // its own goes before
    EXPECT_EQ(at(5, {}, {a_sample("M3", 1, {"brix=13", "acid=0.7"}, "HMR")}).state, "unmeasured");   // of another variety
    EXPECT_EQ(at(5, {}, {a_sample("M4", 1, {"brix=10.4", "acid=0.7"}, "")}, "").state, "ripe");     // by the floors of all
    EXPECT_EQ(at_gate(rules, {"K1", "pears", "", day(1)}, {}, {}).state, "");
}

TEST(Maturity, ABlockOnItsWayIsForetold) {
    std::vector<Of<MaturityMeasured>> samples;
    for (int week = 0; week < 5; ++week) samples.push_back(a_sample("M", 7 * week, {"brix=" + std::to_string(9.0 + 0.35 * week), "acid=0.8"}));
    auto const t = trend_of(rule_of(11), samples, FarmOffset{});
    EXPECT_FALSE(t.ripe);
    ASSERT_TRUE(t.ripe_on);
    EXPECT_EQ(text_of(*t.ripe_on), text_of(farm_day(day(40), FarmOffset{})));   // 9 + 0.05 a day = 11
    EXPECT_NEAR(*t.headings[0].per_day, 0.05, 1e-9);
    // One that falls leads nowhere, and one that is ripe says since when.
    std::reverse(samples.begin(), samples.end());
    for (int i = 0; i < 5; ++i) samples[static_cast<std::size_t>(i)].at = day(7 * i);
    EXPECT_FALSE(trend_of(rule_of(11), samples, FarmOffset{}).ripe_on);
    samples.push_back(a_sample("M", 42, {"brix=11.2", "acid=0.8"}));
    samples.push_back(a_sample("M", 49, {"brix=11.3", "acid=0.8"}));
    auto const now = trend_of(rule_of(11), samples, FarmOffset{});
    EXPECT_TRUE(now.ripe);
    EXPECT_EQ(text_of(*now.ripe_since), text_of(farm_day(day(42), FarmOffset{})));
}

/// Every variety that has a floor of its own is one of the product's pack.
TEST(Maturity, VarietiesOfTheRulesAreThoseOfThePacks) {
    int own = 0;
    for (auto const& r : safety().ripe) {
        if (r.variety.empty()) continue;
        ++own;
        EXPECT_NE(std::string{farm::pack_text(r.product)}.find("code: " + r.variety + ","), std::string::npos) << r.product << " " << r.variety;
        EXPECT_NE(safety().floors_of(r.product, ""), nullptr) << r.product << " has no floors for other varieties";
    }
    EXPECT_GT(own, 3);
}

} // namespace
} // namespace osetra::quality
