#include <charconv>
#include <fmt/core.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/verbs.h"
#include "http/client.h"
#include "kernel/fault.h"
#include "kernel/json.h"
#include "processing/stations_scale.h"

namespace osetra::app {
namespace {

/// An open connection to a scale.
class Wire {
public:
    static Result<Wire> open(std::string const& where) {
        auto const colon = where.rfind(':');
        if (colon == std::string::npos || colon == 0 || colon + 1 == where.size()) return refuse("scale_address", "Say where the scale is: HOST:PORT, as 192.168.1.40:4305.", "connect");
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        if (getaddrinfo(where.substr(0, colon).c_str(), where.substr(colon + 1).c_str(), &hints, &found) != 0) return refuse("scale_unreachable", fmt::format("Nobody knows where {} is.", where), "connect");
        auto socket_ = -1;
        for (auto* a = found; a && socket_ < 0; a = a->ai_next) {
            socket_ = ::socket(a->ai_family, a->ai_socktype, a->ai_protocol);
            if (socket_ >= 0 && ::connect(socket_, a->ai_addr, a->ai_addrlen) != 0) { ::close(socket_); socket_ = -1; }
        }
        freeaddrinfo(found);
        if (socket_ < 0) return refuse("scale_unreachable", fmt::format("The scale at {} does not answer. Is it switched on and in this network?", where), "connect");
        return Wire{socket_};
    }
    Wire(Wire&& other) noexcept : m_socket(std::exchange(other.m_socket, -1)) {}
    ~Wire() { if (m_socket >= 0) ::close(m_socket); }
    void say(std::string_view text) { if (::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL) < 0) throw Fault("the scale is gone"); }
    /// Waits for bytes; empty: it has ended.
    std::string hear() {
        char bytes[512];
        auto const n = ::recv(m_socket, bytes, sizeof bytes, 0);
        return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : std::string{};
    }

private:
    explicit Wire(int socket) : m_socket(socket) {}
    int m_socket;
};

} // namespace

Result<Done> read_scale(Context const& c, ScaleVerb const& o) {
    std::optional<http::Url> to;
    if (!o.to.empty()) to = OSETRA_TRY(http::parse_url(o.to + "/api/v1/plant/scale"));
    http::Client client{{.private_too = true, .time = std::chrono::milliseconds{3'000}}};
    auto wire = OSETRA_TRY(Wire::open(o.connect));
    if (o.ask) wire.say("SIR\r\n");               // MT-SICS: send the weight again and again
    processing::ScaleLines lines;
    std::optional<processing::ScaleReading> last;
    for (auto bytes = wire.hear(); !bytes.empty(); bytes = wire.hear()) {
        lines.add(bytes);
        while (auto const line = lines.next()) {
            auto const reading = processing::read_scale_line(*line);
            if (!reading || reading == last) continue;
            last = reading;
            JsonOut out;
            out.begin_object();
            out.value("station", o.station);
            out.value("weight_mg", reading->weight_mg);
            out.value("stable", reading->stable);
            out.end_object();
            if (c.where.json) c.io.out << out.text() << std::endl;
            else c.io.out << fmt::format("{:.3f} g{}", static_cast<double>(reading->weight_mg) / 1000, reading->stable ? "" : " (moving)") << std::endl;
            if (to) {
                auto const status = client.post(*to, {{"Authorization", "Bearer " + o.key}, {"Content-Type", "application/json"}, {"X-Osetra", "1"}}, out.text());
                if (!status) c.io.err << status.error().message << '\n';
                else if (*status >= 400) return refuse("scale_not_taken", fmt::format("The server answers {}: is the key right, and may it record?", *status), "key");
            }
            if (o.once && reading->stable) return Done{};
        }
    }
    return refuse("scale_ended", "The scale has ended the connection.", "connect");
}

} // namespace osetra::app
