#pragma once
#include <limits>
#include <utility>
#include <vector>

// Linear programmes and those with whole numbers, as blends and mixes ask them. The work is CBC's and Clp's (COIN-OR, by their C interfaces).
namespace osetra::quality {

inline constexpr double no_limit = std::numeric_limits<double>::infinity();

struct Term {
    int column;
    double value;
};

/// Least sum of cost times value, with every row between its limits.
class Program {
public:
    /// Its number. \pre low <= high
    int column(double cost, double low, double high, bool whole = false);
    int row(double low, double high, std::vector<Term> const& terms);

    int columns() const { return static_cast<int>(m_cost.size()); }
    int rows() const { return static_cast<int>(m_row_low.size()); }
    double cost(int c) const { return m_cost[at(c)]; }
    double low(int c) const { return m_low[at(c)]; }
    double high(int c) const { return m_high[at(c)]; }
    bool whole(int c) const { return m_whole[at(c)] != 0; }
    void set_bounds(int c, double low, double high) { m_low[at(c)] = low; m_high[at(c)] = high; }
    double row_low(int r) const { return m_row_low[at(r)]; }
    double row_high(int r) const { return m_row_high[at(r)]; }
    std::vector<Term> const& terms(int r) const { return m_terms[at(r)]; }

private:
    static std::size_t at(int i) { return static_cast<std::size_t>(i); }
    std::vector<double> m_cost, m_low, m_high, m_row_low, m_row_high;
    std::vector<char> m_whole;
    std::vector<std::vector<Term>> m_terms;
};

/// Of the programme without whole numbers.
struct Relaxed {
    bool feasible = false;
    double cost = 0;
    std::vector<double> value;           ///< of each column
    std::vector<double> reduced_cost;    ///< what one more of a column costs beyond what it is worth
    std::vector<double> price;           ///< of each row: what its limit, moved up by one, adds to the cost
};
Relaxed relax(Program const&);

struct Solved {
    bool found = false;
    bool impossible = false;             ///< proven: there is nothing to be found
    double cost = 0;
    double bound = -no_limit;            ///< nothing that fits costs less
    std::vector<double> value;
};

struct Effort {
    double seconds = 10;                 ///< of the processor
    double gap = 0.001;                  ///< stop once cost is within this share of the bound
};
/// `start`: a solution to better, or empty. One runs at a time in a process; others wait.
Solved solve(Program const&, Effort const&, std::vector<double> const& start = {});

/// As solve(), made quick for many columns of which few are used: only those take part that can still better `start` (none that its reduced cost in the relaxed programme rules out).
/// `bound` is of the whole programme. `groups`: columns that come in together, as a number of bags and the mark that a lot is used.
Solved solve_few_of_many(Program const&, std::vector<std::vector<int>> const& groups, Effort const&, std::vector<double> const& start);

} // namespace osetra::quality
