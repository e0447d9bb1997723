#include "http/parser.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace osetra::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Ec = beast::error_code;
using View = beast::string_view;

namespace {

constexpr std::size_t max_headers = 64;
constexpr std::size_t max_reserve = 1 << 16;   // bytes of a body believed before they have come

std::string_view text_of(View v) { return {v.data(), v.size()}; }

/// One message. Beast checks the grammar (and that Content-Length and Transfer-Encoding do not contradict each other); what it
/// finds goes straight into our request.
class Message final : public bhttp::basic_parser<true> {
public:
    Message(std::uint32_t header_bytes, Request& into, std::string& target_text) : request(&into), target(&target_text) {
        header_limit(header_bytes);
        body_limit(boost::none);
    }

    Request* request;
    std::string* target;
    Verb verb = Verb::other;
    RequestParser::State state = RequestParser::State::more;
    Refusal refusal;
    std::size_t body_bytes_max = 0;
    std::size_t body_bytes = 0;
    int version = 11;
    int hosts = 0;
    bool drop = false;
    bool head_told = false;
    bool chunked = false;
    bool expects = false;

    void refuse_with(Refusal why, Ec& ec) {
        refusal = std::move(why);
        ec = bhttp::error::bad_value;
    }

private:
    void on_request_impl(bhttp::verb word, View, View asked, int http_version, Ec&) override {
        switch (word) {
        case bhttp::verb::get: verb = Verb::get; break;
        case bhttp::verb::head: verb = Verb::head; break;
        case bhttp::verb::post: verb = Verb::post; break;
        case bhttp::verb::put: verb = Verb::put; break;
        case bhttp::verb::delete_: verb = Verb::del; break;
        case bhttp::verb::options: verb = Verb::options; break;
        default: verb = Verb::other;
        }
        request->method = verb == Verb::post ? Method::post : verb == Verb::put ? Method::put : verb == Verb::del ? Method::del : verb == Verb::options ? Method::options : Method::get;
        target->assign(asked.data(), asked.size());
        version = http_version;
    }
    void on_response_impl(int, View, int, Ec&) override {}
    void on_field_impl(bhttp::field field, View name, View value, Ec& ec) override {
        if (head_told) return;   // a chunked body's trailers say nothing to us
        if (field == bhttp::field::host) ++hosts;
        if (field == bhttp::field::expect && beast::iequals(value, "100-continue")) expects = true;
        auto& headers = request->headers;
        if (headers.size() == max_headers) return refuse_with({"header_too_large", "At most 64 header lines may be sent.", "headers"}, ec);
        std::string lower{text_of(name)};
        for (auto& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!headers.contains(lower)) return headers.add(lower, text_of(value));
        if (field == bhttp::field::authorization) return refuse_with({"bad_request", "Authorization was sent twice.", "headers"}, ec);
        headers[lower].append(field == bhttp::field::cookie ? "; " : ", ").append(text_of(value));
    }
    void on_header_impl(Ec& ec) override {
        if (hosts > 1 || (hosts == 0 && version == 11)) refuse_with({"bad_request", "A request names its Host, once.", "headers"}, ec);
    }
    void on_body_init_impl(boost::optional<std::uint64_t> const& length, Ec&) override {
        if (!drop && length) request->body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, max_reserve)));
    }
    std::size_t take(View bytes, Ec& ec) {
        body_bytes += bytes.size();
        if (body_bytes > body_bytes_max) {
            refuse_with({"too_large", "At most " + std::to_string(body_bytes_max) + " bytes may be sent here. Send it in smaller parts.", "body"}, ec);
            return 0;
        }
        if (!drop) request->body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    std::size_t on_body_impl(View bytes, Ec& ec) override { return take(bytes, ec); }
    void on_chunk_header_impl(std::uint64_t, View, Ec&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Ec& ec) override { return take(bytes, ec); }
    void on_finish_impl(Ec&) override {}
};

} // namespace

struct RequestParser::Parts {
    std::uint32_t header_limit;
    std::string target = {};
    std::optional<Message> message = {};
};

RequestParser::RequestParser(std::uint32_t header_limit) : m(std::make_unique<Parts>(Parts{header_limit})) {}
RequestParser::~RequestParser() = default;

void RequestParser::next(Request& into) { m->message.emplace(m->header_limit, into, m->target); }

std::size_t RequestParser::put(std::string_view bytes) {
    auto& message = *m->message;
    if (message.state == State::done || message.state == State::bad || bytes.empty()) return 0;
    // No end of a chunked body is shorter than "0 CR LF CR LF", and Beast 1.81 asserts that it is never shown less of one.
    if (message.chunked && bytes.size() < 5) {
        message.state = State::more;
        return 0;
    }
    Ec ec;
    auto const taken = message.put({bytes.data(), bytes.size()}, ec);
    if (ec && ec != bhttp::error::need_more) {
        if (message.refusal.code.empty()) {
            if (ec == bhttp::error::header_limit)
                message.refusal = {"header_too_large", "The head of a request may hold " + std::to_string(m->header_limit) + " bytes.", "headers"};
            else message.refusal = {"bad_request", "This is not HTTP/1.1: " + ec.message() + ".", {}};
        }
        message.state = State::bad;
    } else if (message.is_done()) {
        message.state = State::done;
    } else if (message.is_header_done() && !message.head_told) {
        message.head_told = true;
        message.chunked = !message.content_length();
        message.eager(true);
        message.state = State::head;
    } else {
        message.state = State::more;
    }
    return taken;
}

RequestParser::State RequestParser::state() const { return m->message->state; }
bool RequestParser::begun() const { return m->message && m->message->got_some(); }
Refusal const& RequestParser::refusal() const { return m->message->refusal; }
Verb RequestParser::verb() const { return m->message->verb; }
std::string const& RequestParser::target() const { return m->target; }
bool RequestParser::keep_alive() const { return m->message->keep_alive(); }
bool RequestParser::expects_continue() const { return m->message->expects && m->message->version == 11; }
std::optional<std::uint64_t> RequestParser::content_length() const {
    auto const length = m->message->content_length();
    return length ? std::optional<std::uint64_t>{*length} : std::nullopt;
}
void RequestParser::limit_body(std::size_t bytes) { m->message->body_bytes_max = bytes; }
void RequestParser::drop_body() { m->message->drop = true; }

std::optional<std::string_view> cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        auto const end = header.find(';');
        auto pair = header.substr(0, end);
        header = end == header.npos ? std::string_view{} : header.substr(end + 1);
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
    }
    return std::nullopt;
}

} // namespace osetra::http
