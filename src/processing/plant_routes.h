#pragma once
#include "farm/service.h"
#include "http/routes.h"
#include "processing/processing.h"

namespace osetra::processing {

/// The line, lots, checks, charts and capacity of the plant. The service must outlive the routes.
void add_plant_routes(http::Routes&, farm::Service&, MakeHolds = {});

} // namespace osetra::processing
