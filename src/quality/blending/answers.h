#pragma once
#include <string>
#include <vector>

#include "quality/blending/sheets.h"

// Blends as JSON documents: the command line's, and the workbench's.
namespace osetra::quality {

/// {"blend": {...}} or {"obstacle", "why", "together", "alone", "lots_needed"}.
std::string blend_json(BlendTask const&, BlendAnswer const&);
/// {"points": [blend, ...]}, the cheapest first.
std::string curve_json(BlendTask const&, std::vector<Blend> const&);
std::string mix_json(std::vector<Salt> const&, MixWish const&, MixAnswer const&);
std::string mixing_json(std::vector<MixingModel> const&);

} // namespace osetra::quality
