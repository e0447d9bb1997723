#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "stocktake/engine/count.h"

// The marks of every frame that was looked at, as one file that is read in pieces: an hour of film has millions.
//     osetra marks 1 FRAMES\n                          ten digits
//     AT_MS OFFSET BYTES MARKS\n                       for each frame, in the order of time: 10, 14, 9 and 6 digits
//     {"at_ms":...,"width":...,"height":...,"count":...,"faults":[...],"points":[[x,y,axis,length_px,score],...]}\n
// OFFSET counts from the first frame's line.
namespace osetra::stocktake {

std::string marks_file(std::vector<FrameMarks> const&);

struct FrameAt {
    std::int64_t at_ms = 0, offset = 0, bytes = 0;   ///< offset from the beginning of the file
    std::int64_t marks = 0;                          ///< bodies marked in it
};
/// Reads `bytes` from `offset`; fewer where the file ends.
using ReadBytes = std::function<std::string(std::int64_t offset, std::int64_t bytes)>;
/// The frames with from_ms <= at_ms <= to_ms. Refusal: marks_malformed.
Result<std::vector<FrameAt>> frames_between(ReadBytes const&, std::int64_t from_ms, std::int64_t to_ms);
/// The frame whose time is nearest; nothing in a file without frames. Refusal: marks_malformed.
Result<std::optional<FrameAt>> frame_nearest(ReadBytes const&, std::int64_t at_ms);

/// The middles of the marks in a frame's line. Refusal: marks_malformed.
Result<std::vector<std::array<double, 2>>> places_in(std::string_view line);

} // namespace osetra::stocktake
