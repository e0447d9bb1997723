#include "quality/engine/grade.h"

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

#include "quality/engine/grade_scheme.h"

namespace osetra::quality {
namespace {

std::string pack(std::string const& name) {
    std::ifstream in{std::string{OSETRA_ROOT} + "/packs/" + name + ".yaml"};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}
Grading grading(std::string const& name) {
    auto read = read_grading(pack(name));
    EXPECT_TRUE(read) << name << ": " << (read ? "" : read.error().message + " " + read.error().at);
    return read ? *read : Grading{};
}

TEST(Grade, EveryPackIsGoodAndGrades) {
    int schemes = 0;
    for (auto const& file : std::filesystem::directory_iterator{std::string{OSETRA_ROOT} + "/packs"}) {
        if (file.path().extension() != ".yaml" || pack(file.path().stem()).find("\nspecies:") == std::string::npos) continue;   // no product pack
        auto const g = grading(file.path().stem());
        EXPECT_FALSE(g.schemes.empty()) << file.path();
        for (auto const& s : g.schemes) {
            ++schemes;
            EXPECT_TRUE(g.price_minor_per_kg.contains(s.code)) << s.code;
        }
    }
    EXPECT_GE(schemes, 7);
}

struct Case { char const* pack; char const* scheme; Values values; char const* grade; char const* reason; };
TEST(Grade, ByRule) {
    Case const cases[] = {
        {"caviar", "middle_egg", {{"egg_mm", 3.1}, {"broken", 1}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}}, "1", "All that Imperial asks is kept"},
        {"caviar", "middle_egg", {{"egg_mm", 2.97}, {"broken", 1}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}}, "2", "Egg diameter 2.97 mm, Imperial asks at least 3 mm"},
        {"caviar", "middle_egg", {{"egg_mm", 3.1}, {"broken", 9}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}}, "4", "Broken eggs 9 %, Classic asks at most 8 %"},
        {"caviar", "small_egg", {{"egg_mm", 2.7}, {"broken", 1}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}}, "1", "All that Imperial asks is kept"},
        {"tencha", "tencha", {{"colour", 8}, {"aroma", 8}, {"taste", 8}}, "3", "All that Grade 3 asks is kept"},
        {"tencha", "tencha", {{"colour", 9}, {"aroma", 9}, {"taste", 6}}, "4", "Taste 6, Grade 3 asks at least 7.5"},   // taste caps
        {"tencha", "tencha", {{"colour", 5}, {"aroma", 5}, {"taste", 8}}, "4", "Colour 5, Grade 4 asks at least 6.5"},   // (2x3 + 2x3 + 0x4) / 10 = 1.2
        {"citrus", "table_fruit", {{"diameter_mm", 72}, {"green", 3}, {"blemish", 1}}, "extra", "All that Extra asks is kept"},
        {"citrus", "table_fruit", {{"diameter_mm", 90}, {"green", 3}, {"blemish", 1}}, "I", "Diameter 90 mm, Extra asks 65 to 85 mm"},
        {"blueberry", "fresh_berry", {{"diameter_mm", 24.5}, {"crispness", 4}, {"aroma", 2}}, "B", "Aroma 2, Class A asks at least 3"},
        {"wagyu", "marbling", {{"marbling", 9}, {"meat_colour", 4}, {"texture", 5}, {"fat_colour", 5}}, "4", "Colour of fat (BFS) 5, Grade 5 asks at most 4"},
    };
    for (auto const& c : cases) {
        auto const g = grading(c.pack);
        auto const* scheme = g.find(c.scheme);
        ASSERT_TRUE(scheme) << c.scheme;
        auto const graded = grade(*scheme, c.values);
        ASSERT_TRUE(graded) << graded.error().message;
        EXPECT_EQ(scheme->grades[graded->grade].code, c.grade) << c.reason;
        auto const why = reasons(*scheme, *graded, Tongue::english);
        EXPECT_EQ(why.front(), c.reason);
    }
}

TEST(Grade, SaysWhyInChineseToo) {
    auto const g = grading("caviar");
    auto const* s = g.find("middle_egg");
    auto const graded = grade(*s, {{"egg_mm", 2.7}, {"broken", 1}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}});
    ASSERT_TRUE(graded);
    EXPECT_EQ(reasons(*s, *graded, Tongue::chinese), (std::vector<std::string>{"卵径 2.7 mm，皇家级 要求不低于 2.8 mm", "未评卵径变异"}));
}

TEST(Grade, RefusesWhatCannotBe) {
    auto const g = grading("caviar");
    auto const* s = g.find("middle_egg");
    Values const good{{"egg_mm", 2.7}, {"broken", 1}, {"colour", 5}, {"firmness", 4}, {"taste", 4.5}, {"smell", 5}};
    auto const with = [&](char const* key, double v) {
        auto values = good;
        values[key] = v;
        auto const graded = grade(*s, values);
        return graded ? Refusal{} : graded.error();
    };
    EXPECT_EQ(with("egg_mm", 27).code, "attribute_range");
    EXPECT_EQ(with("taste", 4.3).code, "attribute_range");
    EXPECT_EQ(with("taste", std::numeric_limits<double>::quiet_NaN()).code, "attribute_range");
    EXPECT_EQ(with("shine", 3).code, "attribute_unknown");
    auto without = good;
    without.erase("smell");
    EXPECT_EQ(grade(*s, without).error().code, "attribute_missing");
    EXPECT_EQ(grade(*s, without).error().at, "smell");
}

TEST(Grade, MarginOfAPortion) {
    auto const g = grading("caviar");
    auto const* p = g.portion("ice_cream");
    ASSERT_TRUE(p);
    auto const answer = margin_of(*p, *g.find(p->scheme), g.price_minor_per_kg.at("middle_egg"));
    ASSERT_EQ(answer.grades.size(), 4u);
    // 3 g with 3 % lost are 3.0928 g; at 2,200 yuan a kilogram 6.80 yuan; parts 8.40 yuan; 39 - 6.80 - 8.40 = 23.80.
    auto const& entry = answer.grades[3];
    EXPECT_EQ(entry.goods_minor, 680);
    EXPECT_EQ(entry.parts_minor, 840);
    EXPECT_EQ(entry.margin_minor, 2380);
    EXPECT_EQ(answer.best, "4");
    EXPECT_FALSE(answer.grades[0].allowed);
    EXPECT_EQ(answer.pays_below_minor_per_kg, 989400);   // 30.60 yuan / 3.0928 g
}

TEST(Grade, APackIsHeldAgainstItsShape) {
    struct Bad { char const* from; char const* to; char const* code; char const* key; };
    Bad const cases[] = {
        {"decide: lowest", "decide: coin", "pack_value_type", "grading.schemes[0].decide"},
        {"limits: {\"1\": 3.2, \"2\": 3.0", "limits: {\"1\": 3.0, \"2\": 3.2", "pack_order", "grading.schemes[0].attributes[0].limits"},
        {"limits: {\"1\": 3.2", "limits: {\"9\": 3.2", "pack_code_unknown", "grading.schemes[0].attributes[0].limits.9"},
        {"\"3\": 2.8}}", "\"3\": 2.8, \"4\": 2}}", "pack_order", "grading.schemes[0].attributes[0].limits.4"},
        {"camera: diameter_mm", "camera: weight", "pack_code_unknown", "grading.schemes[0].attributes[0].camera"},
        {"species: [DAU, HUS]", "species: [DAU, CARP]", "pack_code_unknown", "grading.schemes[0].species"},
        {"kind: measured, better: more, from: 1.5", "kind: measured, better: more, from: 9", "pack_order", "grading.schemes[0].attributes[0]"},
        {"code: middle_egg", "code: large_egg", "pack_code_twice", "grading.schemes[1]"},
        {"grams: 3\n", "grams: heavy\n", "pack_value_type", "uses[0].grams"},
        {"grades: [\"2\", \"3\", \"4\"]", "grades: [\"2\", \"7\"]", "pack_code_unknown", "uses[0].grades"},
        {"basis: Trade names", "bases: Trade names", "pack_key_missing", "grading.schemes[0].basis"},
    };
    for (auto const& c : cases) {
        auto text = pack("caviar");
        auto const at = text.find(c.from);
        ASSERT_NE(at, std::string::npos) << c.from;
        text.replace(at, std::string_view{c.from}.size(), c.to);
        auto const read = read_grading(text);
        ASSERT_FALSE(read) << c.to;
        EXPECT_EQ(read.error().code, c.code) << c.to << ": " << read.error().message;
        EXPECT_NE(read.error().at.find(std::string{": "} + c.key), std::string::npos) << read.error().at << " " << c.to;
        EXPECT_EQ(read.error().at.substr(0, 5), "line ");
    }
}

} // namespace
} // namespace osetra::quality
