#include "quality/grading/decide.h"

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "quality/grading/answers.h"

namespace osetra::quality {
namespace {

class Books final : public Graders {
public:
    bool knows_lot(std::string const& lot) override { return lot == "L1"; }
    bool has_medium(std::string const& sha256) override { return sha256[0] == 'a'; }
    Scheme const* scheme(std::string const& code) override { return all_gradings().find(code); }
};

std::string const there(64, 'a'), gone(64, 'b');
TrayPhotographed photo() { return {"L1", there, there, 400, 360, 8, 2'900, 2'880, 2'920, 150, {}, {}, {}, 3, "sure"}; }

TEST(Grading, MeasuredLotsAreTheLastDecisionOfEachLotInOrder) {
    auto const decided = [](std::string lot, int day, std::vector<std::string> values, std::string scheme = "middle_egg") {
        return Of<GradeDecided>{{}, Instant{std::chrono::days{day}}, "ann", {std::move(lot), std::move(scheme), "2", std::move(values), {}, {}}};
    };
    auto const& scheme = *all_gradings().find("middle_egg");
    auto const series = measured_lots(scheme, {decided("L1", 1, {"egg_mm=2.8", "taste=4"}), decided("L2", 2, {"egg_mm=2.9"}), decided("L3", 3, {"egg_mm=3.3"}, "large_egg"), decided("L1", 4, {"egg_mm=3"})});
    ASSERT_EQ(series.size(), 1u);   // one lot with a taste is no series; L3 is of another scheme
    auto const& egg = series.at("egg_mm");
    ASSERT_EQ(egg.size(), 2u);
    EXPECT_EQ(egg[0].lot, "L2");
    EXPECT_EQ(egg[1].lot, "L1");
    EXPECT_EQ(egg[1].value, 3);
}

struct Case { GradingBody body; char const* code; };
TEST(Grading, WhatMayBeTold) {
    auto wrong_photo = photo();
    wrong_photo.measured = 500;
    auto lost_photo = photo();
    lost_photo.overlay_sha256 = gone;
    Case const cases[] = {
        {GradeScored{"L1", "middle_egg", {"taste=4.5", "smell=4"}, {}}, ""},
        {GradeScored{"", "middle_egg", {"taste=4.5"}, {}}, "name_malformed"},
        {GradeScored{"L1", "eggs", {"taste=4.5"}, {}}, "scheme_not_found"},
        {GradeScored{"L1", "middle_egg", {"taste: good"}, {}}, "score_malformed"},
        {GradeScored{"L1", "middle_egg", {"taste=4", "taste=5"}, {}}, "score_malformed"},
        {GradeScored{"L1", "middle_egg", {}, {}}, "score_malformed"},
        {GradeScored{"L1", "middle_egg", {"shine=4"}, {}}, "attribute_unknown"},
        {GradeScored{"L1", "middle_egg", {"taste=9"}, {}}, "attribute_range"},
        {GradeScored{"L2", "middle_egg", {"taste=4"}, {}}, "lot_not_found"},
        {photo(), ""},
        {wrong_photo, "number_unlikely"},
        {lost_photo, "media_missing"},
        {GradeDecided{"L1", "middle_egg", "2", {"egg_mm=2.9"}, "2", {}}, ""},
        {GradeDecided{"L1", "middle_egg", "7", {}, {}, {}}, "grade_unknown"},
        {GradeDecided{"L1", "middle_egg", "3", {}, "2", {}}, "reason_missing"},
        {GradeDecided{"L1", "middle_egg", "3", {}, "2", "the smell fades"}, ""},
        {GradePriced{"middle_egg", "2", 620'000, "CNY"}, ""},
        {GradePriced{"middle_egg", "2", -1, "CNY"}, "price_malformed"},
        {GradePriced{"middle_egg", "2", 1, "yuan"}, "currency_malformed"},
    };
    Books books;
    int n = 0;
    for (auto const& c : cases) {
        auto const may = judge_grading(Fact{}, c.body, books, false);
        EXPECT_EQ(may ? "" : may.error().code, c.code) << "case " << n;
        ++n;
    }
    EXPECT_TRUE(judge_grading(Fact{}, cases[8].body, books, true));   // witnessed: the book is not asked
}

TEST(Grading, WhatIsKnownOfALotIsTheCameraAndTheMeanOfTheGraders) {
    auto const& scheme = *all_gradings().find("middle_egg");
    std::vector<Of<GradeScored>> told{{{}, {}, "ann", {"L1", "middle_egg", {"taste=3", "egg_mm=3.4"}, {}}}, {{}, {}, "bo", {"L1", "middle_egg", {"taste=4"}, {}}}, {{}, {}, "ann", {"L1", "middle_egg", {"taste=4.5", "egg_mm=3.4"}, {}}}};
    auto const values = joined_values(scheme, last_scores(told), photo());
    EXPECT_EQ(values.at("taste"), 4.5);              // 4.25 to the half point
    EXPECT_EQ(values.at("egg_mm"), 2.9);
    EXPECT_EQ(values.at("broken"), 2);
    EXPECT_FALSE(values.contains("smell"));
}

TEST(Grading, AGradersOwnGradeIsOfScoresAlone) {
    auto const& scheme = *all_gradings().find("middle_egg");
    EXPECT_EQ(own_grade(scheme, {{"taste", 3.5}, {"smell", 5}, {"egg_mm", 1.6}}), 1u);
    EXPECT_FALSE(own_grade(scheme, {{"egg_mm", 3.1}}));
}

TEST(Grading, ThePanelsPastTeaches) {
    auto const& scheme = *all_gradings().find("middle_egg");
    std::vector<Of<GradeDecided>> decided;
    for (int i = 0; i < 120; ++i) {
        auto const egg = 2.5 + 0.006 * i, taste = 3 + 0.5 * (i * 7 % 5);
        auto const hidden = egg * 3 + taste * 0.4 + 0.35 * (i * 13 % 7 - 3) / 3.;
        auto const* grade = hidden > 10.9 ? "1" : hidden > 10.2 ? "2" : hidden > 9.5 ? "3" : "4";
        decided.push_back({{}, {}, "ann", {"L" + std::to_string(i), "middle_egg", grade, {"egg_mm=" + std::to_string(egg), "taste=" + std::to_string(taste)}, {}, {}}});
    }
    auto const model = learn_panel(scheme, decided);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->attributes, (std::vector<std::string>{"egg_mm", "taste"}));
    auto const good = model->probabilities(scheme, {{"egg_mm", 3.2}, {"taste", 5}}), poor = model->probabilities(scheme, {{"egg_mm", 2.5}, {"taste", 3}});
    EXPECT_GT(good[0], 0.8);
    EXPECT_GT(poor[3], 0.8);
    EXPECT_TRUE(model->probabilities(scheme, {{"egg_mm", 3.2}}).empty());
    EXPECT_LT(model->calibration.brier, model->calibration.brier_base);
    decided.resize(10);
    EXPECT_EQ(learn_panel(scheme, decided).error().code, "ordinal_too_few");
}

} // namespace
} // namespace osetra::quality
