#include "samples.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "stocktake/engine/flight.h"
#include "stocktake/engine/middle.h"
#include "stocktake/engine/past.h"

namespace osetra::train {
namespace {

using stocktake::Dice;
using stocktake::Mark;
using stocktake::Marks;

double middle_length(Marks const& marks) {
    std::vector<double> all;
    for (auto const& m : marks) all.push_back(m.length_px);
    return stocktake::median_of(std::move(all));
}

/// Lengths after resizing: half of them near the 40 pixels that pictures are scaled to, the rest wide.
float wanted_length(Dice& dice) { return dice.chance(0.5f) ? 40 * std::exp(0.2f * dice.normal()) : dice.log_uniform(15, 70); }

cv::Vec3f of(cv::Scalar const& s) { return {static_cast<float>(s[0]), static_cast<float>(s[1]), static_cast<float>(s[2])}; }

/// Marks through a map of the plane that turns, mirrors and resizes; those whose middle leaves the square go.
Marks moved(Marks marks, cv::Matx23d const& map, int side) {
    auto const stretch = std::sqrt(std::abs(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0)));
    for (auto& m : marks) {
        auto const x = map(0, 0) * m.x + map(0, 1) * m.y + map(0, 2), y = map(1, 0) * m.x + map(1, 1) * m.y + map(1, 2);
        auto const c = std::cos(m.axis), s = std::sin(m.axis);
        m.axis = std::atan2(map(1, 0) * c + map(1, 1) * s, map(0, 0) * c + map(0, 1) * s);
        m.x = x;
        m.y = y;
        m.length_px *= stretch;
    }
    std::erase_if(marks, [&](Mark const& m) { return m.x < 0 || m.y < 0 || m.x >= side || m.y >= side; });
    return marks;
}

/// Pixel i covers [i, i + 1) in marks; OpenCV's maps are between pixel middles.
/// Coarser pictures are made twice as fine first, so that nothing thin is stepped over.
cv::Mat warped(cv::Mat const& from, cv::Matx23d map, int side, cv::Scalar const& outside) {
    auto const coarser = std::abs(map(0, 0) * map(1, 1) - map(0, 1) * map(1, 0)) < 0.7;
    if (coarser) map = map * 2.0;
    map(0, 2) += (map(0, 0) + map(0, 1)) / 2 - 0.5;
    map(1, 2) += (map(1, 0) + map(1, 1)) / 2 - 0.5;
    cv::Mat to;
    cv::warpAffine(from, to, map, cv::Size{side, side} * (coarser ? 2 : 1), cv::INTER_LINEAR, cv::BORDER_CONSTANT, outside);
    if (coarser) cv::resize(to, to, {side, side}, 0, 0, cv::INTER_AREA);
    return to;
}

void bright_patches(cv::Mat& bgr, Dice& dice) {
    cv::Mat mask(bgr.size(), CV_8U, cv::Scalar{0});
    for (int n = 1 + dice.below(4); n > 0; --n) {
        auto const side = static_cast<float>(bgr.cols);
        cv::ellipse(mask, cv::RotatedRect{{dice.uniform(0, side), dice.uniform(0, side)}, {dice.log_uniform(2, side / 3), dice.log_uniform(2, side / 6)}, dice.uniform(0, 180)}, cv::Scalar{255}, cv::FILLED, cv::LINE_AA);
    }
    auto const soft = 0.3f + dice.uniform(0, 4);
    cv::GaussianBlur(mask, mask, {}, static_cast<double>(soft));
    auto const strength = dice.uniform(0.3f, 1), light = dice.chance(0.85f) ? dice.uniform(200, 255) : dice.uniform(0, 60);
    for (int y = 0; y < bgr.rows; ++y)
        for (int x = 0; x < bgr.cols; ++x) {
            auto const a = static_cast<float>(mask.at<std::uint8_t>(y, x)) / 255 * strength;
            if (a > 0)
                for (auto& c : bgr.at<cv::Vec3b>(y, x).val) c = cv::saturate_cast<std::uint8_t>(static_cast<float>(c) * (1 - a) + light * a);
        }
}

float grey_at(cv::Vec3f const& p) { return stocktake::grey_of(p[0], p[1], p[2]); }

/// What the past would have been in other colours: what differs from the picture now is taken to be grey.
void recolour_past(cv::Mat& past, cv::Mat const& was, cv::Mat const& table) {
    for (int y = 0; y < past.rows; ++y)
        for (int x = 0; x < past.cols; ++x) {
            auto const& from = was.at<cv::Vec3b>(y, x);
            auto const grey = grey_at(cv::Vec3f{from});
            for (auto& then : past.at<cv::Vec2w>(y, x).val) {
                auto const off = static_cast<float>(then) / 256 - grey;
                cv::Vec3f colour;
                for (int c = 0; c < 3; ++c) {
                    auto const v = std::clamp(static_cast<float>(from[c]) + off, 0.0f, 254.99f);
                    auto const low = static_cast<int>(v);
                    auto const a = static_cast<float>(table.at<cv::Vec3b>(0, low)[c]), b = static_cast<float>(table.at<cv::Vec3b>(0, low + 1)[c]);
                    colour[c] = a + (b - a) * (v - static_cast<float>(low));
                }
                then = cv::saturate_cast<std::uint16_t>(256 * grey_at(colour));
            }
        }
}

/// Everything but the exchange of channels is a table of 256 a channel.
void recolour(cv::Mat& bgr, cv::Mat& past, Dice& dice) {
    cv::Mat const before = past.empty() ? cv::Mat{} : bgr.clone();
    if (dice.chance(0.4f)) {
        int orders[][6] = {{0, 1, 1, 2, 2, 0}, {0, 2, 1, 0, 2, 1}, {0, 1, 1, 0, 2, 2}, {0, 2, 1, 1, 2, 0}, {0, 0, 1, 2, 2, 1}};
        cv::Mat from = bgr.clone();
        cv::mixChannels(&from, 1, &bgr, 1, orders[dice.below(5)], 3);
    }
    if (dice.chance(0.1f)) {
        cv::Mat grey;
        cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
        cv::cvtColor(grey, bgr, cv::COLOR_GRAY2BGR);
    }
    for (int y = 0; y < past.rows; ++y)
        for (int x = 0; x < past.cols; ++x) {
            auto const shift = grey_at(cv::Vec3f{bgr.at<cv::Vec3b>(y, x)}) - grey_at(cv::Vec3f{before.at<cv::Vec3b>(y, x)});
            for (auto& then : past.at<cv::Vec2w>(y, x).val) then = cv::saturate_cast<std::uint16_t>(static_cast<float>(then) + 256 * shift);
        }
    auto const inverted = dice.chance(0.15f);
    auto const mean = of(cv::mean(bgr));
    auto const all = dice.uniform(0.6f, 1.3f), shift = dice.uniform(-0.12f, 0.12f), contrast = dice.log_uniform(0.55f, 1.4f), gamma = dice.log_uniform(0.65f, 1.5f);
    cv::Mat table(1, 256, CV_8UC3);
    for (int c = 0; c < 3; ++c) {
        auto const gain = dice.uniform(0.6f, 1.4f), middle = (inverted ? 255 - mean[c] : mean[c]) / 255;
        for (int v = 0; v < 256; ++v) {
            auto const light = static_cast<float>(inverted ? 255 - v : v) / 255;
            auto const made = std::pow(std::clamp((middle + (light - middle) * contrast) * gain * all + shift, 0.0f, 1.0f), gamma);
            table.at<cv::Vec3b>(0, v)[c] = cv::saturate_cast<std::uint8_t>(made * 255);
        }
    }
    if (!past.empty()) recolour_past(past, bgr, table);
    cv::LUT(bgr, table, bgr);
}

/// Drawn once: noise is a piece of it for each row.
std::vector<float> const& normals() {
    static auto const all = [] {
        std::vector<float> v(1 << 18);
        Dice dice{99};
        for (auto& x : v) x = dice.normal();
        return v;
    }();
    return all;
}

void camera(cv::Mat& bgr, cv::Mat& past, Dice& dice) {
    if (dice.chance(0.35f)) {
        auto const sigma = static_cast<double>(dice.uniform(0.3f, 1.3f));
        cv::GaussianBlur(bgr, bgr, {}, sigma);
        if (!past.empty()) cv::GaussianBlur(past, past, {}, sigma);
    }
    if (dice.chance(0.35f)) {
        auto const sigma = dice.log_uniform(1, 10);
        for (int y = 0; y < bgr.rows; ++y) {
            auto* p = bgr.ptr<std::uint8_t>(y);
            auto const* noise = normals().data() + dice.below(static_cast<int>(normals().size()) - bgr.cols * 3);
            for (int i = 0; i < bgr.cols * 3; ++i) p[i] = cv::saturate_cast<std::uint8_t>(static_cast<float>(p[i]) + sigma * noise[i]);
        }
    }
    if (dice.chance(0.3f)) {
        std::vector<std::uint8_t> bytes;
        cv::imencode(".jpg", bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, 30 + dice.below(65)});
        bgr = cv::imdecode(bytes, cv::IMREAD_COLOR);
    }
}

} // namespace

std::string bytes_of(std::string const& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return std::move(bytes).str();
}

std::vector<Photograph> photographs(std::string const& folder, std::vector<std::string> const& groups) {
    auto const read = stocktake::read_pictures(folder);
    if (!read) throw std::runtime_error{read.error().message};
    std::vector<Photograph> all;
    for (auto const& p : *read) {
        if (p.quality != "good" || (!groups.empty() && std::find(groups.begin(), groups.end(), p.group) == groups.end())) continue;
        all.push_back({cv::imread(p.path), p.marks});
        if (all.back().bgr.empty()) throw std::runtime_error{p.path + " cannot be read"};
    }
    return all;
}

namespace {

/// One clip's frames, each with its past: every frame looked at, or every third.
class Film {
public:
    Film(std::string path, stocktake::Truth const& truth, int every) : m_path(std::move(path)), m_video(m_path, cv::CAP_FFMPEG), m_truth(truth), m_every(every) {}
    /// Goes on to a later frame. The camera is held as well as a program holds it.
    void to(std::size_t frame, Dice& dice) {
        for (; m_next <= frame; ++m_next) {
            if (!m_video.read(bgr)) throw std::runtime_error{fmt::format("frame {} of {} cannot be read", m_next, m_path)};
            if ((frame - m_next) % static_cast<std::size_t>(m_every) != 0) continue;
            auto const& now = m_truth.frames[m_next];
            std::optional<stocktake::Homography> moved;
            if (m_last && stocktake::is_known(now.from_pond)) {
                moved = stocktake::product(now.from_pond, stocktake::inverse(m_last->from_pond));
                auto const off = [&] { return static_cast<double>(0.2f * dice.normal()); };
                moved = stocktake::product({1, 0, off(), 0, 1, off(), 0, 0, 1}, *moved);
            }
            past = m_memory.look(bgr, moved, now.at_s);
            m_last = &now;
        }
    }
    cv::Mat bgr;
    stocktake::Past past;

private:
    std::string m_path;
    cv::VideoCapture m_video;
    stocktake::Truth const& m_truth;
    int m_every;
    stocktake::Memory m_memory;
    stocktake::TrueFrame const* m_last = nullptr;
    std::size_t m_next = 0;
};

Piece square_of(Film const& film, stocktake::TrueFrame const& truth, Dice& dice, int side) {
    auto const& there = truth.marks;
    auto x = dice.uniform(0, 1) * static_cast<float>(film.bgr.cols), y = dice.uniform(0, 1) * static_cast<float>(film.bgr.rows);
    if (!there.empty() && dice.chance(0.85f)) {
        auto const& m = there[static_cast<std::size_t>(dice.below(static_cast<int>(there.size())))].mark;
        x = static_cast<float>(m.x), y = static_cast<float>(m.y);
    }
    auto const corner = [&](float middle, int whole) { return std::clamp(static_cast<int>(middle + dice.uniform(-0.5f, 0.5f) * static_cast<float>(side)) - side / 2, 0, whole - side); };
    cv::Rect const square{corner(x, film.bgr.cols), corner(y, film.bgr.rows), side, side};
    cv::Mat const planes[] = {film.past.lately(square), film.past.before(square)};
    cv::Mat past;
    cv::merge(planes, 2, past);
    past.convertTo(past, CV_16U, 256);
    Piece piece{film.bgr(square).clone(), past, {}};
    for (auto const& t : there) {
        auto m = t.mark;
        m.x -= square.x, m.y -= square.y;
        if (m.x >= 0 && m.y >= 0 && m.x < side && m.y < side) piece.marks.push_back(m);
    }
    return piece;
}

} // namespace

Clips::Clips(std::string const& folder, Dice& dice, int side) {
    std::vector<std::filesystem::path> paths;
    for (auto const& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".mp4") paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (auto const& path : paths) {
        auto const truth = stocktake::read_truth(bytes_of(std::filesystem::path{path}.replace_extension(".json")));
        if (!truth) throw std::runtime_error{path.string() + " has no truth beside it: " + truth.error().message};
        constexpr int looks = 8, squares = 5;
        Film film{path.string(), *truth, dice.chance(0.3f) ? 1 : 3};
        for (int look = 0; look < looks; ++look) {
            auto const step = truth->frames.size() / looks, at = static_cast<std::size_t>(look) * step + static_cast<std::size_t>(dice.below(std::max(1, static_cast<int>(step))));
            if (at >= truth->frames.size()) break;
            film.to(at, dice);
            if (film.bgr.cols < side || film.bgr.rows < side) throw std::runtime_error{path.string() + " is too small"};
            for (int i = 0; i < squares; ++i) m_pieces.push_back(square_of(film, truth->frames[at], dice, side));
        }
    }
    if (m_pieces.empty()) throw std::runtime_error{folder + " holds no clips"};
}

stocktake::Picture rendered_picture(std::uint64_t seed, int side) {
    Dice dice{seed, 7};
    auto const kind = dice.one_of({stocktake::StillKind::pond, stocktake::StillKind::tub, stocktake::StillKind::tank, stocktake::StillKind::tray,
                                   stocktake::StillKind::tray, stocktake::StillKind::dish});
    return stocktake::render_still(kind, seed, side, side);
}

stocktake::Picture pond_picture(std::uint64_t seed, int side) { return stocktake::render_pond_crop(seed, side, side); }

Sample cut_upright(Piece const& picture, Dice& dice, int side) {
    auto const canvas = picture.bgr.cols;
    auto const length = middle_length(picture.marks);
    auto const zoom = std::clamp(length > 0 ? static_cast<double>(wanted_length(dice)) / length : static_cast<double>(dice.log_uniform(0.75f, 2)), static_cast<double>(side) / canvas, 3.0);
    auto const free = canvas - side / zoom, left = free * static_cast<double>(dice.uniform()), top = free * static_cast<double>(dice.uniform());
    cv::Matx23d map{zoom, 0, -left * zoom, 0, zoom, -top * zoom};
    if (dice.chance(0.5f)) map = {-zoom, 0, side + left * zoom, 0, zoom, -top * zoom};
    if (dice.chance(0.5f)) map = {map(1, 0), map(1, 1), map(1, 2), map(0, 0), map(0, 1), map(0, 2)};
    Sample s{warped(picture.bgr, map, side, cv::mean(picture.bgr)), {}, moved(picture.marks, map, side), true};
    if (!picture.past.empty()) s.past = warped(picture.past, map, side, cv::mean(picture.past));
    return s;
}

Sample cut_from(Photograph const& photograph, Dice& dice, int side) {
    auto const length = std::max(4.0, middle_length(photograph.marks));
    auto const zoom = static_cast<double>(wanted_length(dice)) / length, turn = static_cast<double>(dice.angle()), mirror = dice.chance(0.5f) ? -1.0 : 1.0;
    auto const middle = photograph.marks.empty() ? Mark{photograph.bgr.cols / 2.0, photograph.bgr.rows / 2.0} : photograph.marks[static_cast<std::size_t>(dice.below(static_cast<int>(photograph.marks.size())))];
    auto const x = middle.x + static_cast<double>(dice.uniform(-0.5f, 0.5f)) * side / zoom, y = middle.y + static_cast<double>(dice.uniform(-0.5f, 0.5f)) * side / zoom;
    auto const c = zoom * std::cos(turn), s = zoom * std::sin(turn);
    cv::Matx23d map{c * mirror, -s, 0, s * mirror, c, 0};
    map(0, 2) = side / 2.0 - map(0, 0) * x - map(0, 1) * y;
    map(1, 2) = side / 2.0 - map(1, 0) * x - map(1, 1) * y;
    return {warped(photograph.bgr, map, side, cv::mean(photograph.bgr)), {}, moved(photograph.marks, map, side), false};
}

void disturb(Sample& s, Dice& dice) {
    if (!s.past.empty() && dice.chance(0.1f)) s.past = cv::Mat{};   // as of a clip's first frame, or where the camera was lost
    if (dice.chance(s.whole_truth ? 0.25f : 0.6f)) recolour(s.bgr, s.past, dice);
    if (dice.chance(s.whole_truth ? 0.04f : 0.12f)) bright_patches(s.bgr, dice);   // that pass: sparkle
    if (dice.chance(s.whole_truth ? 0.25f : 1)) camera(s.bgr, s.past, dice);
}

void forgive_unseen(Sample& s) {
    for (auto& m : s.marks) {
        auto const c = std::cos(m.axis), d = std::sin(m.axis);
        // along the middle of the body, and along two lines beside it
        constexpr int planes = 5;
        double inside[planes] = {}, beside[planes] = {}, square[planes] = {};
        auto const told = s.past.empty() ? 3 : planes;
        int within = 0, without = 0;
        for (int k = -4; k <= 4; ++k)
            for (auto const aside : {-0.22, -0.02, 0.02, 0.22}) {
                auto const u = 0.07 * k * m.length_px, v = aside * m.length_px;
                auto const x = static_cast<int>(m.x + u * c - v * d), y = static_cast<int>(m.y + u * d + v * c);
                if (x < 0 || y < 0 || x >= s.bgr.cols || y >= s.bgr.rows) continue;
                auto const& p = s.bgr.at<cv::Vec3b>(y, x);
                auto const out = std::abs(aside) > 0.1;
                ++(out ? without : within);
                for (int i = 0; i < told; ++i) {
                    auto const value = i < 3 ? static_cast<double>(p[i]) : s.past.at<cv::Vec2w>(y, x)[i - 3] / 256.0;
                    (out ? beside : inside)[i] += value;
                    if (out) square[i] += value * value;
                }
            }
        if (within < 6 || without < 6) continue;
        auto stands_out = false;
        for (int i = 0; i < told; ++i) {
            auto const mean = beside[i] / without, spread = std::sqrt(std::max(0.0, square[i] / without - mean * mean));
            stands_out = stands_out || std::abs(inside[i] / within - mean) > std::max(i < 3 ? 2.5 : 1.5, 0.3 * spread);
        }
        if (!stands_out) m.visible = std::min(m.visible, 0.1);
    }
}

} // namespace osetra::train
