#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "farm/import/import.h"
#include "kernel/json.h"

// The published data sets that the program is judged by. They are not part of the repository: without them these tests skip.
namespace osetra::farm {
namespace {

std::filesystem::path shared_folder() {
    if (char const* told = std::getenv("OSETRA_SHARED")) return told;
    return std::filesystem::path{OSETRA_ROOT} / ".." / "shared" / "data";
}

class RealFiles : public testing::Test {
protected:
    std::vector<ImportFile> files(std::initializer_list<char const*> names) {
        std::vector<ImportFile> all;
        for (auto const* name : names) {
            auto const path = shared_folder() / "domain" / name;
            std::ifstream in{path, std::ios::binary};
            if (!in) return {};
            all.push_back({path.string(), {std::istreambuf_iterator<char>{in}, {}}});
        }
        return all;
    }
    std::vector<ImportPlan> plan(std::vector<ImportFile> const& given) { return plan_imports(given, options, known, caviar_pack()); }

    ImportOptions options = [] {
        ImportOptions o;
        o.enterprise = 1;
        o.author = "test";
        o.now = Instant{std::chrono::sys_days{std::chrono::November / 24 / 2026}};
        return o;
    }();
    Known known;
};

#define NEED(var, ...)                                                                     \
    auto const var = files({__VA_ARGS__});                                                 \
    if (var.empty()) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " #__VA_ARGS__

std::string said(ImportPlan const& p) {
    std::string all;
    for (auto const& x : p.problems) all += x.sheet + " row " + std::to_string(x.row) + x.column + " " + x.code + ": " + x.message + "\n";
    for (auto const& n : p.notes) all += "note " + n + "\n";
    return all;
}

std::map<std::string, int> kinds(ImportPlan const& p) {
    std::map<std::string, int> n;
    for (auto const& f : p.facts) ++n[f.kind];
    return n;
}

template <class B> std::vector<std::pair<Instant, B>> bodies(ImportPlan const& p) {
    std::vector<std::pair<Instant, B>> all;
    for (auto const& f : p.facts)
        if (f.kind == B::kind) all.emplace_back(f.happened_at, *from_json<B>(f.body));
    return all;
}

TEST_F(RealFiles, TankTrialOfSturgeonAndPikeperch) {
    NEED(given, "growth/aquacultuR_weight.csv", "growth/aquacultuR_rearing.csv");
    options.start = *parse_day("2025-03-01");
    auto const plans = plan(given);
    ASSERT_FALSE(plans[0].refused()) << said(plans[0]);
    ASSERT_FALSE(plans[1].refused()) << said(plans[1]);
    EXPECT_EQ(kinds(plans[0]), (std::map<std::string, int>{{"site", 1}, {"pool", 15}, {"cohort", 24}, {"stock", 24}, {"death", 12}, {"weigh", 24}})) << said(plans[0]);
    std::int64_t stocked = 0, dead = 0, weighed = 0, biomass = 0, feed = 0;
    for (auto const& [at, b] : bodies<Stocked>(plans[0])) stocked += b.heads.n;
    for (auto const& [at, b] : bodies<Died>(plans[0])) dead += b.heads->n;
    for (auto const& [at, b] : bodies<SampleWeighed>(plans[0])) { weighed += b.heads.n; biomass += b.total_mg.n; }
    EXPECT_EQ(stocked, 1800);
    EXPECT_EQ(stocked - dead, weighed);
    EXPECT_EQ(text_of(farm_day(bodies<SampleWeighed>(plans[0]).front().first, options.offset)), "2025-05-24");   // 84 days later
    // awk over the file: sum of biomass_kg_end, and of feed_g per tank once
    EXPECT_EQ(biomass, 134'855'765);
    for (auto const& [at, b] : bodies<Fed>(plans[1])) feed += b.feed_mg.n;
    EXPECT_EQ(feed, 75'152'000);
    EXPECT_EQ(kinds(plans[1])["water"], 30);
    EXPECT_EQ(bodies<WaterMeasured>(plans[1]).front().second.temperature_mc->n, 21'800);
}

TEST_F(RealFiles, TankTrialNeedsItsStart) {
    NEED(given, "growth/aquacultuR_weight.csv");
    EXPECT_EQ(plan(given)[0].problems.front().code, "start_missing");
    options.start = *parse_day("2025-03-01");
    EXPECT_EQ(plan(given)[0].problems.front().code, "end_missing");
    options.end = *parse_day("2025-05-24");
    EXPECT_FALSE(plan(given)[0].refused());
}

TEST_F(RealFiles, SeaBassPopulationWithItsFeedAndWater) {
    NEED(given, "growth/RAC_Bass_pop_data/Water_temperature.csv", "growth/RAC_Bass_pop_data/Feeding.csv", "growth/RAC_Bass_pop_data/Management.csv",
         "growth/RAC_Bass_pop_data/Population.csv");
    auto const plans = plan(given);
    for (auto const& p : plans) ASSERT_FALSE(p.refused()) << p.file << "\n" << said(p);
    EXPECT_EQ(kinds(plans[0])["water"], 1170) << said(plans[0]);
    auto const stocked = bodies<Stocked>(plans[3]);
    ASSERT_EQ(stocked.size(), 1u);
    EXPECT_EQ(stocked[0].second.heads.n, 20'000);
    EXPECT_EQ(stocked[0].second.mean_mg->n, 40'000);
    EXPECT_EQ(stocked[0].second.pool.text, "RAC_Bass_pop_data");
    EXPECT_EQ(bodies<Stocked>(plans[2]).size(), 3u);
    EXPECT_EQ(bodies<Harvested>(plans[2]).size(), 1u);
    // an independent count of the heads: the same rule in plain arithmetic of millionths of millionths
    std::int64_t dead = 0;
    for (auto const& [at, b] : bodies<Died>(plans[3])) dead += b.heads->n;
    double n = 20'000;
    auto const from = *parse_day("2010-10-30"), to = *parse_day("2012-07-31");
    for (auto d = from; d <= to; d = d + 1) {
        if (d == *parse_day("2011-03-15")) n += 5'000;
        if (d == *parse_day("2011-05-28")) n += 1'000;
        if (d == *parse_day("2011-10-29")) n -= 2'000;
        if (d == *parse_day("2012-02-26")) n += 3'000;
        n *= 1 - 0.000410959;
    }
    EXPECT_NEAR(20'000 + 5'000 + 1'000 - 2'000 + 3'000 - static_cast<double>(dead), n, 2.0);
    auto const fed = bodies<Fed>(plans[1]);
    ASSERT_FALSE(fed.empty());
    EXPECT_EQ(fed.size(), 514u) << said(plans[1]);
}

TEST_F(RealFiles, ModelParametersAreNoRecords) {
    NEED(given, "growth/RAC_Bass_pop_data/Parameters.csv", "growth/RAC_Bass_pop_data/Food_characterization.csv");
    auto const plans = plan(given);
    EXPECT_EQ(plans[0].problems.front().code, "not_records");
    EXPECT_TRUE(plans[1].refused());
}

TEST_F(RealFiles, OneMinuteReadingsOfAPondWithABadClock) {
    NEED(given, "water/pond_30cm_2020-01.csv");
    auto const plans = plan(given);
    ASSERT_FALSE(plans[0].refused()) << said(plans[0]);
    EXPECT_EQ(kinds(plans[0])["water"], 9'623);
    EXPECT_EQ(kinds(plans[0])["pool"], 1);
    EXPECT_EQ(plans[0].problems.size(), 5u) << said(plans[0]);
    for (auto const* want : {"475 s", "3 s", "635 s", "872 s", "3650 s"}) EXPECT_NE(said(plans[0]).find(std::string{" "} + want), std::string::npos) << want << said(plans[0]);
    options.pool = PoolId{"B7"};
    EXPECT_EQ(bodies<WaterMeasured>(plan(given)[0]).front().second.pool->text, "B7");
}

TEST_F(RealFiles, SurveysBelongToNoPool) {
    NEED(given, "fish/SturgeonBL.csv", "fish/SturgeonGB.csv");
    auto const plans = plan(given);
    ASSERT_FALSE(plans[0].refused()) << said(plans[0]);
    ASSERT_FALSE(plans[1].refused()) << said(plans[1]);
    auto const samples = bodies<Recaptured>(plans[0]);
    ASSERT_EQ(samples.size(), 24u);
    std::int64_t caught = 0, again = 0;
    for (auto const& [at, b] : samples) { caught += b.caught.n; again += b.recaptured.n; }
    EXPECT_EQ(caught, 203);
    EXPECT_EQ(again, 14);
    std::int64_t fish = 0;
    for (auto const& [at, b] : bodies<AgesRead>(plans[1])) fish += b.heads.n;
    EXPECT_EQ(fish, 436);
}

} // namespace
} // namespace osetra::farm
