#pragma once
#include <string>

#include "trace/trace_answer.h"

namespace osetra::trace {

/// A recall on paper, A4: what is affected, where it is, who received it and how they are reached. English and Chinese; the font is
/// in it. Times are of the given offset.
std::string to_pdf(Recall const&, Instant made_at, FarmOffset);

} // namespace osetra::trace
