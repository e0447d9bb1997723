#include "stocktake/desk_sql.h"

#include <algorithm>

#include "kernel/json.h"

namespace osetra::stocktake {
namespace {

bool is_model_name(std::string_view text) {
    auto const plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), plain);
}

} // namespace

Result<store::Medium> FlightDesk::find(Enterprise enterprise, std::string const& sha256) {
    auto const bytes = OSETRA_TRY(store::parse_sha256(sha256));
    store::Pool::Lease db{m_pool};
    return m_media.find(*db, enterprise, bytes);
}

Result<std::string> FlightDesk::path_of(Enterprise enterprise, std::string const& sha256) {
    auto const medium = OSETRA_TRY(find(enterprise, sha256));
    return m_media.path_of(medium.sha256).string();
}

Result<ReadBytes> FlightDesk::open(Enterprise enterprise, std::string const& sha256) {
    auto const medium = OSETRA_TRY(find(enterprise, sha256));
    return ReadBytes{[this, medium](std::int64_t offset, std::int64_t bytes) { return m_media.read(medium, offset, bytes); }};
}

Result<Uuid> FlightDesk::count(Enterprise enterprise, FactId const& flight, std::string const& person, CountAsked const& more) {
    if (more.model && !is_model_name(*more.model)) return refuse("model_unknown", "A model is named by small letters, digits and underscores, like \"open\".", "model");   // not a file of the server
    store::Pool::Lease db{m_pool};
    FlightStore flights{*db, enterprise};
    if (auto const before = flights.job_of(flight))
        if (auto const job = store::job_by_id(*db, enterprise, *before); job && (job->state == "queued" || job->state == "running"))
            return refuse("count_going", "This flight is being counted already. Cancel that first.", "flight");
    auto const id = m_new_id();
    store::put_job(*db, enterprise, id, count_flight_kind, to_json(CountInput{flight, more.model, more.every, more.tolerance}), person, m_clock.now());
    flights.put_job(flight, id);
    return id;
}

} // namespace osetra::stocktake
