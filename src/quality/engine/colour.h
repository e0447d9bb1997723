#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "kernel/result.h"

// Colours as eyes measure them: CIE L*a*b* (D65, 2 degrees) from the numbers of a camera, mended by a card of known patches.
namespace osetra::quality {

using Rgb = std::array<double, 3>;                   ///< red, green, blue
struct Lab { double l = 0, a = 0, b = 0; };

double linear_of(double srgb_255);                   ///< of one channel, 0 to 255, to light, 0 to 1 (IEC 61966-2-1)
Lab lab_of_linear(Rgb const& light);
Lab lab_of_srgb(Rgb const& srgb_255);
/// How far two colours are apart (CIE 1976).
double colour_distance(Lab const&, Lab const&);

/// The 24 patches of the ColorChecker, row by row from dark skin to black, as sRGB (X-Rite's published values).
std::array<Rgb, 24> const& card_patches();

/// Light as the camera tells it to light as it was: white balance, exposure and matrix in one, by least squares over the patches.
struct ColourMending {
    std::array<std::array<double, 4>, 3> matrix{};   ///< row by channel: of red, green, blue and 1
    double left = 0;                                 ///< mean distance of the patches to what they should be, after mending
    double before = 0;                               ///< before it
    std::int64_t patches = 0;                        ///< used; clipped ones are left out
    Rgb apply(Rgb const& light) const;
};
/// `seen`: means of the 24 patches as sRGB, 0 to 255. Refusals: card_overexposed (under 12 patches are not clipped), card_unclear (the patches do not fit the card: wrong place or turned).
Result<ColourMending> mend_colours(std::vector<Rgb> const& seen);

} // namespace osetra::quality
