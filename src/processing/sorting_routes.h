#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::processing {

/// Sorting lines over HTTP.
void add_sorting_routes(http::Routes&, farm::Service&);

} // namespace osetra::processing
