#include "farm/tasks_sql.h"

#include "farm/farm_sql.h"

namespace osetra::farm {

using store::arg;

void keep_tasks(Reader& reader, std::vector<TaskRow> const& tasks) {
    store::Transaction all{reader.db()};
    for (auto const& t : tasks) reader.db().run(sql::all[sql::add_task], arg("enterprise", reader.enterprise()), t);
    all.commit();
}

void task_done(Reader& reader, Uuid const& task, std::string const& person, Instant at) {
    store::Transaction all{reader.db()};
    reader.db().run(sql::all[sql::task_done], arg("done_at", at), arg("done_by", person), arg("enterprise", reader.enterprise()), arg("task", task));
    all.commit();
}

} // namespace osetra::farm
