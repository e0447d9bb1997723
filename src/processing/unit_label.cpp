#include "processing/unit_label.h"

#include <fmt/core.h>

#include "kernel/paper.h"
#include "processing/labels/codes.h"
#include "processing/processing.h"

namespace osetra::processing {
namespace {

constexpr float mm = 72.0F / 25.4F;
constexpr float width = 105 * mm, height = 148 * mm, margin = 6 * mm;
constexpr float module = 0.495F * mm;            // GS1: 0.495 to 1.016 mm for goods that are moved
constexpr float bar_height = 32 * mm;            // GS1: no less than 31.75 mm

} // namespace

Result<std::string> unit_label_pdf(UnitLabel const& label) {
    auto const code = OSETRA_TRY(labels::gs1_128({{"00", label.sscc}}));
    paper::Board board;
    board.page(width, height);
    auto y = margin + 18;
    board.text(margin, y, 18, label.title);
    for (auto const& line : label.lines) board.text(margin, y += 19, 12, line);
    auto const wide = static_cast<float>(code.width) * module;
    auto const left = (width - wide) / 2, top = height - margin - bar_height - 18;
    std::vector<paper::Fill> bars;
    for (auto const& run : labels::runs_of(code)) bars.push_back({left + static_cast<float>(run.x) * module, top, static_cast<float>(run.width) * module, bar_height});
    board.fill(bars);
    board.text(margin, height - margin, 14, labels::in_round_brackets({{"00", label.sscc}}));
    return board.bytes();
}

Result<paper::Dots> qr_code(std::string_view text) { return labels::qr(text); }
Result<std::string> qr_svg(std::string_view text) {
    auto const code = OSETRA_TRY(labels::qr(text));
    auto const quiet = labels::quiet_zone(labels::CodeKind::qr);
    std::string path;
    for (auto const& r : labels::runs_of(code)) path += fmt::format("M{} {}h{}v{}h-{}z", r.x + quiet, r.y + quiet, r.width, r.height, r.width);
    auto const side = code.width + 2 * quiet;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/><path d=\"{1}\"/></svg>", side, path);
}

} // namespace osetra::processing
