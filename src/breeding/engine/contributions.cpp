#include "breeding/engine/contributions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <Eigen/Dense>

#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Index = Eigen::Index;
using std::int32_t;
using std::size_t;

Index ix(size_t i) { return static_cast<Index>(i); }

/// The line of best contributions x(t) = a + t b, as the price t of relationship in gain falls: from corner to corner one candidate at a time becomes free or stops at a bound.
class CriticalLine {
public:
    CriticalLine(Pedigree const& p, std::vector<double> const& mendelian, Candidates const& c) : m_pedigree(p), m_mendelian(mendelian), m_c(c), m_n(c.animal.size()), m_x(m_n, 0), m_state(m_n, State::least) {
        auto const groups = *std::max_element(c.group.begin(), c.group.end()) + 1;
        m_groups = static_cast<size_t>(groups);
        m_sum.assign(m_groups, 1 / static_cast<double>(m_groups));
        // equal values are told apart by next to nothing, so that one corner follows another
        auto const [low, high] = std::minmax_element(c.value.begin(), c.value.end());
        auto const least = std::max(*high - *low, 1e-9) * 1e-7 / static_cast<double>(m_n);
        for (size_t i = 0; i < m_n; ++i) m_value.push_back(c.value[i] + least * static_cast<double>(m_n - i));
    }

    /// Refusal: bounds_impossible.
    Result<Done> begin() {
        m_x = m_c.least;
        auto left = m_sum;
        for (size_t i = 0; i < m_n; ++i) left[group(i)] -= m_x[i];
        std::vector<size_t> best(m_n);
        std::iota(best.begin(), best.end(), size_t{0});
        std::stable_sort(best.begin(), best.end(), [&](size_t a, size_t b) { return m_value[a] > m_value[b]; });
        std::vector<long> last(m_groups, -1);
        for (auto const i : best) {
            auto& rest = left[group(i)];
            if (rest < -1e-12) return refuse("bounds_impossible", "The least contributions sum to more than there is to give. Lower them.", "bounds");
            auto const take = std::min(rest, m_c.most[i] - m_x[i]);
            if (take <= 0) continue;
            m_x[i] += take;
            rest -= take;
            m_state[i] = State::most;
            last[group(i)] = static_cast<long>(i);
        }
        for (size_t g = 0; g < m_groups; ++g) {
            if (left[g] > 1e-9) return refuse("bounds_impossible", "The greatest contributions sum to less than is to be given. Raise them, or add candidates.", "bounds");
            if (last[g] < 0) return refuse("bounds_impossible", "The least contributions leave nothing to choose.", "bounds");
            free_one(static_cast<size_t>(last[g]));   // the last that was taken in each group may move
        }
        return Done{};
    }

    double gain() const { return std::inner_product(m_x.begin(), m_x.end(), m_c.value.begin(), 0.0); }
    double relationship() const {
        auto const ax = times(m_x);
        return std::inner_product(m_x.begin(), m_x.end(), ax.begin(), 0.0);
    }
    std::vector<double> const& x() const { return m_x; }
    int steps() const { return m_steps; }

    /// Goes down to the cap; false where the line ends above it.
    bool follow(double cap) {
        if (relationship() <= cap) return true;
        auto price = std::numeric_limits<double>::infinity();
        for (size_t moved = m_n; m_steps < 50'000; ++m_steps) {
            auto const line = solve();
            // the next corner: the highest price below this one at which something changes
            double next = 0;
            size_t who = m_n;
            // what rounding has put past its corner already turns here; of several at once the first in the list, so that none comes back for ever
            auto const consider = [&](size_t i, double at) {
                if (std::isnan(at) || (i == moved && at >= price * (1 - 1e-12))) return;
                at = std::min(at, price);
                if (at > next || (at == next && at > 0 && i < who)) { next = at; who = i; }
            };
            for (size_t k = 0; k < m_free.size(); ++k) {
                auto const i = m_free[k];
                auto const a = line.a[i], b = line.b[i];
                if (std::abs(b) < 1e-300) continue;
                consider(i, ((b > 0 ? m_c.least[i] : m_c.most[i]) - a) / b);   // as the price falls, b > 0 falls towards the least
            }
            for (size_t i = 0; i < m_n; ++i) {
                if (m_state[i] == State::free || m_c.most[i] <= m_c.least[i]) continue;
                auto const slope = m_value[i] - line.times_b[i] - line.dual_b[group(i)], level = -line.times_a[i] - line.dual_a[group(i)];
                if ((m_state[i] == State::most) == (slope > 0) && std::abs(slope) > 1e-300) consider(i, -level / slope);
            }
            // is the cap between here and there?
            double c0 = 0, c1 = 0, c2 = 0;
            for (size_t i = 0; i < m_n; ++i) { c0 += line.a[i] * line.times_a[i]; c1 += 2 * line.b[i] * line.times_a[i]; c2 += line.b[i] * line.times_b[i]; }
            auto const there = c0 + next * (c1 + next * c2);
            if (there <= cap) {
                auto const root = c2 > 0 ? (-c1 + std::sqrt(std::max(0.0, c1 * c1 - 4 * c2 * (c0 - cap)))) / (2 * c2) : next;
                place(line, std::clamp(root, next, std::isinf(price) ? root : price));
                return true;
            }
            place(line, next);
            if (who == m_n) return false;   // the price is nought: nothing is less related
            price = next;
            moved = who;
            if (m_state[who] == State::free) stop_one(who, line.b[who] > 0 ? State::least : State::most);
            else free_one(who);
        }
        return false;
    }

private:
    enum class State : std::uint8_t { least, free, most };
    struct Line {
        std::vector<double> a, b, times_a, times_b;   // of all candidates
        std::vector<double> dual_a, dual_b;           // of groups
    };
    size_t group(size_t i) const { return static_cast<size_t>(m_c.group[i]); }

    std::vector<double> times(std::vector<double> const& x) const {
        std::vector<double> all(m_pedigree.size(), 0);
        for (size_t i = 0; i < m_n; ++i) all[static_cast<size_t>(m_c.animal[i])] += x[i];
        all = relationship_times(m_pedigree, m_mendelian, std::move(all));
        std::vector<double> out(m_n);
        for (size_t i = 0; i < m_n; ++i) out[i] = all[static_cast<size_t>(m_c.animal[i])];
        return out;
    }

    void free_one(size_t i) {
        m_state[i] = State::free;
        std::vector<double> unit(m_n, 0);
        unit[i] = 1;
        auto const column = times(unit);
        auto const k = m_free.size();
        MatrixXd larger(ix(k + 1), ix(k + 1));
        larger.topLeftCorner(ix(k), ix(k)) = m_among;
        for (size_t j = 0; j < k; ++j) larger(ix(k), ix(j)) = larger(ix(j), ix(k)) = column[m_free[j]];
        larger(ix(k), ix(k)) = column[i];
        m_among = std::move(larger);
        m_free.push_back(i);
    }
    void stop_one(size_t i, State state) {
        auto const k = static_cast<size_t>(std::find(m_free.begin(), m_free.end(), i) - m_free.begin());
        m_state[i] = state;
        m_x[i] = state == State::least ? m_c.least[i] : m_c.most[i];
        m_free.erase(m_free.begin() + static_cast<std::ptrdiff_t>(k));
        MatrixXd smaller(ix(m_free.size()), ix(m_free.size()));
        for (size_t r = 0; r < m_free.size(); ++r)
            for (size_t c = 0; c < m_free.size(); ++c) smaller(ix(r), ix(c)) = m_among(ix(r + (r >= k)), ix(c + (c >= k)));
        m_among = std::move(smaller);
    }

    /// x among the free ones: A x + groups' duals = price value, sums as wanted; both sides are lines in the price.
    Line solve() const {
        auto const k = m_free.size();
        Line line{std::vector<double>(m_n, 0), std::vector<double>(m_n, 0), {}, {}, std::vector<double>(m_groups, 0), std::vector<double>(m_groups, 0)};
        std::vector<double> held(m_n, 0);
        auto left = m_sum;
        for (size_t i = 0; i < m_n; ++i)
            if (m_state[i] != State::free) { held[i] = m_x[i]; left[group(i)] -= m_x[i]; }
        auto const held_times = times(held);
        Eigen::LLT<MatrixXd> const factor(m_among);
        MatrixXd right(ix(k), ix(2 + m_groups));   // what is held, values, groups
        right.setZero();
        for (size_t j = 0; j < k; ++j) {
            right(ix(j), 0) = -held_times[m_free[j]];
            right(ix(j), 1) = m_value[m_free[j]];
            right(ix(j), ix(2 + group(m_free[j]))) = 1;
        }
        MatrixXd const solved = factor.solve(right);
        MatrixXd const e = right.rightCols(ix(m_groups)), middle = e.transpose() * solved.rightCols(ix(m_groups));
        VectorXd want_a(ix(m_groups));
        for (size_t g = 0; g < m_groups; ++g) want_a(ix(g)) = left[g];
        Eigen::ColPivHouseholderQR<MatrixXd> const dual(middle);   // a group without a free candidate has an empty row
        VectorXd const da = dual.solve(e.transpose() * solved.col(0) - want_a), db = dual.solve(e.transpose() * solved.col(1));
        VectorXd const xa = solved.col(0) - solved.rightCols(ix(m_groups)) * da, xb = solved.col(1) - solved.rightCols(ix(m_groups)) * db;
        line.a = held;
        for (size_t j = 0; j < k; ++j) { line.a[m_free[j]] = xa(ix(j)); line.b[m_free[j]] = xb(ix(j)); }
        for (size_t g = 0; g < m_groups; ++g) { line.dual_a[g] = da(ix(g)); line.dual_b[g] = db(ix(g)); }
        line.times_a = times(line.a);
        line.times_b = times(line.b);
        return line;
    }
    void place(Line const& line, double price) {
        for (auto const i : m_free) m_x[i] = std::clamp(line.a[i] + price * line.b[i], m_c.least[i], m_c.most[i]);
        // what rounding left over, to whoever has room
        auto left = m_sum;
        for (size_t i = 0; i < m_n; ++i) left[group(i)] -= m_x[i];
        for (auto const i : m_free) {
            auto const before = m_x[i];
            m_x[i] = std::clamp(before + left[group(i)], m_c.least[i], m_c.most[i]);
            left[group(i)] -= m_x[i] - before;
        }
    }

    Pedigree const& m_pedigree;
    std::vector<double> const& m_mendelian;
    Candidates const& m_c;
    size_t m_n, m_groups = 1;
    std::vector<double> m_x, m_sum, m_value;
    std::vector<State> m_state;
    std::vector<size_t> m_free;
    MatrixXd m_among;              // relationships among the free ones
    int m_steps = 0;
};

} // namespace

std::vector<double> relationship_times(Pedigree const& p, std::vector<double> const& mendelian, std::vector<double> v) {
    for (auto i = p.size(); i-- > 0;) {
        auto const half = v[i] / 2;
        if (half == 0) continue;
        if (p.sire[i] >= 0) v[static_cast<size_t>(p.sire[i])] += half;
        if (p.dam[i] >= 0) v[static_cast<size_t>(p.dam[i])] += half;
    }
    for (size_t i = 0; i < p.size(); ++i) {
        v[i] *= mendelian[i];
        if (p.sire[i] >= 0) v[i] += v[static_cast<size_t>(p.sire[i])] / 2;
        if (p.dam[i] >= 0) v[i] += v[static_cast<size_t>(p.dam[i])] / 2;
    }
    return v;
}

Result<Contributions> optimum_contributions(Pedigree const& p, std::vector<double> const& f, Candidates const& c, double cap) {
    if (c.animal.empty()) return refuse("candidates_none", "There is no candidate to choose from.", "candidates");
    for (size_t i = 0; i < c.animal.size(); ++i) {
        if (!std::isfinite(c.value[i])) return refuse("value_not_finite", "The breeding value of a candidate is not finite.", "candidate " + std::to_string(i + 1));
        if (!(c.least[i] >= 0 && c.least[i] <= c.most[i])) return refuse("bounds_impossible", "Bounds are 0 <= least <= most.", "candidate " + std::to_string(i + 1));
    }
    std::vector<double> mendelian(p.size());
    for (size_t i = 0; i < p.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);
    CriticalLine line(p, mendelian, c);
    OSETRA_TRY(line.begin());
    Contributions out;
    out.gain_at_no_cap = line.gain();
    auto const reached = line.follow(cap);
    out.share = line.x();
    out.gain = line.gain();
    out.relationship = line.relationship();
    out.steps = line.steps();
    if (!reached)
        return refuse("cap_too_low", "No choice of these candidates is so little related: the lowest mean coancestry is " + std::to_string(out.relationship / 2) + ". Raise the cap, or widen the bounds.", "max-coancestry");
    return out;
}

Result<Contributions> least_relationship(Pedigree const& p, std::vector<double> const& f, Candidates const& told) {
    auto c = told;
    // any line of best shares ends where all are least related; it has to have a direction
    for (size_t i = 0; i < c.value.size(); ++i) c.value[i] = std::fmod(0.6180339887498949 * static_cast<double>(i + 1), 1.0);
    std::vector<double> mendelian(p.size());
    for (size_t i = 0; i < p.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);
    if (c.animal.empty()) return refuse("candidates_none", "There is no candidate to choose from.", "candidates");
    CriticalLine line(p, mendelian, c);
    OSETRA_TRY(line.begin());
    line.follow(0);
    Contributions out;
    out.share = line.x();
    out.gain = out.gain_at_no_cap = std::inner_product(out.share.begin(), out.share.end(), told.value.begin(), 0.0);
    out.relationship = line.relationship();
    out.steps = line.steps();
    return out;
}

namespace {

/// Bounds under which `parents` candidates, as many of each sex, give the same. Refusals: candidates_none, parents_too_many.
Result<Candidates> alike(Candidates c, size_t parents) {
    auto const n = c.animal.size();
    if (n == 0) return refuse("candidates_none", "There is no candidate to choose from.", "candidates");
    auto const groups = static_cast<size_t>(*std::max_element(c.group.begin(), c.group.end()) + 1);
    std::vector<size_t> has(groups, 0);
    auto const each = 1 / static_cast<double>(std::max<size_t>(parents, 1));
    for (size_t i = 0; i < n; ++i) {
        auto const stays = c.least[i] > 0;
        c.most[i] = c.most[i] > 0 ? each : 0;   // one that may give nothing does not
        c.least[i] = stays ? each : 0;
        has[static_cast<size_t>(c.group[i])] += c.most[i] > 0;
    }
    if (parents == 0 || parents % groups != 0 || *std::min_element(has.begin(), has.end()) < parents / groups)
        return refuse("parents_too_many", "So many parents cannot give the same. With sexes the number is even, and each sex has candidates for its half.", "equal");
    return c;
}

/// The parents with the largest shares at first; then one is exchanged for another as long as that helps: to lower what passes the cap, then to gain. With a cap of nought: the least related.
Contributions exchange(Pedigree const& p, std::vector<double> const& f, Candidates const& c, std::vector<double> const& share, double cap, size_t parents) {
    auto const n = c.animal.size();
    auto const groups = static_cast<size_t>(*std::max_element(c.group.begin(), c.group.end()) + 1);
    std::vector<size_t> wanted(groups, parents / groups);
    auto const each = 1 / static_cast<double>(parents);
    std::vector<char> in(n, 0);
    auto const stays = [&](size_t i) { return c.least[i] > 0; };
    std::vector<double> mendelian;
    for (size_t i = 0; i < p.size(); ++i) mendelian.push_back(mendelian_variance(p, f, i));
    // the largest shares first
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return share[a] != share[b] ? share[a] > share[b] : c.value[a] > c.value[b]; });
    std::vector<size_t> chosen;
    for (auto const i : order)
        if (auto& left = wanted[static_cast<size_t>(c.group[i])]; left > 0 && c.most[i] > 0) { --left; in[i] = 1; chosen.push_back(i); }
    auto const column = [&](size_t i) {   // relationship of one with all candidates
        std::vector<double> e(p.size(), 0);
        e[static_cast<size_t>(c.animal[i])] = 1;
        auto const all = relationship_times(p, mendelian, std::move(e));
        std::vector<double> out(n);
        for (size_t k = 0; k < n; ++k) out[k] = all[static_cast<size_t>(c.animal[k])];
        return out;
    };
    std::vector<std::vector<double>> related;   // of each chosen one
    std::vector<double> sum(n, 0);              // of each candidate with all chosen
    for (auto const i : chosen) {
        related.push_back(column(i));
        for (size_t k = 0; k < n; ++k) sum[k] += related.back()[k];
    }
    auto whole = 0.0;
    for (auto const i : chosen) whole += sum[i];
    auto const most = cap / (each * each) * (1 + 1e-9);
    Contributions out;
    for (; out.steps < 20'000; ++out.steps) {
        // the exchange that gains most within the cap; while it is passed, the one that lowers it most for what it costs
        auto best = 0.0, best_change = 0.0;
        size_t leaves = n, enters = n;
        auto const passed = whole > most;
        for (size_t a = 0; a < chosen.size(); ++a) {
            auto const i = chosen[a];
            if (stays(i)) continue;
            for (size_t k = 0; k < n; ++k) {
                if (in[k] || c.group[k] != c.group[i] || c.most[k] <= 0) continue;
                auto const own = 1 + f[static_cast<size_t>(c.animal[k])];
                auto const change = related[a][i] + own - 2 * related[a][k] + 2 * (sum[k] - sum[i]);
                auto const gain = c.value[k] - c.value[i];
                auto const good = passed ? (change < -1e-12 ? cap == 0 ? -change : -change / std::max(1e-12, -gain) : 0) : (whole + change <= most && gain > 1e-12 ? gain : 0);
                if (good > best) { best = good; best_change = change; leaves = a; enters = k; }
            }
        }
        if (leaves == n) break;
        for (size_t k = 0; k < n; ++k) sum[k] -= related[leaves][k];
        in[chosen[leaves]] = 0;
        chosen[leaves] = enters;
        in[enters] = 1;
        related[leaves] = column(enters);
        for (size_t k = 0; k < n; ++k) sum[k] += related[leaves][k];
        whole += best_change;
    }
    out.share.assign(n, 0);
    for (auto const i : chosen) { out.share[i] = each; out.gain += each * c.value[i]; }
    out.relationship = whole * each * each;
    return out;
}

} // namespace

Result<Contributions> equal_contributions(Pedigree const& p, std::vector<double> const& f, Candidates const& told, double cap, size_t parents) {
    auto const c = OSETRA_TRY(alike(told, parents));
    auto const relaxed = OSETRA_TRY(optimum_contributions(p, f, c, cap));
    auto out = exchange(p, f, c, relaxed.share, cap, parents);
    out.gain_at_no_cap = relaxed.gain;
    if (out.relationship > cap * (1 + 1e-9))
        return refuse("cap_too_low", "No exchange brings so many equal parents below that cap; they are at " + std::to_string(out.relationship / 2) + " of mean coancestry. Raise it, or take more parents.", "max-coancestry");
    return out;
}

Result<Contributions> least_related_parents(Pedigree const& p, std::vector<double> const& f, Candidates const& told, size_t parents) {
    auto const c = OSETRA_TRY(alike(told, parents));
    return exchange(p, f, c, OSETRA_TRY(least_relationship(p, f, c)).share, 0, parents);
}

} // namespace osetra::breeding
