#pragma once
#include <functional>

#include "kernel/clock.h"
#include "store/pool.h"
#include "trace/service.h"

namespace osetra::app {

/// The events of a running server, on connections that requests take turns with.
class EpcisService final : public trace::Service {
public:
    EpcisService(store::Pool& pool, Clock const& clock, std::function<Uuid()> new_id, std::function<void()> wake, std::function<void()> written = {})
        : m_pool(pool), m_clock(clock), m_new_id(std::move(new_id)), m_wake(std::move(wake)), m_written(std::move(written)) {}

    void read(Enterprise, std::function<void(trace::Desk&)> const& see) override;
    void write(Enterprise, std::function<Keep(trace::Desk&)> const& work) override;
    Instant now() override { return m_clock.now(); }
    Uuid new_id() override { return m_new_id(); }
    void wake() override { if (m_wake) m_wake(); }

private:
    store::Pool& m_pool;
    Clock const& m_clock;
    std::function<Uuid()> m_new_id;
    std::function<void()> m_wake, m_written;
};

} // namespace osetra::app
