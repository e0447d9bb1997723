#pragma once
#include <span>
#include <string_view>

// The product packs that are built in (packs/*.yaml), as they are written. Of what is no animal a pack has no stages, and then none of the keys that speak of animals; what
// other capabilities say of a product (`grading`, `uses`) they read themselves from the same text.
namespace osetra::farm {

struct PackText {
    std::string_view code, text;
};
/// All of packs/, by their codes.
std::span<PackText const> pack_texts();
std::string_view pack_text(std::string_view code);   ///< empty: not built in

} // namespace osetra::farm
