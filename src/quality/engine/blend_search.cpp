#include "quality/engine/blend_search.h"

#include <algorithm>
#include <cmath>

#include "kernel/processor_time.h"
#include "kernel/splitmix.h"
#include "quality/engine/distributions.h"
#include "quality/engine/mixture_program.h"

namespace osetra::quality {
namespace {

constexpr double grain = 1e-7;

/// A blend while it is being changed: sums over its lots, so that a change costs as much as there are attributes.
class Exchange {
public:
    Exchange(std::vector<BlendLot> const& lots, BlendWish const& wish, ExchangeLimits const& limits) : m_lots(lots), m_wish(wish), m_limits(limits), m_units(lots.size(), 0), m_place(lots.size(), -1) {
        for (std::size_t a = 0; a < wish.aims.size(); ++a) if (wish.aims[a].counted) m_aims.push_back(a);
        auto const amount = static_cast<double>(wish.amount_mg.n);
        for (auto const& lot : lots) {
            auto const unit = lot.bag_mg ? lot.bag_mg->n : std::max<std::int64_t>(1, wish.amount_mg.n / loose_parts);
            m_unit.push_back(static_cast<double>(unit) / amount);
            m_cost.push_back(static_cast<double>(price_of(lot.price, {unit}).minor));
            m_most.push_back(std::min(lot.available_mg.n / unit, static_cast<std::int64_t>(amount * (1 + wish.over)) / unit));
            m_must.push_back(std::min((lot.must_mg.n + unit - 1) / unit, m_most.back()));
            m_least.push_back(std::max<std::int64_t>({1, m_must.back(), (lot.least_mg.n + unit - 1) / unit}));
            m_old.push_back(lot.age_days >= wish.old_days);
            auto const kind = std::find(wish.kinds.begin(), wish.kinds.end(), lot.kind);
            m_kind.push_back(static_cast<std::size_t>(kind - wish.kinds.begin()));
            for (auto const a : m_aims) { m_value.push_back(lot.value[a]); m_error2.push_back(lot.error[a] * lot.error[a]); }
        }
        for (auto const a : m_aims) { auto const half = (wish.aims[a].high - wish.aims[a].low) / 2; m_half.push_back(half > 0 ? half : 1e-6); }
        m_sum.assign(m_aims.size(), 0);
        m_variance.assign(m_aims.size(), 0);
        m_by_kind.assign(wish.kinds.size() + 1, 0);
        for (std::size_t i = 0; i < lots.size(); ++i) if (m_must[i] > 0) set(i, m_least[i]);
    }

    std::int64_t units(std::size_t i) const { return m_units[i]; }
    std::int64_t most(std::size_t i) const { return m_most[i]; }
    std::int64_t least(std::size_t i) const { return m_least[i]; }
    std::int64_t must(std::size_t i) const { return m_must[i]; }
    double unit(std::size_t i) const { return m_unit[i]; }
    double amount() const { return m_amount; }
    std::vector<std::size_t> const& used() const { return m_used; }

    /// \pre 0 or least() .. most()
    void set(std::size_t i, std::int64_t units) {
        auto const was = static_cast<double>(m_units[i]), is = static_cast<double>(units);
        auto const d = (is - was) * m_unit[i];
        auto const d2 = (is * is - was * was) * m_unit[i] * m_unit[i];
        auto const n = m_aims.size();
        for (std::size_t k = 0; k < n; ++k) { m_sum[k] += m_value[i * n + k] * d; m_variance[k] += m_error2[i * n + k] * d2; }
        m_amount += d;
        m_money += (is - was) * m_cost[i];
        if (m_old[i]) m_aged += d;
        m_by_kind[m_kind[i]] += d;
        if (m_units[i] == 0 && units > 0) { m_place[i] = static_cast<int>(m_used.size()); m_used.push_back(i); }
        if (m_units[i] > 0 && units == 0) {
            m_used[static_cast<std::size_t>(m_place[i])] = m_used.back();
            m_place[m_used.back()] = m_place[i];
            m_used.pop_back();
            m_place[i] = -1;
        }
        m_units[i] = units;
    }

    double cost() const {
        if (m_limits.goal == BlendGoal::cheapest) return m_money;
        double off = 0;
        auto const all = std::max(m_amount, 1e-9);
        for (std::size_t k = 0; k < m_aims.size(); ++k) off += m_wish.aims[m_aims[k]].weight * std::abs(total(k) / all - m_wish.aims[m_aims[k]].target) / m_half[k];
        return off;
    }

    /// By how much limits are broken, in halves of tolerances and shares of the amount.
    double broken() const {
        double sum = 0, within = 1;
        auto const all = std::max(m_amount, 1e-9);
        for (std::size_t k = 0; k < m_aims.size(); ++k) {
            auto const& aim = m_wish.aims[m_aims[k]];
            auto const value = total(k);
            sum += std::max({0.0, aim.low * all - value, value - aim.high * all}) / m_half[k];
            if (m_limits.surety <= 0) continue;
            auto const error = std::sqrt(m_variance[k] + aim.model_error * aim.model_error * all * all);
            if (error > 0) within *= normal_below((aim.high * all - value) / error) - normal_below((aim.low * all - value) / error);
        }
        constexpr double weight = 0.1;           // of a probability too low by a factor of e, in halves of a tolerance
        if (m_limits.surety > 0) sum += weight * std::max(0.0, std::log(m_limits.surety) - std::log(std::max(within, 1e-12)));
        sum += 5 * std::max({0.0, 1 - m_amount, m_amount - 1 - m_wish.over});
        sum += 5 * std::max(0.0, m_wish.old_share * m_amount - m_aged);
        if (m_limits.most_cost) sum += 5 * std::max(0.0, m_money / *m_limits.most_cost - 1);
        if (m_limits.most_lots) sum += static_cast<double>(std::max<std::int64_t>(0, static_cast<std::int64_t>(m_used.size()) - *m_limits.most_lots));
        return sum;
    }

    std::vector<std::int64_t> const& all_units() const { return m_units; }

private:
    double total(std::size_t k) const {
        auto sum = m_sum[k];
        for (auto const& m : m_wish.aims[m_aims[k]].meetings) sum += m.extra * m_by_kind[m.kind] * m_by_kind[m.other] / std::max(m_amount, 1e-9);
        return sum;
    }

    std::vector<BlendLot> const& m_lots;
    BlendWish const& m_wish;
    ExchangeLimits const& m_limits;
    std::vector<std::size_t> m_aims, m_kind, m_used;
    std::vector<double> m_unit, m_cost, m_value, m_error2, m_half, m_sum, m_variance, m_by_kind;
    std::vector<std::int64_t> m_units, m_most, m_must, m_least;
    std::vector<int> m_place;
    std::vector<char> m_old;
    double m_amount = 0, m_money = 0, m_aged = 0;
};

/// A change of a few lots that can be taken back.
class Change {
public:
    explicit Change(Exchange& e) : m_e(e) {}
    void set(std::size_t i, std::int64_t units) {
        if (units > 0 && units < m_e.least(i)) units = m_e.must(i) > 0 || units * 2 > m_e.least(i) ? m_e.least(i) : 0;
        units = std::clamp(units, m_e.must(i), m_e.most(i));
        if (units > 0 && units < m_e.least(i)) return;
        m_was.emplace_back(i, m_e.units(i));
        m_e.set(i, units);
    }
    void undo() { for (auto i = m_was.size(); i-- > 0;) m_e.set(m_was[i].first, m_was[i].second); }

private:
    Exchange& m_e;
    std::vector<std::pair<std::size_t, std::int64_t>> m_was;
};

} // namespace

Exchanged exchange_bags(std::vector<BlendLot> const& lots, BlendWish const& wish, ExchangeLimits const& limits) {
    Exchanged best;
    auto const began = processor_seconds();
    auto const spent = [&] { return processor_seconds() - began; };
    std::uint64_t state = 20260101;
    auto const chance = [&] { return static_cast<double>(splitmix64(state) >> 11) * 0x1p-53; };
    auto const any = [&](std::size_t n) { return static_cast<std::size_t>(splitmix64(state) % n); };
    std::vector<std::size_t> liked;
    for (std::size_t i = 0; i < lots.size(); ++i) if (limits.liking[i] > 1e-6) liked.push_back(i);
    auto const many = std::min<std::size_t>(limits.promising.size(), 80);

    // few lots are soon tried through, and the same is found on every machine
    auto const few = lots.size() <= 60;
    auto const steps = few ? 50'000 : 400'000, starts = few ? 4 : 1'000;
    for (int start = 0; start < starts && (start == 0 || spent() < limits.seconds); ++start) {
        Exchange now{lots, wish, limits};
        for (auto const i : liked) {
            Change c{now};
            auto units = std::llround(limits.liking[i] / now.unit(i) + chance() - 0.5);
            c.set(i, std::max<std::int64_t>(units, now.must(i)));
        }
        auto const scale = std::max(1e-9, now.cost());
        auto weight = 2.0;                       // of what is broken, in costs of the whole blend
        auto energy = now.cost() / scale + weight * now.broken();
        auto const hot = start % 3 == 0 ? 3e-3 : 1.5e-2;
        for (int step = 0; step < steps; ++step) {
            if (step % 4096 == 0 && spent() > limits.seconds) break;
            auto const heat = hot * std::pow(1e-3, static_cast<double>(step) / steps);
            Change change{now};
            auto const draw = chance();
            auto const other = [&] {
                auto const where = chance();
                if (where < 0.4 && !liked.empty()) return liked[any(liked.size())];
                return where < 0.95 ? limits.promising[any(many)] : any(lots.size());
            };
            if (now.used().empty() || draw < 0.08) {
                auto const j = other();
                change.set(j, now.units(j) + 1);
            } else {
                auto const i = now.used()[any(now.used().size())];
                auto const j = draw < 0.45 ? now.used()[any(now.used().size())] : other();
                auto const full = limits.most_lots && static_cast<std::int64_t>(now.used().size()) >= *limits.most_lots;
                if (draw < 0.13) change.set(i, now.units(i) - 1);
                else if (i == j) continue;
                else {
                    // out with some of one, in with as much of the other
                    auto const out = full && now.units(j) == 0 ? now.units(i) : chance() < 0.7 ? 1 : 1 + static_cast<std::int64_t>(any(static_cast<std::size_t>(now.units(i))));
                    auto const mass = static_cast<double>(out) * now.unit(i) + (1 - now.amount() > 0 ? 1 - now.amount() : 0);
                    auto const in = std::max<std::int64_t>(1, static_cast<std::int64_t>(mass / now.unit(j) + chance()));
                    change.set(i, now.units(i) - out);
                    change.set(j, now.units(j) + in);
                }
            }
            auto const broken = now.broken();
            auto const cost = now.cost();
            auto const next = cost / scale + weight * broken;
            if (next > energy && chance() >= std::exp((energy - next) / heat)) { change.undo(); continue; }
            energy = next;
            if (broken > grain || (best.fits && cost >= best.cost)) continue;
            best.fits = true;
            best.cost = cost;
            best.units = now.all_units();
            if (best.cost <= limits.good_enough) return best;
        }
    }
    return best;
}

} // namespace osetra::quality
