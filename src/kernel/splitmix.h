#pragma once
#include <cstdint>

namespace osetra {

/// The next number of a sequence that any seed begins, the same on every machine (Steele, Lea and Flood, OOPSLA 2014). Not for secrets.
inline std::uint64_t splitmix64(std::uint64_t& state) {
    auto z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

} // namespace osetra
