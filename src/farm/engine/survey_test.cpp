#include "farm/engine/survey.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "farm/engine/distributions.h"

namespace osetra::farm::engine {
namespace {

// Lake sturgeon of Black Lake, 24 samples: FSA's data set SturgeonBL (Baker & Borgeson 1999). Entered here by hand.
std::vector<CatchSample> black_lake() {
    std::int64_t const rows[][2] = {{3, 0}, {2, 0}, {4, 0}, {4, 0}, {4, 1}, {1, 0},  {2, 0},  {4, 0},  {5, 0},  {4, 0}, {5, 0},  {4, 1},
                                    {2, 0}, {4, 0}, {7, 1}, {2, 0}, {23, 1}, {22, 0}, {28, 3}, {13, 0}, {8, 1}, {13, 1}, {24, 2}, {15, 3}};
    std::vector<CatchSample> samples;
    for (auto const& [caught, recaptured] : rows) samples.push_back({caught, recaptured, caught});
    samples.back().returned_marked = 0;
    return samples;
}

// Reference: mrClosed() of FSA 0.10.0 run in R 4.2.2 on SturgeonBL: N 1201.8667, interval 736.1487 to 2083.2145 by its root finder; the same
// interval from qchisq: 736.148587612 to 2083.215305. By hand: sum(C M) = 18028, sum(R) = 14, 18028 / 15.
TEST(Survey, SchnabelAgreesWithFsa) {
    auto const e = schnabel(black_lake());
    ASSERT_TRUE(e);
    EXPECT_NEAR(e->heads.value, 18028.0 / 15, 1e-9);
    EXPECT_NEAR(e->heads.low, 736.148587612, 1e-6);
    EXPECT_NEAR(e->heads.high, 2083.215305, 1e-5);
    EXPECT_EQ(e->recaptured_total, 14);
    EXPECT_EQ(e->marked_total, 177);
}

// Reference: as above, method = "SchumacherEschmeyer": 1387.6713555 (1002.7863 to 2252.0393). By hand: 2170318 / 1564.
TEST(Survey, SchumacherEschmeyerAgreesWithFsa) {
    auto const e = schumacher_eschmeyer(black_lake());
    ASSERT_TRUE(e);
    EXPECT_NEAR(e->heads.value, 2170318.0 / 1564, 1e-9);
    EXPECT_NEAR(e->heads.low, 1002.78628773, 1e-5);
    EXPECT_NEAR(e->heads.high, 2252.03926163, 1e-5);
}

// A survey with more recaptures. Reference: the formulas of FSA written out in R 4.2.2: Schnabel 432.84 (294.769033843 to 660.733524481),
// Schumacher-Eschmeyer 428.187364777 (302.638215561 to 731.755283804).
TEST(Survey, RecapturesNarrowTheInterval) {
    std::int64_t const rows[][3] = {{10, 0, 10}, {27, 0, 27}, {17, 0, 17}, {7, 0, 7},   {1, 0, 1}, {5, 0, 5}, {6, 2, 6},
                                    {15, 1, 15}, {9, 5, 9},   {18, 5, 18}, {16, 4, 16}, {5, 2, 5}, {7, 2, 7}, {19, 3, 0}};
    std::vector<CatchSample> samples;
    for (auto const& [c, r, back] : rows) samples.push_back({c, r, back});
    auto const a = schnabel(samples);
    ASSERT_TRUE(a);
    EXPECT_NEAR(a->heads.value, 432.84, 1e-9);
    EXPECT_NEAR(a->heads.low, 294.769033843, 1e-6);
    EXPECT_NEAR(a->heads.high, 660.733524481, 1e-6);
    auto const b = schumacher_eschmeyer(samples);
    ASSERT_TRUE(b);
    EXPECT_NEAR(b->heads.value, 428.187364777, 1e-6);
    EXPECT_NEAR(b->heads.low, 302.638215561, 1e-6);
    EXPECT_NEAR(b->heads.high, 731.755283804, 1e-6);
}

// Over 50 recaptures the error of 1/N is normal; R, formulas of FSA: 328.181818182 (245.048974247 to 496.680705975).
TEST(Survey, ManyRecapturesUseStudentsT) {
    CatchSample const samples[] = {{60, 0, 60}, {80, 12, 80}, {70, 30, 70}, {90, 45, 0}};
    auto const e = schnabel(samples);
    ASSERT_TRUE(e);
    EXPECT_NEAR(e->heads.value, 328.181818182, 1e-8);
    EXPECT_NEAR(e->heads.low, 245.048974247, 1e-6);
    EXPECT_NEAR(e->heads.high, 496.680705975, 1e-6);
}

TEST(Survey, ImpossibleSurveysAreRefused) {
    auto const code = [](std::vector<CatchSample> const& s) {
        auto const e = schnabel(s);
        return e ? std::string{"estimated"} : e.error().code + "@" + e.error().at;
    };
    EXPECT_EQ(code({{5, 0, 5}}), "survey_short@");
    EXPECT_EQ(code({{5, 0, 5}, {3, 4, 3}}), "survey_impossible@2");   // more recaptured than caught
    EXPECT_EQ(code({{2, 0, 2}, {9, 3, 9}}), "survey_impossible@2");   // more than marked at large
    EXPECT_EQ(code({{2, 1, 2}, {9, 0, 9}}), "survey_impossible@1");
    EXPECT_EQ(code({{2, 0, 0}, {9, 0, 9}}), "survey_no_marks@");
    EXPECT_EQ(code({{9, 0, 9}, {9, 0, 9}}), "estimated");             // none recaptured: wide, and finite with the correction
    std::vector<CatchSample> const none{{9, 0, 9}, {9, 0, 9}, {9, 0, 9}};
    auto const e = schumacher_eschmeyer(none);
    ASSERT_FALSE(e);
    EXPECT_EQ(e.error().code, "survey_no_recaptures");
}

TEST(Survey, AgesAreSummarised) {
    AgeHeads const ages[] = {{7, 2}, {3, 1}, {7, 1}, {5, 2}, {9, 0}};
    auto const s = summarise_ages(ages);
    EXPECT_EQ(s.heads, 6);
    EXPECT_NEAR(s.mean_years, 34.0 / 6, 1e-12);
    EXPECT_NEAR(s.sd_years, 1.632993161855452, 1e-12);   // R: sd(c(7,7,7,3,5,5))
    EXPECT_EQ(s.median_years, 6);
    EXPECT_EQ(s.youngest, 3);
    EXPECT_EQ(s.oldest, 7);
    EXPECT_EQ(s.commonest, 7);
    EXPECT_EQ(s.by_age.size(), 3u);
    EXPECT_EQ(summarise_ages({}).heads, 0);
}

// R: mean, sd and median of SturgeonGB by year.
TEST(Survey, AgesOfARealSurvey) {
    std::ifstream file{OSETRA_ROOT "/../shared/data/domain/fish/SturgeonGB.csv"};
    if (!file) GTEST_SKIP() << "SturgeonGB.csv is not here";
    std::map<int, std::vector<AgeHeads>> years;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        int year = 0;
        AgeHeads one{0, 1};
        char comma = 0;
        if (std::istringstream{line} >> year >> comma >> one.age_years) years[year].push_back(one);
    }
    auto const s = summarise_ages(years[2011]);
    EXPECT_EQ(s.heads, 136);
    EXPECT_NEAR(s.mean_years, 7.08088235294, 1e-9);
    EXPECT_NEAR(s.sd_years, 2.49756962476, 1e-9);
    EXPECT_EQ(s.median_years, 7);
    EXPECT_EQ(summarise_ages(years[2010]).heads, 152);
    EXPECT_EQ(summarise_ages(years[2012]).heads, 148);
}

// R: 2 * pnorm(-1.96), qchisq, qt.
TEST(Distributions, AgreeWithR) {
    EXPECT_NEAR(normal_two_sided(1.96), 0.0499957902964, 1e-12);
    EXPECT_NEAR(normal_two_sided(-3.5), 0.000465258158071, 1e-14);
    EXPECT_NEAR(chi_squared_quantile(0.025, 28), 15.3078605526, 1e-9);
    EXPECT_NEAR(chi_squared_quantile(0.975, 30), 46.9792422437, 1e-9);
    EXPECT_NEAR(chi_squared_quantile(0.5, 2), 1.38629436112, 1e-10);
    EXPECT_NEAR(chi_squared_quantile(0.975, 1), 5.02388618731, 1e-10);
    EXPECT_NEAR(student_quantile(0.975, 22), 2.0738730679, 1e-9);
    EXPECT_NEAR(student_quantile(0.975, 1), 12.7062047362, 1e-8);
    EXPECT_NEAR(student_quantile(0.9, 5), 1.47588404882, 1e-9);
    EXPECT_NEAR(student_quantile(0.025, 3), -3.18244630528, 1e-9);
}

} // namespace
} // namespace osetra::farm::engine
