#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"

// WebSockets (RFC 6455) as plain functions from bytes to bytes, so that they are fuzzed without a socket.
namespace osetra::http {

/// Whether the request may become a WebSocket, and the value of Sec-WebSocket-Accept then. Refusals: bad_request (no handshake of
/// version 13), not_allowed (a page of another site, by the cookie of a person who is signed in here).
Result<std::string> accept_socket(Request const&);

/// Why a WebSocket ends (RFC 6455, 7.4.1).
enum class End : std::uint16_t { done = 1000, going_away = 1001, broken = 1002, kind = 1003, nothing = 1005, text = 1007, policy = 1008, too_large = 1009, later = 1013 };

std::string text_frame(std::string_view text);
std::string ping_frame();
std::string pong_frame(std::string_view payload);   ///< \pre at most 125 bytes
std::string end_frame(End, std::string_view why = {});

/// What a client said.
struct Said {
    enum class Kind : std::uint8_t { text, bytes, ping, pong, end, broken } kind = Kind::broken;
    std::string payload;           ///< a message whole, however many frames it came in
    End end = End::nothing;        ///< of `end` and `broken`: what to answer
};

/// Takes a client's frames apart, from bytes that come in any pieces. Nothing is read behind `end` and `broken`.
class FrameReader {
public:
    /// Longer messages are `broken`, as soon as their length is told.
    explicit FrameReader(std::size_t message_limit) : m_limit(message_limit) {}
    void put(std::string_view bytes, std::vector<Said>& into);
    bool ended() const { return m_ended; }

private:
    bool one_frame(std::vector<Said>& into);
    void control(unsigned opcode, std::string payload, std::vector<Said>& into);
    void broken(End, std::vector<Said>& into);

    std::size_t m_limit;
    std::string m_waiting;         ///< bytes of a frame that is not whole yet
    std::string m_message;         ///< what has come of a message in several frames
    unsigned m_opcode = 0;         ///< of that message; 0: none has begun
    bool m_ended = false;
};

} // namespace osetra::http
