#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/routes.h"

namespace osetra::http {

/// The word a request begins with. HEAD is a GET whose body stays here.
enum class Verb : std::uint8_t { get, head, post, put, del, options, other };

/// Takes HTTP/1.x requests apart, from bytes that come in any pieces: a socket's, or a fuzzer's. One after another: `next()` makes it
/// ready for the message behind the last.
class RequestParser {
public:
    enum class State : std::uint8_t {
        more,    ///< wants more bytes
        head,    ///< the head is there, and a body follows: say how much of it is welcome, then go on putting
        done,    ///< the whole message is there
        bad      ///< `refusal()` says why; nothing behind it on this connection can be trusted
    };
    explicit RequestParser(std::uint32_t header_limit = 16 << 10);
    ~RequestParser();
    RequestParser(RequestParser const&) = delete;
    RequestParser& operator=(RequestParser const&) = delete;

    /// Begins a message; `into` gets its method, headers and body.
    void next(Request& into);
    /// Takes what it can of `bytes` and says how many it took; after `head` and `done` the rest is to be put again.
    std::size_t put(std::string_view bytes);
    State state() const;
    /// Whether any byte of this message was seen.
    bool begun() const;
    Refusal const& refusal() const;

    Verb verb() const;
    std::string const& target() const;
    bool keep_alive() const;
    bool expects_continue() const;
    /// Absent for a chunked body. \pre the head is there
    std::optional<std::uint64_t> content_length() const;
    /// Refuses a body that grows over this: too_large. \pre state head
    void limit_body(std::size_t bytes);
    /// Reads the body but does not keep it.
    void drop_body();

private:
    struct Parts;
    std::unique_ptr<Parts> m;
};

/// The value of one cookie in a Cookie header; absent when it is not there.
std::optional<std::string_view> cookie(std::string_view header, std::string_view name);

} // namespace osetra::http
