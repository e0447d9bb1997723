#include "farm/engine/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace osetra::farm::engine {
namespace {

using namespace std::chrono_literals;
constexpr Instant t0{Microseconds{1'579'104'000'000'000}};   // 2020-01-15T16:00:00Z

TEST(Series, DisorderIsFoundAndMended) {
    Instant const times[] = {t0, t0 + 60s, t0 + 120s, t0 + 30s, t0 + 60s, t0 + 60s, t0 + 900s};
    double const values[] = {1, 2, 3, 4, 2, 5, 6};
    auto const c = clean(times, [&](auto a, auto b) { return values[a] == values[b]; });
    EXPECT_EQ(c.kept, (std::vector<std::size_t>{0, 3, 1, 5, 2, 6}));
    EXPECT_EQ(c.duplicates, (std::vector<std::size_t>{4}));
    EXPECT_EQ(c.conflicts, (std::vector<std::size_t>{5}));
    ASSERT_EQ(c.backward.size(), 1u);
    EXPECT_EQ(c.backward[0].row, 3u);
    EXPECT_EQ(c.backward[0].from - c.backward[0].to, 90s);
    ASSERT_EQ(c.gaps.size(), 1u);
    EXPECT_EQ(c.gaps[0].to - c.gaps[0].from, 840s);
}

TEST(Series, NothingIsNothing) {
    EXPECT_TRUE(clean({}, [](auto, auto) { return true; }).kept.empty());
    EXPECT_TRUE(daily_means({}, {}).empty());
}

TEST(Series, DaysAreTheFarms) {
    // 16:00 UTC is midnight in China: two readings before, one after.
    Reading const readings[] = {{t0 - 2h, 10}, {t0 - 1s, 14}, {t0, 20}};
    auto const days = daily_means(readings, FarmOffset{});
    ASSERT_EQ(days.size(), 2u);
    EXPECT_EQ(days[0].readings, 2u);
    EXPECT_NEAR(days[0].mean, 12, 1e-12);
    EXPECT_EQ(days[0].low, 10);
    EXPECT_EQ(days[0].high, 14);
    EXPECT_EQ(days[1].day - days[0].day, 1);
    EXPECT_NEAR(days[1].mean, 20, 1e-12);
}

// The real pond log: 9,623 readings, clock jumps back by 475 s and 3 s, gaps of 635, 872 and 3,650 s.
TEST(Series, ARealPondLog) {
    std::ifstream file{OSETRA_ROOT "/../shared/data/domain/water/pond_30cm_2020-01.csv"};
    if (!file) GTEST_SKIP() << "pond_30cm_2020-01.csv is not here";
    std::vector<Instant> times;
    std::vector<std::string> rest;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        auto const at = parse_instant(line.substr(0, 19), FarmOffset{});
        ASSERT_TRUE(at);
        times.push_back(*at);
        rest.push_back(line.substr(19));
    }
    auto const c = clean(times, [&](auto a, auto b) { return rest[a] == rest[b]; });
    EXPECT_EQ(c.kept.size(), 9623u);
    EXPECT_TRUE(c.duplicates.empty());
    std::vector<std::int64_t> back, gaps;
    for (auto const& b : c.backward) back.push_back((b.from - b.to) / 1s);
    for (auto const& g : c.gaps) gaps.push_back((g.to - g.from) / 1s);
    EXPECT_EQ(back, (std::vector<std::int64_t>{475, 3}));
    EXPECT_EQ(gaps, (std::vector<std::int64_t>{635, 872, 3650}));
    EXPECT_TRUE(std::is_sorted(c.kept.begin(), c.kept.end(), [&](auto a, auto b) { return times[a] < times[b]; }));
}

} // namespace
} // namespace osetra::farm::engine
