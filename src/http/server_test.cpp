#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/server.h"
#include "http/test_certificate.h"
#include "kernel/fault.h"

// The server over real sockets. Times are short, so that slowness shows in tenths of a second.
using namespace osetra;
using namespace osetra::http;
using namespace std::chrono_literals;

namespace {

/// A client that says exactly what it is told and reads for at most `patience`.
class Client {
public:
    explicit Client(std::uint16_t port) : m_fd(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connected = connect(m_fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
    ~Client() { close(m_fd); }
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    bool connected() const { return m_connected; }
    bool say(std::string_view text) {
        while (!text.empty()) {
            auto const n = send(m_fd, text.data(), text.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }
    /// Everything until the text is seen, the peer ends, or time is over.
    std::string hear(std::string_view until, std::chrono::milliseconds patience = 3s) {
        auto const end = std::chrono::steady_clock::now() + patience;
        while (m_heard.find(until) == std::string::npos && more(end)) {}
        auto const at = m_heard.find(until);
        auto const size = at == std::string::npos ? m_heard.size() : at + until.size();
        auto const text = m_heard.substr(0, size);
        m_heard.erase(0, size);
        return text;
    }
    std::string hear_all(std::chrono::milliseconds patience = 3s) { return hear("\1never\1", patience); }
    bool ended() const { return m_ended; }
    int fd() const { return m_fd; }

private:
    bool more(std::chrono::steady_clock::time_point end) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        pollfd p{m_fd, POLLIN, 0};
        if (left <= 0 || poll(&p, 1, static_cast<int>(left)) != 1) return false;
        char piece[4096];
        auto const n = recv(m_fd, piece, sizeof piece, 0);
        if (n <= 0) {
            m_ended = true;
            return false;
        }
        m_heard.append(piece, static_cast<std::size_t>(n));
        return true;
    }
    int m_fd;
    bool m_connected = false;
    bool m_ended = false;
    std::string m_heard;
};

/// Signed in is whoever says "Bearer N": the person of enterprise N. "0" is not let in.
class NumberGate final : public Gate {
public:
    Result<Caller> admit(Request const& r, Route const& route) override {
        if (route.needs == Permission::open) return Caller{};
        auto const found = r.headers.find("authorization");
        if (closed || found == r.headers.end() || found->second == "Bearer 0") return refuse("not_signed_in", "Sign in first.");
        return Caller{.enterprise = std::stoll(found->second.substr(7)), .person = "p" + found->second.substr(7), .may = {Permission::view}};
    }
    std::atomic<bool> closed = false;
};

class ServerTest : public testing::Test {
protected:
    void SetUp() override {
        options.port = 0;
        options.workers = 2;
        options.head_time = 400ms;
        options.idle_time = 1500ms;
        options.body_time = 600ms;
        options.heartbeat = 200ms;
        options.slowest_bytes_per_s = 1 << 20;
        options.log = [this](std::string const& text) { logged += text; };
        routes.get("/api/v1/fast", Permission::open, "", Lane::io, [](Request const& r) -> Result<Response> { return Response::json("\"" + r.remote + "\""); });
        routes.get("/api/v1/who", Permission::view, "", Lane::worker, [](Request const& r) -> Result<Response> { return Response::json("\"" + r.caller.person + "\""); });
        routes.get("/api/v1/big", Permission::open, "", Lane::worker, [](Request const&) -> Result<Response> { return Response::json(std::string(3'000'000, 'x')); });
        routes.get("/api/v1/slow", Permission::open, "", Lane::worker, [](Request const&) -> Result<Response> {
            std::this_thread::sleep_for(300ms);
            return Response::json("\"slow\"");
        });
        routes.get("/api/v1/fault", Permission::open, "", Lane::worker, [](Request const&) -> Result<Response> { throw Fault{"disk full"}; });
        routes.get("/api/v1/header", Permission::open, "", Lane::io, [](Request const& r) -> Result<Response> {
            return Response{.body = "1", .headers = {{"X-Echo", r.query.at("v")}}};
        });
        routes.add({.method = Method::post, .path = "/api/v1/echo", .needs = Permission::open, .body_limit = 1 << 20,
                    .answer = [](Request const& r) -> Result<Response> { return Response::json(r.body); }});
        routes.add({.method = Method::post, .path = "/api/v1/signed", .needs = Permission::view, .body_limit = 1 << 20,
                    .answer = [](Request const& r) -> Result<Response> { return Response::json(r.body); }});
        routes.add({.path = "/api/v1/later", .needs = Permission::open, .lane = Lane::io, .act = [this](Request const& r, Reply reply) {
                        later.emplace_back([text = &r.path, reply = std::move(reply)] {
                            std::this_thread::sleep_for(50ms);
                            reply(Response::json("\"" + *text + "\""));
                        });
                    }});
        routes.get("/api/v1/feed", Permission::view, "", Lane::worker, [this](Request const& r) -> Result<Response> {
            if (!asks_for_socket(r)) return Response::json("\"no feed\"");
            return Response{.status = 101, .talk = [this](std::shared_ptr<Socket> socket) {
                socket->when_ended([this] { ++feeds_ended; });
                std::lock_guard const hold{feed_lock};
                feeds.push_back(std::move(socket));
            }};
        });
        add_own_routes(routes, "1.0");
    }
    void TearDown() override {
        if (server) server->stop(1s);
        for (auto& thread : later) thread.join();
    }
    void start() {
        server.emplace(options);
        server->start(routes, gate);
    }
    std::string once(std::string_view request) {
        Client client{server->port()};
        EXPECT_TRUE(client.say(request));
        return client.hear_all();
    }

    ServerOptions options;
    Routes routes;
    NumberGate gate;
    std::string logged;
    std::vector<std::thread> later;
    std::mutex feed_lock;
    std::vector<std::shared_ptr<Socket>> feeds;
    std::atomic<int> feeds_ended = 0;
    std::optional<Server> server;

    /// Opens a WebSocket as the person of an enterprise, and waits for the handler's end of it.
    std::shared_ptr<Socket> open_feed(Client& client, std::string const& who = "1") {
        client.say("GET /api/v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + who + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        auto const text = client.hear("\r\n\r\n");
        EXPECT_TRUE(text.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << text;
        EXPECT_NE(text.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos) << text;
        for (int i = 0; i < 300; ++i, std::this_thread::sleep_for(10ms)) {
            std::lock_guard const hold{feed_lock};
            if (!feeds.empty()) {
                auto last = std::move(feeds.back());
                feeds.pop_back();
                return last;
            }
        }
        return {};
    }
    bool within(std::chrono::milliseconds time, std::function<bool()> const& so) {
        for (auto const end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(5ms))
            if (so()) return true;
        return so();
    }
};

bool has(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string const end_after = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

} // namespace

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
    start();
    Client c{server->port()};
    for (int i = 0; i < 3; ++i) {
        c.say("GET /api/v1/fast HTTP/1.1\r\nHost: x\r\n\r\n");
        auto const text = c.hear("\"127.0.0.1\"");
        EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
        EXPECT_TRUE(has(text, "X-Content-Type-Options: nosniff\r\n"));
        EXPECT_TRUE(has(text, "Cache-Control: no-store\r\n"));
        c.say("GET /api/v1/who HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 7\r\n\r\n");
        EXPECT_TRUE(has(c.hear("\"p7\""), "Content-Length: 4\r\n"));
    }
    EXPECT_EQ(server->counts().requests, 6);
    EXPECT_EQ(server->counts().connections, 1);
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
    start();
    Client c{server->port()};
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += i % 3 == 0 ? "GET /api/v1/who HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + std::to_string(i) + "\r\n\r\n"
                          : "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n" + std::to_string(10'000 + i);
    all += "GET /api/v1/fast" + end_after + "\r\n";
    c.say(all);
    auto const text = c.hear_all();
    std::size_t from = 0;
    for (int i = 1; i < 50; ++i) {
        auto const at = text.find(i % 3 == 0 ? "\"p" + std::to_string(i) + "\"" : std::to_string(10'000 + i), from);
        ASSERT_NE(at, std::string::npos) << i << text;
        from = at;
    }
    EXPECT_TRUE(c.ended());
}

TEST_F(ServerTest, LargeRepliesAndHead) {
    start();
    auto const big = once("GET /api/v1/big" + end_after + "\r\n");
    EXPECT_GT(big.size(), 3'000'000U);
    auto const head = once("HEAD /api/v1/big" + end_after + "\r\n");
    EXPECT_TRUE(has(head, "Content-Length: 3000000\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, TellsWhatMayBeAsked) {
    start();
    EXPECT_TRUE(has(once("OPTIONS /api/v1/echo" + end_after + "\r\n"), "Allow: POST, OPTIONS\r\n"));
    auto const wrong = once("DELETE /api/v1/echo" + end_after + "\r\n");
    EXPECT_TRUE(wrong.starts_with("HTTP/1.1 405")) << wrong;
    EXPECT_TRUE(has(wrong, "Allow: POST, OPTIONS\r\n"));
    EXPECT_TRUE(has(wrong, "application/problem+json"));
    EXPECT_TRUE(once("GET /api/v1/none" + end_after + "\r\n").starts_with("HTTP/1.1 404"));
    EXPECT_TRUE(once("BREW /api/v1/fast" + end_after + "\r\n").starts_with("HTTP/1.1 501"));
    EXPECT_TRUE(once("GET /api/v1/fast HTTP/3.7\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(once("GET /api/v1/who" + end_after + "\r\n").starts_with("HTTP/1.1 401"));
}

TEST_F(ServerTest, BodiesHaveLimits) {
    start();
    EXPECT_TRUE(has(once("POST /api/v1/echo" + end_after + "Content-Length: 3\r\n\r\nabc"), "\r\n\r\nabc"));
    EXPECT_TRUE(has(once("POST /api/v1/echo" + end_after + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "\r\n\r\nabc"));
    EXPECT_TRUE(once("POST /api/v1/echo" + end_after + "Content-Length: 2000000\r\n\r\n").starts_with("HTTP/1.1 413"));
    // Announced, and sent all the same: the reply still arrives.
    Client c{server->port()};
    c.say("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + std::string(300'000, 'x'));
    EXPECT_TRUE(c.hear_all().starts_with("HTTP/1.1 413"));
    // Not allowed: told before the body has come, and a small one does not cost the connection.
    Client d{server->port()};
    d.say("POST /api/v1/signed HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
    EXPECT_TRUE(d.hear_all().starts_with("HTTP/1.1 401"));
    Client e{server->port()};
    e.say("POST /api/v1/signed HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(e.hear("}").starts_with("HTTP/1.1 401"));
    e.say("GET /api/v1/fast HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(has(e.hear("\"127.0.0.1\""), "200 OK"));
}

TEST_F(ServerTest, WaitsAreSaidToGoOn) {
    start();
    Client c{server->port()};
    c.say("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(c.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    c.say("abc");
    EXPECT_TRUE(has(c.hear("abc"), "200 OK"));
    c.say("POST /api/v1/signed HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_TRUE(c.hear_all().starts_with("HTTP/1.1 401"));
}

TEST_F(ServerTest, SlowClientsAreLetGo) {
    start();
    Client drip{server->port()}, half_body{server->port()}, silent{server->port()};
    half_body.say("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    auto const begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 8; ++i) {   // a byte now and then does not buy more time
        drip.say(std::string_view{"GET /api"}.substr(static_cast<std::size_t>(i), 1));
        std::this_thread::sleep_for(80ms);
    }
    EXPECT_TRUE(drip.hear_all().starts_with("HTTP/1.1 408"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1200ms);
    EXPECT_TRUE(half_body.hear_all().starts_with("HTTP/1.1 408"));
    EXPECT_EQ(silent.hear_all(), "");
    EXPECT_TRUE(silent.ended());
}

TEST_F(ServerTest, WhoDoesNotReadIsLetGo) {
    start();
    Client c{server->port()};
    for (int i = 0; i < 20; ++i) c.say("GET /api/v1/big HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 100 && server->counts().connections > 0; ++i) std::this_thread::sleep_for(100ms);
    EXPECT_EQ(server->counts().connections, 0);
}

TEST_F(ServerTest, RepliesMayComeFromAnyThreadAndLate) {
    start();
    EXPECT_TRUE(has(once("GET /api/v1/later" + end_after + "\r\n"), "\"/api/v1/later\""));
    {
        Client c{server->port()};   // goes before its reply is there
        c.say("GET /api/v1/later HTTP/1.1\r\nHost: x\r\n\r\n");
        std::this_thread::sleep_for(20ms);
    }
    std::this_thread::sleep_for(60ms);
    EXPECT_TRUE(has(once("GET /api/v1/fast" + end_after + "\r\n"), "200 OK"));
    Client d{server->port()};
    d.say("GET /api/v1/later HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(10ms);
    server->stop(0ms);              // the reply finds the server gone
}

TEST_F(ServerTest, FaultsBecomeProblemsAndAreLogged) {
    start();
    auto const text = once("GET /api/v1/fault" + end_after + "\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 500")) << text;
    EXPECT_FALSE(has(text, "disk full"));
    EXPECT_EQ(logged, "/api/v1/fault: disk full");
}

TEST_F(ServerTest, NothingInAHeaderBeginsALine) {
    start();
    EXPECT_TRUE(has(once("GET /api/v1/header?v=a%0d%0aSet-Cookie:%20x" + end_after + "\r\n"), "X-Echo: a  Set-Cookie: x\r\n"));
}

TEST_F(ServerTest, StopsGracefully) {
    start();
    Client idle{server->port()}, slow{server->port()};
    slow.say("GET /api/v1/slow HTTP/1.1\r\nHost: x\r\n\r\n");
    std::this_thread::sleep_for(100ms);
    std::thread stopper{[&] { server->stop(5s); }};
    std::this_thread::sleep_for(50ms);
    EXPECT_FALSE(Client{server->port()}.connected());
    auto const text = slow.hear_all();
    EXPECT_TRUE(has(text, "\"slow\"")) << text;
    EXPECT_TRUE(has(text, "Connection: close"));
    EXPECT_EQ(idle.hear_all(), "");
    EXPECT_TRUE(idle.ended());
    stopper.join();
}

TEST_F(ServerTest, TellsListenersOfOneEnterpriseOnly) {
    start();
    auto const listen = [](Client& c, char const* who) {
        c.say("GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + std::string{who} + "\r\n\r\n");
        EXPECT_TRUE(has(c.hear("retry: 3000\n\n"), "text/event-stream"));
    };
    Client one{server->port()}, other{server->port()}, two{server->port()}, nobody{server->port()};
    nobody.say("GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(nobody.hear_all().starts_with("HTTP/1.1 401"));
    listen(one, "1");
    listen(other, "1");
    listen(two, "2");
    EXPECT_EQ(server->counts().listeners, 3);
    server->tell(1, "facts", R"({"seq":5})");
    server->tell(1, "facts", R"({"seq":6})");
    server->tell(2, "job", R"({"job":1})");
    auto const told = "event: facts\ndata: {\"seq\":5}\n\nevent: facts\ndata: {\"seq\":6}\n\n";
    EXPECT_TRUE(has(one.hear("6}\n\n"), told));
    EXPECT_TRUE(has(other.hear("6}\n\n"), told));
    auto const job = two.hear("1}\n\n");
    EXPECT_TRUE(has(job, "event: job"));
    EXPECT_FALSE(has(job, "facts"));
    EXPECT_TRUE(has(one.hear(":\n\n", 1s), ":\n\n"));   // the heartbeat
    gate.closed = true;                                  // signed out everywhere
    one.hear_all(1s);
    EXPECT_TRUE(one.ended());
    two.hear_all(1s);
    EXPECT_TRUE(two.ended());
    other.hear_all(1s);
    EXPECT_EQ(server->counts().listeners, 0);
}

TEST_F(ServerTest, AListenerThatDoesNotReadIsLetGo) {
    options.listener_backlog = 100'000;
    options.tell_pause = 1ms;
    start();
    Client c{server->port()};
    int const small = 4096;
    setsockopt(c.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    c.say("GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 1\r\n\r\n");
    c.hear("retry: 3000\n\n");
    for (int i = 0; i < 400 && server->counts().listeners > 0; ++i) {
        server->tell(1, "facts", std::string(60'000, 'x'));
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(server->counts().listeners, 0);
}

// ---- WebSockets ---------------------------------------------------------------------------------------------------------------

namespace {

/// What a client sends: masked, with a mask of noughts.
std::string client_frame(unsigned opcode, std::string_view payload) {
    std::string out{static_cast<char>(0x80U | opcode), static_cast<char>(0x80U | payload.size())};
    return out.append(4, '\0').append(payload);
}

} // namespace

TEST_F(ServerTest, OpensAWebSocketAndSendsIntoIt) {
    start();
    Client c{server->port()};
    auto const feed = open_feed(c);
    ASSERT_TRUE(feed);
    EXPECT_EQ(server->counts().sockets, 1);
    std::vector<std::thread> tellers;
    for (int t = 0; t < 4; ++t)
        tellers.emplace_back([&] {
            for (int i = 0; i < 50; ++i) EXPECT_TRUE(feed->send("message"));
        });
    for (auto& t : tellers) t.join();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(has(c.hear("\x81\x07message"), "message")) << i;
    EXPECT_TRUE(within(1s, [&] { return feed->waiting() == 0; }));
    c.say(client_frame(9, "are you there"));
    EXPECT_TRUE(has(c.hear("are you there"), "\x8a\x0d"));
    c.say(client_frame(1, "nobody asked"));
    EXPECT_TRUE(has(c.hear(std::string{"\x89\x00", 2}, 1s), "\x89"));   // the heartbeat
    EXPECT_EQ(feeds_ended, 0);
    c.say(client_frame(8, "\x03\xe8"));
    EXPECT_TRUE(has(c.hear("\x88\x02\x03\xe8"), "\x88"));
    c.hear_all(1s);
    EXPECT_TRUE(c.ended());
    EXPECT_TRUE(within(1s, [&] { return feeds_ended == 1; }));
    EXPECT_FALSE(feed->send("too late"));
    EXPECT_EQ(server->counts().sockets, 0);
    auto told = false;
    feed->when_ended([&] { told = true; });
    EXPECT_TRUE(told);
}

TEST_F(ServerTest, EndsAWebSocketForEveryReason) {
    start();
    {
        Client c{server->port()};
        auto const feed = open_feed(c);
        ASSERT_TRUE(feed);
        feed->send("last");
        feed->end("The query was deleted.");
        EXPECT_TRUE(has(c.hear("deleted."), "\x03\xf0The query"));
    }
    {
        Client c{server->port()};   // goes without a word
        ASSERT_TRUE(open_feed(c));
    }
    EXPECT_TRUE(within(3s, [&] { return feeds_ended == 2; }));
    {
        Client c{server->port()};   // sends what is no frame
        ASSERT_TRUE(open_feed(c));
        c.say("GET / HTTP/1.1\r\n\r\n");
        EXPECT_TRUE(has(c.hear("\x03\xea"), "\x88"));
        EXPECT_TRUE(within(4s, [&] { return feeds_ended == 3; }));   // also when it never says goodbye
    }
    {
        Client c{server->port()};   // answers no ping
        ASSERT_TRUE(open_feed(c));
        EXPECT_TRUE(within(4s, [&] { return feeds_ended == 4; }));
    }
    {
        Client c{server->port()};
        ASSERT_TRUE(open_feed(c));
        gate.closed = true;
        EXPECT_TRUE(has(c.hear("any more."), "\x03\xf0You may not"));
        gate.closed = false;
    }
    {
        Client c{server->port()};
        auto const feed = open_feed(c);
        server->stop(3s);
        EXPECT_TRUE(has(c.hear("stops.", 500ms), "\x03\xe9"));
        EXPECT_FALSE(feed->send("into the dark"));
    }
}

TEST_F(ServerTest, AWebSocketThatDoesNotReadIsLetGo) {
    options.listener_backlog = 100'000;
    options.heartbeat = 20s;
    start();
    Client c{server->port()};
    int const small = 4096;
    setsockopt(c.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    auto const feed = open_feed(c);
    ASSERT_TRUE(feed);
    for (int i = 0; i < 400 && feed->send(std::string(60'000, 'x')); ++i) std::this_thread::sleep_for(5ms);
    EXPECT_GT(feed->waiting(), 100'000U);
    EXPECT_TRUE(within(5s, [&] { return feeds_ended == 1; }));
    EXPECT_EQ(server->counts().sockets, 0);
}

TEST_F(ServerTest, OpensNoWebSocketWithoutAHandshakeOrARight) {
    start();
    auto const asked = "GET /api/v1/feed" + end_after + "Upgrade: websocket\r\n";
    EXPECT_TRUE(once(asked + "Authorization: Bearer 0\r\n\r\n").starts_with("HTTP/1.1 401"));
    auto const bare = once(asked + "Authorization: Bearer 1\r\n\r\n");
    EXPECT_TRUE(has(bare, "Sec-WebSocket-Version: 13\r\n")) << bare;
    EXPECT_TRUE(has(bare, "Sec-WebSocket-Key."));
    EXPECT_TRUE(has(once("GET /api/v1/feed" + end_after + "Authorization: Bearer 1\r\n\r\n"), "\"no feed\""));
    EXPECT_TRUE(has(once("GET /api/v1/fast" + end_after + "Upgrade: websocket\r\n\r\n"), "200 OK"));
    EXPECT_TRUE(feeds.empty());
}

TEST_F(ServerTest, ServesPagesFromAFolder) {
    auto const dir = std::filesystem::temp_directory_path() / ("osetra_pages_" + std::to_string(getpid()));
    std::filesystem::create_directories(dir / "assets");
    std::ofstream{dir / "index.html"} << "<html>";
    std::ofstream{dir / "assets" / "a.js"} << "let a";
    std::filesystem::create_symlink("/etc/passwd", dir / "assets" / "p.txt");
    options.web_dir = dir;
    start();
    auto const page = once("GET /" + end_after + "\r\n");
    EXPECT_TRUE(has(page, "\r\n\r\n<html>")) << page;
    EXPECT_TRUE(has(page, "style-src 'self' 'unsafe-inline'"));
    EXPECT_TRUE(has(once("GET /farm/pools" + end_after + "\r\n"), "<html>"));
    EXPECT_TRUE(has(once("HEAD /assets/a.js" + end_after + "\r\n"), "Content-Length: 5\r\n"));
    EXPECT_TRUE(once("GET /assets/p.txt" + end_after + "\r\n").starts_with("HTTP/1.1 404"));
    EXPECT_TRUE(once("GET /%2e%2e/%2e%2e/etc/passwd" + end_after + "\r\n").starts_with("HTTP/1.1 404"));
    EXPECT_TRUE(once("GET /api/nothing" + end_after + "\r\n").starts_with("HTTP/1.1 404"));
    auto const tag = page.substr(page.find("ETag: ") + 6, 26);
    EXPECT_TRUE(once("GET /" + end_after + "If-None-Match: " + tag + "\r\n\r\n").starts_with("HTTP/1.1 304")) << tag;
    std::filesystem::remove_all(dir);
}

TEST_F(ServerTest, GivesPeopleAPageAndProgramsWhatTheyRead) {
    constexpr Asset assets[] = {{"/id.html", "", "", "<html>id", ""}, {"/index.html", "", "", "<html>", ""}};
    options.assets = assets;
    Route route{.path = "/id/01/{gtin}", .needs = Permission::open, .about = "A trade item.", .lane = Lane::io, .answer = [](Request const&) -> Result<Response> { return Response::json("{}"); }};
    route.page_for_people = true;
    routes.add(std::move(route));
    start();
    auto const browser = std::string{"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n\r\n"};
    EXPECT_TRUE(has(once("GET /id/01/1" + end_after + browser), "<html>id"));
    EXPECT_TRUE(has(once("GET /id/01/1" + end_after + "Accept: application/json\r\n\r\n"), "\r\n\r\n{}"));
    EXPECT_TRUE(has(once("GET /id/01/1" + end_after + "\r\n"), "\r\n\r\n{}"));
    EXPECT_TRUE(has(once("GET /id/01/1?linkType=all" + end_after + browser), "\r\n\r\n{}"));
}

TEST_F(ServerTest, SaysWhatToDoWhenItCannotListen) {
    start();
    ServerOptions same = options;
    same.port = server->port();
    EXPECT_THROW(Server{same}, Fault);
    same.port = 0;
    same.bind = "farm.example";
    EXPECT_THROW(Server{same}, Fault);
    same.bind = "127.0.0.1";
    same.certificate_file = same.key_file = "/nowhere.pem";
    EXPECT_THROW(Server{same}, Fault);
    same = options;
    same.web_dir = "/nowhere";
    EXPECT_THROW(Server{same}, Fault);
}

TEST_F(ServerTest, BelievesTrustedProxiesOnly) {
    start();
    auto const request = "GET /api/v1/fast" + end_after + "X-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n\r\n";
    EXPECT_TRUE(has(once(request), "\"127.0.0.1\""));
    server->stop(0ms);
    options.trusted_proxies = {"127.0.0.1"};
    start();
    EXPECT_TRUE(has(once(request), "\"10.1.2.3\""));
}

TEST_F(ServerTest, HoldsManyIdleListeners) {
    options.heartbeat = 20s;
    options.idle_time = 20s;
    start();
    std::vector<std::unique_ptr<Client>> all;
    for (int i = 0; i < 400; ++i) {
        all.push_back(std::make_unique<Client>(server->port()));
        ASSERT_TRUE(all.back()->say("GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 1\r\n\r\n"));
    }
    for (auto& c : all) ASSERT_TRUE(has(c->hear("retry: 3000\n\n"), "200 OK"));
    EXPECT_EQ(server->counts().listeners, 400);
    server->tell(1, "facts", "{}");
    for (auto& c : all) ASSERT_TRUE(has(c->hear("{}\n\n"), "facts"));
    EXPECT_TRUE(has(once("GET /api/v1/fast" + end_after + "\r\n"), "200 OK"));
}

// ---- TLS ----------------------------------------------------------------------------------------------------------------------

TEST_F(ServerTest, SpeaksTls) {
    auto const dir = std::filesystem::temp_directory_path() / ("osetra_tls_" + std::to_string(getpid()));
    std::filesystem::create_directories(dir);
    make_certificate(dir / "c.pem", dir / "k.pem", "localhost");
    options.certificate_file = dir / "c.pem";
    options.key_file = dir / "k.pem";
    start();

    auto* const context = SSL_CTX_new(TLS_client_method());
    auto const talk = [&](std::string const& request) {
        Client wire{server->port()};
        auto* const ssl = SSL_new(context);
        SSL_set_fd(ssl, wire.fd());
        EXPECT_EQ(SSL_connect(ssl), 1);
        SSL_write(ssl, request.data(), static_cast<int>(request.size()));
        std::string text;
        char piece[4096];
        for (int n = 0; (n = SSL_read(ssl, piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(n));
        EXPECT_EQ(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);   // an end, not a cut
        SSL_free(ssl);
        return text;
    };
    auto const text = talk("GET /api/v1/fast HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/who" + end_after + "Authorization: Bearer 3\r\n\r\n");
    EXPECT_TRUE(has(text, "\"127.0.0.1\"")) << text;
    EXPECT_TRUE(has(text, "\"p3\""));
    EXPECT_TRUE(has(text, "Strict-Transport-Security"));
    EXPECT_GT(talk("GET /api/v1/big" + end_after + "\r\n").size(), 3'000'000U);

    Client plain{server->port()};   // someone who does not speak TLS hangs nobody
    plain.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    plain.hear_all(1s);
    EXPECT_TRUE(plain.ended());
    SSL_CTX_free(context);
    std::filesystem::remove_all(dir);
}
