#pragma once
#include <functional>
#include <string>
#include <vector>

#include "farm/ledger_sql.h"
#include "farm/reader_sql.h"
#include "kernel/json.h"

// What routes use of the farm while others read and write at the same time. The composition root implements it (app/service.h).
namespace osetra::farm {

class Service {
public:
    virtual ~Service() = default;

    /// Calls `see` once, on this thread, before it returns. All that the reader is asked comes from one moment of the journal, which
    /// holds every fact acknowledged before the call. The reader belongs to the thread: keep nothing of it, and nest no reads.
    virtual void read(Enterprise, std::function<void(Reader&)> const& see) = 0;
    /// The end of the journal at that moment. Only inside `see`, on its thread: a cache of answers is as old as this.
    virtual std::int64_t seq() = 0;

    /// Calls back exactly once, on the writer's thread, when the facts are on the disk. Facts of many callers share a transaction,
    /// but none is refused or lost for another's sake. Refusals: busy (nothing was taken; ask again later) and fault (it is not known
    /// whether they were taken: the same ids may be sent again). The callback must not block.
    using Recorded = std::function<void(Result<std::vector<Told>>)>;
    virtual void record(Enterprise, std::vector<Fact>, Trust, Ledger::Together, Recorded) = 0;

    /// Runs `work` on the writer's thread between two transactions and returns when it has ended; for what is written beside facts
    /// (tasks, imports). Listeners hear of the facts it recorded. What it throws is thrown here. Not from the writer's thread.
    virtual void work(Enterprise, std::function<void(Ledger&)> const& work) = 0;

    virtual Instant now() = 0;
    virtual FactId new_id() = 0;                       ///< from any thread
    virtual Pack const& pack() = 0;
    virtual FarmOffset offset(Enterprise) = 0;
    virtual bool simulated(Enterprise) = 0;            ///< the demo company
    /// To everybody of the enterprise who listens: an event word and its JSON.
    virtual void tell(Enterprise, std::string event, std::string data) = 0;
};

/// A fact that a person tells now of `when`.
template <class T> Fact fact_of(Service& service, std::string const& author, T const& body, Instant when) {
    return fact_of(service.new_id(), author, when, body);
}
/// All of them or none. Refusals: that of the first that may not be told.
Result<Done> record_together(Service&, Enterprise, std::vector<Fact>);

} // namespace osetra::farm
