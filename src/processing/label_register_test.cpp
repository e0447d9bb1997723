#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "processing/label_register_sql.h"
#include "store/every_engine.h"
#include "store/migrate.h"

namespace osetra::processing {
namespace {

Instant at(int second) { return Instant{std::chrono::sys_days{std::chrono::March / 14 / 2026} + std::chrono::seconds{second}}; }

struct Register : store::EveryEngine {
    void SetUp() override {
        EveryEngine::SetUp();
        if (!IsSkipped()) store::migrate(*db);
    }
};
OSETRA_ON_EVERY_ENGINE(Register);

struct Step { char const *act, *number, *with, *code; };
constexpr Step steps[] = {
    {"apply", "L-00000001", "T1", "label_state"},        // not printed yet
    {"print", "L-00000001", "", ""},
    {"print", "L-00000001", "", "label_state"},          // no second print of a number
    {"apply", "L-00000001", "T1", ""},
    {"apply", "L-00000001", "T2", "label_state"},        // non-reusable
    {"print", "L-00000002", "", ""},
    {"apply", "L-00000002", "T1", "tin_labelled"},
    {"spoil", "L-00000002", "", "reason_missing"},
    {"spoil", "L-00000002", "torn", ""},
    {"spoil", "L-00000002", "torn", "label_state"},
    {"apply", "L-00000002", "T2", "label_state"},
    {"spoil", "L-00000001", "torn", "label_state"},      // what is on a tin is voided
    {"void", "L-00000001", "wrong tin", ""},
    {"print", "L-00000003", "", ""},
    {"apply", "L-00000003", "T1", ""},                   // the tin is free again
    {"void", "L-00000009", "x", "label_not_found"},
    {"print", "Q-00000001", "", "label_not_found"},
};

TEST_P(Register, ALabelGoesItsWayAndNoOther) {
    LabelRegister labels{*db, 1};
    EXPECT_EQ(labels.issue("l", 3, "{}", "{}", "a", at(0)).error().code, "label_series_malformed");
    EXPECT_EQ(labels.issue("L", 0, "{}", "{}", "a", at(0)).error().code, "label_count_unlikely");
    ASSERT_EQ(labels.issue("L", 3, "{}", "{}", "a", at(0))->last, 3);
    auto second = 0;
    for (auto const& s : steps) {
        auto const name = LabelName::parse(s.number).value();
        std::string_view const act = s.act;
        auto const done = act == "apply"   ? labels.apply(name, s.with, "b", at(++second))
                          : act == "spoil" ? labels.spoil(name, s.with, "b", at(++second))
                          : act == "void"  ? labels.cancel(name, s.with, "b", at(++second))
                                           : labels.print(name, 1, "b", at(++second)).map([](auto const&) { return Done{}; });
        EXPECT_EQ(done ? "" : done.error().code, s.code) << s.act << " " << s.number << " " << s.with;
    }
    EXPECT_EQ(labels.verify().value(), 3);
    EXPECT_EQ(labels.on_tin("T1")->name(), "L-00000003");
    auto const acts = labels.acts({"L", 1});
    ASSERT_EQ(acts.size(), 4u);
    EXPECT_EQ(acts[3].state, "voided");
    EXPECT_EQ(acts[3].reason, "wrong tin");
    EXPECT_EQ(labels.list("printed", {}, 10).size(), 0u);
    EXPECT_EQ(labels.list({}, {"L", 1}, 10).size(), 2u);
}

TEST_P(Register, APrintRunIsPrintedWholeOrNotAtAll) {
    LabelRegister labels{*db, 1};
    labels.issue("L", 5, "{}", "{}", "a", at(0)).value();
    labels.spoil({"L", 4}, "torn", "a", at(1)).value();
    EXPECT_EQ(labels.print({"L", 1}, 5, "a", at(2)).error().code, "label_state");
    EXPECT_EQ(labels.list("issued", {}, 10).size(), 4u);
    EXPECT_EQ(labels.print({"L", 1}, 3, "a", at(3))->size(), 3u);
}

TEST_P(Register, CompaniesHaveNumbersOfTheirOwn) {
    LabelRegister one{*db, 1}, two{*db, 2};
    EXPECT_EQ(one.issue("L", 2, "{}", "{}", "a", at(0))->first, 1);
    EXPECT_EQ(two.issue("L", 2, "{}", "{}", "a", at(0))->first, 1);
    EXPECT_EQ(one.issue("L", 2, "{}", "{}", "a", at(0))->first, 3);
    EXPECT_FALSE(two.find({"L", 3}));
}

TEST_P(Register, ACodeFromMemoryIsConfirmedOnce) {
    LabelRegister labels{*db, 1};
    EXPECT_EQ(labels.confirm("ZZZ", "cites.org", "a", at(0)).error().code, "cites_species");
    EXPECT_EQ(labels.confirm("NUD", "", "a", at(0)).error().code, "reason_missing");
    EXPECT_TRUE(labels.confirm("NUD", "cites.org", "a", at(0)));
    EXPECT_TRUE(labels.confirm("NUD", "cites.org", "b", at(1)));
    EXPECT_EQ(labels.confirmed(), std::set<std::string>{"NUD"});
}

TEST(LabelNames, AreReadStrictly) {
    EXPECT_EQ(LabelName::parse("L-00000042")->number, 42);
    EXPECT_EQ(LabelName::parse("CN26-7")->text(), "CN26-00000007");
    for (auto const* bad : {"", "42", "L-", "-4", "l-4", "L-4x", "TOOLONGX-4", "L-9999999999999"}) EXPECT_EQ(LabelName::parse(bad).error().code, "label_number_malformed") << bad;
}

struct SharedRegister : Register {};
OSETRA_ON_SHARED_ENGINES(SharedRegister);

TEST_P(SharedRegister, StationsAtOnceGetNumbersOfTheirOwn) {
    constexpr auto stations = 4, rounds = 12;
    std::vector<std::thread> all;
    std::array<std::vector<std::int64_t>, stations> got;
    for (auto s = 0; s < stations; ++s)
        all.emplace_back([&, s] {
            auto const own = store::open(where);
            LabelRegister labels{*own, 1};
            for (auto n = 0; n < rounds; ++n) {
                auto const run = labels.issue("L", 3, "{}", "{}", "station", at(n)).value();
                for (auto i = run.first; i <= run.last; ++i) got[static_cast<std::size_t>(s)].push_back(i);
            }
        });
    for (auto& t : all) t.join();
    std::set<std::int64_t> numbers;
    for (auto const& g : got)
        for (auto const n : g) EXPECT_TRUE(numbers.insert(n).second) << n << " was issued twice";
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(stations * rounds * 3));
    EXPECT_EQ(*numbers.rbegin(), stations * rounds * 3);
    EXPECT_EQ((LabelRegister{*db, 1}.verify().value()), stations * rounds * 3);
}

} // namespace
} // namespace osetra::processing
