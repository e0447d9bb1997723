#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::quality {

/// Blends and mixes worked out from sheets that a person sends, and the company's own goods and blends. The service must outlive the routes.
void add_blending_routes(http::Routes&, farm::Service&);

} // namespace osetra::quality
