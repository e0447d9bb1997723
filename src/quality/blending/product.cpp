#include "quality/blending/product.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

namespace osetra::quality {

Result<Done> may_be_blended(std::string_view pack_yaml) {
    try {
        auto const pack = YAML::Load(std::string{pack_yaml});
        auto const name = pack.IsMap() && pack["name_en"] ? pack["name_en"].as<std::string>() : std::string{};
        auto const blending = pack.IsMap() ? pack["blending"] : YAML::Node{};
        if (name.empty() || !blending || !blending.IsMap() || !blending["allowed"]) return refuse("blending_untold", fmt::format("The pack{} does not say whether its product may be blended. Add it under blending.", name.empty() ? "" : " " + name), "product");
        if (blending["allowed"].as<bool>()) return Done{};
        auto const why = blending["why_en"] ? blending["why_en"].as<std::string>() : std::string{};
        return refuse("blending_forbidden", fmt::format("{} must not be blended{}{}. Keep each lot by itself.", name, why.empty() ? "" : ": ", why), "product");
    } catch (YAML::Exception const& e) {
        return refuse("pack_malformed", fmt::format("The pack is not read: {}. Mend it.", e.what()), "product");
    }
}

} // namespace osetra::quality
