// kill -9 of a serving Osetra while four clients tell facts over HTTP: whatever a client was told is accepted is in the journal,
// the chain holds, and `osetra verify` finds everything worked out as the journal gives it. OSETRA_ROUNDS says how often (3), and
// OSETRA_SEED repeats the moments.
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "store/every_engine.h"
#include "store/journal.h"
#include "program.h"

namespace osetra {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class KillServer : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        db.reset();
    }
    void TearDown() override {
        std::error_code none;
        if (where.front() == '/') fs::remove_all(where + "-media", none);
        EveryEngine::TearDown();
    }
    std::string say(std::vector<std::string> words) {
        words.insert(words.end(), {"--db", where});
        auto const [out, status] = Program{words}.finish();
        EXPECT_EQ(status, 0) << words.front() << ": " << out;
        return out.substr(0, out.find('\n'));
    }
    std::vector<std::string> up() const {
        std::vector<std::string> words{"up", "--db", where, "--port", "0", "--quiet"};
        if (where.front() != '/') words.insert(words.end(), {"--media", (fs::temp_directory_path() / "osetra_kill_media").string()});
        return words;
    }
};
OSETRA_ON_SHARED_ENGINES(KillServer);

TEST_P(KillServer, WhatItAcceptedIsThere) {
    auto const rounds = number_from("OSETRA_ROUNDS", 3);
    auto const seed = number_from("OSETRA_SEED", std::random_device{}());
    std::printf("seed %llu (OSETRA_SEED repeats the moments)\n", static_cast<unsigned long long>(seed));
    std::mt19937_64 random{seed};
    say({"tell", "site", "site=S1", "name=Farm", "--at", "2026-01-01"});
    say({"tell", "pool", "pool=P1", "site=S1", "pool_kind=pool", "--at", "2026-01-01"});
    auto const key = say({"user", "key", "--name", "scales", "--role", "owner"});
    std::int64_t told = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        Program server{up()};
        auto const first = server.line();
        auto const colon = first.rfind(':');
        ASSERT_NE(colon, std::string::npos) << "round " << round << ": " << first;
        auto const port = static_cast<std::uint16_t>(std::strtoul(first.c_str() + colon + 1, nullptr, 10));

        std::mutex lock;
        std::vector<FactId> accepted;
        std::atomic<bool> began{false};
        std::vector<std::thread> clients;
        for (int c = 0; c < 4; ++c)
            clients.emplace_back([&, from = random()] {
                Client client{port};
                UuidMaker ids{from};
                for (std::int64_t n = 0;; ++n) {
                    std::vector<FactId> asked;
                    std::string body = R"({"facts":[)";
                    for (std::int64_t k = 0; k <= n % 3; ++k) {
                        asked.push_back(ids.next(1'780'000'000'000 + n));
                        body += (k ? "," : "") + (R"({"id":")" + asked.back().text()) + R"(","kind":"round","happened_at":"2026-02-01T00:00:00Z","body":{"pool":"P1","feed_mg":1000}})";
                    }
                    auto const answer = client.post("/api/v1/facts", key, body + "]}");
                    if (!answer) return;   // the server is gone
                    began = true;
                    auto const in = answer->first == 200 ? JsonIn::parse(answer->second) : Result<JsonIn>{refuse("status", answer->second)};
                    std::size_t good = 0;
                    if (in)
                        for (auto& item : in->items("results")) {
                            std::string outcome;
                            item.get("outcome", outcome);
                            good += outcome == "accepted";
                        }
                    EXPECT_EQ(good, asked.size()) << answer->second;
                    if (good != asked.size()) return;
                    std::lock_guard const hold{lock};
                    accepted.insert(accepted.end(), asked.begin(), asked.end());
                }
            });
        for (auto const until = std::chrono::steady_clock::now() + 10s; !began && std::chrono::steady_clock::now() < until;) std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::microseconds{random() % 150'000});
        server.kill();
        for (auto& client : clients) client.join();
        ASSERT_FALSE(accepted.empty()) << "round " << round;
        told += static_cast<std::int64_t>(accepted.size());

        auto const reader = store::open(where, store::Access::read_only);
        for (auto const& id : accepted) ASSERT_TRUE(store::fact_by_id(*reader, 1, id)) << "round " << round << ": " << id.text() << " was accepted and is lost";
        auto const head = store::verify_chain(*reader, 1);
        ASSERT_TRUE(head) << "round " << round << ": " << head.error().message;
        if (round % 10 == 0 || round + 1 == rounds) say({"verify"});
    }
    std::printf("%llu kills, %lld facts accepted\n", static_cast<unsigned long long>(rounds), static_cast<long long>(told));
}

} // namespace
} // namespace osetra
