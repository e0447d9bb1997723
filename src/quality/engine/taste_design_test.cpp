#include "quality/engine/taste_design.h"

#include <array>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "kernel/splitmix.h"

namespace osetra::quality {
namespace {

Design made(TasteTest test, std::vector<std::string> samples, int tasters, int rounds = 1, std::uint64_t seed = 7) {
    auto d = make_design({test, std::move(samples), tasters, rounds, seed, "salt", {}});
    EXPECT_TRUE(d) << (d ? "" : d.error().message);
    return *d;
}

TEST(TasteDesign, WilliamsSquaresAreBalanced) {
    for (std::size_t n = 2; n <= 9; ++n) {
        auto const rows = williams_square(n);
        EXPECT_EQ(rows.size(), n % 2 ? 2 * n : n);
        std::map<std::pair<std::size_t, std::size_t>, int> place, after;
        for (auto const& row : rows)
            for (std::size_t i = 0; i < n; ++i) {
                ++place[{i, row[i]}];
                if (i) ++after[{row[i - 1], row[i]}];
            }
        EXPECT_EQ(place.size(), n * n) << n;
        for (auto const& [what, times] : place) EXPECT_EQ(times, n % 2 ? 2 : 1) << n;
        EXPECT_EQ(after.size(), n * (n - 1)) << n;
        for (auto const& [what, times] : after) EXPECT_EQ(times, n % 2 ? 2 : 1) << n;
    }
}

TEST(TasteDesign, OrdersAreEvenOverTasters) {
    for (int tasters : {6, 12, 30}) {
        std::map<std::vector<std::size_t>, int> orders;
        auto const d = made(TasteTest::triangle, {"ours", "theirs"}, tasters);
        ASSERT_EQ(d.servings.size(), static_cast<std::size_t>(3 * tasters));
        for (std::size_t i = 0; i < d.servings.size(); i += 3) ++orders[{d.servings[i].sample, d.servings[i + 1].sample, d.servings[i + 2].sample}];
        EXPECT_EQ(orders.size(), 6u);
        for (auto const& [order, times] : orders) EXPECT_EQ(times, tasters / 6);
    }
    EXPECT_EQ(balance_of(made(TasteTest::hedonic, {"a", "b", "c", "d"}, 8).servings, 4).place, 0);
    EXPECT_EQ(balance_of(made(TasteTest::hedonic, {"a", "b", "c", "d"}, 8).servings, 4).after, 0);
    EXPECT_EQ(balance_of(made(TasteTest::profile, {"a", "b", "c"}, 12, 2).servings, 3).after, 0);
    EXPECT_LE(balance_of(made(TasteTest::ranking, {"a", "b", "c", "d", "e"}, 13).servings, 5).place, 5);
}

// Over random designs: no code is used twice, none stands for two samples, none has a meaning; duo-trios have their reference.
TEST(TasteDesign, CodesSayNothing) {
    std::uint64_t state = 20260815;
    for (int i = 0; i < 60; ++i) {
        auto const seed = splitmix64(state);
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        auto const tests = std::array{TasteTest::triangle, TasteTest::duo_trio, TasteTest::two_afc, TasteTest::three_afc, TasteTest::paired, TasteTest::ranking, TasteTest::hedonic};
        auto const test = tests[seed % tests.size()];
        auto const tasters = static_cast<int>(1 + seed / 7 % 90);
        auto const d = made(test, {"ours", "theirs"}, tasters, 1, seed);
        std::set<std::string> codes;
        std::map<int, std::set<std::string>> of_taster;
        std::map<std::string, std::size_t> sample;
        for (auto const& s : d.servings) {
            if (s.place == 0) { EXPECT_EQ(test, TasteTest::duo_trio); EXPECT_TRUE(s.code.empty()); continue; }
            ASSERT_EQ(s.code.size(), 3u);
            EXPECT_NE(s.code[0], '0');
            EXPECT_NE(s.code[0], s.code[1]);
            EXPECT_NE(s.code[1], s.code[2]);
            EXPECT_FALSE(std::set<std::string>({"123", "250", "321", "520", "888"}).contains(s.code));
            codes.insert(s.code);
            EXPECT_TRUE(of_taster[s.taster].insert(s.code).second);
            auto const known = sample.emplace(s.code, s.sample);
            EXPECT_EQ(known.first->second, s.sample);
        }
    }
    auto const small = made(TasteTest::triangle, {"ours", "theirs"}, 60);
    std::set<std::string> all;
    for (auto const& s : small.servings) all.insert(s.code);
    EXPECT_EQ(all.size(), small.servings.size());
}

TEST(TasteDesign, TheKeyIsSealed) {
    auto const d = made(TasteTest::triangle, {"ours", "theirs"}, 12);
    auto const key = key_of(d);
    auto const opened = open_key(key, commitment_of(key));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->servings.size(), d.servings.size());
    for (std::size_t i = 0; i < d.servings.size(); ++i) { EXPECT_EQ(opened->servings[i].code, d.servings[i].code); EXPECT_EQ(opened->samples[opened->servings[i].sample], d.asked.samples[d.servings[i].sample]); }
    EXPECT_EQ(key_of(made(TasteTest::triangle, {"ours", "theirs"}, 12)), key);                            // the same seed, the same key
    EXPECT_NE(key_of(made(TasteTest::triangle, {"ours", "theirs"}, 12, 1, 8)), key);
    auto changed = key;
    changed[key.find("\"ours\",\"theirs\"") + 1] = 'O';
    EXPECT_EQ(open_key(changed, commitment_of(key)).error().code, "key_changed");
    EXPECT_EQ(open_key("{}", "").error().code, "key_malformed");
    EXPECT_EQ(open_key("not json", "").error().code, "json_malformed");
}

TEST(TasteDesign, SaysWhatCannotBe) {
    struct Row { TasteTest test; std::vector<std::string> samples; int tasters, rounds; char const* refusal; };
    for (auto const& row : std::vector<Row>{{TasteTest::triangle, {"a"}, 6, 1, "samples_too_few"}, {TasteTest::triangle, {"a", "b", "c"}, 6, 1, "samples_too_many"}, {TasteTest::hedonic, {}, 6, 1, "samples_too_few"},
                                            {TasteTest::ranking, {"a", "b", "a"}, 6, 1, "sample_twice"}, {TasteTest::paired, {"a", "b"}, 0, 1, "tasters_unlikely"}, {TasteTest::paired, {"a", "b"}, 6, 0, "rounds_unlikely"},
                                            {TasteTest::profile, std::vector<std::string>(21, "x"), 6, 1, "samples_too_many"}}) {
        auto const d = make_design({row.test, row.samples, row.tasters, row.rounds, 1, "", {}});
        ASSERT_FALSE(d);
        EXPECT_EQ(d.error().code, row.refusal);
    }
    EXPECT_EQ(parse_taste_test("tetrad").error().code, "taste_test_unknown");
    EXPECT_TRUE(parse_taste_test("duo-trio"));
}

} // namespace
} // namespace osetra::quality
