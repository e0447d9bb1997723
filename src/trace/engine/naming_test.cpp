#include "trace/engine/naming.h"

#include <gtest/gtest.h>
#include <map>

#include "trace/engine/identifiers.h"
#include "trace/engine/make.h"
#include "trace/engine/validate.h"

namespace osetra::trace {
namespace {

struct Counted : Numbers {
    std::map<std::string, std::int64_t> places, articles;
    std::int64_t place(std::string const& what) override { return places.try_emplace(what, places.size() + 1).first->second; }
    std::int64_t article(std::string const& what) override { return articles.try_emplace(what, articles.size() + 1).first->second; }
};

Identity demo() { return demonstration_identity(1234, "Farm"); }

TEST(Naming, IsAsTheWorkedExampleHasIt) {
    Counted numbers;
    Naming const names{demo(), numbers};
    EXPECT_EQ(names.company(), "https://id.gs1.org/417/9521234000013");
    EXPECT_EQ(names.plant(), "https://id.gs1.org/414/9521234000020");
    EXPECT_EQ(names.station("SALT-2"), "https://id.gs1.org/414/9521234000020/254/SALT-2");
    EXPECT_EQ(names.pool("S1", "P-0244"), "https://id.gs1.org/414/9521234000037/254/P-0244");
    EXPECT_EQ(names.lot(Article::live_fish, "DAUxSCH", "DAUxSCH-2017-H03"), "https://id.gs1.org/01/09521234100010/10/DAUxSCH-2017-H03");
    EXPECT_EQ(names.kind(Article::roe, "DAUxSCH"), "https://id.gs1.org/01/09521234100027");
    EXPECT_EQ(names.fish(FishId{900'113'000'017'421}), "https://id.gs1.org/8004/9521234F900113000017421");
    EXPECT_EQ(names.tag(FishId{900'113'000'017'421}), "https://id.gs1.org/8004/9521234PIT900113000017421");
    EXPECT_EQ(names.container("300"), "https://id.gs1.org/00/395212340000003008");
    EXPECT_NE(names.pallet("300"), names.container("300"));   // numbers of pallets are their own
    EXPECT_TRUE(is_sscc(names.pallet("300").substr(names.pallet("300").rfind('/') + 1)));
    EXPECT_EQ(names.container("395212340000003909"), "https://id.gs1.org/00/395212340000003909");
    EXPECT_EQ(names.document("INV-703"), "urn:epcglobal:cbv:bt:9521234000013:INV-703");
}

TEST(Naming, EveryNameIsSoundWhateverTheLengthOfThePrefix) {
    for (std::string const prefix : {"952123", "9521234", "95212345", "952123456", "9521234567"}) {
        Counted numbers;
        auto identity = demo();
        identity.company_prefix = prefix;
        ASSERT_TRUE(check_identity(identity));
        Naming const names{identity, numbers};
        for (auto const& name : {names.company(), names.site("西江"), names.pool("西江", "东塘 1 号池"), names.pool("西江", "A/1"), names.cold_store(), names.fish(FishId{1}), names.tag(FishId{1}),
                                 names.device("a camera whose name is much too long for a key"), names.lot(Article::caviar, "BAE", "20260314-00017421"), names.lot(Article::feed, "", "批号 7"),
                                 names.tin("BAE", 30'000, "00017421001"), names.container("17")}) {
            auto const sound = check_identifier(name, prefix.size());
            EXPECT_TRUE(sound) << name << ": " << sound.error().message;
        }
    }
}

TEST(Naming, ATextThatIsNoSerialGetsAShortNameThatStays) {
    EXPECT_EQ(serial_of("P-0117"), "P-0117");
    EXPECT_EQ(serial_of("A/1 "), serial_of("A/1 "));
    EXPECT_EQ(serial_of("东塘 1 号池").size(), 18u);
    EXPECT_NE(serial_of("东塘 1 号池"), serial_of("东塘 2 号池"));
    EXPECT_EQ(serial_of("A/1"), "A%2F1");
}

struct Case { char const* prefix; char const* country; char const* plant; char const* outcome; };
constexpr Case cases[] = {
    {"9521234", "CN", "CN-ZJ-0007", "good"},
    {"95212", "CN", "CN-ZJ-0007", "company_prefix_malformed"},
    {"95212345678", "CN", "CN-ZJ-0007", "company_prefix_malformed"},
    {"952123A", "CN", "CN-ZJ-0007", "company_prefix_malformed"},
    {"9521234", "cn", "CN-ZJ-0007", "country_malformed"},
    {"9521234", "CN", "CN/7", "plant_code_malformed"},
};
TEST(Identity, IsChecked) {
    for (auto const& c : cases) {
        Identity const i{c.prefix, "Farm", c.country, c.plant, {}, {}, {}};
        auto const verdict = check_identity(i);
        EXPECT_EQ(verdict ? "good" : verdict.error().code, c.outcome) << c.prefix << " " << c.country << " " << c.plant;
    }
}

TEST(Make, AnEventIsAsTheStandardWantsIt) {
    auto const fact = *Uuid::parse("01234567-89ab-7def-8123-456789abcdef");
    EXPECT_EQ(event_id_of(fact, 0), "urn:uuid:70acaf4f-36d9-5296-8b6e-c628778f09dc");   // Python: uuid.uuid5
    auto const at = *parse_instant("2026-03-14T00:13:30.250Z", {});
    EventMaker made{"TransformationEvent", event_id_of(fact, 0), at, {}};
    made.amount("inputQuantityList", "https://id.gs1.org/01/09521234100034/10/L", kilograms(4'620'000), "KGM").amount("outputQuantityList", "https://id.gs1.org/01/09521234100058/10/L", kilograms(5'000'000), "KGM");
    made.transformation("urn:uuid:0980aed6-a81d-57db-96fe-b2312f7e257a").why("commissioning", "in_progress").where("https://id.gs1.org/414/9521234000020/254/SALT-2");
    made.birth(osetra_space, "species", "DAUxSCH").birth(osetra_space, "saltPercent", "3.4", EventMaker::Kind::number);
    Document document;
    document.namespaces = our_namespaces();
    document.creation_date = "2026-03-14T00:13:30Z";
    document.events = {made.take()};
    document.events.push_back(declared_wrong(document.events.front(), at, "did_not_occur", {}));
    for (auto const& finding : validate(document)) EXPECT_TRUE(finding.hint) << finding.at << ": " << finding.message;
    auto const again = read_json(write_json(document));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->events, document.events);
    EXPECT_EQ(document.events.front().value("eventTime"), "2026-03-14T08:13:30.250+08:00");
    EXPECT_EQ(kilograms(162'000), "0.162");
}

} // namespace
} // namespace osetra::trace
