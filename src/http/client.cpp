#include "http/client.h"

#ifdef __SANITIZE_THREAD__
// As in server.cpp: what passes through Asio's queue is ordered by its mutex.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/core.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <optional>
#include <set>

#include "kernel/fault.h"

namespace osetra::http {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;
using Ec = boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t reply_head_max = 16 << 10;
constexpr std::uint64_t reply_body_max = 64 << 10;     // read, so that the other side may finish its sentence
constexpr milliseconds reply_body_time{1'000};
constexpr int replies_before_the_last = 4;             // 103 Early Hints and their like
constexpr std::size_t addresses_tried = 4;

template <std::size_t N> using Range = std::pair<std::array<unsigned char, N>, unsigned>;   // first bytes, and how many bits of them hold

template <std::size_t N, class List> bool within(std::array<unsigned char, N> const& bytes, List const& ranges) {
    return std::any_of(std::begin(ranges), std::end(ranges), [&](auto const& range) {
        for (unsigned bit = 0; bit < range.second; ++bit) {
            auto const mask = 0x80U >> (bit % 8);
            if ((bytes[bit / 8] & mask) != (range.first[bit / 8] & mask)) return false;
        }
        return true;
    });
}

// IANA's registries of special-purpose addresses, and what is for many.
constexpr Range<4> not_public_4[] = {
    {{0}, 8}, {{10}, 8}, {{100, 64}, 10}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12}, {{192, 0, 0}, 24}, {{192, 0, 2}, 24}, {{192, 88, 99}, 24},
    {{192, 168}, 16}, {{198, 18}, 15}, {{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 4}, {{240}, 4},
};
constexpr Range<16> public_6[] = {{{0x20}, 3}};   // all that has been given out
constexpr Range<16> not_public_6[] = {
    {{0x20, 0x01, 0x00}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x20, 0x02}, 16}, {{0x3f, 0xff, 0x00}, 20},
};
constexpr Range<16> translated_4[] = {{{0x00, 0x64, 0xff, 0x9b}, 96}};   // NAT64: an IPv4 address at its end

bool is_public_4(std::array<unsigned char, 4> const& bytes) { return !within(bytes, not_public_4); }

bool is_public_address(asio::ip::address const& address) {
    if (address.is_v4()) return is_public_4(address.to_v4().to_bytes());
    auto const six = address.to_v6();
    auto const bytes = six.to_bytes();
    if (six.is_v4_mapped() || within(bytes, translated_4)) return is_public_4({bytes[12], bytes[13], bytes[14], bytes[15]});
    return six.scope_id() == 0 && within(bytes, public_6) && !within(bytes, not_public_6);
}

/// A number like 2130706433 or 0x7f.1, which some systems take for an address. No name of the Internet ends in a number.
bool ends_in_number(std::string_view host) {
    auto const last = host.substr(host.rfind('.') == host.npos ? 0 : host.rfind('.') + 1);
    if (last.empty()) return false;
    if (last.starts_with("0x") || last.starts_with("0X")) return true;
    return std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Refusal url_malformed(std::string why) { return {"url_malformed", "This is no address to send to: " + std::move(why), {}}; }

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.find("..") != host.npos) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

/// One conversation, on an io_context of its own that runs until it has ended.
class Exchange {
public:
    Exchange(asio::io_context& context, ClientOptions const& options, asio::ssl::context& tls, Url const& url, std::string head, std::string_view body)
        : m_context(context), m_options(options), m_tls(tls), m_url(url), m_head(std::move(head)), m_body(body), m_resolver(context), m_plain(context),
          m_timer(context) {}

    Result<int> run() {
        m_timer.expires_after(m_options.time);
        m_timer.async_wait([this](Ec ec) {
            if (!ec) end(refuse("timed_out", "The receiver did not answer in time."));
        });
        Ec ec;
        auto const literal = asio::ip::make_address(m_url.host, ec);
        if (!ec) call({tcp::endpoint{literal, m_url.port}});
        else look_up();
        m_context.run();
        if (!m_outcome) return refuse("stopped", "The server stops; it will be sent again.");
        return std::move(*m_outcome);
    }

private:
    void end(Result<int> outcome) {
        if (m_outcome) return;
        m_outcome = std::move(outcome);
        m_context.stop();
    }
    void failed(char const* code, char const* doing, Ec ec) { end(refuse(code, fmt::format("{}: {}.", doing, ec.message()))); }

    void look_up() {
        m_resolver.async_resolve(m_url.host, std::to_string(m_url.port), tcp::resolver::numeric_service, [this](Ec ec, tcp::resolver::results_type const& found) {
            if (ec) return failed("host_unknown", "The receiver's name has no address", ec);
            std::vector<tcp::endpoint> all;
            for (auto const& one : found) all.push_back(one.endpoint());
            call(std::move(all));
        });
    }

    void call(std::vector<tcp::endpoint> all) {
        if (!m_options.private_too) std::erase_if(all, [](tcp::endpoint const& one) { return !is_public_address(one.address()); });
        if (all.empty()) return end(refuse("address_private", "The receiver's address is not on the open Internet. Start the server with --allow-private-webhooks to send there."));
        if (all.size() > addresses_tried) all.resize(addresses_tried);
        m_addresses = std::move(all);
        asio::async_connect(m_plain, m_addresses, [this](Ec ec, tcp::endpoint const&) {
            if (ec) return failed("connection_failed", "The receiver cannot be reached", ec);
            Ec ignored;
            m_plain.set_option(tcp::no_delay(true), ignored);
            m_url.secure ? shake_hands() : say(m_plain);
        });
    }

    void shake_hands() {
        m_secure.emplace(std::move(m_plain), m_tls);
        auto* const ssl = m_secure->native_handle();
        Ec ec;
        auto const literal = asio::ip::make_address(m_url.host, ec);
        auto* const wanted = SSL_get0_param(ssl);
        X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        auto const set = ec ? SSL_set_tlsext_host_name(ssl, m_url.host.c_str()) == 1 && X509_VERIFY_PARAM_set1_host(wanted, m_url.host.c_str(), 0) == 1
                            : X509_VERIFY_PARAM_set1_ip_asc(wanted, literal.to_string().c_str()) == 1;
        if (!set) return end(refuse("tls_failed", "The receiver's name cannot be held against its certificate."));
        m_secure->async_handshake(TlsStream::client, [this, ssl](Ec failure) {
            if (!failure) return say(*m_secure);
            auto const verified = SSL_get_verify_result(ssl);
            if (verified != X509_V_OK) return end(refuse("tls_failed", fmt::format("The receiver's certificate is not believed: {}.", X509_verify_cert_error_string(verified))));
            failed("tls_failed", "No safe connection to the receiver", failure);
        });
    }

    template <class Stream> void say(Stream& stream) {
        std::array<asio::const_buffer, 2> const both = {asio::buffer(m_head), asio::buffer(m_body.data(), m_body.size())};
        asio::async_write(stream, both, [this](Ec ec, std::size_t) {
            m_said_all = !ec;   // it may answer before it has heard all, with 413 say
        });
        hear(stream);
    }

    template <class Stream> void hear(Stream& stream) {
        auto& reply = m_reply.emplace();
        reply.header_limit(reply_head_max);
        reply.body_limit(boost::none);
        bhttp::async_read_header(stream, m_in, reply, [this, &stream](Ec ec, std::size_t) {
            if (ec == bhttp::error::end_of_stream || ec == asio::error::connection_reset || ec == asio::error::eof || ec == asio::ssl::error::stream_truncated)
                return failed("connection_failed", "The receiver hung up", ec);
            if (ec) return failed("reply_malformed", "The receiver's answer is not HTTP", ec);
            auto const status = m_reply->get().result_int();
            if (status < 200) {
                if (status == 101 || ++m_early > replies_before_the_last) return end(refuse("reply_malformed", "The receiver's answer is no answer."));
                return hear(stream);
            }
            heard(stream, static_cast<int>(status));
        });
    }

    /// The answer counts; its body is read for politeness, and not for long.
    template <class Stream> void heard(Stream& stream, int status) {
        m_timer.expires_after(std::min(reply_body_time, m_options.time));
        m_timer.async_wait([this, status](Ec ec) { if (!ec) settle(status); });
        if (auto const length = m_reply->content_length(); length && *length > reply_body_max) return settle_soon(status);
        m_reply->body_limit(reply_body_max);
        bhttp::async_read(stream, m_in, *m_reply, [this, status](Ec, std::size_t) { settle(status); });
    }

    /// When it is known whether all was said.
    void settle_soon(int status) {
        asio::post(m_context, [this, status] { settle(status); });
    }

    /// "Yes" to half a sentence is none.
    void settle(int status) {
        if (status < 300 && !m_said_all) return end(refuse("connection_failed", "The receiver answered before it had heard all."));
        end(status);
    }

    asio::io_context& m_context;
    ClientOptions const& m_options;
    asio::ssl::context& m_tls;
    Url const& m_url;
    std::string m_head;
    std::string_view m_body;
    tcp::resolver m_resolver;
    tcp::socket m_plain;
    std::optional<TlsStream> m_secure;
    asio::steady_timer m_timer;
    std::vector<tcp::endpoint> m_addresses;
    boost::beast::flat_buffer m_in{reply_head_max + reply_body_max};
    std::optional<bhttp::response_parser<bhttp::string_body>> m_reply;
    int m_early = 0;
    bool m_said_all = false;
    std::optional<Result<int>> m_outcome;
};

std::string head_of(Url const& url, std::vector<std::pair<std::string, std::string>> const& headers, std::size_t body_size) {
    auto const host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    auto const usual = url.port == (url.secure ? 443 : 80);
    auto out = fmt::format("POST {} HTTP/1.1\r\nHost: {}{}\r\n", url.target, host, usual ? std::string{} : fmt::format(":{}", url.port));
    for (auto const& [name, value] : headers) {
        out.append(name).append(": ");
        for (auto const c : value) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
        out.append("\r\n");
    }
    return out + fmt::format("Content-Length: {}\r\nConnection: close\r\n\r\n", body_size);
}

} // namespace

Result<Url> parse_url(std::string_view text) {
    if (text.size() > longest_url) return tl::unexpected(url_malformed("it is longer than 2000 characters."));
    for (auto const c : text)
        if (c <= ' ' || static_cast<unsigned char>(c) >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}')
            return tl::unexpected(url_malformed("it holds a character that must be written as %XX."));
    Url url;
    if (text.starts_with("https://")) url.secure = true;
    else if (!text.starts_with("http://")) return tl::unexpected(url_malformed("it must begin with https:// (or http://)."));
    text.remove_prefix(url.secure ? 8 : 7);
    if (text.find('#') != text.npos) return tl::unexpected(url_malformed("a part behind # is never sent."));
    auto const end = text.find_first_of("/?");
    auto place = text.substr(0, end);
    auto const rest = end == text.npos ? std::string_view{} : text.substr(end);
    url.target = rest.starts_with('/') ? std::string{rest} : "/" + std::string{rest};
    if (place.find('@') != place.npos) return tl::unexpected(url_malformed("a user and password in it would be seen by everybody; use signatureToken."));
    url.port = url.secure ? 443 : 80;
    auto const bracket = place.starts_with('[') ? place.find(']') : place.npos;
    auto const colon = place.find(':', bracket == place.npos ? 0 : bracket);
    if (colon != place.npos) {
        auto const digits = place.substr(colon + 1);
        auto const [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc{} || stop != digits.data() + digits.size() || url.port == 0) return tl::unexpected(url_malformed("its port is no number of 1 to 65535."));
        place = place.substr(0, colon);
    }
    Ec ec;
    if (place.starts_with('[')) {
        auto const six = place.ends_with(']') ? place.substr(1, place.size() - 2) : std::string_view{};
        asio::ip::make_address_v6(std::string{six}, ec);
        if (ec || six.find('%') != six.npos) return tl::unexpected(url_malformed("there is no IPv6 address in its brackets."));
        url.host = six;
        return url;
    }
    if (!is_host_name(place)) return tl::unexpected(url_malformed("it names no host."));
    if (ends_in_number(place)) {
        asio::ip::make_address_v4(std::string{place}, ec);
        if (ec) return tl::unexpected(url_malformed("its host is no address of four numbers."));
    }
    url.host = place;
    return url;
}

bool is_public(std::string_view text) {
    Ec ec;
    auto const address = asio::ip::make_address(std::string{text}, ec);
    return !ec && is_public_address(address);
}

bool is_private_host(std::string_view host) {
    Ec ec;
    auto const address = asio::ip::make_address(std::string{host}, ec);
    if (!ec) return !is_public_address(address);
    std::string lower{host};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (lower.ends_with('.')) lower.pop_back();
    return lower == "localhost" || lower.ends_with(".localhost") || lower.ends_with(".local") || lower.ends_with(".internal");
}

struct Client::Inside {
    explicit Inside(ClientOptions o) : options(std::move(o)), tls(asio::ssl::context::tls_client) {
        tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
        tls.set_verify_mode(asio::ssl::verify_peer);
        Ec ec;
        if (options.authorities_file.empty()) tls.set_default_verify_paths(ec);
        else tls.load_verify_file(options.authorities_file, ec);
        if (ec) throw Fault{"cannot read the certificates of those who are believed: " + ec.message()};
    }
    ClientOptions options;
    asio::ssl::context tls;
    std::mutex lock;
    std::set<asio::io_context*> running;
    bool stopped = false;
};

Client::Client(ClientOptions options) : m(std::make_unique<Inside>(std::move(options))) {}
Client::~Client() { stop(); }

Result<int> Client::post(Url const& url, std::vector<std::pair<std::string, std::string>> const& headers, std::string_view body) {
    asio::io_context context{1};
    {
        std::lock_guard const hold{m->lock};
        if (m->stopped) return refuse("stopped", "The server stops; it will be sent again.");
        m->running.insert(&context);
    }
    struct Leave {
        Inside& inside;
        asio::io_context* context;
        ~Leave() {
            std::lock_guard const hold{inside.lock};
            inside.running.erase(context);
        }
    } const leave{*m, &context};
    Exchange exchange{context, m->options, m->tls, url, head_of(url, headers, body.size()), body};
    return exchange.run();
}

void Client::stop() {
    std::lock_guard const hold{m->lock};
    m->stopped = true;
    for (auto* const context : m->running) context->stop();
}

} // namespace osetra::http
