#pragma once
#include <string>
#include <vector>

#include "app/work.h"
#include "http/routes.h"
#include "store/pool.h"

namespace osetra::app {

/// A kind of job that people may start, and who.
struct JobKind {
    std::string kind, about;
    http::Permission needs = http::Permission::manage;
};
/// The kinds of job_handlers().
std::vector<JobKind> job_kinds();

struct WorkParts {
    store::Pool& pool;
    store::MediaFolder& media;
    Clock const& clock;
    std::function<Uuid()> new_id;
    std::vector<JobKind> kinds;
};

/// Jobs, uploads and media. The parts must outlive the routes.
void add_work_routes(http::Routes&, WorkParts);

} // namespace osetra::app
