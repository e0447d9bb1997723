#include "http/server.h"

#ifdef __SANITIZE_THREAD__
// The thread sanitizer does not understand fences. Asio's queue has a mutex, which orders all that passes through it.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <variant>

#include "http/answer.h"
#include "http/parser.h"
#include "http/target.h"
#include "http/websocket.h"
#include "kernel/fault.h"

// Callbacks, not coroutines: g++ 12 destroys temporaries of a co_await expression twice. Connections of one I/O thread are
// touched by that thread only; what comes from elsewhere (replies, events) is posted to it.
namespace osetra::http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Ec = boost::system::error_code;
using Wire = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
using TlsStream = asio::ssl::stream<Wire>;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Bytes = std::shared_ptr<std::string const>;

namespace {

constexpr std::size_t small_read = 4 << 10;          // what an idle connection holds ready
constexpr std::size_t large_read = 64 << 10;         // while a body comes in
constexpr std::size_t one_write = 16 << 10;          // bodies up to this travel in one piece with their head
constexpr std::size_t refused_body_max = 64 << 10;   // a refused request's body is read up to this, to keep the connection
constexpr std::size_t told_max = 256 << 10;          // bytes gathered for one enterprise before listeners are told to reload
constexpr std::size_t message_max = 64 << 10;        // bytes of one message of a WebSocket's client
constexpr auto goodbye = std::chrono::seconds{2};    // for a client to say goodbye too
constexpr auto never = Steady::time_point::max();

constexpr std::string_view api_headers = "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
                                         "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
// What Ant Design (inline styles), ECharts (data: images) and MapLibre (workers from blobs) need, and no more.
constexpr std::string_view page_headers =
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; child-src blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "Vary: Accept-Encoding\r\n";
constexpr std::string_view secure_header = "Strict-Transport-Security: max-age=31536000\r\n";

/// A browser that opens an address; programs ask for what they read.
bool takes_pages(Request const& request) {
    auto const accept = request.headers.find("accept");
    return request.method == Method::get && accept != request.headers.end() && accept->second.find("text/html") != std::string::npos;
}
bool is_api(std::string_view path) { return path.starts_with("/api/") || path.starts_with("/epcis/"); }

/// Header text without anything that could begin another line.
void append_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (auto const c : value) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
    out.append("\r\n");
}

/// Threads that take tasks in order.
class Workers {
public:
    Workers(int threads, std::size_t waiting_max) : m_waiting_max(waiting_max) {
        for (int i = 0; i < threads; ++i) m_threads.emplace_back([this] { work(); });
    }
    ~Workers() { end(); }

    bool take(std::function<void()> task) {
        {
            std::lock_guard const hold{m_lock};
            if (m_ended || m_waiting.size() >= m_waiting_max) return false;
            m_waiting.push_back(std::move(task));
        }
        m_come.notify_one();
        return true;
    }
    /// What has begun is finished, what waits is dropped.
    void end() {
        {
            std::lock_guard const hold{m_lock};
            m_ended = true;
            m_waiting.clear();
        }
        m_come.notify_all();
        for (auto& thread : m_threads) thread.join();
        m_threads.clear();
    }

private:
    void work() {
        std::unique_lock hold{m_lock};
        for (;;) {
            m_come.wait(hold, [&] { return m_ended || !m_waiting.empty(); });
            if (m_ended) return;
            auto task = std::move(m_waiting.front());
            m_waiting.pop_front();
            hold.unlock();
            task();
            task = nullptr;
            hold.lock();
        }
    }

    std::mutex m_lock;
    std::condition_variable m_come;
    std::deque<std::function<void()>> m_waiting;
    std::size_t m_waiting_max;
    bool m_ended = false;
    std::vector<std::thread> m_threads;
};

class Connection;
class Talk;
struct Loop;

/// How other threads reach an I/O thread: open as long as it lives.
struct Door {
    std::mutex lock;
    Loop* loop = nullptr;
};

/// What all I/O threads share.
struct Shared {
    ServerOptions options;
    std::optional<Router> router;
    std::optional<Site> site;
    Gate* gate = nullptr;
    std::unique_ptr<Workers> workers;
    std::atomic<std::int64_t> connections = 0;
    std::atomic<std::int64_t> listeners = 0;
    std::atomic<std::int64_t> sockets = 0;
    std::atomic<std::int64_t> requests = 0;
};

/// One I/O thread with its connections.
struct Loop {
    explicit Loop(Shared& s) : shared(s), door(std::make_shared<Door>()) { door->loop = this; }

    Shared& shared;
    std::shared_ptr<Door> door;
    std::vector<std::shared_ptr<Connection>> connections;
    std::unordered_map<Enterprise, std::vector<Connection*>> listeners;
    std::size_t listener_count = 0;
    std::unordered_map<Enterprise, std::string> told;   ///< gathered for the listeners, not yet sent
    bool draining = false;
    bool flush_waits = false;

    asio::io_context context{1};
    asio::steady_timer tick{context};
    asio::steady_timer flush_timer{context};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> open;
    std::thread thread;

    void add(std::shared_ptr<Connection>);
    void drop(Connection&);
    void watch(milliseconds every);
    void tell(Enterprise, Bytes const&);
    void flush();
    void drain();
};

/// One client. Reads a request, has it answered, writes the reply, and again; or listens.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, std::string remote)
        : m_loop(loop), m_shared(loop.shared), m_parser(loop.shared.options.header_limit), m_remote(std::move(remote)) {}
    virtual ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    virtual void begin() { next_request(); pump(); }
    void check(Steady::time_point now);
    void drain();
    void hear(Bytes const&);
    void respond(Response);
    void end_talk(End, std::string_view why);

    std::size_t slot = 0;   ///< in Loop::connections

protected:
    virtual void read_some(char* into, std::size_t size) = 0;
    /// How many bytes went at once, without waiting.
    virtual std::size_t write_now(std::string_view) { return 0; }
    virtual void write_all(std::string_view first, std::string_view second) = 0;
    /// Tells the peer that nothing more comes, and closes when that is safe: what it still sends is read and thrown away, since
    /// closing on unread bytes would make its system forget our last reply.
    enum class Unread : std::uint8_t { no, yes };
    virtual void say_end(Unread) = 0;
    virtual void close_socket() = 0;
    virtual bool is_secure() const = 0;

    void on_read(Ec ec, std::size_t size);
    void on_written(Ec ec);
    void read_away();
    void close();
    milliseconds head_time() const { return m_shared.options.head_time; }

    Steady::time_point m_deadline = never;

private:
    enum class Stage : std::uint8_t { reading, running, writing, listening, talking, lingering, closed };

    void next_request();
    void pump();
    void read_more();
    bool parse();
    void on_head();
    void run();
    void run_elsewhere();
    void become_listener();
    void become_socket(Response&);
    void take_said(std::string_view bytes);
    void say(std::string text);
    bool streams() const { return m_stage == Stage::listening || m_stage == Stage::talking; }
    void reply_problem(Refusal const& refusal) { respond(problem_at(m_route, *m_request, refusal)); }
    void serve_page();
    void compose_page(Result<Page>);
    void start_head(int status, std::string_view standing_headers);
    void send(std::string&& body, std::string_view elsewhere);
    void written();
    void linger();
    milliseconds time_for(std::size_t bytes) const {
        return m_shared.options.body_time + milliseconds{bytes * 1000 / m_shared.options.slowest_bytes_per_s};
    }
    void write_next_event();
    Reply reply_later();

    Loop& m_loop;
    Shared& m_shared;
    RequestParser m_parser;
    std::string m_remote;
    std::vector<char> m_in;
    std::size_t m_from = 0, m_to = 0;           ///< what of m_in is not parsed yet
    Stage m_stage = Stage::reading;
    bool m_in_pump = false;
    bool m_head_seen = false;
    bool m_close_after = false;
    bool m_body_unread = false;
    bool m_is_head = false;                     ///< asked by HEAD: the body stays here
    std::shared_ptr<Request> m_request;
    bool m_request_lent = false;                ///< another thread may still look at it
    Route const* m_route = nullptr;
    std::optional<Refusal> m_refusal;
    std::string m_allow;                        ///< for OPTIONS and 405
    bool m_page = false;
    std::string m_out;                          ///< head, and a small body
    std::string m_body;                         ///< a large body
    std::string_view m_rest;                    ///< m_body or an asset of the program
    // As a WebSocket:
    std::shared_ptr<Talk> m_talk;
    std::optional<FrameReader> m_frames;
    Steady::time_point m_last_said{};
    bool m_goodbye = false;                     ///< we have said it
    // As a listener or a WebSocket:
    std::deque<Bytes> m_events;
    std::size_t m_events_bytes = 0;
    bool m_event_flying = false;
    Steady::time_point m_next_beat = never;
};

/// The handler's end of a WebSocket. Outlives the connection.
class Talk final : public Socket {
public:
    Talk(std::shared_ptr<Door> door, std::weak_ptr<Connection> connection, std::size_t backlog)
        : m_door(std::move(door)), m_connection(std::move(connection)), m_backlog(backlog) {}

    bool send(std::string text) override {
        if (m_waiting.load() > m_backlog) {
            end(End::later, "You read too slowly. Come again.");
            return false;
        }
        auto const bytes = std::make_shared<std::string const>(text_frame(text));
        expect(bytes->size());
        return post([bytes](Connection& c) { c.hear(bytes); });
    }
    std::size_t waiting() const override { return m_waiting.load(); }
    void end(std::string why) override { end(End::policy, std::move(why)); }
    void when_ended(std::function<void()> call) override {
        {
            std::lock_guard const hold{m_lock};
            if (!m_ended) {
                m_when_ended = std::move(call);
                return;
            }
        }
        call();
    }
    void expect(std::size_t bytes) { m_waiting.fetch_add(bytes); }
    void taken(std::size_t bytes) { m_waiting.fetch_sub(bytes); }
    void ended() {
        std::function<void()> call;
        {
            std::lock_guard const hold{m_lock};
            m_ended = true;
            call = std::exchange(m_when_ended, {});
        }
        if (call) call();
    }

private:
    void end(End code, std::string why) {
        post([code, text = std::move(why)](Connection& c) { c.end_talk(code, text); });
    }
    bool post(std::function<void(Connection&)> act) {
        {
            std::lock_guard const hold{m_lock};
            if (m_ended) return false;
        }
        std::lock_guard const hold{m_door->lock};
        if (!m_door->loop) return false;
        asio::post(m_door->loop->context, [weak = m_connection, act = std::move(act)] {
            if (auto const self = weak.lock()) act(*self);
        });
        return true;
    }

    std::shared_ptr<Door> m_door;
    std::weak_ptr<Connection> m_connection;
    std::size_t m_backlog;
    std::atomic<std::size_t> m_waiting = 0;
    std::mutex m_lock;
    bool m_ended = false;
    std::function<void()> m_when_ended;
};

Connection::~Connection() {
    if (m_talk) m_talk->ended();   // the server stopped before the client had said goodbye
}

// ---- reading ------------------------------------------------------------------------------------------------------------------

void Connection::next_request() {
    if (!m_request || m_request_lent) {
        m_request = std::make_shared<Request>();
    } else {
        auto& r = *m_request;
        r.path.clear();
        r.in_path.clear();
        r.query.clear();
        r.every_query.clear();
        r.headers.clear();
        if (r.body.capacity() > large_read) r.body = {};
        else r.body.clear();
        r.caller = {};
    }
    m_request->remote = m_remote;
    m_request->secure = is_secure();
    m_parser.next(*m_request);
    m_stage = Stage::reading;
    m_head_seen = m_close_after = m_body_unread = m_page = m_is_head = false;
    m_request_lent = false;
    m_route = nullptr;
    m_refusal.reset();
    m_allow.clear();
    m_deadline = Steady::now() + m_shared.options.idle_time;
}

/// Goes on until it has to wait for something. Replies that are ready at once come back here instead of calling each other.
void Connection::pump() {
    if (m_in_pump) return;
    m_in_pump = true;
    while (m_stage == Stage::reading) {
        if (parse()) run();
        else if (m_stage == Stage::reading) {
            if (m_loop.draining && !m_parser.begun()) close();
            else read_more();
            break;
        }
    }
    m_in_pump = false;
}

void Connection::read_more() {
    if (m_from == m_to) m_from = m_to = 0;
    if (m_from > 0) {
        std::move(m_in.begin() + static_cast<std::ptrdiff_t>(m_from), m_in.begin() + static_cast<std::ptrdiff_t>(m_to), m_in.begin());
        m_to -= m_from;
        m_from = 0;
    }
    auto wanted = m_head_seen ? large_read : small_read;
    if (m_to + 1024 > wanted) wanted = m_to * 2;   // bounded: the parser refuses a head over its limit
    if (m_in.size() < wanted || (m_in.size() > wanted && m_to == 0)) {
        m_in.resize(wanted);
        m_in.shrink_to_fit();
    }
    read_some(m_in.data() + m_to, m_in.size() - m_to);
}

void Connection::on_read(Ec ec, std::size_t size) {
    if (m_stage == Stage::closed) return;
    if (m_stage == Stage::lingering) return ec ? close() : read_away();
    if (m_stage == Stage::listening) {
        m_to += size;
        if (ec || m_to > small_read) return close();   // a listener has nothing to say
        return read_some(m_in.data(), m_in.size());
    }
    if (ec) return close();
    if (m_stage == Stage::talking) {
        take_said({m_in.data(), size});
        if (m_stage == Stage::talking) read_some(m_in.data(), m_in.size());
        return;
    }
    m_to += size;
    pump();
}

/// True when a whole request is there (or one that is refused without its body).
bool Connection::parse() {
    using State = RequestParser::State;
    while (m_from < m_to) {
        auto const fresh = !m_parser.begun();
        m_from += m_parser.put({m_in.data() + m_from, m_to - m_from});
        switch (m_parser.state()) {
        case State::bad:
            m_refusal = m_parser.refusal();
            m_close_after = true;
            m_body_unread = true;
            m_is_head = false;
            return true;
        case State::done:
            if (!m_head_seen) on_head();
            return true;
        case State::head:
            on_head();
            if (m_body_unread) return true;
            break;
        case State::more:
            if (fresh) m_deadline = Steady::now() + m_shared.options.head_time;
            return false;
        }
    }
    return false;
}

/// The head is there: who asks for what, and may they? Nothing of the body is read before.
void Connection::on_head() {
    m_head_seen = true;
    m_close_after = !m_parser.keep_alive();
    auto const verb = m_parser.verb();
    m_is_head = verb == Verb::head;
    auto& request = *m_request;

    auto const& proxies = m_shared.options.trusted_proxies;
    if (!proxies.empty() && std::find(proxies.begin(), proxies.end(), m_remote) != proxies.end()) {
        if (auto const via = request.headers.find("x-forwarded-for"); via != request.headers.end()) {
            auto const comma = via->second.rfind(',');
            request.remote = via->second.substr(comma == std::string::npos ? 0 : via->second.find_first_not_of(" ,", comma));
        }
        if (auto const proto = request.headers.find("x-forwarded-proto"); proto != request.headers.end()) request.secure = proto->second == "https";
    }

    if (verb == Verb::other) {
        m_refusal = Refusal{"not_implemented", "Only GET, HEAD, POST, PUT, DELETE and OPTIONS are understood here.", "method"};
    } else {
        auto route = find_route(*m_shared.router, m_parser.target(), request);
        if (route && (*route)->page_for_people && m_shared.site && request.query.empty() && takes_pages(request)) {
            m_page = true;
        } else if (route) {
            m_route = *route;
            auto caller = m_shared.gate->admit(request, *m_route);
            if (caller) request.caller = std::move(*caller);
            else m_refusal = std::move(caller.error());
        } else if (verb == Verb::options) {   // no route of its own: what else there is
            auto const target = split_target(m_parser.target());
            m_allow = target ? m_shared.router->allowed(target->path) : std::string{};
            m_allow += m_allow.empty() ? "GET, HEAD, OPTIONS" : ", OPTIONS";
        } else if (route.error().code == "route_not_found" && request.method == Method::get && m_shared.site && !is_api(request.path)) {
            m_page = true;
        } else {
            if (route.error().code == "method_not_allowed")
                if (auto const target = split_target(m_parser.target())) m_allow = m_shared.router->allowed(target->path) + ", OPTIONS";
            m_refusal = std::move(route.error());
        }
    }
    if (m_parser.state() == RequestParser::State::done) return;   // no body

    auto const length = m_parser.content_length();
    auto const limit = m_route ? m_route->body_limit : 0;
    if (!m_refusal && m_route && length && *length > limit) m_refusal = body_too_large(*m_route);
    if (m_refusal || !m_route) {
        if (!length || *length > refused_body_max || m_parser.expects_continue()) {
            m_body_unread = m_close_after = true;
            return;
        }
        m_parser.limit_body(refused_body_max);
        m_parser.drop_body();
    } else {
        m_parser.limit_body(limit);
    }
    m_deadline = Steady::now() + time_for(length ? static_cast<std::size_t>(*length) : limit);
    if (m_parser.expects_continue() && m_from == m_to) {
        // Twenty-five bytes fit into any send buffer of a connection that waits for them.
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        if (write_now(go_on) != go_on.size()) {
            m_refusal = Refusal{"bad_request", "Send the body without waiting for 100 Continue.", "headers"};
            m_body_unread = m_close_after = true;
        }
    }
}

// ---- answering ----------------------------------------------------------------------------------------------------------------

void Connection::run() {
    m_shared.requests.fetch_add(1, std::memory_order_relaxed);
    m_stage = Stage::running;
    m_deadline = never;
    if (m_refusal) return reply_problem(*m_refusal);
    if (!m_allow.empty()) return respond({204, {}, {}, {}, false, {}});
    if (m_page) return serve_page();
    if (m_route->lane == Lane::io) {
        if (m_route->answer) return respond(answer_of(*m_route, *m_request, m_shared.options.log));
        return run_route(*m_route, *m_request, reply_later(), m_shared.options.log);
    }
    run_elsewhere();
}

/// A reply that may come from any thread, also when this connection is gone, or the server.
Reply Connection::reply_later() {
    m_request_lent = true;
    return [door = m_loop.door, weak = weak_from_this(), request = m_request](Response response) {
        std::lock_guard const hold{door->lock};
        if (!door->loop) return;
        asio::post(door->loop->context, [weak, response = std::move(response)]() mutable {
            if (auto const self = weak.lock()) {
                self->respond(std::move(response));
                self->pump();
            }
        });
    };
}

void Connection::run_elsewhere() {
    auto const taken = m_shared.workers->take([route = m_route, request = m_request, reply = reply_later(), log = &m_shared.options.log] {
        run_route(*route, *request, reply, *log);
    });
    if (!taken) reply_problem({"busy", "The server has more to do than it can hold. Try again in a moment.", {}});
}

void Connection::serve_page() {
    auto const& headers = m_request->headers;
    auto const value = [&](std::string_view name) {
        auto const found = headers.find(name);
        return found == headers.end() ? std::string_view{} : std::string_view{found->second};
    };
    auto const gzip = value("accept-encoding").find("gzip") != std::string_view::npos;
    if (!m_shared.site->from_folder()) return compose_page(m_shared.site->page(m_request->path, value("if-none-match"), gzip));

    m_request_lent = true;
    auto const taken = m_shared.workers->take([this, door = m_loop.door, weak = weak_from_this(), request = m_request, etag = std::string{value("if-none-match")},
                                               site = &*m_shared.site, log = &m_shared.options.log] {
        Result<Page> page = refuse("fault", "The page could not be read. Tell the operator.");
        try {
            page = site->page(request->path, etag, false);
        } catch (std::exception const& e) {
            if (*log) (*log)(request->path + ": " + e.what());
        }
        std::lock_guard const hold{door->lock};
        if (!door->loop) return;
        asio::post(door->loop->context, [this, weak, page = std::move(page)]() mutable {
            if (auto const self = weak.lock()) {
                compose_page(std::move(page));
                pump();
            }
        });
    });
    if (!taken) reply_problem({"busy", "The server has more to do than it can hold. Try again in a moment.", {}});
}

// ---- writing ------------------------------------------------------------------------------------------------------------------

void Connection::start_head(int status, std::string_view standing_headers) {
    m_out.clear();
    fmt::format_to(std::back_inserter(m_out), "HTTP/1.1 {} {}\r\n", status, phrase_of(status));
    m_out += standing_headers;
    if (m_request->secure) m_out += secure_header;
    if (m_loop.draining) m_close_after = true;
    if (m_close_after) m_out += "Connection: close\r\n";
}

void Connection::respond(Response response) {
    if (m_stage != Stage::running) return;
    if (response.listen && response.status == 200 && !m_is_head) return become_listener();
    if (response.talk) return become_socket(response);
    start_head(response.status, api_headers);
    auto cached = false;
    for (auto const& [name, value] : response.headers) {
        cached = cached || name == "Cache-Control";
        append_line(m_out, name, value);
    }
    if (!cached) m_out += "Cache-Control: no-store\r\n";
    if (!m_allow.empty()) append_line(m_out, "Allow", m_allow);
    auto const bodiless = response.status == 204 || response.status == 304;
    if (!bodiless) {
        if (!response.content_type.empty()) append_line(m_out, "Content-Type", response.content_type);
        fmt::format_to(std::back_inserter(m_out), "Content-Length: {}\r\n", response.body.size());
    }
    m_out += "\r\n";
    if (bodiless || m_is_head) response.body.clear();
    send(std::move(response.body), {});
}

void Connection::compose_page(Result<Page> page) {
    if (!page) return reply_problem(page.error());
    if (m_stage != Stage::running) return;
    start_head(page->status, page_headers);
    append_line(m_out, "ETag", page->etag);
    append_line(m_out, "Cache-Control", page->cache);
    if (page->gzip) m_out += "Content-Encoding: gzip\r\n";
    auto const size = page->own.empty() ? page->bytes.size() : page->own.size();
    if (page->status != 304) {
        append_line(m_out, "Content-Type", page->type);
        fmt::format_to(std::back_inserter(m_out), "Content-Length: {}\r\n", size);
    }
    m_out += "\r\n";
    if (m_is_head) send({}, {});
    else send(std::move(page->own), page->bytes);
}

void Connection::send(std::string&& body, std::string_view elsewhere) {
    m_stage = Stage::writing;
    if (body.size() <= one_write) {
        m_out += body;
        m_rest = elsewhere;
    } else {
        m_body = std::move(body);
        m_rest = m_body;
    }
    auto const gone = write_now(m_out);
    if (gone == m_out.size() && m_rest.empty()) return written();
    m_deadline = Steady::now() + time_for(m_out.size() + m_rest.size());
    write_all(std::string_view{m_out}.substr(gone), m_rest);
}

void Connection::on_written(Ec ec) {
    if (m_stage == Stage::closed) return;
    if (ec) return close();
    if (streams()) {
        m_event_flying = false;
        m_deadline = m_goodbye ? Steady::now() + goodbye : never;
        if (m_talk) m_talk->taken(m_body.size());
        return write_next_event();
    }
    written();
    pump();
}

/// The reply is out: the next request, or the end.
void Connection::written() {
    m_body = {};
    m_rest = {};
    if (m_out.capacity() > large_read) m_out = {};
    if (m_close_after) return linger();
    next_request();
}

void Connection::linger() {
    auto const unread = m_body_unread || m_from < m_to ? Unread::yes : Unread::no;
    m_stage = Stage::lingering;
    m_deadline = Steady::now() + std::chrono::seconds{2};
    say_end(unread);
}

void Connection::read_away() {
    if (m_in.size() < small_read) m_in.resize(small_read);
    read_some(m_in.data(), m_in.size());
}

void Connection::close() {
    if (m_stage == Stage::closed) return;
    if (m_stage == Stage::listening) {
        auto& mates = m_loop.listeners[m_request->caller.enterprise];
        std::erase(mates, this);
        if (mates.empty()) m_loop.listeners.erase(m_request->caller.enterprise);
        --m_loop.listener_count;
        m_shared.listeners.fetch_sub(1, std::memory_order_relaxed);
    }
    if (m_talk) {
        m_shared.sockets.fetch_sub(1, std::memory_order_relaxed);
        m_talk->ended();
        m_talk.reset();
    }
    m_stage = Stage::closed;
    m_deadline = never;
    close_socket();
    m_loop.drop(*this);
}

void Connection::check(Steady::time_point now) {
    if (m_stage == Stage::listening && now >= m_next_beat) {
        m_next_beat = now + m_shared.options.heartbeat;
        if (!m_shared.gate->admit(*m_request, *m_route)) return close();   // signed out, or no longer allowed
        static Bytes const beat = std::make_shared<std::string const>(":\n\n");
        if (!m_event_flying) hear(beat);
    }
    if (m_stage == Stage::talking && !m_goodbye && now >= m_next_beat) {
        m_next_beat = now + m_shared.options.heartbeat;
        if (now - m_last_said > 3 * m_shared.options.heartbeat) return close();   // no answer to our pings: nobody is there
        if (!m_shared.gate->admit(*m_request, *m_route)) return end_talk(End::policy, "You may not listen any more.");
        if (!m_event_flying) say(ping_frame());
    }
    if (now < m_deadline) return;
    if (m_stage == Stage::reading && m_parser.begun()) {
        m_refusal = Refusal{"timed_out", "The request took too long to arrive. Send it again.", {}};
        m_close_after = m_body_unread = true;
        m_is_head = false;
        m_stage = Stage::running;
        return reply_problem(*m_refusal);
    }
    close();
}

void Connection::drain() {
    if (m_stage == Stage::talking) return end_talk(End::going_away, "The server stops.");
    if (m_stage == Stage::listening || m_stage == Stage::lingering || (m_stage == Stage::reading && !m_parser.begun())) close();
}

// ---- listening ----------------------------------------------------------------------------------------------------------------

void Connection::become_listener() {
    m_close_after = true;
    start_head(200, api_headers);
    m_out += "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n\r\nretry: 3000\n\n";
    auto const hello = std::make_shared<std::string const>(std::move(m_out));
    m_out = {};
    m_stage = Stage::listening;
    m_deadline = never;
    m_next_beat = Steady::now() + m_shared.options.heartbeat;
    m_loop.listeners[m_request->caller.enterprise].push_back(this);
    ++m_loop.listener_count;
    m_shared.listeners.fetch_add(1, std::memory_order_relaxed);
    m_from = m_to = 0;
    m_in.resize(64);
    m_in.shrink_to_fit();
    hear(hello);
    if (m_stage == Stage::listening) read_some(m_in.data(), m_in.size());
}

void Connection::hear(Bytes const& text) {
    if (!streams() || m_goodbye) return;
    m_events.push_back(text);
    m_events_bytes += text->size();
    if (!m_talk && m_events_bytes > m_shared.options.listener_backlog) return close();   // it comes back and reads anew
    if (!m_event_flying) write_next_event();
}

void Connection::write_next_event() {
    while (streams() && !m_events.empty()) {
        auto const text = m_events.front();
        m_events.pop_front();
        m_events_bytes -= text->size();
        auto const gone = write_now(*text);
        if (m_talk) m_talk->taken(gone);
        if (gone == text->size()) continue;
        m_event_flying = true;
        m_body = text->substr(gone);
        m_deadline = Steady::now() + time_for(m_body.size());
        return write_all(m_body, {});
    }
    if (m_events.empty()) {
        m_events = {};
        m_body = {};
    }
}

// ---- talking ------------------------------------------------------------------------------------------------------------------

void Connection::become_socket(Response& response) {
    auto accepted = m_is_head ? refuse("bad_request", "HEAD opens no WebSocket.", "method") : accept_socket(*m_request);
    if (!accepted) {
        auto refused = problem_at(m_route, *m_request, accepted.error());
        refused.headers.emplace_back("Sec-WebSocket-Version", "13");
        return respond(std::move(refused));
    }
    m_close_after = false;
    start_head(101, {});
    m_out += "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    append_line(m_out, "Sec-WebSocket-Accept", *accepted);
    for (auto const& [name, value] : response.headers) append_line(m_out, name, value);
    m_out += "\r\n";
    auto hello = std::exchange(m_out, {});
    m_close_after = true;
    m_stage = Stage::talking;
    m_deadline = never;
    m_last_said = Steady::now();
    m_next_beat = m_last_said + m_shared.options.heartbeat;
    m_talk = std::make_shared<Talk>(m_loop.door, weak_from_this(), m_shared.options.listener_backlog);
    m_frames.emplace(message_max);
    m_shared.sockets.fetch_add(1, std::memory_order_relaxed);
    auto const talk = m_talk;
    say(std::move(hello));
    response.talk(talk);
    if (m_from < m_to) take_said(std::string{m_in.data() + m_from, m_to - m_from});
    m_from = m_to = 0;
    m_in.resize(1024);
    m_in.shrink_to_fit();
    if (m_stage == Stage::talking) read_some(m_in.data(), m_in.size());
}

void Connection::say(std::string text) {
    auto const bytes = std::make_shared<std::string const>(std::move(text));
    m_talk->expect(bytes->size());
    hear(bytes);
}

/// What the client has to say is taken note of; nobody asked it anything.
void Connection::take_said(std::string_view bytes) {
    m_last_said = Steady::now();
    std::vector<Said> all;
    m_frames->put(bytes, all);
    for (auto const& said : all) {
        if (m_stage != Stage::talking) return;
        switch (said.kind) {
        case Said::Kind::ping:
            if (m_events.size() < 16) say(pong_frame(said.payload));
            break;
        case Said::Kind::end: return m_goodbye ? close() : end_talk(said.end == End::nothing ? End::nothing : End::done, {});
        case Said::Kind::broken: return m_goodbye ? close() : end_talk(said.end, "These are no frames that are taken here.");
        case Said::Kind::text:
        case Said::Kind::bytes:
        case Said::Kind::pong: break;
        }
    }
}

/// Says goodbye behind what flies already, and gives the client a moment to say it too.
void Connection::end_talk(End end, std::string_view why) {
    if (m_stage != Stage::talking || m_goodbye) return;
    m_events.clear();
    m_events_bytes = 0;
    auto const heard_first = m_frames->ended();
    say(end_frame(end, why));
    m_goodbye = true;
    if (m_stage != Stage::talking) return;
    m_deadline = Steady::now() + goodbye;
    if (heard_first && !m_event_flying) close();
}

// ---- the two kinds of wire ----------------------------------------------------------------------------------------------------

class Plain final : public Connection {
public:
    Plain(Loop& loop, Wire socket, std::string remote) : Connection(loop, std::move(remote)), m_socket(std::move(socket)) {
        Ec ec;
        m_socket.non_blocking(true, ec);
    }

private:
    std::shared_ptr<Plain> self() { return std::static_pointer_cast<Plain>(shared_from_this()); }
    void read_some(char* into, std::size_t size) override {
        m_socket.async_read_some(asio::buffer(into, size), [me = self()](Ec ec, std::size_t n) { me->on_read(ec, n); });
    }
    std::size_t write_now(std::string_view text) override {
        Ec ec;
        auto const n = m_socket.write_some(asio::buffer(text.data(), text.size()), ec);
        return ec ? 0 : n;   // would block, or broken: the waiting write finds out
    }
    void write_all(std::string_view first, std::string_view second) override {
        std::array<asio::const_buffer, 2> const both = {asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
        asio::async_write(m_socket, both, [me = self()](Ec ec, std::size_t) { me->on_written(ec); });
    }
    void say_end(Unread unread) override {
        Ec ec;
        m_socket.shutdown(Wire::shutdown_send, ec);
        unread == Unread::yes ? read_away() : close();
    }
    void close_socket() override {
        Ec ec;
        m_socket.close(ec);
    }
    bool is_secure() const override { return false; }
    Wire m_socket;
};

class Tls final : public Connection {
public:
    Tls(Loop& loop, Wire socket, std::string remote, asio::ssl::context& context)
        : Connection(loop, std::move(remote)), m_stream(std::move(socket), context) {}

    void begin() override {
        m_deadline = Steady::now() + head_time();
        m_stream.async_handshake(TlsStream::server, [me = self()](Ec ec) {
            if (ec) return me->close();
            me->Connection::begin();
        });
    }

private:
    std::shared_ptr<Tls> self() { return std::static_pointer_cast<Tls>(shared_from_this()); }
    void read_some(char* into, std::size_t size) override {
        m_stream.async_read_some(asio::buffer(into, size), [me = self()](Ec ec, std::size_t n) { me->on_read(ec, n); });
    }
    void write_all(std::string_view first, std::string_view second) override {
        std::array<asio::const_buffer, 2> const both = {asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
        asio::async_write(m_stream, both, [me = self()](Ec ec, std::size_t) { me->on_written(ec); });
    }
    void say_end(Unread) override {
        m_stream.async_shutdown([me = self()](Ec) { me->close(); });
    }
    void close_socket() override {
        Ec ec;
        m_stream.next_layer().close(ec);
    }
    bool is_secure() const override { return true; }
    TlsStream m_stream;
};

// ---- one I/O thread -----------------------------------------------------------------------------------------------------------

void Loop::add(std::shared_ptr<Connection> connection) {
    connection->slot = connections.size();
    connections.push_back(connection);
    shared.connections.fetch_add(1, std::memory_order_relaxed);
    connection->begin();
}

void Loop::drop(Connection& connection) {
    auto const slot = connection.slot;
    std::swap(connections[slot], connections.back());
    connections[slot]->slot = slot;
    auto const last = std::move(connections.back());   // lives until its caller returns
    connections.pop_back();
    shared.connections.fetch_sub(1, std::memory_order_relaxed);
    asio::post(context, [last] {});
}

void Loop::watch(milliseconds every) {
    tick.expires_after(every);
    tick.async_wait([this, every](Ec ec) {
        if (ec) return;
        auto const now = Steady::now();
        for (std::size_t i = connections.size(); i-- > 0;) {
            if (i >= connections.size()) continue;
            auto const connection = connections[i];
            connection->check(now);
        }
        watch(every);
    });
}

void Loop::tell(Enterprise enterprise, Bytes const& text) {
    if (!listeners.contains(enterprise)) return;
    auto& waiting = told[enterprise];
    if (waiting.size() + text->size() > told_max) waiting = "event: reload\ndata: {}\n\n";
    else waiting += *text;
    if (flush_waits) return;
    flush_waits = true;
    // With many listeners each round costs more, so rounds are fewer: a fifth of a thread at the most.
    auto const pause = std::max(shared.options.tell_pause, milliseconds{listener_count / 10});
    flush_timer.expires_after(pause);
    flush_timer.async_wait([this](Ec ec) { if (!ec) flush(); });
}

void Loop::flush() {
    flush_waits = false;
    auto const all = std::exchange(told, {});
    for (auto const& [enterprise, text] : all) {
        auto const found = listeners.find(enterprise);
        if (found == listeners.end()) continue;
        auto const bytes = std::make_shared<std::string const>(text);
        for (auto* listener : std::vector{found->second}) listener->hear(bytes);
    }
}

void Loop::drain() {
    draining = true;
    for (auto const& connection : std::vector{connections}) connection->drain();
}

/// Lets this process hold as many files as the system allows: each client is one.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::unique_ptr<asio::ssl::context> tls_context(std::string const& certificate, std::string const& key) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                         asio::ssl::context::no_compression);
    Ec ec;
    context->use_certificate_chain_file(certificate, ec);
    if (ec) throw Fault{"cannot use the certificate " + certificate + ": " + ec.message()};
    context->use_private_key_file(key, asio::ssl::context::pem, ec);
    if (ec) throw Fault{"cannot use the key " + key + ": " + ec.message()};
    // Idle connections give their 34 kB of buffers back.
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    return context;
}

} // namespace

// ---- the server ---------------------------------------------------------------------------------------------------------------

struct Server::Engine {
    explicit Engine(ServerOptions options) {
        shared.options = std::move(options);
        if (!shared.options.web_dir.empty()) shared.site.emplace(shared.options.web_dir);
        else if (!shared.options.assets.empty()) shared.site.emplace(shared.options.assets);
        if (!shared.options.certificate_file.empty()) tls = tls_context(shared.options.certificate_file, shared.options.key_file);
        for (int i = 0; i < std::max(1, shared.options.io_threads); ++i) loops.push_back(std::make_unique<Loop>(shared));
        raise_file_limit();

        Ec ec;
        auto const address = asio::ip::make_address(shared.options.bind, ec);
        if (ec) throw Fault{"\"" + shared.options.bind + "\" is no address to listen at; 127.0.0.1 is this machine only, 0.0.0.0 every network"};
        acceptor.emplace(loops[0]->context);
        tcp::endpoint const end{address, shared.options.port};
        acceptor->open(end.protocol(), ec);
        if (!ec) acceptor->set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) acceptor->bind(end, ec);
        if (!ec) acceptor->listen(4096, ec);
        if (ec)
            throw Fault{fmt::format("cannot listen at {} port {}: {}. Choose another with --port.", shared.options.bind, shared.options.port, ec.message())};
        port = acceptor->local_endpoint().port();
    }

    void start(Routes const& routes, Gate& gate) {
        shared.router.emplace(routes);
        shared.gate = &gate;
        shared.workers = std::make_unique<Workers>(std::max(1, shared.options.workers), shared.options.waiting_max);
        auto const& o = shared.options;
        auto const every = std::clamp(std::min({o.head_time, o.idle_time, o.body_time, o.heartbeat}) / 4, milliseconds{10}, milliseconds{500});
        accept_timer.emplace(loops[0]->context);
        accept();
        for (auto& loop : loops) {
            loop->watch(every);
            loop->open.emplace(loop->context.get_executor());
            loop->thread = std::thread{[&context = loop->context] { context.run(); }};
        }
        running = true;
    }

    void accept() {
        auto& loop = *loops[next_loop++ % loops.size()];
        acceptor->async_accept(loop.context, [this, &loop](Ec ec, Wire socket) {
            if (ec == asio::error::operation_aborted || !acceptor->is_open()) return;
            if (ec) {   // out of files, most likely: give the others time to close some
                accept_timer->expires_after(milliseconds{100});
                return accept_timer->async_wait([this](Ec stopped) { if (!stopped) accept(); });
            }
            take(loop, std::move(socket));
            accept();
        });
    }

    void take(Loop& loop, Wire socket) {
        if (static_cast<std::size_t>(shared.connections.load(std::memory_order_relaxed)) >= shared.options.connections_max) return;
        Ec ec;
        socket.set_option(tcp::no_delay(true), ec);
        auto const peer = socket.remote_endpoint(ec);
        if (ec) return;
        auto remote = peer.address().to_string();
        auto const connection = tls ? std::shared_ptr<Connection>{std::make_shared<Tls>(loop, std::move(socket), std::move(remote), *tls)}
                                    : std::shared_ptr<Connection>{std::make_shared<Plain>(loop, std::move(socket), std::move(remote))};
        asio::post(loop.context, [&loop, connection] {
            if (!loop.draining) loop.add(connection);
        });
    }

    void stop(milliseconds grace) {
        if (!running) return;
        running = false;
        asio::post(loops[0]->context, [this] {
            Ec ec;
            acceptor->close(ec);
            accept_timer->cancel();
        });
        for (auto& loop : loops) asio::post(loop->context, [&l = *loop] { l.drain(); });
        auto const until = Steady::now() + grace;
        while (shared.connections.load() > 0 && Steady::now() < until) std::this_thread::sleep_for(milliseconds{5});
        shared.workers->end();
        for (auto& loop : loops) {
            {
                std::lock_guard const hold{loop->door->lock};
                loop->door->loop = nullptr;
            }
            loop->context.stop();
            loop->thread.join();
            loop->connections.clear();
        }
    }

    void tell(Enterprise enterprise, std::string_view event, std::string_view data) {
        if (shared.listeners.load(std::memory_order_relaxed) == 0) return;
        std::string text = "event: ";
        text.append(event).append("\ndata: ");
        for (auto const c : data) c == '\n' ? text.append("\ndata: ") : text.append(1, c);
        text += "\n\n";
        auto const bytes = std::make_shared<std::string const>(std::move(text));
        for (auto& loop : loops) asio::post(loop->context, [&l = *loop, enterprise, bytes] { l.tell(enterprise, bytes); });
    }

    Shared shared;
    std::unique_ptr<asio::ssl::context> tls;
    std::vector<std::unique_ptr<Loop>> loops;
    std::optional<tcp::acceptor> acceptor;
    std::optional<asio::steady_timer> accept_timer;
    std::size_t next_loop = 0;
    std::uint16_t port = 0;
    bool running = false;
};

Server::Server(ServerOptions options) : m(std::make_unique<Engine>(std::move(options))) {}
Server::~Server() { m->stop(milliseconds{0}); }
void Server::start(Routes const& routes, Gate& gate) { m->start(routes, gate); }
std::uint16_t Server::port() const { return m->port; }
void Server::stop(milliseconds grace) { m->stop(grace); }
void Server::tell(Enterprise enterprise, std::string event, std::string data) { m->tell(enterprise, event, data); }
Server::Counts Server::counts() const { return {m->shared.connections.load(), m->shared.listeners.load(), m->shared.sockets.load(), m->shared.requests.load()}; }

} // namespace osetra::http
