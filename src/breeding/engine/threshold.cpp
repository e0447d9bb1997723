#include "breeding/engine/threshold.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::size_t;

Eigen::Index ix(size_t i) { return static_cast<Eigen::Index>(i); }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }
/// Chance of a standard normal between two numbers, without loss in either tail.
double between(double low, double high) { return low > 0 ? between(-high, -low) : 0.5 * (std::erfc(-high * std::numbers::sqrt2 / 2) - std::erfc(-low * std::numbers::sqrt2 / 2)); }

using Values = std::vector<std::vector<double>>;

class Newton {
public:
    Newton(ThresholdModel const& told, std::vector<double> const& variance) : m_told(told), m_model(told.model), m_equations(told.model), m_cuts(told.categories - 1) {
        for (auto const v : variance) m_variances.push_back(Covariance::diagonal(1, v));
        m_variances.push_back(Covariance::diagonal(1, 1));
        m_model.weight.assign(m_model.records(), 1);
    }

    Result<ThresholdSolution> run() {
        start();
        OSETRA_TRY(climb());
        return solution();
    }

private:
    size_t records() const { return m_model.records(); }
    size_t category(size_t r) const { return static_cast<size_t>(m_told.model.y[0][r]); }

    void start() {   // thresholds that give the frequencies there are; all else nought
        std::vector<double> count(m_told.categories, 0);
        for (size_t r = 0; r < records(); ++r) ++count[category(r)];
        double below = 0;
        for (size_t k = 0; k < m_cuts; ++k) {
            below += count[k];
            auto const share = std::clamp(below / static_cast<double>(records()), 1e-6, 1 - 1e-6);
            double low = -6, high = 6;
            for (int i = 0; i < 60; ++i) (between(-40, (low + high) / 2) < share ? low : high) = (low + high) / 2;
            m_threshold.push_back((low + high) / 2);
        }
        for (auto const& e : m_model.effects) m_value.emplace_back(e.levels, 0.0);
    }

    std::vector<double> liability(Values const& value) const {
        std::vector<double> out(records(), 0);
        for (size_t e = 0; e < m_model.effects.size(); ++e) {
            auto const& effect = m_model.effects[e];
            for (size_t r = 0; r < records(); ++r) {
                if (effect.kind == Effect::Kind::slope) out[r] += effect.number[r] * value[e][0];
                else if (effect.level[r] >= 0) out[r] += value[e][static_cast<size_t>(effect.level[r])];
            }
        }
        return out;
    }
    double edge(std::vector<double> const& t, size_t k) const { return k == 0 ? -40 : k > m_cuts ? 40 : t[k - 1]; }   // below category k

    double log_posterior(Values const& value, std::vector<double> const& t) const {
        for (size_t k = 1; k < m_cuts; ++k) if (!(t[k] > t[k - 1])) return -std::numeric_limits<double>::infinity();
        auto const eta = liability(value);
        double out = 0;
        for (size_t r = 0; r < records(); ++r) out += std::log(std::max(1e-300, between(edge(t, category(r)) - eta[r], edge(t, category(r) + 1) - eta[r])));
        for (size_t e = 0, component = 0; e < m_model.effects.size(); ++e) {
            if (!m_model.effects[e].is_random()) continue;
            out -= square(m_model.effects[e], value[e], value[e]) / (2 * m_variances[component++](0, 0));
        }
        return out;
    }
    /// a' K^-1 b over the levels of a random effect.
    double square(Effect const& e, std::vector<double> const& a, std::vector<double> const& b) const {
        double out = 0;
        if (!e.is_related()) { for (size_t l = 0; l < a.size(); ++l) out += a[l] * b[l]; return out; }
        auto const& k = m_model.kinship_inverse;
        for (size_t i = 0; i < k.size(); ++i)
            for (auto at = k.start[i]; at < k.start[i + 1]; ++at) {
                auto const j = static_cast<size_t>(k.column[at]);
                out += k.value[at] * (i == j ? a[i] * b[i] : a[i] * b[j] + a[j] * b[i]);
            }
        return out;
    }

    /// Slopes and curvatures of the log likelihood at the present point. It is concave [Pratt 1981, J. Am. Stat. Assoc. 76:103].
    struct Curve {
        std::vector<double> eta, slope, weight;   // of each record, by its liability
        Values cross;                             // of each threshold, of each record: by both
        VectorXd cut_slope;
        MatrixXd cut_weight;
    };
    Curve curve() const {
        Curve c{liability(m_value), {}, {}, Values(m_cuts, std::vector<double>(records())), VectorXd::Zero(ix(m_cuts)), MatrixXd::Zero(ix(m_cuts), ix(m_cuts))};
        for (size_t r = 0; r < records(); ++r) {   // second derivatives of log(normal(high) - normal(low)), taken with the other sign
            auto const own = category(r);
            auto const low = edge(m_threshold, own) - c.eta[r], high = edge(m_threshold, own + 1) - c.eta[r];
            auto const p = std::max(1e-290, between(low, high)), of_low = own == 0 ? 0 : density(low) / p, of_high = own == m_cuts ? 0 : density(high) / p;
            auto const slope = of_low - of_high;
            c.slope.push_back(slope);
            c.weight.push_back(std::max(1e-8, high * of_high - low * of_low + slope * slope));
            if (own > 0) {
                auto const k = own - 1;
                c.cut_slope(ix(k)) -= of_low;
                c.cut_weight(ix(k), ix(k)) += of_low * (of_low - low);
                c.cross[k][r] = of_low * (low - slope);
            }
            if (own < m_cuts) {
                c.cut_slope(ix(own)) += of_high;
                c.cut_weight(ix(own), ix(own)) += of_high * (of_high + high);
                c.cross[own][r] = -of_high * (high - slope);
            }
            if (own > 0 && own < m_cuts) {
                c.cut_weight(ix(own - 1), ix(own)) -= of_low * of_high;
                c.cut_weight(ix(own), ix(own - 1)) -= of_low * of_high;
            }
        }
        return c;
    }

    /// The curvature of thresholds with all else taken out of it; the first is held where fixed effects hold a constant.
    struct Cuts { Values of_all; MatrixXd inverse; size_t held = 0; };   // of_all: by threshold, then effect and level one after another
    Result<Values> solve(Curve const& c, std::vector<double> const& y) {
        m_model.weight = c.weight;
        m_model.y[0] = y;
        m_equations.sum_again(m_model);
        return OSETRA_TRY(m_equations.solve(m_variances, false)).value;
    }
    std::vector<double> over_weight(Curve const& c, std::vector<double> v) const {
        for (size_t r = 0; r < v.size(); ++r) v[r] /= c.weight[r];
        return v;
    }
    struct Step { Values value; std::vector<double> threshold; std::vector<Values> cross; MatrixXd cut_inverse; };
    Result<Step> step() {
        auto const c = curve();
        auto y = c.eta;   // the records of a model with the same curvature
        for (size_t r = 0; r < records(); ++r) {
            y[r] += c.slope[r] / c.weight[r];
            for (size_t k = 0; k < m_cuts; ++k) y[r] += c.cross[k][r] * m_threshold[k] / c.weight[r];
        }
        Step out{OSETRA_TRY(solve(c, y)), m_threshold, {}, MatrixXd::Zero(ix(m_cuts), ix(m_cuts))};
        auto const at_nought = liability(out.value);
        Values fitted;
        for (size_t k = 0; k < m_cuts; ++k) {
            out.cross.push_back(m_equations.solve_again(m_model, over_weight(c, c.cross[k])));
            fitted.push_back(liability(out.cross.back()));
        }
        MatrixXd s = c.cut_weight;
        VectorXd right = c.cut_slope + c.cut_weight * Eigen::Map<VectorXd const>(m_threshold.data(), ix(m_cuts));
        for (size_t k = 0; k < m_cuts; ++k) {
            for (size_t r = 0; r < records(); ++r) right(ix(k)) += c.cross[k][r] * (c.eta[r] - at_nought[r]);
            for (size_t j = 0; j < m_cuts; ++j) for (size_t r = 0; r < records(); ++r) s(ix(k), ix(j)) -= c.cross[k][r] * fitted[j][r];
        }
        auto const held = s.rowwise().sum().cwiseAbs().maxCoeff() < 1e-7 * c.cut_weight.cwiseAbs().maxCoeff() ? Eigen::Index{1} : Eigen::Index{0};
        auto const free = ix(m_cuts) - held;
        if (free > 0) {
            MatrixXd const inner = s.bottomRightCorner(free, free);
            if (held) right -= s.col(0) * m_threshold[0];
            VectorXd const t = inner.ldlt().solve(right.tail(free));
            for (Eigen::Index k = 0; k < free; ++k) out.threshold[static_cast<size_t>(k + held)] = t(k);
            out.cut_inverse.bottomRightCorner(free, free) = inner.inverse();
        }
        for (size_t k = 0; k < m_cuts; ++k)
            for (size_t e = 0; e < out.value.size(); ++e)
                for (size_t l = 0; l < out.value[e].size(); ++l) out.value[e][l] -= out.cross[k][e][l] * out.threshold[k];
        return out;
    }

    Result<Done> climb() {
        auto height = log_posterior(m_value, m_threshold);
        for (m_rounds = 1; m_rounds <= 100; ++m_rounds) {
            auto to = OSETRA_TRY(step());
            auto const from_value = m_value;
            auto const from_threshold = m_threshold;
            double moved = 0, size = 1;
            for (int half = 0; half < 20; ++half, size /= 2) {
                moved = 0;
                for (size_t e = 0; e < m_value.size(); ++e)
                    for (size_t l = 0; l < m_value[e].size(); ++l) {
                        auto const by = size * (to.value[e][l] - from_value[e][l]);
                        m_value[e][l] = from_value[e][l] + by;
                        moved = std::max(moved, std::abs(by));
                    }
                for (size_t k = 0; k < m_cuts; ++k) {
                    auto const by = size * (to.threshold[k] - from_threshold[k]);
                    m_threshold[k] = from_threshold[k] + by;
                    moved = std::max(moved, std::abs(by));
                }
                auto const now = log_posterior(m_value, m_threshold);
                if (now >= height - 1e-9 * (1 + std::abs(height))) { height = now; break; }
            }
            if (!std::isfinite(height)) break;
            if (moved < 1e-9) { m_height = height; return Done{}; }
        }
        return refuse("threshold_failed", "No best point was found: categories may be parted wholly by the fixed effects. Make the model simpler, or some effects random.", "model");
    }

    Result<ThresholdSolution> solution() {
        ThresholdSolution out{m_threshold, m_value, {}, m_height, m_rounds, {}, {}};
        auto const last = OSETRA_TRY(step());
        auto const c = curve();
        m_model.weight = c.weight;
        m_model.y[0] = c.eta;
        for (size_t r = 0; r < records(); ++r) m_model.y[0][r] += c.slope[r] / c.weight[r];
        m_equations.sum_again(m_model);
        auto const solved = OSETRA_TRY(m_equations.solve(m_variances, true));
        auto const round = OSETRA_TRY(m_equations.round(m_variances));
        auto const components = m_variances.size() - 1;   // but the residual, which is one
        for (size_t i = 0; i < components; ++i) for (size_t j = 0; j < components; ++j) out.information.push_back(round.information[i * (components + 1) + j]);
        auto const& s = last.cut_inverse;
        for (size_t e = 0, component = 0; e < m_model.effects.size(); ++e) {
            auto const& effect = m_model.effects[e];
            auto& error = out.error_variance.emplace_back();
            if (!effect.is_random()) {
                if (effect.kind != Effect::Kind::fixed) continue;
                auto const first = out.value[e][0];
                for (auto& v : out.value[e]) v -= first;
                for (auto& t : out.threshold) t -= first;
                continue;
            }
            error = solved.error_variance[e];
            auto expectation = round.expectation[component++](0, 0);
            for (size_t j = 0; j < m_cuts; ++j)
                for (size_t k = 0; k < m_cuts; ++k) {
                    for (size_t l = 0; l < error.size(); ++l) error[l] += s(ix(j), ix(k)) * last.cross[j][e][l] * last.cross[k][e][l];
                    expectation += s(ix(j), ix(k)) * square(effect, last.cross[j][e], last.cross[k][e]) / static_cast<double>(effect.levels);
                }
            out.expectation.push_back(expectation);
        }
        return out;
    }

    ThresholdModel const& m_told;
    MixedModel m_model;          // with weights and records of the present point
    Equations m_equations;
    size_t m_cuts;
    Variances m_variances;
    Values m_value;
    std::vector<double> m_threshold;
    double m_height = 0;
    int m_rounds = 0;
};

std::optional<Refusal> extreme(ThresholdModel const& told) {
    for (size_t e = 0; e < told.model.effects.size(); ++e) {
        auto const& effect = told.model.effects[e];
        if (effect.kind != Effect::Kind::fixed) continue;
        std::vector<double> least(effect.levels, 1e9), most(effect.levels, -1);
        for (size_t r = 0; r < told.model.records(); ++r) {
            auto const l = static_cast<size_t>(effect.level[r]);
            least[l] = std::min(least[l], told.model.y[0][r]);
            most[l] = std::max(most[l], told.model.y[0][r]);
        }
        for (size_t l = 0; l < effect.levels; ++l)
            if (most[l] == 0 || least[l] == static_cast<double>(told.categories - 1))
                return Refusal{"category_extreme", "All records of one level of " + effect.name + " lie in the " + (most[l] == 0 ? "lowest" : "highest") + " category: how far from the others it is cannot be said. Make the effect random(" + effect.name + "), join levels, or leave its records out.", effect.name + " level " + std::to_string(l)};
    }
    return std::nullopt;
}

} // namespace

Result<ThresholdSolution> threshold_mode(ThresholdModel const& told, std::vector<double> const& variance) {
    if (auto no = extreme(told)) return tl::unexpected(*no);
    return Newton(told, variance).run();
}

namespace {

// towards nought EM crawls: a variance that falls below `small` is set at the floor, and let go once, for good, where it would rise from there
double const small = 1e-3, least = std::exp(-12.0);
enum class Way { free, at_floor, let_go };

/// Steps of average information to where EM would stand still: the gradient of a variance v with q levels that EM would move to e is q (e - v) / 2 v^2. Nothing where they do not arrive.
Result<std::optional<std::vector<double>>> by_information(ThresholdModel const& told, std::vector<double> v, std::function<void(double)> const& tell) {
    std::vector<double> levels;
    for (auto const& e : told.model.effects) if (e.is_random()) levels.push_back(static_cast<double>(e.levels));
    std::vector<Way> way(v.size(), Way::free);
    auto last = 1e300;
    for (int i = 0; i < 60; ++i) {
        auto const mode = OSETRA_TRY(Newton(told, v).run());
        tell(-2 * mode.log_posterior);
        std::vector<size_t> free;
        auto let_go = false;
        for (size_t k = 0; k < v.size(); ++k) {
            if (way[k] == Way::at_floor && mode.expectation[k] > v[k]) { way[k] = Way::let_go; v[k] = small; let_go = true; }
            if (way[k] != Way::at_floor) free.push_back(k);
        }
        if (let_go) continue;
        MatrixXd information(ix(free.size()), ix(free.size()));
        VectorXd gradient(ix(free.size()));
        for (size_t a = 0; a < free.size(); ++a) {
            auto const k = free[a];
            gradient(ix(a)) = levels[k] * (mode.expectation[k] - v[k]) / (2 * v[k] * v[k]);
            for (size_t b = 0; b < free.size(); ++b) information(ix(a), ix(b)) = mode.information[k * v.size() + free[b]];
        }
        Eigen::LLT<MatrixXd> const solver(information);
        VectorXd step = solver.solve(gradient);
        if (!free.empty() && (solver.info() != Eigen::Success || !step.allFinite())) return std::optional<std::vector<double>>{};
        double far = 0;
        for (size_t a = 0; a < free.size(); ++a) far = std::max(far, std::abs(step(ix(a))) / v[free[a]]);
        auto const share = i > 3 && far > 0.9 * last ? 0.5 : 1.0;   // to and fro: half the way
        last = far;
        auto fell = false;
        for (size_t a = 0; a < free.size(); ++a) {
            auto const k = free[a];
            auto const next = std::clamp(v[k] + share * step(ix(a)), v[k] / 8, 8 * v[k]);
            if (way[k] == Way::free && next < small && next < v[k]) { way[k] = Way::at_floor; v[k] = least; fell = true; continue; }
            v[k] = std::clamp(next, least, std::exp(6.0));
        }
        if (far < 1e-6 && !fell) return std::optional{v};
    }
    return std::optional<std::vector<double>>{};
}

} // namespace

Result<ThresholdVariances> threshold_variances(ThresholdModel const& told, std::vector<double> start, std::function<void(int, double)> const& tell) {
    if (auto no = extreme(told)) return tl::unexpected(*no);
    ThresholdVariances out;
    using Logs = std::vector<double>;
    auto const next = [&](Logs const& from) -> Result<Logs> {
        std::vector<double> variance;
        for (auto const x : from) variance.push_back(std::exp(std::clamp(x, -12.0, 6.0)));
        auto const mode = OSETRA_TRY(Newton(told, variance).run());
        if (tell) tell(++out.rounds, -2 * mode.log_posterior);
        Logs to;
        for (auto const v : mode.expectation) to.push_back(std::log(std::max(1e-6, v)));
        return to;
    };
    Logs x;
    for (auto const v : start) x.push_back(std::log(v));
    if (auto const found = OSETRA_TRY(by_information(told, start, [&](double height) { if (tell) tell(++out.rounds, height); }))) {
        out.converged = true;
        for (size_t k = 0; k < x.size(); ++k) x[k] = std::log((*found)[k]);
    }
    for (int i = 0; i < 60 && !out.converged; ++i) {   // two steps, then the jump that their differences promise [Varadhan & Roland 2008, Scand. J. Stat. 35:335]
        auto const one = OSETRA_TRY(next(x)), two = OSETRA_TRY(next(one));
        double step = 0, bend = 0, far = 0;
        for (size_t k = 0; k < x.size(); ++k) {
            auto const r = one[k] - x[k], v = two[k] - one[k] - r;
            step += r * r;
            bend += v * v;
            far = std::max(far, std::abs(two[k] - one[k]));
        }
        auto const jump = bend > 0 ? std::clamp(-std::sqrt(step / bend), -30.0, -1.0) : -1.0;
        for (size_t k = 0; k < x.size(); ++k) {
            auto const r = one[k] - x[k], v = two[k] - one[k] - r;
            x[k] = std::clamp(x[k] - 2 * jump * r + jump * jump * v, -12.0, 6.0);
        }
        if (far < 1e-6) { x = two; out.converged = true; }
    }
    for (auto const v : x) out.variance.push_back(std::exp(v));
    auto const mode = OSETRA_TRY(Newton(told, out.variance).run());
    auto const n = ix(x.size());
    MatrixXd const errors = Eigen::Map<MatrixXd const>(mode.information.data(), n, n).inverse();
    if (!errors.allFinite()) return refuse("threshold_failed", "The records do not tell these variances apart. Take one of the effects out.", "model");
    out.covariance.assign(errors.data(), errors.data() + errors.size());
    return out;
}

} // namespace osetra::breeding
