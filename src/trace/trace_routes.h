#pragma once
#include "http/routes.h"
#include "trace/service.h"

namespace osetra::trace {

/// GET /api/v1/trace and /api/v1/recall.
void add_trace_routes(http::Routes&, Service&);

} // namespace osetra::trace
