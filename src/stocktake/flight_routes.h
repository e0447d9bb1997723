#pragma once
#include "farm/service.h"
#include "http/routes.h"
#include "stocktake/desk_sql.h"

namespace osetra::stocktake {

/// Flights, their review, and the plan of the year. The service and what the desk was made of must outlive the routes.
void add_flight_routes(http::Routes&, farm::Service&, FlightDesk);

} // namespace osetra::stocktake
