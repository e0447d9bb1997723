#include "store/jobs.h"

#include <algorithm>

namespace osetra::store {
namespace {

#define COLUMNS "job, kind, state, person, input, progress, said, result, attempts, created_at, due_at, taken_by, changed_at"
#define ONE_JOB "WHERE enterprise = :enterprise AND job = :job "
// A report counts only while the same attempt is still running.
#define ATTEMPT ONE_JOB "AND state = 'running' AND taken_by = :taken_by AND attempts = :attempts "
#define WAITING "due_at <= :now AND (state = 'queued' OR (state = 'running' AND changed_at < :silent_since)) AND :kinds LIKE '%,' || kind || ',%' "
constexpr Sql sql[] = {
    {"jobs.put", "INSERT INTO job (enterprise, job, kind, state, person, input, progress, said, attempts, created_at, due_at, changed_at) "
                 "VALUES (:enterprise, :job, :kind, 'queued', :person, :input, 0, '', 0, :now, :now, :now)"},
    {"jobs.by_id", "SELECT " COLUMNS " FROM job " ONE_JOB},
    {"jobs.list", "SELECT " COLUMNS " FROM job WHERE enterprise = :enterprise ORDER BY created_at DESC, job DESC LIMIT :limit"},
    {"jobs.changed", "SELECT " COLUMNS " FROM job WHERE enterprise = :enterprise AND changed_at >= :since ORDER BY changed_at, job"},
    {"jobs.cancel", "UPDATE job SET state = 'cancelled', said = '', changed_at = :now " ONE_JOB "AND state IN ('queued', 'running') RETURNING " COLUMNS},
    {"jobs.retry", "UPDATE job SET state = 'queued', said = '', progress = 0, attempts = 0, due_at = :now, changed_at = :now, result = NULL "
                   ONE_JOB "AND state IN ('failed', 'cancelled') RETURNING " COLUMNS},
    {"jobs.forget", "DELETE FROM job WHERE enterprise = :enterprise AND created_at < :then AND state IN ('done', 'failed', 'cancelled')"},
    {"jobs.report", "UPDATE job SET progress = :progress, said = :said, changed_at = :now " ATTEMPT "RETURNING " COLUMNS},
    {"jobs.finish", "UPDATE job SET state = 'done', progress = 1, said = '', result = :result, changed_at = :now " ATTEMPT "RETURNING " COLUMNS},
    {"jobs.fail", "UPDATE job SET state = :state, said = :said, due_at = :due_at, changed_at = :now " ATTEMPT "RETURNING " COLUMNS},
    {"jobs.give_up", "UPDATE job SET state = 'failed', said = 'The worker stopped before it was done.', changed_at = :now WHERE enterprise = :enterprise "
                     "AND state = 'running' AND changed_at < :silent_since AND attempts >= :most_attempts"},
    {"jobs.waiting", "SELECT " COLUMNS " FROM job WHERE enterprise = :enterprise AND " WAITING "LIMIT 1"},
};
enum { put_, by_id, list, changed_, cancel, retry, forget_, report_, finish_, fail_, give_up, waiting };

#define TAKE(LOCK) "UPDATE job SET state = 'running', taken_by = :taken_by, changed_at = :now, attempts = attempts + 1, progress = 0 " \
    "WHERE enterprise = :enterprise AND job = (SELECT job FROM job WHERE enterprise = :enterprise AND " WAITING \
    "ORDER BY due_at, job LIMIT 1" LOCK ") RETURNING " COLUMNS
constexpr Sql take_sqlite{"jobs.take", TAKE("")};
constexpr Sql take_postgres{"jobs.take", TAKE(" FOR UPDATE SKIP LOCKED")};
#undef TAKE
#undef WAITING
#undef ATTEMPT
#undef ONE_JOB
#undef COLUMNS

Refusal not_found(Uuid const& job) { return {"job_not_found", "There is no job " + job.text() + ".", "job"}; }

} // namespace

void put_job(Db& db, Enterprise enterprise, Uuid const& job, std::string kind, std::string input, std::string person, Instant now) {
    db.run(sql[put_], arg("enterprise", enterprise), arg("job", job), arg("kind", kind), arg("person", person), arg("input", input), arg("now", now));
}

std::optional<Job> job_by_id(Db& db, Enterprise enterprise, Uuid const& job) {
    return db.row<Job>(sql[by_id], arg("enterprise", enterprise), arg("job", job));
}

std::vector<Job> jobs_of(Db& db, Enterprise enterprise, std::int64_t limit) {
    return db.rows<Job>(sql[list], arg("enterprise", enterprise), arg("limit", limit));
}

std::vector<Job> jobs_changed(Db& db, Enterprise enterprise, Instant since) {
    return db.rows<Job>(sql[changed_], arg("enterprise", enterprise), arg("since", since));
}

Result<Job> cancel_job(Db& db, Enterprise enterprise, Uuid const& job, Instant now) {
    if (auto changed = db.row<Job>(sql[cancel], arg("enterprise", enterprise), arg("job", job), arg("now", now))) return *changed;
    auto const there = job_by_id(db, enterprise, job);
    if (!there) return tl::unexpected(not_found(job));
    return refuse("job_ended", "The job is " + there->state + " already; nothing is left to cancel.", "job");
}

Result<Job> retry_job(Db& db, Enterprise enterprise, Uuid const& job, Instant now) {
    if (auto changed = db.row<Job>(sql[retry], arg("enterprise", enterprise), arg("job", job), arg("now", now))) return *changed;
    auto const there = job_by_id(db, enterprise, job);
    if (!there) return tl::unexpected(not_found(job));
    return refuse("job_not_ended", "The job is " + there->state + "; only failed and cancelled jobs can be started again.", "job");
}

void forget_jobs(Db& db, Enterprise enterprise, Instant then) { db.run(sql[forget_], arg("enterprise", enterprise), arg("then", then)); }

Microseconds pause_after(std::int64_t attempts) {
    Microseconds pause = std::chrono::seconds{5};
    for (std::int64_t n = 1; n < attempts && pause < std::chrono::hours{1}; ++n) pause *= 6;
    return pause;
}

bool Task::changed(std::optional<Job> now) {
    if (!now) return false;
    m_job = std::move(*now);
    if (m_tell) m_tell(m_job);
    return true;
}

bool Task::report(double progress, std::string said) {
    if (m_stopping && m_stopping()) {
        end("queued", "The worker stopped; another one will do it.", m_clock.now());
        return false;
    }
    progress = progress >= 0 ? std::min(progress, 1.0) : 0.0;
    return changed(m_db.row<Job>(sql[report_], arg("enterprise", m_enterprise), arg("job", m_job.job), arg("taken_by", m_job.taken_by),
                                 arg("attempts", m_job.attempts), arg("progress", progress), arg("said", said), arg("now", m_clock.now())));
}

bool Task::finish(std::string result) {
    return changed(m_db.row<Job>(sql[finish_], arg("enterprise", m_enterprise), arg("job", m_job.job), arg("taken_by", m_job.taken_by),
                                 arg("attempts", m_job.attempts), arg("result", result), arg("now", m_clock.now())));
}

bool Task::fail(std::string why, bool again) {
    auto const state = again && m_job.attempts < Worker::most_attempts ? "queued" : "failed";
    return end(state, std::move(why), m_clock.now() + pause_after(m_job.attempts));
}

bool Task::end(std::string state, std::string said, Instant due_at) {
    return changed(m_db.row<Job>(sql[fail_], arg("enterprise", m_enterprise), arg("job", m_job.job), arg("taken_by", m_job.taken_by),
                                 arg("attempts", m_job.attempts), arg("state", state), arg("said", said), arg("due_at", due_at), arg("now", m_clock.now())));
}

Worker::Worker(Db& db, std::string name, std::map<std::string, JobHandler, std::less<>> handlers, Clock const& clock,
               std::function<void(Enterprise, Job const&)> tell, std::function<bool()> stopping)
    : m_db(db), m_name(std::move(name)), m_kinds(","), m_handlers(std::move(handlers)), m_clock(clock), m_tell(std::move(tell)),
      m_stopping(std::move(stopping)) {
    for (auto const& [kind, handler] : m_handlers) m_kinds += kind + ',';
}

bool Worker::work_once(Enterprise enterprise) {
    auto const now = m_clock.now();
    auto const silent_since = now - silence;
    // Looking is cheap and keeps nobody waiting; only work that is there needs the right to write.
    std::optional<Job> job = m_db.row<Job>(sql[waiting], arg("enterprise", enterprise), arg("now", now), arg("silent_since", silent_since), arg("kinds", m_kinds));
    if (!job) return false;
    {
        Transaction taking{m_db};
        m_db.run(sql[give_up], arg("enterprise", enterprise), arg("silent_since", silent_since), arg("most_attempts", most_attempts), arg("now", now));
        job = m_db.row<Job>(m_db.engine() == Db::Engine::postgres ? take_postgres : take_sqlite, arg("enterprise", enterprise),
                            arg("taken_by", m_name), arg("now", now), arg("silent_since", silent_since), arg("kinds", m_kinds));
        taking.commit();
    }
    if (!job) return false;
    std::function<void(Job const&)> tell;
    if (m_tell) tell = [this, enterprise](Job const& j) { m_tell(enterprise, j); };
    Task task{m_db, enterprise, std::move(*job), m_clock, tell, m_stopping};
    if (m_tell) m_tell(enterprise, task.job());
    try {
        auto result = m_handlers.find(task.job().kind)->second(task);
        if (result) task.finish(std::move(*result));
        else task.fail(std::move(result).error().message, false);
    } catch (std::exception const& fault) {   // the job loop is one of the three places where faults end
        task.fail(fault.what(), true);
    }
    return true;
}

std::span<Sql const> jobs_statements() { return sql; }
Sql take_statement(Db::Engine engine) { return engine == Db::Engine::postgres ? take_postgres : take_sqlite; }

} // namespace osetra::store
