#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json.h"
#include "kernel/result.h"
#include "kernel/time.h"

// What a capability sees of the web: requests, replies and a table of routes. No web library is visible here.
namespace osetra::http {

enum class Method : std::uint8_t { get, post, put, del };

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

/// Who asks. Filled in by the gate before a handler runs.
struct Caller {
    Enterprise enterprise = 0;
    std::string person;                                 ///< login name, or "key:NAME" for an API key
    std::vector<std::string> sites;                     ///< empty: every site of the enterprise
    std::vector<Permission> may;
    bool holds(Permission p) const;
    bool sees(std::string_view site) const;
};

struct Request {
    Method method = Method::get;
    std::string path;                                   ///< decoded, without the query
    std::map<std::string, std::string, std::less<>> in_path;   ///< {name} parts of the route
    std::map<std::string, std::string, std::less<>> query;     ///< decoded; the last of several holds
    std::map<std::string, std::string, std::less<>> headers;   ///< names in lower case
    std::string body;
    std::string remote;                                 ///< peer address
    Caller caller;
    std::optional<std::string> asked(std::string_view name) const;   ///< a query parameter, absent when empty
};

struct Response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    static Response json(std::string body, int status = 200) { return {status, std::move(body), "application/json", {}}; }
};

/// RFC 7807: {"type":"about:blank","title":...,"status":422,"code":...,"detail":...,"at":...}. Codes that end in
/// `_not_found` are 404, `not_signed_in` 401, `not_allowed` 403, `*_exists` 409, `too_large` 413, `too_many` 429; else 422.
Response problem(Refusal const&);

/// Calls back exactly once, from any thread.
using Reply = std::function<void(Response)>;

/// Where a handler runs: on the I/O thread (under a millisecond, never blocks) or on a worker.
enum class Lane : std::uint8_t { io, worker };

struct Parameter { std::string name, about; };

struct Route {
    Method method = Method::get;
    std::string path;                                   ///< "/api/v1/pools/{pool}"
    Permission needs = Permission::view;
    std::string about;                                  ///< one sentence, for OpenAPI and the manual
    std::vector<Parameter> query;
    std::string body_schema;                            ///< JSON Schema text; empty: no body
    Lane lane = Lane::worker;
    std::size_t body_limit = 1 << 20;                   ///< bytes
    std::function<void(Request const&, Reply)> act;
};

class Routes {
public:
    void add(Route);
    /// The common case: a plain function from request to response or refusal.
    void get(std::string path, Permission, std::string about, Lane, std::function<Result<Response>(Request const&)>,
             std::vector<Parameter> query = {});
    void post(std::string path, Permission, std::string about, std::string body_schema,
              std::function<Result<Response>(Request const&)>);
    std::vector<Route> const& all() const { return m_routes; }

private:
    std::vector<Route> m_routes;
};

/// JSON Schema of a record, from its field list (units from the names' endings). For Route::body_schema.
class SchemaWriter;
template <class T> std::string schema_of();

/// Who is asking, and may they? Implemented by access; asked before every handler.
class Gate {
public:
    virtual ~Gate() = default;
    /// Refusals: not_signed_in, not_allowed, too_many. Must be cheap: it runs on the I/O thread for every request.
    virtual Result<Caller> admit(Request const&, Route const&) = 0;
};

/// Tells browsers that something changed (server-sent events at /api/v1/live).
class Live {
public:
    virtual ~Live() = default;
    /// To every listener of this enterprise. `event` is a word ("facts", "job"), `data` is JSON.
    virtual void tell(Enterprise, std::string event, std::string data) = 0;
};

} // namespace osetra::http
