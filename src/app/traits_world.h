#pragma once
#include <vector>

#include "breeding/traits.h"

namespace osetra::app {

/// Measurements of animals that other capabilities hold: what the plant weighed.
std::vector<breeding::TraitSource> trait_sources();

} // namespace osetra::app
