#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::quality {

/// Panels, tastings, and the pages of tasters without accounts. The service must outlive the routes.
void add_tasting_routes(http::Routes&, farm::Service&);

} // namespace osetra::quality
