#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/fields.h"

// The bodies of every fact of breeding. An animal is named by its first tag (15 digits) or, where it has none, by its name in the studbook; both are
// text. A spawning, a family, a variety and a certificate are named by the text people write on them, a mating plan by the id of the fact that told of it.
namespace osetra::breeding {

/// An animal that no tag tells of (broodstock kept apart, bought or caught), or more of one that has a tag. Of several the last holds.
struct BroodfishRegistered {
    static constexpr char const* kind = "broodfish";
    std::string animal;
    std::string species;                         ///< code in the product pack
    std::optional<std::string> sex;              ///< female | male | unknown
    std::optional<std::int64_t> born_year;
    std::optional<std::string> sire, dam;        ///< animals
    std::optional<std::string> origin;           ///< own | bought | wild
    std::optional<SiteId> site;                  ///< where it is kept
    std::optional<bool> gone;                    ///< dead or sold
    std::optional<std::string> note;
    std::optional<std::string> chromosomes = {};   ///< of sex: ZZ | ZW | WW. A male with ZW is a neo-male, a female with WW has daughters only
};
template <Is<BroodfishRegistered> X> void visit_fields(X& x, auto f) {
    f("animal", x.animal); f("species", x.species); f("sex", x.sex); f("born_year", x.born_year); f("sire", x.sire); f("dam", x.dam);
    f("origin", x.origin); f("site", x.site); f("gone", x.gone); f("note", x.note); f("chromosomes", x.chromosomes);
}

/// A female gave her eggs, and they were fertilised with the milt of these males.
struct Spawned {
    static constexpr char const* kind = "spawning";
    std::string spawning;
    std::string dam;
    std::vector<std::string> sires;
    std::optional<Milligrams> roe_mg;
    std::optional<std::int64_t> eggs;
    std::optional<std::string> method;           ///< stripped | natural | gynogenesis
    std::optional<FactId> plan;                  ///< the mating plan that asked for it
    std::optional<std::string> note;
};
template <Is<Spawned> X> void visit_fields(X& x, auto f) {
    f("spawning", x.spawning); f("dam", x.dam); f("sires", x.sires); f("roe_mg", x.roe_mg); f("eggs", x.eggs); f("method", x.method); f("plan", x.plan);
    f("note", x.note);
}

/// Eggs of one spawning with the milt of one male, kept apart. Named here, its fish are a cohort of their own or a part of one.
struct FamilyMade {
    static constexpr char const* kind = "family";
    std::string family;
    std::string spawning;
    std::string sire;
    std::optional<std::int64_t> eggs;
    std::optional<CohortId> cohort;
    std::optional<PoolId> pool;                  ///< tray or tank
};
template <Is<FamilyMade> X> void visit_fields(X& x, auto f) {
    f("family", x.family); f("spawning", x.spawning); f("sire", x.sire); f("eggs", x.eggs); f("cohort", x.cohort); f("pool", x.pool);
}

/// What came of a family's eggs.
struct FamilyHatched {
    static constexpr char const* kind = "hatching";
    std::string family;
    FarmDay hatched_on;
    std::int64_t larvae = 0;
    std::optional<double> fertilised;            ///< share of the eggs, [0, 1]
    std::optional<double> deformed;              ///< share of the larvae, [0, 1]
};
template <Is<FamilyHatched> X> void visit_fields(X& x, auto f) {
    f("family", x.family); f("hatched_on", x.hatched_on); f("larvae", x.larvae); f("fertilised", x.fertilised); f("deformed", x.deformed);
}

/// Whose offspring these fish are. Of several of one fish the last holds.
struct ParentsFound {
    static constexpr char const* kind = "parentage";
    std::string family;
    std::vector<FishId> fish;
    std::string method;                          ///< dna | kept_apart | mark
    std::optional<double> certainty;             ///< probability, [0, 1]
    std::optional<std::string> laboratory;
};
template <Is<ParentsFound> X> void visit_fields(X& x, auto f) {
    f("family", x.family); f("fish", x.fish); f("method", x.method); f("certainty", x.certainty); f("laboratory", x.laboratory);
}

/// Eggs were looked at: of a female that was opened, stripped or sampled.
struct EggsSampled {
    static constexpr char const* kind = "egg_sample";
    std::string animal;
    std::optional<std::int64_t> egg_um;          ///< mean diameter
    std::optional<std::int64_t> colour;          ///< 1 black to 6 golden
    std::optional<std::int64_t> firmness;        ///< 1 soft to 5 firm
    std::optional<std::int64_t> eggs_per_g;
    std::optional<std::string> note;
};
template <Is<EggsSampled> X> void visit_fields(X& x, auto f) {
    f("animal", x.animal); f("egg_um", x.egg_um); f("colour", x.colour); f("firmness", x.firmness); f("eggs_per_g", x.eggs_per_g); f("note", x.note);
}

/// How a stripped female is.
struct RecoveryChecked {
    static constexpr char const* kind = "recovery";
    std::string animal;
    std::string condition;                       ///< good | slow | poor
    std::optional<bool> wound_closed, eating;
    std::optional<std::string> note;
};
template <Is<RecoveryChecked> X> void visit_fields(X& x, auto f) {
    f("animal", x.animal); f("condition", x.condition); f("wound_closed", x.wound_closed); f("eating", x.eating); f("note", x.note);
}

/// Tissue was taken for DNA.
struct DnaSampled {
    static constexpr char const* kind = "dna_sample";
    std::string animal;
    std::string sample;                          ///< what is written on the tube
    std::optional<std::string> tissue, laboratory;
    std::optional<std::string> result_sha256;    ///< what came back, in the media store
};
template <Is<DnaSampled> X> void visit_fields(X& x, auto f) {
    f("animal", x.animal); f("sample", x.sample); f("tissue", x.tissue); f("laboratory", x.laboratory); f("result_sha256", x.result_sha256);
}

/// What a laboratory found of many samples of one species. Its file names them as their tubes do (dna_sample) or by animal. Of several of a species the last holds: laboratories send the whole panel each time.
struct GenotypesGiven {
    static constexpr char const* kind = "genotypes";
    std::string species;                         ///< code in the product pack
    std::string panel;                           ///< chip or method, as the laboratory calls it
    std::string format;                          ///< plink | vcf | table
    std::string file_sha256;                     ///< in the media store: .bed, .vcf, or a table with a column of dosages for each variant
    std::optional<std::string> bim_sha256, fam_sha256;   ///< of plink: what belongs to the .bed
    std::optional<std::string> laboratory;
};
template <Is<GenotypesGiven> X> void visit_fields(X& x, auto f) {
    f("species", x.species); f("panel", x.panel); f("format", x.format); f("file_sha256", x.file_sha256); f("bim_sha256", x.bim_sha256); f("fam_sha256", x.fam_sha256);
    f("laboratory", x.laboratory);
}

/// A variety: a line or a cross that is tried and, when good, released. Of several the last holds.
struct VarietyRegistered {
    static constexpr char const* kind = "variety";
    std::string variety;
    std::string name;
    std::string species;                         ///< of its fish, code in the pack
    std::string status;                          ///< trial | released | withdrawn
    std::optional<std::string> sires, dams;      ///< what its parents are, in words
    std::optional<std::string> approval;         ///< number of the authority
    std::optional<std::string> goals;
};
template <Is<VarietyRegistered> X> void visit_fields(X& x, auto f) {
    f("variety", x.variety); f("name", x.name); f("species", x.species); f("status", x.status); f("sires", x.sires); f("dams", x.dams);
    f("approval", x.approval); f("goals", x.goals);
}

/// What a trial of a variety beside a control found of one trait.
struct TrialMeasured {
    static constexpr char const* kind = "variety_trial";
    std::string variety;
    std::string place;
    std::int64_t year = 0;
    std::string trait;
    double value = 0, control = 0;               ///< means
    std::optional<double> error;                 ///< standard error of their difference
    std::optional<std::int64_t> fish, control_fish;
};
template <Is<TrialMeasured> X> void visit_fields(X& x, auto f) {
    f("variety", x.variety); f("place", x.place); f("year", x.year); f("trait", x.trait); f("value", x.value); f("control", x.control);
    f("error", x.error); f("fish", x.fish); f("control_fish", x.control_fish);
}

/// Breeding values were worked out. Told by the job, never by hand; the files are all that went in and all that came out.
struct Evaluated {
    static constexpr char const* kind = "evaluation";
    std::string species;
    std::string version;                         ///< of the program
    std::string pedigree_sha256, records_sha256; ///< CSV, as `osetra breed ebv` reads them
    std::string values_sha256;                   ///< CSV: of every animal, its values and their reliabilities
    std::string summary_sha256;                  ///< JSON: model, variances and notes of each trait
    std::int64_t animals = 0, records = 0;
    std::vector<std::string> traits;             ///< those that could be evaluated
    std::optional<FactId> genotypes;             ///< the fact `genotypes` that took part
    std::optional<std::string> samples_sha256;   ///< CSV: of which animal each of its samples is, as --samples takes it
};
template <Is<Evaluated> X> void visit_fields(X& x, auto f) {
    f("species", x.species); f("version", x.version); f("pedigree_sha256", x.pedigree_sha256); f("records_sha256", x.records_sha256);
    f("values_sha256", x.values_sha256); f("summary_sha256", x.summary_sha256); f("animals", x.animals); f("records", x.records); f("traits", x.traits);
    f("genotypes", x.genotypes); f("samples_sha256", x.samples_sha256);
}

/// Whom to mate with whom next, with the reasons in the file.
struct MatingsPlanned {
    static constexpr char const* kind = "mating_plan";
    std::string species;                         ///< of the offspring
    FactId evaluation;
    std::string plan_sha256;                     ///< JSON: wishes, pairs and reasons
    std::vector<std::string> pairs;              ///< "DAM x SIRE"
    double mean_f = 0;                           ///< expected inbreeding of the offspring
};
template <Is<MatingsPlanned> X> void visit_fields(X& x, auto f) {
    f("species", x.species); f("evaluation", x.evaluation); f("plan_sha256", x.plan_sha256); f("pairs", x.pairs); f("mean_f", x.mean_f);
}

/// A person put their name to a mating plan: it goes to the hatchery.
struct MatingsSigned {
    static constexpr char const* kind = "mating_plan_signed";
    FactId plan;
    std::optional<std::string> note;
};
template <Is<MatingsSigned> X> void visit_fields(X& x, auto f) { f("plan", x.plan); f("note", x.note); }

/// A certificate of descent goes with live animals.
struct PedigreeCertified {
    static constexpr char const* kind = "pedigree_certificate";
    std::string certificate;                     ///< its number
    std::vector<std::string> animals;
    std::string buyer, country;                  ///< country: two letters
    std::optional<std::string> purpose;          ///< breeding | growing | research
};
template <Is<PedigreeCertified> X> void visit_fields(X& x, auto f) {
    f("certificate", x.certificate); f("animals", x.animals); f("buyer", x.buyer); f("country", x.country); f("purpose", x.purpose);
}

/// Calls `see.template operator()<T>()` for every kind of fact above, in the order in which forms and documents list them.
template <class See> void each_kind(See&& see) {
    see.template operator()<BroodfishRegistered>(); see.template operator()<Spawned>(); see.template operator()<FamilyMade>();
    see.template operator()<FamilyHatched>(); see.template operator()<ParentsFound>(); see.template operator()<EggsSampled>();
    see.template operator()<RecoveryChecked>(); see.template operator()<DnaSampled>(); see.template operator()<GenotypesGiven>(); see.template operator()<VarietyRegistered>();
    see.template operator()<TrialMeasured>(); see.template operator()<Evaluated>(); see.template operator()<MatingsPlanned>();
    see.template operator()<MatingsSigned>(); see.template operator()<PedigreeCertified>();
}

} // namespace osetra::breeding
