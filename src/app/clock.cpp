#include "app/clock.h"

#include <cstdlib>

#include "kernel/fault.h"

namespace osetra::app {

SystemClock::SystemClock() {
    auto const* told = std::getenv("OSETRA_NOW");
    if (!told || !*told) return;
    auto const at = parse_instant(told, {});
    if (!at) throw Fault("OSETRA_NOW is \"" + std::string{told} + "\", which is no instant: " + at.error().message);
    m_told = *at;
}

Instant SystemClock::now() const {
    return m_told ? *m_told : std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
}

} // namespace osetra::app
