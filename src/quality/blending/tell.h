#pragma once
#include <vector>

#include "quality/blending/decide.h"
#include "trace/engine/event.h"
#include "trace/engine/naming.h"

namespace osetra::quality {

/// What partners are told: a lot that came or was made (with its weight), and a blend as a transformation of its lots into the new one. Nothing of plans, prices and scores. Pure.
std::vector<trace::Node> blending_events_of(Fact const&, BlendingBody const&, trace::Naming const&, FarmOffset);

} // namespace osetra::quality
