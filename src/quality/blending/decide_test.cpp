#include "quality/blending/decide.h"

#include <map>

#include <gtest/gtest.h>

#include "kernel/json.h"
#include "quality/blending/tell.h"
#include "trace/engine/validate.h"

namespace osetra::quality {
namespace {

Instant day(int n) { return Instant{std::chrono::sys_days{std::chrono::March / 1 / 2026} + std::chrono::days{n}}; }
FactId root(std::uint8_t n) { return *Uuid::parse("01234567-89ab-7def-8123-4567890000" + std::string{"0123456789abcdef"[n / 16], "0123456789abcdef"[n % 16]}); }

/// A1: 10 bags of 20 kg, of which 6 went into blend B1 (root 10). A2: loose, 50 kg, on hold. O1: of another product. L1 is a lot of the plant.
struct Shelf : Stock {
    std::optional<GoodsLot> lot(std::string const& name, FactId const& without) override {
        std::map<std::string, GoodsLot> const all{{"A1", {root(1), "A1", "tencha", "OKU", day(1), 200'000'000, 20'000'000, 12'800, "CNY", {"colour=8±0.2"}, {}, false}},
                                                  {"A2", {root(2), "A2", "tencha", "YAB", day(2), 50'000'000, {}, 9'000, "CNY", {"colour=5"}, {}, false}},
                                                  {"A3", {root(3), "A3", "tencha", "YAB", day(9), 50'000'000, {}, {}, "CNY", {}, {}, false}},
                                                  {"B1", {root(10), "B1", "tencha", "", day(5), 120'000'000, {}, {}, "CNY", {}, {}, true}}};
        auto const found = all.find(name);
        return found == all.end() || found->second.root == without ? std::nullopt : std::optional{found->second};
    }
    LotTaken taken(std::string const& lot, FactId const& without) override {
        if (lot != "A1" || without == root(10)) return {};
        return {6, 120'000'000, 120'000'000, day(5), "B1"};
    }
    std::string told_by(FactId const& r) override { return r == root(1) ? "A1" : r == root(2) ? "A2" : r == root(10) ? "B1" : ""; }
    std::optional<BlendPlanned> plan(std::string const& name) override {
        if (name != "P1") return std::nullopt;
        return BlendPlanned{"P1", "tencha", {"A1=2 x 20 kg", "A2=10 kg"}, {"colour=6..8@7"}, {"colour=7.4±0.2"}, {}, {}, 0.93, {}};
    }
    bool plant_knows(std::string const& lot) override { return lot == "L1"; }
    Result<Done> plants_product_may_be_blended() override { return refuse("blending_forbidden", "no"); }
    bool knows_tasting(std::string const& name) override { return name == "T26-001"; }
    std::map<std::string, std::string> held() override { return hold ? std::map<std::string, std::string>{{"A2", "H26-00001, residue"}} : std::map<std::string, std::string>{}; }
    bool hold = true;
};

struct Case {
    char const *kind, *body;
    int on_day;
    char const *told, *witnessed;
};
std::string outcome(Fact fact, bool witnessed, Shelf& shelf) {
    auto body = blending_body_of(fact.kind, fact.body);
    complete(body, shelf, fact.root());
    auto const may = judge_blending(fact, body, shelf, witnessed);
    return may ? "ok" : may.error().code;
}
Fact fact_of(char const* kind, char const* body, int on_day, std::uint8_t n = 40) {
    Fact f;
    f.id = root(n);
    f.kind = kind;
    f.happened_at = day(on_day);
    f.body = body;
    return f;
}

TEST(BlendingDecide, WhatIsTakenAndWhatIsRefused) {
    for (auto const& c : {
             Case{"lot_received", R"({"lot":"N","product":"tencha","amount_mg":100000000,"bag_mg":20000000,"price_minor":9000,"attributes":["colour=7±0.3","umami=6"]})", 3, "ok", "ok"},
             {"lot_received", R"({"lot":"N,1","product":"tencha","amount_mg":1,"attributes":[]})", 3, "name_malformed", "name_malformed"},
             {"lot_received", R"({"lot":"N","product":"jam","amount_mg":1,"attributes":[]})", 3, "product_not_found", "product_not_found"},
             {"lot_received", R"({"lot":"N","product":"caviar","amount_mg":1000,"attributes":[]})", 3, "ok", "ok"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":0,"attributes":[]})", 3, "weight_unlikely", "weight_unlikely"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":5,"bag_mg":6,"attributes":[]})", 3, "weight_unlikely", "weight_unlikely"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":5,"price_minor":-1,"attributes":[]})", 3, "price_malformed", "price_malformed"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":5,"price_minor":1,"currency":"Y","attributes":[]})", 3, "currency_malformed", "currency_malformed"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":5,"attributes":["colour"]})", 3, "score_malformed", "score_malformed"},
             {"lot_received", R"({"lot":"N","product":"tencha","amount_mg":5,"attributes":["colour=1","colour=2"]})", 3, "name_twice", "name_twice"},
             {"lot_received", R"({"lot":"A1","product":"tencha","amount_mg":5,"attributes":[]})", 3, "lot_exists", "ok"},
             {"lot_received", R"({"lot":"L1","product":"tencha","amount_mg":5,"attributes":[]})", 3, "lot_exists", "ok"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":["A1=99","A2=10 kg"],"target":["colour=6..8@7"],"promised":[]})", 3, "ok", "ok"},
             {"blend_plan", R"({"plan":"P2","product":"caviar","components":["A1=99"],"target":[],"promised":[]})", 3, "blending_forbidden", "blending_forbidden"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":[],"target":[],"promised":[]})", 3, "list_empty", "list_empty"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":["A1=1"],"target":["colour=8..6"],"promised":[]})", 3, "target_malformed", "target_malformed"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":["A1=1"],"target":["colour=6..8@9"],"promised":[]})", 3, "target_malformed", "target_malformed"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":["A1=1"],"target":[],"promised":[],"within":1.2})", 3, "share_malformed", "share_malformed"},
             {"blend_plan", R"({"plan":"P2","product":"tencha","components":["A2=1"],"target":[],"promised":[]})", 3, "bag_missing", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=4"],"target":[],"promised":[]})", 6, "ok", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=5"],"target":[],"promised":[]})", 6, "more_than_there", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=80.000001 kg"],"target":[],"promised":[]})", 6, "more_than_there", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=2 x 25 kg"],"target":[],"promised":[]})", 6, "bag_differs", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=a few"],"target":[],"promised":[]})", 6, "component_malformed", "component_malformed"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=0"],"target":[],"promised":[]})", 6, "weight_unlikely", "weight_unlikely"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=1","A1=2"],"target":[],"promised":[]})", 6, "name_twice", "name_twice"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=1"],"lost_mg":20000000,"target":[],"promised":[]})", 6, "weight_unlikely", "weight_unlikely"},
             {"blend", R"({"lot":"B2","components":["A1=1"],"target":[],"promised":[]})", 6, "product_not_found", "product_not_found"},
             {"blend", R"({"lot":"B2","product":"caviar","components":["A1=1"],"target":[],"promised":[]})", 6, "blending_forbidden", "blending_forbidden"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["L1=1 kg"],"target":[],"promised":[]})", 6, "blending_forbidden", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["X=1 kg"],"target":[],"promised":[]})", 6, "lot_not_found", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["X=1"],"target":[],"promised":[]})", 6, "lot_not_found", "component_malformed"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A2=1 kg"],"target":[],"promised":[]})", 6, "lot_on_hold", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A3=1 kg"],"target":[],"promised":[]})", 6, "lot_comes_after", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["B1=1 kg"],"target":[],"promised":[]})", 5, "lot_comes_after", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["B1=1 kg"],"target":[],"promised":[]})", 6, "ok", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["B2=1 kg"],"target":[],"promised":[]})", 6, "lot_in_itself", "ok"},
             {"blend", R"({"lot":"A1","product":"tencha","components":["A3=1 kg"],"target":[],"promised":[]})", 12, "lot_exists", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","plan":"P9","components":["A1=1"],"target":[],"promised":[]})", 6, "plan_not_found", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=1"],"target":[],"promised":[],"tasting":"T26-002"})", 6, "tasting_not_found", "ok"},
             {"blend", R"({"lot":"B2","product":"tencha","components":["A1=1"],"target":[],"promised":[],"tasting":"T26-001"})", 6, "ok", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","bags":4,"party":"SHOP","price_minor":9000})", 6, "ok", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","bags":5,"party":"SHOP"})", 6, "more_than_there", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","amount_mg":80000000,"party":"SHOP"})", 6, "ok", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","amount_mg":80000001,"party":"SHOP"})", 6, "more_than_there", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","bags":1,"amount_mg":25000000,"party":"SHOP"})", 6, "bag_differs", "ok"},
             {"goods_out", R"({"lot":"A1","cause":"sold","bags":1})", 6, "party_missing", "party_missing"},
             {"goods_out", R"({"lot":"A1","cause":"lost","bags":1,"party":"SHOP"})", 6, "word_unknown", "word_unknown"},
             {"goods_out", R"({"lot":"A1","cause":"eaten","bags":1})", 6, "word_unknown", "word_unknown"},
             {"goods_out", R"({"lot":"A1","cause":"lost"})", 6, "weight_unlikely", "weight_unlikely"},
             {"goods_out", R"({"lot":"A2","cause":"lost","bags":1})", 6, "bag_missing", "bag_missing"},
             {"goods_out", R"({"lot":"A2","cause":"lost","amount_mg":1000000})", 6, "ok", "ok"},
             {"goods_out", R"({"lot":"A2","cause":"used","amount_mg":1000000})", 6, "lot_on_hold", "ok"},
             {"goods_out", R"({"lot":"A3","cause":"lost","amount_mg":1000000})", 6, "lot_comes_after", "ok"},
             {"goods_out", R"({"lot":"L1","cause":"lost","amount_mg":1000000})", 6, "lot_not_found", "ok"},
             {"goods_out", R"({"lot":"X","cause":"lost","bags":1})", 6, "lot_not_found", "weight_unlikely"},
         }) {
        Shelf shelf;
        EXPECT_EQ(outcome(fact_of(c.kind, c.body, c.on_day), false, shelf), c.told) << c.body;
        EXPECT_EQ(outcome(fact_of(c.kind, c.body, c.on_day), true, shelf), c.witnessed) << "witnessed: " << c.body;
    }
}

TEST(BlendingDecide, ACorrectionLeavesEnoughForWhatWasTaken) {
    struct Mended { std::uint8_t root; char const *kind, *body; int on_day; char const* told; };
    for (auto const& c : {
             Mended{1, "lot_received", R"({"lot":"A1","product":"tencha","amount_mg":120000000,"bag_mg":20000000,"attributes":[]})", 1, "ok"},
             {1, "lot_received", R"({"lot":"A1","product":"tencha","amount_mg":119999999,"bag_mg":20000000,"attributes":[]})", 1, "more_than_there"},
             {1, "lot_received", R"({"lot":"A1","product":"tencha","amount_mg":200000000,"bag_mg":25000000,"attributes":[]})", 1, "bag_differs"},
             {1, "lot_received", R"({"lot":"A1","product":"tencha","amount_mg":200000000,"bag_mg":20000000,"attributes":[]})", 5, "ok"},
             {1, "lot_received", R"({"lot":"A1","product":"tencha","amount_mg":200000000,"bag_mg":20000000,"attributes":[]})", 6, "lot_comes_after"},
             {1, "lot_received", R"({"lot":"A9","product":"tencha","amount_mg":200000000,"bag_mg":20000000,"attributes":[]})", 1, "lot_used"},
             {1, "lot_received", R"({"lot":"A1","product":"caviar","amount_mg":200000000,"bag_mg":20000000,"attributes":[]})", 1, "lot_used"},
             {2, "lot_received", R"({"lot":"A8","product":"tencha","amount_mg":1,"attributes":[]})", 1, "ok"},
             {10, "blend", R"({"lot":"B1","product":"tencha","components":["A1=10"],"target":[],"promised":[]})", 5, "ok"},
             {10, "blend", R"({"lot":"B1","product":"tencha","components":["A1=11"],"target":[],"promised":[]})", 5, "more_than_there"},
             {10, "blend", R"({"lot":"B1","product":"tencha","components":["A1=6","A2=1 kg"],"target":[],"promised":[]})", 5, "ok"},
             {10, "blend", R"({"lot":"B1","product":"tencha","components":["A1=6"],"target":[],"promised":[]})", 0, "lot_comes_after"},
         }) {
        Shelf shelf;
        auto fact = fact_of(c.kind, c.body, c.on_day);
        fact.act = FactAct::correct;
        fact.corrects = root(c.root);
        EXPECT_EQ(outcome(fact, false, shelf), c.told) << c.body;
    }
    Shelf shelf;
    EXPECT_EQ(may_be_withdrawn(root(1), shelf).error().code, "lot_used");
    EXPECT_TRUE(may_be_withdrawn(root(2), shelf));
    EXPECT_TRUE(may_be_withdrawn(root(10), shelf));
}

TEST(BlendingDecide, APlanFillsWhatWasLeftOut) {
    Shelf shelf;
    shelf.hold = false;
    auto body = blending_body_of("blend", R"({"lot":"B2","plan":"P1","components":[],"target":[],"promised":[]})");
    complete(body, shelf, root(40));
    auto const& made = std::get<BlendMade>(body);
    EXPECT_EQ(made.product, "tencha");
    EXPECT_EQ(made.components, (std::vector<std::string>{"A1=2 x 20 kg", "A2=10 kg"}));
    EXPECT_EQ(made.promised, (std::vector<std::string>{"colour=7.4±0.2"}));
    EXPECT_EQ(made.cost_minor, 40 * 12'800 + 10 * 9'000);
    auto const lot = lot_of(root(40), day(6), made);
    EXPECT_EQ(lot.amount_mg, 50'000'000);
    EXPECT_EQ(lot.price_minor, (40 * 12'800 + 10 * 9'000) / 50);
}

TEST(BlendingDecide, ComponentsAreReadAsPeopleWriteThem) {
    struct Read { char const *text, *kept; };
    for (auto const& c : {Read{"A1=10", "A1=10"}, {"A1=10x20kg", "A1=10 x 20 kg"}, {"A1 = 10 × 20 kg", "A1=10 x 20 kg"}, {"A1=12.5kg", "A1=12.5 kg"}, {"A1=3 x 500 g", "A1=3 x 0.5 kg"}, {"春1=2", "春1=2"}}) {
        auto const read = parse_components({c.text});
        ASSERT_TRUE(read) << c.text << ": " << read.error().message;
        EXPECT_EQ(component_text(read->front()), c.kept);
    }
    for (auto const* text : {"A1", "=3", "A1=", "A1=x", "A1=3 x", "A1=3 m", "A1=-2"}) EXPECT_FALSE(parse_components({text})) << text;
}

struct Allotted : trace::Numbers {
    std::map<std::string, std::int64_t> all;
    std::int64_t place(std::string const& what) override { return all.try_emplace(what, all.size() + 1).first->second; }
    std::int64_t article(std::string const& what) override { return place(what); }
};

TEST(BlendingTell, ABlendIsATransformationThatTheStandardKnows) {
    Allotted numbers;
    trace::Naming const names{trace::demonstration_identity(1234, "Tea"), numbers};
    trace::Document document;
    auto const tell = [&](char const* kind, char const* body) {
        auto const fact = fact_of(kind, body, 6);
        auto events = blending_events_of(fact, blending_body_of(kind, body), names, {});
        document.events.insert(document.events.end(), events.begin(), events.end());
        return events;
    };
    EXPECT_EQ(tell("lot_received", R"({"lot":"A1","product":"tencha","amount_mg":100000000,"supplier":"Hill","attributes":[],"made_on":"2026-02-01"})").size(), 1u);
    EXPECT_EQ(tell("blend_plan", R"({"plan":"P","product":"tencha","components":["A1=1"],"target":[],"promised":[]})").size(), 0u);
    auto const made = tell("blend", R"({"lot":"B1","product":"tencha","components":["A1=2 x 20 kg","A2=10 kg"],"lost_mg":500000,"target":[],"promised":[],"tasting":"T26-001"})");
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made.front().name, "TransformationEvent");
    EXPECT_EQ(made.front().find("inputQuantityList")->children.size(), 2u);
    EXPECT_EQ(made.front().find("inputQuantityList")->children[0].value("quantity"), "40");
    EXPECT_EQ(made.front().find("outputQuantityList")->children[0].value("quantity"), "49.5");
    EXPECT_EQ(made.front().find("outputQuantityList")->children[0].value("epcClass"), names.lot(trace::Article::goods, "tencha", "B1"));
    for (auto const& finding : trace::validate(document)) EXPECT_TRUE(finding.hint) << finding.at << ": " << finding.message;
}

} // namespace
} // namespace osetra::quality
