#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"

// Scores on scales: what products differ in (tasters random), how the panel worked, and whether lots of a product are alike.
namespace osetra::quality {

/// Scores of one attribute. Numbers of tasters, products and levels of further factors count from 0.
struct Scores {
    struct Row { int taster, product; double score; std::vector<int> levels; };
    int tasters = 0, products = 0;
    std::vector<int> factor_sizes;               ///< of further fixed factors: session, information, ...
    std::vector<Row> rows;
};

struct ProductMean {
    double mean = 0, error = 0, low = 0, high = 0;   ///< over tasters and further factors evenly
    std::string group_tukey, group_lsd;              ///< products that share a letter do not differ at 5 %
};
struct MeanDifference { int one = 0, other = 0; double value = 0, error = 0, degrees = 0, p = 1, p_tukey = 1; };
struct FactorTest { double f = 0, degrees = 0, degrees_below = 0, p = 1; };

/// score = product + further factors + taster + taster x product (where tasters tasted again) + error, tasters random; restricted maximum likelihood, Satterthwaite's degrees of freedom.
struct Profile {
    std::vector<ProductMean> means;
    std::vector<MeanDifference> differences;
    FactorTest product;
    std::vector<FactorTest> factors;             ///< further ones
    double taster_sd = 0, interaction_sd = 0, error_sd = 0;
    double reml = 0;                             ///< minus twice the restricted log likelihood
    int tasters = 0, scores = 0;
};
/// Refusals: scores_too_few, scores_constant, products_unconnected.
Result<Profile> profile(Scores const&);

/// Ordered categories: logit P(score <= k) = threshold_k - product - factors - taster, the taster normal (adaptive Gauss-Hermite quadrature); `random` false: without tasters.
struct OrdinalProfile {
    std::vector<double> thresholds, threshold_errors;
    std::vector<double> product, product_error;  ///< against the first; the first is nought
    std::vector<std::vector<double>> factors, factor_errors;
    double taster_sd = 0, log_likelihood = 0, chi_square = 0, p = 1;   ///< of products
    int degrees = 0;
    std::vector<MeanDifference> differences;     ///< p by Wald, p_tukey adjusted by Holm
};
/// Scores are categories from 0. Refusals: scores_too_few, scores_constant.
Result<OrdinalProfile> ordinal_profile(Scores const&, bool random);

/// How one taster worked with one attribute.
struct TasterWork {
    double discriminates_p = 1;                  ///< F test of products within the taster; 1 where nothing was tasted twice
    double repeats_sd = 0;                       ///< within a product; nought where nothing was tasted twice
    double agrees = 0;                           ///< correlation of the taster's product means with those of all others
    double mean = 0, spread = 0;                 ///< use of the scale
    bool repeated = false;
};
std::vector<TasterWork> work_of(Scores const&);

/// Lots of one product: is there more between them than tasting explains (DerSimonian and Laird)?
struct LotMean { double mean, error; };
struct Consistency {
    double mean = 0, error = 0;                  ///< of the product
    double between_sd = 0, p = 1;                ///< of true lot means; Cochran's Q
    struct Lot { double away = 0; bool outside = false; };
    std::vector<Lot> lots;                       ///< away from all others in standard errors; outside: beyond 3
};
/// \pre two lots at least
Consistency consistency_of(std::vector<LotMean> const&);

/// P(range of k normal means / their independent error > q): Tukey's studentised range.
double studentised_range_above(double q, int means, double degrees);

/// Letters of groups whose members do not differ, for products in the order of `means` (highest first). `differ[i][j]`.
std::vector<std::string> letters_of(std::vector<std::vector<bool>> const& differ, std::vector<double> const& means);

} // namespace osetra::quality
