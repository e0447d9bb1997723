#pragma once
#include <functional>
#include <mutex>

namespace osetra::app {

/// Rung by those who add something, heard by whoever waits for it. Outlives both; any thread may ring.
class Bell {
public:
    void ring() {
        std::lock_guard const hold{m_lock};
        if (m_answer) m_answer();
    }

    /// Answers for as long as it lives. One at a time.
    class Ear {
    public:
        Ear(Bell& bell, std::function<void()> answer) : m_bell(bell) {
            std::lock_guard const hold{m_bell.m_lock};
            m_bell.m_answer = std::move(answer);
        }
        ~Ear() {
            std::lock_guard const hold{m_bell.m_lock};
            m_bell.m_answer = {};
        }
        Ear(Ear const&) = delete;
        Ear& operator=(Ear const&) = delete;

    private:
        Bell& m_bell;
    };

private:
    std::mutex m_lock;
    std::function<void()> m_answer;
};

} // namespace osetra::app
