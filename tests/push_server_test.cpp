// A serving Osetra that tells a webhook and a WebSocket of events, and is killed with -9 while it does. Whatever was captured arrives.
// OSETRA_ROUNDS says how often it is killed (not at all unless told: after each kill a letter may wait 25 seconds for its turn).
#include <atomic>
#include <fmt/format.h>
#include <mutex>
#include <random>
#include <set>
#include <sys/socket.h>
#include <thread>

#include <gtest/gtest.h>

#include "http/server.h"
#include "kernel/json.h"
#include "program.h"
#include "store/every_engine.h"
#include "trace/subscriptions.h"

namespace osetra {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

class OpenGate final : public http::Gate {
public:
    Result<http::Caller> admit(http::Request const&, http::Route const&) override { return http::Caller{}; }
};

/// A partner's webhook, which checks signatures and keeps the names of the events it said yes to.
class Receiver {
public:
    Receiver() {
        m_routes.add({.method = http::Method::post, .path = "/hook", .needs = http::Permission::open, .body_limit = std::size_t{16} << 20,
                      .answer = [this](http::Request const& r) { return hear(r); }});
        http::ServerOptions options;
        options.port = 0;
        m_server.emplace(std::move(options));
        m_server->start(m_routes, m_gate);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_server->port()) + "/hook"; }
    std::set<std::string> heard() const {
        std::lock_guard const hold{m_lock};
        return m_heard;
    }
    std::atomic<int> slow_ms = 0;
    std::atomic<int> refusals = 0;        ///< of the next letters
    std::atomic<int> letters = 0, forged = 0;

private:
    Result<http::Response> hear(http::Request const& r) {
        ++letters;
        if (!r.headers.contains("gs1-signature") || r.headers.at("gs1-signature") != trace::signature_of("a secret", r.body)) ++forged;
        std::this_thread::sleep_for(std::chrono::milliseconds{slow_ms.load()});
        if (refusals > 0) {
            --refusals;
            return http::Response{.status = 500};
        }
        auto const document = OSETRA_TRY(trace::read_json(r.body));
        std::lock_guard const hold{m_lock};
        for (auto const& event : document.events) m_heard.insert(std::string{event.value("eventID")});
        return http::Response{.status = 204};
    }
    mutable std::mutex m_lock;
    std::set<std::string> m_heard;
    http::Routes m_routes;
    OpenGate m_gate;
    std::optional<http::Server> m_server;
};

std::string event_named(int n) {
    return fmt::format(R"({{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-{:012}",)"
                       R"("eventTime":"2026-03-01T08:00:00Z","eventTimeZoneOffset":"+08:00","epcList":["urn:epc:id:sgtin:9521234.012345.{}"],"action":"OBSERVE","bizStep":"shipping"}})", n, n);
}
std::string name_of(int n) { return fmt::format("urn:uuid:00000000-0000-4000-8000-{:012}", n); }

bool within(std::chrono::milliseconds time, std::function<bool()> const& so) {
    for (auto const end = Steady::now() + time; Steady::now() < end; std::this_thread::sleep_for(5ms))
        if (so()) return true;
    return so();
}

class PushServer : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        db.reset();
        say({"tell", "site", "site=S1", "name=Farm", "--at", "2026-01-01"});
        key = say({"user", "key", "--name", "partner", "--role", "owner"});
    }
    void TearDown() override {
        std::error_code none;
        if (where.front() == '/') std::filesystem::remove_all(where + "-media", none);
        EveryEngine::TearDown();
    }
    std::string say(std::vector<std::string> words) {
        words.insert(words.end(), {"--db", where});
        auto const [out, status] = Program{words}.finish();
        EXPECT_EQ(status, 0) << words.front() << ": " << out;
        return out.substr(0, out.find('\n'));
    }
    void start(bool private_webhooks = true) {
        std::vector<std::string> words{"up", "--db", where, "--port", "0", "--quiet"};
        if (private_webhooks) words.emplace_back("--allow-private-webhooks");
        if (where.front() != '/') words.insert(words.end(), {"--media", (std::filesystem::temp_directory_path() / "osetra_push_media").string()});
        server.reset();
        server.emplace(words);
        auto const first = server->line();
        auto const colon = first.rfind(':');
        ASSERT_NE(colon, std::string::npos) << first;
        port = static_cast<std::uint16_t>(std::strtoul(first.c_str() + colon + 1, nullptr, 10));
    }
    int post(std::string const& path, std::string const& body) {
        auto const answer = Client{port}.post("/epcis/v2" + path, key, body);
        return answer ? answer->first : 0;
    }
    void subscribe(Receiver const& receiver) {
        ASSERT_EQ(post("/queries", R"({"name":"shipped","query":{"EQ_bizStep":["shipping"]}})"), 201);
        ASSERT_EQ(post("/queries/shipped/subscriptions", R"({"dest":")" + receiver.url() + R"(","signatureToken":"a secret","stream":true})"), 201);
    }

    std::string key;
    std::uint16_t port = 0;
    std::optional<Program> server;
};
OSETRA_ON_SHARED_ENGINES(PushServer);

TEST_P(PushServer, TellsWithinASecond) {
    Receiver receiver;
    start();
    subscribe(receiver);
    for (int n = 1; n <= 3; ++n) {
        auto const start_at = Steady::now();
        ASSERT_EQ(post("/events", event_named(n)), 201);
        EXPECT_TRUE(within(1s, [&] { return receiver.heard().contains(name_of(n)); }));
        std::printf("told after %lld ms\n", static_cast<long long>((Steady::now() - start_at) / 1ms));
    }
    receiver.refusals = 2;
    ASSERT_EQ(post("/events", event_named(4)), 201);
    EXPECT_TRUE(within(2s, [&] {
        auto const answer = Client{port}.ask("GET", "/api/v1/subscriptions", key);
        return answer && answer->second.find(R"("failures":2)") != std::string::npos;
    }));
    auto const doctor = Program{{"doctor", "--db", where}}.finish().first;
    EXPECT_NE(doctor.find("subscription to shipped"), std::string::npos) << doctor;
    EXPECT_TRUE(within(8s, [&] { return receiver.heard().contains(name_of(4)); }));
    EXPECT_EQ(receiver.letters, 6);
    EXPECT_EQ(receiver.forged, 0);

    // An hour's worth of events at once, as a job.
    std::string list;
    for (int n = 5; n <= 1004; ++n) list += (n > 5 ? "," : "") + event_named(n);
    ASSERT_EQ(post("/capture", R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z",)"
                               R"("epcisBody":{"eventList":[)" + list + "]}}"), 202);
    EXPECT_TRUE(within(5s, [&] { return receiver.heard().size() == 1004; })) << receiver.heard().size();
    EXPECT_LT(receiver.letters, 20);
}

TEST_P(PushServer, SendsNowhereThatIsNotPublicUnlessItMay) {
    Receiver receiver;
    start();
    subscribe(receiver);
    start(false);   // what was subscribed to before is refused when it is sent
    ASSERT_EQ(post("/queries/shipped/subscriptions", R"({"dest":")" + receiver.url() + R"(","stream":true})"), 400);
    ASSERT_EQ(post("/events", event_named(1)), 201);
    EXPECT_TRUE(within(2s, [&] {
        auto const answer = Client{port}.ask("GET", "/api/v1/subscriptions", key);
        return answer && answer->second.find("not on the open Internet") != std::string::npos;
    }));
    EXPECT_EQ(receiver.letters, 0);
}

TEST_P(PushServer, AWebSocketHearsToo) {
    start();
    ASSERT_EQ(post("/queries", R"({"name":"shipped","query":{"EQ_bizStep":["shipping"]}})"), 201);
    auto const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to), 0);
    timeval const patience{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    auto const asked = "GET /epcis/v2/queries/shipped/events?stream=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key +
                       "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    ASSERT_EQ(send(fd, asked.data(), asked.size(), 0), static_cast<ssize_t>(asked.size()));
    std::string heard;
    auto const hear = [&](std::string const& part) {
        std::array<char, 8192> piece{};
        while (heard.find(part) == std::string::npos) {
            auto const n = recv(fd, piece.data(), piece.size(), 0);
            if (n <= 0) return false;
            heard.append(piece.data(), static_cast<std::size_t>(n));
        }
        return true;
    };
    ASSERT_TRUE(hear("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) << heard;
    ASSERT_EQ(post("/events", event_named(1)), 201);
    EXPECT_TRUE(hear(name_of(1))) << heard;
    EXPECT_EQ(Client{port}.ask("DELETE", "/epcis/v2/queries/shipped", key)->first, 204);
    EXPECT_TRUE(hear("The query was deleted.")) << heard;
    close(fd);
}

TEST_P(PushServer, LosesNothingWhenItIsKilled) {
    auto const rounds = number_from("OSETRA_ROUNDS", 0);
    if (rounds == 0) GTEST_SKIP() << "OSETRA_ROUNDS says how often it is killed";
    std::mt19937_64 random{number_from("OSETRA_SEED", std::random_device{}())};
    Receiver receiver;
    start();
    subscribe(receiver);
    int last = 0;
    std::set<std::string> captured;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        receiver.slow_ms = static_cast<int>(random() % 60);
        std::thread killer{[&, after = random() % 400] {
            std::this_thread::sleep_for(std::chrono::milliseconds{after});
            server->kill();
        }};
        for (;;) {
            auto const status = post("/events", event_named(++last));
            if (status == 0) break;   // the server is gone
            EXPECT_EQ(status, 201);
            captured.insert(name_of(last));
        }
        killer.join();
        receiver.slow_ms = 0;
        start();
    }
    EXPECT_TRUE(within(40s, [&] {
        auto const heard = receiver.heard();
        return std::includes(heard.begin(), heard.end(), captured.begin(), captured.end());
    })) << "of " << captured.size() << " events " << receiver.heard().size() << " arrived";
    EXPECT_EQ(receiver.forged, 0);
    std::printf("%llu kills, %zu events, %d letters\n", static_cast<unsigned long long>(rounds), captured.size(), receiver.letters.load());
}

} // namespace
} // namespace osetra
