#include <fstream>

#include "media/media.h"
#include "stocktake/engine/flight.h"

namespace osetra::stocktake {
namespace {

constexpr int own_quality = 23;   ///< what OpenCV asks of x264; it takes no other

/// What is left of a frame that was packed poorly on its way.
cv::Mat worn(cv::Mat const& frame, int quality) {
    return media::unpack(media::jpeg(frame, std::clamp(62 - 2 * (quality - own_quality), 4, 95)));
}

Result<std::unique_ptr<media::ClipWriter>> clip_at(std::string const& path, FlightPlan const& plan) {
    if (auto clip = media::begin_clip(path, plan.frames_per_s, {plan.width, plan.height})) return clip;
    return refuse("clip_unwritable", "No clip can be written there: name a file that ends in .mp4, in a folder that is there.", "out");
}

} // namespace

Result<Truth> write_flight(FlightPlan const& plan, std::string const& clip_file, std::string const& truth_file, int quality, std::function<bool(double)> const& progress) {
    std::ofstream told;
    if (!truth_file.empty()) {
        told.open(truth_file, std::ios::binary);
        if (!told) return refuse("truth_unwritable", "The truth cannot be written there: name a file in a folder that is there, with room on its disk.", "truth");
    }
    auto clip = OSETRA_TRY(clip_at(clip_file, plan));
    Flight flight{plan};
    auto truth = flight.truth();
    cv::Mat frame;
    for (TrueFrame seen; flight.next(frame, seen);) {
        clip->write(quality > own_quality ? worn(frame, quality) : frame);
        truth.frames.push_back(seen);
        if (progress && !progress(static_cast<double>(truth.frames.size()) / static_cast<double>(flight.frame_count()))) return refuse("flight_stopped", "The flight was stopped.");
    }
    clip.reset();   // now it is whole
    if (told.is_open() && !(told << truth_json(truth)).flush()) return refuse("truth_unwritable", "The truth could not be written to its end: is the disk full?", "truth");
    return truth;
}

} // namespace osetra::stocktake
