#include "quality/engine/blend.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <numeric>
#include <set>

#include "kernel/processor_time.h"
#include "quality/engine/blend_search.h"
#include "quality/engine/distributions.h"
#include "quality/engine/mixture_program.h"

namespace osetra::quality {
namespace {

using Lots = std::vector<BlendLot>;

/// Half of a tolerance: what distances from the target are measured in.
double half_width(BlendAim const& a) {
    auto const half = (a.high - a.low) / 2;
    return half > 0 ? half : std::max(1e-6, std::abs(a.target) * 1e-3);
}

std::size_t place(int i) { return static_cast<std::size_t>(i); }
double share_of(Milligrams part, Milligrams whole) { return static_cast<double>(part.n) / static_cast<double>(whole.n); }

/// Shares of the amount asked, one a lot, summing to one or a little more.
using Shares = std::vector<double>;

class Blending {
public:
    Blending(Lots const& lots, BlendWish const& wish) : m_lots(lots), m_wish(wish) {
        for (auto const& lot : lots) {
            auto const kind = std::find(wish.kinds.begin(), wish.kinds.end(), lot.kind);
            m_kind.push_back(static_cast<std::size_t>(kind - wish.kinds.begin()));
        }
        m_z.assign(wish.aims.size(), 0);
    }

    /// Of one attribute: the sum of its lots' parts, and what meetings add, for the whole amount.
    double total(std::size_t a, Shares const& x) const {
        double sum = 0, all = 0;
        for (std::size_t i = 0; i < x.size(); ++i) { sum += m_lots[i].value[a] * x[i]; all += x[i]; }
        return sum + meeting(a, kinds_of(x)) / std::max(all, 1e-12);
    }
    /// Standard error of that total.
    double error(std::size_t a, Shares const& x) const {
        double sum = 0, all = 0;
        for (std::size_t i = 0; i < x.size(); ++i) { sum += std::pow(m_lots[i].error[a] * x[i], 2); all += x[i]; }
        return std::sqrt(sum + std::pow(m_wish.aims[a].model_error * all, 2));
    }

    bool uncertain(std::size_t a) const {
        return m_wish.aims[a].model_error > 0 || std::any_of(m_lots.begin(), m_lots.end(), [&](auto const& l) { return l.error[a] > 0; });
    }
    bool interacts() const { return std::any_of(m_wish.aims.begin(), m_wish.aims.end(), [](auto const& a) { return a.counted && !a.meetings.empty(); }); }

    Blend weighed(std::vector<BlendPart> parts) const;
    /// The best blend that was found in the time.
    Solved search(Shares& found, double seconds);
    /// The least that tolerances (or `only` this one) have to give.
    Solved give(Shares& found, double seconds, std::optional<BlendGive> only = {});
    /// Minor units that a cost of one in the programme is.
    double money_unit() const {
        double sum = 0;
        for (auto const& lot : m_lots) sum += static_cast<double>(price_of(lot.price, m_wish.amount_mg).minor) / static_cast<double>(m_lots.size());
        return std::max(1.0, sum);
    }

    /// How many standard errors each attribute stays away from its limits.
    void keep_away(double z) { for (std::size_t a = 0; a < m_z.size(); ++a) m_z[a] = uncertain(a) ? z : 0; }
    void most_cost(std::optional<double> minor) { m_most_cost = minor; }
    void surety(double p) { m_surety = p; }
    void goal(BlendGoal g) { m_goal = g; }
    void most_lots(std::optional<std::int64_t> n) { m_most_lots = n; }

    std::vector<BlendGive> given(Solved const&) const;
    std::vector<BlendPart> parts_of(Solved const&) const;
    std::vector<double> prices(Shares const&) ;
    int lots_used(Solved const&) const;
    bool tolerances_apart(Shares const&) const;

private:
    struct Built {
        Program program;
        std::vector<int> amount;                 ///< column of each lot: bags, or shares where loose; -1: none of it can be taken
        std::vector<double> unit;                ///< share that one of that column is
        std::vector<std::vector<int>> groups, group_of;   ///< of what can be taken; of every lot
        std::vector<int> off;                    ///< column of each aim's distance from its target, -1: none
        std::vector<int> low_row, high_row;      ///< of each aim, -1: not counted
        std::vector<int> low_slack, high_slack;
    };

    std::vector<double> kinds_of(Shares const& x) const {
        std::vector<double> out(m_wish.kinds.size(), 0);
        for (std::size_t i = 0; i < x.size(); ++i) if (m_kind[i] < out.size()) out[m_kind[i]] += x[i];
        return out;
    }
    double meeting(std::size_t a, std::vector<double> const& kinds) const {
        double sum = 0;
        for (auto const& m : m_wish.aims[a].meetings) sum += m.extra * kinds[m.kind] * kinds[m.other];
        return sum;
    }
    /// What one more share of a lot adds to the total by meetings, round the blend `at`.
    std::vector<double> meeting_slope(std::size_t a, Shares const& at) const;
    Built build(bool elastic, std::optional<BlendGive> only) const;
    void tolerance_rows(Built&, bool elastic, std::optional<BlendGive> only) const;
    Shares shares(Built const&, std::vector<double> const& value) const;
    void touch(Shares const&);
    std::optional<Shares> relaxed_shares();
    Shares shares_of(std::vector<std::int64_t> const& units) const;
    std::vector<double> values_of(std::vector<std::int64_t> const& units) const;

    /// A limit on the error, straight, that every blend keeps which keeps the true one: the norm lies above each of its tangents.
    struct Tangent { std::size_t aim; std::vector<double> slope; };

    Lots const& m_lots;
    BlendWish const& m_wish;
    std::vector<std::size_t> m_kind;
    std::vector<double> m_z;
    std::vector<Tangent> m_tangents;
    std::vector<std::vector<double>> m_slope;    ///< of meetings, by attribute; empty: none yet
    std::optional<double> m_most_cost;
    BlendGoal m_goal = BlendGoal::cheapest;
    std::optional<std::int64_t> m_most_lots;
    Built m_built;
    double m_relaxed_cost = 0, m_surety = 0;
    std::vector<std::size_t> m_promising;
};

std::vector<double> Blending::meeting_slope(std::size_t a, Shares const& at) const {
    auto const kinds = kinds_of(at);
    auto const all = std::max(1e-12, std::accumulate(at.begin(), at.end(), 0.0));
    std::vector<double> by_kind(kinds.size(), 0);
    for (auto const& m : m_wish.aims[a].meetings) { by_kind[m.kind] += m.extra * kinds[m.other] / all; by_kind[m.other] += m.extra * kinds[m.kind] / all; }
    auto const whole = meeting(a, kinds) / (all * all);
    std::vector<double> out;
    out.reserve(m_kind.size());
    for (auto const k : m_kind) out.push_back((k < kinds.size() ? by_kind[k] : 0) - whole);
    return out;
}

void Blending::tolerance_rows(Built& b, bool elastic, std::optional<BlendGive> only) const {
    for (std::size_t a = 0; a < m_wish.aims.size(); ++a) {
        auto const& aim = m_wish.aims[a];
        auto const unit = half_width(aim);
        b.low_row.push_back(-1);
        b.high_row.push_back(-1);
        b.low_slack.push_back(-1);
        b.high_slack.push_back(-1);
        b.off.push_back(-1);
        if (!aim.counted) continue;
        auto const terms = [&](double from, double side, std::vector<double> const* error) {
            std::vector<Term> out;
            for (std::size_t i = 0; i < m_lots.size(); ++i) {
                if (b.amount[i] < 0) continue;
                auto per = m_lots[i].value[a] - from;
                if (!m_slope.empty()) per += m_slope[a][i];
                if (error) per -= side * m_z[a] * (*error)[i];
                out.push_back({b.amount[i], per * b.unit[i] / unit});
            }
            return out;
        };
        for (auto const low_side : {true, false}) {
            auto const limit = low_side ? aim.low : aim.high;
            if (!std::isfinite(limit)) continue;
            auto const gives = elastic && (!only || (only->aim == a && only->low_side == low_side));
            auto const slack = gives ? b.program.column(1, 0, no_limit) : -1;
            auto const add = [&](std::vector<double> const* error) {
                auto row = terms(limit, low_side ? 1 : -1, error);
                if (slack >= 0) row.push_back({slack, low_side ? 1.0 : -1.0});
                return low_side ? b.program.row(0, no_limit, row) : b.program.row(-no_limit, 0, row);
            };
            auto const first = add(nullptr);
            (low_side ? b.low_row : b.high_row)[a] = first;
            (low_side ? b.low_slack : b.high_slack)[a] = slack;
            if (m_z[a] > 0) for (auto const& t : m_tangents) if (t.aim == a) add(&t.slope);
        }
        if (m_goal == BlendGoal::nearest && !elastic) {
            auto const off = b.off[a] = b.program.column(aim.weight, 0, no_limit);
            auto row = terms(aim.target, 0, nullptr);
            row.push_back({off, 1});
            b.program.row(0, no_limit, row);
            row.back().value = -1;
            b.program.row(-no_limit, 0, row);
        }
    }
}

Blending::Built Blending::build(bool elastic, std::optional<BlendGive> only) const {
    Built b;
    b.group_of.resize(m_lots.size());
    auto const most = 1 + m_wish.over;
    std::vector<Term> all, old, cost, used;
    auto const mean_cost = money_unit();
    auto const by_cost = m_goal == BlendGoal::cheapest && !elastic;
    for (std::size_t i = 0; i < m_lots.size(); ++i) {
        auto const& lot = m_lots[i];
        auto const bag = lot.bag_mg ? share_of(*lot.bag_mg, m_wish.amount_mg) : 1.0;
        auto const can = std::min(share_of(lot.available_mg, m_wish.amount_mg), most);
        auto const high = lot.bag_mg ? std::floor(can / bag + 1e-9) : can;
        auto const must = share_of(lot.must_mg, m_wish.amount_mg) / bag;
        auto const low = lot.bag_mg ? std::ceil(must - 1e-9) : must;
        b.unit.push_back(bag);
        b.amount.push_back(-1);
        if (high <= 0) continue;
        auto const price = static_cast<double>(price_of(lot.price, m_wish.amount_mg).minor) / mean_cost * bag;
        auto const column = b.program.column(by_cost ? price : elastic ? 0 : price * 1e-4, std::min(low, high), high, lot.bag_mg.has_value());
        b.amount[i] = column;
        b.groups.push_back({column});
        b.group_of[i] = {column};
        all.push_back({column, bag});
        cost.push_back({column, price});
        if (lot.age_days >= m_wish.old_days) old.push_back({column, bag});
        auto const least = std::max(share_of(lot.least_mg, m_wish.amount_mg) / bag, lot.bag_mg ? 1.0 : 0.0);
        if (m_most_lots || least > (lot.bag_mg ? 1.0 : 0.0)) {
            auto const is_in = b.program.column(0, low > 0 ? 1 : 0, 1, true);
            b.groups.back().push_back(is_in);
            b.group_of[i].push_back(is_in);
            b.program.row(-no_limit, 0, {{column, 1}, {is_in, -high}});
            if (least > 0) b.program.row(0, no_limit, {{column, 1}, {is_in, -std::ceil(least - 1e-9) * (lot.bag_mg ? 1 : 0) - (lot.bag_mg ? 0 : least)}});
            used.push_back({is_in, 1});
        }
    }
    b.program.row(1 - 1e-9, most + 1e-9, all);
    if (m_most_lots) b.program.row(-no_limit, static_cast<double>(*m_most_lots), used);
    if (m_wish.old_share > 0) {
        auto row = all;
        for (auto& t : row) t.value *= -m_wish.old_share;
        for (auto const& t : old) for (auto& r : row) if (r.column == t.column) r.value += t.value;
        b.program.row(-1e-9, no_limit, row);
    }
    if (m_most_cost) b.program.row(-no_limit, *m_most_cost / mean_cost, cost);
    tolerance_rows(b, elastic, only);
    return b;
}

Shares Blending::shares(Built const& b, std::vector<double> const& value) const {
    Shares out(m_lots.size(), 0);
    for (std::size_t i = 0; i < out.size(); ++i) if (b.amount[i] >= 0) out[i] = std::max(0.0, value[place(b.amount[i])] * b.unit[i]);
    return out;
}

/// Whether what was found stays as far from its limits as it is to, by its own error and not by a tangent's.
bool Blending::tolerances_apart(Shares const& x) const {
    auto const all = std::accumulate(x.begin(), x.end(), 0.0);
    for (std::size_t a = 0; a < m_wish.aims.size(); ++a) {
        auto const& aim = m_wish.aims[a];
        if (!aim.counted) continue;
        auto const sum = total(a, x), margin = m_z[a] * error(a, x), slack = 1e-3 * half_width(aim);
        if (sum - margin < aim.low * all - slack || sum + margin > aim.high * all + slack) return false;
    }
    return true;
}

void Blending::touch(Shares const& x) {
    auto const all = std::accumulate(x.begin(), x.end(), 0.0);
    for (std::size_t a = 0; a < m_z.size(); ++a) {
        auto const norm = error(a, x);
        if (m_z[a] <= 0 || norm <= 0) continue;
        Tangent t{a, {}};
        for (std::size_t i = 0; i < x.size(); ++i) t.slope.push_back((std::pow(m_lots[i].error[a], 2) * x[i] + std::pow(m_wish.aims[a].model_error, 2) * all) / norm);
        m_tangents.push_back(std::move(t));
    }
    if (!interacts()) return;
    std::vector<std::vector<double>> slope;
    slope.reserve(m_wish.aims.size());
    for (std::size_t a = 0; a < m_wish.aims.size(); ++a) slope.push_back(meeting_slope(a, x));
    // half way, so that two blends do not take turns
    if (!m_slope.empty()) for (std::size_t a = 0; a < slope.size(); ++a) for (std::size_t i = 0; i < x.size(); ++i) slope[a][i] = (slope[a][i] + m_slope[a][i]) / 2;
    m_slope = std::move(slope);
}

/// Tangents and slopes round the relaxed blend, which costs next to nothing; none where even that is impossible.
std::optional<Shares> Blending::relaxed_shares() {
    std::optional<Shares> x;
    for (int round = 0; round < 10; ++round) {
        m_built = build(false, {});
        auto const relaxed = relax(m_built.program);
        if (!relaxed.feasible) return {};
        m_relaxed_cost = relaxed.cost;
        m_promising.clear();
        std::vector<double> costs(m_lots.size(), no_limit);
        for (std::size_t i = 0; i < m_lots.size(); ++i) if (m_built.amount[i] >= 0) { m_promising.push_back(i); costs[i] = relaxed.reduced_cost[place(m_built.amount[i])] / m_built.unit[i]; }
        std::stable_sort(m_promising.begin(), m_promising.end(), [&](auto i, auto j) { return costs[i] < costs[j]; });
        x = shares(m_built, relaxed.value);
        auto const settled = tolerances_apart(*x);
        if (settled && (!interacts() || round >= 4)) break;
        touch(*x);
    }
    return x;
}

Shares Blending::shares_of(std::vector<std::int64_t> const& units) const {
    Shares out(m_lots.size(), 0);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(units[i]) * (m_lots[i].bag_mg ? m_built.unit[i] : 1.0 / static_cast<double>(loose_parts));
    return out;
}

/// Columns of the programme for a blend in units of lots.
std::vector<double> Blending::values_of(std::vector<std::int64_t> const& units) const {
    std::vector<double> out(place(m_built.program.columns()), 0);
    auto const x = shares_of(units);
    for (std::size_t i = 0; i < m_lots.size(); ++i) {
        if (m_built.amount[i] < 0 || units[i] == 0) continue;
        auto const n = x[i] / m_built.unit[i];
        for (auto const c : m_built.group_of[i]) out[place(c)] = c == m_built.amount[i] ? n : 1;
    }
    for (std::size_t a = 0; a < m_built.off.size(); ++a)
        if (m_built.off[a] >= 0) {
            double off = 0;
            for (std::size_t i = 0; i < x.size(); ++i) off += (m_lots[i].value[a] - m_wish.aims[a].target + (m_slope.empty() ? 0 : m_slope[a][i])) * x[i];
            out[place(m_built.off[a])] = std::abs(off) / half_width(m_wish.aims[a]);
        }
    return out;
}

Solved Blending::search(Shares& found, double seconds) {
    auto const began = processor_seconds();
    auto const left = [&] { return std::max(0.3, seconds - (processor_seconds() - began)); };
    Solved none;
    auto const begin = relaxed_shares();
    if (!begin) { none.impossible = true; return none; }
    ExchangeLimits limits;
    limits.surety = m_surety;
    limits.promising = m_promising;
    limits.goal = m_goal;
    limits.most_lots = m_most_lots;
    limits.most_cost = m_most_cost;
    limits.liking = *begin;
    auto const judged = interacts() || m_surety > 0;   // as it is by the exchanges alone; straight lines would only be a likeness
    limits.seconds = judged ? 0.9 * seconds : 0.6 * seconds;
    if (m_goal == BlendGoal::cheapest) limits.good_enough = m_relaxed_cost * money_unit() * (1 + m_wish.gap);
    auto const exchanged = exchange_bags(m_lots, m_wish, limits);
    auto const start = [&] { return exchanged.fits ? values_of(exchanged.units) : std::vector<double>{}; };
    if (judged) {
        if (!exchanged.fits) return none;
        found = shares_of(exchanged.units);
        auto const relaxed_cost = m_relaxed_cost;
        touch(found);                            // lines as they are at this blend, for what its limits cost
        m_built = build(false, {});
        Solved out{true, false, 0, 0, start()};
        for (int c = 0; c < m_built.program.columns(); ++c) out.cost += m_built.program.cost(c) * out.value[place(c)];
        out.bound = std::min(out.cost, relaxed_cost);
        return out;
    }
    for (int round = 0; round < 6; ++round) {
        auto now = solve_few_of_many(m_built.program, m_built.groups, {left(), m_wish.gap}, start());
        if (!now.found) return now;
        auto const x = shares(m_built, now.value);
        if (tolerances_apart(x)) { found = x; return now; }
        touch(x);
        m_built = build(false, {});
    }
    return none;
}

Solved Blending::give(Shares& found, double seconds, std::optional<BlendGive> only) {
    if (!relaxed_shares()) m_slope.clear();
    m_built = build(true, only);
    auto out = solve(m_built.program, {seconds, 0.01});
    if (out.found) found = shares(m_built, out.value);
    return out;
}

std::vector<BlendGive> Blending::given(Solved const& s) const {
    std::vector<BlendGive> out;
    for (std::size_t a = 0; a < m_wish.aims.size(); ++a)
        for (auto const low_side : {true, false}) {
            auto const slack = (low_side ? m_built.low_slack : m_built.high_slack)[a];
            if (slack < 0) continue;
            auto const by = s.value[place(slack)] * half_width(m_wish.aims[a]);
            if (by > 1e-9 * std::max(1.0, std::abs(m_wish.aims[a].target))) out.push_back({a, low_side, by});
        }
    return out;
}

std::vector<BlendPart> Blending::parts_of(Solved const& s) const {
    std::vector<BlendPart> out;
    std::int64_t loose_over = m_wish.amount_mg.n;
    for (std::size_t i = 0; i < m_lots.size(); ++i) {
        if (m_built.amount[i] < 0) continue;
        auto const value = s.value[place(m_built.amount[i])];
        if (value <= 1e-7) continue;
        BlendPart part{i, 0, {}, {}};
        if (auto const bag = m_lots[i].bag_mg) { part.bags = std::llround(value); part.mg = {part.bags * bag->n}; }
        else part.mg = {std::min(m_lots[i].available_mg.n, std::int64_t{std::llround(value * static_cast<double>(m_wish.amount_mg.n) / 1000)} * 1000)};
        loose_over -= part.mg.n;
        if (part.mg.n > 0) out.push_back(part);
    }
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.mg.n > b.mg.n; });
    // grams lost in rounding go to the greatest loose part
    for (auto& part : out)
        if (!part.bags && loose_over > 0 && loose_over < 1'000'000 && part.mg.n + loose_over <= m_lots[part.lot].available_mg.n) { part.mg.n += loose_over; break; }
    return out;
}

Blend Blending::weighed(std::vector<BlendPart> parts) const {
    Blend out;
    Shares x(m_lots.size(), 0);
    auto old = std::int64_t{0};
    out.cost.currency = m_lots.front().price.money.currency;
    for (auto& part : parts) {
        part.cost = price_of(m_lots[part.lot].price, part.mg);
        out.cost = out.cost + part.cost;
        out.amount_mg.n += part.mg.n;
        x[part.lot] += share_of(part.mg, m_wish.amount_mg);
        if (m_lots[part.lot].age_days >= m_wish.old_days) old += part.mg.n;
    }
    out.parts = std::move(parts);
    if (out.amount_mg.n <= 0) return out;
    out.old_share = static_cast<double>(old) / static_cast<double>(out.amount_mg.n);
    auto const all = std::accumulate(x.begin(), x.end(), 0.0);
    double weights = 0;
    for (std::size_t a = 0; a < m_wish.aims.size(); ++a) {
        auto const& aim = m_wish.aims[a];
        BlendMean mean{total(a, x) / all, error(a, x) / all, 1, 0, 0};
        auto const grain = 1e-3 * half_width(aim);
        if (mean.error > 0) mean.within = normal_below((aim.high - mean.value) / mean.error) - normal_below((aim.low - mean.value) / mean.error);
        else mean.within = mean.value >= aim.low - grain && mean.value <= aim.high + grain ? 1 : 0;
        if (aim.counted) {
            out.within *= mean.within;
            out.off += aim.weight * std::abs(mean.value - aim.target) / half_width(aim);
            weights += aim.weight;
        }
        out.mean.push_back(mean);
    }
    if (weights > 0) out.off /= weights;
    return out;
}

/// What each limit costs, from the relaxed programme round this blend: minor units for a unit of the attribute.
std::vector<double> Blending::prices(Shares const& x) {
    std::vector<double> out(m_wish.aims.size(), 0);
    auto const mean_cost = money_unit();
    auto const relaxed = relax(m_built.program);
    if (!relaxed.feasible) return out;
    auto const all = std::accumulate(x.begin(), x.end(), 0.0);
    for (std::size_t a = 0; a < out.size(); ++a)
        for (auto const first : {m_built.low_row[a], m_built.high_row[a]}) {
            if (first < 0) continue;
            // a limit and its tangents follow one another; together they are one limit
            auto const rows = 1 + (m_z[a] > 0 ? std::count_if(m_tangents.begin(), m_tangents.end(), [&](auto const& t) { return t.aim == a; }) : 0);
            for (int r = first; r < first + static_cast<int>(rows); ++r) out[a] = std::max(out[a], std::abs(relaxed.price[place(r)]) * mean_cost * all / half_width(m_wish.aims[a]));
        }
    return out;
}

Result<Done> check(Lots const& lots, BlendWish const& wish) {
    if (lots.empty()) return refuse("lots_none", "There is no lot to blend.", "lots");
    if (wish.aims.empty()) return refuse("aims_none", "Say what the blend is to be: at least one attribute with its limits.", "target");
    if (wish.amount_mg.n <= 0) return refuse("amount_wrong", "Say how much is to be made.", "amount");
    std::set<std::string> names;
    for (auto const& lot : lots) {
        if (!names.insert(lot.lot).second) return refuse("lot_twice", "Lot " + lot.lot + " stands twice in the list.", lot.lot);
        if (lot.value.size() != wish.aims.size() || lot.error.size() != wish.aims.size()) return refuse("attribute_count", "Lot " + lot.lot + " needs a value and an error for every attribute of the target.", lot.lot);
        if (lot.price.money.currency != lots.front().price.money.currency) return refuse("currency_mixed", "Lot " + lot.lot + " is priced in another currency than the others.", lot.lot);
        for (std::size_t a = 0; a < wish.aims.size(); ++a) {
            if (!std::isfinite(lot.value[a]) || !std::isfinite(lot.error[a]) || lot.error[a] < 0) return refuse("value_missing", fmt::format("{} of lot {} is not a number.", wish.aims[a].attribute, lot.lot), lot.lot);
            if (!wish.aims[a].meetings.empty() && std::find(wish.kinds.begin(), wish.kinds.end(), lot.kind) == wish.kinds.end())
                return refuse("kind_missing", fmt::format("{} depends on which kinds meet, and lot {} is of {}.", wish.aims[a].attribute, lot.lot, lot.kind.empty() ? "no kind" : "a kind that past blends do not tell of"), lot.lot);
        }
    }
    for (auto const& aim : wish.aims)
        if (!(aim.low <= aim.target && aim.target <= aim.high)) return refuse("limits_crossed", "The limits of " + aim.attribute + " are not in order: low, target, high.", aim.attribute);
    return Done{};
}

/// What stands in the way whatever the profile is; empty where nothing does.
std::optional<BlendAnswer> short_of(Lots const& lots, BlendWish const& wish) {
    auto const no = [](std::string word, std::string why) { BlendAnswer a; a.obstacle = std::move(word); a.why = std::move(why); return a; };
    auto const kg = [](std::int64_t mg) { return fmt::format("{:.6g} kg", static_cast<double>(mg) / 1e6); };
    auto const can = [](BlendLot const& l) { return l.bag_mg ? l.available_mg.n / l.bag_mg->n * l.bag_mg->n : l.available_mg.n; };
    std::vector<std::int64_t> each;
    std::int64_t must = 0, old = 0;
    for (auto const& lot : lots) {
        each.push_back(can(lot));
        must += lot.must_mg.n;
        if (lot.must_mg.n > can(lot)) return no("must", fmt::format("Of lot {} {} must be taken and there are {} in whole bags.", lot.lot, kg(lot.must_mg.n), kg(can(lot))));
        if (lot.age_days >= wish.old_days) old += can(lot);
    }
    std::sort(each.rbegin(), each.rend());
    auto const all = std::accumulate(each.begin(), each.end(), std::int64_t{0});
    if (all < wish.amount_mg.n) return no("stock", fmt::format("There are {} in whole bags of all lots together, and {} are asked.", kg(all), kg(wish.amount_mg.n)));
    if (wish.most_lots && static_cast<std::size_t>(*wish.most_lots) < each.size()) {
        auto const most = std::accumulate(each.begin(), each.begin() + *wish.most_lots, std::int64_t{0});
        if (most < wish.amount_mg.n) return no("lots", fmt::format("The {} greatest lots hold {} together, and {} are asked.", *wish.most_lots, kg(most), kg(wish.amount_mg.n)));
    }
    auto const over = static_cast<double>(wish.amount_mg.n) * (1 + wish.over);
    if (static_cast<double>(must) > over) return no("must", fmt::format("{} must be taken and {} are to be made.", kg(must), kg(wish.amount_mg.n)));
    if (wish.old_share > 0 && static_cast<double>(old) < wish.old_share * static_cast<double>(wish.amount_mg.n))
        return no("old", fmt::format("Lots of {} days or older hold {}; {:.0f} % of {} is asked of them.", wish.old_days, kg(old), 100 * wish.old_share, kg(wish.amount_mg.n)));
    return {};
}

/// A programme with the tolerances let go, to see what else stands in the way and which of them do.
BlendAnswer explain(Lots const& lots, BlendWish const& wish, double z, double seconds) {
    BlendAnswer out;
    auto const blending = [&](std::optional<std::int64_t> most_lots, bool with_cost) {
        Blending b{lots, wish};
        b.keep_away(z);
        b.most_lots(most_lots);
        if (with_cost && wish.most_cost) b.most_cost(static_cast<double>(wish.most_cost->minor));
        return b;
    };
    auto whole = blending(wish.most_lots, true);
    Shares x;
    auto const let_go = whole.give(x, seconds / 4);
    if (!let_go.found) {
        out.obstacle = wish.most_cost ? "cost" : wish.most_lots ? "lots" : "bags";
        out.why = wish.most_cost ? "No blend of that amount costs so little." : wish.most_lots ? "So few lots cannot make the amount with what must be taken." : "Whole bags do not add up to the amount. Let more be made, or another amount.";
        return out;
    }
    out.obstacle = "profile";
    out.together = whole.given(let_go);
    auto const sides = [&] {
        std::vector<BlendGive> all;
        for (std::size_t a = 0; a < wish.aims.size(); ++a) if (wish.aims[a].counted) { all.push_back({a, true, 0}); all.push_back({a, false, 0}); }
        return all;
    }();
    for (auto const& side : sides) {
        if (std::none_of(out.together.begin(), out.together.end(), [&](auto const& g) { return g.aim == side.aim && g.low_side == side.low_side; })) continue;
        auto one = blending(wish.most_lots, true);
        auto const alone = one.give(x, seconds / 4 / static_cast<double>(sides.size()) + 0.3, side);
        if (alone.found) for (auto const& g : one.given(alone)) out.alone.push_back(g);
    }
    if (wish.most_lots) {
        auto most = *wish.most_lots;
        for (int tries = 0; tries < 4 && static_cast<std::size_t>(most) < lots.size(); ++tries) {
            most = std::min<std::int64_t>(static_cast<std::int64_t>(lots.size()), most + 1 + tries);
            auto more = blending(most, true);
            auto const got = more.give(x, seconds / 8 + 0.2);
            if (got.found && more.given(got).empty()) { out.lots_needed = most; break; }
        }
    }
    auto const said = [&](BlendGive const& g) {
        auto const& aim = wish.aims[g.aim];
        return fmt::format("{} down to {:.3g} instead of {:.3g}", aim.attribute, aim.low - g.by, aim.low);
    };
    auto const said_up = [&](BlendGive const& g) {
        auto const& aim = wish.aims[g.aim];
        return fmt::format("{} up to {:.3g} instead of {:.3g}", aim.attribute, aim.high + g.by, aim.high);
    };
    auto const list = [&](std::vector<BlendGive> const& all, char const* joint) {
        std::string text;
        for (auto const& g : all) text += (text.empty() ? "" : joint) + (g.low_side ? said(g) : said_up(g));
        return text;
    };
    if (out.together.empty()) {
        out.obstacle = "time";
        out.why = "No blend was found in the time given, and none was ruled out. Give more time.";
        return out;
    }
    out.why = "No blend of these lots keeps every limit. " + std::string{out.together.size() == 1 ? "It works with " : "The least giving is "} + list(out.together, " and ") + ".";
    if (out.together.size() > 1 && !out.alone.empty()) out.why += " One alone does it too: " + list(out.alone, ", or ") + ".";
    if (out.lots_needed) out.why += fmt::format(" With {} lots every limit is kept.", *out.lots_needed);
    return out;
}

std::optional<Blend> finished(Blending& b, Solved const& solved, Shares const& x, BlendWish const& wish, BlendGoal goal) {
    auto out = b.weighed(b.parts_of(solved));
    auto const prices = goal == BlendGoal::cheapest ? b.prices(x) : std::vector<double>(wish.aims.size(), 0);
    for (std::size_t a = 0; a < wish.aims.size(); ++a) {
        auto const& aim = wish.aims[a];
        if (!aim.counted || prices[a] <= 1e-9) continue;
        out.mean[a].leans = out.mean[a].value - aim.low < aim.high - out.mean[a].value ? -1 : 1;
        out.mean[a].saved_by_wider = prices[a];
    }
    out.gap = solved.cost > 0 ? std::max(0.0, (solved.cost - solved.bound) / solved.cost) : 0;
    out.bound = goal == BlendGoal::cheapest ? solved.bound * b.money_unit() : std::max(0.0, out.off * (1 - out.gap));
    out.bound_holds = !b.interacts();
    return out;
}

BlendAnswer search_blend(Lots const& lots, BlendWish const& wish, double seconds) {
    if (auto none = short_of(lots, wish)) return *none;
    auto const made = [&](double z) {
        Blending b{lots, wish};
        b.goal(wish.goal);
        b.most_lots(wish.most_lots);
        if (wish.most_cost) b.most_cost(static_cast<double>(wish.most_cost->minor));
        b.keep_away(z);
        return b;
    };
    // what is within all limits with this probability is so with each: the bound is that of blends that keep each limit by itself
    auto const z = wish.surety > 0 ? std::max(0.0, normal_quantile(wish.surety)) : 0;
    auto b = made(z);
    b.surety(wish.surety);
    Shares x;
    auto const solved = b.search(x, seconds);
    BlendAnswer out;
    if (solved.found) {
        out.blend = finished(b, solved, x, wish, wish.goal);
        return out;
    }
    if (wish.surety <= 0) return explain(lots, wish, z, seconds);
    auto sure = made(0);
    if (!sure.search(x, seconds / 4).found) return explain(lots, wish, 0, seconds);
    auto const counted = static_cast<double>(std::count_if(wish.aims.begin(), wish.aims.end(), [](auto const& a) { return a.counted; }));
    auto const enough = normal_quantile((1 + std::pow(wish.surety, 1 / std::max(1.0, counted))) / 2);   // on both sides of each, and all are within with that probability
    out = explain(lots, wish, solved.impossible ? z : enough, seconds);
    if (out.obstacle == "profile") {
        out.obstacle = "surety";
        out.why = fmt::format("A blend can be within every limit by its best estimates, but none was found that is with a probability of {:.3g} %. ", 100 * wish.surety) + out.why;
    }
    return out;
}

} // namespace

Result<BlendAnswer> blend_lots(Lots const& lots, BlendWish const& wish) {
    OSETRA_TRY(check(lots, wish));
    return search_blend(lots, wish, wish.seconds);
}

Result<std::vector<Blend>> blend_curve(Lots const& lots, BlendWish const& wish, int points) {
    OSETRA_TRY(check(lots, wish));
    std::vector<Blend> out;
    auto each = wish;
    each.seconds = wish.seconds / std::max(2, points);
    each.goal = BlendGoal::cheapest;
    auto const cheapest = search_blend(lots, each, each.seconds);
    if (!cheapest.blend) return out;
    out.push_back(*cheapest.blend);
    each.goal = BlendGoal::nearest;
    auto const nearest = search_blend(lots, each, each.seconds);
    if (!nearest.blend || nearest.blend->off >= cheapest.blend->off) return out;
    auto const low = cheapest.blend->cost.minor, high = nearest.blend->cost.minor;
    for (int i = 1; i + 1 < points; ++i) {
        each.most_cost = Money{low + (high - low) * i / (points - 1), cheapest.blend->cost.currency};
        if (auto const point = search_blend(lots, each, each.seconds); point.blend) out.push_back(*point.blend);
    }
    out.push_back(*nearest.blend);
    // only what is better than all that costs less
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.cost.minor < b.cost.minor; });
    std::vector<Blend> kept;
    for (auto& b : out) if (kept.empty() || b.off < kept.back().off - 1e-6) kept.push_back(std::move(b));
    return kept;
}

int confirming_tasters() {
    for (int n = 6;; n += 6) {
        int right = 0;
        while (binomial_tail(right, n, 1.0 / 3) > 0.05) ++right;
        if (binomial_tail(right, n, 1.0 / 3 + 0.3 * 2 / 3) >= 0.8) return n;
    }
}

} // namespace osetra::quality
