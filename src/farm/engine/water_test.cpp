#include "farm/engine/water.h"

#include <gtest/gtest.h>

namespace osetra::farm::engine {
namespace {

// Reference: R, the formula written out: 1 / (10^(0.09018 + 2729.92 / (273.15 + T) - pH) + 1).
TEST(Water, UnionisedAmmonia) {
    EXPECT_NEAR(unionised_ammonia_share(15, 7), 0.00272071006195, 1e-12);
    EXPECT_NEAR(unionised_ammonia_share(15, 7.5), 0.00855332204881, 1e-12);
    EXPECT_NEAR(unionised_ammonia_share(15, 8), 0.02655681995416, 1e-12);
    EXPECT_NEAR(unionised_ammonia_share(15, 8.5), 0.07941951434009, 1e-12);
    EXPECT_NEAR(unionised_ammonia_share(25, 8), 0.05366233666196, 1e-12);
}

// Table of Benson & Krause in APHA 4500-O:1: 14.621, 11.288, 10.084, 9.092, 8.263, 7.559 mg/L in fresh water; salt water from R.
TEST(Water, OxygenSaturation) {
    double const table[][2] = {{0, 14.621}, {10, 11.288}, {15, 10.084}, {20, 9.092}, {25, 8.263}, {30, 7.559}};
    for (auto const& [celsius, mg_l] : table) EXPECT_NEAR(oxygen_saturation_mg_l(celsius), mg_l, 0.0006) << celsius;
    EXPECT_NEAR(oxygen_saturation_mg_l(10, 35), 9.02425916979, 1e-9);
    EXPECT_NEAR(oxygen_saturation_mg_l(25, 35), 6.77211601458, 1e-9);
}

// R, Benson & Krause's pressure term written out: at 20 C and 0.850 atm, 7.69717534963 mg/L. ISO 2533 at 1,500 m: 84,556 Pa = 0.83450 atm.
TEST(Water, OxygenOnAHill) {
    EXPECT_NEAR(oxygen_saturation_mg_l(20, 0, 0.850), 7.69717534963, 1e-9);
    EXPECT_NEAR(pressure_atm_at(1500), 0.83450, 1e-4);
    EXPECT_NEAR(pressure_atm_at(0), 1, 1e-12);
}

} // namespace
} // namespace osetra::farm::engine
