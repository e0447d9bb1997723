#pragma once
#include "farm/service.h"
#include "http/routes.h"

namespace osetra::processing {

/// Labels, their register, tins as they are scanned, and counting a store room by scanning. The service must outlive the routes.
void add_label_routes(http::Routes&, farm::Service&);

} // namespace osetra::processing
