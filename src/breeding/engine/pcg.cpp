#include "breeding/engine/pcg.h"

#include <algorithm>
#include <cmath>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

/// The inverse of a small symmetric matrix that may be singular: traits that say nothing stay nought.
void invert_small(double* a, size_t t) {
    std::vector<double> const original(a, a + t * t);
    std::vector<char> done(t, 0);
    for (size_t step = 0; step < t; ++step) {   // sweep the largest pivot that is left
        size_t p = t;
        for (size_t i = 0; i < t; ++i) if (!done[i] && a[i * t + i] > 1e-10 * original[i * t + i] && (p == t || a[i * t + i] > a[p * t + p])) p = i;
        if (p == t) break;
        done[p] = 1;
        auto const pivot = a[p * t + p];
        for (size_t i = 0; i < t; ++i)
            for (size_t j = 0; j < t; ++j) if (i != p && j != p) a[i * t + j] -= a[i * t + p] * a[p * t + j] / pivot;
        for (size_t i = 0; i < t; ++i) if (i != p) { a[i * t + p] /= pivot; a[p * t + i] /= pivot; }
        a[p * t + p] = -1 / pivot;
    }
    for (size_t i = 0; i < t; ++i) for (size_t j = 0; j < t; ++j) a[i * t + j] = done[i] && done[j] ? -a[i * t + j] : 0;
}

template <size_t fixed> class Iteration {   // fixed: of traits, where it is known beforehand; 0: any number
public:
    explicit Iteration(LayeredSystem const& system) : m_system(system), m_traits(system.traits) { split(); collect(); precondition(); }

    Result<Iterated> run(double tolerance, int most_rounds, std::function<void(int, double)> const& tell) {
        auto const n = m_kept.size() * t();
        auto const b = absorbed_right();
        std::vector<double> x(n, 0), r = b, z(n), p(n), q(n);
        apply_preconditioner(r, z);
        p = z;
        auto const dot = [&](std::vector<double> const& u, std::vector<double> const& v) { double sum = 0; for (size_t i = 0; i < n; ++i) sum += u[i] * v[i]; return sum; };
        auto rz = dot(r, z);
        auto const whole = std::sqrt(dot(b, b));
        Iterated out;
        out.residual = whole > 0 ? 1 : 0;
        while (out.residual > tolerance) {
            if (out.rounds == most_rounds) return refuse("not_solved", "The equations were not solved in " + std::to_string(most_rounds) + " rounds. Variances may be nearly singular; or give it more memory.");
            ++out.rounds;
            times(p, q);
            auto const step = rz / dot(p, q);
            if (!std::isfinite(step)) return refuse("not_solved", "The equations cannot be solved: they are not positive definite.");
            for (size_t i = 0; i < n; ++i) { x[i] += step * p[i]; r[i] -= step * q[i]; }
            out.residual = std::sqrt(dot(r, r)) / whole;
            if (tell && out.rounds % 10 == 0) tell(out.rounds, out.residual);
            apply_preconditioner(r, z);
            auto const next = dot(r, z);
            for (size_t i = 0; i < n; ++i) p[i] = z[i] + next / rz * p[i];
            rz = next;
        }
        out.solution = all_of(x);
        return out;
    }

private:
    struct Item { double value; int32_t kept; std::uint32_t layer; };   // of an absorbed node: a kept one it meets
    struct Pair { int32_t row, column; };
    size_t t() const { return fixed ? fixed : m_traits; }

    void split() {
        auto const& shape = *m_system.shape;
        std::vector<char> later(shape.size(), 0);
        for (size_t j = 0; j < shape.size(); ++j) for (auto k = shape.start[j] + 1; k < shape.start[j + 1]; ++k) later[static_cast<size_t>(shape.row[k])] = 1;
        m_kept_of.assign(shape.size(), -1);
        for (size_t j = 0; j < shape.size(); ++j) {
            if (later[j] || shape.start[j + 1] == shape.start[j] + 1) { m_kept_of[j] = static_cast<int32_t>(m_kept.size()); m_kept.push_back(j); }
            else m_absorbed.push_back(j);
        }
    }

    void add_layers(size_t entry, double* block) const {
        for (auto const& layer : m_system.layers)
            if (auto const v = layer.value()[entry]; v != 0) for (size_t i = 0; i < t() * t(); ++i) block[i] += v * layer.of_traits[i];
    }

    void collect() {
        auto const& shape = *m_system.shape;
        auto const tt = t() * t();
        m_first_item.push_back(0);
        m_own.assign(m_absorbed.size() * tt, 0);
        for (size_t a = 0; a < m_absorbed.size(); ++a) {
            auto const j = m_absorbed[a];
            add_layers(shape.start[j], &m_own[a * tt]);
            invert_small(&m_own[a * tt], t());
            for (std::uint32_t l = 0; l < m_system.layers.size(); ++l)
                for (auto k = shape.start[j] + 1; k < shape.start[j + 1]; ++k)
                    if (auto const v = m_system.layers[l].value()[k]; v != 0) m_items.push_back({v, m_kept_of[static_cast<size_t>(shape.row[k])], l});
            m_first_item.push_back(m_items.size());
        }
        m_diagonal.assign(m_kept.size() * tt, 0);
        for (size_t c = 0; c < m_kept.size(); ++c) {
            auto const j = m_kept[c];
            add_layers(shape.start[j], &m_diagonal[c * tt]);
            for (auto k = shape.start[j] + 1; k < shape.start[j + 1]; ++k) {
                m_pairs.push_back({m_kept_of[static_cast<size_t>(shape.row[k])], static_cast<int32_t>(c)});
                m_blocks.resize(m_blocks.size() + tt, 0);
                add_layers(k, &m_blocks[m_blocks.size() - tt]);
            }
        }
    }

    void precondition() {   // what absorption leaves of the diagonal blocks
        auto const tt = t() * t();
        m_inverse = m_diagonal;
        std::vector<double> block(tt), product(tt);
        std::vector<std::pair<int32_t, std::vector<double>>> meets;
        for (size_t a = 0; a < m_absorbed.size(); ++a) {
            meets.clear();
            for (auto k = m_first_item[a]; k < m_first_item[a + 1]; ++k) {
                auto const& item = m_items[k];
                auto found = std::find_if(meets.begin(), meets.end(), [&](auto const& m) { return m.first == item.kept; });
                if (found == meets.end()) { meets.emplace_back(item.kept, std::vector<double>(tt, 0)); found = meets.end() - 1; }
                for (size_t i = 0; i < tt; ++i) found->second[i] += item.value * m_system.layers[item.layer].of_traits[i];
            }
            for (auto const& [kept, m] : meets) {   // m own m
                auto* const into = &m_inverse[static_cast<size_t>(kept) * tt];
                multiply(m.data(), &m_own[a * tt], product.data());
                multiply(product.data(), m.data(), block.data());
                for (size_t i = 0; i < tt; ++i) into[i] -= block[i];
            }
        }
        for (size_t c = 0; c < m_kept.size(); ++c) invert_small(&m_inverse[c * tt], t());
    }
    void multiply(double const* a, double const* b, double* out) const {
        for (size_t i = 0; i < t(); ++i)
            for (size_t j = 0; j < t(); ++j) {
                double sum = 0;
                for (size_t k = 0; k < t(); ++k) sum += a[i * t() + k] * b[k * t() + j];
                out[i * t() + j] = sum;
            }
    }
    void add_product(double const* m, double const* x, double* y, double times = 1) const {
        for (size_t i = 0; i < t(); ++i) {
            double sum = 0;
            for (size_t j = 0; j < t(); ++j) sum += m[i * t() + j] * x[j];
            y[i] += times * sum;
        }
    }

    void apply_preconditioner(std::vector<double> const& r, std::vector<double>& z) const {
        std::fill(z.begin(), z.end(), 0);
        for (size_t c = 0; c < m_kept.size(); ++c) add_product(&m_inverse[c * t() * t()], &r[c * t()], &z[c * t()]);
    }

    /// What an absorbed node meets in x, layer by layer, in `sum`.
    void gather(size_t a, std::vector<double> const& x, double* sum, double* part) const {
        std::fill_n(sum, t(), 0.0);
        for (auto k = m_first_item[a]; k < m_first_item[a + 1];) {
            auto const layer = m_items[k].layer;
            std::fill_n(part, t(), 0.0);
            for (; k < m_first_item[a + 1] && m_items[k].layer == layer; ++k)
                for (size_t i = 0; i < t(); ++i) part[i] += m_items[k].value * x[static_cast<size_t>(m_items[k].kept) * t() + i];
            add_product(m_system.layers[layer].of_traits.data(), part, sum);
        }
    }
    /// Takes from y what an absorbed node's value passes on to those it meets.
    void scatter(size_t a, double const* value, std::vector<double>& y, double* part) const {
        for (auto k = m_first_item[a]; k < m_first_item[a + 1];) {
            auto const layer = m_items[k].layer;
            std::fill_n(part, t(), 0.0);
            add_product(m_system.layers[layer].of_traits.data(), value, part);
            for (; k < m_first_item[a + 1] && m_items[k].layer == layer; ++k)
                for (size_t i = 0; i < t(); ++i) y[static_cast<size_t>(m_items[k].kept) * t() + i] -= m_items[k].value * part[i];
        }
    }

    void times(std::vector<double> const& x, std::vector<double>& y) const {
        auto const tt = t() * t();
        std::fill(y.begin(), y.end(), 0);
        std::vector<double> room(3 * t());
        auto* const sum = room.data();
        auto* const value = sum + t();
        auto* const part = value + t();
        for (size_t a = 0; a < m_absorbed.size(); ++a) {
            gather(a, x, sum, part);
            std::fill_n(value, t(), 0.0);
            add_product(&m_own[a * tt], sum, value);
            scatter(a, value, y, part);
        }
        for (size_t c = 0; c < m_kept.size(); ++c) add_product(&m_diagonal[c * tt], &x[c * t()], &y[c * t()]);
        for (size_t k = 0; k < m_pairs.size(); ++k) {
            auto const row = static_cast<size_t>(m_pairs[k].row) * t(), column = static_cast<size_t>(m_pairs[k].column) * t();
            add_product(&m_blocks[k * tt], &x[column], &y[row]);
            add_product(&m_blocks[k * tt], &x[row], &y[column]);
        }
    }

    std::vector<double> absorbed_right() const {
        std::vector<double> b(m_kept.size() * t()), value(t()), part(t());
        for (size_t c = 0; c < m_kept.size(); ++c) for (size_t i = 0; i < t(); ++i) b[c * t() + i] = m_system.right[m_kept[c] * t() + i];
        for (size_t a = 0; a < m_absorbed.size(); ++a) {
            std::fill(value.begin(), value.end(), 0);
            add_product(&m_own[a * t() * t()], &m_system.right[m_absorbed[a] * t()], value.data());
            scatter(a, value.data(), b, part.data());
        }
        return b;
    }

    std::vector<double> all_of(std::vector<double> const& x) const {
        std::vector<double> out(m_system.right.size(), 0), sum(t()), part(t());
        for (size_t c = 0; c < m_kept.size(); ++c) for (size_t i = 0; i < t(); ++i) out[m_kept[c] * t() + i] = x[c * t() + i];
        for (size_t a = 0; a < m_absorbed.size(); ++a) {
            gather(a, x, sum.data(), part.data());
            for (size_t i = 0; i < t(); ++i) sum[i] = m_system.right[m_absorbed[a] * t() + i] - sum[i];
            add_product(&m_own[a * t() * t()], sum.data(), &out[m_absorbed[a] * t()]);
        }
        return out;
    }

    LayeredSystem const& m_system;
    size_t m_traits;
    std::vector<size_t> m_kept, m_absorbed, m_first_item;
    std::vector<int32_t> m_kept_of;
    std::vector<Item> m_items;
    std::vector<Pair> m_pairs;
    std::vector<double> m_own, m_diagonal, m_inverse, m_blocks;
};

template <size_t fixed> Result<Iterated> solved(LayeredSystem const& s, double tolerance, int most_rounds, std::function<void(int, double)> const& tell) { return Iteration<fixed>{s}.run(tolerance, most_rounds, tell); }

} // namespace

Result<Iterated> solve_by_iteration(LayeredSystem const& s, double tolerance, int most_rounds, std::function<void(int, double)> const& tell) {
    switch (s.traits) {
    case 1: return solved<1>(s, tolerance, most_rounds, tell);
    case 2: return solved<2>(s, tolerance, most_rounds, tell);
    case 3: return solved<3>(s, tolerance, most_rounds, tell);
    case 4: return solved<4>(s, tolerance, most_rounds, tell);
    default: return solved<0>(s, tolerance, most_rounds, tell);
    }
}

} // namespace osetra::breeding
