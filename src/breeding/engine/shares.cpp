#include "breeding/engine/shares.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "breeding/engine/threshold.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;

/// Random effects whose levels are the same partition of the records, or one level a record: no data can split them.
std::vector<string> confounded(MixedModel const& model) {
    std::vector<string> out;
    auto const same = [&](Effect const& a, Effect const& b) {
        std::map<std::int32_t, std::int32_t> there, back;
        for (size_t r = 0; r < a.level.size(); ++r)
            if (there.try_emplace(a.level[r], b.level[r]).first->second != b.level[r] || back.try_emplace(b.level[r], a.level[r]).first->second != a.level[r]) return false;
        return true;
    };
    for (size_t i = 0; i < model.effects.size(); ++i) {
        auto const& a = model.effects[i];
        if (a.kind == Effect::Kind::slope || a.level.empty()) continue;
        if (a.kind == Effect::Kind::random || a.kind == Effect::Kind::permanent) {
            std::vector<char> seen(a.levels, 0);
            auto const once = std::none_of(a.level.begin(), a.level.end(), [&](std::int32_t l) { return std::exchange(seen[static_cast<size_t>(l)], 1); });
            if (once) out.push_back(a.name + " and residual cannot be told apart: every level of " + a.name + " has one record.");
        }
        for (size_t j = i + 1; j < model.effects.size(); ++j) {
            auto const& b = model.effects[j];
            if (b.kind == Effect::Kind::slope || b.level.empty() || (!a.is_random() && !b.is_random()) || a.is_related() || b.is_related()) continue;
            if (same(a, b)) out.push_back(a.name + " and " + b.name + " cannot be told apart: each level of one goes with one level of the other.");
        }
    }
    return out;
}

/// Of the random effects in their order and the residual.
std::vector<Share> shares_of(MixedModel const& model, std::vector<double> const& variance, std::vector<double> const& covariance, std::vector<char> const& at_boundary) {
    std::vector<Share> out;
    auto const n = variance.size();
    double whole = 0;
    for (auto const v : variance) whole += v;
    std::vector<string> names;
    for (auto const& e : model.effects) if (e.is_random()) names.push_back(e.name);
    names.push_back("residual");
    for (size_t c = 0; c < n; ++c) {
        Share s;
        s.source = names[c];
        s.variance = variance[c];
        s.variance_error = std::sqrt(std::max(0.0, covariance[c * n + c]));
        s.share = s.variance / whole;
        s.at_boundary = at_boundary[c];
        double error = 0;   // derivative of the share by component i: (i == c) / whole - v_c / whole^2
        for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < n; ++j) error += ((i == c) - s.share) * ((j == c) - s.share) * covariance[i * n + j] / (whole * whole);
        s.share_error = std::sqrt(std::max(0.0, error));
        std::tie(s.low, s.high) = share_interval(s.share, s.share_error);
        if (s.at_boundary) s.low = 0;
        out.push_back(std::move(s));
    }
    return out;
}

} // namespace

std::pair<double, double> share_interval(double share, double error) {
    if (!(share > 0 && share < 1 && error > 0)) return {0, 1};
    auto const logit = std::log(share / (1 - share)), width = 1.959964 * error / (share * (1 - share));
    return {1 / (1 + std::exp(-(logit - width))), 1 / (1 + std::exp(-(logit + width)))};
}

Result<VarianceReport> liability_report(Evaluation const& evaluation, std::function<void(int, double)> const& tell) {
    auto const& model = evaluation.model;
    auto const random = model.random_effects();
    if (random == 0) return refuse("nothing_random", "The formula has no random term: nothing can be shared out. Add animal or random(column).", "model");
    VarianceReport out;
    out.trait = model.traits[0];
    out.not_separable = confounded(model);
    if (!out.not_separable.empty()) { out.status = "not_separable"; return out; }
    auto const fit = OSETRA_TRY(threshold_variances({model, evaluation.categories.size()}, std::vector<double>(random, 0.2), tell));
    if (!fit.converged) return refuse("reml_failed", "The variances were not found in 60 rounds. Make the model simpler, or tell them.", "model");
    out.rounds = fit.rounds;
    auto variance = fit.variance;
    std::vector<char> at_boundary(random + 1, 0);
    for (size_t c = 0; c < random; ++c) at_boundary[c] = variance[c] < 1e-4;
    out.status = std::find(at_boundary.begin(), at_boundary.end(), 1) != at_boundary.end() ? "at_boundary" : "converged";
    variance.push_back(1);
    std::vector<double> covariance((random + 1) * (random + 1), 0);
    for (size_t i = 0; i < random; ++i) for (size_t j = 0; j < random; ++j) if (!at_boundary[i] && !at_boundary[j]) covariance[i * (random + 1) + j] = fit.covariance[i * random + j];
    out.shares = shares_of(model, variance, covariance, at_boundary);
    return out;
}

Variances start_of(MixedModel const& model) {
    auto const traits = model.traits.size(), components = model.random_effects() + 1;
    auto start = Covariance::diagonal(traits, 1);
    for (size_t t = 0; t < traits; ++t) {
        double sum = 0, squares = 0, n = 0;
        for (auto const y : model.y[t]) if (!std::isnan(y)) { sum += y; squares += y * y; ++n; }
        start(t, t) = std::max(1e-12, (squares - sum * sum / n) / std::max(1.0, n - 1)) / static_cast<double>(components);
    }
    return Variances(components, start);
}

Result<VarianceReport> variance_report(Evaluation const& evaluation, bool test_each, std::function<void(int, double)> const& tell, std::function<Result<Done>(Equations const&)> const& before) {
    auto const& model = evaluation.model;
    if (model.traits.size() != 1) return refuse("traits_too_many", "Shares are of one trait at a time.", "model");
    if (model.random_effects() == 0) return refuse("nothing_random", "The formula has no random term: nothing can be shared out. Add animal or random(column).", "model");
    VarianceReport out;
    out.trait = model.traits[0];
    out.not_separable = confounded(model);
    if (!out.not_separable.empty()) { out.status = "not_separable"; return out; }
    Equations equations(model);
    if (before) OSETRA_TRY(before(equations));
    auto const fit = OSETRA_TRY(reml(equations, start_of(model), 60, tell));
    out.status = fit.status;
    out.rounds = fit.rounds;
    out.minus_2_log_likelihood = fit.minus_2_log_likelihood;
    auto const n = fit.variance.size();
    std::vector<double> variance;
    for (auto const& c : fit.variance) variance.push_back(c(0, 0));
    out.shares = shares_of(model, variance, std::vector<double>(fit.covariance.begin(), fit.covariance.begin() + static_cast<std::ptrdiff_t>(n * n)), fit.at_boundary);
    if (!test_each) return out;
    for (size_t c = 0, e = 0; e < model.effects.size(); ++e) {
        if (!model.effects[e].is_random()) continue;
        auto& s = out.shares[c++];
        auto less = model;
        less.effects.erase(less.effects.begin() + static_cast<std::ptrdiff_t>(e));
        if (less.effects.empty()) continue;
        Equations without(less);
        auto const reduced = OSETRA_TRY(reml(without, start_of(less)));
        s.likelihood_ratio = std::max(0.0, reduced.minus_2_log_likelihood - out.minus_2_log_likelihood);
        s.p = s.likelihood_ratio > 0 ? std::erfc(std::sqrt(s.likelihood_ratio / 2)) / 2 : 1;
    }
    return out;
}

} // namespace osetra::breeding
