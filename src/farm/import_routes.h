#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::farm {

/// Files brought in through the web: shown first, then taken. `service` must outlive the routes.
void add_import_routes(http::Routes&, Service&);

} // namespace osetra::farm
