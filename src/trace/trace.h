#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/id.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "trace/engine/event.h"
#include "trace/engine/identifiers.h"
#include "trace/engine/query.h"

namespace osetra::store { class Db; struct Sql; }

// The repository of EPCIS events of one enterprise: what partners sent, and what our own facts tell. Others see this header only.
namespace osetra::trace {

/// Whose events these are. What we say of our own chain must be right; what others say is taken with warnings.
enum class Teller : std::uint8_t { ours, foreign };

/// How far one bad event reaches (GS1-Capture-Error-Behaviour).
enum class OnError : std::uint8_t { rollback, proceed };

/// What became of one event that was captured.
struct Captured {
    enum class Outcome : std::uint8_t { accepted, duplicate, refused };
    Outcome outcome = Outcome::accepted;
    std::string event_id;                ///< as it came, or as the repository named it (the event hash)
    std::int64_t no = 0;                 ///< its place, where accepted or duplicate
    Refusal refusal;                     ///< epcis_invalid, event_exists, and the checks of checks.h
    std::vector<Refusal> warnings;
};

/// An event as it is given out.
struct Event {
    std::int64_t no = 0;                 ///< place in the order of recording
    Instant recorded_at{}, event_at{};
    std::string event_id;
    std::optional<FactId> root;          ///< the fact that it tells of; absent: it was captured
    Node tree;                           ///< without recordTime
};

/// Where a page ended: the next one begins behind it.
struct Place {
    std::int64_t no = 0;
    std::int64_t event_at = 0;           ///< microseconds, where the order is by event time
    std::int64_t given = 0;              ///< events given out so far: eventCountLimit counts over pages
};

struct Page {
    std::vector<Event> events;
    std::optional<Place> next;           ///< absent: this was the last
};

/// Events as EPCIS gives them out: a query document with the time of recording in each event, and the namespaces that they use under the known prefixes.
Document results_of(std::vector<Event>, std::map<std::string, std::string, std::less<>> const& prefixes, Instant now);

/// One enterprise, one connection, one thread.
class Repository {
public:
    Repository(store::Db&, Enterprise);
    ~Repository();
    Repository(Repository const&) = delete;
    Repository& operator=(Repository const&) = delete;

    /// Takes the events and the master data of a document, each checked, in the transaction that the caller opened and commits.
    /// An event without a name gets its hash for one. With OnError::rollback and a refusal nothing of it may be committed.
    /// Same name, same declaration time and same hash: a duplicate and no harm; other content: refused (event_exists).
    std::vector<Captured> capture(Document const&, Teller, OnError, Instant now);
    /// What a fact tells, in the fact's own transaction. Events that are there already are left alone, so telling twice is harmless.
    void tell(FactId const& root, std::vector<Node> const& events, Instant recorded_at);
    /// The same of many facts: what is told together is written once.
    struct OfFact {
        FactId root;
        Instant recorded_at{};
        std::vector<Node> events;
    };
    void tell(std::vector<OfFact>&&);

    /// One page, at most `most` events, behind `after`. Refusal: query_too_large.
    Result<Page> events(Query const&, std::int64_t most, std::optional<Place> after = {});
    /// Original and error declaration share one name: both are given.
    std::vector<Event> by_id(std::string_view event_id);
    std::optional<Event> by_no(std::int64_t no);
    std::vector<Event> of_fact(FactId const& root);
    std::int64_t last_no();              ///< 0: empty
    std::optional<Instant> recorded_at(std::int64_t no);

    /// Top-level resources: the values met so far, in order, behind `after`.
    enum class Resource : std::uint8_t { event_types, epcs, biz_steps, biz_locations, read_points, dispositions };
    std::vector<std::string> values(Resource, std::int64_t most, std::string const& after = {});
    bool has_value(Resource, std::string_view);

    MasterData const& master_data();
    /// Vocabulary elements of the given type (empty: all) as in a document's header.
    std::vector<Node> vocabularies(std::string_view type = {});
    /// Prefixes of users' namespaces that documents declared: prefix -> uri.
    std::map<std::string, std::string, std::less<>> prefixes();
    CompanyPrefixes const& company_prefixes();   ///< those seen, and the enterprise's own

    struct Inside;                       ///< repository_sql.h
private:
    std::unique_ptr<Inside> m;
};

std::vector<store::Sql> statements();

} // namespace osetra::trace
