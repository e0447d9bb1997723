#pragma once
#include <string>
#include <vector>

#include "farm/reader_sql.h"

namespace osetra::farm {

/// A fact that was refused after somebody had written it down without a signal: a person decides what becomes of it.
struct TaskRow {
    Uuid task;                                   ///< the fact's own id
    Instant at;
    std::string person, code, detail;
    std::string fact;                            ///< as it was sent, JSON
};
template <Is<TaskRow> X> void visit_fields(X& x, auto f) {
    f("task", x.task); f("at", x.at); f("person", x.person); f("code", x.code); f("detail", x.detail); f("fact", x.fact);
}

/// A task that is there already stays as it is.
void keep_tasks(Reader&, std::vector<TaskRow> const&);
void task_done(Reader&, Uuid const& task, std::string const& person, Instant);

} // namespace osetra::farm
