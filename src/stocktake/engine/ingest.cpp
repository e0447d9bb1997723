#include "stocktake/engine/ingest.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>

#include "kernel/sha256.h"
#include "media/media.h"

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;

/// The clip reader takes its orders from the environment: no word on the terminal, and no address of a network, whatever a clip asks for. Set before there are threads.
bool const told = [] {
    setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
    setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "protocol_whitelist;file", 0);
    return true;
}();

auto unreadable(std::string const& name, std::string const& why) {
    return refuse("media_unreadable", "This cannot be read as a picture or a clip: " + why, name);
}
auto too_large(std::string const& name, std::string const& what) {
    return refuse("media_too_large", "This is larger than what is worked on: " + what, name);
}

/// Halved until it fits: a whole factor keeps thin bodies as they are better than a crooked one.
void fit(Shot& shot, MediaLimits const& limits) {
    auto const pixels = [&] { return std::int64_t{shot.picture.rows} * shot.picture.cols; };
    if (pixels() <= limits.kept_pixels) return;
    int by = 1;
    while (pixels() / (by * by) > limits.kept_pixels) by *= 2;
    cv::Mat smaller;
    cv::resize(shot.picture, smaller, {std::max(1, shot.picture.cols / by), std::max(1, shot.picture.rows / by)}, 0, 0, cv::INTER_AREA);
    shot.picture = smaller;
    shot.shrunk = 1.0 / by;
    shot.faults.emplace_back("downscaled");
}

std::string lower_extension(fs::path const& path) {
    auto text = path.extension().string();
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}
bool names_a_picture(fs::path const& path) {
    static constexpr char const* all[] = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pnm"};
    auto const name = lower_extension(path);
    return !path.filename().string().starts_with(".") && std::any_of(std::begin(all), std::end(all), [&](char const* e) { return name == e; });
}

/// img2 before img10: numbers in names by their value.
bool in_order(std::string const& a, std::string const& b) {
    auto const digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            auto const end = [&](std::string const& s, std::size_t at) { while (at < s.size() && digit(s[at])) ++at; return at; };
            auto const zeros = [&](std::string const& s, std::size_t at, std::size_t to) { while (at + 1 < to && s[at] == '0') ++at; return at; };
            auto const end_a = end(a, i), end_b = end(b, j);
            auto const from_a = zeros(a, i, end_a), from_b = zeros(b, j, end_b);
            if (end_a - from_a != end_b - from_b) return end_a - from_a < end_b - from_b;
            if (auto const order = a.compare(from_a, end_a - from_a, b, from_b, end_b - from_b)) return order < 0;
            i = end_a;
            j = end_b;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

enum class Container { none, sound, mp4, matroska, avi, transport_stream };

/// By the first bytes, never by the name: a play list or a list of files would make the reader open other files and addresses.
Container container_of(std::string_view head) {
    auto const at = [&](std::size_t place, std::string_view what) { return head.size() >= place + what.size() && head.substr(place, what.size()) == what; };
    for (auto const* box : {"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"}) if (at(4, box)) return Container::mp4;
    if (at(0, "\x1a\x45\xdf\xa3")) return Container::matroska;
    if (at(0, "RIFF") && at(8, "AVI ")) return Container::avi;
    if (head.size() > 376 && head[0] == 'G' && head[188] == 'G' && head[376] == 'G') return Container::transport_stream;
    if (at(0, "ID3") || at(0, "fLaC") || at(0, "OggS") || (at(0, "RIFF") && at(8, "WAVE")) || at(0, "\xff\xfb") || at(0, "\xff\xf1")) return Container::sound;
    return Container::none;
}

/// Whether the boxes of an MP4 tell a track of pictures. `whole`: its index is there at all.
bool mp4_has_pictures(std::ifstream& in, std::uint64_t size, bool& whole) {
    std::uint64_t place = 0;
    for (int boxes = 0; place + 8 <= size && boxes < 1'000; ++boxes) {
        unsigned char head[16];
        in.clear();
        in.seekg(static_cast<std::streamoff>(place));
        if (!in.read(reinterpret_cast<char*>(head), 8)) break;
        std::uint64_t length = (std::uint64_t{head[0]} << 24U) | (std::uint64_t{head[1]} << 16U) | (std::uint64_t{head[2]} << 8U) | head[3];
        if (length == 1 && in.read(reinterpret_cast<char*>(head + 8), 8)) {
            length = 0;
            for (int i = 8; i < 16; ++i) length = (length << 8U) | head[i];
        }
        std::string_view const name{reinterpret_cast<char const*>(head + 4), 4};
        if (name == "moov") {
            std::string index(static_cast<std::size_t>(std::min<std::uint64_t>({length ? length : size, size - place, 64U << 20U})), '\0');
            in.seekg(static_cast<std::streamoff>(place));
            in.read(index.data(), static_cast<std::streamsize>(index.size()));
            whole = length == 0 || place + length <= size;
            for (auto found = index.find("hdlr"); found != std::string::npos; found = index.find("hdlr", found + 4))
                if (found + 16 <= index.size() && index.compare(found + 12, 4, "vide") == 0) return true;
            return false;
        }
        if (length < 8) break;
        place += length;
    }
    whole = false;
    return false;
}

std::string hash_of_file(fs::path const& path) {
    Sha256 hash;
    std::ifstream in{path, std::ios::binary};
    std::string part(1U << 20U, '\0');
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) hash.add({part.data(), static_cast<std::size_t>(in.gcount())});
    return hash.hex();
}

class Clip final : public Media {
public:
    static Result<std::unique_ptr<Media>> open(fs::path const& path, Container kind, MediaLimits const& limits) {
        if (told) cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        auto clip = std::make_unique<Clip>();
        clip->m_name = path.string();
        clip->m_limits = limits;
        auto const no_pictures = [&] { return refuse("media_no_pictures", "There is sound in this file, but no pictures.", path.string()); };
        if (kind == Container::sound) return no_pictures();
        std::ifstream in{path, std::ios::binary};
        auto const size = fs::file_size(path);
        bool whole = true;
        bool const pictures = kind != Container::mp4 || mp4_has_pictures(in, size, whole);
        if (kind == Container::mp4 && !pictures && !whole) return unreadable(path.string(), "its index is missing, so the copy was cut off. Copy the clip again.");
        if (!pictures) return no_pictures();
        clip->m_clip = media::open_clip(fs::absolute(path).string());
        if (!clip->m_clip) {
            if (kind == Container::matroska) {
                std::string head(std::min<std::size_t>(size, 1U << 18U), '\0');
                in.clear();
                in.seekg(0);
                in.read(head.data(), static_cast<std::streamsize>(head.size()));
                if (head.find("A_") != std::string::npos && head.find("V_") == std::string::npos) return no_pictures();
            }
            return unreadable(path.string(), "the clip is damaged, or of a kind that is not known here (H.264, H.265, VP9, MJPEG and MPEG-4 are).");
        }
        auto const [width, height, fps, frames] = clip->m_clip->told();
        if (width * height > static_cast<double>(limits.frame_pixels)) return too_large(path.string(), fmt::format("a clip of {:.0f} x {:.0f} pixels. Save it as 4K or smaller.", width, height));
        clip->m_fps = std::isfinite(fps) && fps > 0 && fps < 10'000 ? fps : 0;
        clip->m_declared = std::isfinite(frames) && frames > 0 && frames < 1e9 ? static_cast<std::int64_t>(frames) : 0;
        clip->m_files = {path};
        return clip;
    }

    Result<std::optional<Shot>> next() override {
        Shot shot;
        if (!grab() || !m_clip->retrieve(shot.picture)) return finish();
        if (shot.picture.type() != CV_8UC3) return unreadable(m_name, "its frames are of a kind that is not known here.");
        if (std::int64_t{shot.picture.rows} * shot.picture.cols > m_limits.frame_pixels) return too_large(m_name, "its frames grow in the middle.");
        shot.picture = shot.picture.clone();   // the reader's own is overwritten by the next
        shot.at_s = m_at_s;
        shot.frame = m_read - 1;
        fit(shot, m_limits);
        if (m_size.area() == 0) m_size = shot.picture.size();
        if (shot.picture.size() != m_size) {
            cv::resize(shot.picture, shot.picture, m_size, 0, 0, cv::INTER_AREA);
            shot.faults.emplace_back("size_changed");
        }
        return std::optional{std::move(shot)};
    }
    bool skip() override { return grab(); }
    bool clip() const override { return true; }
    std::int64_t expected() const override { return m_declared; }
    double frames_per_s() const override { return m_fps; }

private:
    bool grab() {
        if (!m_clip->grab()) return false;
        auto const at_s = m_clip->at_ms() / 1'000;
        if (m_read == 0) m_first_s = std::isfinite(at_s) ? at_s : 0;
        auto const even = m_fps > 0 ? static_cast<double>(m_read) / m_fps : static_cast<double>(m_read);
        auto const now = std::isfinite(at_s) ? at_s - m_first_s : even;
        // a clock that stands or goes back is no clock: the next frame is later than the one before
        if (m_read > 0) m_at_s = now > m_at_s ? now : m_at_s + (m_fps > 0 ? 1 / m_fps : 1.0 / 25);
        ++m_read;
        return true;
    }
    Result<std::optional<Shot>> finish() {
        if (m_read == 0) return refuse("media_empty", "There is not one picture in this clip that can be read.", m_name);
        if (!m_finished && m_declared > 2 && m_read + 2 < m_declared) {
            auto const declared_s = m_fps > 0 ? static_cast<double>(m_declared) / m_fps : 0;
            if (static_cast<double>(m_read) < 0.97 * static_cast<double>(m_declared) && m_at_s < 0.97 * declared_s - 0.2)
                m_faults.push_back(fmt::format("The clip is cut off or damaged: {:.1f} of {:.1f} seconds could be read.", m_at_s, declared_s));
        }
        m_finished = true;
        return std::optional<Shot>{};
    }

    std::unique_ptr<media::ClipReader> m_clip;
    std::string m_name;
    MediaLimits m_limits;
    cv::Size m_size;
    double m_fps = 0, m_first_s = 0, m_at_s = 0;
    std::int64_t m_declared = 0, m_read = 0;
    bool m_finished = false;
};

class Pictures final : public Media {
public:
    Pictures(std::vector<fs::path> files, MediaLimits const& limits) : m_limits(limits) { m_files = std::move(files); }

    Result<std::optional<Shot>> next() override {
        while (m_at < m_files.size()) {
            auto const place = m_at++;
            auto shot = read(m_files[place]);
            if (!shot) {
                if (m_files.size() == 1) return tl::unexpected(shot.error());
                m_faults.push_back(m_files[place].filename().string() + " was left out: " + shot.error().message);
                m_first_refusal = m_first_refusal ? m_first_refusal : std::optional{shot.error()};
                continue;
            }
            shot->frame = static_cast<std::int64_t>(place);
            shot->at_s = static_cast<double>(place);
            ++m_read;
            return std::optional{*std::move(shot)};
        }
        if (m_read == 0 && m_first_refusal) return tl::unexpected(*m_first_refusal);
        return std::optional<Shot>{};
    }
    bool skip() override {
        if (m_at >= m_files.size()) return false;
        ++m_at;
        return true;
    }
    bool clip() const override { return false; }
    std::int64_t expected() const override { return std::ssize(m_files); }
    double frames_per_s() const override { return 0; }

private:
    Result<Shot> read(fs::path const& path) const {
        std::error_code broken;
        auto const size = fs::file_size(path, broken);
        if (broken) return refuse("media_missing", "This file cannot be opened.", path.string());
        if (static_cast<std::int64_t>(size) > m_limits.file_bytes) return too_large(path.string(), "a photograph of more than 256 MB.");
        std::string bytes(size, '\0');
        std::ifstream in{path, std::ios::binary};
        if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) return refuse("media_missing", "This file cannot be opened.", path.string());
        auto shot = read_picture(bytes, path.string(), m_limits);
        if (shot) shot->path = path.string();
        return shot;
    }

    MediaLimits m_limits;
    std::size_t m_at = 0, m_read = 0;
    std::optional<Refusal> m_first_refusal;
};

/// What one path stands for: its pictures in order, or itself. Refusals: media_missing, media_unreadable, media_empty, media_too_large.
Result<std::vector<fs::path>> files_of(std::string const& given, MediaLimits const& limits) {
    fs::path const path{given};
    std::error_code broken;
    auto const status = fs::status(path, broken);
    if (given.empty() || !fs::exists(status)) return refuse("media_missing", "There is no such file or folder.", given);
    if (fs::is_regular_file(status)) return std::vector{path};
    if (!fs::is_directory(status)) return unreadable(given, "it is neither a file nor a folder.");
    std::vector<fs::path> all;
    for (auto it = fs::directory_iterator{path, broken}; !broken && it != fs::directory_iterator{}; it.increment(broken)) {
        std::error_code dangling;
        if (!names_a_picture(it->path()) || !it->is_regular_file(dangling)) continue;
        all.push_back(it->path());
        if (all.size() > limits.pictures) return too_large(given, fmt::format("more than {} pictures in one folder.", limits.pictures));
    }
    if (broken) return refuse("media_missing", "This folder cannot be opened.", given);
    if (all.empty()) return refuse("media_empty", "There is no picture in this folder.", given);
    std::sort(all.begin(), all.end(), [](fs::path const& a, fs::path const& b) { return in_order(a.string(), b.string()); });
    return all;
}

} // namespace

Result<Shot> read_picture(std::string_view bytes, std::string const& name, MediaLimits const& limits) {
    if (bytes.empty()) return refuse("media_empty", "This file is empty.", name);
    auto const size = picture_size(bytes);
    if (!size) return unreadable(name, "it begins as no JPEG, PNG, WebP, BMP, TIFF or PNM does.");
    if (size->width <= 0 || size->height <= 0) return refuse("media_empty", "This picture is 0 pixels wide or high.", name);
    if (std::int64_t{size->width} * size->height > limits.picture_pixels)
        return too_large(name, fmt::format("a picture of {} x {} pixels.", size->width, size->height));
    Shot shot;
    shot.picture = media::unpack(bytes);
    if (shot.picture.empty() || shot.picture.type() != CV_8UC3) return unreadable(name, "the picture is damaged or cut off.");
    fit(shot, limits);
    return shot;
}

Result<std::unique_ptr<Media>> Media::open(std::vector<std::string> const& paths, MediaLimits const& limits) {
    if (paths.empty()) return refuse("media_missing", "Name a picture, a folder of pictures or a clip.");
    std::vector<fs::path> files;
    for (auto const& path : paths) {
        auto const some = OSETRA_TRY(files_of(path, limits));
        files.insert(files.end(), some.begin(), some.end());
        if (files.size() > limits.pictures) return too_large(path, fmt::format("more than {} pictures.", limits.pictures));
    }
    for (auto const& file : files) {
        std::ifstream in{file, std::ios::binary};
        if (!in) return refuse("media_missing", "This file cannot be opened.", file.string());
        std::string head(512, '\0');
        in.read(head.data(), 512);
        head.resize(static_cast<std::size_t>(in.gcount()));
        if (head.empty() && files.size() == 1) return refuse("media_empty", "This file is empty.", file.string());
        auto const kind = picture_size(head) ? Container::none : container_of(head);
        if (kind == Container::none) continue;
        if (files.size() > 1) return refuse("media_mixed", "Give one clip alone, or pictures of one tub.", file.string());
        return Clip::open(file, kind, limits);
    }
    return std::make_unique<Pictures>(std::move(files), limits);
}

std::string Media::sha256() const {
    if (m_files.empty()) return {};
    if (m_files.size() == 1) return hash_of_file(m_files.front());
    Sha256 all;
    for (auto const& file : m_files) all.add(hash_of_file(file));
    return all.hex();
}

} // namespace osetra::stocktake
