#include "app/demo_stud.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/core.h>
#include <utility>

#include "breeding/facts.h"
#include "kernel/json.h"

namespace osetra::app::demo {

using namespace breeding;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

struct Broodstock { char const* species; int females, males; };
constexpr Broodstock kept[] = {{"SCH", 42, 20}, {"DAU", 12, 14}, {"BAE", 22, 14}, {"GUE", 18, 12}};
constexpr std::size_t dams_a_class = 6, sires_a_class = 5, sires_a_dam = 2, own_dams_most = 3, own_sires_most = 2;
constexpr int rests_years = 3;
constexpr int incubated_days = 8;

int year_of(FarmDay day) { return static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{days{day.n}}}.year()); }
/// What breeders look for: all four, roe most.
double merit(Genes const& g) { return 0.5 * g[gene_growth] + 0.8 * g[gene_roe] + 0.5 * g[gene_egg] + 0.6 * g[gene_colour]; }
Genes middle(Genes const& a, Genes const& b) {
    Genes m{};
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = (a[i] + b[i]) / 2;
    return m;
}

} // namespace

double phenotype(Genes const& genes, Gene which, double chance) { return std::sqrt(heritability[which]) * genes[which] + std::sqrt(1 - heritability[which]) * chance; }

template <class T> void DemoStud::tell(T const& body, Instant happened, Instant recorded) { m_tell(T::kind, to_json(body), happened, recorded); }

Genes DemoStud::drawn(double part) {
    auto const a = m_random.normal(0, part), b = m_random.normal(0, part), c = m_random.normal(0, part), d = m_random.normal(0, part);
    return {a, -0.3 * a + 0.954 * b, 0.2 * a - 0.671 * b + 0.714 * c, d};
}

void DemoStud::open(int year, std::string const& site, Instant at) {
    m_site = site;
    for (auto const& stock : kept)
        for (int i = 0; i < stock.females + stock.males; ++i) {
            Parent p;
            p.female = i < stock.females;
            p.species = stock.species;
            p.born = year - static_cast<int>(m_random.whole(19, 27));
            p.name = fmt::format("{}-{}{:02}-{:02}", stock.species, p.female ? 'F' : 'M', p.born % 100, i + 1);
            p.genes = drawn(1);
            static constexpr char const* origins[] = {"wild", "bought", "own"};
            auto const* origin = origins[static_cast<std::size_t>(m_random.below(3))];
            tell(BroodfishRegistered{p.name, p.species, p.female ? "female" : "male", p.born, {}, {}, origin, SiteId{site}, {}, {}}, at, at + minutes{1});
            tell(DnaSampled{p.name, fmt::format("T{:02}-{:04}", year % 100, m_parents.size() + 1), "fin", "Molecular laboratory (invented)", {}}, at + minutes{2}, at + minutes{3});
            m_parents.push_back(std::move(p));
        }
    tell(VarietyRegistered{"OD-1", "示范1号 Demo No. 1 (invented)", "DAUxSCH", "released", "kaluga of the studbook, from the lower Amur", "Amur sturgeon, lines chosen for roe", "GS-02-001-0000 (invented)",
                           "more and larger eggs than the Amur sturgeon at the same age"}, at, at + minutes{4});
    tell(VarietyRegistered{"OD-LIGHT", "浅色施氏鲟 Light Amur (invented)", "SCH", "trial", "males from families with light eggs", "females with colour 4 and lighter", {}, "lighter eggs without loss of roe"}, at, at + minutes{5});
}

DemoStud::Bred DemoStud::spawn(farm::Species const& species, std::string const& cohort, FarmDay hatched, Instant recorded, std::vector<Own> own_females, std::vector<Own> own_males, bool chosen) {
    auto const cross = species.code.find('x');
    auto const father = species.code.substr(0, cross), mother = cross == std::string::npos ? species.code : species.code.substr(cross + 1);
    auto const year = year_of(hatched);
    struct Chosen { std::string name; Genes genes; bool own; };
    auto const rested = [](Parent const& p, int in) { return std::none_of(p.spawned.begin(), p.spawned.end(), [&](int other) { return std::abs(other - in) < rests_years; }); };
    auto const pick = [&](bool female, std::string const& of, std::vector<Own>& own, std::size_t wanted, std::size_t own_most) {
        std::vector<Chosen> out;
        auto const better = [&](auto const& genes) { return (chosen ? merit(genes) : 0) + m_random.normal(0, 0.9); };
        std::vector<std::pair<double, Own*>> ranked;
        for (auto& o : own) ranked.emplace_back(better(o.genes), &o);
        std::sort(ranked.begin(), ranked.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
        for (std::size_t i = 0; i < std::min(own_most, ranked.size()); ++i) out.push_back({ranked[i].second->tag, ranked[i].second->genes, true});
        std::vector<std::pair<double, Parent*>> brood;
        for (auto& p : m_parents)
            if (p.female == female && p.species == of && !p.gone && (!female || rested(p, year))) brood.emplace_back(better(p.genes), &p);
        std::sort(brood.begin(), brood.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
        for (std::size_t i = 0; i < brood.size() && out.size() < wanted; ++i) {
            brood[i].second->spawned.insert(year);
            out.push_back({brood[i].second->name, brood[i].second->genes, false});
        }
        return out;
    };
    auto const dams = pick(true, mother, own_females, dams_a_class, own_dams_most), sires = pick(false, father, own_males, sires_a_class, own_sires_most);
    Bred out;
    auto const join = [](std::string& list, std::string const& name) { list += (list.empty() ? "" : ",") + name; };
    for (auto const& s : sires) join(out.sires, s.name);
    auto const when = start_of(hatched, {}) - days{incubated_days} + hours{9};
    auto& families = m_families[cohort];
    for (std::size_t d = 0; d < dams.size() && !sires.empty(); ++d) {
        auto const& dam = dams[d];
        join(out.dams, dam.name);
        if (dam.own) out.own_dams.push_back(dam.name);
        Spawned spawning;
        spawning.spawning = fmt::format("S{:02}-{:03}", year % 100, ++m_spawnings[year]);
        spawning.dam = dam.name;
        std::vector<Chosen const*> used;
        for (std::size_t k = 0; k < std::min(sires_a_dam, sires.size()); ++k) used.push_back(&sires[(d * sires_a_dam + k) % sires.size()]);
        for (auto const* s : used) spawning.sires.push_back(s->name);
        auto const roe_g = m_random.between(1'500, 4'500) * (1 + 0.1 * dam.genes[gene_roe]);
        auto const eggs_per_g = std::llround(52 - 4 * dam.genes[gene_egg]);
        spawning.roe_mg = Milligrams{std::llround(roe_g) * 1'000};
        spawning.eggs = std::llround(roe_g) * eggs_per_g;
        spawning.method = "stripped";
        auto const stripped = when + minutes{static_cast<int>(25 * d)};
        tell(spawning, stripped, recorded + minutes{static_cast<int>(d)});
        if (chosen && !dam.own) recovered(dam.name, stripped);
        for (std::size_t k = 0; k < used.size(); ++k) {
            auto const name = fmt::format("F{:02}-{:03}", year % 100, ++m_family_names[year]);
            families.push_back({name, middle(dam.genes, used[k]->genes)});
            auto const share = *spawning.eggs / std::ssize(used);
            auto const fertilised = std::round(m_random.between(0.52, 0.91) * 1000) / 1000;
            tell(FamilyMade{name, spawning.spawning, used[k]->name, share, CohortId{cohort}, {}}, stripped + minutes{10}, recorded + minutes{static_cast<int>(d)});
            tell(FamilyHatched{name, hatched, std::llround(static_cast<double>(share) * fertilised * m_random.between(0.6, 0.9)), fertilised, std::round(m_random.between(0.01, 0.07) * 1000) / 1000},
                 start_of(hatched, {}) + hours{10}, recorded + minutes{static_cast<int>(d)});
        }
    }
    return out;
}

DemoStud::Child DemoStud::child(std::string const& cohort) {
    auto const found = m_families.find(cohort);
    if (found == m_families.end() || found->second.empty()) return {drawn(1), {}};
    auto const& family = found->second[static_cast<std::size_t>(m_random.below(std::ssize(found->second)))];
    auto genes = drawn(std::sqrt(0.5));
    for (std::size_t i = 0; i < genes.size(); ++i) genes[i] += family.middle[i];
    return {genes, family.name};
}

void DemoStud::tell_typed(Instant happened, Instant recorded) {
    for (auto& [family, fish] : m_typed) {
        ParentsFound body{family, std::move(fish), "dna", 0.99 + 0.001 * static_cast<double>(m_random.below(10)), "Molecular laboratory (invented)"};
        tell(body, happened, recorded);
    }
    m_typed.clear();
}

void DemoStud::eggs_seen(std::string const& animal, Genes const& genes, Instant happened) {
    EggsSampled body;
    body.animal = animal;
    body.egg_um = std::llround(3'050 + 210 * phenotype(genes, gene_egg, m_random.normal(0, 1)));
    body.colour = std::clamp<std::int64_t>(std::llround(3 + 1.1 * phenotype(genes, gene_colour, m_random.normal(0, 1))), 1, 6);
    body.firmness = std::clamp<std::int64_t>(std::llround(m_random.normal(3.4, 0.8)), 1, 5);
    tell(body, happened, happened + minutes{3});
}

void DemoStud::recovered(std::string const& animal, Instant stripped) {
    for (auto const after : {21, 90}) {
        auto const roll = m_random.part();
        auto const* condition = after == 21 ? roll < 0.6 ? "good" : roll < 0.9 ? "slow" : "poor" : roll < 0.85 ? "good" : "slow";
        auto const at = stripped + days{after};
        tell(RecoveryChecked{animal, condition, after > 21 || roll < 0.7, after > 21 || roll < 0.8, {}}, at, at + minutes{2});
    }
}

void DemoStud::year_ends(int year, Instant at) {
    for (auto& p : m_parents) {
        if (p.gone || !m_random.chance(0.025)) continue;
        p.gone = true;
        tell(BroodfishRegistered{p.name, p.species, p.female ? "female" : "male", p.born, {}, {}, {}, SiteId{m_site}, true, "died"}, at, at + minutes{5});
    }
    auto const trial = [&](char const* variety, char const* trait, double value, double control, double error) {
        tell(TrialMeasured{variety, m_site, year, trait, std::round(value * 100) / 100, std::round(control * 100) / 100, error, m_random.whole(40, 90), m_random.whole(40, 90)}, at, at + minutes{6});
    };
    trial("OD-1", "roe", m_random.normal(13.4, 0.3), m_random.normal(12.6, 0.3), 0.35);
    trial("OD-1", "egg", m_random.normal(3.32, 0.04), m_random.normal(3.05, 0.04), 0.05);
    trial("OD-LIGHT", "colour", m_random.normal(3.7, 0.1), m_random.normal(3.0, 0.1), 0.15);
}

} // namespace osetra::app::demo
