#include "breeding/engine/correlated.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "breeding/engine/shares.h"

namespace osetra::breeding {
namespace {

using std::size_t;

constexpr double residual_part = 0.05;   // of a trait's variance, where its residual cannot be told from what stays with the animal

bool has(MixedModel const& model, size_t trait, size_t record) { return !std::isnan(model.y[trait][record]); }

size_t place(size_t a, size_t b) { return a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a; }

/// Pairs of traits (a trait with itself: measured at all) that some level of an effect has both of, and traits that some level has twice.
struct Met { std::vector<char> both, twice; };
Met met(MixedModel const& model, Effect const* effect) {
    auto const t = model.traits.size();
    Met out{std::vector<char>(t * (t + 1) / 2, 0), std::vector<char>(t, 0)};
    std::vector<std::vector<char>> seen(effect ? effect->levels : 0, std::vector<char>(t, 0));
    for (size_t r = 0; r < model.records(); ++r) {
        if (effect && effect->level[r] < 0) continue;
        std::vector<char> own(t, 0);
        auto& of_level = effect ? seen[static_cast<size_t>(effect->level[r])] : own;
        for (size_t a = 0; a < t; ++a) {
            if (!has(model, a, r)) continue;
            if (of_level[a]) out.twice[a] = 1;
            of_level[a] = 1;
            for (size_t b = 0; b < t; ++b) if (of_level[b]) out.both[place(a, b)] = 1;
        }
    }
    return out;
}

} // namespace

Start start_for(MixedModel const& model) {
    Start out{start_of(model), {}, {}};
    auto const t = model.traits.size(), pairs = t * (t + 1) / 2, components = out.variance.size();
    out.held.assign(components * pairs, 0);
    if (t == 1) return out;
    auto const hold = [&](size_t component, size_t a, size_t b) {
        out.held[component * pairs + place(a, b)] = 1;
        if (a != b) out.variance[component](a, b) = out.variance[component](b, a) = 0;
    };
    auto const residual = components - 1;
    auto const of_records = met(model, nullptr);
    for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < a; ++b) if (!of_records.both[place(a, b)]) hold(residual, a, b);
    size_t component = 0;
    for (auto const& effect : model.effects) {
        if (!effect.is_random()) continue;
        auto const c = component++;
        if (effect.is_related()) continue;   // kin has what the animal itself has not
        auto const levels = met(model, &effect);
        for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < a; ++b) if (!levels.both[place(a, b)]) hold(c, a, b);
        if (effect.kind != Effect::Kind::permanent) continue;
        for (size_t a = 0; a < t; ++a) {
            if (levels.twice[a]) continue;
            auto const whole = out.variance[residual](a, a) * static_cast<double>(components);
            out.variance[c](a, a) += out.variance[residual](a, a) - residual_part * whole;
            out.variance[residual](a, a) = residual_part * whole;
            for (size_t b = 0; b < t; ++b) hold(residual, a, b);
            out.notes.push_back(fmt::format("{} is there once of each animal: its residual is held at {:.0f} % of its variance, permanent is the rest of what is not inherited", model.traits[a], 100 * residual_part));
        }
    }
    return out;
}

std::vector<Covaried> covaried(MixedModel const& model, Reml const& fit, std::vector<char> const& held) {
    auto const t = model.traits.size(), pairs = t * (t + 1) / 2, components = fit.variance.size(), n = components * pairs;
    std::vector<std::string> names;
    for (auto const& e : model.effects) if (e.is_random()) names.push_back(e.name);
    names.push_back("residual");
    auto const at = [&](size_t c, size_t a, size_t b) { return c * pairs + place(a, b); };
    auto const shared = [&](size_t i, size_t j) { return fit.covariance[i * n + j]; };
    std::vector<Covaried> out;
    for (size_t c = 0; c < components; ++c)
        for (size_t a = 0; a < t; ++a)
            for (size_t b = 0; b <= a; ++b) {
                Covaried x;
                x.source = names[c];
                x.trait = model.traits[a];
                x.other = model.traits[b];
                auto const& v = fit.variance[c];
                x.covariance = v(a, b);
                x.covariance_error = std::sqrt(std::max(0.0, shared(at(c, a, b), at(c, a, b))));
                x.held = !held.empty() && held[at(c, a, b)];
                if (a != b) {   // r = g_ab / sqrt(g_aa g_bb): dr = dg_ab / sqrt(.) - r / 2 (dg_aa / g_aa + dg_bb / g_bb)
                    auto const deviations = std::sqrt(v(a, a) * v(b, b));
                    x.correlation = v(a, b) / deviations;
                    size_t const of[] = {at(c, a, b), at(c, a, a), at(c, b, b)};
                    double const slope[] = {1 / deviations, -x.correlation / 2 / v(a, a), -x.correlation / 2 / v(b, b)};
                    double square = 0;
                    for (size_t i = 0; i < 3; ++i) for (size_t j = 0; j < 3; ++j) square += slope[i] * slope[j] * shared(of[i], of[j]);
                    x.correlation_error = std::sqrt(std::max(0.0, square));
                } else {
                    double whole = 0, square = 0;
                    for (auto const& each : fit.variance) whole += each(a, a);
                    x.share = v(a, a) / whole;
                    for (size_t i = 0; i < components; ++i)
                        for (size_t j = 0; j < components; ++j) square += ((i == c) - x.share) * ((j == c) - x.share) * shared(at(i, a, a), at(j, a, a)) / (whole * whole);
                    x.share_error = std::sqrt(std::max(0.0, square));
                }
                out.push_back(std::move(x));
            }
    return out;
}

} // namespace osetra::breeding
