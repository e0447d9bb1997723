#pragma once
#include <filesystem>
#include <optional>

#include "stocktake/engine/truth.h"

// The zebrafish larvae of shared/data/vision as a truth: 14 in a dish, 200 frames, one a second of the counting clock.
namespace osetra::bench {

/// The labels exchange larvae 1 and 8 while the two touch in frames 44 to 60: by the file's own column of areas one has 72 square pixels before and 96 after, the other 98 and 76.
enum class Labels { as_they_are, put_right };

/// Where the labels lose a larva, which they do when two touch, the straight way between is a body that nobody need see (visible 0). None without the folder.
std::optional<stocktake::Truth> larvae(std::filesystem::path const& folder, Labels);

} // namespace osetra::bench
