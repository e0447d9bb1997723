// What strangers put into addresses, headers and bodies of EPCIS's interface: named queries, prefixes, page tokens. A query that is taken has
// parameters; prefixes that are taken are written so that they read again; no token of somebody else's holds.
#include <cstdlib>
#include <string>
#include <string_view>

#include "trace/named_query.h"
#include "trace/page_token.h"
#include "trace/rest_routes.h"

using namespace osetra;

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    if (auto const definition = trace::read_definition(text))
        if (definition->name.empty() || !trace::parameters_in(definition->query)) std::abort();
    if (auto const prefixes = trace::read_prefixes(text)) {
        auto const written = trace::prefixes_text(*prefixes);
        auto const again = trace::read_prefixes(written);
        if (!again || trace::prefixes_text(*again) != written) std::abort();
    }
    std::string const secret(32, 's');
    Instant const now{};
    if (trace::read_token(secret, "events", text, now)) std::abort();
    trace::PageToken const token{now + std::chrono::hours{1}, std::string{text.substr(0, 1000)}};
    auto const back = trace::read_token(secret, "events", trace::write_token(secret, "events", token), now);
    if (!back || back->after != token.after || back->expires_at != token.expires_at) std::abort();
    http::Request request;
    request.headers.add("accept", text);
    (void)trace::wanted_of(request, trace::Offered::json_and_xml);
    if (trace::epcis_problem(request, {"query_parameter", std::string{text}, {}}).status != 400) std::abort();
    return 0;
}
