#include "quality/engine/agreement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "kernel/splitmix.h"
#include "quality/engine/distributions.h"

namespace osetra::quality {
namespace {

constexpr double two_sided = 1.959963984540054;   // normal quantile of 0.975

auto too_few() { return refuse("agreement_too_few", "At least two lots must have been graded by two graders or more.", "ratings"); }
auto one_grade() { return refuse("agreement_one_grade", "All lots have one and the same grade: agreement beyond chance cannot be told. Let lots of different grades be graded.", "ratings"); }

std::optional<double> fleiss_value(std::vector<std::vector<int>> const& counts, std::size_t without, double* observed = nullptr, double* chance = nullptr) {
    std::vector<double> share(counts.front().size(), 0.);
    double agree = 0, lots = 0, raters = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (i == without) continue;
        double sum = 0, squares = 0;
        for (std::size_t j = 0; j < counts[i].size(); ++j) {
            auto const n = static_cast<double>(counts[i][j]);
            share[j] += n;
            sum += n;
            squares += n * n;
        }
        agree += (squares - sum) / (sum * (sum - 1));
        raters = sum;
        ++lots;
    }
    double by_chance = 0;
    for (auto const s : share) by_chance += (s / (lots * raters)) * (s / (lots * raters));
    agree /= lots;
    if (observed) *observed = agree;
    if (chance) *chance = by_chance;
    if (by_chance > 1 - 1e-12) return {};
    return (agree - by_chance) / (1 - by_chance);
}

/// Coincidences of a lot's values, as alpha counts them: pairs within the lot, each weighing 1 / (values - 1).
using Coincidences = std::vector<std::vector<double>>;
Coincidences coincidences_of(std::vector<int> const& values, std::size_t grades) {
    Coincidences o(grades, std::vector<double>(grades, 0.));
    if (values.size() < 2) return o;
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = 0; j < values.size(); ++j)
            if (i != j) o[static_cast<std::size_t>(values[i])][static_cast<std::size_t>(values[j])] += 1. / static_cast<double>(values.size() - 1);
    return o;
}

double apart(Metric metric, std::size_t c, std::size_t k, std::vector<double> const& n) {
    if (c == k) return 0;
    if (metric == Metric::nominal) return 1;
    auto const far = static_cast<double>(k) - static_cast<double>(c);
    if (metric == Metric::interval) return far * far;
    double between = 0;
    for (auto g = std::min(c, k); g <= std::max(c, k); ++g) between += n[g];
    between -= (n[c] + n[k]) / 2;
    return between * between;
}

struct AlphaParts { double observed = 0, expected = 0; };
AlphaParts alpha_parts(Coincidences const& o, Metric metric) {
    std::vector<double> n(o.size(), 0.);
    double all = 0;
    for (std::size_t c = 0; c < o.size(); ++c)
        for (std::size_t k = 0; k < o.size(); ++k) { n[c] += o[c][k]; all += o[c][k]; }
    AlphaParts parts;
    if (all <= 1) return parts;
    for (std::size_t c = 0; c < o.size(); ++c)
        for (std::size_t k = 0; k < o.size(); ++k) {
            auto const d = apart(metric, c, k, n);
            parts.observed += o[c][k] * d / all;
            parts.expected += n[c] * n[k] * d / (all * (all - 1));
        }
    return parts;
}

void add(Coincidences& sum, Coincidences const& one) {
    for (std::size_t i = 0; i < sum.size(); ++i)
        for (std::size_t j = 0; j < sum.size(); ++j) sum[i][j] += one[i][j];
}

} // namespace

std::vector<std::vector<double>> agreement_weights(std::size_t grades, Disagreement how) {
    std::vector<std::vector<double>> w(grades, std::vector<double>(grades, 0.));
    for (std::size_t i = 0; i < grades; ++i)
        for (std::size_t j = 0; j < grades; ++j) {
            auto const far = std::abs(static_cast<double>(i) - static_cast<double>(j)) / std::max(1., static_cast<double>(grades) - 1);
            w[i][j] = how == Disagreement::nominal ? (i == j ? 1. : 0.) : how == Disagreement::linear ? 1 - far : 1 - far * far;
        }
    return w;
}

Result<Agreement> kappa_of(std::vector<std::vector<double>> const& counts, std::vector<std::vector<double>> const& weights) {
    auto const k = counts.size();
    std::vector<double> row(k, 0.), column(k, 0.);
    double n = 0;
    for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) { row[i] += counts[i][j]; column[j] += counts[i][j]; n += counts[i][j]; }
    if (n < 2) return too_few();
    Agreement a;
    a.lots = std::llround(n);
    std::vector<double> of_row(k, 0.), of_column(k, 0.);
    for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) {
            a.observed += weights[i][j] * counts[i][j] / n;
            a.by_chance += weights[i][j] * row[i] * column[j] / (n * n);
            of_row[i] += weights[i][j] * column[j] / n;
            of_column[j] += weights[i][j] * row[i] / n;
        }
    if (a.by_chance > 1 - 1e-12) return one_grade();
    a.value = (a.observed - a.by_chance) / (1 - a.by_chance);
    double sum = 0;
    for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) {
            auto const d = weights[i][j] - (of_row[i] + of_column[j]) * (1 - a.value);
            sum += counts[i][j] / n * d * d;
        }
    auto const shift = a.value - a.by_chance * (1 - a.value);
    auto const se = std::sqrt(std::max(0., sum - shift * shift) / n) / (1 - a.by_chance);
    a.low = std::max(-1., a.value - two_sided * se);
    a.high = std::min(1., a.value + two_sided * se);
    return a;
}

Result<Agreement> kappa_of(Ratings const& ratings, std::size_t first, std::size_t second, std::size_t grades, Disagreement how) {
    std::vector<std::vector<double>> counts(grades, std::vector<double>(grades, 0.));
    for (auto const& lot : ratings)
        if (lot[first] && lot[second]) ++counts[static_cast<std::size_t>(*lot[first])][static_cast<std::size_t>(*lot[second])];
    return kappa_of(counts, agreement_weights(grades, how));
}

Result<Agreement> fleiss_kappa(std::vector<std::vector<int>> const& counts) {
    if (counts.size() < 2) return too_few();
    auto const graders = [](std::vector<int> const& lot) { int sum = 0; for (auto const n : lot) sum += n; return sum; };
    for (auto const& lot : counts)
        if (graders(lot) != graders(counts.front()))
            return refuse("agreement_uneven", "Not every lot has the same number of grades, as this kappa needs. Take alpha, which allows gaps.", "ratings");
    if (graders(counts.front()) < 2) return too_few();
    Agreement a;
    a.lots = static_cast<std::int64_t>(counts.size());
    auto const value = fleiss_value(counts, counts.size(), &a.observed, &a.by_chance);
    if (!value) return one_grade();
    a.value = *value;
    auto const n = static_cast<double>(counts.size());
    double sum = 0, squares = 0, there = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        auto const left = fleiss_value(counts, i);
        if (!left) continue;
        auto const pseudo = n * a.value - (n - 1) * *left;
        sum += pseudo;
        squares += pseudo * pseudo;
        ++there;
    }
    auto const se = there > 1 ? std::sqrt(std::max(0., (squares - sum * sum / there) / (there - 1) / there)) : 1.;
    auto const t = t_quantile(0.975, std::max(1., there - 1));
    a.low = std::max(-1., a.value - t * se);
    a.high = std::min(1., a.value + t * se);
    return a;
}

Result<Agreement> krippendorff_alpha(Ratings const& ratings, Metric metric, std::uint64_t seed) {
    std::size_t grades = 0;
    for (auto const& lot : ratings)
        for (auto const& g : lot)
            if (g) grades = std::max(grades, static_cast<std::size_t>(*g) + 1);
    std::vector<Coincidences> lots;
    std::set<int> seen;
    for (auto const& lot : ratings) {
        std::vector<int> values;
        for (auto const& g : lot)
            if (g) values.push_back(*g);
        if (values.size() < 2) continue;
        lots.push_back(coincidences_of(values, grades));
        seen.insert(values.begin(), values.end());
    }
    if (lots.size() < 2) return too_few();
    if (seen.size() < 2) return one_grade();
    Coincidences sum(grades, std::vector<double>(grades, 0.));
    for (auto const& l : lots) add(sum, l);
    auto const parts = alpha_parts(sum, metric);
    Agreement a;
    a.lots = static_cast<std::int64_t>(lots.size());
    a.observed = 1 - parts.observed;
    a.by_chance = 1 - parts.expected;
    a.value = 1 - parts.observed / parts.expected;
    constexpr int draws = 1'000;
    std::vector<double> drawn;
    for (int d = 0; d < draws; ++d) {
        Coincidences one(grades, std::vector<double>(grades, 0.));
        for (std::size_t i = 0; i < lots.size(); ++i) add(one, lots[splitmix64(seed) % lots.size()]);
        auto const p = alpha_parts(one, metric);
        if (p.expected > 0) drawn.push_back(1 - p.observed / p.expected);
    }
    std::sort(drawn.begin(), drawn.end());
    auto const at = [&](double share) { return drawn.empty() ? a.value : drawn[std::min(drawn.size() - 1, static_cast<std::size_t>(share * static_cast<double>(drawn.size())))]; };
    a.low = std::min(a.value, at(0.025));
    a.high = std::max(a.value, at(0.975));
    return a;
}

std::string agreement_word(double kappa) {
    struct Step { double below; char const* word; };
    static constexpr Step steps[] = {{0, "none"}, {0.21, "slight"}, {0.41, "fair"}, {0.61, "moderate"}, {0.81, "substantial"}};
    for (auto const& s : steps)
        if (kappa < s.below) return s.word;
    return "almost perfect";
}

std::vector<GraderStanding> standings(Ratings const& ratings) {
    std::vector<GraderStanding> all(ratings.empty() ? 0 : ratings.front().size());
    for (std::size_t g = 0; g < all.size(); ++g) {
        auto& own = all[g];
        double others = 0, same = 0, higher = 0;
        for (auto const& lot : ratings) {
            if (!lot[g]) continue;
            double sum = 0, n = 0;
            for (std::size_t o = 0; o < lot.size(); ++o)
                if (o != g && lot[o]) { sum += *lot[o]; ++n; same += *lot[o] == *lot[g] ? 1 : 0; }
            if (n == 0) continue;
            higher += *lot[g] - sum / n;
            others += n;
            ++own.lots;
        }
        if (own.lots == 0) continue;
        own.higher = higher / static_cast<double>(own.lots);
        own.same = same / others;
    }
    return all;
}

} // namespace osetra::quality
