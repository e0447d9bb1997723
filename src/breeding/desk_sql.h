#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "breeding/evaluation_job_sql.h"
#include "breeding/herd_sql.h"
#include "store/pool.h"

namespace osetra::breeding {

/// The files and jobs of breeding, for routes that run on many threads at once. What it is made of must outlive it.
class BreedingDesk {
public:
    BreedingDesk(store::Pool& pool, store::MediaFolder& media, Clock const& clock, std::function<Uuid()> new_id)
        : m_pool(pool), m_media(media), m_clock(clock), m_new_id(std::move(new_id)), m_shelf(std::make_shared<Shelf>()) {}

    /// Puts a job that evaluates the species. Refusal: evaluation_going.
    Result<Uuid> evaluate(Enterprise, std::string const& species, std::string const& person);
    std::optional<store::Job> job_of(Enterprise, std::string const& species);
    /// The values of an evaluation; the last few are remembered. Refusals: media_not_found, those of read_values().
    Result<std::shared_ptr<Values const>> values(Enterprise, Evaluated const&);
    /// The herd as the journal has it at this end (`seq`); the last of each enterprise is remembered, serves as long as nothing was told that changes it, and after that only what may have changed is read anew.
    std::shared_ptr<Herd const> herd(farm::Reader&, std::int64_t seq);
    /// Looks into the files that a fact would name: opens them, reads the first variants, and says whose the samples are. Refusals: those of open_told() and of reading.
    Result<SamplesSeen> look_at(Enterprise, GenotypesGiven const&, Herd const&);
    Result<std::string> read(Enterprise, std::string const& sha256);
    Result<std::string> keep(Enterprise, std::string const& name, std::string_view bytes, std::string const& person);   ///< its hash
    std::string company(Enterprise);             ///< its name
    Uuid new_id() { return m_new_id(); }

private:
    struct Shelf {
        std::mutex lock;
        std::map<std::string, std::shared_ptr<Values const>> values;   ///< by hash
        std::map<Enterprise, std::pair<std::int64_t, std::shared_ptr<Herd const>>> herds;
    };
    store::Pool& m_pool;
    store::MediaFolder& m_media;
    Clock const& m_clock;
    std::function<Uuid()> m_new_id;
    std::shared_ptr<Shelf> m_shelf;
};

} // namespace osetra::breeding
