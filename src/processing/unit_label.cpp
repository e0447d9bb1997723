#include "processing/unit_label.h"

#include "kernel/paper.h"
#include "processing/labels/codes.h"

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

} // namespace osetra::processing
