// kill -9 in the middle of writing: a writer tells facts and says which ones are acknowledged; it is killed at a random moment;
// every acknowledged fact is there, no transaction is there by half, and the chain holds. OSETRA_ROUNDS says how often (10), and
// OSETRA_SEED repeats a run.
#include <array>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "number_from.h"
#include "store/every_engine.h"
#include "store/journal.h"
#include "store/migrate.h"

namespace osetra::store {
namespace {

using namespace std::chrono_literals;

/// What the writer says when a commit has returned: one line in one write, so that no line is there by half.
struct Acknowledged {
    std::int64_t from = 0, to = 0;
    std::array<char, 32> hash{};   ///< of the chain at `to`
};

class KillNine : public EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (!db) return;
        migrate(*db);
        db.reset();   // a connection must not be carried over into a child
    }

    /// Never returns: appends transactions of 1 to 8 facts, with bodies of up to 4 kB, until it is killed.
    [[noreturn]] void write(int out, std::uint64_t seed) const {
        try {
            auto const own = open(where);
            std::mt19937_64 random{seed};
            UuidMaker ids{seed};
            for (std::int64_t n = 0;; ++n) {
                Transaction change{*own};
                Appender journal{*own, 1};
                Acknowledged said{journal.head().seq + 1, 0, {}};
                auto const facts = 1 + random() % 8;
                for (std::uint64_t k = 0; k < facts; ++k) {
                    Fact fact;
                    fact.id = ids.next(static_cast<std::int64_t>(seed % 1'000'000'000));
                    fact.kind = "round";
                    fact.author = "writer";
                    fact.reason = std::to_string(k + 1) + "/" + std::to_string(facts);
                    fact.body = std::string(random() % 4'000, static_cast<char>('a' + random() % 26));
                    journal.append(fact, Instant{Microseconds{n}});
                }
                journal.close();
                change.commit();
                said.to = journal.head().seq;
                journal.head().hash.copy(said.hash.data(), said.hash.size());
                if (::write(out, &said, sizeof said) != static_cast<ssize_t>(sizeof said)) _exit(2);
            }
        } catch (std::exception const& fault) {
            std::fprintf(stderr, "writer: %s\n", fault.what());
            _exit(1);
        }
    }

    /// PostgreSQL's side of a killed client may still be at the last commit that it was sent.
    static void wait_for_its_session(Db& db) {
        auto const others = db.prepare({"test.others", "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() "
                                                       "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"});
        for (std::int64_t n = 1; n > 0;) {
            others->step();
            others->get("n", n);
            others->reset();
        }
    }

    /// Lets a writer live for `life` and returns what it acknowledged.
    std::vector<Acknowledged> write_until_killed(std::uint64_t seed, std::chrono::microseconds life) const {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) throw Fault("no pipe");
        auto const child = fork();
        if (child == 0) {
            close(ends[0]);
            write(ends[1], seed);
        }
        close(ends[1]);
        std::vector<Acknowledged> all;
        Acknowledged one;
        // The life begins with the first acknowledgement, so that a slow start does not use it up.
        auto until = std::chrono::steady_clock::now() + 30s;
        auto killed = false;
        while (true) {
            auto const left = std::chrono::duration_cast<std::chrono::microseconds>(until - std::chrono::steady_clock::now()).count();
            timespec const patience{std::max<long>(left, 0) / 1'000'000, std::max<long>(left, 0) % 1'000'000 * 1'000};
            pollfd wait{ends[0], POLLIN, 0};
            if (ppoll(&wait, 1, killed ? nullptr : &patience, nullptr) == 0) {
                ::kill(child, SIGKILL);
                killed = true;
                continue;
            }
            if (read(ends[0], &one, sizeof one) != static_cast<ssize_t>(sizeof one)) break;
            if (all.empty()) until = std::chrono::steady_clock::now() + life;
            all.push_back(one);
        }
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
        return all;
    }
};
OSETRA_ON_SHARED_ENGINES(KillNine);

TEST_P(KillNine, LosesNothingAndKeepsNothingByHalf) {
    auto const rounds = number_from("OSETRA_ROUNDS", 10);
    auto const seed = number_from("OSETRA_SEED", std::random_device{}());
    std::printf("seed %llu (OSETRA_SEED repeats it)\n", static_cast<unsigned long long>(seed));
    std::mt19937_64 random{seed};
    std::int64_t told = 0, killed_in_between = 0, checked = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        auto const acknowledged = write_until_killed(random(), std::chrono::microseconds{random() % 60'000});
        ASSERT_FALSE(acknowledged.empty()) << "round " << round;
        auto const reader = open(where);
        if (reader->engine() == Db::Engine::postgres) wait_for_its_session(*reader);
        auto const head = verify_chain(*reader, 1);
        ASSERT_TRUE(head) << "round " << round << ": " << head.error().message;
        ASSERT_EQ(acknowledged.front().from, checked + 1) << "round " << round;
        ASSERT_GE(head->seq, acknowledged.back().to) << "round " << round << ": acknowledged facts are lost";
        // The chain's hash at the acknowledged place covers every fact before it, to the last byte.
        std::string at_last;
        auto const find = reader->prepare({"test.hash", "SELECT hash, reason FROM fact WHERE enterprise = :enterprise AND seq = :seq"});
        for (auto const& one : acknowledged) {
            find->put("enterprise", std::int64_t{1});
            find->put("seq", one.to);
            ASSERT_TRUE(find->step());
            std::string hash;
            find->get_blob("hash", hash);
            EXPECT_EQ(hash, std::string(one.hash.data(), one.hash.size())) << "round " << round;
            find->reset();
        }
        // A transaction that was not acknowledged may be there, but whole: its last fact says "k/k".
        find->put("enterprise", std::int64_t{1});
        find->put("seq", head->seq);
        ASSERT_TRUE(find->step());
        find->get("reason", at_last);
        auto const slash = at_last.find('/');
        EXPECT_EQ(at_last.substr(0, slash), at_last.substr(slash + 1)) << "round " << round << ": half a transaction";
        find->reset();
        killed_in_between += head->seq > acknowledged.back().to;
        told += head->seq - checked;
        checked = head->seq;
    }
    std::printf("%llu kills, %lld facts, %lld commits that were kept but not yet acknowledged\n", static_cast<unsigned long long>(rounds),
                static_cast<long long>(told), static_cast<long long>(killed_in_between));
}

} // namespace
} // namespace osetra::store
