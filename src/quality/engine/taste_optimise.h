#pragma once
#include <functional>
#include <vector>

namespace osetra::quality {

struct Minimum {
    std::vector<double> at;
    double value = 0;
    std::vector<double> curvature;               ///< inverse of the second derivatives, by rows: the covariance of estimates where `value` is minus a log likelihood
    bool settled = false;                        ///< the slope is as good as nought
};

/// The lowest value of a smooth function of a few numbers, from where the search begins. The function may give infinity where it is not defined. Quasi-Newton (BFGS), slopes by differences.
Minimum minimise(std::function<double(std::vector<double> const&)> const&, std::vector<double> start);

/// Second derivatives by differences, by rows.
std::vector<double> hessian_of(std::function<double(std::vector<double> const&)> const&, std::vector<double> const& at);
/// \pre square; where it has no inverse, directions without curvature count as known
std::vector<double> inverse_of(std::vector<double> const& square, std::size_t n);

} // namespace osetra::quality
