#include "breeding/evaluation_job_sql.h"

#include <chrono>
#include <fmt/core.h>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "access/access.h"
#include "breeding/herd_sql.h"
#include "farm/ledger_sql.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

/// Measurements of a species, also of animals that several sources tell of.
std::vector<TraitRecord> records_of(store::Task& task, EvaluationParts const& parts, farm::Reader& reader, Herd const& herd, std::string const& species) {
    auto all = BreedingStore{task.db(), task.enterprise()}.ledger_traits(reader, herd, species);
    for (auto const& source : parts.sources)
        for (auto& r : source(task.db(), task.enterprise(), reader.offset())) {
            auto const* a = herd.find(r.animal);
            if (!a || a->species != species) continue;
            if (r.sex.empty()) r.sex = a->sex;
            all.push_back(std::move(r));
        }
    return all;
}

Result<FactId> tell(store::Task& task, EvaluationParts const& parts, farm::Ledger& ledger, Evaluated const& evaluated) {
    auto const now = parts.clock.now();
    Fact fact;
    UuidMaker ids{std::random_device{}()};
    fact.id = ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    fact.kind = Evaluated::kind;
    fact.happened_at = now;
    fact.author = "job:" + task.job().person;
    fact.body = to_json(evaluated);
    auto const id = fact.id;
    auto const told = ledger.record({std::move(fact)}, farm::Trust::checked, now);
    if (told.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(told.front().refusal);
    return id;
}

} // namespace

Result<GenotypesTold> open_told(store::Db& db, Enterprise enterprise, store::MediaFolder& media, GenotypesGiven const& told, Herd const& herd) {
    auto const open = [&](std::string const& text) -> Result<std::unique_ptr<std::istream>> {
        auto const sha256 = OSETRA_TRY(store::parse_sha256(text));
        auto const medium = OSETRA_TRY(media.find(db, enterprise, sha256));
        auto in = std::make_unique<std::ifstream>(media.path_of(medium.sha256), std::ios::binary);
        if (!*in) return refuse("media_not_found", fmt::format("The file {} cannot be read.", medium.name), "file_sha256");
        return in;
    };
    GenotypesTold out;
    out.file = told.panel;
    auto file = OSETRA_TRY(open(told.file_sha256));
    if (told.format == "plink") {
        auto const bim = OSETRA_TRY(open(told.bim_sha256.value_or("")));
        auto const fam = OSETRA_TRY(open(told.fam_sha256.value_or("")));
        out.source = OSETRA_TRY(plink_genotypes(std::move(file), *bim, *fam, told.panel));
    } else if (told.format == "vcf") {
        out.source = OSETRA_TRY(vcf_genotypes(std::move(file), told.panel));
    } else {
        std::ostringstream bytes;
        bytes << file->rdbuf();
        out.source = OSETRA_TRY(table_genotypes(std::move(bytes).str(), told.panel));
    }
    std::set<std::string> const in_file{out.source->ids().begin(), out.source->ids().end()};
    for (auto const& s : herd.told().samples) {
        if (!in_file.contains(s.body.sample)) continue;
        auto const [found, is_new] = out.animal_of.emplace(s.body.sample, s.body.animal);
        if (!is_new && found->second != s.body.animal)
            return refuse("sample_of_two", fmt::format("The sample {} was told of {} and of {}: take one of them back.", s.body.sample, found->second, s.body.animal), "file_sha256");
    }
    return out;
}

SamplesSeen samples_seen(GenotypesTold const& told, Herd const& herd, std::string const& species) {
    SamplesSeen out;
    std::set<std::string> wanted;
    for (auto const& line : herd.lines_for(species)) wanted.insert(line.id);
    for (auto const& id : told.source->ids()) {
        ++out.samples;
        auto const found = told.animal_of.find(id);
        auto const& animal = found == told.animal_of.end() ? id : found->second;
        if (wanted.contains(animal)) ++out.of_species;
        else if (!herd.find(animal)) out.unknown.push_back(id);
    }
    return out;
}

std::string samples_csv(GenotypesTold const& told) {
    std::string out = "sample,animal\n";
    for (auto const& [sample, animal] : told.animal_of) out += fmt::format("{},{}\n", sample, animal);
    return out;
}

Result<std::string> evaluate_species(store::Task& task, EvaluationParts const& parts) {
    auto const ask = OSETRA_TRY(from_json<EvaluationInput>(task.input()));
    if (!parts.pack.find_species(ask.species)) return refuse("species_not_found", fmt::format("The pack has no species \"{}\".", ask.species), "species");
    auto const record = access::enterprise_of(task.db(), task.enterprise());
    if (!record) return refuse("enterprise_not_found", "There is no such enterprise.");
    farm::Ledger ledger{task.db(), parts.pack, task.enterprise(), {std::chrono::minutes{record->offset_minutes}}, parts.branches};
    if (!task.report(0, "pedigree and records")) return refuse("cancelled", "Cancelled.");
    Herd const herd{BreedingStore{task.db(), task.enterprise()}.herd(ledger.reader())};
    auto const lines = herd.lines_for(ask.species);
    if (lines.empty()) return refuse("animals_none", fmt::format("There is no animal of {} to evaluate: tag fish, or register the broodstock.", ask.species), "species");
    auto const pedigree = pedigree_csv(lines);
    auto const records = records_csv(records_of(task, parts, ledger.reader(), herd, ask.species));
    auto const given = BreedingStore{task.db(), task.enterprise()}.genotypes(ask.species);
    std::optional<GenotypesTold> genotypes;
    if (given) genotypes = OSETRA_TRY(open_told(task.db(), task.enterprise(), parts.media, given->body, herd));
    auto const values = OSETRA_TRY(evaluate(pedigree, records, [&](double share, std::string const& trait) { return task.report(0.1 + 0.85 * share, trait); }, genotypes ? &*genotypes : nullptr));

    auto const now = parts.clock.now();
    auto const stem = fmt::format("{}-{}", ask.species, text_of(farm_day(now, ledger.reader().offset())));
    auto const keep = [&](std::string const& name, std::string_view bytes) -> Result<std::string> {
        auto const medium = OSETRA_TRY(parts.media.keep(task.db(), task.enterprise(), name, bytes, task.job().person, now));
        return store::sha256_text(medium.sha256);
    };
    Evaluated fact;
    fact.species = ask.species;
    fact.version = parts.version;
    fact.pedigree_sha256 = OSETRA_TRY(keep(stem + ".pedigree.csv", pedigree));
    fact.records_sha256 = OSETRA_TRY(keep(stem + ".records.csv", records));
    fact.values_sha256 = OSETRA_TRY(keep(stem + ".values.csv", values_csv(values)));
    fact.summary_sha256 = OSETRA_TRY(keep(stem + ".summary.json", summary_json(values)));
    fact.animals = std::ssize(values.id);
    for (auto const& f : values.fits) fact.records += f.records;
    fact.traits = values.traits;
    if (genotypes) {
        fact.genotypes = given->root;
        fact.samples_sha256 = OSETRA_TRY(keep(stem + ".samples.csv", samples_csv(*genotypes)));
    }
    auto const id = OSETRA_TRY(tell(task, parts, ledger, fact));
    JsonOut out;
    out.begin_object();
    out.value("evaluation", id);
    out.value("animals", fact.animals);
    out.value("records", fact.records);
    out.value("traits", fact.traits);
    out.end_object();
    return out.take();
}

} // namespace osetra::breeding
