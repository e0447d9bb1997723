#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fstream>
#include <sstream>

#include "app/plain_files.h"
#include "app/verbs.h"
#include "breeding/engine/columns.h"
#include "breeding/engine/crosses.h"
#include "breeding/engine/simulate.h"
#include "kernel/fault.h"
#include "kernel/json.h"

namespace osetra::app {
namespace {

using namespace breeding;
using std::size_t;
using std::string;
using std::string_view;

Result<double> number_or(Columns const& c, size_t row, std::string_view column, double otherwise) {
    if (!c.has(column)) return otherwise;
    auto const at = OSETRA_TRY(c.column(column));
    return c.cell(row, at).empty() ? Result<double>{otherwise} : number_in(c, row, at);
}

string place(Columns const& c, size_t row, std::string_view column) { return fmt::format("{} line {} {}", c.name(), c.line(row), column); }

struct Goal { BreedingGoal goal; std::vector<double> desired; };

/// Traits with heritability, phenotypic standard deviation and worth; correlations of pairs, nought where none are told.
Result<Goal> goal_of(Context const& c, ProgrammeVerb const& v) {
    auto const traits = OSETRA_TRY(columns_of(c, v.traits));
    auto const name = OSETRA_TRY(traits.column("trait")), h2 = OSETRA_TRY(traits.column("h2")), sd = OSETRA_TRY(traits.column("sd"));
    Goal out;
    std::vector<double> heritability, deviation;
    for (size_t row = 0; row < traits.rows(); ++row) {
        out.goal.traits.emplace_back(traits.cell(row, name));
        heritability.push_back(OSETRA_TRY(number_in(traits, row, h2)));
        deviation.push_back(OSETRA_TRY(number_in(traits, row, sd)));
        if (!(heritability.back() > 0 && heritability.back() <= 1)) return refuse("goal_malformed", "A heritability is above 0 and at most 1.", place(traits, row, "h2"));
        if (!(deviation.back() > 0)) return refuse("goal_malformed", "A standard deviation is above 0.", place(traits, row, "sd"));
        out.goal.worth.push_back(OSETRA_TRY(number_or(traits, row, "worth", 0)));
        out.desired.push_back(OSETRA_TRY(number_or(traits, row, "desired", 0)));
    }
    auto const n = out.goal.traits.size();
    if (n == 0) return refuse("goal_malformed", "There is no trait in the file.", v.traits);
    out.goal.genetic = out.goal.phenotypic = Covariance::diagonal(n, 0);
    for (size_t i = 0; i < n; ++i) {
        out.goal.phenotypic(i, i) = deviation[i] * deviation[i];
        out.goal.genetic(i, i) = heritability[i] * out.goal.phenotypic(i, i);
    }
    if (!v.correlations.empty()) {
        auto const pairs = OSETRA_TRY(columns_of(c, v.correlations));
        auto const one = OSETRA_TRY(pairs.column("trait")), other = OSETRA_TRY(pairs.column("other"));
        for (size_t row = 0; row < pairs.rows(); ++row) {
            size_t at[2];
            for (int k = 0; k < 2; ++k) {
                auto const text = pairs.cell(row, k ? other : one);
                auto const found = std::find(out.goal.traits.begin(), out.goal.traits.end(), text);
                if (found == out.goal.traits.end()) return refuse("trait_unknown", "There is no trait " + string{text} + " in " + v.traits + ".", place(pairs, row, k ? "other" : "trait"));
                at[k] = static_cast<size_t>(found - out.goal.traits.begin());
            }
            for (auto const* kind : {"genetic", "phenotypic"}) {
                auto const r = OSETRA_TRY(number_or(pairs, row, kind, 0));
                if (!(std::abs(r) <= 1) || at[0] == at[1]) return refuse("goal_malformed", "A correlation of two traits is from -1 to 1.", place(pairs, row, kind));
                auto& m = kind == string_view{"genetic"} ? out.goal.genetic : out.goal.phenotypic;
                m(at[0], at[1]) = m(at[1], at[0]) = r * std::sqrt(m(at[0], at[0]) * m(at[1], at[1]));
            }
        }
    }
    out.goal.intensity = v.selected > 0 ? selection_intensity(v.selected) : 1;
    return out;
}

using Way = Programme::Way;
using Sexes = Programme::Sexes;

Result<Programme> programme_in(Columns const& c, size_t row) {
    Programme p;
    auto const text = [&](char const* column, string_view otherwise) -> Result<string> {
        if (!c.has(column)) return string{otherwise};
        auto const cell = c.cell(row, OSETRA_TRY(c.column(column)));
        return string{cell.empty() ? otherwise : cell};
    };
    p.name = OSETRA_TRY(text("name", fmt::format("programme {}", row + 1)));
    auto const way = OSETRA_TRY(text("way", "truncation")), sexes = OSETRA_TRY(text("sexes", "usual")), shown_by = OSETRA_TRY(text("shown_by", "both"));
    if (way == "random") p.way = Way::random;
    else if (way == "truncation") p.way = Way::truncation;
    else if (way == "optimum") p.way = Way::optimum;
    else if (way == "least_coancestry") p.way = Way::least_coancestry;
    else return refuse("programme_malformed", "'" + way + "' is no way to choose parents: write random, truncation, optimum or least_coancestry.", place(c, row, "way"));
    if (sexes == "usual") p.sexes = Sexes::usual;
    else if (sexes == "gynogenesis") p.sexes = Sexes::gynogenesis;
    else if (sexes == "neo_males") p.sexes = Sexes::neo_males;
    else return refuse("programme_malformed", "'" + sexes + "' is no way to have females: write usual, gynogenesis or neo_males.", place(c, row, "sexes"));
    if (shown_by != "both" && shown_by != "females") return refuse("programme_malformed", "Traits are shown by both or by females.", place(c, row, "shown_by"));
    p.females_only = shown_by == "females";
    for (auto const& [column, field] : std::vector<std::pair<char const*, std::int32_t Programme::*>>{
             {"generations", &Programme::generations}, {"founder_sires", &Programme::founder_sires}, {"founder_dams", &Programme::founder_dams}, {"sires", &Programme::sires}, {"dams", &Programme::dams},
             {"families", &Programme::families}, {"offspring", &Programme::offspring}, {"measured", &Programme::measured}, {"sexes_from", &Programme::sexes_from}}) {
        auto const value = OSETRA_TRY(number_or(c, row, column, p.*field));
        if (value != std::floor(value) || std::abs(value) > 1e9) return refuse("programme_malformed", "A number of fish or families is whole.", place(c, row, column));
        p.*field = static_cast<std::int32_t>(value);
    }
    for (auto const& [column, field] : std::vector<std::pair<char const*, double Programme::*>>{
             {"sire_age", &Programme::sire_age}, {"dam_age", &Programme::dam_age}, {"most_inbreeding", &Programme::most_inbreeding}, {"fixed_cost", &Programme::fixed_cost},
             {"family_cost", &Programme::family_cost}, {"fish_cost", &Programme::fish_cost}, {"record_cost", &Programme::record_cost}})
        p.*field = OSETRA_TRY(number_or(c, row, column, p.*field));
    return p;
}

Result<std::string> text_or(Columns const& c, size_t row, string_view column, string_view otherwise) {
    if (!c.has(column)) return string{otherwise};
    auto const cell = c.cell(row, OSETRA_TRY(c.column(column)));
    return string{cell.empty() ? otherwise : cell};
}

/// Species that the traits have means of: columns mean_SPECIES.
std::vector<string> species_of(Columns const& traits) {
    std::vector<string> out;
    for (auto const& name : traits.header()) if (name.starts_with("mean_")) out.push_back(name.substr(5));
    return out;
}
Result<size_t> species_at(std::vector<string> const& species, string_view name, string at) {
    auto const found = std::find(species.begin(), species.end(), name);
    if (found == species.end()) return refuse("cross_malformed", fmt::format("There is no species {}: traits have no column mean_{}.", name, name), std::move(at));
    return static_cast<size_t>(found - species.begin());
}

Result<std::vector<CrossTrait>> cross_traits(Context const& c, ProgrammeVerb const& v, Columns const& file, std::vector<string> const& species) {
    auto const name = OSETRA_TRY(file.column("trait"));
    std::vector<CrossTrait> out;
    for (size_t row = 0; row < file.rows(); ++row) {
        CrossTrait t;
        t.name = string{file.cell(row, name)};
        t.worth = OSETRA_TRY(number_or(file, row, "worth", 0));
        auto const shown_by = OSETRA_TRY(text_or(file, row, "shown_by", "both"));
        if (shown_by != "both" && shown_by != "females") return refuse("cross_malformed", "Traits are shown by both or by females.", place(file, row, "shown_by"));
        t.females_only = shown_by == "females";
        for (auto const& s : species) {
            auto const column = OSETRA_TRY(file.column("mean_" + s));
            t.mean.push_back(OSETRA_TRY(number_in(file, row, column)));
        }
        t.heterosis.assign(species.size() * species.size(), 0);
        out.push_back(std::move(t));
    }
    if (v.heterosis.empty()) return out;
    auto const pairs = OSETRA_TRY(columns_of(c, v.heterosis));
    auto const of = OSETRA_TRY(pairs.column("trait")), one = OSETRA_TRY(pairs.column("one")), other = OSETRA_TRY(pairs.column("other")), amount = OSETRA_TRY(pairs.column("amount"));
    for (size_t row = 0; row < pairs.rows(); ++row) {
        auto const found = std::find_if(out.begin(), out.end(), [&](CrossTrait const& t) { return t.name == pairs.cell(row, of); });
        if (found == out.end()) return refuse("trait_unknown", fmt::format("There is no trait {} in {}.", pairs.cell(row, of), v.traits), place(pairs, row, "trait"));
        auto const a = OSETRA_TRY(species_at(species, pairs.cell(row, one), place(pairs, row, "one"))), b = OSETRA_TRY(species_at(species, pairs.cell(row, other), place(pairs, row, "other")));
        if (a == b) return refuse("cross_malformed", "Heterosis is of two species.", place(pairs, row, "other"));
        found->heterosis[a * species.size() + b] = found->heterosis[b * species.size() + a] = OSETRA_TRY(number_in(pairs, row, amount));
    }
    return out;
}

Result<Line> line_in(Columns const& file, size_t row, std::vector<string> const& species, std::vector<CrossTrait> const& traits) {
    Line l;
    auto const name = OSETRA_TRY(file.column("line"));
    l.name = string{file.cell(row, name)};
    l.fraction.assign(species.size(), 0);
    auto const pure = OSETRA_TRY(text_or(file, row, "species", ""));
    if (!pure.empty()) {
        auto const which = OSETRA_TRY(species_at(species, pure, place(file, row, "species")));
        l.fraction[which] = 1;
    } else
        for (size_t k = 0; k < species.size(); ++k) l.fraction[k] = OSETRA_TRY(number_or(file, row, "fraction_" + species[k], 0));
    for (auto const& [column, field] : std::vector<std::pair<char const*, double Line::*>>{{"heterosis", &Line::heterosis}, {"recombination", &Line::recombination}, {"dam_cost", &Line::dam_cost}, {"sire_cost", &Line::sire_cost}})
        l.*field = OSETRA_TRY(number_or(file, row, column, 0));
    auto const sets = OSETRA_TRY(number_or(file, row, "sets", 2));
    if (sets != std::floor(sets) || sets < 2 || sets > 16) return refuse("cross_malformed", "Chromosome sets are a whole number from 2 to 16.", place(file, row, "sets"));
    l.sets = static_cast<int>(sets);
    auto const dams = OSETRA_TRY(text_or(file, row, "dams", "ZW")), sires = OSETRA_TRY(text_or(file, row, "sires", "ZZ"));
    if (dams != "ZW" && dams != "WW" && dams != "no") return refuse("cross_malformed", "Dams are ZW or WW, or no where there are none.", place(file, row, "dams"));
    if (sires != "ZZ" && sires != "ZW" && sires != "no") return refuse("cross_malformed", "Sires are ZZ or ZW (neo-males), or no where there are none.", place(file, row, "sires"));
    l.dams = dams != "no";
    l.sires = sires != "no";
    l.dam_w = dams == "WW" ? 2 : 1;
    l.sire_w = sires == "ZW" ? 1 : 0;
    for (auto const& t : traits) l.better.push_back(OSETRA_TRY(number_or(file, row, "better_" + t.name, 0)));
    return l;
}

Result<CrossWish> wish_of(ProgrammeVerb const& v, std::vector<string> const& species) {
    CrossWish out{std::vector<double>(species.size(), 0), std::vector<double>(species.size(), 1), v.females, v.fish, v.generations};
    for (auto const& text : v.wants) {
        auto const equals = text.rfind('='), dots = text.find("..", equals == string::npos ? 0 : equals);
        char* end = nullptr;
        double bounds[2] = {0, 0};
        auto ok = equals != string::npos && dots != string::npos;
        if (ok) {
            bounds[0] = std::strtod(text.c_str() + equals + 1, &end);
            ok = end == text.c_str() + dots && end != text.c_str() + equals + 1;
            bounds[1] = std::strtod(text.c_str() + dots + 2, &end);
            ok = ok && !*end && end != text.c_str() + dots + 2 && bounds[0] >= 0 && bounds[0] <= bounds[1] && bounds[1] <= 1;
        }
        if (!ok) return refuse("cross_malformed", "Write --want SPECIES=LEAST..MOST, with fractions from 0 to 1.", text);
        auto const k = OSETRA_TRY(species_at(species, string_view{text}.substr(0, equals), text));
        out.least[k] = bounds[0];
        out.most[k] = bounds[1];
    }
    return out;
}

} // namespace

Result<Done> breed_cross(Context const& c, ProgrammeVerb const& v) {
    auto const trait_file = OSETRA_TRY(columns_of(c, v.traits));
    auto const species = species_of(trait_file);
    if (species.empty()) return refuse("cross_malformed", "Traits have a column mean_SPECIES for each species.", v.traits);
    auto const traits = OSETRA_TRY(cross_traits(c, v, trait_file, species));
    auto const line_file = OSETRA_TRY(columns_of(c, v.lines));
    std::vector<Line> lines;
    for (size_t row = 0; row < line_file.rows(); ++row) lines.push_back(OSETRA_TRY(line_in(line_file, row, species, traits)));
    auto const wish = OSETRA_TRY(wish_of(v, species));
    auto const plan = OSETRA_TRY(plan_crosses(traits, std::move(lines), wish));
    auto const shown = std::min(plan.crosses.size(), static_cast<size_t>(v.most));
    if (c.where.json) {
        JsonOut json;
        json.begin_array(nullptr);
        for (size_t i = 0; i < shown; ++i) {
            auto const& x = plan.crosses[i];
            json.begin_object();
            json.value("dam", plan.lines[x.dam].name);
            json.value("sire", plan.lines[x.sire].name);
            json.value("generations", std::int64_t{x.offspring.generation});
            json.begin_object("fractions");
            for (size_t k = 0; k < species.size(); ++k) json.value(species[k].c_str(), x.offspring.fraction[k]);
            json.end_object();
            json.value("heterosis", x.offspring.heterosis);
            json.value("recombination", x.offspring.recombination);
            json.value("sets", std::int64_t{x.offspring.sets});
            json.value("fertile", x.fertile);
            json.value("females", x.females);
            json.begin_array("traits");
            for (size_t t = 0; t < traits.size(); ++t) { json.begin_object(); json.value("trait", traits[t].name); json.value("mean", x.trait[t]); json.value("by_heterosis", x.by_heterosis[t]); json.end_object(); }
            json.end_array();
            json.value("fish_value", x.fish_value);
            json.value("lot_value", x.lot_value);
            json.end_object();
        }
        json.end_array();
        return write(c, v.out, json.take() + '\n');
    }
    auto const& best = plan.crosses[0];
    c.io.err << fmt::format("{} of {} crosses are as wished. The best lot: {} x {}, {:.0f} % females, worth {:.6g}\n", plan.crosses.size(), plan.looked_at, plan.lines[best.dam].name, plan.lines[best.sire].name, 100 * best.females, best.lot_value);
    string out = "dam,sire,generations";
    for (auto const& s : species) out += ",fraction_" + s;
    out += ",heterosis,recombination,sets,fertile,females";
    for (auto const& t : traits) out += fmt::format(",{0},{0}_by_heterosis", t.name);
    out += ",fish_value,lot_value\n";
    for (size_t i = 0; i < shown; ++i) {
        auto const& x = plan.crosses[i];
        out += fmt::format("{},{},{}", csv_cell(plan.lines[x.dam].name), csv_cell(plan.lines[x.sire].name), x.offspring.generation);
        for (auto const f : x.offspring.fraction) out += fmt::format(",{:.6g}", f);
        out += fmt::format(",{:.6g},{:.6g},{},{},{:.6g}", x.offspring.heterosis, x.offspring.recombination, x.offspring.sets, x.fertile ? "yes" : "no", x.females);
        for (size_t t = 0; t < traits.size(); ++t) out += fmt::format(",{:.6g},{:.6g}", x.trait[t], x.by_heterosis[t]);
        out += fmt::format(",{:.6g},{:.6g}\n", x.fish_value, x.lot_value);
    }
    return write(c, v.out, out);
}

Result<Done> breed_index(Context const& c, ProgrammeVerb const& v) {
    auto const [goal, desired] = OSETRA_TRY(goal_of(c, v));
    auto const by_gains = std::any_of(desired.begin(), desired.end(), [](double d) { return d != 0; });
    auto const got = OSETRA_TRY(by_gains ? desired_gains(goal, desired) : economic_index(goal));
    std::vector<TradeOff> curve;
    if (!v.trade.empty()) {
        auto const at = [&](string const& name) { return static_cast<size_t>(std::find(goal.traits.begin(), goal.traits.end(), name) - goal.traits.begin()); };
        curve = OSETRA_TRY(trade_off(goal, at(v.trade[0]), at(v.trade[1])));
    }
    if (c.where.json) {
        JsonOut json;
        json.begin_object();
        json.value("accuracy", got.accuracy);
        json.value("intensity", goal.intensity);
        json.value("worth", got.response_worth);
        if (by_gains) json.value("intensity_needed", got.intensity_needed);
        json.begin_array("traits");
        for (size_t i = 0; i < goal.traits.size(); ++i) {
            json.begin_object();
            json.value("trait", goal.traits[i]);
            json.value("weight", got.weights[i]);
            json.value("response", got.response[i]);
            json.value("response_alone", got.response_alone[i]);
            json.end_object();
        }
        json.end_array();
        json.begin_array("trade_off");
        for (auto const& p : curve) { json.begin_object(); json.value("weight_first", p.weight_first); json.value("weight_second", p.weight_second); json.value("first", p.first); json.value("second", p.second); json.value("worth", p.worth); json.end_object(); }
        json.end_array();
        json.end_object();
        return write(c, v.out, json.take() + '\n');
    }
    c.io.err << fmt::format("accuracy {:.3f}, worth {:.6g} a generation at intensity {:.3f}{}\n", got.accuracy, got.response_worth, goal.intensity,
                            by_gains ? fmt::format("; the gains desired want intensity {:.3f}, or {:.1f} generations of this", got.intensity_needed, got.intensity_needed / goal.intensity) : "");
    string out;
    if (curve.empty()) {
        out = "trait,weight,response,response_alone\n";
        for (size_t i = 0; i < goal.traits.size(); ++i) out += fmt::format("{},{},{},{}\n", goal.traits[i], got.weights[i], got.response[i], got.response_alone[i]);
    } else {
        out = fmt::format("weight_{0},weight_{1},{0},{1},worth\n", v.trade[0], v.trade[1]);
        for (auto const& p : curve) out += fmt::format("{},{},{},{},{}\n", p.weight_first, p.weight_second, p.first, p.second, p.worth);
    }
    return write(c, v.out, out);
}

Result<Done> breed_simulate(Context const& c, ProgrammeVerb const& v) {
    auto const [goal, desired] = OSETRA_TRY(goal_of(c, v));
    auto const programmes = OSETRA_TRY(columns_of(c, v.programmes));
    if (programmes.rows() == 0) return refuse("programme_malformed", "There is no programme in the file.", v.programmes);
    std::vector<ProgrammeOutcome> all;
    for (size_t row = 0; row < programmes.rows(); ++row) {
        auto const programme = OSETRA_TRY(programme_in(programmes, row));
        if (c.io.terminal) c.io.err << fmt::format("\r{} of {}: {}\x1b[K", row + 1, programmes.rows(), programme.name) << std::flush;
        auto outcome = simulate(programme, goal, v.replicates, v.seed);
        if (!outcome) return refuse(outcome.error().code, outcome.error().message, place(programmes, row, outcome.error().at));
        all.push_back(*std::move(outcome));
    }
    if (c.io.terminal) c.io.err << '\n';
    if (c.where.json) {
        JsonOut json;
        json.begin_array(nullptr);
        for (auto const& p : all) {
            json.begin_object();
            json.value("name", p.name);
            json.begin_array("generations");
            for (auto const& g : p.generations) {
                auto const band = [&](char const* name, Band const& b) { json.begin_object(name); json.value("mean", b.mean); json.value("low", b.low); json.value("high", b.high); json.end_object(); };
                json.begin_object();
                json.value("generation", std::int64_t{g.generation});
                json.value("year", g.year);
                band("worth", g.worth);
                for (size_t t = 0; t < goal.traits.size(); ++t) band(("trait_" + goal.traits[t]).c_str(), g.traits[t]);
                band("genetic_deviation", g.genetic_deviation);
                band("inbreeding", g.inbreeding);
                band("coancestry", g.coancestry);
                band("accuracy", g.accuracy);
                band("parents", g.parents);
                json.value("females", g.females);
                json.value("cost", g.cost);
                json.end_object();
            }
            json.end_array();
            json.end_object();
        }
        json.end_array();
        return write(c, v.out, json.take() + '\n');
    }
    string out = "programme,generation,year,worth,worth_low,worth_high";
    for (auto const& t : goal.traits) out += fmt::format(",{0},{0}_low,{0}_high", t);
    out += ",inbreeding,inbreeding_low,inbreeding_high,coancestry,genetic_deviation,accuracy,parents,females,cost\n";
    auto const banded = [](Band const& b) { return fmt::format(",{:.6g},{:.6g},{:.6g}", b.mean, b.low, b.high); };
    for (auto const& p : all)
        for (auto const& g : p.generations) {
            out += fmt::format("{},{},{}", p.name, g.generation, g.year) + banded(g.worth);
            for (auto const& t : g.traits) out += banded(t);
            out += banded(g.inbreeding) + fmt::format(",{:.6g},{:.6g},{:.4g},{:.4g},{},{}\n", g.coancestry.mean, g.genetic_deviation.mean, g.accuracy.mean, g.parents.mean, g.females, g.cost);
        }
    return write(c, v.out, out);
}

} // namespace osetra::app
