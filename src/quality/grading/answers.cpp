#include "quality/grading/answers.h"

#include <algorithm>
#include <cmath>

namespace osetra::quality {

Scheme const* scheme_for(Grading const& product, std::string const& species, std::vector<Of<GradeScored>> const& scores, std::vector<Of<GradeDecided>> const& decided) {
    if (!decided.empty()) return all_gradings().find(decided.back().body.scheme);
    if (!scores.empty()) return all_gradings().find(scores.back().body.scheme);
    for (auto const& s : product.schemes)
        if (s.species.empty() || std::find(s.species.begin(), s.species.end(), species) != s.species.end()) return &s;
    return nullptr;
}

std::map<std::string, Of<GradeScored>> last_scores(std::vector<Of<GradeScored>> const& all) {
    std::map<std::string, Of<GradeScored>> last;
    for (auto const& s : all) last.insert_or_assign(s.author, s);
    return last;
}

Values photo_values(Scheme const& scheme, TrayPhotographed const& p) {
    TrayAnswer a;
    a.mean_mm.value = static_cast<double>(p.mean_um) / 1000;
    a.spread_mm.value = static_cast<double>(p.spread_um) / 1000;
    a.broken_share.value = static_cast<double>(p.broken) / static_cast<double>(p.eggs);
    a.colour_spread = p.colour_spread;
    a.colour_calibrated = p.lightness.has_value();
    a.lightness = p.lightness.value_or(0);
    a.red_green = p.red_green.value_or(0);
    a.yellow_blue = p.yellow_blue.value_or(0);
    return camera_values(a, scheme);
}

Values joined_values(Scheme const& scheme, std::map<std::string, Of<GradeScored>> const& scores, std::optional<TrayPhotographed> const& photo) {
    Values sums, counts;
    for (auto const& [grader, told] : scores) {
        auto const own = parse_scores(told.body.scores);
        if (!own || told.body.scheme != scheme.code) continue;
        for (auto const& [code, v] : *own) { sums[code] += v; counts[code] += 1; }
    }
    Values values;
    for (auto const& a : scheme.attributes) {
        if (!counts.contains(a.code)) continue;
        auto const mean = sums[a.code] / counts[a.code];
        values[a.code] = a.kind == AttributeKind::scored ? std::round(mean * 2) / 2 : mean;
    }
    if (photo)
        for (auto const& [code, v] : photo_values(scheme, *photo)) values[code] = std::round(v * 1000) / 1000;
    return values;
}

std::map<std::string, std::vector<processing::ChartPoint>> measured_lots(Scheme const& scheme, std::vector<Of<GradeDecided>> const& decided) {
    constexpr std::size_t most = 120;
    std::map<std::string, Of<GradeDecided> const*> last;
    for (auto const& d : decided) last[d.body.lot] = &d;
    std::map<std::string, std::vector<processing::ChartPoint>> series;
    for (auto const& d : decided) {
        if (d.body.scheme != scheme.code || last.at(d.body.lot) != &d) continue;
        auto const values = parse_scores(d.body.values);
        if (!values) continue;
        for (auto const& a : scheme.attributes)
            if (auto const v = values->find(a.code); v != values->end()) series[a.code].push_back({d.body.lot, d.at, v->second});
    }
    std::erase_if(series, [](auto const& s) { return s.second.size() < 2; });
    for (auto& [code, points] : series)
        if (points.size() > most) points.erase(points.begin(), points.end() - most);
    return series;
}

std::vector<double> PanelModel::probabilities(Scheme const& scheme, Values const& values) const {
    std::vector<double> told, all(scheme.grades.size(), 0.);
    for (auto const& a : attributes) {
        auto const found = values.find(a);
        if (found == values.end()) return {};
        told.push_back(found->second);
    }
    auto const p = model.probabilities(told);
    for (std::size_t i = 0; i < p.size(); ++i) all[grades[i]] = p[i];
    return all;
}

Result<PanelModel> learn_panel(Scheme const& scheme, std::vector<Of<GradeDecided>> const& decided) {
    std::vector<std::pair<Values, std::size_t>> lots;
    std::map<std::string, Of<GradeDecided>> last;
    for (auto const& d : decided) last.insert_or_assign(d.body.lot, d);
    for (auto const& [lot, d] : last) {
        auto const place = scheme.place(d.body.grade);
        auto values = parse_scores(d.body.values);
        if (d.body.scheme == scheme.code && place && values && !values->empty()) lots.emplace_back(std::move(*values), *place);
    }
    PanelModel m;
    for (auto const& a : scheme.attributes)
        if (!a.optional && std::all_of(lots.begin(), lots.end(), [&](auto const& lot) { return lot.first.contains(a.code); })) m.attributes.push_back(a.code);
    for (auto const& lot : lots) m.grades.push_back(lot.second);
    std::sort(m.grades.begin(), m.grades.end());
    m.grades.erase(std::unique(m.grades.begin(), m.grades.end()), m.grades.end());
    std::vector<GradedBefore> before;
    for (auto const& [values, place] : lots) {
        GradedBefore one;
        for (auto const& a : m.attributes) one.values.push_back(values.at(a));
        one.grade = static_cast<int>(std::lower_bound(m.grades.begin(), m.grades.end(), place) - m.grades.begin());
        before.push_back(std::move(one));
    }
    m.model = OSETRA_TRY(fit_ordinal(before, m.grades.size(), m.attributes));
    m.calibration = OSETRA_TRY(cross_validate(before, m.grades.size(), m.attributes));
    return m;
}

std::optional<std::size_t> own_grade(Scheme const& scheme, Values scores) {
    auto loose = scheme;
    for (auto& a : loose.attributes) {
        a.optional = true;
        if (a.kind == AttributeKind::measured) scores.erase(a.code);
    }
    auto const g = grade(loose, scores);
    return g ? std::optional{g->grade} : std::nullopt;
}

} // namespace osetra::quality
