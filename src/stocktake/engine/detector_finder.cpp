#include "stocktake/engine/detector_finder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

__asm__(".section .rodata\n"
        "osetra_open_calibration:\n"
        ".incbin \"" OSETRA_OPEN_CALIBRATION "\"\n"
        "osetra_open_calibration_end:\n"
        ".byte 0\n"
        ".previous\n");
extern "C" {
extern char const osetra_open_calibration[];
extern char const osetra_open_calibration_end[];
}

namespace osetra::stocktake {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t scales_tried = 3;
constexpr double weak = 0.15;   ///< marks so faint may still be somebody who was seen before

} // namespace

Result<DetectorFinder> DetectorFinder::load(std::string const& model) { return DetectorFinder{OSETRA_TRY(Detector::load(model))}; }

Marks DetectorFinder::find(Shot const& shot, bool clip) {
    if (m_scales.size() < (clip ? 1 : scales_tried)) m_scales.push_back(m_detector.choose_scale(shot.picture) * shot.shrunk);
    auto scales = m_scales;
    std::sort(scales.begin(), scales.end());
    DetectOptions options;
    options.scale = scales[scales.size() / 2] / shot.shrunk;
    options.thorough = !clip;   // of stills there are few
    if (clip) options.threshold = std::min(weak, m_detector.threshold());
    return m_detector.detect(shot.picture, options);
}

Result<std::vector<Calibration>> built_in_calibration(std::string const& model) {
    if (model == "open") return read_calibration({osetra_open_calibration, static_cast<std::size_t>(osetra_open_calibration_end - osetra_open_calibration)});
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

} // namespace osetra::stocktake
