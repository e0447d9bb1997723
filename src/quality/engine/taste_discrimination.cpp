#include "quality/engine/taste_discrimination.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "quality/engine/distributions.h"

namespace osetra::quality {
namespace {

struct ProtocolWord { Protocol protocol; char const* word; double chance; };
constexpr std::array<ProtocolWord, 5> protocols{{{Protocol::triangle, "triangle", 1. / 3},
                                                 {Protocol::duo_trio, "duo_trio", 0.5},
                                                 {Protocol::two_afc, "2afc", 0.5},
                                                 {Protocol::three_afc, "3afc", 1. / 3},
                                                 {Protocol::paired, "paired", 0.5}}};

/// Simpson's rule; the integrands here are smooth and gone beyond 10 standard deviations.
template <class F> double integral(double from, double to, F f) {
    constexpr int steps = 400;
    auto const h = (to - from) / steps;
    double sum = f(from) + f(to);
    for (int i = 1; i < steps; ++i) sum += f(from + i * h) * (i % 2 ? 4 : 2);
    return sum * h / 3;
}

double clipped(double share, double chance) { return std::max(share, chance); }

} // namespace

std::string_view word_of(Protocol p) {
    for (auto const& one : protocols) if (one.protocol == p) return one.word;
    return {};
}
Result<Protocol> parse_protocol(std::string_view word) {
    for (auto const& one : protocols) if (word == one.word) return one.protocol;
    if (word == "duo-trio") return Protocol::duo_trio;
    if (word == "2-afc") return Protocol::two_afc;
    if (word == "3-afc") return Protocol::three_afc;
    return refuse("protocol_unknown", "A discrimination test is one of triangle, duo_trio, 2afc, 3afc, paired.", std::string{word});
}
double chance_of(Protocol p) {
    for (auto const& one : protocols) if (one.protocol == p) return one.chance;
    return 0;
}

double share_right(Protocol p, double d) {
    switch (p) {
    case Protocol::triangle:
        return 2 * integral(0, 10, [d](double z) {
            return (normal_below(-z * std::sqrt(3.) + d * std::sqrt(2. / 3)) + normal_below(-z * std::sqrt(3.) - d * std::sqrt(2. / 3))) * normal_density(z);
        });
    case Protocol::duo_trio: {
        auto const a = normal_below(d / std::sqrt(2.)), b = normal_below(d / std::sqrt(6.));
        return 1 - a - b + 2 * a * b;
    }
    case Protocol::three_afc:
        return integral(-10, 10 + d, [d](double z) { auto const below = normal_below(z); return normal_density(z - d) * below * below; });
    case Protocol::two_afc:
    case Protocol::paired: return normal_below(d / std::sqrt(2.));
    }
    return 0;
}

double d_prime_of(Protocol p, double share) {
    if (share <= chance_of(p)) return 0;
    double low = 0, high = 15;
    if (share >= share_right(p, high)) return std::numeric_limits<double>::infinity();
    for (int i = 0; i < 60; ++i) {
        auto const middle = (low + high) / 2;
        (share_right(p, middle) < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

int critical_count(Protocol p, Sides sides, int tasters, double alpha) {
    auto const chance = chance_of(p), one_side = sides == Sides::two ? alpha / 2 : alpha;
    auto k = static_cast<int>(std::floor(tasters * chance));
    while (k <= tasters && binomial_tail(k, tasters, chance) > one_side) ++k;
    return k;
}

double power_of(Protocol p, Sides sides, int tasters, double distinguishers, double alpha) {
    auto const share = distinguishers + (1 - distinguishers) * chance_of(p);
    auto const critical = critical_count(p, sides, tasters, alpha);
    auto power = binomial_tail(critical, tasters, share);
    if (sides == Sides::two && critical <= tasters) power += 1 - binomial_tail(tasters - critical + 1, tasters, share);
    return power;
}

std::optional<int> tasters_for(Protocol p, Sides sides, double distinguishers, double alpha, double power) {
    constexpr int most = 10'000;
    if (!(distinguishers > 0)) return std::nullopt;
    // the saw of exact power is lower than one tooth of the normal approximation's error: look a good way past the first that reaches it
    std::optional<int> stays;
    for (int n = 2, last_below = 1; n <= most; ++n) {
        if (power_of(p, sides, n, distinguishers, alpha) < power) { last_below = n; stays.reset(); }
        else if (!stays) stays = n;
        if (stays && n > last_below + 12 + last_below / 8) return stays;
    }
    return std::nullopt;
}

Discrimination discriminate(DiscriminationAsked const& a) {
    Discrimination d;
    d.asked = a;
    d.chance = chance_of(a.protocol);
    auto const towards = a.sides == Sides::two ? std::max(a.right, a.answers - a.right) : a.right;
    auto const tail = binomial_tail(towards, a.answers, d.chance);
    d.p = a.sides == Sides::two ? std::min(1., 2 * tail) : tail;
    d.critical = critical_count(a.protocol, a.sides, a.answers, a.alpha);
    d.different = d.p <= a.alpha;

    auto const n = static_cast<double>(a.answers);
    auto const exact = exact_share(a.right, a.answers);
    d.right = {a.right / n, exact.low, exact.high, std::sqrt(a.right / n * (1 - a.right / n) / n)};
    auto const carried = [&](auto f, double slope_at) {
        Estimate e{f(d.right.value), f(exact.low), f(exact.high), 0};
        e.error = slope_at > 0 ? d.right.error / slope_at : 0;
        return e;
    };
    d.distinguishers = carried([&](double share) { return (clipped(share, d.chance) - d.chance) / (1 - d.chance); }, 1 - d.chance);
    if (a.protocol == Protocol::paired || a.protocol == Protocol::two_afc) {   // has a direction: below nought where the other was chosen more often
        auto const both = [&](double share) { return share >= 0.5 ? d_prime_of(a.protocol, share) : -d_prime_of(a.protocol, 1 - share); };
        d.d_prime = carried(both, 0);
    } else d.d_prime = carried([&](double share) { return d_prime_of(a.protocol, share); }, 0);
    if (auto const at = d.d_prime.value; std::isfinite(at) && at != 0) {
        constexpr double h = 1e-4;
        auto const slope = (share_right(a.protocol, at + h) - share_right(a.protocol, at - h)) / (2 * h);
        d.d_prime.error = d.right.error / slope;
    }
    d.power = power_of(a.protocol, a.sides, a.answers, a.distinguishers, a.alpha);
    d.answers_needed = tasters_for(a.protocol, a.sides, a.distinguishers, a.alpha, a.power);
    d.too_few = !d.different && d.power < a.power;
    return d;
}

} // namespace osetra::quality
