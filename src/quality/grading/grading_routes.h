#pragma once
#include "farm/service.h"
#include "http/routes.h"
#include "quality/grading/grading_desk_sql.h"

namespace osetra::quality {

/// Lots with their grades, scores, photographs, decisions, agreement, prices and uses. The service and what the desk was made of must outlive the routes.
void add_grading_routes(http::Routes&, farm::Service&, GradingDesk);

} // namespace osetra::quality
