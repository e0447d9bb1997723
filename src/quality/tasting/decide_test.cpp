#include "quality/tasting/decide.h"

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "kernel/sha256.h"

namespace osetra::quality {
namespace {

Design design() { return *make_design({TasteTest::triangle, {"ours", "theirs"}, 3, 1, 7, "salt", {}}); }

/// A tasting that goes on, one that is closed, a panel of two.
struct FakeBook final : TastingBook {
    std::optional<TastingPlanned> tasting(std::string const& name) override {
        if (name != "T1" && name != "T2") return std::nullopt;
        TastingPlanned p;
        p.tasting = name;
        p.seats = 3;
        p.commitment = commitment_of(key_of(design()));
        return p;
    }
    bool is_closed(std::string const& name) override { return name == "T2"; }
    bool is_answered(std::string const&, std::int64_t seat, std::int64_t, std::int64_t) override { return seat == 1; }
    bool has_review(std::string const& review) override { return review == "R1"; }
    std::optional<TasterRegistered> taster(std::string const&, std::string const& name) override {
        if (name == "Li") return TasterRegistered{"Li", "guests", {"milk"}, {}, {}};
        if (name == "Wu") return TasterRegistered{"Wu", "guests", {}, true, {}};
        return std::nullopt;
    }
};

TastingPlanned planned() {
    TastingPlanned p;
    p.tasting = "T3";
    p.title = "dinner";
    p.test = "triangle";
    p.samples = {"ours", "theirs"};
    p.seats = 3;
    p.commitment = std::string(64, 'a');
    return p;
}
template <class F> TastingBody but(F change) {
    auto p = planned();
    change(p);
    return p;
}

std::string refusal(TastingBody const& body, bool witnessed = false, FactAct act = FactAct::tell) {
    FakeBook book;
    Fact fact;
    fact.act = act;
    auto const may = judge(fact, body, book, witnessed);
    return may ? "" : may.error().code;
}

TEST(Tastings, Decisions) {
    struct Row { TastingBody body; char const* refusal; };
    auto const key = key_of(design());
    for (auto const& row : std::vector<Row>{
             {planned(), ""},
             {but([](auto& p) { p.tasting = ""; }), "name_malformed"},
             {but([](auto& p) { p.title = ""; }), "text_too_long"},
             {but([](auto& p) { p.samples = {"a=b", "c"}; }), "name_malformed"},
             {but([](auto& p) { p.test = "tetrad"; }), "taste_test_unknown"},
             {but([](auto& p) { p.samples = {"ours"}; }), "samples_too_few"},
             {but([](auto& p) { p.samples = {"ours", "theirs", "third"}; }), "samples_too_many"},
             {but([](auto& p) { p.samples = {"ours", "ours"}; }), "sample_twice"},
             {but([](auto& p) { p.seats = 0; }), "number_unlikely"},
             {but([](auto& p) { p.rounds = 40; }), "rounds_unlikely"},
             {but([](auto& p) { p.scale_high = 1; }), "number_unlikely"},
             {but([](auto& p) { p.tasters = {"Li"}; }), "number_unlikely"},
             {but([](auto& p) { p.test = "profile"; }), "attribute_missing"},
             {but([](auto& p) { p.lots = {"third=L1"}; }), "name_malformed"},
             {but([](auto& p) { p.commitment = "abc"; }), "sha256_malformed"},
             {but([](auto& p) { p.tasting = "T1"; }), "tasting_exists"},
             {but([](auto& p) { p.panel = "guests"; p.seats = 1; p.tasters = {"Li"}; }), ""},
             {but([](auto& p) { p.panel = "guests"; p.seats = 1; p.tasters = {"Li"}; p.allergens = {"fish", "milk"}; }), "taster_allergic"},
             {but([](auto& p) { p.panel = "guests"; p.seats = 1; p.tasters = {"Wu"}; }), "taster_not_found"},
             {but([](auto& p) { p.panel = "guests"; p.seats = 1; p.tasters = {"Xu"}; }), "taster_not_found"},
             {TasterRegistered{"Li", "guests", {"milk"}, {}, {}}, ""},
             {TasterRegistered{"", "guests", {}, {}, {}}, "name_malformed"},
             {Tasted{"T1", 2, 1, 1, "317", {}, {}}, ""},
             {Tasted{"T1", 2, 1, 1, {}, {}, {}}, "answer_missing"},
             {Tasted{"T1", 2, 1, 1, {}, {"317"}, {}}, "score_malformed"},
             {Tasted{"T1", 2, 1, 1, {}, {"317/sweet=much"}, {}}, "score_malformed"},
             {Tasted{"T1", 2, 99, 1, "317", {}, {}}, "number_unlikely"},
             {Tasted{"T9", 2, 1, 1, "317", {}, {}}, "tasting_not_found"},
             {Tasted{"T2", 2, 1, 1, "317", {}, {}}, "tasting_is_closed"},
             {Tasted{"T1", 4, 1, 1, "317", {}, {}}, "seat_unknown"},
             {Tasted{"T1", 1, 1, 1, "317", {}, {}}, "answer_exists"},
             {TastingClosed{"T1", key}, ""},
             {TastingClosed{"T1", key + " "}, "key_changed"},
             {TastingClosed{"T2", key}, "tasting_is_closed"},
             {TastingClosed{"T9", key}, "tasting_not_found"},
             {Reviewed{"Starlight 星光", 4, 1, 5, {}, "shop", {}, "crisp", "R2"}, ""},
             {Reviewed{"Starlight 星光", 4, 1, 5, {}, "shop", {}, "crisp", "R1"}, "review_exists"},
             {Reviewed{"Starlight 星光", 6, 1, 5, {}, {}, {}, {}, {}}, "number_unlikely"},
             {Reviewed{"Starlight 星光", 4, 5, 5, {}, {}, {}, {}, {}}, "number_unlikely"},
             {Reviewed{"", 4, 1, 5, {}, {}, {}, {}, {}}, "name_malformed"},
             {Reviewed{"Starlight 星光", 4, 1, 5, "", {}, {}, {}, {}}, "text_too_long"}})
        EXPECT_EQ(refusal(row.body), row.refusal);
    EXPECT_EQ(refusal(Tasted{"T9", 2, 1, 1, "317", {}, {}}, true), "");                       // whoever saw it is believed
    EXPECT_EQ(refusal(Tasted{"T2", 2, 1, 1, "317", {}, {}}, false, FactAct::correct), "");
}

TEST(Tastings, ScoresAreReadAsTheyAreWritten) {
    auto const a = answer_of({"T1", 2, 1, 3, {}, {"317/very sweet=7", "482=2"}, {}});
    ASSERT_EQ(a.scores.size(), 1u);
    EXPECT_EQ(a.scores[0].code, "317");
    EXPECT_EQ(a.scores[0].attribute, "very sweet");
    EXPECT_EQ(a.scores[0].score, 7);
    ASSERT_EQ(a.ranks.size(), 1u);
    EXPECT_EQ(a.ranks[0].rank, 2);
    TastingPlanned p;
    p.lots = {"ours=L-2026-04"};
    EXPECT_EQ(lot_of(p, "ours"), "L-2026-04");
    EXPECT_EQ(lot_of(p, "theirs"), "");
}

} // namespace
} // namespace osetra::quality
