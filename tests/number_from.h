#pragma once
#include <cstdint>
#include <cstdlib>

namespace osetra {

/// A number that whoever runs the tests has set, such as OSETRA_ROUNDS.
inline std::uint64_t number_from(char const* name, std::uint64_t otherwise) {
    auto const* told = std::getenv(name);
    return told ? std::strtoull(told, nullptr, 10) : otherwise;
}

} // namespace osetra
