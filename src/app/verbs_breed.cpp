#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <fstream>
#include <limits>
#include <malloc.h>
#include <map>
#include <optional>
#include <ostream>
#include <sstream>
#include <unordered_map>

#include "app/plain_files.h"
#include "app/verbs.h"
#include "breeding/engine/contributions.h"
#include "breeding/engine/correlated.h"
#include "breeding/engine/genomic.h"
#include "breeding/engine/hybrids.h"
#include "breeding/engine/mates.h"
#include "breeding/engine/parentage.h"
#include "breeding/engine/ploidy.h"
#include "breeding/engine/shares.h"
#include "breeding/engine/threshold.h"
#include "kernel/fault.h"
#include "kernel/json.h"

namespace osetra::app {
namespace {

using namespace breeding;

breeding::Missing missing_of(BreedVerb const& v, breeding::Missing const& usual) { return v.missing.empty() ? usual : v.missing; }

std::string said(Defect const& d) { return fmt::format("row {}{}: {} ({})\n", d.row, d.column.empty() ? "" : " " + d.column, d.message, d.code); }

/// `ploidy`: where it is asked for (--ploidy), the way of the genes; `composition`: what each has of the species (--species).
Result<PedigreeFile> pedigree_of(Context const& c, BreedVerb const& v, std::optional<Origins>* ploidy = nullptr, std::optional<Composition>* composition = nullptr) {
    auto const columns = OSETRA_TRY(columns_of(c, v.pedigree));
    std::vector<Defect> defects;
    PedigreeColumns wanted{v.id, v.sire, v.dam, v.sex, v.born, v.groups, missing_of(v, usually_missing), {v.cures.begin(), v.cures.end()}};
    auto file = read_pedigree(columns, wanted, defects);
    std::size_t shown = 0;
    for (auto const& d : defects) if (d.grave || !file || d.code != "parent_not_listed") if (++shown <= 200) c.io.err << said(d);
    if (shown > 200) c.io.err << fmt::format("and {} more\n", shown - 200);
    if (file && ploidy && !v.ploidy.empty() && !v.groups.empty()) return refuse("option_conflict", "Groups of unknown parents are not kept with --ploidy. Leave one of them away.", "groups");
    auto const of_species = composition && !v.species.empty();
    if (file && ((ploidy && !v.ploidy.empty()) || of_species)) {
        auto const id = OSETRA_TRY(id_column(columns, v.id));
        auto const& p = file->checked.pedigree;
        auto origins = OSETRA_TRY(read_origins(columns, id, p, {v.ploidy.empty() ? "2" : v.ploidy, v.origin, {v.double_reduction, v.second_division}}));
        if (of_species) *composition = OSETRA_TRY(read_composition(columns, id, v.species, p, origins));
        if (ploidy && !v.ploidy.empty()) *ploidy = std::move(origins);
    }
    return file;
}

/// The inverse of the relationship matrix where chromosome sets are told, and what is told of it.
Relationship polyploid(Context const& c, Origins const& origins) {
    auto r = polyploid_relationship(origins);
    if (r.copies) c.io.err << fmt::format("{} fish are as their parents to the gene: a millionth is taken for what they have of their own\n", r.copies);
    auto inverse = polyploid_inverse(origins, r);
    return {std::move(inverse), r.log_determinant, std::move(r.own), std::move(r.f), {}};
}

/// NAME=VALUE, NAME=v11,v21,v22 for two traits: components in the order of the model.
Result<Variances> told_variances(BreedVerb const& v, MixedModel const& model) {
    Variances out;
    auto const traits = model.traits.size();
    auto const one = [&](std::string const& name) -> Result<Covariance> {
        for (auto const& text : v.variances) {
            auto const equals = text.rfind('=');
            if (equals == std::string::npos) return refuse("variance_malformed", "Write --variance NAME=VALUE.", text);
            if (text.substr(0, equals) != name) continue;
            std::vector<double> values;
            std::istringstream parts{text.substr(equals + 1)};
            for (std::string part; std::getline(parts, part, ',');) {
                char* end = nullptr;
                values.push_back(std::strtod(part.c_str(), &end));
                if (end == part.c_str() || *end || !std::isfinite(values.back())) return refuse("variance_malformed", "'" + part + "' is no number.", text);
            }
            if (values.size() != traits * (traits + 1) / 2) return refuse("variance_malformed", fmt::format("{} has {} traits: give {} numbers, the lower half of the matrix by rows.", name, traits, traits * (traits + 1) / 2), text);
            auto c = Covariance::diagonal(traits, 0);
            std::size_t i = 0;
            for (std::size_t a = 0; a < traits; ++a) for (std::size_t b = 0; b <= a; ++b) c(a, b) = c(b, a) = values[i++];
            return c;
        }
        return refuse("variance_missing", "Give the variance of " + name + ": --variance " + name + "=VALUE, or leave all away and they are estimated.", name);
    };
    for (auto const& e : model.effects) if (e.is_random()) out.push_back(OSETRA_TRY(one(e.name)));
    out.push_back(OSETRA_TRY(one("residual")));
    return out;
}

/// Bytes that may be used: what was told, or what the machine has to give.
double bytes_free(BreedVerb const& v) {
    if (v.memory_mb > 0) return v.memory_mb * 1e6;
    std::ifstream in{"/proc/meminfo"};
    for (std::string name; in >> name;) {
        double kilobytes = 0;
        if (name == "MemAvailable:" && in >> kilobytes) return kilobytes * 1024 * 0.95;
        in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::numeric_limits<double>::infinity();
}

std::string header_of(Composition const& of) {
    std::string out;
    for (auto const& name : of.species) out += csv_cell("fraction_" + name) + ',';
    return out + "heterosis,recombination";
}
std::string cells_of(Composition const& of, std::size_t animal) {
    std::string out;
    for (std::size_t k = 0; k < of.species.size(); ++k) out += fmt::format("{},", of.of(animal, k));
    return out + fmt::format("{},{}", of.heterosis[animal], of.recombination[animal]);
}

/// Records with what their animals have of each species, for slope() of the formula.
Result<Columns> with_composition(Columns const& records, std::string const& id_name, Pedigree const& p, Composition const& of) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < p.size(); ++i) places.emplace(p.id[i], i);
    auto const id = OSETRA_TRY(records.column(id_name));
    std::string text;
    for (auto const& name : records.header()) text += csv_cell(name) + ',';
    text += header_of(of) + '\n';
    for (std::size_t row = 0; row < records.rows(); ++row) {
        for (std::size_t column = 0; column < records.header().size(); ++column) text += csv_cell(records.cell(row, column)) + ',';
        auto const found = places.find(records.cell(row, id));
        text += (found == places.end() ? std::string(of.species.size() + 1, ',') : cells_of(of, found->second)) + '\n';
    }
    return Columns::read(std::move(text), records.name());
}

/// Which genotyped animals take part, and where they stand in the pedigree.
struct Genotyped {
    std::unique_ptr<Genotypes> source;
    std::vector<std::string> ids;      ///< of the file's animals: its own, or those that --samples gives for them
    std::vector<std::size_t> keep;
    std::vector<std::int32_t> place;   ///< none without a pedigree
};
/// What the file's ids stand for: --samples, columns sample and animal; an id that is not there stands for itself.
Result<std::vector<std::string>> animals_of_samples(Context const& c, BreedVerb const& v, std::vector<std::string> ids) {
    if (v.samples.empty()) return ids;
    auto const told = OSETRA_TRY(columns_of(c, v.samples));
    auto const sample = OSETRA_TRY(told.column("sample")), animal = OSETRA_TRY(told.column("animal"));
    std::unordered_map<std::string_view, std::string_view> animal_of;
    for (std::size_t row = 0; row < told.rows(); ++row)
        if (!animal_of.emplace(told.cell(row, sample), told.cell(row, animal)).second) return refuse("genotype_id_twice", fmt::format("The sample {} is there twice. Leave one of them out.", told.cell(row, sample)), fmt::format("{} line {} sample", told.name(), told.line(row)));
    std::unordered_map<std::string, char> seen;
    for (auto& id : ids) {
        if (auto const found = animal_of.find(id); found != animal_of.end()) id = std::string{found->second};
        if (!seen.emplace(id, 0).second) return refuse("genotype_id_twice", "The animal " + id + " is there twice. Leave one of its samples out.", v.samples);
    }
    return ids;
}

Result<Genotyped> genotyped_of(Context const& c, BreedVerb const& v, Pedigree const* p) {
    Genotyped out{OSETRA_TRY(open_genotypes(v.genotypes)), {}, {}, {}};
    out.ids = OSETRA_TRY(animals_of_samples(c, v, out.source->ids()));
    std::optional<Columns> told;
    std::unordered_map<std::string_view, char> wanted;
    if (!v.keep.empty()) {
        told = OSETRA_TRY(columns_of(c, v.keep));
        auto const id = OSETRA_TRY(told->column("id"));
        for (std::size_t row = 0; row < told->rows(); ++row) wanted.emplace(told->cell(row, id), 0);
    }
    std::unordered_map<std::string_view, std::int32_t> places;
    if (p) for (std::size_t i = 0; i < p->size(); ++i) places.emplace(p->id[i], static_cast<std::int32_t>(i));
    std::vector<std::string> strangers;
    auto const& ids = out.ids;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (told) {
            auto const found = wanted.find(ids[i]);
            if (found == wanted.end()) continue;
            found->second = 1;
        }
        if (p) {
            auto const found = places.find(ids[i]);
            if (found == places.end()) { strangers.push_back(ids[i]); continue; }
            out.place.push_back(found->second);
        }
        out.keep.push_back(i);
    }
    for (auto const& [id, found] : wanted) if (!found) return refuse("animal_not_genotyped", "There is no genotype of " + std::string{id} + ".", v.keep);
    if (!strangers.empty()) c.io.err << fmt::format("{} genotyped animals are not in the pedigree and are left out: {}{}\n", strangers.size(), fmt::join(strangers.begin(), strangers.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, strangers.size())), ", "), strangers.size() > 5 ? ", ..." : "");
    if (out.keep.empty()) return refuse("genotypes_empty", "None of the genotyped animals takes part. Are their ids written as in the pedigree?", v.genotypes);
    return out;
}

Result<GenomicMatrix> genomic_of(Context const& c, BreedVerb const& v, Genotyped const& who) {
    auto const needs = genomic_bytes(who.keep.size(), !who.place.empty()), has = bytes_free(v);
    c.io.err << fmt::format("{} genotyped animals, at most {:.0f} MB\n", who.keep.size(), needs / 1e6) << std::flush;
    if (needs > has) return refuse("memory_short", fmt::format("{} genotyped animals need {:.0f} MB and {:.0f} MB may be used. Keep those that matter most (--keep), or use a larger machine.", who.keep.size(), needs / 1e6, has / 1e6), "memory");
    auto got = OSETRA_TRY(genomic_matrix(*who.source, who.keep, {v.each_alike, v.least_frequency, v.most_missing}, [&](std::size_t done) { if (c.io.terminal) c.io.err << fmt::format("\r{} variants", done) << std::flush; }));
    c.io.err << (c.io.terminal ? "\r" : "") << fmt::format("{} variants took part; left out: {} the same in all, {} too rare, {} too seldom called; {:.2f} % of genotypes not called\n", got.variants, got.same_in_all, got.too_rare, got.too_few_called, 100 * got.share_not_called);
    return got;
}

/// Genotypes alone, or with the pedigree in a single step.
Result<Relationship> genomic_relationship_of(Context const& c, BreedVerb const& v, std::optional<PedigreeFile>& pedigree, std::optional<Origins> const& origins) {
    if (!v.groups.empty()) return refuse("option_conflict", "Groups of unknown parents are not kept with genotypes. Leave one of them away.", "groups");
    auto const who = OSETRA_TRY(genotyped_of(c, v, pedigree ? &pedigree->checked.pedigree : nullptr));
    auto got = OSETRA_TRY(genomic_of(c, v, who));
    if (!pedigree) {   // animals with no parents
        auto& p = pedigree.emplace().checked.pedigree;
        for (auto const i : who.keep) p.id.push_back(who.ids[i]);
        p.sire.assign(p.id.size(), -1);
        p.dam = p.sire;
        blend(got.g, nullptr, {v.blend < 0 ? 0.01 : v.blend, false});
        return genomic_relationship(std::move(got.g));
    }
    auto const& p = pedigree->checked.pedigree;
    Blend const wish{v.blend < 0 ? 0.05 : v.blend, v.tune};
    if (!origins) return single_step(p, v.ignore_inbreeding ? std::vector<double>(p.size(), 0) : inbreeding(p), who.place, std::move(got.g), wish);
    auto a22 = relationships_among(Descent::of(*origins, polyploid_relationship(*origins)), who.place);
    blend(got.g, &a22, wish);
    return single_step(p, polyploid(c, *origins), who.place, std::move(got.g), std::move(a22));
}

Result<Evaluation> evaluation_of(Context const& c, BreedVerb const& v) {
    mallopt(M_MMAP_MAX, 0);   // what is given back is taken again without being cleared anew: a third of the time with ten million animals
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    auto const formula = OSETRA_TRY(Formula::parse(v.model));
    std::optional<PedigreeFile> pedigree;
    std::optional<Origins> origins;
    std::optional<Relationship> instead;
    std::optional<Composition> composition;
    if (!v.pedigree.empty()) pedigree = OSETRA_TRY(pedigree_of(c, v, &origins, &composition));
    if (!v.genotypes.empty()) instead = OSETRA_TRY(genomic_relationship_of(c, v, pedigree, origins));
    else if (origins) instead = polyploid(c, *origins);
    auto records = OSETRA_TRY(columns_of(c, v.records));
    if (composition) {
        auto const id = OSETRA_TRY(id_column(records, v.record_id));
        records = OSETRA_TRY(with_composition(records, id, pedigree->checked.pedigree, *composition));
    }
    RecordColumns wanted{v.record_id, v.weights, {}};
    wanted.missing = missing_of(v, RecordColumns{}.missing);
    auto out = prepare(formula, records, wanted, pedigree ? &*pedigree : nullptr, v.ignore_inbreeding, instead ? &*instead : nullptr);
    if (out) for (auto const& note : out->notes) c.io.err << note << '\n';
    else if (out.error().code == "animal_unknown" && v.pedigree.empty()) return refuse("animal_not_genotyped", "A record is of an animal without genotypes. Leave it out, or give the pedigree as well.", out.error().at);
    return out;
}

/// Where animals of the pedigree stand, by id.
std::unordered_map<std::string_view, std::int32_t> places_of(Pedigree const& p) {
    std::unordered_map<std::string_view, std::int32_t> out;
    for (std::size_t i = 0; i < p.size(); ++i) out.emplace(p.id[i], static_cast<std::int32_t>(i));
    return out;
}

Result<std::int32_t> animal_in(Columns const& c, std::size_t row, std::size_t column, std::unordered_map<std::string_view, std::int32_t> const& places) {
    auto const found = places.find(c.cell(row, column));
    if (found == places.end()) return refuse("animal_unknown", "The pedigree has no " + std::string{c.cell(row, column)} + ".", fmt::format("{} line {} {}", c.name(), c.line(row), c.header()[column]));
    return found->second;
}

/// A number that may be left away, or its column.
Result<double> number_or(Columns const& c, std::size_t row, std::string_view column, double otherwise) {
    if (!c.has(column)) return otherwise;
    auto const at = OSETRA_TRY(c.column(column));
    return c.cell(row, at).empty() ? Result<double>{otherwise} : number_in(c, row, at);
}

Result<bool> male_in(Columns const& c, std::size_t row, std::size_t column) {
    auto const text = c.cell(row, column);
    auto const sex = sex_of(text);
    if (sex.empty()) return refuse("sex_unknown", "'" + std::string{text} + "' is no sex: write male or female.", fmt::format("{} line {} {}", c.name(), c.line(row), c.header()[column]));
    return sex == "male";
}

/// The variances of the random terms of a model with an ordinal trait, told or estimated; the residual is one.
Result<std::vector<double>> liability_variances(Context const& c, BreedVerb const& v, Evaluation const& e) {
    std::vector<std::string> names;
    for (auto const& x : e.model.effects) if (x.is_random()) names.push_back(x.name);
    if (v.variances.empty()) {
        auto const fit = OSETRA_TRY(threshold_variances({e.model, e.categories.size()}, std::vector<double>(names.size(), 0.2), [&](int round, double height) { c.io.err << fmt::format("round {:2}  {:.6f}\n", round, height) << std::flush; }));
        if (!fit.converged) return refuse("reml_failed", "The variances were not found in 60 rounds. Give them with --variance, or make the model simpler.", "model");
        for (std::size_t i = 0; i < names.size(); ++i) c.io.err << fmt::format("variance of {} {:.6g} of a liability whose residual variance is 1; an approximation, too low where families are small\n", names[i], fit.variance[i]);
        return fit.variance;
    }
    auto model = e.model;
    auto told = v;
    if (std::none_of(told.variances.begin(), told.variances.end(), [](auto const& x) { return x.starts_with("residual="); })) told.variances.push_back("residual=1");
    auto const got = OSETRA_TRY(told_variances(told, model));
    if (got.back()(0, 0) != 1) return refuse("variance_malformed", "The residual variance of a liability is 1: divide the others by it.", "residual");
    std::vector<double> out;
    for (std::size_t i = 0; i + 1 < got.size(); ++i) out.push_back(got[i](0, 0));
    return out;
}

/// Rounds as they go: one line that is written over on a terminal, a line each elsewhere.
std::function<void(int, double)> teller(Context const& c, char const* what = "-2 log L") {
    return [&c, what](int round, double value) {
        auto const said = fmt::format("round {:2}  {} {:.10g}", round, what, value);
        c.io.err << (c.io.terminal ? "\r" + said + "\x1b[K" : said + "\n") << std::flush;
    };
}

/// Says what a run takes before it starts. Refusal: memory_short.
Result<Done> room_for(Context const& c, BreedVerb const& v, Equations const& equations) {
    auto const needs = equations.bytes_needed(), has = bytes_free(v);
    c.io.err << fmt::format("{} unknowns; a round takes {:.3g} thousand million multiplications and {:.0f} MB of memory\n", equations.unknowns(), 3 * equations.flops() / 2e9, needs / 1e6) << std::flush;
    if (needs <= has) return Done{};
    return refuse("memory_short", fmt::format("The exact equations need {:.0f} MB and {:.0f} MB may be used. Give the variances (--variance) and values are iterated in {:.0f} MB, make the model simpler, or use a larger machine.", needs / 1e6, has / 1e6, equations.bytes_to_iterate() / 1e6), "memory");
}

} // namespace

Result<Done> breed_inbreeding(Context const& c, BreedVerb const& v) {
    std::optional<Origins> origins;
    auto const file = OSETRA_TRY(pedigree_of(c, v, &origins));
    auto const& p = file.checked.pedigree;
    auto const f = origins ? polyploid_relationship(*origins).f : inbreeding(p);
    std::string out = "id,sire,dam,f\n";
    double sum = 0, most = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        auto const name = [&](std::int32_t parent) { return parent < 0 ? std::string{} : csv_cell(p.id[static_cast<std::size_t>(parent)]); };
        out += fmt::format("{},{},{},{}\n", csv_cell(p.id[i]), name(p.sire[i]), name(p.dam[i]), f[i]);
        sum += f[i];
        most = std::max(most, f[i]);
    }
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("animals", static_cast<std::int64_t>(p.size()));
        json.value("mean_f", p.size() ? sum / static_cast<double>(p.size()) : 0.0);
        json.value("highest_f", most);
        json.begin_array("inbreeding");
        for (std::size_t i = 0; i < p.size(); ++i) { json.begin_object(); json.value("id", p.id[i]); json.value("f", f[i]); json.end_object(); }
        json.end_array();
        json.end_object();
        out = json.take() + '\n';
    }
    return write(c, v.out, out);
}

Result<Done> breed_ainv(Context const& c, BreedVerb const& v) {
    std::optional<Origins> origins;
    auto const file = OSETRA_TRY(pedigree_of(c, v, &origins));
    auto const& p = file.checked.pedigree;
    LowerRows inverse;
    if (origins) inverse = polyploid(c, *origins).inverse;
    else {
        auto const f = v.ignore_inbreeding ? std::vector<double>(p.size(), 0) : inbreeding(p);
        inverse = relationship_inverse(p, f, {file.sire_group, file.dam_group, file.group_names.size()});
    }
    auto const name = [&](std::size_t i) { return csv_cell(i < p.size() ? p.id[i] : file.group_names[i - p.size()]); };
    std::string out = "id,other,value\n";
    for (std::size_t i = 0; i < inverse.size(); ++i)
        for (auto k = inverse.start[i]; k < inverse.start[i + 1]; ++k) out += fmt::format("{},{},{}\n", name(i), name(static_cast<std::size_t>(inverse.column[k])), inverse.value[k]);
    return write(c, v.out, out);
}

namespace {

/// Breeding values on the liability of an ordinal trait.
Result<Done> ordinal_ebv(Context const& c, BreedVerb const& v, Evaluation const& e, std::size_t which) {
    OSETRA_TRY(room_for(c, v, Equations(e.model)));
    auto const variances = OSETRA_TRY(liability_variances(c, v, e));
    auto const mode = OSETRA_TRY(threshold_mode({e.model, e.categories.size()}, variances));
    auto const component = static_cast<std::size_t>(std::count_if(e.model.effects.begin(), e.model.effects.begin() + static_cast<std::ptrdiff_t>(which), [](Effect const& x) { return x.is_random(); }));
    auto const& trait = e.model.traits[0];
    if (!v.effects_out.empty()) {
        std::string text = "effect,level,trait,value,standard_error\n";
        for (std::size_t k = 0; k < mode.threshold.size(); ++k) text += fmt::format("threshold,{},{},{},\n", csv_cell(e.categories[k] + " | " + e.categories[k + 1]), csv_cell(trait), mode.threshold[k]);
        for (std::size_t i = 0; i < e.model.effects.size(); ++i)
            for (std::size_t l = 0; l < e.model.effects[i].levels && i != which; ++l)
                text += fmt::format("{},{},{},{},{}\n", csv_cell(e.model.effects[i].name), csv_cell(e.level_names[i][l]), csv_cell(trait), mode.value[i][l], mode.error_variance[i].empty() ? std::string{} : fmt::format("{}", std::sqrt(mode.error_variance[i][l])));
        OSETRA_TRY(write(c, v.effects_out, text));
    }
    JsonOut json;
    json.begin_object();
    json.value("status", v.variances.empty() ? "estimated" : "told");
    json.value("log_posterior", mode.log_posterior);
    json.begin_array("thresholds");
    for (auto const t : mode.threshold) json.value(nullptr, t);
    json.end_array();
    json.begin_array("animals");
    auto out = fmt::format("id,f,records,{},{},{}\n", csv_cell("ebv_" + trait), csv_cell("reliability_" + trait), csv_cell("standard_error_" + trait));
    for (std::size_t a = 0; a < e.own.size(); ++a) {
        auto const error = mode.error_variance[which][a], reliability = 1 - error / (variances[component] * e.own[a]);
        out += fmt::format("{},{},{},{},{},{}\n", csv_cell(e.level_names[which][a]), e.f[a], e.records_of[a], mode.value[which][a], reliability, std::sqrt(error));
        if (!c.where.json) continue;
        json.begin_object();
        json.value("id", e.level_names[which][a]);
        json.value("f", e.f[a]);
        json.value(("ebv_" + trait).c_str(), mode.value[which][a]);
        json.value(("reliability_" + trait).c_str(), reliability);
        json.value(("error_variance_" + trait).c_str(), error);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return write(c, v.out, c.where.json ? json.take() + '\n' : out);
}

} // namespace

Result<Done> breed_ebv(Context const& c, BreedVerb const& v) {
    auto const e = OSETRA_TRY(evaluation_of(c, v));
    auto const& model = e.model;
    auto const animal = std::find_if(model.effects.begin(), model.effects.end(), [](Effect const& x) { return x.kind == Effect::Kind::additive; });
    if (animal == model.effects.end()) return refuse("animal_wanted", "A breeding value is of the term 'animal': add it to the formula.", "model");
    if (e.formula.is_ordinal()) return ordinal_ebv(c, v, e, static_cast<std::size_t>(animal - model.effects.begin()));
    Equations equations(model);
    c.io.err << fmt::format("{} records, {} animals\n", model.records(), e.pedigree.size());
    auto const room = room_for(c, v, equations);
    Variances variances;
    std::string status = "told";
    if (!v.variances.empty()) variances = OSETRA_TRY(told_variances(v, model));
    else {
        if (!room) return tl::unexpected(room.error());
        auto const start = start_for(model);
        for (auto const& note : start.notes) c.io.err << note << '\n';
        auto const fit = OSETRA_TRY(reml(equations, start.variance, 60, teller(c), start.held));
        status = fit.status;
        if (status == "not_converged") return refuse("reml_failed", "The variances were not found in 60 rounds. Give them with --variance, or make the model simpler.", "model");
        variances = fit.variance;
        double whole = 0;
        for (auto const& x : variances) whole += x(0, 0);
        for (std::size_t i = 0; i + 1 < variances.size(); ++i) if (fit.at_boundary[i]) variances[i](0, 0) = 1e-9 * whole;
    }
    auto solution = Solution{};
    if (room) solution = OSETRA_TRY(equations.solve(variances, true));
    else {
        if (equations.bytes_to_iterate() > bytes_free(v)) return refuse("memory_short", fmt::format("Even iterating needs {:.0f} MB, and {:.0f} MB may be used.", equations.bytes_to_iterate() / 1e6, bytes_free(v) / 1e6), "memory");
        c.io.err << fmt::format("{} Values are iterated (conjugate gradients); there are no reliabilities.\n", room.error().message.substr(0, room.error().message.find(" Give") ));
        solution = OSETRA_TRY(equations.iterate(variances, 1e-11, teller(c, "not explained")));
        status += ", iterated";
    }
    if (c.io.terminal) c.io.err << '\n';
    auto const with_errors = !solution.error_variance.empty();
    auto const which = static_cast<std::size_t>(animal - model.effects.begin());
    auto const traits = model.traits.size();
    std::size_t component = 0;
    for (std::size_t i = 0; i < which; ++i) component += model.effects[i].is_random();
    if (!v.effects_out.empty()) {
        std::string text = "effect,level,trait,value,standard_error\n";
        for (std::size_t i = 0; i < model.effects.size(); ++i)
            for (std::size_t l = 0; l < model.effects[i].levels && i != which; ++l)
                for (std::size_t t = 0; t < traits; ++t)
                    text += fmt::format("{},{},{},{},{}\n", csv_cell(model.effects[i].name), csv_cell(e.level_names[i][l]), csv_cell(model.traits[t]), solution.value[i][l * traits + t],
                                        with_errors ? fmt::format("{}", std::sqrt(std::max(0.0, solution.error_variance[i][l * traits + t]))) : std::string{});
        OSETRA_TRY(write(c, v.effects_out, text));
    }
    auto const reliability = [&](std::size_t a, std::size_t t) {
        auto const genetic = variances[component](t, t) * (a < e.own.size() ? e.own[a] : 1);
        return 1 - solution.error_variance[which][a * traits + t] / genetic;
    };
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("status", status);
        if (with_errors) json.value("minus_2_log_likelihood", solution.minus_2_log_likelihood);
        json.begin_array("animals");
        for (std::size_t a = 0; a < animal->levels; ++a) {
            json.begin_object();
            json.value("id", e.level_names[which][a]);
            if (a < e.f.size()) json.value("f", e.f[a]);
            for (std::size_t t = 0; t < traits; ++t) {
                json.value(("ebv_" + model.traits[t]).c_str(), solution.value[which][a * traits + t]);
                if (!with_errors) continue;
                json.value(("reliability_" + model.traits[t]).c_str(), reliability(a, t));
                json.value(("error_variance_" + model.traits[t]).c_str(), solution.error_variance[which][a * traits + t]);
            }
            json.end_object();
        }
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    std::string out = "id,f,records";
    for (auto const& t : model.traits) out += fmt::format(",{},{},{}", csv_cell("ebv_" + t), csv_cell("reliability_" + t), csv_cell("standard_error_" + t));
    out += '\n';
    for (std::size_t a = 0; a < animal->levels; ++a) {
        out += csv_cell(e.level_names[which][a]);
        out += a < e.f.size() ? fmt::format(",{},{}", e.f[a], e.records_of[a]) : std::string{",,"};
        for (std::size_t t = 0; t < traits; ++t)
            out += with_errors ? fmt::format(",{},{},{}", solution.value[which][a * traits + t], reliability(a, t), std::sqrt(std::max(0.0, solution.error_variance[which][a * traits + t])))
                               : fmt::format(",{},,", solution.value[which][a * traits + t]);
        out += '\n';
    }
    return write(c, v.out, out);
}

Result<Done> breed_variance(Context const& c, BreedVerb const& v) {
    auto const e = OSETRA_TRY(evaluation_of(c, v));
    auto const traits = e.model.traits.size();
    if (traits > 1) {   // covariances and correlations
        Equations equations(e.model);
        OSETRA_TRY(room_for(c, v, equations));
        auto const start = start_for(e.model);
        for (auto const& note : start.notes) c.io.err << note << '\n';
        auto const fit = OSETRA_TRY(reml(equations, start.variance, 100, teller(c), start.held));
        if (c.io.terminal) c.io.err << '\n';
        if (fit.status == "not_converged") return refuse("reml_failed", "The variances were not found in 100 rounds. Make the model simpler.", "model");
        std::string out = "source,trait,other,covariance,standard_error,correlation,correlation_error,share,share_error\n";
        for (auto const& x : covaried(e.model, fit, start.held)) {
            out += fmt::format("{},{},{},{},{},{},", csv_cell(x.source), csv_cell(x.trait), csv_cell(x.other), x.covariance, x.held ? "held" : fmt::format("{}", x.covariance_error), x.correlation);
            out += x.trait == x.other ? fmt::format(",{},{}\n", x.share, x.share_error) : fmt::format("{},,\n", x.correlation_error);
        }
        return write(c, v.out, out);
    }
    auto const ordinal = e.formula.is_ordinal(), tested = !v.no_tests && !ordinal;
    auto const report = OSETRA_TRY(ordinal ? liability_report(e, teller(c, "-2 log posterior")) : variance_report(e, tested, teller(c), [&](Equations const& equations) { return room_for(c, v, equations); }));
    if (ordinal) c.io.err << "shares of a liability whose residual variance is 1; an approximation, too low where families are small\n";
    if (c.io.terminal) c.io.err << '\n';
    if (report.status == "not_converged") return refuse("reml_failed", "The variances were not found in 60 rounds. Make the model simpler.", "model");
    std::string out;
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("trait", report.trait);
        json.value("status", report.status);
        json.value("rounds", static_cast<std::int64_t>(report.rounds));
        if (!ordinal) json.value("minus_2_log_likelihood", report.minus_2_log_likelihood);
        json.begin_array("shares");
        for (auto const& s : report.shares) {
            json.begin_object();
            json.value("source", s.source);
            json.value("variance", s.variance);
            json.value("variance_error", s.variance_error);
            json.value("share", s.share);
            json.value("share_error", s.share_error);
            json.value("low", s.low);
            json.value("high", s.high);
            if (tested) json.value("p", s.p);
            json.value("at_boundary", s.at_boundary);
            json.end_object();
        }
        json.end_array();
        json.begin_array("not_separable");
        for (auto const& s : report.not_separable) json.value(nullptr, s);
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    out = fmt::format("{}: {}, {} rounds{}\n", report.trait, report.status, report.rounds, ordinal ? "" : fmt::format(", -2 log L {:.4f}", report.minus_2_log_likelihood));
    for (auto const& s : report.not_separable) out += s + '\n';
    if (!report.shares.empty()) out += fmt::format("{:<14}{:>14}{:>12}{:>10}{:>8}{:>18}{:>10}\n", "source", "variance", "error", "share", "error", "95 %", tested ? "p" : "");
    for (auto const& s : report.shares)
        out += fmt::format("{:<14}{:>14.6g}{:>12.4g}{:>9.1f}%{:>7.1f}%{:>9.1f} - {:.1f}%{:>11}\n", s.source, s.variance, s.variance_error, 100 * s.share, 100 * s.share_error, 100 * s.low, 100 * s.high,
                           !tested || s.source == "residual" ? "" : fmt::format("{:.2g}", s.p));
    return write(c, v.out, out);
}

Result<Done> breed_hybrids(Context const& c, BreedVerb const& v) {
    std::optional<Composition> composition;
    auto const file = OSETRA_TRY(pedigree_of(c, v, nullptr, &composition));
    auto const& p = file.checked.pedigree;
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.begin_array("animals");
        for (std::size_t i = 0; i < p.size(); ++i) {
            json.begin_object();
            json.value("id", p.id[i]);
            for (std::size_t k = 0; k < composition->species.size(); ++k) json.value(("fraction_" + composition->species[k]).c_str(), composition->of(i, k));
            json.value("heterosis", composition->heterosis[i]);
            json.value("recombination", composition->recombination[i]);
            json.end_object();
        }
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    auto out = "id," + header_of(*composition) + '\n';
    for (std::size_t i = 0; i < p.size(); ++i) out += csv_cell(p.id[i]) + ',' + cells_of(*composition, i) + '\n';
    return write(c, v.out, out);
}

Result<Done> breed_g(Context const& c, BreedVerb const& v) {
    std::optional<PedigreeFile> pedigree;
    std::optional<Origins> origins;
    if (!v.pedigree.empty()) pedigree = OSETRA_TRY(pedigree_of(c, v, &origins));
    auto const who = OSETRA_TRY(genotyped_of(c, v, pedigree ? &pedigree->checked.pedigree : nullptr));
    auto got = OSETRA_TRY(genomic_of(c, v, who));
    std::optional<Dense> a;
    if (pedigree) {
        auto const& p = pedigree->checked.pedigree;
        a = relationships_among(origins ? Descent::of(*origins, polyploid_relationship(*origins)) : Descent::of(p, inbreeding(p)), who.place);
    }
    if (v.blend >= 0 || v.tune) blend(got.g, a ? &*a : nullptr, {std::max(0.0, v.blend), v.tune});
    std::ofstream file;
    if (!v.out.empty() && v.out != "-") file.open(v.out, std::ios::binary);
    auto& to = file.is_open() ? static_cast<std::ostream&>(file) : c.io.out;
    auto const name = [&](std::size_t i) { return csv_cell(who.ids[who.keep[i]]); };
    to << (a ? "id,other,genomic,pedigree\n" : "id,other,genomic\n");
    for (std::size_t i = 0; i < got.g.size; ++i) {
        std::string rows;
        for (std::size_t j = 0; j <= i; ++j) rows += a ? fmt::format("{},{},{},{}\n", name(i), name(j), got.g(i, j), (*a)(i, j)) : fmt::format("{},{},{}\n", name(i), name(j), got.g(i, j));
        to << rows;
    }
    if (!to.flush()) throw Fault("cannot write " + v.out + "; check the folder and the room on the disk");
    return Done{};
}

Result<Done> breed_select(Context const& c, BreedVerb const& v) {
    auto const file = OSETRA_TRY(pedigree_of(c, v));
    auto const& p = file.checked.pedigree;
    auto const table = OSETRA_TRY(columns_of(c, v.candidates));
    auto const id = OSETRA_TRY(table.column("id"));
    struct Part { std::string name; std::size_t column; double weight; };
    std::vector<Part> index;   // the value: so much of each column
    for (auto const& text : v.index) {
        auto const equals = text.rfind('=');
        char* end = nullptr;
        auto const weight = equals == std::string::npos ? 0 : std::strtod(text.c_str() + equals + 1, &end);
        if (!end || *end || end == text.c_str() + equals + 1 || !std::isfinite(weight)) return refuse("index_malformed", "Write --index COLUMN=WEIGHT.", text);
        index.push_back({text.substr(0, equals), OSETRA_TRY(table.column(text.substr(0, equals))), weight});
    }
    if (index.empty()) index.push_back({v.value, OSETRA_TRY(table.column(v.value)), 1});
    auto const places = places_of(p);
    auto const sex = table.has("sex") ? std::optional{OSETRA_TRY(table.column("sex"))} : std::nullopt;
    Candidates candidates;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        candidates.animal.push_back(OSETRA_TRY(animal_in(table, row, id, places)));
        candidates.value.push_back(0);
        for (auto const& part : index) candidates.value.back() += part.weight * OSETRA_TRY(number_in(table, row, part.column));
        candidates.least.push_back(OSETRA_TRY(number_or(table, row, "least", 0)));
        candidates.most.push_back(OSETRA_TRY(number_or(table, row, "most", 1)));
        candidates.group.push_back(sex && !OSETRA_TRY(male_in(table, row, *sex)) ? 1 : 0);
    }
    if (sex && std::all_of(candidates.group.begin(), candidates.group.end(), [&](auto g) { return g == candidates.group[0]; }))
        return refuse("bounds_impossible", "All candidates are of one sex. Add the other, or leave the column sex away.", v.candidates);
    auto const f = inbreeding(p);
    auto const got = OSETRA_TRY(v.equal ? equal_contributions(p, f, candidates, 2 * v.max_coancestry, static_cast<std::size_t>(v.equal)) : optimum_contributions(p, f, candidates, 2 * v.max_coancestry));
    std::vector<double> gains(index.size(), 0);   // of each column
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (std::size_t k = 0; k < index.size(); ++k) gains[k] += got.share[row] * OSETRA_TRY(number_in(table, row, index[k].column));
    for (std::size_t k = 0; k < index.size() && !v.index.empty(); ++k) c.io.err << fmt::format("{}: weight {:.6g}, mean of the next generation {:.6g}\n", index[k].name, index[k].weight, gains[k]);
    c.io.err << fmt::format("gain {:.6g} ({} {:.6g}), mean coancestry {:.6f}, {} parents of {}\n", got.gain, v.equal ? "shares that differ:" : "without a cap", got.gain_at_no_cap, got.relationship / 2,
                            std::count_if(got.share.begin(), got.share.end(), [](double x) { return x > 1e-7; }), got.share.size());
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("gain", got.gain);
        json.value("gain_at_no_cap", got.gain_at_no_cap);
        json.value("mean_coancestry", got.relationship / 2);
        json.begin_array("index");
        for (std::size_t k = 0; k < index.size(); ++k) { json.begin_object(); json.value("column", index[k].name); json.value("weight", index[k].weight); json.value("gain", gains[k]); json.end_object(); }
        json.end_array();
        json.begin_array("candidates");
        for (std::size_t i = 0; i < got.share.size(); ++i) { json.begin_object(); json.value("id", p.id[static_cast<std::size_t>(candidates.animal[i])]); json.value("share", got.share[i]); json.end_object(); }
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    std::string out = "id,value,share\n";
    for (std::size_t i = 0; i < got.share.size(); ++i) out += fmt::format("{},{},{}\n", csv_cell(p.id[static_cast<std::size_t>(candidates.animal[i])]), candidates.value[i], got.share[i]);
    return write(c, v.out, out);
}

Result<Done> breed_mate(Context const& c, BreedVerb const& v) {
    auto const file = OSETRA_TRY(pedigree_of(c, v));
    auto const& p = file.checked.pedigree;
    auto const table = OSETRA_TRY(columns_of(c, v.candidates));
    auto const id = OSETRA_TRY(table.column("id")), sex = OSETRA_TRY(table.column("sex"));
    auto const places = places_of(p);
    MatingWish wish;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto const animal = OSETRA_TRY(animal_in(table, row, id, places));
        auto const matings = OSETRA_TRY(number_or(table, row, "matings", 1));
        if (matings < 0 || matings > 10'000 || matings != std::floor(matings)) return refuse("wish_malformed", "A number of matings is whole, from 0 to 10000.", fmt::format("{} line {} matings", table.name(), table.line(row)));
        auto const male = OSETRA_TRY(male_in(table, row, sex));
        (male ? wish.sire : wish.dam).push_back(animal);
        (male ? wish.sire_matings : wish.dam_matings).push_back(static_cast<std::int32_t>(matings));
    }
    if (!v.costs.empty()) {
        auto const costs = OSETRA_TRY(columns_of(c, v.costs));
        auto const sire = OSETRA_TRY(costs.column("sire")), dam = OSETRA_TRY(costs.column("dam")), cost = OSETRA_TRY(costs.column("cost"));
        wish.cost.assign(wish.sire.size() * wish.dam.size(), 0);
        std::unordered_map<std::int32_t, std::size_t> sire_place, dam_place;
        for (std::size_t i = 0; i < wish.sire.size(); ++i) sire_place.emplace(wish.sire[i], i);
        for (std::size_t i = 0; i < wish.dam.size(); ++i) dam_place.emplace(wish.dam[i], i);
        for (std::size_t row = 0; row < costs.rows(); ++row) {
            auto const s = sire_place.find(OSETRA_TRY(animal_in(costs, row, sire, places))), d = dam_place.find(OSETRA_TRY(animal_in(costs, row, dam, places)));
            if (s == sire_place.end() || d == dam_place.end()) continue;   // a pair that is not in question
            wish.cost[s->second * wish.dam.size() + d->second] = costs.cell(row, cost).empty() ? std::numeric_limits<double>::infinity() : v.cost_weight * OSETRA_TRY(number_in(costs, row, cost));
        }
    }
    auto const plan = OSETRA_TRY(best_mates(p, inbreeding(p), wish));
    c.io.err << fmt::format("{} matings, mean inbreeding of offspring {:.5f} (any pair at random {:.5f}); no plan is below {:.6g}, this one is {:.6g}\n", plan.pairs.size(), plan.mean_f, plan.mean_f_at_random, plan.bound, plan.total);
    auto const name = [&](std::int32_t place) { return p.id[static_cast<std::size_t>(place)]; };
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("mean_f", plan.mean_f);
        json.value("mean_f_at_random", plan.mean_f_at_random);
        json.value("total", plan.total);
        json.value("bound", plan.bound);
        json.begin_array("matings");
        for (auto const& m : plan.pairs) { json.begin_object(); json.value("sire", name(wish.sire[m.sire])); json.value("dam", name(wish.dam[m.dam])); json.value("f", m.f); json.value("cost", m.cost); json.end_object(); }
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    std::string out = "sire,dam,f,cost\n";
    for (auto const& m : plan.pairs) out += fmt::format("{},{},{},{}\n", csv_cell(name(wish.sire[m.sire])), csv_cell(name(wish.dam[m.dam])), m.f, m.cost);
    return write(c, v.out, out);
}

Result<Done> breed_parentage(Context const& c, BreedVerb const& v) {
    if (v.genotypes.empty() == v.microsatellites.empty()) return refuse("option_conflict", "Give --genotypes or --microsatellites, one of them.", "genotypes");
    MarkerWish wanted{v.error, static_cast<std::size_t>(v.most_variants), 0};
    if (!v.ploidy.empty()) {
        auto const [end, error] = std::from_chars(v.ploidy.data(), v.ploidy.data() + v.ploidy.size(), wanted.ploidy);
        if (error != std::errc{} || end != v.ploidy.data() + v.ploidy.size() || wanted.ploidy < 2 || wanted.ploidy > 16) return refuse("ploidy_malformed", "'" + v.ploidy + "' is no number of chromosome sets from 2 to 16.", "ploidy");
    }
    std::unique_ptr<Markers> markers;
    if (!v.genotypes.empty()) {
        auto const source = OSETRA_TRY(open_genotypes(v.genotypes));
        markers = OSETRA_TRY(markers_of(*source, wanted));
    } else {
        auto const table = OSETRA_TRY(columns_of(c, v.microsatellites));
        markers = OSETRA_TRY(microsatellites_of(table, wanted));
    }
    auto const& ids = markers->ids();
    std::unordered_map<std::string_view, std::int32_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) places.emplace(ids[i], static_cast<std::int32_t>(i));
    auto const sampled = [&](Columns const& table, std::size_t row, std::size_t column) -> Result<std::int32_t> {
        auto const found = places.find(table.cell(row, column));
        if (found == places.end()) return refuse("animal_not_genotyped", "There is no genotype of " + std::string{table.cell(row, column)} + ".", fmt::format("{} line {} {}", table.name(), table.line(row), table.header()[column]));
        return found->second;
    };
    ParentageWish wish;
    wish.unsampled_sires = wish.unsampled_dams = v.unsampled;
    wish.least_probability = v.probability;
    wish.fewest_markers = static_cast<std::size_t>(v.fewest_markers);
    auto const offspring = OSETRA_TRY(columns_of(c, v.offspring)), candidates = OSETRA_TRY(columns_of(c, v.candidates));
    auto const id = OSETRA_TRY(offspring.column("id"));
    for (auto const* side : {"sire", "dam"}) {
        if (!offspring.has(side)) continue;
        auto const column = OSETRA_TRY(offspring.column(side));
        auto& known = std::string_view{side} == "sire" ? wish.known_sire : wish.known_dam;
        for (std::size_t row = 0; row < offspring.rows(); ++row) known.push_back(is_missing(offspring.cell(row, column), usually_missing) ? -1 : OSETRA_TRY(sampled(offspring, row, column)));
    }
    for (std::size_t row = 0; row < offspring.rows(); ++row) wish.offspring.push_back(OSETRA_TRY(sampled(offspring, row, id)));
    auto const who = OSETRA_TRY(candidates.column("id"));
    auto const sex = candidates.has("sex") ? std::optional{OSETRA_TRY(candidates.column("sex"))} : std::nullopt;
    for (std::size_t row = 0; row < candidates.rows(); ++row) {
        auto const place = OSETRA_TRY(sampled(candidates, row, who));
        auto const either = !sex || is_missing(candidates.cell(row, *sex), usually_missing);
        auto const male = either || OSETRA_TRY(male_in(candidates, row, *sex));
        if (male) wish.sires.push_back(place);
        if (either || !male) wish.dams.push_back(place);
    }
    if (!v.crosses.empty()) {
        auto const crosses = OSETRA_TRY(columns_of(c, v.crosses));
        auto const sire = OSETRA_TRY(crosses.column("sire")), dam = OSETRA_TRY(crosses.column("dam"));
        for (std::size_t row = 0; row < crosses.rows(); ++row) {
            auto const of_sire = OSETRA_TRY(sampled(crosses, row, sire)), of_dam = OSETRA_TRY(sampled(crosses, row, dam));
            wish.crosses.emplace_back(of_sire, of_dam);
        }
    }
    c.io.err << fmt::format("{} markers, {} fish, {} sires and {} dams to choose from\n", markers->size(), wish.offspring.size(), wish.sires.size(), wish.dams.size()) << std::flush;
    auto const found = find_parents(*markers, wish, [&](std::size_t done) { if (c.io.terminal) c.io.err << fmt::format("\r{} fish", done) << std::flush; });
    std::map<std::string, std::size_t> count;
    for (auto const& x : found) ++count[x.status];
    if (c.io.terminal) c.io.err << "\r\x1b[K";
    for (auto const& [status, times] : count) c.io.err << fmt::format("{} {}\n", times, status);
    auto const name = [&](std::int32_t place) { return place < 0 ? std::string{} : ids[static_cast<std::size_t>(place)]; };
    std::string out = "id,status,sire,dam,probability,evidence,next_evidence,next_sire,next_dam,markers,sire_mismatches,dam_mismatches,pair_mismatches\n";
    JsonOut json;
    json.begin_object();
    json.begin_array("offspring");
    for (std::size_t k = 0; k < found.size(); ++k) {
        auto const& x = found[k];
        out += fmt::format("{},{},{},{},{:.6f},{:.4f},{:.4f},{},{},{},{},{},{}\n", csv_cell(name(wish.offspring[k])), x.status, csv_cell(name(x.sire)), csv_cell(name(x.dam)), x.probability, x.evidence, x.next, csv_cell(name(x.next_sire)), csv_cell(name(x.next_dam)), x.markers,
                           x.sire_mismatches, x.dam_mismatches, x.pair_mismatches);
        if (!c.where.json) continue;
        json.begin_object();
        json.value("id", name(wish.offspring[k]));
        json.value("status", x.status);
        if (x.sire >= 0) json.value("sire", name(x.sire));
        if (x.dam >= 0) json.value("dam", name(x.dam));
        json.value("probability", x.probability);
        json.value("evidence", x.evidence);
        json.value("markers", static_cast<std::int64_t>(x.markers));
        json.value("pair_mismatches", static_cast<std::int64_t>(x.pair_mismatches));
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return write(c, v.out, c.where.json ? json.take() + '\n' : out);
}

} // namespace osetra::app
