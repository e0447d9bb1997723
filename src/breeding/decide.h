#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "breeding/facts.h"
#include "kernel/fact.h"
#include "kernel/result.h"

// Whether a fact of breeding may be taken. Pure: what is there already comes through `Studbook`.
namespace osetra::breeding {

using FactBody = std::variant<BroodfishRegistered, Spawned, FamilyMade, FamilyHatched, ParentsFound, EggsSampled, RecoveryChecked, DnaSampled, GenotypesGiven, VarietyRegistered, TrialMeasured,
                              Evaluated, MatingsPlanned, MatingsSigned, PedigreeCertified>;
/// \pre the kind is one of breeding's and the text was read strictly
FactBody body_of(std::string_view kind, std::string_view json);

/// By what name later facts find this one: that of an animal, a spawning, a family; of a signature its plan's id; else empty.
std::string name_of(FactBody const&);
/// Animals that a fact speaks of, each once.
std::vector<std::string> animals_of(FactBody const&);

/// What a decision has to know.
class Studbook {
public:
    virtual ~Studbook() = default;
    virtual bool knows_site(SiteId const&) = 0;
    virtual bool knows_pool(PoolId const&) = 0;
    virtual bool knows_cohort(CohortId const&) = 0;
    virtual bool knows_species(std::string const&) = 0;
    /// A tag of the ledger or a name of the studbook.
    virtual bool knows_animal(std::string const&) = 0;
    virtual std::string sex_of(std::string const& animal) = 0;   ///< female, male, or empty: not told
    virtual bool is_alive(std::string const& animal) = 0;
    virtual bool has_medium(std::string const& sha256) = 0;      ///< of this enterprise
    virtual std::optional<Spawned> spawning(std::string const&) = 0;
    virtual std::optional<FamilyMade> family(std::string const&) = 0;
    virtual bool knows_variety(std::string const&) = 0;
    virtual bool knows_certificate(std::string const&) = 0;
    virtual bool knows_evaluation(FactId const&) = 0;
    virtual std::optional<MatingsPlanned> plan(FactId const&) = 0;
    virtual bool is_signed(FactId const& plan) = 0;
};

/// The dam and the sire of a pair as plans write it, "DAM x SIRE". Refusal: pair_malformed.
Result<std::pair<std::string, std::string>> parse_pair(std::string_view);
std::string pair_text(std::string const& dam, std::string const& sire);

/// What can be seen from the body alone. Refusals: those of the form below.
Result<Done> form_of(FactBody const&);

/// May it be told? Refusals in this order: the form (name_malformed, number_unlikely, word_unknown, sha256_malformed, too_many_fish, pair_malformed, own_parent, genotype_files), and, unless it is
/// taken as witnessed or corrects another, the book: not_by_hand, species_not_found, site_not_found, pool_not_found, cohort_not_found, animal_not_found, sex_contradicts,
/// spawning_exists, spawning_not_found, sire_not_used, family_exists, family_not_found, fish_not_found, variety_not_found, certificate_exists, media_missing,
/// evaluation_not_found, plan_not_found, plan_signed, plan_animal_gone.
Result<Done> judge(Fact const&, FactBody const&, Studbook&, bool witnessed);

/// A sentence for people.
template <class T> std::string says(T const&);

} // namespace osetra::breeding
