#pragma once
#include <functional>
#include <optional>
#include <string>

#include "http/routes.h"
#include "trace/service.h"

namespace osetra::trace {

class Courier;

/// Who tells subscribers, and whether they may be at addresses that are not public.
struct Pushing {
    Courier& courier;
    std::function<void()> wake;           ///< there is something new for the courier
    bool private_too = false;
};

/// EPCIS 2.0's REST interface, below /epcis/v2. `service` must outlive the routes. `vendor`: what GS1-Vendor-Version says.
/// Nobody can subscribe where nobody is pushing.
void add_epcis_routes(http::Routes&, Service&, std::string vendor, std::optional<Pushing> = {});

} // namespace osetra::trace
