#pragma once
#include <string>
#include <vector>

#include "breeding/engine/simulate.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// What is to be had of a cross. Of species there are as many everywhere, in one order.
struct CrossTrait {
    std::string name;
    double worth = 0;                    ///< of one unit of it in one fish, in money
    bool females_only = false;           ///< as roe is: males have none of it
    std::vector<double> mean;            ///< of pure fish of each species
    std::vector<double> heterosis;       ///< species by species, symmetric: what a fish has more where all copies of one meet copies of the other; nought on the diagonal
};

/// Pure fish, a hybrid that is kept, or a selected line.
struct Line {
    std::string name;
    std::vector<double> fraction;        ///< of each species; their sum is 1
    double heterosis = 0, recombination = 0;   ///< as of Composition
    int sets = 2;                        ///< functional chromosome sets
    bool dams = true, sires = true;      ///< there are such
    SexChromosomes dam_w = 1, sire_w = 0;      ///< 2: WW mothers; of sires 1: neo-males
    double dam_cost = 0, sire_cost = 0;  ///< of one mating
    std::vector<double> better;          ///< of each trait: what selection has made of it beyond its species; half goes to its offspring. Empty: nought
    int generation = 0;                  ///< 0: it is there; 1: it has to be made first
};

struct CrossWish {
    std::vector<double> least, most;     ///< of each species in the offspring; empty: any
    double least_females = 0;            ///< share
    double fish = 1'000;                 ///< reared of one mating
    int generations = 1;                 ///< 2: what is crossed first may be crossed again
};

struct Cross {
    std::size_t dam = 0, sire = 0;       ///< places in CrossPlan::lines
    Line offspring;                      ///< its name is "DAM x SIRE"
    double females = 0.5;                ///< share of the offspring
    std::vector<double> trait;           ///< expected mean of each trait of fish that show it
    std::vector<double> by_heterosis;    ///< what of that is heterosis
    double fish_value = 0;               ///< money by fish, males and females
    double lot_value = 0;                ///< of all fish of a mating, less what the mating costs (and one of each that has to be made first)
    bool fertile = true;                 ///< an even number of sets
};

struct CrossPlan {
    std::vector<Line> lines;             ///< those told, then those that are made first
    std::vector<Cross> crosses;          ///< that are as wished, the best lot first
    std::size_t looked_at = 0, of_other_composition = 0, too_few_females = 0;
};

/// Every cross of a dam line with a sire line. A trait's mean is that of the species by their fractions [additive], and heterosis by how many copies of two species meet [dominance: Dickerson 1973];
/// what breaks up again in later generations is told (recombination) and not priced. Refusals: cross_malformed (with the line or trait), crosses_none (with what came nearest).
Result<CrossPlan> plan_crosses(std::vector<CrossTrait> const&, std::vector<Line>, CrossWish const&);

} // namespace osetra::breeding
