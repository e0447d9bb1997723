#include "stocktake/engine/motion_finder.h"

#include <cmath>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace osetra::stocktake {
namespace {

cv::Point2d place(int i, int t, bool swims) {
    return {60 + 110 * (i % 4) + (swims ? 35 * std::sin(t * 0.3 + i) : 0.0), 60 + 100 * (i / 4 % 3) + (swims ? 30 * std::cos(t * 0.3 + i) : 0.0)};
}

// A network that sees so many bodies, where they are in the first picture, and now and then two more.
class Unsteady final : public Finder {
public:
    explicit Unsteady(int n) : m_n{n} {}
    Marks find(Shot const&, bool) override {
        Marks out;
        for (int i = 0; i < m_n + (m_asked % 2) * 2; ++i) out.push_back({place(i, 0, true).x, place(i, 0, true).y, 0, 30, 0.9, 1});
        ++m_asked;
        return out;
    }
    double threshold() const override { return 0.5; }
    std::string const& name() const override { return m_name; }
    std::string const& sha256() const override { return m_name; }

private:
    int m_n, m_asked = 0;
    std::string m_name = "unsteady";
};

enum class Fish { swim, taper, lie };

// Frames of a folder that is gone when the test is over.
class Frames {
public:
    Frames(int bodies, double drift_px, Fish fish) : m_folder{std::filesystem::temp_directory_path() / ("osetra_motion_" + std::to_string(bodies) + "_" + std::to_string(drift_px) + "_" + std::to_string(static_cast<int>(fish)))} {
        std::filesystem::create_directories(m_folder);
        std::mt19937_64 random{6};
        cv::Mat floor(400, 900, CV_8UC3, cv::Scalar(150, 150, 150));
        for (int i = 0; i < 300; ++i)
            cv::rectangle(floor, cv::Rect(static_cast<int>(random() % 880), static_cast<int>(random() % 380), 12, 9), cv::Scalar::all(static_cast<double>(110 + random() % 80)), cv::FILLED);
        for (int t = 0; t < 40; ++t) {
            cv::Mat frame = floor(cv::Rect(static_cast<int>(t * drift_px), 20, 480, 360)).clone();
            for (int i = 0; i < bodies; ++i) {
                auto const at = cv::Point(place(i, t, fish != Fish::lie));
                if (fish != Fish::taper) cv::ellipse(frame, at, {14, 4}, i * 37, 0, 360, cv::Scalar::all(20), cv::FILLED, cv::LINE_AA);
                else for (int s = 0; s <= 28; ++s) cv::circle(frame, at + cv::Point(cv::Point2d(s * std::cos(i * 0.6), s * std::sin(i * 0.6))), 5 - s / 6, cv::Scalar::all(20), cv::FILLED, cv::LINE_AA);
            }
            cv::imwrite((m_folder / ("frame_" + std::to_string(1000 + t) + ".png")).string(), frame);
        }
    }
    ~Frames() { std::filesystem::remove_all(m_folder); }
    Frames(Frames const&) = delete;
    Frames& operator=(Frames const&) = delete;
    std::vector<std::string> paths() const { return {m_folder.string()}; }

private:
    std::filesystem::path m_folder;
};

TEST(MotionFinder, ServesWhereTheCameraStandsAndAllSwim) {
    struct Case { char const* why; int bodies; double drift_px; Fish fish; int network_sees; bool serves; double wrong_way = mostly_right; };
    for (auto const& c : {Case{"a dish", 12, 0, Fish::swim, 12, true}, Case{"thick at the head", 12, 0, Fish::taper, 12, true, nearly_always}, Case{"a camera that moves", 12, 4, Fish::swim, 12, false}, Case{"most lie still: the network sees more", 12, 0, Fish::lie, 12, false},
                          Case{"nobody there", 0, 0, Fish::swim, 0, false}, Case{"the network sees many more", 12, 0, Fish::swim, 20, false}}) {
        Frames const frames{c.bodies, c.drift_px, c.fish};
        Unsteady network{c.network_sees};
        auto const finder = MotionFinder::over(frames.paths(), network);
        ASSERT_EQ(finder != nullptr, c.serves) << c.why;
        if (!finder) continue;
        EXPECT_EQ(finder->name(), "unsteady");
        EXPECT_EQ(finder->wrong_way(), c.wrong_way) << c.why;
        auto media = Media::open(frames.paths());
        ASSERT_TRUE(media);
        auto const shot = (*media)->next();
        ASSERT_TRUE(shot && *shot);
        EXPECT_EQ(finder->find(**shot, true).size(), 12u);
        EXPECT_EQ(finder->sizes().size(), 12u);
    }
}

TEST(MotionFinder, ServesNobodyWithoutPictures) {
    Unsteady network{3};
    EXPECT_EQ(MotionFinder::over({}, network), nullptr);
    EXPECT_EQ(MotionFinder::over({"/nowhere/at/all.mp4"}, network), nullptr);
}

} // namespace
} // namespace osetra::stocktake
