#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/clock.h"
#include "trace/trace.h"

namespace osetra::store { class Task; }

// What EPCIS's interface keeps beside the events: captures that are done by a worker, named queries, page tokens.
namespace osetra::trace {

using PrefixMap = std::map<std::string, std::string, std::less<>>;   ///< prefix -> uri

/// A document that somebody sent, and what became of it.
struct Capture {
    Uuid capture;
    std::string person;
    std::string content;                  ///< json or xml
    Teller teller = Teller::foreign;
    OnError on_error = OnError::rollback;
    std::int64_t events = 0;              ///< in the document
    Instant created_at{};
    std::optional<Instant> finished_at;   ///< absent: it waits, or is being done
    std::optional<bool> success;
    std::int64_t accepted = 0, duplicates = 0, refused = 0;
    std::string outcomes;                 ///< JSON: an object for each event, in the order of the document
    std::optional<Refusal> failed;        ///< it ended without an outcome: the worker failed, or somebody cancelled the job
};

/// Keeps the document and puts the job that captures it. In the caller's transaction. Refusal: busy, where too many wait already.
Result<Done> put_capture(store::Db&, Enterprise, Capture const&, std::string const& document);
std::optional<Capture> capture_by_id(store::Db&, Enterprise, Uuid const&);
/// Newest first, those before `before`; with their outcomes only where something went wrong.
std::vector<Capture> captures(store::Db&, Enterprise, std::int64_t most, std::optional<Uuid> before = {});
/// What a worker does with a job of the kind "capture": events and outcome are one transaction, so a job that is begun again after the
/// machine stopped does not capture twice.
Result<std::string> do_capture(store::Task&, Clock const&);

/// Documents go whose jobs were forgotten before they were done.
void forget_documents(store::Db&, Enterprise);

/// One event's outcome as the API shows it; `kept`: what was accepted stays.
std::string outcome_json(std::size_t index, Captured const&, bool kept);

struct NamedQuery {
    std::string name;
    std::string query;                    ///< JSON: EPCIS's parameters by name
    PrefixMap prefixes;                   ///< of the extensions that it asks for
    std::string person;
    Instant created_at{};
};

/// Refusal: query_exists.
Result<Done> add_query(store::Db&, Enterprise, NamedQuery const&);
std::optional<NamedQuery> query_by_name(store::Db&, Enterprise, std::string const& name);
/// By name, those behind `after`.
std::vector<NamedQuery> queries(store::Db&, Enterprise, std::int64_t most, std::string const& after = {});
/// False: there was none.
bool drop_query(store::Db&, Enterprise, std::string const& name);

/// What the enterprise's page tokens are signed with; made at the first call. In the caller's transaction.
std::string page_secret(store::Db&, Enterprise);
/// \pre the token is ours. Also forgets those that have expired.
void revoke_token(store::Db&, Enterprise, std::string const& digest, Instant expires_at, Instant now);
bool is_revoked(store::Db&, Enterprise, std::string const& digest);

std::vector<store::Sql> rest_statements();

} // namespace osetra::trace
