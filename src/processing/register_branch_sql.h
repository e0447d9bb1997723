#pragma once
#include <optional>
#include <string>

#include "processing/processing.h"
#include "processing/register_facts.h"

namespace osetra::store { class Db; struct Sql; }

// What becomes of tins beside packing and shipping, as a branch of the ledger: losses, samples, returns.
namespace osetra::processing {

/// Why a tin is no longer there: lost or sampled; empty: it is.
std::string tin_gone(store::Db&, Enterprise, std::string const& tin);
/// How often a case came back.
std::int64_t times_returned(store::Db&, Enterprise, std::string const& container);

std::vector<store::Sql> tin_statements();

} // namespace osetra::processing
