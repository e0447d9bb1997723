#include "stocktake/review.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "stocktake/marks.h"
#include "stocktake/plan.h"

namespace osetra::stocktake {
namespace {

TEST(StocktakeReview, TheMapShowsWhereTheyDiffer) {
    Agreement a;
    a.add({{10, 10}, {1599, 899}}, {{12, 10}, {800, 450}}, 1600, 900, 10);
    EXPECT_EQ(a.frames, 1);
    EXPECT_EQ(a.both, 1);
    EXPECT_EQ(a.recall(), 0.5);
    EXPECT_EQ(a.precision(), 0.5);
    EXPECT_EQ(a.only_hand.back(), 1);
    EXPECT_EQ(a.only_machine[4 * 16 + 8], 1);
    EXPECT_EQ(std::accumulate(a.all.begin(), a.all.end(), std::int64_t{0}), 2);
}

TEST(StocktakeReview, AnOutlineInDegreesBecomesMetres) {
    auto const square = outline_in_metres("119 30, 119.001 30, 119.001 30.001, 119 30.001");
    ASSERT_EQ(square.size(), 4u);
    EXPECT_NEAR(square[1][0] - square[0][0], 96.3, 0.1);           // 111.195 m cos 30
    EXPECT_NEAR(square[2][1] - square[1][1], 111.195, 0.01);
    EXPECT_TRUE(outline_in_metres("119 30, here").empty());
    EXPECT_TRUE(outline_in_metres("119 95, 119 96, 118 95").empty());
    EXPECT_TRUE(outline_in_metres("").empty());
}

TEST(StocktakeReview, CorrectionsScaleTheCount) {
    EXPECT_EQ(corrected_share({}), 1);
    EXPECT_DOUBLE_EQ(corrected_share({{100, 3, 1}, {100, 0, 0}}), 1.01);
    EXPECT_EQ(corrected_share({{0, 5, 0}}), 1);
    EXPECT_EQ(corrected_share({{2, 0, 9}}), 0);
}

TEST(StocktakeReview, ACountIsHeldAgainstTheBook) {
    auto const r = reconcile(1'000, 30, 920, 40);
    EXPECT_DOUBLE_EQ(r.sd, 50);
    EXPECT_DOUBLE_EQ(r.z, -1.6);
    EXPECT_NEAR(r.probability, 0.10960, 1e-5);                     // 2 (1 - Phi(1.6)), tables of the normal distribution
    EXPECT_DOUBLE_EQ(r.after, 1'000 - 80 * 0.36);                  // 30^2 / (30^2 + 40^2)
    EXPECT_DOUBLE_EQ(r.after_sd, 24);
    EXPECT_EQ(reconcile(5, 0, 5, 0).probability, 1);
    EXPECT_EQ(reconcile(5, 0, 6, 0).probability, 0);
    EXPECT_NEAR(sd_of_interval(100 - 1.96, 100 + 1.96), 1, 1e-3);
    EXPECT_EQ(sd_of_interval(7, 7), 0.5);
}

TEST(StocktakePlan, TheNextFlightIsWhereItIsWorthMost) {
    FlightCosts costs;
    std::vector<PlanPool> const pools{{"A1", "A", 1'000, 100, 2, 480.0}, {"A2", "A", 1'000, 90, 2, 480.0}, {"B1", "B", 1'000, 95, 20, 480.0}, {"B2", "B", 0, 0, 0, {}}, {"B3", "B", 500, 0.1, 1, {}}};
    auto const flights = plan(pools, costs, Worth::heads);
    ASSERT_EQ(flights.size(), 4u);
    EXPECT_EQ(flights[0].pool, "A1");
    EXPECT_EQ(flights[1].pool, "A2");                              // the way to A is paid already
    EXPECT_EQ(flights[2].pool, "B1");
    EXPECT_EQ(flights[3].pool, "B3");
    EXPECT_DOUBLE_EQ(flights[0].hours, (30 + 6 + 2) / 60.0);
    EXPECT_DOUBLE_EQ(flights[1].hours, (6 + 2) / 60.0);
    EXPECT_NEAR(flights[0].sd_after, std::sqrt(100.0 * 100 * 10 * 10 / (100 * 100 + 10 * 10)), 1e-9);
    for (std::size_t i = 1; i < flights.size(); ++i) {
        EXPECT_LE(flights[i].total_sd_after, flights[i - 1].total_sd_after);
        EXPECT_GT(flights[i].hours_so_far, flights[i - 1].hours_so_far);
    }
    EXPECT_EQ(plan(pools, costs, Worth::biomass).front().pool, "B1");   // heavier fish
}

TEST(StocktakeMarks, AFileOfMarksIsReadInPieces) {
    std::vector<FrameMarks> frames(3);
    for (std::size_t i = 0; i < 3; ++i) {
        frames[i].at_s = 0.4 - 0.2 * static_cast<double>(i);     // out of order
        frames[i].width = 1280;
        frames[i].height = 720;
        frames[i].count = static_cast<double>(i);
        frames[i].faults = {"glare"};
        frames[i].points = Marks(i, Mark{100.04, 50, 0.5, 30, 0.9, 1});
    }
    auto const file = marks_file(frames);
    auto const read = [&](std::int64_t offset, std::int64_t bytes) { return offset < std::ssize(file) ? file.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes)) : std::string{}; };
    auto const some = frames_between(read, 150, 1'000);
    ASSERT_TRUE(some);
    ASSERT_EQ(some->size(), 2u);
    EXPECT_EQ((*some)[0].at_ms, 200);
    EXPECT_EQ((*some)[0].marks, 1);
    EXPECT_EQ(read((*some)[0].offset, (*some)[0].bytes), "{\"at_ms\":200,\"width\":1280,\"height\":720,\"count\":1,\"faults\":[\"glare\"],\"points\":[[100.0,50.0,0.500,30.0,0.900]]}\n");
    auto const nearest = frame_nearest(read, 30);
    ASSERT_TRUE(nearest && *nearest);
    EXPECT_EQ((*nearest)->at_ms, 0);
    EXPECT_EQ(places_in(read((*nearest)->offset, (*nearest)->bytes))->size(), 2u);
    EXPECT_FALSE(frame_nearest([](std::int64_t, std::int64_t) { return std::string{"nothing"}; }, 0));
    auto const empty = marks_file({});
    EXPECT_FALSE(frame_nearest([&](std::int64_t o, std::int64_t n) { return empty.substr(static_cast<std::size_t>(o), static_cast<std::size_t>(n)); }, 0)->has_value());
}

} // namespace
} // namespace osetra::stocktake
