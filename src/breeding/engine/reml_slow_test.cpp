#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/shares.h"

namespace osetra::breeding {
namespace {

namespace fs = std::filesystem;

fs::path shared() {
    auto const* told = std::getenv("OSETRA_SHARED");
    return (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "genetics";
}

/// AIREMLF90 on the tutorial's four traits with repeated records: every variance and covariance within 0.5 %.
TEST(SetsOfOthers, FourTraitsRepeated) {
    if (!fs::exists(shared() / "mrode")) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << shared();
    auto const read = [](char const* file) {
        std::ifstream in{shared() / "blupf90_sim" / file, std::ios::binary};
        return *Columns::read({std::istreambuf_iterator<char>{in}, {}}, file);
    };
    auto const pedigree = read("simped.csv"), records = read("simdata_rep.csv");
    std::vector<Defect> defects;
    auto const file = read_pedigree(pedigree, {}, defects);
    ASSERT_TRUE(file);
    auto const e = prepare(*Formula::parse("t1, t2, t3, t4 ~ farm + sex + year + animal + permanent"), records, {}, &*file, true);
    ASSERT_TRUE(e);
    Equations equations(e->model);
    auto const fit = reml(equations, start_of(e->model), 60);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_EQ(fit->status, "converged");
    std::vector<std::vector<double>> const printed{
        {41.967, 22.512, 17.489, 24.058, 19.738, 28.775, 26.907, 24.257, 34.741, 56.668},
        {15.546, 15.237, 40.937, 10.49, 19.562, 27.782, 1.4105, 6.484, 4.5379, 2.441},
        {45.124, 22.357, 44.21, 18.626, 22.69, 46.101, 13.762, 18.016, 22.795, 45.274}};
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t a = 0, i = 0; a < 4; ++a)
            for (std::size_t b = 0; b <= a; ++b, ++i) EXPECT_NEAR(fit->variance[c](a, b), printed[c][i], 0.005 * printed[c][i]) << c << ' ' << a << ' ' << b;
}

/// A trait made from known shares, many times: the 95 % intervals cover what was put in.
TEST(Variance, IntervalsCoverTheTruth) {
    constexpr std::uint64_t seed = 20'261'126;
    constexpr int runs = 400;
    std::mt19937_64 random{seed};
    auto const normal = [&] {   // Box and Muller, so that every library draws the same
        auto const u = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53, v = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
        return std::sqrt(-2 * std::log(u)) * std::cos(2 * 3.14159265358979323846 * v);
    };
    std::array<double, 3> const truth{0.40, 0.15, 0.45};
    std::array<int, 3> covered{};
    for (int run = 0; run < runs; ++run) {
        // 24 sires and 48 dams of founders, each dam twice with one sire and once with another, 10 offspring in each family, in 30 pools
        std::vector<double> value(72);
        std::vector<double> pool(30);
        for (auto& v : value) v = normal() * std::sqrt(truth[0]);
        for (auto& v : pool) v = normal() * std::sqrt(truth[1]);
        std::string pedigree = "id,sire,dam\n", records = "id,pool,y\n";
        for (int dam = 0; dam < 48; ++dam)
            for (int k = 0; k < 2; ++k)
                for (int o = 0; o < 10; ++o) {
                    auto const sire = (dam + 7 * k) % 24;
                    auto const id = std::to_string(dam) + "_" + std::to_string(k) + "_" + std::to_string(o);
                    auto const own = (value[static_cast<std::size_t>(sire)] + value[static_cast<std::size_t>(24 + dam)]) / 2 + normal() * std::sqrt(truth[0] / 2);
                    auto const where = random() % 30;
                    pedigree += id + ",s" + std::to_string(sire) + ",d" + std::to_string(dam) + "\n";
                    records += id + "," + std::to_string(where) + "," + std::to_string(own + pool[where] + normal() * std::sqrt(truth[2])) + "\n";
                }
        auto const p = Columns::read(pedigree, "p"), r = Columns::read(records, "r");
        std::vector<Defect> defects;
        auto const file = read_pedigree(*p, {}, defects);
        auto const e = prepare(*Formula::parse("y ~ 1 + animal + random(pool)"), *r, {}, &*file);
        ASSERT_TRUE(e);
        auto const report = variance_report(*e, false);
        ASSERT_TRUE(report) << run << ' ' << report.error().message;
        ASSERT_EQ(report->shares.size(), 3u) << run;
        for (std::size_t i = 0; i < 3; ++i) covered[i] += report->shares[i].low <= truth[i] && truth[i] <= report->shares[i].high;
    }
    for (auto const n : covered) {
        EXPECT_GE(n, runs * 92 / 100) << "seed " << seed;
        EXPECT_LE(n, runs * 98 / 100) << "seed " << seed;
    }
    std::printf("covered of %d: %d %d %d\n", runs, covered[0], covered[1], covered[2]);
}

} // namespace
} // namespace osetra::breeding
