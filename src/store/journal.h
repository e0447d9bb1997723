#pragma once
#include <span>

#include "kernel/fact.h"
#include "store/db.h"

namespace osetra::store {

/// What became of a fact that was offered to the journal.
enum class Outcome : std::uint8_t { added, duplicate };

struct Head {
    std::int64_t seq = 0;
    std::string hash;        ///< SHA-256, 32 bytes
    Instant recorded_at{};
};

/// The append-only journal of one enterprise inside an open transaction: read the head once, append any number of facts, and
/// `close()` before the commit. Numbers the facts, stamps recorded_at (each later than the last, by a microsecond at least) and chains the hashes.
class Appender {
public:
    Appender(Db&, Enterprise);
    /// Fills in seq and recorded_at. A fact whose id is there already is a duplicate and nothing happens.
    Outcome append(Fact&, Instant now);
    /// For a fact that place_of did not find.
    void append_new(Fact&, Instant now);
    /// Where the fact is in the journal already. Most are newer than all that is there, and nobody need look.
    std::optional<std::int64_t> place_of(FactId const&) const;
    void close();
    Head const& head() const { return m_head; }

private:
    Db& m_db;
    Enterprise m_enterprise;
    Head m_head;
    std::optional<FactId> m_greatest;   ///< of all ids in the journal: a greater one cannot be a duplicate
    bool m_changed = false;
};

/// SHA-256 over the hash before it and the fact's canonical bytes (every envelope field and the body, length-prefixed).
std::string chain_hash(std::string_view before, Fact const&);

Head head_of(Db&, Enterprise);
std::optional<Fact> fact_by_id(Db&, Enterprise, FactId const&);
std::optional<Fact> fact_at(Db&, Enterprise, std::int64_t seq);
/// Facts seq > after, at most `limit`, in order.
std::vector<Fact> facts_after(Db&, Enterprise, std::int64_t after, std::int64_t limit);

/// Every version of one fact, first to last made: the fact itself and all that correct or withdraw it.
std::vector<Fact> versions_of(Db&, Enterprise, FactId const& root);

/// Walks the whole chain. The refusal (chain_broken) names the first place that does not fit.
Result<Head> verify_chain(Db&, Enterprise, std::function<void(std::int64_t done, std::int64_t all)> progress = {});

std::span<Sql const> journal_statements();

} // namespace osetra::store
