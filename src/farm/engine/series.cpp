#include "farm/engine/series.h"

#include <algorithm>
#include <numeric>

namespace osetra::farm::engine {

Cleaned clean(std::span<Instant const> times, std::function<bool(std::size_t, std::size_t)> const& same, Microseconds longest) {
    Cleaned out;
    for (std::size_t i = 1; i < times.size(); ++i) {
        if (times[i] < times[i - 1]) out.backward.push_back({i, times[i - 1], times[i]});
        else if (times[i] - times[i - 1] > longest) out.gaps.push_back({i, times[i - 1], times[i]});
    }
    std::vector<std::size_t> rows(times.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return times[a] < times[b]; });
    std::size_t first = 0;   // of the kept rows with the present row's time
    for (auto row : rows) {
        while (first < out.kept.size() && times[out.kept[first]] != times[row]) ++first;
        auto const begin = out.kept.begin() + static_cast<std::ptrdiff_t>(first);
        if (std::any_of(begin, out.kept.end(), [&](auto kept) { return same(kept, row); })) {
            out.duplicates.push_back(row);
            continue;
        }
        if (first < out.kept.size()) out.conflicts.push_back(row);
        out.kept.push_back(row);
    }
    std::sort(out.duplicates.begin(), out.duplicates.end());
    std::sort(out.conflicts.begin(), out.conflicts.end());
    return out;
}

std::vector<DayMean> daily_means(std::span<Reading const> readings, FarmOffset offset) {
    std::vector<DayMean> days;
    for (auto const& r : readings) {
        auto const day = farm_day(r.at, offset);
        if (days.empty() || days.back().day != day) days.push_back({day, 0, 0, r.value, r.value});
        auto& d = days.back();
        ++d.readings;
        d.mean += (r.value - d.mean) / static_cast<double>(d.readings);
        d.low = std::min(d.low, r.value);
        d.high = std::max(d.high, r.value);
    }
    return days;
}

} // namespace osetra::farm::engine
