#include "stocktake/engine/detector_finder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

__asm__(".section .rodata\n"
        "osetra_open_calibration:\n"
        ".incbin \"" OSETRA_MODELS "/open.calibration.json\"\n"
        "osetra_open_calibration_end:\n"
        "osetra_fry_calibration:\n"
        ".incbin \"" OSETRA_MODELS "/fry.calibration.json\"\n"
        "osetra_fry_calibration_end:\n"
        ".byte 0\n"
        ".previous\n");
extern "C" {
extern char const osetra_open_calibration[];
extern char const osetra_open_calibration_end[];
extern char const osetra_fry_calibration[];
extern char const osetra_fry_calibration_end[];
}

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t scales_tried = 3;
constexpr int looks_over = 5;
constexpr double seconds_looked_over = 20;

} // namespace

Result<DetectorFinder> DetectorFinder::load(std::string const& model) { return DetectorFinder{OSETRA_TRY(Detector::load(model))}; }

std::string model_for(CountQuestion const& question, bool clip) {
    if (question.model != "auto") return question.model;
    if (auto const site = read_calibration(question.calibration))
        for (auto const& c : *site)
            if ((c.way == "picture") != clip && !weights_within(c.model).empty()) return c.model;
    return clip || question.kind == "sturgeon" ? "open" : "fry";
}

Result<Opened> open_to_count(CountQuestion const& question, std::vector<std::string> const& paths) {
    auto first = Media::open(paths);
    auto finder = OSETRA_TRY(DetectorFinder::load(model_for(question, first && (*first)->clip())));
    auto media = OSETRA_TRY(std::move(first));
    if (media->clip()) {
        OSETRA_TRY(finder.look_over(*media));
        media = OSETRA_TRY(Media::open(paths));
    }
    return Opened{std::move(finder), std::move(media)};
}

Result<Done> DetectorFinder::look_over(Media& media) {
    if (!media.clip()) return Done{};
    auto frames = media.frames_per_s() * seconds_looked_over;
    if (media.expected() > 0) frames = std::min(frames, static_cast<double>(media.expected()));
    auto const between = std::max(1, static_cast<int>(frames / looks_over));
    auto best = -1.0, shrunk = 1.0;
    std::vector<cv::Mat> pictures;
    for (int look = 0; look < looks_over; ++look) {
        auto const shot = OSETRA_TRY(media.next());
        if (!shot) break;
        auto const chosen = m_detector.choose_scale(shot->picture);
        if (chosen.evidence > best) { best = chosen.evidence; m_scales = {chosen.scale * shot->shrunk}; }
        pictures.push_back(shot->picture);
        shrunk = shot->shrunk;
        for (int i = 1; i < between; ++i) if (!media.skip()) break;
    }
    if (!pictures.empty()) m_stock = m_detector.stock_of(pictures, m_scales.front() / shrunk);
    return Done{};
}

Marks DetectorFinder::find(Shot const& shot, bool clip) {
    if (m_scales.size() < (clip ? 1 : scales_tried)) m_scales.push_back(m_detector.choose_scale(shot.picture).scale * shot.shrunk);
    auto scales = m_scales;
    std::sort(scales.begin(), scales.end());
    DetectOptions options;
    options.scale = scales[scales.size() / 2] / shot.shrunk;
    options.thorough = !clip;   // of stills there are few
    options.threshold = weak();
    if (!clip) return m_detector.detect(shot.picture, options);
    options.stock = m_stock;
    options.past = m_memory.look(shot.picture, m_moved, shot.at_s);
    m_ground.look(m_memory.seen(), m_moved, shot.at_s);
    options.where = m_haunt.part(shot.picture.size(), m_moved, shot.at_s);
    auto marks = m_ground.doubted(m_detector.detect(shot.picture, options), weak());
    m_haunt.saw(marks, threshold());
    return marks;
}

Result<std::vector<Calibration>> built_in_calibration(std::string const& model) {
    if (model == "open") return read_calibration({osetra_open_calibration, static_cast<std::size_t>(osetra_open_calibration_end - osetra_open_calibration)});
    if (model == "fry") return read_calibration({osetra_fry_calibration, static_cast<std::size_t>(osetra_fry_calibration_end - osetra_fry_calibration)});
    auto path = fs::path{model};
    std::error_code none;
    if (!fs::is_regular_file(path, none)) {
        auto folder = fs::read_symlink("/proc/self/exe", none).parent_path();
        path = fs::path{"models"} / (model + ".osetra-weights");
        for (int up = 0; up < 4 && !fs::is_regular_file(path, none) && !folder.empty(); ++up, folder = folder.parent_path()) path = folder / "models" / (model + ".osetra-weights");
    }
    path.replace_extension(".calibration.json");
    std::ifstream in{path};
    if (!in) return std::vector<Calibration>{};
    std::ostringstream text;
    text << in.rdbuf();
    return read_calibration(text.str());
}

Result<std::vector<Calibration>> known_calibrations(CountQuestion const& question) {
    auto all = question.calibration.empty() ? std::vector<Calibration>{} : OSETRA_TRY(read_calibration(question.calibration));
    std::set<std::string> const models{model_for(question, false), model_for(question, true)};
    for (auto const& model : models) {
        auto const own = OSETRA_TRY(built_in_calibration(model));
        all.insert(all.end(), own.begin(), own.end());
    }
    return all;
}

} // namespace osetra::stocktake
