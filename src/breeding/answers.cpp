#include "breeding/answers.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <set>

#include "breeding/engine/contributions.h"
#include "kernel/json.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;

constexpr int most_rows = 2'000;
constexpr int tree_depth = 4;
constexpr int young_days = 1'280;             // three years and a half

void value_fields(JsonOut& out, Values const& values, string const& animal) {
    out.begin_object("values");
    for (auto const& t : values.traits)
        if (auto const v = values.find(animal, t)) {
            out.begin_array(t.c_str());
            out.value(nullptr, v->ebv);
            out.value(nullptr, v->reliability);
            if (auto const chance = chance_of(*values.fit_of(t), v->ebv)) out.value(nullptr, *chance);
            out.end_array();
        }
    out.end_object();
}

void animal_fields(JsonOut& out, Animal const& a) {
    out.value("animal", a.id);
    out.value("species", a.species);
    out.value("sex", a.sex.empty() ? "unknown" : a.sex);
    if (a.born) out.value("born", static_cast<std::int64_t>(*a.born));
    out.value("alive", a.alive);
    out.value("tagged", a.tagged);
    if (!a.family.empty()) out.value("family", a.family);
    if (!a.sire.empty()) out.value("sire", a.sire);
    if (!a.dam.empty()) out.value("dam", a.dam);
    if (!a.cohort.empty()) out.value("cohort", a.cohort);
    if (!a.pool.empty()) out.value("pool", a.pool);
    if (!a.site.empty()) out.value("site", a.site);
    if (!a.stage.empty()) out.value("stage", a.stage);
    out.value("stage_at", a.stage_at);
}

void evaluation_fields(JsonOut& out, Of<Evaluated> const& told) {
    out.begin_object("evaluation");
    write_fields(out, told.body);
    out.value("fact", told.root);
    out.value("at", told.at);
    out.value("by", told.author);
    out.end_object();
}

void fit_fields(JsonOut& out, Values const& values) {
    out.begin_array("fits");
    for (auto const& fitted : values.fits) {
        auto const* trait = find_trait(fitted.trait);
        out.begin_object();
        write_fields(out, fitted);
        out.value("unit", trait->unit);
        out.value("better", static_cast<std::int64_t>(trait->better));
        if (auto const chance = chance_of(fitted, 0)) {
            out.value("good_from", static_cast<std::int64_t>(trait->good_from));
            out.value("chance", *chance);
        }
        out.end_object();
    }
    out.end_array();
    out.begin_array("pairs");
    for (auto const& pair : values.pairs) out.record(nullptr, pair);
    out.end_array();
    if (values.genotypes) out.record("genotypes", *values.genotypes);
}

void cycle_fields(JsonOut& out, NextCycle const& c, FarmDay today) {
    out.begin_object("next_cycle");
    out.value("stripped_at", c.stripped_at);
    out.value("spawning", c.spawning);
    out.value("due_on", c.due);
    out.value("overdue", c.due < today);
    if (!c.condition.empty()) out.value("condition", c.condition);
    out.value("checked_at", c.checked_at);
    out.value("check_due", c.check_due);
    out.end_object();
}

/// An animal with its parents inside, so deep.
void tree(JsonOut& out, char const* name, Herd const& herd, string const& id, int depth) {
    auto const* a = herd.find(id);
    if (!a) return;
    out.begin_object(name);
    out.value("animal", a->id);
    out.value("species", a->species);
    out.value("sex", a->sex.empty() ? "unknown" : a->sex);
    if (a->born) out.value("born", static_cast<std::int64_t>(*a->born));
    out.value("alive", a->alive);
    out.value("tagged", a->tagged);
    if (depth > 0 && !a->sire.empty()) tree(out, "sire", herd, a->sire, depth - 1);
    if (depth > 0 && !a->dam.empty()) tree(out, "dam", herd, a->dam, depth - 1);
    out.end_object();
}

/// Least squares of y on x.
struct Slope { double slope = 0, error = 0; size_t points = 0; };
Slope slope_of(std::vector<std::pair<double, double>> const& points) {
    Slope out;
    out.points = points.size();
    if (points.size() < 3) return out;
    double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
    for (auto const& [x, y] : points) { mx += x; my += y; }
    auto const n = static_cast<double>(points.size());
    mx /= n;
    my /= n;
    for (auto const& [x, y] : points) { xx += (x - mx) * (x - mx); xy += (x - mx) * (y - my); yy += (y - my) * (y - my); }
    if (!(xx > 0)) return out;
    out.slope = xy / xx;
    out.error = std::sqrt(std::max(0.0, yy - out.slope * xy) / (n - 2) / xx);
    return out;
}

struct Sums {
    double n = 0, sum = 0, squares = 0;
    void add(double v) { n += 1; sum += v; squares += v * v; }
    double mean() const { return n > 0 ? sum / n : 0; }
    double error() const { return n > 1 ? std::sqrt(std::max(0.0, squares / n - mean() * mean()) / (n - 1)) : 0; }
};

} // namespace

FarmDay next_season(FarmDay today) {
    auto const date = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{today.n}}};
    auto const may = [](std::chrono::year y) { return FarmDay{static_cast<std::int32_t>(std::chrono::sys_days{y / std::chrono::May / 1}.time_since_epoch().count())}; };
    return may(date.year()) > today ? may(date.year()) : may(date.year() + std::chrono::years{1});
}

string species_json(Asked const& q, std::function<std::optional<Of<Evaluated>>(string const&)> const& evaluation_of) {
    struct Count { std::int64_t animals = 0, alive = 0, with_parents = 0, studbook = 0; };
    std::map<string, Count> counts;
    for (auto const& a : q.herd.animals()) {
        if (a.species.empty()) continue;
        auto& c = counts[a.species];
        ++c.animals;
        c.alive += a.alive ? 1 : 0;
        c.with_parents += !a.sire.empty() || !a.dam.empty() ? 1 : 0;
        c.studbook += a.tagged ? 0 : 1;
    }
    JsonOut out;
    out.begin_object();
    out.objects("species", counts, [&](auto const& one) {
        auto const& [code, c] = one;
        out.value("species", code);
        out.value("animals", c.animals);
        out.value("alive", c.alive);
        out.value("with_parents", c.with_parents);
        out.value("studbook", c.studbook);
        if (auto const told = evaluation_of(code)) evaluation_fields(out, *told);
    });
    out.end_object();
    return out.take();
}

string candidates_json(Asked const& q, string const& species, std::optional<EvaluationRead> const& evaluation, FarmDay season, bool all, string const& job) {
    auto const [sires, dams] = parent_species(species);
    JsonOut out;
    out.begin_object();
    out.value("species", species);
    out.value("sire_species", sires);
    out.value("dam_species", dams);
    out.value("season", season);
    if (!job.empty()) out.raw("job", job);
    if (evaluation) {
        evaluation_fields(out, evaluation->told);
        fit_fields(out, evaluation->values);
    }
    std::map<string, std::int64_t> reasons;
    std::int64_t females = 0, males = 0;
    auto rows = 0;
    out.begin_array("rows");
    for (auto const& a : q.herd.animals()) {
        auto const female = a.sex == "female" && a.species == dams, male = a.sex == "male" && a.species == sires;
        if (!a.alive || (!female && !male)) continue;
        auto const why = evaluation ? not_ready(q.herd, evaluation->values, a, q.pack, season, q.offset) : string{"no_values"};
        if (!why.empty()) ++reasons[(female ? "female_" : "male_") + why];
        else ++(female ? females : males);
        if ((!all && !why.empty()) || rows >= most_rows) continue;
        ++rows;
        out.begin_object();
        animal_fields(out, a);
        if (!why.empty()) out.value("not_ready", why);
        if (evaluation) {
            value_fields(out, evaluation->values, a.id);
            if (auto const place = evaluation->values.place.find(a.id); place != evaluation->values.place.end()) out.value("f", evaluation->values.f[place->second]);
        }
        out.end_object();
    }
    out.end_array();
    out.value("females", females);
    out.value("males", males);
    out.begin_object("not_ready");
    for (auto const& [why, n] : reasons) out.value(why.c_str(), n);
    out.end_object();
    out.end_object();
    return out.take();
}

Result<string> animal_json(Asked const& q, string const& id, std::function<Values const*(string const&)> const& values_of) {
    auto const* a = q.herd.find(id);
    if (!a) return refuse("animal_not_found", fmt::format("There is no animal \"{}\".", id.substr(0, 80)), "animal");
    auto const& told = q.herd.told();
    auto const today = farm_day(q.now, q.offset);
    JsonOut out;
    out.begin_object();
    animal_fields(out, *a);
    if (!a->origin.empty()) out.value("origin", a->origin);
    tree(out, "tree", q.herd, id, tree_depth);
    out.begin_array("evaluations");   // of its own species, and of those that it is a parent of
    std::set<string> species{a->species};
    auto const offspring = q.herd.offspring(id);
    for (auto const& o : offspring) species.insert(q.herd.find(o)->species);
    for (auto const& code : species) {
        auto const* values = values_of(code);
        if (!values || !values->place.contains(id)) continue;
        out.begin_object();
        out.value("species", code);
        out.value("f", values->f[values->place.at(id)]);
        value_fields(out, *values, id);
        fit_fields(out, *values);
        out.end_object();
    }
    out.end_array();
    if (auto const cycle = next_cycle(q.herd, id, q.now, q.offset)) cycle_fields(out, *cycle, today);
    out.begin_array("spawnings");
    for (auto const& s : told.spawnings) {
        if (s.body.dam != id && std::find(s.body.sires.begin(), s.body.sires.end(), id) == s.body.sires.end()) continue;
        out.begin_object();
        write_fields(out, s.body);
        out.value("at", s.at);
        out.value("fact", s.root);
        out.end_object();
    }
    out.end_array();
    out.begin_array("recoveries");
    for (auto const& r : told.recoveries) {
        if (r.body.animal != id) continue;
        out.begin_object();
        write_fields(out, r.body);
        out.value("at", r.at);
        out.value("by", r.author);
        out.value("fact", r.root);
        out.end_object();
    }
    out.end_array();
    out.begin_array("samples");
    for (auto const& s : told.samples) {
        if (s.body.animal != id) continue;
        out.begin_object();
        write_fields(out, s.body);
        out.value("at", s.at);
        out.value("fact", s.root);
        out.end_object();
    }
    out.end_array();
    struct Kin { std::int64_t all = 0, alive = 0, female = 0; string mate, species; std::optional<int> born; };
    std::map<string, Kin> families;
    for (auto const& o : offspring) {
        auto const& child = *q.herd.find(o);
        auto const mate = child.sire == id ? child.dam : child.sire;
        auto& k = families[child.family.empty() ? mate + "|" + child.species : child.family];
        ++k.all;
        k.alive += child.alive ? 1 : 0;
        k.female += child.sex == "female" ? 1 : 0;
        k.mate = mate;
        k.species = child.species;
        if (!k.born) k.born = child.born;
    }
    out.objects("offspring", families, [&](auto const& one) {
        auto const& [family, k] = one;
        if (family.find('|') == string::npos) out.value("family", family);
        out.value("mate", k.mate);
        out.value("species", k.species);
        if (k.born) out.value("born", static_cast<std::int64_t>(*k.born));
        out.value("fish", k.all);
        out.value("alive", k.alive);
        out.value("females", k.female);
    });
    out.end_object();
    return out.take();
}

Result<string> trend_json(Asked const& q, string const& species, EvaluationRead const& evaluation, string records) {
    auto const& values = evaluation.values;
    auto checked = check_pedigree(q.herd.lines_for(species));
    for (auto const& d : checked.defects)
        if (d.grave) return refuse("pedigree_defects", d.message, d.id);
    auto const& p = checked.pedigree;
    auto const f = inbreeding(p);
    std::vector<double> mendelian(p.size());
    for (size_t i = 0; i < p.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);

    struct Class {
        std::vector<size_t> animals;
        std::map<string, Sums> ebv, measured;
        Sums f, parent_age;
        std::set<string> sires, dams;
    };
    std::map<int, Class> classes;
    for (size_t i = 0; i < p.size(); ++i) {
        auto const* a = q.herd.find(p.id[i]);
        if (!a || a->species != species || !a->born || (a->sire.empty() && a->dam.empty())) continue;
        auto& c = classes[*a->born];
        c.animals.push_back(i);
        c.f.add(f[i]);
        for (auto const& t : values.traits)
            if (auto const v = values.find(a->id, t)) c.ebv[t].add(v->ebv);
        for (auto const* parent : {&a->sire, &a->dam}) {
            if (parent->empty()) continue;
            (parent == &a->sire ? c.sires : c.dams).insert(*parent);
            if (auto const* known = q.herd.find(*parent); known && known->born) c.parent_age.add(*a->born - *known->born);
        }
    }
    auto const c = OSETRA_TRY(Columns::read(std::move(records), "records.csv"));
    auto const id = OSETRA_TRY(c.column("id")), day = OSETRA_TRY(c.column("day"));
    auto const young = [&](std::size_t row, int born) {   // weights are compared at one age
        auto const on = parse_day(c.cell(row, day));
        return on && std::chrono::sys_days{std::chrono::days{on->n}} <= std::chrono::sys_days{std::chrono::year{born} / std::chrono::May / 1} + std::chrono::days{young_days};
    };
    for (auto const& t : all_traits()) {
        if (!c.has(t.code)) continue;
        auto const column = OSETRA_TRY(c.column(t.code));
        for (size_t row = 0; row < c.rows(); ++row) {
            if (c.cell(row, column).empty()) continue;
            auto const* a = q.herd.find(c.cell(row, id));
            if (a && a->born && classes.contains(*a->born) && (std::string_view{t.code} != "weight" || young(row, *a->born))) classes[*a->born].measured[t.code].add(OSETRA_TRY(number_in(c, row, column)));
        }
    }

    JsonOut out;
    out.begin_object();
    out.value("species", species);
    evaluation_fields(out, evaluation.told);
    fit_fields(out, values);
    std::map<string, std::vector<std::pair<double, double>>> gains;
    std::vector<std::pair<double, double>> kin;
    Sums ages;
    out.begin_array("classes");
    for (auto const& [born, k] : classes) {
        std::vector<double> share(p.size(), 0);
        for (auto const i : k.animals) share[i] = 1 / static_cast<double>(k.animals.size());
        auto const related = relationship_times(p, mendelian, share);
        double coancestry = 0;
        for (size_t i = 0; i < p.size(); ++i) coancestry += share[i] * related[i] / 2;
        if (k.animals.size() >= 5) kin.emplace_back(born, std::log(1 - coancestry));
        if (k.parent_age.n > 0) ages.add(k.parent_age.mean());
        out.begin_object();
        out.value("born", static_cast<std::int64_t>(born));
        out.value("animals", std::ssize(k.animals));
        out.value("sires", std::ssize(k.sires));
        out.value("dams", std::ssize(k.dams));
        out.value("mean_f", k.f.mean());
        out.value("coancestry", coancestry);
        out.value("status_number", coancestry > 0 ? 1 / (2 * coancestry) : 0.0);   // so many unrelated animals would be as diverse
        if (k.parent_age.n > 0) out.value("parent_age", k.parent_age.mean());
        out.begin_object("ebv");
        for (auto const& [t, s] : k.ebv) {
            out.begin_array(t.c_str());
            out.value(nullptr, s.mean());
            out.value(nullptr, s.error());
            out.end_array();
            if (s.n >= 5) gains[t].emplace_back(born, s.mean());
        }
        out.end_object();
        out.begin_object("measured");
        for (auto const& [t, s] : k.measured) {
            out.begin_array(t.c_str());
            out.value(nullptr, s.mean());
            out.value(nullptr, s.error());
            out.value(nullptr, static_cast<std::int64_t>(s.n));
            out.end_array();
        }
        out.end_object();
        out.end_object();
    }
    out.end_array();
    out.begin_object("gain_a_year");
    for (auto const& [t, points] : gains) {
        auto const s = slope_of(points);
        if (s.points < 3) continue;
        out.begin_array(t.c_str());
        out.value(nullptr, s.slope);
        out.value(nullptr, s.error);
        out.end_array();
    }
    out.end_object();
    // Ne = 1 / (2 L dC): the rate at which coancestry rises a generation [Falconer & Mackay 1996, 4; with coancestry for inbreeding, which lags a generation behind]
    auto const rate = slope_of(kin);
    auto const a_year = -rate.slope;
    if (ages.n > 0) out.value("generation_years", ages.mean());
    if (rate.points >= 3) {
        out.value("coancestry_a_year", 1 - std::exp(rate.slope));
        out.value("coancestry_a_year_error", rate.error);
        if (ages.n > 0 && a_year > 0 && a_year > rate.error) out.value("effective_size", 1 / (2 * ages.mean() * a_year));
    }
    out.end_object();
    return out.take();
}

string spawnings_json(Asked const& q, std::optional<string> const& species) {
    auto const& told = q.herd.told();
    auto const today = farm_day(q.now, q.offset);
    std::map<string, std::vector<FamilyMade const*>> families;
    for (auto const& f : told.families) families[f.body.spawning].push_back(&f.body);
    std::map<string, FamilyHatched const*> hatched;
    for (auto const& h : told.hatchings) hatched[h.body.family] = &h.body;
    std::map<string, std::int64_t> fish;
    for (auto const& a : q.herd.animals())
        if (!a.family.empty()) ++fish[a.family];
    JsonOut out;
    out.begin_object();
    out.begin_array("spawnings");
    std::set<string> dams;
    for (auto i = told.spawnings.size(); i-- > 0;) {   // the newest first
        auto const& s = told.spawnings[i];
        auto const* dam = q.herd.find(s.body.dam);
        if (species && dam && dam->species != *species) continue;
        if (dam && dam->alive) dams.insert(s.body.dam);
        out.begin_object();
        write_fields(out, s.body);
        out.value("at", s.at);
        out.value("by", s.author);
        out.value("fact", s.root);
        if (dam) out.value("species", dam->species);
        std::int64_t larvae = 0, tagged = 0;
        out.begin_array("families");
        for (auto const* f : families[s.body.spawning]) {
            out.begin_object();
            write_fields(out, *f);
            if (auto const h = hatched.find(f->family); h != hatched.end()) {
                out.value("hatched_on", h->second->hatched_on);
                out.value("larvae", h->second->larvae);
                out.value("fertilised", h->second->fertilised);
                out.value("deformed", h->second->deformed);
                larvae += h->second->larvae;
            }
            out.value("fish", fish[f->family]);
            tagged += fish[f->family];
            out.end_object();
        }
        out.end_array();
        out.value("larvae", larvae);
        out.value("fish", tagged);
        out.end_object();
    }
    out.end_array();
    out.begin_array("females");
    for (auto const& d : dams) {
        auto const cycle = next_cycle(q.herd, d, q.now, q.offset);
        auto const* a = q.herd.find(d);
        if (!cycle || !a) continue;
        out.begin_object();
        animal_fields(out, *a);
        cycle_fields(out, *cycle, today);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::breeding
