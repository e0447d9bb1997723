#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trace/engine/identifiers.h"

// Any bytes as a GS1 name: a name that is taken has a link that is taken, with the same key, and a URN that leads back to that link.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra::trace;
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    (void)canonical_link(text);
    auto const key = match_key(text);
    auto const link = to_digital_link(text);
    if (!link) return 0;
    if (match_key(*link) != key) __builtin_trap();
    if (auto const urn = to_urn(text, {}, 7)) {
        auto const back = to_digital_link(*urn);
        if (!back || match_key(*back) != key) __builtin_trap();
    }
    return 0;
}
