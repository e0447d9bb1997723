#pragma once
#include <string>

#include "access/access.h"
#include "app/work_routes.h"
#include "farm/service.h"
#include "trace/epcis_routes.h"

namespace osetra::app {

/// Every address of the product. What is given must outlive the routes.
void add_all_routes(http::Routes&, access::Access&, farm::Service&, trace::Service&, trace::Pushing, WorkParts, std::string version);

} // namespace osetra::app
