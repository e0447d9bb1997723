#pragma once
#include <memory>
#include <string>

#include "farm/service.h"
#include "http/routes.h"

namespace osetra::farm {

/// Writes a list as a file: CSV (UTF-8 with BOM, so that spreadsheets open it right) or XLSX.
struct ListFile { std::string bytes, content_type; };

/// Every address of the farm. `service` must outlive the routes.
void add_farm_routes(http::Routes&, Service&);

} // namespace osetra::farm
