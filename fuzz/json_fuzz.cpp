#include <cstddef>
#include <cstdint>
#include <string_view>

#include "farm/import/import.h"
#include "farm/lines.h"
#include "kernel/json.h"

// Any bytes as JSON: read, and read again from what was written; as the body of every kind of fact; as a mapping.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace osetra;
    std::string_view const text{reinterpret_cast<char const*>(data), size};
    if (auto const in = JsonIn::parse(text)) {
        auto const once = in->dump();
        auto const again = JsonIn::parse(once);
        if (!again || again->dump() != once) __builtin_trap();
    }
    farm::each_kind([&]<class T>() {
        auto const body = farm::read_body(T::kind, text);
        if (!body) return;
        auto const written = to_json(std::get<T>(*body));
        if (!from_json<T>(written)) __builtin_trap();
    });
    (void)farm::read_mapping(text);
    return 0;
}
