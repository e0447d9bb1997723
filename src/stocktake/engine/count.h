#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"
#include "kernel/result.h"
#include "stocktake/engine/mark.h"

namespace osetra::stocktake {

/// What one asks of pictures. Lengths in metres, areas in square metres, times in seconds.
struct CountQuestion {
    std::vector<std::string> paths;                  ///< one picture; pictures of one tub; a clip; a folder of frames
    std::string kind = "auto";                       ///< sturgeon, fingerling, larva, auto: sizes and what moves how
    std::string model = "auto";                      ///< a name in models/, a file, or auto: by what is counted (detector_finder.h)
    std::vector<std::array<double, 2>> outline_m;    ///< the pond's edge in metres; empty: what is seen is all there is
    std::optional<double> altitude_m;                ///< of the camera over the water
    std::optional<double> px_per_m;                  ///< in the middle of the picture
    double tolerance = 0.05;                         ///< "count again" when half the interval is wider than this share of the count
    int every = 3;                                   ///< of the frames of a clip, every so many are looked at closely
    std::string calibration;                         ///< JSON that `osetra count calibrate` fitted; empty: what the model came with
};

struct Estimate {
    double value = 0, low = 0, high = 0;             ///< 95 %
};
template <Is<Estimate> X> void visit_fields(X& x, auto f) { f("value", x.value); f("low", x.low); f("high", x.high); }

/// A body followed through the frames of a clip. In pond metres where the scale is known, else in pixels of the first frame.
struct Track {
    std::int64_t track = 0;
    double from_s = 0, to_s = 0;
    double length = 0, length_error = 0;             ///< and its standard error
    std::vector<std::array<double, 3>> path;         ///< at_s, x, y
    std::int64_t sightings = 0;                      ///< looks in which a mark was its
    double evidence = 0;                             ///< mean over these of the logit of the mark's score
};

struct FrameMarks {
    std::string path;                                ///< of a picture; empty for a clip
    double at_s = 0;                                 ///< into a clip
    int width = 0, height = 0;
    double count = 0;                                ///< what this picture alone says
    std::vector<std::string> faults;                 ///< blurred, dark, glare, turbid, ice: why less was seen
    Marks points;
};

struct CountResult {
    std::int64_t count = 0, low = 0, high = 0;       ///< bodies in the whole pond or tub, with a 95 % interval
    std::string verdict;                             ///< sure, count_again, nothing_seen
    std::vector<std::string> reasons;                ///< for the verdict, in sentences
    double seen_area = 1;                            ///< share of the pond that was in the pictures and could be read, [0, 1]
    double detectability = 1;                        ///< share of the bodies there that one look finds
    std::vector<FrameMarks> frames;
    std::vector<Track> tracks;
    std::optional<Estimate> length_m;                ///< mean length of a body
    std::optional<Estimate> biomass_kg;
    std::string model, model_sha256;
    std::string media_sha256;                        ///< of all that was looked at
    double seconds = 0;                              ///< processor time
};

/// One JSON document, compact; `tracks` and `frames` only where asked for.
std::string count_json(CountResult const&, bool with_frames);
Result<CountResult> read_count(std::string_view json);

/// [0, 1] and what is being done; false stops.
using Progress = std::function<bool(double share, std::string const& doing)>;

/// Counts. Refusals: media_missing, media_unreadable, media_empty, media_no_pictures (a sound file), media_too_large, outline_malformed, scale_missing, model_unknown,
/// model_malformed, calibration_malformed, count_stopped.
/// With `overlay`, writes a clip with what was seen drawn in.
Result<CountResult> count(CountQuestion const&, Progress const&, std::string const& overlay = {});

} // namespace osetra::stocktake
