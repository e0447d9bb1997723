#include "quality/engine/blend.h"

#include <cmath>
#include <gtest/gtest.h>

#include "quality/engine/test_blends.h"

namespace osetra::quality {
namespace {

BlendLot lot(std::string name, std::int64_t minor_per_kg, std::int64_t kg, std::vector<double> value, double error = 0) {
    BlendLot out;
    out.lot = std::move(name);
    out.price = {{minor_per_kg, Currency::cny}, {1'000'000}};
    out.available_mg = {kg * 1'000'000};
    out.bag_mg = Milligrams{10'000'000};
    out.error.assign(value.size(), error);
    out.value = std::move(value);
    return out;
}

BlendWish wish(std::int64_t kg, std::vector<BlendAim> aims) {
    BlendWish out;
    out.amount_mg = {kg * 1'000'000};
    out.over = 0;
    out.aims = std::move(aims);
    out.gap = 0;
    out.seconds = 2;
    return out;
}

BlendAim aim(std::string name, double low, double high) { return {std::move(name), low, (low + high) / 2, high, 1, true, {}, 0}; }

/// The least cost of all ways to fill `bags` bags, by trying all; none: -1.
std::int64_t least_cost(std::vector<BlendLot> const& lots, BlendWish const& w, std::int64_t bags) {
    std::int64_t best = -1;
    std::vector<std::int64_t> n(lots.size(), 0);
    auto const judge = [&] {
        std::int64_t cost = 0, used = 0;
        for (std::size_t i = 0; i < lots.size(); ++i) {
            if (n[i] && n[i] * 10'000'000 < lots[i].least_mg.n) return;
            if (n[i] * 10'000'000 < lots[i].must_mg.n) return;
            cost += n[i] * lots[i].price.money.minor * 10;
            used += n[i] > 0;
        }
        if (w.most_lots && used > *w.most_lots) return;
        for (std::size_t a = 0; a < w.aims.size(); ++a) {
            double sum = 0;
            for (std::size_t i = 0; i < lots.size(); ++i) sum += static_cast<double>(n[i]) * lots[i].value[a];
            auto const mean = sum / static_cast<double>(bags);
            if (mean < w.aims[a].low - 1e-9 || mean > w.aims[a].high + 1e-9) return;
        }
        if (best < 0 || cost < best) best = cost;
    };
    auto const fill = [&](auto&& self, std::size_t i, std::int64_t left) -> void {
        if (i + 1 == lots.size()) {
            if (left > lots[i].available_mg.n / 10'000'000) return;
            n[i] = left;
            judge();
            return;
        }
        for (n[i] = 0; n[i] <= std::min(left, lots[i].available_mg.n / 10'000'000); ++n[i]) self(self, i + 1, left - n[i]);
        n[i] = 0;
    };
    fill(fill, 0, bags);
    return best;
}

// Random small stores: what is found costs what trying every way finds, and nothing is called impossible that is not.
TEST(Blend, IsTheCheapestOfAllWays) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        auto state = seed;
        std::vector<BlendLot> lots;
        for (int i = 0; i < 6; ++i) {
            lots.push_back(lot("L" + std::to_string(i), 1000 + static_cast<std::int64_t>(share_from(state) * 9000), 10 + 10 * static_cast<std::int64_t>(share_from(state) * 6), {share_from(state) * 10, share_from(state) * 10}));
            if (share_from(state) < 0.3) lots.back().least_mg = {30'000'000};
        }
        if (seed % 4 == 0) lots[0].must_mg = {10'000'000};
        auto w = wish(100, {aim("sweet", 4, 6.5), aim("green", 3.5, 6)});
        if (seed % 2) w.most_lots = 3;
        auto const all = least_cost(lots, w, 10);
        auto const got = blend_lots(lots, w);
        ASSERT_TRUE(got) << seed << got.error().message;
        ASSERT_EQ(got->blend.has_value(), all >= 0) << seed << " " << got->why;
        if (all < 0) { EXPECT_FALSE(got->obstacle.empty()) << seed; continue; }
        EXPECT_EQ(got->blend->cost.minor, all) << seed;
        EXPECT_LE(got->blend->bound, static_cast<double>(all) * (1 + 1e-6)) << seed;
        EXPECT_EQ(got->blend->amount_mg.n, 100'000'000) << seed;
    }
}

TEST(Blend, SaysWhatStandsInTheWay) {
    auto const two = [] { return std::vector<BlendLot>{lot("A", 1000, 100, {2}), lot("B", 2000, 100, {6})}; };
    struct Row { char const* obstacle; std::vector<BlendLot> lots; BlendWish wish; };
    auto most_one = wish(100, {aim("sweet", 3, 5)});
    most_one.most_lots = 1;
    auto old = wish(100, {aim("sweet", 3, 5)});
    old.old_share = 0.5;
    old.old_days = 30;
    auto must = two();
    must[0].must_mg = {150'000'000};
    auto bags = wish(95, {aim("sweet", 3, 5)});
    auto cheap = wish(100, {aim("sweet", 3, 5)});
    cheap.most_cost = Money{50'000, Currency::cny};
    auto sure = wish(100, {aim("sweet", 3.9, 4.1)});
    sure.surety = 0.99;
    auto unsure = two();
    for (auto& l : unsure) l.error = {1};
    for (auto const& row : {Row{"stock", two(), wish(300, {aim("sweet", 3, 5)})}, {"profile", two(), wish(100, {aim("sweet", 7, 8)})}, {"profile", two(), most_one}, {"old", two(), old}, {"must", must, wish(100, {aim("sweet", 3, 5)})},
                            {"bags", two(), bags}, {"cost", two(), cheap}, {"surety", unsure, sure}}) {
        auto const got = blend_lots(row.lots, row.wish);
        ASSERT_TRUE(got);
        ASSERT_FALSE(got->blend) << row.obstacle;
        EXPECT_EQ(got->obstacle, row.obstacle) << got->why;
        EXPECT_FALSE(got->why.empty());
    }
    auto const far = blend_lots(two(), wish(100, {aim("sweet", 7, 8)}));
    ASSERT_EQ(far->together.size(), 1u);
    EXPECT_NEAR(far->together[0].by, 1, 1e-6);   // all of B is 6
    EXPECT_TRUE(far->together[0].low_side);
    auto const one = blend_lots(two(), most_one);
    EXPECT_EQ(one->lots_needed, 2);
}

TEST(Blend, RefusesWhatCannotBeRead) {
    auto const good = std::vector<BlendLot>{lot("A", 1000, 100, {2}), lot("B", 2000, 100, {6})};
    auto const asked = wish(100, {aim("sweet", 3, 5)});
    auto const code = [](std::vector<BlendLot> lots, BlendWish w) { auto const r = blend_lots(lots, w); return r ? std::string{} : r.error().code; };
    auto twice = good; twice[1].lot = "A";
    auto euros = good; euros[1].price.money.currency = Currency::eur;
    auto hole = good; hole[0].value[0] = NAN;
    auto short_row = good; short_row[0].value.clear();
    auto crossed = asked; crossed.aims[0].low = 6;
    auto nothing = asked; nothing.amount_mg = {0};
    auto meets = asked; meets.kinds = {"x", "y"}; meets.aims[0].meetings = {{0, 1, 2}};
    auto no_aims = asked; no_aims.aims.clear();
    EXPECT_EQ(code({}, asked), "lots_none");
    EXPECT_EQ(code(good, no_aims), "aims_none");
    EXPECT_EQ(code(good, nothing), "amount_wrong");
    EXPECT_EQ(code(twice, asked), "lot_twice");
    EXPECT_EQ(code(short_row, asked), "attribute_count");
    EXPECT_EQ(code(euros, asked), "currency_mixed");
    EXPECT_EQ(code(hole, asked), "value_missing");
    EXPECT_EQ(code(good, crossed), "limits_crossed");
    EXPECT_EQ(code(good, meets), "kind_missing");
}

// The probability is that of throwing the errors many times.
TEST(Blend, IsWithinAsOftenAsItSays) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        auto made = made_up_blend(seed, 20, 3, 200, 0);
        for (auto& a : made.wish.aims) { a.low -= 0.3; a.high += 0.3; }
        made.wish.surety = 0.9;
        made.wish.seconds = 0.3;
        auto const got = blend_lots(made.lots, made.wish);
        ASSERT_TRUE(got && got->blend) << seed << (got ? got->why : got.error().message);
        auto const& b = *got->blend;
        EXPECT_GE(b.within, 0.9 - 1e-6) << seed;
        auto state = seed * 77;
        auto const normal = [&] { return std::sqrt(-2 * std::log(1 - share_from(state))) * std::cos(2 * M_PI * share_from(state)); };
        int inside = 0;
        constexpr int throws = 20'000;
        for (int t = 0; t < throws; ++t) {
            auto good = true;
            for (std::size_t a = 0; a < made.wish.aims.size(); ++a) {
                double mean = 0;
                for (auto const& p : b.parts) mean += static_cast<double>(p.mg.n) / static_cast<double>(b.amount_mg.n) * (made.lots[p.lot].value[a] + made.lots[p.lot].error[a] * normal());
                good = good && mean >= made.wish.aims[a].low && mean <= made.wish.aims[a].high;
            }
            inside += good;
        }
        EXPECT_NEAR(static_cast<double>(inside) / throws, b.within, 0.01) << seed;
    }
}

// Where two kinds lose colour together, as much of them is kept apart as the limit asks.
TEST(Blend, KeepsKindsApartThatSpoilEachOther) {
    auto lots = std::vector<BlendLot>{lot("A", 1000, 200, {6, 2}), lot("B", 1000, 200, {6, 8}), lot("C", 5000, 200, {6, 5})};
    lots[0].kind = "red";
    lots[1].kind = "green";
    lots[2].kind = "white";
    auto w = wish(200, {aim("colour", 5.5, 6.5), aim("sweet", 4.5, 5.5)});
    w.kinds = {"red", "green", "white"};
    auto const straight = blend_lots(lots, w);
    ASSERT_TRUE(straight && straight->blend);
    EXPECT_EQ(straight->blend->cost.minor, 200'000);         // half and half, no white
    w.aims[0].meetings = {{0, 1, -4}};                       // 6 - 4 x 1/4 = 5 for half and half
    auto const apart = blend_lots(lots, w);
    ASSERT_TRUE(apart && apart->blend) << apart->why;
    EXPECT_GT(apart->blend->cost.minor, 200'000);
    EXPECT_GE(apart->blend->mean[0].value, 5.5 - 1e-6);
    EXPECT_FALSE(apart->blend->bound_holds);
}

TEST(Blend, CurveFallsFromCheapToNear) {
    auto made = made_up_blend(5, 25, 3, 200, 0);
    made.wish.seconds = 1.5;
    auto const curve = blend_curve(made.lots, made.wish, 5);
    ASSERT_TRUE(curve);
    ASSERT_GE(curve->size(), 2u);
    for (std::size_t i = 1; i < curve->size(); ++i) {
        EXPECT_GT((*curve)[i].cost.minor, (*curve)[i - 1].cost.minor);
        EXPECT_LT((*curve)[i].off, (*curve)[i - 1].off);
    }
}

} // namespace
} // namespace osetra::quality
