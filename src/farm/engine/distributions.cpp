#include "farm/engine/distributions.h"

#include <cmath>
#include <limits>

namespace osetra::farm::engine {
namespace {

constexpr double tiny = 1e-300;
constexpr double eps = 1e-15;

/// Regularised lower incomplete gamma function P(a, x): series below a + 1, continued fraction (Lentz) above.
double gamma_p(double a, double x) {
    if (x <= 0) return 0;
    double const front = std::exp(-x + a * std::log(x) - std::lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (double n = a + 1; std::abs(term) > eps * std::abs(sum); ++n) sum += term *= x / n;
        return front * sum;
    }
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < 10'000; ++i) {
        double const an = -i * (i - a);
        b += 2;
        d = an * d + b;
        if (std::abs(d) < tiny) d = tiny;
        c = b + an / c;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        h *= d * c;
        if (std::abs(d * c - 1) < eps) break;
    }
    return 1 - front * h;
}

double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (std::abs(d) < tiny) d = tiny;
    d = 1 / d;
    double h = d;
    auto const fold = [&](double numerator) {
        d = 1 + numerator * d;
        if (std::abs(d) < tiny) d = tiny;
        c = 1 + numerator / c;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        h *= d * c;
    };
    for (int m = 1; m < 10'000; ++m) {
        fold(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
        fold(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
        if (std::abs(d * c - 1) < eps) break;
    }
    return h;
}

/// Regularised incomplete beta function I_x(a, b).
double beta_i(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    double const front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_cdf(double t, double df) {
    double const tail = beta_i(df / 2, 0.5, df / (df + t * t)) / 2;
    return t > 0 ? 1 - tail : tail;
}

/// The place where a rising function reaches `p`, by halving.
template <class F> double solve(F const& rising, double p, double low, double high) {
    while (rising(high) < p) high *= 2;
    for (int i = 0; i < 200 && high - low > eps * std::abs(high); ++i) {
        double const middle = low + (high - low) / 2;
        (rising(middle) < p ? low : high) = middle;
    }
    return low + (high - low) / 2;
}

} // namespace

double normal_two_sided(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

double chi_squared_quantile(double p, double df) {
    return solve([&](double x) { return gamma_p(df / 2, x / 2); }, p, 0, df + 1);
}

double student_quantile(double p, double df) {
    if (p < 0.5) return -student_quantile(1 - p, df);
    return solve([&](double t) { return student_cdf(t, df); }, p, 0, 2);
}

} // namespace osetra::farm::engine
