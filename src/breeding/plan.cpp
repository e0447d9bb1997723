#include "breeding/plan.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <numeric>

#include "breeding/engine/contributions.h"
#include "breeding/engine/mates.h"
#include "kernel/json.h"
#include "kernel/number.h"

namespace osetra::breeding {
namespace {

using std::size_t;
using std::string;

constexpr int ripe_seen_days = 400;              // a ripe stage seen in autumn holds until the season after
constexpr double male_age = 0.6;                 // of the females' age at first roe: males are ripe earlier [G]
constexpr size_t most_females = 1'000, most_males = 400;   // candidates that are looked at: the best by index
constexpr int curve_points = 8;

int year_of(FarmDay day) { return static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day.n}}}.year()); }

double genetic_sd(Values const& v, std::string_view trait) {
    auto const found = std::find_if(v.fits.begin(), v.fits.end(), [&](TraitFit const& f) { return f.trait == trait; });
    return found == v.fits.end() || !(found->genetic_variance > 0) ? 1 : std::sqrt(found->genetic_variance);
}

struct Ranked {
    Animal const* animal;
    std::int32_t place;                          // in the pedigree
    double index;
};

/// What a plan is made from: candidates of each sex, the best first, in one pedigree.
struct Field {
    Pedigree pedigree;
    std::vector<double> f;
    std::vector<Ranked> females, males;
};

Result<Field> field_of(Herd const& herd, Values const& values, farm::Pack const& pack, PlanWish const& wish, FarmOffset offset) {
    if (wish.dams < 1 || wish.dams > 500 || wish.sires_each < 1 || wish.sires_each > 8 || !(wish.most_of_sire > 0 && wish.most_of_sire <= 1) || !(wish.max_coancestry > 0 && wish.max_coancestry <= 1) ||
        !(wish.move_cost >= 0 && wish.move_cost <= 1))
        return refuse("wish_unlikely", "dams is 1 to 500, sires_each 1 to 8, the shares lie between 0 and 1.", "dams");
    Field out;
    auto checked = check_pedigree(herd.lines_for(wish.species));
    for (auto const& d : checked.defects)
        if (d.grave) return refuse("pedigree_defects", d.message, d.id);
    out.pedigree = std::move(checked.pedigree);
    out.f = inbreeding(out.pedigree);
    auto const [sires, dams] = parent_species(wish.species);
    for (size_t i = 0; i < out.pedigree.size(); ++i) {
        auto const& id = out.pedigree.id[i];
        auto const* a = herd.find(id);
        if (!a || std::find(wish.without.begin(), wish.without.end(), id) != wish.without.end()) continue;
        auto const female = a->sex == "female" && a->species == dams, male = a->sex == "male" && a->species == sires;
        auto const& wanted = female ? wish.dam_chromosomes : wish.sire_chromosomes;
        if (!wanted.empty() && a->chromosomes != wanted) continue;
        if ((!female && !male) || !not_ready(herd, values, *a, pack, wish.season, offset).empty()) continue;
        (female ? out.females : out.males).push_back({a, static_cast<std::int32_t>(i), index_of(values, wish.weights, id).value_or(0)});
    }
    auto const better = [](Ranked const& a, Ranked const& b) { return a.index != b.index ? a.index > b.index : a.animal->id < b.animal->id; };
    std::sort(out.females.begin(), out.females.end(), better);
    std::sort(out.males.begin(), out.males.end(), better);
    if (out.females.empty())
        return refuse("females_missing", "No female is ready for the season: none of them was seen ripe, or their next cycle begins later. Measure them with ultrasound, or choose a later season.", "season");
    if (out.males.empty()) return refuse("males_missing", "No male is ready for the season. Register the males of the broodstock.", "season");
    return out;
}

Candidates candidates_of(Field const& field, PlanWish const& wish) {
    Candidates c;
    auto const females = std::min(most_females, field.females.size()), males = std::min(most_males, field.males.size());
    // at least as many parents as the plan has matings for; fewer candidates give what they can
    auto const most_dam = std::max(0.5 / static_cast<double>(wish.dams), 0.5 / static_cast<double>(females));
    auto const most_sire = std::max(0.5 * wish.most_of_sire, 0.5 / static_cast<double>(males));
    auto const add = [&](Ranked const& r, double most, std::int32_t group) {
        c.animal.push_back(r.place);
        c.value.push_back(r.index);
        c.least.push_back(0);
        c.most.push_back(std::min(0.5, most * (1 + 1e-9)));
        c.group.push_back(group);
    };
    for (size_t i = 0; i < males; ++i) add(field.males[i], most_sire, 0);
    for (size_t i = 0; i < females; ++i) add(field.females[i], most_dam, 1);
    return c;
}

double mean_index(std::vector<Ranked> const& all) {
    double sum = 0;
    for (auto const& r : all) sum += r.index;
    return all.empty() ? 0 : sum / static_cast<double>(all.size());
}

/// So many matings given out by shares: each gets the whole part, the largest remainders one more.
std::vector<std::int32_t> matings_of(std::vector<double> const& share, int all, int most) {
    std::vector<std::int32_t> out(share.size());
    std::vector<std::pair<double, size_t>> rest;
    auto given = 0;
    for (size_t i = 0; i < share.size(); ++i) {
        auto const wanted = std::min<double>(most, share[i] * all);
        out[i] = static_cast<std::int32_t>(wanted + 1e-9);
        given += out[i];
        rest.emplace_back(wanted - out[i], i);
    }
    std::stable_sort(rest.begin(), rest.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
    while (given < all) {
        auto const before = given;
        for (auto const& [part, i] : rest)
            if (given < all && out[i] < most) { ++out[i]; ++given; }
        if (given == before) break;
    }
    return out;
}

/// A list of numbers as JSON, and back.
void numbers(JsonOut& out, char const* name, std::vector<double> const& all) {
    out.begin_array(name);
    for (auto const v : all) out.value(nullptr, v);
    out.end_array();
}

} // namespace

Result<Weights> parse_weights(std::string_view text) {
    Weights out;
    while (!text.empty()) {
        auto const comma = text.find(',');
        auto const part = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        auto const colon = part.find(':');
        auto const value = colon == std::string_view::npos ? std::nullopt : read_number<double>(part.substr(colon + 1));
        if (!value || !(*value >= -100 && *value <= 100)) return refuse("weights_malformed", "Weights are written trait:number, like weight:2,egg:1.", "weights");
        auto const trait = part.substr(0, colon);
        if (!find_trait(trait)) return refuse("trait_unknown", fmt::format("There is no trait \"{}\".", trait.substr(0, 40)), "weights");
        out[string{trait}] = *value;
    }
    return out;
}

std::optional<double> index_of(Values const& values, Weights const& weights, string const& animal) {
    if (!values.place.contains(animal)) return std::nullopt;
    double sum = 0;
    for (auto const& [code, weight] : weights)
        if (auto const v = values.find(animal, code)) sum += weight * find_trait(code)->better * v->ebv / genetic_sd(values, code);
    return sum;
}

string not_ready(Herd const& herd, Values const& values, Animal const& a, farm::Pack const& pack, FarmDay season, FarmOffset offset) {
    if (!a.alive) return "gone";
    if (!values.place.contains(a.id)) return "no_values";
    auto const* species = pack.find_species(a.species);
    auto const first = static_cast<double>(species ? species->first_roe_age_days.value_or(3285) : 3285) / 365.25;
    if (a.sex == "male") return a.born && year_of(season) - *a.born < male_age * first ? "too_young" : "";
    auto const cycle = next_cycle(herd, a.id, start_of(season, offset), offset);
    auto const stripped_since = cycle && (!a.stage_at || cycle->stripped_at > *a.stage_at);
    if (a.tagged && !stripped_since) {
        auto const* stage = pack.find_maturity(a.stage);
        auto const seen = a.stage_at && season - farm_day(*a.stage_at, offset) <= ripe_seen_days;
        return stage && seen && (stage->ripe || stage->code == "V") ? "" : "not_ripe";
    }
    if (cycle) return cycle->due > season ? "resting" : a.tagged ? "not_ripe" : "";
    return a.born && year_of(season) - *a.born < first ? "too_young" : "";
}

Result<Plan> propose(Herd const& herd, Values const& values, farm::Pack const& pack, PlanWish const& wish, FarmOffset offset) {
    auto const field = OSETRA_TRY(field_of(herd, values, pack, wish, offset));
    auto const candidates = candidates_of(field, wish);
    auto const shares = OSETRA_TRY(optimum_contributions(field.pedigree, field.f, candidates, 2 * wish.max_coancestry));
    auto const males = std::min(most_males, field.males.size());

    // the females with the largest shares, and the males' shares as numbers of matings
    std::vector<size_t> order(candidates.animal.size() - males);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return shares.share[males + a] > shares.share[males + b]; });
    order.resize(std::min(order.size(), static_cast<size_t>(wish.dams)));
    std::sort(order.begin(), order.end());
    auto const dams = static_cast<int>(order.size());
    auto const matings = dams * wish.sires_each;
    std::vector<double> of_male(males);
    for (size_t i = 0; i < males; ++i) of_male[i] = 2 * shares.share[i];
    auto const most = std::min(dams, std::max({1, static_cast<int>(std::ceil(wish.most_of_sire * matings)), static_cast<int>(std::ceil(static_cast<double>(matings) / static_cast<double>(males)))}));
    auto left = matings_of(of_male, matings, most);

    MatingWish mates;
    std::vector<size_t> sire_of;                 // of the wish's sires, among the males
    for (size_t i = 0; i < males; ++i)
        if (left[i] > 0) { mates.sire.push_back(field.males[i].place); sire_of.push_back(i); }
    for (auto const d : order) mates.dam.push_back(field.females[d].place);
    auto const pair_at = [&](size_t s, size_t d) { return s * mates.dam.size() + d; };
    mates.cost.assign(mates.sire.size() * mates.dam.size(), 0);
    for (size_t s = 0; s < mates.sire.size(); ++s)
        for (size_t d = 0; d < mates.dam.size(); ++d)
            if (field.males[sire_of[s]].animal->site != field.females[order[d]].animal->site) mates.cost[pair_at(s, d)] = wish.move_cost;
    std::vector<Mating> pairs;
    Plan out;
    for (auto round = 0; round < wish.sires_each; ++round) {   // each of them the best there is for the sires that are left
        mates.dam_matings.assign(mates.dam.size(), 1);
        mates.sire_matings.clear();
        for (auto const i : sire_of) mates.sire_matings.push_back(left[i]);
        auto const plan = OSETRA_TRY(best_mates(field.pedigree, field.f, mates));
        if (round == 0) out.mean_f_at_random = plan.mean_f_at_random;
        for (auto const& p : plan.pairs) {
            pairs.push_back(p);
            --left[sire_of[p.sire]];
            mates.cost[pair_at(p.sire, p.dam)] = std::numeric_limits<double>::infinity();
        }
    }
    std::sort(pairs.begin(), pairs.end(), [](Mating const& a, Mating const& b) { return a.dam != b.dam ? a.dam < b.dam : a.sire < b.sire; });

    std::vector<double> mendelian(field.pedigree.size());
    for (size_t i = 0; i < mendelian.size(); ++i) mendelian[i] = mendelian_variance(field.pedigree, field.f, i);
    std::vector<std::vector<double>> kin;        // of each sire with each dam: F of their offspring
    for (auto const s : mates.sire) {
        std::vector<double> unit(field.pedigree.size(), 0);
        unit[static_cast<size_t>(s)] = 1;
        auto const related = relationship_times(field.pedigree, mendelian, std::move(unit));
        auto& row = kin.emplace_back();
        for (auto const d : mates.dam) row.push_back(related[static_cast<size_t>(d)] / 2);
    }
    std::map<size_t, std::int64_t> matings_of_sire;
    for (auto const& p : pairs) ++matings_of_sire[p.sire];

    out.species = wish.species;
    for (auto const& [trait, weight] : wish.weights) out.weights += fmt::format("{}{}:{:g}", out.weights.empty() ? "" : ",", trait, weight);
    out.season = wish.season;
    out.traits = values.traits;
    out.females = std::ssize(field.females);
    out.males = std::ssize(field.males);
    auto const base = (mean_index(field.females) + mean_index(field.males)) / 2;
    out.gain_at_no_cap = shares.gain_at_no_cap - base;
    out.coancestry = shares.relationship / 2;
    out.max_coancestry = wish.max_coancestry;
    out.offspring.assign(values.traits.size(), 0);
    out.candidates.assign(values.traits.size(), 0);
    for (size_t t = 0; t < values.traits.size(); ++t)
        for (auto const* group : {&field.females, &field.males}) {
            double sum = 0;
            for (auto const& r : *group) sum += values.of[t][values.place.at(r.animal->id)].ebv;
            out.candidates[t] += sum / static_cast<double>(group->size()) / 2;
        }
    for (auto const& p : pairs) {
        auto const& dam = field.females[order[p.dam]];
        auto const& sire = field.males[sire_of[p.sire]];
        PlannedPair pair;
        pair.dam = dam.animal->id;
        pair.sire = sire.animal->id;
        pair.dam_pool = dam.animal->pool;
        pair.dam_site = dam.animal->site;
        pair.dam_stage = dam.animal->stage;
        pair.sire_pool = sire.animal->pool;
        pair.sire_site = sire.animal->site;
        pair.f = p.f;
        pair.index = (dam.index + sire.index) / 2;
        for (size_t t = 0; t < values.traits.size(); ++t) {
            pair.ebv.push_back((values.of[t][values.place.at(pair.dam)].ebv + values.of[t][values.place.at(pair.sire)].ebv) / 2);
            out.offspring[t] += pair.ebv.back() / static_cast<double>(pairs.size());
        }
        pair.dam_place = static_cast<std::int64_t>(order[p.dam]) + 1;
        pair.sire_place = static_cast<std::int64_t>(sire_of[p.sire]) + 1;
        pair.sire_matings = matings_of_sire[p.sire];
        for (size_t s = 0; s < kin.size(); ++s) {
            pair.less_related += kin[s][p.dam] < p.f - 1e-12 ? 1 : 0;
            pair.f_mean += kin[s][p.dam] / static_cast<double>(kin.size());
        }
        pair.same_site = !pair.dam_site.empty() && pair.dam_site == pair.sire_site;
        out.mean_f += pair.f / static_cast<double>(pairs.size());
        out.gain += (pair.index - base) / static_cast<double>(pairs.size());
        out.pairs.push_back(std::move(pair));
    }
    for (size_t t = 0; t < values.traits.size(); ++t)
        if (auto const chance = chance_of(*values.fit_of(values.traits[t]), out.offspring[t])) out.chances[values.traits[t]] = *chance;
    return out;
}

Result<std::vector<TradePoint>> trade_off(Herd const& herd, Values const& values, farm::Pack const& pack, PlanWish const& wish, FarmOffset offset) {
    auto const field = OSETRA_TRY(field_of(herd, values, pack, wish, offset));
    auto const candidates = candidates_of(field, wish);
    auto const base = (mean_index(field.females) + mean_index(field.males)) / 2;
    std::vector<TradePoint> out;
    auto const add = [&](Contributions const& c) {
        out.push_back({c.relationship / 2, c.gain - base, std::count_if(c.share.begin(), c.share.end(), [](double x) { return x > 1e-7; })});
    };
    auto const highest = OSETRA_TRY(optimum_contributions(field.pedigree, field.f, candidates, 2));
    add(highest);
    auto const lowest = OSETRA_TRY(least_relationship(field.pedigree, field.f, candidates)).relationship * (1 + 1e-9);
    for (auto k = 1; k <= curve_points; ++k) {
        auto const part = static_cast<double>(k) / curve_points;
        auto const point = optimum_contributions(field.pedigree, field.f, candidates, highest.relationship + (lowest - highest.relationship) * part);
        if (point) add(*point);
    }
    return out;
}

string plan_json(Plan const& p) {
    JsonOut out;
    out.begin_object();
    out.value("species", p.species);
    out.value("weights", p.weights);
    out.value("season", p.season);
    out.value("traits", p.traits);
    if (!p.cross.empty()) out.raw("cross", p.cross);
    out.value("females", p.females);
    out.value("males", p.males);
    out.value("gain", p.gain);
    out.value("gain_at_no_cap", p.gain_at_no_cap);
    out.value("coancestry", p.coancestry);
    out.value("max_coancestry", p.max_coancestry);
    out.value("mean_f", p.mean_f);
    out.value("mean_f_at_random", p.mean_f_at_random);
    numbers(out, "offspring", p.offspring);
    numbers(out, "candidates", p.candidates);
    out.begin_object("chances");
    for (auto const& [trait, chance] : p.chances) out.value(trait.c_str(), chance);
    out.end_object();
    out.begin_array("pairs");
    for (auto const& pair : p.pairs) {
        out.begin_object();
        write_fields(out, pair);
        out.begin_object("ebv");
        for (size_t t = 0; t < p.traits.size(); ++t) out.value(p.traits[t].c_str(), pair.ebv[t]);
        out.end_object();
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

Result<Plan> read_plan(std::string_view json) {
    auto in = OSETRA_TRY(JsonIn::parse(json));
    Plan p;
    in.get("species", p.species);
    in.get("weights", p.weights);
    in.get_day("season", p.season);
    if (in.has("traits")) in.get_text_list("traits", p.traits);
    if (auto const cross = in.child("cross")) p.cross = cross->dump();
    in.get("females", p.females);
    in.get("males", p.males);
    in.get("gain", p.gain);
    in.get("gain_at_no_cap", p.gain_at_no_cap);
    in.get("coancestry", p.coancestry);
    in.get("max_coancestry", p.max_coancestry);
    in.get("mean_f", p.mean_f);
    in.get("mean_f_at_random", p.mean_f_at_random);
    for (auto& item : in.items("pairs")) {
        auto pair = read_fields<PlannedPair>(item);
        if (auto ebv = item.child("ebv"))
            for (auto const& t : p.traits) ebv->get(t.c_str(), pair.ebv.emplace_back());
        p.pairs.push_back(std::move(pair));
    }
    if (in.refusal() || p.pairs.empty()) return refuse("plan_file_broken", "The file of the plan cannot be read.", "plan_sha256");
    return p;
}

} // namespace osetra::breeding
