#include "stocktake/engine/render.h"

#include <gtest/gtest.h>

namespace osetra::stocktake {
namespace {

std::string pixels(cv::Mat const& m) { return {reinterpret_cast<char const*>(m.data), m.total() * m.elemSize()}; }

TEST(Render, SameSeedSamePicture) {
    cv::setNumThreads(1);
    for (auto const kind : all_still_kinds)
        for (std::uint64_t seed : {1u, 77u}) {
            auto const a = render_still(kind, seed, 200, 160), b = render_still(kind, seed, 200, 160), other = render_still(kind, seed + 1, 200, 160);
            EXPECT_EQ(pixels(a.bgr), pixels(b.bgr)) << name_of(kind) << seed;
            EXPECT_NE(pixels(a.bgr), pixels(other.bgr)) << name_of(kind) << seed;
            ASSERT_EQ(a.marks.size(), b.marks.size());
            for (std::size_t i = 0; i < a.marks.size(); ++i) EXPECT_EQ(a.marks[i].x, b.marks[i].x);
        }
}

TEST(Render, AsManyAsAskedAndAllInThePicture) {
    for (auto const kind : all_still_kinds)
        for (int n : {0, 1, 7, 60})
            for (std::uint64_t seed = 0; seed < 12; ++seed) {
                auto const p = render_still(kind, seed, 256, 192, n);
                ASSERT_EQ(p.bgr.size(), cv::Size(256, 192));
                ASSERT_EQ(p.bgr.type(), CV_8UC3);
                ASSERT_EQ(p.marks.size(), static_cast<std::size_t>(n)) << name_of(kind) << seed;
                for (auto const& m : p.marks) {
                    EXPECT_TRUE(m.x >= 0 && m.x < 256 && m.y >= 0 && m.y < 192) << name_of(kind) << seed;
                    EXPECT_TRUE(m.visible >= 0 && m.visible <= 1 && m.length_px > 3 && std::abs(m.axis) <= 3.1416) << name_of(kind) << seed;
                }
            }
}

TEST(Render, WhatIsTakenWithCareShowsItsFish) {
    for (auto const kind : {StillKind::tub, StillKind::tank, StillKind::tray}) {
        int seen = 0, all = 0;
        for (std::uint64_t seed = 0; seed < 12; ++seed)
            for (auto const& m : render_still(kind, seed, 480, 640, 20, Taken::with_care).marks) ++all, seen += m.visible > .5;
        EXPECT_EQ(all, 240) << name_of(kind);
        EXPECT_GT(seen, 220) << name_of(kind);
    }
}

TEST(Render, EverySettingComesUp) {   // empty pictures, crowded ones, hidden bodies and free ones, whatever the kind
    for (auto const kind : all_still_kinds) {
        int empty = 0, crowded = 0, hidden = 0, free = 0;
        for (std::uint64_t seed = 1'000; seed < 1'120; ++seed) {
            auto const p = render_still(kind, seed, 160, 160);
            empty += p.marks.empty();
            crowded += p.marks.size() >= 10;
            for (auto const& m : p.marks) { hidden += m.visible < .6; free += m.visible > .99; }
        }
        EXPECT_GE(empty, 2) << name_of(kind);
        EXPECT_GE(hidden, 5) << name_of(kind);
        EXPECT_GE(free, 50) << name_of(kind);
        EXPECT_GE(crowded, kind == StillKind::pond ? 1 : 5) << name_of(kind);
    }
}

TEST(Render, KindsHaveNames) {
    for (auto const kind : all_still_kinds) EXPECT_EQ(still_kind(name_of(kind)), kind);
    EXPECT_FALSE(still_kind("sea"));
}

} // namespace
} // namespace osetra::stocktake
