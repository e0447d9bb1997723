#pragma once
#include <string_view>

#include "quality/engine/grade.h"

namespace osetra::quality {

/// What a tray photograph can say of an attribute.
inline constexpr std::string_view grade_camera_words[] = {"diameter_mm", "diameter_cv_percent", "broken_percent", "lightness", "red_green", "yellow_blue", "colour_spread"};

/// `grading`, `prices` and `uses` of a product pack (packs/*.yaml); empty where it says nothing of grades. What else is in the text is not looked at.
/// Refusals, each with "line N: key" as its place: those of kernel/yaml_map.h; pack_code_twice, pack_code_unknown (a grade, a species or a word of the camera that is not there),
/// pack_order (limits that a worse grade keeps and a better one does not; the last grade asks something; a value range turned round).
Result<Grading> read_grading(std::string_view yaml);

} // namespace osetra::quality
