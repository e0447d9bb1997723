#include "stocktake/engine/ground.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

constexpr Mark seam{200, 100, 0, 40, 0.4, 1};
Mark swimmer(double at_s) { return {60 + 15 * at_s, 40, 0, 40, 0.4, 1}; }

/// A liner with a dark seam, and a body as dark that swims along above it. `aside`: by how much the camera hovers off.
cv::Mat pond(double at_s, int aside = 0) {
    cv::Mat picture(200, 400, CV_8U, cv::Scalar::all(120));
    cv::rectangle(picture, {0, 97}, {399, 103}, cv::Scalar::all(80), cv::FILLED);
    auto const body = swimmer(at_s);
    cv::ellipse(picture, {static_cast<int>(body.x), static_cast<int>(body.y)}, {20, 4}, 0, 0, 360, cv::Scalar::all(80), cv::FILLED);
    cv::Mat moved;
    cv::warpAffine(picture, moved, cv::Matx23d{1, 0, static_cast<double>(aside), 0, 1, static_cast<double>(aside)}, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return moved;
}

void hover(Ground& ground, double seconds) {
    for (int look = 0; look <= seconds * 5; ++look) ground.look(pond(look / 5.0), look ? std::optional{identity} : std::nullopt, look / 5.0);
}

TEST(Ground, OfAFirstLookNothingIsKnown) {
    Ground ground;
    ground.look(pond(0), {}, 0);
    EXPECT_EQ(ground.stood(seam), 0);
    auto const all = ground.doubted({seam, swimmer(0)}, 0.1);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].score, seam.score);
}

TEST(Ground, StandsWhereBodiesSwimOn) {
    Ground ground;
    hover(ground, 10);
    EXPECT_GT(ground.stood(seam), 0.9);
    EXPECT_LT(ground.stood(swimmer(10)), 0.2);
}

TEST(Ground, DoubtsWhatStoodThereAndLeavesOutTheWeakest) {
    Ground ground;
    hover(ground, 10);
    auto sure = seam, weak = seam;
    sure.score = 0.9;
    weak.score = 0.2;
    auto const all = ground.doubted({sure, swimmer(10), weak}, 0.1);
    ASSERT_EQ(all.size(), 2U);   // 0.2 is 0.03 by then
    EXPECT_NEAR(all[0].score, 1 / (1 + std::exp(2) / 9), 0.05);
    EXPECT_EQ(all[1].score, swimmer(10).score);
}

TEST(Ground, GoesWithACameraThatHovers) {
    Ground ground;
    int last = 0;
    for (int look = 0; look <= 50; ++look) {
        auto const aside = look % 7 - 3;
        auto const by = static_cast<double>(aside - last);
        ground.look(pond(look / 5.0, aside), look ? std::optional{Homography{1, 0, by, 0, 1, by, 0, 0, 1}} : std::nullopt, look / 5.0);
        last = aside;
    }
    auto there = seam;
    there.x += last, there.y += last;
    EXPECT_GT(ground.stood(there), 0.8);
}

TEST(Ground, IsForgottenWhereTheCameraFliesOnOrIsLost) {
    for (auto const& moved : {std::optional{Homography{1, 0, 60, 0, 1, 0, 0, 0, 1}}, std::optional<Homography>{}}) {
        Ground ground;
        hover(ground, 10);
        ground.look(pond(10.2), moved, 10.2);
        EXPECT_EQ(ground.stood(seam), 0);
    }
}

TEST(Ground, MarksBeyondThePictureAreNobodysGround) {
    Ground ground;
    hover(ground, 10);
    EXPECT_EQ(ground.stood({-500, 9'000, 1, 40, 0.5, 1}), 0);
}

} // namespace
} // namespace osetra::stocktake
