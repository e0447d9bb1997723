#include "app/demo_plant.h"

#include <algorithm>
#include <fmt/core.h>

#include "kernel/json.h"

namespace osetra::app::demo {

using namespace processing;
using std::chrono::seconds;

namespace {

/// Of our own making; their GS1 numbers begin with 952, as those of no real company do.
struct Customer {
    char const *party, *name, *country, *gln, *place_gln, *address, *contact, *phone, *email;
    bool small_tins;                                   ///< sells tins of 50 g
};
constexpr Customer customers[] = {
    {"MAREE", "Maison Marée (invented)", "FR", "9529900000015", "9529900000022", "4 quai des Exemples, Lyon", "Claire Dubois", "+33 4 00 00 00 01", "quality@maree.example", true},
    {"HANSA", "Hansa Feinkost (invented)", "DE", "9529900000107", "9529900000114", "Musterkai 9, Hamburg", "Jens Petersen", "+49 40 000000", "einkauf@hansa.example", false},
    {"AKOYA", "Akoya Foods (invented)", "JP", "9529900000206", "9529900000213", "1-2-3 Rei, Kobe", "Sato Yumi", "+81 78 000 0000", "qa@akoya.example", true},
    {"GULF", "Gulf Table Trading (invented)", "AE", "9529900000305", "9529900000312", "Example Creek 7, Dubai", "Omar Nasser", "+971 4 000 0000", "ops@gulftable.example", false},
    {"HUDSON", "Hudson Provisions (invented)", "US", "9529900000404", "9529900000411", "100 Sample Street, Newark NJ", "Dana Reyes", "+1 201 555 0100", "traceability@hudson.example", true},
    {"LOTUS", "莲华酒店 Lotus Hotels (invented)", "CN", "9529900000503", "9529900000510", "示例路 8 号, 上海", "林芳 Lin Fang", "+86 21 0000 0000", "purchase@lotus.example", false},
};
constexpr std::int64_t sizes_mg[] = {1'800'000, 1'000'000, 500'000, 250'000};   // of original tins
constexpr std::int64_t small_mg = 50'000;
constexpr int rests_days = 30;                          // a tin ripens before it is sent [G]
constexpr std::size_t tins_a_case = 10, cases_most = 6, tins_least = 20;

Milligrams grams(double g) { return {std::llround(g) * 1000}; }

} // namespace

template <class T> void DemoPlant::tell(T const& body, Instant happened) { m_tell(T::kind, to_json(body), happened); }

void DemoPlant::open(Instant at) {
    for (auto const& c : customers) {
        tell(PartyRegistered{c.party, c.name, c.country, c.gln, c.place_gln, c.address, c.contact, c.phone, c.email}, at);
        at += seconds{60};
    }
}

std::string DemoPlant::lot_of(FishId fish, Instant harvested_at) {
    auto lot = text_of(farm_day(harvested_at, {}));
    std::erase(lot, '-');
    return lot + "-" + pit_tag_text(fish).substr(7);
}

void DemoPlant::pass_stations(ToPlant const& fish, Instant rubbing, double ovary_g) {
    auto& r = m_at_stations;
    auto at = fish.harvested_at + seconds{r.whole(20, 50)};
    for (auto const* step : {"check", "stun", "bleed", "wash"}) {
        tell(StepDone{fish.fish, step, "L1-IN", "Shen Lan", "L1", {}}, at);
        at += seconds{r.whole(25, 55)};
    }
    tell(StepDone{fish.fish, "take_ovary", "L1-OVARY", "Wu Min", "L1", grams(ovary_g)}, std::max(at, rubbing - seconds{r.whole(20, 80)}));
}

void DemoPlant::look_at_points(Instant at) {
    auto& r = m_at_stations;
    if (at - m_looked_at > std::chrono::hours{6}) {      // a new day
        m_looks = 0;
        tell(PointChecked{"cleaning", {}, {}, true, {}, "L1", "Shen Lan"}, at - seconds{1'500});
        tell(PointChecked{"store", MilliCelsius{-r.whole(22, 36) * 100}, {}, {}, {}, {}, "Shen Lan"}, at - seconds{1'400});
    } else if (at - m_looked_at < std::chrono::minutes{50} || r.chance(0.08)) return;   // now and then nobody has a hand free
    m_looked_at = at;
    auto const warm = r.chance(0.05);
    tell(PointChecked{"room", MilliCelsius{r.whole(90, 115) * 100}, {}, {}, {}, "L1", "Shen Lan"}, at - seconds{120});
    tell(PointChecked{"rinse", MilliCelsius{warm ? r.whole(42, 50) * 100 : r.whole(20, 38) * 100}, {}, {}, warm ? std::optional<std::string>{"ice added, measured again"} : std::nullopt, "L1", "Shen Lan"}, at - seconds{90});
    if (m_looks++ % 2 == 0) tell(PointChecked{"screen", {}, {}, true, {}, "L1", "Wu Min"}, at - seconds{60});
}

void DemoPlant::take(ToPlant const& fish) {
    auto const ovary = fish.weight_g * fish.roe_share * m_random.normal(1.15, 0.04);
    auto const waste = ovary * m_random.between(0.09, 0.14);
    auto const roe = grams(ovary - waste - ovary * m_random.between(0.005, 0.02));
    auto const lot = lot_of(fish.fish, fish.harvested_at);
    auto const rubbing = fish.harvested_at + seconds{m_random.whole(300, 700)};
    auto const late = m_random.chance(0.006);           // somebody was called away
    if (fish.stations) {
        look_at_points(fish.harvested_at);
        pass_stations(fish, rubbing, ovary);
    }
    auto const at = [&](char const* station) { return fish.stations ? std::optional<std::string>{station} : std::nullopt; };
    tell(RubbingStarted{fish.fish, at("L1-RUB")}, rubbing);
    tell(RoeTaken{fish.fish, lot, grams(ovary), roe, grams(waste), grams(fish.weight_g * 0.97 - ovary), at("L1-RUB")}, rubbing + seconds{m_random.whole(150, 240)});
    auto const drained = grams(static_cast<double>(roe.n) / 1000 * m_random.between(0.002, 0.006));
    auto const share = m_random.between(0.031, 0.039);
    auto const salt = grams(share * static_cast<double>(roe.n - drained.n) / 1000 / (1 - share));
    auto const season = lot.substr(2, 2);
    auto const roll = m_random.part();
    tell(Salted{lot, salt, drained, fmt::format("SL-{}-{:02}", season, 1 + m_random.below(12)), std::string{roll < 0.3 ? "A+" : roll < 0.8 ? "A" : "B"}, m_random.whole(2'700, 3'500),
                MilliCelsius{m_random.whole(24, 36) * 100}, at("L1-SALT")}, rubbing + seconds{m_random.whole(380, 520)});
    auto left = roe.n + salt.n - drained.n;
    auto closed = rubbing + seconds{m_random.whole(600, 680) + (late ? 320 : 0)};
    auto n = 0;
    for (auto const size : sizes_mg)
        for (; left >= size; left -= size) {
            auto const tin = fmt::format("{}{:02}", lot.substr(2, 2) + lot.substr(9), ++n);
            tell(TinClosed{tin, lot, Milligrams{size}, at("L1-TIN")}, closed);
            if (!late) m_store[fish.species].push_back({tin, size, closed});
            closed += seconds{m_random.whole(20, 40)};
        }
    if (when_tinned) when_tinned(lot, closed);
}

void DemoPlant::one_day(FarmDay today, Instant morning) {
    if (today.n % 3 != 0) return;
    for (auto& [species, tins] : m_store) ship(species, tins, today, morning);
}

std::string DemoPlant::pack(std::vector<std::string> tins, Instant at) {
    auto const container = std::to_string(++m_cases);
    tell(CaseClosed{container, std::move(tins), {}, std::nullopt}, at);
    return container;
}

std::string DemoPlant::permit_for(std::size_t customer, std::string const& species, std::int64_t mg, FarmDay today, Instant at) {
    auto& allowed = m_permits[{customer, species}];
    if (allowed.left_mg < mg || allowed.until < today) {
        auto const year = text_of(today).substr(0, 4);
        allowed = {fmt::format("{}CN-EC-HZ{:06}", year, 400 + ++m_permit_count), std::max<std::int64_t>(300'000'000, mg), today + 180};
        tell(PermitGranted{allowed.permit, Milligrams{allowed.left_mg}, species, allowed.until, customers[customer].party, "CITES Management Authority (simulated)"}, at);
    }
    allowed.left_mg -= mg;
    return allowed.permit;
}

void DemoPlant::ship(std::string const& species, std::deque<Tin>& tins, FarmDay today, Instant morning) {
    auto const ripe = std::find_if(tins.begin(), tins.end(), [&](Tin const& t) { return t.closed_at > morning - std::chrono::days{rests_days}; }) - tins.begin();
    if (static_cast<std::size_t>(ripe) < tins_least) return;
    auto const customer = m_next_customer++ % std::size(customers);
    auto const& to = customers[customer];
    auto at = morning;
    std::vector<std::string> cases;
    std::int64_t mg = 0;
    auto const tick = [&] { return at += seconds{m_random.whole(240, 420)}; };
    if (to.small_tins) {   // one large tin becomes many small ones
        auto const large = std::find_if(tins.begin(), tins.begin() + ripe, [](Tin const& t) { return t.net_mg == sizes_mg[0]; });
        if (large != tins.begin() + ripe) {
            std::vector<std::string> small;
            for (std::int64_t i = 0; i < large->net_mg / small_mg; ++i) small.push_back(fmt::format("S{:07}", ++m_small));
            tell(Repacked{large->tin, small, Milligrams{small_mg}, std::nullopt}, tick());
            mg += small_mg * static_cast<std::int64_t>(small.size());
            cases.push_back(pack(std::move(small), tick()));
            tins.erase(large);
        }
    }
    while (cases.size() < cases_most && !tins.empty() && tins.front().closed_at <= morning - std::chrono::days{rests_days}) {
        std::vector<std::string> some;
        while (some.size() < tins_a_case && !tins.empty() && tins.front().closed_at <= morning - std::chrono::days{rests_days}) {
            mg += tins.front().net_mg;
            some.push_back(std::move(tins.front().tin));
            tins.pop_front();
        }
        cases.push_back(pack(std::move(some), tick()));
    }
    auto const abroad = std::string_view{to.country} != "CN";
    auto const permit = abroad ? std::optional{permit_for(customer, species, mg, today, tick())} : std::nullopt;
    auto const n = ++m_shipments;
    tell(Shipped{fmt::format("SH-{:05}", n), to.party, std::move(cases), fmt::format("PO-{}", 4000 + n), fmt::format("INV-{}", 700 + n), fmt::format("020{:08}", 12345670 + n), permit, std::nullopt}, tick());
}

} // namespace osetra::app::demo
