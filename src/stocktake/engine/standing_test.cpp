#include "stocktake/engine/standing.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

/// A pond with smooth banks whose waves go by, all of them the same way. `aside`: by how many pixels the camera hovers off. `bank`: so wide are those to the left and right.
cv::Mat waves(double at_s, double aside = 0, int bank = 60) {
    cv::Mat picture(360, 640, CV_8UC3, cv::Scalar{60, 90, 120});
    for (int y = 40; y < 320; ++y)
        for (int x = bank; x < 640 - bank; ++x) picture.at<cv::Vec3b>(y, x) = cv::Vec3b{90, 110, 100} + cv::Vec3b::all(static_cast<std::uint8_t>(15 + 15 * std::sin((y + 12 * at_s) * 0.7) * std::cos(x * 0.3)));
    cv::Mat moved;
    cv::warpAffine(picture, moved, cv::Matx23d{1, 0, aside, 0, 1, 0}, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return moved;
}
CameraPose at(double x, double y, double sure = 1) {
    CameraPose pose;
    pose.to_mosaic = {1, 0, x, 0, 1, y, 0, 0, 1};
    pose.sure = sure;
    return pose;
}

TEST(Standing, LeavesAPoseThatDoesNotLeap) {
    Standing standing;
    auto first = at(0, 0), next = at(-1, 0);
    EXPECT_FALSE(standing.mend(waves(0), {}, first));
    EXPECT_FALSE(standing.mend(waves(0.2, 1), {}, next));
    EXPECT_EQ(next.to_mosaic[2], -1);
}

TEST(Standing, MendsOneThatWentWithTheWaves) {
    Standing standing;
    auto first = at(0, 0), carried_off = at(0, -9);
    standing.mend(waves(0), {}, first);
    ASSERT_TRUE(standing.mend(waves(0.2), {}, carried_off));
    EXPECT_NEAR(carried_off.to_mosaic[2], 0, 1);
    EXPECT_NEAR(carried_off.to_mosaic[5], 0, 1);
}

TEST(Standing, ACameraThatFliesAlongTheBanksWasNotCarriedOff) {
    Standing standing;
    auto begun = at(0, 0);
    standing.mend(waves(0, 0, 0), {}, begun);
    for (int look = 1; look < 8; ++look) {
        auto const way = -3.0 * look * look;
        auto pose = at(way, 0);
        EXPECT_FALSE(standing.mend(waves(0.2 * look, -way, 0), {}, pose)) << look;
        EXPECT_EQ(pose.to_mosaic[2], way) << look;
    }
}

TEST(Standing, BelievesAGustThatBanksShowToo) {
    Standing standing;
    auto first = at(0, 0), blown = at(-12, 0);
    standing.mend(waves(0), {}, first);
    standing.mend(waves(0.2, 12), {}, blown);
    EXPECT_NEAR(blown.to_mosaic[2], -12, 1);
}

TEST(Standing, FindsACameraThatWasLost) {
    Standing standing;
    auto first = at(0, 0), lost = at(80, 40, 0);
    lost.lost = true;
    standing.mend(waves(0), {}, first);
    ASSERT_TRUE(standing.mend(waves(0.2, 3), {}, lost));
    EXPECT_FALSE(lost.lost);
    EXPECT_NEAR(lost.to_mosaic[2], -3, 1);
}

TEST(Standing, AnotherPieceAndAPictureWithNothingInItStayAsTheyAre) {
    Standing standing;
    auto first = at(0, 0), later = at(50, 0), blank = at(50, 0);
    standing.mend(waves(0), {}, first);
    later.piece = 1;
    EXPECT_FALSE(standing.mend(waves(0.2), {}, later));
    Standing other;
    auto begun = at(0, 0);
    cv::Mat const grey(360, 640, CV_8UC3, cv::Scalar::all(90));
    other.mend(grey, {}, begun);
    EXPECT_FALSE(other.mend(grey, {}, blank));
}

} // namespace
} // namespace osetra::stocktake
