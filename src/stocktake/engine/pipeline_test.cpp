#include "stocktake/engine/pipeline.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/detector_finder.h"
#include "stocktake/engine/test_flight.h"

namespace osetra::stocktake {
namespace {

Calibration known_to_find(double share) {
    Calibration c = unknown_calibration("truth", "clip");
    c.beta = {std::log(share / (1 - share)), 0, 0, 0, 0};
    c.covariance = {};
    c.false_share = 0;
    c.between = 0.02;
    c.clips = 50;
    return c;
}

TEST(Pipeline, CountsAHover) {
    FlightMedia media{plan_of(CameraPath::hover, 120, 4, 31)};
    TruthFinder finder{media, 0.95, 0};
    auto const g = gather({}, media, finder, {});
    ASSERT_TRUE(g) << g.error().message;
    EXPECT_EQ(g->way, "clip");
    EXPECT_TRUE(g->cells.empty());
    EXPECT_EQ(g->frames.size(), 20u);
    EXPECT_EQ(g->looks.size(), 12u);   // its middle: who is hidden at an end is not told from who is missed
    auto const c = result_of({}, *g, known_to_find(0.99), finder);
    EXPECT_NEAR(static_cast<double>(c.count), 120, 8);
    EXPECT_LE(c.low, 120);
    EXPECT_GE(c.high, 120);
    EXPECT_EQ(c.model, "truth");
}

/// Sees two whose middles are within a third of a length as one.
class DimFinder final : public Finder {
public:
    explicit DimFinder(FlightMedia const& media) : m_eyes(media, 1, 0) {}
    double threshold() const override { return m_eyes.threshold(); }
    Marks find(Shot const& shot, bool clip) override {
        Marks apart;
        for (auto const& m : m_eyes.find(shot, clip))
            if (std::none_of(apart.begin(), apart.end(), [&](Mark const& a) { return std::hypot(a.x - m.x, a.y - m.y) < m.length_px / 3; })) apart.push_back(m);
        return apart;
    }
    std::string const& name() const override { return m_eyes.name(); }
    std::string const& sha256() const override { return m_eyes.sha256(); }

private:
    TruthFinder m_eyes;
};

TEST(Pipeline, WhereTwoAreSeenAsOneFewLieCloseTogether) {
    auto const plan = plan_of(CameraPath::hover, 300, 1, 31);
    FlightMedia same{plan}, media{plan};
    TruthFinder plain{same, 1, 0};
    DimFinder dim{media};
    auto const all = gather({}, same, plain, {}), some = gather({}, media, dim, {});
    ASSERT_TRUE(all && some);
    EXPECT_LT(some->sight.apart, 0.8 * all->sight.apart);
    EXPECT_GT(some->sight.apart, 0.1);
    EXPECT_LT(some->sight.close, all->sight.close);
    // of bodies that are few and far apart it says nothing
    FlightMedia few{plan_of(CameraPath::hover, 6, 1, 31)};
    TruthFinder eyes{few, 1, 0};
    auto const lone = gather({}, few, eyes, {});
    ASSERT_TRUE(lone) << lone.error().message;
    EXPECT_NEAR(lone->sight.apart, 1, 0.2);
}

TEST(Pipeline, MurkTakesWhatBodiesStandOutByAndGlareDoesNot) {
    auto const contrast_in = [](SceneKind scene) {
        auto plan = plan_of(CameraPath::hover, 120, 1, 31);
        plan.scene = scene;
        FlightMedia media{plan};
        TruthFinder eyes{media, 1, 0};
        return gather({}, media, eyes, {}).value().sight.contrast;
    };
    auto const murk = contrast_in(SceneKind::turbid);
    EXPECT_GT(murk, 1);
    EXPECT_LT(murk, 0.7 * contrast_in(SceneKind::glare));
    EXPECT_LT(murk, 0.7 * contrast_in(SceneKind::clear));
}

TEST(Pipeline, WhereTheCameraWasLostAllThatWereFollowedMayBeDifferent) {
    Gathered g;
    g.way = "picture";
    for (int i = 0; i < 30; ++i) g.looks.push_back({i / 5.0, 40, 1, 1, 0});
    g.tracks.resize(95);
    auto const known = number_by(g, known_to_find(0.98));
    EXPECT_LT(known.n.high, 60);
    g.faults = {"lost"};
    auto const lost = number_by(g, known_to_find(0.98));
    EXPECT_EQ(lost.n.high, 95);
    EXPECT_EQ(lost.n.value, known.n.value);
    EXPECT_EQ(judge(lost, 0.03, 1, g.faults).verdict, "count_again");
}

TEST(Pipeline, TheModelIsChosenByWhatIsCounted) {
    struct Row { char const *model, *kind; bool clip; char const* chosen; };
    for (auto const& row : {Row{"auto", "auto", false, "fry"}, Row{"auto", "fingerling", false, "fry"}, Row{"auto", "larva", false, "fry"}, Row{"auto", "sturgeon", false, "open"}, Row{"auto", "auto", true, "open"},
                            Row{"auto", "larva", true, "open"}, Row{"open", "larva", false, "open"}, Row{"tub_a", "sturgeon", true, "tub_a"}}) {
        CountQuestion q;
        q.model = row.model, q.kind = row.kind;
        EXPECT_EQ(model_for(q, row.clip), row.chosen) << row.model << ' ' << row.kind << ' ' << row.clip;
    }
    CountQuestion calibrated;
    calibrated.calibration = calibration_json({unknown_calibration("open", "picture"), unknown_calibration("fry", "clip")});
    EXPECT_EQ(model_for(calibrated, false), "open");
    EXPECT_EQ(model_for(calibrated, true), "fry");
    calibrated.calibration = calibration_json({unknown_calibration("/tmp/other.osetra-weights", "picture")});   // no file that a calibration names is opened
    EXPECT_EQ(model_for(calibrated, false), "fry");
    auto const own = known_calibrations(CountQuestion{}).value();
    EXPECT_GT(calibration_for(own, "fry", "picture").clips, 4);
    EXPECT_EQ(calibration_for(own, "fry", "picture").model, "fry");
    EXPECT_EQ(calibration_for(own, "fry", "sweep").model, "fry");
    EXPECT_EQ(calibration_for(own, "open", "clip").model, "open");
    CountQuestion named;
    named.model = "open";
    EXPECT_EQ(calibration_for(known_calibrations(named).value(), "fry", "picture").model, "open");
}

TEST(Pipeline, WaysThatASiteWasNotCalibratedForAreTheModels) {
    CountQuestion q;
    auto const own = known_calibrations(q);
    ASSERT_TRUE(own) << own.error().message;
    auto const model = calibration_for(*own, "open", "sweep");
    EXPECT_GT(model.clips, 20);
    auto site = unknown_calibration("open", "clip");
    site.clips = 3;
    q.calibration = calibration_json({site});
    auto const both = known_calibrations(q).value();
    EXPECT_EQ(calibration_for(both, "open", "clip").clips, 3);
    EXPECT_EQ(calibration_for(both, "open", "sweep").beta, model.beta);
    q.calibration = "{}";
    EXPECT_EQ(known_calibrations(q).error().code, "calibration_malformed");
}

TEST(Pipeline, ASweepThatNothingCouldBeReadOfHoldsAtMostThoseFollowed) {
    FlightMedia media{plan_of(CameraPath::hover, 20, 1, 31)};
    TruthFinder const finder{media, 1, 0};
    Gathered g;
    g.way = "sweep";
    g.readable = 0;
    g.tracks.resize(7);
    auto const c = result_of({}, g, known_to_find(0.99), finder);
    EXPECT_EQ(c.count, 0);
    EXPECT_EQ(c.low, 0);
    EXPECT_EQ(c.high, 7);
    EXPECT_EQ(c.verdict, "count_again");
}

TEST(Pipeline, WhatIsAskedMustMakeSense) {
    FlightMedia media{plan_of(CameraPath::hover, 20, 1, 31)};
    TruthFinder finder{media, 1, 0};
    CountQuestion q;
    q.outline_m = {{0, 0}, {1, 1}};
    EXPECT_EQ(gather(q, media, finder, {}).error().code, "outline_malformed");
    q.outline_m = {{0, 0}, {10, 0}, {10, 5}, {0, 5}};
    EXPECT_EQ(area_of(q.outline_m), 50);
    EXPECT_EQ(gather(q, media, finder, {}).error().code, "scale_missing");
    EXPECT_EQ(gather({}, media, finder, [](double, std::string const&) { return false; }).error().code, "count_stopped");
}

} // namespace
} // namespace osetra::stocktake
