#include "stocktake/engine/still.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <unistd.h>
#include <vector>

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

struct StillTest : ::testing::Test {
    fs::path folder = fs::temp_directory_path() / ("osetra_still_" + std::to_string(getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    std::string write(std::string const& name, std::string const& bytes) const {
        std::ofstream{folder / name, std::ios::binary} << bytes;
        return (folder / name).string();
    }
};

/// Brightness in the middle of a JPEG.
int middle(std::string const& jpeg) {
    auto const picture = cv::imdecode(std::vector<unsigned char>{jpeg.begin(), jpeg.end()}, cv::IMREAD_GRAYSCALE);
    return picture.empty() ? -1 : picture.at<unsigned char>(picture.rows / 2, picture.cols / 2);
}

TEST_F(StillTest, AFrameIsFoundByItsTime) {
    auto const path = (folder / "clip.avi").string();
    {
        cv::VideoWriter clip{path, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 10, {320, 240}};
        ASSERT_TRUE(clip.isOpened());
        for (int i = 0; i < 20; ++i) clip.write(cv::Mat(240, 320, CV_8UC3, cv::Scalar::all(10 * i)));
    }
    auto const facts = clip_facts(path);
    ASSERT_TRUE(facts) << facts.error().message;
    EXPECT_EQ(facts->width, 320);
    EXPECT_NEAR(facts->seconds, 2, 0.11);
    for (auto const at_ms : {0, 500, 1'300}) {
        auto const still = still_jpeg(path, at_ms);
        ASSERT_TRUE(still) << still.error().message;
        EXPECT_NEAR(middle(*still), at_ms / 10, 4) << at_ms;
    }
    EXPECT_EQ(still_jpeg(path, 60'000).error().code, "frame_missing");
}

TEST_F(StillTest, APictureIsItsOnlyFrame) {
    auto const path = (folder / "tub.png").string();
    cv::imwrite(path, cv::Mat(30, 40, CV_8UC3, cv::Scalar::all(77)));
    EXPECT_EQ(clip_facts(path)->seconds, 0);
    EXPECT_NEAR(middle(*still_jpeg(path, 5'000)), 77, 2);
}

TEST_F(StillTest, WhatIsNoPictureIsRefused) {
    EXPECT_EQ(still_jpeg((folder / "nothing.mp4").string(), 0).error().code, "media_missing");
    EXPECT_EQ(clip_facts(write("letter.mp4", "Dear farm")).error().code, "media_unreadable");
    EXPECT_EQ(clip_facts(write("empty.png", "")).error().code, "media_unreadable");
    std::string sea = "\x89PNG\r\n\x1a\n";                          // a header that says 60,000 by 60,000
    sea += std::string{"\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0\0\0\0\0", 25};
    EXPECT_EQ(still_jpeg(write("sea.png", sea), 0).error().code, "media_unreadable");
}

} // namespace
} // namespace osetra::stocktake
