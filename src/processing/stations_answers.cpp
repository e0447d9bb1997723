#include "processing/stations_answers.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "kernel/json.h"
#include "processing/line_chart.h"

namespace osetra::processing {
namespace {

constexpr auto on_line_for = std::chrono::hours{18};   // what began before is no work of today
constexpr auto recorded_days = std::chrono::days{14};
constexpr std::int64_t lots_timed = 120;               // whose step times are looked at
constexpr double break_s = 3'600;                      // a longer pause is a break, not the pace of the line
constexpr int hours_ahead = 10;

std::vector<Told> told_of(std::vector<Kept> const& rows) {
    std::vector<Told> all;
    all.reserve(rows.size());
    for (auto const& row : rows) all.push_back({row.root, row.happened_at, body_of(row)});
    return all;
}

farm::PlantRules const& rules_of(PlantAsked const& a) { return a.farm.pack().plant; }

char const* state_of(ClockOf const& c, Instant now) { return c.breached(now) ? "late" : c.seconds(now) >= c.clock->warn_s ? "warn" : "good"; }

void clock_fields(JsonOut& out, ClockOf const& c, Instant now) {
    out.begin_object();
    out.value("clock", c.clock->code);
    out.value("name_en", c.clock->name_en);
    out.value("name_zh", c.clock->name_zh);
    out.value("from", c.from);
    out.value("stopped", c.stopped);
    out.value("seconds", c.seconds(now));
    out.value("left_s", c.clock->limit_s - c.seconds(now));
    out.value("warn_s", c.clock->warn_s);
    out.value("limit_s", c.clock->limit_s);
    out.value("running", !c.stopped);
    out.value("state", state_of(c, now));
    out.end_object();
}

void balance_fields(JsonOut& out, char const* name, Balance const& b) {
    out.begin_object(name);
    out.value("ovary_mg", b.ovary_mg);
    out.value("waste_mg", b.waste_mg);
    out.value("roe_mg", b.roe_mg);
    out.value("salt_mg", b.salt_mg);
    out.value("drained_mg", b.drained_mg);
    out.value("caviar_mg", b.caviar_mg);
    out.value("tinned_mg", b.tinned_mg);
    out.value("ovary_left_mg", b.ovary_left_mg);
    out.value("caviar_left_mg", b.caviar_left_mg);
    out.value("tolerance_mg", b.tolerance_mg);
    out.value("holds", b.holds);
    out.end_object();
}

/// Why what came of a fish may go no further: what bars the first of its tins that is barred.
std::string hold_of_fish(PlantAsked const& a, FishOnLine const& f) {
    for (auto const& tin : f.tins)
        if (auto why = a.plant.hold_on(tin.tin, ""); !why.empty()) return why;
    return {};
}

bool on_the_line(farm::PlantRules const& rules, FishOnLine const& f) {
    auto const* next = next_step(rules, f);
    if (!next || f.reached.empty()) return false;
    if (!next->rests) return true;
    auto const clocks = clocks_of(rules, f);   // tins are closed, but is the bowl empty?
    return std::any_of(clocks.begin(), clocks.end(), [](ClockOf const& c) { return !c.stopped; });
}

std::string species_of(PlantAsked const& a, FishId fish) {
    auto const harvest = a.farm.harvest_of(fish);
    return harvest ? harvest->species : std::string{};
}

void fish_fields(JsonOut& out, PlantAsked const& a, FishOnLine const& f) {
    auto const& rules = rules_of(a);
    out.begin_object();
    out.value("fish", f.fish);
    out.value("species", species_of(a, f.fish));
    if (!f.lot.empty()) out.value("lot", f.lot);
    if (!f.order.empty()) out.value("order", f.order);
    out.value("line", f.line);
    if (auto const last = last_step(rules, f)) {
        auto const& step = rules.steps[*last];
        auto const& reached = f.reached.at(step.code);
        out.value("step", step.code);
        out.value("step_at", reached.at);
        out.value("station", reached.station);
    }
    auto const clocks = clocks_of(rules, f);
    auto const open = std::any_of(clocks.begin(), clocks.end(), [](ClockOf const& c) { return !c.stopped; });
    auto const* next = next_step(rules, f);
    if (next && next->rests && open)
        if (auto const last = last_step(rules, f); last) next = &rules.steps[*last];   // the same once more: more tins
    if (next) out.value("next", next->code);
    out.begin_array("clocks");
    for (auto const& c : clocks) clock_fields(out, c, a.now);
    out.end_array();
    if (auto const missing = skipped(rules, f); !missing.empty()) out.value("skipped", missing);
    if (!f.twice.empty()) out.value("twice", f.twice);
    if (auto const why = hold_of_fish(a, f); !why.empty()) out.value("hold", why);
    if (f.roe_mg && !f.salt_mg) out.value("suggested_salt_mg", suggested_salt_mg(rules, *f.roe_mg));
    out.value("tins", static_cast<std::int64_t>(f.tins.size()));
    std::vector<std::string> serials;
    for (auto const& t : f.tins) serials.push_back(t.tin);
    out.value("serials", serials);
    balance_fields(out, "weights", balance_of(rules, f));
    out.end_object();
}

void steps_fields(JsonOut& out, farm::PlantRules const& rules) {
    out.objects("steps", rules.steps, [&](auto const& s) {
        out.value("step", s.code);
        out.value("name_en", s.name_en);
        out.value("name_zh", s.name_zh);
        out.value("told_by", s.told_by);
        if (!s.weighs.empty()) out.value("weighs", s.weighs);
        out.value("rests", s.rests);
    });
}

std::optional<Instant> work_from(std::vector<Told> const& told) {
    std::optional<Instant> first;
    for (auto const& t : told)
        if (std::holds_alternative<StepDone>(t.body) || std::holds_alternative<RubbingStarted>(t.body))
            if (!first || t.at < *first) first = t.at;
    return first;
}

/// Fish that nobody has begun: of the orders for a day, and those that came to the plant although their day is another.
std::vector<std::pair<FishId, HarvestOrdered>> waiting(PlantAsked const& a, FarmDay day, std::map<FishId, FishOnLine> const& begun) {
    std::vector<std::pair<FishId, HarvestOrdered>> all;
    for (auto const& name : a.plant.last_names(HarvestOrdered::kind, a.now + std::chrono::seconds{1}, 60)) {
        auto const order = a.plant.first<HarvestOrdered>(name);
        if (!order || order->body.planned_on < day - 7) continue;
        for (auto const fish : order->body.fish) {
            if (auto const on = begun.find(fish); on != begun.end() && !on->second.reached.empty()) continue;
            auto const harvest = a.farm.harvest_of(fish);
            if (harvest ? a.now - harvest->at < on_line_for : order->body.planned_on == day) all.emplace_back(fish, order->body);
        }
    }
    return all;
}

std::string line_of_station(std::optional<std::string> const& station) { return station ? station->substr(0, station->find('-')) : std::string{}; }

struct Spread {
    double low = 0, median = 0, high = 0;
    std::int64_t n = 0;
};
std::optional<Spread> spread(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    std::sort(values.begin(), values.end());
    return Spread{quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9), static_cast<std::int64_t>(values.size())};
}
void spread_fields(JsonOut& out, char const* name, Spread const& s) {
    out.begin_object(name);
    out.value("low", s.low);
    out.value("median", s.median);
    out.value("high", s.high);
    out.value("n", s.n);
    out.end_object();
}

/// Everything that was told of a lot and of what came of it, each fact once, in the order of its time.
std::vector<Kept> facts_of_lot(PlantStore& plant, std::string const& lot, FishId fish) {
    std::map<std::pair<Instant, FactId>, Kept> all;
    auto const add = [&](std::vector<Kept> rows) { for (auto& row : rows) all.emplace(std::pair{row.happened_at, row.root}, std::move(row)); };
    add(plant.with_part("fish:" + pit_tag_text(fish)));
    add(plant.with_part("lot:" + lot));
    add(plant.named(Salted::kind, lot));
    std::vector<std::string> tins;
    for (auto const& [key, kept] : all)
        if (kept.kind == TinClosed::kind) tins.push_back(kept.name);
    for (auto const& tin : tins) {
        add(plant.with_part("tin:" + tin));
        add(plant.named(Repacked::kind, tin));
    }
    std::vector<Kept> out;
    for (auto& [key, kept] : all) out.push_back(std::move(kept));
    return out;
}

} // namespace

std::string line_json(PlantAsked const& a, std::string const& line, std::string const& step) {
    auto const& rules = rules_of(a);
    auto const today = farm_day(a.now, a.farm.offset());
    auto const told = told_of(a.plant.between(a.now - on_line_for, a.now + std::chrono::minutes{10}));
    auto const all = fish_of(rules, told);
    JsonOut out;
    out.begin_object();
    out.value("now", a.now);
    steps_fields(out, rules);
    std::set<std::string> lines;
    std::int64_t done = 0, running = 0, late = 0, held = 0;
    std::vector<FishOnLine const*> on;
    for (auto const& [fish, f] : all) {
        if (f.reached.empty()) continue;
        if (!f.line.empty()) lines.insert(f.line);
        if (!on_the_line(rules, f)) {
            if (!f.tins.empty() && farm_day(f.tins.back().closed_at, a.farm.offset()) == today) ++done;
            auto const late_tin = std::any_of(f.tins.begin(), f.tins.end(), [](TinOnLine const& t) { return !t.hold.empty(); });
            if (!late_tin || hold_of_fish(a, f).empty()) continue;   // quality has pages of its own for what it holds later
        }
        on.push_back(&f);
    }
    // Who has least time left comes first; whose clock has not begun, by where it is.
    auto const key = [&](FishOnLine const* f) {
        std::int64_t left = 1'000'000;
        for (auto const& c : clocks_of(rules, *f)) if (!c.stopped) left = std::min(left, c.clock->limit_s - c.seconds(a.now));
        return std::tuple{left, -static_cast<std::int64_t>(last_step(rules, *f).value_or(0)), f->fish.n};
    };
    std::sort(on.begin(), on.end(), [&](auto const* x, auto const* y) { return key(x) < key(y); });
    out.begin_array("fish");
    for (auto const* f : on) {
        if (!line.empty() && f->line != line) continue;
        auto const* next = next_step(rules, *f);
        if (!step.empty() && (!next || next->code != step)) continue;
        auto runs = false, breached = false;
        for (auto const& c : clocks_of(rules, *f)) {
            runs = runs || !c.stopped;
            breached = breached || (!c.stopped && c.breached(a.now));
        }
        running += runs ? 1 : 0;
        late += breached ? 1 : 0;
        held += hold_of_fish(a, *f).empty() ? 0 : 1;
        fish_fields(out, a, *f);
    }
    out.end_array();
    out.begin_array("waiting");
    for (auto const& [fish, order] : waiting(a, today, all)) {
        auto const harvest = a.farm.harvest_of(fish);
        if (!line.empty() && order.line.value_or("") != line) continue;
        lines.insert(order.line.value_or(""));
        out.begin_object();
        out.value("fish", fish);
        out.value("order", order.order);
        out.value("line", order.line);
        out.value("harvested", harvest.has_value());
        out.end_object();
    }
    out.end_array();
    lines.erase("");
    out.value("lines", std::vector<std::string>{lines.begin(), lines.end()});
    out.value("running", running);
    out.value("late", late);
    out.value("held", held);
    out.value("done", done);
    std::int64_t due = 0;
    for (auto const& c : checks_due(rules, told, work_from(told), a.now)) due += c.due_at && *c.due_at <= a.now ? 1 : 0;
    out.value("checks_due", due);
    out.end_object();
    return out.take();
}

std::string plant_day_json(PlantAsked const& a, FarmDay day) {
    auto const& rules = rules_of(a);
    auto const from = start_of(day, a.farm.offset()), to = start_of(day + 1, a.farm.offset());
    auto const all = fish_of(rules, told_of(a.plant.between(from - on_line_for, to)));
    JsonOut out;
    out.begin_object();
    out.value("day", day);
    Balance sum;
    std::int64_t lots = 0, broken = 0;
    out.begin_array("lots");
    for (auto const& [fish, f] : all) {
        auto const at = last_step(rules, f);
        if (f.lot.empty() || !at || f.reached.at(rules.steps[*at].code).at < from) continue;
        ++lots;
        auto const b = balance_of(rules, f);
        broken += b.holds ? 0 : 1;
        sum = add(sum, b);
        fish_fields(out, a, f);
    }
    out.end_array();
    out.value("count", lots);
    out.value("broken", broken);
    balance_fields(out, "sum", sum);
    steps_fields(out, rules);
    out.end_object();
    return out.take();
}

Result<std::string> lot_json(PlantAsked const& a, std::string const& name) {
    auto const lot = a.plant.lot(name);
    if (!lot) return refuse("lot_not_found", fmt::format("There is no roe lot \"{}\".", name.substr(0, 60)), "lot");
    auto const& rules = rules_of(a);
    auto const kept = facts_of_lot(a.plant, name, lot->fish);
    auto const all = fish_of(rules, told_of(kept));
    auto const& f = all.at(lot->fish);
    JsonOut out;
    out.begin_object();
    out.value("lot", name);
    out.value("now", a.now);
    if (auto const harvest = a.farm.harvest_of(lot->fish)) {
        out.begin_object("harvest");
        out.value("at", harvest->at);
        out.value("fact", harvest->root);
        out.value("pool", harvest->pool);
        out.value("cohort", harvest->cohort);
        out.value("weight_mg", harvest->weight_mg);
        out.end_object();
    }
    out.begin_array("of");   // one fish, one lot
    fish_fields(out, a, f);
    out.end_array();
    out.value("carcass_mg", f.carcass_mg);
    out.value("salt_batch", f.salt_batch);
    if (lot->salted) {
        out.value("grade", lot->salted->grade);
        out.value("egg_um", lot->salted->egg_um);
        if (lot->caviar_mg() > 0) out.value("salt_share", static_cast<double>(lot->salted->salt_mg.n) / static_cast<double>(lot->caviar_mg()));
    }
    out.begin_array("reached");
    for (auto const& s : rules.steps)
        if (auto const r = f.reached.find(s.code); r != f.reached.end()) {
            out.begin_object();
            out.value("step", s.code);
            out.value("at", r->second.at);
            out.value("station", r->second.station);
            out.value("operator", r->second.operator_name);
            out.value("fact", r->second.fact);
            out.end_object();
        }
    out.end_array();
    out.begin_array("tins_closed");
    for (auto const& t : f.tins) {
        auto const tin = a.plant.tin(t.tin);
        out.begin_object();
        out.value("tin", t.tin);
        out.value("net_mg", t.net_mg);
        out.value("at", t.closed_at);
        out.value("batch", t.batch);
        out.value("fact", t.fact);
        if (tin && !tin->hold.empty()) out.value("hold", tin->hold);
        if (!t.hold.empty()) out.value("clock_hold", t.hold);
        if (tin && tin->container) out.value("container", *tin->container);
        if (tin && tin->repacked) out.value("repacked", true);
        out.end_object();
    }
    out.end_array();
    out.objects("facts", kept, [&](auto const& k) {
        out.value("fact", k.root);
        out.value("kind", k.kind);
        out.value("at", k.happened_at);
        out.raw("body", k.body);
    });
    steps_fields(out, rules);
    out.end_object();
    return out.take();
}

Result<std::string> salt_json(PlantAsked const& a, std::string const& name) {
    auto const lot = a.plant.lot(name);
    if (!lot) return refuse("lot_not_found", fmt::format("There is no roe lot \"{}\". Tell the roe first, or mend the name.", name.substr(0, 60)), "lot");
    auto const& rules = rules_of(a);
    JsonOut out;
    out.begin_object();
    out.value("lot", name);
    out.value("roe_mg", lot->roe_mg);
    out.value("suggested_mg", suggested_salt_mg(rules, lot->roe_mg));
    out.value("least_mg", lot->roe_mg * rules.salt_share_least / (100'000 - rules.salt_share_least));
    out.value("most_mg", lot->roe_mg * rules.salt_share_most / (100'000 - rules.salt_share_most));
    out.end_object();
    return out.take();
}

std::string capacity_json(PlantAsked const& a) {
    auto const& rules = rules_of(a);
    auto const offset = a.farm.offset();
    auto const today = farm_day(a.now, offset);
    std::map<std::string, Instant> last;
    std::map<std::string, std::vector<double>> by_line;
    std::vector<double> between;
    std::set<std::string> working;
    std::optional<Instant> began;
    std::map<std::int64_t, std::int64_t> done_by_hour;
    for (auto const& kept : a.plant.between(a.now - recorded_days, a.now, RubbingStarted::kind)) {
        auto const body = std::get<RubbingStarted>(body_of(kept));
        auto const line = line_of_station(body.station);
        if (auto const before = last.find(line); before != last.end()) {
            auto const s = std::chrono::duration<double>(kept.happened_at - before->second).count();
            if (s > 0 && s <= break_s) { between.push_back(s); by_line[line].push_back(s); }
        }
        last[line] = kept.happened_at;
        if (farm_day(kept.happened_at, offset) != today) continue;
        working.insert(line);
        if (!began) began = kept.happened_at;
        ++done_by_hour[std::chrono::duration_cast<std::chrono::hours>(kept.happened_at - start_of(today, offset)).count()];
    }
    std::map<std::string, std::vector<double>> step_times;
    for (auto const& name : a.plant.last_names(Salted::kind, a.now, lots_timed)) {
        auto const lot = a.plant.lot(name);
        if (!lot) continue;
        auto const all = fish_of(rules, told_of(facts_of_lot(a.plant, name, lot->fish)));
        auto const& f = all.at(lot->fish);
        std::optional<Instant> before;
        for (auto const& s : rules.steps) {
            auto const r = f.reached.find(s.code);
            if (r == f.reached.end() || s.rests) continue;
            if (before && r->second.at >= *before) step_times[s.code].push_back(std::chrono::duration<double>(r->second.at - *before).count());
            before = r->second.at;
        }
    }
    auto const lines = static_cast<int>(std::max<std::size_t>(1, working.empty() ? by_line.size() : working.size()));
    auto const told = told_of(a.plant.between(a.now - on_line_for, a.now));
    auto const left = static_cast<std::int64_t>(waiting(a, today, fish_of(rules, told)).size());
    JsonOut out;
    out.begin_object();
    out.value("day", today);
    out.value("now", a.now);
    out.value("lines", std::int64_t{lines});
    out.value("recorded", static_cast<std::int64_t>(between.size()));
    out.value("waiting", left);
    if (auto const s = spread(between)) spread_fields(out, "seconds_between", *s);
    out.objects("by_line", by_line, [&](auto const& one) {
        auto const& [line, values] = one;
        out.value("line", line);
        spread_fields(out, "seconds_between", *spread(values));
    });
    out.begin_array("steps");
    for (auto const& s : rules.steps)
        if (auto const found = step_times.find(s.code); found != step_times.end()) {
            out.begin_object();
            out.value("step", s.code);
            out.value("name_en", s.name_en);
            out.value("name_zh", s.name_zh);
            spread_fields(out, "seconds", *spread(found->second));
            out.end_object();
        }
    out.end_array();
    out.objects("done", done_by_hour, [&](auto const& one) {
        auto const& [hour, fish] = one;
        out.value("hour", hour);
        out.value("fish", fish);
    });
    out.objects("ahead", forecast(between, hours_ahead, lines), [&](auto const& h) {
        out.value("until", a.now + std::chrono::hours{h.hour});
        out.value("low", h.low);
        out.value("median", h.median);
        out.value("high", h.high);
    });
    out.end_object();
    return out.take();
}

std::string charts_json(PlantAsked const& a, std::int64_t most) {
    std::vector<ChartPoint> time, yield, salt;
    auto names = a.plant.last_names(Salted::kind, a.now, most);
    std::reverse(names.begin(), names.end());
    for (auto const& name : names) {
        auto const lot = a.plant.lot(name);
        auto const roe = a.plant.first<RoeTaken>(name);
        if (!lot || !roe || !lot->salted) continue;
        if (lot->rubbing_at && lot->first_tin_at) time.push_back({name, lot->taken_at, std::chrono::duration<double>(*lot->first_tin_at - *lot->rubbing_at).count()});
        if (roe->body.ovary_mg.n > 0) yield.push_back({name, lot->taken_at, 100.0 * static_cast<double>(lot->roe_mg) / static_cast<double>(roe->body.ovary_mg.n)});
        if (lot->caviar_mg() > 0) salt.push_back({name, lot->taken_at, 100.0 * static_cast<double>(lot->salted->salt_mg.n) / static_cast<double>(lot->caviar_mg())});
    }
    auto const& rules = rules_of(a);
    JsonOut out;
    out.begin_object();
    out.begin_array("charts");
    auto const chart = [&](char const* name, char const* unit, std::vector<ChartPoint> const& points, std::optional<double> least, std::optional<double> highest) {
        out.begin_object();
        out.value("chart", name);
        out.value("unit", unit);
        out.value("least", least);
        out.value("most", highest);
        put_chart(out, points);
        out.end_object();
    };
    auto const* clock = tin_clock(rules);
    chart("time", "s", time, std::nullopt, clock ? std::optional{static_cast<double>(clock->limit_s)} : std::nullopt);
    chart("yield", "%", yield, std::nullopt, std::nullopt);
    chart("salt", "%", salt, static_cast<double>(rules.salt_share_least) / 1000, static_cast<double>(rules.salt_share_most) / 1000);
    out.end_array();
    out.end_object();
    return out.take();
}

std::string checks_json(PlantAsked const& a, FarmDay day) {
    auto const& rules = rules_of(a);
    auto const from = start_of(day, a.farm.offset()), end = start_of(day + 1, a.farm.offset());
    auto const kept = a.plant.between(from, end);
    auto const told = told_of(kept);
    std::optional<Instant> last;
    for (auto const& t : told) if (!std::holds_alternative<PointChecked>(t.body)) last = t.at;
    auto const until = a.now < end ? a.now : last.value_or(from);
    JsonOut out;
    out.begin_object();
    out.value("day", day);
    out.value("now", a.now);
    std::int64_t missed = 0, failed = 0, due_now = 0;
    out.begin_array("points");
    for (auto const& d : checks_due(rules, told, work_from(told), until)) {
        missed += static_cast<std::int64_t>(d.missed.size());
        failed += d.failed;
        due_now += d.due_at && *d.due_at <= until ? 1 : 0;
        out.begin_object();
        out.value("point", d.check->code);
        out.value("name_en", d.check->name_en);
        out.value("name_zh", d.check->name_zh);
        out.value("measures", d.check->measures);
        out.value("least", d.check->least);
        out.value("most", d.check->most);
        out.value("every_minutes", d.check->every_minutes);
        out.value("action_en", d.check->action_en);
        out.value("action_zh", d.check->action_zh);
        out.value("last_at", d.last_at);
        out.value("last_good", d.last_good);
        out.value("due_at", d.due_at);
        out.value("done", d.done);
        out.value("failed", d.failed);
        out.begin_array("missed");
        for (auto const t : d.missed) out.value(nullptr, t);
        out.end_array();
        out.begin_array("checks");
        for (auto const& t : told) {
            auto const* b = std::get_if<PointChecked>(&t.body);
            if (!b || b->point != d.check->code) continue;
            out.begin_object();
            out.value("fact", t.root);
            out.value("at", t.at);
            out.value("good", is_good(*d.check, *b));
            out.value("temperature_mc", b->temperature_mc);
            out.value("share_ppm", b->share_ppm);
            out.value("action", b->action);
            out.value("operator", b->operator_name);
            out.end_object();
        }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.value("missed", missed);
    out.value("failed", failed);
    out.value("due", due_now);
    out.end_object();
    return out.take();
}

std::string orders_json(PlantAsked const& a, std::int64_t most) {
    JsonOut out;
    out.begin_object();
    out.value("purge_days_least", rules_of(a).purge_days_least);
    out.begin_array("orders");
    for (auto const& name : a.plant.last_names(HarvestOrdered::kind, a.now + std::chrono::days{1}, most)) {
        auto const order = a.plant.first<HarvestOrdered>(name);
        if (!order) continue;
        out.begin_object();
        out.value("order", order->body.order);
        out.value("planned_on", order->body.planned_on);
        out.value("purge_from", order->body.purge_from);
        out.value("line", order->body.line);
        out.value("note", order->body.note);
        out.value("fact", order->root);
        out.value("at", order->at);
        out.begin_array("fish");
        for (auto const fish : order->body.fish) {
            out.begin_object();
            out.value("fish", fish);
            if (auto const harvest = a.farm.harvest_of(fish)) out.value("harvested_at", harvest->at);
            out.value("lot", a.plant.lot_of(fish));
            out.end_object();
        }
        out.end_array();
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string materials_json(PlantAsked const& a) {
    JsonOut out;
    out.begin_object();
    out.begin_array("batches");
    for (auto const& name : a.plant.last_names(MaterialReceived::kind, a.now + std::chrono::seconds{1}, 60)) {
        auto const came = a.plant.first<MaterialReceived>(name);
        if (!came) continue;
        std::int64_t used = 0, lots = 0;
        for (auto const& kept : a.plant.with_part("batch:" + name)) {
            auto const body = body_of(kept);
            if (auto const* b = std::get_if<Salted>(&body)) { used += b->salt_mg.n; ++lots; }
            if (auto const* b = std::get_if<TinClosed>(&body); b && came->body.count) ++used;
            if (auto const* b = std::get_if<MaterialUsed>(&body)) used += b->count ? *b->count : b->weight_mg.value_or(Milligrams{}).n;
        }
        out.begin_object();
        write_fields(out, came->body);
        out.value("at", came->at);
        out.value("fact", came->root);
        auto const all = came->body.count ? *came->body.count : came->body.weight_mg.value_or(Milligrams{}).n;
        out.value("used", used);
        out.value("left", all - used);
        out.value("lots", lots);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.take();
}

} // namespace osetra::processing
