#include "stocktake/engine/water.h"

#include <filesystem>
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/render.h"

namespace osetra::stocktake {
namespace {

cv::Mat noisy(cv::Mat picture, std::uint64_t seed, int by) {
    std::mt19937_64 random{seed};
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) {
            auto const d = static_cast<int>(random() % static_cast<unsigned>(2 * by + 1)) - by;
            auto& p = picture.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c) p[c] = cv::saturate_cast<uchar>(p[c] + d);
        }
    return picture;
}

cv::Mat water(int light) { return noisy({720, 1280, CV_8UC3, cv::Scalar(light, light, light)}, 3, 4); }

cv::Mat with_fish(cv::Mat picture, int light) {
    for (int i = 0; i < 80; ++i) cv::ellipse(picture, {40 + (i % 10) * 125, 40 + (i / 10) * 85}, {30, 5}, i * 31, 0, 360, cv::Scalar::all(light), cv::FILLED, cv::LINE_AA);
    return picture;
}

cv::Mat with_glare(cv::Mat picture) {
    for (int i = 0; i < 12; ++i) cv::circle(picture, {100 + i * 100, 200 + (i % 3) * 150}, 55, cv::Scalar::all(255), cv::FILLED, cv::LINE_AA);
    return picture;
}

TEST(Water, SaysWhatCannotBeReadAndWhy) {
    struct Case { char const* why; cv::Mat picture; std::vector<std::string> faults; double missing_from, missing_to; };
    cv::Mat foggy;
    cv::GaussianBlur(with_fish(water(120), 60), foggy, {}, 14);
    for (auto const& c : std::vector<Case>{
             {"clear water", with_fish(water(110), 50), {}, 0, 0},
             {"pale fish on dark water", with_fish(water(50), 90), {}, 0, 0},
             {"sun on the water", with_glare(with_fish(water(110), 50)), {"glare"}, 0.1, 0.2},
             {"a white tub", with_fish(water(253), 90), {}, 0, 0},
             {"night", water(9), {"dark"}, 1, 1},
             {"mud", water(120), {"turbid"}, 1, 1},
             {"ice", water(235), {"ice"}, 1, 1},
             {"out of focus", noisy(foggy, 5, 1), {"blurred"}, 0, 0},
         }) {
        auto const view = Water{}.frame(c.picture);
        auto faults = view.faults();
        // what shows nothing has no edges to be sharp
        if (c.missing_from == 1) std::erase(faults, "blurred");
        EXPECT_EQ(faults, c.faults) << c.why << ", sharpness " << view.sharpness;
        EXPECT_GE(view.missing(), c.missing_from - 1e-9) << c.why;
        EXPECT_LE(view.missing(), c.missing_to + 1e-9) << c.why;
        EXPECT_NEAR(1 - cv::countNonZero(view.readable) / static_cast<double>(view.readable.total()), view.missing(), 1e-9) << c.why;
    }
}

TEST(Water, GlareIsWhereItIs) {
    cv::Mat picture = with_fish(water(110), 50);
    cv::circle(picture, {640, 360}, 80, cv::Scalar::all(255), cv::FILLED);
    auto const view = Water{}.frame(picture);
    EXPECT_EQ(view.readable.size(), cv::Size(40, 23));
    EXPECT_EQ(view.readable.at<uchar>(360 / water_cell, 640 / water_cell), 0);
    EXPECT_EQ(view.readable.at<uchar>(2, 2), 255);
}

TEST(Water, SparkleIsGlareAndAFewSpecksAreNot) {
    struct Case { char const* what; int specks; bool lost; };
    for (auto const& c : {Case{"waves in the sun", 900, true}, Case{"pebbles", 40, false}}) {
        cv::Mat picture = with_fish(water(110), 50);
        std::mt19937_64 random{7};
        for (int i = 0; i < c.specks; ++i) cv::circle(picture, {640 + static_cast<int>(random() % 400), 200 + static_cast<int>(random() % 400)}, 3, cv::Scalar::all(250), cv::FILLED);
        auto const view = Water{}.frame(picture);
        EXPECT_EQ(view.readable.at<uchar>(400 / water_cell, 840 / water_cell) == 0, c.lost) << c.what;
        EXPECT_EQ(view.readable.at<uchar>(400 / water_cell, 200 / water_cell), 255) << c.what;
    }
}

/// Concrete in the sun about a pond, stained and jointed: fish that swim along it are seen.
cv::Mat with_banks(cv::Mat picture) {
    cv::RNG random{5};
    cv::Rect const pond{110, 20, 1060, 680};
    for (int y = 0; y < picture.rows; y += 8)
        for (int x = 0; x < picture.cols; x += 8) {
            auto const light = random.uniform(0.0, 1.0) < 0.2 ? random.uniform(180, 215) : random.uniform(236, 256);
            for (int j = y; j < y + 8; ++j)
                for (int i = x; i < x + 8; ++i) if (!pond.contains({i, j})) picture.at<cv::Vec3b>(j, i) = cv::Vec3b::all(cv::saturate_cast<uchar>(light));
        }
    return picture;
}

TEST(Water, PaleBanksAreNoGlare) {
    auto const by_a_bank = 120 / water_cell;
    auto const view = Water{}.frame(with_banks(with_fish(water(90), 40)));
    EXPECT_LT(view.glare, 0.02);
    for (int j = 2; j < 20; ++j) EXPECT_EQ(view.readable.at<uchar>(j, by_a_bank), 255) << j;
    auto const sunny = Water{}.frame(with_banks(with_glare(with_fish(water(90), 40)))), without_banks = Water{}.frame(with_glare(with_fish(water(90), 40)));
    cv::Rect const off_the_banks{5, 2, 30, 18};
    EXPECT_GT(sunny.glare, 0.1);
    EXPECT_EQ(cv::countNonZero(sunny.readable(off_the_banks) != without_banks.readable(off_the_banks)), 0);
}

TEST(Water, AShakenFrameIsHeldAgainstItsClip) {
    Water clip;
    auto const sharp = with_fish(water(110), 50);
    for (int i = 0; i < 8; ++i) EXPECT_FALSE(clip.frame(sharp).blurred) << i;
    cv::Mat shaken;
    cv::blur(sharp, shaken, {61, 1});
    EXPECT_TRUE(clip.frame(shaken).blurred);
    EXPECT_FALSE(clip.frame(sharp).blurred);
}

TEST(Water, OfRenderedPicturesMostCanBeRead) {
    for (auto const kind : all_still_kinds) {
        double missing = 0;
        for (std::uint64_t seed = 9001; seed <= 9008; ++seed) missing += Water{}.frame(render_still(kind, seed, 640, 480, 40).bgr).missing() / 8;
        EXPECT_LT(missing, 0.25) << name_of(kind);
    }
}

TEST(Water, AFewFryInAPlainTubShowThatItCanBeRead) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto const picture = render_still(StillKind::tub, seed, 960, 2080, 20, Taken::with_care);
        EXPECT_LT(Water{}.frame(picture.bgr).missing(), 0.1) << seed;
    }
}

TEST(Water, OfRealPicturesAllButGlareCanBeRead) {
    struct Case { char const* file; double glare_from, glare_to, missing_to; };
    auto const root = std::filesystem::path{OSETRA_ROOT} / "../shared/data/vision";
    if (!std::filesystem::exists(root)) GTEST_SKIP() << "shared/data/vision is not here";
    for (auto const& c : {Case{"fingerlings_tub/images/20-1.jpg", 0, 0.02, 0.03}, Case{"fingerlings_tub/images/tony100-55.jpg", 0, 0.02, 0.03}, Case{"zebrafish_larvae_seq/frames/frame_000001.png", 0, 0, 0.03},
                          Case{"shrimp_pl/images/shrimp-9.jpg", 0.05, 0.3, 0.3}, Case{"shrimp_pl/images/shrimp-4.jpg", 0.05, 0.3, 0.3}, Case{"shrimp_pl/images/shrimp-45.jpg", 0, 0.02, 0.05},
                          Case{"fingerlings_hires/images/img11.jpg", 0, 0.02, 0.1}}) {
        auto const picture = cv::imread((root / c.file).string());
        ASSERT_FALSE(picture.empty()) << c.file;
        auto const view = Water{}.frame(picture);
        EXPECT_GE(view.glare, c.glare_from) << c.file;
        EXPECT_LE(view.glare, c.glare_to) << c.file;
        EXPECT_LE(view.missing(), c.missing_to) << c.file;
        EXPECT_FALSE(view.blurred) << c.file;
    }
}

} // namespace
} // namespace osetra::stocktake
