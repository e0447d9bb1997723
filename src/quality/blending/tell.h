#pragma once
#include <optional>
#include <string>
#include <vector>

#include "quality/blending/decide.h"
#include "trace/engine/event.h"
#include "trace/engine/naming.h"

namespace osetra::quality {

/// What partners are told: a lot that came or was made (with its weight), and a blend as a transformation of its lots into the new one. what left of a lot, sold to a party or lost. Nothing of plans, prices and scores. Pure.
/// `product`, `gln`: of the lot that left, and of its buyer where that is registered.
std::vector<trace::Node> blending_events_of(Fact const&, BlendingBody const&, trace::Naming const&, FarmOffset, std::string const& product = {}, std::optional<std::string> const& gln = {});

} // namespace osetra::quality
