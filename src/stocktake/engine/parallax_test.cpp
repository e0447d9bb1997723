#include "stocktake/engine/parallax.h"

#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

using Rows = std::vector<std::array<double, 3>>;

/// A camera five times a second, and bodies that it sees for four seconds each: they swim as they please and all with the shoal, and go along with the camera by a share of its way.
struct Scene { std::vector<Track> tracks; Rows camera; };
template <class Way> Scene scene(int bodies, double seconds, double along, std::array<double, 2> shoal, Way const& camera_x) {
    Chance chance{8};
    Scene out;
    for (int i = 0; i < seconds * 5; ++i) out.camera.push_back({i / 5.0, camera_x(i / 5.0), 0});
    for (int b = 0; b < bodies; ++b) {
        auto const from = std::floor(chance.uniform(0, seconds - 4) * 5) / 5;
        auto const vx = shoal[0] + 20 * chance.normal(), vy = shoal[1] + 20 * chance.normal();
        Track t;
        t.track = b + 1;
        t.from_s = from;
        t.to_s = from + 4;
        auto const at_x = chance.uniform(0, 1000), at_y = chance.uniform(0, 700);
        for (int i = 0; i <= 20; ++i) {
            auto const s = from + i / 5.0;
            t.path.push_back({s, at_x + vx * (s - from) + along * camera_x(s) + chance.normal(), at_y + vy * (s - from) + chance.normal()});
        }
        out.tracks.push_back(std::move(t));
    }
    return out;
}
double forth_and_back(double s) { return s < 10 ? 200 * s : 4000 - 200 * s; }
double onwards(double s) { return 200 * s; }
Parallax of(Scene const& s) { return parallax_of(s.tracks, s.camera); }

TEST(Parallax, IsWhatBodiesGoAlongWithTheCamera) {
    for (auto const along : {-0.03, 0.0, 0.04, 0.09}) {
        auto const p = of(scene(300, 20, along, {15, -5}, forth_and_back));
        EXPECT_NEAR(p.along, along, 0.012) << along;
        EXPECT_NEAR(p.along, along, 3 * p.error) << along;
        EXPECT_LT(p.error, 0.012) << along;
    }
}

TEST(Parallax, IsUnknownWhereNothingTells) {
    Parallax const beforehand;
    for (auto const& s : {scene(300, 20, 0.04, {15, 0}, onwards), scene(1, 20, 0.04, {}, forth_and_back), scene(0, 20, 0, {}, forth_and_back), scene(300, 20, 0, {15, 0}, [](double) { return 0.0; }), Scene{}}) {
        auto const p = of(s);
        EXPECT_NEAR(p.along, 0, 0.002);
        EXPECT_NEAR(p.error, beforehand.error, 0.005);
    }
    auto const few = of(scene(8, 20, 0.04, {}, forth_and_back)), many = of(scene(300, 20, 0.04, {}, forth_and_back));
    EXPECT_GT(few.error, many.error);
}

/// Bodies that lie in their plane, seen by a camera that goes one way at one speed and whose way is thought to be off by so much at each look: they seem to go along with that.
Parallax of_lying(std::vector<double> const& off) {
    auto const away = [&](double s) { return off[static_cast<std::size_t>(std::lround(5 * s))]; };
    auto s = scene(300, 20, 0, {}, [](double) { return 0.0; });
    for (auto& c : s.camera) c[1] = onwards(c[0]) + away(c[0]);
    for (auto& t : s.tracks) for (auto& p : t.path) p[1] = 500 + away(p[0]), p[2] = 300;
    return of(s);
}

TEST(Parallax, WhatTheCameraIsThoughtToBeOffByIsNoWay) {
    Chance chance{9};
    std::vector<double> shaking, drifting{0};   // by a tenth of a pixel or so where much shows; by some hundredths of its way, now too far, now too short, over a plain floor
    for (int i = 0; i <= 100; ++i) shaking.push_back(0.1 * chance.normal()), drifting.push_back(drifting.back() + 3 * chance.normal());
    EXPECT_NEAR(of_lying(shaking).along, 0, 0.01);
    EXPECT_NEAR(of_lying(drifting).along, 0, 0.02);
    for (auto const& off : {shaking, drifting}) EXPECT_NEAR(of_lying(off).error, Parallax{}.error, 0.005);
}

TEST(Parallax, OneThatDartsDoesNotCarryTheRest) {
    auto s = scene(60, 20, 0.05, {}, forth_and_back);
    auto const before = of(s);
    for (std::size_t b = 0; b < 3; ++b) for (auto& p : s.tracks[b].path) p[1] += 0.9 * forth_and_back(p[0]);   // a stain on the lens goes along altogether
    EXPECT_NEAR(of(s).along, before.along, 0.01);
}

TEST(Parallax, PicturesAreLaidWhereBodiesSwim) {
    auto const at = among_bodies({1, 0, 1000, 0, 1, 0, 0, 0, 1}, {0.05, 0.001}, {1000, 0});
    EXPECT_NEAR(through(at, 10, 20)[0], 960, 1e-9);
    EXPECT_NEAR(through(at, 10, 20)[1], 20, 1e-9);
}

} // namespace
} // namespace osetra::stocktake
