#include "breeding/values.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <numbers>
#include <set>
#include <tuple>

#include "breeding/engine/correlated.h"
#include "breeding/engine/genomic.h"
#include "breeding/engine/shares.h"
#include "breeding/engine/threshold.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;

constexpr std::int64_t fewest_records = 40;
constexpr double least_heritability = 1e-3;      // below it there is nothing to choose by
constexpr double repeated = 1.2;                 // records an animal, from which what else stays with it is told apart
constexpr std::int64_t fewest_in_common = 60;    // animals with records of both traits, from which their correlation is looked for
constexpr double most_bytes_together = 4e9, most_flops_together = 2e12;
constexpr double blended = 0.05;                 // of the pedigree's relationships among the genotyped, as `osetra breed ebv` has it

/// What every fit works with.
struct Source {
    Columns const& records;
    PedigreeFile const& pedigree;
    Relationship const* instead = nullptr;
};

/// Rows that have a trait, of whom they are, and in how many groups.
struct Counted {
    std::int64_t records = 0, groups = 0;
    double sum = 0;
    std::set<std::string_view> animals;
    bool is_repeated() const { return static_cast<double>(records) > repeated * static_cast<double>(animals.size()); }
};
Result<Counted> count(Columns const& c, string const& trait) {
    Counted out;
    if (!c.has(trait)) return out;
    auto const id = OSETRA_TRY(c.column("id")), group = OSETRA_TRY(c.column("group")), column = OSETRA_TRY(c.column(trait));
    std::set<std::string_view> groups;
    for (size_t row = 0; row < c.rows(); ++row) {
        if (c.cell(row, column).empty()) continue;
        out.sum += OSETRA_TRY(number_in(c, row, column));
        ++out.records;
        out.animals.insert(c.cell(row, id));
        groups.insert(c.cell(row, group));
    }
    out.groups = std::ssize(groups);
    return out;
}

string model_of(Trait const& trait, Counted const& counted) {
    auto const* permanent = counted.is_repeated() ? " + permanent" : "";
    if (!trait.is_ordinal()) return fmt::format("{} ~ group{} + animal{}", trait.code, trait.by_sex ? " + sex" : "", permanent);
    // a group whose records all lie in one outer category has no finite estimate as a fixed one; groups of one record are no groups
    return fmt::format("ordinal({}) ~ animal{}{}", trait.code, permanent, counted.groups > 1 && 2 * counted.groups <= counted.records ? " + random(group)" : "");
}

size_t animal_effect(MixedModel const& model) {
    return static_cast<size_t>(std::find_if(model.effects.begin(), model.effects.end(), [](Effect const& e) { return e.kind == Effect::Kind::additive; }) - model.effects.begin());
}

Value value_of(double ebv, double error_variance, double genetic) { return {ebv, std::clamp(1 - error_variance / genetic, 0.0, 1.0)}; }

void take_shares(TraitFit& out, VarianceReport const& report) {
    for (auto const& s : report.shares) {
        out.variances.push_back(fmt::format("{}={}", s.source, s.variance));
        if (s.source != "animal") continue;
        out.genetic_variance = s.variance;
        out.heritability = s.share;
        out.heritability_error = s.share_error;
        out.heritability_low = s.low;
        out.heritability_high = s.high;
        if (s.at_boundary || s.share < least_heritability) out.status = "no_genetic_variance";
    }
}

/// One measure: its fit, and the values of all animals where it is good.
Result<std::vector<Value>> fit_measure(TraitFit& out, Source const& source) {
    auto const formula = OSETRA_TRY(Formula::parse(out.model));
    auto const evaluation = OSETRA_TRY(prepare(formula, source.records, {}, &source.pedigree, false, source.instead));
    auto const& model = evaluation.model;
    auto const report = OSETRA_TRY(variance_report(evaluation, false));
    if (report.status == "not_converged") return refuse("reml_failed", "The variances were not found in 60 rounds.", out.trait);
    if (!report.not_separable.empty()) return refuse("reml_failed", report.not_separable.front(), out.trait);
    take_shares(out, report);
    if (out.status == "no_genetic_variance") return std::vector<Value>{};
    Variances variances;
    double whole = 0;
    for (auto const& s : report.shares) whole += s.variance;
    out.variances.clear();
    for (auto const& s : report.shares) {
        variances.push_back(Covariance::diagonal(1, s.at_boundary ? 1e-9 * whole : s.variance));
        out.variances.push_back(fmt::format("{}={}", s.source, variances.back()(0, 0)));
    }
    Equations equations(model);
    auto const solution = OSETRA_TRY(equations.solve(variances, true));
    auto const animal = animal_effect(model);
    std::vector<Value> values(evaluation.pedigree.size());
    for (size_t i = 0; i < values.size(); ++i) values[i] = value_of(solution.value[animal][i], solution.error_variance[animal][i], out.genetic_variance * evaluation.own[i]);
    out.status = "good";
    return values;
}

/// One trait in ordered categories, on its liability.
Result<std::vector<Value>> fit_ordinal(TraitFit& out, Source const& source) {
    auto const formula = OSETRA_TRY(Formula::parse(out.model));
    auto const evaluation = OSETRA_TRY(prepare(formula, source.records, {}, &source.pedigree, false, source.instead));
    auto const report = OSETRA_TRY(liability_report(evaluation));
    if (!report.not_separable.empty()) return refuse("reml_failed", report.not_separable.front(), out.trait);
    take_shares(out, report);
    if (out.status == "no_genetic_variance") return std::vector<Value>{};
    std::vector<double> variances;
    double rest = 0;
    for (auto const& s : report.shares) {
        if (s.source != "residual") variances.push_back(s.variance);
        if (s.source != "animal") rest += s.variance;
    }
    out.rest_variance = rest;
    auto const mode = OSETRA_TRY(threshold_mode({evaluation.model, evaluation.categories.size()}, variances));
    auto const good_from = find_trait(out.trait)->good_from;
    for (size_t k = 0; k < mode.threshold.size() && !out.good_above; ++k)
        if (std::strtod(evaluation.categories[k + 1].c_str(), nullptr) >= good_from) {
            if (std::strtod(evaluation.categories[k].c_str(), nullptr) < good_from) out.good_above = mode.threshold[k];
            else break;   // none lies below what is wished for
        }
    auto const animal = animal_effect(evaluation.model);
    std::vector<Value> values(evaluation.pedigree.size());
    for (size_t i = 0; i < values.size(); ++i) values[i] = value_of(mode.value[animal][i], mode.error_variance[animal][i], out.genetic_variance * evaluation.own[i]);
    out.status = "good";
    return values;
}

/// Measures that are evaluated in one model.
struct Together {
    std::vector<size_t> traits;                  ///< places among the fits
    std::vector<std::vector<Value>> values;      ///< of each of them
    std::vector<TraitPair> pairs;
};

/// The largest set of measures that hang together by animals with records of both, the first of equals.
std::vector<size_t> joined(std::vector<size_t> const& measures, std::vector<std::vector<std::int64_t>> const& in_common) {
    std::vector<size_t> best;
    std::set<size_t> seen;
    for (auto const start : measures) {
        if (!seen.insert(start).second) continue;
        std::vector<size_t> all{start};
        for (size_t k = 0; k < all.size(); ++k)
            for (auto const other : measures)
                if (in_common[all[k]][other] >= fewest_in_common && seen.insert(other).second) all.push_back(other);
        if (all.size() > best.size()) best = std::move(all);
    }
    std::sort(best.begin(), best.end());
    return best;
}

/// All of these in one model; what is found goes into their fits.
Result<Together> fit_together(std::vector<TraitFit>& fits, std::vector<size_t> traits, Source const& source, std::vector<Counted> const& counted, std::vector<std::vector<std::int64_t>> const& in_common) {
    std::vector<string> codes;
    auto by_sex = false, again = false;
    for (auto const t : traits) {
        codes.push_back(fits[t].trait);
        by_sex |= find_trait(fits[t].trait)->by_sex;
        again |= counted[t].is_repeated();
    }
    auto const text = fmt::format("{} ~ group{} + animal{}", fmt::join(codes, ", "), by_sex ? " + sex" : "", again ? " + permanent" : "");
    auto const formula = OSETRA_TRY(Formula::parse(text));
    auto const evaluation = OSETRA_TRY(prepare(formula, source.records, {}, &source.pedigree, false, source.instead));
    auto const& model = evaluation.model;
    Equations equations(model);
    if (equations.bytes_needed() > most_bytes_together || equations.flops() > most_flops_together) return refuse("too_large", "All together are too large.", text);
    auto const start = start_for(model);
    auto const found = OSETRA_TRY(reml(equations, start.variance, 60, {}, start.held));
    if (found.status == "not_converged") return refuse("reml_failed", "The variances were not found in 60 rounds.", text);
    auto const solution = OSETRA_TRY(equations.solve(found.variance, true));
    auto const animal = animal_effect(model), n = traits.size();
    size_t component = 0;
    for (size_t e = 0; e < animal; ++e) component += model.effects[e].is_random();
    Together out{traits, {}, {}};
    std::vector<string> variances, names;
    for (auto const& e : model.effects) if (e.is_random()) names.push_back(e.name);
    names.push_back("residual");
    for (size_t c = 0; c < names.size(); ++c) {
        std::vector<double> half;
        for (size_t a = 0; a < n; ++a) for (size_t b = 0; b <= a; ++b) half.push_back(found.variance[c](a, b));
        variances.push_back(fmt::format("{}={}", names[c], fmt::join(half, ",")));
    }
    for (auto const& x : covaried(model, found, start.held)) {
        if (x.source != names[component]) continue;
        auto const trait = traits[static_cast<size_t>(std::find(codes.begin(), codes.end(), x.trait) - codes.begin())], other = traits[static_cast<size_t>(std::find(codes.begin(), codes.end(), x.other) - codes.begin())];
        if (trait != other) { out.pairs.push_back({x.trait, x.other, x.correlation, x.correlation_error, in_common[trait][other]}); continue; }
        auto& fit = fits[trait];
        fit.model = text;
        fit.variances = variances;
        fit.genetic_variance = x.covariance;
        fit.heritability = x.share;
        fit.heritability_error = x.share_error;
        std::tie(fit.heritability_low, fit.heritability_high) = share_interval(x.share, x.share_error);
        fit.alone_why.reset();
        for (auto const& code : codes) if (code != fit.trait) fit.together.push_back(code);
    }
    for (size_t t = 0; t < n; ++t) {
        auto& values = out.values.emplace_back(evaluation.pedigree.size());
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = value_of(solution.value[animal][i * n + t], solution.error_variance[animal][i * n + t], found.variance[component](t, t) * evaluation.own[i]);
    }
    return out;
}

/// As many as can be: where variances of all are not found, without the one with the fewest records.
std::optional<Together> fit_most(std::vector<TraitFit>& fits, Source const& source, std::vector<Counted> const& counted) {
    auto const n = fits.size();
    std::vector<std::vector<std::int64_t>> in_common(n, std::vector<std::int64_t>(n, 0));
    std::vector<size_t> measures;
    for (size_t t = 0; t < n; ++t) {
        if (fits[t].status != "good" || find_trait(fits[t].trait)->is_ordinal()) continue;
        for (auto const other : measures) {
            std::int64_t both = 0;
            for (auto const& a : counted[t].animals) both += counted[other].animals.contains(a);
            in_common[t][other] = in_common[other][t] = both;
        }
        measures.push_back(t);
    }
    for (auto const t : measures) fits[t].alone_why = measures.size() < 2 ? "only_one" : "too_few_in_common";
    for (auto all = joined(measures, in_common); all.size() > 1;) {
        auto found = fit_together(fits, all, source, counted, in_common);
        if (found) return std::move(*found);
        for (auto const t : all) fits[t].alone_why = found.error().code == "too_large" ? "too_large" : "not_found";
        all.erase(std::min_element(all.begin(), all.end(), [&](size_t a, size_t b) { return counted[a].records < counted[b].records; }));
        all = joined(all, in_common);
    }
    return std::nullopt;
}

/// The relationships that pedigree and genotypes give; nothing where too few animals have some, or memory does not do.
Result<std::optional<Relationship>> with_genotypes(GenotypesTold& told, Pedigree const& p, std::vector<double> const& f, GenotypeUse& use) {
    use.file = told.file;
    std::vector<string> names;
    for (auto const& id : told.source->ids()) { auto const found = told.animal_of.find(id); names.push_back(found == told.animal_of.end() ? id : found->second); }
    auto const who = OSETRA_TRY(genotyped_animals(names, p));
    use.animals = std::ssize(who.keep);
    use.left_out = std::ssize(who.strangers);
    if (who.keep.size() < 2) { use.why_not = "none_of_them"; return std::optional<Relationship>{}; }
    if (genomic_bytes(who.keep.size(), true) > told.most_bytes) { use.why_not = "too_large"; return std::optional<Relationship>{}; }
    auto got = OSETRA_TRY(genomic_matrix(*told.source, who.keep, {}));
    use.variants = static_cast<std::int64_t>(got.variants);
    use.same_in_all = static_cast<std::int64_t>(got.same_in_all);
    use.share_not_called = got.share_not_called;
    return std::optional{OSETRA_TRY(single_step(p, f, who.place, std::move(got.g), {blended, false}))};
}

} // namespace

std::optional<Value> Values::find(string const& animal, std::string_view trait) const {
    auto const where = place.find(animal);
    auto const which = std::find(traits.begin(), traits.end(), trait);
    if (where == place.end() || which == traits.end()) return std::nullopt;
    return of[static_cast<std::size_t>(which - traits.begin())][where->second];
}

TraitFit const* Values::fit_of(std::string_view trait) const {
    auto const found = std::find_if(fits.begin(), fits.end(), [&](TraitFit const& x) { return x.trait == trait; });
    return found == fits.end() ? nullptr : &*found;
}

std::optional<double> chance_of(TraitFit const& fit, double ebv) {
    if (!fit.rest_variance || !fit.good_above) return std::nullopt;
    return 0.5 * std::erfc((*fit.good_above - ebv) / std::sqrt(*fit.rest_variance) / std::numbers::sqrt2);
}

string records_csv(std::vector<TraitRecord> all) {
    auto const line_of = [](TraitRecord const& r) { return std::tie(r.animal, r.day, r.group, r.sex); };
    std::sort(all.begin(), all.end(), [&](TraitRecord const& a, TraitRecord const& b) { return std::tuple{line_of(a), std::tie(a.trait, a.value)} < std::tuple{line_of(b), std::tie(b.trait, b.value)}; });
    string out = "id,day,group,sex";
    for (auto const& t : all_traits()) out += fmt::format(",{}", t.code);
    out += '\n';
    for (size_t i = 0; i < all.size();) {
        auto const& first = all[i];
        auto const end = static_cast<size_t>(std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i), all.end(), [&](TraitRecord const& r) { return line_of(r) != line_of(first); }) - all.begin());
        std::map<std::string_view, std::vector<double>> values;
        size_t lines = 0;
        for (; i < end; ++i) {
            auto& of_trait = values[all[i].trait];
            of_trait.push_back(all[i].value);
            lines = std::max(lines, of_trait.size());
        }
        for (size_t k = 0; k < lines; ++k) {
            out += fmt::format("{},{},{},{}", first.animal, text_of(first.day), first.group, first.sex.empty() ? "unknown" : first.sex);
            for (auto const& t : all_traits()) {
                auto const found = values.find(t.code);
                out += found != values.end() && k < found->second.size() ? fmt::format(",{:.10g}", found->second[k]) : ",";
            }
            out += '\n';
        }
    }
    return out;
}

Result<Values> evaluate(string pedigree_text, string records_text, std::function<bool(double, string const&)> const& report, GenotypesTold* genotypes) {
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
    auto const steps = static_cast<double>(all_traits().size() + 2);
    auto done = 0;
    auto const going = [&](string const& what) { return !report || report(static_cast<double>(done++) / steps, what); };
    Values out;
    out.id = pedigree->checked.pedigree.id;
    out.f = inbreeding(pedigree->checked.pedigree);
    for (size_t i = 0; i < out.id.size(); ++i) out.place.emplace(out.id[i], i);
    std::optional<Relationship> instead;
    if (!going("genotypes")) return refuse("cancelled", "Cancelled.");
    if (genotypes) instead = OSETRA_TRY(with_genotypes(*genotypes, pedigree->checked.pedigree, out.f, out.genotypes.emplace()));
    Source const source{records, *pedigree, instead ? &*instead : nullptr};
    std::vector<Counted> counted;
    std::vector<std::vector<Value>> values(all_traits().size());
    for (auto const& trait : all_traits()) {
        if (!going(trait.code)) return refuse("cancelled", "Cancelled.");
        auto const& all = counted.emplace_back(OSETRA_TRY(count(records, trait.code)));
        auto& fitted = out.fits.emplace_back();
        fitted.trait = trait.code;
        fitted.kind = trait.is_ordinal() ? "ordinal" : "measure";
        fitted.records = all.records;
        fitted.animals = std::ssize(all.animals);
        if (all.records > 0) fitted.mean = all.sum / static_cast<double>(all.records);
        fitted.model = model_of(trait, all);
        if (all.records < fewest_records) {
            fitted.status = "too_few";
        } else if (auto found = trait.is_ordinal() ? fit_ordinal(fitted, source) : fit_measure(fitted, source); !found) {
            fitted.status = "failed";
            fitted.why = found.error().message;
        } else if (fitted.status == "good") {
            if (trait.is_ordinal()) fitted.alone_why = "ordinal";
            values[out.fits.size() - 1] = std::move(*found);
        }
    }
    if (!going("together")) return refuse("cancelled", "Cancelled.");
    if (auto together = fit_most(out.fits, source, counted)) {
        for (size_t t = 0; t < together->traits.size(); ++t) values[together->traits[t]] = std::move(together->values[t]);
        out.pairs = std::move(together->pairs);
    }
    for (size_t t = 0; t < out.fits.size(); ++t) {
        if (out.fits[t].status != "good") continue;
        out.traits.push_back(out.fits[t].trait);
        out.of.push_back(std::move(values[t]));
    }
    return out;
}

string values_csv(Values const& v) {
    string out = "id,f";
    for (auto const& t : v.traits) out += fmt::format(",ebv_{0},reliability_{0}", t) + (v.fit_of(t)->good_above ? ",chance_" + t : string{});
    out += '\n';
    for (size_t i = 0; i < v.id.size(); ++i) {
        out += fmt::format("{},{:.6g}", v.id[i], v.f[i]);
        for (size_t t = 0; t < v.traits.size(); ++t) {
            out += fmt::format(",{:.6g},{:.4g}", v.of[t][i].ebv, v.of[t][i].reliability);
            if (auto const chance = chance_of(*v.fit_of(v.traits[t]), v.of[t][i].ebv)) out += fmt::format(",{:.4f}", *chance);
        }
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
    out.begin_array("pairs");
    for (auto const& pair : v.pairs) out.record(nullptr, pair);
    out.end_array();
    if (v.genotypes) out.record("genotypes", *v.genotypes);
    out.end_object();
    return out.take();
}

Result<Values> read_values(string csv, std::string_view summary) {
    Values out;
    auto const json = OSETRA_TRY(JsonIn::parse(summary));
    for (auto& item : json.items("traits")) out.fits.push_back(OSETRA_TRY(read_strict<TraitFit>(std::move(item))));
    for (auto& item : json.items("pairs")) out.pairs.push_back(OSETRA_TRY(read_strict<TraitPair>(std::move(item))));
    if (auto use = json.child("genotypes")) out.genotypes = OSETRA_TRY(read_strict<GenotypeUse>(std::move(*use)));
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
