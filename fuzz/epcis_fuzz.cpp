#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trace/engine/hash.h"
#include "trace/engine/spelling.h"
#include "trace/engine/validate.h"

// Any bytes as an EPCIS document in JSON or XML: what is read must be written so that it reads again, and XML made of it reads again.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::trace;
    Limits limits;
    limits.events = 100;
    auto document = read_epcis({reinterpret_cast<char const*>(data), size}, limits);
    if (!document) return 0;
    (void)event_hashes(*document);
    (void)validate(*document);
    if (auto const xml = write_xml(*document); xml && !read_xml(*xml)) __builtin_trap();
    spell(*document, EpcFormat::always_epc_urn, prefixes_seen(*document));
    (void)write_json(*document);
    return 0;
}
