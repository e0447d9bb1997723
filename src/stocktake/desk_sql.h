#pragma once
#include <functional>
#include <string>

#include "kernel/clock.h"
#include "stocktake/answers_sql.h"
#include "stocktake/count_job_sql.h"
#include "store/jobs.h"
#include "store/media.h"
#include "store/pool.h"

namespace osetra::stocktake {

/// The files and jobs of flights, for routes that run on many threads at once. What it is made of must outlive it.
class FlightDesk {
public:
    FlightDesk(store::Pool& pool, store::MediaFolder& media, Clock const& clock, std::function<Uuid()> new_id)
        : m_pool(pool), m_media(media), m_clock(clock), m_new_id(std::move(new_id)) {}

    /// Where a file of the enterprise lies. Refusals: media_not_found, sha256_malformed.
    Result<std::string> path_of(Enterprise, std::string const& sha256);
    Result<ReadBytes> open(Enterprise, std::string const& sha256);
    OpenMedium opener(Enterprise enterprise) { return [this, enterprise](std::string const& sha256) { return open(enterprise, sha256); }; }
    /// Puts a job that counts the flight; `more` are further fields of its input. Refusals: model_unknown, count_going.
    Result<Uuid> count(Enterprise, FactId const& flight, std::string const& person, CountAsked const& more);
    Uuid new_id() { return m_new_id(); }

private:
    Result<store::Medium> find(Enterprise, std::string const& sha256);
    store::Pool& m_pool;
    store::MediaFolder& m_media;
    Clock const& m_clock;
    std::function<Uuid()> m_new_id;
};

} // namespace osetra::stocktake
