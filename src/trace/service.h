#pragma once
#include <functional>

#include "trace/trace.h"

// What the routes of trace use of the store while others read and write at the same time. The composition root implements it
// (app/epcis_service.h).
namespace osetra::trace {

/// A connection for the length of one call, on the thread that called. What else trace keeps is asked through `db` by classes of *_sql.h.
struct Desk {
    store::Db& db;
    Enterprise enterprise;
    Repository& events;
};

class Service {
public:
    virtual ~Service() = default;
    /// All that `see` reads is of one moment. Keep nothing of the desk; nest no calls.
    virtual void read(Enterprise, std::function<void(Desk&)> const& see) = 0;
    enum class Keep : std::uint8_t { no, yes };
    /// One transaction: on the disk when this returns, if `work` says so. Waits for other writers.
    virtual void write(Enterprise, std::function<Keep(Desk&)> const& work) = 0;

    virtual Instant now() = 0;
    virtual Uuid new_id() = 0;            ///< from any thread
    virtual void wake() = 0;              ///< a job was put: begin at once
};

} // namespace osetra::trace
