#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/result.h"

// How far graders agree beyond what chance gives: kappas of two and of several, and Krippendorff's alpha, which takes gaps.
namespace osetra::quality {

/// What a disagreement costs: every one the same, or the more the further apart the grades are.
enum class Disagreement { nominal, linear, quadratic };

struct Agreement {
    double value = 0, low = 0, high = 0;   ///< 95 %
    double observed = 0, by_chance = 0;    ///< share of agreement (weighted where weights are)
    std::int64_t lots = 0;
};

/// Grades that several graders gave to the same lots: places of grades, row by lot, column by grader; none: not graded.
using Ratings = std::vector<std::vector<std::optional<int>>>;

/// Two graders; `counts[i][j]`: lots that the first put in i and the second in j. Interval by the variance of Fleiss, Cohen and Everitt (1969).
/// `weights`: agreement of each pair, 1 on the diagonal. Refusals: agreement_too_few (under 2 lots), agreement_one_grade (all in one grade: nothing can disagree).
Result<Agreement> kappa_of(std::vector<std::vector<double>> const& counts, std::vector<std::vector<double>> const& weights);
std::vector<std::vector<double>> agreement_weights(std::size_t grades, Disagreement);
/// The same of two columns of ratings; lots that either left out do not count.
Result<Agreement> kappa_of(Ratings const&, std::size_t first, std::size_t second, std::size_t grades, Disagreement);

/// Several graders, each lot with the same number of grades by whomever (Fleiss 1971). `counts[lot][grade]`. Interval by the jackknife over lots.
/// Refusals: agreement_too_few, agreement_one_grade, agreement_uneven (lots with different numbers of grades: ask for alpha).
Result<Agreement> fleiss_kappa(std::vector<std::vector<int>> const& counts);

/// Krippendorff's alpha (2011). The nominal and the interval metric; `linear` stands for the ordinal one. Interval by 1,000 draws of lots from the seed.
/// Refusals: agreement_too_few, agreement_one_grade.
enum class Metric { nominal, ordinal, interval };
Result<Agreement> krippendorff_alpha(Ratings const&, Metric, std::uint64_t seed = 1);

/// "slight", "fair", ... as Landis and Koch (1977) name them.
std::string agreement_word(double kappa);

/// How one grader stands to the others.
struct GraderStanding {
    double higher = 0;                     ///< mean of own place less the mean of the others on the same lots: above nought is stricter (a worse grade)
    double same = 0;                       ///< share of the others' grades that are the same
    std::int64_t lots = 0;
};
std::vector<GraderStanding> standings(Ratings const&);

} // namespace osetra::quality
