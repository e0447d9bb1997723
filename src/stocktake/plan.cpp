#include "stocktake/plan.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace osetra::stocktake {
namespace {

double unit_of(PlanPool const& pool, Worth worth) { return worth == Worth::heads ? 1 : pool.mean_kg; }
double square(double v) { return v * v; }

} // namespace

double hours_over(PlanPool const& pool, FlightCosts const& costs, bool first_at_site) {
    auto const sweep = pool.area_m2.value_or(costs.unknown_area_m2) * costs.passes / costs.sweep_m2_per_minute;
    return (costs.pool_minutes + sweep + (first_at_site ? costs.site_minutes : 0)) / 60;
}

double sd_after(PlanPool const& pool, FlightCosts const& costs) {
    auto const p = square(pool.heads_sd), c = std::max(0.25, square(costs.share_sd * pool.heads));
    return std::sqrt(p * c / (p + c));
}

std::vector<PlanFlight> plan(std::vector<PlanPool> const& pools, FlightCosts const& costs, Worth worth) {
    std::vector<PlanPool const*> left;
    double total = 0;
    for (auto const& p : pools) {
        total += square(p.heads_sd * unit_of(p, worth));
        if (p.heads > 0 || p.heads_sd > 0) left.push_back(&p);
    }
    auto const saved = [&](PlanPool const& p) { return (square(p.heads_sd) - square(sd_after(p, costs))) * square(unit_of(p, worth)); };
    std::set<std::string> visited;
    std::vector<PlanFlight> flights;
    double hours = 0;
    while (!left.empty()) {
        auto const per_hour = [&](PlanPool const* p) { return saved(*p) / hours_over(*p, costs, !visited.contains(p->site)); };
        auto const best = std::max_element(left.begin(), left.end(), [&](auto const* a, auto const* b) {
            auto const x = per_hour(a), y = per_hour(b);
            return x != y ? x < y : a->pool > b->pool;
        });
        auto const& pool = **best;
        PlanFlight flight{pool.pool, pool.site, hours_over(pool, costs, !visited.contains(pool.site)), pool.heads, pool.heads_sd, sd_after(pool, costs), saved(pool), 0, 0, 0};
        flight.saved_per_hour = flight.variance_saved / flight.hours;
        hours += flight.hours;
        total = std::max(0.0, total - flight.variance_saved);
        flight.hours_so_far = hours;
        flight.total_sd_after = std::sqrt(total);
        visited.insert(pool.site);
        flights.push_back(std::move(flight));
        left.erase(best);
    }
    return flights;
}

} // namespace osetra::stocktake
