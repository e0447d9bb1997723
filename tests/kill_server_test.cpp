// kill -9 of a serving Osetra while four clients tell facts over HTTP: whatever a client was told is accepted is in the journal,
// the chain holds, and `osetra verify` finds everything worked out as the journal gives it. OSETRA_ROUNDS says how often (3), and
// OSETRA_SEED repeats the moments.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <netinet/tcp.h>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "store/every_engine.h"
#include "store/journal.h"

namespace osetra {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::uint64_t number_from(char const* name, std::uint64_t otherwise) {
    auto const* told = std::getenv(name);
    return told ? std::strtoull(told, nullptr, 10) : otherwise;
}

/// The osetra program as a child, with what it prints.
class Program {
public:
    explicit Program(std::vector<std::string> words) {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Fault("no pipe");
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, ends[1], 1);
        words.insert(words.begin(), OSETRA_BINARY);
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        auto const failed = posix_spawn(&m_pid, OSETRA_BINARY, &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        close(ends[1]);
        m_out = fdopen(ends[0], "r");
        if (failed != 0) throw Fault("cannot start " OSETRA_BINARY);
    }
    ~Program() {
        kill();
        std::fclose(m_out);
    }
    Program(Program const&) = delete;
    Program& operator=(Program const&) = delete;

    std::string line() {
        std::array<char, 4096> text{};
        return std::fgets(text.data(), static_cast<int>(text.size()), m_out) ? std::string{text.data()} : std::string{};
    }
    /// All it prints, and its exit status.
    std::pair<std::string, int> finish() {
        std::string all;
        for (auto one = line(); !one.empty(); one = line()) all += one;
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = 0;
        return {all, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    }
    void kill() {
        if (m_pid == 0) return;
        ::kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }

private:
    pid_t m_pid = 0;
    std::FILE* m_out = nullptr;
};

/// One keep-alive connection. Gives up as soon as the server is gone.
class Client {
public:
    explicit Client(std::uint16_t port) : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int const yes = 1;
        setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        m_open = connect(m_socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
    }
    ~Client() { close(m_socket); }
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    /// The status and body of the answer; nothing when it does not come whole.
    std::optional<std::pair<int, std::string>> post(std::string const& path, std::string const& key, std::string const& body) {
        auto const request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key +
                             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        for (std::size_t sent = 0; m_open && sent < request.size();) {
            auto const n = send(m_socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            m_open = n > 0;
            sent += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
        }
        std::string answer;
        for (std::array<char, 8192> buffer{}; m_open;) {
            if (auto const head = answer.find("\r\n\r\n"); head != std::string::npos) {
                auto const at = answer.find("ontent-Length: ");
                if (at != std::string::npos && at < head && answer.size() >= head + 4 + std::strtoull(answer.c_str() + at + 15, nullptr, 10))
                    return std::pair{std::atoi(answer.c_str() + 9), answer.substr(head + 4)};
            }
            auto const n = recv(m_socket, buffer.data(), buffer.size(), 0);
            m_open = n > 0;
            answer.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        }
        return std::nullopt;
    }

private:
    int m_socket;
    bool m_open = false;
};

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
