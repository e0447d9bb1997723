#include "farm/events.h"

#include <gtest/gtest.h>
#include <map>

#include "trace/engine/make.h"
#include "trace/engine/validate.h"

namespace osetra::farm {
namespace {

struct Allotted : trace::Numbers {
    std::map<std::string, std::int64_t> places, articles;
    std::int64_t place(std::string const& what) override { return places.try_emplace(what, places.size() + 1).first->second; }
    std::int64_t article(std::string const& what) override { return articles.try_emplace(what, articles.size() + 1).first->second; }
};

/// Two pools at one site, one cohort with parents, fish 1 in P1 and fish 2 in P2; P1 is fed lot A.
struct Farm : Around {
    SiteRegistered s{{"S"}, "Lake", {}, {}, {}, {}, {}};
    PoolRegistered p1{{"P1"}, {"S"}, "pool", {}, {}, {}, {}, {}, {}, {}, {}, {}}, p2{{"P2"}, {"S"}, "cage", {}, {}, {}, {}, {}, {}, {}, {}, {}};
    CohortRegistered c{{"C"}, "BAE", 2022, FarmDay{19'100}, {}, {}, "156000000000041, F-107", "F-9"};
    bool mixed = false;
    SiteRegistered const* site(SiteId const&) override { return &s; }
    PoolRegistered const* pool(PoolId const& p) override { return p.text == "P1" ? &p1 : p.text == "P2" ? &p2 : nullptr; }
    CohortRegistered const* cohort(CohortId const& id) override { return id.text == "C" ? &c : nullptr; }
    std::optional<Whereabouts> fish_before(FishId f, Instant) override {
        if (f.n > 2) return std::nullopt;
        return Whereabouts{PoolId{f.n == 1 ? "P1" : "P2"}, {"C"}};
    }
    std::vector<CohortId> cohorts_in(PoolId const&, Instant) override { return mixed ? std::vector<CohortId>{{"C"}, {"D"}} : std::vector<CohortId>{{"C"}}; }
    std::optional<std::string> feed_before(PoolId const&, Fact const&) override { return "A"; }
};

struct Told : ::testing::Test {
    Allotted numbers;
    Farm farm;
    trace::Naming names{trace::demonstration_identity(1234, "Farm"), numbers};
    std::vector<trace::Node> of(Body const& body) {
        Fact fact;
        fact.id = *Uuid::parse("01234567-89ab-7def-8123-456789abcdef");
        fact.happened_at = start_of(FarmDay{19'110}, {});
        auto events = events_of(fact, body, names, farm, {});
        trace::Document document;
        document.events = events;
        for (auto const& finding : trace::validate(document)) EXPECT_TRUE(finding.hint) << body.index() << " " << finding.at << ": " << finding.message;
        return events;
    }
    static std::string step(trace::Node const& event) {
        auto const text = std::string{event.value("bizStep")};
        return text.substr(text.find_last_of(":-") + 1);
    }
};

TEST_F(Told, EachKindAsTheStandardWantsIt) {
    struct Case {
        char const* what;
        Body body;
        std::vector<std::string> steps;
    };
    std::optional<PoolId> const p1 = PoolId{"P1"};
    std::optional<CohortId> const c = CohortId{"C"};
    std::optional<Heads> const ten = Heads{10};
    Case const cases[] = {
        {"a site", SiteRegistered{{"S"}, "Lake", {}, {}, {}, {}, {}}, {}},
        {"hatched", Stocked{{"P1"}, {"C"}, {42'000}, {}, {}, {}, "own spawning"}, {"hatching"}},
        {"fish of nobody knows which cohort", Stocked{{"P1"}, {"X"}, {10}, {}, {}, {}, {}}, {"commissioning"}},
        {"heads moved", Moved{p1, {"P2"}, c, ten, {}, {}, {}}, {"stocking"}},
        {"fish moved from two pools", Moved{{}, {"P1"}, {}, {}, {FishId{1}, FishId{2}}, {}, {}}, {"stocking", "stocking"}},
        {"regrouped", Regrouped{{"P1"}, {"C"}, {"D"}, {3}}, {"creating_class_instance"}},
        {"tagged", Tagged{FishId{1}, {"P1"}, {"C"}, {}, {}, "female", {}}, {"creating_class_instance", "installing"}},
        {"bought with a tag", Tagged{FishId{1}, {"P1"}, {"C"}, {}, {}, {}, true}, {"commissioning", "installing"}},
        {"a new tag", Retagged{FishId{1}, FishId{9}}, {"removing", "installing"}},
        {"dead heads", Died{p1, c, ten, {}, "disease", {}}, {"decommissioning"}},
        {"dead fish of two pools", Died{{}, {}, {}, {FishId{1}, FishId{2}}, "disease", {}}, {"decommissioning", "decommissioning"}},
        {"a dead fish that nobody knows", Died{{}, {}, {}, {FishId{7}}, "disease", {}}, {"decommissioning"}},
        {"escaped", Escaped{p1, c, ten, {}, {}}, {"decommissioning"}},
        {"a round with dead", RoundDone{{"P1"}, ten, c, "disease", {}, {}, {}, {}}, {"decommissioning"}},
        {"a round", RoundDone{{"P1"}, Heads{0}, {}, {}, Milligrams{5}, MilliCelsius{15'000}, 9'000, {}}, {}},
        {"fewer by explanation", Adjusted{{"P1"}, {"C"}, {-3}, "theft", {}, {}}, {"decommissioning"}},
        {"more by explanation", Adjusted{{"P1"}, {"C"}, {3}, "wrong_entry", {}, {}}, {"commissioning"}},
        {"the count was wrong", Adjusted{{"P1"}, {"C"}, {0}, "miscount", {}, {}}, {}},
        {"harvested for roe, each apart", Harvested{{}, {}, {}, {FishId{1}, FishId{2}}, {}, "roe"}, {"farmHarvest", "farmHarvest"}},
        {"heads harvested for meat", Harvested{p1, c, ten, {}, {}, "meat"}, {"farmHarvest"}},
        {"sold alive", Harvested{p1, c, ten, {}, {}, "sale"}, {"shipping"}},
        {"counted", Counted{{"P1"}, {38'102}, "camera", Heads{38'093}, Heads{38'111}}, {"stock_taking"}},
        {"the same feed", Fed{{"P1"}, {240'000'000}, "A"}, {}},
        {"other feed", Fed{{"P1"}, {240'000'000}, "FD-2601-77"}, {"dispensing"}},
        {"feed of nobody knows what", Fed{{"P1"}, {240'000'000}, {}}, {}},
        {"medicine", Treated{p1, {}, "salt bath", 0, {}, {}}, {}},
        {"water", WaterMeasured{p1, {}, MilliCelsius{15'000}, {}, {}, {}, {}}, {}},
        {"measured", Measured{FishId{1}, Milligrams{1}, {}, {}, {}, {}, {}}, {}},
    };
    for (auto const& c1 : cases) {
        std::vector<std::string> steps;
        for (auto const& event : of(c1.body)) steps.push_back(step(event));
        EXPECT_EQ(steps, c1.steps) << c1.what;
    }
}

TEST_F(Told, ParentsAreTold) {
    auto const event = of(Stocked{{"P1"}, {"C"}, {42'000}, {}, {}, {}, {}}).front();
    std::vector<std::string> sires;
    for (auto const& field : event.find("ilmd")->children)
        if (field.name == "{https://osetra.example/voc/}sire") sires.push_back(field.text);
    EXPECT_EQ(sires, (std::vector<std::string>{"https://id.gs1.org/8004/9521234F156000000000041", "https://id.gs1.org/8004/9521234F-107"}));
    EXPECT_EQ(event.value("action"), "ADD");
    EXPECT_EQ(event.find("quantityList")->children[0].value("epcClass"), names.lot(trace::Article::live_fish, "BAE", "C"));
}

TEST_F(Told, ACountOfAMixedPoolIsOfNoCohort) {
    EXPECT_EQ(of(Counted{{"P1"}, {5}, "hand", {}, {}}).front().find("quantityList")->children[0].value("epcClass"), names.lot(trace::Article::live_fish, "BAE", "C"));
    farm.mixed = true;
    EXPECT_EQ(of(Counted{{"P1"}, {5}, "hand", {}, {}}).front().find("quantityList")->children[0].value("epcClass"), names.kind(trace::Article::live_fish, ""));
}

TEST_F(Told, PlacesAreMasterData) {
    auto const all = place_vocabularies({farm.s}, {farm.p1, farm.p2}, names);
    ASSERT_EQ(all.size(), 2u);
    auto const& site = all[0].find("VocabularyElementList")->children[0];
    EXPECT_EQ(site.value("id"), names.site("S"));
    EXPECT_EQ(site.find("children")->children.size(), 2u);
    EXPECT_FALSE(company_vocabularies(names).empty());
    EXPECT_EQ(article_vocabularies({"caviar/DAUxSCH", "tin/DAUxSCH/30000", "feed"}, names, caviar_pack())[0].find("VocabularyElementList")->children.size(), 3u);
    trace::Document document;
    document.vocabularies = all;
    EXPECT_TRUE(trace::read_json(trace::write_json(document)));
}

} // namespace
} // namespace osetra::farm
