#include "http/routes.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace osetra::http {

std::string_view word_of(Permission p) {
    constexpr std::array<std::string_view, 8> words = {"open", "signed_in", "view", "record", "mend", "import", "manage", "audit"};
    return words.at(static_cast<std::size_t>(p));
}

bool Caller::holds(Permission p, std::string_view site) const {
    if (at_site.empty()) return may.has(p) && (sites.empty() || sees(site));
    return std::any_of(at_site.begin(), at_site.end(),
                       [&](auto const& grant) { return (grant.first.empty() || grant.first == site) && grant.second.has(p); });
}

bool Caller::sees(std::string_view site) const {
    return sites.empty() || std::find(sites.begin(), sites.end(), site) != sites.end();
}

std::vector<Names::value_type>::const_iterator Names::find(std::string_view name) const {
    return std::find_if(m_all.begin(), m_all.end(), [&](auto const& pair) { return pair.first == name; });
}

std::string const& Names::at(std::string_view name) const {
    auto const found = find(name);
    if (found == end()) throw std::out_of_range{"no value is named " + std::string{name}};
    return found->second;
}

std::string& Names::operator[](std::string_view name) {
    auto const found = find(name);
    if (found == end()) return m_all.emplace_back(name, std::string{}).second;
    return m_all[static_cast<std::size_t>(found - m_all.cbegin())].second;
}

std::optional<std::string> Request::asked(std::string_view name) const {
    auto const found = query.find(name);
    if (found == query.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::string base_of(Request const& request) {
    auto const host = request.headers.find("host");
    if (host == request.headers.end()) return {};
    auto const sound = std::all_of(host->second.begin(), host->second.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']'; });
    return sound && !host->second.empty() ? (request.secure ? "https://" : "http://") + host->second : std::string{};
}

Response Response::pdf(std::string body, std::string const& name) {
    return {200, std::move(body), "application/pdf", {{"Content-Disposition", "inline; filename=\"" + name + "\""}}, false, {}};
}

Result<Done> of_whole_company(Request const& ask, std::string_view what) {
    if (ask.caller.sites.empty()) return Done{};
    return refuse("not_allowed", std::string{what} + " of the whole company; your role is for some of its sites only.", "site");
}

std::string_view phrase_of(int status) {
    switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Other";
    }
}

namespace {

int status_of(std::string_view code) {
    constexpr std::pair<std::string_view, int> whole[] = {
        {"not_signed_in", 401}, {"not_allowed", 403}, {"too_large", 413},        {"too_many", 429},         {"bad_request", 400},
        {"timed_out", 408},     {"fault", 500},       {"method_not_allowed", 405}, {"header_too_large", 431}, {"not_implemented", 501},
        {"busy", 503},
    };
    for (auto const& [word, status] : whole)
        if (code == word) return status;
    if (code.ends_with("_not_found")) return 404;
    if (code.ends_with("_exists")) return 409;
    return 422;
}

} // namespace

Response problem(Refusal const& refusal) {
    auto const status = status_of(refusal.code);
    JsonOut out;
    out.begin_object();
    out.value("type", "about:blank");
    out.value("title", phrase_of(status));
    out.value("status", std::int64_t{status});
    out.value("code", refusal.code);
    out.value("detail", refusal.message);
    if (!refusal.at.empty()) out.value("at", refusal.at);
    out.end_object();
    Response response{status, out.take(), "application/problem+json", {}, false};
    if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

void Routes::add(Route route) {
    if (!route.act == !route.answer) throw std::logic_error{"the route " + route.path + " needs act or answer, one of them"};
    for (auto const& other : m_routes)
        if (other.method == route.method && other.path == route.path) throw std::logic_error{"two routes for " + route.path};
    m_routes.push_back(std::move(route));
}

void Routes::get(std::string path, Permission needs, std::string about, Lane lane,
                 std::function<Result<Response>(Request const&)> answer, std::vector<Parameter> query) {
    add({.method = Method::get, .path = std::move(path), .needs = needs, .about = std::move(about), .query = std::move(query),
         .lane = lane, .answer = std::move(answer)});
}

void Routes::post(std::string path, Permission needs, std::string about, std::string body_schema,
                  std::function<Result<Response>(Request const&)> answer) {
    add({.method = Method::post, .path = std::move(path), .needs = needs, .about = std::move(about),
         .body_schema = std::move(body_schema), .answer = std::move(answer)});
}

void Routes::put(std::string path, Permission needs, std::string about, std::string body_schema,
                 std::function<Result<Response>(Request const&)> answer) {
    add({.method = Method::put, .path = std::move(path), .needs = needs, .about = std::move(about),
         .body_schema = std::move(body_schema), .answer = std::move(answer)});
}

void Routes::del(std::string path, Permission needs, std::string about, std::function<Result<Response>(Request const&)> answer) {
    add({.method = Method::del, .path = std::move(path), .needs = needs, .about = std::move(about), .answer = std::move(answer)});
}

} // namespace osetra::http
