#include <cmath>
#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "stocktake/engine/count_flights.h"
#include "stocktake/engine/count_known.h"

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

/// Three of the judged flights, rendered, packed into clips and counted as anybody's are. All sixty: ./osetra-dev bench stocktake.
TEST(Count, OfThreeRenderedFlights) {
    auto const folder = fs::temp_directory_path() / ("osetra_count_" + std::to_string(getpid()));
    fs::create_directories(folder);
    auto const all = judged_flights();
    double right = 0;
    int covered = 0;
    for (std::size_t const place : {3U, 17U, 42U}) {   // clear, clear, glare
        auto const clip = (folder / "clip.mp4").string();
        auto plan = all.at(place);
        plan.seconds = 12;
        auto const truth = write_flight(checked(plan).value(), clip, (folder / "truth.json").string(), 23);
        ASSERT_TRUE(truth) << truth.error().message;
        CountQuestion question;
        question.paths = {clip};
        auto const e = count_against(question, *truth, 0, {});
        ASSERT_TRUE(e) << e.error().message;
        auto const one = 1 - std::abs(e->counted.value - e->number) / e->number;
        std::printf("%s of %.0f: %.0f (%.0f to %.0f), F1 %.3f, IDF1 %.3f\n", truth->scene.c_str(), e->number, e->counted.value, e->counted.low, e->counted.high, e->found.f1(), e->tracks->idf1);
        EXPECT_GT(one, truth->scene == "clear" ? 0.95 : 0.75) << truth->scene;
        EXPECT_EQ(e->looks, 60);
        right += one / 3;
        covered += e->covered() > 0;
    }
    EXPECT_GE(right, 0.92);
    EXPECT_GE(covered, 2);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

} // namespace
} // namespace osetra::stocktake
