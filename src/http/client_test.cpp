#include "http/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "http/server.h"
#include "http/test_certificate.h"

using namespace osetra;
using namespace osetra::http;
using namespace std::chrono_literals;

namespace {

/// A receiver that hears one request and then does as it was told.
class Receiver {
public:
    explicit Receiver(std::function<void(int fd, std::string const& heard)> act) : m_listener(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        bind(m_listener, reinterpret_cast<sockaddr*>(&at), size);
        listen(m_listener, 5);
        getsockname(m_listener, reinterpret_cast<sockaddr*>(&at), &size);
        m_port = ntohs(at.sin_port);
        m_thread = std::thread{[this, act = std::move(act)] {
            auto const fd = accept(m_listener, nullptr, nullptr);
            if (fd < 0) return;
            std::string heard;
            char piece[4096];
            while (heard.find("\r\n\r\n") == std::string::npos || !whole(heard)) {
                auto const n = recv(fd, piece, sizeof piece, 0);
                if (n <= 0) break;
                heard.append(piece, static_cast<std::size_t>(n));
            }
            act(fd, heard);
            close(fd);
        }};
    }
    ~Receiver() {
        shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        close(m_listener);
    }
    Receiver(Receiver const&) = delete;
    Receiver& operator=(Receiver const&) = delete;
    std::string url(std::string const& target = "/hook") const { return "http://127.0.0.1:" + std::to_string(m_port) + target; }

private:
    static bool whole(std::string const& heard) {
        auto const head = heard.find("\r\n\r\n"), length = heard.find("Content-Length: ");
        return length == std::string::npos || heard.size() >= head + 4 + static_cast<std::size_t>(std::stoll(heard.substr(length + 16)));
    }
    int m_listener;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

void say(int fd, std::string_view text) { send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

std::string outcome(Result<int> const& result) { return result ? std::to_string(*result) : result.error().code; }

ClientOptions const here{.private_too = true, .time = 500ms};

} // namespace

TEST(Url, IsTakenApart) {
    struct Row {
        char const *text, *outcome;
    };
    std::vector<Row> const rows = {
        {"https://partner.example/hook?a=b", "s partner.example 443 /hook?a=b"},
        {"http://partner.example", "- partner.example 80 /"},
        {"http://partner.example?a", "- partner.example 80 /?a"},
        {"https://Partner.example:8443/", "s Partner.example 8443 /"},
        {"https://[2001:4860::1]:8443/x", "s 2001:4860::1 8443 /x"},
        {"https://[::1]", "s ::1 443 /"},
        {"http://127.0.0.1:9", "- 127.0.0.1 9 /"},
        {"ftp://partner.example", "url_malformed"},
        {"file:///etc/passwd", "url_malformed"},
        {"partner.example", "url_malformed"},
        {"", "url_malformed"},
        {"https://", "url_malformed"},
        {"https:///x", "url_malformed"},
        {"https://user:password@partner.example", "url_malformed"},
        {"https://good.example@evil.example", "url_malformed"},
        {"https://partner.example#x", "url_malformed"},
        {"https://partner.example/a b", "url_malformed"},
        {"https://partner.example/\r\nX: y", "url_malformed"},
        {"https://partner.example\\@evil.example", "url_malformed"},
        {"https://fisch\xc3\xa4.example", "url_malformed"},
        {"https://partner.example:", "url_malformed"},
        {"https://partner.example:0", "url_malformed"},
        {"https://partner.example:65536", "url_malformed"},
        {"https://partner.example:80x", "url_malformed"},
        {"https://[::1", "url_malformed"},
        {"https://[fe80::1%25eth0]/", "url_malformed"},
        {"https://[::1]x/", "url_malformed"},
        {"https://2130706433/", "url_malformed"},
        {"https://0x7f.1/", "url_malformed"},
        {"https://127.1/", "url_malformed"},
        {"https://1.2.3.256/", "url_malformed"},
        {"https://a..b/", "url_malformed"},
        {"https://.a/", "url_malformed"},
    };
    for (auto const& row : rows) {
        auto const url = parse_url(row.text);
        auto const said = url ? std::string{url->secure ? "s " : "- "} + url->host + " " + std::to_string(url->port) + " " + url->target : url.error().code;
        EXPECT_EQ(said, row.outcome) << row.text;
    }
    EXPECT_FALSE(parse_url("https://partner.example/" + std::string(2000, 'x')));
}

TEST(Address, IsOnTheOpenInternetOrNot) {
    for (auto const* yes : {"8.8.8.8", "1.1.1.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255", "2001:4860:4860::8888",
                            "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"})
        EXPECT_TRUE(is_public(yes)) << yes;
    for (auto const* no : {"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
                           "192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
                           "fe80::1", "fe80::1%lo", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "100::1", "no address", ""})
        EXPECT_FALSE(is_public(no)) << no;
    for (auto const* no : {"localhost", "LocalHost.", "a.localhost", "printer.local", "metadata.google.internal", "127.0.0.1", "::1"}) EXPECT_TRUE(is_private_host(no)) << no;
    for (auto const* yes : {"partner.example", "localhost.example", "8.8.8.8"}) EXPECT_FALSE(is_private_host(yes)) << yes;
}

TEST(Client, PostsAndTellsTheStatus) {
    struct Row {
        char const *what, *reply, *outcome;
    };
    auto const big = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + std::string(300'000, 'x');
    std::vector<Row> const rows = {
        {"yes", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200"},
        {"yes, without a body", "HTTP/1.1 204 No Content\r\n\r\n", "204"},
        {"yes, in chunks", "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "202"},
        {"yes, until it hangs up", "HTTP/1.0 200 OK\r\n\r\nok", "200"},
        {"yes, behind an early word", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200"},
        {"no", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "500"},
        {"a redirect is not followed", "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "307"},
        {"a body without end", big.c_str(), "200"},
        {"not HTTP", "SSH-2.0-OpenSSH_9\r\n", "reply_malformed"},
        {"a head without end", nullptr, "reply_malformed"},
        {"early words without end", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", "reply_malformed"},
        {"hangs up", "", "connection_failed"},
        {"hangs up in the head", "HTTP/1.1 200", "reply_malformed"},
    };
    auto const endless = "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x');
    for (auto const& row : rows) {
        std::string heard;
        {
            Receiver const receiver{[&](int fd, std::string const& text) {
                heard = text;
                say(fd, row.reply ? std::string_view{row.reply} : std::string_view{endless});
            }};
            Client client{here};
            EXPECT_EQ(outcome(client.post(*parse_url(receiver.url("/hook?a=b")), {{"Content-Type", "application/json"}, {"X-Odd", "a\r\nb"}}, "{}")), row.outcome) << row.what;
            if (std::string_view{row.what} == "yes") {
                EXPECT_TRUE(heard.starts_with("POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:")) << heard;
                EXPECT_TRUE(heard.ends_with("\r\nContent-Type: application/json\r\nX-Odd: a  b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")) << heard;
            }
        }
    }
}

TEST(Client, WaitsNoLongerThanItMay) {
    std::promise<void> over;
    Receiver const receiver{[&](int, std::string const&) { over.get_future().wait(); }};
    Client client{here};
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(outcome(client.post(*parse_url(receiver.url()), {}, "{}")), "timed_out");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    over.set_value();
}

TEST(Client, StopsWhenItIsTold) {
    std::promise<void> over;
    Receiver const receiver{[&](int, std::string const&) { over.get_future().wait(); }};
    Client client{{.private_too = true, .time = 20s}};
    std::thread stopper{[&] {
        std::this_thread::sleep_for(100ms);
        client.stop();
    }};
    EXPECT_EQ(outcome(client.post(*parse_url(receiver.url()), {}, "{}")), "stopped");
    EXPECT_EQ(outcome(client.post(*parse_url(receiver.url()), {}, "{}")), "stopped");
    stopper.join();
    over.set_value();
}

TEST(Client, SaysYesOnlyToAWholeSentence) {
    auto const fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bind(fd, reinterpret_cast<sockaddr*>(&at), size);
    listen(fd, 1);
    getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    std::thread receiver{[fd] {   // answers at the first byte, and reads no more
        auto const peer = accept(fd, nullptr, nullptr);
        char byte = 0;
        recv(peer, &byte, 1, 0);
        say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        pollfd p{peer, POLLHUP, 0};
        poll(&p, 1, 300);
        close(peer);
    }};
    Client client{here};
    EXPECT_EQ(outcome(client.post(*parse_url("http://127.0.0.1:" + std::to_string(ntohs(at.sin_port))), {}, std::string(30'000'000, 'x'))), "connection_failed");
    receiver.join();
    close(fd);
}

TEST(Client, CallsNobodyWhoIsNotPublic) {
    auto called = false;
    {
        Receiver const receiver{[&](int, std::string const& heard) { called = !heard.empty(); }};
        Client client{{.time = 500ms}};
        auto const url = receiver.url();
        EXPECT_EQ(outcome(client.post(*parse_url(url), {}, "{}")), "address_private");
        EXPECT_EQ(outcome(client.post(*parse_url("http://localhost" + url.substr(16)), {}, "{}")), "address_private");   // by name too
        EXPECT_EQ(outcome(client.post(*parse_url("http://169.254.169.254/latest/meta-data"), {}, "{}")), "address_private");
        EXPECT_EQ(outcome(client.post(*parse_url("http://[::1]:80/"), {}, "{}")), "address_private");
    }
    EXPECT_FALSE(called);
    Client client{here};
    EXPECT_EQ(outcome(client.post(*parse_url("http://127.0.0.1:1/"), {}, "{}")), "connection_failed");
    EXPECT_EQ(outcome(client.post(*parse_url("http://nowhere.invalid/"), {}, "{}")), "host_unknown");
}

// ---- TLS ----------------------------------------------------------------------------------------------------------------------

namespace {

class NoGate final : public Gate {
public:
    Result<Caller> admit(Request const&, Route const&) override { return Caller{}; }
};

} // namespace

TEST(Client, BelievesGoodCertificatesOnly) {
    auto const dir = std::filesystem::temp_directory_path() / ("osetra_client_" + std::to_string(getpid()));
    std::filesystem::create_directories(dir);
    struct Row {
        char const *what, *names;
        long from_s, to_s;
        char const* host;
        bool known;
        char const* outcome;
    };
    std::vector<Row> const rows = {
        {"good, by its name", "DNS:localhost", -60, 60, "localhost", true, "200"},
        {"good, by its address", "IP:127.0.0.1", -60, 60, "127.0.0.1", true, "200"},
        {"of somebody else", "DNS:other.example", -60, 60, "localhost", true, "tls_failed"},
        {"of another address", "IP:127.0.0.2", -60, 60, "127.0.0.1", true, "tls_failed"},
        {"too old", "DNS:localhost", -120, -60, "localhost", true, "tls_failed"},
        {"by nobody who is known", "DNS:localhost", -60, 60, "localhost", false, "tls_failed"},
    };
    for (auto const& row : rows) {
        make_certificate(dir / "c.pem", dir / "k.pem", "receiver", row.names, row.from_s, row.to_s);
        Routes routes;
        routes.add({.method = Method::post, .path = "/hook", .needs = Permission::open, .answer = [](Request const& r) -> Result<Response> { return Response::json(r.body); }});
        NoGate gate;
        ServerOptions options;
        options.port = 0;
        options.certificate_file = dir / "c.pem";
        options.key_file = dir / "k.pem";
        Server server{options};
        server.start(routes, gate);
        Client client{{.private_too = true, .time = 3s, .authorities_file = row.known ? (dir / "c.pem").string() : std::string{}}};
        auto const said = client.post(*parse_url("https://" + std::string{row.host} + ":" + std::to_string(server.port()) + "/hook"), {}, "\"hello\"");
        EXPECT_EQ(outcome(said), row.outcome) << row.what << (said ? "" : ": " + said.error().message);
        server.stop(0ms);
    }
    std::filesystem::remove_all(dir);
}
