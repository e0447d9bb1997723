#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {

/// Where a symmetric matrix has entries: its lower half by columns, the diagonal first in each, rows ascending.
struct LowerColumns {
    std::vector<std::size_t> start;      ///< of each column, and the end
    std::vector<std::int32_t> row;

    std::size_t size() const { return start.empty() ? 0 : start.size() - 1; }
    /// Which entry this is; both nodes in any order. \pre there is one
    std::size_t entry(std::int32_t a, std::int32_t b) const;
};
/// The same entries by columns, and for each of them which value of the rows it has.
LowerColumns by_columns(LowerRows const&, std::vector<std::size_t>& source);

/// A large symmetric system with few entries, factored as L L' in the order in which its unknowns stand: those to be absorbed first stand first. Unknowns that
/// depend on earlier ones (fixed effects that say the same) are found and set to nought.
///
/// A node has one unknown for each trait, beside each other. Columns of one shape are kept together as dense blocks [supernodes: Ng & Peyton 1993, SIAM J. Sci. Comput. 14:1034],
/// and those with a few rows only, as animals without offspring have, know beforehand where each of their products goes. The entries of the inverse where L has
/// entries come from the last unknown back to the first [Takahashi 1973; Erisman & Tinney 1975]. One thread.
class SparseCholesky {
public:
    /// Looks at where nodes meet.
    explicit SparseCholesky(LowerColumns shape, std::size_t traits = 1);

    LowerColumns const& shape() const { return m_shape; }
    std::size_t size() const { return m_n * m_traits; }
    double bytes_needed() const;                          ///< of all that it holds once it is factored
    double flops() const { return m_flops; }              ///< of one factor

    /// `value`: traits by traits, by rows, of each entry of the shape: the row's trait by the column's. False where it is not positive definite beyond what dependence explains.
    bool factor(std::span<double const> value);
    /// The same in two steps: nought everywhere, then values put at entry() of each entry of the shape, the whole diagonal of a node included; and the factor.
    void clear();
    bool factor();
    bool too_large() const { return m_entry_at.empty() && m_n > 0; }   ///< more than 32 GB: nothing will be factored
    double log_determinant() const { return m_log_determinant; }   ///< of the unknowns that do not depend
    std::size_t rank() const { return m_rank; }
    bool depends(std::size_t unknown) const { return m_depends[column_of(unknown)] != 0; }
    /// In place. Dependent unknowns become nought.
    void solve(std::span<double> right_side) const;

    /// Entries of the inverse take the place of L; there is no solving after it until the next factor().
    void invert();
    /// Of unknowns that stand together in a row of the system, or in a clique that elimination made; nought for others.
    double inverse(std::size_t i, std::size_t j) const;
    /// Of an entry of the shape: the row's trait i by the column's trait j, at [j * stride(column) + i]; of the diagonal only where i >= j.
    double const* entry(std::size_t k) const { return m_values.data() + m_entry_at[k]; }
    double* entry(std::size_t k) { return m_values.data() + m_entry_at[k]; }
    std::size_t stride(std::size_t column) const { return m_blocks[static_cast<std::size_t>(m_block_of[static_cast<std::size_t>(m_place[column])])].tall() * m_traits; }

private:
    struct Block {                                              // counted in nodes; values of columns lie one after another, (width + rows) * traits long
        std::int32_t first, width;
        std::uint32_t rows;                                     // below the block
        std::uint32_t thin;                                     // its products go to m_targets from here on; not_thin: they are looked for
        std::size_t rows_at, values_at;
        std::size_t tall() const { return static_cast<std::size_t>(width) + rows; }
    };
    struct Run { std::size_t from, to, position; };             // rows [from, to) of a block stand at `position` and after it in a target
    std::size_t column_of(std::size_t unknown) const { return static_cast<std::size_t>(m_place[unknown / m_traits]) * m_traits + unknown % m_traits; }
    void find_blocks();
    void find_targets();
    void find_entries();
    bool factor_thin(Block const&, std::span<double const> original_diagonal);
    bool factor_block(Block const&, std::span<double const> original_diagonal);
    bool factor_columns(Block const&, std::size_t from, std::size_t to, std::span<double const> original_diagonal);
    void pass_up(Block const&);
    void invert_thin(Block const&);
    void invert_block(Block const&);
    template <class Does> void each_target(Block const&, Does does);
    template <class Does> void each_product(Block const&, Does does);
    template <std::size_t width> void pass_up_narrow(Block const&);
    template <std::size_t width> void invert_narrow(Block const&);

    LowerColumns m_shape;
    std::size_t m_n = 0, m_traits = 1, m_values_needed = 0, m_rank = 0;
    double m_log_determinant = 0, m_flops = 0;
    std::vector<std::int32_t> m_place;                         // node -> column
    std::vector<Block> m_blocks;
    std::vector<std::int32_t> m_block_of, m_rows;
    std::vector<std::uint32_t> m_entry_at, m_targets;
    std::vector<double> m_values;
    std::vector<char> m_depends;
    std::vector<double> m_work, m_work2, m_work3;
    std::vector<Run> m_runs;
    std::vector<std::uint32_t> m_positions;
};

} // namespace osetra::breeding
