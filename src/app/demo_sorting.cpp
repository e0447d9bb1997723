#include "app/demo_sorting.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

#include "app/demo_teller.h"
#include "kernel/splitmix.h"
#include "processing/sorting_decide.h"
#include "quality/facts.h"

namespace osetra::app {
namespace {

using namespace processing;
using std::chrono::minutes;

constexpr std::int64_t kg = 1'000'000, crates_mg = 90 * kg;

/// Where most of a load's weight lies among the sizes of a pack, and how it falls off to both sides.
struct Lot {
    char const *load, *grower, *orchard, *variety;
    std::int64_t net_kg;
    double share_best;
    std::size_t middle;
    minutes came, begun, ended;                  ///< before now; nought: not yet
};

void count(demo::Teller& teller, SortingPack const& pack, Lot const& lot, double done, minutes at, std::uint64_t& state, std::map<std::pair<std::string, std::string>, std::int64_t>& counted) {
    auto const total = static_cast<double>(lot.net_kg * kg) * done * 0.975;
    double weights = 0;
    auto const weight = [&](std::size_t i) { auto const off = static_cast<double>(i) - static_cast<double>(lot.middle); return std::exp(-off * off / 2); };
    for (std::size_t i = 0; i < pack.sizes.size(); ++i) weights += weight(i);
    double const shares[] = {lot.share_best, 0.9 - lot.share_best - 0.08, 0.08};
    for (std::size_t q = 0; q < pack.classes.size() && q < std::size(shares); ++q)
        for (std::size_t i = 0; i < pack.sizes.size(); ++i) {
            auto const& size = pack.sizes[i];
            if (pack.classes[q].least_um && size.to_um <= *pack.classes[q].least_um) continue;
            auto const mg = static_cast<std::int64_t>(total * shares[q] * weight(i) / weights * (0.95 + 0.1 * static_cast<double>(splitmix64(state) % 1'000) / 1'000));
            if (mg < 2 * kg) continue;
            auto const middle_mm = static_cast<double>(size.from_um + size.to_um) / 2'000;
            auto const one_mg = 0.48 * middle_mm * middle_mm * middle_mm;   // a ball as heavy as water, a little less: milligrams of cubic millimetres
            teller.tell(SizerCounted{lot.load, pack.classes[q].code, size.code, std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(mg) / one_mg)), {mg}}, at);
            counted[{pack.classes[q].code, size.code}] += mg;
        }
    auto const rest = static_cast<std::int64_t>(total * 0.1);
    teller.tell(SizerCounted{lot.load, pack.rest.code, {}, std::max<std::int64_t>(1, rest / (130 * 1'000)), {rest}}, at);
}

/// A block's way to ripeness: soluble solids and acid on a day, and how they change in one.
struct Ripening { char const *grower, *orchard, *variety; double brix, brix_a_day, acid, acid_a_day; };

/// Ten fruits of each block are measured every week since seven weeks. The lower terrace is not ripe yet.
void ripen(demo::Teller& teller, std::string const& pack) {
    using namespace quality;
    constexpr int weeks = 7, fruits = 10;
    teller.tell(MaturityGate{pack, {}, "Agreed with the growers before the season."}, std::chrono::days{60});
    std::uint64_t state = 20'260'107;
    auto const noise = [&] { return static_cast<double>(splitmix64(state) % 2'001) / 1'000 - 1; };
    for (auto const& b : {Ripening{"Hu Ping (invented)", "Upper terrace", "HMR", 12.9, 0.045, 0.66, -0.008}, {"Hu Ping (invented)", "Lower terrace", "HMR", 11.3, 0.038, 0.78, -0.006},
                          {"Mei Orchard (invented)", "Riverside", "NAV", 12.1, 0.04, 0.82, -0.01}, {"Lin Tao (invented)", "East slope", "SAT", 10.9, 0.03, 0.75, -0.009}})
        for (int week = weeks - 1; week >= 0; --week) {
            auto const days = 3 + 7 * week;
            std::vector<std::string> values;
            for (int i = 0; i < fruits; ++i) values.push_back(fmt::format("brix={:.1f}", b.brix - b.brix_a_day * days + 0.7 * noise()));
            values.push_back(fmt::format("acid={:.2f}", b.acid - b.acid_a_day * days + 0.02 * noise()));
            teller.tell(MaturityMeasured{{}, {}, pack, b.grower, b.orchard, b.variety, std::move(values), {}, {}}, std::chrono::days{days});
        }
}

} // namespace

std::int64_t sort_at_demo_line(farm::Ledger& ledger, std::string const& author, Instant now) {
    auto const* found = find_sorting_pack("citrus");
    if (!found) return 0;
    auto const& pack = *found;
    demo::Teller teller{ledger, author, now, 78};
    std::uint64_t state = 20'260'106;
    ripen(teller, pack.code);
    Lot const lots[] = {
        {"G-101", "Hu Ping (invented)", "Upper terrace", "HMR", 6'200, 0.46, 5, minutes{2'900}, minutes{2'870}, minutes{2'850}}, {"G-102", "Mei Orchard (invented)", "Riverside", "NAV", 4'100, 0.35, 6, minutes{2'840}, minutes{2'830}, minutes{2'815}},
        {"G-103", "Hu Ping (invented)", "Upper terrace", "HMR", 5'400, 0.5, 5, minutes{230}, minutes{200}, minutes{180}},       {"G-104", "Lin Tao (invented)", "East slope", "SAT", 7'300, 0.28, 7, minutes{215}, minutes{178}, minutes{150}},
        {"G-105", "Mei Orchard (invented)", "Riverside", "NAV", 3'800, 0.38, 6, minutes{90}, minutes{16}, minutes{0}},      {"G-106", "Lin Tao (invented)", "East slope", "SAT", 6'900, 0.3, 7, minutes{70}, minutes{0}, minutes{0}},
        {"G-107", "Hu Ping (invented)", "Lower terrace", "HMR", 5'100, 0.45, 5, minutes{35}, minutes{0}, minutes{0}},
    };
    auto pallet = 1;
    for (auto const& lot : lots) {
        teller.tell(LoadReceived{lot.load, lot.grower, pack.code, {lot.net_kg * kg + crates_mg}, {crates_mg}, lot.orchard, {}, lot.variety}, lot.came);
        if (lot.begun.count() == 0) continue;
        teller.tell(SortingBegun{lot.load, {}}, lot.begun);
        std::map<std::pair<std::string, std::string>, std::int64_t> counted;
        auto const through = lot.ended.count() > 0;
        count(teller, pack, lot, through ? 1.0 : 0.55, through ? lot.ended + minutes{1} : minutes{3}, state, counted);
        if (!through) continue;
        teller.tell(SortingEnded{lot.load, {}}, lot.ended);
        // The two largest sums go onto a pallet each: closed where it is full.
        std::vector<std::pair<std::int64_t, std::pair<std::string, std::string>>> largest;
        for (auto const& [key, mg] : counted) largest.emplace_back(mg, key);
        std::sort(largest.rbegin(), largest.rend());
        for (std::size_t i = 0; i < 2 && i < largest.size(); ++i, ++pallet) {
            auto const cartons = std::min(largest[i].first / pack.carton_mg, pack.cartons_per_pallet);
            auto const name = std::to_string(pallet);
            teller.tell(CartonsPacked{name, lot.load, largest[i].second.first, largest[i].second.second, cartons, {}}, lot.ended - minutes{5});
            if (cartons == pack.cartons_per_pallet) teller.tell(PalletClosed{name, {}}, lot.ended - minutes{7});
        }
    }
    return teller.told();
}

} // namespace osetra::app
