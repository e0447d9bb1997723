// The usual way of counting what swims, beside ours, in one run: OpenCV's MOG2 background, connected components and SORT. `./osetra-dev bench stocktake_peers` runs it.
//     stocktake_peers [--scene clear] [--fish 200] [--seed 1000777] [--seconds 20]      a hover and a sweep are rendered; and the zebrafish sequence where ../shared/data/vision is
//                     [--bytetrack PROGRAM]      bench/bytetrack_peer.cpp with ByteTrack-cpp: the same boxes as SORT gets
//                     [--fasttrack PROGRAM]      FastTrack 6.7 without a screen: on the larvae with the numbers of its own test of them, on a hover with those of its bodies
// docs/benchmarks.md says how both are built.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/background_segm.hpp>
#include <opencv2/video/tracking.hpp>

#include "larvae.h"
#include "measure.h"
#include "stocktake/engine/count_known.h"
#include "stocktake/engine/flight.h"
#include "stocktake/engine/ingest.h"
#include "stocktake/engine/metrics.h"
#include "stocktake/engine/middle.h"

namespace {

using namespace osetra::stocktake;
namespace fs = std::filesystem;

template <class T> T must(osetra::Result<T> r) {
    if (r) return *std::move(r);
    fmt::print(stderr, "{}: {}\n", r.error().code, r.error().message);
    std::exit(1);
}

double overlap(cv::Rect2d const& a, cv::Rect2d const& b) {
    auto const both = (a & b).area();
    return both / (a.area() + b.area() - both);
}

/// Bewley et al., Simple Online and Realtime Tracking (ICIP 2016): constant velocity of a box's middle and area, pairs by overlap, with the paper's numbers.
class Sort {
public:
    /// The boxes of a frame; for each the track, or 0 while it is new.
    std::vector<std::int64_t> frame(std::vector<cv::Rect2d> const& boxes) {
        for (auto& t : m_tracks) {
            if (t.filter.statePost.at<float>(2) + t.filter.statePost.at<float>(6) <= 0) t.filter.statePost.at<float>(6) = 0;
            t.box = box_of(t.filter.predict());
            ++t.missed;
        }
        std::vector<Edge> edges;
        for (std::size_t i = 0; i < m_tracks.size(); ++i)
            for (std::size_t j = 0; j < boxes.size(); ++j)
                if (auto const o = overlap(m_tracks[i].box, boxes[j]); o >= least_overlap) edges.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j), 1 - o});
        auto const given = assign(static_cast<std::int32_t>(m_tracks.size()), static_cast<std::int32_t>(boxes.size()), edges, 10);
        std::vector<std::int64_t> out(boxes.size());
        std::vector<bool> taken(boxes.size());
        for (std::size_t i = 0; i < given.size(); ++i) {
            if (given[i] < 0) continue;
            auto& t = m_tracks[i];
            auto const j = static_cast<std::size_t>(given[i]);
            t.filter.correct(measured(boxes[j]));
            t.missed = 0;
            ++t.hits;
            taken[j] = true;
            if (t.hits >= enough) {
                if (t.id == 0) t.id = ++m_ids;
                out[j] = t.id;
            }
        }
        for (std::size_t j = 0; j < boxes.size(); ++j)
            if (!taken[j]) m_tracks.push_back({begun(boxes[j]), boxes[j], 0, 0, 0});
        std::erase_if(m_tracks, [](One const& t) { return t.missed > patience; });
        return out;
    }
    std::int64_t tracks() const { return m_ids; }

private:
    static constexpr double least_overlap = 0.3;
    static constexpr int patience = 1, enough = 3;
    struct One {
        cv::KalmanFilter filter;
        cv::Rect2d box;
        int missed, hits;
        std::int64_t id;
    };
    static cv::Mat measured(cv::Rect2d const& b) {
        return (cv::Mat_<float>(4, 1) << static_cast<float>(b.x + b.width / 2), static_cast<float>(b.y + b.height / 2), static_cast<float>(b.area()), static_cast<float>(b.width / b.height));
    }
    static cv::Rect2d box_of(cv::Mat const& s) {
        double const area = std::max(1.0F, s.at<float>(2)), shape = std::max(0.05F, s.at<float>(3)), w = std::sqrt(area * shape), h = area / w;
        return {s.at<float>(0) - w / 2, s.at<float>(1) - h / 2, w, h};
    }
    static cv::KalmanFilter begun(cv::Rect2d const& box) {
        cv::KalmanFilter k(7, 4);
        k.transitionMatrix = cv::Mat::eye(7, 7, CV_32F);
        for (int i = 0; i < 3; ++i) k.transitionMatrix.at<float>(i, i + 4) = 1;
        k.measurementMatrix = cv::Mat::eye(4, 7, CV_32F);
        cv::setIdentity(k.measurementNoiseCov, 1);
        k.measurementNoiseCov.at<float>(2, 2) = k.measurementNoiseCov.at<float>(3, 3) = 10;
        cv::setIdentity(k.processNoiseCov, 1);
        for (int i = 4; i < 7; ++i) k.processNoiseCov.at<float>(i, i) = 0.01F;
        k.processNoiseCov.at<float>(6, 6) = 1e-4F;
        cv::setIdentity(k.errorCovPost, 10);
        for (int i = 4; i < 7; ++i) k.errorCovPost.at<float>(i, i) = 1e4F;
        k.statePost = cv::Mat::zeros(7, 1, CV_32F);
        measured(box).copyTo(k.statePost.rowRange(0, 4));
        return k;
    }
    std::vector<One> m_tracks;
    std::int64_t m_ids = 0;
};

struct Told {
    std::string name;
    double count = 0, low = 0, high = 0, frames_per_s = 0;
    TrackScore score;
};

void place(PlacedFrame& frame, Truth const& truth, double at_s) {
    constexpr double visible_from = 0.25;
    if (auto const* f = at_time(truth, at_s))
        for (auto const& m : f->marks) (m.mark.visible < visible_from ? frame.unjudged : frame.truth).push_back({m.fish, m.mark.x, m.mark.y});
}

/// Of each frame the boxes of what moves, with where the truth has bodies.
struct Moving {
    struct Frame { std::vector<cv::Rect2d> boxes; PlacedFrame placed; };
    std::vector<Frame> frames;
    double spent = 0;                               ///< processor seconds
    /// Past the first second, in which all there is is new to the background.
    double usual_count() const {
        std::vector<double> counts;
        for (auto i = std::min<std::size_t>(15, frames.size() / 2); i < frames.size(); ++i) counts.push_back(static_cast<double>(frames[i].boxes.size()));
        return median_of(std::move(counts));
    }
};

/// MOG2 with OpenCV's own numbers, closing by 3x3 (opening, as is usual, leaves a quarter of such thin bodies; this serves it best), components of a third to three times the usual area.
Moving moving(std::vector<std::string> const& paths, Truth const& truth) {
    auto media = must(Media::open(paths));
    auto const ground = cv::createBackgroundSubtractorMOG2();
    Moving all;
    std::vector<double> areas;
    constexpr std::size_t learning = 15;        // frames in which all there is is new to the background
    constexpr double largest = 0.01;            // of the picture: no body
    while (auto shot = must(media->next())) {
        auto const begin = osetra::bench::processor_s();
        cv::Mat mask, label, stats, middles;
        ground->apply(shot->picture, mask);
        cv::threshold(mask, mask, 200, 255, cv::THRESH_BINARY);     // without shadows
        cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
        auto const n = cv::connectedComponentsWithStats(mask, label, stats, middles);
        for (int i = 1; i < n && areas.size() < 20'000 && all.frames.size() >= learning; ++i)
            if (auto const a = stats.at<int>(i, cv::CC_STAT_AREA); a >= 12 && a < largest * static_cast<double>(mask.total())) areas.push_back(a);
        // half of all pixels that move lie in components as large as this: ripples are many and small
        auto sorted = areas;
        std::sort(sorted.begin(), sorted.end());
        double sum_of_all = 0, sum = 0, usual = 0;
        for (auto const x : sorted) sum_of_all += x;
        for (auto const x : sorted) {
            sum += x;
            usual = x;
            if (sum >= sum_of_all / 2) break;
        }
        Moving::Frame frame;
        for (int i = 1; i < n; ++i) {
            auto const a = stats.at<int>(i, cv::CC_STAT_AREA);
            if (a < 12 || a < usual / 3 || a > usual * 3) continue;
            frame.boxes.emplace_back(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP), stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
        }
        all.spent += osetra::bench::processor_s() - begin;
        place(frame.placed, truth, shot->at_s);
        all.frames.push_back(std::move(frame));
    }
    return all;
}

void see(PlacedFrame& frame, std::int64_t id, cv::Rect2d const& box) { frame.seen.push_back({id, box.x + box.width / 2, box.y + box.height / 2}); }

Told with_sort(Moving const& all, double scale) {
    Sort sort;
    std::vector<PlacedFrame> frames;
    auto spent = all.spent;
    for (auto const& f : all.frames) {
        auto const begin = osetra::bench::processor_s();
        auto const ids = sort.frame(f.boxes);
        spent += osetra::bench::processor_s() - begin;
        frames.push_back(f.placed);
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (ids[i] > 0) see(frames.back(), ids[i], f.boxes[i]);
    }
    return {"MOG2 + components + SORT", all.usual_count(), 0, 0, static_cast<double>(frames.size()) / spent, track_score(frames, scale)};
}

/// Processor seconds of programs that were run and ended.
double children_s() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    auto const s = [](timeval const& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return s(used.ru_utime) + s(used.ru_stime);
}

/// Runs a program of others; ends where it fails.
double run(std::string const& command) {
    auto const before = children_s();
    if (std::system(command.c_str()) != 0) {
        fmt::print(stderr, "This failed: {}\n", command);
        std::exit(1);
    }
    return children_s() - before;
}

std::string quoted(std::string const& s) { return "'" + s + "'"; }

Told with_bytetrack(std::string const& program, Moving const& all, double scale) {
    auto const folder = fs::temp_directory_path();
    auto const in = (folder / fmt::format("osetra_peers_{}.boxes", getpid())).string(), out = in + ".tracks";
    {
        std::ofstream file{in};
        for (auto const& f : all.frames) {
            file << f.boxes.size() << '\n';
            for (auto const& b : f.boxes) file << b.x << ' ' << b.y << ' ' << b.width << ' ' << b.height << " 0.9\n";
        }
    }
    auto const spent = all.spent + run(quoted(program) + " <" + quoted(in) + " >" + quoted(out));
    std::vector<PlacedFrame> frames;
    std::ifstream file{out};
    for (auto const& f : all.frames) {
        frames.push_back(f.placed);
        std::size_t n = 0;
        file >> n;
        for (std::size_t i = 0; i < n; ++i) {
            std::int64_t id = 0;
            cv::Rect2d box;
            file >> id >> box.x >> box.y >> box.width >> box.height;
            see(frames.back(), id, box);
        }
    }
    if (!file) {
        fmt::print(stderr, "{} told fewer frames than it was given.\n", program);
        std::exit(1);
    }
    fs::remove(in);
    fs::remove(out);
    return {"MOG2 + components + ByteTrack", all.usual_count(), 0, 0, static_cast<double>(frames.size()) / spent, track_score(frames, scale)};
}

/// What FastTrack is told of bodies that are darker than their ground.
struct FastTrackNumbers { double least_area, most_area, threshold, step, area_step, outline_step, most_step; int pictures_of_ground, way_of_ground, morph; };
constexpr FastTrackNumbers of_its_test{50, 170, 60, 100, 0, 0, 200, 20, 1, 8};   // test/dataSet/images/Groundtruth/Tracking_Result/cfg.toml

/// Its count is the median of bodies a frame; it gives no number of all.
Told fasttrack(std::string const& program, std::vector<std::string> const& paths, Truth const& truth, FastTrackNumbers const& numbers, double scale) {
    auto const folder = fs::temp_directory_path() / fmt::format("osetra_peers_{}_frames", getpid());
    fs::create_directories(folder);
    std::vector<PlacedFrame> frames;
    {
        auto media = must(Media::open(paths));
        cv::Mat grey;
        while (auto shot = must(media->next())) {
            cv::cvtColor(shot->picture, grey, cv::COLOR_BGR2GRAY);
            cv::imwrite((folder / fmt::format("frame_{:06}.pgm", frames.size() + 1)).string(), grey);
            PlacedFrame frame;
            place(frame, truth, shot->at_s);
            frames.push_back(std::move(frame));
        }
    }
    auto const command = fmt::format("OMP_NUM_THREADS=1 OPENCV_FOR_THREADS_NUM=1 QT_QPA_PLATFORM=offscreen {} --cli --maxArea {:.0f} --minArea {:.0f} --spot 0 --normDist {:.0f} --normAngle 90 --normArea {:.0f} --normPerim {:.0f} --maxDist {:.0f} --maxTime 100 --thresh {:.0f} --nBack {} "
                                     "--methBack {} --regBack 0 --xTop 0 --yTop 0 --xBottom 0 --yBottom 0 --reg 0 --lightBack 0 --morph {} --morphSize {} --morphType 0 --path {} >{} 2>&1",
                                     quoted(program), numbers.most_area, numbers.least_area, numbers.step, numbers.area_step, numbers.outline_step, numbers.most_step, numbers.threshold, numbers.pictures_of_ground, numbers.way_of_ground, numbers.morph,
                                     numbers.morph > 0 ? 2 : 0, quoted((folder / "frame_000001.pgm").string()), quoted((folder / "said").string()));
    auto const spent = run(command);
    std::ifstream file;
    for (auto const& e : fs::recursive_directory_iterator(folder))
        if (e.path().filename() == "tracking.txt") file.open(e.path());
    std::string line;
    std::getline(file, line);
    std::map<std::string, std::size_t> column;
    std::istringstream head{line};
    for (std::string name; std::getline(head, name, '\t');) column.emplace(name, column.size());
    while (std::getline(file, line)) {
        std::istringstream cells{line};
        std::vector<double> values;
        for (std::string cell; std::getline(cells, cell, '\t');) values.push_back(std::strtod(cell.c_str(), nullptr));
        if (values.size() < column.size()) continue;
        auto const at = static_cast<std::size_t>(values[column.at("imageNumber")]);
        if (at < frames.size()) frames[at].seen.push_back({static_cast<std::int64_t>(values[column.at("id")]) + 1, values[column.at("xBody")], values[column.at("yBody")]});
    }
    std::vector<double> counts;
    for (auto const& f : frames) counts.push_back(static_cast<double>(f.seen.size()));
    fs::remove_all(folder);
    return {"FastTrack 6.7", median_of(std::move(counts)), 0, 0, static_cast<double>(frames.size()) / spent, track_score(frames, scale)};
}

Told ours(std::vector<std::string> const& paths, Truth const& truth, int every) {
    CountQuestion q;
    q.paths = paths;
    q.every = every;
    auto const begin = osetra::bench::processor_s();
    auto const e = must(count_against(q, truth, 0, {}));
    auto const frames = must(Media::open(paths))->expected();
    Told t{every == 1 ? "osetra, every frame" : fmt::format("osetra, every {}rd frame", every), e.counted.value, e.counted.low, e.counted.high, static_cast<double>(frames) / (osetra::bench::processor_s() - begin), {}};
    if (e.tracks) t.score = *e.tracks;
    return t;
}

void row(std::string const& clip, double n, Told const& t) {
    auto const interval = t.high > 0 ? fmt::format(" ({:.0f} to {:.0f})", t.low, t.high) : std::string{};
    fmt::print("| {} | {} | {:.0f} | {:.0f}{} | {:.1f} % | {} | {:.3f} | {:.3f} | {} | {:.1f} |\n", clip, t.name, n, t.count, interval, 100 * (t.count - n) / n, t.score.tracks, t.score.idf1, t.score.hota, t.score.switches, t.frames_per_s);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    cv::setNumThreads(1);
    std::string bytetrack_program, fasttrack_program;
    FlightPlan plan;
    plan.seed = first_test_seed + 777;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--scene") == 0) plan.scene = scene_kind(argv[i + 1]).value_or(SceneKind::clear);
        else if (std::strcmp(argv[i], "--fish") == 0) plan.fish = std::atoi(argv[i + 1]);
        else if (std::strcmp(argv[i], "--seed") == 0) plan.seed = std::strtoull(argv[i + 1], nullptr, 10);
        else if (std::strcmp(argv[i], "--seconds") == 0) plan.seconds = std::atof(argv[i + 1]);
        else if (std::strcmp(argv[i], "--bytetrack") == 0) bytetrack_program = argv[i + 1];
        else if (std::strcmp(argv[i], "--fasttrack") == 0) fasttrack_program = argv[i + 1];
        else { fmt::print(stderr, "{} is not known here.\n", argv[i]); return 2; }
    }
    fmt::print("| clip | who | N | count | off | names given | IDF1 | HOTA | switches | frames/s of one core |\n|---|---|---|---|---|---|---|---|---|---|\n");
    auto const folder = fs::temp_directory_path();
    auto const usual_ways = [&](std::string const& clip, std::vector<std::string> const& paths, Truth const& truth, double scale) {
        auto const all = moving(paths, truth);
        auto const fish = static_cast<double>(truth.fish_count);
        row(clip, fish, with_sort(all, scale));
        if (!bytetrack_program.empty()) row(clip, fish, with_bytetrack(bytetrack_program, all, scale));
    };
    for (auto const camera : {CameraPath::hover, CameraPath::sweep}) {
        plan.camera = camera;
        auto const name = fmt::format("{} {}", name_of(plan.scene), camera == CameraPath::hover ? "hover" : "sweep");
        auto const clip = (folder / fmt::format("osetra_peers_{}_{}.mp4", getpid(), static_cast<int>(camera))).string(), truth_file = clip + ".json";
        auto const truth = must(write_flight(must(checked(plan)), clip, truth_file, 23));
        double length = 0, n = 0;
        for (auto const& f : truth.frames)
            for (auto const& m : f.marks) { length += m.mark.length_px; ++n; }
        auto const usual = length / std::max(1.0, n), fish = static_cast<double>(truth.fish_count);
        usual_ways(name, {clip}, truth, usual);
        // a body is a spindle a sixth as wide as it is long
        if (!fasttrack_program.empty() && camera == CameraPath::hover) row(name, fish, fasttrack(fasttrack_program, {clip}, truth, {usual * usual / 40, usual * usual / 4, 15, usual / 2, usual * usual / 10, usual, usual, 100, 2, 0}, usual));
        for (int const every : {1, 3}) row(name, fish, ours({clip}, truth, every));
        fs::remove(clip);
        fs::remove(truth_file);
    }
    auto const dish = fs::path{OSETRA_ROOT} / "../shared/data/vision/zebrafish_larvae_seq";
    using osetra::bench::Labels;
    for (auto const labels : {Labels::as_they_are, Labels::put_right})
        if (auto const truth = osetra::bench::larvae(dish, labels)) {
            auto const name = labels == Labels::put_right ? "larvae in a dish, labels of 1 and 8 put right" : "larvae in a dish";
            std::vector<std::string> const frames{(dish / "frames").string()};
            usual_ways(name, frames, *truth, 40);
            if (!fasttrack_program.empty()) row(name, static_cast<double>(truth->fish_count), fasttrack(fasttrack_program, frames, *truth, of_its_test, 40));
            row(name, static_cast<double>(truth->fish_count), ours(frames, *truth, 1));
        }
}
