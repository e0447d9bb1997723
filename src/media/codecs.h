#pragma once
#include "media/media.h"

namespace osetra::media {

/// What the part beside the program answers; the same calls as in media.h.
class Codecs {
public:
    virtual ~Codecs() = default;
    virtual cv::Mat unpack(std::string_view bytes) const = 0;
    virtual cv::Mat read(std::string const& path) const = 0;
    virtual std::string jpeg(cv::Mat const& bgr, int quality) const = 0;
    virtual std::string png(cv::Mat const& picture, int effort) const = 0;
    virtual bool write(std::string const& path, cv::Mat const& bgr) const = 0;
    virtual std::unique_ptr<ClipReader> open_clip(std::string const& path) const = 0;
    virtual std::unique_ptr<ClipWriter> begin_clip(std::string const& path, double frames_per_s, cv::Size size) const = 0;
};

} // namespace osetra::media

/// The one name that the program asks the part for. Its number goes up with every change of Codecs, so a part of another build is not taken for ours.
extern "C" osetra::media::Codecs const& osetra_codecs_1();
