#pragma once
#include <string>
#include <vector>

#include "breeding/engine/mixed_model.h"
#include "kernel/result.h"

namespace osetra::breeding {

/// What is to be improved, and what is seen of it. Money and gains are per generation of selection.
struct BreedingGoal {
    std::vector<std::string> traits;
    Covariance genetic;                    ///< of the traits' breeding values
    Covariance phenotypic;                 ///< of what is measured of a candidate itself
    std::vector<double> worth;             ///< of one unit of each trait, in money
    double intensity = 1;                  ///< superiority of those selected, in standard deviations of the index
};

struct IndexAnswer {
    std::vector<double> weights;           ///< of measurements in the index
    std::vector<double> response;          ///< of each trait, in its units
    double response_worth = 0;             ///< in money
    double accuracy = 0;                   ///< correlation of the index with the goal
    double intensity_needed = 0;           ///< of desired gains: to have them in one generation
    std::vector<double> response_alone;    ///< of each trait if it alone were selected for: what the others cost it
};

/// Weights b = P^-1 G v that gain most money [Smith 1936; Hazel 1943]. Refusals: goal_malformed, covariance_not_positive.
Result<IndexAnswer> economic_index(BreedingGoal const&);

/// Weights that move the traits in the proportions desired, whatever they are worth [Pesek & Baker 1969]. Refusals: those of economic_index, gains_none.
Result<IndexAnswer> desired_gains(BreedingGoal const&, std::vector<double> const& gains);

/// One point of what can be had of two traits together.
struct TradeOff {
    double weight_first = 0, weight_second = 0;   ///< per genetic standard deviation, on a quarter circle
    double first = 0, second = 0;                 ///< responses in units of the traits
    double worth = 0;                             ///< of all traits' responses, in money
};
/// From all weight on the one trait to all on the other, other traits as they are worth nothing: every point is the best that can be had of its kind, and what lies beyond the curve cannot.
/// Refusals: those of economic_index, trait_unknown.
Result<std::vector<TradeOff>> trade_off(BreedingGoal const&, std::size_t first, std::size_t second, std::size_t points = 21);

/// Mean superiority of the best share of a large population, in standard deviations.
double selection_intensity(double share);

} // namespace osetra::breeding
