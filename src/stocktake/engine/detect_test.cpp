#include "stocktake/engine/detect.h"

#include <cmath>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/kernels.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/normalise.h"
#include "stocktake/engine/render.h"

namespace osetra::stocktake {
namespace {

DetectOptions at_scale(double scale) {
    DetectOptions o;
    o.scale = scale;
    return o;
}

Marks visible(Marks marks) {
    std::erase_if(marks, [](Mark const& m) { return m.visible < 0.3; });
    return marks;
}

Detector const& detector() {
    static auto const d = Detector::load("open").value();
    return d;
}

constexpr std::size_t step = picture_step;

TEST(Light, IsTakenOut) {
    cv::Mat dim(64, 96, CV_8UC3, cv::Scalar{40, 50, 60});
    cv::circle(dim, {40, 30}, 6, {20, 25, 30}, cv::FILLED);
    cv::Mat bright = dim * 3;
    std::vector<float> a(step * 64 * 96), b(a.size());
    Light{dim}.put({0, 0, 96, 64}, a.data(), 96 * step);
    Light{bright}.put({0, 0, 96, 64}, b.data(), 96 * step);
    auto const at = [](std::vector<float> const& v, int y, int x) { return v[static_cast<std::size_t>(y * 96 + x) * step]; };
    EXPECT_LT(at(a, 30, 40), -1);
    EXPECT_NEAR(at(a, 30, 40), at(b, 30, 40), 0.6);
}

TEST(Light, OfAPartIsThatOfTheWhole) {
    auto const picture = render_still(StillKind::tub, 31, 200, 120);
    Light const light{picture.bgr};
    std::vector<float> whole(step * 200 * 120), part(step * 48 * 32);
    light.put({0, 0, 200, 120}, whole.data(), 200 * step);
    light.put({170, 100, 48, 32}, part.data(), 48 * step);
    EXPECT_EQ(part[(5 * 48 + 7) * step + 1], whole[(105 * 200 + 177) * step + 1]);
    EXPECT_EQ(part[(5 * 48 + 35) * step + 1], 0);   // beyond the picture's edge
    EXPECT_EQ(part[(25 * 48 + 7) * step + 1], 0);
}

TEST(Detect, TilesSayWhatTheWholeSays) {
    auto const picture = render_still(StillKind::tub, 77, 1400, 1060, 60).bgr;   // just under the size from which tiles are taken
    cv::Mat wide;
    cv::copyMakeBorder(picture, wide, 0, 0, 0, 48, cv::BORDER_REFLECT);          // and just over
    auto options = at_scale(1);
    options.stock = detector().stock_of({picture}, 1);   // the border's mirrored bodies are no kin
    auto const whole = detector().detect(picture, options), tiled = detector().detect(wide, options);
    Marks near_whole, near_tiled;   // the light of the border reaches a little way in
    for (auto const& m : whole) if (m.x < 1200) near_whole.push_back(m);
    for (auto const& m : tiled) if (m.x < 1200) near_tiled.push_back(m);
    auto const score = found_score(near_tiled, near_whole, 1);
    EXPECT_LE(score.missed + score.false_marks, 2) << near_whole.size();
}

TEST(Detect, APartSaysWhatTheWholeSays) {
    auto const picture = render_still(StillKind::tub, 78, 900, 640, 60).bgr;
    for (auto const scale : {1.0, 0.8}) {
        auto options = at_scale(scale);
        options.stock = detector().stock_of({picture}, scale);
        auto const whole = detector().detect(picture, options);
        for (auto const& part : {cv::Rect{203, 101, 401, 333}, cv::Rect{0, 0, 300, 640}, cv::Rect{700, 500, 200, 140}}) {
            options.where = part;
            auto const there = detector().detect(picture, options);
            auto const inside = [&](Mark const& m, double by) { return m.x >= part.x + by && m.y >= part.y + by && m.x < part.br().x - by && m.y < part.br().y - by; };
            for (auto const& m : there) EXPECT_TRUE(inside(m, -2.0 * 16 / scale)) << m.x << ", " << m.y;
            std::size_t asked = 0;
            for (auto const& w : whole) {
                if (!inside(w, 20)) continue;      // at the edge two may be one body
                ++asked;
                auto const [place, score] = inside(w, 80 / scale) ? std::pair{0.01, 1e-4} : std::pair{1.0, 0.05};   // of the rim less is known
                EXPECT_TRUE(std::any_of(there.begin(), there.end(), [&](Mark const& m) { return std::hypot(m.x - w.x, m.y - w.y) < place && std::abs(m.score - w.score) < score; })) << w.x << ", " << w.y << " at " << scale;
            }
            EXPECT_GT(asked, 2u);
        }
        options.where = cv::Rect{-50, -50, 20, 20};
        EXPECT_TRUE(detector().detect(picture, options).empty());
    }
}

TEST(Detect, RenderedBodiesAreFound) {
    FoundScore score;
    for (std::uint64_t seed = 9000; seed < 9020; ++seed) {
        auto const picture = render_still(StillKind::tub, seed, 320, 320, 12);
        score += found_score(detector().detect(picture.bgr, at_scale(1)), visible(picture.marks), 8);
    }
    EXPECT_GT(score.f1(), 0.7);
}

TEST(Detect, LookedAtThoroughlyMoreIsFoundNearItsMiddle) {
    auto const fry = Detector::load("fry").value();
    double near[2] = {};
    for (std::uint64_t seed = 9100; seed < 9116; ++seed) {
        auto const picture = render_still(StillKind::tray, seed, 480, 480, 30, Taken::with_care);
        auto const there = visible(picture.marks);
        auto options = at_scale(fry.choose_scale(picture.bgr).scale);
        for (auto const thorough : {false, true}) {
            options.thorough = thorough;
            near[thorough] += found_score(fry.detect(picture.bgr, options), there, 0.12 * there.front().length_px).f1() / 16;
        }
    }
    EXPECT_GT(near[0], 0.6);
    EXPECT_GT(near[1], near[0] + 0.01);
}

TEST(Detect, AnyPictureIsTaken) {
    EXPECT_TRUE(detector().detect({}).empty());
    for (auto const type : {CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC3})
        for (auto const& size : {cv::Size{1, 1}, cv::Size{3, 200}, cv::Size{500, 17}}) EXPECT_TRUE(detector().detect(cv::Mat(size, type, cv::Scalar::all(90))).empty()) << type << size;
}

} // namespace
} // namespace osetra::stocktake
