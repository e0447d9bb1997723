#include "stocktake/engine/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace osetra::stocktake {
namespace {

/// A number that is normal with one of several means and errors.
struct Part {
    double weight = 0, mean = 0, error = 0;
};
using Mixture = std::vector<Part>;

double below(Mixture const& parts, double x) {
    double sum = 0;
    for (auto const& p : parts) sum += p.weight * 0.5 * std::erfc((p.mean - x) / (p.error * std::sqrt(2.0)));
    return sum;
}

/// By halving: a mixture's distribution only grows. \pre weights sum to 1
double quantile(Mixture const& parts, double share) {
    double low = parts.front().mean, high = low;
    for (auto const& p : parts) {
        low = std::min(low, p.mean - 8 * p.error);
        high = std::max(high, p.mean + 8 * p.error);
    }
    for (int i = 0; i < 60; ++i) {
        auto const middle = (low + high) / 2;
        (below(parts, middle) < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

/// Seven points that stand for a normal number: Gauss-Hermite (Abramowitz and Stegun, table 25.10), for weight exp(-z^2 / 2).
constexpr std::array<std::array<double, 2>, 7> normal_points = {{{-3.7504397, 0.00054827}, {-2.3667594, 0.03075712}, {-1.1544054, 0.24012318}, {0, 0.45714286},
                                                                 {1.1544054, 0.24012318}, {2.3667594, 0.03075712}, {3.7504397, 0.00054827}}};

/// Looks in their order made into at most `most` by taking means: what is between neighbours a few frames apart tells little.
std::vector<Look> thinned(std::vector<Look> const& looks, std::size_t most) {
    if (looks.size() <= most) return looks;
    std::vector<Look> out;
    for (std::size_t i = 0; i < most; ++i) {
        auto const from = i * looks.size() / most, to = (i + 1) * looks.size() / most;
        Look mean{0, 0, 0, 0, 0};
        for (auto at = from; at < to; ++at) {
            mean.at_s += looks[at].at_s;
            mean.found += looks[at].found;
            mean.area += looks[at].area;
            mean.detectability += looks[at].detectability;
            mean.false_found += looks[at].false_found;
        }
        auto const n = static_cast<double>(to - from);
        out.push_back({mean.at_s / n, mean.found / n, mean.area / n, mean.detectability / n, mean.false_found / n});
    }
    return out;
}

struct Means {
    double found = 0, area = 0, detectability = 0, false_found = 0;
};
Means means_of(std::vector<Look> const& looks) {
    Means m;
    for (auto const& l : looks) {
        m.found += l.found;
        m.area += l.area;
        m.detectability += l.detectability;
        m.false_found += l.false_found;
    }
    auto const n = static_cast<double>(looks.size());
    return {m.found / n, m.area / n, m.detectability / n, m.false_found / n};
}

/// How much looks differ, and how alike neighbours are: one point of what is integrated over.
struct Shape {
    double spread;     ///< variance of detection against the binomial's
    double fast;       ///< share of it that is new in every look
    double kept;       ///< of the rest, what is the same in the next look
    double stays;      ///< of the bodies in what is seen, those that are there in the next look too
    double prior;      ///< logarithm
};

/// `together`: the spread that fish make which are well or badly seen all at once, as when the light changes: it grows with their number. Less than one is common where
/// tracks bridge the looks in which a fish was not found.
std::vector<Shape> shapes(bool unseen, double together) {
    auto const usual = 0.5 * std::log(1 + together);
    std::vector<Shape> all;
    for (double const spread : {0.02, 0.06, 0.2, 0.5, 1.0, 1.7, 3.0, 6.0, 15.0, 50.0})
        for (double const fast : {0.03, 0.3, 0.7, 1.0})
            for (double const kept : {0.3, 0.6, 0.8, 0.9, 0.96, 0.985, 0.995}) {
                if (fast == 1.0 && kept != 0.3) continue;
                auto const one = [&](double stays) {
                    auto const off = std::log(spread) - usual, width = off < 0 ? 0.7 : 0.5 + usual;
                    all.push_back({spread, fast, kept, stays, -off * off / (2 * width * width) + (fast > 0.1 && fast < 1 ? -2.0 : 0)});   // mostly one or the other
                };
                if (!unseen) one(0);
                else for (double const stays : {0.5, 0.8, 0.93, 0.98, 0.995, 0.999}) one(stays);
            }
    return all;
}

/// N as the looks tell it under one shape: found - false = N q + what stays of both kinds + noise, by a Kalman filter of two states in which N is a regressor.
struct Told {
    double n = 0, variance = 0, log_likelihood = 0;
};
Told told_by(std::vector<Look> const& looks, Shape const& shape, double n0, double clumping) {
    double a1 = 0, a2 = 0, b1 = 0, b2 = 0;             // states of the data (a) and of the regressor (b)
    double p11 = 1, p12 = 0, p22 = 1;                  // their common variance, in units of one
    double xx = 0, xy = 0, yy = 0, log_det = 0;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        auto const& l = looks[i];
        auto const p = l.detectability, s = l.area, q = p * s;
        auto const detection = shape.spread * (n0 * q * (1 - p) + l.false_found + 0.01);
        auto const h1 = std::sqrt(detection * (1 - shape.fast)), h2 = p * std::sqrt(clumping * n0 * s * (1 - s));
        if (i > 0) {
            auto const k1 = shape.kept, k2 = shape.stays;
            a1 *= k1; b1 *= k1; a2 *= k2; b2 *= k2;
            p11 = k1 * k1 * p11 + 1 - k1 * k1;
            p12 = k1 * k2 * p12;
            p22 = k2 * k2 * p22 + 1 - k2 * k2;
        }
        auto const ph1 = p11 * h1 + p12 * h2, ph2 = p12 * h1 + p22 * h2;
        auto const f = h1 * ph1 + h2 * ph2 + detection * shape.fast + 1e-6;
        auto const y = l.found - l.false_found - (h1 * a1 + h2 * a2), x = q - (h1 * b1 + h2 * b2);
        auto const g1 = ph1 / f, g2 = ph2 / f;
        a1 += g1 * y; a2 += g2 * y;
        b1 += g1 * x; b2 += g2 * x;
        p11 -= g1 * ph1; p12 -= g1 * ph2; p22 -= g2 * ph2;
        xx += x * x / f;
        xy += x * y / f;
        yy += y * y / f;
        log_det += std::log(f);
    }
    auto const n = xy / xx;
    return {n, 1 / xx, -0.5 * (log_det + yy - n * xy + std::log(xx))};
}

/// Weights of logarithms, summing to 1.
void normalise(Mixture& parts, std::vector<double> const& logs) {
    auto const top = *std::max_element(logs.begin(), logs.end());
    double sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) sum += parts[i].weight = std::exp(logs[i] - top);
    for (auto& p : parts) p.weight /= sum;
    std::erase_if(parts, [](Part const& p) { return p.weight < 1e-6; });
    sum = 0;
    for (auto const& p : parts) sum += p.weight;
    for (auto& p : parts) p.weight /= sum;
}

/// Detectability is not known exactly: every N could as well be larger or smaller by a factor.
Mixture blurred(Mixture const& parts, double factor_error, double shift_error) {
    Mixture out;
    for (auto const& p : parts)
        for (auto const& [z, weight] : normal_points) {
            auto const by = std::exp(factor_error * z);
            out.push_back({p.weight * weight, p.mean * by, std::hypot(p.error, shift_error) * by + 1e-9});
        }
    return out;
}

/// Small numbers are whole and not below nought: every N is weighed by how likely so few looks would find so few. Looks that are alike count as one.
Estimate few(double found, double false_found, double q, double looks, double factor_error) {
    double total = 0;
    std::vector<double> weight;
    auto const most = static_cast<std::size_t>(20 + 8 * (found + 3) / q);
    for (std::size_t n = 0; n <= most; ++n) {
        double sum = 0;
        for (auto const& [z, share] : normal_points) {
            auto const mean = looks * (static_cast<double>(n) * std::min(1.0, q * std::exp(factor_error * z)) + false_found) + 1e-9;
            sum += share * std::exp(looks * found * std::log(mean) - mean - std::lgamma(looks * found + 1));
        }
        weight.push_back(sum);
        total += sum;
    }
    Estimate e;
    double so_far = 0;
    auto low = false, high = false;
    for (std::size_t n = 0; n <= most; ++n) {
        so_far += weight[n] / total;
        if (!low && so_far >= 0.025) { e.low = static_cast<double>(n); low = true; }
        if (!high && so_far >= 0.975) { e.high = static_cast<double>(n); high = true; }
    }
    e.value = std::max(0.0, (found - false_found) / q);
    e.low = std::min(e.low, e.value);
    e.high = std::max(e.high, e.value);
    return e;
}

/// Nothing found, or nearly: that bodies are seen as those of the calibration are is then itself a guess.
constexpr double unsure_when_unseen = 0.7;

double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

/// Looks that differ by their time alone, told once.
struct Alike {
    Look look;
    double times = 0;
};
std::vector<Alike> alike(std::vector<Look> const& looks) {
    std::map<std::array<double, 4>, Alike> all;
    for (auto const& l : looks) {
        auto& one = all[{l.found, l.area, l.detectability, l.false_found}];
        one.look = l;
        ++one.times;
    }
    std::vector<Alike> out;
    out.reserve(all.size());
    for (auto const& [key, one] : all) out.push_back(one);
    return out;
}

/// How many more or fewer are found where nobody is than on average, and how often: most waters hold hardly anything that is taken for a body, some much. Gamma of shape a half, as rendered vessels have it.
constexpr std::array<std::array<double, 2>, 6> more_falses = {{{0.02, 0.2}, {0.15, 0.2}, {0.45, 0.2}, {1.07, 0.2}, {2.2, 0.1}, {4.3, 0.1}}};

constexpr double most_false = 0.5;   ///< of what is found: of 574 rendered vessels and ponds three hold more

/// log P(k of n) where each of n is found with the same p ~ Beta(a, b).
double log_beta_binomial(double n, double k, double a, double b) {
    return log_choose(n, k) + std::lgamma(k + a) + std::lgamma(n - k + b) - std::lgamma(n + a + b) + std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
}

} // namespace

Number number_of(History const& history) {
    auto const all = means_of(history.looks);
    auto const q = std::max(1e-6, all.area * all.detectability);
    Number out{{}, 1, all.detectability, all.area};
    auto const looks = thinned(history.looks, 60);
    auto const n0 = std::max(1.0, (all.found - all.false_found) / q);
    auto const unseen = all.area < 0.999;
    Mixture parts;
    std::vector<double> logs;
    for (auto const& shape : shapes(unseen, n0 * q * (1 - all.detectability) * 0.06)) {
        auto const told = told_by(looks, shape, n0, history.clumping);
        parts.push_back({0, told.n, std::sqrt(told.variance)});
        logs.push_back(told.log_likelihood + shape.prior);
    }
    normalise(parts, logs);
    auto const error = (quantile(parts, 0.975) - quantile(parts, 0.025)) / 3.92;
    auto const one_look = (n0 * q * (1 - q) + all.false_found + 0.01) / (q * q);
    out.effective_looks = std::clamp(one_look / (error * error), 1.0, static_cast<double>(history.looks.size()));
    if (all.found < 4) {
        auto const nothing = all.found < 0.5;
        out.n = few(all.found, all.false_found, q, nothing ? 1 : std::min(out.effective_looks, 20.0), nothing ? unsure_when_unseen : history.detectability_error);
        return out;
    }
    auto const posterior = blurred(parts, history.detectability_error, history.false_error * all.false_found / q);
    out.n = {quantile(posterior, 0.5), std::max(0.0, quantile(posterior, 0.025)), quantile(posterior, 0.975)};
    out.n.value = std::max(out.n.value, 0.0);
    return out;
}

Number number_of_stills(History const& history) {
    auto const all = means_of(history.looks);
    auto const q = std::max(1e-6, all.area * all.detectability);
    auto const n0 = (all.found - all.false_found) / q;
    if (n0 > 400 || all.found < 4 || all.area < 0.98) return number_of(history);   // bodies enough that a normal law does, or too few, or parts unseen
    double squares = 0;
    for (auto const& l : history.looks) squares += (l.found - all.found) * (l.found - all.found);
    auto const n = static_cast<double>(history.looks.size());
    auto const by_false = history.false_error * all.false_found;
    auto const width = 6 * std::sqrt(squares / n / n + n0 * n0 * history.detectability_error * history.detectability_error + by_false * by_false + 1) + 3;
    auto const from = std::max(1.0, std::floor(n0 - width)), to = std::ceil(n0 + width);
    auto const looks = alike(history.looks);
    // a stain that is taken for a fish is in all photographs of a vessel, and so is the dark corner that hides some: so many of them tell as much as one
    constexpr double in_common = 0.1;
    auto const alike_looks = 1 + (n - 1) * in_common;
    std::vector<double> logs(static_cast<std::size_t>(to - from) + 1);
    for (std::size_t i = 0; i < logs.size(); ++i) {
        auto const number = from + static_cast<double>(i);
        std::vector<double> ways;   // log P(looks, p, its spread, false ones | number)
        for (auto const& [z, weight] : normal_points)
            for (double const spread : {1e-4, 0.003, 0.01, 0.03, 0.1})          // correlation between bodies of one picture
                for (auto const& [more_false, how_often] : more_falses) {
                    double sum = std::log(weight * how_often);
                    for (auto const& [l, times] : looks) {
                        auto const p = std::clamp(l.detectability * l.area * std::exp(history.detectability_error * z), 0.01, 0.9995);
                        auto const whole = 1 / spread - 1, mean_false = std::min(l.false_found * more_false, most_false * l.found) + 1e-3;
                        auto const found = std::round(l.found);
                        double here = 0;
                        for (double wrong = 0; wrong <= found && wrong < mean_false + 6 * std::sqrt(mean_false) + 4; ++wrong) {
                            if (found - wrong > number) continue;
                            here += std::exp(wrong * std::log(mean_false) - mean_false - std::lgamma(wrong + 1) + log_beta_binomial(number, found - wrong, p * whole, (1 - p) * whole));
                        }
                        sum += times / alike_looks * std::log(here + 1e-30);
                    }
                    ways.push_back(sum);
                }
        auto const top = *std::max_element(ways.begin(), ways.end());
        double sum = 0;
        for (auto const w : ways) sum += std::exp(w - top);
        logs[i] = top + std::log(sum) - std::log(number);
    }
    auto const top = *std::max_element(logs.begin(), logs.end());
    double total = 0;
    for (auto& l : logs) total += l = std::exp(l - top);
    Number out{{}, n, all.detectability, all.area};
    double so_far = 0;
    auto const inside = [&](double share, double l) { return so_far < share && so_far + l / total >= share; };
    for (std::size_t i = 0; i < logs.size(); ++i) {
        auto const number = from + static_cast<double>(i);
        if (inside(0.025, logs[i])) out.n.low = number;
        if (inside(0.5, logs[i])) out.n.value = number;
        if (inside(0.975, logs[i])) out.n.high = number;
        so_far += logs[i] / total;
    }
    if (out.n.high < out.n.value) out.n.high = to;
    return out;
}

Number number_of_sweep(std::vector<Cell> const& cells, double pond_square_m, double crossings, History const& errors) {
    double n = 0, seen = 0, total = 0, looked = 0, detectability = 0, false_found = 0, apart = 0, twice = 0, detection = 0;
    std::vector<std::array<double, 2>> densities;   // bodies and square metres of each cell
    for (auto const& cell : cells) {
        total += cell.square_m;
        double found = 0, q = 0, wrong = 0;
        std::array<double, 2> half{}, half_q{};
        for (std::size_t i = 0; i < cell.looks.size(); ++i) {
            auto const& l = cell.looks[i];
            auto const late = i * 2 >= cell.looks.size() ? 1U : 0U;
            found += l.found;
            wrong += l.false_found;
            q += l.area * l.detectability;
            half[late] += l.found;
            half_q[late] += l.area * l.detectability;
            detectability += l.detectability;
            ++looked;
        }
        if (q < 0.05) continue;
        auto const here = (found - wrong) / q;
        n += here;
        seen += cell.square_m;
        false_found += wrong / q;
        densities.push_back({here, cell.square_m});
        if (half_q[0] > 0.05 && half_q[1] > 0.05) {
            apart += half[0] / half_q[0] - half[1] / half_q[1];
            twice += cell.square_m;
        }
        auto const p = detectability / std::max(1.0, looked);
        detection += std::max(here, 0.0) * (1 - p) / p / std::sqrt(std::max(1.0, static_cast<double>(cell.looks.size())));   // looks of one pass are alike
    }
    auto const pond = std::max(pond_square_m > 0 ? pond_square_m : total, seen);
    Number out{{}, looked / std::max<double>(1, static_cast<double>(densities.size())), looked > 0 ? detectability / looked : 1, pond > 0 ? seen / pond : 0};
    if (densities.empty()) {
        out.n = {0, 0, 0};
        return out;
    }
    // what was not seen holds as much a square metre as what was; cells differ by more than chance, and the unseen may do so too
    auto const density = n / seen, unseen = pond - seen;
    double clumps = 0;
    for (auto const& [here, square] : densities) clumps += (here - density * square) * (here - density * square) / std::max(1e-9, density * square);
    auto const clumping = std::max({1.0, clumps / static_cast<double>(densities.size()), unseen > 0 ? errors.clumping : 1.0});
    auto const rest = density * unseen;
    // of two passes each takes half the time, and their mean is off by half as much again. How far they are apart says once how many swim from part to part; what the edges say is believed as four such
    auto const crossed = crossings * (1 - 0.75 * twice / seen), moved = (4 * crossed + apart * apart / 4) / 5;
    auto const variance = (detection + moved) * (pond / seen) * (pond / seen) + clumping * std::max(rest, 0.0) * (1 + unseen / seen);
    auto const whole = n + rest;
    if (whole < 4) {
        out.n = few(std::max(n, 0.0), false_found, std::max(0.01, out.seen_area * out.detectability), 1, n < 0.5 ? unsure_when_unseen : errors.detectability_error);
        return out;
    }
    auto const posterior = blurred({{1, whole, std::sqrt(variance)}}, errors.detectability_error, errors.false_error * false_found * pond / seen);
    out.n = {quantile(posterior, 0.5), std::max(0.0, quantile(posterior, 0.025)), quantile(posterior, 0.975)};
    return out;
}

Estimate recaptured(double n1, double n2, double again) {
    auto const n = (n1 + 1) * (n2 + 1) / (again + 1) - 1;
    auto const variance = (n1 + 1) * (n2 + 1) * std::max(0.0, n1 - again) * std::max(0.0, n2 - again) / ((again + 1) * (again + 1) * (again + 2));
    auto const half = 1.96 * std::sqrt(variance);
    return {n, std::max(n1 + n2 - again, n - half), n + half};
}

Verdict judge(Number const& number, double tolerance, double readable, std::vector<std::string> const& faults) {
    Verdict out{"sure", {}};
    auto const again = [&](std::string why) {
        out.verdict = "count_again";
        out.reasons.push_back(std::move(why));
    };
    auto const& n = number.n;
    auto const has = [&](char const* what) { return std::find(faults.begin(), faults.end(), what) != faults.end(); };
    if (number.seen_area < 0.5) again(fmt::format("Only {:.0f} % of the pond was seen and could be read: fly over the rest.", 100 * number.seen_area));
    if (readable < 0.5) again(fmt::format("Only {:.0f} % of the water in the pictures could be read (glare, mud, foam): fly in other light.", 100 * readable));
    if (has("dark")) again("It was too dark: count by day.");
    if (has("ice")) again("The water is white all over, as under ice or foam: what is below was not seen.");
    if (has("lost")) again("The camera's way could not be followed, so this is what one picture shows: fly slower, or so that some ground shows.");
    if (n.value < 0.5) {
        if (out.verdict == "sure") out.verdict = "nothing_seen";
        out.reasons.push_back(fmt::format("No fish was found. In what could be read there are at most {:.0f}, unless they lie where the camera cannot see.", std::ceil(n.high)));
        return out;
    }
    auto const half = (n.high - n.low) / 2;
    if (half > tolerance * n.value && half > 0.75)
        again(fmt::format("The interval is {:.1f} % each way, and {:.1f} % was asked for: look longer, or calibrate on this pond.", 100 * half / n.value, 100 * tolerance));
    if (number.detectability < 0.5) again(fmt::format("One look finds only {:.0f} % of the fish.", 100 * number.detectability));
    if (out.verdict == "sure") out.reasons.push_back(fmt::format("The interval is {:.1f} % each way; {:.1f} % was asked for.", 100 * half / n.value, 100 * tolerance));
    return out;
}

} // namespace osetra::stocktake
