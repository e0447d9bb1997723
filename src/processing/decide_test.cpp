#include "processing/decide.h"

#include <gtest/gtest.h>
#include <set>

namespace osetra::processing {
namespace {

using namespace std::chrono_literals;

Instant at(int minute) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::minutes{minute}}; }
constexpr FishId fish{156'010'000'017'421}, taken{156'010'000'017'455}, alive{156'010'000'000'001}, sold{156'010'000'000'002}, ordered{156'010'000'000'003}, weighed{156'010'000'000'004};

/// A plant at minute 60: fish `fish` harvested at minute 0 and being rubbed since 5; lot R is raw, S salted with 100 g tinned, tins T1
/// (1 kg, free), T2 (packed in 7), T3 (opened), T4 (on hold); cases 7 (free), 8 (on pallet 9), 10 (gone),
/// 12 (holds T4).
struct FakePlant : Plant {
    bool code = true;
    std::optional<farm::HarvestOf> harvest_of(FishId f) override {
        if (f == alive || f == ordered) return std::nullopt;
        return farm::HarvestOf{{}, at(0), f == sold ? "sale" : "roe", {"P1"}, {"C"}, "BAE", {}, 10'000'000};
    }
    bool knows_fish(FishId f) override { return f.n % 10 != 9; }
    bool has_plant_code() override { return code; }
    bool knows_species(std::string const& s) override { return s == "BAE" || s == "GUE"; }
    std::optional<Instant> rubbing_of(FishId f) override { return f == taken ? std::optional{at(5)} : std::nullopt; }
    std::optional<std::string> lot_of(FishId f) override { return f == taken ? std::optional<std::string>{"S"} : std::nullopt; }
    std::optional<Lot> lot(std::string const& name) override {
        Lot l{name, taken, "BAE", at(10), 1'000'000, {}, 0, at(5), {}};
        if (name == "R") return l;
        if (name != "S") return std::nullopt;
        l.salted = Salted{"S", Milligrams{35'000}, Milligrams{5'000}, {}, {}, {}, {}, {}};
        l.tinned_mg = 100'000;
        return l;
    }
    std::optional<Tin> tin(std::string const& name) override {
        Tin t{name, "S", "BAE", 1'000'000, at(12), {}, {}, {}};
        if (name == "T1") return t;
        if (name == "T2") t.container = "7";
        else if (name == "T3") t.repacked = "T3";
        else if (name == "T4") t.hold = "roe_too_old";
        else return std::nullopt;
        return t;
    }
    std::optional<Container> container(std::string const& name) override {
        if (name == "7") return Container{"7", {"T2"}, {}, {}, {}};
        if (name == "8") return Container{"8", {"T2"}, {}, "9", {}};
        if (name == "9") return Container{"9", {}, {"8"}, {}, {}};
        if (name == "10") return Container{"10", {"T2"}, {}, {}, "SH-1"};
        if (name == "12") return Container{"12", {"T1", "T4"}, {}, {}, {}};
        if (name == "13") return Container{"13", {}, {"12"}, {}, {}};
        return std::nullopt;
    }
    bool knows_shipment(std::string const& name) override { return name == "SH-1"; }
    std::optional<PartyRegistered> party(std::string const& name) override {
        if (name == "FR") return PartyRegistered{"FR", "Maison", "FR", {}, {}, {}, {}, {}, {}};
        if (name == "HOME") return PartyRegistered{"HOME", "Hotel", "CN", {}, {}, {}, {}, {}, {}};
        return std::nullopt;
    }
    std::optional<Permit> permit(std::string const& name) override {
        PermitGranted p{name, Milligrams{2'000'000}, "BAE", FarmDay{20'600}, "FR", {}};
        if (name == "GOOD") return Permit{p, 1'000'000};
        if (name == "FULL") return Permit{p, 1'000'001};
        if (name == "GUE") { p.species = "GUE"; return Permit{p, 0}; }
        if (name == "OLD") { p.valid_until = FarmDay{20'000}; return Permit{p, 0}; }
        return std::nullopt;
    }
    std::optional<PermitGranted> granted(std::string const& name) override {
        auto const found = permit(name);
        return found ? std::optional{found->granted} : std::nullopt;
    }
    std::optional<InTin> in_tin(std::string const& name) override {
        auto const found = tin(name);
        return found ? std::optional{InTin{found->lot, found->species, found->net_mg}} : std::nullopt;
    }
    std::string country() override { return "CN"; }
    farm::PlantRules const& rules() override { return farm::caviar_pack().plant; }
    bool knows_order(std::string const& order) override { return order == "O1"; }
    std::optional<std::string> order_of(FishId f) override { return f == ordered ? std::optional<std::string>{"O1"} : std::nullopt; }
    bool step_told(FishId f, std::string const& step) override { return f == taken && step == "stun"; }
    std::optional<std::int64_t> ovary_mg(FishId f) override { return f == weighed ? std::optional<std::int64_t>{1'000'000} : std::nullopt; }
    std::optional<MaterialReceived> material(std::string const& batch) override {
        if (batch == "SALT") return MaterialReceived{"SALT", "salt", Milligrams{25'000'000}, {}, {}, {}, {}};
        if (batch == "TINS") return MaterialReceived{"TINS", "tins", {}, 1'000, {}, {}, {}};
        return std::nullopt;
    }
};

struct Case {
    char const* what;
    Body body;
    int minute;
    char const* outcome;   ///< refusal, or "taken", or "taken " and the warning
};
RoeTaken roe(FishId f, std::int64_t ovary, std::int64_t roe_mg, std::int64_t waste, std::optional<std::string> lot = {}) { return {f, std::move(lot), {ovary}, {roe_mg}, Milligrams{waste}, {}, {}}; }
Salted salt(char const* lot, std::int64_t mg, std::int64_t drained = 0) { return {lot, {mg}, Milligrams{drained}, {}, {}, {}, {}, {}}; }
TinClosed tin(char const* name, char const* lot, std::int64_t mg) { return {name, lot, {mg}, {}}; }
CaseClosed box(char const* name, std::vector<std::string> tins, std::vector<std::string> boxes = {}) { return {name, std::move(tins), std::move(boxes), {}}; }
Shipped ship(char const* name, char const* to, std::vector<std::string> boxes, std::optional<std::string> permit = {}) { return {name, to, std::move(boxes), {}, {}, {}, std::move(permit), {}}; }

TEST(Plant, MayItBeTold) {
    Case const cases[] = {
        {"rubbing", RubbingStarted{fish, {}}, 5, "taken"},
        {"of a fish nobody knows", RubbingStarted{FishId{9}, {}}, 5, "fish_not_found"},
        {"of a fish that swims", RubbingStarted{alive, {}}, 5, "fish_not_harvested"},
        {"of a fish that was sold", RubbingStarted{sold, {}}, 5, "fish_not_harvested"},
        {"before the harvest", RubbingStarted{fish, {}}, -1, "order_wrong"},
        {"twice", RubbingStarted{taken, {}}, 6, "rubbing_twice"},
        {"roe", roe(fish, 1'000, 800, 200), 8, "taken rubbing_missing"},
        {"more than the ovary", roe(fish, 1'000, 801, 200), 8, "more_than_ovary"},
        {"of nothing", roe(fish, 1'000, 0, 0), 8, "weight_unlikely"},
        {"a fish is harvested once", roe(taken, 1'000, 800, 0), 8, "roe_taken_before"},
        {"a lot is one fish", roe(fish, 1'000, 800, 0, "R"), 8, "lot_exists"},
        {"a lot with a slash", roe(fish, 1'000, 800, 0, "A/1"), 8, "name_malformed"},
        {"salt, 3 g in 100", salt("R", 31'000), 20, "taken"},
        {"salt, 2.9 g in 100", salt("R", 29'900), 20, "salt_out_of_range"},
        {"salt, 5 g in 100", salt("R", 52'600), 20, "taken"},
        {"salt, 5.1 g in 100", salt("R", 53'800), 20, "salt_out_of_range"},
        {"all ran off", salt("R", 31'000, 1'031'000), 20, "more_drained"},
        {"no such lot", salt("X", 31'000), 20, "lot_not_found"},
        {"salted twice", salt("S", 31'000), 20, "lot_salted"},
        {"before the roe", salt("R", 31'000), 9, "order_wrong"},
        {"a tin", tin("N", "S", 930'000), 20, "taken"},
        {"the last second", tin("N", "S", 100'000), 20, "taken"},
        {"a second late", tin("N", "S", 100'000), 21, "taken roe_too_old"},
        {"more than was salted", tin("N", "S", 936'000), 20, "more_than_salted"},
        {"of raw roe", tin("N", "R", 1'000), 20, "lot_not_salted"},
        {"a second lot into a tin", tin("T1", "S", 1'000), 20, "tin_exists"},
        {"repacked", Repacked{"T1", {"A", "B"}, {500'000}, {}}, 60, "taken"},
        {"more than was in it", Repacked{"T1", {"A", "B"}, {503'000}, {}}, 60, "more_than_tin"},
        {"into one that is full", Repacked{"T1", {"T2"}, {500'000}, {}}, 60, "tin_exists"},
        {"what is packed", Repacked{"T2", {"A"}, {500'000}, {}}, 60, "tin_packed"},
        {"into nothing", Repacked{"T1", {}, {500'000}, {}}, 60, "list_empty"},
        {"one name twice", Repacked{"T1", {"A", "A"}, {5'000}, {}}, 60, "name_twice"},
        {"a case", box("11", {"T1"}), 60, "taken"},
        {"a case by SSCC", box("395212340000003008", {"T1"}), 60, "taken"},
        {"an SSCC misread", box("395212340000003009", {"T1"}), 60, "number_malformed"},
        {"empty", box("11", {}), 60, "list_empty"},
        {"closed before", box("7", {"T1"}), 60, "container_exists"},
        {"in two cases", box("11", {"T2"}), 60, "tin_packed"},
        {"an opened tin", box("11", {"T3"}), 60, "tin_repacked"},
        {"a tin on hold", box("11", {"T4"}), 60, "tin_on_hold"},
        {"no such tin", box("11", {"X"}), 60, "tin_not_found"},
        {"a pallet", box("11", {}, {"7"}), 60, "taken"},
        {"of a case on another", box("11", {}, {"8"}), 60, "container_packed"},
        {"shipped at home", ship("SH-2", "HOME", {"7"}), 60, "taken"},
        {"abroad", ship("SH-2", "FR", {"7"}, "GOOD"), 60, "taken"},
        {"abroad without a permit", ship("SH-2", "FR", {"7"}), 60, "permit_missing"},
        {"one gram more than the permit", ship("SH-2", "FR", {"7"}, "FULL"), 60, "permit_exceeded"},
        {"another species", ship("SH-2", "FR", {"7"}, "GUE"), 60, "permit_species"},
        {"a permit that ran out", ship("SH-2", "FR", {"7"}, "OLD"), 60, "permit_expired"},
        {"somebody else's permit", ship("SH-2", "HOME", {"7"}, "GOOD"), 60, "permit_party"},
        {"no such permit", ship("SH-2", "FR", {"7"}, "X"), 60, "permit_not_found"},
        {"to nobody known", ship("SH-2", "X", {"7"}), 60, "party_not_found"},
        {"gone before", ship("SH-2", "HOME", {"10"}), 60, "container_shipped"},
        {"not closed", ship("SH-2", "HOME", {"99"}), 60, "container_not_found"},
        {"what was put on hold after it was packed", ship("SH-2", "HOME", {"13"}), 60, "shipment_on_hold"},
        {"the same shipment", ship("SH-1", "HOME", {"7"}), 60, "shipment_exists"},
        {"a party", PartyRegistered{"DE", "Haus", "DE", "9521234000013", {}, {}, {}, {}, {}}, 0, "taken"},
        {"a GLN misread", PartyRegistered{"DE", "Haus", "DE", "9521234000014", {}, {}, {}, {}, {}}, 0, "gln_malformed"},
        {"a country in small letters", PartyRegistered{"DE", "Haus", "de", {}, {}, {}, {}, {}, {}}, 0, "country_malformed"},
        {"a permit", PermitGranted{"2026CN-1", {1'000}, "BAE", {}, "FR", {}}, 0, "taken"},
        {"of no species", PermitGranted{"2026CN-1", {1'000}, "XXX", {}, {}, {}}, 0, "code_unknown"},
        {"an ovary of a third of the fish", roe(fish, 3'500'000, 3'000'000, 200'000), 8, "taken rubbing_missing"},
        {"an ovary heavier than that", roe(fish, 3'500'001, 3'000'000, 200'000), 8, "more_than_body"},
        {"an ovary as it was weighed when it was taken", roe(weighed, 1'005'000, 800'000, 100'000), 8, "taken rubbing_missing"},
        {"an ovary that has changed its weight", roe(weighed, 1'005'001, 800'000, 100'000), 8, "ovary_differs"},
        {"a harvest order", HarvestOrdered{"O2", {alive}, {20'000}, FarmDay{19'995}, "L1", {}}, 0, "taken"},
        {"without a day of purging", HarvestOrdered{"O2", {alive}, {20'000}, {}, {}, {}}, 0, "taken purge_unknown"},
        {"four days of purging", HarvestOrdered{"O2", {alive}, {20'000}, FarmDay{19'996}, {}, {}}, 0, "purge_too_short"},
        {"an order of nothing", HarvestOrdered{"O2", {}, {20'000}, {}, {}, {}}, 0, "list_empty"},
        {"an order of one fish twice", HarvestOrdered{"O2", {alive, alive}, {20'000}, {}, {}, {}}, 0, "name_twice"},
        {"the same order", HarvestOrdered{"O1", {alive}, {20'000}, {}, {}, {}}, 0, "order_exists"},
        {"a fish of another order", HarvestOrdered{"O2", {ordered}, {20'000}, {}, {}, {}}, 0, "fish_ordered"},
        {"a fish that was harvested", HarvestOrdered{"O2", {fish}, {20'000}, {}, {}, {}}, 1, "fish_harvested"},
        {"a step", StepDone{fish, "stun", "S1", "Li", "L1", {}}, 2, "taken"},
        {"a step told again", StepDone{taken, "stun", "S1", {}, {}, {}}, 2, "step_told"},
        {"no such step", StepDone{fish, "freeze", {}, {}, {}, {}}, 2, "step_unknown"},
        {"a step that has a fact of its own", StepDone{fish, "salt", {}, {}, {}, {}}, 2, "step_has_a_fact"},
        {"a step of a fish that swims", StepDone{alive, "stun", {}, {}, {}, {}}, 2, "fish_not_harvested"},
        {"the ovary on the scale", StepDone{fish, "take_ovary", {}, {}, {}, Milligrams{1'500'000}}, 2, "taken"},
        {"more than a fish can hold", StepDone{fish, "take_ovary", {}, {}, {}, Milligrams{3'600'000}}, 2, "more_than_body"},
        {"a weight where nothing is weighed", StepDone{fish, "stun", {}, {}, {}, Milligrams{1}}, 2, "weight_unlikely"},
        {"salt came", MaterialReceived{"S2", "salt", Milligrams{25'000'000}, {}, {}, {}, {}}, 0, "taken"},
        {"salt came twice", MaterialReceived{"SALT", "salt", Milligrams{25'000'000}, {}, {}, {}, {}}, 0, "batch_exists"},
        {"tins by weight", MaterialReceived{"T", "tins", Milligrams{25'000'000}, {}, {}, {}, {}}, 0, "field_missing"},
        {"sugar came", MaterialReceived{"T", "sugar", Milligrams{25'000'000}, {}, {}, {}, {}}, 0, "code_unknown"},
        {"tins dented", MaterialUsed{"TINS", {}, 3, {}, "dented"}, 0, "taken"},
        {"salt by count", MaterialUsed{"SALT", {}, 3, {}, {}}, 0, "field_missing"},
        {"of a batch nobody knows", MaterialUsed{"X", {}, 3, {}, {}}, 0, "batch_not_found"},
        {"a check", PointChecked{"rinse", MilliCelsius{4'000}, {}, {}, {}, {}, {}}, 0, "taken"},
        {"a check above its limit", PointChecked{"rinse", MilliCelsius{4'001}, {}, {}, {}, {}, {}}, 0, "taken check_failed"},
        {"and what was done", PointChecked{"rinse", MilliCelsius{4'001}, {}, {}, "ice added", {}, {}}, 0, "taken"},
        {"a check without its value", PointChecked{"rinse", {}, {}, true, {}, {}, {}}, 0, "field_missing"},
        {"no such point", PointChecked{"moon", {}, {}, true, {}, {}, {}}, 0, "point_unknown"},
    };
    FakePlant plant;
    for (auto const& c : cases) {
        Fact fact;
        fact.happened_at = at(c.minute);
        auto body = c.body;
        complete(body, plant, {});
        auto const verdict = judge(fact, body, plant, farm::Trust::checked, {});
        auto const outcome = !verdict ? std::string{verdict.error().code} : verdict->empty() ? std::string{"taken"} : "taken " + std::string{verdict->front().code};
        EXPECT_EQ(outcome, c.outcome) << c.what << (verdict ? "" : ": " + verdict.error().message);
    }
}

TEST(Plant, NothingIsSaltedWithoutThePlantsRegistration) {
    FakePlant plant;
    plant.code = false;
    Fact fact;
    fact.happened_at = at(20);
    auto const verdict = judge(fact, salt("R", 35'000), plant, farm::Trust::checked, {});
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code, "plant_code_missing");
}

TEST(Plant, ALotIsNamedByDayAndTag) {
    FakePlant plant;
    Body body = roe(fish, 1'000, 800, 0);
    complete(body, plant, {});
    EXPECT_EQ(std::get<RoeTaken>(body).lot, "20260314-00017421");
    EXPECT_EQ(cites_label("DAUxSCH", "CN", 2026, "CN-ZJ-0007", "20260314-00017421"), "DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-00017421");
}

} // namespace
} // namespace osetra::processing
