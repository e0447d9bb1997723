#include "processing/unit_label.h"

#include <algorithm>
#include <fmt/core.h>

#include "kernel/glyphs.h"
#include "processing/labels/print.h"
#include "processing/processing.h"

namespace osetra::processing {
namespace {

// Millimetres.
constexpr double width = 105, height = 148, margin = 6;
constexpr double module = 0.495;                 // GS1: 0.495 to 1.016 mm for goods that are moved
constexpr double bar_height = 32;                // GS1: no less than 31.75 mm
constexpr double title_size = 6.35, text_size = 4.23, line_step = 6.7, figures_size = 4.9;

/// Pieces of a line that are no wider than the label; broken at blanks where there are any.
std::vector<std::string> broken(std::string const& line, double size, paper::Glyphs const& glyphs) {
    auto const fits = [&](std::string const& text) { return glyphs.width(text) * size <= width - 2 * margin; };
    std::vector<std::string> all;
    std::string now;
    for (std::size_t from = 0; from < line.size();) {
        auto const to = std::min(line.find(' ', from + 1), line.size());
        auto const word = line.substr(from, to - from);
        if (!now.empty() && !fits(now + word)) {
            all.push_back(std::move(now));
            now = word.substr(word.find_first_not_of(' ') == std::string::npos ? 0 : word.find_first_not_of(' '));
        } else now += word;
        from = to;
    }
    if (!now.empty()) all.push_back(std::move(now));
    return all;
}

} // namespace

Result<labels::Drawing> unit_drawing(UnitLabel const& label) {
    auto const code = OSETRA_TRY(labels::gs1_128({{"00", label.sscc}}));
    paper::Glyphs const glyphs;
    labels::Drawing out;
    out.width = width;
    out.height = height;
    auto y = margin + title_size;
    out.texts.push_back({margin, y, title_size, label.title});
    auto const top = height - margin - figures_size - 1.5 - bar_height, lowest = top - 3;
    for (auto const& line : label.lines)
        for (auto const& part : broken(line, text_size, glyphs)) {
            y += line_step;
            if (y + line_step > lowest) {
                if (y <= lowest) out.texts.push_back({margin, y, text_size, "…"});
                y = lowest;
                break;
            }
            out.texts.push_back({margin, y, text_size, part});
        }
    labels::Elements const elements{{"00", label.sscc}};
    out.codes.push_back({labels::CodeKind::gs1_128, elements, {}, code, (width - code.width * module) / 2, top, module, bar_height});
    out.texts.push_back({margin, height - margin, figures_size, labels::in_round_brackets(elements)});
    return out;
}

Result<std::string> unit_label_pdf(UnitLabel const& label) { return labels::pdf_of({OSETRA_TRY(unit_drawing(label))}); }

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
