#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

// What a capability sees of the web: requests, replies and a table of routes. No web library is visible here.
namespace osetra::http {

enum class Method : std::uint8_t { get, post, put, del, options };

/// What a person may do. Roles are sets of these (access/access.h); a route names the one it needs.
enum class Permission : std::uint8_t {
    open,      ///< nobody needs to sign in
    signed_in, ///< any person of the enterprise
    view,      ///< read the enterprise's records
    record,    ///< tell facts
    mend,      ///< correct and withdraw facts told by others
    import,    ///< bring files in
    manage,    ///< sites, pools, people, roles, keys
    audit      ///< read the audit trail
};
inline constexpr Permission every_permission[] = {Permission::open, Permission::signed_in, Permission::view, Permission::record,
                                                  Permission::mend, Permission::import,    Permission::manage, Permission::audit};
/// The stable word of a permission: "view".
std::string_view word_of(Permission);

/// A set of permissions. Everybody holds `open`.
class Permissions {
public:
    constexpr Permissions() = default;
    constexpr Permissions(std::initializer_list<Permission> all) { for (auto p : all) m_bits |= bit(p); }
    constexpr bool has(Permission p) const { return p == Permission::open || (m_bits & bit(p)) != 0; }
    constexpr bool empty() const { return m_bits == 0; }
    constexpr Permissions operator|(Permissions o) const { o.m_bits |= m_bits; return o; }
    friend constexpr bool operator==(Permissions, Permissions) = default;

private:
    static constexpr std::uint32_t bit(Permission p) { return 1U << static_cast<unsigned>(p); }
    std::uint32_t m_bits = 0;
};

/// Who asks. Filled in by the gate before a handler runs.
struct Caller {
    Enterprise enterprise = 0;
    std::string person = {};                            ///< login name, or "key:NAME" for an API key
    std::vector<std::string> sites = {};                ///< empty: every site of the enterprise
    Permissions may = {};                               ///< somewhere in the enterprise
    /// What is allowed where, when that is not the same at all of `sites`; "" is the whole enterprise.
    std::vector<std::pair<std::string, Permissions>> at_site = {};
    bool holds(Permission p) const { return may.has(p); }
    /// At this site; "" asks for the whole enterprise.
    bool holds(Permission p, std::string_view site) const;
    bool sees(std::string_view site) const;
};

/// A few names with their values, in the order they came: what a small map would hold, in one piece of memory.
class Names {
public:
    using value_type = std::pair<std::string, std::string>;
    Names() = default;
    Names(std::initializer_list<value_type> all) : m_all(all) {}
    auto begin() const { return m_all.begin(); }
    auto end() const { return m_all.end(); }
    std::vector<value_type>::const_iterator find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name) != end(); }
    std::size_t count(std::string_view name) const { return contains(name) ? 1 : 0; }
    std::string const& at(std::string_view name) const;   ///< std::out_of_range when absent
    std::string& operator[](std::string_view name);       ///< made empty when absent
    std::size_t size() const { return m_all.size(); }
    bool empty() const { return m_all.empty(); }
    void clear() { m_all.clear(); }
    void add(std::string_view name, std::string_view value) { m_all.emplace_back(name, value); }
    void cut(std::size_t size) { m_all.resize(size); }    ///< \pre not longer than now

private:
    std::vector<value_type> m_all;
};

struct Request {
    Method method = Method::get;
    std::string path = {};                              ///< decoded, without the query
    Names in_path = {};                                 ///< {name} parts of the route
    Names query = {};                                   ///< decoded; the last of several holds
    Names every_query = {};                             ///< decoded, each as it came: those of one name too
    Names headers = {};                                 ///< names in lower case
    std::string body = {};
    std::string remote = {};                            ///< peer address
    Caller caller = {};
    bool secure = false;                                ///< came over TLS (here, or at a trusted proxy)
    std::optional<std::string> asked(std::string_view name) const;   ///< a query parameter, absent when empty
};

/// A WebSocket that a handler opened: from the server to a client. Its functions may be called from any thread, and return at once.
class Socket {
public:
    virtual ~Socket() = default;
    /// One message of text. False: it has ended. A client that is too far behind (ServerOptions::listener_backlog) is let go.
    virtual bool send(std::string text) = 0;
    /// Bytes that the client's system has not taken yet.
    virtual std::size_t waiting() const = 0;
    /// Says why, and ends it.
    virtual void end(std::string why) = 0;
    /// Calls once when it has ended, whoever did it; at once where it has already. On an I/O thread: it must not wait.
    virtual void when_ended(std::function<void()>) = 0;
};

struct Response {
    int status = 200;
    std::string body = {};
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool listen = false;                                ///< keep the connection and send it what Live tells
    /// Becomes a WebSocket, where the client asked for one in a good way; called once it is open, on an I/O thread: it must not wait.
    std::function<void(std::shared_ptr<Socket>)> talk = {};
    static Response json(std::string body, int status = 200) { return {status, std::move(body), "application/json", {}, false, {}}; }
    /// Shown by the browser, and called `name` where somebody keeps it.
    static Response pdf(std::string body, std::string const& name);
};

/// RFC 7807: {"type":"about:blank","title":...,"status":422,"code":...,"detail":...,"at":...}. Codes that end in
/// `_not_found` are 404, `not_signed_in` 401, `not_allowed` 403, `*_exists` 409, `too_large` 413, `too_many` 429; else 422.
/// The server's own: bad_request 400, method_not_allowed 405, timed_out 408, header_too_large 431, fault 500,
/// not_implemented 501, busy 503.
Response problem(Refusal const&);
/// Not for those whose role is for some sites only. `what`: "Breeding is". Refusal: not_allowed.
Result<Done> of_whole_company(Request const&, std::string_view what);
/// The phrase that goes with a status: "Not Found".
std::string_view phrase_of(int status);

/// The address of this server as the caller knows it: https://farm.example; empty where it does not say.
std::string base_of(Request const&);

/// Whether the client wants the connection to become a WebSocket. A handler that has none to offer answers as ever.
bool asks_for_socket(Request const&);

/// Calls back exactly once, from any thread.
using Reply = std::function<void(Response)>;

/// Where a handler runs: on the I/O thread (under a millisecond, never blocks) or on a worker.
enum class Lane : std::uint8_t { io, worker };

struct Parameter { std::string name, about; };

struct Route {
    Method method = Method::get;
    std::string path = {};                              ///< "/api/v1/pools/{pool}", "/api/v1/export/{list}.{format}"
    Permission needs = Permission::view;
    std::string about = {};                             ///< one sentence, for OpenAPI and the manual
    std::vector<Parameter> query = {};
    std::string body_schema = {};                       ///< JSON Schema text; empty: no JSON body
    Lane lane = Lane::worker;
    std::size_t body_limit = 1 << 20;                   ///< bytes
    std::function<void(Request const&, Reply)> act = {};
    std::function<Result<Response>(Request const&)> answer = {};   ///< instead of act: answers before it returns
    std::string reply_schema = {};                      ///< JSON Schema of a good reply, where stated
    std::function<Response(Request const&, Refusal const&)> problem = {};   ///< how refusals are told here, the gate's and the server's too; else http::problem
    bool listed = true;                                 ///< in our OpenAPI; not what another body describes
    bool page_for_people = false;                       ///< who asks for text/html, and for nothing in the query, gets the web page instead
};

class Routes {
public:
    /// A route has `act` or `answer`. Adding a second route for the same method and path is a bug (std::logic_error).
    void add(Route);
    /// The common cases: a plain function from request to response or refusal.
    void get(std::string path, Permission, std::string about, Lane, std::function<Result<Response>(Request const&)>,
             std::vector<Parameter> query = {});
    void post(std::string path, Permission, std::string about, std::string body_schema,
              std::function<Result<Response>(Request const&)>);
    void put(std::string path, Permission, std::string about, std::string body_schema,
             std::function<Result<Response>(Request const&)>);
    void del(std::string path, Permission, std::string about, std::function<Result<Response>(Request const&)>);
    std::vector<Route> const& all() const { return m_routes; }

private:
    std::vector<Route> m_routes;
};

/// Writes a JSON Schema (2020-12) instead of values. A name's last part gives its unit (kernel/fields.h).
class SchemaWriter final : public FieldWriter {
public:
    void put(char const* name, std::int64_t) override;
    void put(char const* name, double) override;
    void put(char const* name, std::string_view) override;
    void put_blob(char const* name, std::string_view) override;
    void put_flag(char const* name, bool) override;
    void put_instant(char const* name, Instant) override;
    void put_day(char const* name, FarmDay) override;
    void put_fish(char const* name, FishId) override;
    void put_fish_list(char const* name, std::span<FishId const>) override;
    void put_text_list(char const* name, std::span<std::string const>) override;
    void put_null(char const* name) override;

    /// Whether the next field must be there.
    void required(bool must) { m_must = must; }
    std::string take();

private:
    void field(char const* name, std::string_view type);
    std::string m_properties;
    std::string m_required;
    bool m_must = true;
};

/// JSON Schema of a record, from its field list (units from the names' endings). For Route::body_schema.
template <class T> std::string schema_of() {
    SchemaWriter w;
    T record{};
    visit_fields(record, [&]<class V>(char const* name, V const& value) {
        w.required(!osetra::detail::may_be_absent<V>);
        if constexpr (requires { typename V::value_type; value.has_value(); }) put(w, name, typename V::value_type{});
        else put(w, name, value);
    });
    return w.take();
}

/// Who is asking, and may they? Implemented by access; asked before every handler.
class Gate {
public:
    virtual ~Gate() = default;
    /// Refusals: not_signed_in, not_allowed, too_many. Must be cheap: it runs on the I/O thread for every request, before the
    /// body is read.
    virtual Result<Caller> admit(Request const&, Route const&) = 0;
};

/// Tells browsers that something changed (server-sent events at /api/v1/live).
class Live {
public:
    virtual ~Live() = default;
    /// To every listener of this enterprise. `event` is a word ("facts", "job"), `data` is JSON. From any thread; returns at once.
    virtual void tell(Enterprise, std::string event, std::string data) = 0;
};

/// OpenAPI 3.1 of a route table.
std::string openapi(Routes const&, std::string_view version);

/// The server's own routes: /api/v1/openapi.json, /api/v1/health and /api/v1/live. Add them last: the document names the
/// routes that were there.
void add_own_routes(Routes&, std::string version);

/// Answers one request without any socket, as the server would: finds the route, asks the gate, runs the handler and waits for
/// its reply. `target` is the path with its query, percent-encoded.
Response ask(Routes const&, Gate&, Method, std::string_view target, std::string body = {}, Names headers = {},
             std::string remote = "127.0.0.1");

} // namespace osetra::http
