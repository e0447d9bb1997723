#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "breeding/herd.h"
#include "breeding/values.h"
#include "farm/pack/pack.h"

// Whom to mate with whom: candidates by an index, their shares under a cap of coancestry, the least inbred pairs, and why each. Pure.
namespace osetra::breeding {

/// How much each trait counts, in genetic standard deviations; of those that are not named nothing.
using Weights = std::map<std::string, double>;
/// "weight:2,egg:1". Refusals: weights_malformed, trait_unknown.
Result<Weights> parse_weights(std::string_view);
/// Sum of weight times breeding value over its genetic standard deviation, better always upwards. Nothing for an animal without values.
std::optional<double> index_of(Values const&, Weights const&, std::string const& animal);

/// Why an animal may not be mated this season; empty: it may.
/// gone | no_values | not_ripe (no ripe stage was seen in the last 400 days) | resting (its next cycle begins later) | too_young
std::string not_ready(Herd const&, Values const&, Animal const&, farm::Pack const& pack, FarmDay season, FarmOffset);

struct PlanWish {
    std::string species;                         ///< of the offspring
    Weights weights;
    FarmDay season;                              ///< when it will be mated
    int dams = 12;                               ///< females to be stripped
    int sires_each = 1;                          ///< males whose milt each female's eggs are divided between
    double most_of_sire = 0.25;                  ///< share of all matings
    double max_coancestry = 0.05;                ///< of the parents: the inbreeding that their grandchildren would have
    double move_cost = 0.005;                    ///< milt from another farm counts like so much inbreeding
    std::vector<std::string> without;            ///< animals that must not be used
    std::string dam_chromosomes, sire_chromosomes;   ///< WW mothers alone, neo-males (ZW) alone; empty: any
};

struct PlannedPair {
    std::string dam, sire;
    std::string dam_pool, dam_site, dam_stage, sire_pool, sire_site;
    double f = 0;                                ///< expected inbreeding of the offspring
    double index = 0;                            ///< their expected index
    std::vector<double> ebv;                     ///< their expected breeding values, of the evaluation's traits
    // why
    std::int64_t dam_place = 0, sire_place = 0;  ///< by index among all candidates of that sex, from 1
    std::int64_t sire_matings = 0;               ///< of this sire in the plan
    std::int64_t less_related = 0;               ///< of the plan's sires, how many would give less inbreeding with this dam
    double f_mean = 0;                           ///< mean inbreeding that this dam's offspring would have with the plan's sires
    bool same_site = false;
};
template <Is<PlannedPair> X> void visit_fields(X& x, auto f) {
    f("dam", x.dam); f("sire", x.sire); f("dam_pool", x.dam_pool); f("dam_site", x.dam_site); f("dam_stage", x.dam_stage); f("sire_pool", x.sire_pool); f("sire_site", x.sire_site);
    f("f", x.f); f("index", x.index); f("dam_place", x.dam_place); f("sire_place", x.sire_place); f("sire_matings", x.sire_matings); f("less_related", x.less_related); f("f_mean", x.f_mean);
    f("same_site", x.same_site);
}

struct Plan {
    std::string species, weights;
    FarmDay season;
    std::string cross;                           ///< JSON of the cross that it is of, where one was chosen
    std::vector<std::string> traits;
    std::vector<PlannedPair> pairs;
    std::int64_t females = 0, males = 0;         ///< candidates
    double gain = 0;                             ///< expected index of the offspring above the mean of the candidates
    double gain_at_no_cap = 0;
    double coancestry = 0;                       ///< of the parents with these shares
    double max_coancestry = 0;
    double mean_f = 0, mean_f_at_random = 0;
    std::vector<double> offspring, candidates;   ///< mean breeding values by trait
    std::map<std::string, double> chances;       ///< of ordinal traits: that a record of the mean offspring is as wished
};

/// A point of the curve between gain and coancestry.
struct TradePoint { double coancestry = 0, gain = 0; std::int64_t parents = 0; };

/// Refusals: females_missing, males_missing, wish_unlikely, cap_too_low (with the lowest there is), those of the pedigree and of best_mates().
Result<Plan> propose(Herd const&, Values const&, farm::Pack const&, PlanWish const&, FarmOffset);
/// From the greatest gain to the least coancestry. The same refusals.
Result<std::vector<TradePoint>> trade_off(Herd const&, Values const&, farm::Pack const&, PlanWish const&, FarmOffset);

std::string plan_json(Plan const&);
/// Refusals: plan_file_broken.
Result<Plan> read_plan(std::string_view json);

} // namespace osetra::breeding
