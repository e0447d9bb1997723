#include "stocktake/engine/ingest.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/sha256.h"

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, gone afterwards.
class Ingest : public testing::Test {
protected:
    Ingest() {
        std::string pattern = (fs::temp_directory_path() / "osetra_ingest_XXXXXX").string();
        m_folder = mkdtemp(pattern.data());
    }
    ~Ingest() override {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    std::string at(std::string const& name) const { return (m_folder / name).string(); }
    std::string put(std::string const& name, std::string const& bytes) const {
        std::ofstream{at(name), std::ios::binary} << bytes;
        return at(name);
    }
    static std::string bytes_of(std::string const& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    static cv::Mat picture(int width, int height, int shade) { return {height, width, CV_8UC3, cv::Scalar(shade, shade, shade)}; }
    std::string still(std::string const& name, int shade = 90, int width = 64, int height = 48) const {
        cv::imwrite(at(name), picture(width, height, shade));
        return at(name);
    }
    std::string clip(std::string const& name, int frames, int fourcc = cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), int width = 64, int height = 48) const {
        cv::VideoWriter out{at(name), cv::CAP_FFMPEG, fourcc, 10, {width, height}};
        EXPECT_TRUE(out.isOpened());
        for (int i = 0; i < frames; ++i) {
            auto frame = picture(width, height, 40 + i);
            cv::circle(frame, {10 + i % 40, 20}, 6, {200, 200, 200}, -1);
            out.write(frame);
        }
        return at(name);
    }
    static std::string refused(std::vector<std::string> const& paths, MediaLimits const& limits = {}) {
        auto media = Media::open(paths, limits);
        if (!media) return media.error().code;
        while (true) {
            auto shot = (*media)->next();
            if (!shot) return shot.error().code;
            if (!*shot) return "";
        }
    }
    struct Read {
        std::vector<Shot> shots;
        std::unique_ptr<Media> media;
    };
    static Read all(std::vector<std::string> const& paths, MediaLimits const& limits = {}) {
        auto media = Media::open(paths, limits);
        EXPECT_TRUE(media) << media.error().message;
        Read read;
        while (auto shot = (*media)->next().value()) read.shots.push_back(std::move(*shot));
        read.media = *std::move(media);
        return read;
    }
    fs::path m_folder;
};

std::string png_head(std::uint32_t width, std::uint32_t height) {
    std::string head = "\x89PNG\r\n\x1a\n";
    head += std::string{"\0\0\0\x0dIHDR", 8};
    for (auto const n : {width, height}) for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(n >> shift & 255U);
    return head + std::string{"\x08\x02\0\0\0\0\0\0\0", 9};
}

TEST_F(Ingest, ReadsAPicture) {
    auto const read = all({still("tub.png", 77)});
    ASSERT_EQ(read.shots.size(), 1u);
    EXPECT_EQ(read.shots[0].picture.size(), cv::Size(64, 48));
    EXPECT_EQ(read.shots[0].path, at("tub.png"));
    EXPECT_FALSE(read.media->clip());
    EXPECT_EQ(read.media->sha256(), sha256_hex(bytes_of(at("tub.png"))));
}

TEST_F(Ingest, ReadsAFolderInTheOrderOfItsNumbers) {
    for (int i : {10, 2, 1}) still(fmt::format("img{}.png", i), i);
    put("notes.txt", "no picture");
    put(".hidden.png", "no picture");
    fs::create_directory(at("more.png"));
    fs::create_symlink("nowhere", at("gone.png"));
    auto const read = all({m_folder.string()});
    ASSERT_EQ(read.shots.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read.shots[i].picture.at<cv::Vec3b>(0, 0)[0], (std::array{1, 2, 10})[i]);
    EXPECT_EQ(read.media->expected(), 3);
}

TEST_F(Ingest, FollowsLinksToPictures) {
    still("real.png");
    fs::create_symlink("real.png", at("link.png"));
    EXPECT_EQ(all({at("link.png")}).shots.size(), 1u);
}

TEST_F(Ingest, ReadsAClipByItsClock) {
    for (auto const* name : {"a.avi", "a.mp4", "a.mkv"}) {
        auto const mpeg4 = cv::VideoWriter::fourcc('m', 'p', '4', 'v');
        auto const read = all({clip(name, 20, std::string{name} == "a.avi" ? cv::VideoWriter::fourcc('M', 'J', 'P', 'G') : mpeg4)});
        ASSERT_EQ(read.shots.size(), 20u) << name;
        EXPECT_TRUE(read.media->clip());
        EXPECT_NEAR(read.shots[19].at_s, 1.9, 0.01) << name;
        EXPECT_EQ(read.shots[19].frame, 19);
        EXPECT_TRUE(read.media->faults().empty()) << name << read.media->faults().front();
        EXPECT_EQ(read.media->sha256(), sha256_hex(bytes_of(at(name))));
    }
}

TEST_F(Ingest, SkipsFramesAndKeepsTheClock) {
    auto media = Media::open({clip("a.avi", 10)});
    ASSERT_TRUE(media);
    EXPECT_TRUE((*media)->skip());
    EXPECT_TRUE((*media)->skip());
    auto const shot = (*media)->next().value();
    ASSERT_TRUE(shot);
    EXPECT_EQ(shot->frame, 2);
    EXPECT_NEAR(shot->at_s, 0.2, 0.01);
}

TEST_F(Ingest, SaysThatAClipWasCutOff) {
    auto const whole = bytes_of(clip("whole.avi", 60));
    auto const read = all({put("cut.avi", whole.substr(0, whole.size() / 2))});
    EXPECT_GT(read.shots.size(), 10u);
    EXPECT_LT(read.shots.size(), 50u);
    ASSERT_EQ(read.media->faults().size(), 1u);
    EXPECT_NE(read.media->faults()[0].find("cut off"), std::string::npos);
}

TEST_F(Ingest, RefusesWhatCannotBeRead) {
    auto const mp4 = bytes_of(clip("whole.mp4", 30, cv::VideoWriter::fourcc('m', 'p', '4', 'v')));
    auto const jpeg = bytes_of(still("whole.jpg", 50, 400, 300));
    std::string wave{"RIFF\x24\0\0\0WAVEfmt ", 16};
    fs::create_directory(at("empty"));
    mkfifo(at("pipe").c_str(), 0600);
    struct Row { std::string path, code; };
    for (auto const& row : std::vector<Row>{
             {at("nothing.mp4"), "media_missing"},
             {"", "media_missing"},
             {put("zero.mp4", ""), "media_empty"},
             {put("zero.jpg", ""), "media_empty"},
             {at("empty"), "media_empty"},
             {at("pipe"), "media_unreadable"},
             {"/dev/zero", "media_unreadable"},
             {put("text.mp4", "We saw many fish today.\n"), "media_unreadable"},
             {put("text.jpg", "We saw many fish today.\n"), "media_unreadable"},
             {put("list.m3u8", "#EXTM3U\nhttp://localhost/a.ts\n"), "media_unreadable"},
             {put("list.mp4", "ffconcat version 1.0\nfile whole.mp4\n"), "media_unreadable"},
             {put("sound.mp4", wave + std::string(600, '\0')), "media_no_pictures"},
             {put("song.mp3", "ID3" + std::string(600, '\0')), "media_no_pictures"},
             {put("head.mp4", mp4.substr(0, mp4.size() / 3)), "media_unreadable"},
             {put("only.mp4", std::string{"\0\0\0\x18"} + "ftypisom"), "media_unreadable"},
             {put("noise.mkv", "\x1a\x45\xdf\xa3" + std::string(2'000, 'x')), "media_unreadable"},
             {put("head.jpg", jpeg.substr(0, 40)), "media_unreadable"},
             {put("flat.png", png_head(0, 100)), "media_empty"},
             {put("bomb.png", png_head(60'000, 60'000)), "media_too_large"},
             {put("bomb.bmp", "BM" + std::string(16, '\0') + std::string{"\xff\xff\0\0\xff\xff\0\0", 8} + std::string(40, '\0')), "media_too_large"},
             {put("bomb.pgm", "P5 99999999 99999999 255\n"), "media_too_large"},
         })
        EXPECT_EQ(refused({row.path}), row.code) << row.path;
    EXPECT_EQ(refused({}), "media_missing");
    EXPECT_EQ(refused({at("whole.mp4"), at("whole.jpg")}), "media_mixed");
    MediaLimits few;
    few.pictures = 1;
    still("other.png");
    EXPECT_EQ(refused({at("whole.jpg"), at("other.png")}, few), "media_too_large");
    few.frame_pixels = 1'000;
    EXPECT_EQ(refused({at("whole.mp4")}, few), "media_too_large");
}

TEST_F(Ingest, TellsSoundWithoutPicturesFromADamagedClip) {
    // an index with one track, of sound
    auto const box = [](std::string const& name, std::string const& inside) {
        auto const n = static_cast<std::uint32_t>(inside.size() + 8);
        std::string out;
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 255U);
        return out + name + inside;
    };
    auto const index = box("moov", box("trak", box("mdia", box("hdlr", std::string(8, '\0') + "soun" + std::string(13, '\0')))));
    EXPECT_EQ(refused({put("sound.mp4", box("ftyp", "isom") + index)}), "media_no_pictures");
}

TEST_F(Ingest, LeavesOutOneBadPictureOfMany) {
    for (int i = 0; i < 4; ++i) still(fmt::format("{}.png", i));
    put("2.png", "no picture");
    auto const read = all({m_folder.string()});
    EXPECT_EQ(read.shots.size(), 3u);
    ASSERT_EQ(read.media->faults().size(), 1u);
    EXPECT_NE(read.media->faults()[0].find("2.png"), std::string::npos);
    for (int i = 0; i < 4; ++i) put(fmt::format("{}.png", i), "no picture");
    EXPECT_EQ(refused({m_folder.string()}), "media_unreadable");
}

TEST_F(Ingest, HalvesWhatIsTooLargeAndSaysSo) {
    MediaLimits small;
    small.kept_pixels = 20'000;
    auto const read = all({still("large.png", 90, 640, 480)}, small);
    ASSERT_EQ(read.shots.size(), 1u);
    EXPECT_EQ(read.shots[0].picture.size(), cv::Size(160, 120));
    EXPECT_EQ(read.shots[0].shrunk, 0.25);
    EXPECT_EQ(read.shots[0].faults, std::vector<std::string>{"downscaled"});
}

TEST_F(Ingest, TakesSixteenBitsAndGreyAsColour) {
    cv::imwrite(at("deep.png"), cv::Mat(48, 64, CV_16UC1, cv::Scalar(40'000)));
    auto const read = all({at("deep.png")});
    ASSERT_EQ(read.shots.size(), 1u);
    EXPECT_EQ(read.shots[0].picture.type(), CV_8UC3);
    EXPECT_NEAR(read.shots[0].picture.at<cv::Vec3b>(0, 0)[0], 156, 1);
}

TEST_F(Ingest, KnowsSizesFromTheFirstBytes) {
    for (auto const* name : {"a.png", "a.jpg", "a.bmp", "a.webp", "a.tif", "a.ppm"}) {
        auto const size = picture_size(bytes_of(still(name, 80, 123, 45)));
        ASSERT_TRUE(size) << name;
        EXPECT_EQ(*size, cv::Size(123, 45)) << name;
    }
}

TEST_F(Ingest, SurvivesDamage) {
    std::uint64_t seed = 7;
    auto const next = [&] { return seed = seed * 6364136223846793005ULL + 1442695040888963407ULL, seed >> 33U; };
    for (auto const& file : {clip("a.avi", 8), clip("a.mp4", 8, cv::VideoWriter::fourcc('m', 'p', '4', 'v')), still("a.jpg"), still("a.png"), still("a.tif")}) {
        auto const whole = bytes_of(file);
        for (int round = 0; round < 25; ++round) {
            auto bytes = whole;
            for (int i = 0; i < 12; ++i) bytes[next() % bytes.size()] = static_cast<char>(next());
            if (round % 3 == 0) bytes.resize(next() % bytes.size());
            auto const code = refused({put("damaged" + fs::path{file}.extension().string(), bytes)});
            EXPECT_TRUE(code.empty() || code.starts_with("media_")) << code << ", seed 7, " << file << ", round " << round;
        }
    }
}

} // namespace
} // namespace osetra::stocktake
