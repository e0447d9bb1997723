#pragma once
#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

/// Pictures and clips, packed and unpacked by OpenCV's imgcodecs and videoio. These bring 240 libraries, which would make every start of the program six times
/// as long, so they live in a part beside it (`libosetra_codecs.so`) that is loaded when the first picture or clip is met; docs/adr/0014. Nothing here throws at
/// a hostile file. Throws Fault where the part is missing: that is a broken installation.
namespace osetra::media {

/// One clip read from its beginning, a frame at a time.
class ClipReader {
public:
    virtual ~ClipReader() = default;
    /// As the container tells them, so anything: NaN, nought and beyond all bounds too.
    struct Told {
        double width = 0, height = 0;   ///< pixels
        double frames_per_s = 0, frames = 0;
    };
    virtual Told told() const = 0;
    /// Goes on to the next frame without unpacking it. False at the end, or where the clip is damaged.
    virtual bool grab() = 0;
    /// Unpacks the frame gone to, as BGR. It may be overwritten by the next. False where it is damaged.
    virtual bool retrieve(cv::Mat& frame) = 0;
    virtual double at_ms() const = 0;   ///< of the frame gone to, as the container tells it
    virtual void seek(double at_ms) = 0;
};

class ClipWriter {
public:
    virtual ~ClipWriter() = default;
    virtual void write(cv::Mat const& bgr) = 0;   ///< of the size that the clip was begun with
};

/// Colour as BGR, turned upright as its EXIF says. Empty where it cannot be read. Whoever calls has looked how large it says it is.
cv::Mat unpack(std::string_view bytes);
cv::Mat read(std::string const& path);

/// `quality`: 0 to 100. Empty where it cannot be packed.
std::string jpeg(cv::Mat const& bgr, int quality);
/// `effort`: 0 (quick) to 9 (small).
std::string png(cv::Mat const& picture, int effort);
/// By the ending of the path: .jpg, .png, .webp. False where it cannot be written.
bool write(std::string const& path, cv::Mat const& bgr);

/// By FFmpeg. Null where it is no clip that can be read.
std::unique_ptr<ClipReader> open_clip(std::string const& path);
/// H.264, or MPEG-4 where there is no H.264; width and height even. Null where it cannot be written.
std::unique_ptr<ClipWriter> begin_clip(std::string const& path, double frames_per_s, cv::Size size);

} // namespace osetra::media
