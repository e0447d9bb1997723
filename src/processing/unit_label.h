#pragma once
#include <string>
#include <vector>

#include "kernel/result.h"

namespace osetra::processing {

/// The label of a logistic unit: what it is in words, and its SSCC as a line code and in figures (GS1 General Specifications, 5.4 and 6.6).
struct UnitLabel {
    std::string title;
    std::vector<std::string> lines;
    std::string sscc;                            ///< 18 digits
};
/// One page of 105 x 148 mm (A6). Refusals: gs1_malformed.
Result<std::string> unit_label_pdf(UnitLabel const&);

} // namespace osetra::processing
