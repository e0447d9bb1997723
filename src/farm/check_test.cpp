#include "farm/check.h"

#include <gtest/gtest.h>

#include "kernel/json.h"

namespace osetra::farm {
namespace {

using namespace std::chrono_literals;

constexpr auto noon = Instant{std::chrono::sys_days{std::chrono::March / 10 / 2024} + 4h};

/// Pool P1 holds 100 untagged fish of C1 (40 of them leave on a later day) and 5 tagged; P2 is empty. Fish 1 lives in P1, fish 2 is
/// dead. P1 is under withdrawal until the 20th; fish 1 is not.
class SmallBook final : public Book {
public:
    bool knows(SiteId const& s) override { return s.text == "S"; }
    bool knows(PoolId const& p) override { return p.text == "P1" || p.text == "P2"; }
    bool knows(CohortId const& c) override { return c.text == "C1" || c.text == "C2"; }
    std::optional<std::string> species_of(CohortId const&) override { return "BAE"; }
    std::vector<std::pair<CohortId, GroupHeads>> groups(PoolId const& p, Instant) override {
        if (p.text != "P1") return {};
        return {{CohortId{"C1"}, {5, 100}}};
    }
    std::int64_t least_untagged(PoolId const&, CohortId const&, Instant) override { return 60; }
    FishState fish(FishId f, Instant) override {
        if (f.n == 156'000'000'000'001) return {true, true, PoolId{"P1"}, {}};
        if (f.n == 156'000'000'000'002) return {true, false, PoolId{"P1"}, "died"};
        return {};
    }
    std::optional<Withdrawal> withdrawal(PoolId const& p, Instant) override {
        if (p.text != "P1") return std::nullopt;
        return Withdrawal{noon + std::chrono::days{10}, "oxytetracycline"};
    }
    std::optional<Withdrawal> withdrawal(FishId, Instant) override { return std::nullopt; }
    std::optional<Entry> told(FactId const& id) override {
        if (id.bytes[15] == 1) return Entry{"stock", false, false};
        if (id.bytes[15] == 2) return Entry{"stock", true, false};
        if (id.bytes[15] == 3) return Entry{"stock", false, true};
        return std::nullopt;
    }
};

// Kind, body, what must come back when it is checked, and when it is taken as witnessed.
struct Case { char const* kind; char const* body; char const* checked; char const* witnessed; };
constexpr Case cases[] = {
    {"stock", R"({"pool":"P1","cohort":"C1","heads":10})", "ok", "ok"},
    {"stock", R"({"pool":"P1","cohort":"C1","heads":0})", "heads_not_positive", "heads_not_positive"},
    {"stock", R"({"pool":"P1","cohort":"C1","heads":10,"mean_mg":900000000000})", "weight_unlikely", "weight_unlikely"},
    {"stock", R"({"pool":"P9","cohort":"C1","heads":10})", "pool_not_found", "ok"},
    {"stock", R"({"pool":"P1","cohort":"C9","heads":10})", "cohort_not_found", "ok"},
    {"stock", R"({"pool":" P1","cohort":"C1","heads":10})", "name_malformed", "name_malformed"},
    {"move", R"({"from":"P1","to":"P2","cohort":"C1","heads":50})", "ok", "ok"},
    {"move", R"({"from":"P1","to":"P2","cohort":"C1","heads":61})", "not_enough_later", "ok"},
    {"move", R"({"from":"P1","to":"P2","cohort":"C1","heads":106})", "not_enough_fish", "ok"},
    {"move", R"({"from":"P2","to":"P1","cohort":"C1","heads":1})", "not_enough_fish", "ok"},
    {"move", R"({"from":"P1","to":"P1","cohort":"C1","heads":1})", "same_pool", "same_pool"},
    {"move", R"({"from":"P1","to":"P2","cohort":"C1"})", "fish_or_heads", "fish_or_heads"},
    {"move", R"({"to":"P2","fish":["156000000000001"]})", "ok", "ok"},
    {"move", R"({"from":"P2","to":"P1","fish":["156000000000001"]})", "fish_not_there", "ok"},
    {"move", R"({"to":"P2","fish":["156000000000002"]})", "fish_not_alive", "ok"},
    {"move", R"({"to":"P2","fish":["156000000000009"]})", "fish_not_found", "ok"},
    {"tag", R"({"fish":"156000000000007","pool":"P1","cohort":"C1"})", "ok", "ok"},
    {"tag", R"({"fish":"156000000000001","pool":"P1","cohort":"C1"})", "tag_exists", "ok"},
    {"tag", R"({"fish":"156000000000007","pool":"P1","cohort":"C1","sex":"perhaps"})", "code_unknown", "code_unknown"},
    {"death", R"({"pool":"P1","cohort":"C1","heads":105,"cause":"unknown"})", "ok", "ok"},   // tags of the dead may not have been read
    {"death", R"({"pool":"P1","cohort":"C1","heads":106,"cause":"unknown"})", "not_enough_fish", "ok"},
    {"death", R"({"pool":"P1","cohort":"C1","heads":1,"cause":"boredom"})", "code_unknown", "code_unknown"},
    {"harvest", R"({"pool":"P1","cohort":"C1","heads":10})", "withdrawal_running", "ok"},
    {"harvest", R"({"fish":["156000000000001"]})", "ok", "ok"},
    {"round", R"({"pool":"P1","deaths":2,"temperature_mc":15000})", "cohort_missing", "cohort_missing"},   // judge alone does not complete
    {"round", R"({"pool":"P1","temperature_mc":99000})", "number_unlikely", "number_unlikely"},
    {"count", R"({"pool":"P1","heads":98,"method":"hand"})", "ok", "ok"},
    {"count", R"({"pool":"P1","heads":98,"method":"hand","low":99,"high":120})", "interval_crossed", "interval_crossed"},
    {"adjust", R"({"pool":"P1","cohort":"C1","heads":-106,"cause":"theft"})", "not_enough_fish", "ok"},
    {"measure", R"({"fish":"156000000000001"})", "field_missing", "field_missing"},
    {"water", R"({"temperature_mc":15000})", "field_missing", "field_missing"},
};

std::string verdict(Case const& c, Trust trust) {
    SmallBook book;
    auto const body = read_body(c.kind, c.body);
    if (!body) return "unreadable: " + body.error().message;
    Fact fact;
    fact.kind = c.kind;
    fact.happened_at = noon;
    auto const got = judge(fact, *body, book, caviar_pack(), {}, trust, noon + 1h);
    return got ? "ok" : got.error().code;
}

TEST(Check, Cases) {
    for (auto const& c : cases) {
        EXPECT_EQ(verdict(c, Trust::checked), c.checked) << c.kind << " " << c.body;
        EXPECT_EQ(verdict(c, Trust::witnessed), c.witnessed) << c.kind << " " << c.body << " (witnessed)";
    }
}

TEST(Check, TheOnlyCohortOfAPoolIsFilledIn) {
    SmallBook book;
    Body body = RoundDone{{"P1"}, Heads{2}, {}, {}, {}, {}, {}, {}};
    complete(body, Fact{}, book);
    EXPECT_EQ(std::get<RoundDone>(body).cohort, CohortId{"C1"});
}

struct EnvelopeCase { FactAct act; int corrects; char const* kind; char const* reason; std::chrono::hours from_now; char const* outcome; };
constexpr EnvelopeCase envelopes[] = {
    {FactAct::tell, 0, "stock", "", 0h, "ok"},
    {FactAct::tell, 0, "stock", "", 27h, "happened_in_future"},
    {FactAct::tell, 0, "stock", "", -24h * 365 * 90, "happened_too_early"},
    {FactAct::correct, 1, "stock", "mistyped", 0h, "ok"},
    {FactAct::correct, 1, "stock", "", 0h, "reason_missing"},
    {FactAct::correct, 0, "stock", "mistyped", 0h, "corrects_missing"},
    {FactAct::correct, 9, "stock", "mistyped", 0h, "fact_not_found"},
    {FactAct::correct, 3, "stock", "mistyped", 0h, "corrects_a_correction"},
    {FactAct::withdraw, 1, "move", "did not happen", 0h, "kind_differs"},
    {FactAct::withdraw, 2, "stock", "did not happen", 0h, "already_withdrawn"},
};

TEST(Check, Envelopes) {
    for (auto const& c : envelopes) {
        SmallBook book;
        Fact fact;
        fact.kind = c.kind;
        fact.act = c.act;
        fact.reason = c.reason;
        fact.happened_at = noon + c.from_now;
        if (c.corrects) { fact.corrects = FactId{}; fact.corrects->bytes[15] = static_cast<std::uint8_t>(c.corrects); }
        Body const body = Stocked{{"P1"}, {"C1"}, {10}, {}, {}, {}, {}};
        auto const got = judge(fact, body, book, caviar_pack(), {}, Trust::checked, noon);
        EXPECT_EQ(got ? std::string{"ok"} : got.error().code, c.outcome) << static_cast<int>(c.act) << " " << c.corrects << " " << c.kind;
    }
}

} // namespace
} // namespace osetra::farm
