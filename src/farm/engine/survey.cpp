#include "farm/engine/survey.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "farm/engine/distributions.h"

namespace osetra::farm::engine {
namespace {

struct Sums {
    double r = 0, cm = 0, cmm = 0, rm = 0, rr_c = 0;   // R, C M, C M², R M, R²/C
    std::int64_t at_large = 0;
};

Result<Sums> sums_of(std::span<CatchSample const> samples, std::size_t needed) {
    if (samples.size() < needed)
        return refuse("survey_short", "This estimate needs at least " + std::to_string(needed) + " samples. Add the missing ones.");
    Sums s;
    std::int64_t marked = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto const& one = samples[i];
        if (one.caught < 0 || one.recaptured < 0 || one.returned_marked < 0 || one.recaptured > std::min(one.caught, marked) ||
            one.returned_marked > one.caught)
            return refuse("survey_impossible",
                          "Sample " + std::to_string(i + 1) + " has more recaptured fish than were caught or marked before, more returned than caught, or a "
                          "number below 0. Correct it.",
                          std::to_string(i + 1));
        auto const c = static_cast<double>(one.caught), r = static_cast<double>(one.recaptured), m = static_cast<double>(marked);
        s.r += r;
        s.cm += c * m;
        s.cmm += c * m * m;
        s.rm += r * m;
        if (c > 0) s.rr_c += r * r / c;
        s.at_large = marked;
        marked += one.returned_marked - one.recaptured;
    }
    if (s.cm <= 0) return refuse("survey_no_marks", "No fish was caught while marked fish were at large, so their number cannot be estimated.");
    return s;
}

Interval inverted(double inverse, double half) {
    auto const high = inverse - half > 0 ? 1 / (inverse - half) : std::numeric_limits<double>::infinity();
    return {1 / inverse, 1 / (inverse + half), high};
}

} // namespace

Result<StockEstimate> schnabel(std::span<CatchSample const> samples) {
    auto const s = OSETRA_TRY(sums_of(samples, 2));
    StockEstimate e{{s.cm / (s.r + 1), 0, 0}, s.at_large, static_cast<std::int64_t>(s.r)};
    if (s.r < 50) {
        auto const low = s.r > 0 ? chi_squared_quantile(0.025, 2 * s.r) / 2 : 0;
        auto const high = chi_squared_quantile(0.975, 2 * (s.r + 1)) / 2;
        e.heads.low = s.cm / (high + 1);
        e.heads.high = s.cm / (low + 1);
    } else {
        auto const df = static_cast<double>(samples.size() - 1);
        e.heads = inverted((s.r + 1) / s.cm, student_quantile(0.975, df) * std::sqrt(s.r + 1) / s.cm);
    }
    return e;
}

Result<StockEstimate> schumacher_eschmeyer(std::span<CatchSample const> samples) {
    auto const s = OSETRA_TRY(sums_of(samples, 3));
    if (s.r <= 0) return refuse("survey_no_recaptures", "No marked fish was caught again, so this method gives no number. Go on sampling.");
    auto const df = static_cast<double>(samples.size() - 2);
    auto const variance = std::max(0.0, s.rr_c - s.rm * s.rm / s.cmm) / df / s.cmm;
    return StockEstimate{inverted(s.rm / s.cmm, student_quantile(0.975, df) * std::sqrt(variance)), s.at_large,
                         static_cast<std::int64_t>(s.r)};
}

AgeSummary summarise_ages(std::span<AgeHeads const> counts) {
    std::map<std::int64_t, std::int64_t> ages;
    for (auto const& c : counts)
        if (c.heads > 0) ages[c.age_years] += c.heads;
    AgeSummary s;
    if (ages.empty()) return s;
    double sum = 0, squares = 0;
    std::int64_t most = 0;
    for (auto const& [age, heads] : ages) {
        s.by_age.push_back({age, heads});
        s.heads += heads;
        sum += static_cast<double>(heads) * static_cast<double>(age);
        if (heads > most) most = heads, s.commonest = age;
    }
    s.youngest = ages.begin()->first;
    s.oldest = ages.rbegin()->first;
    auto const n = static_cast<double>(s.heads);
    s.mean_years = sum / n;
    for (auto const& [age, heads] : ages) {
        auto const away = static_cast<double>(age) - s.mean_years;
        squares += static_cast<double>(heads) * away * away;
    }
    if (s.heads > 1) s.sd_years = std::sqrt(squares / (n - 1));
    auto const age_of = [&](std::int64_t nth) {
        for (auto const& one : s.by_age)
            if ((nth -= one.heads) < 0) return static_cast<double>(one.age_years);
        return static_cast<double>(s.oldest);
    };
    s.median_years = (age_of((s.heads - 1) / 2) + age_of(s.heads / 2)) / 2;
    return s;
}

} // namespace osetra::farm::engine
