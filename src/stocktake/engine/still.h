#pragma once
#include <cstdint>
#include <string>

#include "kernel/fields.h"
#include "kernel/result.h"

namespace osetra::stocktake {

/// What a clip or a picture says of itself. A picture lasts 0 seconds.
struct ClipFacts {
    std::int64_t width = 0, height = 0;
    double frames_per_s = 0, seconds = 0;
};
template <Is<ClipFacts> X> void visit_fields(X& x, auto f) { f("width", x.width); f("height", x.height); f("frames_per_s", x.frames_per_s); f("seconds", x.seconds); }

/// Refusals: media_missing, media_unreadable.
Result<ClipFacts> clip_facts(std::string const& path);

/// The frame shown at a time, as JPEG in the clip's own size: what people put marks on, because browsers do not stop a film at an exact frame and some read no
/// H.264. Refusals: media_missing, media_unreadable, frame_missing.
Result<std::string> still_jpeg(std::string const& path, std::int64_t at_ms);

} // namespace osetra::stocktake
