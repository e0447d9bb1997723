#include "app/all_routes.h"

#include "app/link_world.h"
#include "breeding/breeding_routes.h"
#include "farm/farm_routes.h"
#include "farm/identity_routes.h"
#include "farm/import_routes.h"
#include "processing/label_routes.h"
#include "processing/plant_routes.h"
#include "processing/sorting_routes.h"
#include "quality/blending/blending_routes.h"
#include "quality/tasting/tasting_routes.h"
#include "quality/grading/grading_routes.h"
#include "quality/quality.h"
#include "quality/quality_routes.h"
#include "stocktake/flight_routes.h"
#include "trace/trace_routes.h"

namespace osetra::app {

void add_all_routes(http::Routes& routes, access::Access& access, farm::Service& service, trace::Service& epcis, trace::Pushing pushing, WorkParts parts, std::string version) {
    access::add_routes(routes, access);
    farm::add_farm_routes(routes, service);
    farm::add_identity_routes(routes, service);
    farm::add_import_routes(routes, service);
    trace::add_epcis_routes(routes, epcis, "Osetra " + version, std::move(pushing));
    trace::add_trace_routes(routes, epcis);
    trace::add_link_routes(routes, epcis, link_world(parts.pool, service.pack()));
    processing::add_plant_routes(routes, service, quality::holds);
    stocktake::add_flight_routes(routes, service, {parts.pool, parts.media, parts.clock, parts.new_id});
    breeding::add_breeding_routes(routes, service, {parts.pool, parts.media, parts.clock, parts.new_id});
    processing::add_label_routes(routes, service);
    processing::add_sorting_routes(routes, service, quality::load_gate);
    quality::add_tasting_routes(routes, service);
    quality::add_blending_routes(routes, service);
    quality::add_grading_routes(routes, service, {parts.pool, parts.media, parts.clock});
    quality::add_quality_routes(routes, service);
    add_work_routes(routes, std::move(parts));
    http::add_own_routes(routes, std::move(version));   // last: it tells of the others
}

} // namespace osetra::app
