#include "breeding/cross_plan.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>

#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;
using std::string_view;

constexpr size_t most_lines = 40, most_told = 400;

bool is_pure(string const& species) { return species.find('x') == string::npos; }

/// Sturgeons of some 120 chromosomes are functional diploids, of some 240 tetraploids [Fontana and others 2008, J. Appl. Ichthyol. 24:331]. A cross between the two is sterile.
int functional_sets(string const& species) {
    static std::set<string> const small{"HUS", "RUT", "STE", "NUD", "STU", "OXY"};
    return small.contains(species) ? 2 : 4;
}

/// Share of pairs of a fish's copies that are one of each species in the first cross: all of two sets, two thirds of four. What was seen of that cross is told; the engine wants it where all meet.
double met_in_first_cross(int dam_sets, int sire_sets) {
    double const d = dam_sets / 2, s = sire_sets / 2;
    return 2 * d * s / ((d + s) * (d + s - 1));
}

std::vector<string> parts(string_view text) {
    std::vector<string> out;
    for (size_t at = 0;;) {
        auto const colon = text.find(':', at);
        out.emplace_back(text.substr(at, colon == string_view::npos ? string_view::npos : colon - at));
        if (colon == string_view::npos) return out;
        at = colon + 1;
    }
}
Result<double> number(string const& part, string const& whole) {
    auto const value = read_number<double>(part);
    if (!value || !(std::abs(*value) <= 1e12)) return refuse("cross_malformed", fmt::format("\"{}\" does not end in a number.", whole.substr(0, 60)), "crosses");
    return *value;
}
Result<std::vector<string>> told(string const& text, size_t count, char const* how) {
    auto all = parts(text);
    if (all.size() != count) return refuse("cross_malformed", fmt::format("Write {} instead of \"{}\".", how, text.substr(0, 60)), "crosses");
    if (!find_trait(all[0])) return refuse("trait_unknown", fmt::format("There is no trait \"{}\".", all[0].substr(0, 40)), "crosses");
    return all;
}

double level(string_view trait, double mean) { return trait == "weight" ? std::exp(mean / 100) / 1000 : mean; }

/// The living of a species above all of it, in the unit of level(); nothing of ordinal traits, whose breeding values are liabilities.
double better_by(Herd const& herd, Values const& values, string const& species, string const& trait, double mean) {
    auto const found = std::find(values.traits.begin(), values.traits.end(), trait);
    if (found == values.traits.end() || find_trait(trait)->is_ordinal()) return 0;
    auto const& of = values.of[static_cast<size_t>(found - values.traits.begin())];
    double all = 0, alive = 0, n = 0, living = 0;
    for (auto const& a : herd.animals()) {
        if (a.species != species) continue;
        auto const place = values.place.find(a.id);
        if (place == values.place.end()) continue;
        auto const ebv = of[place->second].ebv;
        all += ebv; ++n;
        if (a.alive) { alive += ebv; ++living; }
    }
    if (n == 0 || living == 0) return 0;
    auto const difference = alive / living - all / n;
    return trait == "weight" ? mean * (std::exp(difference / 100) - 1) : difference;
}

struct Kept { std::int64_t dams = 0, sires = 0, ww = 0, neo_males = 0; };
std::map<string, Kept> kept(Herd const& herd) {
    std::map<string, Kept> out;
    for (auto const& a : herd.animals()) {
        if (!a.alive || a.species.empty() || !is_pure(a.species)) continue;
        auto& k = out[a.species];
        if (a.sex == "female") ++(a.chromosomes == "WW" ? k.ww : k.dams);
        if (a.sex == "male") ++(a.chromosomes == "ZW" ? k.neo_males : k.sires);
    }
    return out;
}

void cross_fields(JsonOut& out, farm::Pack const& pack, CrossAnswer const& answer, Cross const& x) {
    auto const& dam = answer.plan.lines[x.dam];
    auto const& sire = answer.plan.lines[x.sire];
    out.value("dam", dam.name);
    out.value("sire", sire.name);
    out.value("generations", std::int64_t{x.offspring.generation});
    out.value("to_be_made", dam.generation > 0 || sire.generation > 0);
    out.value("dam_chromosomes", dam.dam_w == 2 ? "WW" : "ZW");
    out.value("sire_chromosomes", sire.sire_w == 1 ? "ZW" : "ZZ");
    if (auto const code = offspring_code(pack, answer, x)) out.value("offspring", *code);
    out.begin_object("fractions");
    for (size_t k = 0; k < answer.species.size(); ++k) if (x.offspring.fraction[k] > 0) out.value(answer.species[k].c_str(), x.offspring.fraction[k]);
    out.end_object();
    out.value("heterosis", x.offspring.heterosis);
    out.value("recombination", x.offspring.recombination);
    out.value("sets", std::int64_t{x.offspring.sets});
    out.value("fertile", x.fertile);
    out.value("females", x.females);
    out.begin_array("traits");
    for (size_t t = 0; t < answer.traits.size(); ++t) {
        out.begin_object();
        out.value("trait", answer.traits[t].name);
        out.value("mean", x.trait[t]);
        out.value("by_heterosis", x.by_heterosis[t]);
        out.value("by_selection", x.offspring.better[t]);
        out.end_object();
    }
    out.end_array();
    out.value("fish_value", x.fish_value);
    out.value("lot_value", x.lot_value);
}

} // namespace

CrossKnown cross_known(Herd const& herd, ValuesOf const& values_of) {
    CrossKnown out;
    std::set<string> species;
    for (auto const& a : herd.animals()) if (!a.species.empty()) species.insert(a.species);
    std::map<std::pair<string, string>, double> mean;
    for (auto const& code : species) {
        auto const* values = values_of(code);
        if (!values) continue;
        for (auto const& f : values->fits)
            if (f.records > 0) {
                out.means.push_back({f.trait, code, level(f.trait, f.mean), f.records});
                mean[{f.trait, code}] = out.means.back().mean;
            }
    }
    for (auto const& [key, value] : mean) {
        if (is_pure(key.second)) continue;
        auto const [sire, dam] = parent_species(key.second);
        auto const of_sire = mean.find({key.first, sire}), of_dam = mean.find({key.first, dam});
        if (of_sire != mean.end() && of_dam != mean.end()) out.heterosis.push_back({key.first, sire, dam, value - (of_sire->second + of_dam->second) / 2});
    }
    return out;
}

Result<CrossAnswer> cross_answer(Herd const& herd, farm::Pack const& pack, ValuesOf const& values_of, CrossWishes const& wish) {
    CrossAnswer out;
    if (wish.traits.empty() || wish.traits.size() > all_traits().size() || wish.means.size() > most_told || wish.heterosis.size() > most_told) return refuse("cross_malformed", "Tell what a unit of each trait is worth, like roe:120.", "crosses");
    for (auto const& text : wish.traits) {
        auto const p = OSETRA_TRY(told(text, 2, "trait:worth"));
        auto& t = out.traits.emplace_back();
        t.name = p[0];
        t.worth = OSETRA_TRY(number(p[1], text));
        t.females_only = !find_trait(t.name)->by_sex && t.name != "survival" && t.name != "female";
    }
    std::map<std::pair<string, string>, double> means;
    auto const of_pack = [&](string const& code) -> Result<Done> {
        if (!pack.find_species(code)) return refuse("species_not_found", fmt::format("The pack has no species \"{}\".", code.substr(0, 40)), "crosses");
        return Done{};
    };
    for (auto const& text : wish.means) {
        auto const p = OSETRA_TRY(told(text, 3, "trait:species:mean"));
        OSETRA_TRY(of_pack(p[1]));
        means[{p[0], p[1]}] = OSETRA_TRY(number(p[2], text));
    }
    auto const there = kept(herd);
    for (auto const& [code, k] : there) {
        auto const known = std::all_of(out.traits.begin(), out.traits.end(), [&](CrossTrait const& t) { return t.worth == 0 || means.contains({t.name, code}); });
        (known ? out.species : out.left_out).push_back(code);
    }
    if (out.species.empty()) return refuse("cross_means_missing", "No species of the broodstock has a mean of every trait that is worth something. Tell them.", "means");
    auto const n = out.species.size();
    auto const place = [&](string const& code) { return static_cast<size_t>(std::find(out.species.begin(), out.species.end(), code) - out.species.begin()); };
    for (auto& t : out.traits) {
        for (auto const& code : out.species) t.mean.push_back(means.contains({t.name, code}) ? means.at({t.name, code}) : 0);
        t.heterosis.assign(n * n, 0);
    }
    for (auto const& text : wish.heterosis) {
        auto const p = OSETRA_TRY(told(text, 4, "trait:species:other:amount"));
        auto const amount = OSETRA_TRY(number(p[3], text));
        for (auto const& code : {p[1], p[2]}) OSETRA_TRY(of_pack(code));
        auto const a = place(p[1]), b = place(p[2]);
        auto const t = std::find_if(out.traits.begin(), out.traits.end(), [&](CrossTrait const& x) { return x.name == p[0]; });
        if (a < n && b < n && a != b && t != out.traits.end()) t->heterosis[a * n + b] = t->heterosis[b * n + a] = amount / met_in_first_cross(functional_sets(p[1]), functional_sets(p[2]));
    }
    std::vector<Line> lines;
    for (size_t s = 0; s < n; ++s) {
        auto const& code = out.species[s];
        auto const& k = there.at(code);
        Line line;
        line.name = code;
        line.fraction.assign(n, 0);
        line.fraction[s] = 1;
        line.sets = functional_sets(code);
        auto const* values = values_of(code);
        for (auto const& t : out.traits) line.better.push_back(values ? better_by(herd, *values, code, t.name, t.mean[s]) : 0);
        auto const add = [&](string const& name, bool dams, bool sires, int dam_w, int sire_w, bool is_there) {
            auto made = line;
            made.name = name;
            made.dams = dams;
            made.sires = sires;
            made.dam_w = dam_w;
            made.sire_w = sire_w;
            made.generation = is_there ? 0 : 1;
            lines.push_back(std::move(made));
        };
        if (k.dams || k.sires) add(code, k.dams > 0, k.sires > 0, 1, 0, true);
        if (k.ww || (wish.all_female && k.dams)) add(code + " WW", true, false, 2, 0, k.ww > 0);
        if (k.neo_males || (wish.all_female && k.dams)) add(code + " neo-male", false, true, 1, 1, k.neo_males > 0);
    }
    if (lines.empty() || lines.size() > most_lines) return refuse("crosses_none", "No species of the broodstock has females or males alive.", "crosses");
    CrossWish asked;
    asked.least_females = std::clamp(wish.least_females, 0.0, 1.0);
    asked.fish = static_cast<double>(std::clamp<std::int64_t>(wish.fish, 1, 1'000'000'000));
    asked.generations = static_cast<int>(std::clamp<std::int64_t>(wish.generations, 1, 2));
    out.plan = OSETRA_TRY(plan_crosses(out.traits, std::move(lines), asked));
    return out;
}

std::optional<string> offspring_code(farm::Pack const& pack, CrossAnswer const& answer, Cross const& x) {
    auto const species_of = [&](Line const& line) -> string {
        for (size_t k = 0; k < answer.species.size(); ++k) if (line.fraction[k] == 1) return answer.species[k];
        return {};
    };
    auto const dam = species_of(answer.plan.lines[x.dam]), sire = species_of(answer.plan.lines[x.sire]);
    if (dam.empty() || sire.empty()) return std::nullopt;
    auto code = dam == sire ? dam : sire + "x" + dam;
    return pack.find_species(code) ? std::optional{std::move(code)} : std::nullopt;
}

Result<string> chosen_json(farm::Pack const& pack, CrossAnswer const& answer, string const& dam, string const& sire) {
    for (auto const& x : answer.plan.crosses) {
        if (answer.plan.lines[x.dam].name != dam || answer.plan.lines[x.sire].name != sire) continue;
        JsonOut out;
        out.begin_object();
        cross_fields(out, pack, answer, x);
        out.end_object();
        return out.take();
    }
    return refuse("cross_unknown", fmt::format("{} x {} is not among the crosses that are as wished.", dam.substr(0, 60), sire.substr(0, 60)), "cross_dam");
}

string crosses_json(farm::Pack const& pack, CrossAnswer const& answer, ValuesOf const& values_of, size_t most) {
    JsonOut out;
    out.begin_object();
    out.value("looked_at", static_cast<std::int64_t>(answer.plan.looked_at));
    out.value("as_wished", std::ssize(answer.plan.crosses));
    out.value("too_few_females", static_cast<std::int64_t>(answer.plan.too_few_females));
    out.value("left_out", answer.left_out);
    out.begin_array("crosses");
    for (size_t i = 0; i < std::min(most, answer.plan.crosses.size()); ++i) {
        auto const& x = answer.plan.crosses[i];
        out.begin_object();
        cross_fields(out, pack, answer, x);
        auto const code = offspring_code(pack, answer, x);
        out.value("evaluated", code && values_of(*code) != nullptr);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

string known_json(Herd const& herd, CrossKnown const& known) {
    JsonOut out;
    out.begin_object();
    out.objects("species", kept(herd), [&](auto const& one) {
        auto const& [code, k] = one;
        out.value("species", code);
        out.value("dams", k.dams);
        out.value("sires", k.sires);
        out.value("ww", k.ww);
        out.value("neo_males", k.neo_males);
        out.value("sets", std::int64_t{functional_sets(code)});
    });
    out.begin_array("means");
    for (auto const& m : known.means) out.record(nullptr, m);
    out.end_array();
    out.begin_array("heterosis");
    for (auto const& h : known.heterosis) out.record(nullptr, h);
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::breeding
