#pragma once
#include <optional>

#include "kernel/clock.h"

namespace osetra::app {

/// The real time; or, where OSETRA_NOW is set (tests, documentation), that instant standing still.
class SystemClock final : public Clock {
public:
    /// Fault where OSETRA_NOW is no instant.
    SystemClock();
    Instant now() const override;

private:
    std::optional<Instant> m_told;
};

} // namespace osetra::app
