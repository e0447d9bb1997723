#pragma once
#include "app/verbs.h"

namespace osetra::app {

/// Which growers' blocks are ripe; of one pack, or of all where it is empty.
Result<Done> quality_maturity(Context const&, std::string const& pack);
/// The label of a case or pallet of tins.
Result<Done> label_case(Context const&, LabelVerb const&);

} // namespace osetra::app
