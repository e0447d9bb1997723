#pragma once
#include <string_view>

#include "kernel/result.h"

namespace osetra::quality {

/// Whether the product of this pack may be blended, as the pack itself says under `blending`. Refusals: blending_forbidden (with the pack's reason), blending_untold (the pack says nothing, and what
/// nobody allowed is not done), pack_malformed.
Result<Done> may_be_blended(std::string_view pack_yaml);

} // namespace osetra::quality
