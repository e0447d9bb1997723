#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {

/// A large symmetric system with few entries, factored as L L' in the order in which its unknowns stand: those to be absorbed first stand first. Unknowns that
/// depend on earlier ones (fixed effects that say the same) are found and set to nought.
///
/// Columns of one shape are kept together as dense blocks [supernodes: Ng & Peyton 1993, SIAM J. Sci. Comput. 14:1034]; the entries of the inverse where L has
/// entries come from the last unknown back to the first [Takahashi 1973; Erisman & Tinney 1975]. One thread.
class SparseCholesky {
public:
    /// Looks at where entries are. `value` of the rows is not read.
    explicit SparseCholesky(LowerRows const& shape);

    std::size_t size() const { return m_n; }
    double bytes_needed() const { return 8.0 * static_cast<double>(m_values_needed); }   ///< of L, with the noughts inside blocks

    /// `value`: of the rows given to the constructor. False where it is not positive definite beyond what dependence explains.
    bool factor(std::span<double const> value);
    double log_determinant() const { return m_log_determinant; }   ///< of the unknowns that do not depend
    std::size_t rank() const { return m_rank; }
    bool depends(std::size_t unknown) const { return m_depends[static_cast<std::size_t>(m_place[unknown])] != 0; }
    /// In place. Dependent unknowns become nought.
    void solve(std::span<double> right_side) const;

    /// Entries of the inverse take the place of L; there is no solving after it until the next factor().
    void invert();
    /// Of unknowns that stand together in a row of the system, or in a clique that elimination made; nought for others.
    double inverse(std::size_t i, std::size_t j) const;

private:
    struct Block {
        std::int32_t first, width;
        std::size_t rows_at, rows, values_at;   // rows below the block; columns lie one after another, width + rows long
        std::size_t tall() const { return static_cast<std::size_t>(width) + rows; }
    };
    void find_tree(LowerRows const&);
    void find_blocks();
    void merge_blocks();
    bool factor_block(Block const&, std::span<double const> original_diagonal);
    void pass_up(Block const&);
    template <class Does> void each_target(Block const&, Does does);

    std::size_t m_n = 0, m_values_needed = 0, m_rank = 0;
    double m_log_determinant = 0;
    std::vector<std::int32_t> m_place, m_parent;               // unknown -> column; the next column that needs it
    std::vector<std::size_t> m_column_start;                   // of the permuted matrix, by columns of the lower half
    std::vector<std::int32_t> m_row;
    std::vector<std::uint32_t> m_source;                       // which value of the rows given
    std::vector<Block> m_blocks;
    std::vector<std::int32_t> m_block_of, m_rows;
    std::vector<double> m_values;
    std::vector<char> m_depends;
    std::vector<double> m_work, m_work2;
    std::vector<std::size_t> m_position;
};

} // namespace osetra::breeding
