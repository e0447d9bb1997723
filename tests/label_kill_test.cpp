// kill -9 during labelling: two stations at once take numbers, print them and put them on tins until one of them is killed at a random moment. No number is given out twice,
// none is lost, and all that was acknowledged is there. OSETRA_ROUNDS says how often (10), OSETRA_SEED repeats a run.
#include <array>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <random>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "number_from.h"
#include "processing/label_register_sql.h"
#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::processing {
namespace {

using namespace std::chrono_literals;

/// What a station says when a call has returned, in one write.
struct Acknowledged {
    std::int64_t first = 0, last = 0;
    char act = 'i';                    ///< i issued, p printed, a the first was put on a tin, s the first was spoiled
};

class KillLabelling : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        store::migrate(*db);
        db.reset();                    // a connection must not be carried over into a child
    }

    [[noreturn]] void station(int out, std::uint64_t seed) const {
        try {
            auto const own = store::open(where);
            LabelRegister labels{*own, 1};
            std::mt19937_64 random{seed};
            auto const say = [&](std::int64_t first, std::int64_t last, char act) {
                Acknowledged const one{first, last, act};
                if (::write(out, &one, sizeof one) != static_cast<ssize_t>(sizeof one)) _exit(2);
            };
            for (std::int64_t n = 0;; ++n) {
                auto const now = Instant{Microseconds{n}};
                auto const run = labels.issue("L", 1 + static_cast<std::int64_t>(random() % 5), "{}", "{}", "station", now).value();
                say(run.first, run.last, 'i');
                labels.print({"L", run.first}, run.last - run.first + 1, "station", now).value();
                say(run.first, run.last, 'p');
                if (random() % 4 == 0) {
                    labels.spoil({"L", run.first}, "torn", "station", now).value();
                    say(run.first, run.first, 's');
                } else {
                    labels.apply({"L", run.first}, "T" + std::to_string(run.first), "station", now).value();
                    say(run.first, run.first, 'a');
                }
            }
        } catch (std::exception const& fault) {
            std::fprintf(stderr, "station: %s\n", fault.what());
            _exit(1);
        }
    }

    pid_t begin(int& read_end, std::uint64_t seed) const {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw Fault("no pipe");
        auto const child = fork();
        if (child == 0) {
            close(ends[0]);
            station(ends[1], seed);
        }
        close(ends[1]);
        read_end = ends[0];
        return child;
    }

    /// All that the station said until its pipe closed.
    static void drain(int from, std::vector<Acknowledged>& all) {
        Acknowledged one;
        while (read(from, &one, sizeof one) == static_cast<ssize_t>(sizeof one)) all.push_back(one);
        close(from);
    }

    /// Two stations work for `life` from the first word on; the first is killed, then the other.
    std::vector<Acknowledged> label_until_killed(std::mt19937_64& random, std::chrono::microseconds life) const {
        std::array<int, 2> from{};
        std::array<pid_t, 2> const children{begin(from[0], random()), begin(from[1], random())};
        std::vector<Acknowledged> all;
        std::array<pollfd, 2> wait{pollfd{from[0], POLLIN, 0}, pollfd{from[1], POLLIN, 0}};
        auto until = std::chrono::steady_clock::now() + 30s;
        while (std::chrono::steady_clock::now() < until) {
            auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
            if (poll(wait.data(), wait.size(), static_cast<int>(std::max<long>(left, 0))) <= 0) continue;
            for (auto const& w : wait) {
                Acknowledged one;
                if ((w.revents & POLLIN) == 0 || read(w.fd, &one, sizeof one) != static_cast<ssize_t>(sizeof one)) continue;
                if (all.empty()) until = std::chrono::steady_clock::now() + life;
                all.push_back(one);
            }
        }
        for (auto const child : children) ::kill(child, SIGKILL);
        for (auto const end : from) drain(end, all);
        for (auto const child : children) {
            int status = 0;
            waitpid(child, &status, 0);
            EXPECT_TRUE(WIFSIGNALED(status)) << "a station ended by itself";
        }
        return all;
    }

    /// PostgreSQL's side of a killed client may still be at the last commit that it was sent.
    static void wait_for_their_sessions(store::Db& db) {
        if (db.engine() != store::Db::Engine::postgres) return;
        auto const others = db.prepare({"test.others", "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"});
        for (std::int64_t n = 1; n > 0;) {
            others->step();
            others->get("n", n);
            others->reset();
        }
    }
};
OSETRA_ON_SHARED_ENGINES(KillLabelling);

TEST_P(KillLabelling, NoNumberTwiceAndNoneLost) {
    auto const rounds = number_from("OSETRA_ROUNDS", 10);
    auto const seed = number_from("OSETRA_SEED", std::random_device{}());
    std::printf("seed %llu (OSETRA_SEED repeats it)\n", static_cast<unsigned long long>(seed));
    std::mt19937_64 random{seed};
    std::set<std::int64_t> issued;
    std::int64_t all = 0, said = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        auto const acknowledged = label_until_killed(random, std::chrono::microseconds{random() % 40'000});
        ASSERT_FALSE(acknowledged.empty()) << "round " << round;
        auto const reader = store::open(where);
        wait_for_their_sessions(*reader);
        LabelRegister labels{*reader, 1};
        auto const whole = labels.verify();
        ASSERT_TRUE(whole) << "round " << round << ": " << whole.error().message;
        all = *whole;
        for (auto const& one : acknowledged) {
            ++said;
            for (auto n = one.first; n <= one.last; ++n) {
                if (one.act == 'i') { EXPECT_TRUE(issued.insert(n).second) << "round " << round << ": " << n << " was given out twice"; }
                auto const label = labels.find({"L", n});
                ASSERT_TRUE(label) << "round " << round << ": " << n << " is lost";
                if (one.act == 'p') { EXPECT_NE(label->state, "issued") << n; }
                if (one.act == 'a') { EXPECT_EQ(label->tin, "T" + std::to_string(n)); }
                if (one.act == 's') { EXPECT_EQ(label->state, "spoiled"); }
            }
        }
    }
    std::printf("%llu kills of two stations, %lld labels, %lld acknowledgements\n", static_cast<unsigned long long>(rounds), static_cast<long long>(all), static_cast<long long>(said));
}

} // namespace
} // namespace osetra::processing
