#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::quality {

/// What is held, tested, certified and used. The service must outlive the routes.
void add_quality_routes(http::Routes&, farm::Service&);

} // namespace osetra::quality
