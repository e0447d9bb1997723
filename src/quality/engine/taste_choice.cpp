#include "quality/engine/taste_choice.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <Eigen/Dense>

#include "quality/engine/distributions.h"
#include "quality/engine/taste_optimise.h"

namespace osetra::quality {
namespace {

using std::size_t;
constexpr auto none = std::numeric_limits<double>::infinity();

/// Who beat whom: every product can be reached from every other along wins and ties.
bool is_strong(std::vector<std::vector<bool>> const& beats) {
    auto const n = beats.size();
    auto const reach = [&](bool forward) {
        std::vector<bool> seen(n, false);
        std::vector<size_t> left{0};
        seen[0] = true;
        while (!left.empty()) {
            auto const i = left.back();
            left.pop_back();
            for (size_t j = 0; j < n; ++j) if (!seen[j] && (forward ? beats[i][j] : beats[j][i])) { seen[j] = true; left.push_back(j); }
        }
        return std::all_of(seen.begin(), seen.end(), [](bool b) { return b; });
    };
    return reach(true) && reach(false);
}

/// The three outcomes of a pair as log probabilities.
struct Outcomes { double first, second, tie; };
Outcomes davidson(double a, double b, double log_nu) {
    auto const t = std::isfinite(log_nu) ? log_nu + (a + b) / 2 : -none;
    auto const top = std::max({a, b, t});
    auto const all = top + std::log(std::exp(a - top) + std::exp(b - top) + (std::isfinite(t) ? std::exp(t - top) : 0));
    return {a - all, b - all, t - all};
}
Outcomes rao_kupper(double a, double b, double eta) {   // theta = e^eta, eta > 0
    auto const p = -std::log1p(std::exp(eta + b - a)), q = -std::log1p(std::exp(eta + a - b));
    return {p, q, std::log(std::max(0.0, std::expm1(2 * eta))) + p + q};
}
double weighed(double n, double log_p) { return n > 0 ? n * log_p : 0; }

/// Log likelihood of one taster's answers, the taster's own worths integrated by Laplace.
double laplace(std::vector<Comparison const*> const& answers, std::vector<double> const& worth, double log_nu, double order, double sd) {
    auto const n = static_cast<Eigen::Index>(worth.size());
    Eigen::VectorXd v = Eigen::VectorXd::Zero(n);
    Eigen::MatrixXd bend;
    double value = 0;
    auto const look = [&](Eigen::VectorXd const& at, Eigen::VectorXd* slope, Eigen::MatrixXd* curvature) {
        double sum = -at.squaredNorm() / 2;
        if (slope) *slope = -at;
        if (curvature) *curvature = Eigen::MatrixXd::Identity(n, n);
        for (auto const* c : answers) {
            auto const i = static_cast<Eigen::Index>(c->first), j = static_cast<Eigen::Index>(c->second);
            auto const o = davidson(worth[c->first] + sd * at[i] + order, worth[c->second] + sd * at[j], log_nu);
            sum += weighed(c->first_wins, o.first) + weighed(c->second_wins, o.second) + weighed(c->ties, o.tie);
            if (!slope) continue;
            auto const p = std::exp(o.first), q = std::exp(o.second), t = std::isfinite(o.tie) ? std::exp(o.tie) : 0;
            auto const total = c->first_wins + c->second_wins + c->ties;
            auto const mean = p + t / 2, variance = p + t / 4 - mean * mean;   // of what the first gets: 1, 0 or a half
            auto const got = c->first_wins + c->ties / 2 - total * mean;
            (void)q;
            (*slope)[i] += sd * got;
            (*slope)[j] -= sd * got;
            auto const w = sd * sd * total * variance;
            (*curvature)(i, i) += w; (*curvature)(j, j) += w; (*curvature)(i, j) -= w; (*curvature)(j, i) -= w;
        }
        return sum;
    };
    for (int step = 0; step < 50; ++step) {
        Eigen::VectorXd slope;
        value = look(v, &slope, &bend);
        if (slope.cwiseAbs().maxCoeff() < 1e-9) break;
        Eigen::VectorXd const move = bend.llt().solve(slope);
        double length = 1;
        while (length > 1e-6 && look(v + length * move, nullptr, nullptr) < value - 1e-12) length /= 2;
        v += length * move;
    }
    Eigen::VectorXd slope;
    value = look(v, &slope, &bend);
    return value - std::log(bend.determinant()) / 2;
}

/// Worths with their mean nought from the parameters of all but the first product, which is nought there.
void tell_worths(Worths& out, std::vector<double> const& at, std::vector<double> const& covariance, size_t products) {
    auto const n = at.size();
    auto const m = static_cast<double>(products);
    auto const c = [&](size_t i, size_t j) { return i == 0 || j == 0 ? 0 : covariance[(i - 1) * n + j - 1]; };   // by product
    std::vector<double> own(products, 0), row(products, 0);
    for (size_t i = 1; i < products; ++i) own[i] = at[i - 1];
    auto const mean = std::accumulate(own.begin(), own.end(), 0.0) / m;
    double all = 0;
    for (size_t i = 0; i < products; ++i) { for (size_t j = 0; j < products; ++j) row[i] += c(i, j); all += row[i]; }
    double sum = 0;
    for (size_t i = 0; i < products; ++i) {
        Worth w;
        w.value = own[i] - mean;
        w.error = std::sqrt(std::max(0.0, c(i, i) - 2 * row[i] / m + all / (m * m)));
        auto const z = normal_quantile(0.975);
        w.low = w.value - z * w.error;
        w.high = w.value + z * w.error;
        w.share = std::exp(w.value);
        sum += w.share;
        out.worth.push_back(w);
    }
    for (auto& w : out.worth) w.share /= sum;
    std::vector<double> ps;
    for (size_t i = 0; i < products; ++i)
        for (size_t j = i + 1; j < products; ++j) {
            WorthDifference d{i, j, own[i] - own[j], std::sqrt(std::max(0.0, c(i, i) + c(j, j) - 2 * c(i, j))), 1};
            d.p = d.error > 0 ? 2 * normal_below(-std::abs(d.value) / d.error) : 1;
            ps.push_back(d.p);
            out.differences.push_back(d);
        }
    ps = holm(std::move(ps));
    for (size_t i = 0; i < ps.size(); ++i) out.differences[i].p = ps[i];
}

} // namespace

std::vector<double> holm(std::vector<double> p) {
    std::vector<size_t> by(p.size());
    std::iota(by.begin(), by.end(), size_t{0});
    std::sort(by.begin(), by.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
    double most = 0;
    for (size_t i = 0; i < by.size(); ++i) { most = std::max(most, std::min(1.0, p[by[i]] * static_cast<double>(by.size() - i))); p[by[i]] = most; }
    return p;
}

Result<Worths> worth_of_pairs(std::vector<Comparison> const& told, size_t products, PairsAsked const& asked) {
    if (asked.tasters && asked.ties == Ties::rao_kupper) return refuse("ties_with_tasters", "With tastes of the tasters' own, ties are Davidson's. Leave --ties away.", "ties");
    auto data = told;
    std::vector<std::vector<bool>> beats(products, std::vector<bool>(products, false)), met = beats;
    double ties = 0, all = 0;
    for (auto const& c : data) {
        ties += c.ties;
        all += c.first_wins + c.second_wins + c.ties;
        if (c.first_wins > 0 || c.ties > 0) beats[c.first][c.second] = true;
        if (c.second_wins > 0 || c.ties > 0) beats[c.second][c.first] = true;
        met[c.first][c.second] = met[c.second][c.first] = true;
    }
    if (products < 2 || !(all > 0)) return refuse("comparisons_missing", "Nothing was compared.");
    if (!is_strong(met)) return refuse("comparisons_missing", "Some products were never compared with the others, not even by way of a third. Analyse them apart.");
    Worths out;
    if (!is_strong(beats)) {
        out.drawn_in = true;   // the ghost is the product numbered `products`, its worth the mean of all
        for (size_t i = 0; i < products; ++i) data.push_back({i, products, 0.5, 0.5, 0, -1});
    }
    auto const with_ties = ties > 0;
    auto const is_rao_kupper = with_ties && asked.ties == Ties::rao_kupper;
    std::map<int, std::vector<Comparison const*>> by_taster;
    auto const with_tasters = asked.tasters && std::any_of(data.begin(), data.end(), [](auto const& c) { return c.taster >= 0; });
    if (with_tasters) for (auto const& c : data) if (c.taster >= 0) by_taster[c.taster].push_back(&c);

    struct Places { size_t worths, tie, order, sd, count; };
    auto const places_of = [&](bool equal, bool spread) {
        Places p{};
        p.worths = equal ? 0 : products - 1;
        p.tie = p.worths;
        p.order = p.tie + (with_ties ? 1 : 0);
        p.sd = p.order + (asked.order ? 1 : 0);
        p.count = p.sd + (spread ? 1 : 0);
        return p;
    };
    auto const minus_log = [&](std::vector<double> const& x, Places const& at, bool spread) {
        std::vector<double> worth(products + 1, 0);
        for (size_t i = 0; i < at.worths; ++i) worth[i + 1] = x[i];
        worth[products] = std::accumulate(worth.begin(), worth.begin() + static_cast<std::ptrdiff_t>(products), 0.0) / static_cast<double>(products);
        auto const tie = with_ties ? x[at.tie] : -none;
        if (is_rao_kupper && !(tie > 0)) return none;
        auto const order = asked.order ? x[at.order] : 0.0;
        double sum = 0;
        for (auto const& c : data) {
            if (spread && c.taster >= 0) continue;
            auto const lead = c.second == products ? 0 : order;   // nothing is tasted before a ghost
            auto const a = worth[c.first] + lead, b = worth[c.second];
            auto const o = is_rao_kupper && c.second != products ? rao_kupper(a, b, tie) : davidson(a, b, c.second == products ? -none : is_rao_kupper ? -none : tie);
            sum += weighed(c.first_wins, o.first) + weighed(c.second_wins, o.second) + weighed(c.ties, o.tie);
        }
        if (spread) {
            std::vector<double> const own{worth.begin(), worth.begin() + static_cast<std::ptrdiff_t>(products)};
            for (auto const& [taster, answers] : by_taster) sum += laplace(answers, own, tie, order, x[at.sd]);
        }
        return -sum;
    };
    auto const fit = [&](bool equal, bool spread, std::vector<double> const* from) {
        auto const at = places_of(equal, spread);
        std::vector<double> start(at.count, 0);
        if (from) std::copy(from->begin(), from->end(), start.begin());
        if (with_ties && !from) start[at.tie] = is_rao_kupper ? 0.5 : std::log(2 * ties / std::max(1.0, all - ties) + 0.01);
        if (spread) start[at.sd] = 0.7;
        return minimise([&](auto const& x) { return minus_log(x, at, spread); }, start);
    };
    auto fitted = fit(false, false, nullptr), equal = fit(true, false, nullptr);
    if (with_tasters) {
        auto const start = fitted.at, start_equal = equal.at;
        fitted = fit(false, true, &start);
        equal = fit(true, true, &start_equal);
    }
    auto const at = places_of(false, with_tasters);
    tell_worths(out, fitted.at, fitted.curvature, products);
    out.log_likelihood = -fitted.value;
    out.degrees = static_cast<int>(products) - 1;
    out.chi_square = std::max(0.0, 2 * (equal.value - fitted.value));
    out.p = chi_square_above(out.chi_square, out.degrees);
    auto const error = [&](size_t i) { return std::sqrt(std::max(0.0, fitted.curvature[i * at.count + i])); };
    if (with_ties) { out.tie = std::exp(fitted.at[at.tie]); out.tie_error = *out.tie * error(at.tie); }
    if (asked.order) { out.order = fitted.at[at.order]; out.order_error = error(at.order); }
    if (with_tasters) out.taster_sd = std::abs(fitted.at[at.sd]);
    return out;
}

Result<Worths> worth_of_rankings(std::vector<Ranking> const& rankings, size_t products) {
    if (products > 12) return refuse("samples_too_many", "At most 12 samples can be ranked together.");
    std::map<unsigned, double> chosen_from;                      // how often something was chosen from what was left
    std::map<unsigned, double> chosen;                           // how often just these were
    size_t largest = 1;
    std::vector<std::vector<bool>> beats(products, std::vector<bool>(products, false));
    for (auto const& r : rankings) {
        unsigned left = 0;
        for (auto const& group : r) for (auto const i : group) left |= 1U << i;
        for (size_t g = 0; g < r.size(); ++g) {
            unsigned these = 0;
            for (auto const i : r[g]) these |= 1U << i;
            if (std::popcount(left) > 1) { ++chosen_from[left]; ++chosen[these]; }
            largest = std::max(largest, r[g].size());
            for (auto const i : r[g]) {
                for (auto const j : r[g]) if (i != j) beats[i][j] = true;
                for (size_t later = g + 1; later < r.size(); ++later) for (auto const j : r[later]) beats[i][j] = true;
            }
            left &= ~these;
        }
    }
    if (products < 2 || chosen_from.empty()) return refuse("comparisons_missing", "Nothing was ranked.");
    auto met = beats;
    for (size_t i = 0; i < products; ++i) for (size_t j = 0; j < products; ++j) if (beats[i][j]) met[j][i] = true;
    if (!is_strong(met)) return refuse("comparisons_missing", "Some products were never ranked together with the others, not even by way of a third. Analyse them apart.");
    Worths out;
    out.drawn_in = !is_strong(beats);
    std::vector<size_t> sizes;                                   // of ties that happened
    for (size_t size = 2; size <= largest; ++size)
        if (std::any_of(chosen.begin(), chosen.end(), [&](auto const& c) { return static_cast<size_t>(std::popcount(c.first)) == size; })) sizes.push_back(size);

    auto const minus_log = [&](std::vector<double> const& x, size_t worths) {
        std::vector<double> worth(products, 0);
        for (size_t i = 0; i < worths; ++i) worth[i + 1] = x[i];
        std::vector<double> delta(products + 1, -none);
        delta[1] = 0;
        for (size_t i = 0; i < sizes.size(); ++i) delta[sizes[i]] = x[worths + i];
        std::vector<double> strength(size_t{1} << products, 0);
        for (unsigned set = 1; set < strength.size(); ++set) {
            auto const size = static_cast<size_t>(std::popcount(set));
            if (!std::isfinite(delta[size])) continue;
            double sum = 0;
            for (size_t i = 0; i < products; ++i) if (set & 1U << i) sum += worth[i];
            strength[set] = std::exp(delta[size] + sum / static_cast<double>(size));
        }
        double sum = 0;
        for (auto const& [set, n] : chosen) sum += n * std::log(strength[set]);
        for (auto const& [left, n] : chosen_from) {
            double all = 0;
            for (auto set = left; set; set = (set - 1) & left) all += strength[set];
            sum -= n * std::log(all);
        }
        if (out.drawn_in) {
            auto const mean = std::accumulate(worth.begin(), worth.end(), 0.0) / static_cast<double>(products);
            for (auto const w : worth) sum += 0.5 * (w + mean) - std::log(std::exp(w) + std::exp(mean));
        }
        return std::isfinite(sum) ? -sum : none;
    };
    auto const fit = [&](size_t worths) {
        std::vector<double> start(worths + sizes.size(), 0);
        for (size_t i = 0; i < sizes.size(); ++i) start[worths + i] = -1;
        return minimise([&](auto const& x) { return minus_log(x, worths); }, start);
    };
    auto const fitted = fit(products - 1), equal = fit(0);
    tell_worths(out, fitted.at, fitted.curvature, products);
    out.log_likelihood = -fitted.value;
    out.degrees = static_cast<int>(products) - 1;
    out.chi_square = std::max(0.0, 2 * (equal.value - fitted.value));
    out.p = chi_square_above(out.chi_square, out.degrees);
    for (size_t i = 0; i < sizes.size(); ++i) out.tie_sizes.push_back(std::exp(fitted.at[products - 1 + i]));
    if (!sizes.empty()) {
        auto const i = products - 1;
        out.tie = out.tie_sizes.front();
        out.tie_error = *out.tie * std::sqrt(std::max(0.0, fitted.curvature[i * fitted.at.size() + i]));
    }
    return out;
}

std::vector<double> ranks_of(std::vector<double> const& scores) {
    std::vector<double> out(scores.size());
    for (size_t i = 0; i < scores.size(); ++i) {
        double above = 0, same = 0;
        for (auto const s : scores) { above += s > scores[i]; same += s == scores[i]; }
        out[i] = above + (same + 1) / 2;
    }
    return out;
}

Ranking ranking_of(std::vector<double> const& ranks) {
    std::map<double, std::vector<size_t>> groups;
    for (size_t i = 0; i < ranks.size(); ++i) groups[ranks[i]].push_back(i);
    Ranking out;
    for (auto& [rank, group] : groups) out.push_back(std::move(group));
    return out;
}

RankTest friedman(std::vector<std::vector<double>> const& ranks) {
    RankTest t;
    auto const k = ranks.empty() ? 0 : ranks[0].size();
    auto const n = static_cast<double>(ranks.size()), m = static_cast<double>(k);
    t.tasters = static_cast<int>(ranks.size());
    t.degrees = static_cast<int>(k) - 1;
    t.rank_sum.assign(k, 0);
    double tied = 0;
    for (auto const& row : ranks) {
        std::map<double, double> groups;
        for (size_t i = 0; i < k; ++i) { t.rank_sum[i] += row[i]; ++groups[row[i]]; }
        for (auto const& [rank, size] : groups) tied += size * size * size - size;
    }
    double squares = 0;
    for (auto const sum : t.rank_sum) squares += (sum - n * (m + 1) / 2) * (sum - n * (m + 1) / 2);
    auto const below = n * m * (m + 1) - tied / (m - 1);
    t.statistic = below > 0 ? 12 * squares / below : 0;
    t.p = chi_square_above(t.statistic, t.degrees);
    t.least_difference = normal_quantile(0.975) * std::sqrt(n * m * (m + 1) / 6);
    return t;
}

RankTest page(std::vector<std::vector<double>> const& ranks, std::vector<size_t> const& expected) {
    auto t = friedman(ranks);
    auto const n = static_cast<double>(ranks.size()), k = static_cast<double>(expected.size());
    t.statistic = 0;
    for (size_t place = 0; place < expected.size(); ++place) t.statistic += static_cast<double>(place + 1) * t.rank_sum[expected[place]];
    auto const mean = n * k * (k + 1) * (k + 1) / 4, variance = n * k * k * (k + 1) * (k + 1) * (k - 1) / 144;
    t.p = normal_below(-(t.statistic - mean) / std::sqrt(variance));
    return t;
}

} // namespace osetra::quality
