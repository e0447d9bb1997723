#include "breeding/herd.h"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>
#include <set>

namespace osetra::breeding {
namespace {

using std::string;

/// The one name in a list with commas; nothing where there are several.
string only_one(string const& names) { return names.find(',') == string::npos ? names : string{}; }

} // namespace

std::pair<string, string> parent_species(string const& species) {
    auto const cross = species.find('x');
    return cross == string::npos ? std::pair{species, species} : std::pair{species.substr(0, cross), species.substr(cross + 1)};
}

Animal& Herd::at(string const& id) {
    auto const [found, is_new] = m_place.emplace(id, m_animals.size());
    if (is_new) {
        m_animals.emplace_back();
        m_animals.back().id = id;
    }
    return m_animals[found->second];
}

Herd::Herd(HerdTold told) : m_told(std::move(told)) {
    std::unordered_map<string, CohortTold const*> cohorts;
    for (auto const& c : m_told.cohorts) cohorts.emplace(c.cohort, &c);
    for (std::size_t i = 0; i < m_told.spawnings.size(); ++i) m_spawning.emplace(m_told.spawnings[i].body.spawning, i);
    std::unordered_map<string, std::vector<std::size_t>> families_of;   // by cohort
    for (std::size_t i = 0; i < m_told.families.size(); ++i) {
        auto const& f = m_told.families[i].body;
        if (m_family.emplace(f.family, i).second && f.cohort) families_of[f.cohort->text].push_back(i);
    }
    auto const of_family = [&](Animal& a, FamilyMade const& f) {
        a.family = f.family;
        a.sire = f.sire;
        if (auto const* s = spawning(f.spawning)) {
            a.dam = s->dam;
            if (s->method == "gynogenesis") a.sire.clear();
        }
    };
    m_animals.reserve(m_told.fish.size() + m_told.broodfish.size());
    m_place.reserve(m_animals.capacity());
    for (auto const& f : m_told.fish) {
        auto& a = at(pit_tag_text(f.fish));
        a.tagged = true;
        a.alive = f.state == 0;
        a.cohort = f.cohort;
        a.pool = f.pool;
        if (auto const site = m_told.site_of_pool.find(f.pool); site != m_told.site_of_pool.end()) a.site = site->second;
        if (f.sex && *f.sex != "unknown") a.sex = *f.sex;
        a.stage = f.stage.value_or("");
        a.stage_at = f.stage_at;
        auto const cohort = cohorts.find(f.cohort);
        if (cohort == cohorts.end()) continue;
        a.species = cohort->second->species;
        a.born = cohort->second->born;
        auto const families = families_of.find(f.cohort);
        if (families != families_of.end()) {
            if (families->second.size() == 1) of_family(a, m_told.families[families->second[0]].body);
        } else {
            a.sire = only_one(cohort->second->sire);
            a.dam = only_one(cohort->second->dam);
        }
    }
    for (auto const& p : m_told.parents)
        if (auto const* f = family(p.body.family))
            for (auto const fish : p.body.fish) of_family(at(pit_tag_text(fish)), *f);
    for (auto const& [root, when, author, b] : m_told.broodfish) {
        auto& a = at(b.animal);
        a.species = b.species;
        if (b.sex && *b.sex != "unknown") a.sex = *b.sex;
        if (b.born_year) a.born = static_cast<int>(*b.born_year);
        if (b.sire) a.sire = *b.sire;
        if (b.dam) a.dam = *b.dam;
        if (b.origin) a.origin = *b.origin;
        if (b.chromosomes) a.chromosomes = *b.chromosomes;
        if (b.site && !a.tagged) a.site = b.site->text;
        if (b.gone.value_or(false)) a.alive = false;
    }
    // parents that are only named become animals too: nobody says that they live
    for (std::size_t i = 0; i < m_animals.size(); ++i) {
        auto const [sires, dams] = parent_species(m_animals[i].species);
        auto const sire = m_animals[i].sire, dam = m_animals[i].dam;
        auto const parent = [&](string const& name, char const* sex, string const& species) {
            if (name.empty()) return;
            auto const known = m_place.contains(name);
            auto& p = at(name);
            if (!known) { p.species = species; p.alive = false; }
            if (p.sex.empty()) p.sex = sex;
        };
        parent(sire, "male", sires);
        parent(dam, "female", dams);
    }
    std::vector<std::size_t> order(m_animals.size());   // an animal is large: each moves once
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return m_animals[a].id < m_animals[b].id; });
    std::vector<Animal> sorted;
    sorted.reserve(order.size());
    for (auto const i : order) sorted.push_back(std::move(m_animals[i]));
    m_animals = std::move(sorted);
    for (std::size_t i = 0; i < m_animals.size(); ++i) m_place.find(m_animals[i].id)->second = i;
    for (std::size_t i = 0; i < m_animals.size(); ++i) {
        if (!m_animals[i].sire.empty()) m_offspring[m_animals[i].sire].push_back(i);
        if (!m_animals[i].dam.empty()) m_offspring[m_animals[i].dam].push_back(i);
    }
}

Animal const* Herd::find(std::string_view id) const {
    auto const found = m_place.find(string{id});
    return found == m_place.end() ? nullptr : &m_animals[found->second];
}

Spawned const* Herd::spawning(string const& name) const {
    auto const found = m_spawning.find(name);
    return found == m_spawning.end() ? nullptr : &m_told.spawnings[found->second].body;
}

FamilyMade const* Herd::family(string const& name) const {
    auto const found = m_family.find(name);
    return found == m_family.end() ? nullptr : &m_told.families[found->second].body;
}

std::vector<string> Herd::offspring(string const& id) const {
    std::vector<string> out;
    if (auto const found = m_offspring.find(id); found != m_offspring.end())
        for (auto const i : found->second) out.push_back(m_animals[i].id);
    return out;
}

std::vector<PedigreeLine> Herd::lines_for(string const& species) const {
    auto const [sires, dams] = parent_species(species);
    std::vector<char> wanted(m_animals.size());
    std::vector<std::size_t> open;
    auto const want = [&](string const& name) {
        if (name.empty()) return;
        auto const i = m_place.at(name);
        if (!wanted[i]) { wanted[i] = 1; open.push_back(i); }
    };
    for (auto const& a : m_animals)
        if (a.species == species || a.species == sires || a.species == dams) want(a.id);
    while (!open.empty()) {
        auto const& a = m_animals[open.back()];
        open.pop_back();
        want(a.sire);
        want(a.dam);
    }
    std::vector<PedigreeLine> out;
    for (std::size_t i = 0; i < m_animals.size(); ++i) {
        if (!wanted[i]) continue;
        auto const& a = m_animals[i];
        out.push_back({a.id, a.sire, a.dam, a.sex, a.born ? std::optional<std::int64_t>{*a.born} : std::nullopt, std::ssize(out) + 2});
    }
    return out;
}

string pedigree_csv(std::vector<PedigreeLine> const& lines) {
    string out = "id,sire,dam,sex,born\n";
    for (auto const& l : lines) out += fmt::format("{},{},{},{},{}\n", l.id, l.sire, l.dam, l.sex, l.born ? std::to_string(*l.born) : "");
    return out;
}

int interval_months(string const& species) {
    if (species == "RUT") return 12;                                                    // sterlet
    if (species == "DAU" || species == "HUS") return 48;
    return species == "BAE" || species.find('x') != string::npos ? 24 : 36;
}

std::optional<NextCycle> next_cycle(Herd const& herd, string const& animal, Instant now, FarmOffset offset) {
    auto const* a = herd.find(animal);
    Of<Spawned> const* last = nullptr;
    for (auto const& s : herd.told().spawnings)
        if (s.body.dam == animal && s.at <= now) last = &s;
    if (!last || !a) return std::nullopt;
    NextCycle next{last->at, {}, {}, {}, false, last->body.spawning};
    for (auto const& r : herd.told().recoveries)
        if (r.body.animal == animal && r.at >= last->at && r.at <= now) { next.condition = r.body.condition; next.checked_at = r.at; }
    auto const months = interval_months(a->species) + (next.condition == "slow" ? 6 : next.condition == "poor" ? 12 : 0);
    next.due = farm_day(last->at, offset) + static_cast<int>(months * 30.436875);
    next.check_due = !next.checked_at && now - last->at > std::chrono::days{21} && now - last->at < std::chrono::days{365};
    return next;
}

} // namespace osetra::breeding
