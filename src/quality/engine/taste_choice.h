#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"

// What choices and rankings say of the products' worth: Bradley-Terry with ties, order and tasters; Plackett-Luce with ties; Friedman and Page.
namespace osetra::quality {

/// One pair as it was tasted, or several alike. `taster`: from 0, or -1 where it was not told.
struct Comparison {
    std::size_t first = 0, second = 0;
    double first_wins = 0, second_wins = 0, ties = 0;
    int taster = -1;
};

enum class Ties { davidson, rao_kupper };

struct PairsAsked {
    Ties ties = Ties::davidson;
    bool order = false;                          ///< what is tasted first may have an advantage
    bool tasters = false;                        ///< each taster has a taste of their own (Davidson's ties only)
};

/// A worth on the log scale, their mean nought.
struct Worth {
    double value = 0, error = 0, low = 0, high = 0;
    double share = 0;                            ///< of first places if all were offered together without ties
};
struct WorthDifference { std::size_t one = 0, other = 0; double value = 0, error = 0, p = 1; };

struct Worths {
    std::vector<Worth> worth;
    std::vector<WorthDifference> differences;    ///< all pairs, p by Wald, adjusted by Holm
    double log_likelihood = 0, chi_square = 0, p = 1;   ///< against all being worth the same
    int degrees = 0;
    std::optional<double> tie, tie_error;        ///< Davidson's nu or Rao and Kupper's theta; in rankings the first tie parameter
    std::vector<double> tie_sizes;               ///< rankings: delta of ties of 2, 3, ...
    std::optional<double> order, order_error;    ///< advantage of the first on the log scale
    std::optional<double> taster_sd;             ///< of a taster's own worth of one product
    bool drawn_in = false;                       ///< a product always won or always lost: half a win and half a loss against an average product were added
};

/// Bradley and Terry 1952; ties Davidson 1970 or Rao and Kupper 1967; order Davidson and Beaver 1977; tasters' own worths normal, integrated by Laplace.
/// Refusals: comparisons_missing (nothing was compared, or products that nothing connects), ties_with_tasters.
Result<Worths> worth_of_pairs(std::vector<Comparison> const&, std::size_t products, PairsAsked const&);

/// From best to worst; those within one group were tied.
using Ranking = std::vector<std::vector<std::size_t>>;
/// Plackett 1975, ties as Turner, van Etten, Firth and Kosmidis 2020. Refusals: comparisons_missing, samples_too_many (over 12).
Result<Worths> worth_of_rankings(std::vector<Ranking> const&, std::size_t products);

struct RankTest {
    std::vector<double> rank_sum;
    double statistic = 0, p = 1;
    double least_difference = 0;                 ///< of two rank sums at 5 % (ISO 8587)
    int tasters = 0, degrees = 0;
};
/// `ranks[taster][product]`, mean ranks where tied, corrected for ties. \pre every taster ranked every product
RankTest friedman(std::vector<std::vector<double>> const& ranks);
/// Whether ranks rise in the order that was expected before (product numbers, best first); p by the normal approximation, one-sided.
RankTest page(std::vector<std::vector<double>> const& ranks, std::vector<std::size_t> const& expected);

/// Mean ranks of scores, the highest first.
std::vector<double> ranks_of(std::vector<double> const& scores);
Ranking ranking_of(std::vector<double> const& ranks);   ///< a small rank is good

/// Holm 1979.
std::vector<double> holm(std::vector<double> p);

} // namespace osetra::quality
