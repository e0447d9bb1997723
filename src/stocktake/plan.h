#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Which pools to fly over next: where the company's total gets surer by most for each hour. Numbers in, numbers out.
namespace osetra::stocktake {

struct PlanPool {
    std::string pool, site;
    double heads = 0, heads_sd = 0;
    double mean_kg = 0;                          ///< of one fish; 0: not known
    std::optional<double> area_m2;               ///< of the water
};

/// What a flight costs and gives. The times are rules of thumb that a farm replaces by its own [G].
struct FlightCosts {
    double share_sd = 0.01;                      ///< standard error of a count, as a share of the fish
    double site_minutes = 30;                    ///< to get to a site and unpack
    double pool_minutes = 6;                     ///< take off, land, note
    double sweep_m2_per_minute = 480;            ///< a strip 8 m wide at 1 m/s
    double passes = 2;                           ///< two make a recapture
    double unknown_area_m2 = 400;                ///< of a pool whose size nobody told
};

enum class Worth : std::uint8_t { heads, biomass };

/// A flight proposed, in the order to fly. Variances are of independent pools, so they add.
struct PlanFlight {
    std::string pool, site;
    double hours = 0;                            ///< with the way to its site where it is the first there
    double heads = 0, sd_before = 0, sd_after = 0;
    double variance_saved = 0;                   ///< of the total in heads, or kilograms of biomass
    double saved_per_hour = 0;
    double hours_so_far = 0, total_sd_after = 0; ///< of the company when this and all before it are flown; heads or kilograms
};

double hours_over(PlanPool const&, FlightCosts const&, bool first_at_site);
/// The count's variance c = (share_sd heads)^2 (at least a quarter of a fish) put to what is believed, p = heads_sd^2, leaves p c / (p + c).
double sd_after(PlanPool const&, FlightCosts const&);
/// Greedy: always the pool with most variance saved an hour next; a site's way is paid with its first pool.
std::vector<PlanFlight> plan(std::vector<PlanPool> const&, FlightCosts const&, Worth);

} // namespace osetra::stocktake
