#include "breeding/engine/sparse_cholesky.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace osetra::breeding {
namespace {

/// Values of rows, by columns.
struct Factor : SparseCholesky {
    explicit Factor(LowerRows const& rows) : Factor(rows, std::vector<std::size_t>{}) {}
    bool factor_rows(std::vector<double> const& value) {
        std::vector<double> ordered;
        for (auto const k : source) ordered.push_back(value[k]);
        return factor(ordered);
    }
    std::vector<std::size_t> source;

private:
    Factor(LowerRows const& rows, std::vector<std::size_t> from) : SparseCholesky(by_columns(rows, from)), source(std::move(from)) {}
};

/// A system with some entries and its full form.
struct System {
    LowerRows rows;
    std::vector<double> full;
    std::size_t n;

    System(std::size_t size, double density, std::uint64_t seed, bool dependent = false) : full(size * size, 0), n(size) {
        std::mt19937_64 random{seed};
        auto const uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
        // B B' + diagonal, with B sparse
        std::vector<double> b(n * n, 0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) if (uniform() < density) b[i * n + j] = uniform() - 0.5;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                for (std::size_t k = 0; k < n; ++k) full[i * n + j] += b[i * n + k] * b[j * n + k];
                if (i == j) full[i * n + j] += 0.5;
            }
        if (dependent)   // the last is the sum of the two before it
            for (std::size_t i = 0; i < n; ++i) {
                if (i == n - 1) full[i * n + i] = full[(i - 1) * n + i - 1] + full[(i - 2) * n + i - 2] + 2 * full[(i - 1) * n + i - 2];
                else full[i * n + n - 1] = full[(n - 1) * n + i] = full[i * n + n - 2] + full[i * n + n - 3];
            }
        rows.start.push_back(0);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j <= i; ++j)
                if (i == j || full[i * n + j] != 0) { rows.column.push_back(static_cast<std::int32_t>(j)); rows.value.push_back(full[i * n + j]); }
            rows.start.push_back(rows.column.size());
        }
    }
};

TEST(SparseCholesky, SolvesAndInvertsAsDenseAlgebraDoes) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        System const s(5 + seed * 4, seed % 3 == 0 ? 0.3 : 0.03, seed);
        Factor c(s.rows);
        ASSERT_TRUE(c.factor_rows(s.rows.value)) << seed;
        EXPECT_EQ(c.rank(), s.n);
        std::vector<double> x(s.n), b(s.n, 0);
        for (std::size_t i = 0; i < s.n; ++i) x[i] = std::sin(static_cast<double>(i + seed));
        for (std::size_t i = 0; i < s.n; ++i)
            for (std::size_t j = 0; j < s.n; ++j) b[i] += s.full[i * s.n + j] * x[j];
        c.solve(b);
        for (std::size_t i = 0; i < s.n; ++i) EXPECT_NEAR(b[i], x[i], 1e-9) << seed;
        // columns of the inverse by solving
        std::vector<std::vector<double>> inverse;
        for (std::size_t j = 0; j < s.n; ++j) {
            std::vector<double> e(s.n, 0);
            e[j] = 1;
            c.solve(e);
            inverse.push_back(std::move(e));
        }
        c.invert();
        for (std::size_t i = 0; i < s.n; ++i)
            for (auto k = s.rows.start[i]; k < s.rows.start[i + 1]; ++k) {
                auto const j = static_cast<std::size_t>(s.rows.column[k]);
                EXPECT_NEAR(c.inverse(i, j), inverse[j][i], 1e-9) << seed << ' ' << i << ' ' << j;
                EXPECT_EQ(c.inverse(i, j), c.inverse(j, i));
            }
    }
}

TEST(SparseCholesky, FindsWhatDependsOnEarlierUnknowns) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        System const s(30, 0.1, seed, true);
        Factor c(s.rows);
        ASSERT_TRUE(c.factor_rows(s.rows.value));
        EXPECT_EQ(c.rank(), s.n - 1);
        std::vector<double> x(s.n), b(s.n, 0);
        for (std::size_t i = 0; i < s.n; ++i) x[i] = static_cast<double>(i);
        for (std::size_t i = 0; i < s.n; ++i)
            for (std::size_t j = 0; j < s.n; ++j) b[i] += s.full[i * s.n + j] * x[j];
        auto const right = b;
        c.solve(b);
        for (std::size_t i = 0; i < s.n; ++i) {   // another solution of the same equations
            double left = 0;
            for (std::size_t j = 0; j < s.n; ++j) left += s.full[i * s.n + j] * b[j];
            EXPECT_NEAR(left, right[i], 1e-7);
        }
        c.invert();
        std::size_t noughts = 0;
        for (std::size_t i = 0; i < s.n; ++i) noughts += c.inverse(i, i) == 0;
        EXPECT_EQ(noughts, 1u);
    }
}

TEST(SparseCholesky, RefusesWhatIsNotPositiveDefinite) {
    LowerRows const s{{0, 1, 3}, {0, 0, 1}, {1, 2, 1}};   // 1 2; 2 1
    Factor c(s);
    EXPECT_FALSE(c.factor_rows(s.value));
}

} // namespace
} // namespace osetra::breeding
