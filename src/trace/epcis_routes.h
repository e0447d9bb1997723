#pragma once
#include <string>

#include "http/routes.h"
#include "trace/service.h"

namespace osetra::trace {

/// EPCIS 2.0's REST interface, below /epcis/v2. `service` must outlive the routes. `vendor`: what GS1-Vendor-Version says.
void add_epcis_routes(http::Routes&, Service&, std::string vendor);

} // namespace osetra::trace
