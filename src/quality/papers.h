#pragma once
#include <string>

#include "quality/answers.h"

namespace osetra::quality {

/// The certificate of analysis, A4, English and Chinese: what was tested by which method, limit with its source, result, verdict, who signs, and the hash of what it says.
/// `link`: where whoever scans its code may ask whether it holds; empty: no code.
std::string analysis_certificate(Certificate const&, std::string const& company, bool simulated, FarmOffset, std::string const& link);

} // namespace osetra::quality
