#include "quality/decide.h"

#include <gtest/gtest.h>

#include "kernel/json.h"

namespace osetra::quality {
namespace {

Instant at(int minute) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::minutes{minute}}; }

/// Lot L and pool P of the site S, which follows "organic"; H1 is open since minute 5, H2 failed a test, H3 waits for a second after ada's decision, H4 is released. Sample S1 of L; input GREEN
/// holds malachite green, FISHMEAL nothing.
struct FakeKnown : Known {
    Safety const& rules() override { return safety(); }
    std::string product() override { return "caviar"; }
    bool knows(std::string const& what, std::string const& thing) override { return (what == "lot" && thing == "L") || (what == "pool" && thing == "P"); }
    bool knows_site(SiteId const& s) override { return s.text == "S"; }
    bool has_medium(std::string const& sha256) override { return sha256.front() == 'a'; }
    std::optional<Hold> hold(std::string const& name) override {
        Hold h{name, "lot", "L", "other", {}, at(5), at(5), "bo", false, {}, true};
        h.failed = name == "H2" || name == "H3";
        if (name != "H1" && name != "H2" && name != "H3" && name != "H4") return std::nullopt;
        settle(h, decision(name));
        return h;
    }
    std::optional<Decision> decision(std::string const& hold) override {
        if (hold == "H3") return Decision{{hold, "release", "a mistake of the laboratory", {}, true}, at(10), "ada", {}};
        if (hold == "H4") return Decision{{hold, "release", "looked at", {}, {}}, at(10), "ada", {}};
        return std::nullopt;
    }
    std::optional<SampleTaken> sample(std::string const& name) override { return name == "S1" ? std::optional{SampleTaken{"S1", "lot", "L", "lot_release", {}, {}, 5, {}, {}}} : std::nullopt; }
    std::optional<InputReceived> input(std::string const& name) override {
        if (name == "GREEN") return InputReceived{name, "Green", "drug", {"569-64-2"}, {}, {}, {}, {}, {}};
        if (name == "FORMALIN") return InputReceived{name, "Formalin", "drug", {"formalin"}, {}, {}, {}, {}, {}};
        if (name == "WEEDS") return InputReceived{name, "Weedaway", "plant_protection", {"glyphosate"}, {}, {}, {}, {}, {}};
        if (name == "FISHMEAL") return InputReceived{name, "Meal", "feed", {}, {}, {}, {}, {}, {}};
        return std::nullopt;
    }
    bool knows_use(std::string const& name) override { return name == "U1"; }
    bool knows_certificate(std::string const& name) override { return name == "C1"; }
    bool knows_maturity(std::string const& sample) override { return sample == "M1"; }
    std::optional<processing::LoadTold> load(std::string const& name) override { return name == "K1" ? std::optional{processing::LoadTold{"K1", "citrus", "Chen", "North", "NAV", {}}} : std::nullopt; }
    std::optional<SiteId> site_of(PoolId const&) override { return SiteId{"S"}; }
    std::vector<std::string> programmes_of(SiteId const&, Instant) override { return {"organic"}; }
    std::string next_name(char const*, char const* letter, Instant) override { return std::string{letter} + "26-00001"; }
};

struct Case {
    char const* what;
    Body body;
    char const* by;
    char const* outcome;   ///< refusal, or "taken", or "taken " and the warning
};
HoldPut hold(char const* what, char const* thing, char const* reason, std::optional<std::string> name = {}) { return {std::move(name), what, thing, reason, {}, {}, {}}; }
HoldDecided decided(char const* name, char const* decision, std::optional<bool> against = {}, std::optional<std::string> condition = {}) { return {name, decision, "because", std::move(condition), against}; }
TestReported found(char const* analyte, std::vector<std::string> values, char const* unit, char const* sample = "S1") { return {sample, analyte, std::move(values), unit, {}, {}, {}, {}, {}, {}}; }
InputUsed used(char const* input, std::optional<bool> admitted = {}, std::optional<std::string> name = {}) { return {std::move(name), input, {"P"}, {}, {}, {}, admitted}; }

TEST(Quality, MayItBeTold) {
    Case const cases[] = {
        {"a hold", hold("lot", "L", "microbe"), "bo", "taken"},
        {"of nothing known", hold("lot", "X", "microbe"), "bo", "thing_not_found"},
        {"for no reason of the rules", hold("lot", "L", "mood"), "bo", "word_unknown"},
        {"of no kind of thing", hold("shelf", "L", "microbe"), "bo", "word_unknown"},
        {"a name that is made", hold("lot", "L", "microbe", "TEST-S1"), "bo", "name_malformed"},
        {"a name that is taken", hold("lot", "L", "microbe", "H1"), "bo", "hold_exists"},
        {"released", decided("H1", "release"), "ada", "taken"},
        {"condemned", decided("H1", "condemn"), "ada", "taken"},
        {"no such hold", decided("H9", "release"), "ada", "hold_not_found"},
        {"decided before", decided("H4", "condemn"), "ada", "hold_decided"},
        {"with a condition that nobody told", decided("H1", "release_with_condition"), "ada", "condition_missing"},
        {"with a condition", decided("H1", "release_with_condition", {}, "only heated"), "ada", "taken"},
        {"what failed a test", decided("H2", "release"), "ada", "result_failed"},
        {"what failed, with a reason", decided("H2", "release", true), "ada", "taken second_awaited"},
        {"what failed is reworked", decided("H2", "rework"), "ada", "taken"},
        {"the second is the first", DecisionAgreed{"H3", {}}, "ada", "second_is_the_same"},
        {"a second person", DecisionAgreed{"H3", {}}, "bo", "taken"},
        {"of what nobody decided", DecisionAgreed{"H1", {}}, "bo", "decision_missing"},
        {"of what needs no second", DecisionAgreed{"H4", {}}, "bo", "second_not_needed"},
        {"a sample", SampleTaken{{}, "lot", "L", "lot_release", {}, {}, 5, {}, {}}, "bo", "taken"},
        {"too few units", SampleTaken{{}, "lot", "L", "lot_release", {}, {}, 1, {}, {}}, "bo", "taken sample_too_small"},
        {"a sample for nothing", SampleTaken{{}, "lot", "L", {}, {}, {}, {}, {}, {}}, "bo", "list_empty"},
        {"a sample's name twice", SampleTaken{"S1", "lot", "L", {}, {"lead"}, {}, {}, {}, {}}, "bo", "sample_exists"},
        {"a result", found("malachite_green", {"<0.3"}, "ug/kg"), "bo", "taken"},
        {"out of bounds", found("malachite_green", {"0.7"}, "ug/kg"), "bo", "taken result_out"},
        {"too coarse a method", found("lead", {"<2"}, "mg/kg"), "bo", "taken result_unclear"},
        {"in another unit", found("malachite_green", {"0.0001"}, "mg/kg"), "bo", "taken result_out"},
        {"in no unit of it", found("malachite_green", {"1"}, "cfu/g"), "bo", "unit_unknown"},
        {"no value", found("lead", {"a bit"}, "mg/kg"), "bo", "value_malformed"},
        {"of no analyte", found("love", {"1"}, "mg/kg"), "bo", "word_unknown"},
        {"of no sample", found("lead", {"0.1"}, "mg/kg", "S9"), "bo", "sample_not_found"},
        {"an input", InputReceived{"NEW", "Salt", "other", {}, {}, {}, {}, {}, {}}, "bo", "taken"},
        {"forbidden somewhere", InputReceived{"NEW", "Roundup", "plant_protection", {"glyphosate"}, {}, {}, {}, {}, {}}, "bo", "taken input_forbidden_somewhere"},
        {"nobody knows what it is", InputReceived{"NEW", "Wonder", "drug", {"elixir"}, {}, {}, {}, {}, {}}, "bo", "taken substance_unknown"},
        {"a drug without substance", InputReceived{"NEW", "Wonder", "drug", {}, {}, {}, {}, {}, {}}, "bo", "list_empty"},
        {"bought twice", InputReceived{"GREEN", "Green", "drug", {"569-64-2"}, {}, {}, {}, {}, {}}, "bo", "input_exists"},
        {"used", used("FISHMEAL"), "bo", "taken"},
        {"used before", used("FISHMEAL", {}, "U1"), "bo", "use_exists"},
        {"forbidden by law", used("GREEN"), "bo", "input_forbidden"},
        {"forbidden and done", used("GREEN", true), "bo", "taken pool_on_hold"},
        {"forbidden by the site's programme", used("WEEDS"), "bo", "input_forbidden"},
        {"allowed by it within bounds", used("FORMALIN"), "bo", "taken input_limited"},
        {"of nothing bought", used("AIR"), "bo", "input_not_found"},
        {"a programme", ProgrammeFollowed{{"S"}, "no_herbicides", {}, {}}, "bo", "taken"},
        {"of no site", ProgrammeFollowed{{"X"}, "organic", {}, {}}, "bo", "site_not_found"},
        {"a certificate twice", AnalysisCertified{"C1", "lot", "L", "EU", std::string(64, 'a')}, "ada", "certificate_exists"},
    };
    FakeKnown known;
    for (auto const& c : cases) {
        Fact fact;
        fact.happened_at = at(20);
        fact.author = c.by;
        auto body = c.body;
        complete(body, known, fact.happened_at);
        auto const verdict = judge(fact, body, known, false);
        auto const outcome = !verdict ? verdict.error().code : verdict->empty() ? std::string{"taken"} : "taken " + verdict->front().code;
        EXPECT_EQ(outcome, c.outcome) << c.what << (verdict ? "" : ": " + verdict.error().message);
    }
}

TEST(Quality, AHoldOfSomeMarketsBarsThoseAndWhatHasNoRules) {
    Hold h{"H", "lot", "L", "test", "US,JP", at(0), at(0), {}, true, "open", true};
    EXPECT_FALSE(bars_for(h, safety(), ""));
    EXPECT_FALSE(bars_for(h, safety(), "DE"));
    EXPECT_TRUE(bars_for(h, safety(), "US"));
    EXPECT_TRUE(bars_for(h, safety(), "AE"));
    h.markets.clear();
    EXPECT_TRUE(bars_for(h, safety(), ""));
    h.bars = false;
    EXPECT_FALSE(bars_for(h, safety(), "US"));
}

struct Measured {
    char const* analyte;
    char const* product;
    std::vector<std::string> values;
    char const* unit;
    char const* market;
    char const* verdict;   ///< "none": no limit there
};

TEST(Safety, Verdicts) {
    Measured const cases[] = {
        {"malachite_green", "caviar", {"0.49"}, "ug/kg", "EU", "pass"},        // below the reference point for action
        {"malachite_green", "caviar", {"0.5"}, "ug/kg", "EU", "fail"},         // at it
        {"malachite_green", "caviar", {"<1"}, "ug/kg", "EU", "unclear"},       // a method that sees 1 cannot tell
        {"malachite_green", "caviar", {"0.2"}, "ug/kg", "US", "fail"},         // not to be there at all
        {"malachite_green", "caviar", {"<0.5"}, "ug/kg", "US", "pass"},
        {"enrofloxacin", "caviar", {"0.1"}, "mg/kg", "EU", "pass"},            // 100 ug/kg
        {"enrofloxacin", "caviar", {"0.1001"}, "mg/kg", "EU", "fail"},
        {"enrofloxacin", "caviar", {"5"}, "ug/kg", "JP", "fail"},              // below Japan's uniform limit, which is not for antibacterials
        {"listeria_25g", "caviar", {"absent", "absent", "absent", "absent", "absent"}, "in_25g", "EU", "pass"},
        {"listeria_25g", "caviar", {"absent", "absent", "absent", "absent"}, "in_25g", "EU", "unclear"},   // four of five
        {"listeria_25g", "caviar", {"absent", "present", "absent", "absent", "absent"}, "in_25g", "EU", "fail"},
        {"plate_count", "caviar", {"60000", "70000", "100", "<10", "20"}, "cfu/g", "CN", "pass"},          // two between m and M
        {"plate_count", "caviar", {"60000", "70000", "50001", "<10", "20"}, "cfu/g", "CN", "fail"},        // three
        {"plate_count", "caviar", {"100001", "10", "100", "<10", "20"}, "cfu/g", "CN", "fail"},            // one above M
        {"coliforms", "caviar", {"11", "100", "<10", "<10", "<10"}, "cfu/g", "CN", "pass"},
        {"listeria_count", "caviar", {"100", "<10", "<10", "<10", "<10"}, "cfu/g", "CN", "pass"},
        {"listeria_count", "caviar", {"101", "<10", "<10", "<10", "<10"}, "cfu/g", "CN", "fail"},
        {"listeria_count", "caviar", {"<10", "<10", "<10", "<10", "<10"}, "cfu/g", "EU", "none"},
        {"salt", "caviar", {"3"}, "g/100g", "JP", "pass"},
        {"salt", "caviar", {"2.99"}, "percent", "JP", "fail"},
        {"salt", "caviar", {"5.01"}, "g/100g", "US", "fail"},
        {"salt", "tencha", {"9"}, "g/100g", "US", "none"},
        {"boric_acid", "caviar", {"3.9"}, "g/kg", "EU", "pass"},
        {"boric_acid", "caviar", {"3.9"}, "g/kg", "CN", "fail"},
    };
    for (auto const& c : cases) {
        auto const all = judged(safety(), *safety().find_analyte(c.analyte), c.product, c.values, c.unit);
        auto const at = std::find_if(all.begin(), all.end(), [&](auto const& j) { return j.first == c.market; });
        EXPECT_EQ(at == all.end() ? "none" : word_of(at->second.verdict), std::string_view{c.verdict}) << c.analyte << ' ' << c.values.front() << ' ' << c.unit << ' ' << c.market;
    }
}

TEST(Safety, ValuesAsLaboratoriesWriteThem) {
    using Mark = Value::Mark;
    for (auto const& [text, mark, number] : {std::tuple{"0.31", Mark::exact, 0.31}, {"<0.5", Mark::less, 0.5}, {"< 0.5", Mark::less, 0.5}, {">300", Mark::more, 300.}, {"ND", Mark::absent, 0.}, {"未检出", Mark::absent, 0.}, {" present ", Mark::present, 0.}}) {
        auto const v = parse_value(text);
        ASSERT_TRUE(v) << text;
        EXPECT_EQ(v->mark, mark) << text;
        EXPECT_EQ(v->number, number) << text;
    }
    for (auto const* text : {"", "<", "-1", "1,5", "nan", "1e99", "about 3"}) EXPECT_FALSE(parse_value(text)) << text;
}

TEST(Safety, RulesThatAreWrongAreRefused) {
    auto const text = std::string{safety_text()};
    auto const with = [&](std::string const& from, std::string const& to) {
        auto changed = text;
        changed.replace(changed.find(from), from.size(), to);
        auto const read = read_safety(changed);
        return read ? std::string{"read"} : read.error().code;
    };
    EXPECT_EQ(with("bound: below", "bound: beneath"), "pack_code_unknown");
    EXPECT_EQ(with("market: EU, bound", "market: XX, bound"), "pack_code_unknown");
    EXPECT_EQ(with("most: 0.5,", "most: half,"), "pack_value_type");
    EXPECT_EQ(with("unit: ug/kg\n", "units: ug/kg\n"), "pack_key_missing");
    EXPECT_EQ(with("code: US,", "code: EU,"), "pack_code_twice");
    EXPECT_EQ(with("markets:", "markets: ["), "pack_malformed");
    for (auto const& a : safety().analytes)
        for (auto const& l : a.limits) EXPECT_FALSE(l.source.empty()) << a.code << ' ' << l.market;
}

} // namespace
} // namespace osetra::quality
