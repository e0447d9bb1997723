#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/result.h"

// What this program says to others' servers, which somebody outside may have named: so it looks where it goes, and believes nothing.
namespace osetra::http {

struct Url {
    bool secure = false;
    std::string host;                 ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    std::string target;               ///< path and query
};
/// http:// and https:// only, without a user and without a fragment; at most 2000 characters of ASCII. Refusal: url_malformed.
Result<Url> parse_url(std::string_view);

/// Whether an IP address, as text, is on the open Internet: not private, of this machine, of this link, of a cloud's own, for many, or
/// kept for something else, and not an IPv6 wrapping of one that is. False for what is no address.
bool is_public(std::string_view address);
/// Whether the host is an address, or a name that only ever means this machine.
bool is_private_host(std::string_view host);

struct ClientOptions {
    bool private_too = false;         ///< also to addresses that are not public
    std::chrono::milliseconds time{20'000};       ///< for all of it, from the name to the reply's head
    std::string authorities_file = {};            ///< PEM: believed instead of the system's
};

/// Says one thing at a time on a connection of its own, which is closed behind it. From any thread.
class Client {
public:
    explicit Client(ClientOptions);
    ~Client();
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    /// POST, and the status of the reply. Follows no redirect; the reply's body is thrown away. The name is looked up once, and the
    /// address that was looked at is the one that is called. Refusals: host_unknown, address_private, connection_failed, tls_failed,
    /// timed_out, reply_malformed, stopped.
    Result<int> post(Url const&, std::vector<std::pair<std::string, std::string>> const& headers, std::string_view body);
    /// What is under way is given up, and nothing begins any more.
    void stop();

private:
    struct Inside;
    std::unique_ptr<Inside> m;
};

} // namespace osetra::http
