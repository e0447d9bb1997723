#include "stocktake/engine/motion.h"

#include <cmath>
#include <numbers>
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/metrics.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi;

constexpr int width = 400, height = 300;

cv::Mat ground() {
    cv::Mat out(height, width, CV_8U);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) out.at<uchar>(y, x) = static_cast<uchar>(140 + 30 * std::sin(x * 0.02) * std::cos(y * 0.03));
    return out;
}

// A body thick at the head and thin at the tail.
void draw(cv::Mat& picture, Mark const& m, int light) {
    for (double s = -0.5; s <= 0.5; s += 0.02) {
        auto const radius = m.length_px * (0.02 + 0.1 * std::max(0.0, 0.5 + s));
        cv::circle(picture, cv::Point(static_cast<int>(std::lround(m.x + s * m.length_px * std::cos(m.axis))), static_cast<int>(std::lround(m.y + s * m.length_px * std::sin(m.axis)))),
                   static_cast<int>(std::lround(radius)), cv::Scalar(light), cv::FILLED);
    }
}

cv::Mat noisy(cv::Mat picture, std::mt19937_64& random) {
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) picture.at<uchar>(y, x) = cv::saturate_cast<uchar>(picture.at<uchar>(y, x) + static_cast<int>(random() % 9) - 4);
    return picture;
}

TEST(StillGround, IsWhatIsThereMostOfTheTime) {
    std::mt19937_64 random{2};
    StillGround still;
    EXPECT_FALSE(still.ready());
    for (int t = 0; t < 200; ++t) {
        auto picture = ground();
        draw(picture, {30.0 + 3 * (t % 110), 150, 0, 40}, 40);
        still.add(noisy(picture, random));
    }
    EXPECT_TRUE(still.ready());
    cv::Mat off;
    cv::absdiff(still.grey(), ground(), off);
    double most = 0;
    cv::minMaxLoc(off, nullptr, &most);
    EXPECT_LE(most, 8);
}

TEST(MotionDetector, FindsBodiesDarkerOrLighter) {
    for (int const light : {60, 230}) {
        std::mt19937_64 random{3};
        Marks const truth{{60, 60, 0.3, 40}, {200, 80, 2, 44}, {320, 200, -1, 36}, {100, 220, -2.8, 40}};
        auto picture = ground();
        for (auto const& m : truth) draw(picture, m, light);
        MotionDetector detector{ground()};
        auto const seen = detector.detect(noisy(picture, random));
        ASSERT_EQ(seen.size(), truth.size()) << light;
        auto const given = match(seen, truth, 8);
        for (std::size_t i = 0; i < seen.size(); ++i) {
            ASSERT_GE(given[i], 0) << light;
            auto const& t = truth[static_cast<std::size_t>(given[i])];
            EXPECT_LT(std::abs(std::remainder(seen[i].axis - t.axis, 2 * pi)), 0.15) << light << ": head and all";
            EXPECT_NEAR(seen[i].length_px, t.length_px * 1.1, 5) << light;
            EXPECT_GT(seen[i].score, 0.5);
        }
        EXPECT_EQ(detector.sizes().size(), seen.size());
        ASSERT_EQ(detector.tapers().size(), seen.size());
        for (auto const t : detector.tapers()) EXPECT_GT(t, 0.3) << light << ": thick at the head";
    }
}

TEST(MotionDetector, EndsThatAreAlikeDoNotTaper) {
    auto picture = ground();
    cv::ellipse(picture, {200, 150}, {20, 6}, 30, 0, 360, cv::Scalar(40), cv::FILLED, cv::LINE_AA);
    MotionDetector detector{ground()};
    ASSERT_EQ(detector.detect(picture).size(), 1u);
    EXPECT_LT(detector.tapers().at(0), 0.1);
}

TEST(MotionDetector, TwoThatTouchAreTwo) {
    std::mt19937_64 random{4};
    MotionDetector detector{ground()};
    Marks const alone{{60, 60, 0.3, 40}, {200, 80, 2, 44}, {320, 200, -1, 36}}, crossed{{200, 150, 0, 40}, {200, 146, 1.3, 40}};
    auto before = ground();
    for (auto const& m : alone) draw(before, m, 50);
    EXPECT_EQ(detector.detect(noisy(before, random)).size(), 3u);
    auto picture = ground();
    for (auto const& m : crossed) draw(picture, m, 50);
    auto const seen = detector.detect(noisy(picture, random), crossed);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(found_score(seen, crossed, 10).found, 2);
    EXPECT_LT(seen[0].score, 0.8);
}

TEST(MotionDetector, NothingMovesInAnEmptyDish) {
    std::mt19937_64 random{5};
    MotionDetector detector{ground()};
    for (int t = 0; t < 20; ++t) EXPECT_TRUE(detector.detect(noisy(ground(), random)).empty());
    // nor where the light goes up
    cv::Mat lighter = ground() + 12;
    EXPECT_TRUE(detector.detect(noisy(lighter, random)).empty());
}

} // namespace
} // namespace osetra::stocktake
