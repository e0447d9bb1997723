#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <fstream>
#include <sstream>

#include "app/plain_files.h"
#include "app/verbs.h"
#include "breeding/engine/columns.h"
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

} // namespace

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
