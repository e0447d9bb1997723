#include "stocktake/engine/still.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <opencv2/core.hpp>

#include "media/media.h"
#include "stocktake/engine/ingest.h"

namespace osetra::stocktake {
namespace {

constexpr int quality = 88;                     // of the JPEG: marks are put on it, nothing is measured in it
constexpr std::int64_t most_pixels = 8192LL * 8192;

auto unreadable() { return refuse("media_unreadable", "This is no clip or picture that can be read. Send an MP4 with H.264, or a JPEG or PNG.", "sha256"); }

Result<Done> there(std::string const& path) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none)) return refuse("media_missing", "The clip is not in the media store.", "sha256");
    return Done{};
}

/// The size that a picture's first bytes tell; nothing for a clip.
std::optional<cv::Size> size_of_picture(std::string const& path) {
    std::string head(256 << 10, '\0');
    std::ifstream file{path, std::ios::binary};
    file.read(head.data(), std::ssize(head));
    head.resize(static_cast<std::size_t>(file.gcount()));
    return picture_size(head);
}

/// Measured before it is unpacked: a small file may say that it is as wide as a sea. Empty where it is too large or cannot be read.
cv::Mat unpacked(std::string const& path, cv::Size size) {
    return std::int64_t{size.width} * size.height > most_pixels ? cv::Mat{} : media::read(path);
}

bool sound(cv::Mat const& picture) { return !picture.empty() && static_cast<std::int64_t>(picture.total()) <= most_pixels; }

Result<std::string> jpeg(cv::Mat const& picture) {
    auto bytes = media::jpeg(picture, quality);
    if (bytes.empty()) return unreadable();
    return bytes;
}

} // namespace

Result<ClipFacts> clip_facts(std::string const& path) {
    OSETRA_TRY(there(path));
    if (auto const size = size_of_picture(path)) {
        auto const picture = unpacked(path, *size);
        if (!sound(picture)) return unreadable();
        return ClipFacts{picture.cols, picture.rows, 0, 0};
    }
    auto const clip = media::open_clip(path);
    if (!clip) return unreadable();
    auto const [width, height, frames_per_s, frames] = clip->told();
    ClipFacts facts{std::llround(width), std::llround(height), frames_per_s, 0};
    if (facts.width <= 0 || facts.height <= 0 || facts.width * facts.height > most_pixels) return unreadable();
    if (!(facts.frames_per_s > 0 && facts.frames_per_s < 1'000)) facts.frames_per_s = 0;
    if (facts.frames_per_s > 0 && frames > 0 && frames < 1e9) facts.seconds = frames / facts.frames_per_s;
    return facts;
}

Result<std::string> still_jpeg(std::string const& path, std::int64_t at_ms) {
    OSETRA_TRY(there(path));
    if (auto const size = size_of_picture(path)) {
        auto const picture = unpacked(path, *size);
        return sound(picture) ? jpeg(picture) : Result<std::string>{unreadable()};
    }
    auto const clip = media::open_clip(path);
    if (!clip) return unreadable();
    if (at_ms > 0) clip->seek(static_cast<double>(at_ms));
    cv::Mat picture;
    if (!clip->grab() || !clip->retrieve(picture)) return refuse("frame_missing", "The clip has no frame at this time.", "at_ms");
    return sound(picture) ? jpeg(picture) : Result<std::string>{unreadable()};
}

} // namespace osetra::stocktake
