#include "quality/engine/mixture_program.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>

#include <Cbc_C_Interface.h>
#include <Clp_C_Interface.h>

namespace osetra::quality {
namespace {

/// Columns one after another, as both solvers take them.
struct Packed {
    std::vector<CoinBigIndex> start{0};
    std::vector<int> row;
    std::vector<double> value;

    explicit Packed(Program const& p) {
        std::vector<std::vector<std::pair<int, double>>> columns(static_cast<std::size_t>(p.columns()));
        for (int r = 0; r < p.rows(); ++r)
            for (auto const& t : p.terms(r)) columns[static_cast<std::size_t>(t.column)].emplace_back(r, t.value);
        for (auto const& column : columns) {
            for (auto const& [r, v] : column) { row.push_back(r); value.push_back(v); }
            start.push_back(static_cast<CoinBigIndex>(row.size()));
        }
    }
};

/// What the solvers take as having no limit is DBL_MAX.
double for_solver(double limit) {
    if (limit == no_limit) return std::numeric_limits<double>::max();
    return limit == -no_limit ? -std::numeric_limits<double>::max() : limit;
}

struct Limits {
    std::vector<double> low, high, row_low, row_high, cost;
    explicit Limits(Program const& p) {
        for (int c = 0; c < p.columns(); ++c) { low.push_back(for_solver(p.low(c))); high.push_back(for_solver(p.high(c))); cost.push_back(p.cost(c)); }
        for (int r = 0; r < p.rows(); ++r) { row_low.push_back(for_solver(p.row_low(r))); row_high.push_back(for_solver(p.row_high(r))); }
    }
};

double cost_of(Program const& p, std::vector<double> const& value) {
    double sum = 0;
    for (int c = 0; c < p.columns(); ++c) sum += p.cost(c) * value[static_cast<std::size_t>(c)];
    return sum;
}

bool within(double cost, double bound, double gap) { return cost - bound <= gap * std::max(std::abs(cost), 1e-9); }

/// The programme with columns outside `open` held at nought.
Program only(Program p, std::vector<char> const& open) {
    for (int c = 0; c < p.columns(); ++c)
        if (!open[static_cast<std::size_t>(c)]) p.set_bounds(c, 0, 0);
    return p;
}

} // namespace

int Program::column(double cost, double low, double high, bool whole) {
    m_cost.push_back(cost);
    m_low.push_back(low);
    m_high.push_back(high);
    m_whole.push_back(whole);
    return columns() - 1;
}

int Program::row(double low, double high, std::vector<Term> const& terms) {
    m_row_low.push_back(low);
    m_row_high.push_back(high);
    m_terms.push_back(terms);
    return rows() - 1;
}

Relaxed relax(Program const& p) {
    std::unique_ptr<Clp_Simplex, void (*)(Clp_Simplex*)> const model{Clp_newModel(), Clp_deleteModel};
    Clp_setLogLevel(model.get(), 0);
    Packed const packed{p};
    Limits const l{p};
    Clp_loadProblem(model.get(), p.columns(), p.rows(), packed.start.data(), packed.row.data(), packed.value.data(), l.low.data(), l.high.data(), l.cost.data(), l.row_low.data(), l.row_high.data());
    Clp_initialSolve(model.get());
    Relaxed out;
    out.feasible = Clp_status(model.get()) == 0;
    if (!out.feasible) return out;
    auto const n = static_cast<std::size_t>(p.columns()), m = static_cast<std::size_t>(p.rows());
    out.cost = Clp_objectiveValue(model.get());
    out.value.assign(Clp_primalColumnSolution(model.get()), Clp_primalColumnSolution(model.get()) + n);
    out.reduced_cost.assign(Clp_dualColumnSolution(model.get()), Clp_dualColumnSolution(model.get()) + n);
    out.price.assign(Clp_dualRowSolution(model.get()), Clp_dualRowSolution(model.get()) + m);
    return out;
}

Solved solve(Program const& p, Effort const& effort, std::vector<double> const& start) {
    Solved out;
    auto const any_whole = [&] { for (int c = 0; c < p.columns(); ++c) if (p.whole(c)) return true; return false; }();
    if (!any_whole) {
        auto relaxed = relax(p);
        out.found = relaxed.feasible;
        out.impossible = !relaxed.feasible;
        out.cost = out.bound = relaxed.cost;
        out.value = std::move(relaxed.value);
        return out;
    }
    static std::mutex one_at_a_time;   // CBC 2.10 keeps its parameters in statics
    std::lock_guard const lock{one_at_a_time};
    std::unique_ptr<Cbc_Model, void (*)(Cbc_Model*)> const model{Cbc_newModel(), Cbc_deleteModel};
    Packed const packed{p};
    Limits const l{p};
    Cbc_loadProblem(model.get(), p.columns(), p.rows(), packed.start.data(), packed.row.data(), packed.value.data(), l.low.data(), l.high.data(), l.cost.data(), l.row_low.data(), l.row_high.data());
    for (int c = 0; c < p.columns(); ++c) if (p.whole(c)) Cbc_setInteger(model.get(), c);
    Cbc_setLogLevel(model.get(), 0);
    Cbc_setParameter(model.get(), "log", "0");
    Cbc_setParameter(model.get(), "timeMode", "cpu");
    Cbc_setMaximumSeconds(model.get(), effort.seconds);
    Cbc_setAllowableFractionGap(model.get(), effort.gap);
    if (!start.empty()) {
        std::vector<int> columns(start.size());
        std::iota(columns.begin(), columns.end(), 0);
        Cbc_setMIPStartI(model.get(), p.columns(), columns.data(), start.data());
    }
    Cbc_solve(model.get());
    out.impossible = Cbc_isProvenInfeasible(model.get()) != 0;
    auto const* best = Cbc_bestSolution(model.get());
    if (best && !out.impossible) {
        out.found = true;
        out.value.assign(best, best + p.columns());
        for (int c = 0; c < p.columns(); ++c) if (p.whole(c)) out.value[static_cast<std::size_t>(c)] = std::round(out.value[static_cast<std::size_t>(c)]);
        out.cost = cost_of(p, out.value);
    }
    out.bound = Cbc_getBestPossibleObjValue(model.get());
    if (out.found) out.bound = std::min(out.bound, out.cost);
    return out;
}

Solved solve_few_of_many(Program const& p, std::vector<std::vector<int>> const& groups, Effort const& effort, std::vector<double> const& start) {
    if (start.empty()) return solve(p, effort);
    auto const relaxed = relax(p);
    Solved out;
    out.found = true;
    out.cost = cost_of(p, start);
    out.value = start;
    if (!relaxed.feasible) { out.bound = out.cost; return out; }   // the start itself stands on the edge of a limit
    out.bound = std::min(out.cost, relaxed.cost);
    if (within(out.cost, out.bound, effort.gap)) return out;
    auto const room = out.cost - relaxed.cost;
    std::vector<char> open(static_cast<std::size_t>(p.columns()), 1);
    for (auto const& group : groups) {
        double costs = 0;                        // of bringing it in, beyond what it is worth
        auto out_now = true;
        for (auto const c : group) {
            auto const i = static_cast<std::size_t>(c);
            if (p.low(c) > 0 || relaxed.value[i] > 1e-9 || start[i] > 1e-9) out_now = false;
            else if (p.whole(c)) costs += std::max(0.0, relaxed.reduced_cost[i]);   // one at the least, where it comes in
        }
        if (out_now && costs > room) for (auto const c : group) open[static_cast<std::size_t>(c)] = 0;
    }
    auto better = solve(only(p, open), effort, start);
    auto const bound = std::max(out.bound, std::min(better.bound, out.cost));   // what was left out costs more than what was found
    if (better.found && better.cost < out.cost) out = std::move(better);
    out.bound = std::min(bound, out.cost);
    return out;
}

} // namespace osetra::quality
