#include <cmath>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "kernel/json.h"
#include "stocktake/engine/flight.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/stabilise.h"
#include "stocktake/engine/standing.h"
#include "stocktake/engine/track.h"
#include "stocktake/engine/water.h"

namespace osetra::stocktake {
namespace {

constexpr double visible_from = 0.3;

Marks seen(TrueFrame const& f) {
    Marks out;
    for (auto const& m : f.marks)
        if (m.mark.visible >= visible_from) out.push_back(m.mark);
    return out;
}

// How far the middle of the picture is from where the camera truly looked, over the whole flight, and how far it went: pixels.
struct Way {
    double off = 0, went = 0;
    int lost = 0, looks = 0, pieces = 0;
};

Way followed(FlightPlan const& plan, int every) {
    cv::setNumThreads(1);
    Flight flight{*checked(plan)};
    Stabiliser camera;
    Standing standing;
    Water water;
    Way way;
    Homography first{};
    cv::Mat picture;
    TrueFrame frame;
    for (int t = 0; flight.next(picture, frame); ++t) {
        if (t == 0) first = frame.from_pond;
        if (t % every != 0) continue;
        auto pose = camera.frame(picture, seen(frame), frame.at_s);
        if (standing.mend(picture, water.frame(picture).readable, pose)) camera.mended(pose);
        auto const x = plan.width / 2.0, y = plan.height / 2.0;
        auto const truth = through(product(first, inverse(frame.from_pond)), x, y), told = through(pose.to_mosaic, x, y);
        ++way.looks;
        way.lost += pose.lost ? 1 : 0;
        way.pieces = pose.piece + 1;
        way.went = std::max(way.went, std::hypot(truth[0] - x, truth[1] - y));
        if (pose.piece == 0) way.off = std::max(way.off, std::hypot(truth[0] - told[0], truth[1] - told[1]));
    }
    return way;
}

TEST(StabiliserOnFlights, HoversStandAndSweepsEndWhereTheyBegan) {
    auto const flight = [](SceneKind scene, CameraPath camera, std::uint64_t seed, double seconds) { return FlightPlan{scene, camera, Range::test, first_test_seed + 500 + seed, 150, seconds}; };
    struct Case { FlightPlan plan; int every; double off; };
    for (auto const& c : {Case{flight(SceneKind::clear, CameraPath::hover, 1, 6), 1, 8}, Case{flight(SceneKind::glare, CameraPath::hover, 2, 6), 1, 12}, Case{flight(SceneKind::clear, CameraPath::sweep, 3, 20), 1, 250},
                          Case{flight(SceneKind::clear, CameraPath::sweep, 3, 20), 3, 250},
                          // glitter goes along with the camera and the banks look alike everywhere, as if it hovered
                          Case{{SceneKind::glare, CameraPath::sweep, Range::training, 980102, 500, 20}, 3, 100}}) {
        auto const way = followed(c.plan, c.every);
        auto const what = std::string{name_of(c.plan.scene)} + (c.plan.camera == CameraPath::hover ? " hover" : " sweep") + ", every " + std::to_string(c.every) + ": off " + std::to_string(way.off) + " of " + std::to_string(way.went);
        RecordProperty(what, way.lost);
        EXPECT_LT(way.off, c.off) << what;
        EXPECT_EQ(way.pieces, 1) << what;
        EXPECT_LE(way.lost * 10, way.looks) << what;
    }
}

TEST(TrackerOnFlights, FishThatAreSeenAreFollowed) {
    Flight flight{*checked(FlightPlan{SceneKind::clear, CameraPath::hover, Range::test, first_test_seed + 510, 150, 10, 320, 180})};
    std::vector<PlacedFrame> frames;
    std::vector<std::vector<std::int64_t>> numbers;
    Tracker tracker;
    cv::Mat picture;
    TrueFrame frame;
    for (int t = 0; flight.next(picture, frame); ++t) {
        if (t % 3 != 0) continue;
        auto const to_pond = inverse(frame.from_pond);
        PlacedFrame placed;
        Marks marks;
        for (auto const& m : frame.marks) {
            auto const there = carried(m.mark, to_pond);
            (m.mark.visible >= visible_from ? placed.truth : placed.unjudged).push_back({m.fish, there.x, there.y});
            if (m.mark.visible >= visible_from) marks.push_back(there);
        }
        numbers.push_back(tracker.look(frame.at_s, marks));
        for (auto const& m : marks) placed.seen.push_back({0, m.x, m.y});
        frames.push_back(std::move(placed));
    }
    auto const tracks = tracker.finish();
    for (std::size_t t = 0; t < frames.size(); ++t) {
        for (std::size_t i = 0; i < numbers[t].size(); ++i) frames[t].seen[i].id = tracks.of(numbers[t][i]);
        std::erase_if(frames[t].seen, [](Placed const& p) { return p.id == 0; });
    }
    auto const score = track_score(frames, 0.6);
    RecordProperty("score", to_json(score));
    EXPECT_GE(score.idf1, 0.84) << to_json(score);
    EXPECT_LE(std::abs(score.tracks - score.truths), 15) << to_json(score);
}

} // namespace
} // namespace osetra::stocktake
