#include "stocktake/engine/stabilise.h"

#include <cmath>
#include <filesystem>
#include <numbers>

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

using std::numbers::pi;
constexpr int width = 640, height = 360;

// A floor of soft spots in several sizes, 3 times as wide as the picture.
cv::Mat floor_of(std::uint64_t seed, double contrast) {
    Chance chance{seed};
    cv::Mat sum(height * 3, width * 3, CV_32F, cv::Scalar(0));
    for (int const cells : {20, 60, 180}) {
        cv::Mat noise(cells, cells * 16 / 9, CV_32F), large;
        for (int y = 0; y < noise.rows; ++y)
            for (int x = 0; x < noise.cols; ++x) noise.at<float>(y, x) = static_cast<float>(chance.uniform(-1, 1));
        cv::resize(noise, large, sum.size(), 0, 0, cv::INTER_CUBIC);
        sum += large;
    }
    cv::Mat out;
    sum.convertTo(out, CV_8U, contrast, 110);
    return out;
}

// Looks at the floor from (x, y), turned and enlarged: picture pixels to floor pixels.
Homography view(double x, double y, double turn, double zoom, double tilt = 0) {
    auto const c = std::cos(turn) * zoom, s = std::sin(turn) * zoom;
    Homography const turned{c, -s, x, s, c, y, 0, 0, 1}, centred{1, 0, -width / 2.0, 0, 1, -height / 2.0, tilt, 0, 1};
    return product(turned, centred);
}

cv::Mat picture(cv::Mat const& floor, Homography const& to_floor) {
    cv::Mat m(3, 3, CV_64F), out;
    for (int i = 0; i < 9; ++i) m.at<double>(i / 3, i % 3) = to_floor[static_cast<std::size_t>(i)];
    cv::warpPerspective(floor, out, m, {width, height}, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REFLECT);
    return out;
}

double corner_error(Homography const& a, Homography const& b) {
    double most = 0;
    for (double const x : {0.0, 1.0 * width})
        for (double const y : {0.0, 1.0 * height}) {
            auto const p = through(a, x, y), q = through(b, x, y);
            most = std::max(most, std::hypot(p[0] - q[0], p[1] - q[1]));
        }
    return most;
}

// Dark spindles that swim about, and glints that jump: nothing of it is the floor.
void swim(cv::Mat& frame, Chance& chance, std::vector<std::array<double, 3>>& fish, int glints) {
    for (auto& [x, y, axis] : fish) {
        x += 5 * std::cos(axis);
        y += 5 * std::sin(axis);
        axis += chance.uniform(-0.2, 0.2);
        if (x < 0 || y < 0 || x > width || y > height) { x = chance.uniform(0, width); y = chance.uniform(0, height); }
        cv::ellipse(frame, cv::Point(static_cast<int>(x), static_cast<int>(y)), {22, 4}, axis * 180 / pi, 0, 360, cv::Scalar(25), cv::FILLED, cv::LINE_AA);
    }
    for (int i = 0; i < glints; ++i)
        cv::circle(frame, cv::Point(static_cast<int>(chance.uniform(0, width)), static_cast<int>(chance.uniform(0, height))), 3, cv::Scalar(255), cv::FILLED);
}

TEST(Stabiliser, GoesOnFromAPoseThatWasMended) {
    cv::Mat lattice(height, width, CV_8U);   // looks the same from many places: what is found is what is next to where it is sought
    constexpr double period = 32;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) lattice.at<uchar>(y, x) = static_cast<uchar>(120 + 60 * std::sin(2 * pi * x / period) * std::sin(2 * pi * y / period));
    Stabiliser camera;
    camera.frame(lattice, {}, 0);
    auto pose = camera.frame(lattice, {}, 0.2);
    EXPECT_NEAR(pose.to_mosaic[2], 0, 0.5);
    pose.to_mosaic = {1, 0, -period, 0, 1, 0, 0, 0, 1};
    camera.mended(pose);
    EXPECT_NEAR(camera.frame(lattice, {}, 0.4).to_mosaic[2], -period, 0.5);
    pose.piece = 7;                          // of a piece that is not this one
    pose.to_mosaic = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    camera.mended(pose);
    EXPECT_NEAR(camera.frame(lattice, {}, 0.6).to_mosaic[2], -period, 0.5);
}

TEST(Stabiliser, FollowsACameraOverFishAndGlare) {
    struct Case { char const* why; double dx, dy, turn, zoom, tilt; int fish, glints; double contrast, within; };
    for (auto const& c : std::vector<Case>{
             {"a sweep", 6, 0, 0, 0, 0, 0, 0, 25, 1.0},
             {"a sweep and back over fish", 8, 1, 0, 0, 0, 40, 0, 25, 2.0},
             {"turning and climbing", 2, 1, 0.004, 0.002, 0, 40, 0, 25, 2.0},
             {"tilting", 2, 0, 0.001, 0, 1e-6, 20, 0, 25, 2.5},
             {"glare everywhere", 5, 1, 0, 0, 0, 40, 150, 25, 6.0},
             {"a pale floor", 5, 1, 0, 0, 0, 20, 10, 8, 3.0},
         }) {
        auto const floor = floor_of(3, c.contrast);
        Chance chance{11};
        std::vector<std::array<double, 3>> fish;
        fish.reserve(static_cast<std::size_t>(c.fish));
        for (int i = 0; i < c.fish; ++i) fish.push_back({chance.uniform(0, width), chance.uniform(0, height), chance.uniform(-pi, pi)});
        cv::RNG noise{11};
        cv::Mat grain(height, width, CV_16S);
        Stabiliser stabiliser;
        Homography first{};
        double worst = 0;
        int lost = 0;
        for (int t = 0; t < 100; ++t) {
            auto const n = t < 50 ? t : 100 - t;      // there and back
            auto const to_floor = view(width + c.dx * n, height + c.dy * n, c.turn * n, 1 + c.zoom * n, c.tilt * n);
            if (t == 0) first = to_floor;
            auto frame = picture(floor, to_floor);
            swim(frame, chance, fish, c.glints);
            noise.fill(grain, cv::RNG::UNIFORM, -5, 6);
            cv::add(frame, grain, frame, cv::noArray(), CV_8U);
            auto const pose = stabiliser.frame(frame, {});
            lost += pose.lost ? 1 : 0;
            EXPECT_EQ(pose.piece, 0) << c.why << ", frame " << t;
            worst = std::max(worst, corner_error(pose.to_mosaic, product(inverse(first), to_floor)));
        }
        EXPECT_EQ(lost, 0) << c.why;
        EXPECT_LT(worst, c.within) << c.why;
        EXPECT_FALSE(stabiliser.static_camera()) << c.why;
        RecordProperty(c.why, std::to_string(worst));
    }
}

TEST(Stabiliser, ACameraOnAPoleDoesNotMoveWhateverSwims) {
    auto const floor = floor_of(5, 20);
    Chance chance{12};
    std::vector<std::array<double, 3>> fish;
    fish.reserve(60);
    for (int i = 0; i < 60; ++i) fish.push_back({chance.uniform(0, width), chance.uniform(0, height), 0});
    Stabiliser stabiliser;
    for (int t = 0; t < 60; ++t) {
        auto frame = picture(floor, view(width, height, 0, 1));
        swim(frame, chance, fish, 0);
        auto const pose = stabiliser.frame(frame, {});
        EXPECT_LT(corner_error(pose.to_mosaic, {1, 0, 0, 0, 1, 0, 0, 0, 1}), 0.5) << t;
        EXPECT_FALSE(pose.lost);
    }
    EXPECT_TRUE(stabiliser.static_camera());
}

TEST(Stabiliser, SaysWhenTheThreadIsLost) {
    auto const floor = floor_of(6, 20), elsewhere = floor_of(7, 20);
    Stabiliser stabiliser;
    for (int t = 0; t < 10; ++t) EXPECT_FALSE(stabiliser.frame(picture(floor, view(width + 4 * t, height, 0, 1)), {}).lost);
    int lost = 0, piece = 0;
    for (int t = 0; t < 20; ++t) {
        auto const pose = stabiliser.frame(picture(elsewhere, view(width + 4 * t, height, 0, 1)), {});
        lost += pose.lost ? 1 : 0;
        piece = pose.piece;
    }
    EXPECT_GE(lost, 1);
    EXPECT_EQ(piece, 1);
    // fog: no corner at all
    Stabiliser in_fog;
    cv::Mat const fog(height, width, CV_8U, cv::Scalar(200));
    in_fog.frame(picture(floor, view(width, height, 0, 1)), {});
    int unsure = 0;
    for (int t = 0; t < 20; ++t) {
        auto const pose = in_fog.frame(fog, {});
        unsure += pose.lost || pose.sure < 0.1 ? 1 : 0;
    }
    EXPECT_GE(unsure, 15);
}

TEST(Stabiliser, AJumpIsFollowed) {
    auto const floor = floor_of(8, 20);
    Stabiliser stabiliser;
    auto const first = view(width, height, 0, 1);
    stabiliser.frame(picture(floor, first), {});
    auto const there = view(width + 120, height - 60, 0, 1);
    auto const pose = stabiliser.frame(picture(floor, there), {});
    EXPECT_FALSE(pose.lost);
    EXPECT_LT(corner_error(pose.to_mosaic, product(inverse(first), there)), 1);
}

TEST(Planes, MarksAreCarried) {
    auto const h = to_pond(50, 1280, 720);
    auto const m = carried({640, 410, 0.5, 40, 0.9, 1}, h);
    EXPECT_NEAR(m.x, 0, 1e-9);
    EXPECT_NEAR(m.y, 1, 1e-9);
    EXPECT_NEAR(m.axis, 0.5, 1e-9);
    EXPECT_NEAR(m.length_px, 0.8, 1e-9);
    EXPECT_NEAR(px_per_m_at(8, pi / 2, 1280), 80, 1e-9);
}

TEST(MosaicCells, BodiesAreCountedOnceHoweverOftenTheyAreSeen) {
    Chance chance{4};
    Marks bodies;
    for (int i = 0; i < 300; ++i) bodies.push_back({chance.uniform(0, 2000), chance.uniform(0, 300), 0, 20, 1, 1});
    for (double const p : {1.0, 0.8}) {
        MosaicCells cells{8};
        for (int x = -400; x <= 2000; x += 10) {
            Marks seen;
            for (auto const& b : bodies)
                if (b.x >= x && b.x < x + 400 && chance.uniform(0, 1) < p) { seen.push_back(b); seen.back().x -= x; }
            cells.add({1, 0, static_cast<double>(x), 0, 1, 0, 0, 0, 1}, 400, 300, {}, seen);
        }
        EXPECT_NEAR(cells.count(), 300 * p, p == 1 ? 6 : 9) << p;
        EXPECT_GT(cells.area(2), 2000 * 290);
        for (auto const& c : cells.cells()) EXPECT_LE(c.looks, 41);
    }
}

TEST(MosaicCells, WhatCannotBeReadIsMissingAndNotEmpty) {
    cv::Mat readable(2, 2, CV_8U, cv::Scalar(255));
    readable.at<uchar>(0, 1) = 0;
    MosaicCells cells{10};
    cells.add({1, 0, 0, 0, 1, 0, 0, 0, 1}, 40, 40, readable, {{5, 5, 0, 4, 1, 1}, {35, 5, 0, 4, 1, 1}, {36, 36, 0, 4, 1, 1}});
    EXPECT_EQ(cells.cells().size(), 12u);
    EXPECT_EQ(cells.count(), 2);
    EXPECT_EQ(cells.area(), 1200);
    // a picture that a lost thread blew up is left out
    cells.add({1e9, 0, 0, 0, 1, 0, 0, 0, 1}, 40, 40, {}, {});
    EXPECT_EQ(cells.area(), 1200);
}

std::filesystem::path photographs() { return std::filesystem::path{OSETRA_ROOT} / "../shared/data/vision/fingerlings_hires"; }

TEST(Stabiliser, ASweepOverAPhotographStaysOnIt) {
    auto const photograph = cv::imread((photographs() / "images/img11.jpg").string());
    if (photograph.empty()) GTEST_SKIP() << "shared/data/vision is not here";
    Stabiliser stabiliser;
    double worst = 0;
    for (int y = 0; y + 720 <= photograph.rows; y += 10) {
        auto const pose = stabiliser.frame(photograph(cv::Rect(320, y, 1280, 720)), {});
        ASSERT_FALSE(pose.lost) << y;
        auto const p = through(pose.to_mosaic, 640, 360);
        worst = std::max(worst, std::hypot(p[0] - 640, p[1] - 360 - y));
    }
    EXPECT_LT(worst, 0.5);
    RecordProperty("worst_px", std::to_string(worst));
}

} // namespace
} // namespace osetra::stocktake
