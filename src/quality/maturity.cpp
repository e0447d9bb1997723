#include "quality/maturity.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "kernel/number.h"
#include "quality/engine/trend.h"

namespace osetra::quality {
namespace {

constexpr double greatest = 1'000;               // of any measure
constexpr int days_foreseen = 120;               // no trend is trusted farther

std::map<std::string, std::vector<double>> by_measure(MaturityMeasured const& told) {
    std::map<std::string, std::vector<double>> all;
    if (auto const values = parse_measured(told.values))
        for (auto const& v : *values) all[v.measure].push_back(v.value);
    return all;
}
double mean_of(std::vector<double> const& all) {
    double sum = 0;
    for (auto const v : all) sum += v;
    return sum / static_cast<double>(all.size());
}
std::optional<double> spread_of(std::vector<double> const& all) {
    if (all.size() < 2) return std::nullopt;
    auto const mean = mean_of(all);
    double squares = 0;
    for (auto const v : all) squares += (v - mean) * (v - mean);
    return std::sqrt(squares / static_cast<double>(all.size() - 1));
}
double day_number(Instant at) { return std::chrono::duration<double, std::ratio<86'400>>(at.time_since_epoch()).count(); }
FarmDay day_of(double number, FarmOffset offset) { return farm_day(Instant{std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double, std::ratio<86'400>>{number})}, offset); }

} // namespace

Result<std::vector<Measured>> parse_measured(std::vector<std::string> const& texts) {
    std::vector<Measured> all;
    for (auto const& text : texts) {
        auto const sign = text.find('=');
        auto const value = sign == text.npos ? std::nullopt : read_number<double>(std::string_view{text}.substr(sign + 1));
        if (!value || sign == 0) return refuse("value_malformed", fmt::format("\"{}\" is no measured value: write brix=11.2, one a fruit or the mean of all.", text.substr(0, 40)), "values");
        if (!(*value > 0 && *value < greatest)) return refuse("number_unlikely", fmt::format("{} cannot be; check the value and its unit.", text.substr(0, 40)), "values");
        all.push_back({text.substr(0, sign), *value});
    }
    return all;
}

std::string text_of(RipeRule::Measure const& m) {
    if (m.least && m.most) return fmt::format("{:g} to {:g}", *m.least, *m.most);
    return m.least ? fmt::format("at least {:g}", *m.least) : m.most ? fmt::format("at most {:g}", *m.most) : "";
}

SampleVerdict verdict_of(RipeRule const& rule, MaturityMeasured const& told) {
    auto const values = by_measure(told);
    SampleVerdict out;
    for (auto const& [measure, all] : values) out.fruits = std::max(out.fruits, static_cast<std::int64_t>(all.size()));
    out.fruits = std::max(out.fruits, told.fruits.value_or(0));
    out.ripe = out.enough = out.fruits >= rule.fruits;
    if (!out.enough) out.why = fmt::format("{} fruits measured, {} are asked", out.fruits, rule.fruits);
    for (auto const& asked : rule.measures) {
        Floor f{&asked, 0, 0, {}, false};
        auto const of = values.find(asked.analyte), over = asked.over.empty() ? values.end() : values.find(asked.over);
        if (of != values.end() && (asked.over.empty() || over != values.end())) {
            f.n = static_cast<std::int64_t>(of->second.size());
            f.mean = mean_of(of->second) / (asked.over.empty() ? 1 : mean_of(over->second));
            if (asked.over.empty()) f.spread = spread_of(of->second);
            f.held = (!asked.least || f.mean >= *asked.least) && (!asked.most || f.mean <= *asked.most);
        }
        out.enough = out.enough && f.n > 0;
        if (!f.held) {
            out.ripe = false;
            out.why += (out.why.empty() ? "" : "; ") + (f.n > 0 ? fmt::format("{} {:.4g}, {}", asked.name(), f.mean, text_of(asked)) : asked.name() + " not measured");
        }
        out.floors.push_back(std::move(f));
    }
    return out;
}

std::string block_of(std::string const& pack, std::string const& grower, std::string const& orchard) { return pack + "/" + grower + (orchard.empty() ? "" : "/" + orchard); }
std::string block_of(MaturityMeasured const& b) { return block_of(b.pack.value_or(""), b.grower.value_or(""), b.orchard.value_or("")); }

AtGate at_gate(Safety const& rules, AtLine const& load, std::vector<farm::Of<MaturityMeasured>> const& own, std::vector<farm::Of<MaturityMeasured>> const& of_block) {
    auto const variety = [&](MaturityMeasured const* sample) { return !load.variety.empty() ? load.variety : sample ? sample->variety.value_or("") : std::string{}; };
    auto const said = [&](farm::Of<MaturityMeasured> const& sample) {
        AtGate out{"", sample.body.sample.value_or(""), {}, rules.floors_of(load.pack, variety(&sample.body))};
        if (!out.rule) return out;
        auto const verdict = verdict_of(*out.rule, sample.body);
        out.state = verdict.ripe ? "ripe" : "unripe";
        out.why = verdict.why;
        return out;
    };
    if (!own.empty()) return said(own.back());
    farm::Of<MaturityMeasured> const* last = nullptr;
    for (auto const& s : of_block) {
        if (s.at > load.at || (!load.variety.empty() && s.body.variety && *s.body.variety != load.variety)) continue;
        auto const* rule = rules.floors_of(load.pack, variety(&s.body));
        if (rule && load.at - s.at <= std::chrono::hours{24 * rule->measured_days}) last = &s;
    }
    if (last) return said(*last);
    AtGate out{"", {}, {}, rules.floors_of(load.pack, load.variety)};
    if (!out.rule) return out;
    out.state = "unmeasured";
    out.why = fmt::format("no sample of its block within {} days", out.rule->measured_days);
    return out;
}

BlockTrend trend_of(RipeRule const& rule, std::vector<farm::Of<MaturityMeasured>> const& samples, FarmOffset offset) {
    BlockTrend out;
    std::vector<std::vector<TrendPoint>> points(rule.measures.size());
    SampleVerdict last;
    for (auto const& s : samples) {
        last = verdict_of(rule, s.body);
        for (std::size_t i = 0; i < last.floors.size(); ++i)
            if (last.floors[i].n > 0) points[i].push_back({day_number(s.at), last.floors[i].mean});
        if (!last.ripe) out.ripe_since.reset();
        else if (!out.ripe_since) out.ripe_since = farm_day(s.at, offset);
    }
    out.ripe = last.ripe;
    auto const now = day_number(samples.back().at);
    auto all_told = true;
    for (std::size_t i = 0; i < last.floors.size(); ++i) {
        Heading h{last.floors[i], {}, {}, {}, {}};
        if (auto const line = trend_of(points[i])) {
            h.per_day = line->per_day;
            auto const& asked = *h.last.asked;
            auto const upwards = asked.least && h.last.mean < *asked.least;
            auto const crossed = h.last.held ? std::nullopt : crossing(*line, upwards ? *asked.least : asked.most.value_or(0), upwards);
            if (crossed && crossed->day <= now + days_foreseen) {
                h.reached = day_of(std::max(crossed->day, now), offset);
                if (crossed->from) {
                    h.earliest = day_of(std::max(*crossed->from, now), offset);
                    h.latest = day_of(std::clamp(*crossed->to, now, now + 4 * days_foreseen), offset);
                }
            }
        }
        if (!h.last.held) {
            all_told = all_told && h.reached.has_value();
            if (h.reached && (!out.ripe_on || *h.reached > *out.ripe_on)) out.ripe_on = h.reached;
        }
        out.headings.push_back(std::move(h));
    }
    if (!all_told) out.ripe_on.reset();
    return out;
}

} // namespace osetra::quality
