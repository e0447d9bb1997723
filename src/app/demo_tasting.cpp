#include "app/demo_tasting.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/core.h>

#include "app/branches.h"
#include "app/demo_world.h"
#include "farm/ledger_sql.h"
#include "farm/query_sql.h"
#include "kernel/json.h"
#include "processing/facts.h"
#include "quality/tasting/tasting_sql.h"

namespace osetra::app {
namespace {

using namespace quality;
using std::size_t;
using std::string;

constexpr char const* panelists[] = {"Lin 林", "Gao 高", "He 何", "Guo 郭", "Ma 马", "Luo 罗", "Liang 梁", "Song 宋", "Xie 谢", "Han 韩"};
constexpr char const* panel = "caviar";

struct Salting { string lot; Instant at; };

/// Lots of ours in the order in which they were salted, the newest last.
std::vector<Salting> newest_lots(farm::Reader& reader, std::int64_t most) {
    farm::FactsAsked asked;
    asked.kind = processing::Salted::kind;
    asked.limit = most;
    std::vector<Salting> lots;
    if (auto const text = farm::facts_json(reader, asked))
        if (auto in = JsonIn::parse(*text))
            for (auto const& fact : in->items("facts"))
                if (auto body = fact.child("body"); body && body->has("lot")) {
                    Salting s;
                    get(*body, "lot", s.lot);
                    auto told = fact;
                    get(told, "happened_at", s.at);
                    lots.push_back(std::move(s));
                }
    std::sort(lots.begin(), lots.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    return lots;
}

class Evenings {
public:
    Evenings(store::Db& db, Enterprise enterprise, DemoOptions const& o, Instant now)
        : m_enterprise(enterprise), m_ledger(db, farm::caviar_pack(), enterprise, {std::chrono::minutes{480}}, branches()), m_random(o.seed ^ 0x7a57e5ULL), m_ids(o.seed + 177), m_now(now) {
        auto const people = demo_people(o);
        auto const plant = std::find_if(people.begin(), people.end(), [](DemoPerson const& p) { return p.role == "plant"; });
        m_leader = plant == people.end() ? people.front().person : plant->person;
    }

    std::vector<Salting> lots(std::int64_t most) { return newest_lots(m_ledger.reader(), most); }

    Result<Done> tasters(Instant at) {
        for (size_t i = 0; i < std::size(panelists); ++i)
            OSETRA_TRY(tell(TasterRegistered{panelists[i], panel, i == 3 ? std::vector<string>{"milk"} : i == 7 ? std::vector<string>{"nuts"} : std::vector<string>{}, {}, {}}, m_leader, at));
        return Done{};
    }

    /// `score`: what a sample truly is in an attribute; of a choice, how well the two are told apart. `answered`: how many seats have answered.
    using Truth = std::function<double(string const& sample, string const& attribute)>;
    Result<Done> evening(TastingPlanned p, Instant at, Truth const& truth, std::int64_t answered, bool closed) {
        auto const test = OSETRA_TRY(parse_taste_test(p.test));
        auto const design = OSETRA_TRY(make_design({test, p.samples, static_cast<int>(p.seats), static_cast<int>(p.rounds), m_random.bits(), fmt::format("{:016x}", m_random.bits()), p.attributes}));
        SealedKey const key{fmt::format("{:016x}{:016x}", m_random.bits(), m_random.bits()), key_of(design)};
        p.commitment = commitment_of(key.sealed);
        OSETRA_TRY(tell(p, m_leader, at, [&](store::Db& db) { TastingStore{db, m_enterprise}.put_key(p.tasting, key); }));
        std::vector<std::vector<double>> lean(static_cast<size_t>(p.seats) + 1, std::vector<double>(p.attributes.size() + 1));   // how a taster uses the scale
        for (auto& taster : lean) for (auto& x : taster) x = m_random.normal(0, 0.7);
        for (size_t i = 0; i < design.servings.size();) {
            auto const& first = design.servings[i];
            Tasted t{p.tasting, first.taster, first.round, first.trial, {}, {}, {}};
            std::vector<Serving const*> trial;
            for (; i < design.servings.size() && design.servings[i].taster == first.taster && design.servings[i].round == first.round && design.servings[i].trial == first.trial; ++i) trial.push_back(&design.servings[i]);
            if (t.seat > answered) continue;
            if (test == TasteTest::triangle) {   // what stands farthest from the mean of the others
                std::vector<double> felt;
                for (auto const* s : trial) felt.push_back(truth(p.samples[s->sample], "") + m_random.normal(0, 1));
                size_t odd = 0;
                double most = -1;
                for (size_t k = 0; k < 3; ++k) if (auto const away = std::abs(felt[k] - (felt[(k + 1) % 3] + felt[(k + 2) % 3]) / 2); away > most) { most = away; odd = k; }
                t.chosen = trial[odd]->code;
            } else {
                auto const attributes = test == TasteTest::hedonic ? std::vector<string>{"liking"} : p.attributes;
                for (size_t a = 0; a < attributes.size(); ++a) {
                    auto const felt = truth(p.samples[trial.front()->sample], attributes[a]) + lean[static_cast<size_t>(t.seat)][a] + m_random.normal(0, 0.9);
                    t.scores.push_back(fmt::format("{}/{}={}", trial.front()->code, attributes[a], std::clamp<std::int64_t>(std::llround(felt), p.scale_low, p.scale_high)));
                }
            }
            OSETRA_TRY(tell(t, fmt::format("taster:{}", t.seat), at + std::chrono::minutes{5 + t.seat + 3 * static_cast<std::int64_t>(first.round)}));
        }
        if (closed) OSETRA_TRY(tell(TastingClosed{p.tasting, key.sealed}, m_leader, at + std::chrono::hours{2}));
        ++m_count;
        return Done{};
    }
    /// Customers of three years, by species: some rise, one falls, and shops give stars where restaurants fill a card.
    Result<Done> reviews(std::vector<std::pair<string, double>> const& products, std::vector<Salting> const& lots, Instant last) {
        constexpr char const* channels[] = {"shop 门店", "restaurant 餐厅", "web 网店"};
        constexpr char const* praise[] = {"clean and long 干净悠长", "too salty for me 偏咸", "as good as last time 一如既往", "firm eggs 颗粒有弹性"};
        constexpr int days = 3 * 365, least_apart = 9;
        auto n = 0;
        for (size_t k = 0; k < products.size(); ++k) {
            auto const& [product, drift] = products[k];
            for (int day = days; day > 2; day -= least_apart + static_cast<int>(m_random.bits() % 9)) {
                auto const where = m_random.bits() % 3;
                auto const liking = 6.2 + 0.3 * static_cast<double>(k % 3) + drift * (1 - static_cast<double>(day) / days) + m_random.normal(0, 1.1);
                Reviewed r;
                r.product = product;
                r.channel = channels[where];
                r.scale_high = where == 1 ? 9 : 5;
                r.score = static_cast<double>(std::clamp<std::int64_t>(std::llround(where == 1 ? liking : 1 + (liking - 1) / 2), 1, r.scale_high));
                r.review = fmt::format("R{:04}", ++n);
                if (m_random.bits() % 4 == 0) r.words = praise[m_random.bits() % 4];
                auto const at = last - std::chrono::hours{24 * day};
                if (day < 300 && !lots.empty()) r.lot = lots[m_random.bits() % lots.size()].lot;
                OSETRA_TRY(tell(r, m_leader, at));
            }
        }
        return Done{};
    }
    std::int64_t count() const { return m_count; }
    double chance(double sd) { return m_random.normal(0, sd); }

private:
    template <class T> Result<Done> tell(T const& body, string const& author, Instant at, std::function<void(store::Db&)> const& beside = {}) {
        auto fact = farm::fact_of(m_ids.next(std::chrono::duration_cast<std::chrono::milliseconds>(m_now.time_since_epoch()).count()), author, at, body);
        auto const told = m_ledger.record({std::move(fact)}, farm::Trust::checked, m_now, farm::Ledger::Together::all_or_none, beside);
        if (told.front().outcome == farm::Told::Outcome::refused) return tl::unexpected(told.front().refusal);
        return Done{};
    }
    Enterprise m_enterprise;
    farm::Ledger m_ledger;
    demo::Random m_random;
    UuidMaker m_ids;
    Instant m_now;
    string m_leader;
    std::int64_t m_count = 0;
};

} // namespace

Result<std::int64_t> taste_demo(store::Db& db, Enterprise enterprise, DemoOptions const& o, Clock const& clock) {
    auto const now = clock.now();
    auto const last = std::min(now, start_of(o.end_day, {}) + std::chrono::hours{10});
    Evenings evenings{db, enterprise, o, now};
    auto const year = text_of(farm_day(last, {})).substr(2, 2);
    OSETRA_TRY(evenings.tasters(last - std::chrono::days{400}));
    auto const lots = evenings.lots(12);
    auto n = 0;
    auto const named = [&](char const* title, char const* test) {
        TastingPlanned p;
        p.tasting = fmt::format("T{}-{:03}", year, ++n);
        p.title = title;
        p.test = test;
        p.allergens = {"fish", "salt"};
        return p;
    };
    // The panel scores three lots at a time, twice each.
    std::map<string, double> true_of;            // by lot and attribute
    auto const of_lot = [&](string const& lot, string const& attribute) {
        auto const usual = attribute == "salt 咸味" ? 5.2 : attribute == "firmness 弹性" ? 6.4 : attribute == "nutty 坚果香" ? 5.6 : 1.8;
        auto const [at, fresh] = true_of.emplace(lot + attribute, 0);
        if (fresh) at->second = usual + evenings.chance(0.25);
        return at->second;
    };
    for (int visit = 0; visit < 4 && lots.size() >= 3 * static_cast<size_t>(visit + 1); ++visit) {
        auto p = named("Panel: lots of the quarter 品评组：本季批次", "profile");
        p.samples = {"A", "B", "C"};
        auto const* three = &lots[static_cast<size_t>(3 * visit)];
        for (size_t i = 0; i < 3; ++i) p.lots.push_back(p.samples[i] + "=" + three[i].lot);
        p.attributes = {"salt 咸味", "firmness 弹性", "nutty 坚果香", "bitter 苦味"};
        p.scale_low = 0;
        p.scale_high = 10;
        p.rounds = 2;
        p.panel = panel;
        p.tasters.assign(std::begin(panelists), std::end(panelists));
        p.seats = std::ssize(p.tasters);
        OSETRA_TRY(evenings.evening(p, std::min(three[2].at + std::chrono::days{40}, last - std::chrono::days{30 - visit}), [&](string const& sample, string const& attribute) { return of_lot(lot_of(p, sample), attribute); }, p.seats, true));
    }
    auto guests = named("Dinner: ours beside two others 晚宴：与另两家比较", "hedonic");
    guests.samples = {"ours 本厂", "northern house 北方品牌", "wild-style 野生风味"};
    if (!lots.empty()) guests.lots = {guests.samples[0] + "=" + lots.back().lot};
    guests.seats = 36;
    OSETRA_TRY(evenings.evening(guests, last - std::chrono::days{21}, [&](string const& sample, string const&) { return sample == guests.samples[0] ? 7.1 : sample == guests.samples[1] ? 6.3 : 5.9; }, guests.seats, true));
    // the dinners of the years before
    std::map<string, int> dinners;
    for (auto const& [months, ours] : {std::pair{27, 6.3}, {18, 6.6}, {9, 6.8}}) {
        auto before = guests;
        auto const at = last - std::chrono::hours{24 * 30 * months};
        auto const in_year = text_of(farm_day(at, {})).substr(2, 2);
        before.tasting = fmt::format("D{}-{:03}", in_year, ++dinners[in_year]);
        before.lots.clear();
        before.seats = 24;
        OSETRA_TRY(evenings.evening(before, at, [&, good = ours](string const& sample, string const&) { return sample == guests.samples[0] ? good : sample == guests.samples[1] ? 6.4 : 5.8; }, before.seats, true));
    }
    std::vector<std::pair<string, double>> liked;
    for (auto const& species : farm::caviar_pack().species) {
        constexpr double drifts[] = {1.2, 0.1, -0.9, 0.4};
        if (liked.size() < std::size(drifts)) liked.emplace_back(species.name_en + " " + species.name_zh, drifts[liked.size()]);
    }
    OSETRA_TRY(evenings.reviews(liked, lots, last));
    auto triangle = named("New salt against the old 新盐与旧盐", "triangle");
    triangle.samples = {"old salt 旧盐", "new salt 新盐"};
    triangle.seats = 42;
    OSETRA_TRY(evenings.evening(triangle, last - std::chrono::hours{1}, [&](string const& sample, string const&) { return sample == triangle.samples[0] ? 0.0 : 1.4; }, 17, false));
    return evenings.count();
}

} // namespace osetra::app
