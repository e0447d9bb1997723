#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "farm/branch.h"

// Loads of fruit as others see them, and what the sorting line asks of quality. Shown beside processing.h.
namespace osetra::store { class Db; }
namespace osetra::processing {

/// A grower's load of fruit as it was weighed in.
struct LoadTold { std::string load, pack, grower, orchard, variety; Instant at; };
std::optional<LoadTold> load_told(store::Db&, Enterprise, std::string const& load);
/// Weighed in with from <= at < to, in the order of their times.
std::vector<LoadTold> loads_between(store::Db&, Enterprise, Instant from, Instant to);

/// What quality says of loads of fruit: whether they may be sorted, packed and sent.
class LoadGate {
public:
    virtual ~LoadGate() = default;
    /// The hold that bars a load, by its name and reason: "RIPE-K1, unripe"; empty: nothing does.
    virtual std::string on(std::string const& load) = 0;
    /// Why a load that is weighed in would be held; empty: it would not.
    virtual std::string against(LoadTold const&) = 0;
    /// What is told of a load changed; said after the line has kept it.
    virtual void changed(std::string const& load) = 0;
};
using MakeLoadGate = std::function<std::unique_ptr<LoadGate>(farm::FarmAsked&)>;

/// The branch of sorting lines whose loads quality may hold.
farm::BranchPlan sorting_branch(MakeLoadGate gate);

/// A party that goods go to, as it was told last.
struct PartyTold { std::string party, name, country; std::optional<std::string> gln, place_gln; };
std::optional<PartyTold> party_told(store::Db&, Enterprise, std::string const& party);

} // namespace osetra::processing
