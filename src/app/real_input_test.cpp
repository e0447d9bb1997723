#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

#include "app/cli.h"
#include "app/text.h"
#include "kernel/json.h"
#include "store/every_engine.h"

// Published records through the whole program, on both databases, against what the files say by plain arithmetic (docs/validation.md).
// The files are not part of the repository: without them these tests skip.
namespace osetra::app {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
    auto const* told = std::getenv("OSETRA_SHARED");
    return (told ? fs::path{told} : fs::path{OSETRA_ROOT} / ".." / "shared" / "data") / "domain";
}

/// Cells of a file without quoted commas, which these are.
std::vector<std::vector<std::string>> cells(char const* name) {
    std::ifstream in{folder() / name};
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line);) {
        std::vector<std::string> row;
        std::istringstream parts{line};
        for (std::string cell; std::getline(parts, cell, ',');) {
            std::erase_if(cell, [](char c) { return c == '"' || c == '\r'; });
            row.push_back(cell);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

class RealInput : public store::EveryEngine {
protected:
    void SetUp() override {
        EveryEngine::SetUp();
        if (IsSkipped()) return;
        db.reset();
        if (!fs::exists(folder())) GTEST_SKIP() << "shared data is not here (OSETRA_SHARED): " << folder();
        setenv("OSETRA_NOW", "2026-11-24 12:00", 1);
    }
    void TearDown() override {
        unsetenv("OSETRA_NOW");
        EveryEngine::TearDown();
    }
    JsonIn run(std::vector<std::string> words, int want = 0) {
        words.insert(words.begin(), {"--db", where, "--json"});
        std::istringstream in;
        std::ostringstream out, err;
        Console io{in, out, err};
        EXPECT_EQ(app::run(words, io), want) << words[3] << ": " << err.str();
        auto const answer = JsonIn::parse(out.str());
        EXPECT_TRUE(answer) << words[3] << ": " << out.str();
        return answer ? *answer : JsonIn::parse("{}").value();
    }
    JsonIn import(std::vector<std::string> words, std::vector<char const*> const& files) {
        words.insert(words.begin(), "import");
        for (auto const* name : files) words.push_back((folder() / name).string());
        return run(words);
    }
    /// The first of a list; an empty record where there is none.
    static JsonIn first(JsonIn const& in, char const* list) {
        auto const all = in.items(list);
        EXPECT_FALSE(all.empty()) << list;
        return all.empty() ? JsonIn::parse("{}").value() : all.front();
    }
    std::int64_t facts() { return number_or_0(first(run({"verify"}), "enterprises"), "facts"); }
    static std::int64_t value(JsonIn const& in, char const* estimate) {
        auto const e = in.child(estimate);
        return e ? number_or_0(*e, "value") : -1;
    }
    static double decimal(JsonIn in, char const* name) {
        double v = -1;
        if (in.has(name)) in.get(name, v);
        return v;
    }
};
OSETRA_ON_SHARED_ENGINES(RealInput);

TEST_P(RealInput, TankTrial) {
    struct Group { std::int64_t start, end; double mean_start, mean_end; };
    struct Tank { double start = 0, end = 0, feed = 0; std::int64_t heads = 0; };
    std::map<std::string, Group> groups;
    std::map<std::string, Tank> tanks;
    double days = 0;
    auto rows = cells("growth/aquacultuR_weight.csv");
    rows.erase(rows.begin());
    for (auto const& r : rows) {
        auto const treatment = r[1].substr(0, r[1].find(' '));
        auto const species = r[1].find("sturgeon") != std::string::npos ? "ACX" : "FPP";
        groups[r[0] + "-" + treatment + "-" + species] = {std::stoll(r[2]), std::stoll(r[3]), std::stod(r[6]), std::stod(r[7])};
        auto& tank = tanks[r[0]];
        tank.heads += std::stoll(r[3]);
        tank.start += std::stod(r[4]);
        tank.end += std::stod(r[5]);
    }
    rows = cells("growth/aquacultuR_rearing.csv");
    rows.erase(rows.begin());
    for (auto const& r : rows) {
        tanks[r[0]].feed = std::stod(r[1]) / 1000;   // mixed tanks have two rows with the same feed
        days = std::stod(r[3]);
    }

    std::vector<char const*> const files{"growth/aquacultuR_weight.csv", "growth/aquacultuR_rearing.csv"};
    import({"--start", "2025-03-01"}, files);
    auto const stock = run({"stock", "--by", "cohort", "--at", "2025-05-24"});
    ASSERT_EQ(stock.items("rows").size(), groups.size());
    for (auto const& row : stock.items("rows")) {
        auto const& g = groups.at(word(row, "key"));
        EXPECT_EQ(value(row, "heads"), g.end);
        EXPECT_NEAR(static_cast<double>(value(row, "mean_mg")), g.mean_end * 1000, g.mean_end * 1000 * 0.0004) << word(row, "key");   // sizes are kept to a thousandth of a cube root
    }
    EXPECT_EQ(value(*stock.child("total"), "heads"), 1770);
    EXPECT_EQ(number_or_0(*stock.child("conservation"), "stocked"), 1800);
    EXPECT_EQ(number_or_0(*stock.child("conservation"), "dead"), 30);

    auto const gain = run({"gain", "--from", "2025-03-01", "--at", "2025-05-24"});
    ASSERT_EQ(gain.items("pools").size(), tanks.size());
    for (auto const& p : gain.items("pools")) {
        auto const& tank = tanks.at(word(p, "pool"));
        EXPECT_EQ(number_or_0(p, "feed_mg"), std::llround(tank.feed * 1e6));
        EXPECT_NEAR(decimal(p, "fcr"), tank.feed / (tank.end - tank.start), 0.001) << word(p, "pool");
        for (auto const& c : p.items("cohorts")) {
            auto const& g = groups.at(word(c, "cohort"));
            EXPECT_EQ(number_or_0(c, "heads_from"), g.start);
            EXPECT_NEAR(decimal(c, "sgr_percent_per_day"), 100 * std::log(g.mean_end / g.mean_start) / days, 0.001) << word(c, "cohort");
        }
    }
    auto const pools = run({"stock", "--by", "pool", "--at", "2025-05-24"});
    for (auto const& row : pools.items("rows")) EXPECT_EQ(value(row, "heads"), tanks.at(word(row, "key")).heads);

    auto const before = facts();
    auto const again = import({"--start", "2025-03-01"}, files);
    for (auto const& file : again.items("files")) {
        auto already = false;
        JsonIn{file}.get_flag("already", already);
        EXPECT_TRUE(already);
    }
    EXPECT_EQ(facts(), before);
}

TEST_P(RealInput, SeaBassStockWithItsFeedAndItsLosses) {
    // day by day: what is brought, less what is taken, less the share that dies; and what they eat
    std::map<std::string, double> moved, feed;
    auto const iso = [](std::string const& d) { return d.substr(6, 4) + "-" + d.substr(3, 2) + "-" + d.substr(0, 2); };
    auto rows = cells("growth/RAC_Bass_pop_data/Management.csv");
    rows.erase(rows.begin());
    for (auto const& r : rows) moved[iso(r[0])] += (r[1] == "s" ? 1 : -1) * std::stod(r[2]);
    for (auto const& r : cells("growth/RAC_Bass_pop_data/Feeding.csv")) feed[iso(r[0])] = std::stod(r[1]);
    std::map<std::string, double> heads;
    double n = 20'000, fed_kg = 0;
    for (auto const& [day, grams] : feed) {
        n += moved[day];
        fed_kg += n * grams / 1000;
        n *= 1 - 0.000410959;
        heads[day] = n;
    }

    import({}, {"growth/RAC_Bass_pop_data/Feeding.csv", "growth/RAC_Bass_pop_data/Management.csv", "growth/RAC_Bass_pop_data/Population.csv",
                "growth/RAC_Bass_pop_data/Water_temperature.csv"});
    for (auto const* day : {"2010-10-30", "2010-12-31", "2011-03-14", "2011-03-15", "2011-05-28", "2011-10-29", "2011-12-31", "2012-02-26", "2012-07-31"}) {
        auto const stock = run({"stock", "--at", day});
        EXPECT_NEAR(static_cast<double>(value(*stock.child("total"), "heads")), heads.at(day), 1.0) << day;
    }
    auto const sums = run({"stock", "--at", "2012-07-31"}).child("conservation");
    EXPECT_EQ(number_or_0(*sums, "stocked"), 29'000);
    EXPECT_EQ(number_or_0(*sums, "harvested"), 2'000);
    auto const gain = run({"gain", "--from", "2010-10-30", "--at", "2012-07-31"});
    EXPECT_NEAR(static_cast<double>(number_or_0(*gain.child("total"), "feed_mg")) / 1e6, fed_kg, fed_kg * 1e-4);
    EXPECT_GT(decimal(*gain.child("total"), "fcr"), 0);
    run({"import", (folder() / "growth/RAC_Bass_pop_data/Parameters.csv").string()}, 1);
    facts();
}

TEST_P(RealInput, SurveysOfWildSturgeon) {
    import({}, {"fish/SturgeonBL.csv", "fish/SturgeonGB.csv"});
    auto const surveys = run({"surveys"});
    ASSERT_EQ(surveys.items("recaptures").size(), 1u);
    auto const series = first(surveys, "recaptures");
    EXPECT_EQ(number_or_0(series, "caught"), 203);
    EXPECT_EQ(number_or_0(series, "recaptured"), 14);
    // sums and exact Poisson limits worked out apart (docs/validation.md)
    auto const read = [&](char const* which, char const* name) { return number_or_0(*series.child(which), name); };
    EXPECT_EQ(read("estimate", "value"), 1202);
    EXPECT_EQ(read("estimate", "low"), 736);
    EXPECT_EQ(read("estimate", "high"), 2083);
    EXPECT_EQ(read("check", "value"), 1388);
    EXPECT_EQ(read("check", "low"), 1003);
    EXPECT_EQ(read("check", "high"), 2252);

    std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> ages;
    auto rows = cells("fish/SturgeonGB.csv");
    rows.erase(rows.begin());
    for (auto const& r : rows) ++ages[std::stoll(r[0])][std::stoll(r[1])];
    ASSERT_EQ(surveys.items("ages").size(), ages.size());
    for (auto const& year : surveys.items("ages")) {
        std::map<std::int64_t, std::int64_t> here;
        for (auto const& row : year.items("rows")) here[number_or_0(row, "age_years")] = number_or_0(row, "heads");
        EXPECT_EQ(here, ages.at(number_or_0(year, "year")));
    }
    facts();
}

TEST_P(RealInput, LoggerWhoseClockJumps) {
    auto rows = cells("water/pond_30cm_2020-01.csv");
    rows.erase(rows.begin());
    ASSERT_EQ(rows.size(), 9'623u);
    auto const report = first(import({"--pool", "P30"}, {"water/pond_30cm_2020-01.csv"}), "files");
    std::map<std::string, std::vector<std::int64_t>> said;
    for (auto const& p : report.items("problems")) said[word(p, "code")].push_back(number_or_0(p, "row"));
    EXPECT_EQ(said, (std::map<std::string, std::vector<std::int64_t>>{{"clock_jumped_back", {258, 5844}}, {"reading_gap", {259, 920, 2302}}}));
    EXPECT_EQ(facts(), 9'623 + 2);   // with the pool and its site
    std::map<std::string, std::pair<double, int>> days;
    for (auto const& r : rows) {
        auto& day = days[r[0].substr(0, 10)];
        day.first += std::stod(r[1]);
        ++day.second;
    }
    for (auto const& [day, sum] : days) {
        auto const pool = run({"pool", "P30", "--at", day});
        EXPECT_NEAR(static_cast<double>(number_or_0(pool, "temperature_mc")) / 1000, sum.first / sum.second, 0.001) << day;
    }
}

} // namespace
} // namespace osetra::app
