#include "breeding/engine/sparse_cholesky.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <limits>
#include <numeric>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;
using std::uint32_t;

constexpr size_t widest = 192;             // unknowns of a block
constexpr size_t panel_width = 32;         // columns of it that are factored one by one before the rest is
constexpr uint32_t thin_rows = 8;          // a node with so few rows below is thin
constexpr uint32_t not_thin = std::numeric_limits<uint32_t>::max();
constexpr double dependent = 1e-9;         // of the diagonal that is left when all of it was explained by earlier unknowns

size_t at(int32_t i) { return static_cast<size_t>(i); }

/// What a block costs, in nanoseconds: products at the speed of dense algebra (thrice: the factor and the inverse), each of its products moved thither and back, and looking where to.
double cost(double width, double rows) {
    auto const flops = width * width * width / 3 + width * width * rows + width * rows * rows;
    return 3 * flops / 30 + rows * rows / 2 * 4 + 300;
}

} // namespace

size_t LowerColumns::entry(int32_t a, int32_t b) const {
    auto const column = at(std::min(a, b));
    auto const wanted = std::max(a, b);
    auto const from = start[column], to = start[column + 1];
    if (to - from <= 12) {
        auto k = from;
        while (row[k] != wanted) ++k;
        return k;
    }
    return static_cast<size_t>(std::lower_bound(row.begin() + static_cast<std::ptrdiff_t>(from), row.begin() + static_cast<std::ptrdiff_t>(to), wanted) - row.begin());
}

LowerColumns by_columns(LowerRows const& a, std::vector<size_t>& source) {
    LowerColumns out;
    out.start.assign(a.size() + 1, 0);
    for (auto const c : a.column) ++out.start[at(c) + 1];
    std::partial_sum(out.start.begin(), out.start.end(), out.start.begin());
    out.row.resize(a.column.size());
    source.resize(a.column.size());
    auto fill = out.start;
    for (size_t i = 0; i < a.size(); ++i)
        for (auto k = a.start[i]; k < a.start[i + 1]; ++k) {
            auto const to = fill[at(a.column[k])]++;
            out.row[to] = static_cast<int32_t>(i);
            source[to] = k;
        }
    return out;
}

SparseCholesky::SparseCholesky(LowerColumns shape, size_t traits) : m_shape(std::move(shape)), m_n(m_shape.size()), m_traits(traits) {
    openblas_set_num_threads(1);
    find_blocks();
    if (m_values_needed > std::numeric_limits<uint32_t>::max()) return;   // no machine here holds it: factor() says no
    find_targets();
    find_entries();
}

double SparseCholesky::bytes_needed() const {
    double most = 0;   // products of one block
    for (auto const& block : m_blocks) if (block.thin == not_thin) most = std::max(most, static_cast<double>(block.rows) * block.rows);
    return 8.0 * (static_cast<double>(m_values_needed) + static_cast<double>(m_n * m_traits * 2) + most * static_cast<double>(m_traits * m_traits))
         + 4.0 * static_cast<double>(m_shape.row.size() * 2 + m_rows.size() + m_targets.size() + m_n * 5) + 40.0 * static_cast<double>(m_blocks.size());
}

/// What is below each column once those before it are eliminated: its own entries and what is below its children, the columns whose first row it is. A block and the one that it
/// hangs on become one where that costs less: some noughts are stored, but dense blocks are worked through faster. Columns of a block are brought beside each other, before the
/// block that it hangs on: an ancestor stays behind its descendants, so that columns stay columns and their rows ascend.
void SparseCholesky::find_blocks() {
    auto const t = static_cast<double>(m_traits);
    std::vector<int32_t> first_child(m_n, -1), sibling(m_n, -1), seen(m_n, -1), into(m_n, -1), width(m_n, 1), list_of(m_n, -1);
    std::vector<std::vector<int32_t>> lists;   // of columns with children
    auto const rows_of = [&](size_t j) {
        if (list_of[j] >= 0) return std::span<int32_t const>{lists[at(list_of[j])]};
        return std::span<int32_t const>{m_shape.row}.subspan(m_shape.start[j] + 1, m_shape.start[j + 1] - m_shape.start[j] - 1);
    };
    std::vector<int32_t> rows;
    for (size_t j = 0; j < m_n; ++j) {
        auto const mark = static_cast<int32_t>(j);
        if (first_child[j] >= 0) {
            rows.clear();
            seen[j] = mark;
            auto const take = [&](std::span<int32_t const> from) { for (auto const row : from) if (seen[at(row)] != mark) { seen[at(row)] = mark; rows.push_back(row); } };
            take(rows_of(j));
            for (auto c = first_child[j]; c >= 0; c = sibling[at(c)]) take(rows_of(at(c)));
            std::sort(rows.begin(), rows.end());
            list_of[j] = static_cast<int32_t>(lists.size());
            lists.push_back(rows);
            auto const below = t * static_cast<double>(rows.size());
            for (auto c = first_child[j]; c >= 0; c = sibling[at(c)]) {
                auto const of_child = rows_of(at(c)).size();
                auto const both = width[at(c)] + width[j];
                if ((width[at(c)] == 1 && of_child <= thin_rows) || at(both) * m_traits > widest) continue;
                if (cost(t * both, below) > cost(t * width[at(c)], t * static_cast<double>(of_child)) + cost(t * width[j], below)) continue;
                into[at(c)] = mark;
                width[j] = both;
                if (list_of[at(c)] >= 0) std::vector<int32_t>{}.swap(lists[at(list_of[at(c)])]);
            }
        }
        auto const own = rows_of(j);
        if (!own.empty()) { sibling[j] = first_child[at(own[0])]; first_child[at(own[0])] = mark; }
    }
    for (auto j = m_n; j-- > 0;) if (into[j] >= 0 && into[at(into[j])] >= 0) into[j] = into[at(into[j])];   // the last of its block
    auto& next = seen;
    int32_t first = 0;
    for (size_t j = 0; j < m_n; ++j) if (into[j] < 0) { next[j] = first; first += width[j]; }
    m_place.resize(m_n);
    for (size_t j = 0; j < m_n; ++j) m_place[j] = next[into[j] < 0 ? j : at(into[j])]++;
    m_block_of.resize(m_n);
    size_t count = 0, all_rows = 0;
    for (size_t j = 0; j < m_n; ++j) if (into[j] < 0) { ++count; all_rows += rows_of(j).size(); }
    m_blocks.reserve(count);
    m_rows.reserve(all_rows);
    for (size_t j = 0; j < m_n; ++j) {
        if (into[j] >= 0) continue;
        auto const own = rows_of(j);
        Block block{next[j] - width[j], width[j], static_cast<uint32_t>(own.size()), not_thin, m_rows.size(), m_values_needed};
        for (auto const row : own) m_rows.push_back(m_place[at(row)]);
        m_values_needed += block.tall() * at(block.width) * m_traits * m_traits;
        auto const w = t * block.width, r = t * block.rows;
        m_flops += w * w * w / 3 + w * w * r + w * r * r;
        for (int32_t c = 0; c < block.width; ++c) m_block_of[at(block.first + c)] = static_cast<int32_t>(m_blocks.size());
        m_blocks.push_back(block);
    }
}

/// Where the products of thin nodes go: for rows c <= k, by c, the place of their first traits in the column that row c is.
void SparseCholesky::find_targets() {
    size_t needed = 0;
    for (auto const& block : m_blocks) if (block.width == 1 && block.rows <= thin_rows) needed += size_t{block.rows} * (block.rows + 1) / 2;
    if (needed >= not_thin) return;   // all are looked for then
    m_targets.reserve(needed);
    for (auto& block : m_blocks) {
        if (block.width != 1 || block.rows > thin_rows) continue;
        block.thin = static_cast<uint32_t>(m_targets.size());
        auto const* const rows = m_rows.data() + block.rows_at;
        for (uint32_t c = 0; c < block.rows; ++c) {
            auto const& target = m_blocks[at(m_block_of[at(rows[c])])];
            auto const* const begin = m_rows.data() + target.rows_at;
            auto const column = target.values_at + at(rows[c] - target.first) * target.tall() * m_traits * m_traits;
            for (auto k = c; k < block.rows; ++k) {
                auto const within = rows[k] < target.first + target.width ? at(rows[k] - target.first)
                                  : at(target.width) + static_cast<size_t>(std::lower_bound(begin, begin + target.rows, rows[k]) - begin);
                m_targets.push_back(static_cast<uint32_t>(column + within * m_traits));
            }
        }
    }
}

void SparseCholesky::find_entries() {
    m_entry_at.resize(m_shape.row.size());
    for (size_t j = 0; j < m_n; ++j) {
        auto const column = m_place[j];
        auto const& block = m_blocks[at(m_block_of[at(column)])];
        auto const base = block.values_at + at(column - block.first) * block.tall() * m_traits * m_traits;
        auto const* const rows = m_rows.data() + block.rows_at;
        size_t below = 0;
        for (auto k = m_shape.start[j]; k < m_shape.start[j + 1]; ++k) {
            auto const row = m_place[at(m_shape.row[k])];
            auto const last = block.first + block.width;
            if (row >= last) {
                if (block.rows > 64) below = static_cast<size_t>(std::lower_bound(rows + below, rows + block.rows, row) - rows);
                else while (rows[below] < row) ++below;
            }
            m_entry_at[k] = static_cast<uint32_t>(base + (row < last ? at(row - block.first) : at(block.width) + below) * m_traits);
        }
    }
}

/// For each block that rows of this one fall into: does(target, from, to): rows [from, to) are columns of the target, and m_runs tells where they and all later rows stand in a column of it.
/// All are unknowns here.
template <class Does> void SparseCholesky::each_target(Block const& block, Does does) {
    auto const* rows = m_rows.data() + block.rows_at;
    auto const t = m_traits;
    for (size_t from = 0; from < block.rows;) {
        auto const& target = m_blocks[at(m_block_of[at(rows[from])])];
        auto const last = target.first + target.width;
        m_runs.clear();
        m_positions.clear();
        auto const add = [&](size_t k, size_t position) {
            for (size_t a = 0; a < t; ++a) m_positions.push_back(static_cast<uint32_t>(position * t + a));
            if (!m_runs.empty() && m_runs.back().to == k * t && m_runs.back().position + (m_runs.back().to - m_runs.back().from) == position * t) m_runs.back().to += t;
            else m_runs.push_back({k * t, (k + 1) * t, position * t});
        };
        auto to = from;
        for (; to < block.rows && rows[to] < last; ++to) add(to, at(rows[to] - target.first));
        auto const* search = m_rows.data() + target.rows_at;
        auto const* const begin = search;
        auto const* const end = search + target.rows;
        auto const few = (block.rows - to) * 8 < target.rows;
        for (size_t k = to; k < block.rows; ++k) {
            if (few) search = std::lower_bound(search, end, rows[k]);
            else while (*search < rows[k]) ++search;
            add(k, at(target.width) + static_cast<size_t>(search - begin));
        }
        does(target, from * t, to * t);
        from = to;
    }
}

/// The same, by columns: does(column of the target, c, from, to, there): its values at `there + k` for the block's unknowns k of [from, to), or at there[places[k - c]] where places are told.
template <class Does> void SparseCholesky::each_product(Block const& block, Does does) {
    each_target(block, [&](Block const& target, size_t from, size_t to) {
        auto* const into = m_values.data() + target.values_at;
        auto const high = target.tall() * m_traits, rows = block.rows * m_traits;
        if (m_runs.size() * 4 > rows - from) {   // scattered
            for (auto c = from; c < to; ++c) {
                auto const* const places = m_positions.data() + (c - from);
                does(into + places[0] * high, c, c, rows, places);
            }
            return;
        }
        auto own = m_runs.begin();   // the run that column c is in
        for (auto c = from; c < to; ++c) {
            while (own->to <= c) ++own;
            auto* const column = into + (own->position + c - own->from) * high;
            for (auto run = own; run != m_runs.end(); ++run) does(column + run->position - run->from, c, std::max(run->from, c), run->to, static_cast<uint32_t const*>(nullptr));
        }
    });
}

void SparseCholesky::clear() { m_values.assign(m_values_needed, 0); }

bool SparseCholesky::factor(std::span<double const> value) {
    if (too_large()) return false;
    clear();
    auto const t = m_traits;
    for (size_t k = 0; k < m_shape.row.size(); ++k) if (t == 1) *entry(k) = value[k];
    if (t > 1)
        for (size_t j = 0; j < m_n; ++j)
            for (auto k = m_shape.start[j]; k < m_shape.start[j + 1]; ++k)
                for (size_t a = 0; a < t; ++a) for (size_t b = 0; b < t; ++b) entry(k)[b * stride(j) + a] = value[(k * t + a) * t + b];
    return factor();
}

bool SparseCholesky::factor() {
    if (too_large()) return false;
    m_depends.assign(m_n * m_traits, 0);
    m_log_determinant = 0;
    m_rank = 0;
    std::vector<double> diagonal(m_n * m_traits);
    for (auto const& block : m_blocks)
        for (size_t c = 0; c < at(block.width) * m_traits; ++c) diagonal[at(block.first) * m_traits + c] = m_values[block.values_at + c * (block.tall() * m_traits + 1)];
    for (auto const& block : m_blocks) {
        if (block.thin != not_thin) { if (!factor_thin(block, diagonal)) return false; continue; }
        if (!factor_block(block, diagonal)) return false;
        if (block.rows) pass_up(block);
    }
    return true;
}

/// One column after another of [from, to) of a block, down to its last own row only; what comes after `to` is left.
bool SparseCholesky::factor_columns(Block const& block, size_t from, size_t to, std::span<double const> original) {
    auto const tall = block.tall() * m_traits;
    auto const w = at(block.width) * m_traits;
    auto* const panel = m_values.data() + block.values_at;
    for (auto c = from; c < to; ++c) {
        auto* const column = panel + c * tall;
        auto const j = at(block.first) * m_traits + c;
        auto const pivot = column[c];
        if (!(pivot > dependent * original[j])) {
            if (!(pivot >= -1e-6 * std::abs(original[j])) || !std::isfinite(pivot)) return false;   // nought of nought: a level without records of the trait
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
        for (auto k = c + 1; k < w; ++k) column[k] /= root;
        for (auto next = c + 1; next < to; ++next) {
            auto const factor = column[next];
            if (factor == 0) continue;
            auto* const other = panel + next * tall;
            for (auto k = next; k < w; ++k) other[k] -= factor * column[k];
        }
    }
    return true;
}

bool SparseCholesky::factor_block(Block const& block, std::span<double const> original) {
    auto const tall = block.tall() * m_traits, rows = block.rows * m_traits;
    auto const w = at(block.width) * m_traits;
    auto* const panel = m_values.data() + block.values_at;
    auto const high = static_cast<int>(tall);
    for (size_t from = 0; from < w; from += panel_width) {   // the triangle
        auto const to = std::min(w, from + panel_width);
        if (!factor_columns(block, from, to, original)) return false;
        if (to == w) break;
        auto* const below = panel + from * tall + to;
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, static_cast<int>(w - to), static_cast<int>(to - from), -1, below, high, 1, panel + to * tall + to, high);
    }
    if (rows == 0) return true;
    if (w == 1) { auto const root = panel[0]; if (m_depends[at(block.first)]) std::fill_n(panel + 1, rows, 0.0); else for (size_t k = 0; k < rows; ++k) panel[1 + k] /= root; return true; }
    cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, static_cast<int>(rows), static_cast<int>(w), 1, panel, high, panel + w, high);
    for (size_t c = 0; c < w; ++c)
        if (m_depends[at(block.first) * m_traits + c]) std::fill(panel + c * tall + w, panel + (c + 1) * tall, 0);
    return true;
}

bool SparseCholesky::factor_thin(Block const& block, std::span<double const> original) {
    auto const t = m_traits;
    auto* const own = m_values.data() + block.values_at;
    auto const* target = m_targets.data() + block.thin;
    auto const* const rows = m_rows.data() + block.rows_at;
    if (t == 1) {
        auto const pivot = own[0];
        auto const j = at(block.first);
        if (!(pivot > dependent * original[j])) {
            if (!(pivot >= -1e-6 * std::abs(original[j])) || !std::isfinite(pivot)) return false;   // nought of nought: a level without records of the trait
            m_depends[j] = 1;
            std::fill_n(own, block.tall(), 0.0);
            own[0] = 1;
            return true;
        }
        ++m_rank;
        m_log_determinant += std::log(pivot);
        auto const root = std::sqrt(pivot), inverse = 1 / root;
        own[0] = root;
        for (uint32_t c = 1; c <= block.rows; ++c) own[c] *= inverse;
        for (uint32_t c = 1; c <= block.rows; ++c)
            for (auto k = c; k <= block.rows; ++k) m_values[*target++] -= own[c] * own[k];
        return true;
    }
    if (!factor_columns(block, 0, t, original)) return false;
    auto const tall = block.tall() * t;
    for (size_t c = 0; c < t; ++c) {
        auto* const column = own + c * tall;
        auto const lost = m_depends[at(block.first) * t + c] != 0;
        for (size_t before = 0; before < c; ++before) {
            auto const factor = own[before * tall + c];
            for (auto k = t; k < tall; ++k) column[k] -= factor * own[before * tall + k];
        }
        for (auto k = t; k < tall; ++k) column[k] = lost ? 0 : column[k] / column[c];
    }
    for (uint32_t c = 0; c < block.rows; ++c) {
        auto const high = m_blocks[at(m_block_of[at(rows[c])])].tall() * t;
        for (auto k = c; k < block.rows; ++k) {
            auto* const to = m_values.data() + *target++;
            for (size_t b = 0; b < t; ++b)
                for (auto a = k == c ? b : 0; a < t; ++a) {
                    double sum = 0;
                    for (size_t j = 0; j < t; ++j) sum += own[j * tall + (1 + c) * t + b] * own[j * tall + (1 + k) * t + a];
                    to[b * high + a] -= sum;
                }
        }
    }
    return true;
}

void SparseCholesky::pass_up(Block const& block) {
    auto const tall = block.tall() * m_traits, r = block.rows * m_traits, w = at(block.width) * m_traits;
    switch (w) {
    case 1: return pass_up_narrow<1>(block);
    case 2: return pass_up_narrow<2>(block);
    case 3: return pass_up_narrow<3>(block);
    case 4: return pass_up_narrow<4>(block);
    default: break;
    }
    auto const* const panel = m_values.data() + block.values_at + w;
    if (m_work.size() < r * r) m_work.resize(r * r);
    auto* const update = m_work.data();
    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, static_cast<int>(r), static_cast<int>(w), 1, panel, static_cast<int>(tall), 0, update, static_cast<int>(r));
    each_product(block, [&](double* __restrict__ there, size_t c, size_t from, size_t to, uint32_t const* places) {
        auto const* const source = update + c * r;
        if (places) for (auto k = from; k < to; ++k) there[places[k - c]] -= source[k];
        else for (auto k = from; k < to; ++k) there[k] -= source[k];
    });
}

/// Products go where they belong at once.
template <size_t width> void SparseCholesky::pass_up_narrow(Block const& block) {
    auto const tall = block.tall() * m_traits;
    auto const* const panel = m_values.data() + block.values_at + width;
    each_product(block, [&](double* __restrict__ there, size_t c, size_t from, size_t to, uint32_t const* places) {
        double own[width];
        for (size_t j = 0; j < width; ++j) own[j] = panel[j * tall + c];
        auto const product = [&](size_t k) {
            double sum = 0;
            for (size_t j = 0; j < width; ++j) sum += own[j] * panel[j * tall + k];
            return sum;
        };
        if (places) for (auto k = from; k < to; ++k) there[places[k - c]] -= product(k);
        else for (auto k = from; k < to; ++k) there[k] -= product(k);
    });
}

void SparseCholesky::solve(std::span<double> x) const {
    auto const t = m_traits;
    std::vector<double> y(m_n * t), gathered;
    for (size_t i = 0; i < m_n; ++i) for (size_t a = 0; a < t; ++a) y[at(m_place[i]) * t + a] = x[i * t + a];
    for (auto const& block : m_blocks) {
        auto const tall = block.tall() * t, w = at(block.width) * t;
        auto const* const rows = m_rows.data() + block.rows_at;
        auto const* const panel = m_values.data() + block.values_at;
        auto* const own = y.data() + at(block.first) * t;
        auto const* const lost = m_depends.data() + at(block.first) * t;
        for (size_t c = 0; c < w; ++c) {
            auto const* const column = panel + c * tall;
            if (lost[c]) { own[c] = 0; continue; }
            own[c] /= column[c];
            for (auto k = c + 1; k < w; ++k) own[k] -= own[c] * column[k];
        }
        auto const r = block.rows * t;
        if (w < 4 || r < 8) {
            for (size_t c = 0; c < w; ++c)
                for (size_t k = 0; k < block.rows; ++k) for (size_t a = 0; a < t; ++a) y[at(rows[k]) * t + a] -= own[c] * panel[c * tall + w + k * t + a];
            continue;
        }
        gathered.resize(r);
        cblas_dgemv(CblasColMajor, CblasNoTrans, static_cast<int>(r), static_cast<int>(w), 1, panel + w, static_cast<int>(tall), own, 1, 0, gathered.data(), 1);
        for (size_t k = 0; k < block.rows; ++k) for (size_t a = 0; a < t; ++a) y[at(rows[k]) * t + a] -= gathered[k * t + a];
    }
    for (auto b = m_blocks.size(); b-- > 0;) {
        auto const& block = m_blocks[b];
        auto const tall = block.tall() * t, w = at(block.width) * t, r = block.rows * t;
        auto const* const rows = m_rows.data() + block.rows_at;
        auto const* const panel = m_values.data() + block.values_at;
        auto* const own = y.data() + at(block.first) * t;
        auto const* const lost = m_depends.data() + at(block.first) * t;
        if (w < 4 || r < 8) {
            for (size_t c = 0; c < w; ++c)
                for (size_t k = 0; k < block.rows; ++k) for (size_t a = 0; a < t; ++a) own[c] -= y[at(rows[k]) * t + a] * panel[c * tall + w + k * t + a];
        } else {
            gathered.resize(r);
            for (size_t k = 0; k < block.rows; ++k) for (size_t a = 0; a < t; ++a) gathered[k * t + a] = y[at(rows[k]) * t + a];
            cblas_dgemv(CblasColMajor, CblasTrans, static_cast<int>(r), static_cast<int>(w), -1, panel + w, static_cast<int>(tall), gathered.data(), 1, 1, own, 1);
        }
        for (auto c = w; c-- > 0;) {
            auto const* const column = panel + c * tall;
            if (lost[c]) { own[c] = 0; continue; }
            for (auto k = c + 1; k < w; ++k) own[c] -= own[k] * column[k];
            own[c] /= column[c];
        }
    }
    for (size_t i = 0; i < m_n; ++i) for (size_t a = 0; a < t; ++a) x[i * t + a] = y[at(m_place[i]) * t + a];
}

void SparseCholesky::invert() {
    for (auto b = m_blocks.size(); b-- > 0;) {
        auto const& block = m_blocks[b];
        if (block.thin != not_thin && m_traits == 1) invert_thin(block);
        else invert_block(block);
    }
}

void SparseCholesky::invert_thin(Block const& block) {
    auto* const own = m_values.data() + block.values_at;
    if (m_depends[at(block.first)]) { own[0] = 0; return; }   // and noughts below
    auto const* target = m_targets.data() + block.thin;
    auto const r = block.rows;
    double x[thin_rows], z[thin_rows] = {};
    auto const inverse = 1 / own[0];
    for (uint32_t k = 0; k < r; ++k) x[k] = own[1 + k] * inverse;
    for (uint32_t c = 0; c < r; ++c) {
        z[c] += m_values[*target++] * x[c];
        for (auto k = c + 1; k < r; ++k) {
            auto const known = m_values[*target++];
            z[c] += known * x[k];
            z[k] += known * x[c];
        }
    }
    auto sum = inverse * inverse;
    for (uint32_t k = 0; k < r; ++k) { sum += z[k] * x[k]; own[1 + k] = -z[k]; }
    own[0] = sum;
}

/// x = L_below triangle^-1 of a block, z = (the inverse among the rows below) x, and what stands in its place.
template <size_t width> void SparseCholesky::invert_narrow(Block const& block) {
    auto const tall = block.tall() * m_traits, r = block.rows * m_traits;
    auto* const panel = m_values.data() + block.values_at;
    auto const* const lost = m_depends.data() + at(block.first) * m_traits;
    double triangle[width][width] = {};   // ^-1, by columns
    for (size_t c = 0; c < width; ++c)
        for (auto k = c; k < width; ++k) {
            auto sum = k == c ? 1.0 : 0.0;
            for (auto j = c; j < k; ++j) sum -= panel[j * tall + k] * triangle[c][j];
            triangle[c][k] = sum / panel[k * tall + k];
        }
    m_work2.assign(2 * width * r, 0);
    auto* const x = m_work2.data();
    auto* const z = x + width * r;
    for (size_t c = 0; c < width; ++c)
        for (auto j = c; j < width; ++j)
            for (size_t k = 0; k < r; ++k) x[c * r + k] += panel[j * tall + width + k] * triangle[c][j];
    each_product(block, [&](double const* __restrict__ there, size_t c, size_t from, size_t to, uint32_t const* places) {
        if (from == c) {   // the diagonal counts once
            auto const known = places ? there[places[0]] : there[c];
            for (size_t j = 0; j < width; ++j) z[j * r + c] += known * x[j * r + c];
            ++from;
        }
        for (size_t j = 0; j < width; ++j) {
            auto const* const xs = x + j * r;
            auto* __restrict__ const zs = z + j * r;
            auto const own = xs[c];
            auto sum = 0.0;
            if (places) for (auto k = from; k < to; ++k) { auto const known = there[places[k - c]]; sum += known * xs[k]; zs[k] += known * own; }
            else for (auto k = from; k < to; ++k) { auto const known = there[k]; sum += known * xs[k]; zs[k] += known * own; }
            zs[c] += sum;
        }
    });
    for (size_t c = 0; c < width; ++c)
        for (auto k = c; k < width; ++k) {
            double sum = 0;
            for (auto j = k; j < width; ++j) sum += triangle[c][j] * triangle[k][j];
            for (size_t j = 0; j < r; ++j) sum += x[k * r + j] * z[c * r + j];
            panel[c * tall + k] = lost[c] && k == c ? 0 : sum;
        }
    for (size_t c = 0; c < width; ++c) for (size_t k = 0; k < r; ++k) panel[c * tall + width + k] = -z[c * r + k];
}

void SparseCholesky::invert_block(Block const& block) {
    auto const tall = block.tall() * m_traits, r = block.rows * m_traits, w = at(block.width) * m_traits;
    switch (w) {
    case 1: return invert_narrow<1>(block);
    case 2: return invert_narrow<2>(block);
    case 3: return invert_narrow<3>(block);
    case 4: return invert_narrow<4>(block);
    default: break;
    }
    auto* const panel = m_values.data() + block.values_at;
    auto const high = static_cast<int>(tall), wide = static_cast<int>(w), below = static_cast<int>(r);
    // the inverse among the rows below, already known: its lower half
    if (m_work.size() < r * r) m_work.resize(r * r);
    auto* const known = m_work.data();
    each_product(block, [&](double const* __restrict__ there, size_t c, size_t from, size_t to, uint32_t const* places) {
        auto* const into = known + c * r;
        if (places) for (auto k = from; k < to; ++k) into[k] = there[places[k - c]];
        else std::copy(there + from, there + to, into + from);
    });
    auto* const lost = m_depends.data() + at(block.first) * m_traits;
    // triangle^-1, by columns
    if (m_work2.size() < w * w) m_work2.resize(w * w);
    auto* const triangle = m_work2.data();
    std::fill_n(triangle, w * w, 0.0);
    for (size_t c = 0; c < w; ++c) {
        auto* const column = triangle + c * w;
        column[c] = 1;
        for (auto j = c; j < w; ++j) {   // forward, by columns of the triangle
            column[j] /= panel[j * tall + j];
            auto const factor = column[j];
            if (factor != 0) for (auto k = j + 1; k < w; ++k) column[k] -= factor * panel[j * tall + k];
        }
    }
    if (m_work3.size() < r * w + w * w) m_work3.resize(r * w + w * w);
    auto* const z = m_work3.data();
    auto* const own = z + r * w;
    if (r) {   // x = L_below triangle^-1; z = -known x
        cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, below, wide, 1, panel, high, panel + w, high);
        cblas_dsymm(CblasColMajor, CblasLeft, CblasLower, below, wide, -1, known, below, panel + w, high, 0, z, below);
    }
    // own part: triangle^-T triangle^-1 - x' z
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, wide, wide, 1, triangle, wide, 0, own, wide);
    if (r) cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, wide, wide, below, -1, panel + w, high, z, below, 1, own, wide);
    for (size_t c = 0; c < w; ++c) {
        std::copy(own + c * w + c, own + (c + 1) * w, panel + c * tall + c);
        std::copy_n(z + c * r, r, panel + c * tall + w);
    }
    for (size_t c = 0; c < w; ++c) if (lost[c]) panel[c * tall + c] = 0;
}

double SparseCholesky::inverse(size_t i, size_t j) const {
    auto const a = column_of(i), b = column_of(j);
    auto const column = std::min(a, b), row = std::max(a, b);
    auto const& block = m_blocks[at(m_block_of[column / m_traits])];
    auto const first = at(block.first) * m_traits, w = at(block.width) * m_traits;
    auto const* const values = m_values.data() + block.values_at + (column - first) * block.tall() * m_traits;
    if (row < first + w) return values[row - first];
    auto const* const rows = m_rows.data() + block.rows_at;
    auto const node = static_cast<int32_t>(row / m_traits);
    auto const* const found = std::lower_bound(rows, rows + block.rows, node);
    return found != rows + block.rows && *found == node ? values[w + static_cast<size_t>(found - rows) * m_traits + row % m_traits] : 0;
}

} // namespace osetra::breeding
