#pragma once
#include <optional>
#include <string>

namespace osetra::store {

/// A PostgreSQL server of this program's own, for tests and measurements: in a temporary folder, reached only through a socket
/// in it, writing durably (fsync). It starts at the first call and ends with the program, however that ends; the folder goes
/// with it. Works when run as root too: the server then runs as `postgres` or `nobody`.
class PrivatePostgres {
public:
    /// The address of a new, empty database (a schema of its own: made in a millisecond). Nothing where PostgreSQL is not
    /// installed: such a test skips and says so. Faults when it is installed but does not start. One thread at a time.
    static std::optional<std::string> fresh_database();
};

} // namespace osetra::store
