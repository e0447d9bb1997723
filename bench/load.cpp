// Asks a running server for answers from many connections at once and says how fast they come:
//     load_bench PORT KEY read PATH [CLIENTS] [SECONDS]      GET PATH again and again
//     load_bench PORT KEY append POOL [CLIENTS] [SECONDS]    tells one round of POOL after the other, each a fact of its own
//     load_bench PORT KEY scan TAGS [CLIENTS] [SECONDS]      four scans of each fish (TAGS: a file, a tag a line) at 40 stations: from the scan to the answer
//     load_bench PORT KEY idle PATH [CLIENTS]                opens live-update streams, then asks on new connections
// One thread with epoll, so that it takes as little as it can of the machine it shares with the server.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <netinet/tcp.h>
#include <random>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "kernel/id.h"

using namespace osetra;
using Clock = std::chrono::steady_clock;

namespace {

int port = 0;
bool any_outcome = false;   // a refusal is an answer too
std::string key;

[[noreturn]] void stop(std::string const& why) {
    std::fprintf(stderr, "load_bench: %s\n", why.c_str());
    std::exit(1);
}

int dial() {
    auto const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) stop(std::string{"cannot connect: "} + std::strerror(errno));
    int const yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key + "\r\n\r\n"; }

void send_all(int fd, std::string const& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        auto const n = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) stop("the server closed a connection");
        sent += static_cast<std::size_t>(n);
    }
}

/// The length of a whole answer at the start of `text`; 0 while it is not whole.
std::size_t whole(std::string const& text) {
    auto const head = text.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    auto at = text.find("ontent-Length: ");
    if (at == std::string::npos || at > head) stop("an answer without Content-Length: " + text.substr(0, 200));
    auto const length = head + 4 + std::strtoull(text.c_str() + at + 15, nullptr, 10);
    return text.size() >= length ? length : 0;
}

void say(char const* what, std::vector<double>& ms, double seconds, std::size_t bad) {
    std::sort(ms.begin(), ms.end());
    auto const at = [&](double share) { return ms.empty() ? 0.0 : ms[std::min(ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ms.size())))]; };
    std::printf("%-34s %8zu in %5.1f s = %8.0f /s   median %7.2f ms   p99 %7.2f ms   worst %7.2f ms   %zu not 200\n", what, ms.size(), seconds,
                static_cast<double>(ms.size()) / seconds, at(0.5), at(0.99), ms.empty() ? 0.0 : ms.back(), bad);
}

/// Ends after so many seconds, or so many requests.
template <class Next> void drive(char const* what, int clients, double seconds, Next&& request, std::size_t most = std::numeric_limits<std::size_t>::max()) {
    struct Client {
        int fd = -1;
        std::string in;
        Clock::time_point sent;
    };
    std::vector<Client> all(static_cast<std::size_t>(clients));
    auto const queue = epoll_create1(EPOLL_CLOEXEC);
    std::vector<double> ms;
    std::size_t bad = 0, refused = 0, asked = 0;
    auto const ask = [&](Client& c) {
        ++asked;
        c.sent = Clock::now();
        send_all(c.fd, request());
    };
    for (auto& c : all) {
        c.fd = dial();
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.ptr = &c;
        epoll_ctl(queue, EPOLL_CTL_ADD, c.fd, &e);
    }
    auto const begin = Clock::now();
    auto const end = begin + std::chrono::duration<double>(seconds);
    for (auto& c : all) ask(c);
    auto open = clients;
    std::vector<epoll_event> events(256);
    std::vector<char> buffer(1 << 16);
    while (open > 0) {
        auto const n = epoll_wait(queue, events.data(), static_cast<int>(events.size()), 10'000);
        if (n <= 0) stop("no answer for ten seconds");
        for (int i = 0; i < n; ++i) {
            auto& c = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
            auto const got = recv(c.fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) stop("the server closed a connection");
            c.in.append(buffer.data(), static_cast<std::size_t>(got));
            if (whole(c.in) == 0) continue;
            auto const no = c.in.find("\"refused\"") != std::string::npos;
            refused += no;
            auto const good = c.in.compare(9, 3, "200") == 0 && (any_outcome || !no);
            if (!good && bad++ == 0) std::fprintf(stderr, "the first other answer: %s\n", c.in.substr(0, 600).c_str());
            c.in.clear();
            auto const now = Clock::now();
            if (good) ms.push_back(std::chrono::duration<double, std::milli>(now - c.sent).count());
            if (now < end && asked < most) {
                ask(c);
            } else {
                close(c.fd);
                --open;
            }
        }
    }
    say(what, ms, std::chrono::duration<double>(Clock::now() - begin).count(), bad);
    if (any_outcome) std::printf("  of them refused: %zu\n", refused);
    close(queue);
}

void idle(std::string const& path, int clients) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    std::vector<int> streams;
    std::vector<char> buffer(4096);
    for (int i = 0; i < clients; ++i) {
        streams.push_back(dial());
        send_all(streams.back(), get("/api/v1/live"));
        auto const n = recv(streams.back(), buffer.data(), buffer.size(), 0);
        if (n < 12 || std::string_view{buffer.data(), 12} != "HTTP/1.1 200") stop("stream " + std::to_string(i) + ": " + std::string{buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))}.substr(0, 300));
    }
    std::printf("%zu live-update streams are open\n", streams.size());
    std::vector<double> ms;
    std::size_t bad = 0;
    auto const begin = Clock::now();
    for (int i = 0; i < 200; ++i) {
        auto const from = Clock::now();
        auto const fd = dial();
        send_all(fd, get(path));
        std::string in;
        while (whole(in) == 0) {
            auto const n = recv(fd, buffer.data(), buffer.size(), 0);
            if (n <= 0) stop("the server closed a connection");
            in.append(buffer.data(), static_cast<std::size_t>(n));
        }
        bad += in.compare(9, 3, "200") != 0;
        ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - from).count());
        close(fd);
    }
    say("new connection and answer beside them", ms, std::chrono::duration<double>(Clock::now() - begin).count(), bad);
    std::fflush(stdout);
    std::getchar();   // the caller looks at the server's memory, then closes our input
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) return std::fprintf(stderr, "load_bench PORT KEY read PATH | append POOL | scan TAGS | idle PATH [CLIENTS] [SECONDS]\n"), 2;
    port = std::atoi(argv[1]);
    key = argv[2];
    std::string const what = argv[3];
    auto const number = [&](int i, double usual) { return argc > i ? std::atof(argv[i]) : usual; };
    if (argc < 5) return 2;
    if (what == "idle") return idle(argv[4], static_cast<int>(number(5, 5000))), 0;
    auto const clients = static_cast<int>(number(5, 64));
    auto const seconds = number(6, 10);
    if (what == "read") {
        auto const request = get(argv[4]);
        drive("read", clients, seconds, [&]() -> std::string const& { return request; });
    } else if (what == "scan") {
        std::vector<std::string> tags;
        std::ifstream file{argv[4]};
        for (std::string tag; std::getline(file, tag);) if (!tag.empty()) tags.push_back(tag);
        if (tags.empty()) stop("no tags in " + std::string{argv[4]});
        UuidMaker ids{std::random_device{}()};
        any_outcome = true;
        std::size_t scan = 0;   // every fish's first step, then every fish's second: each is new
        drive("scan to answer", clients, seconds, [&] {
            static constexpr char const* steps[] = {"check", "stun", "bleed", "wash"};
            auto const now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
            auto const& tag = tags[scan % tags.size()];
            auto const* step = steps[scan / tags.size() % 4];
            auto const station = scan++ % 40 + 1;
            auto const body = R"({"facts":[{"id":")" + ids.next(now).text() + R"(","kind":"step","body":{"fish":")" + tag + R"(","step":")" + step +
                              R"(","station":"L)" + std::to_string(station) + R"(-IN"}}]})";
            return "POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body;
        }, tags.size() * 4);
    } else {
        UuidMaker ids{std::random_device{}()};
        std::string const pool = argv[4];
        drive("append, each acknowledged on disk", clients, seconds, [&] {
            auto const now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
            auto const body = R"({"facts":[{"id":")" + ids.next(now).text() + R"(","kind":"feed","body":{"pool":")" + pool + R"(","feed":"grower","feed_mg":1000000}}]})";
            return "POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body;
        });
    }
    return 0;
}
