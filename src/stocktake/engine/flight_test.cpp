#include "stocktake/engine/flight.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <opencv2/videoio.hpp>
#include <set>

#include "stocktake/engine/flight_school.h"

namespace osetra::stocktake {
namespace {

FlightPlan small(SceneKind scene, std::uint64_t seed, int fish = 60) {
    FlightPlan p;
    p.scene = scene, p.seed = seed, p.range = range_of_seed(seed), p.fish = scene == SceneKind::empty ? 0 : fish;
    p.width = 320, p.height = 180, p.seconds = .4;
    return p;
}

struct Flown { std::string pixels; Truth truth; };
Flown fly(FlightPlan const& plan) {
    cv::setNumThreads(1);
    Flight flight{plan};
    Flown all{{}, flight.truth()};
    cv::Mat m;
    for (TrueFrame f; flight.next(m, f);) {
        all.pixels.append(reinterpret_cast<char const*>(m.data), m.total() * m.elemSize());
        all.truth.frames.push_back(f);
    }
    return all;
}

TEST(Flight, SamePlanSamePixelsAndTruth) {
    for (auto const scene : all_scenes) {
        auto const a = fly(small(scene, 5)), b = fly(small(scene, 5)), other = fly(small(scene, 6));
        EXPECT_TRUE(a.pixels == b.pixels) << name_of(scene);
        EXPECT_EQ(truth_json(a.truth), truth_json(b.truth)) << name_of(scene);
        EXPECT_FALSE(a.pixels == other.pixels) << name_of(scene);
        EXPECT_EQ(a.truth.frames.size(), 6u);
    }
}

TEST(Flight, EveryFishIsToldOfInEveryFrameThatSeesIt) {
    for (auto const scene : all_scenes)
        for (auto const camera : {CameraPath::hover, CameraPath::sweep}) {
            auto plan = small(scene, 1'000'003);
            plan.camera = camera;
            auto const t = fly(plan).truth;
            EXPECT_EQ(t.fish_count, plan.fish);
            EXPECT_EQ(t.fish.size(), static_cast<std::size_t>(plan.fish));
            for (auto const& f : t.frames) {
                std::set<std::int64_t> told;
                for (auto const& m : f.marks) {
                    EXPECT_TRUE(told.insert(m.fish).second && m.fish >= 1 && m.fish <= t.fish_count);
                    EXPECT_TRUE(m.mark.visible >= 0 && m.mark.visible <= 1) << m.mark.visible;
                    EXPECT_TRUE(m.mark.x >= 0 && m.mark.y >= 0 && m.mark.x < t.width && m.mark.y < t.height);
                }
                EXPECT_TRUE(camera == CameraPath::sweep || f.marks.size() == t.fish.size()) << name_of(scene);   // a hovering drone sees the whole pond
            }
        }
}

TEST(Flight, AFishAloneIsSeenWhole) {
    int flown = 0;
    for (std::uint64_t seed = 1'000'010; flown < 8; ++seed) {
        auto const plan = small(SceneKind::clear, seed, 1);
        auto const world = world_of(plan);
        if (world.leaves || world.poles) continue;   // it may swim below one
        ++flown;
        for (auto const& f : fly(plan).truth.frames) EXPECT_EQ(f.marks.at(0).mark.visible, 1) << seed;
    }
}

TEST(Flight, PondMetresBecomePixels) {
    for (std::uint64_t seed : {21u, 1'000'022u}) {
        auto const plan = small(SceneKind::clear, seed, 40);
        auto const world = world_of(plan);
        Flight flight{plan};
        cv::Mat m;
        for (TrueFrame f; flight.next(m, f);) {
            auto const at = flight.positions();
            auto const& h = f.from_pond;
            for (auto const& mark : f.marks) {
                auto const [x, y] = at[static_cast<std::size_t>(mark.fish - 1)];
                auto const z = h[6] * x + h[7] * y + h[8], px = (h[0] * x + h[1] * y + h[2]) / z, py = (h[3] * x + h[4] * y + h[5]) / z;
                // what is deeper looks nearer to the middle, by as much as its depth is of the way; waves and the shutter add a little
                auto const nearer = static_cast<double>(world.pond.depth / 1.333f / (world.altitude + world.pond.depth / 1.333f));
                auto const from_middle = std::hypot(px - plan.width / 2., py - plan.height / 2.);
                EXPECT_NEAR(std::hypot(mark.mark.x - px, mark.mark.y - py), 0, nearer * (from_middle + 10) + 3) << seed;
            }
        }
    }
}

TEST(School, NoFishLeavesTheWater) {
    for (std::uint64_t seed = 100; seed < 130; ++seed) {
        FlightPlan plan = small(seed % 3 ? SceneKind::clear : SceneKind::feeding, seed, 120);
        if (seed % 4 == 0) plan.scene = SceneKind::dense;
        auto const world = world_of(plan);
        School school{world, seed};
        std::vector<Swimming> before;
        for (int k = 0; k < 200; ++k) {
            before = school.fish();
            school.step(.1f);
            for (std::size_t i = 0; i < before.size(); ++i) {
                auto const& f = school.fish()[i];
                ASSERT_LT(world.pond.outside(f.x, f.y), 0) << "seed " << seed;
                ASSERT_TRUE(f.depth >= 0 && f.depth <= world.pond.depth) << "seed " << seed;
                ASSERT_LT(std::hypot(f.x - before[i].x, f.y - before[i].y), .1f * 4 * f.length + .05f * f.length) << "seed " << seed;   // none jumps
            }
        }
    }
}

TEST(FlightWorld, TestsAreDrawnOutOfWhatTrainingNeverSees) {
    for (std::uint64_t seed = 0; seed < 2'000; ++seed)
        for (auto const range : {Range::training, Range::test}) {
            auto plan = small(all_scenes[seed % 8], seed, 200);
            plan.range = range;
            std::vector<float> drawn;
            world_of(plan, &drawn);
            for (std::size_t k = 0; k < drawn.size(); ++k) EXPECT_TRUE(world_bands()[k].holds(range, drawn[k])) << world_bands()[k].name << ' ' << drawn[k] << " seed " << seed;
        }
    for (auto const& a : floors_of(Range::training))
        for (auto const& b : floors_of(Range::test)) EXPECT_GT(cv::norm(a - b), .05);
    EXPECT_EQ(range_of_seed(999'999), Range::training);
    EXPECT_EQ(range_of_seed(1'000'000), Range::test);
}

TEST(FlightWorld, FishAreAsLargeAsADroneSeesThem) {
    for (int fish : {50, 200, 600, 2'000})
        for (std::uint64_t seed = 1'000'000; seed < 1'000'040; ++seed) {
            FlightPlan plan;
            plan.seed = seed, plan.fish = fish, plan.scene = seed % 4 ? SceneKind::clear : SceneKind::dense;
            auto const w = world_of(plan);
            auto const px = w.length * w.px_per_m;
            EXPECT_TRUE(px > 15 && px < 95) << px << " seed " << seed << " fish " << fish;
            EXPECT_TRUE(w.pond.width < 41 && w.pond.height > 2.5f) << w.pond.width << 'x' << w.pond.height;
        }
}

TEST(Flight, PlansAreChecked) {
    auto const with = [](auto change) { FlightPlan p; change(p); auto const r = checked(p); return r ? std::string{} : r.error().code; };
    EXPECT_EQ(with([](auto&) {}), "");
    EXPECT_EQ(with([](auto& p) { p.fish = -1; }), "flight_fish");
    EXPECT_EQ(with([](auto& p) { p.fish = 5'001; }), "flight_fish");
    EXPECT_EQ(with([](auto& p) { p.scene = SceneKind::empty; }), "flight_fish");
    EXPECT_EQ(with([](auto& p) { p.width = 63; }), "flight_size");
    EXPECT_EQ(with([](auto& p) { p.height = 721; }), "flight_size");
    EXPECT_EQ(with([](auto& p) { p.frames_per_s = 0; }), "flight_speed");
    EXPECT_EQ(with([](auto& p) { p.seconds = 0; }), "flight_long");
    EXPECT_EQ(with([](auto& p) { p.seconds = 1e9; }), "flight_long");
    for (auto const s : all_scenes) EXPECT_EQ(scene_kind(name_of(s)), s);
    EXPECT_FALSE(scene_kind("fog"));
}

TEST(Flight, IsWrittenAsAClipWithItsTruth) {
    std::string pattern = (std::filesystem::temp_directory_path() / "osetra_flight_XXXXXX").string();
    std::filesystem::path const folder{mkdtemp(pattern.data())};
    auto const plan = small(SceneKind::clear, 1'000'040, 20);
    EXPECT_EQ(write_flight(plan, (folder / "no/where.mp4").string(), "", 23).error().code, "clip_unwritable");
    EXPECT_EQ(write_flight(plan, (folder / "a.mp4").string(), (folder / "no/where.json").string(), 23).error().code, "truth_unwritable");
    EXPECT_EQ(write_flight(plan, (folder / "a.mp4").string(), "", 23, [](double) { return false; }).error().code, "flight_stopped");
    auto const told = write_flight(plan, (folder / "a.mp4").string(), (folder / "a.json").string(), 23);
    ASSERT_TRUE(told) << told.error().message;
    std::ifstream in{folder / "a.json"};
    auto const again = read_truth(std::string{std::istreambuf_iterator<char>{in}, {}});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(truth_json(*again), truth_json(*told));
    cv::VideoCapture clip{(folder / "a.mp4").string()};
    cv::Mat frame, first;
    std::size_t frames = 0;
    for (; clip.read(frame); ++frames) if (frames == 0) first = frame.clone();
    EXPECT_EQ(frames, told->frames.size());
    cv::Mat rendered;
    TrueFrame ignored;
    Flight{plan}.next(rendered, ignored);
    EXPECT_LT(cv::norm(first, rendered, cv::NORM_L1) / static_cast<double>(3 * first.total()), 6);   // grey levels that packing costs
    std::filesystem::remove_all(folder);
}

TEST(Flight, CropsOfPondsForTraining) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        auto const a = render_pond_crop(seed, 128, 128), b = render_pond_crop(seed, 128, 128);
        ASSERT_EQ(a.bgr.size(), cv::Size(128, 128));
        EXPECT_EQ(a.marks.size(), b.marks.size());
        EXPECT_EQ(cv::norm(a.bgr, b.bgr, cv::NORM_INF), 0);
    }
}

} // namespace
} // namespace osetra::stocktake
