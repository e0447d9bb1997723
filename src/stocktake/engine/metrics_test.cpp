#include "stocktake/engine/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "kernel/json.h"

namespace osetra::stocktake {
namespace {

double sum_of(std::vector<std::int32_t> const& given, std::vector<Edge> const& edges, double unmatched) {
    double sum = 0;
    for (std::size_t r = 0; r < given.size(); ++r) {
        auto const it = std::find_if(edges.begin(), edges.end(), [&](Edge const& e) { return e.row == static_cast<std::int32_t>(r) && e.column == given[r]; });
        sum += it == edges.end() ? unmatched : it->cost;
    }
    return sum;
}

double least_sum(std::int32_t rows, std::vector<Edge> const& edges, double unmatched) {
    std::vector<bool> taken(16);
    std::function<double(std::int32_t)> const rest = [&](std::int32_t r) -> double {
        if (r == rows) return 0;
        double least = unmatched + rest(r + 1);
        for (auto const& e : edges) {
            auto const c = static_cast<std::size_t>(e.column);
            if (e.row != r || taken[c]) continue;
            taken[c] = true;
            least = std::min(least, e.cost + rest(r + 1));
            taken[c] = false;
        }
        return least;
    };
    return rest(0);
}

TEST(Assign, FindsTheLeastSum) {
    std::vector<Edge> const edges{{0, 0, 4}, {0, 1, 1}, {0, 2, 3}, {1, 0, 2}, {1, 1, 0}, {1, 2, 5}, {2, 0, 3}, {2, 1, 2}, {2, 2, 2}};
    EXPECT_EQ(assign(3, 3, edges, 100), (std::vector<std::int32_t>{1, 0, 2}));
    EXPECT_EQ(assign(3, 3, edges, -1), (std::vector<std::int32_t>{-1, -1, -1}));
    EXPECT_TRUE(assign(0, 3, {}, 1).empty());
    EXPECT_EQ(assign(2, 0, {}, 1), (std::vector<std::int32_t>{-1, -1}));
}

TEST(Assign, IsNeverBeatenByTryingEverything) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        std::mt19937_64 random{seed};
        auto const below = [&](std::uint64_t n) { return static_cast<std::int32_t>(random() % n); };
        auto const rows = 1 + below(6), columns = 1 + below(6);
        std::vector<Edge> edges;
        for (std::int32_t r = 0; r < rows; ++r)
            for (std::int32_t c = 0; c < columns; ++c)
                if (below(10) < 6) edges.push_back({r, c, below(21) - 8.0});
        auto const unmatched = below(12) - 1.0;
        auto const given = assign(rows, columns, edges, unmatched);
        auto sorted = given;
        std::erase(sorted, -1);
        std::sort(sorted.begin(), sorted.end());
        EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end()) << "seed " << seed;
        EXPECT_DOUBLE_EQ(sum_of(given, edges, unmatched), least_sum(rows, edges, unmatched)) << "seed " << seed;
    }
}

TEST(Assign, TwoThousandBodiesInACrowdAreMatchedAtOnce) {
    std::mt19937_64 random{5};
    auto const uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    Marks truth, seen;
    for (int i = 0; i < 2000; ++i) {
        truth.push_back({uniform() * 1280, uniform() * 720, 0, 0, 1, 1});
        seen.push_back({truth.back().x + uniform() * 4 - 2, truth.back().y + uniform() * 4 - 2, 0, 0, 1, 1});
    }
    std::shuffle(seen.begin(), seen.end(), random);
    EXPECT_EQ(found_score(seen, truth, 20).found, 2000);
}

TEST(Found, PairsAreOneToOneWithinTheRadius) {
    auto const at = [](double x) { return Mark{x, 0, 0, 0, 1, 1}; };
    struct Case { char const* why; Marks seen, truth; std::int64_t found, false_marks, missed; };
    for (auto const& c : std::vector<Case>{
             {"nothing at all", {}, {}, 0, 0, 0},
             {"nothing seen", {}, {at(1)}, 0, 0, 1},
             {"nothing there", {at(1)}, {}, 0, 1, 0},
             {"two marks on one body", {at(0), at(1)}, {at(0.5)}, 1, 1, 0},
             {"just within", {at(0)}, {at(10)}, 1, 0, 0},
             {"just without", {at(0)}, {at(10.01)}, 0, 1, 1},
             {"nearest first would lose one", {at(0), at(9)}, {at(8), at(18)}, 2, 0, 0},
         }) {
        auto const s = found_score(c.seen, c.truth, 10);
        EXPECT_EQ(s.found, c.found) << c.why;
        EXPECT_EQ(s.false_marks, c.false_marks) << c.why;
        EXPECT_EQ(s.missed, c.missed) << c.why;
    }
    FoundScore s{8, 2, 0};
    s += {0, 0, 4};
    EXPECT_DOUBLE_EQ(s.precision(), 0.8);
    EXPECT_DOUBLE_EQ(s.recall(), 8.0 / 12);
    EXPECT_DOUBLE_EQ(s.f1(), 16.0 / 22);
    EXPECT_EQ(FoundScore{}.f1(), 1);
}

TEST(Counts, ErrorsOfTwoSignsDoNotCancel) {
    std::vector<Counted> const all{{100, 98, 95, 101}, {100, 102, 101, 103}, {50, 50, 49, 51}, {200, 190, 0, 0}};
    auto const s = count_score(all);
    EXPECT_EQ(s.scenes, 4);
    EXPECT_DOUBLE_EQ(s.mape, (0.02 + 0.02 + 0 + 0.05) / 4);
    EXPECT_DOUBLE_EQ(s.worst_tenth, 0.05);
    EXPECT_DOUBLE_EQ(s.bias, -0.05 / 4);
    EXPECT_DOUBLE_EQ(s.covered, 2.0 / 3);
    EXPECT_NEAR(s.width, (0.06 + 0.02 + 0.04) / 3, 1e-12);
    EXPECT_EQ(count_score({}).scenes, 0);
    EXPECT_DOUBLE_EQ(count_score(std::vector<Counted>{{0, 2, 0, 3}}).mape, 2);
    EXPECT_EQ(to_json(count_score({})), R"({"scenes":0,"mape":0,"worst_tenth":0,"bias":0,"covered":0,"width":0})");
}

// Bodies 1 and 2 lie 100 apart and do not move; what is seen is told frame by frame.
std::vector<PlacedFrame> clip(std::vector<std::vector<Placed>> const& seen, std::size_t bodies) {
    std::vector<PlacedFrame> out;
    for (auto const& s : seen) {
        PlacedFrame f;
        for (std::size_t b = 1; b <= bodies; ++b) f.truth.push_back({static_cast<std::int64_t>(b), 100.0 * static_cast<double>(b), 0});
        f.seen = s;
        out.push_back(f);
    }
    return out;
}

TEST(Tracks, AreScoredAsByHand) {
    std::vector<Placed> const right{{7, 100, 0}, {8, 200, 0}}, swapped{{8, 100, 0}, {7, 200, 0}}, shifted{{7, 103, 0}, {8, 203, 0}}, ghost{{7, 100, 0}, {8, 200, 0}, {9, 500, 0}};
    std::vector<Placed> const one{{7, 100, 0}}, other{{9, 100, 0}}, none;
    struct Case { char const* why; std::vector<PlacedFrame> frames; double hota, deta, assa, idf1, mota; std::int64_t switches; };
    for (auto const& c : std::vector<Case>{
             {"perfect", clip({right, right, right, right}, 2), 1, 1, 1, 1, 1, 0},
             {"nothing to see and nothing seen", clip({none}, 0), 1, 1, 1, 1, 1, 0},
             {"nothing seen", clip({none, none}, 2), 0, 0, 0, 0, 0, 0},
             {"names swapped half way", clip({right, right, swapped, swapped}, 2), std::sqrt(1.0 / 3), 1, 1.0 / 3, 0.5, 0.75, 2},
             {"all three tenths of the scale off", clip({shifted, shifted}, 2), 14.0 / 19, 14.0 / 19, 14.0 / 19, 1, 1, 0},
             {"lost for four frames of ten", clip({one, one, one, none, none, none, none, one, one, one}, 1), 0.6, 0.6, 0.6, 0.75, 0.6, 0},
             {"under a second name after six frames", clip({one, one, one, one, one, one, other, other, other, other}, 1), std::sqrt(0.52), 1, 0.52, 0.6, 0.9, 1},
             {"a ghost beside two", clip({ghost, ghost}, 2), std::sqrt(4.0 / 6), 4.0 / 6, 1, 0.8, 0.5, 0},
         }) {
        auto const s = track_score(c.frames, 10);
        EXPECT_NEAR(s.hota, c.hota, 1e-9) << c.why;
        EXPECT_NEAR(s.deta, c.deta, 1e-9) << c.why;
        EXPECT_NEAR(s.assa, c.assa, 1e-9) << c.why;
        EXPECT_NEAR(s.idf1, c.idf1, 1e-9) << c.why;
        EXPECT_NEAR(s.mota, c.mota, 1e-9) << c.why;
        EXPECT_EQ(s.switches, c.switches) << c.why;
    }
}

TEST(Tracks, BodiesThatNobodyNeedSeeCountNeitherWay) {
    auto frames = clip({{{7, 100, 0}, {8, 300, 0}}, {{7, 100, 0}}}, 1);
    for (auto& f : frames) f.unjudged.push_back({3, 301, 0});
    auto const s = track_score(frames, 10);
    EXPECT_EQ(s.idf1, 1);
    EXPECT_EQ(s.tracks, 1);
}

TEST(Tracks, AreHeldAgainstWhatTheCameraSaw) {
    Truth t{"clear", 7, 2, 640, 480, 10, 20, {}, {}, {}};
    for (int i = 0; i < 3; ++i) t.frames.push_back({i * 0.1, {20, 0, 100, 0, 20, 50, 0, 0, 1}, {{1, {120, 70 + i * 20.0, 0, 20, 1, 1}}, {2, {300, 50, 0, 20, 1, 0.1}}}});
    std::vector<Track> const tracks{{5, 0, 0.2, 1, 0, {{0, 1, 1}, {0.1, 1, 2}, {0.2, 1, 3}}}};
    auto const frames = placed_frames(t, tracks, std::vector{0.0, 0.201}, 0.25);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[1].truth.size(), 1u);
    EXPECT_EQ(frames[1].unjudged.size(), 1u);
    EXPECT_NEAR(frames[1].truth[0].y, 3, 1e-9);
    auto const s = track_score(frames, 0.5);
    EXPECT_NEAR(s.hota, 1, 1e-9);
    EXPECT_EQ(s.found, 2);
}

} // namespace
} // namespace osetra::stocktake
