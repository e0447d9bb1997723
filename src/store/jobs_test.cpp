#include "store/jobs.h"

#include <atomic>
#include <gmock/gmock.h>
#include <set>
#include <thread>

#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::store {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Instant noon{Microseconds{1'768'132'800'000'000}};

class Jobs : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (db) migrate(*db);
    }
    Uuid put(std::string kind = "count", Enterprise enterprise = 1) {
        auto const id = ids.next(clock.now().time_since_epoch().count() / 1000);
        put_job(*db, enterprise, id, std::move(kind), R"({"flight":"F1"})", "zhang.wei", clock.now());
        return id;
    }
    Worker worker(JobHandler handler, std::string name = "w1") { return {*db, std::move(name), {{"count", std::move(handler)}}, clock}; }
    std::string state(Uuid const& id) { return job_by_id(*db, 1, id)->state; }
    UuidMaker ids{1};
    HandClock clock{noon};
};
OSETRA_ON_EVERY_ENGINE(Jobs);

TEST_P(Jobs, AreDoneInOrderAndTold) {
    std::vector<std::string> heard, inputs;
    Worker w{*db, "w1", {{"count", [&](Task& task) -> Result<std::string> {
        inputs.push_back(task.job().job.text() + task.input());
        EXPECT_TRUE(task.report(0.5, "half of it"));
        return R"({"heads":12})";
    }}}, clock, [&](Enterprise e, Job const& job) { heard.push_back(std::to_string(e) + " " + job.state + " " + job.said); }};
    EXPECT_FALSE(w.work_once(1));
    auto const first = put();
    clock.pass(1s);
    auto const second = put();
    EXPECT_FALSE(w.work_once(2)) << "another enterprise's";
    EXPECT_TRUE(w.work_once(1));
    EXPECT_TRUE(w.work_once(1));
    EXPECT_FALSE(w.work_once(1));
    EXPECT_THAT(inputs, ElementsAre(first.text() + R"({"flight":"F1"})", second.text() + R"({"flight":"F1"})"));
    EXPECT_THAT(std::vector(heard.begin(), heard.begin() + 3), ElementsAre("1 running ", "1 running half of it", "1 done "));
    auto const done = job_by_id(*db, 1, first);
    EXPECT_EQ(done->result, R"({"heads":12})");
    EXPECT_EQ(done->progress, 1.0);
    EXPECT_FALSE(job_by_id(*db, 2, first));
    EXPECT_EQ(jobs_of(*db, 1, 10).front().job, second);
    EXPECT_TRUE(jobs_of(*db, 2, 10).empty());
    EXPECT_EQ(jobs_changed(*db, 1, clock.now()).size(), 2U);
    EXPECT_TRUE(jobs_changed(*db, 1, clock.now() + 1us).empty());
    EXPECT_TRUE(jobs_changed(*db, 2, noon).empty());
    forget_jobs(*db, 1, clock.now());
    EXPECT_EQ(jobs_of(*db, 1, 10).size(), 1U);
}

TEST_P(Jobs, OfAnUnknownKindWait) {
    put("evaluate");
    EXPECT_FALSE(worker([](Task&) -> Result<std::string> { return "{}"; }).work_once(1));
}

TEST_P(Jobs, AreTriedAgainLaterAfterAFault) {
    auto const id = put();
    auto w = worker([](Task&) -> Result<std::string> { throw Fault("the disk is full"); });
    for (std::int64_t n = 1; n < Worker::most_attempts; ++n) {
        EXPECT_TRUE(w.work_once(1));
        EXPECT_EQ(state(id), "queued");
        EXPECT_EQ(job_by_id(*db, 1, id)->said, "the disk is full");
        clock.pass(pause_after(n) - 1us);
        EXPECT_FALSE(w.work_once(1));
        clock.pass(1us);
    }
    EXPECT_TRUE(w.work_once(1));
    EXPECT_EQ(state(id), "failed");
    EXPECT_FALSE(w.work_once(1));
    ASSERT_TRUE(retry_job(*db, 1, id, clock.now()));
    EXPECT_TRUE(worker([](Task&) -> Result<std::string> { return "{}"; }).work_once(1));
    EXPECT_EQ(state(id), "done");
    EXPECT_EQ(retry_job(*db, 1, id, clock.now()).error().code, "job_not_ended");
    EXPECT_EQ(retry_job(*db, 2, id, clock.now()).error().code, "job_not_found");
}

TEST_P(Jobs, AreNotTriedAgainAfterARefusal) {
    auto const id = put();
    EXPECT_TRUE(worker([](Task&) -> Result<std::string> { return refuse("no_such_flight", "There is no flight F1."); }).work_once(1));
    EXPECT_EQ(state(id), "failed");
    EXPECT_EQ(job_by_id(*db, 1, id)->said, "There is no flight F1.");
}

TEST_P(Jobs, CanBeCancelledBeforeAndDuringWork) {
    auto const waiting = put();
    EXPECT_EQ(cancel_job(*db, 2, waiting, clock.now()).error().code, "job_not_found");
    ASSERT_TRUE(cancel_job(*db, 1, waiting, clock.now()));
    EXPECT_EQ(cancel_job(*db, 1, waiting, clock.now()).error().code, "job_ended");
    auto const running = put();
    EXPECT_TRUE(worker([&](Task& task) -> Result<std::string> {
        EXPECT_TRUE(cancel_job(*db, 1, running, clock.now()));
        EXPECT_FALSE(task.report(0.1, "still at it"));
        return "{}";
    }).work_once(1));
    EXPECT_EQ(state(running), "cancelled");
}

TEST_P(Jobs, OfADeadWorkerGoToAnother) {
    auto const id = put();
    EXPECT_TRUE(worker([&](Task& task) -> Result<std::string> {
        clock.pass(Worker::silence + 1us);   // too long without a word
        EXPECT_TRUE(worker([](Task&) -> Result<std::string> { return R"({"by":2})"; }, "w2").work_once(1));
        EXPECT_FALSE(task.report(0.9, "back again"));
        return R"({"by":1})";
    }).work_once(1));
    EXPECT_EQ(job_by_id(*db, 1, id)->result, R"({"by":2})");
}

TEST_P(Jobs, GoBackIntoTheQueueWhenTheProgramEnds) {
    auto const id = put();
    auto stopping = false;
    Worker ending{*db, "w1", {{"count", [&](Task& task) -> Result<std::string> {
        stopping = true;
        EXPECT_FALSE(task.report(0.1, "at it"));
        return "{}";
    }}}, clock, {}, [&] { return stopping; }};
    EXPECT_TRUE(ending.work_once(1));
    EXPECT_EQ(state(id), "queued");
    EXPECT_TRUE(worker([](Task&) -> Result<std::string> { return R"({"by":2})"; }, "w2").work_once(1));
    EXPECT_EQ(job_by_id(*db, 1, id)->result, R"({"by":2})");
}

TEST_P(Jobs, ThatKillTheirWorkerAreGivenUp) {
    auto const id = put();
    struct Killed {};
    for (std::int64_t n = 0; n < Worker::most_attempts; ++n) {
        EXPECT_THROW(worker([](Task&) -> Result<std::string> { throw Killed{}; }).work_once(1), Killed);
        EXPECT_EQ(state(id), "running");
        clock.pass(Worker::silence + 1us);
    }
    EXPECT_FALSE(worker([](Task&) -> Result<std::string> { return "{}"; }).work_once(1));
    EXPECT_EQ(state(id), "failed");
}

TEST_P(Jobs, EveryStatementFitsTheSchemaAndBindsTheEnterprise) {
    std::vector<Sql> all{jobs_statements().begin(), jobs_statements().end()};
    all.push_back(take_statement(db->engine()));
    for (auto const& sql : all) {
        EXPECT_NO_THROW(db->prepare(sql)) << sql.name;
        EXPECT_THAT(sql.text, HasSubstr(":enterprise")) << sql.name;
    }
}

class SharedJobs : public Jobs {};
OSETRA_ON_SHARED_ENGINES(SharedJobs);

TEST_P(SharedJobs, AreDoneOnceByManyWorkers) {
    constexpr int jobs = 60, workers = 4;
    for (int n = 0; n < jobs; ++n) put();
    std::atomic<int> done{0}, busy{0};
    std::vector<std::thread> threads;
    for (int w = 0; w < workers; ++w)
        threads.emplace_back([&, w] {
            auto const own = open(where);
            Worker mine{*own, "w" + std::to_string(w), {{"count", [&, first = true](Task& task) mutable -> Result<std::string> {
                busy += std::exchange(first, false);
                while (busy < 2) std::this_thread::yield();   // so that no worker does them all
                EXPECT_TRUE(task.report(0.5, ""));
                ++done;
                return "{}";
            }}}, clock};
            while (mine.work_once(1)) {}
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(done, jobs);
    std::set<std::string> takers;
    for (auto const& job : jobs_of(*db, 1, 1'000)) {
        EXPECT_EQ(job.state, "done");
        EXPECT_EQ(job.attempts, 1);
        takers.insert(job.taken_by.value_or("nobody"));
    }
    EXPECT_GT(takers.size(), 1U);
}

} // namespace
} // namespace osetra::store
