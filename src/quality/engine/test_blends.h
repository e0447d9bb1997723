#pragma once
#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "kernel/splitmix.h"
#include "quality/engine/blend.h"

// Lots as a tea house keeps them, made up from a seed: several cultivars and flushes, dearer where they are better.
namespace osetra::quality {

struct MadeUp {
    std::vector<BlendLot> lots;
    BlendWish wish;
};

inline double share_from(std::uint64_t& state) { return static_cast<double>(splitmix64(state) >> 11) * 0x1p-53; }

inline MadeUp made_up_blend(std::uint64_t seed, std::size_t lots, std::size_t attributes, std::int64_t amount_kg, std::int64_t most_lots) {
    MadeUp out;
    auto const between = [&](double low, double high) { return low + (high - low) * share_from(seed); };
    for (std::size_t i = 0; i < lots; ++i) {
        BlendLot lot;
        lot.lot = fmt::format("L{:03}", i + 1);
        auto const quality = between(0, 1);
        auto worth = 60 + 180 * quality;
        for (std::size_t a = 0; a < attributes; ++a) {
            auto const value = 2 + 5 * quality + between(-2, 2);
            lot.value.push_back(std::round(value * 100) / 100);
            lot.error.push_back(0.3);
            worth += 4 * (value - 4.5);
        }
        lot.price = {{std::llround(100 * std::max(20.0, worth + between(-25, 25))), Currency::cny}, {1'000'000}};
        lot.bag_mg = Milligrams{(i % 3 == 0 ? 5 : i % 3 == 1 ? 10 : 20) * 1'000'000};
        lot.available_mg = {lot.bag_mg->n * (1 + static_cast<std::int64_t>(between(0, 24)))};
        lot.least_mg = i % 7 == 0 ? Milligrams{2 * lot.bag_mg->n} : Milligrams{0};
        lot.age_days = static_cast<std::int64_t>(between(5, 400));
        out.lots.push_back(std::move(lot));
    }
    out.wish.amount_mg = {amount_kg * 1'000'000};
    if (most_lots > 0) out.wish.most_lots = most_lots;
    out.wish.old_days = 180;
    out.wish.old_share = 0.2;
    for (std::size_t a = 0; a < attributes; ++a) {
        auto const target = between(4.3, 5.0);
        out.wish.aims.push_back({fmt::format("a{}", a + 1), target - 0.5, target, target + 0.7, 1, true, {}, 0});
    }
    return out;
}

} // namespace osetra::quality
