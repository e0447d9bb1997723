#pragma once
#include "http/routes.h"

namespace osetra::quality {

/// Blends and mixes worked out from sheets that a person sends.
void add_blending_routes(http::Routes&);

} // namespace osetra::quality
