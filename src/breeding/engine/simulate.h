#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "breeding/engine/index.h"

namespace osetra::breeding {

/// A way to run a breeding programme, to be compared with others before it is begun: a sturgeon generation takes ten years.
struct Programme {
    enum class Way {
        random,             ///< parents by lot
        truncation,         ///< the highest index, whoever their parents are
        optimum,            ///< optimum contributions: the greatest gain at a rate of inbreeding
        least_coancestry,   ///< the least related, whatever they are worth
    };
    enum class Sexes {
        usual,              ///< ZW mothers, ZZ fathers: half are females
        gynogenesis,        ///< eggs of ZW mothers are doubled for WW mothers; of these and ZZ fathers all are females
        neo_males,          ///< ZW made into males, mated with ZW: a quarter are WW mothers
    };
    std::string name;
    Way way = Way::truncation;
    std::int32_t generations = 5;
    std::int32_t founder_sires = 20, founder_dams = 20;
    std::int32_t sires = 10, dams = 20;             ///< kept of each generation (optimum and least_coancestry: at most so many)
    std::int32_t families = 40, offspring = 800;    ///< of a generation, and how many of all are reared
    std::int32_t measured = 800;                    ///< of them; the rest is judged by its kin
    bool females_only = false;                      ///< traits that only females show, as those of roe
    double sire_age = 8, dam_age = 10;              ///< years when they are mated
    double most_inbreeding = 0.01;                  ///< of optimum: rate a generation
    Sexes sexes = Sexes::usual;
    std::int32_t sexes_from = 1;                    ///< generation in which WW mothers are first made
    double fixed_cost = 0, family_cost = 0, fish_cost = 0, record_cost = 0;   ///< of a generation
};

/// Over replicates: the mean, and between what nine of ten lie.
struct Band { double mean = 0, low = 0, high = 0; };

struct GenerationOutcome {
    std::int32_t generation = 0;
    double year = 0;
    Band worth;                       ///< mean true breeding value of those born, in money, against the founders
    std::vector<Band> traits;         ///< the same, of each trait in its unit
    Band genetic_deviation;           ///< standard deviation of true worth among those born: what is left to select for
    Band inbreeding;                  ///< mean F of those born
    Band coancestry;                  ///< of the parents they come from, by their shares
    Band accuracy;                    ///< correlation of the estimated and the true worth among those born
    Band parents;                     ///< how many they have
    double females = 0.5;             ///< of production fish from this generation's parents
    double cost = 0;                  ///< up to here
};
struct ProgrammeOutcome { std::string name; std::vector<GenerationOutcome> generations; };

/// Plays a programme `replicates` times: breeding values of very many genes of small effect (infinitesimal model, Mendelian sampling by the parents' inbreeding), records with their
/// chance, evaluated each generation as osetra breed ebv does it with the true variances, mated so that offspring are least inbred. The same seed gives the same answer.
/// Gains are against the founders; nothing is sold or dies by chance. Refusals: programme_malformed (with the field), those of economic_index.
Result<ProgrammeOutcome> simulate(Programme const&, BreedingGoal const&, std::int32_t replicates, std::uint64_t seed);

/// Chromosomes of sex: how many W there are. 0: ZZ, a male; 1: ZW; 2: WW; both females unless made into males.
using SexChromosomes = std::int32_t;
/// Chances of an offspring with 0, 1 and 2 W. Of parents both WW all are WW.
std::vector<double> offspring_sexes(SexChromosomes mother, SexChromosomes father);
/// Of an egg of a ZW mother doubled by keeping its polar body: 19, 59 and 22 of a hundred in bester [Omoto and others 2005, Aquaculture 245]; of a WW mother all are WW.
std::vector<double> gynogenetic_sexes(SexChromosomes mother);

} // namespace osetra::breeding
