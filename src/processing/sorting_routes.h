#pragma once
#include "farm/service.h"
#include "http/routes.h"
#include "processing/loads.h"

namespace osetra::processing {

/// Sorting lines over HTTP.
void add_sorting_routes(http::Routes&, farm::Service&, MakeLoadGate = {});

} // namespace osetra::processing
