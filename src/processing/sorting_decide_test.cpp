#include <algorithm>
#include <gtest/gtest.h>

#include "kernel/json.h"
#include "kernel/splitmix.h"
#include "processing/sorting_decide.h"

namespace osetra::processing {
namespace {

Instant at(int minute) { return Instant{std::chrono::hours{24 * 365 * 50} + std::chrono::minutes{minute}}; }

/// What was told, kept as a list.
class Told final : public SortingBook {
public:
    template <class T> void add(T body, int minute = 0) { facts.push_back({Uuid::parse(id_text(++n)).value(), at(minute), "wei", std::move(body)}); }
    std::optional<LoadState> load(std::string const& name) override {
        std::vector<SortingTold> of;
        std::copy_if(facts.begin(), facts.end(), std::back_inserter(of), [&](auto const& f) { return load_of(f.body) == name; });
        return of.empty() ? std::nullopt : std::optional{load_state(name, of)};
    }
    std::optional<PalletState> pallet(std::string const& name) override {
        std::map<std::string, LoadReceived> loads;
        auto any = false;
        for (auto const& f : facts) {
            if (auto const* l = std::get_if<LoadReceived>(&f.body)) loads[l->load] = *l;
            any = any || pallet_of(f.body) == name;
        }
        return any ? std::optional{pallet_state(name, facts, loads)} : std::nullopt;
    }
    std::optional<std::string> on_line(std::string const& line) override {
        for (auto const& f : facts)
            if (auto const* begun = std::get_if<SortingBegun>(&f.body); begun && begun->line.value_or(usual_line) == line && load(begun->load)->stands() == LoadStands::running) return begun->load;
        return std::nullopt;
    }
    std::optional<PartyTold> party(std::string const& name) override { return name == "SHOP" ? std::optional{PartyTold{"SHOP", "Shop", "CN", {}, {}}} : std::nullopt; }
    bool knows_shipment(std::string const& name) override { return name == "SH-1"; }
    std::string held(std::string const& load) override { return load == holds ? "RIPE-" + load + ", unripe" : std::string{}; }
    std::string against(LoadReceived const& b, Instant) override { return b.orchard == "Green" ? "brix 9, at least 11" : std::string{}; }
    std::string holds;
    Result<std::vector<Refusal>> may(SortingBody const& body, farm::Trust trust = farm::Trust::checked) {
        Fact fact;
        std::visit([&](auto const& b) { fact.kind = b.kind; }, body);
        return judge(fact, body, *this, trust);
    }
    std::vector<SortingTold> facts;

private:
    static std::string id_text(int n) { char text[40]; std::snprintf(text, sizeof text, "00000000-0000-7000-8000-%012d", n); return text; }
    int n = 0;
};

constexpr std::int64_t kg = 1'000'000;
LoadReceived a_load(char const* load, std::int64_t net_kg = 1'000, char const* pack = "citrus") { return {load, "Chen", pack, {(net_kg + 100) * kg}, {100 * kg}, {}, {}}; }
SizerCounted a_count(char const* load, char const* quality, char const* size, std::int64_t of_kg) { return {load, quality, *size ? std::optional<std::string>{size} : std::nullopt, 5 * of_kg, {of_kg * kg}}; }
CartonsPacked some_cartons(char const* pallet, char const* load, char const* quality, char const* size, std::int64_t n) { return {pallet, load, quality, *size ? std::optional<std::string>{size} : std::nullopt, n, {}}; }

/// L1 is through, L2 runs on line L1, L3 waits; 600 kg of L1 are extra 5. Pallet 1 is closed, 2 holds 10 cartons.
Told a_day() {
    Told day;
    for (auto const* l : {"L1", "L2", "L3"}) day.add(a_load(l));
    day.add(SortingBegun{"L1", {}}, 1);
    day.add(a_count("L1", "extra", "5", 600), 2);
    day.add(a_count("L1", "I", "6", 380), 2);
    day.add(SortingEnded{"L1", {}}, 3);
    day.add(SortingBegun{"L2", {}}, 4);
    day.add(some_cartons("1", "L1", "extra", "5", 40), 5);
    day.add(PalletClosed{"1", {}}, 6);
    day.add(some_cartons("2", "L1", "extra", "5", 10), 7);
    return day;
}

struct Case { char const* what; SortingBody body; char const* code; };
TEST(SortingDecide, WhatDoesNotFitIsRefused) {
    auto blueberries = a_load("L9", 100, "blueberry");
    Case const cases[] = {
        {"a new load", a_load("L4"), ""},
        {"a load weighed in before", a_load("L1"), "load_exists"},
        {"a name no label can carry", a_load("L 4"), "name_malformed"},
        {"no grower", LoadReceived{"L4", "", "citrus", {200 * kg}, {0}, {}, {}}, "name_malformed"},
        {"no such pack", a_load("L4", 100, "pears"), "pack_not_found"},
        {"all crates", LoadReceived{"L4", "Chen", "citrus", {200 * kg}, {200 * kg}, {}, {}}, "weight_unlikely"},
        {"a mountain", a_load("L4", 200'000), "weight_unlikely"},
        {"another line", SortingBegun{"L3", "L2"}, ""},
        {"a line that sorts", SortingBegun{"L3", {}}, "line_busy"},
        {"on the line already", SortingBegun{"L2", "L2"}, "load_running"},
        {"through", SortingBegun{"L1", "L2"}, "load_sorted"},
        {"nobody weighed it in", SortingBegun{"L7", "L2"}, "load_not_found"},
        {"a count", a_count("L2", "extra", "5", 100), ""},
        {"of what waits: the sizer knows better", a_count("L3", "extra", "5", 100), ""},
        {"after its end", a_count("L1", "extra", "5", 1), "load_sorted"},
        {"no such class", a_count("L2", "gold", "5", 1), "code_unknown"},
        {"no such size", a_count("L2", "extra", "99", 1), "code_unknown"},
        {"a sized class without one", a_count("L2", "extra", "", 1), "size_missing"},
        {"the rest has no size", a_count("L2", "juice", "", 100), ""},
        {"within 2 %", a_count("L2", "extra", "5", 1'020), ""},
        {"more than came", a_count("L2", "extra", "5", 1'021), "more_than_received"},
        {"no fruit", SizerCounted{"L2", "extra", "5", 0, {kg}}, "number_unlikely"},
        {"no weight", SizerCounted{"L2", "extra", "5", 1, {0}}, "weight_unlikely"},
        {"ended twice", SortingEnded{"L1", {}}, "load_sorted"},
        {"never begun", SortingEnded{"L3", {}}, "load_not_running"},
        {"cartons", some_cartons("2", "L1", "extra", "5", 10), ""},
        {"within 2 % of what was counted", some_cartons("3", "L1", "extra", "5", 11), ""},
        {"more than was counted", some_cartons("3", "L1", "extra", "5", 12), "more_than_counted"},
        {"heavier than the pack's carton", CartonsPacked{"3", "L1", "extra", "5", 5, Milligrams{200 * kg}}, "more_than_counted"},
        {"of what was not counted", some_cartons("3", "L1", "II", "5", 1), "more_than_counted"},
        {"onto a closed pallet", some_cartons("1", "L1", "extra", "5", 1), "pallet_closed"},
        {"another class on it", some_cartons("2", "L1", "I", "6", 1), "pallet_mixed"},
        {"more than a pallet takes", some_cartons("2", "L1", "extra", "5", 71), "pallet_full"},
        {"more than an empty one takes", some_cartons("3", "L1", "extra", "5", 81), "pallet_full"},
        {"the rest is not packed", some_cartons("3", "L1", "juice", "", 1), "class_not_packed"},
        {"no cartons", some_cartons("3", "L1", "extra", "5", 0), "number_unlikely"},
        {"an SSCC with a wrong digit", some_cartons("395212340000003009", "L1", "extra", "5", 1), "number_malformed"},
        {"an SSCC", some_cartons("395212340000003008", "L1", "extra", "5", 1), ""},
        {"a pallet", PalletClosed{"2", {}}, ""},
        {"closed twice", PalletClosed{"1", {}}, "pallet_closed"},
        {"an empty pallet", PalletClosed{"3", {}}, "pallet_not_found"},
    };
    auto day = a_day();
    for (auto const& c : cases) {
        auto const said = day.may(c.body);
        EXPECT_EQ(said ? "" : said.error().code, c.code) << c.what;
    }
    EXPECT_TRUE(day.may(blueberries));
}

TEST(SortingDecide, WhatIsOnHoldIsNotSortedPackedOrSent) {
    auto day = a_day();
    day.holds = "L3";
    EXPECT_EQ(day.may(SortingBegun{"L3", "L2"}).error().code, "load_on_hold");
    EXPECT_TRUE(day.may(SortingBegun{"L3", "L2"}, farm::Trust::witnessed));
    day.holds = "L1";
    EXPECT_EQ(day.may(some_cartons("2", "L1", "extra", "5", 10)).error().code, "load_on_hold");
    EXPECT_EQ(day.may(PalletsSent{"SH-2", "SHOP", {"1"}, {}, {}, {}, {}}).error().code, "load_on_hold");
    auto green = a_load("L4");
    green.orchard = "Green";
    auto const said = day.may(green).value();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].code, "load_held");
    EXPECT_EQ(said[0].message, "Load L4 is on hold, RIPE-L4: brix 9, at least 11.");
}

TEST(SortingDecide, PalletsLeaveOnceAndClosed) {
    auto day = a_day();
    Case const cases[] = {
        {"to a shop", PalletsSent{"SH-2", "SHOP", {"1"}, {}, {}, {}, {}}, ""},
        {"to nobody we know", PalletsSent{"SH-2", "NOBODY", {"1"}, {}, {}, {}, {}}, "party_not_found"},
        {"under a name that was used", PalletsSent{"SH-1", "SHOP", {"1"}, {}, {}, {}, {}}, "shipment_exists"},
        {"nothing", PalletsSent{"SH-2", "SHOP", {}, {}, {}, {}, {}}, "list_empty"},
        {"one twice", PalletsSent{"SH-2", "SHOP", {"1", "1"}, {}, {}, {}, {}}, "name_twice"},
        {"one that is not there", PalletsSent{"SH-2", "SHOP", {"7"}, {}, {}, {}, {}}, "pallet_not_found"},
        {"an open one", PalletsSent{"SH-2", "SHOP", {"2"}, {}, {}, {}, {}}, "pallet_open"},
        {"no number", PalletsSent{"SH-2", "SHOP", {"P1"}, {}, {}, {}, {}}, "number_malformed"},
    };
    for (auto const& c : cases) {
        auto const said = day.may(c.body);
        EXPECT_EQ(said ? "" : said.error().code, c.code) << c.what;
    }
    day.add(PalletsSent{"SH-2", "SHOP", {"1"}, {}, {}, {}, {}}, 9);
    EXPECT_EQ(day.pallet("1")->party, "SHOP");
    EXPECT_EQ(day.pallet("1")->sent_at, at(9));
    EXPECT_EQ(day.may(PalletsSent{"SH-3", "SHOP", {"1"}, {}, {}, {}, {}}).error().code, "pallet_gone");
}

TEST(SortingDecide, ASizeThatIsTooSmallForItsClassIsRefused) {
    Told day;
    day.add(a_load("L1", 100, "blueberry"));
    EXPECT_EQ(day.may(a_count("L1", "premium", "18+", 1)).error().code, "size_not_of_class");
    EXPECT_TRUE(day.may(a_count("L1", "premium", "22+", 1)));
}

TEST(SortingDecide, WhatWasWitnessedIsTakenAndWhatMattersIsSaid) {
    auto day = a_day();
    EXPECT_TRUE(day.may(a_load("L1"), farm::Trust::witnessed));
    EXPECT_TRUE(day.may(SortingBegun{"L7", {}}, farm::Trust::witnessed));
    EXPECT_EQ(day.may(a_load("L 1"), farm::Trust::witnessed).error().code, "name_malformed");
    auto const ended = day.may(SortingEnded{"L2", {}}).value();
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(ended[0].code, "load_difference");
    EXPECT_EQ(day.may(PalletClosed{"2", {}}).value()[0].code, "pallet_part");
}

/// Facts of a random day, all of which were taken: no kilogram more is packed than counted, and none more counted than came; and in whatever order they are told, loads and pallets stand the same.
TEST(SortingDecide, RandomDaysKeepTheirWeightsAndTheirOrderDoesNotMatter) {
    auto state = std::uint64_t{20'260'106};
    std::printf("seed %llu\n", static_cast<unsigned long long>(state));
    auto const pick = [&](std::size_t n) { return static_cast<std::size_t>(splitmix64(state) % n); };
    char const* const loads[] = {"L1", "L2", "L3", "L4"};
    char const* const classes[] = {"extra", "I", "II", "juice"};
    char const* const sizes[] = {"5", "6", ""};
    auto taken = 0;
    for (auto round = 0; round < 40; ++round) {
        Told day;
        for (auto step = 0; step < 150; ++step) {
            auto const* load = loads[pick(4)];
            auto const pallet = std::to_string(1 + pick(4));
            SortingBody body = PalletClosed{pallet, {}};
            switch (pick(8)) {
            case 0: body = a_load(load, 100 + static_cast<std::int64_t>(pick(1'000))); break;
            case 1: body = SortingBegun{load, {}}; break;
            case 2: case 3: body = a_count(load, classes[pick(4)], sizes[pick(3)], 1 + static_cast<std::int64_t>(pick(300))); break;
            case 4: body = SortingEnded{load, {}}; break;
            case 5: case 6: body = some_cartons(pallet.c_str(), load, classes[pick(4)], sizes[pick(3)], 1 + static_cast<std::int64_t>(pick(20))); break;
            default: break;
            }
            if (!day.may(body)) continue;
            ++taken;
            day.add(std::move(body), step);
        }
        auto mixed = day;
        for (auto i = mixed.facts.size(); i > 1; --i) std::swap(mixed.facts[i - 1], mixed.facts[pick(i)]);
        std::int64_t on_pallets = 0, packed = 0;
        for (auto const* name : loads) {
            auto const load = day.load(name);
            if (!load) continue;
            EXPECT_LE(load->sorted_mg, most_sorted_mg(load->told.net_mg()));
            for (auto const& [key, sum] : load->by) EXPECT_LE(sum.packed_mg, most_sorted_mg(sum.counted_mg)) << key.first << key.second;
            packed += load->packed_mg;
            auto const again = mixed.load(name);
            EXPECT_EQ(again->sorted_mg, load->sorted_mg);
            EXPECT_EQ(again->packed_mg, load->packed_mg);
            EXPECT_EQ(again->stands(), load->stands());
            EXPECT_EQ(again->begun_at, load->begun_at);
        }
        for (auto p = 1; p <= 4; ++p) {
            auto const pallet = day.pallet(std::to_string(p));
            if (!pallet) continue;
            on_pallets += pallet->net_mg;
            EXPECT_LE(pallet->cartons, 80);
            auto const again = mixed.pallet(std::to_string(p));
            EXPECT_EQ(again->net_mg, pallet->net_mg);
            EXPECT_EQ(again->quality, pallet->quality);
            EXPECT_EQ(again->closed_at, pallet->closed_at);
        }
        EXPECT_EQ(on_pallets, packed);
    }
    EXPECT_GT(taken, 500);
}

} // namespace
} // namespace osetra::processing
