#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"
#include "quality/engine/grade.h"

// The tray camera: what a photograph of round things spread in one layer says of them. Eggs is what they are called here; berries and fruit are measured the same way.
namespace osetra::quality {

struct TrayQuestion {
    std::optional<double> px_per_mm = {};                 ///< in the plane of the eggs' middles
    std::optional<double> marker_mm = {};                 ///< outer side of a printed black square marker (any ArUco) that lies in the picture
    std::optional<std::array<double, 4>> card = {};       ///< x, y, width, height in pixels of the 6 by 4 patches of a ColorChecker
    double least_mm = 1, most_mm = 8;                ///< diameters that can be
    std::optional<double> limit_mm = {};                  ///< tell the share that is smaller
};

/// One egg that was seen; pixels.
struct TrayEgg {
    double x = 0, y = 0, radius = 0;
    double support = 0;                              ///< share of the rim that was seen and lies on the circle
    double roundness = 0;                            ///< rms of the rim's distance from the circle, as a share of the radius
    bool broken = false;
    bool measured = false;                           ///< its diameter counts: whole in the picture, enough of the rim seen
};

/// With its 95 % interval.
struct Interval { double value = 0, low = 0, high = 0; };
template <Is<Interval> X> void visit_fields(X& x, auto f) { f("value", x.value); f("low", x.low); f("high", x.high); }

struct TrayAnswer {
    std::int64_t eggs = 0, measured = 0, broken = 0;
    double px_per_mm = 0;
    double scale_error = 0;                          ///< relative standard error of the scale
    Interval mean_mm, spread_mm;                     ///< spread: standard deviation between eggs
    std::vector<double> percentiles_mm;              ///< 5, 10, 25, 50, 75, 90, 95
    std::vector<std::int64_t> histogram;             ///< from histogram_from_mm in steps of 0.1 mm
    double histogram_from_mm = 0;
    std::optional<Interval> below_limit;             ///< share
    Interval broken_share;
    double lightness = 0, red_green = 0, yellow_blue = 0;   ///< L* a* b*: mean over eggs of the middle of each
    double colour_spread = 0;                        ///< mean distance of eggs from that
    bool colour_calibrated = false;
    double card_left = 0;                            ///< what the card leaves
    bool dark_eggs = true;                           ///< than the tray
    double sharpness_px = 0;                         ///< width of a rim
    std::string verdict;                             ///< sure | look_again
    std::vector<std::string> reasons;                ///< why it should be looked at again
    std::vector<TrayEgg> all;
};

/// A picture in memory as JPEG or PNG. Refusals: picture_unreadable, picture_too_large (over 64 million pixels), picture_too_small (under 200 a side), scale_missing, scale_wrong (what is round
/// there has no diameter that can be), marker_not_found, marker_tilted, picture_blurred, picture_overexposed, picture_dark, eggs_not_found (fewer than 10 round things), eggs_not_spread
/// (they lie in heaps), card_outside, card_overexposed, card_unclear.
Result<TrayAnswer> measure_tray(std::string_view bytes, TrayQuestion const&);

/// The picture with every egg drawn: measured, not measured, broken; PNG.
Result<std::string> tray_overlay(std::string_view bytes, TrayAnswer const&);

/// JSON; `eggs`: with every egg.
std::string tray_json(TrayAnswer const&, bool eggs);

/// What the camera says of a scheme's attributes.
Values camera_values(TrayAnswer const&, Scheme const&);

} // namespace osetra::quality
