#include <cstddef>
#include <cstdint>

#include "breeding/engine/formula.h"

// Any text as the formula of a model: refused with the character, or it has a trait and a term, each with a name of its own.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const formula = osetra::breeding::Formula::parse({reinterpret_cast<char const*>(data), size});
    if (!formula) { if (formula.error().code.empty() || formula.error().message.empty()) __builtin_trap(); return 0; }
    if (formula->traits.empty() || formula->terms.empty()) __builtin_trap();
    for (auto const& term : formula->terms) if (term.name().empty()) __builtin_trap();
    return 0;
}
