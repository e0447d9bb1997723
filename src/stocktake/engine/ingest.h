#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>

#include "kernel/result.h"

namespace osetra::stocktake {

/// One picture of what was given: a frame of a clip, or a photograph.
struct Shot {
    cv::Mat picture;                     ///< BGR, 8 bits; upright
    double at_s = 0;                     ///< into the clip, by the clip's own clock (frames need not be evenly spaced); of photographs their place in the list
    std::int64_t frame = 0;              ///< counted from 0
    std::string path;                    ///< of a photograph; empty for a clip
    double shrunk = 1;                   ///< pixels of `picture` for one of the file: below 1 where the file's was too large to work on
    std::vector<std::string> faults;     ///< downscaled
};

/// What is read at most. Pictures are measured before they are unpacked.
struct MediaLimits {
    std::int64_t picture_pixels = 150'000'000;   ///< of a photograph's file: more is refused
    std::int64_t frame_pixels = 40'000'000;      ///< of a clip: 8K passes
    std::int64_t kept_pixels = 9'500'000;        ///< larger ones are halved until they fit
    std::int64_t file_bytes = 256LL << 20;       ///< of a photograph
    std::size_t pictures = 100'000;
};

/// Pictures in their order, one at a time: a photograph, photographs, a folder of them, or a clip. One thread.
class Media {
public:
    /// Folders are not entered further; in them what is no picture by its name is passed over. Refusals: media_missing, media_unreadable, media_empty,
    /// media_no_pictures, media_too_large, media_mixed (a clip together with anything else).
    static Result<std::unique_ptr<Media>> open(std::vector<std::string> const& paths, MediaLimits const& = {});
    virtual ~Media() = default;

    /// The next picture; none at the end. A photograph among others that cannot be read is passed over and told in faults().
    /// Refusals: media_unreadable, media_empty and media_too_large, where nothing at all could be read.
    virtual Result<std::optional<Shot>> next() = 0;
    /// Goes past a picture without unpacking it; false at the end.
    virtual bool skip() = 0;
    virtual bool clip() const = 0;
    virtual std::int64_t expected() const = 0;       ///< pictures in all, as far as the file says; 0: it does not
    virtual double frames_per_s() const = 0;         ///< 0: photographs
    std::vector<std::string> const& faults() const { return m_faults; }   ///< sentences about the whole: cut off, passed over
    /// Of the one file; of several, of their hashes in order. Reads them: ask once.
    std::string sha256() const;

protected:
    std::vector<std::string> m_faults;
    std::vector<std::filesystem::path> m_files;
};

/// Width and height that a picture's first bytes tell: JPEG, PNG, BMP, WebP, TIFF, PNM.
std::optional<cv::Size> picture_size(std::string_view bytes);

/// One photograph from bytes. Refusals: media_unreadable, media_empty, media_too_large.
Result<Shot> read_picture(std::string_view bytes, std::string const& name, MediaLimits const& = {});

} // namespace osetra::stocktake
