#include "http/answer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "http/target.h"

namespace osetra::http {

namespace {

constexpr std::size_t max_parts = 24;

std::string_view next_part(std::string_view& path) {
    path.remove_prefix(1);   // the slash
    auto const part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    return part;
}

/// Whether `text` fits "a{x}b{y}c"; each {name} takes at least one character, and as many as it can.
bool fits(std::string_view pattern, std::string_view text, Names& in_path) {
    auto const open = pattern.find('{');
    if (open == pattern.npos) return pattern == text;
    if (!text.starts_with(pattern.substr(0, open))) return false;
    text.remove_prefix(open);
    auto const close = pattern.find('}', open);
    auto const name = pattern.substr(open + 1, close - open - 1);
    auto const rest = pattern.substr(close + 1);
    auto const word = rest.substr(0, rest.find('{'));
    auto const length = word.empty() ? text.size() : text.rfind(word);
    if (length == text.npos || length == 0) return false;
    if (!fits(rest, text.substr(length), in_path)) return false;
    in_path.add(name, text.substr(0, length));
    return true;
}

Response broken(std::string const& what, Route const& route, Request const& request, Log const& log) {
    if (log) log(route.path + ": " + what);
    return problem_at(&route, request, {"fault", "The server could not do this now. Look whether it was done before you send it again; "
                                                 "tell the operator if it stays so.", {}});
}

/// Passes a reply on once; a second one is ignored, and none at all becomes a fault.
class OneReply {
public:
    OneReply(Reply reply, Route const& route, Request const& request, Log const& log)
        : m_reply(std::move(reply)), m_route(&route), m_request(&request), m_log(log) {}
    OneReply(OneReply const&) = delete;
    OneReply& operator=(OneReply const&) = delete;
    ~OneReply() {
        if (!m_sent) m_reply(broken("the handler let its reply fall", *m_route, *m_request, m_log));
    }
    void send(Response response) {
        if (!m_sent.exchange(true)) m_reply(std::move(response));
    }

private:
    Reply m_reply;
    Route const* m_route;
    Request const* m_request;   ///< lives until the reply
    Log m_log;
    std::atomic<bool> m_sent = false;
};

std::string_view word_of(Method m) {
    constexpr std::array<std::string_view, 5> words = {"GET, HEAD", "POST", "PUT", "DELETE", "OPTIONS"};
    return words.at(static_cast<std::size_t>(m));
}

} // namespace

Router::Router(Routes const& routes) {
    for (auto const& route : routes.all()) insert(m_root, route.path, route);
}

void Router::insert(Node& root, std::string_view path, Route const& route) {
    if (!path.starts_with('/')) throw std::logic_error{"a route's path begins with a slash: " + route.path};
    auto* node = &root;
    while (!path.empty()) {
        auto const part = next_part(path);
        auto const is_pattern = part.find('{') != part.npos;
        auto& children = is_pattern ? node->patterns : node->words;
        auto place = std::find_if(children.begin(), children.end(), [&](Node const& child) { return child.part == part; });
        if (place == children.end()) {
            place = std::find_if(children.begin(), children.end(), [&](Node const& child) { return child.part.size() < part.size(); });
            place = children.insert(place, Node{std::string{part}, {}, {}, {}});
        }
        node = &*place;
    }
    node->routes.push_back(&route);
}

Router::Node const* Router::walk(Node const& node, std::span<std::string_view const> parts, Names& in_path) {
    if (parts.empty()) return node.routes.empty() ? nullptr : &node;
    for (auto const& child : node.words)
        if (child.part == parts[0])
            if (auto const* found = walk(child, parts.subspan(1), in_path)) return found;
    for (auto const& child : node.patterns) {
        auto const before = in_path.size();
        if (fits(child.part, parts[0], in_path))
            if (auto const* found = walk(child, parts.subspan(1), in_path)) return found;
        in_path.cut(before);
    }
    return nullptr;
}

Result<Router::Node const*> Router::node_of(std::string_view path, Names& in_path) const {
    std::array<std::string_view, max_parts> parts;
    std::deque<std::string> decoded;
    std::size_t count = 0;
    while (!path.empty()) {
        if (count == max_parts) return nullptr;
        auto part = next_part(path);
        if (part.find('%') != part.npos) part = decoded.emplace_back(OSETRA_TRY(percent_decode(part, PlusIsSpace::no)));
        parts.at(count++) = part;
    }
    return walk(m_root, std::span{parts}.first(count), in_path);
}

Result<Route const*> Router::find(Method method, std::string_view path, Names& in_path) const {
    auto const* const node = OSETRA_TRY(node_of(path, in_path));
    if (!node) return refuse("route_not_found", "There is nothing at this address.", "path");
    for (auto const* route : node->routes)
        if (route->method == method) return route;
    return refuse("method_not_allowed", "This address takes " + allowed(path) + " only.", "method");
}

std::string Router::allowed(std::string_view path) const {
    Names ignored;
    auto const node = node_of(path, ignored);
    std::string words;
    if (node && *node)
        for (auto const* route : (*node)->routes)
            if (route->method != Method::options) words += (words.empty() ? "" : ", ") + std::string{word_of(route->method)};
    return words;
}

Result<Route const*> find_route(Router const& router, std::string_view target, Request& request) {
    auto const [path, query] = OSETRA_TRY(split_target(target));
    if (path.find('%') == path.npos && is_utf8(path)) request.path = path;
    else request.path = OSETRA_TRY(percent_decode(path, PlusIsSpace::no));
    OSETRA_TRY(read_query(query, request.query, request.every_query));
    return router.find(request.method, path, request.in_path);
}

Refusal body_too_large(Route const& route) {
    return {"too_large", "At most " + std::to_string(route.body_limit) + " bytes may be sent here. Send it in smaller parts.", "body"};
}

Response problem_at(Route const* route, Request const& request, Refusal const& refusal) {
    return route && route->problem ? route->problem(request, refusal) : problem(refusal);
}

Response answer_of(Route const& route, Request const& request, Log const& log) {
    try {
        auto answer = route.answer(request);
        return answer ? std::move(*answer) : problem_at(&route, request, answer.error());
    } catch (std::exception const& e) {   // a Fault, or the memory ran out: this request fails, the others go on
        return broken(e.what(), route, request, log);
    }
}

void run_route(Route const& route, Request const& request, Reply reply, Log const& log) {
    if (route.answer) return reply(answer_of(route, request, log));
    auto const once = std::make_shared<OneReply>(std::move(reply), route, request, log);
    try {
        route.act(request, [once](Response response) { once->send(std::move(response)); });
    } catch (std::exception const& e) {
        once->send(broken(e.what(), route, request, log));
    }
}

Response ask(Routes const& routes, Gate& gate, Method method, std::string_view target, std::string body, Names headers,
             std::string remote) {
    Router const router{routes};
    Request request{.method = method, .headers = std::move(headers), .body = std::move(body), .remote = std::move(remote)};
    auto const route = find_route(router, target, request);
    if (!route) return problem(route.error());
    if (request.body.size() > (*route)->body_limit) return problem_at(*route, request, body_too_large(**route));
    auto caller = gate.admit(request, **route);
    if (!caller) return problem_at(*route, request, caller.error());
    request.caller = std::move(*caller);

    struct Box {
        std::mutex lock;
        std::condition_variable filled;
        std::optional<Response> reply;
    };
    auto const box = std::make_shared<Box>();
    auto const put_in = [box](Response reply) {
        std::lock_guard const hold{box->lock};
        box->reply = std::move(reply);
        box->filled.notify_one();
    };
    run_route(**route, request, put_in, {});
    std::unique_lock hold{box->lock};
    box->filled.wait(hold, [&] { return box->reply.has_value(); });
    return std::move(*box->reply);
}

} // namespace osetra::http
