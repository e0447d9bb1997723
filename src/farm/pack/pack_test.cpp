#include "farm/pack/pack.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace osetra::farm {
namespace {

std::string changed(std::string_view from, std::string_view to) {
    std::string text{caviar_pack_text()};
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

TEST(Pack, TheBuiltInOneIsGood) {
    auto const pack = read_pack(caviar_pack_text());
    ASSERT_TRUE(pack) << pack.error().message << " " << pack.error().at;
    EXPECT_EQ(pack->code, "caviar");
    ASSERT_TRUE(pack->find_species("DAUxSCH"));
    EXPECT_EQ(pack->find_species("DAUxSCH")->latin, "Huso dauricus x Acipenser schrenckii");
    EXPECT_TRUE(pack->find_species("DAUxSCH")->hybrid);
    EXPECT_FALSE(pack->find_species("carp"));
    EXPECT_TRUE(pack->find_maturity("IV")->ripe);
    EXPECT_FALSE(pack->find_maturity("III")->ripe);
    EXPECT_TRUE(pack->knows_death_cause("low_oxygen"));
    EXPECT_FALSE(pack->knows_death_cause("boredom"));
    EXPECT_TRUE(pack->find_difference_cause("miscount")->count_wrong);
    EXPECT_DOUBLE_EQ(pack->find_count_method("hand")->sd_share, 0.015);
}

TEST(Pack, EveryAgeHasItsStage) {
    auto const& amur = *caviar_pack().find_species("SCH");
    struct Case { std::int64_t age; char const* stage; };
    constexpr Case cases[] = {
        {-30, "larva"}, {0, "larva"}, {29, "larva"}, {30, "fingerling"}, {365, "grow_out_1"}, {1094, "grow_out_2"},
        {1095, "pre_mature"}, {3284, "pre_mature"}, {3285, "broodstock"}, {40000, "broodstock"},
    };
    for (auto const& c : cases) EXPECT_EQ(stage_of(amur, c.age).code, c.stage) << c.age;
}

TEST(Pack, ASpeciesChangesOnlyWhatItTells) {
    auto const& pack = caviar_pack();
    auto const& baerii = stage_of(*pack.find_species("BAE"), 4000);
    EXPECT_EQ(baerii.tgc_micro, 290);
    EXPECT_EQ(baerii.temp_max_mc, pack.stages.back().temp_max_mc);
    EXPECT_EQ(stage_of(*pack.find_species("GUE"), 4000).tgc_micro, pack.stages.back().tgc_micro);
}

TEST(Pack, GrowthFallsWithAgeInEverySturgeon) {
    for (auto const* code : {"BAE", "GUE", "SCH", "DAU", "HUS", "DAUxSCH", "ACX"}) {
        auto const& stages = caviar_pack().find_species(code)->stages;
        for (std::size_t i = 2; i < stages.size(); ++i) EXPECT_LE(stages[i].tgc_micro, stages[i - 1].tgc_micro) << code << " " << stages[i].code;
    }
}

// What is changed in the good pack, what must come back, and where it must point.
struct Bad { char const* from; char const* to; char const* code; char const* key; };
constexpr Bad bad[] = {
    {"pack: caviar", "pack: [", "pack_malformed", "line "},
    {"pack: caviar", "pack: caviar\npack: caviar", "pack_key_twice", "pack"},
    {"pack: caviar\n", "", "pack_key_missing", "pack"},
    {"name_en: Sturgeon and caviar", "name_en: ''", "pack_value_type", "name_en"},
    {"  oxygen_warn_percent: 60", "  oxygen_warn_percent: many", "pack_value_type", "water.oxygen_warn_percent"},
    {"  oxygen_warn_percent: 60", "  oxygen_warm_percent: 60", "pack_key_missing", "water.oxygen_warn_percent"},
    {"  oxygen_warn_percent: 60", "  oxygen_warn_percent: 60\n  colour: red", "pack_key_unknown", "water.colour"},
    {"  oxygen_warn_percent: 60", "  oxygen_warn_percent: 90", "pack_order", "water"},
    {"tgc_micro: 900", "tgc_micro: 0.9", "pack_value_type", "stages[0].tgc_micro"},
    {"tgc_micro: 900", "tgc_micro: -1", "pack_value_range", "stages[0].tgc_micro"},
    {"from_age_days: 30", "from_age_days: 300", "pack_order", "stages"},
    {"from_age_days: 0", "from_age_days: 1", "pack_order", "stages"},
    {"temp_max_mc: 22400", "temp_max_mc: 9000", "pack_order", "stages"},
    {"code: GUE", "code: BAE", "pack_code_twice", "species[1]"},
    {"broodstock: {from_age_days: 2920}", "veteran: {from_age_days: 2920}", "pack_code_unknown", "species[1].stages.veteran"},
    {"broodstock: {from_age_days: 2920}", "broodstock: {from_age_days: 20}", "pack_order", "species[1].stages"},
    {"weights_g: [0.05, 0.5,", "weights_g: [0.5, 0.05,", "pack_order", "ration.weights_g"},
    {"- [3.0, 13.0,", "- [", "pack_value_range", "ration.percent"},
    {"sd_share: 0.015", "sd_share: .nan", "pack_value_range", "count_methods[0].sd_share"},
};

TEST(Pack, WhatIsWrongIsRefusedWithLineAndKey) {
    for (auto const& b : bad) {
        auto const pack = read_pack(changed(b.from, b.to));
        ASSERT_FALSE(pack) << b.to;
        EXPECT_EQ(pack.error().code, b.code) << b.to << ": " << pack.error().message;
        EXPECT_NE(pack.error().at.find("line "), std::string::npos) << b.to;
        EXPECT_NE(pack.error().at.find(b.key), std::string::npos) << b.to << ": " << pack.error().at;
    }
}

TEST(Pack, NamesTheLineThatPeopleSee) {
    auto const text = changed("ammonia_bad_ug_l: 25", "ammonia_bad_ug_l: a lot");
    auto const line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("a lot")), '\n');
    auto const pack = read_pack(text);
    ASSERT_FALSE(pack);
    EXPECT_EQ(pack.error().at, "line " + std::to_string(line) + ": water.ammonia_bad_ug_l");
}

TEST(Pack, TextThatIsNoPackAtAllIsRefused) {
    for (auto const* text : {"", "42", "- a\n- b", "{", "\t", "pack: &a [*a]"}) EXPECT_FALSE(read_pack(text)) << text;
    EXPECT_FALSE(read_pack(std::string(100'000, '[')));
    EXPECT_EQ(read_pack(std::string(2u << 20, ' ')).error().code, "pack_too_large");
}

} // namespace
} // namespace osetra::farm
