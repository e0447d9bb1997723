#include "breeding/engine/sparse_cholesky.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <numeric>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;

constexpr int32_t widest = 64;             // columns of a block: its own triangle stays in the cache
constexpr double dependent = 1e-9;         // of the diagonal that is left when all of it was explained by earlier unknowns

size_t at(int32_t i) { return static_cast<size_t>(i); }

} // namespace

SparseCholesky::SparseCholesky(LowerRows const& shape) : m_n(shape.size()) {
    openblas_set_num_threads(1);
    find_tree(shape);
    find_blocks();
    merge_blocks();
}

void SparseCholesky::find_tree(LowerRows const& a) {
    // the elimination tree [Liu 1986], in the order given
    std::vector<int32_t> parent(m_n, -1), highest(m_n, -1);
    for (size_t i = 0; i < m_n; ++i)
        for (auto k = a.start[i]; k < a.start[i + 1]; ++k)
            for (auto j = a.column[k]; j >= 0 && at(j) < i;) {
                auto const next = highest[at(j)];
                highest[at(j)] = static_cast<int32_t>(i);
                if (next < 0) { parent[at(j)] = static_cast<int32_t>(i); break; }
                j = next;
            }
    // children before parents and beside each other
    std::vector<int32_t> child(m_n, -1), sibling(m_n, -1);
    for (auto i = m_n; i-- > 0;)
        if (parent[i] >= 0) { sibling[i] = child[at(parent[i])]; child[at(parent[i])] = static_cast<int32_t>(i); }
    m_place.assign(m_n, 0);
    m_parent.assign(m_n, -1);
    int32_t next = 0;
    for (size_t root = 0; root < m_n; ++root) {
        if (parent[root] >= 0) continue;
        for (auto i = static_cast<int32_t>(root);;) {
            while (child[at(i)] >= 0) { auto const c = child[at(i)]; child[at(i)] = -1; i = c; }
            m_place[at(i)] = next++;
            if (i == static_cast<int32_t>(root)) break;
            i = sibling[at(i)] >= 0 ? sibling[at(i)] : parent[at(i)];
        }
    }
    for (size_t i = 0; i < m_n; ++i) if (parent[i] >= 0) m_parent[at(m_place[i])] = m_place[at(parent[i])];
    // the matrix in that order, by columns, rows ascending: two passes over a list of entries
    auto const entries = a.column.size();
    std::vector<size_t> row_start(m_n + 1, 0);
    m_column_start.assign(m_n + 1, 0);
    for (size_t i = 0; i < m_n; ++i)
        for (auto k = a.start[i]; k < a.start[i + 1]; ++k) {
            auto const x = m_place[i], y = m_place[at(a.column[k])];
            ++row_start[at(std::max(x, y)) + 1];
            ++m_column_start[at(std::min(x, y)) + 1];
        }
    std::partial_sum(row_start.begin(), row_start.end(), row_start.begin());
    std::partial_sum(m_column_start.begin(), m_column_start.end(), m_column_start.begin());
    std::vector<int32_t> column(entries);
    std::vector<std::uint32_t> source(entries);
    auto fill = row_start;
    for (size_t i = 0; i < m_n; ++i)
        for (auto k = a.start[i]; k < a.start[i + 1]; ++k) {
            auto const x = m_place[i], y = m_place[at(a.column[k])];
            auto const to = fill[at(std::max(x, y))]++;
            column[to] = std::min(x, y);
            source[to] = static_cast<std::uint32_t>(k);
        }
    m_row.resize(entries);
    m_source.resize(entries);
    fill = m_column_start;
    for (size_t i = 0; i < m_n; ++i)
        for (auto k = row_start[i]; k < row_start[i + 1]; ++k) {
            auto const to = fill[at(column[k])]++;
            m_row[to] = static_cast<int32_t>(i);
            m_source[to] = source[k];
        }
}

void SparseCholesky::find_blocks() {
    std::vector<std::vector<int32_t>> kept(m_n);           // rows below a column that has children, until its parent has taken them
    std::vector<int32_t> first_child(m_n, -1), sibling(m_n, -1), seen(m_n, -1), rows;
    m_block_of.assign(m_n, 0);
    size_t count_before = 0;
    for (size_t j = 0; j < m_n; ++j) {
        auto const mark = static_cast<int32_t>(j);
        rows.clear();
        seen[j] = mark;
        auto const take = [&](int32_t row) { if (seen[at(row)] != mark) { seen[at(row)] = mark; rows.push_back(row); } };
        auto const take_column = [&](size_t c) { for (auto k = m_column_start[c]; k < m_column_start[c + 1]; ++k) if (at(m_row[k]) > c) take(m_row[k]); };
        take_column(j);
        auto const leaf = first_child[j] < 0;
        for (auto c = first_child[j]; c >= 0; c = sibling[at(c)]) {
            if (first_child[at(c)] < 0) { take_column(at(c)); continue; }
            for (auto const row : kept[at(c)]) take(row);
            std::vector<int32_t>{}.swap(kept[at(c)]);
        }
        if (!leaf) std::sort(rows.begin(), rows.end());
        auto const joins = j > 0 && m_parent[j - 1] == mark && count_before == rows.size() + 1 && m_blocks.back().width < widest;
        if (joins) {
            m_rows.resize(m_blocks.back().rows_at);
            ++m_blocks.back().width;
        } else m_blocks.push_back({mark, 1, m_rows.size(), 0, 0});
        m_blocks.back().rows = rows.size();
        m_rows.insert(m_rows.end(), rows.begin(), rows.end());
        count_before = rows.size();
        if (!leaf) kept[j] = rows;
        if (m_parent[j] >= 0) { sibling[j] = first_child[at(m_parent[j])]; first_child[at(m_parent[j])] = mark; }
    }
}

/// Blocks that are nearly of one shape become one: some noughts are stored, but dense blocks are worked through faster.
void SparseCholesky::merge_blocks() {
    std::vector<Block> out;
    std::vector<size_t> noughts;
    std::vector<int32_t> rows;
    rows.reserve(m_rows.size());
    for (auto const& block : m_blocks) {
        auto merged = block;
        auto empty = size_t{0};
        // the block before, while it is a child of this one
        while (!out.empty()) {
            auto const& child = out.back();
            if (child.first + child.width != merged.first || m_parent[at(merged.first - 1)] != merged.first || child.width + merged.width > widest) break;
            auto const more = at(child.width) * (merged.tall() - child.rows);
            auto const width = at(child.width + merged.width);
            auto const all = width * (width + merged.rows);
            if (empty + noughts.back() + more > all / 6) break;
            empty += noughts.back() + more;
            merged.first = child.first;
            merged.width += child.width;
            out.pop_back();
            noughts.pop_back();
        }
        out.push_back(merged);
        noughts.push_back(empty);
    }
    m_values_needed = 0;
    for (auto& block : out) {
        auto const from = block.rows_at;
        block.rows_at = rows.size();
        rows.insert(rows.end(), m_rows.begin() + static_cast<std::ptrdiff_t>(from), m_rows.begin() + static_cast<std::ptrdiff_t>(from + block.rows));
        block.values_at = m_values_needed;
        m_values_needed += block.tall() * at(block.width);
        for (int32_t c = 0; c < block.width; ++c) m_block_of[at(block.first + c)] = static_cast<int32_t>(&block - out.data());
    }
    m_blocks = std::move(out);
    m_rows = std::move(rows);
    std::vector<int32_t>{}.swap(m_parent);
}

/// For each block that rows of this one fall into: which of its rows are columns there, and where all later rows stand in it.
/// does(target, from, to, position): rows [from, to) are columns of the target; position[k - from] of row k in a column of it.
template <class Does> void SparseCholesky::each_target(Block const& block, Does does) {
    auto const* rows = m_rows.data() + block.rows_at;
    for (size_t from = 0; from < block.rows;) {
        auto const& target = m_blocks[at(m_block_of[at(rows[from])])];
        auto const last = target.first + target.width;
        auto to = from;
        m_position.clear();
        while (to < block.rows && rows[to] < last) m_position.push_back(at(rows[to++] - target.first));
        auto const* search = m_rows.data() + target.rows_at;
        auto const* const begin = search;
        auto const* const end = search + target.rows;
        auto const few = (block.rows - to) * 8 < target.rows;
        for (auto k = to; k < block.rows; ++k) {
            if (few) search = std::lower_bound(search, end, rows[k]);
            else while (*search < rows[k]) ++search;
            m_position.push_back(at(target.width) + static_cast<size_t>(search - begin));
        }
        does(target, from, to);
        from = to;
    }
}

bool SparseCholesky::factor(std::span<double const> value) {
    m_values.assign(m_values_needed, 0);
    m_depends.assign(m_n, 0);
    m_log_determinant = 0;
    m_rank = 0;
    std::vector<double> diagonal(m_n);
    for (auto const& block : m_blocks) {
        auto const tall = block.tall();
        auto const* rows = m_rows.data() + block.rows_at;
        for (int32_t c = 0; c < block.width; ++c) {
            auto* column = m_values.data() + block.values_at + at(c) * tall;
            auto const j = at(block.first + c);
            size_t below = 0;
            for (auto k = m_column_start[j]; k < m_column_start[j + 1]; ++k) {
                auto const row = m_row[k];
                if (row < block.first + block.width) { column[row - block.first] += value[m_source[k]]; continue; }
                while (rows[below] < row) ++below;
                column[at(block.width) + below] += value[m_source[k]];
            }
            diagonal[j] = column[c];
        }
    }
    for (auto const& block : m_blocks) {
        if (!factor_block(block, diagonal)) return false;
        if (block.rows) pass_up(block);
    }
    return true;
}

bool SparseCholesky::factor_block(Block const& block, std::span<double const> original) {
    auto const tall = block.tall();
    auto const w = at(block.width);
    auto* const panel = m_values.data() + block.values_at;
    for (size_t c = 0; c < w; ++c) {
        auto* const column = panel + c * tall;
        auto const j = at(block.first) + c;
        auto const pivot = column[c];
        if (!(pivot > dependent * original[j])) {
            if (!(pivot > -1e-6 * std::abs(original[j])) || !std::isfinite(pivot)) return false;
            m_depends[j] = 1;
            std::fill(column + c, column + tall, 0);
            for (size_t before = 0; before < c; ++before) panel[before * tall + c] = 0;
            column[c] = 1;
            continue;
        }
        ++m_rank;
        m_log_determinant += std::log(pivot);
        auto const root = std::sqrt(pivot);
        column[c] = root;
        auto const upto = w == 1 ? tall : w;   // rows below the triangle come at once afterwards
        for (auto k = c + 1; k < upto; ++k) column[k] /= root;
        for (auto next = c + 1; next < w; ++next) {
            auto const factor = column[next];
            if (factor == 0) continue;
            auto* const other = panel + next * tall;
            for (auto k = next; k < w; ++k) other[k] -= factor * column[k];
        }
    }
    if (w > 1 && block.rows)
        cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, static_cast<int>(block.rows), block.width, 1, panel, static_cast<int>(tall), panel + w, static_cast<int>(tall));
    for (size_t c = 0; c < w; ++c)
        if (m_depends[at(block.first) + c]) std::fill(panel + c * tall + w, panel + (c + 1) * tall, 0);
    return true;
}

void SparseCholesky::pass_up(Block const& block) {
    auto const tall = block.tall(), r = block.rows, w = at(block.width);
    auto const* const panel = m_values.data() + block.values_at + w;
    m_work.resize(std::max(m_work.size(), r * r));
    auto* const update = m_work.data();
    if (w == 1 || r < 8) {
        for (size_t c = 0; c < r; ++c)
            for (size_t k = c; k < r; ++k) {
                double sum = 0;
                for (size_t j = 0; j < w; ++j) sum += panel[j * tall + c] * panel[j * tall + k];
                update[c * r + k] = sum;
            }
    } else cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, static_cast<int>(r), block.width, 1, panel, static_cast<int>(tall), 0, update, static_cast<int>(r));
    each_target(block, [&](Block const& target, size_t from, size_t to) {
        auto* const into = m_values.data() + target.values_at;
        auto const high = target.tall();
        for (auto c = from; c < to; ++c) {
            auto* const column = into + m_position[c - from] * high;
            for (auto k = c; k < r; ++k) column[m_position[k - from]] -= update[c * r + k];
        }
    });
}

void SparseCholesky::solve(std::span<double> x) const {
    std::vector<double> y(m_n);
    for (size_t i = 0; i < m_n; ++i) y[at(m_place[i])] = x[i];
    for (auto const& block : m_blocks) {
        auto const tall = block.tall();
        auto const* const rows = m_rows.data() + block.rows_at;
        for (int32_t c = 0; c < block.width; ++c) {
            auto const* const column = m_values.data() + block.values_at + at(c) * tall;
            auto& own = y[at(block.first + c)];
            if (m_depends[at(block.first + c)]) { own = 0; continue; }
            own /= column[c];
            for (auto k = c + 1; k < block.width; ++k) y[at(block.first + k)] -= own * column[k];
            for (size_t k = 0; k < block.rows; ++k) y[at(rows[k])] -= own * column[at(block.width) + k];
        }
    }
    for (auto b = m_blocks.size(); b-- > 0;) {
        auto const& block = m_blocks[b];
        auto const tall = block.tall();
        auto const* const rows = m_rows.data() + block.rows_at;
        for (auto c = block.width; c-- > 0;) {
            auto const* const column = m_values.data() + block.values_at + at(c) * tall;
            auto& own = y[at(block.first + c)];
            if (m_depends[at(block.first + c)]) { own = 0; continue; }
            for (auto k = c + 1; k < block.width; ++k) own -= y[at(block.first + k)] * column[k];
            for (size_t k = 0; k < block.rows; ++k) own -= y[at(rows[k])] * column[at(block.width) + k];
            own /= column[c];
        }
    }
    for (size_t i = 0; i < m_n; ++i) x[i] = y[at(m_place[i])];
}

void SparseCholesky::invert() {
    std::vector<double> triangle(at(widest) * at(widest)), below;
    for (auto b = m_blocks.size(); b-- > 0;) {
        auto const& block = m_blocks[b];
        auto const tall = block.tall(), r = block.rows, w = at(block.width);
        auto* const panel = m_values.data() + block.values_at;
        // the inverse among the rows below, already known
        m_work.resize(std::max(m_work.size(), r * r));
        auto* const known = m_work.data();
        each_target(block, [&](Block const& target, size_t from, size_t to) {
            auto const* const source = m_values.data() + target.values_at;
            auto const high = target.tall();
            for (auto c = from; c < to; ++c) {
                auto const* const column = source + m_position[c - from] * high;
                for (auto k = c; k < r; ++k) known[c * r + k] = known[k * r + c] = column[m_position[k - from]];
            }
        });
        if (w == 1) {
            auto const root = panel[0];
            m_work2.resize(std::max(m_work2.size(), r));
            double sum = 1 / (root * root);
            for (size_t k = 0; k < r; ++k) m_work2[k] = panel[1 + k] / root;
            for (size_t k = 0; k < r; ++k) {
                double z = 0;
                for (size_t j = 0; j < r; ++j) z += known[k * r + j] * m_work2[j];
                panel[1 + k] = -z;
                sum += z * m_work2[k];
            }
            panel[0] = m_depends[at(block.first)] ? 0 : sum;
            continue;
        }
        // triangle^-1, by columns
        std::fill_n(triangle.begin(), w * w, 0.0);
        for (size_t c = 0; c < w; ++c) {
            triangle[c * w + c] = 1 / panel[c * tall + c];
            for (auto k = c + 1; k < w; ++k) {
                double sum = 0;
                for (auto j = c; j < k; ++j) sum += panel[j * tall + k] * triangle[c * w + j];
                triangle[c * w + k] = -sum / panel[k * tall + k];
            }
        }
        below.assign(r * w, 0);
        if (r) {
            // x = L_below triangle^-1; z = -known x
            cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, static_cast<int>(r), block.width, 1, panel, static_cast<int>(tall), panel + w, static_cast<int>(tall));
            cblas_dsymm(CblasColMajor, CblasLeft, CblasLower, static_cast<int>(r), block.width, -1, known, static_cast<int>(r), panel + w, static_cast<int>(tall), 0, below.data(), static_cast<int>(r));
        }
        // own part: triangle^-T triangle^-1 - x' z
        m_work2.resize(std::max(m_work2.size(), w * w));
        cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, block.width, block.width, block.width, 1, triangle.data(), block.width, triangle.data(), block.width, 0, m_work2.data(), block.width);
        if (r) cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, block.width, block.width, static_cast<int>(r), -1, panel + w, static_cast<int>(tall), below.data(), static_cast<int>(r), 1, m_work2.data(), block.width);
        for (size_t c = 0; c < w; ++c) {
            for (auto k = c; k < w; ++k) panel[c * tall + k] = m_work2[c * w + k];
            for (size_t k = 0; k < r; ++k) panel[c * tall + w + k] = below[c * r + k];
        }
        for (size_t c = 0; c < w; ++c) if (m_depends[at(block.first) + c]) panel[c * tall + c] = 0;
    }
}

double SparseCholesky::inverse(size_t i, size_t j) const {
    auto const column = std::min(m_place[i], m_place[j]), row = std::max(m_place[i], m_place[j]);
    auto const& block = m_blocks[at(m_block_of[at(column)])];
    auto const* const values = m_values.data() + block.values_at + at(column - block.first) * block.tall();
    if (row < block.first + block.width) return values[row - block.first];
    auto const* const rows = m_rows.data() + block.rows_at;
    auto const* const found = std::lower_bound(rows, rows + block.rows, row);
    return found != rows + block.rows && *found == row ? values[at(block.width) + static_cast<size_t>(found - rows)] : 0;
}

} // namespace osetra::breeding
