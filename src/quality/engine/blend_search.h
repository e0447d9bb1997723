#pragma once
#include <cstdint>
#include <vector>

#include "quality/engine/blend.h"

namespace osetra::quality {

/// What a search by exchanges wants to know beside lots and wish.
struct ExchangeLimits {
    double surety = 0;                           ///< least probability of being within every limit; 0: best estimates are
    BlendGoal goal = BlendGoal::cheapest;
    std::optional<std::int64_t> most_lots;
    std::optional<double> most_cost;             ///< minor units
    std::vector<double> liking;                  ///< of each lot: share of the blend in the relaxed programme, where the search begins and looks most
    std::vector<std::size_t> promising;          ///< lots, the best first: those that cost the relaxed programme least
    double seconds = 1;
    double good_enough = 0;                      ///< stop at this cost (minor units), or where nearest is asked at this sum of weighed distances
};

struct Exchanged {
    bool fits = false;
    double cost = 0;                             ///< as `good_enough`
    std::vector<std::int64_t> units;             ///< of each lot: bags, or hundredths of the amount where it is loose
};

/// Whole bags by exchanges: one lot's bags for another's, cooled slowly [Kirkpatrick et al. 1983, Science 220:671], with every limit judged as it is, errors and meetings of kinds too. Proves nothing: a
/// bound comes from elsewhere. The same from the same numbers as long as the time lasts.
Exchanged exchange_bags(std::vector<BlendLot> const&, BlendWish const&, ExchangeLimits const&);

inline constexpr std::int64_t loose_parts = 100;

} // namespace osetra::quality
