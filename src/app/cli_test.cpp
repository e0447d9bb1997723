#include "app/cli.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <tuple>
#include <unistd.h>

#include "app/field_words.h"
#include "app/text.h"
#include "kernel/json.h"

namespace osetra::app {
namespace {

namespace fs = std::filesystem;

class Cli : public testing::Test {
protected:
    Cli() {
        std::string pattern = (fs::temp_directory_path() / "osetra_cli_XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error{"no temporary folder"};
        m_folder = pattern;
        unsetenv("OSETRA_DB");
        setenv("OSETRA_NOW", "2026-03-01 12:00", 1);
    }
    ~Cli() override {
        unsetenv("OSETRA_NOW");
        fs::remove_all(m_folder);
    }
    int run(std::vector<std::string> words, std::string const& input = "") {
        words.insert(words.begin(), {"--db", path("farm.db")});
        return run_bare(words, input);
    }
    int run_bare(std::vector<std::string> const& words, std::string const& input = "") {
        std::istringstream in{input};
        std::ostringstream o, e;
        Console io{in, o, e};
        auto const code = app::run(words, io);
        out = o.str();
        err = e.str();
        return code;
    }
    std::string path(std::string const& name) const { return (m_folder / name).string(); }
    void write(std::string const& name, std::string const& text) const { std::ofstream{path(name)} << text; }
    /// A site with two pools and a hundred fish.
    void farm() {
        ASSERT_EQ(run({"tell", "site", "site=S", "name=South"}), 0) << err;
        ASSERT_EQ(run({"tell", "pool", "pool=P1", "site=S", "pool_kind=tank", "volume=20m3"}), 0) << err;
        ASSERT_EQ(run({"tell", "pool", "pool=P2", "site=S", "pool_kind=tank"}), 0) << err;
        ASSERT_EQ(run({"tell", "cohort", "cohort=C", "species=BAE", "year_class=2024"}), 0) << err;
        ASSERT_EQ(run({"tell", "stock", "pool=P1", "cohort=C", "heads=100", "mean=62.5g", "--at", "2026-02-01"}), 0) << err;
    }

    fs::path m_folder;
    std::string out, err;
};

TEST_F(Cli, StatusSaysHowItWent) {
    EXPECT_EQ(run_bare({"--help"}), 0);
    EXPECT_NE(out.find("import"), std::string::npos);
    EXPECT_EQ(run_bare({"--version"}), 0);
    EXPECT_EQ(out, "osetra " + program_version() + "\n");
    EXPECT_EQ(run_bare({}), 2);
    EXPECT_EQ(run_bare({"fly"}), 2);
    EXPECT_EQ(run({"stock", "--by", "colour"}), 2);
    EXPECT_EQ(run({"stock"}), 1);
    EXPECT_TRUE(err.starts_with("refused database_not_found: ")) << err;
    EXPECT_EQ(run_bare({"--db", "/nowhere/at/all.db", "tell", "site", "site=S", "name=South"}), 3);
    EXPECT_TRUE(err.starts_with("fault: ")) << err;
    setenv("OSETRA_NOW", "yesterday", 1);
    EXPECT_EQ(run({"kinds"}), 3);
}

TEST_F(Cli, TellingMakesTheDatabaseAndTheEnterprise) {
    EXPECT_EQ(run({"tell", "site", "site=S", "name=South"}), 0);
    EXPECT_NE(err.find("Made the database"), std::string::npos);
    EXPECT_NE(err.find("Made the enterprise farm"), std::string::npos);
    EXPECT_EQ(run({"tell", "pool", "pool=P1", "site=S", "pool_kind=tank"}), 0);
    EXPECT_EQ(err, "");
    EXPECT_EQ(run({"tell", "-e", "typo", "pool", "pool=P2", "site=S", "pool_kind=tank"}), 1);   // no second company by mistake
    EXPECT_TRUE(err.starts_with("refused enterprise_not_found")) << err;
}

TEST_F(Cli, WhatCannotBeReadMakesNoDatabase) {
    EXPECT_EQ(run({"tell", "stok", "pool=P1"}), 1);
    EXPECT_EQ(run({"tell", "site", "colour=red"}), 1);
    EXPECT_EQ(run({"tell", "--facts", "-"}, "{"), 1);
    EXPECT_FALSE(fs::exists(path("farm.db")));
}

TEST_F(Cli, OptionsMayStandBeforeOrAfterTheVerb) {
    farm();
    EXPECT_EQ(run_bare({"stock", "--json", "--db", path("farm.db")}), 0);
    EXPECT_TRUE(JsonIn::parse(out));
    setenv("OSETRA_DB", path("farm.db").c_str(), 1);
    EXPECT_EQ(run_bare({"--json", "stock"}), 0);
    EXPECT_TRUE(JsonIn::parse(out));
    unsetenv("OSETRA_DB");
}

TEST_F(Cli, ReadingVerbsPrintTablesAndOneDocument) {
    farm();
    std::vector<std::vector<std::string>> const verbs = {{"day"}, {"stock"}, {"stock", "--by", "pool"}, {"pools"}, {"pool", "P1"}, {"facts"}, {"kinds"}, {"surveys"},
                                                         {"growth", "fit"}, {"user", "list"}, {"doctor"}, {"verify"}, {"rebuild"}, {"why", "heads", "pool:P1"}};
    for (auto const& verb : verbs) {
        EXPECT_EQ(run(verb), 0) << verb[0] << ": " << err;
        EXPECT_FALSE(out.empty()) << verb[0];
        auto json = verb;
        json.push_back("--json");
        EXPECT_EQ(run(json), 0) << verb[0] << ": " << err;
        EXPECT_TRUE(JsonIn::parse(out)) << verb[0] << ": " << out;
    }
    EXPECT_EQ(run({"stock", "--by", "pool"}), 0);
    EXPECT_NE(out.find("P1"), std::string::npos);
    EXPECT_NE(out.find("100"), std::string::npos);
    EXPECT_EQ(run({"stock", "--at", "2026-01-31", "--json"}), 0);
    EXPECT_EQ(out.find("100"), std::string::npos);
}

TEST_F(Cli, CorrectAndWithdraw) {
    farm();
    EXPECT_EQ(run({"tell", "move", "from=P1", "to=P2", "cohort=C", "heads=30"}), 0) << err;
    EXPECT_EQ(run({"facts", "--json", "--kind", "move"}), 0);
    auto const fact = JsonIn::parse(out).value().items("facts").at(0);
    auto const id = word(fact, "id");
    EXPECT_EQ(run({"correct", id, "heads=20", "--reason", "counted again"}), 0) << err;
    EXPECT_EQ(run({"pool", "P2", "--json"}), 0);
    EXPECT_EQ(number_or_0(JsonIn::parse(out).value(), "book"), 20);
    EXPECT_EQ(run({"withdraw", id, "--reason", "never happened"}), 0) << err;
    EXPECT_EQ(run({"pool", "P2", "--json"}), 0);
    EXPECT_EQ(number_or_0(JsonIn::parse(out).value(), "book"), 0);
    EXPECT_EQ(run({"correct", id, "heads=5", "--reason", "no"}), 1);
    EXPECT_TRUE(err.starts_with("refused already_withdrawn")) << err;
    EXPECT_EQ(run({"withdraw", "018f0000-0000-7000-8000-000000000000", "--reason", "no"}), 1);
    EXPECT_TRUE(err.starts_with("refused fact_not_found")) << err;
}

TEST_F(Cli, FactsFromJsonAreTakenTogetherOrNotAtAll) {
    farm();
    write("facts.json", R"({"facts":[{"kind":"round","body":{"pool":"P1","deaths":2,"cause":"unknown"}},{"kind":"round","body":{"pool":"P9"}}]})");
    EXPECT_EQ(run({"tell", "--facts", path("facts.json")}), 1);
    EXPECT_TRUE(err.starts_with("refused pool_not_found")) << err;
    EXPECT_NE(err.find("[fact 2"), std::string::npos) << err;
    EXPECT_EQ(run({"facts", "--kind", "round", "--json"}), 0);
    EXPECT_TRUE(JsonIn::parse(out).value().items("facts").empty());
    EXPECT_EQ(run({"tell", "--facts", "-"}, R"([{"kind":"round","body":{"pool":"P1"}}])"), 0) << err;
}

TEST_F(Cli, AnImportIsShownFirstThenDoneOnce) {
    write("water.csv", "pool,date,temperature (C)\nP1,2026-02-10,14.5\nP1,2026-02-11,14.7\n");
    EXPECT_EQ(run({"import", "--dry-run", "--create", "--site", "S", path("water.csv")}), 0) << err << out;
    EXPECT_NE(out.find("would record"), std::string::npos) << out;
    EXPECT_FALSE(fs::exists(path("farm.db")));
    farm();
    EXPECT_EQ(run({"import", path("water.csv")}), 0) << err << out;
    EXPECT_NE(out.find("recorded 2 facts"), std::string::npos) << out;
    EXPECT_EQ(run({"import", path("water.csv")}), 0) << err;
    EXPECT_NE(out.find("was imported before"), std::string::npos) << out;
    write("bad.csv", "pool,date,temperature (C)\nP7,2026-02-10,14.5\n");
    EXPECT_EQ(run({"import", path("bad.csv")}), 1);
    EXPECT_TRUE(err.starts_with("refused import_refused")) << err;
    EXPECT_EQ(run({"import", path("missing.csv")}), 1);
    EXPECT_TRUE(err.starts_with("refused file_not_found")) << err;
}

TEST_F(Cli, ATypoIsNoEmptyFarm) {
    farm();
    struct Row { std::vector<std::string> words; char const* code; };
    std::vector<Row> const rows{
        {{"pools", "--site", "X"}, "site_not_found"}, {{"gain", "--site", "X"}, "site_not_found"}, {{"pool", "X"}, "pool_not_found"}, {{"count", "pond.png", "--pool", "X"}, "pool_not_found"},
        {{"why", "colour", "pool:P1"}, "figure_unknown"}, {{"why", "heads", "P1"}, "subject_unknown"}, {{"facts", "--kind", "zebra"}, "kind_unknown"}, {{"facts", "--subject", "zebra"}, "subject_unknown"}, {{"day", "--at", "tomorrow"}, "instant_malformed"},
        {{"stock", "--known", "2026-13-01"}, "instant_malformed"}, {{"fish", "12"}, "pit_tag_malformed"}, {{"fish", "156000000000001"}, "fish_not_found"},
        {{"gain", "--from", "2026-02-01", "--at", "2026-01-01"}, "day_order"}, {{"import", "--start", "2026-02-01", "--end", "2026-01-01", "/dev/null"}, "day_order"},
        {{"import", "--save-mapping", "/nowhere/m.json", "/dev/null"}, "file_not_found"}, {{"tell", "--facts", "/nowhere"}, "file_not_found"}, {{"withdraw", "x", "--reason", "y"}, "uuid_malformed"},
    };
    for (auto const& row : rows) {
        EXPECT_EQ(run(row.words), 1) << row.words[0] << ": " << out;
        EXPECT_TRUE(err.starts_with(std::string{"refused "} + row.code + ": ")) << row.words[0] << ": " << err;
    }
    EXPECT_EQ(run({"user", "add", "-e", "new", "--name", "x"}, "short\n"), 1);
    EXPECT_EQ(run({"user", "add", "--name", "x", "--site", "X"}, "four plain words\n"), 1);
    EXPECT_TRUE(err.starts_with("refused site_not_found")) << err;   // and no second enterprise was made
}

TEST_F(Cli, CountingIsCalibratedByANumberForEachClip) {
    auto const monday = path("monday.mp4"), tuesday = path("tuesday.mp4"), site = path("site.json");
    for (auto const& [clip, fish, seed] : {std::tuple{monday, "30", "11"}, std::tuple{tuesday, "20", "12"}})
        ASSERT_EQ(run({"flight", "--fish", fish, "--seed", seed, "--minutes", "0.04", "--width", "640", "--height", "360", "--out", clip}), 0) << err;
    auto const clips = [](std::string const& calibration) {
        for (auto fit : JsonIn::parse(calibration)->items("fits")) {
            std::string way;
            double n = 0;
            fit.get("way", way);
            fit.get("clips", n);
            if (way == "clip") return n;
        }
        return -1.0;
    };
    EXPECT_EQ(run({"--json", "count", "calibrate", "--number", "30", monday, "--out", path("one.json")}), 0) << err;
    auto const one = clips(out);
    EXPECT_GT(one, 1);
    EXPECT_EQ(run({"count", "calibrate", monday, tuesday, "--number", "30,20", "--out", site}), 0) << err;
    std::ifstream file{site};
    EXPECT_EQ(clips({std::istreambuf_iterator<char>{file}, {}}), one + 1);
    EXPECT_EQ(run({"count", "calibrate", monday, tuesday, "--number", "30,20,19", "--out", site}), 1);
    EXPECT_TRUE(err.starts_with("refused truth_missing")) << err;
    EXPECT_EQ(run({"count", "calibrate", monday, "--out", site}), 1);
    EXPECT_TRUE(err.starts_with("refused truth_missing")) << err;
}

TEST_F(Cli, PeopleAndKeys) {
    EXPECT_EQ(run({"user", "add", "--enterprise", "south", "--name", "zhang.wei", "--role", "owner"}, "correct horse battery\n"), 0) << err;
    EXPECT_EQ(run({"user", "add", "--name", "li.na", "--role", "king"}, "correct horse battery\n"), 1);
    EXPECT_TRUE(err.starts_with("refused role_unknown")) << err;
    EXPECT_EQ(run({"user", "add", "--name", "li.na"}), 1);
    EXPECT_TRUE(err.starts_with("refused password_missing")) << err;
    EXPECT_EQ(run({"user", "key", "--name", "scales"}), 0) << err;
    EXPECT_TRUE(out.starts_with("osk")) << out;
    EXPECT_EQ(run({"user", "password", "--name", "zhang.wei"}, "another long secret\n"), 0) << err;
    EXPECT_EQ(run({"user", "list"}), 0);
    EXPECT_NE(out.find("zhang.wei"), std::string::npos);
    EXPECT_NE(out.find("key:scales"), std::string::npos);
    EXPECT_EQ(run({"user", "key", "--name", "scales", "--drop"}), 0) << err;
}

TEST_F(Cli, BackupAndRestore) {
    farm();
    EXPECT_EQ(run({"backup", path("farm.backup")}), 0) << err;
    EXPECT_EQ(run_bare({"--db", path("again.db"), "restore", path("farm.backup")}), 0) << err;
    EXPECT_EQ(run_bare({"--db", path("again.db"), "verify"}), 0) << err;
    EXPECT_NE(out.find("5 facts"), std::string::npos) << out;
    EXPECT_EQ(run({"restore", path("farm.backup")}), 1);
    EXPECT_TRUE(err.starts_with("refused database_not_empty")) << err;
}

TEST_F(Cli, ListsAsFiles) {
    farm();
    for (auto const* list : {"pools", "fish", "cohorts", "sites", "stock", "facts", "round", "differences"}) {
        EXPECT_EQ(run({"export", list}), 0) << list << err;
        EXPECT_EQ(run({"export", list, "--format", "json"}), 0) << list << err;
        EXPECT_TRUE(JsonIn::parse(out)) << list;
        EXPECT_EQ(run({"export", list, "--format", "xlsx", "--out", path("list.xlsx")}), 0) << list << err;
        EXPECT_GT(fs::file_size(path("list.xlsx")), 1000u);
    }
    EXPECT_EQ(run({"export", "spoons"}), 1);
}

TEST_F(Cli, SmallDemoCompany) {
    EXPECT_EQ(run({"demo", "--no-serve", "--fish", "40", "--farms", "2", "--pools", "16", "--years", "2", "--flights", "1"}), 0) << err;
    EXPECT_NE(out.find("Everybody's password"), std::string::npos);
    EXPECT_FALSE(fs::exists(path("farm.db.unfinished")));
    EXPECT_EQ(run({"demo", "--no-serve", "--fish", "40", "--farms", "2", "--pools", "16", "--years", "2", "--flights", "1"}), 0) << err;
    EXPECT_NE(out.find("already"), std::string::npos);
    EXPECT_EQ(run({"day"}), 0) << err;
    EXPECT_NE(out.find("(simulated)"), std::string::npos);
    EXPECT_EQ(run({"verify"}), 0) << err;
}

// Kind, words, what comes of them: the body or the refusal's code.
struct Case { char const *kind, *words, *outcome; };
class Words : public testing::TestWithParam<Case> {};
TEST_P(Words, BecomeABody) {
    auto const& c = GetParam();
    std::vector<std::string> words;
    std::istringstream in{c.words};
    for (std::string word; in >> word;) words.push_back(word);
    auto const body = body_of_words(c.kind, words, {}, R"({"pool":"OLD","heads":7})");
    EXPECT_EQ(body ? *body : body.error().code, c.outcome);
}
constexpr Case cases[] = {
    {"stock", "pool=P1 cohort=C heads=100 mean=62.5g", R"({"pool":"P1","cohort":"C","heads":100,"mean_mg":62500})"},
    {"stock", "cohort=C mean_mg=62500", R"({"pool":"OLD","cohort":"C","heads":7,"mean_mg":62500})"},
    {"stock", "heads=", R"({"pool":"OLD"})"},
    {"weigh", "total=3.5斤 heads=20", R"({"pool":"OLD","heads":20,"total_mg":1750000})"},
    {"water", "temperature=15.5C oxygen=7.2mg/L", R"({"pool":"OLD","temperature_mc":15500,"oxygen_ug_l":7200})"},
    {"water", "ph_milli=7400", R"({"pool":"OLD","ph_milli":7400})"},
    {"move", "to=P2 fish=156000000000001,156000000000002", R"({"to":"P2","heads":7,"fish":["156000000000001","156000000000002"]})"},
    {"pool", "closed=yes latitude=29.5", R"({"pool":"OLD","latitude":29.5,"closed":true})"},
    {"stock", "mean=62.5", "unit_missing"},
    {"stock", "mean=3m", "unit_wrong"},
    {"stock", "heads=many", "number_malformed"},
    {"stock", "colour=red", "field_unknown"},
    {"stock", "heads", "word_malformed"},
    {"stock", "heads=1 heads=2", "field_twice"},
    {"pool", "closed=perhaps", "flag_malformed"},
    {"move", "fish=12", "pit_tag_malformed"},
    {"dance", "heads=1", "kind_unknown"},
};
INSTANTIATE_TEST_SUITE_P(Cli, Words, testing::ValuesIn(cases));

TEST(Text, ColumnsStandBelowOneAnother) {
    TextTable table{{"pool", ">fish"}};
    table.add({"西区一号", "1,200"});
    table.add({"P2", "7"});
    EXPECT_EQ(table.text(), "pool       fish\n西区一号  1,200\nP2            7\n");
    EXPECT_EQ(width_of("西区一号"), 8u);
    EXPECT_EQ(width_of("e\u0301"), 1u);
}

TEST(Text, NumbersForPeople) {
    EXPECT_EQ(counted(-1234567), "-1,234,567");
    EXPECT_EQ(counted(999), "999");
    EXPECT_EQ(mass(62'500), "62.5 g");
    EXPECT_EQ(mass(3'210'000), "3.21 kg");
    EXPECT_EQ(mass(999'700), "1,000 g");
    EXPECT_EQ(mass(41'300'000'000), "41.3 t");
    EXPECT_EQ(celsius(15'240), "15.2 °C");
}

} // namespace
} // namespace osetra::app
