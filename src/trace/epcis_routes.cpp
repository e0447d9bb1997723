#include "trace/epcis_routes.h"

#include "trace/subscription_routes.h"

namespace osetra::trace {

void add_epcis_routes(http::Routes& routes, Service& service, std::string vendor, std::optional<Pushing> pushing) {
    auto const rest = std::make_shared<Rest>(service, std::move(vendor));
    add(routes, {.path = "", .about = "The top-level resources.", .answer = [](http::Request const& request) -> Result<http::Response> {
        auto const form = OSETRA_TRY(form_wanted(request, Offered::json_and_xml));
        return collection({"events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "capture", "queries"}, {}, form);
    }});
    add_options(routes, rest, "", "OPTIONS, GET");
    add_capture_routes(routes, rest);
    add_event_routes(routes, rest);
    add_query_routes(routes, rest);
    if (pushing) add_subscription_routes(routes, rest, *pushing);
}

} // namespace osetra::trace
