#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "quality/engine/tray.h"
#include "quality/engine/tray_render.h"

namespace osetra::quality {
namespace {

/// Forty trays of every kind that the renderer makes, none of which was looked at before: the table of docs/validation.md.
TEST(TraySlow, FortyTraysThatWereNotSeenBefore) {
    int refused = 0, covered = 0;
    double worst_mean = 0, worst_count = 0, worst_broken = 0, mean_off = 0;
    constexpr int trays = 40;
    for (int i = 0; i < trays; ++i) {
        TrayOrder order;
        order.seed = 2'000'000 + static_cast<std::uint64_t>(i);
        order.eggs = 200 + i * 37 % 400;
        order.px_per_mm = 8 + i * 7 % 8;
        order.mean_mm = 2.4 + i * 13 % 9 * 0.1;
        order.spread_mm = 0.1 + i % 3 * 0.05;
        order.broken = i * 11 % 6 * 0.02;
        order.filled = 0.35 + i * 5 % 7 * 0.04;
        order.dark_tray = i % 4 == 3;
        order.marker = i % 3 == 0;
        order.card = i % 5 == 0;
        auto const picture = render_tray(order);
        TrayQuestion q;
        if (order.marker) q.marker_mm = order.marker_mm;
        else q.px_per_mm = order.px_per_mm;
        if (order.card) q.card = {picture.card[0], picture.card[1], picture.card[2], picture.card[3]};
        auto const a = measure_tray(picture.png, q);
        if (!a) { ++refused; continue; }
        double mean = 0, whole = 0, broken = 0;
        for (auto const& e : picture.eggs) {
            if (e.broken) ++broken;
            else { mean += e.diameter_mm; ++whole; }
        }
        mean /= whole;
        auto const n = static_cast<double>(picture.eggs.size());
        auto const off = std::abs(a->mean_mm.value / mean - 1);
        mean_off += off / trays;
        worst_mean = std::max(worst_mean, off);
        worst_count = std::max(worst_count, std::abs(static_cast<double>(a->eggs) / n - 1));
        worst_broken = std::max(worst_broken, std::abs(a->broken_share.value - broken / n));
        covered += a->mean_mm.low <= mean && mean <= a->mean_mm.high ? 1 : 0;
    }
    std::printf("%d trays: mean diameter off by %.2f %% on average, %.2f %% at worst; count %.2f %%; broken share %.2f points; interval holds %d; refused %d\n", trays, 100 * mean_off, 100 * worst_mean, 100 * worst_count, 100 * worst_broken, covered, refused);
    EXPECT_EQ(refused, 0);
    EXPECT_LE(worst_mean, 0.01);
    EXPECT_LE(worst_count, 0.03);
    EXPECT_LE(worst_broken, 0.03);
    EXPECT_GE(covered, 38);
}

} // namespace
} // namespace osetra::quality
