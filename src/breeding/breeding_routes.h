#pragma once
#include "breeding/desk_sql.h"
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::breeding {

/// Candidates, plans, animals, trends and papers. The service and what the desk was made of must outlive the routes.
void add_breeding_routes(http::Routes&, farm::Service&, BreedingDesk);

} // namespace osetra::breeding
