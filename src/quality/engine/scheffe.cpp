#include "quality/engine/scheffe.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <numeric>

#include <Eigen/Dense>

namespace osetra::quality {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

Eigen::Index ix(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// Blends of one attribute that were judged.
struct Seen {
    std::vector<std::vector<double>> share;
    std::vector<double> value;
};

VectorXd row_of(std::vector<double> const& share, Pairs const& pairs) {
    VectorXd out(ix(share.size() + pairs.size()));
    for (std::size_t k = 0; k < share.size(); ++k) out[ix(k)] = share[k];
    for (std::size_t t = 0; t < pairs.size(); ++t) out[ix(share.size() + t)] = share[pairs[t].first] * share[pairs[t].second];
    return out;
}

/// Least squares; `press` the sum of squared errors of blends left out, infinite where a blend alone tells of a term.
struct Fit {
    bool possible = false;
    VectorXd coefficient;
    double press = 0;
    std::vector<double> left_out;
};

Fit fit(Seen const& seen, Pairs const& pairs, std::size_t without = SIZE_MAX) {
    auto const kinds = seen.share.front().size();
    auto const n = seen.value.size() - (without < seen.value.size() ? 1 : 0);
    Fit out;
    if (n <= kinds + pairs.size()) return out;
    MatrixXd x(ix(n), ix(kinds + pairs.size()));
    VectorXd y(ix(n));
    Eigen::Index r = 0;
    for (std::size_t i = 0; i < seen.value.size(); ++i) {
        if (i == without) continue;
        x.row(r) = row_of(seen.share[i], pairs).transpose();
        y[r++] = seen.value[i];
    }
    Eigen::ColPivHouseholderQR<MatrixXd> qr{x};
    qr.setThreshold(1e-8);
    if (qr.rank() < x.cols()) return out;
    out.coefficient = qr.solve(y);
    MatrixXd const q = qr.householderQ() * MatrixXd::Identity(x.rows(), x.cols());
    VectorXd const residual = y - x * out.coefficient;
    out.possible = true;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        auto const leverage = q.row(i).squaredNorm();
        if (leverage > 1 - 1e-9) { out.possible = false; return out; }
        auto const error = residual[i] / (1 - leverage);
        out.press += error * error;
        out.left_out.push_back(y[i] - error);
    }
    return out;
}

/// Meetings one by one, as long as each takes a tenth off the error of left-out blends.
Pairs chosen(Seen const& seen, std::size_t without = SIZE_MAX) {
    auto const kinds = seen.share.front().size();
    Pairs taken;
    auto best = fit(seen, taken, without);
    while (best.possible) {
        std::pair<std::size_t, std::size_t> next{};
        auto press = 0.9 * best.press;
        auto better = false;
        for (std::size_t k = 0; k < kinds; ++k)
            for (std::size_t l = k + 1; l < kinds; ++l) {
                if (std::find(taken.begin(), taken.end(), std::pair{k, l}) != taken.end()) continue;
                auto more = taken;
                more.emplace_back(k, l);
                auto const tried = fit(seen, more, without);
                if (tried.possible && tried.press < press) { press = tried.press; next = {k, l}; better = true; }
            }
        if (!better) break;
        taken.push_back(next);
        best = fit(seen, taken, without);
    }
    return taken;
}

double r2(std::vector<double> const& value, std::vector<double> const& said) {
    auto const mean = std::accumulate(value.begin(), value.end(), 0.0) / static_cast<double>(value.size());
    double error = 0, spread = 0;
    for (std::size_t i = 0; i < value.size(); ++i) { error += (value[i] - said[i]) * (value[i] - said[i]); spread += (value[i] - mean) * (value[i] - mean); }
    return spread > 0 ? 1 - error / spread : 0;
}
double rms(std::vector<double> const& value, std::vector<double> const& said) {
    double error = 0;
    for (std::size_t i = 0; i < value.size(); ++i) error += (value[i] - said[i]) * (value[i] - said[i]);
    return std::sqrt(error / static_cast<double>(value.size()));
}

MixingModel model_of(std::string const& attribute, Seen const& seen, double trust) {
    MixingModel out;
    out.attribute = attribute;
    out.blends = seen.value.size();
    auto const linear = fit(seen, {});
    out.left_out_linear = linear.left_out;
    out.r2_linear = r2(seen.value, linear.left_out);
    for (std::size_t i = 0; i < seen.value.size(); ++i) {
        auto const pairs = chosen(seen, i);
        auto const without = fit(seen, pairs, i);
        out.left_out_interacting.push_back(without.possible ? row_of(seen.share[i], pairs).dot(without.coefficient) : linear.left_out[i]);
    }
    out.r2_interacting = r2(seen.value, out.left_out_interacting);
    // the simpler one, unless meetings clearly predict better
    constexpr double clearly = 0.05;
    auto const pairs = chosen(seen);
    if (out.r2_interacting >= trust && out.r2_interacting > out.r2_linear + clearly && !pairs.empty()) out.mixing = Mixing::interacting;
    else if (out.r2_linear >= trust) out.mixing = Mixing::linear;
    out.left_out = out.mixing == Mixing::interacting ? out.left_out_interacting : out.left_out_linear;
    if (out.mixing == Mixing::untold) {
        auto const mean = std::accumulate(seen.value.begin(), seen.value.end(), 0.0) / static_cast<double>(seen.value.size());
        out.error = rms(seen.value, std::vector<double>(seen.value.size(), mean));
        return out;
    }
    out.error = rms(seen.value, out.left_out);
    auto const taken = out.mixing == Mixing::interacting ? pairs : Pairs{};
    auto const final_fit = fit(seen, taken);
    auto const kinds = seen.share.front().size();
    for (std::size_t k = 0; k < kinds; ++k) out.pure.push_back(final_fit.coefficient[ix(k)]);
    for (std::size_t t = 0; t < taken.size(); ++t) out.meetings.push_back({taken[t].first, taken[t].second, final_fit.coefficient[ix(kinds + t)]});
    return out;
}

} // namespace

std::string_view word_of(Mixing m) {
    switch (m) {
        case Mixing::linear: return "linear";
        case Mixing::interacting: return "interacting";
        case Mixing::untold: break;
    }
    return "untold";
}

Result<std::vector<MixingModel>> find_mixing(PastBlends const& past, double trust) {
    for (std::size_t i = 0; i < past.share.size(); ++i) {
        auto const sum = std::accumulate(past.share[i].begin(), past.share[i].end(), 0.0);
        if (std::abs(sum - 1) > 1e-6) return refuse("shares_sum", fmt::format("The shares of past blend {} sum to {:.4f}, not to 1.", i + 1, sum), fmt::format("blend {}", i + 1));
    }
    std::vector<MixingModel> out;
    for (std::size_t a = 0; a < past.attributes.size(); ++a) {
        Seen seen;
        for (std::size_t i = 0; i < past.share.size(); ++i)
            if (std::isfinite(past.value[i][a])) { seen.share.push_back(past.share[i]); seen.value.push_back(past.value[i][a]); }
        if (seen.value.size() < past.kinds.size() + 2)
            return refuse("past_blends_few", fmt::format("{} past blends tell of {}; {} kinds need {} at the least.", seen.value.size(), past.attributes[a], past.kinds.size(), past.kinds.size() + 2), past.attributes[a]);
        if (!fit(seen, {}).possible) return refuse("past_blends_alike", "Past blends of which some kinds always go together, or one blend alone has a kind, do not tell what each kind does. Add blends, or leave a kind out.", past.attributes[a]);
        out.push_back(model_of(past.attributes[a], seen, trust));
    }
    return out;
}

double said_by(MixingModel const& m, std::vector<double> const& share) {
    double sum = 0;
    for (std::size_t k = 0; k < m.pure.size(); ++k) sum += m.pure[k] * share[k];
    for (auto const& x : m.meetings) sum += x.extra * share[x.kind] * share[x.other];
    return sum;
}

} // namespace osetra::quality
