#pragma once
#include <string>
#include <vector>

#include "kernel/time.h"
#include "quality/engine/taste_report.h"
#include "quality/tasting/facts.h"

// Papers of tastings, A4, English and Chinese.
namespace osetra::quality {

struct TastingPaper {
    std::string company;
    bool simulated = false;
    TastingPlanned planned;
    Instant at;                                  ///< when it was planned
    FarmOffset offset;
};

/// The verdict, the figures that it stands on, and which code was what.
std::string tasting_report_paper(TastingPaper const&, TasteReport const&);
/// For whoever pours: what is poured under which code for which seat. Tells what is what: not for who tastes or asks.
std::string serving_paper(TastingPaper const&, Opened const&);

} // namespace osetra::quality
