#include "breeding/engine/crosses.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

namespace osetra::breeding {
namespace {

using std::size_t;

Result<Done> check(std::vector<CrossTrait> const& traits, std::vector<Line> const& lines, CrossWish const& wish) {
    if (traits.empty() || lines.empty()) return refuse("cross_malformed", "There have to be a trait and a line at least.");
    auto const species = lines[0].fraction.size();
    for (auto const& t : traits)
        if (t.mean.size() != species || t.heterosis.size() != species * species) return refuse("cross_malformed", "A trait has a mean of each species.", t.name);
    if ((!wish.least.empty() && wish.least.size() != species) || (!wish.most.empty() && wish.most.size() != species)) return refuse("cross_malformed", "A wish names each species.");
    for (auto const& l : lines) {
        double sum = 0;
        for (auto const f : l.fraction) { if (!(f >= 0)) return refuse("cross_malformed", "A fraction of a species is not below nought.", l.name); sum += f; }
        if (l.fraction.size() != species || !(std::abs(sum - 1) < 1e-6)) return refuse("cross_malformed", fmt::format("The fractions of species of a line add up to 1, not {:.4g}.", sum), l.name);
        if (l.sets < 2 || l.sets > 16 || (l.sets % 2 && (l.dams || l.sires))) return refuse("cross_malformed", "A line that is to be crossed has an even number of chromosome sets, 2 to 16.", l.name);
        if (l.dam_w < 1 || l.dam_w > 2 || l.sire_w < 0 || l.sire_w > 1) return refuse("cross_malformed", "Dams are ZW or WW, sires ZZ or ZW.", l.name);
        if (!l.better.empty() && l.better.size() != traits.size()) return refuse("cross_malformed", "What a line is better by is told of each trait.", l.name);
    }
    return Done{};
}

/// Chances that of two different copies one is of species a and one of b, by pairs a < b, from two lines' gametes.
struct Meeting {
    std::vector<double> pair;            // species by species, a < b
    double all = 0;
};
Meeting meeting(Line const& dam, Line const& sire) {
    auto const n = dam.fraction.size();
    Meeting out{std::vector<double>(n * n, 0), 0};
    double const d = dam.sets / 2, s = sire.sets / 2, ways = (d + s) * (d + s - 1);
    auto const within = [&](Line const& line, double copies) {   // copies of one gamete meet as those of the line do
        double unlike = 0;
        for (size_t a = 0; a < n; ++a) for (auto b = a + 1; b < n; ++b) unlike += 2 * line.fraction[a] * line.fraction[b];
        if (unlike <= 0) return;
        for (size_t a = 0; a < n; ++a)
            for (auto b = a + 1; b < n; ++b) out.pair[a * n + b] += copies * (copies - 1) * line.heterosis * 2 * line.fraction[a] * line.fraction[b] / unlike / ways;
    };
    within(dam, d);
    within(sire, s);
    for (size_t a = 0; a < n; ++a)
        for (auto b = a + 1; b < n; ++b) {
            out.pair[a * n + b] += 2 * d * s * (dam.fraction[a] * sire.fraction[b] + dam.fraction[b] * sire.fraction[a]) / ways;
            out.all += out.pair[a * n + b];
        }
    return out;
}

Cross cross_of(std::vector<CrossTrait> const& traits, std::vector<Line> const& lines, size_t dam_at, size_t sire_at, double fish) {
    auto const& dam = lines[dam_at];
    auto const& sire = lines[sire_at];
    auto const n = dam.fraction.size();
    Cross out;
    out.dam = dam_at;
    out.sire = sire_at;
    auto& child = out.offspring;
    auto const named = [](Line const& l) { return l.generation ? "(" + l.name + ")" : l.name; };
    child.name = named(dam) + " x " + named(sire);
    child.sets = (dam.sets + sire.sets) / 2;
    child.generation = std::max(dam.generation, sire.generation) + 1;
    double const share = static_cast<double>(dam.sets) / (dam.sets + sire.sets);
    double alike_dam = 0, alike_sire = 0;
    for (size_t k = 0; k < n; ++k) {
        child.fraction.push_back(share * dam.fraction[k] + (1 - share) * sire.fraction[k]);
        alike_dam += dam.fraction[k] * dam.fraction[k];
        alike_sire += sire.fraction[k] * sire.fraction[k];
    }
    auto const meets = meeting(dam, sire);
    child.heterosis = meets.all;
    child.recombination = share * (1 - alike_dam) + (1 - share) * (1 - alike_sire);
    auto const sexes = offspring_sexes(dam.dam_w, sire.sire_w);
    out.females = sexes[1] + sexes[2];
    out.fertile = child.sets % 2 == 0;
    child.dams = out.fertile;
    child.sires = out.fertile && sexes[0] > 0;
    child.dam_w = sexes[1] > 0 ? 1 : 2;
    for (size_t t = 0; t < traits.size(); ++t) {
        double mean = 0, by_heterosis = 0;
        for (size_t k = 0; k < n; ++k) mean += child.fraction[k] * traits[t].mean[k];
        for (size_t a = 0; a < n; ++a) for (auto b = a + 1; b < n; ++b) by_heterosis += meets.pair[a * n + b] * traits[t].heterosis[a * n + b];
        auto const better = share * (dam.better.empty() ? 0 : dam.better[t]) + (1 - share) * (sire.better.empty() ? 0 : sire.better[t]);
        child.better.push_back(better);
        out.by_heterosis.push_back(by_heterosis);
        out.trait.push_back(mean + by_heterosis + better);
        out.fish_value += traits[t].worth * out.trait.back() * (traits[t].females_only ? out.females : 1);
    }
    child.dam_cost = child.sire_cost = dam.dam_cost + sire.sire_cost;   // to be had, both have to be mated
    out.lot_value = fish * out.fish_value - dam.dam_cost - sire.sire_cost;
    return out;
}

} // namespace

Result<CrossPlan> plan_crosses(std::vector<CrossTrait> const& traits, std::vector<Line> lines, CrossWish const& wish) {
    OSETRA_TRY(check(traits, lines, wish));
    CrossPlan out;
    out.lines = std::move(lines);
    auto const told = out.lines.size(), species = out.lines[0].fraction.size();
    if (wish.generations > 1)   // what is made first; one kind each, and no line with itself
        for (size_t d = 0; d < told; ++d)
            for (size_t s = 0; s < told; ++s)
                if (d != s && out.lines[d].dams && out.lines[s].sires)
                    if (auto first = cross_of(traits, out.lines, d, s, wish.fish); first.fertile) out.lines.push_back(std::move(first.offspring));
    double nearest = -1;
    std::string nearest_name;
    for (size_t d = 0; d < out.lines.size(); ++d)
        for (size_t s = 0; s < out.lines.size(); ++s) {
            if (!out.lines[d].dams || !out.lines[s].sires) continue;
            auto cross = cross_of(traits, out.lines, d, s, wish.fish);
            ++out.looked_at;
            double off = 0;
            for (size_t k = 0; k < species; ++k) {
                if (!wish.least.empty()) off = std::max(off, wish.least[k] - cross.offspring.fraction[k]);
                if (!wish.most.empty()) off = std::max(off, cross.offspring.fraction[k] - wish.most[k]);
            }
            auto const few = cross.females < wish.least_females - 1e-9, other = off > 1e-9;
            out.of_other_composition += other;
            out.too_few_females += few;
            auto const near = 2 - off - std::max(0.0, wish.least_females - cross.females);
            if (near > nearest) { nearest = near; nearest_name = fmt::format("{} ({:.0f} % females)", cross.offspring.name, 100 * cross.females); }
            if (!other && !few) out.crosses.push_back(std::move(cross));
        }
    if (out.looked_at == 0) return refuse("crosses_none", "No line has dams, or none has sires.");
    if (out.crosses.empty())
        return refuse("crosses_none", fmt::format("None of {} crosses is as wished: {} have another composition, {} too few females. {} comes nearest.", out.looked_at, out.of_other_composition, out.too_few_females, nearest_name));
    std::stable_sort(out.crosses.begin(), out.crosses.end(), [](Cross const& a, Cross const& b) { return a.lot_value > b.lot_value; });
    return out;
}

} // namespace osetra::breeding
