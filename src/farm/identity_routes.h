#pragma once
#include "farm/service.h"
#include "http/routes.h"
#include "trace/engine/naming.h"

namespace osetra::farm {

/// What the answer to a question about the enterprise's identity says; `told` is nothing where it has not said it.
std::string identity_json(std::optional<trace::Identity> const& told, trace::Numbers&);

/// Who the enterprise is among its partners. `service` must outlive the routes.
void add_identity_routes(http::Routes&, Service&);

} // namespace osetra::farm
