#include "quality/engine/gage.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "quality/engine/distributions.h"

namespace osetra::quality {
namespace {

/// The table of parts by graders, each cell with its values.
struct Crossed {
    std::vector<std::string> parts, graders;
    std::vector<std::vector<double>> cells;          ///< part-major
    std::size_t times = 0;
    std::vector<double> const& cell(std::size_t p, std::size_t g) const { return cells[p * graders.size() + g]; }
};

Result<Crossed> crossed(std::vector<GageValue> const& all) {
    Crossed c;
    std::map<std::string, std::size_t> part, grader;
    for (auto const& v : all) {
        if (part.emplace(v.part, c.parts.size()).second) c.parts.push_back(v.part);
        if (grader.emplace(v.grader, c.graders.size()).second) c.graders.push_back(v.grader);
    }
    c.cells.resize(c.parts.size() * c.graders.size());
    for (auto const& v : all) c.cells[part[v.part] * c.graders.size() + grader[v.grader]].push_back(v.value);
    if (c.parts.size() < 2 || c.graders.size() < 2) return refuse("gage_too_few", "A study takes two lots and two graders or more.", "values");
    c.times = c.cells.front().size();
    for (std::size_t p = 0; p < c.parts.size(); ++p)
        for (std::size_t g = 0; g < c.graders.size(); ++g)
            if (c.cell(p, g).size() != c.times)
                return refuse("gage_unbalanced", fmt::format("{} measured {} {} times and the first cell {} times. Let every grader measure every lot equally often.", c.graders[g], c.parts[p], c.cell(p, g).size(), c.times), c.parts[p]);
    if (c.times < 2) return refuse("gage_too_few", "Every grader must measure every lot twice or more.", "values");
    return c;
}

double mean_of(std::vector<double> const& v) {
    double sum = 0;
    for (auto const x : v) sum += x;
    return sum / static_cast<double>(v.size());
}

struct Squares { double part = 0, grader = 0, interaction = 0, error = 0; };
Squares squares_of(Crossed const& c) {
    auto const p = c.parts.size(), g = c.graders.size();
    std::vector<double> of_part(p, 0.), of_grader(g, 0.);
    double all = 0;
    for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < g; ++j) {
            auto const m = mean_of(c.cell(i, j));
            of_part[i] += m / static_cast<double>(g);
            of_grader[j] += m / static_cast<double>(p);
            all += m / static_cast<double>(p * g);
        }
    Squares s;
    auto const n = static_cast<double>(c.times);
    for (auto const m : of_part) s.part += n * static_cast<double>(g) * (m - all) * (m - all);
    for (auto const m : of_grader) s.grader += n * static_cast<double>(p) * (m - all) * (m - all);
    for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < g; ++j) {
            auto const m = mean_of(c.cell(i, j));
            auto const d = m - of_part[i] - of_grader[j] + all;
            s.interaction += n * d * d;
            for (auto const x : c.cell(i, j)) s.error += (x - m) * (x - m);
        }
    return s;
}

std::string verdict_of(double percent) { return percent < 10 ? "good" : percent <= 30 ? "conditional" : "bad"; }

} // namespace

Result<GageAnswer> gage_study(std::vector<GageValue> const& all, std::optional<double> tolerance, double pool_above) {
    if (tolerance && !(*tolerance > 0)) return refuse("gage_tolerance", "The tolerance is the upper limit less the lower one, above nought.", "tolerance");
    auto const c = OSETRA_TRY(crossed(all));
    auto const s = squares_of(c);
    auto const p = static_cast<double>(c.parts.size()), g = static_cast<double>(c.graders.size()), n = static_cast<double>(c.times);
    auto const df_interaction = (p - 1) * (g - 1), df_error = p * g * (n - 1);
    if (!(s.part + s.grader + s.interaction + s.error > 0)) return refuse("gage_no_spread", "All values are the same: nothing can be said of the measuring.", "values");

    GageAnswer a;
    a.parts = static_cast<std::int64_t>(p);
    a.graders = static_cast<std::int64_t>(g);
    a.times = static_cast<std::int64_t>(n);
    auto const ms_error = s.error / df_error, ms_interaction = s.interaction / df_interaction;
    a.interaction_p = ms_error > 0 ? f_above(ms_interaction / ms_error, df_interaction, df_error) : (ms_interaction > 0 ? 0. : 1.);
    a.pooled = a.interaction_p > pool_above;
    auto const df_noise = a.pooled ? df_interaction + df_error : df_error;
    auto const noise = a.pooled ? (s.interaction + s.error) / df_noise : ms_error;
    auto const under = a.pooled ? noise : ms_interaction;
    auto const ms_grader = s.grader / (g - 1), ms_part = s.part / (p - 1);
    a.repeatability.variance = noise;
    a.grader.variance = std::max(0., (ms_grader - under) / (p * n));
    a.interaction.variance = a.pooled ? 0. : std::max(0., (ms_interaction - noise) / n);
    a.part.variance = std::max(0., (ms_part - under) / (g * n));
    a.reproducibility.variance = a.grader.variance + a.interaction.variance;
    a.gage.variance = a.repeatability.variance + a.reproducibility.variance;
    a.total.variance = a.gage.variance + a.part.variance;
    for (auto* share : {&a.repeatability, &a.reproducibility, &a.grader, &a.interaction, &a.gage, &a.part, &a.total}) {
        share->study_percent = a.total.variance > 0 ? 100 * std::sqrt(share->variance / a.total.variance) : 0;
        if (tolerance) share->tolerance_percent = 600 * std::sqrt(share->variance) / *tolerance;
    }
    // The gage's variance is a sum of mean squares: its degrees of freedom as Satterthwaite has them.
    struct Term { double part_of, square, df; };
    std::vector<Term> terms;
    if (a.pooled) terms = {{1 / (p * n), ms_grader, g - 1}, {1 - 1 / (p * n), noise, df_noise}};
    else terms = {{1 / (p * n), ms_grader, g - 1}, {1 / n - 1 / (p * n), ms_interaction, df_interaction}, {1 - 1 / n, noise, df_error}};
    double sum = 0, spread = 0;
    for (auto const& t : terms) { sum += t.part_of * t.square; spread += (t.part_of * t.square) * (t.part_of * t.square) / t.df; }
    auto const df = spread > 0 ? sum * sum / spread : 1.;
    auto const share_at = [&](double variance) { return variance + a.part.variance > 0 ? 100 * std::sqrt(variance / (variance + a.part.variance)) : 0; };
    a.gage_low_percent = share_at(a.gage.variance * df / chi_square_quantile(0.975, df));
    a.gage_high_percent = share_at(a.gage.variance * df / chi_square_quantile(0.025, df));
    a.distinct = a.gage.variance > 0 ? static_cast<std::int64_t>(std::floor(std::sqrt(2 * a.part.variance / a.gage.variance))) : 0;
    a.verdict = verdict_of(tolerance ? *a.gage.tolerance_percent : a.gage.study_percent);
    return a;
}

} // namespace osetra::quality
