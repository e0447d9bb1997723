#include "media/codecs.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <vector>

namespace osetra::media {
namespace {

/// Libraries throw at hostile files; here that ends.
template <class Do> auto guarded(Do&& act) -> decltype(act()) {
    try {
        return act();
    } catch (cv::Exception const&) {
        return {};
    }
}

class Reader final : public ClipReader {
public:
    explicit Reader(std::string const& path) : m_clip(path, cv::CAP_FFMPEG) {}
    bool open() const { return m_clip.isOpened(); }
    Told told() const override {
        return {m_clip.get(cv::CAP_PROP_FRAME_WIDTH), m_clip.get(cv::CAP_PROP_FRAME_HEIGHT), m_clip.get(cv::CAP_PROP_FPS), m_clip.get(cv::CAP_PROP_FRAME_COUNT)};
    }
    bool grab() override { return guarded([&] { return m_clip.grab(); }); }
    bool retrieve(cv::Mat& frame) override { return guarded([&] { return m_clip.retrieve(frame) && !frame.empty(); }); }
    double at_ms() const override { return m_clip.get(cv::CAP_PROP_POS_MSEC); }
    void seek(double at_ms) override { guarded([&] { return m_clip.set(cv::CAP_PROP_POS_MSEC, at_ms); }); }

private:
    cv::VideoCapture m_clip;
};

class Writer final : public ClipWriter {
public:
    explicit Writer(cv::VideoWriter clip) : m_clip(std::move(clip)) {}
    void write(cv::Mat const& bgr) override { m_clip.write(bgr); }

private:
    cv::VideoWriter m_clip;
};

std::string packed(char const* ending, cv::Mat const& picture, int how, int how_much) {
    return guarded([&] {
        std::vector<unsigned char> bytes;
        return cv::imencode(ending, picture, bytes, {how, how_much}) ? std::string{bytes.begin(), bytes.end()} : std::string{};
    });
}

class OpenCv final : public Codecs {
public:
    cv::Mat unpack(std::string_view bytes) const override {
        cv::Mat const raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));   // only read
        return guarded([&] { return cv::imdecode(raw, cv::IMREAD_COLOR); });
    }
    cv::Mat read(std::string const& path) const override {
        return guarded([&] { return cv::imread(path, cv::IMREAD_COLOR); });
    }
    std::string jpeg(cv::Mat const& bgr, int quality) const override { return packed(".jpg", bgr, cv::IMWRITE_JPEG_QUALITY, quality); }
    std::string png(cv::Mat const& picture, int effort) const override { return packed(".png", picture, cv::IMWRITE_PNG_COMPRESSION, effort); }
    bool write(std::string const& path, cv::Mat const& bgr) const override {
        return guarded([&] { return cv::imwrite(path, bgr); });
    }
    std::unique_ptr<ClipReader> open_clip(std::string const& path) const override {
        return guarded([&]() -> std::unique_ptr<ClipReader> {
            auto clip = std::make_unique<Reader>(path);
            if (!clip->open()) return nullptr;
            return clip;
        });
    }
    std::unique_ptr<ClipWriter> begin_clip(std::string const& path, double frames_per_s, cv::Size size) const override {
        return guarded([&]() -> std::unique_ptr<ClipWriter> {
            for (auto const fourcc : {cv::VideoWriter::fourcc('a', 'v', 'c', '1'), cv::VideoWriter::fourcc('m', 'p', '4', 'v')}) {
                cv::VideoWriter clip{path, cv::CAP_FFMPEG, fourcc, frames_per_s, size};
                if (clip.isOpened()) return std::make_unique<Writer>(std::move(clip));
            }
            return nullptr;
        });
    }
};

} // namespace
} // namespace osetra::media

osetra::media::Codecs const& osetra_codecs_1() {
    static osetra::media::OpenCv const codecs;
    return codecs;
}
