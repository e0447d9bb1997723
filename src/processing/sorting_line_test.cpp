#include <algorithm>
#include <gtest/gtest.h>

#include "kernel/splitmix.h"
#include "processing/sorting_line.h"

namespace osetra::processing {
namespace {

SortingPack const& citrus() { return *find_sorting_pack("citrus"); }

struct PlaceCase { char const* pack; std::vector<double> measures; char const *quality, *size; };
TEST(SortingLine, FruitIsOfTheBestClassWhoseLimitsHold) {
    PlaceCase const cases[] = {
        {"citrus", {75, 0, 0}, "extra", "5"},
        {"citrus", {73, 5, 2}, "extra", "5"},      // limits are of the class
        {"citrus", {76.99, 5.1, 0}, "I", "5"},
        {"citrus", {77, 0, 8.1}, "II", "4"},
        {"citrus", {77, 20.1, 0}, "juice", ""},    // greener than the standard lets any class be
        {"citrus", {52.9, 0, 0}, "juice", ""},     // of no size
        {"citrus", {110, 0, 0}, "juice", ""},
        {"blueberry", {24.1, 0, 0}, "premium", "24+"},
        {"blueberry", {21.9, 0, 0}, "I", "18+"},   // firm, and too small for the top class
        {"blueberry", {13, 0, 0}, "II", "12+"},
        {"blueberry", {25, 0, 11}, "frozen", ""},
    };
    for (auto const& c : cases) {
        auto const placed = place(*find_sorting_pack(c.pack), c.measures);
        EXPECT_EQ(placed.quality->code, c.quality) << c.pack << " " << c.measures[0];
        EXPECT_EQ(placed.size, c.size) << c.pack << " " << c.measures[0];
    }
}

constexpr char const* loads_csv = "load,grower,received_on,gross_kg,tare_kg\nL1,Chen,2026-01-05,1100,100\nL2,Chen,2026-01-06,550,50\nL3,Wu,2026-01-06,320,20\n";
constexpr char const* counts_csv = "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\nL1,3000,600000,75,1,1\nL1,2000,380000,71,10,5\nL2,2500,480000,75,0,0\nL3,1500,290000,50,0,0\n";

TEST(SortingLine, AGrowerIsToldWhatBecameOfEveryKilogram) {
    auto const all = out_turn(citrus(), read_loads(loads_csv).value(), read_counts(counts_csv, citrus()).value(), prices_of(citrus())).value();
    ASSERT_EQ(all.size(), 2u);
    auto const& chen = all[0];
    EXPECT_EQ(chen.grower, "Chen");
    EXPECT_EQ(chen.received_mg, 1'500'000'000);
    EXPECT_EQ(chen.sorted_mg, 1'460'000'000);
    EXPECT_EQ(chen.lost_mg(), 40'000'000);
    ASSERT_EQ(chen.lines.size(), 2u);
    EXPECT_EQ(chen.lines[0].quality, "extra");
    EXPECT_EQ(chen.lines[0].weight_mg, 1'080'000'000);
    EXPECT_EQ(chen.lines[0].cartons, 108);
    EXPECT_EQ(chen.lines[0].money.minor, 1'080 * 1'200);
    EXPECT_EQ(chen.lines[1].money.minor, 380 * 800);
    EXPECT_EQ(chen.money.minor, 1'080 * 1'200 + 380 * 800);
    EXPECT_EQ(chen.pallets, 2);
    EXPECT_EQ(all[1].lines[0].quality, "juice");
    EXPECT_EQ(all[1].cartons, 0);
    EXPECT_NE(out_turn_csv(citrus(), all).find("Chen,extra,5,5500,1080.000,73.97,108,12.00,12960.00,CNY"), std::string::npos) << out_turn_csv(citrus(), all);
    EXPECT_TRUE(out_turn_paper(citrus(), "Packing house", all).starts_with("%PDF"));
}

struct Bad { char const *what, *loads, *counts, *prices, *code; };
TEST(SortingLine, WhatDoesNotFitIsRefused) {
    Bad const cases[] = {
        {"unknown load", loads_csv, "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\nL9,1,100,75,0,0\n", "", "load_not_found"},
        {"more than came", loads_csv, "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\nL3,1500,307000,75,0,0\n", "", "more_than_received"},
        {"no column", loads_csv, "load,pieces,weight_g,diameter_mm,green_percent\nL1,1,100,75,0\n", "", "column_unknown"},
        {"no number", loads_csv, "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\nL1,1,100,big,0,0\n", "", "number_malformed"},
        {"no fruit", loads_csv, "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent\nL1,0,100,75,0,0\n", "", "weight_unlikely"},
        {"twice", "load,grower,received_on,gross_kg,tare_kg\nL1,Chen,2026-01-05,11,1\nL1,Wu,2026-01-05,11,1\n", counts_csv, "", "load_twice"},
        {"tare over gross", "load,grower,received_on,gross_kg,tare_kg\nL1,Chen,2026-01-05,1,11\n", counts_csv, "", "weight_unlikely"},
        {"no price", loads_csv, counts_csv, "class,size,price_per_kg\nextra,,12\n", "price_missing"},
        {"a class nobody has", loads_csv, counts_csv, "class,size,price_per_kg\ngold,,12\n", "code_unknown"},
    };
    for (auto const& c : cases) {
        auto const run = [&]() -> Result<std::vector<OutTurn>> {
            auto const loads = OSETRA_TRY(read_loads(c.loads));
            auto const counts = OSETRA_TRY(read_counts(c.counts, citrus()));
            auto const prices = *c.prices ? OSETRA_TRY(read_prices(c.prices, citrus())) : prices_of(citrus());
            return out_turn(citrus(), loads, counts, prices);
        }();
        EXPECT_EQ(run ? "" : run.error().code, c.code) << c.what;
    }
}

TEST(SortingLine, APriceOfASizeGoesBeforeThatOfItsClass) {
    auto const prices = read_prices("class,size,price_per_kg\nextra,,10\nextra,5,11.5\nI,,8\njuice,,0.9\n", citrus()).value();
    auto const all = out_turn(citrus(), read_loads(loads_csv).value(), read_counts(counts_csv, citrus()).value(), prices).value();
    EXPECT_EQ(all[0].lines[0].price_minor_per_kg, 1'150);
}

TEST(SortingLine, NoKilogramIsLostWhateverIsCounted) {
    auto state = std::uint64_t{20'260'105};
    std::printf("seed %llu\n", static_cast<unsigned long long>(state));
    for (auto round = 0; round < 50; ++round) {
        std::vector<Load> loads;
        std::vector<Counted> counts;
        std::int64_t all_mg = 0;
        for (auto l = 0; l < 5; ++l) {
            std::int64_t sorted = 0;
            for (auto n = 0; n < 20; ++n) {
                Counted c{"L" + std::to_string(l), static_cast<std::int64_t>(1 + splitmix64(state) % 100), static_cast<std::int64_t>(1 + splitmix64(state) % 50'000'000), {}};
                c.measures = {40 + static_cast<double>(splitmix64(state) % 800) / 10, static_cast<double>(splitmix64(state) % 30), static_cast<double>(splitmix64(state) % 30)};
                sorted += c.weight_mg;
                counts.push_back(std::move(c));
            }
            loads.push_back({"L" + std::to_string(l), "G" + std::to_string(splitmix64(state) % 3), FarmDay{20'000}, sorted + 1'000'000, 0});
            all_mg += sorted;
        }
        auto const turned = out_turn(citrus(), loads, counts, prices_of(citrus())).value();
        std::int64_t told_mg = 0;
        for (auto const& o : turned) {
            std::int64_t lines_mg = 0, minor = 0;
            for (auto const& line : o.lines) { lines_mg += line.weight_mg; minor += line.money.minor; EXPECT_LE(line.cartons * citrus().carton_mg, line.weight_mg); }
            EXPECT_EQ(lines_mg, o.sorted_mg);
            EXPECT_EQ(minor, o.money.minor);
            told_mg += lines_mg;
        }
        EXPECT_EQ(told_mg, all_mg);
    }
}

TEST(SortingLine, WhatItCanDoInAnHour) {
    auto const c = capacity(citrus(), 200, 20'000);
    EXPECT_DOUBLE_EQ(c.pieces_per_hour, 4 * 600 * 60 * 0.8);
    EXPECT_DOUBLE_EQ(c.kg_per_hour, 23'040);
    EXPECT_NEAR(c.hours, 0.868, 0.001);
    EXPECT_NEAR(c.cartons_per_hour, 2'304, 1e-6);
}

struct PackCase { char const *from, *to, *code; };
TEST(SortingPacks, MistakesAreFound) {
    PackCase const cases[] = {
        {"per_pallet: 80", "per_pallet: 0", "pack_value_range"},
        {"filled: 0.8", "filled: much", "pack_value_range"},
        {"filled: 0.8}", "filled: 0.8, colour: red}", "pack_key_unknown"},
        {"currency: CNY\n", "", "pack_key_missing"},
        {"currency: CNY", "currency: ABC", "pack_value_range"},
        {"{code: \"1\", from_mm: 87, to_mm: 92}", "{code: \"1\", from_mm: 87, to_mm: 93}", "pack_order"},
        {"{code: \"1\", from_mm: 87, to_mm: 92}", "{code: \"1\", from_mm: 92, to_mm: 87}", "pack_order"},
        {"limits: {green_percent: 5,", "limits: {sugar: 5,", "pack_key_unknown"},
        {"juice: 90}", "gold: 90}", "pack_key_unknown"},
        {"measures: [", "measures: [[", "pack_malformed"},
    };
    std::string const good{*std::find_if(sorting_pack_texts().begin(), sorting_pack_texts().end(), [](std::string_view text) { return text.find("pack: citrus") != std::string_view::npos; })};
    ASSERT_TRUE(read_sorting_pack(good));
    for (auto const& c : cases) {
        auto text = good;
        auto const at = text.find(c.from);
        ASSERT_NE(at, std::string::npos) << c.from;
        text.replace(at, std::string_view{c.from}.size(), c.to);
        auto const read = read_sorting_pack(text);
        EXPECT_EQ(read ? "" : read.error().code, c.code) << c.to;
    }
}

} // namespace
} // namespace osetra::processing
