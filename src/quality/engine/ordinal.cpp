#include "quality/engine/ordinal.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "kernel/splitmix.h"

namespace osetra::quality {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

double logistic(double z) { return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

/// Values brought to mean 0 and standard deviation 1, so that steps and the sign of separation are the same for all.
struct Scaled {
    Matrix x;
    Vector mean, spread;
};

Result<Scaled> scaled(std::vector<GradedBefore> const& lots, std::vector<std::string> const& names) {
    auto const n = static_cast<Eigen::Index>(lots.size()), k = static_cast<Eigen::Index>(names.size());
    Scaled s{Matrix(n, k), Vector::Zero(k), Vector::Zero(k)};
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < k; ++j) s.x(i, j) = lots[static_cast<std::size_t>(i)].values[static_cast<std::size_t>(j)];
    s.mean = s.x.colwise().mean();
    for (Eigen::Index j = 0; j < k; ++j) {
        s.x.col(j).array() -= s.mean(j);
        s.spread(j) = std::sqrt(s.x.col(j).squaredNorm() / static_cast<double>(n));
        if (!(s.spread(j) > 1e-9 * std::max(1., std::abs(s.mean(j)))))
            return refuse("ordinal_constant", fmt::format("{} is the same in all past lots: nothing can be learnt of it. Leave it out.", names[static_cast<std::size_t>(j)]), names[static_cast<std::size_t>(j)]);
        s.x.col(j) /= s.spread(j);
    }
    return s;
}

/// Log likelihood at (cuts, slopes); with gradient and curvature where asked.
double likelihood(Matrix const& x, std::vector<GradedBefore> const& lots, Eigen::Index cuts, Vector const& at, Vector* gradient, Matrix* curvature) {
    auto const k = x.cols();
    double sum = 0;
    if (gradient) { gradient->setZero(cuts + k); curvature->setZero(cuts + k, cuts + k); }
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        auto const& lot = lots[static_cast<std::size_t>(i)];
        auto const grade = static_cast<Eigen::Index>(lot.grade);
        auto const eta = x.row(i).dot(at.tail(k));
        auto const upper = grade < cuts, lower = grade > 0;
        auto const above = upper ? logistic(at(grade) - eta) : 1., below = lower ? logistic(at(grade - 1) - eta) : 0.;
        auto const p = above - below;
        if (!(p > 1e-300)) return -1e300;
        sum += lot.weight * std::log(p);
        if (!gradient) continue;
        auto const fu = above * (1 - above), fl = below * (1 - below);
        Vector u = Vector::Zero(cuts + k), l = Vector::Zero(cuts + k);
        if (upper) { u(grade) = 1; u.tail(k) = -x.row(i).transpose(); }
        if (lower) { l(grade - 1) = 1; l.tail(k) = -x.row(i).transpose(); }
        Vector const g = (fu * u - fl * l) / p;
        *gradient += lot.weight * g;
        *curvature += lot.weight * (fu * (1 - 2 * above) / p * u * u.transpose() - fl * (1 - 2 * below) / p * l * l.transpose() - g * g.transpose());
    }
    return sum;
}

auto separated() {
    return refuse("ordinal_separated", "The past grades follow from these values without exception, or nearly so: a model has nothing to weigh. Grade by the rules, or tell more lots that were near a limit.", "grade");
}

Result<Done> enough(std::vector<GradedBefore> const& lots, std::size_t grades, std::size_t values) {
    if (grades < 2) return refuse("ordinal_too_few", "A model needs two grades or more.", "grade");
    std::vector<std::size_t> of(grades, 0);
    for (auto const& lot : lots) ++of[static_cast<std::size_t>(lot.grade)];
    for (std::size_t g = 0; g < grades; ++g)
        if (of[g] < 3) return refuse("ordinal_too_few", fmt::format("Only {} past lots have the grade in place {} of {}: a model needs 3 of each grade. Tell more of them.", of[g], g + 1, grades), "grade");
    auto const needed = 5 * (grades - 1 + values);
    if (lots.size() < needed) return refuse("ordinal_too_few", fmt::format("{} past lots are too few for {} attributes and {} grades: a model needs {}.", lots.size(), values, grades, needed), "lots");
    return Done{};
}

} // namespace

std::vector<double> OrdinalModel::probabilities(std::vector<double> const& values) const {
    double eta = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) eta += slopes[i] * values[i];
    std::vector<double> p(cuts.size() + 1, 0.);
    double below = 0;
    for (std::size_t j = 0; j < cuts.size(); ++j) {
        auto const up_to = logistic(cuts[j] - eta);
        p[j] = std::max(0., up_to - below);
        below = up_to;
    }
    p.back() = 1 - below;
    return p;
}

Result<OrdinalModel> fit_ordinal(std::vector<GradedBefore> const& lots, std::size_t grades, std::vector<std::string> const& names) {
    OSETRA_TRY(enough(lots, grades, names.size()));
    auto const s = OSETRA_TRY(scaled(lots, names));
    auto const cuts = static_cast<Eigen::Index>(grades) - 1, k = static_cast<Eigen::Index>(names.size());
    // Begin at the shares of the grades.
    Vector at = Vector::Zero(cuts + k);
    double all = 0, so_far = 0;
    for (auto const& lot : lots) all += lot.weight;
    for (Eigen::Index j = 0; j < cuts; ++j) {
        for (auto const& lot : lots) so_far += lot.grade == j ? lot.weight : 0;
        at(j) = std::log(so_far / (all - so_far));
    }
    Vector gradient;
    Matrix curvature;
    auto value = likelihood(s.x, lots, cuts, at, &gradient, &curvature);
    bool found = false;
    for (int round = 0; round < 100 && !found; ++round) {
        Eigen::LDLT<Matrix> const down{-curvature};
        if (down.info() != Eigen::Success || down.vectorD().minCoeff() <= 1e-12 * down.vectorD().maxCoeff()) {
            if (at.tail(k).cwiseAbs().maxCoeff() > 8) return separated();
            return refuse("ordinal_failed", "Two of the attributes say the same of the past lots. Leave one of them out.", "values");
        }
        Vector const step = down.solve(gradient);
        double part = 1;
        auto next = likelihood(s.x, lots, cuts, at + step, nullptr, nullptr);
        while (next < value && part > 1e-10) {
            part /= 2;
            next = likelihood(s.x, lots, cuts, at + part * step, nullptr, nullptr);
        }
        if (part <= 1e-10) break;
        at += part * step;
        found = part * step.cwiseAbs().maxCoeff() < 1e-9;
        value = likelihood(s.x, lots, cuts, at, &gradient, &curvature);
        if (at.tail(k).cwiseAbs().maxCoeff() > 25) return separated();
    }
    if (value > -1e-3 * static_cast<double>(lots.size())) return separated();
    Matrix const covariance = (-curvature).inverse();
    OrdinalModel m;
    m.lots = static_cast<std::int64_t>(lots.size());
    m.log_likelihood = value;
    // Back to the values as they were told: cut + slope . mean / spread.
    Vector shift = Vector::Zero(cuts + k);
    for (Eigen::Index j = 0; j < k; ++j) {
        auto const slope = at(cuts + j) / s.spread(j);
        m.slopes.push_back(slope);
        m.slope_errors.push_back(std::sqrt(std::max(0., covariance(cuts + j, cuts + j))) / s.spread(j));
        shift(cuts + j) = s.mean(j) / s.spread(j);
    }
    for (Eigen::Index j = 0; j < cuts; ++j) {
        m.cuts.push_back(at(j) + shift.tail(k).dot(at.tail(k)));
        Vector way = shift;
        way(j) = 1;
        m.cut_errors.push_back(std::sqrt(std::max(0., way.dot(covariance * way))));
    }
    return m;
}

Result<Calibration> cross_validate(std::vector<GradedBefore> const& lots, std::size_t grades, std::vector<std::string> const& names, int folds, std::uint64_t seed) {
    std::vector<std::size_t> order(lots.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[splitmix64(seed) % i]);
    // By grade, so that every part has its share of each.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lots[a].grade < lots[b].grade; });
    Calibration c;
    c.bins.resize(10);
    std::vector<double> base(grades, 0.);
    for (auto const& lot : lots) base[static_cast<std::size_t>(lot.grade)] += 1. / static_cast<double>(lots.size());
    for (int f = 0; f < folds; ++f) {
        std::vector<GradedBefore> others;
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < order.size(); ++i)
            if (static_cast<int>(i % static_cast<std::size_t>(folds)) == f) left.push_back(order[i]);
            else others.push_back(lots[order[i]]);
        auto const model = OSETRA_TRY(fit_ordinal(others, grades, names));
        for (auto const i : left) {
            auto const p = model.probabilities(lots[i].values);
            auto const own = static_cast<std::size_t>(lots[i].grade);
            std::size_t likeliest = 0;
            for (std::size_t g = 0; g < grades; ++g) {
                auto const came = g == own ? 1. : 0.;
                c.brier += (p[g] - came) * (p[g] - came);
                c.brier_base += (base[g] - came) * (base[g] - came);
                auto& bin = c.bins[std::min<std::size_t>(9, static_cast<std::size_t>(10 * p[g]))];
                bin.said += p[g];
                bin.came += came;
                ++bin.lots;
                if (p[g] > p[likeliest]) likeliest = g;
            }
            c.right += likeliest == own ? 1 : 0;
            c.within_one += std::max(likeliest, own) - std::min(likeliest, own) <= 1 ? 1 : 0;
            ++c.lots;
        }
    }
    auto const n = static_cast<double>(c.lots);
    for (auto& bin : c.bins) {
        if (bin.lots == 0) continue;
        c.error += std::abs(bin.said - bin.came) / (n * static_cast<double>(grades));
        bin.said /= static_cast<double>(bin.lots);
        bin.came /= static_cast<double>(bin.lots);
    }
    c.brier /= n;
    c.brier_base /= n;
    c.right /= n;
    c.within_one /= n;
    return c;
}

} // namespace osetra::quality
