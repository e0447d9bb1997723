#pragma once
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "breeding/engine/pedigree.h"
#include "breeding/facts.h"
#include "farm/branch.h"

// All animals that breeding knows, with their parents and where they are. Pure: made from rows.
namespace osetra::breeding {

struct Animal {
    std::string id, species, sex;                ///< sex: female, male or empty
    std::optional<int> born;                     ///< year
    std::string sire, dam, family;               ///< empty: not known
    std::string origin;                          ///< of broodstock
    std::string chromosomes;                     ///< of sex: ZZ, ZW, WW or empty
    bool alive = true, tagged = false;
    std::string cohort, pool, site;              ///< where it is
    std::string stage;                           ///< last seen by ultrasound
    std::optional<Instant> stage_at;
};

/// One tagged fish as the ledger keeps it.
struct FishTold {
    FishId fish;
    std::string cohort, pool;
    std::int64_t state = 0;                      ///< 0 is alive
    std::optional<std::string> sex, stage;
    std::optional<Instant> stage_at;
};
template <Is<FishTold> X> void visit_fields(X& x, auto f) {
    f("fish", x.fish.n); f("cohort", x.cohort); f("pool", x.pool); f("state", x.state); f("sex", x.sex); f("stage", x.stage); f("stage_at", x.stage_at);
}

/// A year class with the parents that were told of it as a whole.
struct CohortTold {
    std::string cohort, species, sire, dam;
    std::optional<int> born;
};

using farm::Of;

struct HerdTold {
    std::vector<FishTold> fish;
    std::vector<CohortTold> cohorts;
    std::map<std::string, std::string> site_of_pool;
    std::vector<Of<BroodfishRegistered>> broodfish;      ///< each list in the order of its times
    std::vector<Of<Spawned>> spawnings;
    std::vector<Of<FamilyMade>> families;
    std::vector<Of<FamilyHatched>> hatchings;
    std::vector<Of<ParentsFound>> parents;
    std::vector<Of<RecoveryChecked>> recoveries;
    std::vector<Of<DnaSampled>> samples;
    std::vector<Of<PedigreeCertified>> certificates;
};

class Herd {
public:
    /// Of several stories of one animal the studbook's parents hold before those found later, these before its family's cohort, that before the cohort's own parents.
    explicit Herd(HerdTold);

    std::vector<Animal> const& animals() const { return m_animals; }       ///< by id
    Animal const* find(std::string_view id) const;
    HerdTold const& told() const { return m_told; }
    Spawned const* spawning(std::string const&) const;
    FamilyMade const* family(std::string const&) const;
    std::vector<std::string> offspring(std::string const& id) const;       ///< by id
    /// Those that may be evaluated for a species: its animals, and all of the species that it is crossed of, with every ancestor.
    std::vector<PedigreeLine> lines_for(std::string const& species) const;

private:
    Animal& at(std::string const& id);

    HerdTold m_told;
    std::vector<Animal> m_animals;
    std::unordered_map<std::string, std::size_t> m_place;
    std::unordered_map<std::string, std::size_t> m_spawning, m_family;
    std::unordered_map<std::string, std::vector<std::size_t>> m_offspring;
};

/// Species of the sires and of the dams of a species: "DAUxSCH" has sires DAU and dams SCH, as on labels; a pure one both of itself.
std::pair<std::string, std::string> parent_species(std::string const& species);

/// The pedigree as `osetra breed` reads it: id,sire,dam,sex,born.
std::string pedigree_csv(std::vector<PedigreeLine> const&);

/// When a stripped female is expected to have ripe eggs again, and how she is. The interval is of the trade's experience: sterlet yearly, Siberian two years, Russian and Amur three, kaluga and beluga four [facts of farms; a guess where no
/// source tells]; a slow recovery adds half a year, a poor one a whole.
struct NextCycle {
    Instant stripped_at;
    FarmDay due;
    std::string condition;                       ///< of the last check: good | slow | poor, or empty
    std::optional<Instant> checked_at;
    bool check_due = false;                      ///< nobody has looked at her for three weeks after
    std::string spawning;
};
int interval_months(std::string const& species);
std::optional<NextCycle> next_cycle(Herd const&, std::string const& animal, Instant now, FarmOffset);

} // namespace osetra::breeding
