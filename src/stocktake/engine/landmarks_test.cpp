#include "stocktake/engine/landmarks.h"

#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

constexpr double look_s = 0.2, length = 50;

struct Water {
    int bodies = 120;
    double speed = 0.6 * length;                        // a second, the way the head points
    double heads_from = 0, heads_to = 2 * std::numbers::pi;
    bool strangers = false;                             // others in every look
    int glitter = 0;                                    // taken for bodies, elsewhere in every look
};
struct Told { int mended = 0; double off = 0; };        // off: how far the camera is thought from where it is, after the last look

/// Forty looks of a camera that goes 57 pixels from look to look, over bodies of which nine of ten are seen. `thought`: by how much the pose goes on from the last one, or none where it is lost.
Told flown(Water const& water, std::function<CameraPose(CameraPose const& last, int look)> const& thought) {
    Chance chance{21};
    struct Body { double x, y, head, speed; };
    std::vector<Body> bodies;
    auto const born = [&] { return Body{chance.uniform(-200, 3700), chance.uniform(60, 660), chance.uniform(water.heads_from, water.heads_to), water.speed * chance.uniform(0.5, 1.5)}; };
    for (int i = 0; i < 3 * water.bodies; ++i) bodies.push_back(born());
    Landmarks landmarks;
    CameraPose pose;
    Told told;
    double camera = 0;
    for (int look = 0; look < 40; ++look) {
        if (look > 0) {
            camera += 57;
            pose = thought(pose, look);
        }
        Marks seen;
        for (auto& b : bodies) {
            if (water.strangers) b = born();
            b.x += std::cos(b.head) * b.speed * look_s;
            b.y += std::sin(b.head) * b.speed * look_s;
            auto const x = b.x - camera + chance.normal(), y = b.y + chance.normal();
            if (x > 0 && x < 1280 && chance.happens(0.9)) seen.push_back({x, y, b.head + 0.1 * chance.normal(), length});
        }
        for (int i = 0; i < water.glitter; ++i) seen.push_back({chance.uniform(0, 1280), chance.uniform(0, 720), chance.uniform(0, 6), length});
        told.mended += landmarks.mend(seen, look * look_s, pose);
    }
    told.off = std::hypot(pose.to_mosaic[2] - camera, pose.to_mosaic[5]);
    return told;
}
std::function<CameraPose(CameraPose const&, int)> going(double by, bool lost = false) {
    return [=](CameraPose const& last, int) {
        CameraPose pose;
        pose.to_mosaic = {1, 0, last.to_mosaic[2] + by, 0, 1, last.to_mosaic[5], 0, 0, 1};
        pose.lost = lost;
        pose.sure = lost ? 0 : 0.8;
        return pose;
    };
}

TEST(Landmarks, AreLeftWhereTheCameraIsKnown) {
    EXPECT_EQ(flown({}, going(57)).mended, 0);
    EXPECT_EQ(flown({}, going(59)).mended, 0);   // a little parallax
    Water shoal;                                 // all one way, three quarters of a length a second
    shoal.speed = 0.75 * length;
    shoal.heads_from = -0.2;
    shoal.heads_to = 0.2;
    EXPECT_EQ(flown(shoal, going(57)).mended, 0);
}

TEST(Landmarks, MendACameraThatWentWithTheWaves) {
    auto const alone = 39 * 27.0;   // without them
    auto const waves = flown({}, going(30));
    EXPECT_EQ(waves.mended, 39);
    EXPECT_LT(waves.off, 0.03 * alone);
    auto const lost = flown({}, going(0, true));
    EXPECT_EQ(lost.mended, 39);
    EXPECT_LT(lost.off, 30);
    // light that leaps, now and then: what it went before is what it goes
    auto const leaps = flown({}, [](CameraPose const& last, int look) { return going(look % 4 == 0 ? 924 : 57)(last, look); });
    EXPECT_GE(leaps.mended, 9);
    EXPECT_LT(leaps.off, 30);
}

// Of all that is taken for bodies half are.
TEST(Landmarks, AmongGlitterTellTheWayOfACameraThatIsLost) {
    Water glare;
    glare.glitter = glare.bodies;
    auto const lost = flown(glare, going(0, true));
    EXPECT_GE(lost.mended, 38);
    EXPECT_LT(lost.off, 30);
    EXPECT_EQ(flown(glare, going(57)).mended, 0);
    glare.strangers = true;
    EXPECT_EQ(flown(glare, going(0, true)).mended, 0);
}

TEST(Landmarks, SwimOnWhereTheirHeadsPoint) {
    Water shoal;
    shoal.heads_from = 0.3;   // all down and most on: 8 seconds at half a length a second would be 150 pixels
    shoal.heads_to = 1.5;
    auto const told = flown(shoal, going(30));
    EXPECT_EQ(told.mended, 39);
    EXPECT_LT(told.off, 50);
}

TEST(Landmarks, TellNothingWhereTheyAreFewOrOthersEachTime) {
    Water few, strangers;
    few.bodies = 5;
    strangers.strangers = true;
    EXPECT_EQ(flown(few, going(30)).mended, 0);
    EXPECT_EQ(flown(strangers, going(30)).mended, 0);
    EXPECT_EQ(flown(strangers, going(0, true)).mended, 0);
}

TEST(Landmarks, BearAPoseThatIsNone) {
    auto const told = flown({}, [](CameraPose const& last, int look) {
        auto pose = going(57)(last, look);
        if (look % 5 == 2) pose.to_mosaic = {1e300, 0, 1e300, 0, std::nan(""), 0, 0, 0, 1};
        return pose;
    });
    EXPECT_LT(told.off, 30);
}

TEST(Landmarks, DoNotMoveACameraThatStands) {
    EXPECT_EQ(flown({}, [](CameraPose const&, int) { CameraPose pose; pose.still = true; return pose; }).mended, 0);
}

TEST(Landmarks, OfAnotherPieceAreOthers) {
    auto const told = flown({}, [](CameraPose const& last, int look) {
        auto pose = going(30)(last, look);
        pose.piece = look;
        return pose;
    });
    EXPECT_EQ(told.mended, 0);
}

} // namespace
} // namespace osetra::stocktake
