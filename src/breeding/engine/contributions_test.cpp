#include "breeding/engine/contributions.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/columns.h"
#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {
namespace {

namespace fs = std::filesystem;

Candidates all_of(std::size_t n) {
    Candidates c;
    for (std::size_t i = 0; i < n; ++i) c.animal.push_back(static_cast<std::int32_t>(i));
    c.value.assign(n, 0);
    c.least.assign(n, 0);
    c.most.assign(n, 1);
    c.group.assign(n, 0);
    return c;
}

TEST(Contributions, TwoFoundersByHand) {
    Pedigree p;
    p.sire = p.dam = {-1, -1};
    auto c = all_of(2);
    c.value = {1, 0};
    // x, 1 - x: x'Ax = x^2 + (1 - x)^2 = 0.625 at x = 3/4
    auto const got = optimum_contributions(p, {0, 0}, c, 0.625);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_NEAR(got->share[0], 0.75, 1e-12);
    EXPECT_NEAR(got->gain, 0.75, 1e-12);
    EXPECT_EQ(got->gain_at_no_cap, 1);
    auto const low = optimum_contributions(p, {0, 0}, c, 0.4);
    ASSERT_FALSE(low);
    EXPECT_EQ(low.error().code, "cap_too_low");
    EXPECT_NE(low.error().message.find("0.2500"), std::string::npos);
    c.most = {0.3, 0.3};
    EXPECT_EQ(optimum_contributions(p, {0, 0}, c, 1).error().code, "bounds_impossible");
    c.most = {1, 1};
    c.least = {0.7, 0.6};
    EXPECT_EQ(optimum_contributions(p, {0, 0}, c, 1).error().code, "bounds_impossible");
    EXPECT_EQ(optimum_contributions(p, {0, 0}, Candidates{}, 1).error().code, "candidates_none");
}

/// Best by the conditions of Karush, Kuhn and Tucker, on random pedigrees with bounds and sexes.
TEST(Contributions, NothingBetterIsNear) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 random{seed};
        auto const uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
        Pedigree p;
        for (int i = 0; i < 120; ++i) {
            auto const pick = [&]() -> std::int32_t { return i < 20 ? -1 : static_cast<std::int32_t>(random() % static_cast<unsigned>(i)); };
            p.sire.push_back(pick());
            p.dam.push_back(pick());
        }
        auto const f = inbreeding(p);
        std::vector<double> mendelian(p.size());
        for (std::size_t i = 0; i < p.size(); ++i) mendelian[i] = mendelian_variance(p, f, i);
        Candidates c;
        auto const sexes = seed % 2 == 0;
        for (std::int32_t i = 40; i < 120; ++i) {
            c.animal.push_back(i);
            c.value.push_back(std::floor(uniform() * 40) / 4);   // with ties
            c.least.push_back(seed % 3 == 0 && i < 43 ? 0.02 : 0);
            c.most.push_back(seed % 5 == 0 ? 0.08 : 1);
            c.group.push_back(sexes ? i % 2 : 0);
        }
        auto const cap = seed % 7 == 0 ? 0.5 : 0.2 + uniform() * 0.2;
        auto const got = optimum_contributions(p, f, c, cap);
        if (!got) { EXPECT_EQ(got.error().code, "cap_too_low") << seed; continue; }
        std::vector<double> sum(2, 0);
        std::vector<double> all(p.size(), 0);
        for (std::size_t i = 0; i < c.animal.size(); ++i) {
            sum[static_cast<std::size_t>(c.group[i])] += got->share[i];
            all[static_cast<std::size_t>(c.animal[i])] = got->share[i];
            EXPECT_GE(got->share[i], c.least[i] - 1e-10);
            EXPECT_LE(got->share[i], c.most[i] + 1e-10);
        }
        EXPECT_NEAR(sum[0], sexes ? 0.5 : 1, 1e-12) << seed;
        EXPECT_NEAR(sum[1], sexes ? 0.5 : 0, 1e-12) << seed;
        EXPECT_LE(got->relationship, cap * (1 + 1e-6)) << seed;
        if (got->gain >= got->gain_at_no_cap - 1e-9) continue;
        EXPECT_NEAR(got->relationship, cap, 1e-6) << seed;
        // the price of relationship that makes free ones indifferent; nobody else may want to move
        auto const ax = relationship_times(p, mendelian, all);
        double best = -1;
        for (double price = 1e-4; price < 1e4; price *= 1.02) {   // does one price explain all?
            double worst = 0;
            for (std::int32_t g = 0; g < 2; ++g) {
                double least_kept = 1e300, most_left = -1e300;
                for (std::size_t i = 0; i < c.animal.size(); ++i) {
                    if (c.group[i] != g) continue;
                    auto const merit = c.value[i] - price * ax[static_cast<std::size_t>(c.animal[i])];
                    if (got->share[i] > c.least[i] + 1e-8) least_kept = std::min(least_kept, merit);
                    if (got->share[i] < c.most[i] - 1e-8) most_left = std::max(most_left, merit);
                }
                worst = std::max(worst, (most_left - least_kept) / (1 + price));
            }
            best = best < 0 ? worst : std::min(best, worst);
        }
        EXPECT_LT(best, 0.02) << seed;   // the grid of prices is that coarse
    }
}

/// OpSel's published sets: 2,045 and 10,100 candidates.
TEST(SetsOfOthers, OptimumContributions) {
    auto const* told = std::getenv("OSETRA_SHARED");
    auto const folder = (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "genetics" / "ocs_opsel";
    if (!fs::exists(folder)) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << folder;
    for (auto const& [file, gain] : std::vector<std::pair<std::string, double>>{{"sorted002045.csv", 439.117319}, {"sorted010100.csv", 47.76329}}) {
        std::ifstream in{folder / file, std::ios::binary};
        auto const t = Columns::read({std::istreambuf_iterator<char>{in}, {}}, file);
        ASSERT_TRUE(t);
        Pedigree p;
        Candidates c;
        for (std::size_t i = 0; i < t->rows(); ++i) {
            p.sire.push_back(static_cast<std::int32_t>(*number_in(*t, i, 1)) - 1);
            p.dam.push_back(static_cast<std::int32_t>(*number_in(*t, i, 2)) - 1);
            c.animal.push_back(static_cast<std::int32_t>(i));
            c.value.push_back(*number_in(*t, i, 3));
            c.least.push_back(0);
            c.most.push_back(*number_in(*t, i, 4) / 2800);
            c.group.push_back(0);
        }
        auto const f = inbreeding(p);
        auto const cap = 1.0 / 14;
        auto const got = optimum_contributions(p, f, c, cap);
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_GE(got->gain, gain * (1 - 1e-7)) << file;
        EXPECT_LE(got->relationship, cap * (1 + 1e-6));
        double sum = 0;
        for (std::size_t i = 0; i < t->rows(); ++i) { sum += got->share[i]; EXPECT_NEAR(f[i], *number_in(*t, i, 5), 1e-6); }
        EXPECT_NEAR(sum, 1, 1e-8);
        std::printf("%s: gain %.6f, relationship %.8f, %d steps\n", file.c_str(), got->gain, got->relationship, got->steps);
    }
}

/// OpSel's 200 candidates, 50 parents that give the same: its steepest ascent comes to 25.0904, 4.07 % below its bound of 26.1555.
TEST(SetsOfOthers, EqualContributions) {
    auto const* told = std::getenv("OSETRA_SHARED");
    auto const file = (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "genetics" / "ocs_opsel" / "sorted000200.csv";
    if (!fs::exists(file)) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << file;
    std::ifstream in{file, std::ios::binary};
    auto const t = Columns::read({std::istreambuf_iterator<char>{in}, {}}, "sorted000200.csv");
    ASSERT_TRUE(t);
    Pedigree p;
    Candidates c;
    for (std::size_t i = 0; i < t->rows(); ++i) {
        p.sire.push_back(static_cast<std::int32_t>(*number_in(*t, i, 1)) - 1);
        p.dam.push_back(static_cast<std::int32_t>(*number_in(*t, i, 2)) - 1);
        c.animal.push_back(static_cast<std::int32_t>(i));
        c.value.push_back(*number_in(*t, i, 3));
        c.least.push_back(0);
        c.most.push_back(1);
        c.group.push_back(0);
    }
    auto const f = inbreeding(p);
    auto const got = equal_contributions(p, f, c, 0.03343, 50);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_GE(got->gain, 25.0904);
    EXPECT_LE(got->relationship, 0.03343 * (1 + 1e-6));
    EXPECT_NEAR(got->gain_at_no_cap, 26.1555, 0.01);
    for (auto const x : got->share) EXPECT_TRUE(x == 0 || x == 1.0 / 50);
    std::printf("equal: gain %.5f of at most %.5f, relationship %.6f, %d exchanges\n", got->gain, got->gain_at_no_cap, got->relationship, got->steps);
    c.least[199] = 0.01;   // a mating that is made already
    auto const kept = equal_contributions(p, f, c, 0.03343, 50);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->share[199], 1.0 / 50);
    EXPECT_EQ(equal_contributions(p, f, c, 0.03343, 201).error().code, "parents_too_many");
}

} // namespace
} // namespace osetra::breeding
