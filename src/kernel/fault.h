#pragma once
#include <stdexcept>

namespace osetra {

/// The world broke: disk, lock, network, damaged file. Thrown by adapters, caught in three places only:
/// the request loop, the command line's main and the job loop.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace osetra
