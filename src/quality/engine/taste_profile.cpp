#include "quality/engine/taste_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <Eigen/Dense>

#include "quality/engine/distributions.h"
#include "quality/engine/taste_choice.h"
#include "quality/engine/taste_optimise.h"

namespace osetra::quality {
namespace {

using std::size_t;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Eigen::Index;

/// Columns of fixed effects: one for each product, then each further factor without its first level.
struct Fixed {
    Index columns = 0;
    std::vector<Index> factor_at;
    Matrix of(Scores const& s, std::vector<size_t> const& rows) const {
        Matrix x = Matrix::Zero(static_cast<Index>(rows.size()), columns);
        for (size_t r = 0; r < rows.size(); ++r) {
            auto const& row = s.rows[rows[r]];
            x(static_cast<Index>(r), row.product) = 1;
            for (size_t f = 0; f < factor_at.size(); ++f)
                if (row.levels[f] > 0) x(static_cast<Index>(r), factor_at[f] + row.levels[f] - 1) = 1;
        }
        return x;
    }
};
Fixed fixed_of(Scores const& s) {
    Fixed f;
    f.columns = s.products;
    for (auto const size : s.factor_sizes) { f.factor_at.push_back(f.columns); f.columns += size - 1; }
    return f;
}

/// All scores of one taster: independent of every other's, so that the covariance is in blocks.
struct Block { Matrix x; Vector y; std::vector<int> product; };

struct Solved { double minus_twice = std::numeric_limits<double>::infinity(); Vector beta; Matrix covariance; };

/// `sd`: of tasters, taster x product, error. As deviations, so that nought is a point like any other and the surface is even about it.
Solved solve(std::vector<Block> const& blocks, Index columns, std::vector<double> const& sd, bool interaction) {
    auto const tasters = sd[0] * sd[0], own = interaction ? sd[1] * sd[1] : 0.0, error = sd.back() * sd.back();
    Matrix xvx = Matrix::Zero(columns, columns);
    Vector xvy = Vector::Zero(columns);
    double yvy = 0, log_det = 0, n = 0;
    for (auto const& b : blocks) {
        auto const m = b.y.size();
        Matrix v = Matrix::Constant(m, m, tasters);
        for (Index i = 0; i < m; ++i) {
            for (Index j = 0; j < m; ++j) if (b.product[static_cast<size_t>(i)] == b.product[static_cast<size_t>(j)]) v(i, j) += own;
            v(i, i) += error;
        }
        Eigen::LLT<Matrix> const chol{v};
        if (chol.info() != Eigen::Success) return {};
        Matrix const wx = chol.matrixL().solve(b.x);
        Vector const wy = chol.matrixL().solve(b.y);
        xvx += wx.transpose() * wx;
        xvy += wx.transpose() * wy;
        yvy += wy.squaredNorm();
        for (Index i = 0; i < m; ++i) log_det += 2 * std::log(chol.matrixLLT()(i, i));
        n += static_cast<double>(m);
    }
    Eigen::LLT<Matrix> const chol{xvx};
    if (chol.info() != Eigen::Success) return {};
    Solved s;
    s.beta = chol.solve(xvy);
    s.covariance = chol.solve(Matrix::Identity(columns, columns));
    double log_x = 0;
    for (Index i = 0; i < columns; ++i) log_x += 2 * std::log(chol.matrixLLT()(i, i));
    s.minus_twice = log_det + log_x + yvy - s.beta.dot(xvy) + (n - static_cast<double>(columns)) * std::log(2 * M_PI);
    return s;
}

/// Satterthwaite's degrees of freedom of contrasts.
class Degrees {
public:
    Degrees(std::vector<Block> const& blocks, Index columns, std::vector<double> const& sd, bool interaction) {
        auto const minus_twice = [&](std::vector<double> const& at) { return solve(blocks, columns, at, interaction).minus_twice; };
        m_curvature = inverse_of(hessian_of(minus_twice, sd), sd.size());
        for (size_t i = 0; i < sd.size(); ++i) {
            auto up = sd, down = sd;
            auto const h = 1e-4 * std::max(sd.back(), std::abs(sd[i]));
            up[i] += h;
            down[i] -= h;
            m_slopes.push_back((solve(blocks, columns, up, interaction).covariance - solve(blocks, columns, down, interaction).covariance) / (2 * h));
        }
    }
    double of(Vector const& contrast, double variance) const {
        std::vector<double> g;
        for (auto const& s : m_slopes) g.push_back(contrast.dot(s * contrast));
        double sum = 0;
        for (size_t i = 0; i < g.size(); ++i) for (size_t j = 0; j < g.size(); ++j) sum += g[i] * 2 * m_curvature[i * g.size() + j] * g[j];
        return sum > 0 ? std::max(1.0, 2 * variance * variance / sum) : 1e6;
    }
private:
    std::vector<double> m_curvature;
    std::vector<Matrix> m_slopes;
};

/// F of several contrasts at once (Fai and Cornelius 1996): by the independent directions of their covariance.
FactorTest joint(Matrix const& contrasts, Solved const& s, Degrees const& degrees) {
    FactorTest t;
    Vector const value = contrasts * s.beta;
    Matrix const covariance = contrasts * s.covariance * contrasts.transpose();
    Eigen::SelfAdjointEigenSolver<Matrix> const eigen{covariance};
    double sum = 0, e = 0, q = 0, least = std::numeric_limits<double>::infinity(), most = 0;
    for (Index i = 0; i < value.size(); ++i) {
        auto const variance = eigen.eigenvalues()[i];
        if (!(variance > 1e-12 * eigen.eigenvalues().maxCoeff())) continue;
        Vector const direction = eigen.eigenvectors().col(i);
        auto const along = direction.dot(value);
        sum += along * along / variance;
        auto const nu = degrees.of(contrasts.transpose() * direction, variance);
        least = std::min(least, nu);
        most = std::max(most, nu);
        if (nu > 2) e += nu / (nu - 2);
        ++q;
    }
    t.f = sum / q;
    t.degrees = q;
    t.degrees_below = most - least < 1e-6 * most ? least : e > q ? 2 * e / (e - q) : least;
    t.p = f_above(t.f, t.degrees, t.degrees_below);
    return t;
}


} // namespace

double studentised_range_above(double q, int means, double degrees) {
    if (!(q > 0)) return 1;
    auto const k = static_cast<double>(means);
    auto const range_below = [&](double w) {   // P(range of k standard normals <= w)
        constexpr int steps = 160;
        auto const from = -8.0, h = (8 + 8.0) / steps;
        double sum = 0;
        for (int i = 0; i <= steps; ++i) {
            auto const z = from + i * h;
            auto const between = 0.5 * (std::erf((z + w) / std::sqrt(2.)) - std::erf(z / std::sqrt(2.)));
            auto const f = std::exp(-z * z / 2) / std::sqrt(2 * M_PI) * std::pow(std::max(0.0, between), k - 1);
            sum += f * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
        }
        return std::min(1.0, k * sum * h / 3);
    };
    if (degrees > 5000) return std::max(0.0, 1 - range_below(q));
    // over the error's own error: s = sqrt(chi square / degrees)
    auto const log_constant = std::log(2.) + degrees / 2 * std::log(degrees / 2) - std::lgamma(degrees / 2);
    auto const spread = 1 / std::sqrt(2 * degrees);
    auto const from = std::max(1e-9, 1 - 9 * spread), to = 1 + 9 * spread + (degrees < 4 ? 4 : 0);
    constexpr int steps = 200;
    auto const h = (to - from) / steps;
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
        auto const s = from + i * h;
        auto const density = std::exp(log_constant + (degrees - 1) * std::log(s) - degrees * s * s / 2);
        sum += density * range_below(q * s) * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
    }
    return std::clamp(1 - sum * h / 3, 0.0, 1.0);
}

std::vector<std::string> letters_of(std::vector<std::vector<bool>> const& differ, std::vector<double> const& means) {
    auto const n = means.size();
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return means[a] > means[b]; });
    // insert and absorb (Piepho 2004)
    std::vector<std::vector<bool>> groups{std::vector<bool>(n, true)};
    for (size_t i = 0; i < n; ++i)
        for (size_t j = i + 1; j < n; ++j) {
            if (!differ[order[i]][order[j]]) continue;
            std::vector<std::vector<bool>> next;
            for (auto const& g : groups) {
                if (!g[i] || !g[j]) { next.push_back(g); continue; }
                auto a = g, b = g;
                a[i] = false;
                b[j] = false;
                next.push_back(std::move(b));
                next.push_back(std::move(a));
            }
            groups.clear();
            for (size_t a = 0; a < next.size(); ++a) {
                auto const within = [&](size_t b) { return std::equal(next[a].begin(), next[a].end(), next[b].begin(), [](bool x, bool y) { return !x || y; }); };
                bool absorbed = false;
                for (size_t b = 0; b < next.size() && !absorbed; ++b) absorbed = a != b && within(b) && (next[a] != next[b] || b < a);
                if (!absorbed) groups.push_back(next[a]);
            }
        }
    std::sort(groups.begin(), groups.end(), [](auto const& a, auto const& b) { return std::find(a.begin(), a.end(), true) - a.begin() < std::find(b.begin(), b.end(), true) - b.begin(); });
    std::vector<std::string> out(n);
    for (size_t g = 0; g < groups.size(); ++g)
        for (size_t i = 0; i < n; ++i) if (groups[g][i]) out[order[i]] += static_cast<char>('a' + g % 26);
    return out;
}

Result<Profile> profile(Scores const& s) {
    std::vector<std::vector<size_t>> by_taster(static_cast<size_t>(s.tasters));
    std::map<std::pair<int, int>, int> cells;
    double low = std::numeric_limits<double>::infinity(), high = -low, mean = 0;
    for (size_t r = 0; r < s.rows.size(); ++r) {
        auto const& row = s.rows[r];
        by_taster[static_cast<size_t>(row.taster)].push_back(r);
        ++cells[{row.taster, row.product}];
        low = std::min(low, row.score);
        high = std::max(high, row.score);
        mean += row.score / static_cast<double>(s.rows.size());
    }
    auto const fixed = fixed_of(s);
    if (s.tasters < 2 || s.products < 2 || static_cast<Index>(s.rows.size()) <= fixed.columns + 1)
        return refuse("scores_too_few", "Scores of two products by two tasters are the least that can be compared.");
    if (!(high > low)) return refuse("scores_constant", "All scores are the same.");
    auto const interaction = std::any_of(cells.begin(), cells.end(), [](auto const& c) { return c.second > 1; });
    std::vector<Block> blocks;
    double variance = 0;
    for (auto const& rows : by_taster) {
        if (rows.empty()) continue;
        Block b{fixed.of(s, rows), Vector(static_cast<Index>(rows.size())), {}};
        for (size_t r = 0; r < rows.size(); ++r) {
            b.y[static_cast<Index>(r)] = s.rows[rows[r]].score;
            b.product.push_back(s.rows[rows[r]].product);
            variance += (s.rows[rows[r]].score - mean) * (s.rows[rows[r]].score - mean) / static_cast<double>(s.rows.size());
        }
        blocks.push_back(std::move(b));
    }
    auto const sd = std::sqrt(variance);
    std::vector<double> start(interaction ? 3 : 2, sd / 2);
    if (!std::isfinite(solve(blocks, fixed.columns, start, interaction).minus_twice))
        return refuse("products_unconnected", "Products and further factors cannot be told apart: one always goes with the other. Leave a factor out.");
    auto const found = minimise([&](auto const& x) { return std::abs(x.back()) < 1e-8 * sd ? std::numeric_limits<double>::infinity() : solve(blocks, fixed.columns, x, interaction).minus_twice; }, start);
    auto sds = found.at;
    for (auto& x : sds) { x = std::abs(x); if (x < 1e-4 * sd) x = 0; }
    auto const solved = solve(blocks, fixed.columns, sds, interaction);
    Degrees const degrees{blocks, fixed.columns, sds, interaction};

    Profile out;
    out.tasters = static_cast<int>(blocks.size());
    out.scores = static_cast<int>(s.rows.size());
    out.taster_sd = sds[0];
    out.interaction_sd = interaction ? sds[1] : 0;
    out.error_sd = sds.back();
    out.reml = solved.minus_twice;
    auto const k = s.products;
    std::vector<double> means;
    for (int i = 0; i < k; ++i) {
        Vector c = Vector::Zero(fixed.columns);
        c[i] = 1;
        for (size_t f = 0; f < s.factor_sizes.size(); ++f)
            for (int l = 1; l < s.factor_sizes[f]; ++l) c[fixed.factor_at[f] + l - 1] = 1.0 / s.factor_sizes[f];
        ProductMean m;
        m.mean = c.dot(solved.beta);
        auto const v = c.dot(solved.covariance * c);
        m.error = std::sqrt(v);
        auto const t = t_quantile(0.975, degrees.of(c, v));
        m.low = m.mean - t * m.error;
        m.high = m.mean + t * m.error;
        means.push_back(m.mean);
        out.means.push_back(std::move(m));
    }
    auto const none = std::vector<std::vector<bool>>(static_cast<size_t>(k), std::vector<bool>(static_cast<size_t>(k), false));
    auto by_tukey = none, by_lsd = none;
    for (int i = 0; i < k; ++i)
        for (int j = i + 1; j < k; ++j) {
            Vector c = Vector::Zero(fixed.columns);
            c[i] = 1;
            c[j] = -1;
            auto const v = c.dot(solved.covariance * c);
            MeanDifference d{i, j, c.dot(solved.beta), std::sqrt(v), degrees.of(c, v), 1, 1};
            auto const t = std::abs(d.value) / d.error;
            d.p = t_beyond(t, d.degrees);
            d.p_tukey = studentised_range_above(t * std::sqrt(2.), k, d.degrees);
            auto const a = static_cast<size_t>(i), b = static_cast<size_t>(j);
            by_tukey[a][b] = by_tukey[b][a] = d.p_tukey < 0.05;
            by_lsd[a][b] = by_lsd[b][a] = d.p < 0.05;
            out.differences.push_back(d);
        }
    auto const tukey = letters_of(by_tukey, means), lsd = letters_of(by_lsd, means);
    for (size_t i = 0; i < means.size(); ++i) { out.means[i].group_tukey = tukey[i]; out.means[i].group_lsd = lsd[i]; }
    Matrix contrasts = Matrix::Zero(k - 1, fixed.columns);
    for (int i = 1; i < k; ++i) { contrasts(i - 1, 0) = -1; contrasts(i - 1, i) = 1; }
    out.product = joint(contrasts, solved, degrees);
    for (size_t f = 0; f < s.factor_sizes.size(); ++f) {
        Matrix of = Matrix::Zero(s.factor_sizes[f] - 1, fixed.columns);
        for (int l = 1; l < s.factor_sizes[f]; ++l) of(l - 1, fixed.factor_at[f] + l - 1) = 1;
        out.factors.push_back(of.rows() ? joint(of, solved, degrees) : FactorTest{});
    }
    return out;
}

Result<OrdinalProfile> ordinal_profile(Scores const& s, bool random) {
    int categories = 0;
    for (auto const& r : s.rows) categories = std::max(categories, static_cast<int>(r.score) + 1);
    if (s.products < 2 || s.rows.size() < 4) return refuse("scores_too_few", "Scores of two products are the least that can be compared.");
    if (categories < 2) return refuse("scores_constant", "All scores are the same.");
    // Gauss-Hermite nodes by the eigenvalues of the recurrence (Golub and Welsch 1969), for the standard normal
    constexpr Index nodes = 15;
    Matrix recurrence = Matrix::Zero(nodes, nodes);
    for (Index i = 1; i < nodes; ++i) recurrence(i, i - 1) = recurrence(i - 1, i) = std::sqrt(static_cast<double>(i));
    Eigen::SelfAdjointEigenSolver<Matrix> const rule{recurrence};
    std::vector<std::vector<size_t>> by_taster(static_cast<size_t>(s.tasters));
    for (size_t r = 0; r < s.rows.size(); ++r) by_taster[static_cast<size_t>(s.rows[r].taster)].push_back(r);
    auto const cuts = static_cast<size_t>(categories - 1);

    auto const minus_log = [&](std::vector<double> const& x, bool with_products) {
        for (size_t c = 1; c < cuts; ++c) if (!(x[c] > x[c - 1])) return std::numeric_limits<double>::infinity();
        auto at = cuts;
        std::vector<double> product(static_cast<size_t>(s.products), 0);
        if (with_products) for (int i = 1; i < s.products; ++i) product[static_cast<size_t>(i)] = x[at++];
        std::vector<std::vector<double>> factors;
        for (auto const size : s.factor_sizes) {
            factors.emplace_back(static_cast<size_t>(size), 0.0);
            for (int l = 1; l < size; ++l) factors.back()[static_cast<size_t>(l)] = x[at++];
        }
        auto const sd = random ? x[at] : 0.0;
        auto const log_share = [&](Scores::Row const& r, double u) {
            auto eta = product[static_cast<size_t>(r.product)] + sd * u;
            for (size_t f = 0; f < factors.size(); ++f) eta += factors[f][static_cast<size_t>(r.levels[f])];
            auto const k = static_cast<size_t>(r.score);
            auto const below = [&](size_t cut) { return 1 / (1 + std::exp(eta - x[cut])); };
            return std::log(std::max(1e-300, (k < cuts ? below(k) : 1.0) - (k > 0 ? below(k - 1) : 0.0)));
        };
        double sum = 0;
        for (auto const& rows : by_taster) {
            if (rows.empty()) continue;
            auto const joint_at = [&](double u) { double l = -u * u / 2; for (auto const r : rows) l += log_share(s.rows[r], u); return l; };
            if (!random) { sum += joint_at(0); continue; }
            double mode = 0, bend = 1;
            for (int step = 0; step < 30; ++step) {
                constexpr double h = 1e-3;
                auto const up = joint_at(mode + h), here = joint_at(mode), down = joint_at(mode - h);
                auto const slope = (up - down) / (2 * h);
                bend = std::max(0.5, -(up - 2 * here + down) / (h * h));
                auto const move = std::clamp(slope / bend, -2.0, 2.0);
                mode += move;
                if (std::abs(move) < 1e-7) break;
            }
            auto const width = 1 / std::sqrt(bend);
            double integral = 0;
            auto const top = joint_at(mode);
            for (Index i = 0; i < nodes; ++i) {
                auto const z = rule.eigenvalues()[i], weight = rule.eigenvectors()(0, i) * rule.eigenvectors()(0, i);
                integral += weight * std::exp(joint_at(mode + width * z) - top + z * z / 2);
            }
            sum += top + std::log(integral * width);
        }
        return -sum;
    };
    auto const fit = [&](bool with_products) {
        std::vector<double> start;
        std::vector<double> counts(static_cast<size_t>(categories), 0.5);
        for (auto const& r : s.rows) ++counts[static_cast<size_t>(r.score)];
        auto const all = std::accumulate(counts.begin(), counts.end(), 0.0);
        double below = 0;
        for (size_t c = 0; c < cuts; ++c) { below += counts[c]; start.push_back(std::log(below / (all - below))); }
        auto rest = with_products ? static_cast<size_t>(s.products) - 1 : 0;
        for (auto const size : s.factor_sizes) rest += static_cast<size_t>(size) - 1;
        start.resize(cuts + rest, 0);
        if (random) start.push_back(0.7);
        return minimise([&](auto const& x) { return minus_log(x, with_products); }, start);
    };
    auto const fitted = fit(true), without = fit(false);
    auto const n = fitted.at.size();
    auto const error = [&](size_t i) { return std::sqrt(std::max(0.0, fitted.curvature[i * n + i])); };
    OrdinalProfile out;
    for (size_t c = 0; c < cuts; ++c) { out.thresholds.push_back(fitted.at[c]); out.threshold_errors.push_back(error(c)); }
    out.product.push_back(0);
    out.product_error.push_back(0);
    auto at = cuts;
    for (int i = 1; i < s.products; ++i, ++at) { out.product.push_back(fitted.at[at]); out.product_error.push_back(error(at)); }
    std::vector<double> ps;
    for (size_t i = 0; i < out.product.size(); ++i)
        for (size_t j = i + 1; j < out.product.size(); ++j) {
            auto const c = [&](size_t a, size_t b) { return a == 0 || b == 0 ? 0 : fitted.curvature[(cuts + a - 1) * n + cuts + b - 1]; };
            MeanDifference d{static_cast<int>(i), static_cast<int>(j), out.product[i] - out.product[j], std::sqrt(std::max(0.0, c(i, i) + c(j, j) - 2 * c(i, j))), 0, 1, 1};
            d.p = d.error > 0 ? 2 * normal_below(-std::abs(d.value) / d.error) : 1;
            ps.push_back(d.p);
            out.differences.push_back(d);
        }
    ps = holm(std::move(ps));
    for (size_t i = 0; i < ps.size(); ++i) out.differences[i].p_tukey = ps[i];
    for (auto const size : s.factor_sizes) {
        out.factors.emplace_back(1, 0.0);
        out.factor_errors.emplace_back(1, 0.0);
        for (int l = 1; l < size; ++l, ++at) { out.factors.back().push_back(fitted.at[at]); out.factor_errors.back().push_back(error(at)); }
    }
    if (random) out.taster_sd = std::abs(fitted.at[at]);
    out.log_likelihood = -fitted.value;
    out.degrees = s.products - 1;
    out.chi_square = std::max(0.0, 2 * (without.value - fitted.value));
    out.p = chi_square_above(out.chi_square, out.degrees);
    return out;
}

std::vector<TasterWork> work_of(Scores const& s) {
    auto const tasters = static_cast<size_t>(s.tasters), products = static_cast<size_t>(s.products);
    std::vector<std::vector<std::vector<double>>> cells(tasters, std::vector<std::vector<double>>(products));
    for (auto const& r : s.rows) cells[static_cast<size_t>(r.taster)][static_cast<size_t>(r.product)].push_back(r.score);
    auto const mean_of = [](std::vector<double> const& v) { return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()); };
    std::vector<TasterWork> out;
    for (size_t t = 0; t < tasters; ++t) {
        TasterWork w;
        double n = 0, sum = 0, within = 0, between = 0, filled = 0;
        for (auto const& c : cells[t]) { n += static_cast<double>(c.size()); sum += std::accumulate(c.begin(), c.end(), 0.0); }
        w.mean = n > 0 ? sum / n : 0;
        double all = 0;
        for (auto const& c : cells[t]) {
            if (c.empty()) continue;
            ++filled;
            auto const m = mean_of(c);
            between += static_cast<double>(c.size()) * (m - w.mean) * (m - w.mean);
            for (auto const x : c) { within += (x - m) * (x - m); all += (x - w.mean) * (x - w.mean); }
        }
        w.spread = n > 1 ? std::sqrt(all / (n - 1)) : 0;
        if (n > filled && filled > 1) {
            w.repeated = true;
            w.repeats_sd = std::sqrt(within / (n - filled));
            w.discriminates_p = within > 1e-12 ? f_above(between / (filled - 1) / (within / (n - filled)), filled - 1, n - filled) : between > 1e-12 ? 0 : 1;
        }
        std::vector<double> own, others;
        for (size_t p = 0; p < products; ++p) {
            std::vector<double> means;
            for (size_t o = 0; o < tasters; ++o) if (o != t && !cells[o][p].empty()) means.push_back(mean_of(cells[o][p]));
            if (cells[t][p].empty() || means.empty()) continue;
            own.push_back(mean_of(cells[t][p]));
            others.push_back(mean_of(means));
        }
        if (own.size() > 2) {
            auto const a = mean_of(own), b = mean_of(others);
            double ab = 0, aa = 0, bb = 0;
            for (size_t i = 0; i < own.size(); ++i) { ab += (own[i] - a) * (others[i] - b); aa += (own[i] - a) * (own[i] - a); bb += (others[i] - b) * (others[i] - b); }
            w.agrees = aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
        }
        out.push_back(w);
    }
    return out;
}

Consistency consistency_of(std::vector<LotMean> const& lots) {
    Consistency c;
    double w = 0, wx = 0, ww = 0;
    for (auto const& l : lots) { auto const x = 1 / (l.error * l.error); w += x; wx += x * l.mean; ww += x * x; }
    auto const common = wx / w;
    double q = 0;
    for (auto const& l : lots) q += (l.mean - common) * (l.mean - common) / (l.error * l.error);
    auto const degrees = static_cast<double>(lots.size()) - 1;
    c.p = chi_square_above(q, degrees);
    c.between_sd = std::sqrt(std::max(0.0, (q - degrees) / (w - ww / w)));
    double v = 0, vx = 0;
    for (auto const& l : lots) { auto const x = 1 / (l.error * l.error + c.between_sd * c.between_sd); v += x; vx += x * l.mean; }
    c.mean = vx / v;
    c.error = 1 / std::sqrt(v);
    for (size_t i = 0; i < lots.size(); ++i) {   // against the others, so that one odd lot does not hide itself
        double o = 0, ox = 0;
        for (size_t j = 0; j < lots.size(); ++j) if (j != i) { auto const x = 1 / (lots[j].error * lots[j].error); o += x; ox += x * lots[j].mean; }
        Consistency::Lot lot;
        lot.away = (lots[i].mean - ox / o) / std::sqrt(lots[i].error * lots[i].error + 1 / o);
        lot.outside = std::abs(lot.away) > 3;
        c.lots.push_back(lot);
    }
    return c;
}

} // namespace osetra::quality
