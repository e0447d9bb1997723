#pragma once
#include "farm/branch.h"

namespace osetra::store { class Db; struct Sql; }

// The plant: from the harvested fish to the shipment, as a branch of the ledger. Others see this header only.
namespace osetra::processing {

farm::BranchPlan branch();

std::vector<store::Sql> statements();

/// What a fish gave, as the plant weighed it.
struct FishGave {
    FishId fish;
    Instant at;
    Milligrams ovary_mg, roe_mg;
    std::optional<Milligrams> carcass_mg;
};
std::vector<FishGave> all_roe(store::Db&, Enterprise);

} // namespace osetra::processing
