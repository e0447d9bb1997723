#pragma once
#include <string>
#include <vector>

#include "farm/branch.h"

namespace osetra::store { class Db; struct Sql; }

// Grading within the records, as a branch of the ledger: scores, tray photographs, decisions, prices. Others see this header only.
namespace osetra::quality {

farm::BranchPlan grading_branch();

std::vector<store::Sql> grading_statements();

/// What grading measured of the fish that a lot came from.
struct LotMeasured {
    FishId fish;
    Instant at;
    std::string attribute;                       ///< of the scheme: egg_mm, firmness ...
    double value = 0;
};
/// Of every decided lot, in the order of their times.
std::vector<LotMeasured> measured_by_grading(store::Db&, Enterprise);

} // namespace osetra::quality
