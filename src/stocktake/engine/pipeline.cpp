#include "stocktake/engine/pipeline.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <numbers>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "stocktake/engine/landmarks.h"
#include "stocktake/engine/middle.h"
#include "stocktake/engine/motion_finder.h"
#include "stocktake/engine/parallax.h"
#include "stocktake/engine/sparkle.h"
#include "stocktake/engine/stabilise.h"
#include "stocktake/engine/standing.h"
#include "stocktake/engine/stands_out.h"
#include "stocktake/engine/track.h"
#include "stocktake/engine/water.h"

namespace osetra::stocktake {
namespace {

constexpr std::int64_t most_looks = 4'000;    ///< at one clip: what is kept of 4,000 looks at 500 fish is 100 MB
constexpr std::int64_t burst = 60;            ///< looks in a row, where a clip is too long to be looked at all through
constexpr int pictures_compared = 6;          ///< of a folder, to tell frames of a clip from photographs
constexpr double view_radians = 1.286;        ///< across the picture, of a camera that tells nothing: 73.7 degrees, 24 mm on full frame, as drones for surveys have

/// What is kept of one look.
struct Kept {
    FrameMarks marks;
    CameraPose pose;
    cv::Mat readable;
    double at_s = 0, shrunk = 1;
    double doubtful = 0;   ///< marks between weak and sure
};

struct Share {
    double found = 0, area = 0;
};

bool readable_at(cv::Mat const& mask, int width, int height, double x, double y) {
    if (mask.empty()) return true;
    auto const i = std::clamp(static_cast<int>(x * mask.cols / std::max(1, width)), 0, mask.cols - 1);
    auto const j = std::clamp(static_cast<int>(y * mask.rows / std::max(1, height)), 0, mask.rows - 1);
    return mask.at<std::uint8_t>(j, i) != 0;
}
double readable_share(cv::Mat const& mask) { return mask.empty() ? 1 : cv::countNonZero(mask) / static_cast<double>(mask.total()); }

/// Marks in the pixels of the file, where that was shrunk to be worked on.
FrameMarks in_file(Kept k) {
    auto const by = 1 / k.shrunk;
    k.marks.width = static_cast<int>(std::lround(k.marks.width * by));
    k.marks.height = static_cast<int>(std::lround(k.marks.height * by));
    for (auto& m : k.marks.points) m.x *= by, m.y *= by, m.length_px *= by;
    return std::move(k.marks);
}

/// The same of a plane: h between small pixels becomes one between large ones.
Homography in_file(Homography h, double shrunk) {
    h[2] /= shrunk; h[5] /= shrunk;
    h[6] *= shrunk; h[7] *= shrunk;
    return h;
}

/// Photographs of one tub differ altogether; frames of a clip are the one before, moved a little.
bool looks_like_a_clip(std::vector<cv::Mat> const& pictures) {
    if (pictures.size() < 4) return false;
    std::vector<double> off;
    for (std::size_t i = 0; i + 1 < pictures.size(); ++i) {
        if (pictures[i].size() != pictures[i + 1].size()) return false;
        cv::Mat a, b, before, after;
        cv::resize(pictures[i], a, {256, 256}, 0, 0, cv::INTER_AREA);
        cv::resize(pictures[i + 1], b, {256, 256}, 0, 0, cv::INTER_AREA);
        cv::cvtColor(a, before, cv::COLOR_BGR2GRAY);
        cv::cvtColor(b, after, cv::COLOR_BGR2GRAY);
        before.convertTo(a, CV_32F);
        after.convertTo(b, CV_32F);
        auto const shift = cv::phaseCorrelate(a, b);
        cv::Mat const move = (cv::Mat_<double>(2, 3) << 1, 0, shift.x, 0, 1, shift.y);
        cv::Mat moved;
        cv::warpAffine(before, moved, move, before.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
        if (std::hypot(shift.x, shift.y) > 64) return false;
        auto const best = std::min(cv::norm(before, after, cv::NORM_L1), cv::norm(moved, after, cv::NORM_L1));
        cv::Scalar middle, spread;
        cv::meanStdDev(after, middle, spread);
        off.push_back(best / static_cast<double>(before.total()) / std::max(4.0, spread[0]));
    }
    return median_of(std::move(off)) < 0.12;
}

/// Which frames of a clip are looked at: every so many, and of a clip too long for that bursts of them spread evenly.
class Timetable {
public:
    Timetable(std::int64_t frames, int every) : m_every(std::max(1, every)) {
        auto const looks = frames / m_every;
        if (looks > most_looks) m_period = static_cast<std::int64_t>(std::llround(static_cast<double>(frames) / (static_cast<double>(most_looks) / static_cast<double>(burst))));
    }
    bool looked_at(std::int64_t frame) const { return (m_period == 0 || frame % m_period < burst * m_every) && frame % m_every == 0; }
    bool in_parts() const { return m_period > 0; }

private:
    std::int64_t m_every, m_period = 0;
};

Scale scale_of(CountQuestion const& q, int width) {
    if (q.px_per_m) return at_depth(*q.px_per_m, q.altitude_m);
    if (!q.altitude_m) return {0, 0.02};
    auto scale = at_depth(px_per_m_at(*q.altitude_m, view_radians, width), q.altitude_m);
    scale.error = std::hypot(scale.error, 0.05);   // of a lens that nobody told
    return scale;
}

Sight sight_of(std::vector<Kept> const& kept, double readable) {
    std::vector<double> lengths, doubts;
    double score = 0, n = 0;
    for (auto const& k : kept)
        for (auto const& m : k.marks.points) {
            lengths.push_back(m.length_px);
            score += m.score;
            ++n;
        }
    Sight sight;
    sight.readable = readable;
    if (n == 0) return sight;
    sight.score = score / n;
    sight.length_px = std::max(2.0, median_of(std::move(lengths), 32.0));
    for (auto const& k : kept) {
        auto const squares = static_cast<double>(k.marks.width) * k.marks.height * std::max(0.05, readable_share(k.readable)) / (100 * sight.length_px * sight.length_px);
        doubts.push_back(k.doubtful / squares);
    }
    sight.doubt = median_of(std::move(doubts));
    return sight;
}

/// From one look's pixels to the next one's, where both lie in one plane.
std::optional<Homography> moved(CameraPose const& from, CameraPose const& to) {
    if (from.piece != to.piece || from.lost || to.lost) return {};
    return product(inverse(to.to_mosaic), from.to_mosaic);
}

/// Follows bodies in the plane of the first frame. Where the camera was lost the plane is another and everybody is new.
class Follower {
public:
    /// `second`: of the looks' clock, in seconds. Photographs are counted and not timed; where they are frames of a clip, a clip has 25 in a second.
    Follower(Finder const& eyes, double second) : m_second(second) { m_settings.sure = eyes.threshold(), m_settings.weak = eyes.weak(), m_settings.wrong_way = eyes.wrong_way(); }
    Marks expected(double at_s) const { return m_tracker ? m_tracker->expected(at_s * m_second) : Marks{}; }
    void look(Kept const& k, Marks const& marks, std::vector<double> const& sizes) {
        if (!m_tracker || k.pose.piece != m_piece) {
            finish_piece();
            m_tracker.emplace(m_settings);
            m_piece = k.pose.piece;
        }
        Marks there;
        there.reserve(marks.size());
        for (auto const& m : marks) there.push_back(carried(m, k.pose.to_mosaic));
        auto const w = static_cast<double>(k.marks.width), h = static_cast<double>(k.marks.height);
        m_tracker->look(k.at_s * m_second, there, {through(k.pose.to_mosaic, 0, 0), through(k.pose.to_mosaic, w, 0), through(k.pose.to_mosaic, w, h), through(k.pose.to_mosaic, 0, h)}, sizes);
    }
    std::vector<Track> finish() {
        finish_piece();
        return std::move(m_all);
    }

private:
    void finish_piece() {
        if (!m_tracker) return;
        auto const before = std::ssize(m_all);
        for (auto& t : m_tracker->finish().tracks) {
            t.track += before;
            t.from_s /= m_second;
            t.to_s /= m_second;
            for (auto& p : t.path) p[0] /= m_second;
            m_all.push_back(std::move(t));
        }
        m_tracker.reset();
    }
    TrackSettings m_settings;
    double m_second;
    std::optional<Tracker> m_tracker;
    int m_piece = 0;
    std::vector<Track> m_all;
};

/// Where every body that is followed was at every look, seen then or not: the bodies that a single look would miss are among them. In the picture's pixels.
std::vector<std::vector<Placed>> alive(std::vector<Track> const& tracks, std::vector<Kept> const& kept) {
    std::vector<std::vector<Placed>> all(kept.size());
    std::vector<Homography> to_picture;
    to_picture.reserve(kept.size());
    for (auto const& k : kept) to_picture.push_back(inverse(k.pose.to_mosaic));
    for (auto const& t : tracks) {
        if (t.path.empty()) continue;
        auto const first = std::lower_bound(kept.begin(), kept.end(), t.from_s - 1e-6, [](Kept const& k, double s) { return k.at_s < s; });
        std::size_t row = 0;
        for (auto i = static_cast<std::size_t>(first - kept.begin()); i < kept.size() && kept[i].at_s <= t.to_s + 1e-6; ++i) {
            auto const now = kept[i].at_s;
            while (row + 1 < t.path.size() && t.path[row + 1][0] <= now) ++row;
            auto const& a = t.path[row];
            auto const& b = t.path[std::min(row + 1, t.path.size() - 1)];
            auto const part = b[0] > a[0] ? std::clamp((now - a[0]) / (b[0] - a[0]), 0.0, 1.0) : 0.0;
            auto const [x, y] = through(to_picture[i], a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2]));
            if (x < 0 || y < 0 || x >= kept[i].marks.width || y >= kept[i].marks.height) continue;
            all[i].push_back({t.track, x, y});
        }
    }
    return all;
}

/// Of marks, how many others are within so many pixels of one, on average over the looks.
double crowd_of(std::vector<Kept> const& kept, double within) {
    double near = 0, all = 0;
    for (auto const& k : kept) {
        near += static_cast<double>(pairs_within(k.marks.points, k.marks.points, within).size()) - static_cast<double>(k.marks.points.size());   // each is near itself
        all += static_cast<double>(k.marks.points.size());
    }
    return all > 0 ? near / all : 0;
}

/// How likely those that are followed are bodies; and in the sight, how plainly these are seen and how many are hidden.
void weigh_bodies(std::vector<Kept> const& kept, Gathered& out) {
    std::vector<double> looks(out.tracks.size());
    double there = 0, seen = 0, plain = 0, weighed = 0;
    for (auto const& now : out.followed)
        for (auto const& b : now) ++looks[static_cast<std::size_t>(b.id - 1)], ++there;
    std::vector<double> likely;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        auto const& t = out.tracks[i];
        auto const n = static_cast<double>(t.sightings);
        likely.push_back(likely_body(t.evidence, n / std::max(1.0, looks[i])));
        plain += likely.back() * n * t.evidence;
        weighed += likely.back() * n;
    }
    for (auto const& k : kept) seen += static_cast<double>(k.marks.points.size());
    if (weighed > 0) out.sight.score = 1 / (1 + std::exp(-plain / weighed));
    auto const length = out.sight.length_px, within = crowd_of(kept, length), half = crowd_of(kept, length / 2), quarter = crowd_of(kept, length / 4);
    if (there > 0) out.sight.hidden = std::max(0.0, 1 - seen / there) * half;
    // by how many would be so near if those within twice as far lay anyhow; with few pairs about as many
    constexpr double few = 2;   // marks in a look that have another beside them
    auto const marks = seen / static_cast<double>(kept.size());
    out.sight.apart = (half * marks + few) / (within * marks / 4 + few);
    out.sight.close = (quarter * marks + few) / (half * marks / 4 + few);
    for (auto const& now : out.followed) {
        out.likely.emplace_back();
        for (auto const& b : now) out.likely.back().push_back(likely[static_cast<std::size_t>(b.id - 1)]);
    }
}

/// Median speed in the plane, by a second's way and not by the shaking from look to look.
double speed_of(std::vector<Track> const& tracks, double otherwise) {
    std::vector<double> speeds;
    for (auto const& t : tracks)
        for (std::size_t i = 0, j = 0; i < t.path.size(); i = j) {
            for (j = i + 1; j < t.path.size() && t.path[j][0] < t.path[i][0] + 1; ++j) {}
            if (j < t.path.size()) speeds.push_back(std::hypot(t.path[j][1] - t.path[i][1], t.path[j][2] - t.path[i][2]) / (t.path[j][0] - t.path[i][0]));
        }
    return median_of(std::move(speeds), otherwise);
}

/// Faults that most pictures have; of single ones the frames tell.
std::vector<std::string> common_faults(std::vector<Kept> const& kept) {
    std::map<std::string, std::size_t> times;
    for (auto const& k : kept) for (auto const& f : k.marks.faults) ++times[f];
    std::vector<std::string> out;
    for (auto const& [fault, n] : times) if (2 * n > kept.size()) out.push_back(fault);
    return out;
}

double span_of(std::vector<Kept> const& kept) { return kept.empty() ? 0 : kept.back().at_s - kept.front().at_s; }

/// Square pixels that the clip shows in all, by the first frame's.
double shown(std::vector<Kept> const& kept) {
    MosaicCells cells{static_cast<double>(std::max(kept.front().marks.width, kept.front().marks.height)) / 64};
    for (auto const& k : kept) cells.add(k.pose.to_mosaic, k.marks.width, k.marks.height, {}, {});
    return cells.area();
}

/// The middle of the picture in the plane, look by look: at_s, x, y.
std::vector<std::array<double, 3>> way_of(std::vector<Kept> const& kept) {
    std::vector<std::array<double, 3>> way;
    for (auto const& k : kept) {
        auto const middle = through(k.pose.to_mosaic, k.marks.width / 2.0, k.marks.height / 2.0);
        way.push_back({k.at_s, middle[0], middle[1]});
    }
    return way;
}

/// Whether the camera flew along: a tenth of the looks were away from where it began by a tenth of the picture. One look that was misjudged is no flight.
bool flew(std::vector<Kept> const& kept) {
    auto const way = way_of(kept);
    auto const away = std::count_if(way.begin(), way.end(), [&](auto const& at) { return std::hypot(at[1] - way[0][1], at[2] - way[0][2]) > 0.1 * kept.front().marks.width; });
    return 10 * away >= std::ssize(kept);
}

/// Whether nobody knows where the camera looked: the thread was cut, or too thin too often while it moved.
bool was_lost(std::vector<Kept> const& kept) {
    auto const thin = std::count_if(kept.begin(), kept.end(), [](Kept const& k) { return k.pose.lost || (!k.pose.still && k.pose.sure < 0.1); });
    return kept.back().pose.piece > 0 || 5 * thin > std::ssize(kept);
}

using Bodies = std::vector<std::vector<Placed>>;   // look by look, in the picture's pixels

/// How thick bodies are in the cells of a picture whose camera stands, as a share of all of them: by what is found where it can be read, and for what is seldom read, within where
/// bodies go, by what is about it. Banks hold none, whether they can be read or not.
class Abode {
public:
    Abode(std::vector<Kept> const& kept, Bodies const& bodies) {
        auto const size = kept.front().readable.size();
        for (auto const& k : kept) if (k.readable.size() != size || size.empty()) return;
        cv::Mat const none = cv::Mat::zeros(size, CV_32F);
        cv::Mat found = none.clone(), looks = none.clone(), all = none.clone();
        for (std::size_t i = 0; i < kept.size(); ++i) {
            cv::add(looks, 1, looks, kept[i].readable);
            for (auto const& m : bodies[i]) {
                auto const at = cell_of(kept[i], m);
                all.at<float>(at) += 1;
                if (kept[i].readable.at<std::uint8_t>(at) != 0) found.at<float>(at) += 1;
            }
        }
        auto const water = water_of(kept, bodies, all);
        if (water.empty()) return;
        looks = looks.mul(water);
        constexpr double cells_about = 1.5;
        cv::GaussianBlur(found, found, {}, cells_about);
        cv::GaussianBlur(looks, looks, {}, cells_about);
        m_share = found / cv::max(looks, 1e-3F);
        m_share = m_share.mul(water);
        auto const sum = cv::sum(m_share)[0];
        if (sum > 0) m_share /= sum;
        else m_share.release();
    }
    /// Of the bodies, the share that lies where this look could be read.
    double read_by(Kept const& k) const {
        if (m_share.empty()) return readable_share(k.readable);
        cv::Mat there = m_share.clone();
        there.setTo(0, k.readable == 0);
        return cv::sum(there)[0];
    }

private:
    static cv::Point cell_of(Kept const& k, Placed const& m) {
        auto const& r = k.readable;
        return {std::clamp(static_cast<int>(m.x / k.marks.width * r.cols), 0, r.cols - 1), std::clamp(static_cast<int>(m.y / k.marks.height * r.rows), 0, r.rows - 1)};
    }
    /// Of each cell the share that is within where bodies go; a few marks far from all others are of nobody.
    static cv::Mat water_of(std::vector<Kept> const& kept, Bodies const& bodies, cv::Mat const& all) {
        constexpr double alone = 0.1;   // of what is usual in a cell and those about it
        constexpr int finer = 8;
        cv::Mat near;
        cv::blur(all, near, {3, 3}, {-1, -1}, cv::BORDER_CONSTANT);
        std::vector<double> usual;
        for (auto const v : cv::Mat_<float>(near)) if (v > 0) usual.push_back(static_cast<double>(v));
        auto const least = alone * median_of(std::move(usual));
        std::vector<cv::Point> places, hull;
        for (std::size_t i = 0; i < kept.size(); ++i)
            for (auto const& m : bodies[i])
                if (static_cast<double>(near.at<float>(cell_of(kept[i], m))) > least) places.emplace_back(static_cast<int>(m.x / kept[i].marks.width * all.cols * finer), static_cast<int>(m.y / kept[i].marks.height * all.rows * finer));
        if (places.size() < 3) return {};
        cv::convexHull(places, hull);
        cv::Mat fine = cv::Mat::zeros(all.size() * finer, CV_8U), water;
        cv::fillConvexPoly(fine, hull, 255);
        cv::resize(fine, water, all.size(), 0, 0, cv::INTER_AREA);
        water.convertTo(water, CV_32F, 1.0 / 255);
        return water;
    }
    cv::Mat m_share;   ///< of the bodies in each cell; empty: nobody knows
};

/// The number of every look that was in what could be read. Where nothing should be readable and bodies are followed all the same, it could: what should be there is
/// told by what is about it, which is too much where glare lies at the banks, so half of that is as good as all.
void as_hover(std::vector<Kept> const& kept, Bodies const& bodies, double pond_share, Gathered& out) {
    Abode const abode{kept, bodies};
    struct Parts { double readable = 0, other = 0, read_by = 1; };
    std::vector<Parts> all;
    double in_spite = 0, expected = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        auto const& k = kept[i];
        Parts parts{0, 0, std::clamp(abode.read_by(k), 0.001, 1.0)};
        for (std::size_t b = 0; b < bodies[i].size(); ++b)
            (readable_at(k.readable, k.marks.width, k.marks.height, bodies[i][b].x, bodies[i][b].y) ? parts.readable : parts.other) += out.likely.empty() ? 1 : out.likely[i][b];
        in_spite += parts.other;
        expected += parts.readable * (1 - parts.read_by) / parts.read_by;
        all.push_back(parts);
    }
    constexpr double hidden_below = 0.25, seen_above = 0.5;   // of what should be there
    auto const believed = out.way == "clip" && expected > 0 ? std::clamp((in_spite / expected - hidden_below) / (seen_above - hidden_below), 0.0, 1.0) : 0.0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        auto const& k = kept[i];
        if (out.way == "picture" && readable_share(k.readable) > 0.9) {   // a tub's white wall and its mirrored lamp hide no fish
            out.looks.push_back({k.at_s, static_cast<double>(bodies[i].size()), std::max(0.001, pond_share), 1, 0});
            continue;
        }
        auto const& p = all[i];
        out.looks.push_back({k.at_s, p.readable + believed * p.other, std::clamp((p.read_by + believed * (1 - p.read_by)) * pond_share, 0.001, 1.0), 1, 0});
    }
}

/// Without the looks at both ends of a clip.
void keep_middle(std::vector<Look>& looks) {
    std::vector<double> at_s;
    at_s.reserve(looks.size());
    for (auto const& l : looks) at_s.push_back(l.at_s);
    auto const middle = middle_of(at_s, TrackSettings{}.memory_s);
    looks = {looks.begin() + static_cast<std::ptrdiff_t>(middle.from), looks.begin() + static_cast<std::ptrdiff_t>(middle.to)};
}

/// Tiles of the mosaic, each with what was seen there in the first and in the second half of the time.
void as_sweep(std::vector<Kept> const& kept, Bodies const& bodies, Gathered& out, double speed) {
    auto const way = way_of(kept);
    auto const parallax = parallax_of(out.tracks, way);
    out.area_error = parallax.error;
    auto const side = std::max(2.0, out.sight.length_px / 3);
    MosaicCells halves[2] = {MosaicCells{side}, MosaicCells{side}};
    for (std::size_t i = 0; i < kept.size(); ++i) {
        auto const& k = kept[i];
        Marks here;
        for (std::size_t b = 0; b < bodies[i].size(); ++b) here.push_back({bodies[i][b].x, bodies[i][b].y, 0, 0, out.likely.empty() ? 1 : out.likely[i][b], 1});
        auto const to_water = among_bodies(k.pose.to_mosaic, parallax, {way[i][1] - way[0][1], way[i][2] - way[0][2]});
        halves[2 * i >= kept.size() ? 1U : 0U].add(to_water, k.marks.width, k.marks.height, k.readable, here);
    }
    auto const tile = std::max(4.0, std::round(4 * out.sight.length_px / side));   // cells on a side
    auto const square = out.scale.px_per_m > 0 ? side * side / (out.scale.px_per_m * out.scale.px_per_m) : side * side;
    struct Part {
        double cells = 0;
        Share half[2];
        std::int64_t looks = 0;
    };
    std::map<std::pair<std::int64_t, std::int64_t>, Part> tiles;
    std::map<std::pair<std::int32_t, std::int32_t>, int> seen;
    for (unsigned h = 0; h < 2; ++h)
        for (auto const& c : halves[h].cells()) {
            if (c.looks == 0) continue;
            auto& t = tiles[{static_cast<std::int64_t>(std::floor(c.i / tile)), static_cast<std::int64_t>(std::floor(c.j / tile))}];
            t.half[h].found += c.marks / c.looks;
            t.half[h].area += 1;
            t.looks += c.looks;
            if (seen[{c.i, c.j}]++ == 0) t.cells += 1;
        }
    double n = 0, area = 0;
    for (auto const& [where, t] : tiles) {
        Cell cell{t.cells * square, {}};
        for (unsigned h = 0; h < 2; ++h)
            if (t.half[h].area > 0) cell.looks.push_back({static_cast<double>(h), t.half[h].found, t.half[h].area / t.cells, 1, 0});
        n += (t.half[0].found + t.half[1].found) * t.cells / std::max(1.0, t.half[0].area + t.half[1].area);
        area += t.cells;
        out.cells.push_back(std::move(cell));
    }
    // bodies cross the edge of the picture while it goes on: density x edge x mean speed across it (2 / pi of the speed, one way and the other) x time
    auto const edge = static_cast<double>(kept.front().marks.height);
    out.crossings = n / std::max(1.0, area * side * side) * edge * speed * (2 / std::numbers::pi) * span_of(kept);
}

/// Bodies that were followed are measured once each, others as often as they were seen.
void measure(std::vector<Kept> const& kept, Gathered& out) {
    for (auto const& t : out.tracks)
        if (t.length > 0) out.bodies.push_back({t.length, std::max(t.length_error, 0.02 * t.length)});
    if (out.bodies.empty())
        for (auto const& k : kept)
            for (auto const& m : k.marks.points)
                if (m.visible > 0.7 && m.length_px > 0 && out.bodies.size() < 20'000) out.bodies.push_back({m.length_px, 0.08 * m.length_px});
    auto const by = out.scale.px_per_m > 0 ? 1 / out.scale.px_per_m : 1 / kept.front().shrunk;   // tracks are told in metres where the scale is known
    for (auto& t : out.tracks) {
        t.length *= by;
        t.length_error *= by;
        for (auto& p : t.path) p[1] *= by, p[2] *= by;
    }
}

Number number_with(Gathered const& g, double detectability, double false_share, double error) {
    History history{g.looks, error, g.way == "picture" ? vessels_differ : 0.5, 2};
    for (auto& l : history.looks) {
        l.detectability = detectability;
        l.false_found = l.found * false_share / (1 + false_share);
    }
    if (g.way == "sweep") {
        auto cells = g.cells;
        for (auto& c : cells)
            for (auto& l : c.looks) {
                l.detectability = detectability;
                l.false_found = l.found * false_share / (1 + false_share);
            }
        history.detectability_error = std::hypot(error, g.area_error);
        return number_of_sweep(cells, g.pond_square_m, g.crossings, history);
    }
    return g.way == "picture" ? number_of_stills(history) : number_of(history);
}

std::string kind_of(std::string const& asked, Gathered const& g) {
    if (asked != "auto") return asked;
    auto const length = mean_length(g.bodies, g.scale);
    if (length) return length->value > 0.2 ? "sturgeon" : length->value > 0.03 ? "fingerling" : "larva";
    return g.way == "clip" || g.way == "sweep" ? "sturgeon" : g.sight.length_px > 14 ? "fingerling" : "larva";
}

} // namespace

double area_of(std::vector<std::array<double, 2>> const& outline) {
    double twice = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        auto const& a = outline[i];
        auto const& b = outline[(i + 1) % outline.size()];
        twice += a[0] * b[1] - b[0] * a[1];
    }
    return std::abs(twice) / 2;
}

Result<Gathered> gather(CountQuestion const& q, Media& media, Finder& finder, Progress const& progress) {
    if (!q.outline_m.empty() && (q.outline_m.size() < 3 || !(area_of(q.outline_m) > 0.01)))
        return refuse("outline_malformed", "An outline is three corners or more, in metres, round some water.", "outline");
    if (!q.outline_m.empty() && !q.px_per_m && !q.altitude_m)
        return refuse("scale_missing", "With an outline in metres, tell how many pixels a metre has (--scale), or how high the camera was (--altitude).", "scale");
    cv::setNumThreads(1);
    Gathered out;
    Timetable const times{media.clip() ? media.expected() : 0, media.clip() ? q.every : 1};
    Stabiliser camera;
    Standing standing;
    Landmarks landmarks;
    double by_bodies = 0;   // looks whose pose they mended
    Water water;
    auto const motion = MotionFinder::over(q.paths, finder);
    Finder& eyes = motion ? *motion : finder;
    Follower follower{eyes, media.clip() ? 1 : 0.04};
    std::vector<Kept> kept;
    std::vector<std::uint8_t> contrasts;   ///< of all marks, in whole 255ths
    std::vector<cv::Mat> first;
    std::int64_t frame = 0;
    auto const all = std::max<std::int64_t>(1, media.expected());
    for (;; ++frame) {
        if (media.clip() && !times.looked_at(frame)) {
            if (!media.skip()) break;
            continue;
        }
        auto shot = OSETRA_TRY(media.next());
        if (!shot) break;
        if (progress && !progress(std::min(1.0, static_cast<double>(frame) / static_cast<double>(all)), "counting")) return refuse("count_stopped", "The count was stopped.");
        if (!media.clip() && first.size() < pictures_compared) first.push_back(shot->picture);
        auto const view = water.frame(shot->picture);
        Kept k;
        bool foreseen = false;
        if (media.clip()) {
            k.pose = camera.frame(shot->picture, kept.empty() ? Marks{} : kept.back().marks.points, shot->at_s);
            if (standing.mend(shot->picture, view.readable, k.pose)) camera.mended(k.pose);
            foreseen = !motion && landmarks.foresee(shot->at_s, k.pose);
            eyes.moved(kept.empty() ? std::nullopt : moved(kept.back().pose, k.pose));
        }
        eyes.expect(follower.expected(shot->at_s));
        auto const found = eyes.find(*shot, media.clip());
        Marks marks;
        for (auto const& m : found) if (m.score >= eyes.threshold()) marks.push_back(m);
        for (auto const& m : marks) contrasts.push_back(static_cast<std::uint8_t>(std::lround(contrast_of(m, shot->picture))));
        if (!media.clip()) k.pose = camera.frame(shot->picture, marks);
        else if (bool const mended = !motion && landmarks.mend(marks, shot->at_s, k.pose); mended || foreseen) {
            camera.mended(k.pose, true);
            standing.mended(k.pose);
            ++by_bodies;
        }
        k.doubtful = static_cast<double>(found.size() - marks.size());
        k.at_s = shot->at_s;
        k.shrunk = shot->shrunk;
        k.readable = view.readable.clone();
        k.marks = {shot->path, shot->at_s, shot->picture.cols, shot->picture.rows, static_cast<double>(marks.size()), view.faults(), std::move(marks)};
        k.marks.faults.insert(k.marks.faults.end(), shot->faults.begin(), shot->faults.end());
        follower.look(k, found, eyes.sizes());
        kept.push_back(std::move(k));
    }
    eyes.rest();
    if (kept.empty()) {
        auto end = media.next();   // says why there was nothing
        if (!end) return tl::unexpected(end.error());
        return refuse("media_empty", "There is not one picture in this that can be read.");
    }
    out.media_sha256 = media.sha256();
    out.remarks = media.faults();
    if (motion) out.remarks.emplace_back("The camera stood still: bodies were found by what moved before the ground, not by the network.");
    out.faults = common_faults(kept);
    double readable = 0;
    for (auto const& k : kept) readable += readable_share(k.readable) / static_cast<double>(kept.size());
    out.readable = readable;
    out.sight = sight_of(kept, readable);
    if (!contrasts.empty()) out.sight.contrast = median_of(std::move(contrasts));
    out.scale = scale_of(q, kept.front().marks.width);
    out.scale.px_per_m *= kept.front().shrunk;   // of the pictures as they were worked on
    auto const clip = motion || media.clip() || looks_like_a_clip(first);
    out.way = motion ? "still" : clip ? "clip" : "picture";
    if (times.in_parts()) out.remarks.push_back(fmt::format("The clip is long: {} looks in bursts spread over it were made.", kept.size()));
    auto const picture = static_cast<double>(kept.front().marks.width) * kept.front().marks.height;
    auto const metres = out.scale.px_per_m > 0 ? 1 / (out.scale.px_per_m * out.scale.px_per_m) : 1.0;
    auto const pond = q.outline_m.empty() ? 0.0 : area_of(q.outline_m);
    auto const lost = clip && was_lost(kept);
    if (clip) {
        out.tracks = follower.finish();
        out.followed = alive(out.tracks, kept);
        double seen = 0, there = 0;
        for (std::size_t i = 0; i < kept.size(); ++i) seen += static_cast<double>(kept[i].marks.points.size()), there += static_cast<double>(out.followed[i].size());
        if (there > 0) out.sight.again = std::clamp(seen / there, 0.5, 0.99);
    }
    Bodies each;
    if (!clip || lost) {   // nobody can be followed: each look for itself
        out.way = "picture";
        for (auto const& k : kept) {
            each.emplace_back();
            for (auto const& m : k.marks.points) each.back().push_back({0, m.x, m.y});
        }
    }
    auto const& bodies = clip && !lost ? out.followed : each;
    if (lost) out.faults.emplace_back("lost");
    auto const flown_over = clip && !lost && !motion && flew(kept) ? shown(kept) : 0.0;
    auto const swept = flown_over > 1.2 * picture;
    if (clip && !lost && !motion) weigh_bodies(kept, out);
    if (swept) {
        out.way = "sweep";
        out.pond_square_m = pond;
        as_sweep(kept, bodies, out, speed_of(out.tracks, 0.3 * out.sight.length_px));
        // of what the first picture showed there is no doubt
        constexpr double drift = 0.03;   // of a way that bodies alone told; in flights of the training range water was taken for 0.5 to 3 % too much
        out.area_error = std::hypot(out.area_error * (1 - picture / flown_over), drift * by_bodies / static_cast<double>(kept.size()));
    } else {
        as_hover(kept, bodies, pond > 0 ? std::min(1.0, picture * metres / pond) : 1.0, out);
        if (!out.likely.empty()) keep_middle(out.looks);
    }
    measure(kept, out);
    for (auto& k : kept) {
        if (clip) for (auto& b : out.followed[out.frames.size()]) b.x /= k.shrunk, b.y /= k.shrunk;
        if (clip) out.to_plane.push_back(in_file(k.pose.to_mosaic, k.shrunk));
        out.frames.push_back(in_file(std::move(k)));
    }
    return out;
}

Number number_by(Gathered const& g, Calibration const& c) {
    auto number = number_with(g, c.detectability(g.sight), c.false_share_at(g.sight), c.error(g.sight));
    // where nobody knows how much of the pond was shown, or nothing of it could be read, all that were ever followed may have been different ones
    if (number.seen_area == 0 || std::find(g.faults.begin(), g.faults.end(), "lost") != g.faults.end()) number.n.high = std::max(number.n.high, static_cast<double>(g.tracks.size()));
    return number;
}
Number number_if_perfect(Gathered const& g) { return number_with(g, 0.9999, 0, 1e-4); }

CountResult result_of(CountQuestion const& q, Gathered g, Calibration const& c, Finder const& finder) {
    CountResult out;
    auto const number = number_by(g, c);
    auto const verdict = judge(number, q.tolerance, g.readable, g.faults);
    out.count = std::llround(number.n.value);
    out.low = static_cast<std::int64_t>(std::floor(number.n.low));
    out.high = static_cast<std::int64_t>(std::ceil(number.n.high));
    out.verdict = verdict.verdict;
    out.reasons = verdict.reasons;
    out.reasons.insert(out.reasons.end(), g.remarks.begin(), g.remarks.end());
    if (c.clips == 0) out.reasons.emplace_back("Nobody has calibrated this model: the interval rests on a guess at how many of 100 fish one look finds.");
    if (auto const unlike = c.unlike(g.sight); !unlike.empty())
        out.reasons.push_back(fmt::format("This is unlike all that detectability was fitted on, by {}. A clip of this place whose number is known tells more: osetra count calibrate.", fmt::join(unlike, " and ")));
    out.seen_area = number.seen_area;
    out.detectability = number.detectability;
    out.length_m = mean_length(g.bodies, g.scale);
    if (kind_of(q.kind, g) == "sturgeon") out.biomass_kg = biomass(g.bodies, g.scale, {}, number.n);
    out.model = finder.name();
    out.model_sha256 = finder.sha256();
    out.media_sha256 = g.media_sha256;
    out.frames = std::move(g.frames);
    out.tracks = std::move(g.tracks);
    return out;
}

} // namespace osetra::stocktake
