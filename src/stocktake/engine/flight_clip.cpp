#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <opencv2/videoio.hpp>

#include "stocktake/engine/flight.h"

namespace osetra::stocktake {
namespace {

Result<cv::VideoWriter> clip_at(std::string const& path, FlightPlan const& plan, int quality) {
    ::setenv("OPENCV_FFMPEG_WRITER_OPTIONS", fmt::format("crf;{}|preset;veryfast|threads;1", quality).c_str(), 1);
    try {
        for (auto const* code : {"avc1", "mp4v"}) {
            cv::VideoWriter clip{path, cv::CAP_FFMPEG, cv::VideoWriter::fourcc(code[0], code[1], code[2], code[3]), plan.frames_per_s, {plan.width, plan.height}};
            if (clip.isOpened()) return clip;
        }
    } catch (cv::Exception const&) {   // as if it could not be opened
    }
    return refuse("clip_unwritable", "No clip can be written there: name a file that ends in .mp4, in a folder that is there.", "out");
}

} // namespace

Result<Truth> write_flight(FlightPlan const& plan, std::string const& clip_file, std::string const& truth_file, int quality, std::function<bool(double)> const& progress) {
    std::ofstream told;
    if (!truth_file.empty()) {
        told.open(truth_file, std::ios::binary);
        if (!told) return refuse("truth_unwritable", "The truth cannot be written there: name a file in a folder that is there, with room on its disk.", "truth");
    }
    auto clip = OSETRA_TRY(clip_at(clip_file, plan, quality));
    Flight flight{plan};
    auto truth = flight.truth();
    cv::Mat frame;
    for (TrueFrame seen; flight.next(frame, seen);) {
        clip.write(frame);
        truth.frames.push_back(seen);
        if (progress && !progress(static_cast<double>(truth.frames.size()) / static_cast<double>(flight.frame_count()))) return refuse("flight_stopped", "The flight was stopped.");
    }
    clip.release();
    if (told.is_open() && !(told << truth_json(truth)).flush()) return refuse("truth_unwritable", "The truth could not be written to its end: is the disk full?", "truth");
    return truth;
}

} // namespace osetra::stocktake
