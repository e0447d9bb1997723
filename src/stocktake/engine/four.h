#pragma once
#include <cstring>

namespace osetra::stocktake {

/// Four numbers at once, as every processor we build for takes them.
using Four = float __attribute__((vector_size(16)));

inline Four load(float const* p) {
    Four v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

} // namespace osetra::stocktake
