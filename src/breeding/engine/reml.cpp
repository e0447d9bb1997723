#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Dense>

#include "breeding/engine/mixed_model.h"

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::size_t;

using Index = Eigen::Index;

/// Lower triangles of the components, one after another.
std::vector<double> flat(Variances const& v) {
    std::vector<double> out;
    for (auto const& c : v) for (size_t a = 0; a < c.traits; ++a) for (size_t b = 0; b <= a; ++b) out.push_back(c(a, b));
    return out;
}
Variances unflat(std::vector<double> const& p, Variances like) {
    size_t i = 0;
    for (auto& c : like) for (size_t a = 0; a < c.traits; ++a) for (size_t b = 0; b <= a; ++b) c(a, b) = c(b, a) = p[i++];
    return like;
}
bool all_positive(Variances const& v) {
    return std::all_of(v.begin(), v.end(), [](Covariance const& c) {
        MatrixXd const m = Eigen::Map<MatrixXd const>(c.value.data(), static_cast<Index>(c.traits), static_cast<Index>(c.traits));
        return m.allFinite() && m.diagonal().minCoeff() > 0 && Eigen::LLT<MatrixXd>(m).info() == Eigen::Success && Eigen::SelfAdjointEigenSolver<MatrixXd>(m).eigenvalues().minCoeff() > 1e-8 * m.diagonal().maxCoeff();
    });
}

} // namespace

Result<Reml> reml(Equations& equations, Variances start, int most_rounds, std::function<void(int, double)> const& tell, std::vector<char> const& held) {
    constexpr double least_share = 1e-7;    // no component is tried below this share of the whole
    constexpr double nought_share = 1e-5;   // one below this that would fall further is nought: steps of average information hardly move it there
    auto const traits = start[0].traits;
    auto const n = equations.parameters();
    Reml out;
    out.variance = std::move(start);
    out.at_boundary.assign(out.variance.size(), 0);
    out.status = "not_converged";
    auto current = equations.round(out.variance);
    if (!current) return tl::unexpected(current.error());
    auto const free_parameters = [&] {
        std::vector<size_t> free;
        size_t i = 0;
        for (size_t c = 0; c < out.variance.size(); ++c)
            for (size_t k = 0; k < traits * (traits + 1) / 2; ++k, ++i) if (!out.at_boundary[c] && (held.empty() || !held[i])) free.push_back(i);
        return free;
    };
    auto last_gain = 0.0;   // of a full step of average information
    for (out.rounds = 1; out.rounds <= most_rounds; ++out.rounds) {
        if (tell) tell(out.rounds, current->minus_2_log_likelihood);
        auto const p = flat(out.variance);
        auto const free = free_parameters();
        MatrixXd information(static_cast<Index>(free.size()), static_cast<Index>(free.size()));
        VectorXd gradient(static_cast<Index>(free.size()));
        for (size_t i = 0; i < free.size(); ++i) {
            gradient(static_cast<Index>(i)) = current->gradient[free[i]];
            for (size_t j = 0; j < free.size(); ++j) information(static_cast<Index>(i), static_cast<Index>(j)) = current->information[free[i] * n + free[j]];
        }
        Eigen::LDLT<MatrixXd> const solver(information);
        VectorXd const step = solver.solve(gradient);
        auto const expected = flat(current->expectation);
        std::optional<Result<Equations::Round>> next;
        Variances candidate;
        auto const good_step = solver.info() == Eigen::Success && step.allFinite();
        // what the likelihood would still gain; at the end of the way it is nothing
        auto const gain = good_step ? gradient.dot(step) : 1e300;
        if (good_step && out.rounds > 1 && gain < 1e-9 * std::max(1.0, static_cast<double>(free.size()))) { out.status = "converged"; break; }
        auto const moved = [&](double share, bool average) {
            auto q = p;
            for (size_t i = 0; i < free.size(); ++i) q[free[i]] += share * (average ? step(static_cast<Index>(i)) : expected[free[i]] - p[free[i]]);
            return unflat(q, out.variance);
        };
        // steps shorten by a square: where the next one is foreseen to be nothing, this is the last and needs no further look. So is one that moves no variance by a thousandth (standard
        // errors move with them) where the next, shortened as this one was, moves none by three in a hundred thousand
        auto const shortened = last_gain > 0 ? gain / last_gain : 1e300;   // a gain goes by the square of its step
        auto const short_step = [&] {
            for (size_t i = 0; i < free.size(); ++i)
                if (auto const share = std::abs(step(static_cast<Index>(i)) / p[free[i]]); !(share <= 1e-3 && share * std::sqrt(shortened) <= 3e-5)) return false;
            return true;
        };
        if (good_step && gain < 0.05 && ((gain < 1e-2 && gain * shortened < 1e-8) || short_step())) {
            if (auto const end = moved(1, true); all_positive(end)) {
                out.variance = end;
                current->minus_2_log_likelihood -= gain;
                out.status = "converged";
                break;
            }
        }
        auto const attempt = [&](double share, bool average) {
            candidate = moved(share, average);
            if (traits == 1) {   // a variance that would fall below nought stops just above it
                double whole = 0;
                for (auto const& c : out.variance) whole += c(0, 0);
                for (size_t c = 0; c + 1 < candidate.size(); ++c)
                    if (!out.at_boundary[c] && candidate[c](0, 0) < least_share * whole) candidate[c](0, 0) = std::max(least_share * whole / 2, out.variance[c](0, 0) / 100);
            }
            if (!all_positive(candidate)) return false;
            next = equations.round(candidate);
            return next->has_value() && (*next)->minus_2_log_likelihood <= current->minus_2_log_likelihood + 1e-7 * std::max(1.0, std::abs(current->minus_2_log_likelihood));
        };
        auto better = false;
        last_gain = 0;
        if (good_step && (out.rounds > 1 || all_positive(moved(1, true))))
            for (double share = 1; share > 0.05 && !better; share /= 3)
                if ((better = attempt(share, true)) && share == 1) last_gain = gain;
        if (!better) better = attempt(1, false);
        if (!better && good_step) for (double share = 1; share > 1e-4 && !better; share /= 4) better = attempt(share, true);
        if (!better) {
            if (gain < 1e-4) { out.status = "converged"; break; }
            return refuse("reml_failed", "The likelihood could not be raised any further before it was at its height (round " + std::to_string(out.rounds) + "). Take an effect out, or start from other variances.");
        }
        auto const before = std::exchange(out.variance, candidate);
        current = std::move(*next);
        if (traits == 1) {
            double whole = 0;
            for (auto const& c : out.variance) whole += c(0, 0);
            for (size_t c = 0; c + 1 < out.variance.size(); ++c) {   // small, and would fall, but such a step hardly moves it: is it better without it?
                if (out.at_boundary[c] || !(out.variance[c](0, 0) < 1e-2 * whole && current->gradient[c] < 0 && out.variance[c](0, 0) > 0.9 * before[c](0, 0))) continue;
                auto down = out.variance;
                down[c](0, 0) = std::max(least_share * whole / 2, down[c](0, 0) / 100);
                auto there = equations.round(down);
                if (!there || there->minus_2_log_likelihood > current->minus_2_log_likelihood) continue;
                out.variance = std::move(down);
                current = std::move(there);
            }
            size_t parameter = 0;
            for (size_t c = 0; c + 1 < out.variance.size(); ++c, ++parameter)
                if (out.variance[c](0, 0) < nought_share * whole && current->gradient[parameter] < 0) out.at_boundary[c] = 1;
        }
    }
    out.minus_2_log_likelihood = current->minus_2_log_likelihood;
    auto const free = free_parameters();
    MatrixXd information(static_cast<Index>(free.size()), static_cast<Index>(free.size()));
    for (size_t i = 0; i < free.size(); ++i)
        for (size_t j = 0; j < free.size(); ++j) information(static_cast<Index>(i), static_cast<Index>(j)) = current->information[free[i] * n + free[j]];
    MatrixXd const errors = information.inverse();
    out.covariance.assign(n * n, 0);
    if (!errors.allFinite()) return refuse("reml_failed", "The data do not tell these variances apart (the information is singular). Take one of the effects out.");
    for (size_t i = 0; i < free.size(); ++i)
        for (size_t j = 0; j < free.size(); ++j) out.covariance[free[i] * n + free[j]] = errors(static_cast<Index>(i), static_cast<Index>(j));
    for (size_t c = 0; c + 1 < out.variance.size(); ++c)
        if (out.at_boundary[c]) {
            out.variance[c](0, 0) = 0;
            if (out.status == "converged") out.status = "at_boundary";
        }
    return out;
}

} // namespace osetra::breeding
