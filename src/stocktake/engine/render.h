#pragma once
#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <string_view>

#include "kernel/result.h"
#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// Where fish lie under the camera: sturgeon in a pond under a drone; fingerlings in a tub, bucket or basin; fingerlings in a glass tank under a telephone;
/// post-larvae of shrimp in a tray; larvae of zebrafish in a dish.
enum class StillKind { pond, tub, tank, tray, dish };
inline constexpr StillKind all_still_kinds[] = {StillKind::pond, StillKind::tub, StillKind::tank, StillKind::tray, StillKind::dish};
std::string_view name_of(StillKind);
std::optional<StillKind> still_kind(std::string_view name);

struct Picture {
    cv::Mat bgr;   ///< 8 bits a channel
    /// Bodies whose middle is in the picture; visible: share of the body in the picture and under nothing. Post-larvae of shrimp are marked on head and breast, larvae of fish where they
    /// hide the ground (eyes, stomach), as people mark them: the rest is glass.
    Marks marks;
};

/// How a still is taken: anyhow, or as who counts fry on photographs takes care to: a clean vessel with a plain pale floor, clear water, even light, no hands.
enum class Taken { anyhow, with_care };

/// A picture that never was, for training and tests: colours, grounds, light, water and camera are drawn far beyond what is plausible, with things among them
/// that are no fish. The same seed, kind, size and n give the same picture. Without n their number is drawn too, nought among them; with n so many middles are in the picture.
/// Uses no thread but the caller's.
Picture render_still(StillKind, std::uint64_t seed, int width, int height, std::optional<int> n = {}, Taken = Taken::anyhow);

} // namespace osetra::stocktake
