#include "stocktake/engine/calibrate.h"

#include <cmath>

#include <gtest/gtest.h>

#include "stocktake/engine/test_history.h"

namespace osetra::stocktake {
namespace {

/// Clips of a made-up model whose detectability is known.
Known clip_of(Chance& chance, double level, double between) {
    Known k;
    k.sight = {chance.uniform(0, 20), 0.9, chance.uniform(0.5, 0.95), chance.uniform(15, 60), chance.uniform(0.7, 1), std::exp(chance.uniform(-5, -2))};
    auto const x = numbers_of(k.sight);
    auto const p = logistic(level - 0.5 * x[1] + 0.4 * x[2] + 0.3 * x[3] - 0.2 * x[4] + 0.6 * x[5]) * std::exp(between * chance.normal());
    k.present = std::round(chance.uniform(50, 1'000));
    k.error = 0.004;
    k.false_found = 0.01 * k.present;
    k.found = k.present * (std::min(p, 1.0) + 0.01) * std::exp(k.error * chance.normal());
    return k;
}
std::vector<Known> clips_of(Chance& chance, int n, double level, double between) {
    std::vector<Known> all;
    all.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) all.push_back(clip_of(chance, level, between));
    return all;
}

TEST(Calibrate, LearnsFromClipsAndKnowsItsError) {
    Chance chance{11};
    auto const fit = calibrate(clips_of(chance, 80, 3, 0.01), unknown_calibration("m", "clip"), 1.0);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NEAR(fit->between, 0.012, 0.006);
    EXPECT_NEAR(fit->false_share, 0.01, 1e-6);
    double squares = 0, scaled = 0;
    constexpr int rounds = 300;
    for (int i = 0; i < rounds; ++i) {
        auto const next = clip_of(chance, 3, 0.01);
        auto const off = std::log(next.found / next.present / (1 + fit->false_share) / fit->detectability(next.sight));
        squares += off * off / rounds;
        scaled += off * off / (std::pow(fit->error(next.sight), 2) + next.error * next.error) / rounds;
    }
    EXPECT_LT(std::sqrt(squares), 0.02);
    EXPECT_GT(scaled, 0.5);
    EXPECT_LT(scaled, 1.5);
}

TEST(Calibrate, TrustsAClipTheMoreTheMoreOneLookFinds) {
    Calibration c = unknown_calibration("m", "clip");
    c.covariance = {};
    struct Case { double again, times; };
    for (auto const& [again, times] : {Case{0.98, 0.15}, Case{0.95, 0.25}, Case{0.9, 1}, Case{0.8, 4}, Case{0.5, 6}}) {
        Sight sight;
        sight.again = again;
        EXPECT_NEAR(c.error(sight), times * c.between, 1e-9) << again;
    }
}

TEST(Calibrate, TrustsAPhotographTheLessTheMoreInItMayBeABodyOrNot) {
    Calibration c = unknown_calibration("m", "picture");
    c.covariance = {};
    struct Case { double doubt, times; };
    for (auto const& [doubt, times] : {Case{0, 1}, Case{0.3, std::pow(4, 0.4)}, Case{3.1, 4}, Case{20, 6}}) EXPECT_NEAR(c.error({.doubt = doubt}), times * c.between, 1e-9) << doubt;
}

TEST(Calibrate, InPhotographsTheMoreIsDoubtfulTheMoreIsNobody) {
    std::vector<Known> vessels;
    for (int i = 0; i < 40; ++i) {
        vessels.push_back({{}, 95, 100, 0.01, 0});
        vessels.push_back({{.doubt = 4}, 110, 100, 0.01, 15});
    }
    auto const fit = calibrate(vessels, unknown_calibration("m", "picture"), 0.7);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_LT(fit->false_share_at({}), 0.01);
    EXPECT_NEAR(fit->false_share_at({.doubt = 4}), 0.15, 0.01);
    EXPECT_NEAR(fit->detectability({}), 0.95, 0.01);
    EXPECT_NEAR(fit->detectability({.doubt = 4}), 0.95, 0.01);   // of those that are there as many are found
    // of a site nobody says which marks are wrong
    auto const site = calibrate({{{.doubt = 4}, 110, 100, 0.01, -1}}, *fit, 0.1).value();
    EXPECT_NEAR(site.detectability({.doubt = 4}), 0.95, 0.01);
}

TEST(Calibrate, OneClipOfASiteMovesTheLevel) {
    Chance chance{12};
    auto const general = calibrate(clips_of(chance, 60, 3, 0.01), unknown_calibration("m", "clip"), 1.0).value();
    auto murky = clips_of(chance, 5, 1.2, 0.005);   // here fewer are seen than elsewhere
    auto const before = std::abs(std::log(general.detectability(murky[0].sight) * (1 + general.false_share) / (murky[0].found / murky[0].present)));
    auto const one = calibrate({murky[0]}, general, 0.1).value();
    auto const after = std::abs(std::log(one.detectability(murky[0].sight) * (1 + one.false_share) / (murky[0].found / murky[0].present)));
    EXPECT_LT(after, before / 2);
    auto const five = calibrate(murky, general, 0.1).value();
    Known const next = clip_of(chance, 1.2, 0.005);
    EXPECT_NEAR(five.detectability(next.sight) * (1 + five.false_share), next.found / next.present, 0.05);
    EXPECT_LT(five.error(next.sight), one.error(next.sight) * 1.2);
}

TEST(Calibrate, IsReadAsWritten) {
    Chance chance{13};
    auto const fit = calibrate(clips_of(chance, 20, 3, 0.02), unknown_calibration("m", "clip"), 1.0).value();
    auto const json = calibration_json({fit, unknown_calibration("m", "picture")});
    auto const again = read_calibration(json);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(calibration_json(*again), json);
    EXPECT_EQ(calibration_for(*again, "m", "clip").clips, 20);
    EXPECT_EQ(calibration_for(*again, "other", "picture").model, "m");
    EXPECT_EQ(calibration_for({}, "other", "picture").clips, 0);
}

TEST(Calibrate, GoesOnFromFewerTerms) {
    auto const of = [](std::string const& terms, std::string const& range = "") {
        return read_calibration(R"({"osetra_calibration":1,"fits":[{"model":"m","way":"clip","terms":)" + terms + R"(,"beta":[3,-1],"covariance":[[1,0.5],[0.5,2]],"false_share":0.01,"between":0.02,"clips":3)" + range + "}]}");
    };
    auto const read = of(R"(["one","length"])");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->front().beta, (SightNumbers{3, 0, 0, -1}));
    EXPECT_EQ(read->front().covariance[3][3], 2);
    EXPECT_EQ(read->front().covariance[0][3], 0.5);
    for (auto const* former : {R"(["crowd","length"])", R"(["uneven","length"])"}) EXPECT_EQ(of(former)->front().beta, (SightNumbers{0, 0, 0, -1})) << former;
    auto const bounded = of(R"(["one","length"])", R"(,"lowest":[1,-0.1],"highest":[1,0.1])");
    ASSERT_TRUE(bounded) << bounded.error().message;
    Sight elsewhere, giant;
    elsewhere.again = 0.5, elsewhere.hidden = 0.2;
    giant.length_px = 200;
    EXPECT_TRUE(bounded->front().unlike(elsewhere).empty());   // of which it knows nothing
    EXPECT_EQ(bounded->front().unlike(giant), std::vector<std::string>{"the length of bodies in the picture"});
    EXPECT_EQ(calibration_json(*read_calibration(calibration_json(*bounded))), calibration_json(*bounded));
    for (auto const* bad : {R"(["one","moon"])", R"(["one","one"])", R"(["crowd","crowd"])", R"(["one","length","hidden"])"}) EXPECT_EQ(of(bad).error().code, "calibration_malformed") << bad;
}

TEST(Calibrate, PaleAndHiddenOnesAreFoundMoreSeldom) {
    auto const c = unknown_calibration("m", "clip");
    Sight usual, pale, hidden, apart;
    pale.score = 0.5;
    hidden.hidden = 0.1;
    apart.hidden = 0.01;
    EXPECT_LT(c.detectability(pale), c.detectability(usual) - 0.01);
    EXPECT_LT(c.detectability(hidden), c.detectability(usual) - 0.01);
    EXPECT_GT(c.detectability(apart), c.detectability(usual));
}

/// Murk and glare are alike but for this: what glitters comes and goes where nearly all are found, while of those that are too deep nothing is seen at all.
TEST(Calibrate, TellsGlareFromMurkByHowManyAreFoundAgain) {
    std::vector<Known> clips;
    for (int i = 0; i < 40; ++i) {
        Sight glare, murk;
        glare.again = 0.7 + 0.001 * i, murk.again = 0.93 + 0.0005 * i;
        clips.push_back({glare, 90, 100, 0.01, 0});
        clips.push_back({murk, 75, 100, 0.01, 0});
    }
    auto const fit = calibrate(clips, unknown_calibration("m", "sweep"), 0.7);
    ASSERT_TRUE(fit) << fit.error().message;
    Sight glare, murk;
    glare.again = 0.72, murk.again = 0.94;
    EXPECT_NEAR(fit->detectability(glare), 0.9, 0.02);
    EXPECT_NEAR(fit->detectability(murk), 0.75, 0.02);
    // of a camera that hovers the level alone moves
    auto const hover = calibrate(clips, unknown_calibration("m", "clip"), 0.3);
    ASSERT_TRUE(hover) << hover.error().message;
    EXPECT_NEAR(hover->detectability(glare), hover->detectability(murk), 0.001);
}

/// Murk takes what bodies stand out by, and hides the deepest; glare leaves them plain between its glitter.
TEST(Calibrate, TellsMurkFromGlareByHowMuchBodiesStandOut) {
    std::vector<Known> clips;
    for (int i = 0; i < 40; ++i) {
        Sight glare, murk;
        glare.contrast = 25 + i, murk.contrast = 8 + 0.1 * i;
        clips.push_back({glare, 92, 100, 0.01, 0});
        clips.push_back({murk, 60, 100, 0.01, 0});
    }
    Sight glare, murk, ink;
    glare.contrast = 60, murk.contrast = 10, ink.contrast = 3;
    auto const along = calibrate(clips, unknown_calibration("m", "sweep"), 0.7);
    ASSERT_TRUE(along) << along.error().message;
    EXPECT_NEAR(along->detectability(glare), 0.92, 0.03);
    EXPECT_NEAR(along->detectability(murk), 0.6, 0.04);
    EXPECT_EQ(along->unlike(ink), std::vector<std::string>{"how faintly bodies stand out from the water"});
    EXPECT_TRUE(along->unlike({.contrast = 200}).empty()) << "plain is plain";
    // of a camera that hovers the level alone moves
    auto const hover = calibrate(clips, unknown_calibration("m", "clip"), 0.7);
    ASSERT_TRUE(hover) << hover.error().message;
    EXPECT_NEAR(hover->detectability(glare), hover->detectability(murk), 0.001);
    EXPECT_TRUE(hover->unlike(ink).empty());
}

/// Ponds that look alike but for this: where two beside each other are seldom seen as two, or marks lie on one another, others are missed too.
TEST(Calibrate, TellsPoorSightFromGoodByHowSeldomTwoAreSeenCloseTogether) {
    std::vector<Known> clips;
    for (int i = 0; i < 40; ++i) {
        Sight poor, good;
        poor.apart = 0.5 + 0.001 * i, good.apart = 0.8 + 0.001 * i;
        poor.close = 0.45 - 0.001 * i, good.close = 0.25 - 0.001 * i;
        clips.push_back({poor, 85, 100, 0.005, 0});
        clips.push_back({good, 97, 100, 0.005, 0});
    }
    Sight poor, good;
    poor.apart = 0.52, good.apart = 0.82;
    poor.close = 0.43, good.close = 0.23;
    auto const hover = calibrate(clips, unknown_calibration("m", "clip"), 0.7);
    ASSERT_TRUE(hover) << hover.error().message;
    EXPECT_NEAR(hover->detectability(poor), 0.85, 0.02);
    EXPECT_NEAR(hover->detectability(good), 0.97, 0.01);
    EXPECT_EQ(hover->unlike({.apart = 0.3}), std::vector<std::string>{"how seldom two are seen close together"});
    EXPECT_EQ(hover->unlike({.close = 1}), std::vector<std::string>{"how often marks lie on one another"});
    // of a camera that flies along the level alone moves
    auto const along = calibrate(clips, unknown_calibration("m", "sweep"), 0.7);
    ASSERT_TRUE(along) << along.error().message;
    EXPECT_NEAR(along->detectability(poor), along->detectability(good), 0.001);
    ASSERT_TRUE(along->range);
    EXPECT_TRUE(along->unlike({.apart = 0.3, .close = 1}).empty()) << "on which nothing hangs";
}

TEST(Calibrate, BeyondTheClipsItWasFittedOnNoSlopeGoesOn) {
    Chance chance{17};
    auto const fit = calibrate(clips_of(chance, 40, 3, 0.02), unknown_calibration("m", "sweep"), 1.0).value();
    auto going_on = fit;
    going_on.range.reset();
    Sight longest, giant;
    longest.length_px = 32 * std::exp(fit.range.value().highest[3]);
    giant.length_px = 400;
    EXPECT_NEAR(fit.detectability(giant), fit.detectability(longest), 1e-9);
    EXPECT_GT(std::abs(going_on.detectability(giant) - fit.detectability(giant)), 1e-3);
    EXPECT_GT(fit.error(giant), fit.error(longest));
    EXPECT_EQ(fit.unlike(giant), std::vector<std::string>{"the length of bodies in the picture"});
    EXPECT_TRUE(fit.unlike(longest).empty());
    EXPECT_TRUE(going_on.unlike(giant).empty());
    // a site's clips widen it
    Known near{longest, 98, 100, 0.01, 0};
    near.sight.length_px *= 2;
    auto const site = calibrate({near}, fit, 0.3).value();
    EXPECT_NEAR(site.range.value().highest[3], numbers_of(near.sight)[3], 1e-9);
    EXPECT_EQ(site.range->lowest[3], fit.range->lowest[3]);
    EXPECT_FALSE(calibrate({near}, unknown_calibration("m", "sweep"), 0.3)->range);   // one clip bounds nothing
}

TEST(Calibrate, SaysWhatIsWrong) {
    auto const base = unknown_calibration("m", "clip");
    EXPECT_EQ(calibrate({}, base, 1).error().code, "calibration_empty");
    EXPECT_EQ(calibrate({{{}, 500, 20, 0.01, -1}}, base, 1).error().code, "calibration_wild");
    EXPECT_EQ(calibrate({{{}, 0, 20, 0.01, -1}}, base, 1).error().code, "calibration_wild");
    EXPECT_EQ(read_calibration("{").error().code, "json_malformed");
    auto wild = base;
    wild.between = -1;
    auto inside_out = base;
    inside_out.range = Calibration::Range{{1, 2}, {1, 1}};
    for (auto const& bad : {std::string{"{}"}, std::string{"[]"}, std::string{R"({"osetra_calibration":2,"fits":[]})"}, std::string{R"({"osetra_calibration":1,"fits":[]})"},
                            std::string{R"({"osetra_calibration":1,"fits":[{"model":"m"}]})"}, calibration_json({wild}), calibration_json({inside_out})})
        EXPECT_EQ(read_calibration(bad).error().code, "calibration_malformed") << bad;
}

} // namespace
} // namespace osetra::stocktake
