#include "farm/import/import.h"

#include <gtest/gtest.h>

#include <fstream>

#include "farm/import/days.h"
#include "farm/import/words.h"
#include "kernel/json.h"

namespace osetra::farm {
namespace {

std::string data_file(std::string const& name) {
    std::ifstream in{std::string{OSETRA_ROOT} + "/data/" + name, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_FALSE(bytes.empty()) << name;
    return bytes;
}

class Import : public testing::Test {
protected:
    ImportPlan plan(std::string name, std::string bytes) { return plan_imports(std::vector{ImportFile{std::move(name), std::move(bytes)}}, options, known, caviar_pack()).front(); }
    ImportPlan plan(std::string const& name) { return plan(name, data_file(name)); }

    ImportOptions options = [] {
        ImportOptions o;
        o.enterprise = 1;
        o.author = "zhang.wei";
        o.now = Instant{std::chrono::sys_days{std::chrono::November / 24 / 2026}};
        return o;
    }();
    Known known = [] {
        Known k;
        k.sites = {"QDH"};
        k.pools = {{"A1", {"", "QDH"}}, {"A2", {"二号池", "QDH"}}, {"A3", {"", "QDH"}}};
        k.cohorts = {{"BAE-2021", "BAE"}, {"SCH-2020", "SCH"}};
        k.groups = [](PoolId const& p, FarmDay) {
            std::vector<std::pair<CohortId, std::int64_t>> g;
            if (p.text == "A1") g = {{CohortId{"BAE-2021"}, 500}};
            if (p.text == "A2") g = {{CohortId{"BAE-2021"}, 100}, {CohortId{"SCH-2020"}, 100}};
            return g;
        };
        k.fish = [](FishId f) { return f.n == 156'000'000'000'777 ? std::optional{Known::Fish{"A1", "BAE-2021", true}} : std::nullopt; };
        return k;
    }();
};

/// Facts as lines: kind, local day and time, body.
std::string lines(ImportPlan const& p) {
    std::string all;
    for (auto const& f : p.facts) {
        auto const local = f.happened_at + std::chrono::minutes{480};
        auto at = text_of(local).substr(0, 16);
        all += f.kind + " " + (at.ends_with("T12:00") ? at.substr(0, 10) : at) + " " + f.body + "\n";
    }
    return all;
}
std::string said(ImportPlan const& p) {
    std::string all;
    for (auto const& x : p.problems)
        all += (x.severity == Severity::bad ? "bad " : "warn ") + x.sheet + "!" + x.column + (x.row ? std::to_string(x.row) : "") + " " + x.code + "\n";
    return all;
}
std::string words_of(ImportPlan const& p) {
    std::string all;
    for (auto const& x : p.problems) all += x.message + " " + x.cure + "\n";
    for (auto const& n : p.notes) all += n + "\n";
    return all;
}

// Headings and what they mean: field and unit.
struct HeadingCase { char const* heading; char const* field; char const* unit; };
constexpr HeadingCase headings[] = {
    {"池号", "pool", ""}, {"Pool No.", "pool", ""}, {"均重(斤)", "mean", "jin"}, {"均重（g/尾）", "mean", "g"}, {"规格(尾/斤)", "mean", "head/jin"}, {"体重/g", "weight", "g"},
    {"水温℃", "temperature", "C"}, {"水温", "temperature", ""}, {"溶氧（mg/L）", "oxygen", "mg/L"}, {"数量（尾）", "heads", "head"}, {"数量(万尾)", "heads", "wan-head"},
    {"投喂量kg", "feed", "kg"}, {"Feed [kg]", "feed", "kg"}, {"feed_g", "feed", "g"}, {"temp_C", "temperature", "C"}, {"bodyweight_g_start", "mean_start", "g"},
    {"biomass_kg_end", "total_end", "kg"}, {"volume_ml", "volume", "ml"}, {"temperature_mc", "temperature", "mC"}, {"oxygen_ug_l", "oxygen", "ug/L"}, {"ph_milli", "ph", "mpH"},
    {"Weight (lb)", "weight", "lb"}, {"面积【亩】", "area", "mu"}, {"日期", "date", ""}, {"天气", "", ""}, {"", "", ""}, {"DO (mg/L)", "oxygen", "mg/L"}, {"mean weight g", "mean", "g"},
};
TEST(ImportWords, HeadingsAreUnderstood) {
    for (auto const& c : headings) {
        auto const h = words::read_heading(c.heading);
        EXPECT_EQ(h ? h->field : "", c.field) << c.heading;
        EXPECT_EQ(h && h->unit ? h->unit->code : "", c.unit) << c.heading;
    }
}

// Days of one column (divided by |), the order told, the sheet's year, and what the first one is.
struct DayCase { char const* column; DateOrder told; int year; char const* outcome; };
using enum DateOrder;
constexpr DayCase day_cases[] = {
    {"2024-3-5", guess, 0, "2024-03-05"}, {"2024/03/05", guess, 0, "2024-03-05"}, {"2024.3.5", guess, 0, "2024-03-05"}, {"2024年3月5日", guess, 0, "2024-03-05"},
    {"24年3月5日", guess, 0, "2024-03-05"}, {"20240305", guess, 0, "2024-03-05"}, {"45356", guess, 0, "2024-03-05"}, {"２０２４－３－５", guess, 0, "2024-03-05"},
    {"2024-03-05 08:30", guess, 0, "2024-03-05 08:30:00"}, {"2024-03-05T08:30:15", guess, 0, "2024-03-05 08:30:15"}, {"2024年3月5日 下午2:05", guess, 0, "2024-03-05 14:05:00"},
    {"5 Mar 2024", guess, 0, "2024-03-05"}, {"Mar 5, 2024", guess, 0, "2024-03-05"}, {"5-Mar-24", guess, 0, "2024-03-05"}, {"5.3.2024", guess, 0, "2024-03-05"},
    {"05/03/2024|25/03/2024", guess, 0, "2024-03-05"}, {"05/03/2024|03/25/2024", guess, 0, "2024-05-03"}, {"05/03/2024", guess, 0, "day_ambiguous"},
    {"05/03/2024", day_first, 0, "2024-03-05"}, {"05/03/2024", month_first, 0, "2024-05-03"}, {"05/05/2024", guess, 0, "2024-05-05"},
    {"05/03/2024|25/03/2024|03/25/2024", guess, 0, "day_mixed"}, {"3月5日", guess, 2024, "2024-03-05"}, {"3月5日", guess, 0, "year_missing"}, {"3/5", guess, 2024, "2024-03-05"},
    {"05/03/24", guess, 0, "year_short"}, {"2024-13-05", guess, 0, "day_malformed"}, {"2024-02-30", guess, 0, "day_malformed"}, {"yesterday", guess, 0, "day_malformed"},
    {"2024-03-05 25:99", guess, 0, "day_malformed"},
};
TEST(ImportDays, AreReadOverTheWholeColumn) {
    for (auto const& c : day_cases) {
        DayReader reader{c.told, c.year ? std::optional{c.year} : std::nullopt};
        std::vector<Cell> cells;
        std::string column = c.column;
        for (std::size_t i = 0; i <= column.size();) {
            auto const bar = std::min(column.find('|', i), column.size());
            Cell cell;
            cell.kind = CellKind::text;
            cell.text = column.substr(i, bar - i);
            cells.push_back(cell);
            i = bar + 1;
        }
        for (auto const& cell : cells) reader.learn(cell);
        auto const t = reader.read(cells.front());
        std::string got = t ? text_of(t->day) : t.error().code;
        if (t && t->us_of_day) got += " " + text_of(Instant{Microseconds{*t->us_of_day}}).substr(11, 8);
        EXPECT_EQ(got, c.outcome) << c.column;
    }
}

/// Compares with a file beside the sample; OSETRA_UPDATE=1 writes it anew, and the diff is to be read.
void expect_golden(std::string const& name, std::string const& got) {
    auto const path = std::string{OSETRA_ROOT} + "/data/" + name;
    if (std::getenv("OSETRA_UPDATE")) std::ofstream{path, std::ios::binary} << got;
    EXPECT_EQ(got, data_file(name));
}

TEST_F(Import, AFarmsWorkbookWithMergedHeadingsJinAndSums) {
    known = {};
    auto const p = plan("farm-records-2024.xlsx");
    EXPECT_FALSE(p.refused()) << said(p) << words_of(p);
    expect_golden("farm-records-2024.expected.txt", lines(p) + "\n" + words_of(p));
}

TEST_F(Import, MistakesAreNamedByPlace) {
    known = {};
    auto const p = plan("farm-records-mistakes.xlsx");
    EXPECT_TRUE(p.facts.empty());
    expect_golden("farm-records-mistakes.expected.txt", said(p) + "\n" + words_of(p));
}

TEST_F(Import, ChineseFeedListInGb18030) {
    auto const p = plan("feeding-gb18030.csv");
    EXPECT_EQ(lines(p), "feed 2024-06-01 {\"pool\":\"A1\",\"feed_mg\":12500000,\"feed\":\"3mm膨化料\"}\n"
                        "feed 2024-06-01 {\"pool\":\"A2\",\"feed_mg\":8000000,\"feed\":\"3mm膨化料\"}\n"
                        "feed 2024-06-02 {\"pool\":\"A1\",\"feed_mg\":12000000,\"feed\":\"3mm膨化料\"}\n") << said(p) << words_of(p);
}

TEST_F(Import, EuropeanWaterLogWithSemicolonsAndDecimalCommas) {
    auto const p = plan("water-windows-1252.csv");
    EXPECT_EQ(lines(p), "water 2024-06-01T08:30 {\"pool\":\"A1\",\"temperature_mc\":15200,\"oxygen_ug_l\":8300}\n"
                        "water 2024-06-01T08:40 {\"pool\":\"A2\",\"temperature_mc\":15450,\"oxygen_ug_l\":7950}\n"
                        "water 2024-06-13T08:30 {\"pool\":\"A1\",\"temperature_mc\":16000,\"oxygen_ug_l\":8100}\n") << said(p) << words_of(p);
}

TEST_F(Import, EnglishDailyRoundsWithOneCohortOrSeveral) {
    auto const p = plan("rounds-en.csv");
    EXPECT_EQ(lines(p), "round 2024-05-03 {\"pool\":\"A1\",\"deaths\":2,\"cohort\":\"BAE-2021\",\"cause\":\"disease\",\"feed_mg\":11500000,\"temperature_mc\":14900}\n"
                        "round 2024-05-03 {\"pool\":\"A2\",\"deaths\":0,\"feed_mg\":8000000,\"temperature_mc\":15100}\n"
                        "round 2024-05-14 {\"pool\":\"A1\",\"feed_mg\":11500000,\"note\":\"seal seen\"}\n") << said(p) << words_of(p);
}

TEST_F(Import, ADateThatCanBeTwoDaysIsAskedFor) {
    std::string const bytes = "date,pool,feed (kg)\n05/03/2024,A1,3\n06/03/2024,A1,4\n";
    EXPECT_EQ(said(plan("f.csv", bytes)), "bad f.csv!A2 day_ambiguous\n");
    options.date_order = day_first;
    EXPECT_EQ(lines(plan("f.csv", bytes)), "feed 2024-03-05 {\"pool\":\"A1\",\"feed_mg\":3000000}\nfeed 2024-03-06 {\"pool\":\"A1\",\"feed_mg\":4000000}\n");
}

// One sheet of one line a case: what must come out of it, or the problem.
struct RowCase { char const* csv; char const* outcome; };
constexpr RowCase rows[] = {
    {"打样记录\n日期,池号,体重(g)\n2024-6-1,A1,100\n2024-6-1,A1,120\n2024-6-1,A1,110\n", "weigh 2024-06-01 {\"pool\":\"A1\",\"cohort\":\"BAE-2021\",\"heads\":3,\"total_mg\":330000,\"sd_mg\":10000}\n"},
    {"日期,转出池,转入池,数量(尾),均重(斤)\n2024-6-1,A1,A3,50,2.5\n", "move 2024-06-01 {\"from\":\"A1\",\"to\":\"A3\",\"cohort\":\"BAE-2021\",\"heads\":50,\"mean_mg\":1250000,\"reason\":\"transfer\"}\n"},
    {"日期,转出池,转入池,数量(尾)\n2024-6-1,A2,A3,50\n", "bad f.csv!2 cohort_missing\n"},
    {"日期,转出池,转入池,品种,数量(尾)\n2024-6-1,A2,A3,施氏鲟,50\n", "move 2024-06-01 {\"from\":\"A2\",\"to\":\"A3\",\"cohort\":\"SCH-2020\",\"heads\":50,\"reason\":\"transfer\"}\n"},
    {"日期,转出池,转入池,数量(尾)\n2024-6-1,A1,A1,50\n", "bad f.csv!C2 same_pool\n"},
    {"日期,PIT号,体重(kg)\n2024-6-1,156000000000777,3.5\n", "measure 2024-06-01 {\"fish\":\"156000000000777\",\"weight_mg\":3500000}\n"},
    {"日期,PIT号,体重(kg)\n2024-6-1,156000000000778,3.5\n", "bad f.csv!B2 fish_unknown\n"},
    {"电子标登记\n日期,PIT号,池号,批次\n2024-6-1,156000000000777,A1,BAE-2021\n", "bad f.csv!B3 tag_known\n"},
    {"日期,PIT号,转入池\n2024-6-1,156000000000777,A3\n", "move 2024-06-01 {\"to\":\"A3\",\"fish\":[\"156000000000777\"],\"reason\":\"transfer\"}\n"},
    {"日期,旧标,PIT号,新标\n2024-6-1,,156000000000777,156000000000779\n", "retag 2024-06-01 {\"fish\":\"156000000000777\",\"new_tag\":\"156000000000779\"}\n"},
    {"死亡登记\n日期,PIT号,死因\n2024-6-1,156000000000777,活检取卵\n", "death 2024-06-01 {\"fish\":[\"156000000000777\"],\"cause\":\"surgery\"}\n"},
    {"盘点\n日期,二号池,备注\n", "bad f.csv! layout_unknown\n"},
    {"盘点\n日期,池号,实盘数\n2024-6-1,二号池,190\n", "count 2024-06-01 {\"pool\":\"A2\",\"heads\":190,\"method\":\"hand\"}\n"},
    {"日期,池号,逃逸数量\n2024-6-1,A1,5\n", "escape 2024-06-01 {\"pool\":\"A1\",\"cohort\":\"BAE-2021\",\"heads\":5}\n"},
    {"day,pool,harvest,n,biomass (kg),purpose\n2024-06-01,A1,,5,60,caviar\n", "harvest 2024-06-01 {\"pool\":\"A1\",\"cohort\":\"BAE-2021\",\"heads\":5,\"total_mg\":60000000,\"purpose\":\"roe\"}\n"},
    {"日期,池号,水温\n2024-6-1,A1,15.2\n2024-6-1,A1,15.2\n", "water 2024-06-01 {\"pool\":\"A1\",\"temperature_mc\":15200}\n"},
    {"日期,池号,投喂量(kg)\n2024-6-1,A1,5\n2024-6-1,A1,5\n", "warn f.csv!3 row_repeated_kept\nfeed 2024-06-01 {\"pool\":\"A1\",\"feed_mg\":5000000}\nfeed 2024-06-01 {\"pool\":\"A1\",\"feed_mg\":5000000}\n"},
    {"日期,池号,投喂量(kg)\n2024-6-1,A1,5\n日期,池号,投喂量(kg)\n2024-6-2,A1,6\n", "feed 2024-06-01 {\"pool\":\"A1\",\"feed_mg\":5000000}\nfeed 2024-06-02 {\"pool\":\"A1\",\"feed_mg\":6000000}\n"},
    {"日期,池号,投喂量(m)\n2024-6-1,A1,5\n", "bad f.csv!C2 unit_wrong\n"},
    {"pool,heads\n", "bad f.csv! layout_unknown\n"},
    {"存塘 2024年3月31日\n池号,批次,数量,平均体重(g)\nA3,BAE-2021,300,850\n", "stock 2024-03-31 {\"pool\":\"A3\",\"cohort\":\"BAE-2021\",\"heads\":300,\"mean_mg\":850000,\"source\":\"opening balance\"}\n"},
    {"site,name,province\nQDH,千岛湖,浙江\n", "site 2026-11-24T08:00 {\"site\":\"QDH\",\"name\":\"千岛湖\",\"province\":\"浙江\"}\n"},
    {"cohort,species,year class\nHUS-2020,Beluga,2020\n", "cohort 2026-11-24T08:00 {\"cohort\":\"HUS-2020\",\"species\":\"HUS\",\"year_class\":2020}\n"},
};
TEST_F(Import, RowsOfEveryLayout) {
    for (auto const& c : rows) {
        auto const p = plan("f.csv", c.csv);
        EXPECT_EQ(said(p) + lines(p), c.outcome) << c.csv << words_of(p);
    }
}

TEST_F(Import, MissingPoolsAreRegisteredOnlyWhereTold) {
    std::string const bytes = "日期,池号,品种,数量,均重(g)\n2024-3-5,C9,BAE,100,50\n";
    EXPECT_EQ(said(plan("f.csv", bytes)), "bad f.csv!B2 pool_unknown\n");
    options.missing = Missing::create;
    EXPECT_EQ(lines(plan("f.csv", bytes)), "pool 2024-03-05 {\"pool\":\"C9\",\"site\":\"QDH\",\"pool_kind\":\"pool\"}\n"
                                           "cohort 2024-03-05 {\"cohort\":\"BAE-2024\",\"species\":\"BAE\",\"year_class\":2024}\n"
                                           "stock 2024-03-05 {\"pool\":\"C9\",\"cohort\":\"BAE-2024\",\"heads\":100,\"mean_mg\":50000}\n");
}

TEST_F(Import, TheSameFileMakesTheSameFactsOnAnyDay) {
    known = {};
    auto const first = plan("farm-records-2024.xlsx");
    options.now += std::chrono::hours{24 * 40};
    auto const second = plan("farm-records-2024.xlsx");
    ASSERT_EQ(first.facts.size(), second.facts.size());
    std::set<FactId> ids;
    for (std::size_t i = 0; i < first.facts.size(); ++i) {
        EXPECT_EQ(first.facts[i].id, second.facts[i].id);
        EXPECT_EQ(first.facts[i].happened_at, second.facts[i].happened_at);
        EXPECT_EQ(first.facts[i].id.text()[14], '8');
        ids.insert(first.facts[i].id);
    }
    EXPECT_EQ(ids.size(), first.facts.size());
    EXPECT_EQ(plan("C:\\Users\\wang\\copy (2).xlsx", data_file("farm-records-2024.xlsx")).facts.front().id, first.facts.front().id);
    options.enterprise = 2;
    EXPECT_NE(plan("farm-records-2024.xlsx").facts.front().id, first.facts.front().id);
}

TEST_F(Import, AMappingIsShownEditedAndGivenBack) {
    std::string const bytes = "when,where,amount\n2024-6-1,A1,5\n";
    auto const guessed = plan("f.csv", bytes);
    EXPECT_EQ(said(guessed), "bad f.csv! layout_unknown\n");
    auto const mapping = read_mapping(R"({"sheets":[{"sheet":"f.csv","layout":"feed","header_rows":1,"columns":[{"column":"A","field":"date"},{"column":"B","field":"pool"},{"column":"C","field":"feed","unit":"jin"}]}]})");
    ASSERT_TRUE(mapping) << mapping.error().message;
    options.mapping = *mapping;
    auto const told = plan("f.csv", bytes);
    EXPECT_EQ(lines(told), "feed 2024-06-01 {\"pool\":\"A1\",\"feed_mg\":2500000}\n") << said(told);
    // what is shown can be given back, and is remembered for the next file with these headings
    auto const again = read_mapping(mapping_json(told.sheets.front()));
    ASSERT_TRUE(again) << again.error().message;
    options.mapping.clear();
    options.remembered = {{told.sheets.front().signature, again->front()}};
    EXPECT_EQ(lines(plan("july.csv", "when,where,amount\n2024-7-1,A1,6\n")), "feed 2024-07-01 {\"pool\":\"A1\",\"feed_mg\":3000000}\n");
}

TEST_F(Import, TheSameHeadingsUnderAnotherTitleAreNotMixedUp) {
    auto const dead = plan("死亡.csv", "死亡登记\n日期,池号,数量\n2024-6-1,A1,5\n");
    EXPECT_EQ(dead.facts.front().kind, "death");
    options.remembered = {{dead.sheets.front().signature, dead.sheets.front()}};
    EXPECT_EQ(plan("出鱼.csv", "捕捞记录\n日期,池号,数量\n2024-6-1,A1,5\n").facts.front().kind, "harvest");
}

struct MappingCase { char const* json; char const* outcome; };
constexpr MappingCase mappings[] = {
    {R"({"layout":"feed","columns":[]})", "read"}, {R"([{"layout":"feed"}])", "read"}, {R"({"layout":"cakes"})", "layout_unknown"}, {"{", "json_malformed"},
    {R"({"layout":"feed","columns":[{"column":"7","field":"feed"}]})", "column_unknown"}, {R"({"layout":"feed","columns":[{"column":"B","field":"cake"}]})", "field_unknown"},
    {R"({"layout":"feed","columns":[{"column":"B","field":"feed","unit":"spoon"}]})", "unit_unknown"}, {R"({"layout":"feed","date_order":"backwards"})", "field_type"},
};
TEST(ImportMapping, IsCheckedWhenGiven) {
    for (auto const& c : mappings) {
        auto const m = read_mapping(c.json);
        EXPECT_EQ(m ? "read" : m.error().code, c.outcome) << c.json;
    }
}

/// A store in memory that refuses facts of one kind.
class FakeStore final : public ImportStore {
public:
    std::set<std::string> shas;
    std::string refuses, refuses_until;     ///< a kind of fact; lifted when a file of this name is kept
    std::size_t kept = 0;
    Known has;
    bool taken(std::string_view sha) override { return shas.count(std::string{sha}) > 0; }
    std::map<std::string, SheetPlan> mappings() override { return {}; }
    Known known() override { return has; }
    std::vector<std::pair<FactId, Refusal>> keep(ImportPlan const& p, ImportOptions const&) override {
        std::vector<std::pair<FactId, Refusal>> no;
        for (auto const& f : p.facts)
            if (f.kind == refuses) no.emplace_back(f.id, Refusal{"not_enough_fish", "There are not so many.", "heads"});
        if (no.empty()) {
            kept += p.facts.size();
            shas.insert(p.sha256);
            if (p.file == refuses_until) refuses.clear();
        }
        return no;
    }
    std::vector<std::pair<FactId, Refusal>> rehearse(std::vector<Fact> facts, ImportOptions const&) override {
        std::vector<std::pair<FactId, Refusal>> no;
        for (auto const& f : facts)
            if (f.kind == refuses) no.emplace_back(f.id, Refusal{"not_enough_fish", "There are not so many.", "heads"});
        return no;
    }
};

TEST_F(Import, IsWrittenWholeOrNotAtAllAndOnce) {
    FakeStore store;
    std::vector const files{ImportFile{"farm-records-2024.xlsx", data_file("farm-records-2024.xlsx")}};
    EXPECT_FALSE(run_import(files, options, store, caviar_pack(), true).front().stored);
    EXPECT_EQ(store.kept, 0u);
    store.refuses = "harvest";
    EXPECT_EQ(said(run_import(files, options, store, caviar_pack(), true).front().plan), "bad 出鱼!D2 not_enough_fish\n");
    auto const refused = run_import(files, options, store, caviar_pack(), false);
    EXPECT_FALSE(refused.front().stored);
    EXPECT_EQ(said(refused.front().plan), "bad 出鱼!D2 not_enough_fish\n");
    store.refuses.clear();
    EXPECT_TRUE(run_import(files, options, store, caviar_pack(), false).front().stored);
    auto const kept = store.kept;
    auto const again = run_import(files, options, store, caviar_pack(), false);
    EXPECT_TRUE(again.front().already);
    EXPECT_FALSE(again.front().stored);
    EXPECT_EQ(store.kept, kept);
    auto const report = JsonIn::parse(report_json(again.front().plan, true, false));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->items("sheets").size(), 12u);
}

TEST_F(Import, AFileThatNeedsAnotherIsTriedAgain) {
    FakeStore store;
    store.has = known;
    store.refuses = "move";
    store.refuses_until = "b.csv";
    std::vector const files{ImportFile{"a.csv", "日期,转出池,转入池,数量(尾)\n2024-6-1,A1,A3,50\n"}, ImportFile{"b.csv", "date,pool,feed (kg)\n2024-6-1,A1,5\n"}};
    auto const done = run_import(files, options, store, caviar_pack(), false);
    EXPECT_TRUE(done[0].stored && done[1].stored);
    EXPECT_EQ(said(done[0].plan), "");
}

TEST_F(Import, FilesTellOneAnotherWhatTheyRegister) {
    known = {};
    std::vector const files{ImportFile{"feed.csv", "date,pool,feed (kg)\n2024-6-1,T1,5\n"}, ImportFile{"pools.csv", "pool,volume (m3),site\nT1,30,F1\n"}};
    auto const plans = plan_imports(files, options, known, caviar_pack());
    EXPECT_EQ(lines(plans[0]), "feed 2024-06-01 {\"pool\":\"T1\",\"feed_mg\":5000000}\n") << said(plans[0]);
    EXPECT_EQ(lines(plans[1]), "site 2024-06-01 {\"site\":\"F1\",\"name\":\"F1\"}\npool 2024-06-01 {\"pool\":\"T1\",\"site\":\"F1\",\"pool_kind\":\"pool\",\"volume_ml\":30000000}\n");
}

TEST_F(Import, WhatIsNoRecordIsRefused) {
    EXPECT_EQ(plan("x.csv", "").problems.front().code, "file_empty");
    EXPECT_EQ(plan("x.xls", "\xD0\xCF\x11\xE0....").problems.front().code, "xls_old");
    EXPECT_EQ(plan("x.csv", "hello\nworld\n").problems.front().code, "layout_unknown");
    EXPECT_EQ(plan("x.csv", "日期,池号,投喂量(kg)\n").problems.front().code, "nothing_to_import");
}

} // namespace
} // namespace osetra::farm
