#pragma once
#include <memory>
#include <vector>

#include "farm/branch.h"
#include "processing/loads.h"
#include "processing/processing.h"

namespace osetra::store { struct Sql; }

// Whether goods are safe and may go: holds and releases, samples and results, certificates, inputs. Others see this header only.
namespace osetra::quality {

farm::BranchPlan branch();
/// What the plant asks before anything is packed or sent: processing::branch(quality::holds).
std::unique_ptr<processing::Holds> holds(farm::FarmAsked&);
/// What a sorting line asks before a load is sorted, packed or sent: processing::sorting_branch(quality::load_gate).
std::unique_ptr<processing::LoadGate> load_gate(farm::FarmAsked&);

std::vector<store::Sql> statements();

} // namespace osetra::quality
