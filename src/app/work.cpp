#include "app/work.h"

#include <fmt/core.h>
#include <malloc.h>
#include <set>
#include <unistd.h>

#include "access/access.h"
#include "app/branches.h"
#include "app/cli.h"
#include "app/traits_world.h"
#include "breeding/evaluation_job_sql.h"
#include "farm/verify_sql.h"
#include "kernel/json.h"
#include "trace/jobs_sql.h"

namespace osetra::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 500ms;
constexpr auto between_cleanings = std::chrono::hours{1};
constexpr auto uploads_rest = std::chrono::hours{48};
constexpr auto jobs_kept = std::chrono::days{90};

/// Thrown through a handler's own code to leave it; caught where it was put in.
struct Stopped {};

Result<std::string> verify_job(farm::Pack const& pack, store::Task& task) {
    auto const record = access::enterprise_of(task.db(), task.enterprise());
    if (!record) return refuse("enterprise_not_found", "There is no such enterprise.");
    try {
        auto const facts = OSETRA_TRY(farm::verify(task.db(), pack, task.enterprise(), {std::chrono::minutes{record->offset_minutes}}, ":memory:",
            [&](char const* what, std::int64_t done, std::int64_t all) {
                auto const part = all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 0.0;
                if (!task.report(part, what)) throw Stopped{};
            }, branches()));
        JsonOut out;
        out.begin_object();
        out.value("facts", facts);
        out.end_object();
        return out.take();
    } catch (Stopped const&) {
        return refuse("cancelled", "Cancelled.");
    }
}

} // namespace

std::string worker_name() {
    std::string host(256, '\0');
    if (gethostname(host.data(), host.size() - 1) != 0) host = "?";
    static std::atomic<int> n = 0;
    return fmt::format("{}:{}:{}", host.c_str(), getpid(), ++n);
}

Handlers job_handlers(farm::Pack const& pack, Clock const& clock, store::MediaFolder& media, stocktake::Counter counter) {
    auto all = prompt_handlers(clock);
    all.merge(counting_handlers(pack, clock, media, std::move(counter)));
    all.merge(long_handlers(pack, clock, media));
    return all;
}

Handlers counting_handlers(farm::Pack const& pack, Clock const& clock, store::MediaFolder& media, stocktake::Counter counter) {
    return {{stocktake::count_flight_kind, [&pack, &clock, &media, counter = std::move(counter)](store::Task& task) {
        return stocktake::count_flight(task, {counter, media, clock, pack, branches()});
    }}};
}

Handlers long_handlers(farm::Pack const& pack, Clock const& clock, store::MediaFolder& media) {
    return {{"verify", [&pack](store::Task& task) { return verify_job(pack, task); }},
            {breeding::evaluation_kind, [&pack, &clock, &media](store::Task& task) {
        return breeding::evaluate_species(task, {media, clock, pack, branches(), trait_sources(), program_version()});
    }}};
}

Handlers prompt_handlers(Clock const& clock, std::function<void()> captured) {
    return {{"capture", [&clock, captured = std::move(captured)](store::Task& task) {
        auto done = trace::do_capture(task, clock);
        malloc_trim(0);   // a large document leaves the allocator with memory that a server for months should not keep
        if (captured) captured();
        return done;
    }}};
}

std::string job_json(store::Job const& job) {
    JsonOut out;
    out.begin_object();
    out.value("job", job.job);
    out.value("kind", job.kind);
    out.value("state", job.state);
    out.value("progress", job.progress);
    out.value("said", job.said);
    out.value("created_at", job.created_at);
    out.value("person", job.person);
    out.value("attempts", job.attempts);
    out.raw("result", job.result ? *job.result : "null");
    out.end_object();
    return out.take();
}

JobWorker::JobWorker(Open open, Handlers handlers, store::MediaFolder& media, Clock const& clock, std::function<void(std::string const&)> log)
    : m_open(std::move(open)), m_handlers(std::move(handlers)), m_media(media), m_clock(clock), m_log(std::move(log)) {
    m_thread = std::thread{[this] { loop(); }};
}

JobWorker::~JobWorker() {
    {
        std::lock_guard const hold{m_lock};
        m_stopping = true;
    }
    m_stop.notify_all();
    m_thread.join();
}

void JobWorker::wake() {
    {
        std::lock_guard const hold{m_lock};
        m_woken = true;
    }
    m_stop.notify_all();
}

bool JobWorker::pause() {
    std::unique_lock hold{m_lock};
    m_stop.wait_for(hold, between_looks, [&] { return m_stopping.load() || m_woken; });
    m_woken = false;
    return !m_stopping;
}

void JobWorker::loop() {
    std::string last;
    auto next_cleaning = m_clock.now();
    do {   // one of the three places where faults end: the database went away; look again later
        try {
            auto const db = m_open();
            store::Worker worker{*db, worker_name(), m_handlers, m_clock, {}, [this] { return m_stopping.load(); }};
            do {
                while (!m_stopping && work_all(*db, worker)) {}
                if (m_clock.now() >= next_cleaning) {
                    clean(*db);
                    next_cleaning = m_clock.now() + between_cleanings;
                }
            } while (pause());
        } catch (std::exception const& fault) {
            if (m_log && last != fault.what()) m_log(fmt::format("jobs: {}", fault.what()));
            last = fault.what();
        }
    } while (pause());
}

/// One job of each enterprise, so that a long queue of one does not keep the others waiting.
bool JobWorker::work_all(store::Db& db, store::Worker& worker) {
    auto any = false;
    for (auto const& enterprise : access::enterprises(db)) {
        if (m_stopping) return false;
        any = worker.work_once(enterprise.enterprise) || any;
    }
    return any;
}

void JobWorker::clean(store::Db& db) {
    auto const now = m_clock.now();
    for (auto const& enterprise : access::enterprises(db)) {
        m_media.clean(db, enterprise.enterprise, now - uploads_rest);
        store::forget_jobs(db, enterprise.enterprise, now - jobs_kept);
        trace::forget_documents(db, enterprise.enterprise);
    }
}

JobWatch::JobWatch(JobWorker::Open open, Tell tell, Clock const& clock, std::function<void(std::string const&)> log)
    : m_open(std::move(open)), m_tell(std::move(tell)), m_clock(clock), m_log(std::move(log)), m_thread([this] { loop(); }) {}

JobWatch::~JobWatch() {
    {
        std::lock_guard const hold{m_lock};
        m_stopping = true;
    }
    m_stop.notify_all();
    m_thread.join();
}

void JobWatch::loop() {
    // Workers on other machines may have other clocks: look back a little, and tell each change once.
    constexpr auto clocks_differ = 10s;
    std::map<Uuid, Instant> told;
    std::unique_ptr<store::Db> db;
    auto const start = m_clock.now();
    std::unique_lock hold{m_lock};
    while (!m_stopping) {
        hold.unlock();
        try {
            if (!db) db = m_open();
            auto const since = std::max(start, m_clock.now() - clocks_differ);
            std::erase_if(told, [&](auto const& one) { return one.second < since; });
            for (auto const& enterprise : access::enterprises(*db))
                for (auto const& job : store::jobs_changed(*db, enterprise.enterprise, since))
                    if (std::exchange(told[job.job], job.changed_at) != job.changed_at) m_tell(enterprise.enterprise, "job", job_json(job));
        } catch (std::exception const& fault) {
            db.reset();
            if (m_log) m_log(fmt::format("jobs: {}", fault.what()));
        }
        hold.lock();
        m_stop.wait_for(hold, between_looks, [&] { return m_stopping; });
    }
}

} // namespace osetra::app
