#pragma once
#include "kernel/time.h"

namespace osetra {

/// What time it is. Only the composition root makes the real one; tests and the demo company turn the hands themselves.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class HandClock final : public Clock {
public:
    explicit HandClock(Instant start) : m_now(start) {}
    Instant now() const override { return m_now; }
    void set(Instant t) { m_now = t; }
    void pass(Microseconds time) { m_now += time; }

private:
    Instant m_now;
};

} // namespace osetra
