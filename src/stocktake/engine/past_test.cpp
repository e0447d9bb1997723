#include "stocktake/engine/past.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

Homography shifted(double x, double y) { return {1, 0, x, 0, 1, y, 0, 0, 1}; }

/// A spot of light on a grey floor.
cv::Mat lit(int x, int y, int light = 250) {
    cv::Mat picture(60, 80, CV_8UC3, cv::Scalar::all(100));
    cv::circle(picture, {x, y}, 4, cv::Scalar::all(light), cv::FILLED);
    return picture;
}
float at(cv::Mat const& plane, int x, int y) { return plane.at<float>(y, x); }

TEST(Past, OfAFirstLookIsThePictureItself) {
    Memory memory;
    auto const& past = memory.look(lit(30, 30), {}, 0);
    EXPECT_NEAR(at(past.lately, 30, 30), 250, 1);
    EXPECT_NEAR(at(past.before, 5, 5), 100, 1);
}

TEST(Past, HoldsWhatStaysAndNotWhatFlashes) {
    Memory memory;
    for (int look = 0; look < 40; ++look) memory.look(lit(30, 30), identity, look / 15.0);
    auto flash = lit(30, 30);
    cv::circle(flash, {60, 20}, 4, cv::Scalar::all(255), cv::FILLED);
    auto const& now = memory.look(flash, identity, 40 / 15.0);
    EXPECT_NEAR(at(now.lately, 30, 30), 250, 2);
    EXPECT_NEAR(at(now.lately, 60, 20), 100, 1);      // of this look nothing is past yet
    auto const& then = memory.look(lit(30, 30), identity, 41 / 15.0);
    EXPECT_GT(at(then.lately, 60, 20), 120);
    EXPECT_LT(at(then.before, 60, 20), at(then.lately, 60, 20));
}

TEST(Past, GoesWithTheCamera) {
    Memory memory;
    Past past;
    for (int look = 0; look < 30; ++look) past = memory.look(lit(20 + look, 30), shifted(1, 0), look / 15.0);
    EXPECT_NEAR(at(past.lately, 49, 30), 250, 12);
    EXPECT_NEAR(at(past.before, 49, 30), 250, 12);
    EXPECT_NEAR(at(past.lately, 30, 30), 100, 3);
}

TEST(Past, IsForgottenWhereTheCameraWasLost) {
    for (auto const& moved : {std::optional<Homography>{}, std::optional{Homography{}}, std::optional{shifted(5000, 0)}}) {
        Memory memory;
        memory.look(lit(20, 30), {}, 0);
        memory.look(lit(20, 30), identity, 0.1);
        auto const& past = memory.look(lit(60, 30), moved, 0.2);
        EXPECT_NEAR(at(past.lately, 20, 30), 100, 1);
        EXPECT_NEAR(at(past.before, 60, 30), 250, 1);
    }
    Memory memory;
    memory.look(lit(20, 30), {}, 0);
    cv::Mat const larger(90, 80, CV_8UC3, cv::Scalar::all(40));
    EXPECT_NEAR(at(memory.look(larger, identity, 0.1).lately, 20, 80), 40, 1);
}

TEST(Carry, TakesASlopeToWhereTheCameraSeesItNow) {
    cv::Mat slope(90, 130, CV_32F), there;
    auto const height = [](double x, double y) { return 3 * x - 2 * y; };
    for (int y = 0; y < slope.rows; ++y)
        for (int x = 0; x < slope.cols; ++x) slope.at<float>(y, x) = static_cast<float>(height(x + 0.5, y + 0.5));
    for (auto const& moved : {identity, shifted(1.25, -0.75), shifted(-40, 7), Homography{0.999, 0.004, 0.3, -0.004, 1.001, -2.6, 0, 0, 1}, Homography{0.9, 0.3, -4, -0.3, 1.1, 20, 0, 0, 1}}) {
        carry(slope, there, moved);
        ASSERT_EQ(there.size(), slope.size());
        auto const back = inverse(moved);
        int inside = 0;
        for (int y = 0; y < there.rows; ++y)
            for (int x = 0; x < there.cols; ++x) {
                auto const [u, v] = through(back, x + 0.5, y + 0.5);
                EXPECT_TRUE(at(there, x, y) >= at(slope, 0, slope.rows - 1) - 0.1f && at(there, x, y) <= at(slope, slope.cols - 1, 0) + 0.1f) << "nothing is made up beyond the edges";
                if (u < 1 || v < 1 || u > slope.cols - 1 || v > slope.rows - 1) continue;
                EXPECT_NEAR(at(there, x, y), height(u, v), 0.02) << x << ", " << y;
                ++inside;
            }
        EXPECT_GT(inside, 6'000);
    }
    carry(slope, there, {1, 0, 0, 1, 0, 0, 0, 0, 1});   // that lays all on one line, as no camera does
    EXPECT_EQ(cv::norm(slope, there, cv::NORM_INF), 0);
}

} // namespace
} // namespace osetra::stocktake
