#pragma once
#include <string>
#include <string_view>

#include "http/routes.h"

// Request targets ("/api/v1/pools/P%201?at=2026-01-11") as plain text functions, so that they are fuzzed without a socket.
namespace osetra::http {

struct Target {
    std::string_view path;    ///< still percent-encoded; begins with '/' (or is "*")
    std::string_view query;   ///< still percent-encoded, without the '?'
};

/// Origin form, absolute form ("http://host/path") or "*". Refusal: bad_request.
Result<Target> split_target(std::string_view);

enum class PlusIsSpace : bool { no, yes };
/// Refusal: bad_request for a damaged %XX, for text that is not UTF-8 and for control characters.
Result<std::string> percent_decode(std::string_view, PlusIsSpace);

/// Adds the query's parameters: to `last` the last of several of one name, to `every` each as it came. Refusal: bad_request, also for
/// more than 256 of them.
Result<Done> read_query(std::string_view query, Names& last, Names& every);

/// UTF-8 without over-long forms and surrogates.
bool is_utf8(std::string_view);

} // namespace osetra::http
