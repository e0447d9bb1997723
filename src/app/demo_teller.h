#pragma once
#include "farm/branch.h"
#include "farm/ledger_sql.h"

namespace osetra::app::demo {

/// Tells what happened so long before now, and counts what was taken.
class Teller {
public:
    /// \pre `ids` differs from that of every other teller of the company
    Teller(farm::Ledger& ledger, std::string author, Instant now, std::uint64_t ids) : m_ledger(ledger), m_author(std::move(author)), m_now(now), m_ids(ids) {}

    template <class T> bool tell(T const& body, std::chrono::seconds before) {
        auto fact = farm::fact_of(m_ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(m_now.time_since_epoch()).count()), m_author, m_now - before, body);
        auto const taken = m_ledger.record({std::move(fact)}, farm::Trust::checked, m_now).front().outcome == farm::Told::Outcome::accepted;
        m_told += taken ? 1 : 0;
        return taken;
    }
    std::int64_t told() const { return m_told; }

private:
    farm::Ledger& m_ledger;
    std::string m_author;
    Instant m_now;
    UuidMaker m_ids;
    std::int64_t m_told = 0;
};

} // namespace osetra::app::demo
