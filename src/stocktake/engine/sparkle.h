#pragma once
#include <cstdint>
#include <vector>

namespace osetra::stocktake {

/// How likely what was followed was a body, and no sparkle or ripple that was taken for one: bodies are seen in most of the looks that they live through, by marks of good scores.
/// `evidence`: mean logit of the marks' scores; `seen_share`: marks for each look from the first to the last.
double likely_body(double evidence, double seen_share);

/// Looks at a clip, by their times in order, that stand in its middle: from the first to the end of the second number. Near both ends those hidden just then are taken for missing,
/// since no later or earlier look tells that they were there. Of a short clip less is left out.
struct Middle {
    std::size_t from = 0, to = 0;
};
Middle middle_of(std::vector<double> const& at_s, double hidden_s);

} // namespace osetra::stocktake
