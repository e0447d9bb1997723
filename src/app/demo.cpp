#include "app/demo.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "app/demo_plant.h"
#include "app/demo_grades.h"
#include "app/demo_quality.h"
#include "app/demo_stud.h"
#include "app/demo_world.h"
#include "farm/engine/growth.h"
#include "farm/engine/water.h"
#include "kernel/json.h"

namespace osetra::app {
namespace {

using namespace demo;
using namespace farm;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr FarmOffset china{};
constexpr int noon = 12 * 3600;               // seconds of the farm's day
constexpr double filled_to = 0.65, thin_above = 0.92;   // of the density that the pack allows
constexpr std::int64_t tag_age_days = 900;    // about 2.5 years: ultrasound tells the sexes apart
constexpr int no_mark = -1;
constexpr double roe_differs = 0.11;           // of the share of roe, between females
constexpr double size_differs = 0.065, speed_differs = 0.08;   // between fish of a group: of the cube root of the weight, and of how fast it grows
constexpr std::int32_t stripped_rests_days = 650;
constexpr double typed_most = 60'000;        // so many fish have their parents found by DNA
constexpr std::int32_t plant_days = 700;      // the plant's last two winters are told: what its stores may still hold

enum class Sex : std::uint8_t { female, male, unknown };
char const* word_of(Sex sex) { return sex == Sex::female ? "female" : sex == Sex::male ? "male" : "unknown"; }

/// A tagged fish as it truly is.
struct Fish {
    std::int64_t tag = 0;
    std::int32_t pool = 0, slot = 0;
    std::int32_t busy_until = 0;              ///< day: an error about it is still in the book
    std::uint16_t cohort = 0;
    std::uint8_t stage = 0;                   ///< 0 not staged, 1..6
    Sex sex{}, told{};
    bool lost = false;                        ///< gone, and nobody has seen it
    float root = 0, speed = 1, grown_at = 0;  ///< cube root of its weight (g) when the place's growth sum was grown_at
    std::int32_t stripped = -1'000'000;       ///< day: her eggs were taken, and she lives
    std::array<float, 4> genes{};
};

/// Fish of one cohort in one pool.
struct Group {
    std::uint16_t cohort = 0;
    std::int32_t phase = 0;
    std::int32_t since = 0, next_weigh = 0, next_measure = 0;   ///< days
    std::int64_t truth = 0, book = 0;         ///< untagged fish in the water and in the book
    double root = 0, grown_at = 0;            ///< mean cube root of the weight
    std::vector<std::int32_t> fish;           ///< tagged, by index; lost ones are still in the book
};

struct Water {
    double celsius = 0, oxygen_mg_l = 0;
};

struct Pool {
    PoolPlan plan;
    std::vector<Group> groups;
    double celsius_off = 0, oxygen_part = 0;
    std::int32_t hold_until = -1;             ///< an error or a late entry about it is still to be recorded
    std::int32_t medicine_until = -1;         ///< withdrawal period
    std::int32_t sick_until = -1;
    std::int32_t next_count = 0;
    int clock = noon;                         ///< when the next thing of today can happen here, second of the day
};

struct Cohort {
    CohortId id;
    farm::Species const* species = nullptr;
    FarmDay hatched;
    std::int32_t hatchery = 0;
    double share = 0;
};

/// Something told, waiting for the moment of its recording.
struct Telling {
    Fact fact;
    Body body;
    std::string text = {};                    ///< the body of a fact of the plant
    std::int64_t serial = 0;
    int mark = no_mark;                       ///< remember its id under this number
    int corrects = no_mark, about = no_mark;
};
struct Later {
    bool operator()(Telling const& a, Telling const& b) const {
        return std::pair{a.fact.recorded_at, a.serial} > std::pair{b.fact.recorded_at, b.serial};
    }
};

struct SpeciesShare {
    char const* code;
    double part;
};
constexpr SpeciesShare stocked_species[] = {{"DAUxSCH", 0.52}, {"SCH", 0.20}, {"BAE", 0.12}, {"GUE", 0.10}, {"DAU", 0.06}};

/// Deaths that people find and write down, share of the fish a year, by days of age.
double seen_deaths_per_year(std::int64_t age) {
    if (age < 30) return 2.2;
    if (age < 120) return 0.35;
    if (age < 365) return 0.10;
    if (age < 730) return 0.035;
    if (age < 1095) return 0.025;
    return age < 2555 ? 0.016 : 0.012;
}

/// Which kinds of water suit an age, and from when the next begins.
struct Phase {
    std::int64_t until_age;
    std::initializer_list<Kind> kinds;
    bool at_hatchery;
};
Phase const phases[] = {{35, {Kind::tray}, true},
                        {150, {Kind::tank}, true},
                        {390, {Kind::tank, Kind::raceway}, true},
                        {1'000'000, {Kind::raceway, Kind::pool}, false},     // until tagged
                        {1'000'000, {Kind::cage, Kind::pool, Kind::raceway}, false}};
constexpr std::int32_t graded_days = 1'200;         // lots of the last three seasons are graded by the panel
constexpr std::int32_t phase_before_tag = 3, phase_tagged = 4;

class Simulation {
public:
    Simulation(DemoOptions const& options, Pack const& pack, DemoSink const& sink)
        : m_options(options), m_pack(pack), m_sink(sink), m_random(options.seed), m_ids(options.seed ^ 0x05e77aULL),
          m_plant(options.seed, [this](char const* kind, std::string body, Instant happened) { tell_of_plant(kind, std::move(body), happened); }),
          m_quality(options.seed, [this](char const* kind, std::string body, Instant happened, char const* who) { tell_of_plant(kind, std::move(body), happened); m_now.back().fact.author = who; }), m_stud(options.seed, [this](char const* kind, std::string body, Instant happened, Instant recorded) { tell_of_stud(kind, std::move(body), happened, recorded); }),
          m_grades(options.seed, [this](char const* kind, std::string body, Instant happened, std::string const& who) { tell_of_grades(kind, std::move(body), happened, who); }), m_sites(plan_sites(options.farms)), m_people(demo_people(options)) {
        m_plant.when_tinned = [this](std::string const& lot, Instant closed) { m_quality.lot(lot, closed); };
        for (auto const& plan : plan_pools(m_sites, options, m_random)) {
            Pool p;
            p.plan = plan;
            p.celsius_off = m_random.normal(0, 0.25);
            p.oxygen_part = m_random.between(0.80, 0.94);
            m_pools.push_back(std::move(p));
        }
        m_noise.resize(m_sites.size());
        m_celsius.resize(m_sites.size());
        m_oxygen_full.resize(m_sites.size());
        for (std::size_t s = 0; s < m_sites.size(); ++s) {
            m_managers.push_back(author(static_cast<std::int32_t>(s), "manager"));
            m_workers.push_back(workers_of(m_sites[s].code));
        }
        for (auto const& species : m_pack.species)
            m_rations.emplace_back(species.ration.weights_g, species.ration.celsius, species.ration.percent);
    }

    DemoTold run() {
        m_end = m_options.end_day.n;
        m_start = m_end - static_cast<std::int32_t>(std::llround(static_cast<double>(m_options.years) * 365.2425));
        m_cut = start_of(m_options.end_day, china) + minutes{10 * 60};
        m_today = m_start;
        m_plant_from = m_end - plant_days;
        open_company();
        flush();
        for (m_today = m_start + 1; m_today <= m_end; ++m_today) {
            one_day();
            flush();
        }
        return count_up();
    }

private:
    // ---- telling ----

    Instant at(int second_of_day) const { return start_of(FarmDay{m_today}, china) + seconds{second_of_day}; }
    static Instant at(std::int32_t day, int second_of_day) { return start_of(FarmDay{day}, china) + seconds{second_of_day}; }
    int new_mark() { m_marks.emplace_back(); return static_cast<int>(m_marks.size()) - 1; }

    /// The usual way: written down on the phone within a minute.
    Instant soon(Instant happened) { return happened + seconds{m_random.whole(4, 55)}; }

    template <class T> Telling& tell(T body, Instant happened, Instant recorded, std::string const& who) {
        auto& t = m_now.emplace_back();
        t.fact.kind = T::kind;
        t.fact.happened_at = happened;
        t.fact.recorded_at = recorded;
        t.fact.author = who;
        t.body = std::move(body);
        t.serial = ++m_serial;
        return t;
    }
    void tell_of_plant(char const* kind, std::string body, Instant happened) {
        auto& t = m_now.emplace_back();
        t.fact.kind = kind;
        t.fact.happened_at = happened;
        t.fact.recorded_at = happened + seconds{3 + m_serial % 17};
        t.fact.author = m_plant_author;
        t.text = std::move(body);
        t.serial = ++m_serial;
    }
    void tell_of_grades(char const* kind, std::string body, Instant happened, std::string const& who) {
        auto& t = m_now.emplace_back();
        t.fact.kind = kind;
        t.fact.happened_at = happened;
        t.fact.recorded_at = happened + seconds{7};
        t.fact.author = who;
        t.text = std::move(body);
        t.serial = ++m_serial;
    }
    void tell_of_stud(char const* kind, std::string body, Instant happened, Instant recorded) {
        auto& t = m_now.emplace_back();
        t.fact.kind = kind;
        t.fact.happened_at = happened;
        t.fact.recorded_at = recorded;
        t.fact.author = m_breeder;
        t.text = std::move(body);
        t.serial = ++m_serial;
    }
    template <class T> Telling& tell(T body, Instant happened, std::string const& who) { return tell(std::move(body), happened, soon(happened), who); }
    template <class T> Telling& correct(T body, Instant happened, Instant recorded, std::string const& who, int mark, std::string reason) {
        auto& t = tell(std::move(body), happened, recorded, who);
        t.fact.act = FactAct::correct;
        t.fact.reason = std::move(reason);
        t.corrects = mark;
        return t;
    }
    template <class T> Telling& withdraw(T body, Instant happened, Instant recorded, std::string const& who, int mark, std::string reason) {
        auto& t = correct(std::move(body), happened, recorded, who, mark, std::move(reason));
        t.fact.act = FactAct::withdraw;
        return t;
    }

    /// Hands over what has been recorded by the end of this day, and keeps the rest.
    void flush() {
        auto const until = m_today >= m_end ? m_cut : at(m_today + 1, 0);
        std::vector<Telling> due;
        for (auto& t : m_now) {
            if (t.fact.recorded_at < until) {
                due.push_back(std::move(t));
            } else {
                m_later.push_back(std::move(t));
                std::push_heap(m_later.begin(), m_later.end(), Later{});
            }
        }
        m_now.clear();
        while (!m_later.empty() && m_later.front().fact.recorded_at < until) {
            std::pop_heap(m_later.begin(), m_later.end(), Later{});
            due.push_back(std::move(m_later.back()));
            m_later.pop_back();
        }
        std::vector<std::size_t> order(due.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return Later{}(due[b], due[a]); });
        for (auto i : order) hand_over(due[i]);
    }

    void hand_over(Telling& t) {
        auto& fact = t.fact;
        fact.id = m_ids.next(fact.recorded_at.time_since_epoch() / std::chrono::milliseconds{1});
        if (t.mark != no_mark) m_marks[static_cast<std::size_t>(t.mark)] = fact.id;
        if (t.corrects != no_mark) fact.corrects = m_marks[static_cast<std::size_t>(t.corrects)];
        if (t.about != no_mark) std::get<Adjusted>(t.body).about = m_marks[static_cast<std::size_t>(t.about)];
        fact.body = t.text.empty() ? std::visit([](auto const& body) { return to_json(body); }, t.body) : std::move(t.text);
        ++m_told.facts;
        if (fact.act == FactAct::correct) ++m_told.corrections;
        if (fact.act == FactAct::withdraw) ++m_told.withdrawals;
        if (fact.recorded_at - fact.happened_at > std::chrono::hours{24}) ++m_told.late;
        m_told.last_recorded_at = fact.recorded_at;
        m_sink(std::move(fact), t.body);
    }

    // ---- people ----

    std::string author(std::int32_t site, std::string_view role) const {
        for (auto const& p : m_people)
            if (p.role == role && (p.site.empty() || p.site == m_sites[static_cast<std::size_t>(site)].code)) return p.person;
        return m_people.front().person;
    }
    std::vector<std::string> workers_of(std::string const& site) const {
        std::vector<std::string> all;
        for (auto const& p : m_people)
            if (p.role == "worker" && p.site == site) all.push_back(p.person);
        return all;
    }
    std::string const& worker(Pool const& p) {
        auto const& all = m_workers[static_cast<std::size_t>(p.plan.site)];
        return all[static_cast<std::size_t>(m_random.below(static_cast<std::int64_t>(all.size())))];
    }
    std::string const& manager(Pool const& p) const { return m_managers[static_cast<std::size_t>(p.plan.site)]; }

    // ---- growth ----

    std::int64_t age(Cohort const& c) const { return m_today - c.hatched.n; }
    std::int64_t age(Group const& g) const { return age(m_cohorts[g.cohort]); }
    double& grown(std::int32_t site, std::uint16_t cohort) { return m_grown[static_cast<std::size_t>(site)][cohort]; }
    double root_now(Group const& g, std::int32_t site) { return g.root + grown(site, g.cohort) - g.grown_at; }
    double root_now(Fish const& f) {
        return static_cast<double>(f.root) + static_cast<double>(f.speed) * (grown(pool(f).plan.site, f.cohort) - static_cast<double>(f.grown_at));
    }
    static double cube(double x) { return x * x * x; }
    /// Mean weight, g: fish differ by about 7 % in the cube root, which lifts the mean of the cubes.
    double mean_g(Group const& g, std::int32_t site) { return cube(root_now(g, site)) * 1.015; }
    double biomass_kg(Pool const& p) {
        double kg = 0;
        for (auto const& g : p.groups) kg += mean_g(g, p.plan.site) * static_cast<double>(g.truth + static_cast<std::int64_t>(g.fish.size())) / 1000;
        return kg;
    }
    double density(Pool const& p) { return biomass_kg(p) / p.plan.volume_m3; }

    double daily_growth(SitePlan const& site, Cohort const& c, std::int64_t age_days, double celsius) const {
        auto const& stage = stage_of(*c.species, age_days);
        engine::ThermalResponse const r{static_cast<double>(stage.temp_min_mc) / 1000, static_cast<double>(stage.temp_max_mc) / 1000,
                                        static_cast<double>(stage.temp_bad_mc) / 1000};
        return static_cast<double>(stage.tgc_micro) * 1e-6 * engine::effective_celsius(r, celsius) * site.growth;
    }

    void weather() {
        for (std::size_t s = 0; s < m_sites.size(); ++s) {
            m_noise[s] = 0.9 * m_noise[s] + m_random.normal(0, m_sites[s].swing_c > 2 ? 0.45 : 0.12);
            m_celsius[s] = usual_celsius(m_sites[s], FarmDay{m_today}) + m_noise[s];
            m_oxygen_full[s] = engine::oxygen_saturation_mg_l(m_celsius[s], 0, engine::pressure_atm_at(m_sites[s].altitude_m));
            for (std::size_t c = 0; c < m_cohorts.size(); ++c)
                if (m_cohorts[c].hatched.n < m_today) m_grown[s][c] += daily_growth(m_sites[s], m_cohorts[c], age(m_cohorts[c]), m_celsius[s]);
        }
    }

    // ---- the company begins ----

    Pool& pool(Fish const& f) { return m_pools[static_cast<std::size_t>(f.pool)]; }
    static Milligrams mg(double g) { return {std::max<std::int64_t>(5, std::llround(g * 1000))}; }
    /// Scales show three significant figures of a big fish, a hundredth of a gram of a small one.
    static Milligrams weighed(double g) {
        auto const step = g > 1000 ? 10.0 : g > 10 ? 0.1 : 0.01;
        return mg(std::max(step, std::round(g / step) * step));
    }

    std::uint16_t add_cohort(farm::Species const& species, FarmDay hatched, std::int32_t hatchery, double share, int second) {
        Cohort c;
        auto const year = static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{hatched.n}}}.year());
        c.id = {fmt::format("{}-{}-{}", year, species.code, m_sites[static_cast<std::size_t>(hatchery)].code)};
        c.species = &species;
        c.hatched = hatched;
        c.hatchery = hatchery;
        c.share = share;
        m_cohorts.push_back(c);
        for (std::size_t s = 0; s < m_sites.size(); ++s) {
            double sum = 0;
            for (auto d = hatched.n + 1; d <= m_today; ++d)
                sum += daily_growth(m_sites[s], c, d - hatched.n, usual_celsius(m_sites[s], FarmDay{d}));
            m_grown[s].push_back(sum);
        }
        auto const bred = spawn(species, c.id.text, hatched, second);
        tell(CohortRegistered{c.id, species.code, year, hatched, std::nullopt, m_sites[static_cast<std::size_t>(hatchery)].name, some_text(bred.sires), some_text(bred.dams)}, at(second),
             author(hatchery, "breeder"));
        return static_cast<std::uint16_t>(m_cohorts.size() - 1);
    }
    static std::optional<std::string> some_text(std::string const& text) { return text.empty() ? std::nullopt : std::optional{text}; }

    static Genes genes_of(Fish const& f) { return {static_cast<double>(f.genes[0]), static_cast<double>(f.genes[1]), static_cast<double>(f.genes[2]), static_cast<double>(f.genes[3])}; }
    /// Parents are of the studbook, and some of the company's own ripe fish. Those females are stripped and live on.
    DemoStud::Bred spawn(farm::Species const& species, std::string const& cohort, FarmDay hatched, int second) {
        auto const cross = species.code.find('x');
        auto const father = species.code.substr(0, cross), mother = cross == std::string::npos ? species.code : species.code.substr(cross + 1);
        std::vector<DemoStud::Own> females, males;
        std::map<std::string, Fish*> by_tag;
        for (auto const& p : m_pools)
            for (auto const& g : p.groups) {
                auto const& c = m_cohorts[g.cohort];
                for (auto const index : g.fish) {
                    auto& f = m_fish[static_cast<std::size_t>(index)];
                    if (f.lost || f.busy_until >= m_today) continue;
                    auto const ripe_female = f.sex == Sex::female && f.stage == 4 && c.species->code == mother, ripe_male = f.sex == Sex::male && age(c) > 2'000 && c.species->code == father;
                    if (!ripe_female && !ripe_male) continue;
                    auto const tag = pit_tag_text(FishId{f.tag});
                    (ripe_female ? females : males).push_back({tag, genes_of(f)});
                    by_tag[tag] = &f;
                }
            }
        auto const bred = m_stud.spawn(species, cohort, hatched, at(second + 300), std::move(females), std::move(males), hatched.n > m_start);
        for (auto const& tag : bred.own_dams) {
            auto& f = *by_tag.at(tag);
            f.stripped = m_today;
            f.stage = 2;
            f.busy_until = m_today + 100;        // she is watched, and leaves for nowhere
            auto const stripped = at(hatched.n - 8, noon);
            m_stud.eggs_seen(tag, genes_of(f), stripped + minutes{30});
            m_stud.recovered(tag, stripped);
        }
        return bred;
    }

    /// 1 May of the year, some days sooner or later.
    FarmDay spring_of(int year, std::int64_t off) {
        auto const may = std::chrono::sys_days{std::chrono::year{year} / std::chrono::May / 1};
        return {static_cast<std::int32_t>(may.time_since_epoch().count() + off)};
    }
    int year_now() const { return static_cast<int>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{m_today}}}.year()); }
    std::int32_t some_hatchery() {
        std::vector<std::int32_t> all;
        for (std::size_t s = 0; s < m_sites.size(); ++s)
            if (m_sites[s].role == Role::hatchery || m_sites[s].role == Role::mixed) all.push_back(static_cast<std::int32_t>(s));
        return all[static_cast<std::size_t>(m_random.below(static_cast<std::int64_t>(all.size())))];
    }

    void open_company() {
        auto const owner = m_people.front().person;
        m_grown.resize(m_sites.size());
        for (auto const& s : m_sites)
            tell(SiteRegistered{{s.code}, s.name, s.province, s.water_source, s.licence, s.latitude, s.longitude}, at(8 * 3600), owner);
        for (auto const& p : m_pools) {
            auto const round6 = [](double v) { return std::round(v * 1e6) / 1e6; };
            auto const& plan = p.plan;
            tell(PoolRegistered{{plan.code}, {m_sites[static_cast<std::size_t>(plan.site)].code}, demo::word_of(plan.kind), plan.name,
                                Millilitres{std::llround(plan.volume_m3 * 1e6)}, std::llround(plan.area_m2 * 1e4),
                                plan.kind == Kind::cage ? std::optional<std::int64_t>{} : std::llround(plan.volume_m3 * 1e6 / 3600),
                                plan.walk_order, plan.outline, round6(plan.latitude), round6(plan.longitude), std::nullopt},
                 at(8 * 3600 + 1800), owner);
        }
        m_stud.open(year_now(), m_sites[static_cast<std::size_t>(some_hatchery())].code, at(8 * 3600 + 2400));
        // Tagged fish with which the company begins: several year classes, so that some are ripe within the years shown.
        auto const years = static_cast<double>(m_options.years);
        auto const opening = static_cast<double>(m_options.fish) * std::clamp(1.0 - 0.075 * years, 0.25, 1.0);
        auto const rest = std::max(0.0, static_cast<double>(m_options.fish) - opening * std::exp(-0.22 * years));   // roe and old age take the first ones
        double weights = 0;
        for (int i = 0; i < std::max(1, static_cast<int>(m_options.years)); ++i) weights += std::pow(growing, i);
        m_first_class = (1.02 + 0.05 * years) * rest / weights;   // what deaths, roe and sales take of the classes until the end

        for (auto const& [code, part] : stocked_species) {
            auto const* species = m_pack.find_species(code);
            if (!species) continue;
            for (int old = 9; old >= 0; --old) {
                auto const hatched = spring_of(year_now() - old, m_random.whole(-20, 20));
                if (hatched.n > m_start - 60) continue;
                auto const cohort = add_cohort(*species, hatched, some_hatchery(), part, 9 * 3600);
                if (m_start - hatched.n >= tag_age_days) open_tagged(cohort, opening * part / 7);
                else open_untagged(cohort, m_first_class * part * std::pow(growing, -static_cast<double>(tag_age_days - m_start + hatched.n) / 365) * 2.2);
            }
        }
        for (auto& p : m_pools) p.next_count = m_start + static_cast<std::int32_t>(m_random.whole(20, 170));
    }

    void open_tagged(std::uint16_t cohort, double n) {
        auto left = static_cast<std::int64_t>(std::llround(n));
        while (left > 0) {
            auto const root = 0.31 + grown(0, cohort);
            auto const wanted = need(phase_tagged, cohort, root);
            auto& p = m_pools[static_cast<std::size_t>(find_pool(wanted, -1))];
            auto const some = std::min(left, room_for(p, wanted));
            auto& g = group_in(p, cohort, phase_tagged, root);
            for (std::int64_t i = 0; i < some; ++i) tag_fish(p, g, Sex::female, Sex::female, true);
            m_stud.tell_typed(at(tick(p, 60)), at(std::min(p.clock, 23 * 3600)) + minutes{40});
            left -= some;
        }
    }
    void open_untagged(std::uint16_t cohort, double n) {
        auto left = static_cast<std::int64_t>(std::llround(n));
        auto const days = age(m_cohorts[cohort]);
        std::int32_t phase = 0;
        while (phase < phase_before_tag && days >= phases[phase].until_age) ++phase;
        stock_in(cohort, phase, left, 0.31 + grown(m_cohorts[cohort].hatchery, cohort), "opening balance");
    }

    /// Brings untagged fish into pools of a phase.
    void stock_in(std::uint16_t cohort, std::int32_t phase, std::int64_t left, double root, char const* source) {
        while (left > 0) {
            auto const wanted = need(phase, cohort, root);
            auto& p = m_pools[static_cast<std::size_t>(find_pool(wanted, -1))];
            // Trays are filled by number: what will be in them in a month, not the larvae's weight, is what counts.
            auto const room = phase == 0 ? static_cast<std::int64_t>(p.plan.volume_m3 * 9000) : room_for(p, wanted);
            auto const told = std::min(left, std::max<std::int64_t>(room, 10));
            auto& g = group_in(p, cohort, phase, root);
            join(g, p.plan.site, root, told);
            g.book += told;
            g.truth += phase == 0 ? std::llround(static_cast<double>(told) * m_random.between(0.955, 1.0)) : told;
            auto const mean = cube(root) * 1.015;
            tell(Stocked{{p.plan.code}, m_cohorts[cohort].id, Heads{told}, mg(mean), mg(mean * 0.21), phase == 0 ? "by_weight" : "counted", source},
                 at(tick(p, 600)), manager(p));
            left -= told;
        }
    }

    // ---- pools and groups ----

    /// Time of the next thing here today; the one after comes `after` seconds later.
    int tick(Pool& p, int after) {
        auto const now = std::min(p.clock, 23 * 3600);
        p.clock += after;
        return now;
    }
    int tick(Pool& a, Pool& b, int after) {
        a.clock = b.clock = std::max(a.clock, b.clock);
        b.clock += after;
        return tick(a, after);
    }
    bool quiet(Pool const& p) const { return p.hold_until < m_today && p.medicine_until < m_today; }

    Group& group_in(Pool& p, std::uint16_t cohort, std::int32_t phase, double root) {
        for (auto& g : p.groups)
            if (g.cohort == cohort) {
                g.phase = std::max(g.phase, phase);
                return g;
            }
        Group g;
        g.cohort = cohort;
        g.phase = phase;
        g.since = m_today;
        g.next_weigh = m_today + static_cast<std::int32_t>(m_random.whole(10, 40));
        g.next_measure = m_today + static_cast<std::int32_t>(m_random.whole(150, 400));
        g.root = root;
        g.grown_at = grown(p.plan.site, cohort);
        return p.groups.emplace_back(std::move(g));
    }
    /// Mean size of a group after so many of another size have joined it; before their heads are added.
    void join(Group& g, std::int32_t site, double root, std::int64_t heads) {
        auto const there = static_cast<double>(g.truth + static_cast<std::int64_t>(g.fish.size()));
        auto const here = root_now(g, site);
        g.root = there + static_cast<double>(heads) > 0 ? (here * there + root * static_cast<double>(heads)) / (there + static_cast<double>(heads)) : root;
        g.grown_at = grown(site, g.cohort);
    }
    void drop_empty(Pool& p) {
        std::erase_if(p.groups, [](Group const& g) { return g.book == 0 && g.truth == 0 && g.fish.empty(); });
    }
    Group* find(Pool& p, std::uint16_t cohort) {
        for (auto& g : p.groups)
            if (g.cohort == cohort) return &g;
        return nullptr;
    }
    /// What fish of a cohort will need in a phase: their weight at its end, and how densely the pack lets them stand then.
    struct Need {
        std::int32_t phase = 0;
        std::uint16_t cohort = 0;
        double kg_then = 0, kg_m3 = 0;
    };
    Need need(std::int32_t phase, std::uint16_t cohort, double root) const {
        auto const& c = m_cohorts[cohort];
        auto const end = phase < phase_before_tag ? phases[phase].until_age : phase == phase_before_tag ? std::max(tag_age_days, age(c)) : age(c) + 270;
        for (auto d = age(c); d < end; ++d) root += static_cast<double>(stage_of(*c.species, d).tgc_micro) * 1e-6 * 14.5;
        return {phase, cohort, cube(root) * 1.015 / 1000, stage_of(*c.species, std::max(end - 1, age(c))).density_max_kg_m3};
    }
    std::int64_t room_for(Pool& p, Need const& n) {
        auto const free = p.plan.volume_m3 * n.kg_m3 * filled_to - biomass_kg(p);
        return std::max<std::int64_t>(20, static_cast<std::int64_t>(free / n.kg_then));
    }

    /// The pool of a phase that suits fish of a cohort best: the same fish with room, an empty one, then the least crowded.
    std::int32_t find_pool(Need const& n, std::int32_t from) {
        auto const [phase, cohort, kg_then, kg_m3] = n;
        auto const& c = m_cohorts[cohort];
        std::int32_t best = -1, any = -1;
        double least = 1e9, least_any = 1e9;
        for (std::size_t i = 0; i < m_pools.size(); ++i) {
            auto& p = m_pools[i];
            if (static_cast<std::int32_t>(i) == from) continue;
            auto const crowded = density(p);
            auto const usable = p.hold_until < m_today && p.medicine_until < m_today;
            auto const right_kind = std::find(phases[phase].kinds.begin(), phases[phase].kinds.end(), p.plan.kind) != phases[phase].kinds.end();
            auto score = crowded + (usable ? 0 : 500.0);
            if (score < least_any) least_any = score, any = static_cast<std::int32_t>(i);
            if (!right_kind || !usable) continue;
            auto const hatchery = m_sites[static_cast<std::size_t>(p.plan.site)].role;
            if (phases[phase].at_hatchery && p.plan.site != c.hatchery) score += 60;
            if (!phases[phase].at_hatchery && hatchery == Role::hatchery) score += 12;
            auto const same = find(p, cohort) != nullptr;
            if (!same && !p.groups.empty()) score += 10.0 + 25.0 * static_cast<double>(p.groups.size() > 2);
            if (same && crowded + 20 * kg_then / p.plan.volume_m3 < kg_m3 * filled_to * 0.8) score -= 8;
            if (from >= 0 && p.plan.site != m_pools[static_cast<std::size_t>(from)].plan.site && phase == phase_tagged) score += 5;
            if (score < least) least = score, best = static_cast<std::int32_t>(i);
        }
        return best >= 0 ? best : any;
    }

    // ---- tagged fish ----

    std::int64_t next_tag() {
        m_tag += m_random.chance(0.02) ? m_random.whole(2, 40) : 1;   // a few tags of each box are bad
        return m_tag;
    }

    void tag_fish(Pool& p, Group& g, Sex sex, Sex told, bool bought) {
        Fish f;
        f.tag = next_tag();
        f.pool = static_cast<std::int32_t>(&p - m_pools.data());
        f.slot = static_cast<std::int32_t>(g.fish.size());
        f.cohort = g.cohort;
        f.sex = sex;
        f.told = told;
        auto const child = m_stud.child(m_cohorts[g.cohort].id.text);
        for (std::size_t i = 0; i < f.genes.size(); ++i) f.genes[i] = static_cast<float>(child.genes[i]);
        f.root = static_cast<float>(root_now(g, p.plan.site) * (1 + size_differs * phenotype(child.genes, gene_growth, m_random.normal(0, 1))));
        f.speed = static_cast<float>(1 + speed_differs * phenotype(child.genes, gene_growth, m_random.normal(0, 1)));
        if (!child.family.empty() && static_cast<double>(m_fish.size() % 1'000) < 1'000 * typed_most / static_cast<double>(std::max<std::int64_t>(m_options.fish, 1))) m_stud.typed(child.family, FishId{f.tag});
        f.grown_at = static_cast<float>(grown(p.plan.site, g.cohort));
        g.fish.push_back(static_cast<std::int32_t>(m_fish.size()));
        auto const weight = cube(static_cast<double>(f.root)) * m_random.normal(1, 0.01);
        tell(Tagged{FishId{f.tag}, {p.plan.code}, m_cohorts[g.cohort].id, weighed(weight), length_of(weight), word_of(told),
                    bought ? std::optional{true} : std::nullopt},
             at(tick(p, 18)), m_breeder);
        m_fish.push_back(f);
    }
    /// Condition factor 0.55 to 0.65 g per 100 cm³ for sturgeon of total length.
    Millimetres length_of(double weight_g) { return {std::llround(10 * std::cbrt(100 * weight_g / m_random.normal(0.60, 0.03)))}; }

    /// Takes a fish out of its group.
    void take_out(std::int32_t index) {
        auto& f = m_fish[static_cast<std::size_t>(index)];
        auto* g = find(pool(f), f.cohort);
        assert(g && g->fish[static_cast<std::size_t>(f.slot)] == index);
        m_fish[static_cast<std::size_t>(g->fish.back())].slot = f.slot;
        g->fish[static_cast<std::size_t>(f.slot)] = g->fish.back();
        g->fish.pop_back();
    }

    // ---- a day ----

    void one_day() {
        weather();
        for (auto& p : m_pools) p.clock = noon;
        m_month_day = static_cast<unsigned>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{m_today}}}.day());
        m_month = static_cast<unsigned>(std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{m_today}}}.month());
        for (auto& p : m_pools) round_at(p);
        if (m_today == m_end) return;
        if (m_today == m_plant_from) {
            m_plant.open(at(8 * 3600));
            m_quality.open(at(9 * 3600), m_sites.front().code);
        }
        hatch();
        new_feed();
        for (std::size_t i = 0; i < m_pools.size(); ++i) events_at(static_cast<std::int32_t>(i));
        for (std::size_t s = 0; s < m_sites.size(); ++s) site_events(static_cast<std::int32_t>(s));
        if (m_today > m_plant_from) {
            m_quality.one_day(FarmDay{m_today}, at(7 * 3600));
            m_plant.one_day(FarmDay{m_today}, at(8 * 3600));
        }
    }

    /// Each quarter a farm begins a new lot of feed.
    std::string feed_lot(std::int32_t site) const {
        auto const date = std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{m_today}}};
        auto const quarter = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
        return fmt::format("FD-{:02}{:02}-{}", static_cast<int>(date.year()) % 100, quarter, m_sites[static_cast<std::size_t>(site)].code);
    }
    void new_feed() {
        if (m_month_day != 2 || m_month % 3 != 1) return;
        for (auto& p : m_pools)
            if (!p.groups.empty()) tell(Fed{{p.plan.code}, Milligrams{std::max<std::int64_t>(1, std::llround(biomass_kg(p) * 0.001 * 10)) * 100'000}, feed_lot(p.plan.site)}, at(tick(p, 60)), worker(p));
    }

    void round_at(Pool& p) {
        auto const site = static_cast<std::size_t>(p.plan.site);
        auto const others = static_cast<double>(m_options.pools) / static_cast<double>(m_options.farms);
        auto const start = 6 * 3600 + 1200 + static_cast<int>(15'600.0 * static_cast<double>(p.plan.walk_order - 1) / others);
        auto const happened = at(start + static_cast<int>(m_random.whole(0, 120)));
        auto const celsius = m_celsius[site] + p.celsius_off + m_random.normal(0, 0.12);
        auto const kg = biomass_kg(p);
        auto const crowding = kg / p.plan.volume_m3;
        auto oxygen = m_oxygen_full[site] * (p.oxygen_part - 0.004 * std::max(0.0, crowding - 20)) * m_random.normal(1, 0.03);
        auto shown_celsius = celsius;
        // On the last days one pool's aerator and another's heater fail, so that Today has something to say.
        if (m_today >= m_end - 1 && p.plan.walk_order == 3 && p.plan.site < 2) oxygen = m_oxygen_full[site] * (p.plan.site == 0 ? 0.53 : 0.37);
        if (m_today >= m_end - 2 && p.plan.walk_order == 2 && p.plan.site == 0) shown_celsius = 28.6;

        std::int64_t dead = 0, most = 0;
        std::uint16_t of = 0;
        double feed_kg = 0;
        for (auto& g : p.groups) {
            auto const days = age(g);
            auto const sick = p.sick_until >= m_today ? 14.0 : 1.0;
            if (g.since < m_today) {
                auto const seen = g.truth > 0 ? std::min(g.truth, m_random.events(static_cast<double>(g.truth) * seen_deaths_per_year(days) * sick / 365)) : 0;
                if (seen > most && g.book >= seen) most = dead = seen, of = g.cohort;
                lose_unseen(g, days);
            }
            if (!g.fish.empty()) tagged_deaths(p, g, days, sick, happened);
            feed_kg += ration_kg(p, g, celsius);
        }
        if (dead > 0) {
            auto* g = find(p, of);
            g->truth -= dead;
            g->book -= dead;
        }
        if (m_random.chance(0.006)) return;   // nobody came by

        RoundDone body{{p.plan.code}, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
                       MilliCelsius{std::llround(shown_celsius * 10) * 100}, std::llround(oxygen * 10) * 100, std::nullopt};
        if (!p.groups.empty()) {
            body.deaths = Heads{dead};
            if (dead > 0) body.cohort = m_cohorts[of].id, body.cause = cause_of(p, of);
            if (feed_kg > 0.05) body.feed_mg = Milligrams{feed_kg > 20 ? std::llround(feed_kg * 2) * 500'000 : std::llround(feed_kg * 100) * 10'000};
        }
        auto const& who = worker(p);
        if (dead >= 1 && quiet(p) && m_random.chance(0.012)) wrong_deaths(p, body, happened, who);
        else if (m_random.chance(0.015) && quiet(p)) tell(body, happened, late(p, happened), who);
        else tell(body, happened, who);
    }

    /// Recorded days or weeks after it happened; until then the pool rests from moves and harvests.
    Instant late(Pool& p, Instant happened) {
        auto const days = m_random.chance(0.75) ? m_random.whole(1, 3) : m_random.whole(4, 24);
        p.hold_until = std::max(p.hold_until, m_today + static_cast<std::int32_t>(days));
        auto const second = m_random.whole(-2 * 3600, 6 * 3600);
        return happened + seconds{86'400 * days + second};
    }

    void wrong_deaths(Pool& p, RoundDone const& right, Instant happened, std::string const& who) {
        auto wrong = right;
        auto const* g = find(p, find_cohort(*right.cohort));
        wrong.deaths = Heads{std::min(right.deaths->n * 10 + m_random.below(10), right.deaths->n + g->book / 3)};
        if (wrong.deaths == right.deaths) { tell(right, happened, who); return; }
        auto const mark = new_mark();
        tell(wrong, happened, who).mark = mark;
        correct(right, happened, late(p, happened), manager(p), mark, "a digit too many");
    }

    std::uint16_t find_cohort(CohortId const& id) const {
        for (std::size_t c = m_cohorts.size(); c-- > 0;)
            if (m_cohorts[c].id == id) return static_cast<std::uint16_t>(c);
        return 0;
    }

    double ration_kg(Pool const& p, Group const& g, double celsius) {
        auto const site = p.plan.site;
        auto const each = mean_g(g, site);
        auto const n = static_cast<double>(g.truth) + static_cast<double>(g.fish.size());
        auto const& rations = m_rations[static_cast<std::size_t>(m_cohorts[g.cohort].species - m_pack.species.data())];
        return n * each / 1000 * rations.percent(each, celsius) / 100 * m_random.normal(0.9, 0.05);
    }

    std::string cause_of(Pool const& p, std::uint16_t cohort) {
        auto const days = age(m_cohorts[cohort]);
        if (p.sick_until >= m_today) return "disease";
        if (days < 30) return m_random.chance(0.4) ? "deformity" : "unknown";
        if (days < 120) return m_random.chance(0.4) ? "cannibalism" : "unknown";
        static constexpr char const* words[] = {"unknown", "disease", "injury", "handling", "predator"};
        auto const roll = m_random.part();
        return words[roll < 0.45 ? 0 : roll < 0.65 ? 1 : roll < 0.8 ? 2 : roll < 0.93 ? 3 : 4];
    }

    /// Fish that go without a trace: the book does not learn of it.
    void lose_unseen(Group& g, std::int64_t days) {
        auto const per_day = stage_of(*m_cohorts[g.cohort].species, days).unobserved_loss_per_year / 365;
        if (g.truth > 0) g.truth -= std::min(g.truth, m_random.events(static_cast<double>(g.truth) * per_day));
        if (!g.fish.empty() && m_random.chance(std::min(1.0, static_cast<double>(g.fish.size()) * per_day))) {
            auto& f = m_fish[static_cast<std::size_t>(g.fish[static_cast<std::size_t>(m_random.below(static_cast<std::int64_t>(g.fish.size())))])];
            if (f.busy_until < m_today) f.lost = true;
        }
    }

    void tagged_deaths(Pool& p, Group& g, std::int64_t days, double sick, Instant happened) {
        auto n = m_random.events(static_cast<double>(g.fish.size()) * seen_deaths_per_year(days) * sick / 365);
        std::vector<FishId> dead;
        for (; n > 0 && !g.fish.empty(); --n) {
            auto const index = g.fish[static_cast<std::size_t>(m_random.below(static_cast<std::int64_t>(g.fish.size())))];
            auto& f = m_fish[static_cast<std::size_t>(index)];
            if (f.lost || f.busy_until >= m_today) continue;
            // Now and then the wrong tag is read: another fish is written off, and set right some days later.
            if (g.fish.size() > 4 && dead.empty() && n == 1 && quiet(p) && m_random.chance(0.03)) {
                wrong_tag(p, g, index, happened);
                return;
            }
            dead.push_back(FishId{f.tag});
            take_out(index);
        }
        if (dead.empty()) return;
        auto const recorded = quiet(p) && m_random.chance(0.03) ? late(p, happened) : soon(happened + seconds{60});
        tell(Died{std::nullopt, std::nullopt, std::nullopt, std::move(dead), cause_of(p, g.cohort), std::nullopt}, happened + seconds{60}, recorded, worker(p));
    }

    void wrong_tag(Pool& p, Group& g, std::int32_t index, Instant happened) {
        auto& f = m_fish[static_cast<std::size_t>(index)];
        auto const other = g.fish[(static_cast<std::size_t>(f.slot) + 1) % g.fish.size()];
        auto& alive = m_fish[static_cast<std::size_t>(other)];
        if (alive.lost || alive.busy_until >= m_today) return;
        auto const mark = new_mark();
        auto const cause = cause_of(p, g.cohort);
        Died const wrong{std::nullopt, std::nullopt, std::nullopt, {FishId{alive.tag}}, cause, std::nullopt};
        tell(wrong, happened + seconds{60}, worker(p)).mark = mark;
        auto const mended = late(p, happened);
        alive.busy_until = p.hold_until;
        auto right = wrong;
        right.fish = {FishId{f.tag}};
        correct(right, happened + seconds{60}, mended, manager(p), mark, "the tag was misread: the other fish is alive");
        take_out(index);
    }

    /// New year classes: each species spawns once between April and June.
    void hatch() {
        if (m_month == 11 && m_month_day == 20) m_stud.year_ends(year_now(), at(noon + 3 * 3600));
        if (m_month != 6 || m_month_day != 1) return;
        auto const years_on = static_cast<double>(m_today - m_start) / 365;
        for (auto const& [code, part] : stocked_species) {
            auto const* species = m_pack.find_species(code);
            if (!species) continue;
            auto const cohort = add_cohort(*species, FarmDay{m_today - static_cast<std::int32_t>(m_random.whole(3, 9))}, some_hatchery(), part, 9 * 3600);
            auto const tagged = m_first_class * part * std::pow(growing, years_on + 2.5);
            for (std::size_t s = 0; s < m_sites.size(); ++s) m_grown[s][cohort] = 0;
            stock_in(cohort, 0, std::llround(tagged * 2 / 0.62), 0.31, "own spawning");
        }
    }

    void events_at(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        if (p.groups.empty()) return;
        if (quiet(p)) {
            for (std::size_t k = 0; k < p.groups.size(); ++k)
                if (p.groups[k].since < m_today) sample(p, p.groups[k]);
            if (p.next_count <= m_today) count_pool(index);
            medicine(p);
        }
        if (quiet(p)) grow_up(index);
        if (quiet(p)) measuring_day(index);
        if (quiet(p) && m_month_day == 10 + static_cast<unsigned>(index % 15) && m_today < m_end - 25) thin(index);
        if (quiet(p)) roe(index);
        if (quiet(p)) rare(index);
        drop_empty(p);
    }

    // ---- weighing, counting ----

    void sample(Pool& p, Group& g) {
        if (g.next_weigh > m_today || g.truth < 20) return;
        g.next_weigh = m_today + static_cast<std::int32_t>(m_random.whole(14, 30));
        auto const n = std::min<std::int64_t>(g.truth, m_random.whole(25, 60));
        auto const mean = mean_g(g, p.plan.site) * m_random.normal(1, 0.21 / std::sqrt(static_cast<double>(n)));
        SampleWeighed body{{p.plan.code}, m_cohorts[g.cohort].id, Heads{n}, weighed(mean * static_cast<double>(n)), mg(mean * m_random.normal(0.21, 0.02))};
        auto const happened = at(tick(p, 900));
        if (m_random.chance(0.015)) {   // the balance showed jin, and kg were written
            auto wrong = body;
            wrong.total_mg = {body.total_mg.n * 2};
            auto const mark = new_mark();
            tell(wrong, happened, worker(p)).mark = mark;
            correct(body, happened, happened + seconds{86'400 * m_random.whole(1, 16) + 3600}, manager(p), mark, "jin, not kg");
        } else if (m_random.chance(0.06)) {
            tell(body, happened, happened + seconds{86'400 * m_random.whole(1, 20)}, manager(p));
        } else {
            tell(body, happened, worker(p));
        }
    }

    struct Heard { std::int64_t truth = 0, book = 0; };
    Heard heads_of(Pool const& p) const {
        Heard h;
        for (auto const& g : p.groups) {
            h.truth += g.truth;
            h.book += g.book + static_cast<std::int64_t>(g.fish.size());
            for (auto i : g.fish) h.truth += m_fish[static_cast<std::size_t>(i)].lost ? 0 : 1;
        }
        return h;
    }

    void count_pool(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        p.next_count = m_today + static_cast<std::int32_t>(m_random.whole(120, 240));
        auto const heads = heads_of(p);
        if (heads.book < 10) return;
        auto const camera = p.plan.kind == Kind::cage ? m_random.chance(0.7) : m_random.chance(0.25);
        auto const sd = static_cast<double>(heads.truth) * (camera ? 0.025 : 0.015);
        auto const blunder = m_random.chance(0.01);
        auto const counted = std::max<std::int64_t>(0, std::llround(m_random.normal(static_cast<double>(heads.truth) * (blunder ? 0.82 : 1.0), sd)));
        Counted body{{p.plan.code}, Heads{counted}, camera ? "camera" : "hand", std::nullopt, std::nullopt};
        if (camera) {
            auto const half = static_cast<std::int64_t>(std::ceil(1.96 * sd));
            body.low = Heads{std::max<std::int64_t>(0, counted - half)};
            body.high = Heads{counted + half};
        }
        auto const mark = new_mark();
        tell(body, at(tick(p, 3600)), manager(p)).mark = mark;
        auto const difference = counted - heads.book;
        if (std::abs(difference) <= 2 || static_cast<double>(std::abs(difference)) < 1.7 * sd) return;
        if (m_today > m_end - 60 && m_random.chance(0.5)) return;   // still open
        explain(p, mark, difference, blunder);
    }

    /// Somebody looks into a difference and mends the book by it: never below what is in the water, for what is there is found again.
    void explain(Pool& p, int count_mark, std::int64_t difference, bool blunder) {
        auto* g = &*std::max_element(p.groups.begin(), p.groups.end(), [](Group const& a, Group const& b) { return a.book < b.book; });
        auto const when = m_today + static_cast<std::int32_t>(m_random.whole(1, 9));
        Adjusted body{{p.plan.code}, m_cohorts[g->cohort].id, Heads{0}, "miscount", std::nullopt, std::nullopt};
        auto const gone = std::min(std::max<std::int64_t>(0, -difference), g->book - g->truth);
        if (!blunder && gone > 0) {
            body.heads = Heads{-gone};
            auto const roll = m_random.part();
            body.cause = roll < 0.6 ? "unseen_deaths" : roll < 0.85 ? "predation" : "unknown";
            g->book -= gone;
            p.hold_until = std::max(p.hold_until, when);   // the book falls then; until then nobody moves all of them
        }
        auto const happened = at(when, noon + 4 * 3600 + static_cast<int>(m_random.below(3600)));
        tell(body, happened, soon(happened), manager(p)).about = count_mark;
    }

    // ---- moves ----

    void grow_up(std::int32_t index) {
        for (std::size_t k = 0; k < m_pools[static_cast<std::size_t>(index)].groups.size(); ++k) {
            auto& p = m_pools[static_cast<std::size_t>(index)];
            auto& g = p.groups[k];
            if (g.since >= m_today || g.truth + g.book == 0) continue;
            auto const days = age(g);
            if (g.phase < phase_before_tag && days >= phases[g.phase].until_age + (index * 7) % 12) {
                move_untagged(index, g.cohort, g.phase + 1, g.truth, g.phase + 1 == phase_before_tag ? "transfer" : "split");
                return;
            }
            if (g.phase == phase_before_tag && days >= tag_age_days + (index * 13) % 70 && m_month != 7 && m_month != 8) {
                tag_all(index, g.cohort);
                return;
            }
        }
    }

    /// Moves so many of a group's untagged fish, split over as many pools as they need. What the book holds beyond them is
    /// found missing when the pool is empty.
    void move_untagged(std::int32_t index, std::uint16_t cohort, std::int32_t phase, std::int64_t heads, char const* reason) {
        auto const all = heads == find(m_pools[static_cast<std::size_t>(index)], cohort)->truth;
        while (heads > 0) {
            auto& from = m_pools[static_cast<std::size_t>(index)];
            auto const root = root_now(*find(from, cohort), from.plan.site);
            auto const wanted = need(phase, cohort, root);
            auto& to = m_pools[static_cast<std::size_t>(find_pool(wanted, index))];
            auto const n = std::min(heads, std::max<std::int64_t>(room_for(to, wanted), 40));
            auto& g = *find(from, cohort);
            g.truth -= n;
            g.book -= n;
            auto& into = group_in(to, cohort, phase, root);
            auto const known = into.book > 3 * n && to.hold_until < m_today;
            join(into, to.plan.site, root, n);
            into.truth += n;
            into.book += n;
            into.since = std::min(into.since, m_today);
            Moved body{PoolId{from.plan.code}, {to.plan.code}, m_cohorts[cohort].id, Heads{n}, {}, std::nullopt, reason};
            auto const happened = at(tick(from, to, 420));
            if (!all && known && quiet(to) && m_random.chance(0.15)) {
                auto const recorded = late(to, happened);
                from.hold_until = std::max(from.hold_until, to.hold_until);
                tell(body, happened, recorded, manager(from));
            } else {
                tell(body, happened, manager(from));
            }
            heads -= n;
        }
        if (all) close_book(m_pools[static_cast<std::size_t>(index)], cohort);
    }

    /// All that were there are gone from the pool: what the book still holds has been lost unseen.
    void close_book(Pool& p, std::uint16_t cohort) {
        auto* g = find(p, cohort);
        if (!g || g->truth > 0 || g->book == 0) return;
        auto const alone = p.groups.size() == 1 && g->fish.empty();
        auto mark = no_mark;
        if (alone) {
            mark = new_mark();
            tell(Counted{{p.plan.code}, Heads{0}, "hand", std::nullopt, std::nullopt}, at(tick(p, 600)), manager(p)).mark = mark;
        }
        tell(Adjusted{{p.plan.code}, m_cohorts[cohort].id, Heads{-g->book}, "unseen_deaths", std::nullopt, std::nullopt}, at(tick(p, 300)), manager(p)).about = mark;
        g->book = 0;
    }

    /// Ultrasound tells the sexes apart: females and a few males get tags, the other males are sold.
    void tag_all(std::int32_t index, std::uint16_t cohort) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        auto* g = find(p, cohort);
        g->phase = phase_tagged;
        std::int64_t females = 0;
        for (std::int64_t i = 0; i < g->truth; ++i) females += m_random.chance(0.5) ? 1 : 0;
        auto const males = g->truth - females;
        auto const kept = males / 40;
        for (std::int64_t i = 0; i < females + kept; ++i) {
            auto const sex = i < females ? Sex::female : Sex::male;
            auto const told = m_random.chance(0.015) ? Sex::unknown : sex;
            g->truth -= 1;
            g->book -= 1;
            tag_fish(p, *g, sex, told, false);
        }
        if (g->truth > 0) {
            auto const mean = mean_g(*g, p.plan.site);
            tell(Harvested{PoolId{p.plan.code}, m_cohorts[cohort].id, Heads{g->truth}, {}, weighed(mean * static_cast<double>(g->truth)), "sale"},
                 at(tick(p, 1800)), manager(p));
            g->book -= g->truth;
            g->truth = 0;
        }
        m_stud.tell_typed(at(tick(p, 60)), at(std::min(p.clock, 23 * 3600)) + minutes{40});
        close_book(p, cohort);
        g->next_measure = m_today + static_cast<std::int32_t>(m_random.whole(250, 380));
        // Most go on to lakes and large pools as soon as they are tagged.
        if (m_random.chance(0.8)) move_tagged(index, cohort, static_cast<std::int64_t>(g->fish.size()), "transfer");
    }

    void move_tagged(std::int32_t index, std::uint16_t cohort, std::int64_t heads, char const* reason) {
        constexpr std::size_t in_a_tank = 100;   // fish a lorry's tank or a net takes at once
        read_all_tags(index, cohort);
        while (heads > 0) {
            auto& from = m_pools[static_cast<std::size_t>(index)];
            auto* g = find(from, cohort);
            if (!g || g->fish.empty()) return;
            auto const root = root_now(*g, from.plan.site);
            auto const wanted = need(phase_tagged, cohort, root);
            auto const to_index = find_pool(wanted, index);
            auto& to = m_pools[static_cast<std::size_t>(to_index)];
            auto n = std::min(heads, room_for(to, wanted));
            heads -= n;
            auto& into = group_in(to, cohort, phase_tagged, root);
            join(into, to.plan.site, root, n);
            while (n > 0 && !g->fish.empty()) {
                std::vector<FishId> list;
                while (n > 0 && !g->fish.empty() && list.size() < in_a_tank) {
                    auto const fish = g->fish.back();
                    auto& f = m_fish[static_cast<std::size_t>(fish)];
                    f.root = static_cast<float>(root_now(f));
                    f.grown_at = static_cast<float>(grown(to.plan.site, cohort));
                    take_out(fish);
                    f.pool = to_index;
                    f.slot = static_cast<std::int32_t>(into.fish.size());
                    into.fish.push_back(fish);
                    list.push_back(FishId{f.tag});
                    --n;
                }
                tell(Moved{PoolId{from.plan.code}, {to.plan.code}, std::nullopt, std::nullopt, std::move(list), std::nullopt, reason}, at(tick(from, to, 180)), manager(from));
            }
        }
    }
    void thin(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        auto const allowed = [&](Group const& g) { return stage_of(*m_cohorts[g.cohort].species, age(g)).density_max_kg_m3; };
        auto const strictest = std::min_element(p.groups.begin(), p.groups.end(), [&](Group const& a, Group const& b) { return allowed(a) < allowed(b); });
        if (density(p) < allowed(*strictest) * thin_above) return;
        auto& g = *std::max_element(p.groups.begin(), p.groups.end(), [&](Group const& a, Group const& b) {
            return static_cast<double>(a.truth + static_cast<std::int64_t>(a.fish.size())) * mean_g(a, p.plan.site) <
                   static_cast<double>(b.truth + static_cast<std::int64_t>(b.fish.size())) * mean_g(b, p.plan.site);
        });
        if (g.fish.size() > 20) move_tagged(index, g.cohort, static_cast<std::int64_t>(g.fish.size()) * 2 / 5, "split");
        else if (g.truth > 20) move_untagged(index, g.cohort, g.phase, g.truth * 2 / 5, "split");
    }

    // ---- tagged fish are measured, ripen, and end ----

    std::uint8_t ovary_stage(Fish const& f, Cohort const& c) const {
        auto const first = static_cast<double>(c.species->first_roe_age_days.value_or(3285));
        auto const own = first * (1 - 0.4 * (static_cast<double>(f.speed) - 1) + 0.03 * static_cast<double>(f.tag % 7 - 3));   // fast growers are early
        if (m_today - f.stripped < stripped_rests_days) return 2;
        auto const years = (static_cast<double>(age(c)) - own) / 365;
        if (years < -4) return 1;
        if (years < -1.8) return 2;
        if (years < -0.6) return 3;
        return years < 2.5 ? 4 : 6;
    }

    void measuring_day(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        for (auto& g : p.groups) {
            if (g.fish.empty() || g.next_measure > m_today) continue;
            auto const& c = m_cohorts[g.cohort];
            auto const near_roe = age(c) > c.species->first_roe_age_days.value_or(3285) - 700;
            // Fish near their first roe are seen in autumn, so that winter's harvest can be planned.
            if (near_roe && (m_month < 9 || m_month > 11)) { g.next_measure = m_today + static_cast<std::int32_t>(m_random.whole(8, 45)); continue; }
            g.next_measure = m_today + static_cast<std::int32_t>(near_roe ? 320 : m_random.whole(330, 420));
            measure(p, g, near_roe);
            return;
        }
    }

    void measure(Pool& p, Group& g, bool near_roe) {
        auto const& c = m_cohorts[g.cohort];
        auto const part = near_roe ? 0.85 : 0.33;
        auto const on_paper = m_random.chance(0.08);
        auto const days = on_paper ? m_random.whole(2, 25) : 0;
        std::vector<std::int32_t> missed;
        for (auto index : g.fish) {
            auto& f = m_fish[static_cast<std::size_t>(index)];
            if (f.lost) { missed.push_back(index); continue; }
            if (!m_random.chance(part) || f.busy_until >= m_today) continue;
            auto const truly = cube(root_now(f));
            auto const shown = truly * m_random.normal(1, 0.012);
            Measured body{FishId{f.tag}, weighed(shown), m_random.chance(0.5) ? std::optional{length_of(truly)} : std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
            if (f.sex == Sex::female && (near_roe || m_random.chance(0.25))) {
                static constexpr char const* words[] = {"", "I", "II", "III", "IV", "V", "VI"};
                f.stage = ovary_stage(f, c);
                body.stage = words[f.stage];
            }
            if (f.told == Sex::unknown && m_random.chance(0.6)) f.told = f.sex, body.sex = word_of(f.sex);
            if (m_random.chance(0.3)) body.health = m_random.chance(0.94) ? "good" : m_random.chance(0.5) ? "thin" : m_random.chance(0.5) ? "wound" : "skin";
            auto const happened = at(tick(p, 15));
            auto const recorded = on_paper ? happened + seconds{86'400 * days} : soon(happened);
            if (m_random.chance(0.004)) {
                auto wrong = body;
                wrong.weight_mg = Milligrams{m_random.chance(0.5) ? body.weight_mg->n * 2 : body.weight_mg->n / 2};
                auto const mark = new_mark();
                tell(wrong, happened, recorded, m_breeder).mark = mark;
                correct(body, happened, recorded + seconds{86'400 * m_random.whole(1, 20)}, m_breeder, mark, "jin and kg mixed up");
            } else {
                tell(body, happened, recorded, m_breeder);
            }
        }
        if (!missed.empty()) write_off(p, missed);
        sell(p, g);
    }

    /// Fish lost unseen are missed when the tags of their group are read.
    void read_all_tags(std::int32_t index, std::uint16_t cohort) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        std::vector<std::int32_t> missed;
        for (auto i : find(p, cohort)->fish)
            if (m_fish[static_cast<std::size_t>(i)].lost) missed.push_back(i);
        if (!missed.empty()) write_off(p, missed);
    }

    void write_off(Pool& p, std::vector<std::int32_t> const& missed) {
        std::vector<FishId> list;
        for (auto index : missed) {
            list.push_back(FishId{m_fish[static_cast<std::size_t>(index)].tag});
            take_out(index);
        }
        tell(Died{std::nullopt, std::nullopt, std::nullopt, std::move(list), "unknown", "not there when all tags were read"}, at(tick(p, 120)), manager(p));
    }

    /// Males kept too long, and females whose roe was not taken in time, are sold.
    void sell(Pool& p, Group& g) {
        std::vector<FishId> males, spent;
        double males_g = 0, spent_g = 0;
        for (std::size_t i = g.fish.size(); i-- > 0;) {
            auto const index = g.fish[i];
            auto& f = m_fish[static_cast<std::size_t>(index)];
            if (f.lost || f.busy_until >= m_today) continue;
            auto const male = f.sex == Sex::male && f.told == Sex::male && m_random.chance(0.3);
            if (!male && !(f.stage == 6 && m_random.chance(0.6))) continue;
            (male ? males_g : spent_g) += cube(root_now(f));
            (male ? males : spent).push_back(FishId{f.tag});
            take_out(index);
        }
        auto const tell_of = [&](std::vector<FishId>& list, double total, char const* purpose) {
            if (list.empty()) return;
            tell(Harvested{std::nullopt, std::nullopt, std::nullopt, std::move(list), weighed(total), purpose}, at(tick(p, 600)), manager(p));
        };
        tell_of(males, males_g, "sale");
        tell_of(spent, spent_g, "meat");
    }

    /// Winter: ripe females are taken for roe, some each week.
    void roe(std::int32_t index) {
        if (m_month > 3 && m_month < 12) return;
        auto& p = m_pools[static_cast<std::size_t>(index)];
        if ((m_today + index) % 14 != 0) return;
        for (auto& g : p.groups) {
            std::vector<FishId> list;
            std::vector<double> weights;
            std::vector<Genes> genes;
            double total = 0;
            for (std::size_t i = g.fish.size(); i-- > 0 && list.size() < 20;) {
                auto const fish = g.fish[i];
                auto& f = m_fish[static_cast<std::size_t>(fish)];
                if (f.stage != 4 || f.lost || f.busy_until >= m_today || !m_random.chance(0.12)) continue;
                weights.push_back(cube(root_now(f)));
                total += weights.back();
                list.push_back(FishId{f.tag});
                genes.push_back(genes_of(f));
                take_out(fish);
            }
            if (list.empty()) continue;
            auto const happened = at(tick(p, 900));
            for (std::size_t i = 0; i < list.size(); ++i) m_stud.eggs_seen(pit_tag_text(list[i]), genes[i], happened + seconds{400 + 60 * static_cast<std::int64_t>(i)});
            tell(Harvested{std::nullopt, std::nullopt, std::nullopt, list, weighed(total), "roe"}, happened, manager(p));
            if (m_today <= m_plant_from) continue;
            auto const& species = *m_cohorts[g.cohort].species;
            for (std::size_t i = 0; i < list.size(); ++i) {
                auto const arrived = happened + seconds{1'200 * static_cast<std::int64_t>(i)};
                m_plant.take({list[i], species.code, weights[i], species.roe_share.value_or(0.13) * (1 + roe_differs * phenotype(genes[i], gene_roe, m_random.normal(0, 1))), arrived, m_today > m_end - 62});
                if (m_today > m_end - graded_days) m_grades.graded(DemoPlant::lot_of(list[i], arrived), species.code, genes[i], arrived + seconds{1'200}, {m_plant_author, m_breeder, m_managers.front()}, m_today < m_end - 300);
            }
        }
    }

    // ---- what happens now and then ----

    void medicine(Pool& p) {
        if (p.sick_until < m_today && m_random.chance(0.10 / 365)) p.sick_until = m_today + static_cast<std::int32_t>(m_random.whole(6, 14));
        auto const now = p.sick_until == m_today + 4 || m_random.chance(0.12 / 365);
        if (!now) return;
        struct Product { char const* name; char const* dose; std::int64_t days; };
        static constexpr Product products[] = {{"salt bath", "5 g/L, 20 min", 0}, {"formalin bath", "40 mL/m3, 1 h", 7}, {"florfenicol in feed", "10 mg/kg, 10 d", 30}, {"povidone-iodine bath", "2 mg/L", 3}};
        auto const& m = products[m_random.below(4)];
        tell(Treated{PoolId{p.plan.code}, {}, m.name, m.days, m.dose, p.sick_until >= m_today ? "disease" : "parasites"}, at(tick(p, 1800)), m_breeder);
        p.medicine_until = m_today + static_cast<std::int32_t>(m.days) + 1;
    }

    void rare(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        auto const roll = m_random.part() * 365;
        if (roll < 0.02 && p.plan.kind == Kind::cage) escape(p);
        else if (roll < 0.07) grade_out(index);
        else if (roll < 0.17) feed_twice(p);
        else if (roll < 0.25) retag(p);
        else if (roll < 0.40) water_again(p);
        else if (roll < 0.46) wrong_move(index);
    }

    void escape(Pool& p) {
        for (auto& g : p.groups) {
            std::vector<FishId> list;
            for (std::size_t i = g.fish.size(); i-- > 0 && list.size() < 12;) {
                auto& f = m_fish[static_cast<std::size_t>(g.fish[i])];
                if (f.lost || f.busy_until >= m_today || !m_random.chance(0.05)) continue;
                list.push_back(FishId{f.tag});
                take_out(g.fish[i]);
            }
            if (!list.empty()) tell(Escaped{std::nullopt, std::nullopt, std::nullopt, std::move(list), "net torn in the storm"}, at(tick(p, 1200)), manager(p));
        }
    }

    /// The largest fifth is taken out and goes to another pool.
    void grade_out(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        for (auto& g : p.groups) {
            if (g.truth < 200 || g.phase < 2 || g.phase > phase_before_tag || age(g) > tag_age_days - 60 || m_today > m_end - 40) continue;
            auto const cohort = g.cohort;
            auto const phase = g.phase;
            auto const root = root_now(g, p.plan.site);
            auto& to = m_pools[static_cast<std::size_t>(find_pool(need(phase, cohort, root), index))];
            auto const n = g.truth / 5;
            constexpr double larger = 1.09, smaller = (1 - 0.2 * larger) / 0.8;   // of the cube root
            g.truth -= n;
            g.book -= n;
            g.root = root * smaller;
            g.grown_at = grown(p.plan.site, cohort);
            auto& into = group_in(to, cohort, phase, root * larger);
            join(into, to.plan.site, root * larger, n);
            into.truth += n;
            into.book += n;
            tell(Moved{PoolId{p.plan.code}, {to.plan.code}, m_cohorts[cohort].id, Heads{n}, {}, mg(cube(root * larger) * 1.015), "grade_out"}, at(tick(p, to, 1200)), manager(p));
            return;
        }
    }

    void feed_twice(Pool& p) {
        auto const feed = Milligrams{std::max<std::int64_t>(100, std::llround(biomass_kg(p) * 0.004 * 10)) * 100'000};
        Fed const body{{p.plan.code}, feed, feed_lot(p.plan.site)};
        auto const happened = at(tick(p, 300));
        auto const& who = worker(p);
        tell(body, happened, who);
        if (!m_random.chance(0.3)) return;
        auto const mark = new_mark();
        tell(body, happened, happened + seconds{1800}, worker(p)).mark = mark;
        withdraw(body, happened, happened + seconds{86'400 * m_random.whole(1, 10)}, manager(p), mark, "entered twice");
    }

    void retag(Pool& p) {
        for (auto& g : p.groups) {
            if (g.fish.empty()) continue;
            auto& f = m_fish[static_cast<std::size_t>(g.fish.front())];
            if (f.lost || f.busy_until >= m_today) return;
            tell(Retagged{FishId{f.tag}, FishId{next_tag()}}, at(tick(p, 300)), m_breeder);
            return;
        }
    }

    void water_again(Pool& p) {
        WaterMeasured body;
        body.pool = PoolId{p.plan.code};
        body.temperature_mc = MilliCelsius{std::llround((m_celsius[static_cast<std::size_t>(p.plan.site)] + p.celsius_off) * 10) * 100};
        body.ph_milli = std::llround(m_random.normal(7.7, 0.15) * 100) * 10;
        body.ammonia_ug_l = std::llround(m_random.between(50, 420) / 10) * 10;
        tell(body, at(tick(p, 300)), worker(p));
    }

    /// Fish went to one pool and were written down for its neighbour; somebody notices within days.
    void wrong_move(std::int32_t index) {
        auto& p = m_pools[static_cast<std::size_t>(index)];
        for (auto& g : p.groups) {
            if (g.truth < 300 || g.book < 300) continue;
            for (std::size_t i = 0; i < m_pools.size(); ++i) {
                auto& to = m_pools[i];
                if (&to == &p || to.plan.site != p.plan.site || !quiet(to)) continue;
                auto* into = find(to, g.cohort);
                if (!into || into->book < 300 || into->since >= m_today) continue;
                auto const& neighbour = m_pools[i + 1 < m_pools.size() ? i + 1 : i - 1];
                if (&neighbour == &p || neighbour.plan.site != to.plan.site) continue;
                auto const n = g.truth / 10;
                auto const root = root_now(g, p.plan.site);
                join(*into, to.plan.site, root, n);
                g.truth -= n, g.book -= n;
                into->truth += n, into->book += n;
                Moved right{PoolId{p.plan.code}, {to.plan.code}, m_cohorts[g.cohort].id, Heads{n}, {}, std::nullopt, "transfer"};
                auto wrong = right;
                wrong.to = {neighbour.plan.code};
                auto const happened = at(tick(p, to, 600));
                auto const mark = new_mark();
                tell(wrong, happened, worker(p)).mark = mark;
                correct(right, happened, late(to, happened), manager(p), mark, "written down for the neighbouring pool");
                p.hold_until = std::max(p.hold_until, to.hold_until);
                m_pools[i + 1 < m_pools.size() ? i + 1 : i - 1].hold_until = std::max(neighbour.hold_until, to.hold_until);
                return;
            }
        }
    }

    void site_events(std::int32_t s) {
        auto const& site = m_sites[static_cast<std::size_t>(s)];
        if ((m_today + s) % 7 == 0) {   // the weekly water sample
            WaterMeasured body;
            body.site = SiteId{site.code};
            body.ph_milli = std::llround(m_random.normal(7.7, 0.12) * 100) * 10;
            body.ammonia_ug_l = std::llround(m_random.between(40, 380) / 10) * 10;
            body.turbidity_milli_ntu = std::llround(m_random.between(2, 18) * 10) * 100;
            tell(body, at(noon + 1800), m_managers[static_cast<std::size_t>(s)]);
        }
        if (m_month == 1 && m_month_day == 12 && m_today - m_start > 500 && (m_today - m_start) / 365 % 3 == 2) adopt_growth(s);
    }

    /// Every third January, when it has seen enough, the farm takes over the coefficients of its own weighings.
    void adopt_growth(std::int32_t s) {
        auto const& site = m_sites[static_cast<std::size_t>(s)];
        for (auto const& [code, part] : stocked_species) {
            auto const* species = m_pack.find_species(code);
            if (!species || part < 0.15) continue;
            for (auto const& stage : species->stages) {
                if (stage.from_age_days < 365 || stage.from_age_days > 1095) continue;
                auto const truly = static_cast<double>(stage.tgc_micro) * site.growth;
                GrowthAdopted const body{{site.code}, code, stage.code, std::llround(truly * m_random.normal(1, 0.02)), std::llround(truly * 0.025), m_random.whole(6, 40)};
                tell(body, at(noon + 7200 + static_cast<int>(m_random.below(1800))), m_breeder);
            }
        }
    }

    DemoTold count_up() {
        for (auto const& p : m_pools)
            for (auto const& g : p.groups) {
                m_told.untagged += g.book;
                m_told.tagged_alive += static_cast<std::int64_t>(g.fish.size());
                m_told.missing += g.book - g.truth;
                for (auto i : g.fish) m_told.missing += m_fish[static_cast<std::size_t>(i)].lost ? 1 : 0;
            }
        return m_told;
    }

    static constexpr double growing = 1.08;   // each year class is so much larger than the last

    DemoOptions const& m_options;
    Pack const& m_pack;
    DemoSink const& m_sink;
    Random m_random;
    UuidMaker m_ids;
    DemoPlant m_plant;
    DemoQuality m_quality;
    DemoStud m_stud;
    DemoGrades m_grades;
    std::vector<SitePlan> m_sites;
    std::vector<DemoPerson> m_people;
    std::vector<Pool> m_pools;
    std::vector<Cohort> m_cohorts;
    std::vector<Fish> m_fish;
    std::vector<std::vector<double>> m_grown;          // [site][cohort]: growth sum since hatching
    std::vector<double> m_noise, m_celsius, m_oxygen_full;
    std::vector<std::string> m_managers;
    std::vector<std::vector<std::string>> m_workers;
    std::vector<engine::RationTable> m_rations;        // by species
    std::string m_breeder = "qian.ying", m_plant_author = "jiang.bo";
    std::int32_t m_plant_from = 0;
    std::vector<Telling> m_now;
    std::vector<Telling> m_later;                      // a heap, the next to be recorded in front
    std::vector<FactId> m_marks;
    std::int64_t m_serial = 0;
    std::int64_t m_tag = 156'010'000'000'000;
    double m_first_class = 0;
    std::int32_t m_start = 0, m_end = 0, m_today = 0;
    unsigned m_month = 0, m_month_day = 0;
    Instant m_cut;
    DemoTold m_told;
};

} // namespace

Result<DemoTold> simulate_company(DemoOptions const& options, Pack const& pack, DemoSink const& sink) {
    auto const in = [](std::int64_t n, std::int64_t low, std::int64_t high, char const* name) -> Result<Done> {
        if (n >= low && n <= high) return Done{};
        return refuse("demo_option", fmt::format("--{} must be between {} and {}; {} was given.", name, low, high, n), name);
    };
    OSETRA_TRY(in(options.farms, 1, 400, "farms"));
    OSETRA_TRY(in(options.pools, options.farms * 8, 100'000, "pools"));
    OSETRA_TRY(in(options.fish, options.pools, 10'000'000, "fish"));
    OSETRA_TRY(in(options.years, 1, 40, "years"));
    return Simulation{options, pack, sink}.run();
}

} // namespace osetra::app
