// Workers in a running program.
#include "app/work.h"

#include <chrono>
#include <thread>

#include "access/access.h"
#include "app/clock.h"
#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::app {
namespace {

using namespace std::chrono_literals;

class Workers : public store::EveryEngine {};

/// A worker looks twice a second; who wakes it does not wait for that.
TEST_P(Workers, BeginAtOnceWhenTheyAreWoken) {
    store::migrate(*db);
    SystemClock const clock;
    auto const enterprise = *access::create_enterprise(*db, "one", "One", false, 480, clock.now());
    std::atomic<int> done = 0;
    auto const folder = std::filesystem::temp_directory_path() / ("osetra_work_" + std::to_string(getpid()));
    store::MediaFolder media{folder.string()};
    JobWorker worker{[this] { return store::open(where); }, {{"greet", [&done](store::Task&) -> Result<std::string> { ++done; return std::string{"{}"}; }}}, media, clock};
    UuidMaker ids{1};
    auto const start = std::chrono::steady_clock::now();
    for (int i = 1; i <= 8; ++i) {
        store::put_job(*db, enterprise, ids.next(i), "greet", "{}", "li.wei", clock.now());
        worker.wake();
        for (int ms = 0; done < i && ms < 5'000; ++ms) std::this_thread::sleep_for(1ms);
        ASSERT_EQ(done, i);
        std::this_thread::sleep_for(5ms);   // it goes to sleep again
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);   // without being woken: four
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

OSETRA_ON_SHARED_ENGINES(Workers);

/// Whoever sent a clip sits before it: evaluations of four species would keep it waiting for as many minutes and more.
TEST(Handlers, ClipsDoNotWaitBehindEvaluations) {
    SystemClock const clock;
    store::MediaFolder media{(std::filesystem::temp_directory_path() / ("osetra_kinds_" + std::to_string(getpid()))).string()};
    auto const& pack = farm::caviar_pack();
    auto const counting = counting_handlers(pack, clock, media, {}), patient = long_handlers(pack, clock, media), prompt = prompt_handlers(clock);
    EXPECT_TRUE(counting.contains("count_flight"));
    EXPECT_TRUE(patient.contains("breed_evaluation"));
    EXPECT_FALSE(patient.contains("count_flight"));
    EXPECT_EQ(job_handlers(pack, clock, media, {}).size(), counting.size() + patient.size() + prompt.size());   // each is somebody's, none of two
}

} // namespace
} // namespace osetra::app
