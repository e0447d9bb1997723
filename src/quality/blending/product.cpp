#include "quality/blending/product.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

namespace osetra::quality {

Result<ProductBlending> blending_of(std::string_view pack_yaml) {
    try {
        auto const pack = YAML::Load(std::string{pack_yaml});
        auto const text = [](YAML::Node const& of, char const* name) { return of.IsMap() && of[name] ? of[name].as<std::string>() : std::string{}; };
        ProductBlending told{text(pack, "name_en"), text(pack, "name_zh"), {}, {}, {}};
        auto const blending = pack.IsMap() ? pack["blending"] : YAML::Node{};
        if (!blending || !blending.IsMap() || !blending["allowed"]) return told;
        told.allowed = blending["allowed"].as<bool>();
        told.why_en = text(blending, "why_en");
        told.why_zh = text(blending, "why_zh");
        return told;
    } catch (YAML::Exception const& e) {
        return refuse("pack_malformed", fmt::format("The pack is not read: {}. Mend it.", e.what()), "product");
    }
}

Result<Done> may_be_blended(std::string_view pack_yaml) {
    auto const told = OSETRA_TRY(blending_of(pack_yaml));
    if (told.name_en.empty() || !told.allowed)
        return refuse("blending_untold", fmt::format("The pack{} does not say whether its product may be blended. Add it under blending.", told.name_en.empty() ? "" : " " + told.name_en), "product");
    if (*told.allowed) return Done{};
    return refuse("blending_forbidden", fmt::format("{} must not be blended{}{}. Keep each lot by itself.", told.name_en, told.why_en.empty() ? "" : ": ", told.why_en), "product");
}

} // namespace osetra::quality
