#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "farm/kept_sql.h"
#include "stocktake/decide.h"
#include "store/db.h"

namespace osetra::stocktake {

/// A fact as it is kept, as long as it holds.
struct Kept {
    FactId root, flight;
    std::string kind;
    Instant happened_at;
    std::string author, body;
};
template <Is<Kept> X> void visit_fields(X& x, auto f) {
    f("root", x.root); f("flight", x.flight); f("kind", x.kind); f("happened_at", x.happened_at); f("author", x.author); f("body", x.body);
}

using farm::Of;

/// One frame that somebody went over or counted by hand.
using Frames = std::map<std::int64_t, Of<MarksCorrected>>;
using HandFrames = std::map<std::pair<std::int64_t, std::string>, Of<FlightHandCounted>>;   ///< by frame and person

/// A flight with all that was told of it.
struct FlightRecord {
    FactId flight;
    Of<FlightFlown> flown;
    std::optional<Of<FlightCounted>> counted;        ///< the last
    std::optional<Of<StocktakeSigned>> signature;
    Frames corrected;
    HandFrames hand;
};

/// What is kept of stocktakes. One enterprise, one connection, one thread.
class FlightStore {
public:
    FlightStore(store::Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {}

    void enter(Fact const&);
    void leave(FactId const& root);
    void clear();
    std::string digest();

    std::optional<FlightRecord> flight(FactId const&);
    /// All flights, the newest first, without what was told of single frames.
    std::vector<FlightRecord> all();
    /// The pool's count that a fact told and that still holds.
    std::optional<PoolCount> count(FactId const&);
    /// How many a look finds at a site: JSON; empty where nobody has calibrated it.
    std::string calibration(std::string const& site);

    void put_job(FactId const& flight, Uuid const& job);
    std::map<FactId, Uuid> jobs();                   ///< by flight
    std::optional<Uuid> job_of(FactId const& flight);

private:
    store::Db& m_db;
    Enterprise m_enterprise;
};

} // namespace osetra::stocktake
