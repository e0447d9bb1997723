#pragma once
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "store/db.h"

namespace osetra::store {

/// Connections that threads take turns with; as many as are in use at once.
class Pool {
public:
    explicit Pool(std::function<std::unique_ptr<Db>()> open) : m_open(std::move(open)) {}

    /// A connection for as long as this lives. One on which something broke is not used again.
    class Lease {
    public:
        explicit Lease(Pool& pool) : m_pool(pool), m_db(pool.take()) {}
        ~Lease() { if (std::uncaught_exceptions() == m_before) m_pool.give(std::move(m_db)); }
        Lease(Lease const&) = delete;
        Lease& operator=(Lease const&) = delete;
        Db& operator*() { return *m_db; }

    private:
        Pool& m_pool;
        std::unique_ptr<Db> m_db;
        int m_before = std::uncaught_exceptions();
    };

private:
    std::unique_ptr<Db> take() {
        {
            std::lock_guard const hold{m_lock};
            if (!m_free.empty()) {
                auto db = std::move(m_free.back());
                m_free.pop_back();
                return db;
            }
        }
        return m_open();
    }
    void give(std::unique_ptr<Db> db) {
        std::lock_guard const hold{m_lock};
        m_free.push_back(std::move(db));
    }

    std::function<std::unique_ptr<Db>()> m_open;
    std::mutex m_lock;
    std::vector<std::unique_ptr<Db>> m_free;
};

} // namespace osetra::store
