#include "breeding/engine/index.h"

#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::size_t;

using Index = Eigen::Index;
Index ix(size_t i) { return static_cast<Index>(i); }

struct Matrices { MatrixXd genetic, phenotypic; VectorXd worth; };

Result<Matrices> matrices_of(BreedingGoal const& goal) {
    auto const n = goal.traits.size();
    if (n == 0 || goal.genetic.traits != n || goal.phenotypic.traits != n || goal.worth.size() != n) return refuse("goal_malformed", "Give every trait a genetic and a phenotypic variance and what a unit of it is worth.", "traits");
    Matrices m{Eigen::Map<MatrixXd const>(goal.genetic.value.data(), ix(n), ix(n)), Eigen::Map<MatrixXd const>(goal.phenotypic.value.data(), ix(n), ix(n)), Eigen::Map<VectorXd const>(goal.worth.data(), ix(n))};
    auto const positive = [](MatrixXd const& x, double least) {
        if (!x.allFinite() || x.diagonal().minCoeff() <= 0) return false;
        VectorXd const scale = x.diagonal().cwiseSqrt().cwiseInverse();
        return Eigen::SelfAdjointEigenSolver<MatrixXd>(scale.asDiagonal() * x * scale.asDiagonal()).eigenvalues().minCoeff() > least;
    };
    if (!positive(m.phenotypic, 1e-10)) return refuse("covariance_not_positive", "These phenotypic variances and correlations cannot be together. Take them from one analysis.", "phenotypic");
    if (!positive(m.genetic, -1e-8)) return refuse("covariance_not_positive", "These genetic variances and correlations cannot be together. Take them from one analysis.", "genetic");
    if (!positive(m.phenotypic - m.genetic, -1e-8)) return refuse("covariance_not_positive", "The genetic variances leave less than nothing of the phenotypic ones. Take both from one analysis.", "genetic");
    if (!m.worth.allFinite() || !std::isfinite(goal.intensity)) return refuse("goal_malformed", "What traits are worth is a number each.", "worth");
    return m;
}

/// Responses to an index of these weights.
IndexAnswer answer(Matrices const& m, VectorXd const& b, double intensity) {
    IndexAnswer out;
    auto const spread = std::sqrt(b.dot(m.phenotypic * b));
    VectorXd const response = spread > 0 ? VectorXd(m.genetic * b * (intensity / spread)) : VectorXd::Zero(b.size());
    auto const goal_spread = std::sqrt(m.worth.dot(m.genetic * m.worth));
    out.weights.assign(b.data(), b.data() + b.size());
    out.response.assign(response.data(), response.data() + response.size());
    out.response_worth = m.worth.dot(response);
    out.accuracy = spread > 0 && goal_spread > 0 ? b.dot(m.genetic * m.worth) / (spread * goal_spread) : 0;
    return out;
}

VectorXd best_weights(Matrices const& m, VectorXd const& worth) { return m.phenotypic.ldlt().solve(m.genetic * worth); }

} // namespace

Result<IndexAnswer> economic_index(BreedingGoal const& goal) {
    auto const m = OSETRA_TRY(matrices_of(goal));
    auto out = answer(m, best_weights(m, m.worth), goal.intensity);
    for (size_t i = 0; i < goal.traits.size(); ++i) out.response_alone.push_back(answer(m, best_weights(m, VectorXd::Unit(ix(goal.traits.size()), ix(i))), goal.intensity).response[i]);
    return out;
}

Result<IndexAnswer> desired_gains(BreedingGoal const& goal, std::vector<double> const& gains) {
    auto const m = OSETRA_TRY(matrices_of(goal));
    if (gains.size() != goal.traits.size()) return refuse("goal_malformed", "Give every trait a desired gain, nought where none is wanted.", "desired");
    VectorXd const d = Eigen::Map<VectorXd const>(gains.data(), ix(gains.size()));
    if (!d.allFinite() || d.cwiseAbs().maxCoeff() == 0) return refuse("gains_none", "At least one desired gain is not nought.", "desired");
    MatrixXd const reach = m.genetic * m.phenotypic.ldlt().solve(m.genetic);
    Eigen::FullPivLU<MatrixXd> const solver(reach);
    if (!solver.isInvertible()) return refuse("covariance_not_positive", "The genetic variances leave no way to move these traits apart from each other.", "genetic");
    VectorXd const worth = solver.solve(d), b = best_weights(m, worth);
    auto out = answer(m, b, goal.intensity);
    out.intensity_needed = std::sqrt(b.dot(m.phenotypic * b));   // G b = d, and the response is i G b / spread
    for (size_t i = 0; i < goal.traits.size(); ++i) out.response_alone.push_back(answer(m, best_weights(m, VectorXd::Unit(ix(goal.traits.size()), ix(i))), goal.intensity).response[i]);
    return out;
}

Result<std::vector<TradeOff>> trade_off(BreedingGoal const& goal, size_t first, size_t second, size_t points) {
    auto const m = OSETRA_TRY(matrices_of(goal));
    if (first >= goal.traits.size() || second >= goal.traits.size() || first == second) return refuse("trait_unknown", "A trade-off is between two traits of the goal.", "trade");
    std::vector<TradeOff> out;
    for (size_t i = 0; i < points; ++i) {
        auto const angle = points > 1 ? 1.5707963267948966 * static_cast<double>(i) / static_cast<double>(points - 1) : 0;
        TradeOff point;
        point.weight_first = i + 1 == points && points > 1 ? 0 : std::cos(angle);
        point.weight_second = std::sin(angle);
        VectorXd worth = VectorXd::Zero(ix(goal.traits.size()));
        worth(ix(first)) = point.weight_first / std::sqrt(m.genetic(ix(first), ix(first)));
        worth(ix(second)) = point.weight_second / std::sqrt(m.genetic(ix(second), ix(second)));
        auto const got = answer(m, best_weights(m, worth), goal.intensity);
        point.first = got.response[first];
        point.second = got.response[second];
        point.worth = got.response_worth;
        out.push_back(point);
    }
    return out;
}

double selection_intensity(double share) {
    if (!(share > 0)) return std::numeric_limits<double>::infinity();
    if (share >= 1) return 0;
    // the threshold above which that share lies, by halving; then the height of the bell there over the share
    double low = -40, high = 40;
    for (int i = 0; i < 200; ++i) {
        auto const middle = (low + high) / 2;
        (0.5 * std::erfc(middle / std::sqrt(2.0)) > share ? low : high) = middle;
    }
    return std::exp(-low * low / 2) / std::sqrt(2 * 3.141592653589793) / share;
}

} // namespace osetra::breeding
