#pragma once
#include <memory>

#include "trace/epcis_routes.h"
#include "trace/rest_routes.h"
#include "trace/subscriptions.h"

namespace osetra::trace {

/// Letters by POST, to public addresses only, unless private ones are allowed too.
std::unique_ptr<Sender> webhooks(bool private_too);

/// /queries/{queryName}/subscriptions, WebSockets at /queries/{queryName}/events, and /api/v1/subscriptions for those who look after them.
void add_subscription_routes(http::Routes&, RestPtr const&, Pushing const&);

} // namespace osetra::trace
