#include "quality/engine/colour.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

// L*a*b* of sRGB primaries under D65 (Lindbloom, CIE Color Calculator).
TEST(Colour, KnownColours) {
    struct Case { Rgb srgb; Lab lab; };
    Case const cases[] = {{{255, 255, 255}, {100, 0, 0}}, {{0, 0, 0}, {0, 0, 0}}, {{255, 0, 0}, {53.24, 80.09, 67.20}}, {{0, 255, 0}, {87.73, -86.18, 83.18}}, {{0, 0, 255}, {32.30, 79.19, -107.86}}, {{119, 119, 119}, {50.03, 0, 0}}};
    for (auto const& c : cases) EXPECT_LT(colour_distance(lab_of_srgb(c.srgb), c.lab), 0.05) << c.srgb[0] << " " << c.srgb[1] << " " << c.srgb[2];
}

double srgb_of(double light) {
    light = std::clamp(light, 0., 1.);
    return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

TEST(Colour, ACardMendsWarmLightAndCrossTalk) {
    auto const seen_as = [](Rgb const& c) {
        Rgb const l{linear_of(c[0]), linear_of(c[1]), linear_of(c[2])};
        return Rgb{srgb_of(0.85 * l[0] + 0.06 * l[1]), srgb_of(0.03 * l[0] + 0.70 * l[1] + 0.05 * l[2]), srgb_of(0.08 * l[1] + 0.42 * l[2])};
    };
    std::vector<Rgb> seen;
    for (auto const& c : card_patches()) seen.push_back(seen_as(c));
    auto const m = mend_colours(seen);
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_GT(m->before, 10);
    EXPECT_LT(m->left, 0.1);
    Rgb const brown{96, 74, 52};
    auto const told = seen_as(brown);
    auto const mended = m->apply({linear_of(told[0]), linear_of(told[1]), linear_of(told[2])});
    EXPECT_LT(colour_distance(lab_of_linear(mended), lab_of_srgb(brown)), 0.5);
}

TEST(Colour, ACardThatIsNotThereIsRefused) {
    std::vector<Rgb> turned{card_patches().rbegin(), card_patches().rend()};
    EXPECT_EQ(mend_colours(turned).error().code, "card_unclear");
    EXPECT_EQ(mend_colours(std::vector<Rgb>(24, Rgb{255, 255, 255})).error().code, "card_overexposed");
    EXPECT_EQ(mend_colours(std::vector<Rgb>(24, Rgb{120, 120, 120})).error().code, "card_unclear");
}

} // namespace
} // namespace osetra::quality
