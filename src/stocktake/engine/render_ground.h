#pragma once
#include <vector>

#include <opencv2/core.hpp>

#include "stocktake/engine/render_body.h"
#include "stocktake/engine/render_dice.h"

namespace osetra::stocktake {

/// A colour from hue, saturation and value, each 0 to 1.
cv::Vec3f colour_of(float hue, float saturation, float value);
/// 0 to 1: how bright it looks.
float brightness(cv::Vec3f const&);
/// The colour of a floor, tub or liner: half of them such as are sold, half anything.
cv::Vec3f ground_colour(Dice&);

/// Smooth noise around nought, deviation near 1; the coarsest lumps are `lump_px` wide, each of the `octaves` half as wide as the one before and `fade` as strong.
cv::Mat_<float> cloud(int width, int height, float lump_px, int octaves, float fade, Dice&);
/// Lays `ink` over the picture where `mask` (0 to 1) is; where one that hides is nearly whole, what is below can no longer be seen.
void lay(Canvas&, cv::Mat_<float> const& mask, cv::Vec3f const& ink, float alpha, bool hides);
/// A filled polygon as a mask, its edge `soft` pixels wide.
cv::Mat_<float> polygon(cv::Size, std::vector<cv::Point2f> const& corners, float soft);
/// Corners of a box, and of a rounded lump: an ellipse whose edge wanders.
std::vector<cv::Point2f> box(cv::Point2f middle, float half_w, float half_h, float turn);
std::vector<cv::Point2f> lump(cv::Point2f middle, float half_w, float half_h, float turn, float wander, Dice&);
/// The picture times (1 + strength * map), in place.
void shade(cv::Mat_<cv::Vec3f>&, cv::Mat_<float> const& map, float strength);
/// Grounds of all kinds: plain, clouded, grained, tiled, planked, speckled.
void paint_ground(cv::Mat_<cv::Vec3f>&, cv::Vec3f const& base, Dice&);

/// What holds the water: a floor with rounded corners, sloping walls around it, a rim, and what lies about.
struct Vessel {
    cv::Point2f middle;
    float half_width = 0, half_height = 0, corner = 0, turn = 0, wall = 0, rim = 0;   ///< pixels; radians
    /// Pixels from the floor's edge, negative on the floor.
    float outside(float x, float y) const;
};
/// Around the floor, which is there already. Pixels beyond the walls are marked opaque in `top`.
void paint_vessel(Canvas&, Vessel const&, cv::Vec3f const& floor, Dice&);

/// Things that are no fish: specks, grains, curls of dirt, leaves, twigs, bubbles, stones, stains, scratches. `size`: the length of a fish.
void paint_litter(Canvas&, float size, Dice&);
/// Things of people: hands and arms, feet, rulers, hoses, papers, writing. They hide what is below.
void paint_people(Canvas&, Dice&);
/// Reflections on the water: hard-edged windows, lamps, soft patches, glitter. Where one is too bright to see through it is marked opaque.
void paint_glare(Canvas&, float strength, Dice&);

} // namespace osetra::stocktake
