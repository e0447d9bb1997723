#pragma once
#include <string>
#include <vector>

#include "kernel/result.h"
#include "processing/labels/drawing.h"

namespace osetra::processing {

/// The label of a logistic unit: what it is in words, and its SSCC as a line code and in figures (GS1 General Specifications, 5.4 and 6.6).
struct UnitLabel {
    std::string title;
    std::vector<std::string> lines;
    std::string sscc;                            ///< 18 digits
};
/// 105 x 148 mm (A6). Lines that are too wide are broken, and those that find no room are left out with a sign. Refusals: gs1_malformed.
Result<labels::Drawing> unit_drawing(UnitLabel const&);
/// One page of it. Refusals: gs1_malformed.
Result<std::string> unit_label_pdf(UnitLabel const&);

} // namespace osetra::processing
