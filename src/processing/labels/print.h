#pragma once
#include <string>
#include <vector>

#include "processing/labels/drawing.h"

// Labels as files: PDF, the language of label printers (ZPL II), SVG to look at, and dots. Pure.
namespace osetra::processing::labels {

/// One page a label, or as many as fit on a sheet.
struct Sheet { double width_mm = 210, height_mm = 297, margin_mm = 8, gap_mm = 2; };
/// Refusal: sheet_too_small. \pre there are labels
Result<std::string> pdf_of(std::vector<Drawing> const&, std::optional<Sheet> const& = {});

/// What the printer has itself. Letters of Latin texts by its own font, which is narrower than ours; all other texts go as dots.
enum class Printers : std::uint8_t { own, dots };
struct Zpl {
    int dots_per_mm = 8;                         ///< 8 of printers of 203 dpi, 12 of those of 300
    Printers letters = Printers::own, codes = Printers::own;
};
std::string zpl_of(std::vector<Drawing> const&, Zpl const&);

/// One picture, every letter as its outline.
std::string svg_of(Drawing const&, paper::Glyphs const&);

/// As the print head makes it. A module is a whole number of dots.
paper::Dots dots_of(Drawing const&, int dots_per_mm, paper::Glyphs const&);

} // namespace osetra::processing::labels
