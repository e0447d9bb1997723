#pragma once
#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "stocktake/engine/mark.h"
#include "stocktake/engine/render_dice.h"

namespace osetra::stocktake {

/// Whose body: they differ in outline, eyes, fins and how much one sees through them.
enum class Species { sturgeon, fingerling, shrimp, larva };

constexpr int outline_steps = 32;
/// Half widths along a body as shares of its length, from the snout (0) to the tip of the tail (outline_steps).
struct Outline {
    std::array<float, outline_steps + 1> body{}, fin{};   ///< fin: as wide as the body where there is none
    float fin_alpha = 0.5f;
};
/// `girth`: length by greatest width.
Outline outline_of(Species, float girth, Dice&);

/// Colour and cover of a back, from snout to tail and from the left flank to the right, at three sizes for far and near bodies.
struct Skin {
    static constexpr int along = 64, across = 16;
    struct Spot { float b, g, r, alpha; };
    std::array<std::vector<Spot>, 3> sizes;   ///< along x across, then half and quarter of it
};
struct SkinColours {
    cv::Vec3f back, flank, mark;   ///< mark: scutes, spots
};
Skin skin_of(Species, SkinColours const&, Dice&);

constexpr int spine_points = 17;
using Spine = std::array<cv::Point2f, spine_points>;   ///< from the snout to the tail

/// How a body bends: `bend` radians from end to end, `wave` a share of its length at the tail, `phase` of the travelling wave.
/// A(s) = a0 + a1 s + a2 s^2 as in carangiform swimmers (Videler 1993), one wave length a body.
struct Pose {
    float x = 0, y = 0, axis = 0, length = 0;   ///< middle of the spine, way of the head
    float bend = 0, wave = 0, phase = 0;
};
Spine spine_of(Pose const&);

struct Body {
    Spine spine{};
    float length_px = 0;
    Outline const* outline = nullptr;
    Skin const* skin = nullptr;
    cv::Vec3f scale{1, 1, 1}, veil{0, 0, 0};   ///< colour seen = skin * scale + veil: light, water above it
    float alpha = 1;
    float width_scale = 1;
};

/// A picture being painted, with what is on top at each pixel.
class Canvas {
public:
    Canvas(int width, int height);
    cv::Mat_<cv::Vec3f> colour;          ///< BGR, 0 to 1
    cv::Mat_<std::int32_t> top;          ///< number of the body there; -1 none; -2 something opaque over all
    /// Paints a body over what is there. Pixels outside the picture count for its area.
    void body(Body const&, std::int32_t number);
    /// The cover of a body only, for shadows: adds `alpha` times it into `map`, whose pixels are `1/scale` of the picture's.
    static void shadow(cv::Mat_<float>& map, Body const&, float scale, cv::Point2f offset, float alpha);
    /// A line of one colour, as thick as `width`. One that hides is on top of what is below.
    void stroke(cv::Point2f from, cv::Point2f to, float width, cv::Vec3f colour, float alpha, bool hides = false);
    /// Nothing is on top, and no body has been painted.
    void clear();
    /// Share of each body that is on top and in the picture, bodies numbered from 0.
    std::vector<float> visible(std::size_t bodies) const;

private:
    std::vector<std::int32_t> m_area;
};

} // namespace osetra::stocktake
