#pragma once
#include <string>

#include "quality/answers.h"

namespace osetra::quality {

/// The certificate of analysis, A4, English and Chinese: what was tested by which method, limit with its source, result, verdict, who signs, and the hash of what it says.
std::string analysis_certificate(Certificate const&, std::string const& company, bool simulated, FarmOffset);

} // namespace osetra::quality
