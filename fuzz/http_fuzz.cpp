// Bytes to requests: the parser in pieces of odd sizes, then the target, the query and the cookies of what it found.
#include <algorithm>
#include <cstdlib>

#include "http/answer.h"
#include "http/parser.h"
#include "http/site.h"
#include "http/target.h"

using namespace osetra::http;

namespace {

Routes const& table() {
    static Routes const routes = [] {
        Routes all;
        for (auto const* path : {"/", "/api/v1/pools/{pool}", "/api/v1/pools/{pool}/days", "/api/v1/export/{list}.{format}", "/a{x}b{y}c/{z}"})
            all.get(path, Permission::open, "", Lane::io, [](Request const&) -> osetra::Result<Response> { return Response{}; });
        return all;
    }();
    return routes;
}

void look(RequestParser const& parser, Request& request) {
    static Router const router{table()};
    auto const route = find_route(router, parser.target(), request);
    if (route && (request.path.find('\0') != std::string::npos || !is_utf8(request.path))) std::abort();
    if (stays_inside(request.path) && request.path.find("/../") != std::string::npos) std::abort();
    if (auto const found = request.headers.find("cookie"); found != request.headers.end()) cookie(found->second, "osetra_session");
    if (request.body.size() > 1000) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size < 1) return 0;
    std::size_t const step = data[0] % 61 + 1;
    std::string_view rest{reinterpret_cast<char const*>(data) + 1, size - 1};
    RequestParser parser;
    std::string waiting;
    Request request;
    parser.next(request);
    for (;;) {
        auto const taken = parser.put(waiting);
        if (taken > waiting.size()) std::abort();
        waiting.erase(0, taken);
        auto const state = parser.state();
        if (state == RequestParser::State::bad) return 0;
        if (state == RequestParser::State::done) {
            look(parser, request);
            request = {};
            parser.next(request);
            if (!waiting.empty()) continue;
        } else if (state == RequestParser::State::head) {
            parser.limit_body(1000);
            if (!waiting.empty() && taken > 0) continue;
        }
        if (rest.empty()) return 0;
        auto const piece = rest.substr(0, step);
        waiting += piece;
        rest.remove_prefix(piece.size());
    }
}
