#include "processing/line_state.h"

#include <algorithm>
#include <tuple>

namespace osetra::processing {
namespace {

/// Lots have names of their own, so facts of a lot find their fish when the roe has been told, whichever came first.
struct Sorter {
    farm::PlantRules const& rules;
    std::map<FishId, FishOnLine> fish;
    std::map<std::string, FishId> of_lot;
    std::map<std::string, std::string> lot_of_tin;

    FishOnLine& on(FishId id) {
        auto& f = fish[id];
        f.fish = id;
        return f;
    }
    FishOnLine* by_lot(std::string const& lot) {
        auto const found = of_lot.find(lot);
        return found == of_lot.end() ? nullptr : &on(found->second);
    }
    void pass(FishOnLine& f, std::string_view kind, Told const& t, std::optional<std::string> const& station, std::optional<std::string> const& who = {}) {
        for (auto const& step : rules.steps)
            if (step.told_by == kind) f.reached.try_emplace(step.code, Reached{t.at, t.root, station, who});
    }

    void take(Told const&, HarvestOrdered const& b) {
        for (auto const id : b.fish) {
            auto& f = on(id);
            if (f.order.empty()) f.order = b.order;
            if (f.line.empty()) f.line = b.line.value_or("");
        }
    }
    void take(Told const& t, StepDone const& b) {
        auto& f = on(b.fish);
        if (b.line) f.line = *b.line;            // where it is worked on, whatever was planned
        auto const* step = rules.find_step(b.step);
        if (step && step->weighs == "ovary" && b.weight_mg && !f.ovary_mg) f.ovary_mg = b.weight_mg->n;
        f.reached.try_emplace(b.step, Reached{t.at, t.root, b.station, b.operator_name});
    }
    void take(Told const& t, RubbingStarted const& b) { pass(on(b.fish), RubbingStarted::kind, t, b.station); }
    void take(Told const& t, RoeTaken const& b) {
        auto& f = on(b.fish);
        if (f.roe_mg) return;
        f.lot = b.lot.value_or("");
        f.ovary_mg = b.ovary_mg.n;
        f.roe_mg = b.roe_mg.n;
        if (b.waste_mg) f.waste_mg = b.waste_mg->n;
        if (b.carcass_mg) f.carcass_mg = b.carcass_mg->n;
        pass(f, RoeTaken::kind, t, b.station);
    }
    void take(Told const& t, Salted const& b) {
        auto* f = by_lot(b.lot);
        if (!f || f->salt_mg) return;
        f->salt_mg = b.salt_mg.n;
        f->drained_mg = b.drained_mg.value_or(Milligrams{}).n;
        f->salt_batch = b.salt_lot;
        pass(*f, Salted::kind, t, b.station);
    }
    void take(Told const& t, TinClosed const& b) {
        auto* f = by_lot(b.lot);
        if (!f) return;
        if (std::any_of(f->tins.begin(), f->tins.end(), [&](TinOnLine const& other) { return other.tin == b.tin; })) {
            if (std::find(f->twice.begin(), f->twice.end(), b.tin) == f->twice.end()) f->twice.push_back(b.tin);
            return;
        }
        auto const rub = std::find_if(rules.steps.begin(), rules.steps.end(), [](auto const& s) { return s.told_by == RubbingStarted::kind; });
        auto const from = rub == rules.steps.end() ? f->reached.end() : f->reached.find(rub->code);
        f->tins.push_back({b.tin, b.net_mg.n, t.at, t.root, b.tin_batch, hold_of(rules, from == f->reached.end() ? std::nullopt : std::optional{from->second.at}, t.at)});
        pass(*f, TinClosed::kind, t, b.station);
    }
    void take(Told const& t, CaseClosed const& b) {
        for (auto const& tin : b.tins)
            if (auto const lot = lot_of_tin.find(tin); lot != lot_of_tin.end())
                if (auto* f = by_lot(lot->second)) pass(*f, CaseClosed::kind, t, b.station);
    }
    void take(Told const&, auto const&) {}
};

template <class T> bool is(Told const& t) { return std::holds_alternative<T>(t.body); }

} // namespace

std::optional<std::int64_t> FishOnLine::caviar_mg() const { return roe_mg && salt_mg ? std::optional{*roe_mg + *salt_mg - drained_mg.value_or(0)} : std::nullopt; }
std::int64_t FishOnLine::tinned_mg() const {
    std::int64_t all = 0;
    for (auto const& tin : tins) all += tin.net_mg;
    return all;
}

std::map<FishId, FishOnLine> fish_of(farm::PlantRules const& rules, std::vector<Told> told) {
    std::sort(told.begin(), told.end(), [](Told const& a, Told const& b) { return std::tie(a.at, a.root) < std::tie(b.at, b.root); });
    Sorter sorter{rules, {}, {}, {}};
    for (auto const& t : told)
        if (auto const* roe = std::get_if<RoeTaken>(&t.body); roe && roe->lot) sorter.of_lot.try_emplace(*roe->lot, roe->fish);
    for (auto const& t : told)
        if (auto const* tin = std::get_if<TinClosed>(&t.body)) sorter.lot_of_tin.try_emplace(tin->tin, tin->lot);
    // Where rubbing began is known before any tin is looked at: a station's clock may be wrong.
    for (auto const& t : told) if (is<RubbingStarted>(t)) sorter.take(t, std::get<RubbingStarted>(t.body));
    for (auto const& t : told) std::visit([&](auto const& body) { sorter.take(t, body); }, t.body);
    return std::move(sorter.fish);
}

std::optional<std::size_t> last_step(farm::PlantRules const& rules, FishOnLine const& f) {
    for (auto i = rules.steps.size(); i-- > 0;)
        if (f.reached.contains(rules.steps[i].code)) return i;
    return std::nullopt;
}

farm::PlantStep const* next_step(farm::PlantRules const& rules, FishOnLine const& f) {
    auto const last = last_step(rules, f);
    auto const next = last ? *last + 1 : 0;
    return next < rules.steps.size() ? &rules.steps[next] : nullptr;
}

std::vector<std::string> skipped(farm::PlantRules const& rules, FishOnLine const& f) {
    std::vector<std::string> all;
    auto const last = last_step(rules, f);
    for (std::size_t i = 0; last && i < *last; ++i)
        if (!f.reached.contains(rules.steps[i].code)) all.push_back(rules.steps[i].code);
    return all;
}

std::int64_t ClockOf::seconds(Instant now) const { return std::chrono::duration_cast<std::chrono::seconds>(stopped.value_or(std::max(now, from)) - from).count(); }

std::vector<ClockOf> clocks_of(farm::PlantRules const& rules, FishOnLine const& f) {
    std::vector<ClockOf> all;
    for (auto const& clock : rules.clocks) {
        auto const from = f.reached.find(clock.from);
        if (from == f.reached.end()) continue;
        ClockOf of{&clock, from->second.at, {}};
        auto const* end = rules.find_step(clock.to);
        if (end->told_by == TinClosed::kind) {
            std::int64_t tinned = 0;
            for (auto const& tin : f.tins) {
                tinned += tin.net_mg;
                if (f.caviar_mg() && tinned + rules.rest_most_mg >= *f.caviar_mg()) { of.stopped = tin.closed_at; break; }
            }
        } else if (auto const to = f.reached.find(clock.to); to != f.reached.end()) of.stopped = to->second.at;
        for (auto i = rules.place_of(clock.to) + 1; !of.stopped && i < rules.steps.size(); ++i)
            if (auto const later = f.reached.find(rules.steps[i].code); later != f.reached.end()) of.stopped = f.tins.empty() ? later->second.at : f.tins.back().closed_at;
        if (of.stopped && *of.stopped < of.from) of.stopped = of.from;
        all.push_back(of);
    }
    return all;
}

Balance balance_of(farm::PlantRules const& rules, FishOnLine const& f) {
    Balance b;
    b.ovary_mg = f.ovary_mg; b.waste_mg = f.waste_mg; b.roe_mg = f.roe_mg; b.salt_mg = f.salt_mg; b.drained_mg = f.drained_mg; b.caviar_mg = f.caviar_mg();
    b.tinned_mg = f.tinned_mg();
    b.tolerance_mg = (b.caviar_mg ? *b.caviar_mg : b.roe_mg.value_or(0)) * rules.balance_thousandths / 1000;
    if (b.ovary_mg && b.roe_mg) {
        b.ovary_left_mg = *b.ovary_mg - *b.roe_mg - b.waste_mg.value_or(0);
        b.holds = *b.ovary_left_mg >= -(*b.ovary_mg * rules.balance_thousandths / 1000);
    }
    if (b.caviar_mg && !f.tins.empty()) {
        b.caviar_left_mg = *b.caviar_mg - b.tinned_mg;
        b.holds = b.holds && *b.caviar_left_mg >= -b.tolerance_mg && *b.caviar_left_mg <= rules.rest_most_mg + b.tolerance_mg;
    }
    return b;
}

Balance add(Balance const& a, Balance const& b) {
    auto const sum = [](std::optional<std::int64_t> const& x, std::optional<std::int64_t> const& y) { return x || y ? std::optional{x.value_or(0) + y.value_or(0)} : std::nullopt; };
    return {sum(a.ovary_mg, b.ovary_mg), sum(a.waste_mg, b.waste_mg), sum(a.roe_mg, b.roe_mg), sum(a.salt_mg, b.salt_mg), sum(a.drained_mg, b.drained_mg), sum(a.caviar_mg, b.caviar_mg),
            a.tinned_mg + b.tinned_mg, sum(a.ovary_left_mg, b.ovary_left_mg), sum(a.caviar_left_mg, b.caviar_left_mg), a.tolerance_mg + b.tolerance_mg, a.holds && b.holds};
}

std::vector<CheckDue> checks_due(farm::PlantRules const& rules, std::vector<Told> const& told, std::optional<Instant> work_from, Instant now) {
    std::vector<CheckDue> all;
    for (auto const& check : rules.checks) {
        CheckDue due{&check, {}, true, {}, 0, 0, {}};
        std::vector<Instant> done;
        for (auto const& t : told) {
            auto const* b = std::get_if<PointChecked>(&t.body);
            if (!b || b->point != check.code || t.at > now) continue;
            done.push_back(t.at);
            ++due.done;
            if (!is_good(check, *b)) ++due.failed;
            if (!due.last_at || t.at >= *due.last_at) { due.last_at = t.at; due.last_good = is_good(check, *b); }
        }
        std::sort(done.begin(), done.end());
        if (work_from) {
            // Looked at in every period of its length; the first one may have been before work began.
            auto const before = std::find_if(done.begin(), done.end(), [&](Instant t) { return t > *work_from; }) - done.begin();
            auto const ready = before > 0;
            if (check.every_minutes == 0) {
                if (!ready) (done.empty() ? due.due_at : due.last_at) = done.empty() ? work_from : due.last_at;
                if (!ready) due.missed.push_back(*work_from);
            } else {
                auto const every = std::chrono::minutes{check.every_minutes};
                auto expected = ready ? done[static_cast<std::size_t>(before) - 1] + every : *work_from + every;
                for (auto i = static_cast<std::size_t>(before);;) {
                    if (i < done.size() && done[i] <= expected) { expected = done[i++] + every; continue; }
                    if (expected >= now) break;
                    due.missed.push_back(expected);
                    if (i < done.size() && done[i] < expected + every) expected = done[i++] + every;
                    else expected += every;
                }
                due.due_at = expected;
            }
        } else if (done.empty()) due.due_at = now;
        all.push_back(std::move(due));
    }
    return all;
}

} // namespace osetra::processing
