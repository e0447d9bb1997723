#include "quality/engine/distributions.h"

#include <algorithm>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

// Boost.Math, all of it here: its headers are slow to read.
namespace osetra::quality {

namespace bm = boost::math;

double binomial_tail(int at_least, int trials, double chance) {
    if (at_least <= 0) return 1;
    if (at_least > trials) return 0;
    return bm::cdf(bm::complement(bm::binomial{static_cast<double>(trials), chance}, at_least - 1));
}
double binomial_share(int k, int trials, double chance) { return bm::pdf(bm::binomial{static_cast<double>(trials), chance}, k); }

double normal_density(double z) { return bm::pdf(bm::normal{}, z); }
double normal_below(double z) { return bm::cdf(bm::normal{}, z); }
double normal_quantile(double share) { return bm::quantile(bm::normal{}, share); }

double chi_square_above(double x, double degrees) { return bm::cdf(bm::complement(bm::chi_squared{degrees}, std::max(0.0, x))); }
double chi_square_quantile(double share, double degrees) { return bm::quantile(bm::chi_squared{degrees}, share); }
double f_above(double x, double degrees_above, double degrees_below) {
    return bm::cdf(bm::complement(bm::fisher_f{degrees_above, degrees_below}, std::max(0.0, x)));
}
double t_beyond(double t, double degrees) { return 2 * bm::cdf(bm::complement(bm::students_t{degrees}, t < 0 ? -t : t)); }
double t_quantile(double share, double degrees) { return bm::quantile(bm::students_t{degrees}, share); }

ShareInterval exact_share(int successes, int trials, double confidence) {
    auto const tail = (1 - confidence) / 2;
    auto const k = static_cast<double>(successes), n = static_cast<double>(trials);
    return {successes == 0 ? 0 : bm::quantile(bm::beta_distribution<>{k, n - k + 1}, tail),
            successes == trials ? 1 : bm::quantile(bm::complement(bm::beta_distribution<>{k + 1, n - k}, tail))};
}

} // namespace osetra::quality
