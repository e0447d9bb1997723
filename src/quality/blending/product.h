#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "kernel/result.h"

namespace osetra::quality {

/// What a pack says of blending its product.
struct ProductBlending {
    std::string name_en, name_zh;
    std::optional<bool> allowed;                 ///< none: the pack does not say
    std::string why_en, why_zh;                  ///< where it is forbidden
};
/// Refusal: pack_malformed.
Result<ProductBlending> blending_of(std::string_view pack_yaml);

/// Whether the product of this pack may be blended, as the pack itself says under `blending`. Refusals: blending_forbidden (with the pack's reason), blending_untold (the pack says nothing, and what
/// nobody allowed is not done), pack_malformed.
Result<Done> may_be_blended(std::string_view pack_yaml);

} // namespace osetra::quality
