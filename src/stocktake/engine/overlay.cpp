#include "stocktake/engine/overlay.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "media/media.h"
#include "stocktake/engine/ingest.h"

namespace osetra::stocktake {
namespace {

constexpr double tail_s = 3;
constexpr int widest = 1920;

/// Colours that neighbours in number do not share (golden angle round the hues).
cv::Scalar colour_of(std::int64_t n) {
    auto const hue = static_cast<std::uint8_t>(std::fmod(static_cast<double>(n) * 0.6180339887, 1.0) * 180);
    cv::Mat one(1, 1, CV_8UC3, cv::Scalar(hue, 200, 255)), bgr;
    cv::cvtColor(one, bgr, cv::COLOR_HSV2BGR);
    auto const c = bgr.at<cv::Vec3b>(0, 0);
    return {static_cast<double>(c[0]), static_cast<double>(c[1]), static_cast<double>(c[2])};
}

cv::Point at(double x, double y, double by) { return {static_cast<int>(std::lround(x * by)), static_cast<int>(std::lround(y * by))}; }

void draw_mark(cv::Mat& picture, Mark const& m, double by, cv::Scalar const& colour, int thick) {
    auto const half = std::max(2.0, 0.42 * m.length_px);
    auto const dx = half * std::cos(m.axis), dy = half * std::sin(m.axis);
    cv::line(picture, at(m.x - dx, m.y - dy, by), at(m.x + dx, m.y + dy, by), colour, thick, cv::LINE_AA);
    cv::circle(picture, at(m.x + dx, m.y + dy, by), thick + 1, colour, -1, cv::LINE_AA);
}

void write_text(cv::Mat& picture, std::string const& text, cv::Point where, double size) {
    cv::putText(picture, text, where, cv::FONT_HERSHEY_SIMPLEX, size, {0, 0, 0}, static_cast<int>(std::ceil(4 * size)), cv::LINE_AA);
    cv::putText(picture, text, where, cv::FONT_HERSHEY_SIMPLEX, size, {255, 255, 255}, static_cast<int>(std::ceil(1.5 * size)), cv::LINE_AA);
}

/// The ways of the followed, brought from their plane into a frame's pixels.
class Tails {
public:
    Tails(CountResult const& count, double px_per_m) : m_count(count), m_by(px_per_m > 0 ? px_per_m : 1) {}
    void draw(cv::Mat& picture, double at_s, Homography const& to_plane, double by) const {
        cv::Matx33d const back = cv::Matx33d{to_plane.data()}.inv();
        for (auto const& t : m_count.tracks) {
            if (t.from_s > at_s || t.to_s + tail_s < at_s) continue;
            auto const end = std::upper_bound(t.path.begin(), t.path.end(), at_s + 1e-6, [](double s, std::array<double, 3> const& p) { return s < p[0]; });
            auto const begin = std::lower_bound(t.path.begin(), end, at_s - tail_s, [](std::array<double, 3> const& p, double s) { return p[0] < s; });
            std::vector<cv::Point> line;
            for (auto p = begin; p != end; ++p) {
                auto const there = back * cv::Vec3d{(*p)[1] * m_by, (*p)[2] * m_by, 1};
                line.push_back(at(there[0] / there[2], there[1] / there[2], by));
            }
            if (line.size() > 1) cv::polylines(picture, line, false, colour_of(t.track), 1, cv::LINE_AA);
        }
    }

private:
    CountResult const& m_count;
    double m_by;
};

std::string headline(CountResult const& c) { return fmt::format("{} fish (95 %: {} to {})  {}", c.count, c.low, c.high, c.verdict == "sure" ? "sure" : c.verdict == "count_again" ? "count again" : "nothing seen"); }

void draw(cv::Mat& picture, FrameMarks const& frame, CountResult const& count, double by) {
    auto const thick = std::max(1, static_cast<int>(std::lround(by * 0.06 * (frame.points.empty() ? 20 : frame.points.front().length_px))));
    for (auto const& m : frame.points) draw_mark(picture, m, by, m.score > 0.7 ? cv::Scalar{80, 255, 120} : cv::Scalar{0, 190, 255}, std::min(thick, 4));
    auto const size = std::max(0.45, picture.cols / 1600.0);
    auto const line = static_cast<int>(32 * size);
    write_text(picture, headline(count), {line / 2, line}, size);
    auto seen = fmt::format("{:.1f} s: {} seen", frame.at_s, frame.points.size());
    for (auto const& f : frame.faults) seen += ", " + f;
    write_text(picture, seen, {line / 2, 2 * line}, 0.7 * size);
    write_text(picture, "stroke: body, dot: head; green: sure, orange: less so; thin line: its way", {line / 2, picture.rows - line / 2}, 0.55 * size);
}

bool names_a_picture(std::string const& path) {
    auto const ends = [&](char const* with) { return path.ends_with(with); };
    return ends(".jpg") || ends(".jpeg") || ends(".png") || ends(".webp");
}

auto unwritable(std::string const& to) { return refuse("overlay_unwritable", "The overlay cannot be written there. Name a file that ends in .mp4 in a folder that is there.", to); }

class Writer {
public:
    bool write(std::string const& to, cv::Mat const& picture, double frames_per_s) {
        if (!m_video) {
            m_size = {picture.cols / 2 * 2, picture.rows / 2 * 2};
            m_video = media::begin_clip(to, frames_per_s, m_size);
        }
        if (!m_video) return false;
        cv::Mat fits = picture;
        if (picture.size() != m_size) cv::resize(picture, fits, m_size);
        m_video->write(fits);
        return true;
    }

private:
    std::unique_ptr<media::ClipWriter> m_video;
    cv::Size m_size;
};

} // namespace

Result<Done> write_overlay(std::vector<std::string> const& paths, CountResult const& count, std::vector<Homography> const& to_plane, double px_per_m, std::string const& to, Progress const& progress) {
    auto media = OSETRA_TRY(Media::open(paths));
    auto const clip = media->clip();
    Tails const tails{count, px_per_m};
    Writer writer;
    auto const n = count.frames.size();
    auto const per_s = clip && n > 1 ? std::clamp(static_cast<double>(n - 1) / std::max(0.01, count.frames.back().at_s - count.frames.front().at_s), 0.5, 60.0) : 1.0;
    try {
        for (std::size_t i = 0; i < n;) {
            auto shot = OSETRA_TRY(media->next());
            if (!shot) break;
            auto const& frame = count.frames[i];
            if (clip ? shot->at_s + 1e-3 < frame.at_s : shot->path != frame.path) continue;   // not looked at
            auto const place = i++;
            if (progress && !progress(static_cast<double>(i) / static_cast<double>(n), "drawing")) return refuse("count_stopped", "The count was stopped.");
            auto picture = shot->picture;
            auto by = shot->shrunk;
            if (picture.cols > widest) {
                auto const less = static_cast<double>(widest) / picture.cols;
                cv::resize(picture, picture, {}, less, less, cv::INTER_AREA);
                by *= less;
            }
            if (place < to_plane.size()) tails.draw(picture, shot->at_s, to_plane[place], by);
            draw(picture, frame, count, by);
            if (n == 1 && names_a_picture(to)) {
                if (!media::write(to, picture)) return unwritable(to);
                return Done{};
            }
            if (!writer.write(to, picture, per_s)) return unwritable(to);
        }
    } catch (cv::Exception const&) {
        return unwritable(to);
    }
    return Done{};
}

} // namespace osetra::stocktake
