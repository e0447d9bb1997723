#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

#include "stocktake/engine/calibrate.h"
#include "stocktake/engine/count.h"
#include "stocktake/engine/ingest.h"
#include "stocktake/engine/truth.h"

// Any bytes as a photograph, as a clip, as the truth of a clip, as a calibration, as a count: refused by a code of ours or read, and what is read is written so that it reads again.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::stocktake;
    std::string_view const bytes{reinterpret_cast<char const*>(data), size};
    MediaLimits limits;
    limits.picture_pixels = 4'000'000;
    limits.frame_pixels = 4'000'000;
    limits.kept_pixels = 1'000'000;
    if (auto const shot = read_picture(bytes, "x", limits); shot ? shot->picture.empty() : !shot.error().code.starts_with("media_")) __builtin_trap();

    static std::string const file = [] { return "/tmp/osetra_media_fuzz_" + std::to_string(getpid()); }();
    std::ofstream{file, std::ios::binary | std::ios::trunc}.write(bytes.data(), static_cast<std::streamsize>(size));
    if (auto media = Media::open({file}, limits)) {
        double before = -1;
        for (int i = 0; i < 50; ++i) {
            auto const shot = (*media)->next();
            if (!shot || !*shot) break;
            if ((*shot)->at_s <= before || (*shot)->picture.type() != CV_8UC3) __builtin_trap();
            before = (*shot)->at_s;
        }
    } else if (!media.error().code.starts_with("media_")) {
        __builtin_trap();
    }
    if (auto const truth = read_truth(bytes); truth && !read_truth(truth_json(*truth))) __builtin_trap();
    if (auto const fits = read_calibration(bytes); fits && !read_calibration(calibration_json(*fits))) __builtin_trap();
    if (auto const count = read_count(bytes); count && !read_count(count_json(*count, true))) __builtin_trap();
    return 0;
}
