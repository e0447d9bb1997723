#pragma once
#include <functional>
#include <string>

#include "farm/branch.h"
#include "farm/pack/pack.h"
#include "kernel/time.h"
#include "store/db.h"

namespace osetra::farm {

/// A digest of all that holds and all that is worked out, without the order and the times of recording: equal for the same
/// facts however they arrived. One SHA-256 a table, as "stock 3f0a..." lines.
std::string state_digest(store::Db&, Enterprise);

/// Checks one enterprise: the hash chain, and that everything worked out is what its journal gives when it is worked out anew (in
/// a scratch database at `scratch`, a file that is removed afterwards, or ":memory:"). Refusals: chain_broken, state_differs
/// (with the table), events_missing (with the fact); `osetra rebuild` mends the last two.
Result<std::int64_t> verify(store::Db&, Pack const&, Enterprise, FarmOffset, std::string const& scratch,
                            std::function<void(char const* what, std::int64_t done, std::int64_t all)> progress = {}, Branches const& = no_branches());

} // namespace osetra::farm
