#pragma once
#include <vector>

#include "processing/decide.h"
#include "trace/engine/event.h"
#include "trace/engine/naming.h"

namespace osetra::processing {

/// What partners are told of a fact of the plant. None of `rubbing`, `party`, `permit` and of what stations and checks tell; of `salt` none until the lot's first tin is
/// closed, for only then it is known how long the roe lay. Pure.
std::vector<trace::Node> events_of(Fact const&, Body const&, trace::Naming const&, Plant&, FarmOffset);

/// Master data of a party and of the place where it takes goods in.
std::vector<trace::Node> vocabularies_of(PartyRegistered const&, trace::Naming const&);

} // namespace osetra::processing
