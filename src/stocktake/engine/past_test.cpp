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

} // namespace
} // namespace osetra::stocktake
