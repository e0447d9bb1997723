#include "breeding/herd_sql.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <set>
#include <unordered_map>

#include "breeding/breeding.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

using store::arg;

enum Name : std::size_t { put_job_, job_, fish_of_cohort, one_fish, one_cohort, measured, kinds_since };
#define OSETRA_FISH_TOLD "fish, cohort, pool, state, sex, stage, stage_at"
constexpr std::array sql{
    store::Sql{"breed.put_job", "INSERT INTO breed_job (enterprise, species, job) VALUES (:enterprise, :species, :job) ON CONFLICT (enterprise, species) DO UPDATE SET job = excluded.job"},
    store::Sql{"breed.job", "SELECT job FROM breed_job WHERE enterprise = :enterprise AND species = :species"},
    store::Sql{"breed.fish_of_cohort", "SELECT " OSETRA_FISH_TOLD " FROM fish WHERE enterprise = :enterprise AND cohort = :cohort ORDER BY fish"},
    store::Sql{"breed.one_fish", "SELECT " OSETRA_FISH_TOLD " FROM fish WHERE enterprise = :enterprise AND fish = :fish"},
    store::Sql{"breed.one_cohort", "SELECT cohort FROM cohort WHERE enterprise = :enterprise AND cohort = :cohort"},
    store::Sql{"breed.measured", "SELECT l.fish, l.happened_at, s.pool, l.weight_mg, l.stage, f.sex FROM fish AS f JOIN fish_line AS l ON l.enterprise = :enterprise AND l.fish = f.fish AND "
                                 "l.superseded_at IS NULL AND (l.weight_mg IS NOT NULL OR l.stage IS NOT NULL) JOIN stay AS s ON s.enterprise = :enterprise AND s.fish = l.fish AND "
                                 "s.from_at <= l.happened_at AND s.to_at > l.happened_at WHERE f.enterprise = :enterprise AND f.cohort = :cohort ORDER BY l.fish, l.happened_at"},
    store::Sql{"breed.kinds_since", "SELECT DISTINCT kind FROM fact WHERE enterprise = :enterprise AND seq > :seq"},
};

struct JobRow { Uuid job; };
template <Is<JobRow> X> void visit_fields(X& x, auto f) { f("job", x.job); }
struct KindRow { std::string kind; };
template <Is<KindRow> X> void visit_fields(X& x, auto f) { f("kind", x.kind); }
struct CohortRow { std::string cohort; };
template <Is<CohortRow> X> void visit_fields(X& x, auto f) { f("cohort", x.cohort); }
struct MeasuredRow {
    FishId fish;
    Instant happened_at;
    std::string pool;
    std::optional<std::int64_t> weight_mg;
    std::optional<std::string> stage, sex;
};
template <Is<MeasuredRow> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish.n); f("happened_at", x.happened_at); f("pool", x.pool); f("weight_mg", x.weight_mg); f("stage", x.stage); f("sex", x.sex);
}

farm::KeptTable const& table() {
    static farm::KeptTable const made{"breed"};
    return made;
}

} // namespace

BreedingStore::BreedingStore(store::Db& db, Enterprise enterprise) : KeptFacts(db, enterprise, table()) {}

void BreedingStore::enter(Fact const& fact) { KeptFacts::enter(fact, name_of(body_of(fact.kind, fact.body))); }

std::optional<Of<Evaluated>> BreedingStore::evaluation(std::string const& species) {
    auto all = named<Evaluated>(species);
    return all.empty() ? std::nullopt : std::optional{std::move(all.back())};
}

std::optional<Of<GenotypesGiven>> BreedingStore::genotypes(std::string const& species) {
    auto all = named<GenotypesGiven>(species);
    return all.empty() ? std::nullopt : std::optional{std::move(all.back())};
}

std::optional<FishTold> BreedingStore::fish(FishId id) { return m_db.row<FishTold>(sql[one_fish], arg("enterprise", m_enterprise), arg("fish", id.n)); }

bool BreedingStore::knows_cohort(std::string const& cohort) { return m_db.row<CohortRow>(sql[one_cohort], arg("enterprise", m_enterprise), arg("cohort", cohort)).has_value(); }

void BreedingStore::put_job(std::string const& species, Uuid const& job) { m_db.run(sql[put_job_], arg("enterprise", m_enterprise), arg("species", species), arg("job", job)); }

std::optional<Uuid> BreedingStore::job_of(std::string const& species) {
    auto const row = m_db.row<JobRow>(sql[job_], arg("enterprise", m_enterprise), arg("species", species));
    return row ? std::optional{row->job} : std::nullopt;
}

std::set<std::string> BreedingStore::herd_kinds_since(std::int64_t seq) {
    // whoever adds a kind need not know of this: one that is not here is taken for one that changes a herd
    static std::set<std::string> const quiet{"feed", "water", "weigh", "count", "treat", "growth", "salt", "tin", "repack", "case", "party", "permit", "ship", "harvest_order", "material", "material_used", "check", "loss", "sample", "flight_flown", "flight_counted",
                                             "flight_hand_counted", "marks_corrected", "stocktake_signed", "taster", "tasting", "tasting_answer", "tasting_closed", "review", "load", "sizer_count", "sort_start", "sort_end", "cartons", "pallet", "pallet_ship", "lot_received", "blend_plan", "blend", "goods_out", "maturity_sample", "maturity_gate", "lot_grade", "grade_score", "tray_photo", "grade_price", "hold", "hold_decision", "hold_agreement", "lab_sample", "test_result", "input", "input_use", EggsSampled::kind, GenotypesGiven::kind,
                                             VarietyRegistered::kind, TrialMeasured::kind, Evaluated::kind, MatingsPlanned::kind, MatingsSigned::kind};
    std::set<std::string> out;
    m_db.each<KindRow>(sql[kinds_since], [&](KindRow&& row) { if (!quiet.contains(row.kind)) out.insert(std::move(row.kind)); }, arg("enterprise", m_enterprise), arg("seq", seq));
    return out;
}

HerdTold BreedingStore::herd(farm::Reader& reader, HerdTold const* before, std::set<std::string> const& changed) {
    HerdTold told;
    std::set<std::string> others = changed;      // not of breeding: they may touch any fish
    auto const take = [&]<class T>(std::vector<Of<T>> HerdTold::* list) {
        others.erase(T::kind);
        told.*list = before && !changed.contains(T::kind) ? before->*list : all<T>();
    };
    take(&HerdTold::broodfish);
    take(&HerdTold::spawnings);
    take(&HerdTold::families);
    take(&HerdTold::hatchings);
    take(&HerdTold::parents);
    take(&HerdTold::recoveries);
    take(&HerdTold::samples);
    take(&HerdTold::certificates);
    if (before && others.empty()) {
        told.fish = before->fish;
        told.cohorts = before->cohorts;
        told.site_of_pool = before->site_of_pool;
        return told;
    }
    for (auto const& c : reader.cohorts()) {
        m_db.each<FishTold>(sql[fish_of_cohort], [&](FishTold&& row) { told.fish.push_back(std::move(row)); }, arg("enterprise", m_enterprise), arg("cohort", c.cohort));
        told.cohorts.push_back({c.cohort.text, c.species, c.sire.value_or(""), c.dam.value_or(""), c.year_class > 0 ? std::optional{static_cast<int>(c.year_class)} : std::nullopt});
    }
    for (auto const& p : reader.pools()) told.site_of_pool.emplace(p.pool.text, p.site.text);
    return told;
}

std::vector<TraitRecord> BreedingStore::ledger_traits(farm::Reader& reader, Herd const& herd, std::string const& species) {
    std::vector<TraitRecord> out;
    for (auto const& cohort : reader.cohorts()) {
        if (cohort.species != species) continue;
        FishId ripe_seen{};
        m_db.each<MeasuredRow>(sql[measured], [&](MeasuredRow&& row) {
            auto const day = farm_day(row.happened_at, reader.offset());
            auto const animal = pit_tag_text(row.fish);
            auto const sex = row.sex && *row.sex != "unknown" ? *row.sex : std::string{};
            if (row.weight_mg && *row.weight_mg > 0)
                out.push_back({animal, "weight", 100 * std::log(static_cast<double>(*row.weight_mg) / 1000), day, fmt::format("{}|{}|{}", cohort.cohort.text, row.pool, text_of(day)), sex});
            auto const* stage = row.stage ? reader.pack().find_maturity(*row.stage) : nullptr;
            if (stage && stage->ripe && ripe_seen != row.fish && cohort.hatched_on) {
                ripe_seen = row.fish;
                out.push_back({animal, "ripe_age", static_cast<double>(day - *cohort.hatched_on) / 365.25, day, cohort.cohort.text, sex});
            }
        }, arg("enterprise", m_enterprise), arg("cohort", cohort.cohort));
    }
    std::unordered_map<std::string, FarmDay> hatched;
    for (auto const& cohort : reader.cohorts())
        if (cohort.species == species && cohort.hatched_on) hatched.emplace(cohort.cohort.text, *cohort.hatched_on);
    for (auto const& f : herd.told().fish) {   // of the fish of one year class, who are alike in how long they have been watched
        auto const born = hatched.find(f.cohort);
        if (born == hatched.end()) continue;
        auto const animal = pit_tag_text(f.fish);
        auto const sex = f.sex && *f.sex != "unknown" ? *f.sex : std::string{};
        auto const went = static_cast<farm::Went>(f.state);
        if (went != farm::Went::escaped) out.push_back({animal, "survival", went == farm::Went::died ? 0.0 : 1.0, born->second, f.cohort, sex});
        if (!sex.empty()) out.push_back({animal, "female", sex == "female" ? 1.0 : 0.0, born->second, f.cohort, sex});
    }
    for (auto const& e : all<EggsSampled>()) {
        auto const* a = herd.find(e.body.animal);
        if (!a || a->species != species) continue;
        auto const day = farm_day(e.at, reader.offset());
        auto const add = [&](char const* trait, std::optional<std::int64_t> v, double per) {
            if (v) out.push_back({e.body.animal, trait, static_cast<double>(*v) / per, day, text_of(day).substr(0, 7), a->sex});
        };
        add("egg", e.body.egg_um, 1000);
        add("colour", e.body.colour, 1);
        add("firmness", e.body.firmness, 1);
    }
    return out;
}

std::vector<store::Sql> statements() { return table().with(sql); }

} // namespace osetra::breeding
