#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/routes.h"
#include "http/site.h"

namespace osetra::http {

struct ServerOptions {
    std::string bind = "127.0.0.1";
    std::uint16_t port = 8080;                 ///< 0: any free one (Server::port says which)
    int io_threads = 2;
    int workers = 8;
    std::size_t waiting_max = 4096;            ///< requests that wait for a worker; more are told busy (503)
    std::string certificate_file = {};         ///< PEM chain; with key_file: TLS only
    std::string key_file = {};
    std::vector<std::string> trusted_proxies = {};   ///< peers whose X-Forwarded-For and -Proto are believed
    std::string web_dir = {};                  ///< pages from a folder instead of `assets`
    std::span<Asset const> assets = {};

    std::size_t connections_max = 20'000;
    std::uint32_t header_limit = 16 << 10;     ///< bytes
    std::chrono::milliseconds head_time{10'000};      ///< from a request's first byte to the end of its head; also TLS handshake
    std::chrono::milliseconds idle_time{75'000};      ///< between requests
    std::chrono::milliseconds body_time{30'000};      ///< for a body or a reply, and on top of it ...
    std::size_t slowest_bytes_per_s = 8 << 10;        ///< ... what its size needs at this speed
    std::chrono::milliseconds heartbeat{20'000};      ///< comment or ping to every listener, whose right to listen is asked again then
    std::chrono::milliseconds tell_pause{50};         ///< Live gathers what it is told for at least this long
    std::size_t listener_backlog = 1 << 20;           ///< bytes a listener may be behind before it is let go
    std::function<void(std::string const&)> log = {}; ///< hears of faults
};

/// Serves a route table over HTTP/1.1. All sockets live on a few I/O threads; handlers of Lane::worker run on a pool of workers.
class Server final : public Live {
public:
    /// Binds and listens, without serving yet, so that Live and the port are known. Faults: address in use, certificate unreadable, ...
    explicit Server(ServerOptions);
    ~Server() override;
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// The routes and the gate must live until the stop.
    void start(Routes const&, Gate&);
    std::uint16_t port() const;
    /// Takes no new connection or request, lets those that run finish for at most `grace`, and ends all threads.
    void stop(std::chrono::milliseconds grace = std::chrono::seconds{10});

    void tell(Enterprise, std::string event, std::string data) override;

    struct Counts {
        std::int64_t connections = 0;
        std::int64_t listeners = 0;
        std::int64_t sockets = 0;       ///< WebSockets
        std::int64_t requests = 0;      ///< since the start
    };
    Counts counts() const;

private:
    struct Engine;
    std::unique_ptr<Engine> m;
};

} // namespace osetra::http
