#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "farm/pack/pack.h"
#include "kernel/clock.h"
#include "stocktake/count_job_sql.h"
#include "store/jobs.h"
#include "store/media.h"

namespace osetra::app {

using Tell = std::function<void(Enterprise, std::string event, std::string data)>;
using Handlers = std::map<std::string, store::JobHandler, std::less<>>;

/// The kinds of job that this program can do.
///   verify: walks the enterprise's journal and works everything out anew beside what is kept.
///   capture: takes a document of EPCIS events that somebody sent.
///   count_flight: counts the fish on a clip with `counter`.
///   breed_evaluation: works out the breeding values of a species.
Handlers job_handlers(farm::Pack const&, Clock const&, store::MediaFolder&, stocktake::Counter counter);
/// The same apart, each for a worker of its own, so that nobody waits behind what takes longer: those that somebody waits for at the other end of a connection,
Handlers prompt_handlers(Clock const&, std::function<void()> captured = {});
/// those that somebody waits for at a page, for minutes,
Handlers counting_handlers(farm::Pack const&, Clock const&, store::MediaFolder&, stocktake::Counter counter);
/// and those that nobody sits and waits for.
Handlers long_handlers(farm::Pack const&, Clock const&, store::MediaFolder&);

/// Host, process and a number: tells those apart who take turns at one table.
std::string worker_name();

/// A job as the API shows it.
std::string job_json(store::Job const&);

/// Does jobs of every enterprise until it is destroyed, one at a time, and throws away what nobody needs any more (uploads that
/// rested for two days, jobs that ended 90 days ago). Several may run, in one process and in others. A job that is being done
/// when this ends goes back into the queue at its next report.
class JobWorker {
public:
    using Open = std::function<std::unique_ptr<store::Db>()>;
    JobWorker(Open, Handlers, store::MediaFolder&, Clock const&, std::function<void(std::string const&)> log = {});
    ~JobWorker();
    JobWorker(JobWorker const&) = delete;
    JobWorker& operator=(JobWorker const&) = delete;
    /// A job was put: look at once.
    void wake();

private:
    void loop();
    bool work_all(store::Db&, store::Worker&);
    void clean(store::Db&);
    bool pause();

    Open m_open;
    Handlers m_handlers;
    store::MediaFolder& m_media;
    Clock const& m_clock;
    std::function<void(std::string const&)> m_log;
    std::mutex m_lock;
    std::condition_variable m_stop;
    std::atomic<bool> m_stopping = false;
    bool m_woken = false;
    std::thread m_thread;
};

/// Tells listeners of every change to a job, whichever process made it. Looks twice a second.
class JobWatch {
public:
    JobWatch(JobWorker::Open, Tell, Clock const&, std::function<void(std::string const&)> log = {});
    ~JobWatch();
    JobWatch(JobWatch const&) = delete;
    JobWatch& operator=(JobWatch const&) = delete;

private:
    void loop();

    JobWorker::Open m_open;
    Tell m_tell;
    Clock const& m_clock;
    std::function<void(std::string const&)> m_log;
    std::mutex m_lock;
    std::condition_variable m_stop;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace osetra::app
