#include "app/demo_line.h"

#include <fmt/core.h>

#include "app/demo_teller.h"
#include "app/text.h"
#include "farm/facts.h"
#include "farm/query_sql.h"
#include "processing/facts.h"

namespace osetra::app {
namespace {

using namespace processing;
using std::chrono::minutes;
using std::chrono::seconds;

struct Ripe {
    FishId fish;
    std::int64_t weight_mg = 0;
};

/// Ripe females that live, with what they weigh; some may be in their withdrawal period, so more than are needed.
std::vector<Ripe> ripe_females(farm::Ledger& ledger, FarmDay today, Instant now) {
    farm::FishAsked asked;
    for (auto const& m : ledger.reader().pack().maturity) if (m.ripe) asked.stage = m.code;
    asked.living = true;
    asked.limit = 40;
    auto const list = JsonIn::parse(farm::fish_list_json(ledger.reader(), asked, {now, today, {}}));
    std::vector<Ripe> all;
    for (auto const& f : list->items("fish")) {
        auto const tag = parse_pit_tag(word(f, "fish"));
        auto const weight = f.child("weight_mg");
        if (tag && word(f, "sex") != "male") all.push_back({*tag, weight ? number_or_0(*weight, "value") : 10'000'000});
    }
    return all;
}

class Line : public demo::Teller {
public:
    using Teller::Teller;

    /// A fish that came to the plant so long ago and has passed so many steps since; `late`: its tins were closed after the fifteen minutes.
    bool fish(Ripe const& f, minutes came, int steps, bool late = false) {
        farm::Harvested harvest;
        harvest.fish = {f.fish};
        harvest.total_mg = Milligrams{f.weight_mg};
        harvest.purpose = "roe";
        if (!tell(harvest, came)) return false;
        auto before = seconds{came} - seconds{40};
        static constexpr char const* early[] = {"check", "stun", "bleed", "wash"};
        for (auto i = 0; i < 4 && steps-- > 0; ++i, before -= seconds{45}) tell(StepDone{f.fish, early[i], "L1-IN", "Shen Lan", "L1", {}}, before);
        Milligrams const ovary{f.weight_mg / 1000 * 145}, roe{ovary.n / 1000 * 850}, waste{ovary.n / 1000 * 130};
        if (steps-- > 0) tell(StepDone{f.fish, "take_ovary", "L1-OVARY", "Wu Min", "L1", ovary}, before -= seconds{60});
        if (steps-- > 0) tell(RubbingStarted{f.fish, "L1-RUB"}, before -= seconds{50});
        auto const lot = fmt::format("LINE-{}", pit_tag_text(f.fish).substr(7));
        if (steps-- > 0) tell(RoeTaken{f.fish, lot, ovary, roe, waste, Milligrams{f.weight_mg - ovary.n}, "L1-RUB"}, before -= seconds{170});
        Milligrams const salt{roe.n * 3'600 / 96'400 / 1000 * 1000};
        if (steps-- > 0) tell(Salted{lot, salt, {}, "SALT-LINE", "A", 3'100, MilliCelsius{9'800}, "L1-SALT"}, before -= seconds{150});
        auto left = roe.n + salt.n;
        auto wait = late ? seconds{760} : seconds{200};
        for (auto n = 1; steps > 0 && left >= 250'000 && before > wait; ++n) {
            auto const net = left >= 1'800'000 ? 1'800'000 : left >= 500'000 ? 500'000 : 250'000;
            tell(TinClosed{fmt::format("{}-{}", lot.substr(5), n), lot, Milligrams{net}, "L1-TIN", "TINS-LINE"}, before -= wait);
            left -= net;
            wait = seconds{30};
        }
        return true;
    }
};

} // namespace

std::int64_t work_at_demo_line(farm::Ledger& ledger, std::string const& author, Instant now) {
    auto const today = farm_day(now, ledger.reader().offset());
    auto const ripe = ripe_females(ledger, today, now);
    constexpr std::size_t on_line = 9, later = 5;
    if (ripe.size() < on_line + later) return 0;
    Line line{ledger, author, now, 77};
    auto const order = [&](char const* name, std::size_t from, std::size_t to, FarmDay day) {
        HarvestOrdered o{name, {}, day, day - 8, "L1", {}};
        for (auto i = from; i < to; ++i) o.fish.push_back(ripe[i].fish);
        line.tell(o, std::chrono::days{2});
    };
    order("LINE-TODAY", 0, on_line, today);
    order("LINE-NEXT", on_line, on_line + later, today + 1);
    line.tell(MaterialReceived{"SALT-LINE", "salt", Milligrams{25'000'000}, {}, "Ocean Salt (invented)", {}, today + 500}, std::chrono::days{20});
    line.tell(MaterialReceived{"BRINE-LINE", "brine", Milligrams{40'000'000}, {}, "own kitchen", {}, today + 3}, minutes{180});
    line.tell(MaterialReceived{"TINS-LINE", "tins", {}, 4'000, "Can Works (invented)", {}, {}}, std::chrono::days{20});
    auto const check = [&](char const* point, std::optional<std::int64_t> mc, minutes before, std::optional<std::string> action = {}) {
        line.tell(PointChecked{point, mc ? std::optional{MilliCelsius{*mc}} : std::nullopt, {}, mc ? std::nullopt : std::optional{true}, std::move(action), "L1", "Shen Lan"}, before);
    };
    check("cleaning", {}, minutes{95});
    check("screen", {}, minutes{92});
    check("store", -3'100, minutes{91});
    check("room", 10'200, minutes{90});
    check("rinse", 3'200, minutes{90});
    check("rinse", 4'900, minutes{44}, "ice added; 3.4 °C after ten minutes");
    check("room", 10'900, minutes{33});
    struct { minutes came; int steps; bool late; } const fish[] = {{minutes{75}, 9, true}, {minutes{48}, 9, false}, {minutes{22}, 8, false}, {minutes{13}, 7, false}, {minutes{10}, 6, false}, {minutes{6}, 4, false}, {minutes{2}, 1, false}};
    std::size_t next = 0;
    for (auto const& f : fish)
        while (next < on_line && !line.fish(ripe[next++], f.came, f.steps, f.late)) {}   // one in its withdrawal period stays where it is
    return line.told();
}

} // namespace osetra::app
