#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "quality/engine/colour.h"

namespace osetra::quality {

/// A tray that never was, whose eggs are known: to try the camera on, and to test it. The same order gives the same bytes.
struct TrayOrder {
    std::int64_t eggs = 400;                         ///< at most; as many as find room
    std::uint64_t seed = 1;
    double px_per_mm = 12, mean_mm = 2.9, spread_mm = 0.15;
    double broken = 0.03;                            ///< share
    double filled = 0.5;                             ///< share of the tray that eggs cover
    double overlaps = 0.04;                          ///< share that lies partly under another
    bool dark_tray = false, marker = false, card = false;
    double marker_mm = 15;
};

struct TrayTruthEgg { double x = 0, y = 0, diameter_mm = 0; bool broken = false; };
struct TrayPicture {
    std::string png;
    std::int64_t width = 0, height = 0;
    std::vector<TrayTruthEgg> eggs;
    std::vector<double> card;                        ///< x, y, width, height, where there is one
    Lab colour;                                      ///< of the eggs' middles under daylight
};

TrayPicture render_tray(TrayOrder const&);
std::string tray_truth_json(TrayOrder const&, TrayPicture const&);

} // namespace osetra::quality
