#include "breeding/values.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <set>
#include <tuple>

#include "breeding/engine/shares.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

using std::string;

constexpr std::int64_t fewest_records = 40;
constexpr double repeated = 1.2;                 // records an animal, from which what else stays with it is told apart

/// Rows that have a trait, and of how many animals they are.
struct Counted { std::int64_t records = 0, animals = 0; double sum = 0; };
Result<Counted> count(Columns const& c, string const& trait) {
    Counted out;
    if (!c.has(trait)) return out;
    auto const id = OSETRA_TRY(c.column("id")), column = OSETRA_TRY(c.column(trait));
    std::set<std::string_view> animals;
    for (std::size_t row = 0; row < c.rows(); ++row) {
        if (c.cell(row, column).empty()) continue;
        out.sum += OSETRA_TRY(number_in(c, row, column));
        ++out.records;
        animals.insert(c.cell(row, id));
    }
    out.animals = std::ssize(animals);
    return out;
}

/// One trait: its fit, and the values of all animals where it is good.
Result<std::vector<Value>> fit(TraitFit& out, Columns const& records, PedigreeFile const& pedigree) {
    auto const formula = OSETRA_TRY(Formula::parse(out.model));
    auto const evaluation = OSETRA_TRY(prepare(formula, records, {}, &pedigree));
    auto const& model = evaluation.model;
    auto const report = OSETRA_TRY(variance_report(evaluation, false));
    if (report.status == "not_converged") return refuse("reml_failed", "The variances were not found in 60 rounds.", out.trait);
    if (!report.not_separable.empty()) return refuse("reml_failed", report.not_separable.front(), out.trait);
    Variances variances;
    double whole = 0;
    for (auto const& s : report.shares) whole += s.variance;
    for (auto const& s : report.shares) {
        variances.push_back(Covariance::diagonal(1, s.at_boundary ? 1e-9 * whole : s.variance));
        if (s.source != "animal") continue;
        out.genetic_variance = s.variance;
        out.heritability = s.share;
        out.heritability_error = s.share_error;
        out.heritability_low = s.low;
        out.heritability_high = s.high;
        if (s.at_boundary) out.status = "no_genetic_variance";
    }
    if (out.status == "no_genetic_variance") return std::vector<Value>{};
    Equations equations(model);
    auto const solution = OSETRA_TRY(equations.solve(variances, true));
    auto const animal = static_cast<std::size_t>(std::find_if(model.effects.begin(), model.effects.end(), [](Effect const& e) { return e.kind == Effect::Kind::additive; }) - model.effects.begin());
    std::vector<Value> values(evaluation.pedigree.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = {solution.value[animal][i], std::clamp(1 - solution.error_variance[animal][i] / (out.genetic_variance * (1 + evaluation.f[i])), 0.0, 1.0)};
    out.status = "good";
    return values;
}

} // namespace

std::optional<Value> Values::find(string const& animal, std::string_view trait) const {
    auto const where = place.find(animal);
    auto const which = std::find(traits.begin(), traits.end(), trait);
    if (where == place.end() || which == traits.end()) return std::nullopt;
    return of[static_cast<std::size_t>(which - traits.begin())][where->second];
}

string records_csv(std::vector<TraitRecord> all) {
    std::sort(all.begin(), all.end(), [](TraitRecord const& a, TraitRecord const& b) { return std::tie(a.animal, a.trait, a.day, a.group, a.value) < std::tie(b.animal, b.trait, b.day, b.group, b.value); });
    string out = "id,day,group,sex";
    for (auto const& t : all_traits()) out += fmt::format(",{}", t.code);
    out += '\n';
    for (auto const& r : all) {
        out += fmt::format("{},{},{},{}", r.animal, text_of(r.day), r.group, r.sex.empty() ? "unknown" : r.sex);
        for (auto const& t : all_traits()) out += r.trait == t.code ? fmt::format(",{:.10g}", r.value) : ",";
        out += '\n';
    }
    return out;
}

Result<Values> evaluate(string pedigree_text, string records_text, std::function<bool(double, string const&)> const& report) {
    auto const pedigree_columns = OSETRA_TRY(Columns::read(std::move(pedigree_text), "pedigree.csv"));
    auto const records = OSETRA_TRY(Columns::read(std::move(records_text), "records.csv"));
    std::vector<Defect> defects;
    auto const pedigree = read_pedigree(pedigree_columns, {}, defects);
    if (!pedigree) {
        string said = pedigree.error().message;
        auto shown = 0;
        for (auto const& d : defects)
            if (d.grave && shown++ < 5) said += " " + d.message;
        return refuse(pedigree.error().code, said, pedigree.error().at);
    }
    Values out;
    out.id = pedigree->checked.pedigree.id;
    out.f = inbreeding(pedigree->checked.pedigree);
    for (std::size_t i = 0; i < out.id.size(); ++i) out.place.emplace(out.id[i], i);
    auto done = 0;
    for (auto const& trait : all_traits()) {
        if (report && !report(static_cast<double>(done++) / static_cast<double>(all_traits().size()), trait.code)) return refuse("cancelled", "Cancelled.");
        auto const counted = OSETRA_TRY(count(records, trait.code));
        TraitFit fitted;
        fitted.trait = trait.code;
        fitted.records = counted.records;
        fitted.animals = counted.animals;
        if (counted.records > 0) fitted.mean = counted.sum / static_cast<double>(counted.records);
        auto const again = static_cast<double>(counted.records) > repeated * static_cast<double>(counted.animals);
        fitted.model = fmt::format("{} ~ group{} + animal{}", trait.code, trait.by_sex ? " + sex" : "", again ? " + permanent" : "");
        if (counted.records < fewest_records) {
            fitted.status = "too_few";
        } else if (auto values = fit(fitted, records, *pedigree); !values) {
            fitted.status = "failed";
            fitted.why = values.error().message;
        } else if (fitted.status == "good") {
            out.traits.emplace_back(trait.code);
            out.of.push_back(std::move(*values));
        }
        out.fits.push_back(std::move(fitted));
    }
    return out;
}

string values_csv(Values const& v) {
    string out = "id,f";
    for (auto const& t : v.traits) out += fmt::format(",ebv_{0},reliability_{0}", t);
    out += '\n';
    for (std::size_t i = 0; i < v.id.size(); ++i) {
        out += fmt::format("{},{:.6g}", v.id[i], v.f[i]);
        for (std::size_t t = 0; t < v.traits.size(); ++t) out += fmt::format(",{:.6g},{:.4g}", v.of[t][i].ebv, v.of[t][i].reliability);
        out += '\n';
    }
    return out;
}

string summary_json(Values const& v) {
    JsonOut out;
    out.begin_object();
    out.begin_array("traits");
    for (auto const& fitted : v.fits) out.record(nullptr, fitted);
    out.end_array();
    out.end_object();
    return out.take();
}

Result<Values> read_values(string csv, std::string_view summary) {
    Values out;
    auto const json = OSETRA_TRY(JsonIn::parse(summary));
    for (auto& item : json.items("traits")) out.fits.push_back(OSETRA_TRY(read_strict<TraitFit>(std::move(item))));
    for (auto const& fitted : out.fits)
        if (fitted.status == "good") out.traits.push_back(fitted.trait);
    auto const c = OSETRA_TRY(Columns::read(std::move(csv), "values.csv"));
    auto const id = OSETRA_TRY(c.column("id")), f = OSETRA_TRY(c.column("f"));
    std::vector<std::pair<std::size_t, std::size_t>> columns;
    for (auto const& t : out.traits) columns.emplace_back(OSETRA_TRY(c.column("ebv_" + t)), OSETRA_TRY(c.column("reliability_" + t)));
    out.of.assign(out.traits.size(), std::vector<Value>(c.rows()));
    for (std::size_t row = 0; row < c.rows(); ++row) {
        out.place.emplace(c.cell(row, id), row);
        out.id.emplace_back(c.cell(row, id));
        out.f.push_back(OSETRA_TRY(number_in(c, row, f)));
        for (std::size_t t = 0; t < columns.size(); ++t) out.of[t][row] = {OSETRA_TRY(number_in(c, row, columns[t].first)), OSETRA_TRY(number_in(c, row, columns[t].second))};
    }
    return out;
}

} // namespace osetra::breeding
