#include "breeding/desk_sql.h"

#include "access/access.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

constexpr std::size_t most_values = 8;
constexpr std::size_t variants_looked_at = 1'000;

} // namespace

Result<Uuid> BreedingDesk::evaluate(Enterprise enterprise, std::string const& species, std::string const& person) {
    store::Pool::Lease db{m_pool};
    BreedingStore breeding{*db, enterprise};
    if (auto const before = breeding.job_of(species))
        if (auto const job = store::job_by_id(*db, enterprise, *before); job && (job->state == "queued" || job->state == "running"))
            return refuse("evaluation_going", "This species is being evaluated already.", "species");
    auto const id = m_new_id();
    store::put_job(*db, enterprise, id, evaluation_kind, to_json(EvaluationInput{species}), person, m_clock.now());
    breeding.put_job(species, id);
    return id;
}

std::optional<store::Job> BreedingDesk::job_of(Enterprise enterprise, std::string const& species) {
    store::Pool::Lease db{m_pool};
    auto const id = BreedingStore{*db, enterprise}.job_of(species);
    return id ? store::job_by_id(*db, enterprise, *id) : std::nullopt;
}

Result<std::string> BreedingDesk::read(Enterprise enterprise, std::string const& sha256) {
    auto const bytes = OSETRA_TRY(store::parse_sha256(sha256));
    store::Pool::Lease db{m_pool};
    auto const medium = OSETRA_TRY(m_media.find(*db, enterprise, bytes));
    return m_media.read(medium, 0, medium.size);
}

Result<SamplesSeen> BreedingDesk::look_at(Enterprise enterprise, GenotypesGiven const& told, Herd const& herd) {
    store::Pool::Lease db{m_pool};
    auto const opened = OSETRA_TRY(open_told(*db, enterprise, m_media, told, herd));
    std::vector<float> dosages;
    if (OSETRA_TRY(opened.source->read(variants_looked_at, dosages)) == 0) return refuse("genotypes_empty", "The file has no variant.", "file_sha256");
    return samples_seen(opened, herd, told.species);
}

Result<std::string> BreedingDesk::keep(Enterprise enterprise, std::string const& name, std::string_view bytes, std::string const& person) {
    store::Pool::Lease db{m_pool};
    auto const medium = OSETRA_TRY(m_media.keep(*db, enterprise, name, bytes, person, m_clock.now()));
    return store::sha256_text(medium.sha256);
}

Result<std::shared_ptr<Values const>> BreedingDesk::values(Enterprise enterprise, Evaluated const& evaluated) {
    {
        std::lock_guard const hold{m_shelf->lock};
        if (auto const found = m_shelf->values.find(evaluated.values_sha256); found != m_shelf->values.end()) return found->second;
    }
    auto const csv = OSETRA_TRY(read(enterprise, evaluated.values_sha256));
    auto const summary = OSETRA_TRY(read(enterprise, evaluated.summary_sha256));
    std::shared_ptr<Values const> const values = std::make_shared<Values>(OSETRA_TRY(read_values(csv, summary)));
    std::lock_guard const hold{m_shelf->lock};
    if (m_shelf->values.size() >= most_values) m_shelf->values.clear();
    m_shelf->values[evaluated.values_sha256] = values;
    return values;
}

std::string BreedingDesk::company(Enterprise enterprise) {
    store::Pool::Lease db{m_pool};
    return access::name_of(*db, enterprise);
}

std::shared_ptr<Herd const> BreedingDesk::herd(farm::Reader& reader, std::int64_t seq) {
    std::pair<std::int64_t, std::shared_ptr<Herd const>> before;
    {
        std::lock_guard const hold{m_shelf->lock};
        if (auto const found = m_shelf->herds.find(reader.enterprise()); found != m_shelf->herds.end()) before = found->second;
    }
    if (before.second && before.first == seq) return before.second;
    BreedingStore store{reader.db(), reader.enterprise()};
    std::shared_ptr<Herd const> herd;
    if (before.second && before.first < seq) {
        auto const changed = store.herd_kinds_since(before.first);
        herd = changed.empty() ? before.second : std::make_shared<Herd const>(store.herd(reader, &before.second->told(), changed));
    } else {
        herd = std::make_shared<Herd const>(store.herd(reader));
    }
    std::lock_guard const hold{m_shelf->lock};
    m_shelf->herds[reader.enterprise()] = {seq, herd};
    return herd;
}

} // namespace osetra::breeding
