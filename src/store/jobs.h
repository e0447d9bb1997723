#pragma once
#include <functional>
#include <map>
#include <span>

#include "kernel/clock.h"
#include "kernel/result.h"
#include "store/db.h"

// Work that takes longer than a request (counting, evaluation, planning, documents, rebuilds). It waits in a table; any
// number of workers, in any number of processes, take it one by one.
namespace osetra::store {

struct Job {
    Uuid job;
    std::string kind;                       ///< which handler does it
    std::string state;                      ///< queued | running | done | failed | cancelled
    std::string person;
    std::string input;                      ///< JSON
    double progress = 0;                    ///< 0 to 1
    std::string said;                       ///< the worker's last word, or why it failed
    std::optional<std::string> result;      ///< JSON
    std::int64_t attempts = 0;
    Instant created_at{};
    Instant due_at{};                       ///< not to be taken before
    std::optional<std::string> taken_by;
    Instant changed_at{};
};
template <Is<Job> X> void visit_fields(X& x, auto f) {
    f("job", x.job); f("kind", x.kind); f("state", x.state); f("person", x.person); f("input", x.input); f("progress", x.progress);
    f("said", x.said); f("result", x.result); f("attempts", x.attempts); f("created_at", x.created_at); f("due_at", x.due_at);
    f("taken_by", x.taken_by); f("changed_at", x.changed_at);
}

void put_job(Db&, Enterprise, Uuid const& job, std::string kind, std::string input, std::string person, Instant now);
std::optional<Job> job_by_id(Db&, Enterprise, Uuid const&);
/// Newest first.
std::vector<Job> jobs_of(Db&, Enterprise, std::int64_t limit);
/// In the order of their changes: what a listener missed since.
std::vector<Job> jobs_changed(Db&, Enterprise, Instant since);
/// Queued or running work will not be done; a worker notices at its next report. Refusals: job_not_found, job_ended.
Result<Job> cancel_job(Db&, Enterprise, Uuid const&, Instant now);
/// Failed or cancelled work starts afresh. Refusals: job_not_found, job_not_ended.
Result<Job> retry_job(Db&, Enterprise, Uuid const&, Instant now);
/// Ended jobs made before `then` go.
void forget_jobs(Db&, Enterprise, Instant then);

/// What a worker holds while it does a job: nobody else can report on the same attempt.
class Task {
public:
    Task(Db& db, Enterprise enterprise, Job job, Clock const& clock, std::function<void(Job const&)> tell, std::function<bool()> stopping)
        : m_db(db), m_enterprise(enterprise), m_job(std::move(job)), m_clock(clock), m_tell(std::move(tell)), m_stopping(std::move(stopping)) {}
    Db& db() { return m_db; }
    Enterprise enterprise() const { return m_enterprise; }
    Job const& job() const { return m_job; }
    std::string const& input() const { return m_job.input; }
    /// How far it is. False: stop, it was cancelled or goes to another worker. Call at least once a minute.
    [[nodiscard]] bool report(double progress, std::string said);

private:
    friend class Worker;
    bool finish(std::string result);
    bool fail(std::string why, bool again);
    bool end(std::string state, std::string said, Instant due_at);
    bool changed(std::optional<Job> now);

    Db& m_db;
    Enterprise m_enterprise;
    Job m_job;
    Clock const& m_clock;
    std::function<void(Job const&)> m_tell;
    std::function<bool()> m_stopping;
};

/// Does one kind of job and gives its result as JSON. A refusal ends it for good; after a Fault it is tried again.
using JobHandler = std::function<Result<std::string>(Task&)>;

class Worker {
public:
    static constexpr std::int64_t most_attempts = 4;
    static constexpr Microseconds silence = std::chrono::minutes{10};   ///< after it the worker counts as dead

    /// `name` tells workers apart (host and process number). `tell` hears of every change. Once `stopping` is true, the job at
    /// hand goes back into the queue at its next report.
    Worker(Db&, std::string name, std::map<std::string, JobHandler, std::less<>> handlers, Clock const&,
           std::function<void(Enterprise, Job const&)> tell = {}, std::function<bool()> stopping = {});
    /// Takes the enterprise's oldest due job of a kind it knows and does it. False: there was none.
    bool work_once(Enterprise);

private:
    Db& m_db;
    std::string m_name, m_kinds;
    std::map<std::string, JobHandler, std::less<>> m_handlers;
    Clock const& m_clock;
    std::function<void(Enterprise, Job const&)> m_tell;
    std::function<bool()> m_stopping;
};

/// Waiting time before the next attempt: 5 s, 30 s, 3 min.
Microseconds pause_after(std::int64_t attempts);

/// The statements that both engines share.
std::span<Sql const> jobs_statements();
/// How one engine takes a job: PostgreSQL skips rows that another worker is taking, SQLite has one writer at a time.
Sql take_statement(Db::Engine);

} // namespace osetra::store
