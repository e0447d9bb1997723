#include "quality/engine/distributions.h"

#include <gtest/gtest.h>

namespace osetra::quality {
namespace {

// Critical counts of the triangle test, ISO 4120: the least number right that chance gives in no more than 5 % and 1 %.
TEST(Distributions, GiveTheTriangleTestsTable) {
    struct Row { double alpha; int tasters, critical; };
    for (auto const& row : {Row{0.05, 12, 8}, {0.05, 18, 10}, {0.05, 24, 13}, {0.05, 30, 15}, {0.05, 36, 18}, {0.05, 42, 20}, {0.05, 48, 22}, {0.05, 60, 27},
                            {0.01, 12, 9}, {0.01, 18, 12}, {0.01, 24, 15}, {0.01, 30, 17}, {0.01, 36, 20}, {0.01, 42, 22}, {0.01, 48, 25}, {0.01, 60, 30}}) {
        EXPECT_LE(binomial_tail(row.critical, row.tasters, 1.0 / 3), row.alpha) << row.tasters;
        EXPECT_GT(binomial_tail(row.critical - 1, row.tasters, 1.0 / 3), row.alpha) << row.tasters;
    }
}

// Printed tables of the distributions, to their last digit.
TEST(Distributions, AgreeWithPrintedTables) {
    EXPECT_NEAR(normal_below(1.96), 0.9750, 5e-5);
    EXPECT_NEAR(normal_quantile(0.975), 1.95996, 5e-6);
    EXPECT_NEAR(chi_square_above(3.841, 1), 0.05, 5e-5);
    EXPECT_NEAR(chi_square_quantile(0.95, 10), 18.307, 5e-4);
    EXPECT_NEAR(t_beyond(2.228, 10), 0.05, 5e-5);
    EXPECT_NEAR(t_quantile(0.975, 10), 2.228, 5e-4);
    EXPECT_NEAR(f_above(4.96, 1, 10), 0.05, 5e-4);
    EXPECT_NEAR(binomial_share(2, 4, 0.5), 0.375, 1e-12);
    EXPECT_NEAR(exact_share(0, 10).high, 0.3085, 5e-5);   // 1 - 0.025^(1/10)
    EXPECT_NEAR(exact_share(5, 10).low, 0.1871, 5e-5);
}

} // namespace
} // namespace osetra::quality
