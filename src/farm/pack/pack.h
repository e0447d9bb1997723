#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// A product pack: what the trade calls things and how the animals live, as data (packs/caviar.yaml). Nothing in the program
// knows sturgeon by name; a site overrides growth with coefficients refitted from its own weighings (farm::GrowthAdopted).
namespace osetra::farm {

/// A word of the trade: its code in facts, and its names for people.
struct PackWord {
    std::string code, name_en, name_zh;
};

/// A part of life, from an age on, until the next stage begins.
struct Stage {
    std::string code, name_en, name_zh;
    std::int64_t from_age_days = 0;            ///< since hatching; the first stage begins at 0
    std::int64_t tgc_micro = 0;                ///< 1e6 (W2^1/3 - W1^1/3) / (degree-days), W in grams
    std::int64_t tgc_sd_micro = 0;             ///< how fish of one group differ
    std::int64_t tgc_se_micro = 0;             ///< how well the value is known before a site has refitted it
    std::int64_t temp_min_mc = 0;              ///< no growth at or below
    std::int64_t temp_max_mc = 0;              ///< warmer water helps no more
    std::int64_t temp_bad_mc = 0;              ///< fish die above; no growth
    double density_max_kg_m3 = 0;              ///< warn above
    double unobserved_loss_per_year = 0;       ///< share of the fish lost without a record
    double unobserved_loss_sd_per_year = 0;    ///< how that share strays from year to year
    std::int64_t weight_min_mg = 0, weight_max_mg = 0;   ///< one fish outside these was mistyped or misread
};

/// Daily ration, % of body weight, by weight of a fish and water temperature; percent goes weight by weight.
struct Ration {
    std::vector<double> weights_g, celsius, percent;
};

struct Species {
    std::string code, name_en, name_zh, latin;
    bool hybrid = false;                       ///< caviar of it must be named so (Codex CXS 291-2010)
    std::optional<std::int64_t> first_roe_age_days;   ///< when half of the females have had roe, where a source tells
    std::optional<double> roe_share;           ///< roe / body weight of a ripe female
    std::vector<Stage> stages;                 ///< the pack's, with what is different for this species; in order of age
    Ration ration;
};

/// A stage of maturity seen by ultrasound or biopsy.
struct Maturity {
    std::string code, name_en, name_zh;
    bool ripe = false;                         ///< roe can be taken
};

/// Why a pool holds other than the book says.
struct DifferenceCause {
    std::string code, name_en, name_zh;
    bool count_wrong = false;                  ///< the count was the mistake: the book stands and the count is not used
};

struct CountMethod {
    std::string code, name_en, name_zh;
    double sd_share = 0;                       ///< standard deviation of such a count, as a share of the count
};

/// When water is bad for the fish.
struct WaterLimits {
    double oxygen_target_percent = 0, oxygen_warn_percent = 0, oxygen_bad_percent = 0;   ///< of saturation
    std::int64_t ammonia_warn_ug_l = 0, ammonia_bad_ug_l = 0;                           ///< un-ionised NH3
    std::int64_t ph_min_milli = 0, ph_max_milli = 0;
};

/// A step on the way of one animal through the plant, in the order of the list. It is told when it is done, but for `begins`: then when it begins.
struct PlantStep {
    std::string code, name_en, name_zh;
    std::string told_by = "step";              ///< the kind of fact that tells it
    std::string weighs;                        ///< what the scale shows at it: ovary | roe | salt | tin; empty: nothing
    bool begins = false;
    bool rests = false;                        ///< days or months in the cold, not at a station
};
/// No more than so long may pass from one step to another.
struct PlantClock {
    std::string code, name_en, name_zh;
    std::string from, to;                      ///< codes of steps
    std::int64_t warn_s = 0, limit_s = 0;
    std::string hold;                          ///< what later ones are held for; empty: it is shown and no more
};
/// A control point (HACCP): what is looked at, how often while the line works, between which limits, and what is done where it is not so.
struct PlantCheck {
    std::string code, name_en, name_zh;
    std::string measures;                      ///< temperature_mc | flag | share_ppm
    std::optional<std::int64_t> least, most;
    std::int64_t every_minutes = 0;            ///< 0: once before work begins
    std::string action_en, action_zh;
};
/// How the plant works. Shares are thousandths of a per cent (3 % = 3,000).
struct PlantRules {
    std::vector<PlantStep> steps;
    std::vector<PlantClock> clocks;
    std::vector<PlantCheck> checks;
    std::int64_t purge_days_least = 0;         ///< without feed in clean water before harvest
    std::int64_t ovary_share_most = 100'000;   ///< of the body
    std::int64_t salt_share_least = 0, salt_share_usual = 0, salt_share_most = 100'000;   ///< of the salted product
    std::int64_t rest_most_mg = 0;             ///< what may be left untinned (samples, what sticks to bowls)
    std::int64_t balance_thousandths = 5;      ///< how far weights may be apart

    PlantStep const* find_step(std::string_view code) const;   ///< nullptr: no such step
    PlantCheck const* find_check(std::string_view code) const;
    std::size_t place_of(std::string_view code) const;          ///< in `steps`; their number where there is none
};

/// What farms and data people call a species beside its names.
struct AlsoCalled { std::string written, species; };

struct Pack {
    std::string code, name_en, name_zh;
    std::vector<Species> species;
    std::vector<AlsoCalled> also_called;       ///< a text that holds `written` means the species; the first that fits holds
    std::vector<Stage> stages;                 ///< where a species tells nothing else
    std::vector<Maturity> maturity;
    std::vector<PackWord> death_causes, health, harvest_purposes;
    std::vector<DifferenceCause> difference_causes;
    std::vector<CountMethod> count_methods;
    WaterLimits water;
    PlantRules plant;                          ///< nothing in it where the pack tells of no plant

    Species const* find_species(std::string_view code) const;   ///< nullptr: not in the pack
    Maturity const* find_maturity(std::string_view code) const;
    DifferenceCause const* find_difference_cause(std::string_view code) const;
    CountMethod const* find_count_method(std::string_view code) const;
    bool knows_death_cause(std::string_view code) const;
};

/// The stage at an age. Before hatching it is the first. \pre the species has stages, as every pack read has
Stage const& stage_of(Species const&, std::int64_t age_days);

/// Refusals, each with "line N: key" as its place: pack_malformed (not YAML), pack_key_unknown, pack_key_missing, pack_value_type,
/// pack_value_range, pack_code_twice, pack_order (stages not in order of age, temperatures or limits crossed), pack_code_unknown.
Result<Pack> read_pack(std::string_view yaml);

/// The caviar pack that was built in.
std::string_view caviar_pack_text();
/// The same, read; made once.
Pack const& caviar_pack();

} // namespace osetra::farm
