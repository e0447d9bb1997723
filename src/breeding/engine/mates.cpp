#include "breeding/engine/mates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "breeding/engine/contributions.h"
#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {
namespace {

using std::size_t;

constexpr double never = 1e6;   // of a pair that may not be; one such pair outweighs all that inbreeding can cost

/// Rows to columns, each row once, each column at most once. `cost`: rows by columns, rows <= columns.
struct Assignment {
    std::vector<size_t> column_of;
    double dual = 0;

    Assignment(size_t rows, size_t columns, auto const& cost) : column_of(rows) {
        std::vector<double> u(rows + 1, 0), v(columns + 1, 0), least(columns + 1);
        std::vector<size_t> row_of(columns + 1, 0), before(columns + 1);
        std::vector<char> used(columns + 1);
        for (size_t row = 1; row <= rows; ++row) {   // a shortest way from this row to a free column
            row_of[0] = row;
            size_t column = 0;
            std::fill(least.begin(), least.end(), std::numeric_limits<double>::infinity());
            std::fill(used.begin(), used.end(), 0);
            do {
                used[column] = 1;
                auto const i = row_of[column];
                auto step = std::numeric_limits<double>::infinity();
                size_t next = 0;
                for (size_t j = 1; j <= columns; ++j) {
                    if (used[j]) continue;
                    auto const reduced = cost(i - 1, j - 1) - u[i] - v[j];
                    if (reduced < least[j]) { least[j] = reduced; before[j] = column; }
                    if (least[j] < step) { step = least[j]; next = j; }
                }
                for (size_t j = 0; j <= columns; ++j) {
                    if (used[j]) { u[row_of[j]] += step; v[j] -= step; }
                    else least[j] -= step;
                }
                column = next;
            } while (row_of[column] != 0);
            for (; column != 0; column = before[column]) row_of[column] = row_of[before[column]];
        }
        for (size_t j = 1; j <= columns; ++j) if (row_of[j]) column_of[row_of[j] - 1] = j - 1;
        dual = std::accumulate(u.begin() + 1, u.end(), 0.0) + std::accumulate(v.begin() + 1, v.end(), 0.0);
    }
};

} // namespace

Result<MatingPlan> best_mates(Pedigree const& p, std::vector<double> const& f, MatingWish const& wish) {
    auto const sires = wish.sire.size(), dams = wish.dam.size();
    if (wish.sire_matings.size() != sires || wish.dam_matings.size() != dams || (!wish.cost.empty() && wish.cost.size() != sires * dams)) return refuse("wish_malformed", "Every parent has a number of matings, every pair a cost.");
    std::vector<size_t> rows, columns;   // a row for each mating of a dam, a column for each of a sire
    for (size_t d = 0; d < dams; ++d) rows.insert(rows.end(), static_cast<size_t>(std::max(0, wish.dam_matings[d])), d);
    for (size_t s = 0; s < sires; ++s) columns.insert(columns.end(), static_cast<size_t>(std::max(0, wish.sire_matings[s])), s);
    if (rows.empty()) return refuse("matings_unmatched", "No dam is to be mated.");
    if (rows.size() > columns.size())
        return refuse("matings_unmatched", "Dams want " + std::to_string(rows.size()) + " matings, sires have " + std::to_string(columns.size()) + ". Add sires, or let them mate more often.");
    std::vector<double> mendelian(p.size()), expected(sires * dams);
    for (size_t i = 0; i < p.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);
    MatingPlan out;
    for (size_t s = 0; s < sires; ++s) {
        std::vector<double> unit(p.size(), 0);
        unit[static_cast<size_t>(wish.sire[s])] = 1;
        auto const related = relationship_times(p, mendelian, std::move(unit));
        for (size_t d = 0; d < dams; ++d) out.mean_f_at_random += expected[s * dams + d] = related[static_cast<size_t>(wish.dam[d])] / 2;
    }
    out.mean_f_at_random /= static_cast<double>(sires * dams);
    auto const extra = [&](size_t s, size_t d) { return wish.cost.empty() ? 0.0 : wish.cost[s * dams + d]; };
    std::vector<double> cost(sires * dams);
    for (size_t s = 0; s < sires; ++s)
        for (size_t d = 0; d < dams; ++d) cost[s * dams + d] = std::isfinite(extra(s, d)) ? expected[s * dams + d] + extra(s, d) : never;
    Assignment const assigned(rows.size(), columns.size(), [&](size_t row, size_t column) { return cost[columns[column] * dams + rows[row]]; });
    for (size_t row = 0; row < rows.size(); ++row) {
        auto const s = columns[assigned.column_of[row]], d = rows[row];
        if (cost[s * dams + d] >= never) return refuse("matings_unmatched", "The pairs that are allowed do not suffice: a dam finds no sire. Allow more of them.", p.id.empty() ? "" : p.id[static_cast<size_t>(wish.dam[d])]);
        out.pairs.push_back({s, d, expected[s * dams + d], wish.cost.empty() ? 0 : extra(s, d)});
        out.mean_f += expected[s * dams + d];
        out.total += cost[s * dams + d];
    }
    out.mean_f /= static_cast<double>(rows.size());
    out.bound = assigned.dual;
    std::sort(out.pairs.begin(), out.pairs.end(), [](Mating const& a, Mating const& b) { return a.dam != b.dam ? a.dam < b.dam : a.sire < b.sire; });
    return out;
}

} // namespace osetra::breeding
