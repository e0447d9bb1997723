#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"

// From a request to a route and its reply, without sockets: what the server and the tests both use.
namespace osetra::http {

/// Finds the route of a path. Words win over {parameters}, long patterns over short ones; a part like "{list}.{format}" is
/// taken apart at its last dot. Refers to the table it was made from.
class Router {
public:
    explicit Router(Routes const&);

    /// The route for this still percent-encoded path, with its {parts} decoded into `in_path`.
    /// Refusals: route_not_found, method_not_allowed, bad_request.
    Result<Route const*> find(Method, std::string_view path, Names& in_path) const;
    /// What may be asked of this path, for Allow ("GET, HEAD, POST"); empty when there is nothing.
    std::string allowed(std::string_view path) const;

private:
    struct Node {
        std::string part;
        std::vector<Node> words;
        std::vector<Node> patterns;            ///< parts with {names} in them, longest first
        std::vector<Route const*> routes;      ///< that end here, a method each
    };
    static void insert(Node&, std::string_view path, Route const&);
    static Node const* walk(Node const&, std::span<std::string_view const> parts, Names& in_path);
    Result<Node const*> node_of(std::string_view path, Names& in_path) const;
    Node m_root;
};

/// Fills in the request's path, in_path and query from the target. Refusals: those of Router::find and bad_request.
Result<Route const*> find_route(Router const&, std::string_view target, Request&);

Refusal body_too_large(Route const&);
/// The refusal as this route tells it; no route: as http::problem does.
Response problem_at(Route const*, Request const&, Refusal const&);

using Log = std::function<void(std::string const&)>;

/// Runs the handler here and now. A Fault becomes a 500 reply, and `log` hears of it; a reply that is dropped unused becomes
/// one too, so the caller always hears once and only once. The request must live until then.
void run_route(Route const&, Request const&, Reply, Log const&);
/// The same for a route with `answer`.
Response answer_of(Route const&, Request const&, Log const&);

} // namespace osetra::http
